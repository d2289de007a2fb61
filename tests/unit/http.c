/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http-findings.h"
#include "common/http.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/fake-host.h"
#include "support/stub-server.h"

/* Far more than any cancel takes, far less than what it interrupts. */
#define PROMPTLY (2 * G_TIME_SPAN_SECOND)

typedef struct
{
  StubServer *server;
  SynclineHost *host;
  SynclineHttpConfig config;
  SynclineHttp *http;
  HttpResponse response;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture->server = stub_server_new ();
  fixture->host = fake_host_new ("http-test");
  fixture->http = http_new (&fixture->config, fixture->host, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  http_response_clear (&fixture->response);
  http_free (fixture->http);
  g_assert_cmpuint (stub_server_count_unexpected (fixture->server), ==, 0);
  g_assert_cmpuint (stub_server_count_pending (fixture->server), ==, 0);
  stub_server_free (fixture->server);
  fake_host_free (fixture->host);
}

static char *
url_of (Fixture *fixture, const char *path)
{
  return g_strconcat (stub_server_get_url (fixture->server), path, NULL);
}

static gboolean
get (Fixture *fixture, const char *path, GError **error)
{
  g_autofree char *url = url_of (fixture, path);
  const HttpRequest request = { .url = url };

  return http_perform (fixture->http, &request, &fixture->response, NULL, error);
}

/* What is asked, and that a connection is used again. */
static void
test_get (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = url_of (fixture, "/a%20b?x=1&y=%2C");
  const char *const headers[] = { "apikey: the-key", "Accept: application/json", NULL };
  const HttpRequest request = { .url = url, .headers = headers, .bearer = "the-token" };
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server,
                    stub_answer_with_header (stub_answer_new (200, "application/json", "{}"),
                                             "X-Thing", "some value"));
  stub_server_push_json (fixture->server, 200, "{}");

  g_assert_true (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->response.status, ==, 200);
  g_assert_cmpstr ((char *) fixture->response.body->data, ==, "{}");
  g_assert_cmpstr (http_response_get_header (&fixture->response, "x-THING"), ==, "some value");
  g_assert_null (http_response_get_header (&fixture->response, "X-Thin"));
  g_assert_true (http_check_status (&fixture->response, NULL, &error));
  g_assert_true (http_check_json (&fixture->response, &error));
  g_assert_true (http_perform (fixture->http, &request, &fixture->response, NULL, &error));

  const StubRequest *seen = stub_server_get_request (fixture->server, 0);
  g_assert_cmpstr (seen->method, ==, "GET");
  g_assert_cmpstr (seen->path, ==, "/a%20b");
  g_assert_cmpstr (seen->query, ==, "x=1&y=%2C");
  g_assert_cmpstr (stub_request_get_header (seen, "apikey"), ==, "the-key");
  g_assert_cmpstr (stub_request_get_header (seen, "authorization"), ==, "Bearer the-token");
  g_assert_cmpstr (stub_request_get_header (seen, "user-agent"), ==, "syncline/" PACKAGE_VERSION);
  g_assert_null (stub_request_get_header (seen, "content-type"));
  g_assert_cmpuint (stub_server_get_request (fixture->server, 1)->connection, ==, seen->connection);
}

/* Each request has a number of its own, which the log tells together with what was asked. */
static void
test_request_id (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  stub_server_push_json (fixture->server, 200, "{}");
  stub_server_push_json (fixture->server, 503, "{}");
  g_assert_true (get (fixture, "/a?key=private", &error));
  g_assert_true (get (fixture, "/b", &error));
  const char *first
      = stub_request_get_header (stub_server_get_request (fixture->server, 0), "x-request-id");
  const char *second
      = stub_request_get_header (stub_server_get_request (fixture->server, 1), "x-request-id");
  g_assert_true (g_uuid_string_is_valid (first));
  g_assert_true (g_uuid_string_is_valid (second));
  g_assert_cmpstr (first, !=, second);

  g_autofree char *log = fake_host_dup_log (fixture->host);
  g_autofree char *wanted = g_strdup_printf ("/a: 200, request %s\n", first);
  g_autofree char *failed = g_strdup_printf ("/b: 503, request %s\n", second);
  g_assert_nonnull (strstr (log, wanted));
  g_assert_nonnull (strstr (log, failed));
  g_assert_null (strstr (log, "private"));
}

