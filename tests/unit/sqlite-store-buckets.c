/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the operations of buckets do to the tables. */

#include "config.h"

#include "sqlite-store-fixture.h"

#include <string.h>

static const char schema[] = "[table t]\nv = text\n";

#define ROWS "SELECT id || '=' || v FROM t ORDER BY id"
#define PUT(op, id, value) "PUT " #op " t/" id " {\"id\":\"" id "\",\"v\":\"" value "\"}"
#define PUT_SUB(op, id, sub, value) "PUT " #op " t/" id "/" sub " {\"v\":\"" value "\"}"

/* Nothing of the store's own is left over when all is applied. */
static void
assert_tidy (Fixture *fixture)
{
  assert_query (
      fixture,
      "SELECT (SELECT count(*) FROM syncline_staged), (SELECT count(*) FROM syncline_gone),"
      " (SELECT count(*) FROM syncline_shadow),"
      " (SELECT applying FROM syncline_state)",
      "0|0|0|0");
  /* One copy of each row is shown: that without data. */
  assert_query (fixture,
                "SELECT count(*) FROM (SELECT 1 FROM syncline_oplog GROUP BY type, row_id"
                " HAVING sum(data IS NULL) <> 1)",
                "0");
}

static void
test_put_and_remove (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "b", PUT (1, "x", "one"), PUT (2, "y", "two"), NULL);
  assert_query (fixture, ROWS, "");
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=one\ny=two");
  fixture_stage (fixture, "b", PUT (3, "x", "three"), "REMOVE 4 t/y", "REMOVE 5 t/never", "MOVE 6",
                 NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=three");
  assert_queue (fixture, "");
  assert_buckets (fixture, "b 6 6 6 0\n");
  assert_tidy (fixture);
}

