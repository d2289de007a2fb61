/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http-private.h"

#include <string.h>

#include "common/http-response.h"

#define HEADERS_LIMIT (256 * 1024)
/* A stream's bytes that wait to be read. One piece of compressed input can make many times as much. */
#define CHUNK_LIMIT (1024 * 1024)
#define STREAM_BUFFER_SIZE (256L * 1024)
/* A virtual clock does not wake a poll, so polls are short. */
#define LONGEST_POLL_MS 1000

/* --- What libcurl hands over ----------------------------------------------------------------- */

static gsize
on_header (char *data, gsize size, gsize n, gpointer user_data)
{
  HttpTransfer *transfer = user_data;
  const gsize length = size * n;

  /* What comes after the body are trailers, which nobody asked for. */
  if (transfer->headers_done)
    return length;

  transfer->header_bytes += length;
  if (transfer->header_bytes > HEADERS_LIMIT)
    {
      transfer->too_long = TRUE;
      return 0;
    }

  const gsize stripped = length - (length > 0 && data[length - 1] == '\n')
                         - (length > 1 && data[length - 2] == '\r' && data[length - 1] == '\n');
  if (stripped > 0)
    {
      http_response_add_header_line (transfer->response, data, stripped);
      return length;
    }

  /* The empty line; but after an interim answer (1xx) the real one follows. */
  long status = 0;
  curl_easy_getinfo (transfer->lane->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200)
    {
      transfer->status = transfer->response->status = (guint) status;
      transfer->response->received_at = syncline_host_get_real_time (transfer->http->host);
      transfer->headers_done = TRUE;
    }
  return length;
}

static gsize
take_stream_bytes (HttpTransfer *transfer, const char *data, gsize length)
{
  if (transfer->chunk->len >= CHUNK_LIMIT)
    {
      transfer->paused = TRUE;
      return CURL_WRITEFUNC_PAUSE;
    }
  g_byte_array_append (transfer->chunk, (const guint8 *) data, (guint) length);
  return length;
}

static gsize
on_body (char *data, gsize size, gsize n, gpointer user_data)
{
  HttpTransfer *transfer = user_data;
  const gsize length = size * n;
  const gboolean success = transfer->status >= 200 && transfer->status < 300;

  if (transfer->streaming && success)
    return take_stream_bytes (transfer, data, length);

  GByteArray *body = transfer->response->body;
  const gsize limit
      = success ? transfer->body_limit : MIN (transfer->body_limit, HTTP_ERROR_BODY_LIMIT);
  const gsize taken = MIN (length, limit - body->len);
  g_byte_array_append (body, (const guint8 *) data, (guint) taken);
  if (taken < length)
    {
      transfer->too_long = TRUE;
      transfer->response->truncated = TRUE;
    }
  return taken;
}

/* --- Setting up ------------------------------------------------------------------------------ */

/* A line break in a value would let it smuggle in headers of its own. */
static gboolean
add_header (HttpTransfer *transfer, const char *line, GError **error)
{
  for (const char *at = line; *at != '\0'; at++)
    if ((g_ascii_iscntrl (*at) && *at != '\t'))
      {
        g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                     "the header %.*s of the request to %s has a control character",
                     (int) strcspn (line, ":"), line, transfer->url);
        return FALSE;
      }
  transfer->headers = curl_slist_append (transfer->headers, line);
  return TRUE;
}

