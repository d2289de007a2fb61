/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "support/stub-server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/stub-http.h"

#define PATIENCE (10 * G_TIME_SPAN_SECOND)
/* A client whose window stays full for this long has stopped reading. */
#define STALLED_MS 200

typedef enum
{
  KIND_NORMAL,
  KIND_CLOSE,
  KIND_RAW,
  KIND_HANG,
  KIND_STREAM,
} AnswerKind;

typedef struct
{
  guint delay_ms;
  GBytes *data;
} Piece;

struct _StubAnswer
{
  gatomicrefcount references;
  AnswerKind kind;
  guint status;
  GString *headers;
  GBytes *body;
  GPtrArray *pieces;
  guint delay_ms;
  gssize cut;
  gboolean close;
  guint repeat; /* how many times left; 0 without end */

  char *method; /* what it is for; NULL for any */
  char *path_prefix;
  gboolean matched;
};

struct _StubServer
{
  GMutex lock;
  GCond changed;
  guint port;
  char *url;
  int listener;
  GThread *acceptor;
  gboolean stopping;
  guint generation; /* hanging answers of older ones are let go */
  GPtrArray *connections;
  guint n_connections;
  GPtrArray *answers;
  StubHandler handler;
  gpointer handler_data;
  GPtrArray *requests;
  guint n_unexpected;
  GPtrArray *streams;
  guint n_streams_taken;
};

typedef struct
{
  StubServer *server;
  GThread *thread;
  int fd;
  guint number;
  GByteArray *input;
} Connection;

struct _StubStream
{
  StubServer *server;
  Connection *connection; /* NULL when it is over */
  gboolean ended;
};

/* --- Answers --------------------------------------------------------------------------------- */

static void
piece_free (Piece *piece)
{
  g_bytes_unref (piece->data);
  g_free (piece);
}

static StubAnswer *
answer_new (AnswerKind kind)
{
  StubAnswer *answer = g_new0 (StubAnswer, 1);

  g_atomic_ref_count_init (&answer->references);
  answer->kind = kind;
  answer->headers = g_string_new (NULL);
  answer->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) piece_free);
  answer->body = g_bytes_new_static ("", 0);
  answer->cut = -1;
  answer->repeat = 1;
  return answer;
}

void
stub_answer_free (StubAnswer *answer)
{
  if (answer == NULL || !g_atomic_ref_count_dec (&answer->references))
    return;
  g_string_free (answer->headers, TRUE);
  g_ptr_array_unref (answer->pieces);
  g_bytes_unref (answer->body);
  g_free (answer->method);
  g_free (answer->path_prefix);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StubAnswer, stub_answer_free)

StubAnswer *
stub_answer_new (guint status, const char *content_type, const char *body)
{
  StubAnswer *answer = answer_new (KIND_NORMAL);

  answer->status = status;
  if (content_type != NULL)
    stub_answer_with_header (answer, "Content-Type", content_type);
  if (body != NULL)
    stub_answer_with_body (answer, body, strlen (body));
  return answer;
}

StubAnswer *
stub_answer_new_close (void)
{
  return answer_new (KIND_CLOSE);
}

StubAnswer *
stub_answer_new_raw (const void *data, gssize length)
{
  StubAnswer *answer = answer_new (KIND_RAW);

  return stub_answer_with_body (answer, data, length >= 0 ? (gsize) length : strlen (data));
}

StubAnswer *
stub_answer_new_hang (void)
{
  return answer_new (KIND_HANG);
}

StubAnswer *
stub_answer_new_stream (guint status, const char *content_type)
{
  StubAnswer *answer = stub_answer_new (status, content_type, NULL);

  answer->kind = KIND_STREAM;
  return answer;
}

StubAnswer *
stub_answer_with_header (StubAnswer *answer, const char *name, const char *value)
{
  g_string_append_printf (answer->headers, "%s: %s\r\n", name, value);
  return answer;
}

StubAnswer *
stub_answer_with_body (StubAnswer *answer, const void *data, gsize length)
{
  g_bytes_unref (answer->body);
  answer->body = g_bytes_new (data, length);
  return answer;
}

StubAnswer *
stub_answer_with_delay (StubAnswer *answer, guint milliseconds)
{
  answer->delay_ms = milliseconds;
  return answer;
}

StubAnswer *
stub_answer_with_piece (StubAnswer *answer, guint milliseconds, const char *data, gssize length)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->delay_ms = milliseconds;
  piece->data = g_bytes_new (data, length >= 0 ? (gsize) length : strlen (data));
  g_ptr_array_add (answer->pieces, piece);
  return answer;
}

StubAnswer *
stub_answer_with_cut (StubAnswer *answer, gsize bytes)
{
  answer->cut = (gssize) bytes;
  return answer;
}

StubAnswer *
stub_answer_with_close (StubAnswer *answer)
{
  answer->close = TRUE;
  return stub_answer_with_header (answer, "Connection", "close");
}

