/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/downloader-private.h"

#include "common/http-findings.h"
#include "powersync-download/service-answer.h"
#include "powersync-download/stream-decoder.h"
#include "powersync-download/stream-request.h"

#include <string.h>

#define NDJSON_TYPE "application/x-ndjson"
#define BSON_TYPE "application/vnd.powersync.bson-stream"

struct _DownloaderStream
{
  HttpStream *http;
  StreamDecoder *decoder;
  guint64 wire_bytes; /* that earlier events were told */
};

Downloader *
downloader_new (const DownloaderConfig *config, SynclineHost *host, GError **error)
{
  g_autoptr (Downloader) downloader = g_new0 (Downloader, 1);

  downloader->config = config;
  downloader->host = host;
  downloader->http = http_new (&config->http, host, error);
  if (downloader->http == NULL)
    return NULL;
  downloader->url = g_strdup (config->url);
  for (gsize n = strlen (downloader->url); n > 0 && downloader->url[n - 1] == '/'; n--)
    downloader->url[n - 1] = '\0';
  return g_steal_pointer (&downloader);
}

void
downloader_free (Downloader *downloader)
{
  g_clear_pointer (&downloader->http, http_free);
  g_free (downloader->url);
  g_free (downloader);
}

/* --- Requests ---------------------------------------------------------------------------------- */

/* The scheme's word is the service's own, and case-sensitive. */
void
downloader_add_authorization (GPtrArray *headers, SynclineCredentials *credentials)
{
  if (credentials != NULL)
    g_ptr_array_add (headers, g_strconcat ("Authorization: Token ",
                                           syncline_credentials_get_token (credentials), NULL));
}

/* BSON costs less to read, so it is preferred; but what comes is the service's choice. */
static const char *
get_accept (const Downloader *downloader)
{
  switch ((DownloaderFormat) downloader->config->format)
    {
    case DOWNLOADER_FORMAT_NDJSON:
      return "Accept: " NDJSON_TYPE;
    case DOWNLOADER_FORMAT_BSON:
      return "Accept: " BSON_TYPE;
    default:
      return "Accept: " BSON_TYPE ";q=0.9, " NDJSON_TYPE ";q=0.8";
    }
}

gboolean
downloader_get_json (Downloader *downloader,
                     const char *path,
                     SynclineCredentials *credentials,
                     HttpResponse *response,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *url = g_strconcat (downloader->url, path, NULL);

  downloader_add_authorization (headers, credentials);
  g_ptr_array_add (headers, g_strdup ("Accept: application/json"));
  g_ptr_array_add (headers, NULL);

  const HttpRequest request = {
    .method = "GET",
    .url = url,
    .headers = (const char *const *) headers->pdata,
  };
  return http_perform (downloader->http, &request, response, cancellable, error)
         && service_answer_check_status (response, error) && http_check_json (response, error);
}

/* --- Streams ----------------------------------------------------------------------------------- */

static gboolean
send_request (Downloader *downloader,
              const char *body,
              SynclineCredentials *credentials,
              HttpResponse *response,
              HttpStream **out_stream,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *url = g_strconcat (downloader->url, "/sync/stream", NULL);

  downloader_add_authorization (headers, credentials);
  g_ptr_array_add (headers, g_strdup (get_accept (downloader)));
  if (!downloader->config->compression)
    g_ptr_array_add (headers, g_strdup ("Accept-Encoding: identity"));
  g_ptr_array_add (headers, NULL);

  const HttpRequest request = {
    .method = "POST",
    .url = url,
    .headers = (const char *const *) headers->pdata,
    .body = body,
    .body_length = strlen (body),
    /* With another type, or none, the service ignores the body and sends everything anew. */
    .content_type = "application/json",
    .idle_timeout = downloader->config->idle_timeout,
  };
  return http_stream_open (downloader->http, &request, response, out_stream, cancellable, error);
}

/* Tells the encoding by what the service says it sends, not by what was asked for. */
static gboolean
choose_format (const HttpResponse *response, StreamFormat *out_format, GError **error)
{
  if (http_response_has_type (response, "text/html"))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                   "what answers for %s sends a web page instead of a stream; a proxy or the "
                   "sign-in page of a network may be in between; check the URL",
                   response->host);
      return FALSE;
    }
  *out_format
      = http_response_has_type (response, BSON_TYPE) ? STREAM_FORMAT_BSON : STREAM_FORMAT_NDJSON;
  return TRUE;
}