static void
on_finding (const SynclineFinding *finding, gpointer user_data)
{
  static const char *const levels[] = { "ok", "warn", "fail" };

  g_string_append_printf (user_data, "%s %s;", levels[finding->level], finding->topic);
}

/* Tokens must not go through a network in the clear; within a machine they may. */
static void
test_tls_findings (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *url;
    const char *expected;
  } cases[] = {
    { "https://db.example.com/rest/v1", "ok tls;" },
    { "http://db.example.com/rest/v1", "warn tls;" },
    { "http://10.0.0.7:3000", "warn tls;" },
    { "http://localhost.example.com", "warn tls;" },
    { "http://127.example.com", "warn tls;" },
    { "http://localhost:3000", "" },
    { "http://127.0.0.1:3000/x", "" },
    { "http://[::1]:3000", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) found = g_string_new (NULL);
      http_tell_findings (cases[i].url, &fixture->config, &fixture->response, fixture->host,
                          on_finding, found);
      g_assert_cmpstr (found->str, ==, cases[i].expected);
    }
}

static void
test_methods (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *method;
    const char *body;
    const char *content_type;
  } cases[] = {
    { "POST", "[1,2]", "application/json" },
    { "PATCH", "{\"a\":1}", "application/json" },
    { "PUT", "x", "application/json" },
    { "DELETE", NULL, NULL },
    { "POST", NULL, NULL },
    { "DELETE", "{}", "application/json" },
  };
  g_autofree char *url = url_of (fixture, "/rows");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      const HttpRequest request = { .method = cases[i].method,
                                    .url = url,
                                    .body = cases[i].body,
                                    .body_length = cases[i].body ? strlen (cases[i].body) : 0 };

      stub_server_push (fixture->server, stub_answer_new (204, NULL, NULL));
      g_assert_true (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
      g_assert_cmpuint (fixture->response.status, ==, 204);
      g_assert_cmpuint (fixture->response.body->len, ==, 0);

      const StubRequest *seen = stub_server_get_request (fixture->server, i);
      g_autofree char *body = stub_request_dup_body (seen);
      g_assert_cmpstr (seen->method, ==, cases[i].method);
      g_assert_cmpstr (body, ==, cases[i].body != NULL ? cases[i].body : "");
      g_assert_cmpstr (stub_request_get_header (seen, "content-type"), ==, cases[i].content_type);
    }
}

/* A big body must not wait for a "100 Continue". */
static void
test_big_body (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = url_of (fixture, "/rows");
  const gsize length = 3 * 1024 * 1024;
  g_autofree char *body = g_malloc (length);
  const HttpRequest request = {
    .method = "POST", .url = url, .body = body, .body_length = length, .content_type = "text/csv"
  };
  g_autoptr (GError) error = NULL;

  memset (body, 'x', length);
  stub_server_push (fixture->server, stub_answer_new (201, NULL, NULL));
  g_assert_true (http_perform (fixture->http, &request, &fixture->response, NULL, &error));

  const StubRequest *seen = stub_server_get_request (fixture->server, 0);
  g_assert_null (stub_request_get_header (seen, "expect"));
  g_assert_cmpstr (stub_request_get_header (seen, "content-type"), ==, "text/csv");
  g_assert_cmpuint (g_bytes_get_size (seen->body), ==, length);
  g_assert_cmpmem (g_bytes_get_data (seen->body, NULL), length, body, length);
}

