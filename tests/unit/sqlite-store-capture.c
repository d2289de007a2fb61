/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What local writes put into the queue. */

#include "config.h"

#include "sqlite-store-fixture.h"

#include <string.h>

static const char todos_schema[] = "[table todos]\n"
                                   "title = text\n"
                                   "done = boolean\n"
                                   "amount = numeric\n"
                                   "weight = double precision\n"
                                   "big = bigint\n"
                                   "details = jsonb\n"
                                   "photo = bytea\n";

static void
test_operations (void)
{
  g_autoptr (Fixture) fixture = fixture_new (todos_schema, ALL_ROLES);

  fixture_run (fixture, "INSERT INTO todos (id, title, done) VALUES ('a', 'milk', 0)");
  fixture_run (fixture, "UPDATE todos SET done = 1, title = 'milk' WHERE id = 'a'");
  fixture_run (fixture, "UPDATE todos SET title = NULL WHERE id = 'a'");
  fixture_run (fixture, "UPDATE todos SET done = 1");
  fixture_run (fixture, "DELETE FROM todos WHERE id = 'none'");
  fixture_run (fixture, "DELETE FROM todos");
  assert_queue (fixture, "PUT todos/a {\"title\":\"milk\",\"done\":0}\n\n"
                         "PATCH todos/a {\"done\":1}\n\n"
                         "PATCH todos/a {\"title\":null}\n\n"
                         "DELETE todos/a\n");
}

static void
test_made_ids (void)
{
  g_autoptr (Fixture) fixture = fixture_new (todos_schema, ALL_ROLES);

  for (int i = 0; i < 50; i++)
    fixture_run (fixture, "INSERT INTO todos (title) VALUES ('x')");
  assert_query (fixture, "SELECT count(DISTINCT id) FROM todos", "50");
  g_autofree char *ids = fixture_query (fixture, "SELECT id FROM todos");
  g_auto (GStrv) lines = g_strsplit (ids, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_assert_true (g_uuid_string_is_valid (lines[i]));
      g_assert_cmpint (lines[i][14], ==, '4');
      g_assert_nonnull (strchr ("89ab", lines[i][19]));
    }
}

static void
test_refused_ids (void)
{
  g_autoptr (Fixture) fixture = fixture_new (todos_schema, ALL_ROLES);

  fixture_run (fixture, "INSERT INTO todos (id) VALUES ('a')");
  fixture_run_failing (fixture, "INSERT INTO todos (id) VALUES ('')", SYNCLINE_ERROR_SQL,
                       "id must be a text that is not empty");
  fixture_run_failing (fixture, "INSERT INTO todos (id) VALUES (x'00')", SYNCLINE_ERROR_SQL,
                       "id must be a text that is not empty");
  fixture_run_failing (fixture, "INSERT INTO todos (id) VALUES ('a' || char(0))",
                       SYNCLINE_ERROR_SQL, "id must be a text that is not empty");
  fixture_run_failing (fixture, "INSERT INTO todos (id) VALUES (NULL)", SYNCLINE_ERROR_SQL,
                       "NOT NULL constraint failed: todos.id");
  fixture_run_failing (fixture, "INSERT INTO todos (id) VALUES ('a')", SYNCLINE_ERROR_SQL,
                       "UNIQUE constraint failed");
  fixture_run_failing (fixture, "UPDATE todos SET id = 'b'", SYNCLINE_ERROR_SQL,
                       "id can't be changed");
  assert_queue (fixture, "PUT todos/a {}\n");
}