static void
test_same_line (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "b", PUT (1, "x", "one"), PUT (2, "x", "two"), PUT (3, "y", "gone"),
                 "REMOVE 4 t/y", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=two");
  fixture_stage (fixture, "b", PUT (5, "x", "five"), "REMOVE 6 t/x", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "");
  fixture_stage (fixture, "b", "REMOVE 7 t/x", PUT (8, "x", "eight"), NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=eight");
  assert_tidy (fixture);
}

static void
test_subkeys (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "b", PUT_SUB (1, "x", "s1", "one"), PUT_SUB (2, "x", "s2", "two"),
                 PUT (3, "y", "plain"), PUT_SUB (4, "y", "null", "null"), NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=two\ny=null");
  fixture_stage (fixture, "b", "REMOVE 5 t/x/s2", "REMOVE 6 t/y/null", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=one");
  fixture_stage (fixture, "b", "REMOVE 7 t/x/s1", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "");
  assert_tidy (fixture);
}

/* A CLEAR takes everything before it, in the same line, too; what comes again does not flicker. */
static void
test_clear (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autofree char *notices = NULL;

  fixture_stage (fixture, "b", PUT (1, "x", "one"), PUT (2, "y", "two"), PUT (3, "z", "three"),
                 NULL);
  fixture_apply (fixture, "b");
  g_free (fixture_take_notices (fixture));
  fixture_stage (fixture, "b", PUT (4, "w", "four"), PUT (5, "x", "five"), "CLEAR 6",
                 PUT (7, "x", "one"), PUT (8, "y", "eight"), NULL);
  assert_query (fixture, ROWS, "x=one\ny=two\nz=three");
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=one\ny=eight");
  assert_tidy (fixture);
  notices = fixture_take_notices (fixture);
  g_assert_true (g_str_equal (notices, "downloaded t:y,z\n")
                 || g_str_equal (notices, "downloaded t:z,y\n"));
}

static void
test_overlap (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "a", PUT (1, "x", "a1"), PUT (5, "y", "a5"), NULL);
  fixture_stage (fixture, "b", PUT (2, "x", "b2"), PUT (4, "y", "b4"), NULL);
  fixture_stage (fixture, "c", PUT (3, "x", "c3"), NULL);
  fixture_apply (fixture, "a b c");
  assert_query (fixture, ROWS, "x=c3\ny=a5");

  /* The highest operation is shown, whenever it came. */
  fixture_stage (fixture, "a", PUT (6, "x", "a6"), NULL);
  fixture_apply (fixture, "a b c");
  assert_query (fixture, ROWS, "x=a6\ny=a5");

  /* One bucket lets go of the row: another one's copy is back. */
  fixture_stage (fixture, "a", "REMOVE 7 t/x", "REMOVE 8 t/y", NULL);
  fixture_apply (fixture, "a b c");
  assert_query (fixture, ROWS, "x=c3\ny=b4");
  fixture_remove_bucket (fixture, "c");
  assert_query (fixture, ROWS, "x=c3\ny=b4");
  fixture_apply (fixture, "a b");
  assert_query (fixture, ROWS, "x=b2\ny=b4");
  fixture_remove_bucket (fixture, "b");
  fixture_apply (fixture, "a");
  assert_query (fixture, ROWS, "");
  assert_tidy (fixture);
}

/* A copy that was shown, and is not any more, keeps its data exactly, whatever the columns are. */
static void
test_hidden_copy (void)
{
  static const char typed[]
      = "[table t]\nv = text\nn = numeric\nbig = bigint\nd = double precision\n"
        "j = jsonb\nb = bytea\nf = boolean\n";
  static const char all[] = "SELECT hex(v), n, big, d, j, hex(b), typeof(b), f FROM t";
  static const char row[]
      = "PUT 1 t/x {\"v\":\"a\\u0000\\u00e9\\\"\",\"n\":12345678901234567890.10,"
        "\"big\":9223372036854775807,\"d\":0.30000000000000004,\"j\":\"{\\\"k\\\": 1.0}\","
        "\"b\":\"\\\\xfF00\",\"f\":true,\"unknown\":{\"k\":[1.50]}}";
  g_autoptr (Fixture) fixture = fixture_new (typed, ALL_ROLES);

  fixture_stage (fixture, "a", row, NULL);
  fixture_apply (fixture, "a");
  g_autofree char *before = fixture_query (fixture, all);
  g_assert_nonnull (strstr (before,
                            "|12345678901234567890.10|9223372036854775807|0.30000000000000004|"
                            "{\"k\": 1.0}|FF00|blob|1"));
  assert_query (fixture, "SELECT data FROM syncline_extra", "{\"unknown\":{\"k\":[1.50]}}");

  fixture_stage (fixture, "b", "PUT 2 t/x {\"v\":\"other\"}", NULL);
  fixture_apply (fixture, "a b");
  assert_query (fixture, all, "6F74686572|NULL|NULL|NULL|NULL||null|NULL");
  assert_query (fixture, "SELECT count(*) FROM syncline_extra", "0");
  fixture_stage (fixture, "b", "REMOVE 3 t/x", NULL);
  fixture_apply (fixture, "a b");
  assert_query (fixture, all, before);
  assert_query (fixture, "SELECT data FROM syncline_extra", "{\"unknown\":{\"k\":[1.50]}}");
  assert_tidy (fixture);
}

/* Mismatch: the failing bucket is forgotten, what is visible stays. */
static void
test_mismatch (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "good", PUT (1, "x", "one"), NULL);
  fixture_stage (fixture, "bad", PUT (2, "y", "two"), PUT (3, "z", "three"), NULL);
  fixture_apply (fixture, "good bad");
  fixture_stage (fixture, "good", PUT (4, "x", "four"), NULL);
  fixture_break_checksum (fixture, "bad");
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "good bad"), ==,
                   SYNCLINE_APPLY_MISMATCH);
  g_assert_nonnull (strstr (fixture->mismatch, "“bad”"));
  g_assert_null (strstr (fixture->mismatch, "“good”"));
  assert_query (fixture, ROWS, "x=one\ny=two\nz=three");
  assert_buckets (fixture, "good 4 3 1 1\n");

  fixture_reset_bucket (fixture, "bad");
  fixture_stage (fixture, "bad", PUT (2, "y", "two"), NULL);
  fixture_apply (fixture, "good bad");
  assert_query (fixture, ROWS, "x=four\ny=two");
  assert_tidy (fixture);
}

/* Staged before it failed, and void then. */
static void
test_mismatch_at_first (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "b", PUT (1, "x", "wrong"), NULL);
  fixture_break_checksum (fixture, "b");
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "b"), ==,
                   SYNCLINE_APPLY_MISMATCH);
  assert_buckets (fixture, "");
  fixture_reset_bucket (fixture, "b");
  fixture_stage (fixture, "b", PUT (2, "y", "right"), NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "y=right");
  assert_tidy (fixture);
}

