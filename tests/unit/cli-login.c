/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Ways to sign in by the command, with a stub of the auth server, and a browser that this program plays itself. */

#include "config.h"

#include "unit/cli-support.h"

#include <string.h>

#include "support/stub-server.h"
#include "unit/supabase-auth-fixture.h"

typedef struct
{
  CliDirectory directory;
  StubServer *server;
} Login;

static void
set_up (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  login->server = stub_server_new ();
  cli_directory_init (&login->directory);
  g_autofree char *config
      = g_strdup_printf ("[syncline]\nstore = sqlite-store\nauth = supabase-auth\n"
                         "schema = schema.conf\n[sqlite-store]\npath = app.db\n"
                         "[supabase-auth]\nurl = %s\napi-key = sb_publishable_x\n",
                         stub_server_get_url (login->server));
  cli_directory_write (&login->directory, "syncline.conf", config);
  cli_directory_write (&login->directory, "schema.conf", "[table todos]\ndescription = text\n");
}

static void
tear_down (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_cmpuint (stub_server_count_unexpected (login->server), ==, 0);
  g_assert_cmpuint (stub_server_count_pending (login->server), ==, 0);
  stub_server_free (login->server);
  cli_directory_clear (&login->directory);
}

static void
grant (Login *login)
{
  g_autofree char *session = make_session (USER, 1, 3600);

  stub_server_push_json (login->server, 200, session);
}

static void
assert_body (Login *login, guint index, const char *path, const char *expected)
{
  const StubRequest *request = stub_server_get_request (login->server, index);
  g_autofree char *body = stub_request_dup_body (request);

  g_assert_cmpstr (request->path, ==, path);
  g_assert_cmpstr (body, ==, expected);
}

static void
test_code (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  grant (login);
  g_autoptr (CliRun) run = cli_run (&login->directory, "123456\n", "login", "--email", "a@b",
                                    "--code-file", "-", NULL);
  cli_assert_code (run, 0);
  g_assert_cmpstr (run->out, ==, "me@example.org (" USER ")\n");
  assert_body (login, 0, "/auth/v1/verify",
               "{\"token\":\"123456\",\"email\":\"a@b\",\"type\":\"email\"}");
}

/* Without a terminal there is nobody to ask for the code; but it was sent, and can come later. */
static void
test_code_is_sent (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  stub_server_push_json (login->server, 200, "{}");
  g_autoptr (CliRun) run
      = cli_run (&login->directory, NULL, "login", "--email", "a@b", "--otp", "--sign-up", NULL);
  g_assert_cmpint (run->code, !=, 0);
  cli_assert_contains (run->err, "a code is on its way to a@b");
  assert_body (login, 0, "/auth/v1/otp", "{\"email\":\"a@b\",\"create_user\":true}");
}

