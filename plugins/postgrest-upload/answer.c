/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "answer.h"

#include "common/json-pull.h"

/* Enough for any message that a person would read. */
#define TEXT_LIMIT 4000

/* A copy in valid UTF-8, not longer than the limit. */
static char *
copy_text (SynclineSlice text)
{
  g_autofree char *valid = g_utf8_make_valid (text.data, MIN (text.length, TEXT_LIMIT));

  if (text.length <= TEXT_LIMIT)
    return g_steal_pointer (&valid);
  return g_strconcat (valid, "…", NULL);
}

/* --- The body of a failure --------------------------------------------------------------------------- */

/* Where the value of a member belongs; NULL when it is of no interest. */
static char **
find_field (Answer *answer, SynclineSlice key)
{
  if (json_slice_is (key, "code"))
    return &answer->code;
  if (json_slice_is (key, "message"))
    return &answer->message;
  if (json_slice_is (key, "details"))
    return &answer->details;
  if (json_slice_is (key, "hint"))
    return &answer->hint;
  return NULL;
}

/* Reads one member; FALSE at the end of the object and where the text is broken. */
static gboolean
read_member (Answer *answer, JsonPull *pull, JsonPullToken *out_last)
{
  *out_last = json_pull_next (pull);
  if (*out_last != JSON_PULL_KEY)
    return FALSE;

  char **field = find_field (answer, pull->text);
  if (field == NULL)
    return json_pull_skip_value (pull, NULL);
  if (json_pull_next (pull) == JSON_PULL_STRING && *field == NULL)
    {
      *field = copy_text (pull->text);
      return TRUE;
    }
  return json_pull_skip_value (pull, NULL);
}

/* Reads {"code", "message", "details", "hint"}. Without the code the body is not PostgREST's, and neither
 * is one that breaks off, unless it was us who cut it. */
static void
read_failure (Answer *answer, const HttpResponse *response)
{
  g_auto (JsonScratch) scratch = { NULL };
  JsonPull pull;
  JsonPullToken last = JSON_PULL_ERROR;

  if (response->body == NULL || response->body->len == 0)
    return;
  json_pull_init (&pull, (const char *) response->body->data, response->body->len, &scratch);
  if (json_pull_next (&pull) == JSON_PULL_OBJECT_BEGIN)
    while (read_member (answer, &pull, &last))
      ;
  gboolean whole = last == JSON_PULL_OBJECT_END && json_pull_next (&pull) == JSON_PULL_END;
  if ((!whole && !response->truncated)
      || (answer->code != NULL && !is_postgrest_code (answer->code)))
    g_clear_pointer (&answer->code, g_free);
}

/* --- Success ----------------------------------------------------------------------------------------- */

/* Reads a Content-Range such as `0-0/1`: the total after the slash, which `count=exact` asks for; if there
 * is an asterisk instead, how many rows the range holds. */
static gint64
read_rows (const HttpResponse *response)
{
  const char *range = http_response_get_header (response, "Content-Range");
  const char *slash = range != NULL ? strchr (range, '/') : NULL;
  guint64 first, last, total;

  if (slash == NULL)
    return -1;
  if (g_ascii_string_to_unsigned (slash + 1, 10, 0, G_MAXINT64, &total, NULL))
    return (gint64) total;

  g_auto (GStrv) bounds = g_strsplit (range, "-", 2);
  if (g_strv_length (bounds) != 2)
    return -1;
  *strchr (bounds[1], '/') = '\0';
  if (!g_ascii_string_to_unsigned (bounds[0], 10, 0, G_MAXINT64, &first, NULL)
      || !g_ascii_string_to_unsigned (bounds[1], 10, first, G_MAXINT64 - 1, &last, NULL))
    return -1;
  return (gint64) (last - first + 1);
}

/* Writes are answered with 200, 201 or 204 and, with return=minimal, an empty body. Wi-Fi that wants a
 * sign-in first answers anything with 200 and a page. */
static gboolean
is_success (const HttpResponse *response)
{
  guint status = response->status;

  if (status != 200 && status != 201 && status != 204)
    return FALSE;
  if (response->body == NULL || response->body->len == 0)
    return !http_response_has_type (response, "text/html");
  return http_check_json (response, NULL);
}

void
answer_read (Answer *answer, const HttpResponse *response)
{
  *answer = (Answer){
    .status = response->status,
    .success = is_success (response),
    .rows = -1,
  };
  if (answer->success)
    {
      answer->rows = read_rows (response);
      return;
    }
  if (response->status < 200 || response->status > 299)
    read_failure (answer, response);
  answer->classification = classify (answer->status, answer->code);
}

void
answer_clear (Answer *answer)
{
  g_free (answer->code);
  g_free (answer->message);
  g_free (answer->details);
  g_free (answer->hint);
  *answer = (Answer){ 0 };
}

/* --- What becomes of it -------------------------------------------------------------------------------- */

SynclineOutcome *
answer_make_rejection (const Answer *answer)
{
  const char *message = answer->message != NULL ? answer->message : answer->classification->meaning;

  return syncline_outcome_new_rejected (answer->status, answer->code, message, answer->details,
                                        answer->hint);
}

static SynclineError
get_error_code (Verdict verdict)
{
  return verdict == VERDICT_REAUTHENTICATE ? SYNCLINE_ERROR_UNAUTHORIZED
                                           : SYNCLINE_ERROR_UNAVAILABLE;
}

GError *
answer_make_error (const Answer *answer,
                   const HttpResponse *response,
                   const char *method,
                   const char *url)
{
  const Classification *classification = answer->classification;
  g_autofree char *place = http_url_for_message (url);
  /* PostgREST's own messages speak of tokens and schemas; those of Postgres may quote values. */
  gboolean quotable
      = answer->code != NULL && answer->message != NULL && g_str_has_prefix (answer->code, "PGRST");

  GError *error = g_error_new (SYNCLINE_ERROR, get_error_code (classification->verdict),
                               "%s %s was answered with %u%s%s: %s%s%s", method, place,
                               answer->status, answer->code != NULL ? " " : "",
                               answer->code != NULL ? answer->code : "", classification->meaning,
                               quotable ? ": " : "", quotable ? answer->message : "");
  gint64 retry_after = http_response_get_retry_after (response);
  if (retry_after >= 0)
    syncline_error_set_retry_after (error, retry_after);
  return error;
}
