/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What becomes of changes that the server refuses or does not see. */

#include "config.h"

#include <string.h>

#include "postgrest-upload-fixture.h"

#define REFUSAL                                                                                    \
  "{\"code\":\"23514\",\"details\":\"the details\",\"hint\":null,\"message\":\"the message\"}"

/* A table whose check constraint does not like the word `bad`; one such row fails the whole request. */
static StubAnswer *
refuse_bad_rows (const StubRequest *request, gpointer user_data)
{
  GPtrArray *rows = user_data;
  g_autofree char *body = stub_request_dup_body (request);

  if (strstr (body, "bad") != NULL)
    return stub_answer_new (400, "application/json", REFUSAL);
  g_ptr_array_add (rows, g_steal_pointer (&body));
  return stub_answer_new (201, NULL, NULL);
}

/* The row ids `rN` in the bodies that went through, in order. */
static char *
list_rows (GPtrArray *bodies)
{
  g_autoptr (GString) rows = g_string_new (NULL);

  for (guint i = 0; i < bodies->len; i++)
    for (const char *at = bodies->pdata[i]; (at = strstr (at, "\"id\":\"r")) != NULL; at++)
      g_string_append_printf (rows, "%c", at[7]);
  return g_string_free (g_steal_pointer (&rows), FALSE);
}

static void
test_culprits (Fixture *fixture, gconstpointer data)
{
  const char *kinds = data;
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) expected = g_string_new (NULL);

  stub_server_set_handler (fixture->server, refuse_bad_rows, bodies);
  for (int i = 0; kinds[i] != '\0'; i++)
    {
      g_autofree char *row_id = g_strdup_printf ("r%d", i);
      fixture_put (fixture, "todos", row_id,
                   kinds[i] == 'a' ? "{\"description\":\"good\"}" : "{\"description\":\"bad\"}");
      if (kinds[i] == 'a')
        g_string_append_printf (expected, "%d", i);
    }
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, kinds);

  g_autofree char *rows = list_rows (bodies);
  g_assert_cmpstr (rows, ==, expected->str);
  SynclineOutcome *outcome = fixture_get_outcome (fixture, (guint) (strchr (kinds, 'r') - kinds));
  g_assert_cmpuint (syncline_outcome_get_status (outcome), ==, 400);
  g_assert_cmpstr (syncline_outcome_get_code (outcome), ==, "23514");
  g_assert_cmpstr (syncline_outcome_get_message (outcome), ==, "the message");
  g_assert_cmpstr (syncline_outcome_get_details (outcome), ==, "the details");
  g_assert_null (syncline_outcome_get_hint (outcome));
}

/* What is known when the server goes away in the middle stays known, and nothing else. */
static void
test_unavailable_while_split (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 4; i++)
    {
      g_autofree char *row_id = g_strdup_printf ("%d", i);
      fixture_put (fixture, "todos", row_id, "{\"done\":true}");
    }
  stub_server_push_json (fixture->server, 400, REFUSAL); /* 0 1 2 3 */
  stub_server_push_json (fixture->server, 400, REFUSAL); /* 0 1 */
  fixture_answer (fixture, 201, -1);                     /* 0 */
  stub_server_push_json (fixture->server, 400, REFUSAL); /* 1 2 */
  stub_server_push_json (fixture->server, 400, REFUSAL); /* 1 */
  stub_server_push_json (fixture->server, 503, "{}");    /* 2 */
  g_assert_false (fixture_upload (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  fixture_assert_outcomes (fixture, "ar");
}

static void
test_later_group_fails (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture_put (fixture, "todos", "1", "{\"done\":true}");
  fixture_patch (fixture, "todos", "1", "{}");
  fixture_delete (fixture, "todos", "2");
  fixture_delete (fixture, "todos", "3");
  fixture_answer (fixture, 201, -1);
  stub_server_push (fixture->server, stub_answer_new_close ());
  stub_server_push (fixture->server, stub_answer_new_close ());
  g_assert_false (fixture_upload (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  fixture_assert_outcomes (fixture, "aa");
  stub_server_clear_requests (fixture->server);
}

/* A refused one among many costs few requests, and one refused after the other hardly more than one each. */
static void
test_cost (Fixture *fixture, gconstpointer data)
{
  const gboolean all_bad = data != NULL;
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func (g_free);
  const int n = 1000;

  stub_server_set_handler (fixture->server, refuse_bad_rows, bodies);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *row_id = g_strdup_printf ("r%d", i);
      fixture_put (fixture, "todos", row_id,
                   all_bad || i == 700 ? "{\"description\":\"bad\"}"
                                       : "{\"description\":\"good\"}");
    }
  fixture_assert_upload (fixture);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), <, all_bad ? n + 20 : 40);
}

/* --- No row ------------------------------------------------------------------------------------ */

static void
test_patch_no_row (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_patch (fixture, "todos", "1", "{\"done\":true}");
  fixture_answer (fixture, 204, 0);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "r");
  SynclineOutcome *outcome = fixture_get_outcome (fixture, 0);
  g_assert_cmpuint (syncline_outcome_get_status (outcome), ==, 204);
  g_assert_cmpstr (syncline_outcome_get_code (outcome), ==, "SYNCLINE_NO_ROW");
  g_assert_nonnull (syncline_outcome_get_hint (outcome));
}