static void
test_contradictions (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const cases[][3] = {
    { "--anonymous", "--otp" },
    { "--provider=x", "--otp" },
    { "--provider=x", "--email=a@b" },
    { "--port=70000", "--provider=x" },
    { "--port=1" },
    { "--otp", "--password-file=x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CliRun) run
          = cli_run (&login->directory, NULL, "login", cases[i][0], cases[i][1], NULL);
      cli_assert_code (run, 2);
    }
}

/* --- A browser ----------------------------------------------------------------------------------- */

static char *
talk (guint16 port, const char *text)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  g_autoptr (GString) answer = g_string_new (NULL);
  char buffer[1024];
  gssize n;

  g_assert_nonnull (connection);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_assert_true (g_output_stream_write_all (output, text, strlen (text), NULL, NULL, NULL));
  while ((n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (answer, buffer, n);
  return g_string_free (g_steal_pointer (&answer), FALSE);
}

/* Goes to where the page would send it, after what others on this machine might try first. */
static int
play_browser (const char *query, const char *url)
{
  g_autoptr (GHashTable) parameters
      = g_uri_parse_params (strchr (url, '?') + 1, -1, "&", G_URI_PARAMS_NONE, NULL);
  g_autoptr (GUri) back
      = g_uri_parse (g_hash_table_lookup (parameters, "redirect_to"), G_URI_FLAGS_NONE, NULL);
  const guint16 port = (guint16) g_uri_get_port (back);
  g_autofree char *host = g_strdup_printf ("Host: 127.0.0.1:%u", port);
  g_autofree char *elsewhere = g_strdup_printf ("GET /favicon.ico HTTP/1.1\r\n%s\r\n\r\n", host);
  g_autofree char *visit = g_strdup_printf ("GET /callback?%s HTTP/1.1\r\n%s\r\n\r\n", query, host);
  g_autofree char *not_found = talk (port, elsewhere);
  g_autofree char *rebound
      = talk (port, "GET /callback?code=evil HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  g_autofree char *posted = talk (port, "POST /callback?code=evil HTTP/1.1\r\n\r\n");
  g_autofree char *silent = talk (port, "GET /callback?code=e");
  g_autofree char *found = talk (port, visit);

  g_assert_true (g_str_has_prefix (not_found, "HTTP/1.1 404 "));
  g_assert_true (g_str_has_prefix (rebound, "HTTP/1.1 404 "));
  g_assert_true (g_str_has_prefix (posted, "HTTP/1.1 404 "));
  g_assert_cmpstr (silent, ==, "");
  g_assert_true (g_str_has_prefix (found, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (found, "You can close this window"));
  return 0;
}

static CliRun *
login_with_browser (Login *login, const char *query)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *browser = g_strdup_printf ("'%s' --browser '%s'", self, query);

  g_setenv ("BROWSER", browser, TRUE);
  return cli_run (&login->directory, NULL, "login", "--provider", "github", NULL);
}

static void
test_browser (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  grant (login);
  g_autoptr (CliRun) run = login_with_browser (login, "code=the-code");
  cli_assert_code (run, 0);
  g_assert_cmpstr (run->out, ==, "me@example.org (" USER ")\n");
  cli_assert_contains (run->err,
                       "/auth/v1/authorize?provider=github&redirect_to=http%3A%2F%2F127.0.0.1");
  g_assert_cmpuint (stub_server_count_requests (login->server), ==, 1);
  const StubRequest *request = stub_server_get_request (login->server, 0);
  g_autofree char *body = stub_request_dup_body (request);
  g_assert_cmpstr (request->query, ==, "grant_type=pkce");
  g_assert_true (g_str_has_prefix (body, "{\"auth_code\":\"the-code\",\"code_verifier\":\""));
}

static void
test_browser_refused (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (CliRun) run
      = login_with_browser (login, "error=access_denied&error_description=You+said+no");
  g_assert_cmpint (run->code, !=, 0);
  cli_assert_contains (run->err, "You said no (access_denied)");
  g_assert_cmpuint (stub_server_count_requests (login->server), ==, 0);
}

static void
test_whoami_asks (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  grant (login);
  g_autoptr (CliRun) in = cli_run (&login->directory, NULL, "login", "--anonymous", NULL);
  cli_assert_code (in, 0);
  stub_server_push_json (login->server, 200, "{\"id\":\"" USER "\",\"email\":\"new@example.org\"}");
  g_autoptr (CliRun) asked = cli_run (&login->directory, NULL, "whoami", "--ask", NULL);
  cli_assert_code (asked, 0);
  g_assert_cmpstr (asked->out, ==, "new@example.org (" USER ")\n");
  g_autoptr (CliRun) known = cli_run (&login->directory, NULL, "whoami", NULL);
  g_assert_cmpstr (known->out, ==, "new@example.org (" USER ")\n");
  g_assert_cmpuint (stub_server_count_requests (login->server), ==, 2);
}

/* --- Handing over -------------------------------------------------------------------------------- */

static void
assert_run (Login *login, int code, const char *first, const char *second, const char *third)
{
  g_autoptr (CliRun) run = cli_run (&login->directory, NULL, first, second, third, NULL);

  cli_assert_code (run, code);
}

static void
try_other_user (Login *login, int code)
{
  g_autofree char *session = make_session (OTHER_USER, 9, 3600);

  stub_server_push_json (login->server, 200, session);
  if (code != 0)
    stub_server_push (login->server, stub_answer_new (204, NULL, NULL));
  assert_run (login, code, "login", "--anonymous", NULL);
}

/* Nothing that is queued goes by itself, and nobody else gets in before. */
static void
test_clear (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  grant (login);
  assert_run (login, 0, "login", "--anonymous", NULL);
  assert_run (login, 0, "sql", "INSERT INTO todos(id, description) VALUES ('1', 'first')", NULL);
  try_other_user (login, 9);
  assert_run (login, 9, "clear", NULL, NULL);
  assert_run (login, 2, "clear", "--keep", "--discard");

  /* Kept: no row is to be seen, and the database is still the first user's. */
  assert_run (login, 0, "clear", "--keep", NULL);
  g_autoptr (CliRun) rows
      = cli_run (&login->directory, NULL, "sql", "SELECT count(*) FROM todos", NULL);
  cli_assert_contains (rows->out, "0");
  g_autoptr (CliRun) queue = cli_run (&login->directory, NULL, "queue", "list", "--json", NULL);
  cli_assert_contains (queue->out, "\"1\"");
  try_other_user (login, 9);

  /* Exported: to a new file only. */
  cli_directory_write (&login->directory, "there", "before");
  g_autoptr (CliRun) there = cli_run (&login->directory, NULL, "clear", "--export", "there", NULL);
  g_assert_cmpint (there->code, !=, 0);
  assert_run (login, 9, "clear", NULL, NULL);
  assert_run (login, 0, "clear", "--export", "queue.jsonl");
  g_autofree char *exported = cli_directory_read (&login->directory, "queue.jsonl");
  cli_assert_contains (exported, "first");
  try_other_user (login, 0);

  assert_run (login, 0, "sql", "INSERT INTO todos(id) VALUES ('2')", NULL);
  assert_run (login, 0, "clear", "--discard", NULL);
  assert_run (login, 0, "clear", NULL, NULL);
}

/* Runs after a sign-in and learns who it was. What it prints is not part of what the command prints; its errors are,
 * so that the end of those is its end. */
static void
test_authenticated_command (Login *login, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *config = cli_directory_read (&login->directory, "syncline.conf");
  g_auto (GStrv) parts = g_strsplit (config, "[syncline]\n", 2);
  g_autofree char *hooked = g_strdup_printf (
      "%s[syncline]\nauthenticated-command = echo hello; echo \"$$SYNCLINE_USER_ID\" >> who\n%s",
      parts[0], parts[1]);

  cli_directory_write (&login->directory, "syncline.conf", hooked);
  stub_server_push_json (login->server, 400, "{\"error_code\":\"anonymous_provider_disabled\"}");
  g_autoptr (CliRun) refused = cli_run (&login->directory, NULL, "login", "--anonymous", NULL);
  g_assert_cmpint (refused->code, !=, 0);
  grant (login);
  g_autoptr (CliRun) run = cli_run (&login->directory, NULL, "login", "--anonymous", NULL);
  cli_assert_code (run, 0);
  g_assert_cmpstr (run->out, ==, "me@example.org (" USER ")\n");
  g_autofree char *who = cli_directory_read (&login->directory, "who");
  g_assert_cmpstr (who, ==, USER "\n");
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--browser"))
    return play_browser (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Login, NULL, set_up, function, tear_down)
  ADD ("/cli/login/code", test_code);
  ADD ("/cli/login/code-is-sent", test_code_is_sent);
  ADD ("/cli/login/contradictions", test_contradictions);
  ADD ("/cli/login/browser", test_browser);
  ADD ("/cli/login/browser-refused", test_browser_refused);
  ADD ("/cli/whoami/asks", test_whoami_asks);
  ADD ("/cli/clear", test_clear);
  ADD ("/cli/login/authenticated-command", test_authenticated_command);
#undef ADD
  return g_test_run ();
}
