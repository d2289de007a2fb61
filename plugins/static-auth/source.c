/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "static-auth/source.h"

#include <json-c/json.h>
#include <string.h>
#include <syncline/error.h>

#include "common/jwt.h"
#include "common/secret.h"

#define LONGEST_TEXT (64 * 1024)
#define LATEST_SECONDS G_GINT64_CONSTANT (253402300799)

void
sourced_token_clear (SourcedToken *token)
{
  g_clear_pointer (&token->token, secret_free);
  g_clear_pointer (&token->user_id, g_free);
  token->expires_at = token->lifetime = 0;
}

static gboolean
fail (const char *origin, const char *what, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "%s %s", origin, what);
  return FALSE;
}

static gint64
get_seconds (json_object *object, const char *key)
{
  json_object *value = NULL;

  json_object_object_get_ex (object, key, &value);
  if (!json_object_is_type (value, json_type_int) && !json_object_is_type (value, json_type_double))
    return 0;
  return CLAMP (json_object_get_int64 (value), 0, LATEST_SECONDS);
}

static gboolean
parse_object (const char *text, const char *origin, gint64 now, SourcedToken *token, GError **error)
{
  g_autoptr (SecretJson) object = json_tokener_parse (text);
  json_object *value = NULL;

  if (!json_object_is_type (object, json_type_object))
    return fail (origin, "holds damaged JSON", error);
  if (!json_object_object_get_ex (object, "token", &value))
    json_object_object_get_ex (object, "access_token", &value);
  if (!json_object_is_type (value, json_type_string))
    return fail (origin, "holds JSON without a \"token\"", error);

  token->token = g_strdup (json_object_get_string (value));
  token->lifetime = get_seconds (object, "expires_in") * G_TIME_SPAN_SECOND;
  token->expires_at = get_seconds (object, "expires_at") * G_TIME_SPAN_SECOND;
  if (token->expires_at == 0 && token->lifetime > 0)
    token->expires_at = now + token->lifetime;
  return TRUE;
}

/* What can stand in a header as one word. */
static gboolean
is_token (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return FALSE;
  return *text != '\0';
}

/* Tokens of other kinds are for the servers to understand. */
static void
read_claims (SourcedToken *token)
{
  g_auto (JwtClaims) claims = { 0 };

  if (!jwt_decode (token->token, &claims, NULL))
    return;
  token->user_id = g_steal_pointer (&claims.subject);
  if (token->expires_at == 0)
    token->expires_at = claims.expires_at;
  if (token->lifetime == 0 && claims.issued_at > 0 && claims.expires_at > claims.issued_at)
    token->lifetime = claims.expires_at - claims.issued_at;
}

gboolean
sourced_token_parse (const char *text,
                     gsize length,
                     const char *origin,
                     gint64 now,
                     SourcedToken *token,
                     GError **error)
{
  g_autoptr (SecretString) copy = NULL;

  if (length > LONGEST_TEXT)
    return fail (origin, "holds more than a token", error);
  if (memchr (text, '\0', length) != NULL)
    return fail (origin, "holds something that is not text", error);

  copy = g_strndup (text, length);
  g_strstrip (copy);
  if (*copy != '{')
    token->token = g_strdup (copy);
  else if (!parse_object (copy, origin, now, token, error))
    return FALSE;
  if (!is_token (token->token))
    return fail (origin, *token->token == '\0' ? "holds no token" : "holds more than one word",
                 error);
  read_claims (token);
  return TRUE;
}
