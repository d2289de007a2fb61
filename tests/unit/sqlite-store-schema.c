/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* How a file follows its schema. */

#include "config.h"

#include <string.h>

#include "sqlite-store-fixture.h"

static const char basic[] = "[table t]\na = text\nb = integer\n";

static char *
get_schema_version (Fixture *fixture)
{
  return fixture_query (fixture, "SELECT schema_version FROM pragma_schema_version");
}

/* A start with the same schema leaves the file alone: other connections keep their statements. */
static void
test_unchanged (void)
{
  g_autoptr (Fixture) fixture
      = fixture_new ("[table t]\na = text\n[options t]\nindexes = by_a(a DESC)\n"
                     "[table logs]\nline = text\n[options logs]\nmode = insert-only\n",
                     ALL_ROLES);
  g_autofree char *before = get_schema_version (fixture);
  g_autofree char *tx = fixture_query (fixture, "SELECT tx FROM syncline_state");

  fixture_reopen (fixture, NULL);
  assert_query (fixture, "SELECT schema_version FROM pragma_schema_version", before);
  assert_query (fixture, "SELECT tx FROM syncline_state", tx);
}

/* A trigger that somebody dropped or changed comes back. */
static void
test_repaired_triggers (void)
{
  g_autoptr (Fixture) fixture = fixture_new (basic, ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (foreign,
                       "DROP TRIGGER syncline_t_insert; DROP TRIGGER syncline_t_delete;"
                       "CREATE TRIGGER syncline_t_delete AFTER DELETE ON t BEGIN SELECT 1; END");
  sqlite3_close (foreign);
  fixture_reopen (fixture, NULL);
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('x')");
  fixture_run (fixture, "DELETE FROM t");
  assert_queue (fixture, "PUT t/x {}\n\nDELETE t/x\n");
}

static void
test_new_table (void)
{
  g_autoptr (Fixture) fixture = fixture_new (basic, ALL_ROLES);

  fixture_stage (fixture, "b", "PUT 1 t/x {\"a\":\"one\"}",
                 "PUT 2 remote/y {\"v\":\"two\",\"n\":3,\"later\":\"x\"}", NULL);
  fixture_apply (fixture, "b");
  fixture_reopen (fixture, "[table t]\na = text\nb = integer\n"
                           "[table u]\nv = text\nn = integer\n[options u]\nserver-name = remote\n");
  assert_query (fixture, "SELECT * FROM u", "y|two|3");
  assert_query (fixture, "SELECT count(*) FROM syncline_untyped", "0");
  assert_queue (fixture, "");
  /* It is a row like any other now. */
  fixture_stage (fixture, "b", "PUT 3 remote/y {\"v\":\"three\"}", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, "SELECT * FROM u", "y|three|NULL");
}

static void
test_removed_table (void)
{
  g_autoptr (Fixture) fixture = fixture_new (basic, ALL_ROLES);

  fixture_stage (fixture, "b", "PUT 1 t/x {\"a\":\"one\",\"more\":1.50}", NULL);
  fixture_apply (fixture, "b");
  fixture_run (fixture, "INSERT INTO t (id, a) VALUES ('mine', 'queued')");
  fixture_reopen (fixture, "[table u]\nv = text\n");
  assert_query (fixture, "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 't'", "0");
  /* What is queued still goes up, and the rows are only aside. */
  assert_queue (fixture, "PUT t/mine {\"a\":\"queued\"}\n");
  fixture_resolve (fixture, "r");
  fixture_cover (fixture, 1);
  fixture_stage (fixture, "b", "PUT 2 t/y {\"a\":\"two\"}", NULL);
  fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 1, "b");
  fixture_reopen (fixture, basic);
  assert_query (fixture, "SELECT * FROM t ORDER BY id", "x|one|NULL\ny|two|NULL");
  assert_query (fixture, "SELECT data FROM syncline_extra", "{\"more\":1.50}");
}

