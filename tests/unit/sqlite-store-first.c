/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A first sync, whose operations wait in memory and then in a file beside the database. */

#include "config.h"

#include "sqlite-store-fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static const char schema[] = "[table t]\nv = text\n";

#define ROWS "SELECT id || '=' || v FROM t ORDER BY id"
#define PUT(op, id, value) "PUT " #op " t/" id " {\"id\":\"" id "\",\"v\":\"" value "\"}"

static char *
get_spool (Fixture *fixture)
{
  return g_strconcat (fixture->path, "-syncline.first", NULL);
}

static gboolean
has_spool (Fixture *fixture)
{
  g_autofree char *path = get_spool (fixture);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Nothing is left of the way that the rows took, and the file is sound. */
static void
assert_tidy (Fixture *fixture)
{
  g_assert_false (has_spool (fixture));
  assert_query (
      fixture, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'syncline\\_fresh%' ESCAPE '\\'",
      "0");
  assert_query (fixture, "PRAGMA integrity_check", "ok");
}

/* Two lines came, and are in the file. */
static Fixture *
begin_with (const char *text)
{
  Fixture *fixture = fixture_new (text, ALL_ROLES);

  fixture_stage (fixture, "b", PUT (1, "x", "one"), PUT (2, "y", "two"), NULL);
  g_assert_false (has_spool (fixture));
  fixture_flush (fixture);
  fixture_stage (fixture, "c", PUT (3, "x", "three"), NULL);
  fixture_flush (fixture);
  g_assert_true (has_spool (fixture));
  return fixture;
}

static Fixture *
begin (void)
{
  return begin_with (schema);
}

/* The buckets were forgotten, and come again. */
static void
assert_begins_anew (Fixture *fixture)
{
  assert_buckets (fixture, "");
  g_assert_false (has_spool (fixture));
  fixture_reset_bucket (fixture, "b");
  fixture_stage (fixture, "b", PUT (4, "x", "four"), NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=four");
  assert_tidy (fixture);
}

static void
test_passes_through (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_spool (fixture);
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  assert_query (fixture, ROWS, "");
  assert_query (fixture, "SELECT count(*) FROM syncline_staged", "0");
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\ny=two");
  assert_tidy (fixture);

  /* What comes later may wait there, too. */
  fixture_stage (fixture, "b", PUT (5, "z", "five"), NULL);
  fixture_flush (fixture);
  g_assert_true (has_spool (fixture));
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\ny=two\nz=five");
  assert_tidy (fixture);
}

static void
test_resumes (void)
{
  g_autoptr (Fixture) fixture = begin ();

  fixture_reopen (fixture, NULL);
  assert_buckets (fixture, "b 2 0 0 2\nc 3 0 0 1\n");
  fixture_stage (fixture, "b", PUT (4, "z", "four"), "REMOVE 5 t/y", NULL);
  fixture_reopen (fixture, NULL);
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\nz=four");
  assert_tidy (fixture);
}

/* Killed after the file had a run, and before the database knew of it. */
static void
test_run_that_does_not_count (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_spool (fixture);
  g_autofree char *longer = NULL;
  g_autofree char *contents = NULL;
  gsize length;

  fixture_close (fixture);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  longer = g_malloc0 (length + 1000);
  memcpy (longer, contents, length);
  g_assert_true (g_file_set_contents (path, longer, (gssize) length + 1000, NULL));
  fixture_reopen (fixture, NULL);
  assert_buckets (fixture, "b 2 0 0 2\nc 3 0 0 1\n");
  fixture_stage (fixture, "b", PUT (4, "z", "four"), NULL);
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\ny=two\nz=four");
  assert_tidy (fixture);
}

static void
test_file_missing (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_spool (fixture);

  fixture_close (fixture);
  g_assert_cmpint (g_unlink (path), ==, 0);
  fixture_reopen (fixture, NULL);
  assert_begins_anew (fixture);
}

/* A file cut short, or with something else in it. */
static void
test_file_damaged (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_spool (fixture);
  g_autofree char *contents = NULL;
  g_autofree char *garbage = g_strnfill (8192, 'x');
  gsize length;

  fixture_close (fixture);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_true (g_file_set_contents (path, contents, (gssize) length - 1, NULL));
  fixture_reopen (fixture, NULL);
  assert_begins_anew (fixture);

  g_autoptr (Fixture) other = begin ();
  g_autofree char *other_path = get_spool (other);
  fixture_close (other);
  g_assert_true (g_file_set_contents (other_path, garbage, 8192, NULL));
  fixture_reopen (other, NULL);
  assert_begins_anew (other);
}

/* The lengths in the file are right, and what is between them is not: that is found when it is read. */
static void
test_operation_damaged (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_spool (fixture);
  g_autofree char *contents = NULL;
  gsize length;

  fixture_close (fixture);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  memset (contents + 32, 0xff, 12);
  g_assert_true (g_file_set_contents (path, contents, (gssize) length, NULL));
  fixture_reopen (fixture, NULL);
  SynclineApplyResult result = fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "b c");
  g_assert_cmpint (result, ==, SYNCLINE_APPLY_MISMATCH);
  assert_query (fixture, ROWS, "");
  assert_buckets (fixture, "");
  fixture_reset_bucket (fixture, "b");
  fixture_reset_bucket (fixture, "c");
  fixture_stage (fixture, "b", PUT (5, "x", "five"), NULL);
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=five");
  assert_tidy (fixture);
}

/* While it is open, too: the new file lacks what the database counts. */
static void
test_file_replaced (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_spool (fixture);

  g_assert_cmpint (g_unlink (path), ==, 0);
  fixture_stage (fixture, "b", PUT (4, "z", "four"), NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "b c"), ==,
                   SYNCLINE_APPLY_MISMATCH);
  assert_query (fixture, ROWS, "");
  fixture_reset_bucket (fixture, "b");
  fixture_reset_bucket (fixture, "c");
  fixture_stage (fixture, "b", PUT (5, "x", "five"), NULL);
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=five");
  assert_tidy (fixture);
}