static gboolean
has_header (struct curl_slist *headers, const char *line)
{
  const gsize name_length = strcspn (line, ":");

  for (struct curl_slist *at = headers; at != NULL; at = at->next)
    if (strcspn (at->data, ":") == name_length
        && g_ascii_strncasecmp (at->data, line, name_length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
add_headers (HttpTransfer *transfer, const HttpRequest *request, GError **error)
{
  /* Sent for a big body, it would only cost a round trip. */
  gboolean success = add_header (transfer, "Expect:", error);

  for (const char *const *line = request->headers; success && line != NULL && *line != NULL; line++)
    success = add_header (transfer, *line, error);

  if (success && request->bearer != NULL)
    {
      char *line = g_strconcat ("Authorization: Bearer ", request->bearer, NULL);
      success = add_header (transfer, line, error);
      explicit_bzero (line, strlen (line));
      g_free (line);
    }

  if (success && !has_header (transfer->headers, "X-Request-Id:"))
    {
      g_autofree char *line = g_strconcat ("X-Request-Id: ", transfer->request_id, NULL);
      success = add_header (transfer, line, error);
    }

  /* Without this libcurl would call the body a form, which servers then misread. */
  if (success && !has_header (transfer->headers, "Content-Type:"))
    {
      g_autofree char *line = request->body == NULL ? g_strdup ("Content-Type:")
                                                    : g_strdup_printf ("Content-Type: %s",
                                                                       request->content_type != NULL
                                                                           ? request->content_type
                                                                           : "application/json");
      success = add_header (transfer, line, error);
    }

  char **line = transfer->http->config->headers;
  for (; success && line != NULL && *line != NULL; line++)
    if (!has_header (transfer->headers, *line))
      success = add_header (transfer, *line, error);
  return success;
}

/* A stream outlives the call that opens it, and with it the borrowed body, which may not have been
 * sent to its end when the answer begins. */
static void
set_method_and_body (CURL *easy, const HttpRequest *request, gboolean streaming)
{
  const char *method = request->method != NULL ? request->method : "GET";

  if (request->body != NULL || g_str_equal (method, "POST") || g_str_equal (method, "PUT")
      || g_str_equal (method, "PATCH"))
    {
      const gsize length = request->body != NULL ? request->body_length : 0;
      curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) length);
      curl_easy_setopt (easy, streaming ? CURLOPT_COPYPOSTFIELDS : CURLOPT_POSTFIELDS,
                        request->body != NULL ? request->body : "");
      curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, method);
    }
  else if (g_str_equal (method, "HEAD"))
    curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else
    {
      curl_easy_setopt (easy, CURLOPT_HTTPGET, 1L);
      curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, method);
    }
}

static void
set_callbacks (HttpTransfer *transfer, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, transfer->curl_error);
  if (transfer->streaming)
    curl_easy_setopt (easy, CURLOPT_BUFFERSIZE, STREAM_BUFFER_SIZE);
}

gboolean
http_transfer_init (HttpTransfer *transfer,
                    SynclineHttp *http,
                    const HttpRequest *request,
                    HttpResponse *response,
                    gboolean streaming,
                    GError **error)
{
  *transfer = (HttpTransfer){
    .http = http,
    .response = response,
    .streaming = streaming,
    .body_limit = request->body_limit > 0 ? request->body_limit : HTTP_DEFAULT_BODY_LIMIT,
    .url = http_url_for_message (request->url),
    .host = http_url_dup_host (request->url),
    .method = g_strdup (request->method != NULL ? request->method : "GET"),
    .request_id = g_uuid_string_random (),
    .chunk = streaming ? g_byte_array_new () : NULL,
  };
  http_response_reset (response, transfer->host);

  if (!g_str_has_prefix (request->url, "http://") && !g_str_has_prefix (request->url, "https://"))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                   "%s is not an http:// or https:// URL", transfer->url);
      return FALSE;
    }
  if (!add_headers (transfer, request, error))
    return FALSE;

  transfer->lane = http_lane_take (http);
  CURL *easy = transfer->lane->easy;
  http_config_apply (http, easy);
  curl_easy_setopt (easy, CURLOPT_URL, request->url);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, transfer->headers);
  set_method_and_body (easy, request, streaming);
  set_callbacks (transfer, easy);
  curl_multi_add_handle (transfer->lane->multi, easy);
  transfer->attached = TRUE;
  return TRUE;
}

static void
free_headers (struct curl_slist *headers)
{
  for (struct curl_slist *at = headers; at != NULL; at = at->next)
    explicit_bzero (at->data, strlen (at->data));
  curl_slist_free_all (headers);
}

