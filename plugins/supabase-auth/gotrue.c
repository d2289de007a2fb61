/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "supabase-auth/gotrue.h"

#include <string.h>

#include "common/secret.h"

#define LONGEST_MESSAGE 300

/* --- Errors ---------------------------------------------------------------------------------- */

static const char *
get_text (json_object *object, const char *key)
{
  json_object *value = NULL;

  if (!json_object_is_type (object, json_type_object))
    return NULL;
  json_object_object_get_ex (object, key, &value);
  return json_object_is_type (value, json_type_string) ? json_object_get_string (value) : NULL;
}

/* The machine-readable code, which has been in four places over the years. */
static const char *
get_code (json_object *body, const HttpResponse *response)
{
  const char *code = get_text (body, "error_code");

  if (code == NULL)
    code = get_text (body, "code");
  if (code == NULL)
    code = http_response_get_header (response, "x-sb-error-code");
  if (code == NULL)
    code = get_text (body, "error");
  return code != NULL && *code != '\0' ? code : NULL;
}

char *
gotrue_clean_text (const char *text)
{
  char *clean = g_utf8_make_valid (text, -1);

  if (g_utf8_strlen (clean, -1) > LONGEST_MESSAGE)
    *g_utf8_offset_to_pointer (clean, LONGEST_MESSAGE) = '\0';
  for (char *at = clean; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  return clean;
}

/* So is the text. */
static char *
dup_message (json_object *body)
{
  static const char *const keys[] = { "msg", "message", "error_description", "error" };
  const char *text = NULL;

  for (guint i = 0; text == NULL && i < G_N_ELEMENTS (keys); i++)
    text = get_text (body, keys[i]);
  return text != NULL && *text != '\0' ? gotrue_clean_text (text) : NULL;
}

/* Why a password is too weak. */
static void
append_reasons (GString *text, json_object *body)
{
  json_object *weak = NULL;
  json_object *reasons = NULL;

  json_object_object_get_ex (body, "weak_password", &weak);
  if (!json_object_is_type (weak, json_type_object)
      || !json_object_object_get_ex (weak, "reasons", &reasons)
      || !json_object_is_type (reasons, json_type_array))
    return;
  for (gsize i = 0; i < json_object_array_length (reasons) && i < 8; i++)
    {
      json_object *reason = json_object_array_get_idx (reasons, i);
      if (json_object_is_type (reason, json_type_string))
        g_string_append_printf (text, "%s%.40s", i == 0 ? ": " : ", ",
                                json_object_get_string (reason));
    }
}

static char *
describe (json_object *body, const char *code)
{
  g_autofree char *message = dup_message (body);
  GString *text = g_string_new (message != NULL ? message : "no reason given");

  if (code != NULL && g_strcmp0 (message, code) != 0)
    g_string_append_printf (text, " (%.64s)", code);
  append_reasons (text, body);
  return g_string_free (text, FALSE);
}

/* The gateway before the auth server has its own words, and no codes, for a key that it does not know. */
static gboolean
is_about_api_key (const HttpResponse *response, json_object *body, const char *code)
{
  const char *message = get_text (body, "message");

  return response->status == 401 && code == NULL && message != NULL
         && strcasestr (message, "api key") != NULL;
}

/* Nothing else ends a session: what a proxy or a server of the future says may be a mistake. */
static gboolean
is_end_of_session (const char *code)
{
  static const char *const codes[] = {
    "refresh_token_not_found",
    "refresh_token_already_used",
    "session_not_found",
    "session_expired",
    "user_banned",
    "user_not_found",
    "validation_failed",
    "invalid_grant",
    NULL,
  };

  return g_strv_contains (codes, code);
}

static GotrueResult
set_error (const HttpResponse *response, json_object *body, GError **error)
{
  const guint status = response->status;
  const char *code = body != NULL ? get_code (body, response) : NULL;
  g_autofree char *text = body != NULL ? describe (body, code) : NULL;

  if (body != NULL && is_about_api_key (response, body, code))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                   "%s does not accept the key api-key: %s", response->host, text);
      return GOTRUE_FAILED;
    }

  const gboolean temporary = status == 408 || status == 425 || status == 429 || status >= 500;
  if (!temporary && status != 409 && code != NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
                   "the auth server refuses (HTTP %u): %s", status, text);
      return is_end_of_session (code) ? GOTRUE_OVER : GOTRUE_REFUSED;
    }

  /* Without a code it is not the auth server that speaks, and nobody is signed out for that. */
  g_autoptr (GError) local = NULL;
  http_check_status (response, text, &local);
  if (local->code != SYNCLINE_ERROR_UNAVAILABLE)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "%s; check the key url",
                 local->message);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return status == 409 ? GOTRUE_CONFLICT : GOTRUE_FAILED;
}