StubAnswer *
stub_answer_with_repeat (StubAnswer *answer, guint times)
{
  answer->repeat = times;
  return answer;
}

/* --- The script ------------------------------------------------------------------------------ */

void
stub_server_push (StubServer *server, StubAnswer *answer)
{
  g_mutex_lock (&server->lock);
  g_ptr_array_add (server->answers, answer);
  g_mutex_unlock (&server->lock);
}

void
stub_server_push_json (StubServer *server, guint status, const char *json)
{
  stub_server_push (server, stub_answer_new (status, "application/json", json));
}

void
stub_server_on (StubServer *server, const char *method, const char *path_prefix, StubAnswer *answer)
{
  answer->matched = TRUE;
  answer->method = g_strdup (method);
  answer->path_prefix = g_strdup (path_prefix);
  stub_server_push (server, answer);
}

void
stub_server_set_handler (StubServer *server, StubHandler handler, gpointer user_data)
{
  g_mutex_lock (&server->lock);
  server->handler = handler;
  server->handler_data = user_data;
  g_mutex_unlock (&server->lock);
}

static gboolean
answer_is_for (const StubAnswer *answer, const StubRequest *request, gboolean matched)
{
  if (answer->matched != matched)
    return FALSE;
  return (answer->method == NULL || g_str_equal (answer->method, request->method))
         && (answer->path_prefix == NULL || g_str_has_prefix (request->path, answer->path_prefix));
}

static StubAnswer *
take_scripted (StubServer *server, const StubRequest *request, gboolean matched)
{
  for (guint i = 0; i < server->answers->len; i++)
    {
      StubAnswer *answer = g_ptr_array_index (server->answers, i);
      if (!answer_is_for (answer, request, matched))
        continue;
      if (answer->repeat == 1)
        return g_ptr_array_steal_index (server->answers, i);
      if (answer->repeat > 1)
        answer->repeat--;
      g_atomic_ref_count_inc (&answer->references);
      return answer;
    }
  return NULL;
}

static StubAnswer *
choose_answer (StubServer *server, const StubRequest *request)
{
  g_mutex_lock (&server->lock);
  StubAnswer *answer = take_scripted (server, request, TRUE);
  if (answer == NULL)
    answer = take_scripted (server, request, FALSE);
  StubHandler handler = server->handler;
  g_mutex_unlock (&server->lock);

  if (answer == NULL && handler != NULL)
    answer = handler (request, server->handler_data);
  if (answer == NULL)
    {
      g_mutex_lock (&server->lock);
      server->n_unexpected++;
      g_mutex_unlock (&server->lock);
      answer = stub_answer_new (599, "text/plain", "nothing is scripted for this request");
    }
  return answer;
}

guint
stub_server_count_unexpected (StubServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->n_unexpected;
}

guint
stub_server_count_pending (StubServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  guint n = 0;

  for (guint i = 0; i < server->answers->len; i++)
    n += ((StubAnswer *) g_ptr_array_index (server->answers, i))->repeat;
  return n;
}

void
stub_server_release (StubServer *server)
{
  g_mutex_lock (&server->lock);
  server->generation++;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);
}

/* --- Serving --------------------------------------------------------------------------------- */

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
serve_stream (Connection *connection)
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
serve_pieces (Connection *connection, const StubAnswer *answer)
{
  for (guint i = 0; i < answer->pieces->len; i++)
    {
      const Piece *piece = g_ptr_array_index (answer->pieces, i);
      gsize length;
      const void *data = g_bytes_get_data (piece->data, &length);
      if (!pause_for (connection->server, piece->delay_ms)
          || !stub_http_send_chunk (connection->fd, data, length))
        return FALSE;
    }
  return answer->cut < 0 && stub_http_send (connection->fd, "0\r\n\r\n", 5);
}

static gboolean
serve_normal (Connection *connection, const StubAnswer *answer, gboolean is_head)
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