static void
test_statuses (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    guint status;
    int code;
  } cases[] = {
    { 400, SYNCLINE_ERROR_PROTOCOL },    { 401, SYNCLINE_ERROR_UNAUTHORIZED },
    { 403, SYNCLINE_ERROR_PROTOCOL },    { 404, SYNCLINE_ERROR_PROTOCOL },
    { 407, SYNCLINE_ERROR_UNAVAILABLE }, { 408, SYNCLINE_ERROR_UNAVAILABLE },
    { 425, SYNCLINE_ERROR_UNAVAILABLE }, { 429, SYNCLINE_ERROR_UNAVAILABLE },
    { 500, SYNCLINE_ERROR_UNAVAILABLE }, { 503, SYNCLINE_ERROR_UNAVAILABLE },
    { 511, SYNCLINE_ERROR_UNAVAILABLE }, { 525, SYNCLINE_ERROR_UNAVAILABLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      stub_server_push (fixture->server, stub_answer_new (cases[i].status, "text/html", "<p>"));
      g_assert_true (get (fixture, "/x?apikey=hidden", &error));
      g_assert_false (http_check_status (&fixture->response, NULL, &error));
      g_assert_error (error, SYNCLINE_ERROR, cases[i].code);
      g_assert_null (strstr (error->message, "hidden"));
      g_assert_cmpint (syncline_error_get_retry_after (error), ==, -1);
    }
}

