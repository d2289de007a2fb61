/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>
#include <syncline/registry.h>

#include "postgrest-upload-fixture.h"

static void
test_descriptor (void)
{
  g_autoptr (GError) error = NULL;

  syncline_registry_add (&syncline_plugin, &error);
  g_assert_no_error (error);
}

/* --- Requests, byte for byte ------------------------------------------------------------------- */

static void
test_put (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_put (fixture, "todos", "a\"b\\\n", "{\"description\":\"x\",\"done\":true}");
  fixture_answer (fixture, 201, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "a");

  fixture_assert_request (fixture, 0, "POST /rest/v1/todos?on_conflict=id",
                          "{\"id\":\"a\\\"b\\\\\\n\",\"description\":\"x\",\"done\":true}");
  g_assert_cmpstr (fixture_get_header (fixture, 0, "prefer"), ==,
                   "resolution=merge-duplicates,return=minimal");
  g_assert_cmpstr (fixture_get_header (fixture, 0, "apikey"), ==, "publishable-key");
  g_assert_cmpstr (fixture_get_header (fixture, 0, "authorization"), ==, "Bearer token-of-a-user");
  g_assert_cmpstr (fixture_get_header (fixture, 0, "content-type"), ==, "application/json");
  g_assert_null (fixture_get_header (fixture, 0, "content-profile"));
}

static void
test_put_without_columns (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_put (fixture, "todos", "1", "{}");
  fixture_answer (fixture, 201, -1);
  fixture_assert_upload (fixture);
  fixture_assert_request (fixture, 0, "POST /rest/v1/todos?on_conflict=id", "{\"id\":\"1\"}");
}

static void
test_put_conflict (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_put (fixture, "team members", "1", "{\"role\":\"x\"}");
  fixture_answer (fixture, 200, -1);
  fixture_assert_upload (fixture);
  fixture_assert_request (fixture, 0,
                          "POST /rest/v1/team%20members?on_conflict=team_id,%22user%20id%22",
                          "{\"id\":\"1\",\"role\":\"x\"}");
}

/* Who may only insert may not update. */
static void
test_put_insert_only (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_put (fixture, "log", "1", "{\"line\":\"x\"}");
  fixture_answer (fixture, 201, -1);
  fixture_assert_upload (fixture);
  g_assert_cmpstr (fixture_get_header (fixture, 0, "prefer"), ==,
                   "resolution=ignore-duplicates,return=minimal");
}

static void
test_patch (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_patch (fixture, "todos", "11111111-aaaa", "{\"done\":null}");
  fixture_answer (fixture, 204, 1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "a");
  fixture_assert_request (fixture, 0, "PATCH /rest/v1/todos?id=eq.11111111-aaaa",
                          "{\"done\":null}");
  g_assert_cmpstr (fixture_get_header (fixture, 0, "prefer"), ==, "return=minimal,count=exact");
}

static void
test_delete (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_delete (fixture, "todos", "11111111-aaaa");
  fixture_answer (fixture, 204, 1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "a");
  fixture_assert_request (fixture, 0, "DELETE /rest/v1/todos?id=eq.11111111-aaaa", NULL);
  g_assert_cmpstr (fixture_get_header (fixture, 0, "prefer"), ==, "return=minimal,count=exact");
}

static void
test_nasty_ids (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *row_id;
    const char *filter;
  } cases[] = {
    { "a,b", "in.(%22a%2Cb%22)" },
    { "a\"b\\c", "in.(%22a%5C%22b%5C%5Cc%22)" },
    { "x)&id=neq.(", "in.(%22x%29%26id%3Dneq.%28%22)" },
    { "a b+c/d?e#f%41", "in.(%22a%20b%2Bc%2Fd%3Fe%23f%2541%22)" },
    { "\xc3\xbc", "in.(%22%C3%BC%22)" },
    { "a.b:c*", "in.(%22a.b%3Ac%2A%22)" },
    { "", "in.(%22%22)" },
    { "null", "eq.null" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = g_strconcat ("DELETE /rest/v1/todos?id=", cases[i].filter, NULL);
      g_ptr_array_set_size (fixture->changes, 0);
      stub_server_clear_requests (fixture->server);
      fixture_delete (fixture, "todos", cases[i].row_id);
      fixture_answer (fixture, 204, 1);
      fixture_assert_upload (fixture);
      fixture_assert_request (fixture, 0, line, NULL);
    }
}

static void
test_profile (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_free (fixture->config.profile);
  fixture->config.profile = g_strdup ("api");
  fixture_delete (fixture, "todos", "1");
  fixture_answer (fixture, 204, 1);
  fixture_assert_upload (fixture);
  g_assert_cmpstr (fixture_get_header (fixture, 0, "content-profile"), ==, "api");
}

