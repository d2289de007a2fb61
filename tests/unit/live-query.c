/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Live queries: what they say, and that they say no more. */

#include "config.h"

#include <sqlite3.h>
#include <string.h>

#include "live-fixture.h"

static const char schema[] = "[table notes]\nbody = text\nrank = integer\ncolour = text\n"
                             "[table others]\nbody = text\n[table drafts]\nbody = text\n[options "
                             "drafts]\nmode = local-only\n";

#define BY_RANK "SELECT id, body FROM notes ORDER BY rank, id"

static void
test_changes (void)
{
  g_autoptr (Live) live = live_new (schema);
  live_run (
      live,
      "INSERT INTO notes (id, body, rank) VALUES ('a', 'A', 1), ('b', 'B', 2), ('c', 'C', 3)");
  g_autoptr (Shadow) shadow = shadow_new (live, BY_RANK, NULL);

  g_assert_true (syncline_query_get_loading (shadow->query));
  shadow_wait_for (shadow, "a|A b|B c|C");
  g_assert_false (syncline_query_get_loading (shadow->query));
  assert_splices (shadow, "0-0+3");
  g_autoptr (SynclineRow) b = g_object_ref (g_ptr_array_index (shadow->rows, 1));

  live_run (live, "INSERT INTO notes (id, body, rank) VALUES ('d', 'D', 2)");
  shadow_wait_for (shadow, "a|A b|B d|D c|C");
  assert_splices (shadow, "2-0+1");
  live_run (live, "UPDATE notes SET body = 'X' WHERE id = 'd'");
  shadow_wait_for (shadow, "a|A b|B d|X c|C");
  assert_splices (shadow, "2-1+1");
  live_run (live, "DELETE FROM notes WHERE id = 'a'");
  shadow_wait_for (shadow, "b|B d|X c|C");
  assert_splices (shadow, "0-1+0");
  /* One that moves stays the same object. */
  live_run (live, "UPDATE notes SET rank = 9 WHERE id = 'b'");
  shadow_wait_for (shadow, "d|X c|C b|B");
  assert_splices (shadow, "0-1+0 2-0+1");
  g_assert_true (g_ptr_array_index (shadow->rows, 2) == b);
  live_run (live, "DELETE FROM notes");
  shadow_wait_for (shadow, "");
  assert_splices (shadow, "0-3+0");
}

static void
test_rows (void)
{
  g_autoptr (Live) live = live_new (schema);
  g_autoptr (Shadow) shadow
      = shadow_new (live, "SELECT :n AS n, 1.5 AS r, 'é' AS t, x'00ff' AS b, NULL AS z",
                    g_variant_new_parsed ("{'n': <int64 7>}"));

  shadow_wait_for (shadow, "7|-|é|-|-");
  SynclineRow *row = g_ptr_array_index (shadow->rows, 0);
  g_autoptr (GVariant) cells = syncline_row_dup_cells (row);
  g_autofree char *text = g_variant_print (cells, TRUE);
  g_autoptr (GBytes) blob = syncline_row_dup_blob (row, 3);
  gint64 n = 0;

  g_assert_cmpuint (g_variant_n_children (cells), ==, 5);
  g_assert_true (g_variant_lookup (cells, "n", "x", &n));
  g_assert_cmpint (n, ==, 7);
  g_assert_cmpint (syncline_row_find_column (row, "r"), ==, 1);
  g_assert_cmpint (syncline_row_find_column (row, "none"), ==, -1);
  g_assert_cmpstr (syncline_row_get_column_name (row, 4), ==, "z");
  g_assert_null (syncline_row_get_column_name (row, 5));
  g_assert_cmpfloat (syncline_row_get_real (row, 1), ==, 1.5);
  g_assert_cmpint (syncline_row_get_integer (row, 1), ==, 1);
  g_assert_cmpstr (syncline_row_get_text (row, 2), ==, "é");
  g_assert_null (syncline_row_get_text (row, 0));
  g_assert_cmpuint (g_bytes_get_size (blob), ==, 2);
  g_assert_cmpint (syncline_row_get_value_type (row, 4), ==, SYNCLINE_VALUE_NULL);
}