static void
test_empty_buckets (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autoptr (GError) error = NULL;

  fixture_apply (fixture, "");
  fixture_apply (fixture, "empty");
  assert_buckets (fixture, "");
  g_assert_true (fixture->store->stage_ops (fixture->self, "empty", NULL, 0, NULL, &error));
  assert_buckets (fixture, "");
  fixture_stage (fixture, "empty", "PUT 7 t/x {}", NULL);
  fixture_stage (fixture, "other", "MOVE 9", NULL);
  fixture_apply (fixture, "empty other");
  /* Also a bucket without news goes to the checkpoint's position. */
  assert_buckets (fixture, "empty 9 9 1 0\nother 9 9 1 0\n");
}

/* Operations that name no row, and rows of types that have no table. */
static void
test_odd_rows (void)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "[table t]\nv = text\n[table here]\nv = text\n[options here]\nmode = local-only\n",
      ALL_ROLES);

  fixture_run (fixture, "INSERT INTO here (id, v) VALUES ('x', 'mine')");
  fixture_stage (fixture, "b", "PUT 1", "PUT 2 unknown/x {\"a\":1.50}",
                 "PUT 3 here/x {\"v\":\"theirs\"}", "PUT 4 t/a%20b/c/d {\"v\":\"odd\"}", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "a%20b=odd");
  assert_query (fixture, "SELECT id, v FROM here", "x|mine");
  assert_query (fixture, "SELECT row_id, data FROM syncline_untyped ORDER BY 2 DESC",
                "x|{\"v\":\"theirs\"}\nx|{\"a\":1.50}");
  fixture_stage (fixture, "b", "REMOVE 5 unknown/x", "REMOVE 6 here/x", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, "SELECT count(*) FROM syncline_untyped", "0");
  assert_query (fixture, "SELECT id, v FROM here", "x|mine");
}

static void
test_malformed_row (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "good", PUT (1, "x", "one"), NULL);
  fixture_stage (fixture, "bad", "PUT 2 t/y {\"v\":", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "good bad"), ==,
                   SYNCLINE_APPLY_MISMATCH);
  g_assert_nonnull (strstr (fixture->mismatch, "row “y” of table “t”"));
  assert_query (fixture, ROWS, "");
  fixture_reset_bucket (fixture, "bad");
  fixture_stage (fixture, "bad", PUT (2, "y", "two"), NULL);
  fixture_apply (fixture, "good bad");
  assert_query (fixture, ROWS, "x=one\ny=two");
}

/* --- Priorities ------------------------------------------------------------------------------------------ */

static void
test_partial (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "p0", PUT (1, "x", "zero"), NULL);
  fixture_stage (fixture, "p1", PUT (2, "y", "one"), NULL);
  fixture_stage (fixture, "p3", PUT (3, "z", "three"), NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "p0:0 p1:1 p3"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=zero\ny=one");
  assert_buckets (fixture, "p0 3 3 0 1\np1 3 3 0 1\np3 3 0 0 1\n");
  fixture_apply (fixture, "p0:0 p1:1 p3");
  assert_query (fixture, ROWS, "x=zero\ny=one\nz=three");

  /* Rows vanish with a full checkpoint only; a new copy is shown at once. */
  fixture_stage (fixture, "p0", "REMOVE 4 t/x", PUT (5, "w", "new"), PUT (6, "v", "brief"),
                 "REMOVE 7 t/v", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 0, 0, "p0:0 p1:1 p3"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "w=new\nx=zero\ny=one\nz=three");
  fixture_apply (fixture, "p0:0 p1:1 p3");
  assert_query (fixture, ROWS, "w=new\ny=one\nz=three");
  assert_tidy (fixture);
}

