/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/jwt.h"

#include <json-c/json.h>
#include <string.h>
#include <syncline/error.h>

#include "common/secret.h"

/* No header of a request can carry more. */
#define LONGEST_TOKEN (64 * 1024)
/* The year 9999; what is later is a mistake, and would overflow in microseconds. */
#define LATEST_SECONDS G_GINT64_CONSTANT (253402300799)

void
jwt_claims_clear (JwtClaims *claims)
{
  g_clear_pointer (&claims->subject, g_free);
  g_clear_pointer (&claims->session_id, g_free);
  g_clear_pointer (&claims->role, g_free);
  claims->issued_at = claims->expires_at = 0;
}

static int
digit_of (char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* base64url without padding (RFC 7515), and without bits left over: one text for each value. NULL if
 * it is anything else. */
static char *
decode_base64url (const char *text, gsize length, gsize *out_length)
{
  g_autofree char *bytes = g_malloc (length / 4 * 3 + 3);
  gsize n = 0;
  guint32 bits = 0;
  guint n_bits = 0;

  for (gsize i = 0; i < length; i++)
    {
      const int digit = digit_of (text[i]);
      if (digit < 0)
        return NULL;
      bits = bits << 6 | (guint32) digit;
      n_bits += 6;
      if (n_bits >= 8)
        {
          n_bits -= 8;
          bytes[n++] = (char) (bits >> n_bits);
          bits &= (1u << n_bits) - 1;
        }
    }
  if (n_bits == 6 || bits != 0)
    return NULL;
  bytes[n] = '\0';
  *out_length = n;
  return g_steal_pointer (&bytes);
}

static json_object *
parse_object (const char *text, gsize length)
{
  json_tokener *tokener = json_tokener_new ();

  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  json_object *object = json_tokener_parse_ex (tokener, text, (int) length);
  const gboolean whole = json_tokener_get_error (tokener) == json_tokener_success
                         && json_tokener_get_parse_end (tokener) == length;
  json_tokener_free (tokener);
  if (whole && json_object_is_type (object, json_type_object))
    return object;
  secret_json_put (object);
  return NULL;
}

/* Also a number, as some issuers use for `sub`. */
static char *
dup_text (json_object *object, const char *key)
{
  json_object *value = NULL;

  json_object_object_get_ex (object, key, &value);
  if (!json_object_is_type (value, json_type_string) && !json_object_is_type (value, json_type_int))
    return NULL;
  const char *text = json_object_get_string (value);
  /* A NUL inside would make two users look like one. */
  if (*text == '\0'
      || (json_object_is_type (value, json_type_string)
          && strlen (text) != (gsize) json_object_get_string_len (value)))
    return NULL;
  return g_strdup (text);
}

static gint64
get_time (json_object *object, const char *key)
{
  json_object *value = NULL;

  json_object_object_get_ex (object, key, &value);
  if (!json_object_is_type (value, json_type_int) && !json_object_is_type (value, json_type_double))
    return 0;
  const double seconds = json_object_get_double (value);
  if (!(seconds > 0 && seconds <= (double) LATEST_SECONDS))
    return 0;
  return (gint64) (seconds * G_TIME_SPAN_SECOND);
}

static json_object *
parse_payload (const char *token)
{
  const char *first_dot = strchr (token, '.');
  const char *second_dot = first_dot != NULL ? strchr (first_dot + 1, '.') : NULL;
  gsize length = 0;

  if (strlen (token) > LONGEST_TOKEN || second_dot == NULL || first_dot == token
      || second_dot[1] == '\0' || strchr (second_dot + 1, '.') != NULL)
    return NULL;

  /* All three parts have to be of the alphabet, or the token could not be sent in a header. */
  gsize other_length = 0;
  g_autofree char *head = decode_base64url (token, (gsize) (first_dot - token), &other_length);
  g_autofree char *signature
      = decode_base64url (second_dot + 1, strlen (second_dot + 1), &other_length);
  g_autoptr (SecretString) payload
      = decode_base64url (first_dot + 1, (gsize) (second_dot - first_dot - 1), &length);
  if (head == NULL || signature == NULL || payload == NULL)
    return NULL;
  return parse_object (payload, length);
}

gboolean
jwt_decode (const char *token, JwtClaims *claims, GError **error)
{
  g_autoptr (SecretJson) payload = parse_payload (token);

  *claims = (JwtClaims){ 0 };
  if (payload == NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                           "the access token is not a JSON Web Token");
      return FALSE;
    }
  claims->subject = dup_text (payload, "sub");
  claims->session_id = dup_text (payload, "session_id");
  claims->role = dup_text (payload, "role");
  claims->issued_at = get_time (payload, "iat");
  claims->expires_at = get_time (payload, "exp");
  return TRUE;
}
