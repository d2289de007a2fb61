/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What postgrest-upload finds out about a PostgREST without changing anything. */

#include "config.h"

#include <string.h>

#include "postgrest-upload-fixture.h"

/* Lines "level topic: message; advice". */
static void
on_finding (const SynclineFinding *finding, gpointer user_data)
{
  static const char *const levels[] = { "ok", "warn", "fail" };

  g_string_append_printf (user_data, "%s %s: %s; %s\n", levels[finding->level], finding->topic,
                          finding->message, finding->advice != NULL ? finding->advice : "");
}

static char *
check (Fixture *fixture)
{
  const SynclineTransportClass *methods = syncline_plugin.methods;
  GString *findings = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  fixture->plugin = syncline_plugin.create (&fixture->config, fixture->host, &error);
  g_assert_no_error (error);
  methods->check (fixture->plugin, fixture->credentials, on_finding, findings, NULL);
  return g_string_free (findings, FALSE);
}

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("\"%s\" is not in:\n%s", part, text);
}

/* A server whose clock is as far off as that. */
static StubAnswer *
answer_rows (Fixture *fixture, gint64 skew)
{
  const gint64 now = syncline_host_get_real_time (fixture->host) + skew;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now / G_USEC_PER_SEC);
  g_autofree char *date = g_date_time_format (time, "%a, %d %b %Y %H:%M:%S GMT");

  return stub_answer_with_header (stub_answer_new (200, "application/json", "[]"), "Date", date);
}

static void
test_all_well (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  stub_server_push (fixture->server, answer_rows (fixture, 0));
  stub_server_push (fixture->server, answer_rows (fixture, 0));
  g_autofree char *found = check (fixture);

  fixture_assert_request (fixture, 0, "GET /rest/v1/todos?limit=0&select=id,description,done",
                          NULL);
  fixture_assert_request (fixture, 1, "GET /rest/v1/team%20members?limit=0&select=id,role", NULL);
  g_assert_cmpstr (fixture_get_header (fixture, 0, "authorization"), ==, "Bearer token-of-a-user");
  g_assert_cmpstr (fixture_get_header (fixture, 0, "apikey"), ==, "publishable-key");
  assert_contains (found, "ok server: PostgREST at http://127.0.0.1");
  assert_contains (found, "ok clock: ");
  assert_contains (found, "ok token: PostgREST takes it");
  g_assert_null (strstr (found, "warn"));
  g_assert_null (strstr (found, "fail"));
  /* Loopback needs no TLS. */
  g_assert_null (strstr (found, "tls"));
}

static void
test_clock (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  stub_server_push (fixture->server, answer_rows (fixture, 300 * G_TIME_SPAN_SECOND));
  stub_server_push (fixture->server, answer_rows (fixture, 300 * G_TIME_SPAN_SECOND));
  g_autofree char *found = check (fixture);

  /* The header has whole seconds. */
  assert_contains (found, "warn clock: the clock here is ");
  assert_contains (found, " s behind that of 127.0.0.1");
}

static void
push_error (Fixture *fixture, guint status, const char *json)
{
  stub_server_push_json (fixture->server, status, json);
}

static void
test_gateway_refuses (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  push_error (fixture, 401, "{\"message\":\"Invalid API key\"}");
  g_autofree char *found = check (fixture);

  assert_contains (found, "fail api-key: the gateway refuses the request (HTTP 401): Invalid API "
                          "key; check api-key in [postgrest-upload]");
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 1);
}

static void
test_token_refused (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  push_error (fixture, 401, "{\"code\":\"PGRST301\",\"message\":\"No suitable key\"}");
  g_autofree char *found = check (fixture);

  assert_contains (found, "fail token: PostgREST refuses the token (PGRST301): No suitable key");
}

static void
test_nobody_signed_in (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_clear_pointer (&fixture->credentials, syncline_credentials_unref);
  push_error (fixture, 401,
              "{\"code\":\"42501\",\"message\":\"permission denied for table todos\"}");
  g_autofree char *found = check (fixture);

  assert_contains (found, "warn token: PostgREST wants a token (42501)");
}

/* One table that is missing says nothing of the next. */
static void
test_tables (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  push_error (fixture, 404, "{\"code\":\"PGRST205\",\"message\":\"Could not find the table\"}");
  push_error (fixture, 400, "{\"code\":\"42703\",\"message\":\"column role does not exist\"}");
  g_autofree char *found = check (fixture);

  assert_contains (found, "fail table: todos: the server answers 404 PGRST205: Could not find the "
                          "table; apply the migration that makes the table");
  assert_contains (found, "fail table: members: the server answers 400 42703: column role does not "
                          "exist; apply the migration that is missing");
}

static void
test_no_right (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  push_error (fixture, 403,
              "{\"code\":\"42501\",\"message\":\"permission denied for table todos\"}");
  stub_server_push (fixture->server, answer_rows (fixture, 0));
  g_autofree char *found = check (fixture);

  assert_contains (found, "fail table: todos: the server answers 403 42501");
  assert_contains (found, "grant select");
}