/* A partial checkpoint never shows an older copy than was visible; the full one shows what is right. */
static void
test_partial_overlap (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "low", PUT (5, "x", "low5"), NULL);
  fixture_apply (fixture, "low");
  fixture_stage (fixture, "top", PUT (3, "x", "top3"), NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "top:1 low"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=low5");

  /* The low copy is about to change: it counts no more. */
  fixture_stage (fixture, "low", PUT (8, "x", "low8"), NULL);
  fixture_stage (fixture, "top", PUT (7, "x", "top7"), NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "top:1 low"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "x=top7");
  fixture_apply (fixture, "top:1 low");
  assert_query (fixture, ROWS, "x=low8");
  fixture_stage (fixture, "low", "REMOVE 9 t/x", NULL);
  fixture_apply (fixture, "top:1 low");
  assert_query (fixture, ROWS, "x=top7");
  assert_tidy (fixture);
}

static void
test_partial_mismatch (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "p1", PUT (1, "x", "one"), NULL);
  fixture_stage (fixture, "p3", PUT (2, "y", "two"), NULL);
  fixture_break_checksum (fixture, "p3");
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "p1:1 p3"), ==, SYNCLINE_APPLY_DONE);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "p1:1 p3"), ==,
                   SYNCLINE_APPLY_MISMATCH);
  assert_query (fixture, ROWS, "x=one");
  assert_buckets (fixture, "p1 2 2 0 1\n");
}

/* Interrupted: data without a complete line counts, also after a restart. */
static void
test_resume (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "b", PUT (1, "x", "one"), NULL);
  fixture_reopen (fixture, NULL);
  assert_query (fixture, ROWS, "");
  assert_buckets (fixture, "b 1 0 0 1\n");
  fixture_stage (fixture, "b", PUT (2, "y", "two"), NULL);
  fixture_apply (fixture, "b");
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "x=one\ny=two");
  fixture_reopen (fixture, NULL);
  fixture_stage (fixture, "b", "REMOVE 3 t/x", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, ROWS, "y=two");
}

/* The application's own triggers run, and an unchanged row is not written. */
static void
test_app_triggers (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_run (fixture, "CREATE TABLE seen (what TEXT)");
  fixture_run (fixture, "CREATE TRIGGER mine_i AFTER INSERT ON t BEGIN"
                        " INSERT INTO seen VALUES ('+' || NEW.v); END");
  fixture_run (fixture, "CREATE TRIGGER mine_u AFTER UPDATE ON t BEGIN"
                        " INSERT INTO seen VALUES (OLD.v || '>' || NEW.v); END");
  fixture_run (fixture, "CREATE TRIGGER mine_d AFTER DELETE ON t BEGIN"
                        " INSERT INTO seen VALUES ('-' || OLD.v); END");
  fixture_stage (fixture, "b", PUT (1, "x", "one"), NULL);
  fixture_apply (fixture, "b");
  fixture_stage (fixture, "b", PUT (2, "x", "two"), NULL);
  fixture_apply (fixture, "b");
  fixture_stage (fixture, "b", PUT (3, "x", "two"), NULL);
  fixture_apply (fixture, "b");
  fixture_stage (fixture, "b", "REMOVE 4 t/x", NULL);
  fixture_apply (fixture, "b");
  assert_query (fixture, "SELECT group_concat(what, ' ') FROM seen", "+one one>two -two");
  assert_queue (fixture, "");
}

/* --- All of it, twice ------------------------------------------------------------------------------------ */

typedef struct
{
  const char *name;
  void (*run) (void);
} Test;

static const Test tests[] = {
  { "put-and-remove", test_put_and_remove },
  { "same-line", test_same_line },
  { "subkeys", test_subkeys },
  { "clear", test_clear },
  { "overlap", test_overlap },
  { "hidden-copy", test_hidden_copy },
  { "mismatch", test_mismatch },
  { "mismatch-at-first", test_mismatch_at_first },
  { "empty", test_empty_buckets },
  { "odd-rows", test_odd_rows },
  { "malformed-row", test_malformed_row },
  { "partial", test_partial },
  { "partial-overlap", test_partial_overlap },
  { "partial-mismatch", test_partial_mismatch },
  { "resume", test_resume },
  { "app-triggers", test_app_triggers },
};

/* Every first sync is a big one. */
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
      g_autofree char *path = g_strconcat ("/sqlite-store/buckets/", tests[i].name, NULL);
      g_autofree char *bulk_path = g_strconcat ("/sqlite-store/buckets-bulk/", tests[i].name, NULL);
      g_test_add_func (path, tests[i].run);
      g_test_add_data_func (bulk_path, &tests[i], run_bulk);
    }
  return g_test_run ();
}