static void
test_file_left_over (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_spool (fixture);

  fixture_apply (fixture, "b c");
  fixture_close (fixture);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  fixture_reopen (fixture, NULL);
  assert_tidy (fixture);
  assert_query (fixture, ROWS, "x=three\ny=two");
}

/* A partial checkpoint shows what is in the file, which stays for the full one. */
static void
test_partial (void)
{
  g_autoptr (Fixture) fixture = begin ();

  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "b:1 c"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=one\ny=two");
  assert_query (fixture, "SELECT count(*) FROM syncline_staged", "0");
  g_assert_true (has_spool (fixture));
  fixture_stage (fixture, "b", PUT (4, "w", "four"), "REMOVE 5 t/y", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "b:1 c"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "w=four\nx=one\ny=two");
  fixture_stage (fixture, "c", PUT (6, "z", "six"), NULL);
  g_assert_true (has_spool (fixture));
  fixture_apply (fixture, "b:1 c");
  assert_query (fixture, ROWS, "w=four\nx=three\nz=six");
  assert_tidy (fixture);
}

static void
test_local_change (void)
{
  g_autoptr (Fixture) fixture = begin ();

  fixture_run (fixture, "INSERT INTO t (id, v) VALUES ('x', 'mine')");
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "b c"), ==,
                   SYNCLINE_APPLY_GATED);
  g_assert_true (has_spool (fixture));
  fixture_resolve (fixture, "r");
  fixture_cover (fixture, 7);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 7, "b c"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=three\ny=two");
  assert_tidy (fixture);
}

static void
test_clear (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autoptr (GError) error = NULL;

  fixture->store->clear (fixture->self, FALSE, NULL, &error);
  g_assert_no_error (error);
  assert_begins_anew (fixture);
}

/* --- Big ones ------------------------------------------------------------------------------------------ */

/* Indexes, the library's own triggers and views still know the table that was swapped in. */
static void
test_swapped_table (void)
{
  g_autoptr (Fixture) fixture
      = begin_with ("[table t]\nv = text\n[options t]\nindexes = by_v (v)\n");

  fixture_run (fixture, "CREATE UNIQUE INDEX \"own \"\"index\" ON t (v, id) WHERE v <> ''");
  fixture_run (fixture, "CREATE VIEW seen AS SELECT v FROM t");
  fixture_apply (fixture, "b c");
  assert_query (fixture, "SELECT group_concat(v) FROM (SELECT v FROM seen ORDER BY v)",
                "three,two");
  assert_query (fixture, "SELECT id FROM t INDEXED BY t_by_v WHERE v = 'two'", "y");
  assert_query (fixture,
                "SELECT id FROM t INDEXED BY \"own \"\"index\" WHERE v = 'two' AND v <> ''", "y");
  assert_tidy (fixture);
  fixture_run (fixture, "UPDATE t SET v = 'mine' WHERE id = 'y'");
  assert_queue (fixture, "PATCH t/y {\"v\":\"mine\"}\n");
  assert_tidy (fixture);
}