/* Each value as it is written and as it goes up. */
static void
test_values (void)
{
  static const struct
  {
    const char *column, *sql, *json;
    const char *patch; /* the same in other digits, if not NULL */
  } cases[] = {
    { "title", "'a \"quoted\" \\ text'", "\"a \\\"quoted\\\" \\\\ text\"" },
    { "title", "'line' || char(10) || char(1)", "\"line\\n\\u0001\"" },
    { "title", "'a' || char(0) || 'b'", "\"a\\u0000b\"" },
    { "title", "'Grüße 😀'", "\"Grüße 😀\"" },
    { "title", "''", "\"\"" },
    /* Made by a JSON function, it is a text nevertheless. */
    { "title", "json_object('k', 1)", "\"{\\\"k\\\":1}\"" },
    { "details", "json('[1, 2]')", "\"[1,2]\"" },
    { "title", "12", "\"12\"" },
    { "amount", "'12.3400'", "\"12.3400\"" },
    { "amount", "'123456789012345678901234567890.5'", "\"123456789012345678901234567890.5\"" },
    { "done", "1", "1" },
    { "big", "9223372036854775807", "9223372036854775807" },
    { "big", "-9223372036854775807 - 1", "-9223372036854775808" },
    { "big", "'9007199254740993'", "9007199254740993" },
    { "weight", "0.1", "0.1" },
    { "weight", "1", "1.0" },
    { "weight", "0.1 + 0.2", "0.30000000000000004", "0.3000000000000000444" },
    { "weight", "1e300", "1.0e+300" },
    { "weight", "-9e999", "\"-Infinity\"" },
    { "weight", "9e999", "\"Infinity\"" },
    { "photo", "x'00ff10'", "\"\\\\x00ff10\"" },
    { "photo", "x''", "\"\\\\x\"" },
  };
  g_autoptr (Fixture) fixture = fixture_new (todos_schema, ALL_ROLES);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *put = g_strdup_printf ("INSERT INTO todos (id, %s) VALUES ('r%u', %s)",
                                              cases[i].column, i, cases[i].sql);
      g_autofree char *expected
          = g_strdup_printf ("PUT todos/r%u {\"%s\":%s}\n", i, cases[i].column, cases[i].json);

      fixture_run (fixture, put);
      assert_queue (fixture, expected);
      fixture_resolve (fixture, NULL);

      g_autofree char *clear
          = g_strdup_printf ("UPDATE todos SET %s = NULL WHERE id = 'r%u'", cases[i].column, i);
      g_autofree char *set = g_strdup_printf ("UPDATE todos SET %s = %s WHERE id = 'r%u'",
                                              cases[i].column, cases[i].sql, i);
      g_autofree char *patch
          = g_strdup_printf ("PATCH todos/r%u {\"%s\":%s}\n", i, cases[i].column,
                             cases[i].patch != NULL ? cases[i].patch : cases[i].json);
      fixture_run (fixture, clear);
      fixture_resolve (fixture, NULL);
      fixture_run (fixture, set);
      assert_queue (fixture, patch);
      fixture_resolve (fixture, NULL);
    }
}

/* Doubles come back bit by bit, whatever reads the JSON. */
static void
test_doubles (void)
{
  g_autoptr (Fixture) fixture = fixture_new (todos_schema, ALL_ROLES);
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  const char *sql = "INSERT INTO todos (id, weight) VALUES (?1, ?2)";

  for (int i = 0; i < 300; i++)
    {
      union
      {
        guint64 bits;
        double real;
      } number;
      do
        number.bits = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
      while (!(number.real - number.real == 0));

      g_autofree char *id = g_strdup_printf ("d%d", i);
      SynclineValue values[]
          = { { .type = SYNCLINE_VALUE_TEXT, .length = -1, .text = id },
              { .type = SYNCLINE_VALUE_REAL,
                .real = i % 2 ? number.real : (double) (gint16) number.bits / 100 } };
      SynclineStatement statement = { .sql = sql, .n_values = 2, .values = values };
      fixture->store->execute (fixture->self, &statement, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);

      g_autoptr (GPtrArray) changes = fixture_peek (fixture, 1);
      const char *data = syncline_change_get_data (g_ptr_array_index (changes, 0));
      double back = g_ascii_strtod (strchr (data, ':') + 1, NULL);
      if (memcmp (&back, &values[1].real, sizeof back) != 0)
        g_error ("%.17g became %s", values[1].real, data);
      fixture_resolve (fixture, NULL);
    }
}

