/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "look.h"

#include "answer.h"
#include "common/http-findings.h"

/* A database of thousands of tables. */
#define DESCRIPTION_LIMIT (64 * 1024 * 1024)

typedef struct
{
  Uploader *uploader;
  const char *token; /* NULL: none */
  SynclineFindingFunc func;
  gpointer func_data;
  GCancellable *cancellable;
  gboolean reached; /* what an answer tells of the server was told */
} Look;

/* --- One table -------------------------------------------------------------------------------- */

static void
tell_server (Look *look, const HttpResponse *response)
{
  const UploaderConfig *config = look->uploader->config;
  g_autofree char *url = http_url_for_message (config->url);

  if (look->reached)
    return;
  look->reached = TRUE;
  http_tell (look->func, look->func_data, SYNCLINE_FINDING_OK, 0, "server", NULL,
             "PostgREST at %s answers", url);
  http_tell_findings (config->url, &config->http, response, look->uploader->host, look->func,
                      look->func_data);
}

/* A gateway knows the project's key, PostgREST the token; only PostgREST's refusals have a code. */
static void
tell_refusal (Look *look, const Answer *answer)
{
  const char *message = answer->message != NULL ? answer->message : answer->classification->meaning;

  if (answer->code == NULL)
    http_tell (look->func, look->func_data, SYNCLINE_FINDING_FAULT, SYNCLINE_ERROR_UNAUTHORIZED,
               "api-key", "check api-key in [postgrest-upload]: it has to be this project's",
               "the gateway refuses the request (HTTP %u): %s", answer->status, message);
  else if (look->token != NULL)
    http_tell (look->func, look->func_data, SYNCLINE_FINDING_FAULT, SYNCLINE_ERROR_UNAUTHORIZED,
               "token", "sign in again; if it stays so, the server checks tokens with another key",
               "PostgREST refuses the token (%s): %s", answer->code, message);
  else
    http_tell (look->func, look->func_data, SYNCLINE_FINDING_WARNING, 0, "token",
               "sign in, and check again", "PostgREST wants a token (%s): %s", answer->code,
               message);
}

static void
tell_table (Look *look, const char *table, const Answer *answer)
{
  const char *message = answer->message != NULL ? answer->message : answer->classification->meaning;
  const char *advice = answer->status == 404
                           ? "apply the migration that makes the table, grant it to this user's "
                             "role, and see that PostgREST exposes its schema"
                           : "apply the migration that is missing, or take the column out of the "
                             "schema file: 'syncline schema diff'";

  if (g_strcmp0 (answer->code, "42501") == 0)
    advice = "grant select, insert, update and delete on it to this user's role";
  http_tell (look->func, look->func_data, SYNCLINE_FINDING_FAULT, SYNCLINE_ERROR_REJECTED, "table",
             advice, "%s: the server answers %u %s: %s", table, answer->status,
             answer->code != NULL ? answer->code : "", message);
}

/* FALSE when other tables would fare no better. */
static gboolean
judge (Look *look, const char *table, const Request *request, const HttpResponse *response)
{
  g_auto (Answer) answer = { 0 };

  answer_read (&answer, response);
  if (answer.success)
    return TRUE;
  const gboolean not_allowed = g_strcmp0 (answer.code, "42501") == 0;
  if (answer.status == 401 && !(not_allowed && look->token != NULL))
    {
      tell_refusal (look, &answer);
      return FALSE;
    }
  /* A queue waits for a table that is not there yet; here somebody has to know. */
  const gboolean no_table = answer.status == 404 && answer.code != NULL;
  if (not_allowed || no_table || answer.classification->verdict == VERDICT_REJECT)
    {
      tell_table (look, table, &answer);
      return TRUE;
    }
  g_autoptr (GError) error
      = answer_make_error (&answer, response, request->method, request->url->str);
  http_tell_error (look->func, look->func_data, "server", NULL, error);
  return FALSE;
}