/* What is no success is worth a look with -v. */
static void
log_request (HttpTransfer *transfer)
{
  const gboolean success = transfer->status >= 200 && transfer->status < 300;

  if (!transfer->attached)
    return;
  if (transfer->headers_done)
    syncline_host_log (transfer->http->host, success ? G_LOG_LEVEL_DEBUG : G_LOG_LEVEL_INFO,
                       "%s %s: %u, request %s", transfer->method, transfer->url, transfer->status,
                       transfer->request_id);
  else
    syncline_host_log (transfer->http->host, G_LOG_LEVEL_INFO, "%s %s: no answer, request %s",
                       transfer->method, transfer->url, transfer->request_id);
}

void
http_transfer_clear (HttpTransfer *transfer)
{
  log_request (transfer);
  if (transfer->attached)
    curl_multi_remove_handle (transfer->lane->multi, transfer->lane->easy);
  if (transfer->lane != NULL)
    http_lane_give_back (transfer->http, transfer->lane);
  free_headers (transfer->headers);
  g_clear_pointer (&transfer->chunk, g_byte_array_unref);
  g_clear_pointer (&transfer->url, g_free);
  g_clear_pointer (&transfer->method, g_free);
  g_clear_pointer (&transfer->request_id, g_free);
  g_clear_pointer (&transfer->host, g_free);
}

/* --- Running --------------------------------------------------------------------------------- */

static void
finish (HttpTransfer *transfer, CURLcode result)
{
  transfer->done = TRUE;
  transfer->result = result;
  if (transfer->response != NULL)
    http_response_finish (transfer->response, http_transfer_get_wire_bytes (transfer));
}

static void
work (HttpTransfer *transfer)
{
  int n_running = 0;
  int n_left = 0;
  CURLMsg *message;

  if (transfer->paused && transfer->chunk->len < CHUNK_LIMIT)
    {
      transfer->paused = FALSE;
      curl_easy_pause (transfer->lane->easy, CURLPAUSE_CONT);
    }
  if (curl_multi_perform (transfer->lane->multi, &n_running) != CURLM_OK)
    {
      finish (transfer, CURLE_OUT_OF_MEMORY);
      return;
    }
  while ((message = curl_multi_info_read (transfer->lane->multi, &n_left)) != NULL)
    if (message->msg == CURLMSG_DONE)
      finish (transfer, message->data.result);
}

guint64
http_transfer_get_wire_bytes (HttpTransfer *transfer)
{
  curl_off_t bytes = 0;

  curl_easy_getinfo (transfer->lane->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  return (guint64) MAX (bytes, 0);
}

static gboolean
run_until_enough (HttpTransfer *transfer,
                  gboolean (*is_enough) (HttpTransfer *transfer),
                  gint64 timeout,
                  gboolean restart_on_bytes,
                  GCancellable *cancellable,
                  GError **error)
{
  gint64 since = syncline_host_get_monotonic_time (transfer->http->host);
  guint64 bytes = http_transfer_get_wire_bytes (transfer);

  while (TRUE)
    {
      work (transfer);
      if (transfer->done || is_enough (transfer))
        return TRUE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      const gint64 now = syncline_host_get_monotonic_time (transfer->http->host);
      if (restart_on_bytes && http_transfer_get_wire_bytes (transfer) != bytes)
        {
          since = now;
          bytes = http_transfer_get_wire_bytes (transfer);
        }
      const gint64 left = since + timeout - now;
      if (left <= 0)
        {
          http_set_timeout_error (transfer, timeout, error);
          return FALSE;
        }
      const int poll_ms = (int) CLAMP (left / 1000 + 1, 1, LONGEST_POLL_MS);
      curl_multi_poll (transfer->lane->multi, NULL, 0, poll_ms, NULL);
    }
}

static void
on_cancelled (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  HttpLane *lane = user_data;

  curl_multi_wakeup (lane->multi);
}

gboolean
http_transfer_run (HttpTransfer *transfer,
                   gboolean (*is_enough) (HttpTransfer *transfer),
                   gint64 timeout,
                   gboolean restart_on_bytes,
                   GCancellable *cancellable,
                   GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (transfer->done || is_enough (transfer))
    return TRUE;

  gulong handler = 0;
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), transfer->lane, NULL);
  const gboolean success
      = run_until_enough (transfer, is_enough, timeout, restart_on_bytes, cancellable, error);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);
  return success;
}
