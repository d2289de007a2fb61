/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "supabase-auth/session.h"

#include <string.h>
#include <syncline/error.h>

#include "common/jwt.h"
#include "common/secret.h"

#define FORMAT_VERSION 1
#define LONGEST_LIFETIME (366 * G_TIME_SPAN_DAY)
/* What auth servers give when nothing else is set. */
#define USUAL_LIFETIME G_TIME_SPAN_HOUR
/* Clocks are put right by some seconds now and then. */
#define CLOCK_TOLERANCE G_TIME_SPAN_MINUTE

Session *
session_ref (Session *session)
{
  return g_atomic_rc_box_acquire (session);
}

static void
session_clear (gpointer data)
{
  Session *session = data;

  g_free (session->server);
  secret_free (session->access_token);
  secret_free (session->refresh_token);
  g_free (session->user_id);
  g_free (session->user);
}

void
session_unref (Session *session)
{
  if (session != NULL)
    g_atomic_rc_box_release_full (session, session_clear);
}

/* --- JSON ------------------------------------------------------------------------------------ */

/* NULL if it is missing, empty or no string. Borrowed. */
static const char *
get_text (json_object *object, const char *key)
{
  json_object *value = NULL;

  json_object_object_get_ex (object, key, &value);
  if (!json_object_is_type (value, json_type_string))
    return NULL;
  const char *text = json_object_get_string (value);
  if (*text == '\0' || strlen (text) != (gsize) json_object_get_string_len (value))
    return NULL;
  return text;
}

static gint64
get_number (json_object *object, const char *key)
{
  json_object *value = NULL;

  json_object_object_get_ex (object, key, &value);
  if (!json_object_is_type (value, json_type_int) && !json_object_is_type (value, json_type_double))
    return 0;
  return json_object_get_int64 (value);
}

/* --- From the server ------------------------------------------------------------------------- */

static gint64
choose_lifetime (json_object *answer, const JwtClaims *claims, gint64 received_at)
{
  const gint64 expires_in = get_number (answer, "expires_in");
  const gint64 expires_at = get_number (answer, "expires_at");

  if (expires_in > 0 && expires_in < LONGEST_LIFETIME / G_TIME_SPAN_SECOND)
    return expires_in * G_TIME_SPAN_SECOND;
  if (claims->issued_at > 0 && claims->expires_at > claims->issued_at)
    return MIN (claims->expires_at - claims->issued_at, LONGEST_LIFETIME);

  /* The last resort takes the two clocks for equal. */
  const gint64 latest = (received_at + LONGEST_LIFETIME) / G_TIME_SPAN_SECOND;
  if (expires_at > received_at / G_TIME_SPAN_SECOND && expires_at < latest)
    return expires_at * G_TIME_SPAN_SECOND - received_at;
  return USUAL_LIFETIME;
}

static gboolean
choose_user (Session *session, json_object *answer, const JwtClaims *claims, GError **error)
{
  json_object *user = NULL;

  json_object_object_get_ex (answer, "user", &user);
  const char *id = json_object_is_type (user, json_type_object) ? get_text (user, "id") : NULL;
  if (id == NULL && claims->subject == NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                           "the auth server's answer does not say whose session it is");
      return FALSE;
    }
  /* The token is what the servers go by. */
  if (id != NULL && claims->subject != NULL && !g_str_equal (id, claims->subject))
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                           "the auth server's answer names another user than its token");
      return FALSE;
    }
  session->user_id = g_strdup (claims->subject != NULL ? claims->subject : id);
  if (id != NULL)
    session->user = g_strdup (json_object_to_json_string_ext (user, JSON_C_TO_STRING_PLAIN));
  return TRUE;
}