/* A file whose free pages SQLite takes away at once, for which it moves the roots of tables. */
static void
test_auto_vacuum (void)
{
  g_autoptr (Fixture) fixture = fixture_new_closed (schema, ALL_ROLES);
  sqlite3 *file;

  g_assert_cmpint (sqlite3_open (fixture->path, &file), ==, SQLITE_OK);
  fixture_run_foreign (file, "PRAGMA auto_vacuum = FULL");
  fixture_run_foreign (file, "CREATE TABLE own (n)");
  sqlite3_close (file);
  fixture_reopen (fixture, NULL);
  fixture_stage (fixture, "b", PUT (1, "x", "one"), PUT (2, "y", "two"), NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, "PRAGMA auto_vacuum", "1");
  assert_query (fixture, ROWS, "x=one\ny=two");
  fixture_run (fixture, "INSERT INTO own VALUES (1)");
  assert_tidy (fixture);
}

/* Another connection sees the swap, and its own writes are captured after it. */
static void
test_other_connection (void)
{
  g_autoptr (Fixture) fixture = begin ();
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);
  sqlite3_stmt *stmt;

  g_assert_cmpint (sqlite3_prepare_v2 (foreign, "SELECT count(*) FROM t", -1, &stmt, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_int (stmt, 0), ==, 0);
  sqlite3_reset (stmt);
  fixture_apply (fixture, "b c");
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_int (stmt, 0), ==, 2);
  sqlite3_finalize (stmt);
  fixture_run_foreign (foreign, "DELETE FROM t WHERE id = 'x'");
  sqlite3_close (foreign);
  assert_queue (fixture, "DELETE t/x\n");
}

/* --- Something happens between the writing of rows and their being shown --------------------------------------- */

static Fixture *
begin_gated (void)
{
  Fixture *fixture = begin ();

  fixture_intrude (fixture, "INSERT INTO t (id, v) VALUES ('x', 'mine'), ('m', 'mine')");
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "b c"), ==,
                   SYNCLINE_APPLY_GATED);
  assert_query (fixture, ROWS, "m=mine\nx=mine");
  assert_query (fixture, "SELECT count(*) FROM syncline_fresh_t", "2");
  return fixture;
}

/* What comes meanwhile comes on top of what waits. */
static void
finish_gated (Fixture *fixture)
{
  fixture_stage (fixture, "b", PUT (4, "z", "four"), "REMOVE 5 t/y", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "b:1 c"), ==, SYNCLINE_APPLY_GATED);
  fixture_resolve (fixture, "rr");
  fixture_cover (fixture, 7);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 7, "b c"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=three\nz=four");
  assert_query (fixture, "SELECT count(*) FROM syncline_shadow", "0");
  assert_tidy (fixture);
}

static void
test_gated (void)
{
  g_autoptr (Fixture) fixture = begin_gated ();

  finish_gated (fixture);
}

static void
test_gated_and_reopened (void)
{
  g_autoptr (Fixture) fixture = begin_gated ();

  fixture_reopen (fixture, NULL);
  finish_gated (fixture);
}

/* The column is new, and its values are there. */
static void
test_gated_and_migrated (void)
{
  g_autoptr (Fixture) fixture = begin_gated ();

  fixture_stage (fixture, "b", "PUT 4 t/z {\"v\":\"four\",\"w\":\"new\"}", NULL);
  fixture_reopen (fixture, "[table t]\nv = text\nw = text\n");
  fixture_resolve (fixture, "rr");
  fixture_cover (fixture, 7);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 7, "b c"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, "SELECT id, v, w FROM t ORDER BY id",
                "x|three|NULL\ny|two|NULL\nz|four|new");
  assert_tidy (fixture);
}

/* A bucket that is forgotten while its rows wait takes them along. */
static void
test_gated_and_removed (void)
{
  g_autoptr (Fixture) fixture = begin_gated ();

  fixture_remove_bucket (fixture, "c");
  fixture_resolve (fixture, "rr");
  fixture_cover (fixture, 7);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 7, "b"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=one\ny=two");
  assert_query (fixture, "SELECT count(*) FROM syncline_gone", "0");
  assert_tidy (fixture);
}

/* Somebody gave the table another shape: it is written again. */
static void
test_changed_table (void)
{
  g_autoptr (Fixture) fixture = begin ();

  fixture_intrude (fixture, "UPDATE syncline_meta SET value = 'other' WHERE key = 'schema'");
  fixture_apply_failing (fixture, "b c", SYNCLINE_ERROR_BUSY);
  assert_query (fixture, ROWS, "");
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\ny=two");
  assert_tidy (fixture);
}

