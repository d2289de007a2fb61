/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http-private.h"

struct _HttpStream
{
  HttpTransfer transfer;
  gint64 idle_timeout;
  gboolean chunk_was_read; /* bytes that came along with the headers were not, yet */
};

/* The body of an answer that is no success is read as a whole, since it says what is wrong. */
static gboolean
has_success_headers (HttpTransfer *transfer)
{
  return transfer->headers_done && transfer->status >= 200 && transfer->status < 300;
}

static gboolean
has_bytes (HttpTransfer *transfer)
{
  return transfer->chunk->len > 0;
}

gboolean
http_stream_open (SynclineHttp *http,
                  const HttpRequest *request,
                  HttpResponse *response,
                  HttpStream **out_stream,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (HttpStream) stream = g_new0 (HttpStream, 1);
  const gint64 timeout = request->timeout > 0 ? request->timeout : HTTP_DEFAULT_TIMEOUT;

  *out_stream = NULL;
  stream->idle_timeout = request->idle_timeout > 0 ? request->idle_timeout : HTTP_DEFAULT_TIMEOUT;
  if (!http_transfer_init (&stream->transfer, http, request, response, TRUE, error)
      || !http_transfer_run (&stream->transfer, has_success_headers, timeout, FALSE, cancellable,
                             error))
    return FALSE;

  /* A success that broke off at once is for the first read to tell. */
  if (!has_success_headers (&stream->transfer))
    return http_transfer_check (&stream->transfer, error);

  stream->transfer.response = NULL;
  *out_stream = g_steal_pointer (&stream);
  return TRUE;
}

gboolean
http_stream_read (HttpStream *stream,
                  const char **out_data,
                  gsize *out_length,
                  GCancellable *cancellable,
                  GError **error)
{
  HttpTransfer *transfer = &stream->transfer;

  if (stream->chunk_was_read)
    g_byte_array_set_size (transfer->chunk, 0);
  stream->chunk_was_read = FALSE;
  if (!http_transfer_run (transfer, has_bytes, stream->idle_timeout, TRUE, cancellable, error))
    return FALSE;

  /* What came before a break is still good. */
  if (transfer->chunk->len == 0 && !http_transfer_check (transfer, error))
    return FALSE;
  stream->chunk_was_read = TRUE;
  *out_data = (const char *) transfer->chunk->data;
  *out_length = transfer->chunk->len;
  return TRUE;
}

guint64
http_stream_get_wire_bytes (HttpStream *stream)
{
  return http_transfer_get_wire_bytes (&stream->transfer);
}

void
http_stream_close (HttpStream *stream)
{
  if (stream == NULL)
    return;
  http_transfer_clear (&stream->transfer);
  g_free (stream);
}
