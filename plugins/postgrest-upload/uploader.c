/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "upload.h"

/* More of an error than anybody would read. */
#define BODY_LIMIT (1024 * 1024)

/* --- Requests ------------------------------------------------------------------------------------ */

/* A request that took too long, broke on the way or was refused may get through if it is smaller. */
static void
count_failure (Uploader *uploader, guint n_changes)
{
  if (n_changes > 1)
    uploader->request_changes = MIN (uploader->request_changes, n_changes / 2);
}

static void
count_success (Uploader *uploader)
{
  guint most = (guint) uploader->config->max_request_changes;

  uploader->request_changes
      = uploader->request_changes > most / 2 ? most : uploader->request_changes * 2;
}

/* A gateway lost patience, or Postgres did (statement_timeout). */
static gboolean
took_too_long (const Answer *answer)
{
  return answer->status == 408 || answer->status == 504 || g_strcmp0 (answer->code, "57014") == 0;
}

gboolean
upload_exchange (
    Upload *upload, const Request *request, guint n_changes, Answer *answer, GError **error)
{
  Uploader *uploader = upload->uploader;
  const HttpRequest http_request = {
    .method = request->method,
    .url = request->url->str,
    .bearer = upload->token,
    .headers = (const char *const *) request->headers->pdata,
    .body = request->body != NULL ? request->body->str : NULL,
    .body_length = request->body != NULL ? request->body->len : 0,
    .timeout = uploader->config->timeout,
    .body_limit = BODY_LIMIT,
  };

  if (!http_perform (uploader->http, &http_request, &upload->response, upload->cancellable, error))
    {
      count_failure (uploader, n_changes);
      return FALSE;
    }
  answer_read (answer, &upload->response);
  if (answer->success)
    {
      count_success (uploader);
      return TRUE;
    }
  if (answer->classification->verdict == VERDICT_REJECT)
    return TRUE;
  if (took_too_long (answer))
    count_failure (uploader, n_changes);
  g_propagate_error (
      error, answer_make_error (answer, &upload->response, request->method, request->url->str));
  return FALSE;
}

void
upload_count_refusal (Upload *upload, guint n_changes)
{
  count_failure (upload->uploader, n_changes);
}

void
upload_accept (Upload *upload, guint n_changes)
{
  for (guint i = 0; i < n_changes; i++)
    g_ptr_array_add (upload->outcomes, syncline_outcome_new_accepted ());
}

/* --- Life ------------------------------------------------------------------------------------------- */

Uploader *
uploader_new (const UploaderConfig *config, SynclineHost *host, GError **error)
{
  g_autoptr (SynclineHttp) http = http_new (&config->http, host, error);
  if (http == NULL)
    return NULL;
  syncline_host_add_secret (host, config->api_key);

  Uploader *uploader = g_new0 (Uploader, 1);
  uploader->config = config;
  uploader->host = host;
  uploader->http = g_steal_pointer (&http);
  uploader->request_changes = (guint) config->max_request_changes;
  uploader->endpoint = (Endpoint){
    .url = config->url,
    .api_key = config->api_key,
    .profile = g_str_equal (config->profile, "public") ? NULL : config->profile,
    .schema = syncline_host_get_schema (host),
  };
  return uploader;
}

void
uploader_free (Uploader *uploader)
{
  http_free (uploader->http);
  g_free (uploader->client_id);
  g_free (uploader);
}

gboolean
uploader_applies_transactions (Uploader *uploader)
{
  return uploader->config->mode == UPLOAD_MODE_RPC;
}

void
uploader_set_client_id (Uploader *uploader, const char *client_id)
{
  g_free (uploader->client_id);
  uploader->client_id = g_strdup (client_id);
}

gboolean
uploader_upload (Uploader *uploader,
                 GPtrArray *changes,
                 SynclineCredentials *credentials,
                 GPtrArray *outcomes,
                 GCancellable *cancellable,
                 GError **error)
{
  Upload upload = {
    .uploader = uploader,
    .changes = changes,
    .token = credentials != NULL ? syncline_credentials_get_token (credentials) : NULL,
    .outcomes = outcomes,
    .cancellable = cancellable,
  };

  /* Whoever has users never writes in nobody's name. */
  if (credentials == NULL && syncline_host_has_role (uploader->host, SYNCLINE_ROLE_AUTH))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION,
                   "changes are not uploaded while nobody is signed in");
      return FALSE;
    }
  if (changes->len == 0)
    return TRUE;
  gboolean success = uploader->config->mode == UPLOAD_MODE_RPC ? upload_by_call (&upload, error)
                                                               : upload_by_rest (&upload, error);
  http_response_clear (&upload.response);
  return success;
}

gboolean
uploader_probe (Uploader *uploader, char **out_message, GCancellable *cancellable, GError **error)
{
  g_auto (Request) request = { NULL };
  g_auto (HttpResponse) response = { 0 };

  request_init_probe (&request, &uploader->endpoint);
  const HttpRequest http_request = {
    .method = request.method,
    .url = request.url->str,
    .headers = (const char *const *) request.headers->pdata,
  };
  if (!http_perform (uploader->http, &http_request, &response, cancellable, error))
    return FALSE;
  if (response.status >= 500)
    return http_check_status (&response, NULL, error);
  if (out_message != NULL)
    *out_message = g_strdup_printf ("PostgREST at %s answers (HTTP %u)", uploader->config->url,
                                    response.status);
  return TRUE;
}