/* One PUT, which names all columns: those that the new row leaves out become NULL on the server, too. */
static void
test_replace (gconstpointer data)
{
  gboolean recursive = GPOINTER_TO_INT (data);
  g_autoptr (Fixture) fixture = fixture_new (
      "[table t]\na = text\nb = integer\n[options t]\ntrack-previous = all\n", ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, recursive);

  fixture_run (fixture, "INSERT INTO t (id, a, b) VALUES ('x', 'one', 1)");
  fixture_resolve (fixture, NULL);
  fixture_run_foreign (foreign, "REPLACE INTO t (id, a) VALUES ('x', 'two'), ('y', 'new')");
  fixture_run_foreign (foreign, "REPLACE INTO t (id, a) VALUES ('x', 'three')");
  /* Where the delete trigger fired its change keeps its place, but says nothing. */
#define SUPERSEDED "PATCH t/x {}\n"
  assert_queue (fixture, recursive ? SUPERSEDED "PUT t/x {\"a\":\"two\",\"b\":null}\n"
                                                "PUT t/y {\"a\":\"new\"}\n" SUPERSEDED
                                                "PUT t/x {\"a\":\"three\",\"b\":null}\n"
                                   : "PUT t/x {\"a\":\"two\",\"b\":null}\n"
                                     "PUT t/y {\"a\":\"new\"}\n"
                                     "PUT t/x {\"a\":\"three\",\"b\":null}\n");
  /* What the row was before is known. */
  assert_query (fixture, "SELECT old FROM syncline_change WHERE op = 1",
                "{\"a\":\"one\",\"b\":1}\nNULL\n{\"a\":\"two\",\"b\":null}");
  sqlite3_close (foreign);
}

