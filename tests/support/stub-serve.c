/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <sys/socket.h>

#include "support/stub-http.h"
#include "support/stub-private.h"

/* Also ends when the server stops. */
static gboolean
pause_for (StubServer *server, guint milliseconds)
{
  const gint64 until = g_get_monotonic_time () + (gint64) milliseconds * 1000;

  g_mutex_lock (&server->lock);
  while (!server->stopping && milliseconds > 0)
    if (!g_cond_wait_until (&server->changed, &server->lock, until))
      break;
  const gboolean go_on = !server->stopping;
  g_mutex_unlock (&server->lock);
  return go_on;
}

static void
hang (StubServer *server, guint generation)
{
  g_mutex_lock (&server->lock);
  while (!server->stopping && server->generation == generation)
    g_cond_wait (&server->changed, &server->lock);
  g_mutex_unlock (&server->lock);
}

/* The connection's thread does nothing but wait for the client to go; the test's thread sends. */
static gboolean
serve_stream (StubConnection *connection)
{
  StubServer *server = connection->server;
  StubStream *stream = g_new0 (StubStream, 1);
  char byte;

  stream->server = server;
  stream->connection = connection;
  g_mutex_lock (&server->lock);
  g_ptr_array_add (server->streams, stream);
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);

  while (recv (connection->fd, &byte, 1, 0) > 0)
    ;

  g_mutex_lock (&server->lock);
  stream->connection = NULL;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);
  return FALSE;
}

static gboolean
serve_pieces (StubConnection *connection, const StubAnswer *answer)
{
  for (guint i = 0; i < answer->pieces->len; i++)
    {
      const StubPiece *piece = g_ptr_array_index (answer->pieces, i);
      gsize length;
      const void *data = g_bytes_get_data (piece->data, &length);
      if (!pause_for (connection->server, piece->delay_ms)
          || !stub_http_send_chunk (connection->fd, data, length))
        return FALSE;
    }
  return answer->cut < 0 && stub_http_send (connection->fd, "0\r\n\r\n", 5);
}

static gboolean
serve_normal (StubConnection *connection, const StubAnswer *answer, gboolean is_head)
{
  const gboolean chunked = answer->kind == KIND_STREAM || answer->pieces->len > 0;
  gsize length;
  const char *body = g_bytes_get_data (answer->body, &length);
  g_autoptr (GString) head = g_string_new (NULL);

  g_string_printf (head, "HTTP/1.1 %u Scripted\r\n%s", answer->status, answer->headers->str);
  if (chunked)
    g_string_append (head, "Transfer-Encoding: chunked\r\n");
  else if (answer->status != 204)
    g_string_append_printf (head, "Content-Length: %" G_GSIZE_FORMAT "\r\n", length);
  g_string_append (head, "\r\n");

  if (!chunked && !is_head)
    g_string_append_len (head, body,
                         answer->cut >= 0 ? MIN (answer->cut, (gssize) length) : (gssize) length);
  if (!stub_http_send (connection->fd, head->str, head->len))
    return FALSE;
  if (answer->kind == KIND_STREAM)
    return serve_stream (connection);
  if (chunked)
    return serve_pieces (connection, answer);
  return answer->cut < 0 && !answer->close;
}

gboolean
stub_serve (StubConnection *connection,
            const StubRequest *request,
            const StubAnswer *answer,
            guint generation)
{
  gsize length;
  const void *body = g_bytes_get_data (answer->body, &length);

  if (!pause_for (connection->server, answer->delay_ms))
    return FALSE;
  switch (answer->kind)
    {
    case KIND_CLOSE:
      return FALSE;
    case KIND_RAW:
      stub_http_send (connection->fd, body, length);
      return FALSE;
    case KIND_HANG:
      hang (connection->server, generation);
      return FALSE;
    case KIND_NORMAL:
    case KIND_STREAM:
      break;
    }
  return serve_normal (connection, answer, g_str_equal (request->method, "HEAD"));
}