Session *
session_new_from_answer (const char *server,
                         json_object *answer,
                         gint64 received_at,
                         GError **error)
{
  const char *access_token = get_text (answer, "access_token");
  const char *refresh_token = get_text (answer, "refresh_token");
  g_auto (JwtClaims) claims = { 0 };

  if (access_token == NULL || refresh_token == NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                           "the auth server's answer has no tokens");
      return NULL;
    }
  if (!jwt_decode (access_token, &claims, error))
    return NULL;

  g_autoptr (Session) session = g_atomic_rc_box_new0 (Session);
  if (!choose_user (session, answer, &claims, error))
    return NULL;
  session->server = g_strdup (server);
  session->access_token = g_strdup (access_token);
  session->refresh_token = g_strdup (refresh_token);
  session->received_at = received_at;
  session->lifetime = choose_lifetime (answer, &claims, received_at);
  session->expires_at = received_at + session->lifetime;
  return g_steal_pointer (&session);
}

Session *
session_new_with_user (Session *session, const char *user)
{
  Session *copy = g_atomic_rc_box_new0 (Session);

  copy->server = g_strdup (session->server);
  copy->access_token = g_strdup (session->access_token);
  copy->refresh_token = g_strdup (session->refresh_token);
  copy->user_id = g_strdup (session->user_id);
  copy->user = g_strdup (user);
  copy->received_at = session->received_at;
  copy->expires_at = session->expires_at;
  copy->lifetime = session->lifetime;
  return copy;
}

/* --- From and to the file -------------------------------------------------------------------- */

Session *
session_new_from_stored (const char *text, gsize length, GError **error)
{
  json_tokener *tokener = json_tokener_new ();

  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  g_autoptr (SecretJson) stored = json_tokener_parse_ex (tokener, text, (int) length);
  const gboolean whole = json_tokener_get_error (tokener) == json_tokener_success;
  json_tokener_free (tokener);

  g_autoptr (Session) session = g_atomic_rc_box_new0 (Session);
  if (whole && json_object_is_type (stored, json_type_object)
      && get_number (stored, "version") == FORMAT_VERSION)
    {
      session->server = g_strdup (get_text (stored, "server"));
      session->access_token = g_strdup (get_text (stored, "access_token"));
      session->refresh_token = g_strdup (get_text (stored, "refresh_token"));
      session->user_id = g_strdup (get_text (stored, "user_id"));
      session->user = g_strdup (get_text (stored, "user"));
      session->received_at = get_number (stored, "received_at");
      session->expires_at = get_number (stored, "expires_at");
      session->lifetime = session->expires_at - session->received_at;
    }
  if (session->server == NULL || session->access_token == NULL || session->refresh_token == NULL
      || session->user_id == NULL || session->received_at <= 0 || session->lifetime <= 0
      || session->lifetime > LONGEST_LIFETIME)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
                           "it does not hold a session");
      return NULL;
    }
  return g_steal_pointer (&session);
}

static void
add_text (json_object *object, const char *key, const char *text)
{
  if (text != NULL)
    json_object_object_add (object, key, json_object_new_string (text));
}

char *
session_to_stored (Session *session)
{
  g_autoptr (SecretJson) stored = json_object_new_object ();

  json_object_object_add (stored, "version", json_object_new_int (FORMAT_VERSION));
  add_text (stored, "server", session->server);
  add_text (stored, "access_token", session->access_token);
  add_text (stored, "refresh_token", session->refresh_token);
  add_text (stored, "user_id", session->user_id);
  add_text (stored, "user", session->user);
  json_object_object_add (stored, "received_at", json_object_new_int64 (session->received_at));
  json_object_object_add (stored, "expires_at", json_object_new_int64 (session->expires_at));

  char *text = g_strdup (json_object_to_json_string_ext (stored, JSON_C_TO_STRING_PLAIN));
  /* The tree keeps the text that it printed, too. */
  explicit_bzero ((char *) json_object_to_json_string_ext (stored, JSON_C_TO_STRING_PLAIN),
                  strlen (text));
  return text;
}

/* --- Time ------------------------------------------------------------------------------------ */

gint64
session_get_remaining (Session *session, gint64 now)
{
  if (now < session->received_at - CLOCK_TOLERANCE)
    return 0;
  return MAX (session->expires_at - now, 0);
}