static void
test_columns (void)
{
  g_autoptr (Fixture) fixture = fixture_new (basic, ALL_ROLES);

  fixture_stage (fixture, "b",
                 "PUT 1 t/x {\"a\":\"one\",\"b\":1,\"c\":9007199254740993,\"d\":2.50}",
                 "PUT 2 t/y {\"a\":\"two\",\"c\":null}", NULL);
  fixture_apply (fixture, "b");
  fixture_run (fixture, "INSERT INTO t (id, a) VALUES ('mine', 'queued')");
  fixture_run (fixture, "CREATE INDEX my_index ON t (b)");
  fixture_run (fixture, "CREATE TABLE log (what TEXT)");
  fixture_run (fixture, "CREATE TRIGGER my_trigger AFTER UPDATE OF b ON t BEGIN"
                        " INSERT INTO log VALUES (NEW.id); END");

  /* One goes, two come. */
  fixture_reopen (fixture, "[table t]\nb = integer\nc = bigint\nd = numeric\n");
  assert_query (fixture, "SELECT id, b, c, d FROM t ORDER BY id",
                "mine|NULL|NULL|NULL\nx|1|9007199254740993|2.50\ny|NULL|NULL|NULL");
  assert_query (fixture, "SELECT row_id, data FROM syncline_extra ORDER BY 1",
                "mine|{\"a\":\"queued\"}\nx|{\"a\":\"one\"}\ny|{\"a\":\"two\"}");
  assert_query (fixture,
                "SELECT count(*) FROM sqlite_schema WHERE name IN ('my_index', 'my_trigger')", "2");
  /* The first comes back. */
  fixture_reopen (fixture, "[table t]\nb = integer\nc = bigint\nd = numeric\na = text\n");
  assert_query (fixture, "SELECT id, a, b, c, d FROM t ORDER BY id",
                "mine|queued|NULL|NULL|NULL\nx|one|1|9007199254740993|2.50\ny|two|NULL|NULL|NULL");
  assert_query (fixture, "SELECT count(*) FROM syncline_extra", "0");
  assert_queue (fixture, "PUT t/mine {\"a\":\"queued\"}\n");
  fixture_run (fixture, "UPDATE t SET d = '3' WHERE id = 'x'");
  assert_queue (fixture, "PUT t/mine {\"a\":\"queued\"}\n\nPATCH t/x {\"d\":\"3\"}\n");
}

/* Refused changes give way to the server's version as a whole, also with columns that the schema did not
 * have when the first of them was made. */
static void
test_columns_under_changes (void)
{
  g_autoptr (Fixture) fixture = fixture_new ("[table t]\na = text\n", ALL_ROLES);

  fixture_stage (fixture, "b", "PUT 1 t/answered {\"a\":\"one\",\"b\":7,\"c\":[1],\"d\":1}",
                 "PUT 2 t/queued {\"a\":\"two\",\"c\":true}", NULL);
  fixture_apply (fixture, "b");
  fixture_run (fixture, "UPDATE t SET a = 'mine'");
  fixture_resolve (fixture, "r");
  fixture_reopen (fixture, "[table t]\na = text\nb = integer\nc = jsonb\n");
  assert_query (fixture, "SELECT id, a, b, c FROM t ORDER BY id",
                "answered|mine|7|[1]\nqueued|mine|NULL|true");
  fixture_run (fixture, "UPDATE t SET b = 8, c = 'mine'");
  fixture_resolve (fixture, "rrr");
  fixture_cover (fixture, 1);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 1, "b"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, "SELECT id, a, b, c FROM t ORDER BY id",
                "answered|one|7|[1]\nqueued|two|NULL|true");
  assert_query (fixture, "SELECT row_id, data FROM syncline_extra", "answered|{\"d\":1}");
}