static gboolean
serve (Connection *connection,
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

static gpointer
connection_thread (gpointer user_data)
{
  Connection *connection = user_data;
  StubServer *server = connection->server;
  StubRequest *request;
  gboolean go_on = TRUE;

  while (go_on && (request = stub_http_read_request (connection->fd, connection->input)) != NULL)
    {
      request->connection = connection->number;
      g_mutex_lock (&server->lock);
      const guint generation = server->generation;
      g_ptr_array_add (server->requests, request);
      g_cond_broadcast (&server->changed);
      g_mutex_unlock (&server->lock);

      g_autoptr (StubAnswer) answer = choose_answer (server, request);
      go_on = serve (connection, request, answer, generation);
    }
  shutdown (connection->fd, SHUT_RDWR);
  return NULL;
}

static void
connection_free (Connection *connection)
{
  shutdown (connection->fd, SHUT_RDWR);
  g_thread_join (connection->thread);
  close (connection->fd);
  g_byte_array_unref (connection->input);
  g_free (connection);
}

/* --- Listening ------------------------------------------------------------------------------- */

static gpointer
acceptor_thread (gpointer user_data)
{
  StubServer *server = user_data;
  int fd;

  while ((fd = accept (server->listener, NULL, NULL)) >= 0)
    {
      Connection *connection = g_new0 (Connection, 1);
      connection->server = server;
      connection->fd = fd;
      connection->input = g_byte_array_new ();
      g_mutex_lock (&server->lock);
      connection->number = ++server->n_connections;
      g_ptr_array_add (server->connections, connection);
      connection->thread = g_thread_new ("stub-connection", connection_thread, connection);
      g_mutex_unlock (&server->lock);
    }
  return NULL;
}

void
stub_server_start (StubServer *server)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_port = htons ((guint16) server->port) };
  socklen_t length = sizeof address;
  const int on = 1;

  g_assert_null (server->acceptor);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  server->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (server->listener, >=, 0);
  setsockopt (server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind (server->listener, (struct sockaddr *) &address, sizeof address) != 0
      || listen (server->listener, 64) != 0
      || getsockname (server->listener, (struct sockaddr *) &address, &length) != 0)
    g_error ("stub server: %s", g_strerror (errno));
  server->port = ntohs (address.sin_port);
  server->stopping = FALSE;
  server->acceptor = g_thread_new ("stub-acceptor", acceptor_thread, server);
}

void
stub_server_stop (StubServer *server)
{
  if (server->acceptor == NULL)
    return;

  g_mutex_lock (&server->lock);
  server->stopping = TRUE;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);
  shutdown (server->listener, SHUT_RDWR);
  g_clear_pointer (&server->acceptor, g_thread_join);
  close (server->listener);
  /* Not under the lock: the connections' threads need it to end. */
  g_ptr_array_set_size (server->connections, 0);
}

StubServer *
stub_server_new (void)
{
  StubServer *server = g_new0 (StubServer, 1);

  g_setenv ("no_proxy", "127.0.0.1,localhost", TRUE);
  g_mutex_init (&server->lock);
  g_cond_init (&server->changed);
  server->connections = g_ptr_array_new_with_free_func ((GDestroyNotify) connection_free);
  server->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) stub_answer_free);
  server->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) stub_request_free);
  server->streams = g_ptr_array_new_with_free_func (g_free);
  stub_server_start (server);
  server->url = g_strdup_printf ("http://127.0.0.1:%u", server->port);
  return server;
}

void
stub_server_free (StubServer *server)
{
  if (server == NULL)
    return;
  stub_server_stop (server);
  g_ptr_array_unref (server->connections);
  g_ptr_array_unref (server->answers);
  g_ptr_array_unref (server->requests);
  g_ptr_array_unref (server->streams);
  g_mutex_clear (&server->lock);
  g_cond_clear (&server->changed);
  g_free (server->url);
  g_free (server);
}

const char *
stub_server_get_url (StubServer *server)
{
  return server->url;
}

guint
stub_server_get_port (StubServer *server)
{
  return server->port;
}

/* --- What was asked -------------------------------------------------------------------------- */

guint
stub_server_count_requests (StubServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->requests->len;
}

const StubRequest *
stub_server_get_request (StubServer *server, guint index)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_assert_cmpuint (index, <, server->requests->len);
  return g_ptr_array_index (server->requests, index);
}

void
stub_server_wait_requests (StubServer *server, guint n)
{
  const gint64 until = g_get_monotonic_time () + PATIENCE;

  g_mutex_lock (&server->lock);
  while (server->requests->len < n)
    if (!g_cond_wait_until (&server->changed, &server->lock, until))
      g_error ("stub server: %u of %u requests came", server->requests->len, n);
  g_mutex_unlock (&server->lock);
}

void
stub_server_clear_requests (StubServer *server)
{
  g_mutex_lock (&server->lock);
  g_ptr_array_set_size (server->requests, 0);
  g_mutex_unlock (&server->lock);
}

const char *
stub_request_get_header (const StubRequest *request, const char *name)
{
  return g_hash_table_lookup (request->headers, name);
}

char *
stub_request_dup_body (const StubRequest *request)
{
  gsize length;
  const char *data = g_bytes_get_data (request->body, &length);

  return g_strndup (data, length);
}

/* --- Streams --------------------------------------------------------------------------------- */

StubStream *
stub_server_wait_stream (StubServer *server)
{
  const gint64 until = g_get_monotonic_time () + PATIENCE;

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
  const gint64 until = g_get_monotonic_time () + PATIENCE;

  g_mutex_lock (&stream->server->lock);
  while (stream->connection != NULL)
    if (!g_cond_wait_until (&stream->server->changed, &stream->server->lock, until))
      g_error ("stub server: the client did not close the stream");
  g_mutex_unlock (&stream->server->lock);
}
