/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Checkpoints that change many rows of filled tables: every one is big here. */

#include "config.h"

#include "sqlite-store-fixture.h"

static const char schema[] = "[table t]\nv = text\n[table u]\nv = text\n";

#define ROWS "SELECT id || '=' || v FROM t ORDER BY id"
#define PUT(op, id, value) "PUT " #op " t/" id " {\"id\":\"" id "\",\"v\":\"" value "\"}"

static void
assert_tidy (Fixture *fixture)
{
  assert_query (
      fixture,
      "SELECT (SELECT count(*) FROM syncline_staged) + (SELECT count(*) FROM syncline_gone)"
      " + (SELECT count(*) FROM syncline_shadow)",
      "0");
  assert_query (fixture,
                "SELECT count(*) FROM syncline_meta WHERE key LIKE 'spool%' AND value <> 0", "0");
  assert_query (fixture, "PRAGMA integrity_check", "ok");
}

/* x is in both buckets, and shown from c. */
static Fixture *
begin (void)
{
  fixture_set_bulk_threshold (0);
  Fixture *fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "b", PUT (1, "x", "one"), PUT (2, "y", "two"), PUT (3, "z", "three"),
                 "PUT 4 u/p {\"v\":\"four\"}", "PUT 5 w/q {\"v\":\"five\"}", NULL);
  fixture_stage (fixture, "c", PUT (6, "x", "six"), NULL);
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "x=six\ny=two\nz=three");
  g_free (fixture_take_notices (fixture));
  return fixture;
}

/* Changes of all kinds: of a row with two copies, of rows with one, of a type without a table. */
static void
stage_changes (Fixture *fixture)
{
  fixture_stage (fixture, "b", PUT (11, "y", "eleven"), "REMOVE 12 t/z",
                 PUT (13, "new", "thirteen"), "REMOVE 14 t/unknown",
                 "PUT 15 w/q {\"v\":\"fifteen\"}", NULL);
  fixture_stage (fixture, "c", "REMOVE 16 t/x", "PUT 17 u/r {\"v\":\"seventeen\",\"more\":1}",
                 NULL);
}

static void
assert_changed (Fixture *fixture)
{
  assert_query (fixture, ROWS, "new=thirteen\nx=one\ny=eleven");
  assert_query (fixture, "SELECT id, v FROM u ORDER BY id", "p|four\nr|seventeen");
  assert_query (fixture, "SELECT row_id, data FROM syncline_untyped", "q|{\"v\":\"fifteen\"}");
  assert_query (fixture, "SELECT row_id, data FROM syncline_extra", "r|{\"more\":1}");
  assert_query (fixture, "SELECT count(*) FROM syncline_oplog", "6");
  assert_tidy (fixture);
}

static void
test_changes (void)
{
  g_autoptr (Fixture) fixture = begin ();

  stage_changes (fixture);
  fixture_apply (fixture, "b c");
  assert_changed (fixture);
  g_autofree char *notices = fixture_take_notices (fixture);
  g_assert_nonnull (strstr (notices, "downloaded "));
  g_assert_nonnull (strstr (notices, " u:r"));
  /* A row that does not change is not told of. */
  fixture_stage (fixture, "b", PUT (18, "y", "eleven"), "PUT 19 u/r {\"v\":\"seventeen\"}", NULL);
  fixture_apply (fixture, "b c");
  g_autofree char *none = fixture_take_notices (fixture);
  g_assert_cmpstr (none, ==, "");
  assert_query (fixture, "SELECT count(*) FROM syncline_extra", "0");
}

static void
test_app_triggers (void)
{
  g_autoptr (Fixture) fixture = begin ();

  fixture_run (fixture, "CREATE TABLE log (what)");
  fixture_run (fixture, "CREATE TRIGGER i AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('+' ||"
                        " NEW.id); END");
  fixture_run (fixture, "CREATE TRIGGER c AFTER UPDATE ON t BEGIN INSERT INTO log VALUES ('=' ||"
                        " NEW.id); END");
  fixture_run (fixture, "CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO log VALUES ('-' ||"
                        " OLD.id); END");
  stage_changes (fixture);
  fixture_apply (fixture, "b c");
  assert_changed (fixture);
  assert_query (fixture, "SELECT group_concat(what, ' ') FROM (SELECT what FROM log ORDER BY 1)",
                "+new -z =x =y");
  assert_queue (fixture, "");
}