/* The service says only that the body is too long; what it is made of is known here. */
static void
explain_too_large (const SynclineStreamRequest *request, gsize length, GError **error)
{
  g_prefix_error (error,
                  "the request for %u buckets and %u subscriptions has %" G_GSIZE_FORMAT
                  " bytes, more than the service takes: ",
                  request->n_buckets, request->n_subscriptions, length);
}

DownloaderStream *
downloader_open_stream (Downloader *downloader,
                        const SynclineStreamRequest *request,
                        SynclineCredentials *credentials,
                        GCancellable *cancellable,
                        GError **error)
{
  g_auto (HttpResponse) response = { 0 };
  g_autoptr (HttpStream) http = NULL;
  StreamFormat format;

  g_autofree char *body = stream_request_to_json (request, error);
  if (body == NULL
      || !send_request (downloader, body, credentials, &response, &http, cancellable, error))
    return NULL;
  if (!service_answer_check_status (&response, error))
    {
      if (response.status == 413)
        explain_too_large (request, strlen (body), error);
      return NULL;
    }
  if (!choose_format (&response, &format, error))
    return NULL;

  g_atomic_int_set (&downloader->numbers_are_given, FALSE);
  DownloaderStream *stream = g_new0 (DownloaderStream, 1);
  stream->http = g_steal_pointer (&http);
  stream->decoder = stream_decoder_new (format, (gsize) downloader->config->max_message);
  return stream;
}

gboolean
downloader_next_event (DownloaderStream *stream,
                       SynclineEvent *out_event,
                       GCancellable *cancellable,
                       GError **error)
{
  gboolean found;

  while (TRUE)
    {
      if (!stream_decoder_next (stream->decoder, out_event, &found, error))
        return FALSE;
      if (found)
        break;

      const char *data;
      gsize length;
      if (!http_stream_read (stream->http, &data, &length, cancellable, error))
        return FALSE;
      if (length == 0)
        {
          if (!stream_decoder_finish (stream->decoder, error))
            return FALSE;
          *out_event = (SynclineEvent){ .type = SYNCLINE_EVENT_END };
          return TRUE;
        }
      stream_decoder_feed (stream->decoder, data, length);
    }

  guint64 wire_bytes = http_stream_get_wire_bytes (stream->http);
  out_event->wire_bytes = wire_bytes - stream->wire_bytes;
  stream->wire_bytes = wire_bytes;
  return TRUE;
}

void
downloader_close_stream (DownloaderStream *stream)
{
  http_stream_close (stream->http);
  stream_decoder_free (stream->decoder);
  g_free (stream);
}

/* --- Whether it is there ------------------------------------------------------------------------------ */

static gboolean
ask_for_life (Downloader *downloader,
              HttpResponse *response,
              GCancellable *cancellable,
              GError **error)
{
  return downloader_get_json (downloader, "/probes/liveness", NULL, response, cancellable, error);
}

gboolean
downloader_probe (Downloader *downloader,
                  char **out_message,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (HttpResponse) response = { 0 };

  if (!ask_for_life (downloader, &response, cancellable, error))
    return FALSE;
  if (out_message != NULL)
    {
      g_autofree char *url = http_url_for_message (downloader->url);
      *out_message = g_strdup_printf ("the PowerSync service at %s is alive", url);
    }
  return TRUE;
}

void
downloader_check (Downloader *downloader,
                  SynclineFindingFunc func,
                  gpointer func_data,
                  GCancellable *cancellable)
{
  g_auto (HttpResponse) response = { 0 };
  g_autofree char *url = http_url_for_message (downloader->url);
  g_autoptr (GError) error = NULL;

  if (!ask_for_life (downloader, &response, cancellable, &error))
    {
      http_tell_error (func, func_data, "server", NULL, error);
      return;
    }
  http_tell (func, func_data, SYNCLINE_FINDING_OK, 0, "server", NULL,
             "the PowerSync service at %s is alive", url);
  http_tell_findings (downloader->url, &downloader->config->http, &response, downloader->host, func,
                      func_data);
}