static void
test_changed_type (void)
{
  g_autoptr (Fixture) fixture
      = fixture_new ("[table t]\na = text\nb = text\n[options t]\nindexes = by_a(a)\n", ALL_ROLES);

  fixture_stage (fixture, "b", "PUT 1 t/x {\"a\":\"12\",\"b\":\"1.50\"}", NULL);
  fixture_apply (fixture, "b");
  fixture_reopen (fixture, "[table t]\na = integer\nb = numeric\n[options t]\nindexes = by_a(a)\n");
  assert_query (fixture, "SELECT a, typeof(a), b, typeof(b) FROM t", "12|integer|1.50|text");
  assert_query (fixture, "SELECT sql FROM sqlite_schema WHERE name = 't_by_a'",
                "CREATE INDEX \"t_by_a\" ON \"t\" (\"a\")");
  assert_queue (fixture, "");
  fixture_run (fixture, "UPDATE t SET a = 13");
  assert_queue (fixture, "PATCH t/x {\"a\":13}\n");
}

static void
test_indexes (void)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "[table t]\na = text\nb = integer\n[options t]\nindexes = one(a, b DESC); two(b)\n",
      ALL_ROLES);
  static const char names[]
      = "SELECT group_concat(sql, '; ') FROM (SELECT sql FROM sqlite_schema"
        " WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 't' ORDER BY name)";

  fixture_run (fixture, "CREATE INDEX mine ON t (a)");
  assert_query (fixture, names,
                "CREATE INDEX mine ON t (a); CREATE INDEX \"t_one\" ON \"t\" (\"a\", \"b\" DESC);"
                " CREATE INDEX \"t_two\" ON \"t\" (\"b\")");
  fixture_reopen (fixture,
                  "[table t]\na = text\nb = integer\n[options t]\nindexes = one(b); three(a)\n");
  assert_query (fixture, names,
                "CREATE INDEX mine ON t (a); CREATE INDEX \"t_one\" ON \"t\" (\"b\");"
                " CREATE INDEX \"t_three\" ON \"t\" (\"a\")");
}

static void
test_changed_mode (void)
{
  g_autoptr (Fixture) fixture = fixture_new (basic, ALL_ROLES);

  fixture_stage (fixture, "b", "PUT 1 t/x {\"a\":\"server\"}", NULL);
  fixture_apply (fixture, "b");
  fixture_reopen (fixture, "[table t]\na = text\nb = integer\n[options t]\nmode = local-only\n");
  assert_query (fixture, "SELECT count(*) FROM t", "0");
  fixture_run (fixture, "INSERT INTO t (id, a) VALUES ('mine', 'local')");
  assert_queue (fixture, "");
  /* Rows that were on this device only go up when the table is synced. */
  fixture_reopen (fixture, basic);
  assert_query (fixture, "SELECT id, a FROM t ORDER BY id", "mine|local\nx|server");
  assert_queue (fixture, "PUT t/mine {\"a\":\"local\"}\n");
}

/* --- Files of applications ---------------------------------------------------------------------------------- */

static void
make_file (Fixture *fixture, const char *sql)
{
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (foreign, sql);
  sqlite3_close (foreign);
}

/* An application's plain database becomes offline-first. */
static void
test_adopted (void)
{
  g_autoptr (Fixture) fixture = fixture_new_closed (basic, ALL_ROLES);

  make_file (fixture, "CREATE TABLE t (id VARCHAR(36) PRIMARY KEY, a TEXT COLLATE NOCASE, own TEXT"
                      " DEFAULT 'kept', b INT); CREATE TABLE other (x);"
                      "INSERT INTO t (id, a, b) VALUES ('x', 'one', 1), ('y', NULL, 2)");
  fixture_reopen (fixture, NULL);
  assert_queue (fixture, "PUT t/x {\"a\":\"one\",\"b\":1}\nPUT t/y {\"b\":2}\n");
  fixture_resolve (fixture, "aa");
  fixture_cover (fixture, 1);
  fixture_stage (fixture, "b", "PUT 1 t/x {\"a\":\"one\",\"b\":5}", "PUT 2 t/z {\"a\":\"new\"}",
                 NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 1, "b"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, "SELECT id, a, b, own FROM t ORDER BY id",
                "x|one|5|kept\nz|new|NULL|kept");
  /* Only the case differs, but it differs. */
  fixture_run (fixture, "UPDATE t SET a = 'ONE' WHERE id = 'x'");
  assert_queue (fixture, "PATCH t/x {\"a\":\"ONE\"}\n");

  /* It stays the application's when the schema drops it. */
  fixture_reopen (fixture, "[table u]\nv = text\n");
  assert_query (fixture, "SELECT count(*) FROM t", "2");
  fixture_run (fixture, "DELETE FROM t WHERE id = 'z'");
  assert_queue (fixture, "PATCH t/x {\"a\":\"ONE\"}\n");
}

