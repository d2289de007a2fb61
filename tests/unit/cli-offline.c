/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The command with a real database and no server. */

#include "config.h"

#include "unit/cli-support.h"

#include <string.h>

static void
set_up (CliDirectory *directory)
{
  cli_directory_init (directory);
  g_autoptr (CliRun) init = cli_run (directory, NULL, "init", "-q", NULL);
  cli_assert_code (init, 0);
  /* The schema is the one that init wrote; the servers are left out. */
  cli_directory_write (directory, "syncline.conf",
                       "[syncline]\nstore = sqlite-store\nschema = schema.conf\n"
                       "[sqlite-store]\npath = app.db\n");
}

static void
assert_output (const CliRun *run, const char *expected)
{
  cli_assert_code (run, 0);
  g_assert_cmpstr (run->out, ==, expected);
}

static void
insert (const CliDirectory *directory, const char *id, const char *description)
{
  g_autoptr (CliRun) run
      = cli_run (directory, NULL, "sql", "INSERT INTO todos (id, description) VALUES (?1, ?2)", id,
                 description, NULL);
  assert_output (run, "");
  g_assert_cmpstr (run->err, ==, "1 row changed\n");
}

static void
test_check (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory);

  g_autoptr (CliRun) check = cli_run (&directory, NULL, "check", NULL);
  cli_assert_code (check, 0);
  cli_assert_contains (check->out, "1 table");
  g_autofree char *database = g_build_filename (directory.path, "app.db", NULL);
  g_assert_false (g_file_test (database, G_FILE_TEST_EXISTS));

  cli_directory_write (&directory, "schema.conf", "[table todos]\ndescription = txet\n");
  g_autoptr (CliRun) wrong = cli_run (&directory, NULL, "check", NULL);
  cli_assert_code (wrong, 3);
  cli_assert_contains (wrong->out, "schema.conf:2: ");
}

static void
test_formats (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory);

  insert (&directory, "a", "tab\there, \"Z\xc3\xbcrich\"\nback\\slash");
  const char *sql = "SELECT description, completed, 1.5 AS r, x'00ff' AS r FROM todos";
  g_autoptr (CliRun) tabs = cli_run (&directory, NULL, "sql", sql, NULL);
  assert_output (tabs, "tab\\there, \"Z\xc3\xbcrich\"\\nback\\\\slash\t\t1.5\tX'00FF'\n");
  g_autoptr (CliRun) csv = cli_run (&directory, NULL, "sql", "--csv", sql, NULL);
  assert_output (csv, "description,completed,r,r\n"
                      "\"tab\there, \"\"Z\xc3\xbcrich\"\"\nback\\slash\",,1.5,X'00FF'\n");
  g_autoptr (CliRun) table = cli_run (&directory, NULL, "sql", "--table",
                                      "SELECT 10 AS number, 'x' AS text, NULL AS none", NULL);
  assert_output (table, "number  text  none\n    10  x     NULL\n");

  g_autoptr (CliRun) json = cli_run (&directory, NULL, "sql", "--json", sql, NULL);
  cli_assert_code (json, 0);
  g_autoptr (json_object) rows = cli_run_parse_json (json);
  json_object *row = json_object_array_get_idx (rows, 0);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (row, "description")), ==,
                   "tab\there, \"Z\xc3\xbcrich\"\nback\\slash");
  g_assert_null (json_object_object_get (row, "completed"));
  g_assert_cmpfloat (json_object_get_double (json_object_object_get (row, "r")), ==, 1.5);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (row, "r:2")), ==, "AP8=");
}

/* Data must not be able to drive the terminal of who looks at it. */
static void
test_escapes_in_data (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory);

  insert (&directory, "a", "\033[31mred");
  g_autoptr (CliRun) table
      = cli_run (&directory, NULL, "sql", "--table", "SELECT description FROM todos", NULL);
  cli_assert_code (table, 0);
  g_assert_null (strchr (table->out, '\033'));
  cli_assert_contains (table->out, "\\u001b[31mred");
}