/* Notes of rows that were about to be replaced, and were not, do no harm. */
static void
test_not_replaced (void)
{
  g_autoptr (Fixture) fixture = fixture_new ("[table t]\na = text\nb = integer\n", ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (foreign, "INSERT INTO t (id, a) VALUES ('x', 'one')");
  fixture_run_foreign (foreign, "INSERT OR IGNORE INTO t (id, a) VALUES ('x', 'two')");
  fixture_run_foreign (foreign, "INSERT INTO t (id, a) VALUES ('x', 'three')"
                                " ON CONFLICT (id) DO UPDATE SET a = excluded.a");
  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('x') ON CONFLICT DO NOTHING");
  fixture_run_foreign (foreign, "DELETE FROM t");
  fixture_run_foreign (foreign, "INSERT INTO t (id, b) VALUES ('x', 5)");
  assert_queue (fixture, "PUT t/x {\"a\":\"one\"}\n"
                         "PATCH t/x {\"a\":\"three\"}\n"
                         "DELETE t/x\n"
                         "PUT t/x {\"b\":5}\n");
  assert_query (fixture, "SELECT count(*) FROM syncline_replaced", "0");
  sqlite3_close (foreign);
}

static void
test_upsert (void)
{
  g_autoptr (Fixture) fixture = fixture_new ("[table t]\na = text\n", ALL_ROLES);

  for (int i = 0; i < 2; i++)
    fixture_run (fixture, "INSERT INTO t (id, a) VALUES ('x', 'one'), ('y', 'one')"
                          " ON CONFLICT (id) DO UPDATE SET a = a || '+'");
  assert_queue (fixture, "PUT t/x {\"a\":\"one\"}\nPUT t/y {\"a\":\"one\"}\n\n"
                         "PATCH t/x {\"a\":\"one+\"}\nPATCH t/y {\"a\":\"one+\"}\n");
}

static void
test_modes (void)
{
  g_autoptr (Fixture) fixture
      = fixture_new ("[table notes]\nbody = text\n[options notes]\nmode = local-only\n"
                     "[table logs]\nline = text\n[options logs]\nmode = insert-only\n",
                     ALL_ROLES);

  fixture_run (fixture, "INSERT INTO notes (id, body) VALUES ('n', 'mine')");
  fixture_run (fixture, "UPDATE notes SET body = 'still mine'");
  g_assert_cmpint (fixture_run (fixture, "INSERT INTO logs (id, line) VALUES ('l', 'hello')"), ==,
                   1);
  assert_query (fixture, "SELECT body FROM notes", "still mine");
  assert_query (fixture, "SELECT count(*) FROM logs", "0");
  assert_queue (fixture, "PUT logs/l {\"line\":\"hello\"}\n");
}

static void
test_metadata (void)
{
  g_autoptr (Fixture) fixture
      = fixture_new ("[table t]\na = text\n[options t]\nmetadata = true\n", ALL_ROLES);

  fixture_run (fixture, "INSERT INTO t (id, a, _metadata) VALUES ('x', 'one', 'why')");
  fixture_run (fixture, "UPDATE t SET a = 'two'");
  fixture_run (fixture, "UPDATE t SET a = 'three', _metadata = 'because'");
  fixture_run (fixture, "UPDATE t SET _metadata = 'for nothing'");
  assert_queue (fixture, "PUT t/x {\"a\":\"one\"} metadata why\n\n"
                         "PATCH t/x {\"a\":\"two\"}\n\n"
                         "PATCH t/x {\"a\":\"three\"} metadata because\n");
  assert_query (fixture, "SELECT a, _metadata FROM t", "three|NULL");
}

static void
test_previous (void)
{
  g_autoptr (Fixture) fixture
      = fixture_new ("[table c]\na = text\nb = text\n[options c]\ntrack-previous = changed\n"
                     "[table d]\na = text\nb = text\n[options d]\ntrack-previous = all\n",
                     ROLE (UPLOAD));

  fixture_run (fixture, "INSERT INTO c (id, a) VALUES ('x', 'one')");
  fixture_run (fixture, "UPDATE c SET a = 'two'");
  fixture_run (fixture, "DELETE FROM c");
  fixture_run (fixture, "INSERT INTO d (id, a) VALUES ('x', 'one')");
  fixture_run (fixture, "UPDATE d SET a = 'two'");
  assert_queue (fixture, "PUT c/x {\"a\":\"one\"}\n\n"
                         "PATCH c/x {\"a\":\"two\"} previous {\"a\":\"one\"}\n\n"
                         "DELETE c/x previous {\"a\":\"two\",\"b\":null}\n\n"
                         "PUT d/x {\"a\":\"one\"}\n\n"
                         "PATCH d/x {\"a\":\"two\"} previous {\"a\":\"one\",\"b\":null}\n");
}

static void
test_many_columns (void)
{
  g_autoptr (GString) schema = g_string_new ("[table wide]\n");
  g_autoptr (GString) patched = g_string_new ("{");

  for (int i = 0; i < 1900; i++)
    {
      g_string_append_printf (schema, "c%d = %s\n", i, i % 2 ? "text" : "integer");
      g_string_append_printf (patched, "%s\"c%d\":%s", i == 0 ? "" : ",", i, i % 2 ? "\"7\"" : "7");
    }
  g_string_append_c (patched, '}');
  g_autoptr (Fixture) fixture = fixture_new (schema->str, ALL_ROLES);
  fixture_run (fixture, "INSERT INTO wide (id, c0, c1899) VALUES ('w', 1, 'last')");
  fixture_run (fixture, "UPDATE wide SET c1000 = 5 WHERE id = 'w'");

  g_autoptr (GString) update = g_string_new ("UPDATE wide SET ");
  for (int i = 0; i < 1900; i++)
    g_string_append_printf (update, "%sc%d = 7", i == 0 ? "" : ", ", i);
  fixture_run (fixture, update->str);

  g_autofree char *expected = g_strdup_printf ("PUT wide/w {\"c0\":1,\"c1899\":\"last\"}\n\n"
                                               "PATCH wide/w {\"c1000\":5}\n\n"
                                               "PATCH wide/w %s\n",
                                               patched->str);
  assert_queue (fixture, expected);
}

static void
test_names (void)
{
  g_autoptr (Fixture) fixture = fixture_new ("[table order]\ngroup = text\nselect = integer\n"
                                             "Ünïcode = text\n",
                                             ALL_ROLES);

  fixture_run (fixture, "INSERT INTO \"order\" (id, \"group\", \"select\", \"Ünïcode\")"
                        " VALUES ('x', 'g', 2, 'u')");
  fixture_run (fixture, "UPDATE \"order\" SET \"group\" = 'h'");
  fixture_run (fixture, "REPLACE INTO \"order\" (id) VALUES ('x')");
  assert_queue (fixture, "PUT order/x {\"group\":\"g\",\"select\":2,\"Ünïcode\":\"u\"}\n\n"
                         "PATCH order/x {\"group\":\"h\"}\n\n"
                         "PATCH order/x {}\n"
                         "PUT order/x {\"group\":null,\"select\":null,\"Ünïcode\":null}\n");
}

/* What was queued under other columns keeps their names; a wide table is queued in another way. */
static void
test_shapes (void)
{
  g_autoptr (GString) wide = g_string_new ("[table w]\n");
  g_autoptr (Fixture) fixture = fixture_new ("[table t]\na = text\nb = integer\n", ALL_ROLES);

  fixture_run (fixture, "INSERT INTO t (id, a, b) VALUES ('x', 'one', NULL), ('y', NULL, 2)");
  fixture_reopen (fixture, "[table t]\nb = integer\nc = text\na = text\n");
  fixture_run (fixture, "INSERT INTO t (id, a, b, c) VALUES ('z', '1', 2, '3')");
  assert_queue (fixture, "PUT t/x {\"a\":\"one\"}\nPUT t/y {\"b\":2}\n\n"
                         "PUT t/z {\"b\":2,\"c\":\"3\",\"a\":\"1\"}\n");

  for (int i = 0; i < 40; i++)
    g_string_append_printf (wide, "c%d = text\n", i);
  g_autoptr (Fixture) other = fixture_new (wide->str, ALL_ROLES);
  fixture_run (other, "INSERT INTO w (id, c39, c0) VALUES ('x', 'last', 'first')");
  fixture_run (other, "REPLACE INTO w (id, c1) VALUES ('x', 'again')");
  g_autofree char *count
      = fixture_query (other, "SELECT count(*) FROM syncline_change WHERE op = 1");
  g_assert_cmpstr (count, ==, "2");
  fixture_resolve (other, "a");
}

/* Only what is committed is queued; a statement that fails leaves nothing. */
static void
test_rollback (void)
{
  g_autoptr (Fixture) fixture = fixture_new ("[table t]\na = text\n", ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (foreign, "BEGIN; INSERT INTO t (id) VALUES ('x'); ROLLBACK");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('y')");
  fixture_run_failing (fixture, "INSERT INTO t (id) VALUES ('z'), ('y')", SYNCLINE_ERROR_SQL,
                       "UNIQUE");
  assert_queue (fixture, "PUT t/y {}\n");
  g_assert_cmpint (fixture_get_gate (fixture).sequence, ==, 1);
  sqlite3_close (foreign);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-store/capture/operations", test_operations);
  g_test_add_func ("/sqlite-store/capture/made-ids", test_made_ids);
  g_test_add_func ("/sqlite-store/capture/refused-ids", test_refused_ids);
  g_test_add_func ("/sqlite-store/capture/values", test_values);
  g_test_add_func ("/sqlite-store/capture/doubles", test_doubles);
  g_test_add_data_func ("/sqlite-store/capture/replace", GINT_TO_POINTER (FALSE), test_replace);
  g_test_add_data_func ("/sqlite-store/capture/replace/recursive", GINT_TO_POINTER (TRUE),
                        test_replace);
  g_test_add_func ("/sqlite-store/capture/not-replaced", test_not_replaced);
  g_test_add_func ("/sqlite-store/capture/upsert", test_upsert);
  g_test_add_func ("/sqlite-store/capture/modes", test_modes);
  g_test_add_func ("/sqlite-store/capture/metadata", test_metadata);
  g_test_add_func ("/sqlite-store/capture/previous", test_previous);
  g_test_add_func ("/sqlite-store/capture/many-columns", test_many_columns);
  g_test_add_func ("/sqlite-store/capture/names", test_names);
  g_test_add_func ("/sqlite-store/capture/shapes", test_shapes);
  g_test_add_func ("/sqlite-store/capture/rollback", test_rollback);
  return g_test_run ();
}