/* Many rows, in several transactions and from several runs; of the operations of a row the last counts. */
static void
test_many_rows (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autoptr (GHashTable) last = g_hash_table_new (NULL, NULL);
  g_autofree char *expected = NULL;
  guint64 sum = 0;

  for (guint op_id = 1; op_id <= 4000; op_id++)
    {
      const guint id = op_id * 2654435761u % 3000;
      g_autofree char *op = g_strdup_printf ("PUT %u t/%08x {\"v\":\"a\\\"%u\",\"extra\":%u}",
                                             op_id, id, op_id, op_id);

      g_hash_table_insert (last, GUINT_TO_POINTER (id), GUINT_TO_POINTER (op_id));
      fixture_stage (fixture, "b", op, NULL);
      if (op_id % 100 == 0)
        fixture_flush (fixture);
    }
  GHashTableIter iter;
  gpointer op_id;
  g_hash_table_iter_init (&iter, last);
  while (g_hash_table_iter_next (&iter, NULL, &op_id))
    sum += GPOINTER_TO_UINT (op_id);
  fixture_apply (fixture, "b");
  expected = g_strdup_printf ("%u|%u|%" G_GUINT64_FORMAT "|%" G_GUINT64_FORMAT,
                              g_hash_table_size (last), g_hash_table_size (last), sum, sum);
  assert_query (fixture,
                "SELECT count(*), (SELECT count(*) FROM syncline_oplog), sum(substr(v, 3)),"
                " sum(x.data ->> '$.extra') FROM t JOIN syncline_extra AS x ON x.row_id = t.id",
                expected);
  assert_tidy (fixture);
}

/* --- Tables that can't be swapped ------------------------------------------------------------------------- */

static void
test_triggers (void)
{
  g_autoptr (Fixture) fixture = begin_with ("[table t]\nv = text\n[table u]\nv = text\n");

  fixture_run (fixture, "CREATE TABLE log (what)");
  fixture_run (fixture, "CREATE TRIGGER told AFTER INSERT ON t BEGIN INSERT INTO log VALUES"
                        " (NEW.id); END");
  fixture_stage (fixture, "b", "PUT 4 u/p {\"v\":\"four\"}", PUT (5, "y", "five"), NULL);
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\ny=five");
  assert_query (fixture, "SELECT id, v FROM u", "p|four");
  assert_query (fixture, "SELECT group_concat(what) FROM log", "x,y");
  assert_tidy (fixture);
}

/* A row that a partial checkpoint showed is gone before the full one comes. */
static void
test_triggers_and_partial (void)
{
  g_autoptr (Fixture) fixture = begin ();

  fixture_run (fixture, "CREATE TABLE log (what)");
  fixture_run (fixture, "CREATE TRIGGER told AFTER DELETE ON t BEGIN INSERT INTO log VALUES"
                        " (OLD.id); END");
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "b:1 c"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=one\ny=two");
  fixture_remove_bucket (fixture, "b");
  fixture_apply (fixture, "c");
  assert_query (fixture, ROWS, "x=three");
  assert_query (fixture, "SELECT group_concat(what) FROM log", "y");
  assert_tidy (fixture);
}

/* --- All of it ------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  void (*run) (void);
  gboolean only_bulk;
} Test;

static const Test tests[] = {
  { "passes-through", test_passes_through, FALSE },
  { "resumes", test_resumes, FALSE },
  { "run-that-does-not-count", test_run_that_does_not_count, FALSE },
  { "file-missing", test_file_missing, FALSE },
  { "file-damaged", test_file_damaged, FALSE },
  { "operation-damaged", test_operation_damaged, FALSE },
  { "file-replaced", test_file_replaced, FALSE },
  { "file-left-over", test_file_left_over, FALSE },
  { "partial", test_partial, FALSE },
  { "local-change", test_local_change, FALSE },
  { "clear", test_clear, FALSE },
  { "swapped-table", test_swapped_table, FALSE },
  { "auto-vacuum", test_auto_vacuum, FALSE },
  { "other-connection", test_other_connection, FALSE },
  { "many-rows", test_many_rows, FALSE },
  { "triggers", test_triggers, FALSE },
  { "triggers-and-partial", test_triggers_and_partial, FALSE },
  { "gated", test_gated, TRUE },
  { "gated-and-reopened", test_gated_and_reopened, TRUE },
  { "gated-and-migrated", test_gated_and_migrated, TRUE },
  { "gated-and-removed", test_gated_and_removed, TRUE },
  { "changed-table", test_changed_table, TRUE },
};

static void
run_bulk (gconstpointer data)
{
  const Test *test = data;

  fixture_set_bulk_threshold (0);
  test->run ();
  fixture_set_bulk_threshold (-1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/sqlite-store/first/", tests[i].name, NULL);
      g_autofree char *bulk_path = g_strconcat ("/sqlite-store/first-bulk/", tests[i].name, NULL);
      if (!tests[i].only_bulk)
        g_test_add_func (path, tests[i].run);
      g_test_add_data_func (bulk_path, &tests[i], run_bulk);
    }
  return g_test_run ();
}
