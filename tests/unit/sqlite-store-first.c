/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A first sync, whose operations wait in a file beside the database. */

#include "config.h"

#include "sqlite-store-fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static const char schema[] = "[table t]\nv = text\n";

#define ROWS "SELECT id || '=' || v FROM t ORDER BY id"
#define PUT(op, id, value) "PUT " #op " t/" id " {\"id\":\"" id "\",\"v\":\"" value "\"}"

static char *
get_side (Fixture *fixture)
{
  return g_strconcat (fixture->path, "-syncline.first", NULL);
}

static gboolean
has_side (Fixture *fixture)
{
  g_autofree char *path = get_side (fixture);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Does something to the side file from outside. */
static void
run_on_side (Fixture *fixture, const char *sql)
{
  g_autofree char *path = get_side (fixture);
  sqlite3 *side;

  g_assert_cmpint (sqlite3_open_v2 (path, &side, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  fixture_run_foreign (side, sql);
  sqlite3_close (side);
}

/* Two lines came. */
static Fixture *
begin (void)
{
  Fixture *fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "b", PUT (1, "x", "one"), PUT (2, "y", "two"), NULL);
  fixture_stage (fixture, "c", PUT (3, "x", "three"), NULL);
  g_assert_true (has_side (fixture));
  return fixture;
}

/* The buckets were forgotten, and come again. */
static void
assert_begins_anew (Fixture *fixture)
{
  assert_buckets (fixture, "");
  g_assert_false (has_side (fixture));
  fixture_reset_bucket (fixture, "b");
  fixture_stage (fixture, "b", PUT (4, "x", "four"), NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=four");
  g_assert_false (has_side (fixture));
}

static void
test_passes_through (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_side (fixture);
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  assert_query (fixture, ROWS, "");
  assert_query (fixture, "SELECT count(*) FROM syncline_staged", "0");
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\ny=two");
  g_assert_false (has_side (fixture));

  fixture_stage (fixture, "b", PUT (5, "z", "five"), NULL);
  g_assert_false (has_side (fixture));
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\ny=two\nz=five");
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
}

/* Killed after the side file had a line, and before the database had it. */
static void
test_line_cut_short (void)
{
  g_autoptr (Fixture) fixture = begin ();
  const char *more = "INSERT INTO syncline_staged SELECT seq + 3, bucket, 9, op, type, row_id,"
                     " subkey, '{\"v\":\"lost\"}' FROM syncline_staged";

  fixture_close (fixture);
  run_on_side (fixture, more);
  fixture_reopen (fixture, NULL);
  assert_buckets (fixture, "b 2 0 0 2\nc 3 0 0 1\n");
  fixture_stage (fixture, "b", PUT (4, "z", "four"), NULL);
  run_on_side (fixture, "INSERT INTO syncline_staged SELECT seq + 4, bucket, 9, op, type, row_id,"
                        " subkey, '{\"v\":\"lost\"}' FROM syncline_staged");
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=three\ny=two\nz=four");
}

static void
test_file_missing (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_side (fixture);

  fixture_close (fixture);
  g_assert_cmpint (g_unlink (path), ==, 0);
  fixture_reopen (fixture, NULL);
  assert_begins_anew (fixture);
}

static void
test_line_missing (void)
{
  g_autoptr (Fixture) fixture = begin ();

  fixture_close (fixture);
  run_on_side (fixture, "DELETE FROM syncline_staged WHERE seq = 3");
  fixture_reopen (fixture, NULL);
  assert_begins_anew (fixture);
}

static void
test_file_damaged (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_side (fixture);
  g_autofree char *garbage = g_strnfill (8192, 'x');

  fixture_close (fixture);
  g_assert_true (g_file_set_contents (path, garbage, 8192, NULL));
  fixture_reopen (fixture, NULL);
  assert_begins_anew (fixture);
}

/* While it is open, too: what then comes does not add up, and is fetched again. */
static void
test_file_replaced (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_side (fixture);

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
}

static void
test_file_left_over (void)
{
  g_autoptr (Fixture) fixture = begin ();
  g_autofree char *path = get_side (fixture);

  fixture_apply (fixture, "b c");
  fixture_close (fixture);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  fixture_reopen (fixture, NULL);
  g_assert_false (has_side (fixture));
  assert_query (fixture, ROWS, "x=three\ny=two");
}

/* What a partial checkpoint does not show waits in the database. */
static void
test_partial (void)
{
  g_autoptr (Fixture) fixture = begin ();

  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "b:1 c"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=one\ny=two");
  g_assert_false (has_side (fixture));
  fixture_stage (fixture, "c", PUT (4, "z", "four"), NULL);
  g_assert_false (has_side (fixture));
  fixture_apply (fixture, "b:1 c");
  assert_query (fixture, ROWS, "x=three\ny=two\nz=four");
}

static void
test_local_change (void)
{
  g_autoptr (Fixture) fixture = begin ();

  fixture_run (fixture, "INSERT INTO t (id, v) VALUES ('x', 'mine')");
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "b c"), ==,
                   SYNCLINE_APPLY_GATED);
  g_assert_true (has_side (fixture));
  fixture_resolve (fixture, "r");
  fixture_cover (fixture, 7);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 7, "b c"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=three\ny=two");
  g_assert_false (has_side (fixture));
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-store/first/passes-through", test_passes_through);
  g_test_add_func ("/sqlite-store/first/resumes", test_resumes);
  g_test_add_func ("/sqlite-store/first/line-cut-short", test_line_cut_short);
  g_test_add_func ("/sqlite-store/first/file-missing", test_file_missing);
  g_test_add_func ("/sqlite-store/first/line-missing", test_line_missing);
  g_test_add_func ("/sqlite-store/first/file-damaged", test_file_damaged);
  g_test_add_func ("/sqlite-store/first/file-replaced", test_file_replaced);
  g_test_add_func ("/sqlite-store/first/file-left-over", test_file_left_over);
  g_test_add_func ("/sqlite-store/first/partial", test_partial);
  g_test_add_func ("/sqlite-store/first/local-change", test_local_change);
  g_test_add_func ("/sqlite-store/first/clear", test_clear);
  return g_test_run ();
}