static void
test_retry_after (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *value;
    const char *date;
    gint64 seconds;
  } cases[] = {
    { "7", NULL, 7 },
    { "0", NULL, 0 },
    { "-3", NULL, -1 },
    { "soon", NULL, -1 },
    { "99999999999999", NULL, -1 },
    { "4000000000", NULL, 86400 },
    { "Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 30 },
    { "Wed, 21 Oct 2015 07:28:30 GMT", NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      const gint64 expected
          = cases[i].seconds > 0 ? cases[i].seconds * G_TIME_SPAN_SECOND : cases[i].seconds;
      StubAnswer *answer = stub_answer_new (429, NULL, NULL);
      stub_answer_with_header (answer, "Retry-After", cases[i].value);
      if (cases[i].date != NULL)
        stub_answer_with_header (answer, "Date", cases[i].date);
      stub_server_push (fixture->server, answer);

      g_assert_true (get (fixture, "/x", &error));
      g_assert_cmpint (http_response_get_retry_after (&fixture->response), ==, expected);
      g_assert_false (http_check_status (&fixture->response, NULL, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
      g_assert_cmpint (syncline_error_get_retry_after (error), ==, expected);
    }
}

static void
test_redirect (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const guint statuses[] = { 301, 302, 303, 307, 308 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (GError) error = NULL;
      StubAnswer *answer = stub_answer_new (statuses[i], "text/html", "moved");
      stub_answer_with_header (answer, "Location", "http://127.0.0.1:1/login?token=hidden");
      stub_server_push (fixture->server, answer);

      g_assert_false (get (fixture, "/x", &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
      g_assert_nonnull (strstr (error->message, "http://127.0.0.1:1/login"));
      g_assert_null (strstr (error->message, "hidden"));
    }
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, G_N_ELEMENTS (statuses));
}

static void
test_not_json (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *type;
    const char *body;
    gboolean json;
  } cases[] = {
    { "text/html; charset=utf-8", "<html>Sign in</html>", FALSE },
    { "text/plain", "{}", FALSE },
    { "application/json", "{}", TRUE },
    { "Application/JSON;charset=utf-8", "{}", TRUE },
    { "application/problem+json", "{}", TRUE },
    { "application/jsonx", "{}", FALSE },
    { NULL, " \r\n{}", TRUE },
    { NULL, "<html>", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      stub_server_push (fixture->server, stub_answer_new (200, cases[i].type, cases[i].body));
      g_assert_true (get (fixture, "/x", &error));
      g_assert_cmpint (http_check_json (&fixture->response, &error), ==, cases[i].json);
      if (!cases[i].json)
        g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
    }
}

/* A long success is refused, a long error text is shortened. */
static void
test_limits (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = url_of (fixture, "/x");
  const HttpRequest request = { .url = url, .body_limit = 1000 };
  const HttpRequest roomy = { .url = url };
  const gsize length = 10 * 1024 * 1024;
  g_autofree char *text = g_malloc (length);
  g_autoptr (GError) error = NULL;

  memset (text, 'e', length);
  stub_server_push (fixture->server,
                    stub_answer_with_body (stub_answer_new (200, NULL, NULL), text, 1000));
  g_assert_true (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
  g_assert_false (fixture->response.truncated);
  g_assert_cmpuint (fixture->response.body->len, ==, 1000);

  stub_server_push (fixture->server,
                    stub_answer_with_body (stub_answer_new (200, NULL, NULL), text, 1001));
  g_assert_false (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
  g_clear_error (&error);

  stub_server_push (fixture->server,
                    stub_answer_with_body (stub_answer_new (500, NULL, NULL), text, length));
  g_assert_true (http_perform (fixture->http, &roomy, &fixture->response, NULL, &error));
  g_assert_true (fixture->response.truncated);
  g_assert_cmpuint (fixture->response.status, ==, 500);
  g_assert_cmpuint (fixture->response.body->len, ==, 64 * 1024);
}

static void
assert_unavailable (Fixture *fixture, StubAnswer *answer, const char *word)
{
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, answer);
  g_assert_false (get (fixture, "/x", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_nonnull (strstr (error->message, "127.0.0.1"));
}

static void
test_broken_answers (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  assert_unavailable (fixture, stub_answer_new_close (), "can't reach");
  assert_unavailable (fixture, stub_answer_with_cut (stub_answer_new (200, NULL, "0123456789"), 3),
                      "broke off");
  assert_unavailable (fixture, stub_answer_with_cut (stub_answer_new (400, NULL, "0123456789"), 3),
                      "broke off");
  assert_unavailable (fixture, stub_answer_new_raw ("HTTP/1.1 200 OK\r\nContent-", -1), "");
  assert_unavailable (fixture, stub_answer_new_raw ("SSH-2.0-OpenSSH_9.2\r\n", -1),
                      "does not speak HTTP");
  assert_unavailable (
      fixture,
      stub_answer_with_cut (
          stub_answer_with_piece (stub_answer_new (200, "application/json", NULL), 0, "{", 1), 0),
      "broke off");

  stub_server_stop (fixture->server);
  g_assert_false (get (fixture, "/x?secret=hidden", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_null (strstr (error->message, "hidden"));

  stub_server_start (fixture->server);
  stub_server_push_json (fixture->server, 200, "{}");
  g_clear_error (&error);
  g_assert_true (get (fixture, "/x", &error));
}

/* https to a port where plain HTTP is spoken. */
static void
test_tls_failure (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url
      = g_strdup_printf ("https://127.0.0.1:%u/x", stub_server_get_port (fixture->server));
  const HttpRequest request = { .url = url };
  g_autoptr (GError) error = NULL;

  g_assert_false (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "TLS"));
}

static void
test_bad_requests (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const injected[] = { "X-A: b\r\nX-C: d", NULL };
  g_autofree char *url = url_of (fixture, "/x");
  static const char *const bad_urls[] = { "ftp://127.0.0.1/x", "file:///etc/passwd", "127.0.0.1/x",
                                          "http://me:pw@127.0.0.1/", "http://[::1" };
  HttpRequest request = { .url = url, .headers = injected };
  g_autoptr (GError) error = NULL;

  g_assert_false (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  request = (HttpRequest){ .url = url, .bearer = "token\nX-A: b" };
  g_assert_false (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
  g_assert_null (strstr (error->message, "token"));
  g_clear_error (&error);

  for (guint i = 0; i < G_N_ELEMENTS (bad_urls); i++)
    {
      request = (HttpRequest){ .url = bad_urls[i] };
      g_assert_false (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
      g_assert_null (strstr (error->message, "pw@"));
      g_clear_error (&error);
    }
}

static void
test_url_for_message (void)
{
  static const char *const cases[][2] = {
    { "http://h/p", "http://h/p" },
    { "http://h:1/p?apikey=k#f", "http://h:1/p" },
    { "https://me:pw@h/p", "https://h/p" },
    { "https://me:p@w@h/p@q", "https://h/p@q" },
    { "https://h?x=http://u:p@v", "https://h" },
    { "/relative?x", "/relative" },
    { "http://", "http://" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = http_url_for_message (cases[i][0]);
      g_assert_cmpstr (shown, ==, cases[i][1]);
    }
}

/* --- Config ---------------------------------------------------------------------------------- */

static void
test_config (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *const good[] = { "X-Gateway: key", "apikey: not this one", "Accept: text/csv", NULL };
  const char *const bad[] = { "no colon", NULL };
  const char *const headers[] = { "apikey: the-key", NULL };
  g_autofree char *url = url_of (fixture, "/x");
  const HttpRequest request = { .url = url, .headers = headers };
  SynclineHttpConfig config = { .headers = (char **) good, .user_agent = (char *) "notes/2" };
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineHttp) http = http_new (&config, fixture->host, &error);

  stub_server_push_json (fixture->server, 200, "{}");
  g_assert_true (http_perform (http, &request, &fixture->response, NULL, &error));
  const StubRequest *seen = stub_server_get_request (fixture->server, 0);
  g_assert_cmpstr (stub_request_get_header (seen, "x-gateway"), ==, "key");
  g_assert_cmpstr (stub_request_get_header (seen, "apikey"), ==, "the-key");
  g_assert_cmpstr (stub_request_get_header (seen, "accept"), ==, "text/csv");
  g_assert_cmpstr (stub_request_get_header (seen, "user-agent"), ==,
                   "syncline/" PACKAGE_VERSION " notes/2");

  config = (SynclineHttpConfig){ .headers = (char **) bad };
  g_assert_null (http_new (&config, fixture->host, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "http-test"));
  g_clear_error (&error);

  config = (SynclineHttpConfig){ .client_key = (char *) "key.pem" };
  g_assert_null (http_new (&config, fixture->host, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
}

static void
test_proxy (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const SynclineHttpConfig config = { .proxy = (char *) stub_server_get_url (fixture->server) };
  const HttpRequest request = { .url = "http://server.invalid/x" };
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineHttp) http = http_new (&config, fixture->host, &error);

  stub_server_push_json (fixture->server, 200, "{}");
  g_assert_true (http_perform (http, &request, &fixture->response, NULL, &error));
  g_assert_cmpstr (stub_server_get_request (fixture->server, 0)->path, ==,
                   "http://server.invalid/x");
  g_assert_cmpstr (fixture->response.host, ==, "server.invalid");
}

static void
test_missing_ca_file (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const SynclineHttpConfig config = { .ca_file = (char *) "/nonexistent/ca.pem" };
  const HttpRequest request = { .url = "https://127.0.0.1:1/" };
  g_autofree char *url
      = g_strdup_printf ("https://127.0.0.1:%u/", stub_server_get_port (fixture->server));
  const HttpRequest reachable = { .url = url };
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineHttp) http = http_new (&config, fixture->host, &error);

  g_assert_false (http_perform (http, &request, &fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_false (http_perform (http, &reachable, &fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "ca-file"));
}

/* --- Time and cancelling --------------------------------------------------------------------- */

static void
test_timeout (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = url_of (fixture, "/x");
  const HttpRequest request = { .url = url, .timeout = 100 * G_TIME_SPAN_MILLISECOND };
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, stub_answer_new_hang ());
  g_assert_false (http_perform (fixture->http, &request, &fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "no answer"));
}

typedef struct
{
  GCancellable *cancellable;
  StubServer *server;
  guint wait_for; /* requests; 0 for a moment after the start */
  gint64 cancelled_at;
} Canceller;

static gpointer
canceller_thread (gpointer data)
{
  Canceller *canceller = data;

  if (canceller->wait_for > 0)
    stub_server_wait_requests (canceller->server, canceller->wait_for);
  g_usleep (20 * 1000);
  canceller->cancelled_at = g_get_monotonic_time ();
  g_cancellable_cancel (canceller->cancellable);
  return NULL;
}

static void
assert_cancelled_promptly (Fixture *fixture, SynclineHttp *http, const char *url, guint wait_for)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Canceller canceller = { cancellable, fixture->server, wait_for, 0 };
  const HttpRequest request = { .url = url };
  g_autoptr (GError) error = NULL;

  GThread *thread = g_thread_new ("canceller", canceller_thread, &canceller);
  g_assert_false (http_perform (http, &request, &fixture->response, cancellable, &error));
  const gint64 returned_at = g_get_monotonic_time ();
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_test_message ("returned %.3f ms after the cancel",
                  (double) (returned_at - canceller.cancelled_at) / 1000);
  g_assert_cmpint (returned_at - canceller.cancelled_at, <, PROMPTLY);

  /* And before it began. */
  g_clear_error (&error);
  g_assert_false (http_perform (http, &request, &fixture->response, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel_headers (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = url_of (fixture, "/x");

  stub_server_push (fixture->server, stub_answer_new_hang ());
  assert_cancelled_promptly (fixture, fixture->http, url, 1);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 1);
}

static void
test_cancel_body (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = url_of (fixture, "/x");
  StubAnswer *answer = stub_answer_new (200, "application/json", NULL);

  stub_answer_with_piece (answer, 0, "{", 1);
  stub_answer_with_piece (answer, 60 * 1000, "}", 1);
  stub_server_push (fixture->server, answer);
  assert_cancelled_promptly (fixture, fixture->http, url, 1);
}

/* A listener whose queue is full leaves further connections without an answer. */
static void
test_cancel_connect (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const int listener = socket (AF_INET, SOCK_STREAM, 0);
  int fillers[4];
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 0), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &length), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (fillers); i++)
    {
      fillers[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      (void) connect (fillers[i], (struct sockaddr *) &address, sizeof address);
    }

  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/x", ntohs (address.sin_port));
  assert_cancelled_promptly (fixture, fixture->http, url, 0);

  const SynclineHttpConfig config = { .connect_timeout = 100 * G_TIME_SPAN_MILLISECOND };
  const HttpRequest request = { .url = url };
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineHttp) http = http_new (&config, fixture->host, &error);
  g_assert_false (http_perform (http, &request, &fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);

  for (guint i = 0; i < G_N_ELEMENTS (fillers); i++)
    close (fillers[i]);
  close (listener);
}

static gpointer
requests_thread (gpointer data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < 50; i++)
    {
      g_auto (HttpResponse) response = { 0 };
      g_autofree char *url = url_of (fixture, "/x");
      const HttpRequest request = { .url = url };
      g_autoptr (GError) error = NULL;
      g_assert_true (http_perform (fixture->http, &request, &response, NULL, &error));
      g_assert_cmpuint (response.status, ==, 200);
    }
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  GThread *threads[4];

  stub_server_push (fixture->server,
                    stub_answer_with_repeat (stub_answer_new (200, NULL, "x"), 200));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("requests", requests_thread, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  for (guint i = 0; i < 200; i++)
    g_assert_cmpuint (stub_server_get_request (fixture->server, i)->connection, <=, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/http/get", test_get);
  ADD ("/http/request-id", test_request_id);
  ADD ("/http/tls-findings", test_tls_findings);
  ADD ("/http/methods", test_methods);
  ADD ("/http/big-body", test_big_body);
  ADD ("/http/statuses", test_statuses);
  ADD ("/http/retry-after", test_retry_after);
  ADD ("/http/redirect", test_redirect);
  ADD ("/http/not-json", test_not_json);
  ADD ("/http/limits", test_limits);
  ADD ("/http/broken-answers", test_broken_answers);
  ADD ("/http/tls-failure", test_tls_failure);
  ADD ("/http/bad-requests", test_bad_requests);
  g_test_add_func ("/http/url-for-message", test_url_for_message);
  ADD ("/http/config", test_config);
  ADD ("/http/proxy", test_proxy);
  ADD ("/http/missing-ca-file", test_missing_ca_file);
  ADD ("/http/timeout", test_timeout);
  ADD ("/http/cancel/headers", test_cancel_headers);
  ADD ("/http/cancel/body", test_cancel_body);
  ADD ("/http/cancel/connect", test_cancel_connect);
  ADD ("/http/threads", test_threads);
  return g_test_run ();
}