/* --- Who sends --------------------------------------------------------------------------------- */

static void
test_signed_out (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->credentials, syncline_credentials_unref);
  fixture_delete (fixture, "todos", "1");
  g_assert_false (fixture_upload (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 0);
}

static void
test_no_auth_role (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_clear_pointer (&fixture->credentials, syncline_credentials_unref);
  fake_host_set_role (fixture->host, SYNCLINE_ROLE_AUTH, FALSE);
  fixture_delete (fixture, "todos", "1");
  fixture_answer (fixture, 204, 1);
  fixture_assert_upload (fixture);
  g_assert_null (fixture_get_header (fixture, 0, "authorization"));
  g_assert_cmpstr (fixture_get_header (fixture, 0, "apikey"), ==, "publishable-key");
  g_assert_true (fake_host_has_secret (fixture->host, "publishable-key"));
}

static void
test_probe (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const SynclineTransportClass *methods = syncline_plugin.methods;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  fixture_assert_upload (fixture);
  stub_server_push_json (fixture->server, 401, "{\"message\":\"no\"}");
  g_assert_true (methods->probe (fixture->plugin, &message, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (message, "401"));
  fixture_assert_request (fixture, 0, "GET /rest/v1/", NULL);

  fixture_answer (fixture, 503, -1);
  g_assert_false (methods->probe (fixture->plugin, NULL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

/* --- Groups ------------------------------------------------------------------------------------ */

static void
test_bulk_put (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_put (fixture, "todos", "1", "{\"description\":\"x\",\"done\":true}");
  fixture_put (fixture, "todos", "2", "{\"done\":false,\"description\":\"y\"}");
  fixture_add (fixture, 2, SYNCLINE_CHANGE_PUT, "todos", "3",
               "{\"description\":\"z\",\"done\":true}");
  fixture_answer (fixture, 201, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aaa");
  fixture_assert_request (fixture, 0, "POST /rest/v1/todos?on_conflict=id",
                          "[{\"id\":\"1\",\"description\":\"x\",\"done\":true},"
                          "{\"id\":\"2\",\"done\":false,\"description\":\"y\"},"
                          "{\"id\":\"3\",\"description\":\"z\",\"done\":true}]");
}

/* Each pair of neighbours here must not be in one request, and the order must stay. */
static void
test_group_borders (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_put (fixture, "todos", "1", "{\"done\":true}");
  fixture_put (fixture, "todos", "2", "{\"done\":true,\"description\":\"x\"}"); /* columns */
  fixture_put (fixture, "todos", "3", "{\"done\":true,\"other\":\"x\"}");       /* columns */
  fixture_put (fixture, "log", "4", "{\"done\":true,\"other\":\"x\"}");         /* table */
  fixture_put (fixture, "log", "4", "{\"done\":true,\"other\":\"x\"}");         /* same row */
  fixture_delete (fixture, "log", "5");                                         /* operation */
  fixture_put (fixture, "todos", "1", "{\"done\":true}");
  for (int i = 0; i < 7; i++)
    fixture_answer (fixture, 200, 1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aaaaaaa");

  fixture_assert_request (fixture, 0, "POST /rest/v1/todos?on_conflict=id",
                          "{\"id\":\"1\",\"done\":true}");
  fixture_assert_request (fixture, 1, "POST /rest/v1/todos?on_conflict=id",
                          "{\"id\":\"2\",\"done\":true,\"description\":\"x\"}");
  fixture_assert_request (fixture, 2, "POST /rest/v1/todos?on_conflict=id",
                          "{\"id\":\"3\",\"done\":true,\"other\":\"x\"}");
  fixture_assert_request (fixture, 3, "POST /rest/v1/log?on_conflict=id",
                          "{\"id\":\"4\",\"done\":true,\"other\":\"x\"}");
  fixture_assert_request (fixture, 4, "POST /rest/v1/log?on_conflict=id",
                          "{\"id\":\"4\",\"done\":true,\"other\":\"x\"}");
  fixture_assert_request (fixture, 5, "DELETE /rest/v1/log?id=eq.5", NULL);
  fixture_assert_request (fixture, 6, "POST /rest/v1/todos?on_conflict=id",
                          "{\"id\":\"1\",\"done\":true}");
}

static void
test_limits (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->config.max_request_changes = 2;
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *row_id = g_strdup_printf ("%d", i);
      fixture_put (fixture, "todos", row_id, "{\"done\":true}");
    }
  for (int i = 0; i < 3; i++)
    fixture_answer (fixture, 201, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aaaaa");
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 3);
}

static void
test_size_limit (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *text = g_strnfill (600, 'x');
  g_autofree char *patch = g_strdup_printf ("{\"description\":\"%s\"}", text);
  g_autofree char *big_text = g_strnfill (5000, 'x');
  g_autofree char *big_patch = g_strdup_printf ("{\"description\":\"%s\"}", big_text);

  fixture->config.max_request_size = 1400;
  fixture_put (fixture, "todos", "1", patch);
  fixture_put (fixture, "todos", "2", patch);
  fixture_put (fixture, "todos", "3", patch);
  fixture_put (fixture, "todos", "4", big_patch);
  for (int i = 0; i < 3; i++)
    fixture_answer (fixture, 201, -1);
  fixture_assert_upload (fixture);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 3);
}

static void
test_bulk_delete (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_delete (fixture, "todos", "1");
  fixture_delete (fixture, "todos", "x,\"y\"");
  fixture_answer (fixture, 204, 0);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aa");
  fixture_assert_request (fixture, 0,
                          "DELETE /rest/v1/todos?id=in.(%221%22,%22x%2C%5C%22y%5C%22%22)", NULL);
}

static void
test_bulk_delete_url (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *long_id = g_strnfill (500, ';');
  guint n_requests;

  for (int i = 0; i < 250; i++)
    {
      g_autofree char *row_id
          = i < 200 ? g_strdup_printf ("%d", i) : g_strdup_printf ("%s%d", long_id, i);
      fixture_delete (fixture, "todos", row_id);
    }
  stub_server_push (fixture->server,
                    stub_answer_with_repeat (stub_answer_new (204, NULL, NULL), 0));
  fixture_assert_upload (fixture);
  n_requests = stub_server_count_requests (fixture->server);
  g_assert_cmpuint (n_requests, <=, 2 + 25 + 1);
  for (guint i = 0; i < n_requests; i++)
    g_assert_cmpuint (strlen (stub_server_get_request (fixture->server, i)->query), <, 4096);
}

static void
test_bulk_patch (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_patch (fixture, "todos", "1", "{\"done\":true}");
  fixture_patch (fixture, "todos", "2", "{\"done\":true}");
  fixture_patch (fixture, "todos", "3", "{\"done\":false}");
  fixture_answer (fixture, 204, 2);
  fixture_answer (fixture, 204, 1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aaa");
  fixture_assert_request (fixture, 0, "PATCH /rest/v1/todos?id=in.(%221%22,%222%22)",
                          "{\"done\":true}");
  fixture_assert_request (fixture, 1, "PATCH /rest/v1/todos?id=eq.3", "{\"done\":false}");
}

static void
test_rest_single (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->config.mode = UPLOAD_MODE_REST_SINGLE;
  fixture_put (fixture, "todos", "1", "{\"done\":true}");
  fixture_put (fixture, "todos", "2", "{\"done\":true}");
  fixture_delete (fixture, "todos", "1");
  fixture_delete (fixture, "todos", "2");
  for (int i = 0; i < 4; i++)
    fixture_answer (fixture, 204, 1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aaaa");
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 4);
  /* One connection serves them all. */
  g_assert_cmpuint (stub_server_get_request (fixture->server, 3)->connection, ==, 1);
}

static void
test_empty_patch (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_patch (fixture, "todos", "1", "{}");
  fixture_patch (fixture, "todos", "2", "{\"done\":true}");
  fixture_patch (fixture, "todos", "3", "{}");
  fixture_answer (fixture, 204, 1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aaa");
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/postgrest-upload/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  g_test_add_func ("/postgrest-upload/descriptor", test_descriptor);
  ADD ("put/request", test_put);
  ADD ("put/no-columns", test_put_without_columns);
  ADD ("put/conflict", test_put_conflict);
  ADD ("put/insert-only", test_put_insert_only);
  ADD ("patch/request", test_patch);
  ADD ("delete/request", test_delete);
  ADD ("nasty-ids", test_nasty_ids);
  ADD ("profile", test_profile);
  ADD ("signed-out", test_signed_out);
  ADD ("no-auth-role", test_no_auth_role);
  ADD ("probe", test_probe);
  ADD ("group/put", test_bulk_put);
  ADD ("group/borders", test_group_borders);
  ADD ("group/limit", test_limits);
  ADD ("group/size", test_size_limit);
  ADD ("group/delete", test_bulk_delete);
  ADD ("group/delete-url", test_bulk_delete_url);
  ADD ("group/patch", test_bulk_patch);
  ADD ("group/single", test_rest_single);
  ADD ("empty-patch", test_empty_patch);
#undef ADD

  return g_test_run ();
}