static void
test_not_adopted (void)
{
  static const struct
  {
    const char *sql, *message;
  } cases[] = {
    { "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)", "Table “t”: It is in the file already" },
    { "CREATE TABLE t (id TEXT, a TEXT, b INT, PRIMARY KEY (id, a))", "its primary key" },
    { "CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT)", "lacks the column “b”" },
    { "CREATE TABLE t (id TEXT PRIMARY KEY, a, b); INSERT INTO t (a) VALUES (1)",
      "1 rows have no usable `id`" },
    { "CREATE VIEW t AS SELECT 1 AS id", "already exists" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Fixture) fixture = fixture_new_closed (basic, ALL_ROLES);
      g_autofree char *before = NULL, *after = NULL;

      make_file (fixture, cases[i].sql);
      fixture_reopen_failing (fixture, NULL, i < 4 ? SYNCLINE_ERROR_STATE : SYNCLINE_ERROR_SQL,
                              cases[i].message);
      /* Another schema does. */
      fixture_reopen (fixture, "[table u]\nv = text\n");
    }
}

static void
test_newer_format (void)
{
  g_autoptr (Fixture) fixture = fixture_new (basic, ALL_ROLES);

  fixture_close (fixture);
  make_file (fixture, "UPDATE syncline_meta SET value = 99 WHERE key = 'format'");
  fixture_reopen_failing (fixture, NULL, SYNCLINE_ERROR_STATE, "written by a newer version");
}

static void
test_no_database (void)
{
  g_autoptr (Fixture) fixture = fixture_new_closed (basic, ALL_ROLES);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fixture->path,
                       "This is not a database, it is a text of some length.\n"
                       "SQLite looks at the first hundred bytes to find out.\n",
                       -1, &error);
  g_assert_no_error (error);
  fixture_reopen_failing (fixture, NULL, SYNCLINE_ERROR_CORRUPT, "SQLITE_NOTADB");
}

/* An upload-only client keeps no versions to go back to. */
static void
test_no_download (void)
{
  g_autoptr (Fixture) fixture = fixture_new (basic, ROLE (STORE) | ROLE (UPLOAD));

  fixture_run (fixture, "INSERT INTO t (id, a) VALUES ('x', 'one')");
  fixture_run (fixture, "UPDATE t SET a = 'two'");
  assert_query (fixture, "SELECT count(old) FROM syncline_change", "0");
  fixture_resolve (fixture, "ra");
  assert_query (fixture, "SELECT count(*) FROM syncline_shadow", "0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-store/schema/unchanged", test_unchanged);
  g_test_add_func ("/sqlite-store/schema/repaired-triggers", test_repaired_triggers);
  g_test_add_func ("/sqlite-store/schema/new-table", test_new_table);
  g_test_add_func ("/sqlite-store/schema/removed-table", test_removed_table);
  g_test_add_func ("/sqlite-store/schema/columns", test_columns);
  g_test_add_func ("/sqlite-store/schema/columns-under-changes", test_columns_under_changes);
  g_test_add_func ("/sqlite-store/schema/changed-type", test_changed_type);
  g_test_add_func ("/sqlite-store/schema/indexes", test_indexes);
  g_test_add_func ("/sqlite-store/schema/changed-mode", test_changed_mode);
  g_test_add_func ("/sqlite-store/schema/adopted", test_adopted);
  g_test_add_func ("/sqlite-store/schema/not-adopted", test_not_adopted);
  g_test_add_func ("/sqlite-store/schema/newer-format", test_newer_format);
  g_test_add_func ("/sqlite-store/schema/no-database", test_no_database);
  g_test_add_func ("/sqlite-store/schema/no-download", test_no_download);
  return g_test_run ();
}