static void
test_queue (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory);

  insert (&directory, "a", "one");
  g_autoptr (CliRun) update = cli_run (
      &directory, "UPDATE todos SET completed = 1; DELETE FROM todos;", "sql", "-q", NULL);
  assert_output (update, "");
  g_assert_cmpstr (update->err, ==, "");

  g_autoptr (CliRun) list = cli_run (&directory, NULL, "queue", "list", "--json", NULL);
  cli_assert_code (list, 0);
  g_autoptr (json_object) changes = cli_run_parse_json (list);
  static const char *const ops[] = { "PUT", "PATCH", "DELETE" };
  g_assert_cmpuint (json_object_array_length (changes), ==, G_N_ELEMENTS (ops));
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    {
      json_object *change = json_object_array_get_idx (changes, i);
      g_assert_cmpstr (json_object_get_string (json_object_object_get (change, "op")), ==, ops[i]);
      g_assert_cmpstr (json_object_get_string (json_object_object_get (change, "row_id")), ==, "a");
    }
  json_object *patch = json_object_object_get (json_object_array_get_idx (changes, 1), "data");
  g_assert_cmpint (json_object_object_length (patch), ==, 1);
  g_assert_cmpint (json_object_get_int (json_object_object_get (patch, "completed")), ==, 1);

  g_autoptr (CliRun) status = cli_run (&directory, NULL, "status", "--json", NULL);
  cli_assert_code (status, 0);
  g_autoptr (json_object) object = cli_run_parse_json (status);
  g_assert_cmpint (json_object_get_int (json_object_object_get (object, "queued")), ==, 3);
  g_autoptr (CliRun) rejected
      = cli_run (&directory, NULL, "queue", "list", "--rejected", "--json", NULL);
  g_autoptr (json_object) none = cli_run_parse_json (rejected);
  g_assert_cmpuint (json_object_array_length (none), ==, 0);
}

static void
test_faults (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory);

  g_autoptr (CliRun) syntax = cli_run (&directory, NULL, "sql", "SELEC 1", NULL);
  cli_assert_code (syntax, 7);
  cli_assert_contains (syntax->err, "SELEC");
  g_autoptr (CliRun) name = cli_run (&directory, NULL, "sql", "SELECT nope", NULL);
  cli_assert_code (name, 7);
  cli_assert_contains (name->err, "no such column");
  g_autoptr (CliRun) constraint
      = cli_run (&directory, NULL, "sql", "INSERT INTO todos (id) VALUES (NULL)", NULL);
  cli_assert_code (constraint, 7);
  /* Without an upload what is queued never gets anywhere, and waiting for it would be for ever. */
  insert (&directory, "a", "one");
  g_autoptr (CliRun) sync = cli_run (&directory, NULL, "sync", "--timeout=10s", NULL);
  cli_assert_code (sync, 9);
}

/* All or nothing, and nothing is said of what did not happen. */
static void
test_transaction (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory);

  g_autoptr (CliRun) broken
      = cli_run (&directory, "INSERT INTO todos (id) VALUES ('a'); INSERT INTO nowhere VALUES (1)",
                 "sql", "-1", NULL);
  cli_assert_code (broken, 7);
  g_assert_null (strstr (broken->err, "changed"));
  g_autoptr (CliRun) count = cli_run (&directory, NULL, "sql", "SELECT count(*) FROM todos", NULL);
  assert_output (count, "0\n");

  g_autoptr (CliRun) whole = cli_run (
      &directory, "INSERT INTO todos (id) VALUES ('a'); INSERT INTO todos (id) VALUES ('b')", "sql",
      "-1", NULL);
  cli_assert_code (whole, 0);
  g_autoptr (CliRun) list = cli_run (&directory, NULL, "queue", "list", "--json", NULL);
  g_autoptr (json_object) changes = cli_run_parse_json (list);
  g_assert_cmpuint (json_object_array_length (changes), ==, 2);
  g_assert_cmpint (json_object_get_int64 (json_object_object_get (
                       json_object_array_get_idx (changes, 0), "transaction")),
                   ==,
                   json_object_get_int64 (json_object_object_get (
                       json_object_array_get_idx (changes, 1), "transaction")));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/offline/check", test_check);
  g_test_add_func ("/cli/offline/formats", test_formats);
  g_test_add_func ("/cli/offline/escapes-in-data", test_escapes_in_data);
  g_test_add_func ("/cli/offline/queue", test_queue);
  g_test_add_func ("/cli/offline/faults", test_faults);
  g_test_add_func ("/cli/offline/transaction", test_transaction);
  return g_test_run ();
}
