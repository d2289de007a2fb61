/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/statements.h"

#include <glib.h>

static void
assert_split (const char *sql, const char *expected)
{
  g_auto (GStrv) statements = cli_split_statements (sql);
  g_autofree char *joined = g_strjoinv ("|", statements);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_plain (void)
{
  assert_split ("SELECT 1", "SELECT 1");
  assert_split ("SELECT 1;", "SELECT 1");
  assert_split (" SELECT 1 ; SELECT 2\n;\n", "SELECT 1|SELECT 2");
}

static void
test_nothing (void)
{
  assert_split ("", "");
  assert_split (" ;; -- only a comment\n; /* and ; another */", "");
}

static void
test_quotes (void)
{
  assert_split ("SELECT 'a;b'; SELECT 2", "SELECT 'a;b'|SELECT 2");
  assert_split ("SELECT 'it''s;'; SELECT 2", "SELECT 'it''s;'|SELECT 2");
  assert_split ("SELECT \"a;\"\"b\", `c;d`, [e;f]; SELECT 2",
                "SELECT \"a;\"\"b\", `c;d`, [e;f]|SELECT 2");
  assert_split ("SELECT 'never closed; SELECT 2", "SELECT 'never closed; SELECT 2");
}

static void
test_comments (void)
{
  assert_split ("SELECT 1 -- one; two\n; SELECT 2", "SELECT 1 -- one; two|SELECT 2");
  assert_split ("SELECT 1 /* ; */ ; SELECT 2", "SELECT 1 /* ; */|SELECT 2");
  assert_split ("SELECT 3 - -2; SELECT 4 / 2", "SELECT 3 - -2|SELECT 4 / 2");
  assert_split ("SELECT 1 /* never closed; SELECT 2", "SELECT 1 /* never closed; SELECT 2");
}

/* The statements in the body of a trigger are no statements of the script. */
static void
test_triggers (void)
{
  assert_split (
      "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT CASE 1 WHEN 1 THEN 2 "
      "END; END; SELECT 3",
      "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT CASE 1 WHEN 1 THEN 2 "
      "END; END|SELECT 3");
  assert_split ("create trigger t after insert on a begin select 1; select 2; end; select 3",
                "create trigger t after insert on a begin select 1; select 2; end|select 3");
  assert_split ("CREATE TABLE trigger_log (a); SELECT 1", "CREATE TABLE trigger_log (a)|SELECT 1");
}

static void
test_only_reads (void)
{
  g_assert_true (cli_statement_only_reads ("SELECT 1"));
  g_assert_true (cli_statement_only_reads ("-- a comment\n /* another */ select 1"));
  g_assert_true (cli_statement_only_reads ("VALUES (1)"));
  g_assert_false (cli_statement_only_reads ("INSERT INTO a VALUES (1)"));
  g_assert_false (cli_statement_only_reads ("WITH b AS (SELECT 1) DELETE FROM a"));
  g_assert_false (cli_statement_only_reads ("selection"));
  g_assert_false (cli_statement_only_reads (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/statements/plain", test_plain);
  g_test_add_func ("/cli/statements/nothing", test_nothing);
  g_test_add_func ("/cli/statements/quotes", test_quotes);
  g_test_add_func ("/cli/statements/comments", test_comments);
  g_test_add_func ("/cli/statements/triggers", test_triggers);
  g_test_add_func ("/cli/statements/only-reads", test_only_reads);
  return g_test_run ();
}