/* --- Something happens between the two transactions -------------------------------------------------------- */

static Fixture *
begin_gated (void)
{
  Fixture *fixture = begin ();

  stage_changes (fixture);
  fixture_intrude (fixture, "UPDATE t SET v = 'mine'");
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "b c"), ==,
                   SYNCLINE_APPLY_GATED);
  assert_query (fixture, ROWS, "x=mine\ny=mine\nz=mine");
  /* What nobody sees is written. */
  assert_query (fixture, "SELECT op_id FROM syncline_oplog WHERE row_id = 'y'", "11");
  return fixture;
}

/* The server refused everything. */
static void
open_gate (Fixture *fixture)
{
  fixture_resolve (fixture, "rrr");
  fixture_cover (fixture, 7);
}

static void
finish (Fixture *fixture)
{
  open_gate (fixture);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 7, "b c"), ==,
                   SYNCLINE_APPLY_DONE);
}

static void
test_gated (void)
{
  g_autoptr (Fixture) fixture = begin_gated ();

  finish (fixture);
  assert_changed (fixture);
}

static void
test_gated_and_reopened (void)
{
  g_autoptr (Fixture) fixture = begin_gated ();

  fixture_reopen (fixture, NULL);
  finish (fixture);
  assert_changed (fixture);
}

/* What comes on top waits in the database. */
static void
test_gated_and_more (void)
{
  g_autoptr (Fixture) fixture = begin_gated ();

  fixture_stage (fixture, "b", PUT (21, "y", "later"), "REMOVE 22 t/new", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "b:1 c"), ==, SYNCLINE_APPLY_GATED);
  finish (fixture);
  assert_query (fixture, ROWS, "x=one\ny=later");
  assert_tidy (fixture);
}

static void
test_gated_and_removed (void)
{
  g_autoptr (Fixture) fixture = begin_gated ();

  fixture_remove_bucket (fixture, "b");
  open_gate (fixture);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 7, "c"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "");
  assert_query (fixture, "SELECT id, v FROM u ORDER BY id", "r|seventeen");
  assert_query (fixture, "SELECT count(*) FROM syncline_oplog", "1");
  assert_tidy (fixture);
}

/* The bucket of a row that is no JSON is fetched again; the others lose nothing. */
static void
test_malformed_row (void)
{
  g_autoptr (Fixture) fixture = begin ();

  fixture_stage (fixture, "b", PUT (11, "y", "eleven"), NULL);
  fixture_stage (fixture, "c", "PUT 12 t/bad {\"v\":", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, "b c"), ==,
                   SYNCLINE_APPLY_MISMATCH);
  assert_query (fixture, ROWS, "x=six\ny=two\nz=three");
  fixture_reset_bucket (fixture, "c");
  fixture_stage (fixture, "c", PUT (12, "good", "twelve"), NULL);
  fixture_apply (fixture, "b c");
  assert_query (fixture, ROWS, "good=twelve\nx=one\ny=eleven\nz=three");
  assert_tidy (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-store/changes/changes", test_changes);
  g_test_add_func ("/sqlite-store/changes/app-triggers", test_app_triggers);
  g_test_add_func ("/sqlite-store/changes/gated", test_gated);
  g_test_add_func ("/sqlite-store/changes/gated-and-reopened", test_gated_and_reopened);
  g_test_add_func ("/sqlite-store/changes/gated-and-more", test_gated_and_more);
  g_test_add_func ("/sqlite-store/changes/gated-and-removed", test_gated_and_removed);
  g_test_add_func ("/sqlite-store/changes/malformed-row", test_malformed_row);
  return g_test_run ();
}
