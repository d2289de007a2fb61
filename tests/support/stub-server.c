/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "support/stub-server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/stub-http.h"
#include "support/stub-private.h"

#define NO_PROXY "127.0.0.1,localhost"

/* --- Connections ----------------------------------------------------------------------------- */

static gpointer
connection_thread (gpointer user_data)
{
  StubConnection *connection = user_data;
  StubServer *server = connection->server;
  StubRequest *request;
  gboolean go_on = TRUE;

  while (go_on && (request = stub_http_read_request (connection->fd, connection->input)) != NULL)
    {
      request->connection = connection->number;
      g_mutex_lock (&server->lock);
      const guint generation = server->generation;
      g_mutex_unlock (&server->lock);

      /* Before anybody learns of the request: who waited for it may count the answers that are left. */
      g_autoptr (StubAnswer) answer = stub_choose_answer (server, request);
      g_mutex_lock (&server->lock);
      g_ptr_array_add (server->requests, request);
      g_cond_broadcast (&server->changed);
      g_mutex_unlock (&server->lock);
      go_on = stub_serve (connection, request, answer, generation);
    }
  shutdown (connection->fd, SHUT_RDWR);
  return NULL;
}

static void
connection_free (StubConnection *connection)
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
      StubConnection *connection = g_new0 (StubConnection, 1);
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

  if (g_strcmp0 (g_getenv ("no_proxy"), NO_PROXY) != 0)
    g_setenv ("no_proxy", NO_PROXY, TRUE);
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
  const gint64 until = g_get_monotonic_time () + STUB_PATIENCE;

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

  return length > 0 ? g_strndup (data, length) : g_strdup ("");
}