/* Asks for no row, with all columns: what the server says shows whether it has them. */
static gboolean
look_at_table (Look *look, const SynclineTable *table)
{
  g_auto (Request) request = { NULL };
  g_auto (HttpResponse) response = { 0 };
  g_autoptr (GError) error = NULL;

  request_init_look (&request, &look->uploader->endpoint, table);
  const HttpRequest http_request = {
    .method = request.method,
    .url = request.url->str,
    .bearer = look->token,
    .headers = (const char *const *) request.headers->pdata,
    .timeout = look->uploader->config->timeout,
  };
  if (!http_perform (look->uploader->http, &http_request, &response, look->cancellable, &error))
    {
      http_tell_error (look->func, look->func_data, "server", NULL, error);
      return FALSE;
    }
  tell_server (look, &response);
  return judge (look, syncline_table_get_name (table), &request, &response);
}

/* --- All of them ------------------------------------------------------------------------------ */

static void
look_at_root (Look *look)
{
  g_auto (Request) request = { NULL };
  g_auto (HttpResponse) response = { 0 };
  g_autoptr (GError) error = NULL;

  request_init_probe (&request, &look->uploader->endpoint);
  const HttpRequest http_request = {
    .method = request.method,
    .url = request.url->str,
    .bearer = look->token,
    .headers = (const char *const *) request.headers->pdata,
    .body_limit = DESCRIPTION_LIMIT,
  };
  if (http_perform (look->uploader->http, &http_request, &response, look->cancellable, &error)
      && (response.status < 500 || http_check_status (&response, NULL, &error)))
    tell_server (look, &response);
  else
    http_tell_error (look->func, look->func_data, "server", NULL, error);
}

void
uploader_check (Uploader *uploader,
                SynclineCredentials *credentials,
                SynclineFindingFunc func,
                gpointer func_data,
                GCancellable *cancellable)
{
  SynclineSchema *schema = uploader->endpoint.schema;
  Look look = {
    .uploader = uploader,
    .token = credentials != NULL ? syncline_credentials_get_token (credentials) : NULL,
    .func = func,
    .func_data = func_data,
    .cancellable = cancellable,
  };
  guint n_good = 0;

  for (guint i = 0; i < syncline_schema_get_n_tables (schema); i++)
    {
      const SynclineTable *table = syncline_schema_get_table (schema, i);
      /* Rows that only go up need no right to be read. */
      if (syncline_table_get_mode (table) != SYNCLINE_TABLE_SYNCED)
        continue;
      if (!look_at_table (&look, table))
        return;
      n_good++;
    }
  if (n_good == 0)
    look_at_root (&look);
  else if (look.token != NULL)
    http_tell (func, func_data, SYNCLINE_FINDING_OK, 0, "token", NULL, "PostgREST takes it");
}

/* --- What it says of itself --------------------------------------------------------------------- */

/* Supabase shows it to secret keys only, and so may others. */
static gboolean
check_description (const HttpResponse *response, const char *key, GError **error)
{
  g_auto (Answer) answer = { 0 };

  if (response->status >= 200 && response->status < 300)
    return http_check_json (response, error);
  answer_read (&answer, response);
  if (answer.status != 401 && answer.status != 403 && answer.status != 404)
    return http_check_status (response, answer.message, error);
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED,
               "%s does not show its tables (HTTP %u): %s; %s", response->host, answer.status,
               answer.message != NULL ? answer.message : answer.classification->meaning,
               key != NULL
                   ? "check the key, and PostgREST's openapi-mode"
                   : "ask with a secret key of the project, or read a folder of migrations");
  return FALSE;
}

gboolean
uploader_describe (Uploader *uploader,
                   SynclineCredentials *credentials,
                   const char *key,
                   SynclineServerColumnFunc func,
                   gpointer func_data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_auto (Request) request = { NULL };
  g_auto (HttpResponse) response = { 0 };
  Endpoint endpoint = uploader->endpoint;
  g_autofree char *url = http_url_for_message (endpoint.url);

  if (key != NULL)
    endpoint.api_key = key;
  request_init_describe (&request, &endpoint);
  const HttpRequest http_request = {
    .method = request.method,
    .url = request.url->str,
    .bearer = key != NULL           ? key
              : credentials != NULL ? syncline_credentials_get_token (credentials)
                                    : NULL,
    .headers = (const char *const *) request.headers->pdata,
    .timeout = uploader->config->timeout,
    .body_limit = DESCRIPTION_LIMIT,
  };
  return http_perform (uploader->http, &http_request, &response, cancellable, error)
         && check_description (&response, key, error)
         && openapi_read ((const char *) response.body->data, response.body->len, url, func,
                          func_data, error);
}