/* PostgREST says how many rows a PATCH changed in the range, too; something in between may have eaten the
 * total. */
static void
test_patch_ranges (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *range;
    const char *kinds;
  } cases[] = {
    { "0-0/1", "a" }, { "0-0/*", "a" }, { "*/*", "a" },   { "nonsense", "a" },
    { "a-b/c", "a" }, { "*/0", "r" },   { "1-0/*", "a" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_ptr_array_set_size (fixture->changes, 0);
      fixture_patch (fixture, "todos", "1", "{\"done\":true}");
      stub_server_push (fixture->server, stub_answer_with_header (stub_answer_new (204, NULL, NULL),
                                                                  "Content-Range", cases[i].range));
      fixture_assert_upload (fixture);
      fixture_assert_outcomes (fixture, cases[i].kinds);
    }
}

static void
test_bulk_patch_no_row (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_patch (fixture, "todos", "1", "{\"done\":true}");
  fixture_patch (fixture, "todos", "2", "{\"done\":true}");
  fixture_answer (fixture, 204, 1);
  fixture_answer (fixture, 204, 0);
  fixture_answer (fixture, 204, 1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "ra");
}

static void
test_delete_no_row (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_delete (fixture, "todos", "1");
  fixture_answer (fixture, 204, 0);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "a");
}

/* --- Size -------------------------------------------------------------------------------------- */

static void
test_too_large (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_put (fixture, "todos", "1", "{\"done\":true}");
  fixture_put (fixture, "todos", "2", "{\"done\":true}");
  stub_server_push (fixture->server, stub_answer_new (413, "text/html", "<html>too large</html>"));
  fixture_answer (fixture, 201, -1);
  stub_server_push (fixture->server, stub_answer_new (413, "text/html", "<html>too large</html>"));
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "ar");
  g_assert_cmpuint (syncline_outcome_get_status (fixture_get_outcome (fixture, 1)), ==, 413);
}

static guint
count_rows (Fixture *fixture, guint index)
{
  g_autofree char *body = stub_request_dup_body (stub_server_get_request (fixture->server, index));
  g_auto (GStrv) pieces = g_strsplit (body, "\"id\"", -1);

  return g_strv_length (pieces) - 1;
}

/* A request that takes too long is not repeated as it is for ever. */
static void
test_slow_bulk (Fixture *fixture, gconstpointer data)
{
  static const guint sizes[] = { 8, 4, 2, 4, 2 };

  for (int i = 0; i < 8; i++)
    {
      g_autofree char *row_id = g_strdup_printf ("%d", i);
      fixture_put (fixture, "todos", row_id, "{\"done\":true}");
    }
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      stub_server_push_json (fixture->server, (guint) GPOINTER_TO_INT (data),
                             "{\"code\":\"57014\",\"message\":\"canceling statement\"}");
      g_assert_false (fixture_upload (fixture, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
      fixture_assert_outcomes (fixture, "");
    }
  for (int i = 0; i < 3; i++)
    fixture_answer (fixture, 201, -1);
  fixture_assert_upload (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    g_assert_cmpuint (count_rows (fixture, i), ==, sizes[i]);
}

/* Smaller requests would only make it worse. */
static void
test_busy_bulk (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture_put (fixture, "todos", "1", "{\"done\":true}");
  fixture_put (fixture, "todos", "2", "{\"done\":true}");
  stub_server_push_json (fixture->server, 429, "{}");
  g_assert_false (fixture_upload (fixture, &error));
  fixture_answer (fixture, 201, -1);
  fixture_assert_upload (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, function)                                                                  \
  g_test_add ("/postgrest-upload/" path, Fixture, data, fixture_set_up, function, fixture_tear_down)
  ADD ("split/first", "raaaaaaa", test_culprits);
  ADD ("split/last", "aaaaar", test_culprits);
  ADD ("split/two", "ararr", test_culprits);
  ADD ("split/all", "rrr", test_culprits);
  ADD ("split/one", "r", test_culprits);
  ADD ("split/cost-of-one", NULL, test_cost);
  ADD ("split/cost-of-all", "all", test_cost);
  ADD ("split/unavailable", NULL, test_unavailable_while_split);
  ADD ("later-group-fails", NULL, test_later_group_fails);
  ADD ("no-row/patch", NULL, test_patch_no_row);
  ADD ("no-row/ranges", NULL, test_patch_ranges);
  ADD ("no-row/bulk-patch", NULL, test_bulk_patch_no_row);
  ADD ("no-row/delete", NULL, test_delete_no_row);
  ADD ("size/too-large", NULL, test_too_large);
  ADD ("size/statement-timeout", GINT_TO_POINTER (500), test_slow_bulk);
  ADD ("size/gateway-timeout", GINT_TO_POINTER (504), test_slow_bulk);
  ADD ("size/busy", NULL, test_busy_bulk);
#undef ADD

  return g_test_run ();
}
