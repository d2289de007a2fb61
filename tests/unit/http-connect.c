/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Ways to a server: an authority of one's own, a client certificate, IPv6, a Unix socket. For TLS the server is
 * that of the openssl command, which answers any request with a page about the connection. */

#include "config.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#include "common/http.h"
#include "support/fake-host.h"

static char *directory;

static char *
file (const char *name)
{
  return g_build_filename (directory, name, NULL);
}

static gboolean
run (const char *format, ...)
{
  va_list args;
  int status = 0;

  va_start (args, format);
  g_autofree char *line = g_strdup_vprintf (format, args);
  va_end (args);
  return g_spawn_command_line_sync (line, NULL, NULL, &status, NULL) && status == 0;
}

/* A certificate that the authority of the test vouches for. */
static gboolean
make_certificate (const char *name)
{
  g_autofree char *names = file ("names");

  return g_file_set_contents (names, "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1", -1, NULL)
         && run (
             "openssl req -newkey rsa:2048 -nodes -subj /CN=%s -keyout %s/%s.key -out %s/%s.csr",
             name, directory, name, directory, name)
         && run ("openssl x509 -req -days 2 -in %s/%s.csr -CA %s/ca.pem -CAkey %s/ca.key "
                 "-CAcreateserial -extfile %s -out %s/%s.pem",
                 directory, name, directory, directory, names, directory, name);
}

static gboolean
make_certificates (void)
{
  return run ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Test -keyout %s/ca.key "
              "-out %s/ca.pem",
              directory, directory)
         && make_certificate ("server") && make_certificate ("client");
}

/* --- The server ------------------------------------------------------------------------------------ */

typedef struct
{
  GSubprocess *process;
  guint port;
} Server;

static guint
find_free_port (GSocketFamily family)
{
  g_autoptr (GSocket) socket
      = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);

  if (socket == NULL || !g_socket_bind (socket, address, FALSE, NULL))
    return 0;
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

/* Returns when it takes connections. */
static void
wait_until_ready (Server *server)
{
  g_autoptr (GDataInputStream) output
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));

  /* It goes on writing. */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
      g_assert_nonnull (line);
      if (g_str_has_prefix (line, "ACCEPT"))
        return;
    }
}

static void
server_start (Server *server, const char *where, gboolean ask_client)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf (
      "openssl s_server -www %s -cert %s/server.pem -key %s/server.key -CAfile %s/ca.pem %s", where,
      directory, directory, directory, ask_client ? "-Verify 1 -verify_return_error" : "");
  g_auto (GStrv) arguments = g_strsplit (g_strchomp (line), " ", -1);

  server->process = g_subprocess_newv (
      (const char *const *) arguments,
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  wait_until_ready (server);
}

static void
server_start_on_port (Server *server, GSocketFamily family, gboolean ask_client)
{
  server->port = find_free_port (family);
  g_autofree char *where = g_strdup_printf ("-accept %u %s", server->port,
                                            family == G_SOCKET_FAMILY_IPV6 ? "-6" : "-4");
  server_start (server, where, ask_client);
}

static void
server_stop (Server *server)
{
  g_subprocess_force_exit (server->process);
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->process);
}

/* --- Asking ---------------------------------------------------------------------------------------- */

static gboolean
ask (const SynclineHttpConfig *config, const char *url, GError **error)
{
  SynclineHost *host = fake_host_new ("http");
  g_autoptr (SynclineHttp) http = http_new (config, host, error);
  const HttpRequest request = { .url = url, .timeout = 10 * G_TIME_SPAN_SECOND };
  g_auto (HttpResponse) response = { 0 };

  gboolean ok = http != NULL && http_perform (http, &request, &response, NULL, error);
  if (ok)
    g_assert_cmpuint (response.status, ==, 200);
  g_clear_pointer (&http, http_free);
  fake_host_free (host);
  return ok;
}

static void
assert_answers (const SynclineHttpConfig *config, const char *url)
{
  g_autoptr (GError) error = NULL;

  ask (config, url, &error);
  g_assert_no_error (error);
}

static void
assert_unreachable (const SynclineHttpConfig *config, const char *url)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (config, url, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

static void
test_own_authority (void)
{
  g_autofree char *ca = file ("ca.pem");
  Server server = { NULL };

  server_start_on_port (&server, G_SOCKET_FAMILY_IPV4, FALSE);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u/", server.port);
  assert_answers (&(SynclineHttpConfig){ .ca_file = ca, .ip_version = 1 }, url);
  assert_unreachable (&(SynclineHttpConfig){ .ip_version = 1 }, url);
  server_stop (&server);
}

static void
test_client_certificate (void)
{
  g_autofree char *ca = file ("ca.pem");
  g_autofree char *certificate = file ("client.pem");
  g_autofree char *key = file ("client.key");
  Server server = { NULL };

  server_start_on_port (&server, G_SOCKET_FAMILY_IPV4, TRUE);
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/", server.port);
  const SynclineHttpConfig known
      = { .ca_file = ca, .client_certificate = certificate, .client_key = key };
  assert_answers (&known, url);
  assert_unreachable (&(SynclineHttpConfig){ .ca_file = ca }, url);
  server_stop (&server);
}

static void
test_ip_version (void)
{
  g_autofree char *ca = file ("ca.pem");
  Server server = { NULL };

  if (find_free_port (G_SOCKET_FAMILY_IPV6) == 0)
    {
      g_test_skip ("there is no IPv6 on the loopback");
      return;
    }
  server_start_on_port (&server, G_SOCKET_FAMILY_IPV6, FALSE);
  g_autofree char *url = g_strdup_printf ("https://[::1]:%u/", server.port);
  assert_answers (&(SynclineHttpConfig){ .ca_file = ca, .ip_version = 2 }, url);
  assert_unreachable (&(SynclineHttpConfig){ .ca_file = ca, .ip_version = 1 }, url);
  server_stop (&server);
}

/* Answers one request. */
static gpointer
serve_once (gpointer data)
{
  static const char answer[]
      = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
  g_autoptr (GSocketConnection) connection = g_socket_listener_accept (data, NULL, NULL, NULL);
  char request[4096];

  g_assert_nonnull (connection);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_assert_cmpint (g_input_stream_read (input, request, sizeof request, NULL, NULL), >, 0);
  g_assert_true (g_output_stream_write_all (output, answer, sizeof answer - 1, NULL, NULL, NULL));
  return NULL;
}

static void
test_unix_socket (void)
{
  g_autofree char *path = file ("socket");
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                 NULL, NULL, &error);
  g_assert_no_error (error);
  GThread *thread = g_thread_new ("server", serve_once, listener);
  assert_answers (&(SynclineHttpConfig){ .unix_socket = path }, "http://localhost/");
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  directory = g_dir_make_tmp ("syncline-http-XXXXXX", NULL);
  g_assert_nonnull (directory);
  if (!make_certificates ())
    {
      g_print ("1..0 # SKIP there is no openssl command\n");
      return 0;
    }
  g_test_add_func ("/http-connect/own-authority", test_own_authority);
  g_test_add_func ("/http-connect/client-certificate", test_client_certificate);
  g_test_add_func ("/http-connect/ip-version", test_ip_version);
  g_test_add_func ("/http-connect/unix-socket", test_unix_socket);
  const int status = g_test_run ();
  run ("rm -rf %s", directory);
  g_free (directory);
  return status;
}