/* A query that gives something else each time it runs shows whether it ran. */
#define TELLTALE(columns, table) "SELECT " columns ", random() AS r FROM " table

static void
test_runs_only_when_read_columns_change (void)
{
  g_autoptr (Live) live = live_new (schema);
  live_run (live, "INSERT INTO notes (id, body, rank, colour) VALUES ('a', 'A', 1, 'red')");
  g_autoptr (Shadow) shadow = shadow_new (live, TELLTALE ("body", "notes WHERE rank < 5"), NULL);
  g_autoptr (Shadow) barrier = shadow_new (live, "SELECT colour FROM notes", NULL);

  shadow_wait_until_true (barrier, live);
  while (shadow->rows->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_splices (shadow, "0-0+1");

  /* None of these concerns it; the barrier's run comes after its own would have. */
  live_run (live, "INSERT INTO others (body) VALUES ('x')");
  live_run (live, "INSERT INTO drafts (body) VALUES ('x')");
  live_run (live, "UPDATE notes SET colour = 'blue'");
  shadow_wait_for (barrier, "blue");
  live_run (live, "UPDATE notes SET colour = 'green' WHERE id = 'a'");
  shadow_wait_for (barrier, "green");
  assert_splices (shadow, "");

  /* A column of the condition, one of the result, rows that come. */
  live_run (live, "UPDATE notes SET rank = 2, colour = 'c1'");
  shadow_wait_for (barrier, "c1");
  while (shadow->splices->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_splices (shadow, "0-1+1");
  live_run (live, "UPDATE notes SET body = 'B'");
  while (shadow->splices->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_splices (shadow, "0-1+1");
  live_run (live, "INSERT INTO notes (id, body, rank) VALUES ('b', 'B', 2)");
  while (shadow->splices->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (shadow->rows->len, ==, 2);
}

static void
run_foreign (sqlite3 *foreign, const char *sql)
{
  char *message = NULL;

  sqlite3_exec (foreign, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

/* What another program writes to one table is nothing to the queries on another one. */
static void
test_other_programs (void)
{
  g_autoptr (Live) live = live_new (schema);
  live_run (live, "INSERT INTO notes (id, body, rank) VALUES ('a', 'A', 1)");
  g_autoptr (Shadow) shadow = shadow_new (live, TELLTALE ("body", "notes"), NULL);
  g_autoptr (Shadow) barrier = shadow_new (live, "SELECT body FROM others", NULL);
  sqlite3 *foreign;

  while (shadow->rows->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_splices (shadow, "0-0+1");

  g_assert_cmpint (sqlite3_open (live->path, &foreign), ==, SQLITE_OK);
  sqlite3_busy_timeout (foreign, 5000);
  run_foreign (foreign, "INSERT INTO others (id, body) VALUES ('o', 'first')");
  shadow_wait_for (barrier, "first");
  run_foreign (foreign, "UPDATE others SET body = 'second'");
  shadow_wait_for (barrier, "second");
  assert_splices (shadow, "");
  run_foreign (foreign, "UPDATE notes SET body = 'B'");
  while (shadow->splices->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_splices (shadow, "0-1+1");
  sqlite3_close (foreign);
}

/* Rows that an update replaces, or that a trigger or a foreign key changes, are changed all the same. */
static void
test_changes_behind_the_statement (void)
{
  g_autoptr (Live) live = live_new (schema);
  live_run (live, "CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT UNIQUE, n INTEGER)");
  live_run (live, "CREATE TABLE log (id INTEGER PRIMARY KEY, code TEXT, n INTEGER)");
  live_run (live,
            "CREATE TABLE strict (id INTEGER PRIMARY KEY, code TEXT UNIQUE ON CONFLICT REPLACE)");
  live_run (live, "CREATE TRIGGER logged AFTER UPDATE OF n ON parent BEGIN"
                  " UPDATE log SET code = NEW.code WHERE id = NEW.id; END");
  live_run (live, "INSERT INTO parent VALUES (1, 'a', 1), (2, 'b', 1)");
  live_run (live, "INSERT INTO log VALUES (1, '', 0), (2, '', 0)");
  live_run (live, "INSERT INTO strict VALUES (1, 'a'), (2, 'b')");
  g_autoptr (Shadow) ids = shadow_new (live, "SELECT id FROM parent ORDER BY id", NULL);
  g_autoptr (Shadow) logged = shadow_new (live, "SELECT code FROM log ORDER BY id", NULL);
  g_autoptr (Shadow) strict = shadow_new (live, "SELECT id FROM strict ORDER BY id", NULL);

  shadow_wait_for (ids, "1 2");
  shadow_wait_for (logged, " ");
  shadow_wait_for (strict, "1 2");
  live_run (live, "UPDATE parent SET n = 5 WHERE id = 2");
  shadow_wait_for (logged, " b");
  live_run (live, "UPDATE OR REPLACE parent SET code = 'a' WHERE id = 2");
  shadow_wait_for (ids, "2");
  live_run (live, "UPDATE strict SET code = 'a' WHERE id = 2");
  shadow_wait_for (strict, "2");
}

static void
test_equal_result_is_silent (void)
{
  g_autoptr (Live) live = live_new (schema);
  live_run (live, "INSERT INTO notes (id, body, rank) VALUES ('a', 'A', 1)");
  g_autoptr (Shadow) shadow = shadow_new (live, "SELECT count(*), max(rank) FROM notes", NULL);

  shadow_wait_for (shadow, "1|1");
  assert_splices (shadow, "0-0+1");
  for (int i = 0; i < 20; i++)
    live_run (live, "UPDATE notes SET rank = 2 - rank, body = 'A' || rank WHERE rank = 0");
  live_run (live, "INSERT INTO notes (id, rank) VALUES ('b', 0)");
  shadow_wait_for (shadow, "2|1");
  assert_splices (shadow, "0-1+1");
}

static void
test_throttle (void)
{
  g_autoptr (Live) live = live_new (schema);
  g_autoptr (Shadow) shadow = shadow_new (live, "SELECT count(*) FROM notes", NULL);
  g_autoptr (Shadow) other = shadow_new (live, "SELECT count(*) + 0 FROM notes", NULL);

  shadow_wait_for (shadow, "0");
  syncline_query_set_throttle (shadow->query, G_TIME_SPAN_HOUR);
  g_assert_cmpint (syncline_query_get_throttle (shadow->query), ==, G_TIME_SPAN_HOUR);
  g_free (shadow_take_splices (shadow));
  for (int i = 1; i <= 3; i++)
    {
      g_autofree char *count = g_strdup_printf ("%d", i);
      live_run (live, "INSERT INTO notes (body) VALUES ('x')");
      shadow_wait_for (other, count);
    }
  g_autofree char *before = shadow_to_text (shadow);
  g_assert_cmpstr (before, ==, "0");
  /* Nothing is lost by it. */
  syncline_query_set_throttle (shadow->query, 0);
  shadow_wait_for (shadow, "3");
  assert_splices (shadow, "0-1+1");
}

static gboolean
has_error (gpointer query)
{
  return syncline_query_get_error (query) != NULL;
}

static gboolean
has_no_error (gpointer query)
{
  return syncline_query_get_error (query) == NULL;
}

static void
test_errors (void)
{
  g_autoptr (Live) live = live_new (schema);
  g_autoptr (Shadow) writes = shadow_new (live, "DELETE FROM notes", NULL);
  g_autoptr (Shadow) too_few = shadow_new (live, "SELECT ?1", NULL);
  g_autoptr (Shadow) odd = shadow_new (live, "SELECT ?1", g_variant_new_parsed ("({'a': 1},)"));
  g_autoptr (Shadow) later = shadow_new (live, "SELECT body FROM later", NULL);

  live_wait (has_error, writes->query);
  live_wait (has_error, too_few->query);
  live_wait (has_error, odd->query);
  live_wait (has_error, later->query);
  g_assert_error (syncline_query_get_error (writes->query), SYNCLINE_ERROR, SYNCLINE_ERROR_SQL);
  g_assert_error (syncline_query_get_error (too_few->query), SYNCLINE_ERROR, SYNCLINE_ERROR_SQL);
  g_assert_error (syncline_query_get_error (odd->query), SYNCLINE_ERROR,
                  SYNCLINE_ERROR_INVALID_ARGUMENT);
  g_assert_error (syncline_query_get_error (later->query), SYNCLINE_ERROR, SYNCLINE_ERROR_SQL);
  g_assert_false (syncline_query_get_loading (later->query));

  live_run (live, "CREATE TABLE later (body)");
  live_run (live, "INSERT INTO later VALUES ('here')");
  shadow_wait_for (later, "here");
  live_wait (has_no_error, later->query);
  /* The rows stay when it fails later on. */
  live_run (live, "DROP TABLE later");
  syncline_query_refresh (later->query);
  live_wait (has_error, later->query);
  g_assert_cmpuint (later->rows->len, ==, 1);
}

static void
test_closed_and_opened (void)
{
  g_autoptr (Live) live = live_new (schema);
  g_autoptr (Shadow) shadow = shadow_new (live, BY_RANK, NULL);
  g_autoptr (GError) error = NULL;
  sqlite3 *foreign = NULL;

  live_run (live, "INSERT INTO notes (id, body) VALUES ('a', 'A')");
  shadow_wait_for (shadow, "a|A");
  syncline_client_close (live->client);
  g_assert_cmpint (sqlite3_open (live->path, &foreign), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (foreign, "INSERT INTO notes (id, body) VALUES ('b', 'B')", NULL, NULL, NULL),
      ==, SQLITE_OK);
  sqlite3_close (foreign);
  g_assert_cmpuint (shadow->rows->len, ==, 1);
  g_free (shadow_take_splices (shadow));
  syncline_client_open (live->client, NULL, &error);
  g_assert_no_error (error);
  shadow_wait_for (shadow, "a|A b|B");
  assert_splices (shadow, "1-0+1");

  /* It may outlive its client. */
  g_clear_object (&live->client);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shadow->query)), ==, 2);
  syncline_query_refresh (shadow->query);
}

/* Ended while it runs: the end does not wait for it. */
static void
test_ended_while_running (void)
{
  g_autoptr (Live) live = live_new (schema);
  const char *endless = "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c)"
                        " SELECT count(*) FROM c";
  SynclineQuery *query = syncline_client_watch (live->client, endless, NULL);
  g_autoptr (Shadow) shadow = shadow_new (live, BY_RANK, NULL);

  live_run (live, "INSERT INTO notes (id, body) VALUES ('a', 'A')");
  g_object_unref (query);
  shadow_wait_for (shadow, "a|A");

  /* And so does closing. */
  g_autoptr (SynclineQuery) again = syncline_client_watch (live->client, endless, NULL);
  syncline_client_close (live->client);
  g_assert_true (syncline_query_get_loading (again));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-query/changes", test_changes);
  g_test_add_func ("/live-query/rows", test_rows);
  g_test_add_func ("/live-query/read-columns", test_runs_only_when_read_columns_change);
  g_test_add_func ("/live-query/other-programs", test_other_programs);
  g_test_add_func ("/live-query/behind-the-statement", test_changes_behind_the_statement);
  g_test_add_func ("/live-query/silent", test_equal_result_is_silent);
  g_test_add_func ("/live-query/throttle", test_throttle);
  g_test_add_func ("/live-query/errors", test_errors);
  g_test_add_func ("/live-query/closed", test_closed_and_opened);
  g_test_add_func ("/live-query/ended", test_ended_while_running);
  return g_test_run ();
}
