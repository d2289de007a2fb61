/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "support/stub-http.h"
#include "support/stub-private.h"

/* A client whose window stays full for this long has stopped reading. */
#define STALLED_MS 200

StubStream *
stub_server_wait_stream (StubServer *server)
{
  const gint64 until = g_get_monotonic_time () + STUB_PATIENCE;

  g_mutex_lock (&server->lock);
  while (server->streams->len <= server->n_streams_taken)
    if (!g_cond_wait_until (&server->changed, &server->lock, until))
      g_error ("stub server: no stream was opened");
  StubStream *stream = g_ptr_array_index (server->streams, server->n_streams_taken++);
  g_mutex_unlock (&server->lock);
  return stream;
}

/* -1 when the stream is over. */
static int
stream_get_fd (StubStream *stream)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&stream->server->lock);

  return stream->connection != NULL && !stream->ended ? stream->connection->fd : -1;
}

void
stub_stream_send (StubStream *stream, const char *data, gssize length)
{
  const int fd = stream_get_fd (stream);

  if (fd >= 0)
    stub_http_send_chunk (fd, data, length >= 0 ? (gsize) length : strlen (data));
}

gsize
stub_stream_fill (StubStream *stream, const char *data, gsize most)
{
  struct pollfd poll_fd = { .fd = stream_get_fd (stream), .events = POLLOUT };
  g_autoptr (GString) chunk = g_string_new (NULL);
  const gsize length = strlen (data);
  gsize sent = 0;
  gsize pending = 0;

  g_string_printf (chunk, "%" G_GSIZE_MODIFIER "x\r\n%s\r\n", length, data);
  while (poll_fd.fd >= 0 && (sent < most || pending > 0) && poll (&poll_fd, 1, STALLED_MS) > 0
         && (poll_fd.revents & POLLOUT))
    {
      if (pending == 0)
        pending = chunk->len;
      const gssize n = send (poll_fd.fd, chunk->str + chunk->len - pending, pending,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0)
        break;
      pending -= (gsize) n;
      if (pending == 0)
        sent += length;
    }
  return sent;
}

void
stub_stream_end (StubStream *stream)
{
  const int fd = stream_get_fd (stream);

  if (fd < 0)
    return;
  stub_http_send (fd, "0\r\n\r\n", 5);
  stub_stream_cut (stream);
}

void
stub_stream_cut (StubStream *stream)
{
  const int fd = stream_get_fd (stream);

  g_mutex_lock (&stream->server->lock);
  stream->ended = TRUE;
  g_mutex_unlock (&stream->server->lock);
  if (fd >= 0)
    shutdown (fd, SHUT_RDWR);
}

void
stub_stream_wait_closed (StubStream *stream)
{
  const gint64 until = g_get_monotonic_time () + STUB_PATIENCE;

  g_mutex_lock (&stream->server->lock);
  while (stream->connection != NULL)
    if (!g_cond_wait_until (&stream->server->changed, &stream->server->lock, until))
      g_error ("stub server: the client did not close the stream");
  g_mutex_unlock (&stream->server->lock);
}