/* --- Requests -------------------------------------------------------------------------------- */

/* NULL if it is no JSON object. */
static json_object *
parse_body (const HttpResponse *response)
{
  json_tokener *tokener = json_tokener_new ();

  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  json_object *body = json_tokener_parse_ex (tokener, (const char *) response->body->data,
                                             (int) response->body->len);
  const gboolean success = json_tokener_get_error (tokener) == json_tokener_success;
  json_tokener_free (tokener);
  if (success && json_object_is_type (body, json_type_object))
    return body;
  secret_json_put (body);
  return NULL;
}

static GotrueResult
read_answer (const HttpResponse *response, json_object **out_answer, GError **error)
{
  const gboolean success = response->status >= 200 && response->status < 300;

  if (success && response->body->len == 0)
    return GOTRUE_OK;
  if (success && !http_check_json (response, error))
    return GOTRUE_FAILED;

  g_autoptr (SecretJson) body = parse_body (response);
  if (!success)
    return set_error (response, body, error);
  if (body == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                   "the auth server at %s answers with something that is not a JSON object",
                   response->host);
      return GOTRUE_FAILED;
    }
  *out_answer = g_steal_pointer (&body);
  return GOTRUE_OK;
}

GotrueResult
gotrue_ask (const Gotrue *gotrue,
            const char *method,
            const char *path,
            json_object *body,
            const char *bearer,
            json_object **out_answer,
            gint64 *out_received_at,
            GCancellable *cancellable,
            GError **error)
{
  g_auto (HttpResponse) response = { 0 };
  g_autofree char *url = g_strconcat (gotrue->url, "/auth/v1/", path, NULL);
  g_autoptr (SecretString) key = g_strconcat ("apikey: ", gotrue->api_key, NULL);
  const char *const headers[]
      = { key, "Accept: application/json", "X-Supabase-Api-Version: 2024-01-01", NULL };
  const char *text
      = body != NULL ? json_object_to_json_string_ext (body, JSON_C_TO_STRING_PLAIN) : NULL;
  const HttpRequest request = { .method = method,
                                .url = url,
                                .bearer = bearer,
                                .headers = headers,
                                .body = text,
                                .body_length = text != NULL ? strlen (text) : 0,
                                .timeout = gotrue->timeout };
  GotrueResult result = GOTRUE_FAILED;

  *out_answer = NULL;
  if (http_perform (gotrue->http, &request, &response, cancellable, error))
    {
      if (out_received_at != NULL)
        *out_received_at = response.received_at;
      result = read_answer (&response, out_answer, error);
    }
  secret_wipe_bytes (response.body);
  if (text != NULL)
    explicit_bzero ((char *) text, strlen (text));
  return result;
}

GotrueResult
gotrue_ask_session (const Gotrue *gotrue,
                    const char *path,
                    json_object *body,
                    Session **out_session,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (SecretJson) answer = NULL;
  json_object *answered = NULL;
  gint64 received_at = 0;

  *out_session = NULL;
  const GotrueResult result
      = gotrue_ask (gotrue, "POST", path, body, NULL, &answered, &received_at, cancellable, error);
  answer = answered;
  if (result != GOTRUE_OK || answer == NULL)
    return result;
  if (get_text (answer, "access_token") == NULL && get_text (answer, "refresh_token") == NULL)
    return GOTRUE_OK;
  *out_session = session_new_from_answer (gotrue->url, answer, received_at, error);
  return *out_session != NULL ? GOTRUE_OK : GOTRUE_FAILED;
}