static void
test_server_fault (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  push_error (fixture, 503, "{\"code\":\"PGRST001\",\"message\":\"no connection\"}");
  g_autofree char *found = check (fixture);

  assert_contains (found, "fail server: GET ");
  assert_contains (found, "503");
}

static void
test_nobody_there (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  stub_server_stop (fixture->server);
  g_autofree char *found = check (fixture);

  assert_contains (found, "fail server: can't reach");
  stub_server_start (fixture->server);
}

/* --- What PostgREST says of itself ------------------------------------------------------------------ */

static void
on_column (const SynclineServerColumn *column, gpointer user_data)
{
  g_string_append_printf (user_data, "%s.%s %s%s\n", column->table, column->name, column->type,
                          column->is_key ? " key" : "");
}

static gboolean
describe (Fixture *fixture, const char *key, GString *columns, GError **error)
{
  const SynclineTransportClass *methods = syncline_plugin.methods;

  fixture->plugin = syncline_plugin.create (&fixture->config, fixture->host, error);
  g_assert_nonnull (fixture->plugin);
  return methods->describe (fixture->plugin, fixture->credentials, key, on_column, columns, NULL,
                            error);
}

/* In the form of PostgREST 12. */
static const char openapi[]
    = "{\"swagger\":\"2.0\",\"info\":{\"title\":\"t\"},\"paths\":{\"/\":{\"get\":{\"tags\":[]}}},"
      "\"definitions\":{"
      "\"todos\":{\"description\":\"Things\",\"required\":[\"id\"],\"properties\":{"
      "\"id\":{\"description\":\"Note:\\nThis is a Primary "
      "Key.<pk/>\",\"format\":\"uuid\",\"type\":"
      "\"string\",\"default\":\"gen_random_uuid()\"},"
      "\"tags\":{\"format\":\"text[]\",\"items\":{\"type\":\"string\",\"format\":\"wrong\"},"
      "\"type\":"
      "\"array\"},"
      "\"mood\":{\"enum\":[\"a\",\"b\"],\"format\":\"public.mood\",\"type\":\"string\"},"
      "\"details\":{\"format\":\"jsonb\"}},\"type\":\"object\"},"
      "\"empty\":{\"properties\":{},\"type\":\"object\"}},"
      "\"parameters\":{\"preferParams\":{\"format\":\"x\"}}}";

static void
test_describe (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server,
                    stub_answer_new (200, "application/openapi+json; charset=utf-8", openapi));
  g_assert_true (describe (fixture, NULL, columns, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (columns->str, ==,
                   "todos.id uuid key\ntodos.tags text[]\ntodos.mood public.mood\n"
                   "todos.details jsonb\n");
  fixture_assert_request (fixture, 0, "GET /rest/v1/", NULL);
  g_assert_cmpstr (fixture_get_header (fixture, 0, "authorization"), ==, "Bearer token-of-a-user");
}

static void
test_describe_with_key (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, stub_answer_new (200, "application/openapi+json", openapi));
  g_assert_true (describe (fixture, "secret-key-of-the-project", columns, &error));
  g_assert_cmpstr (fixture_get_header (fixture, 0, "apikey"), ==, "secret-key-of-the-project");
  g_assert_cmpstr (fixture_get_header (fixture, 0, "authorization"), ==,
                   "Bearer secret-key-of-the-project");
}

/* Supabase's answer to a public key. */
static void
test_describe_forbidden (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  push_error (fixture, 403,
              "{\"message\":\"Access to schema is forbidden\",\"hint\":\"Accessing the schema via "
              "the Data API is only allowed using a secret API key.\"}");
  g_assert_false (describe (fixture, NULL, columns, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED);
  assert_contains (error->message, "Access to schema is forbidden");
  assert_contains (error->message, "secret key");
}

static void
test_describe_no_postgrest (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  push_error (fixture, 200, data);
  g_assert_false (describe (fixture, NULL, columns, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
    const char *data;
  } tests[] = {
    { "all-well", test_all_well, NULL },
    { "clock", test_clock, NULL },
    { "gateway-refuses", test_gateway_refuses, NULL },
    { "token-refused", test_token_refused, NULL },
    { "nobody-signed-in", test_nobody_signed_in, NULL },
    { "tables", test_tables, NULL },
    { "no-right", test_no_right, NULL },
    { "server-fault", test_server_fault, NULL },
    { "nobody-there", test_nobody_there, NULL },
    { "describe", test_describe, NULL },
    { "describe-with-key", test_describe_with_key, NULL },
    { "describe-forbidden", test_describe_forbidden, NULL },
    { "describe-no-tables", test_describe_no_postgrest, "{\"swagger\":\"2.0\"}" },
    { "describe-array", test_describe_no_postgrest, "[]" },
    { "describe-cut", test_describe_no_postgrest, "{\"definitions\":{\"todos\":{\"properties\":{" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/postgrest-look/", tests[i].path, NULL);
      g_test_add (path, Fixture, tests[i].data, fixture_set_up, tests[i].test, fixture_tear_down);
    }
  return g_test_run ();
}
