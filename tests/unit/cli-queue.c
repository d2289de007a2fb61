/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* "syncline queue show" and "syncline queue export", on a real database. */

#include "config.h"

#include "unit/cli-support.h"

#include <string.h>
#include <sys/stat.h>

/* One change that is rejected before it is sent, and one that is queued. */
static void
set_up (CliDirectory *directory)
{
  cli_directory_init (directory);
  cli_directory_write (directory, "syncline.conf",
                       "[syncline]\n"
                       "store = sqlite-store\n"
                       "upload = mock-transport\n"
                       "serializer = json-normalizer\n"
                       "schema = schema.conf\n"
                       "[sqlite-store]\n"
                       "path = app.db\n");
  cli_directory_write (directory, "schema.conf", "[table todos]\nextra = jsonb\n");
  g_autoptr (CliRun) bad = cli_run (directory, NULL, "sql",
                                    "INSERT INTO todos (id, extra) VALUES ('a', 'not JSON')", NULL);
  cli_assert_code (bad, 0);
  g_autoptr (CliRun) sync = cli_run (directory, NULL, "sync", "--timeout=10s", NULL);
  cli_assert_code (sync, 6); /* which says that something was refused */
  g_autoptr (CliRun) good = cli_run (
      directory, NULL, "sql", "INSERT INTO todos (id, extra) VALUES ('b', '{\"n\": 1}')", NULL);
  cli_assert_code (good, 0);
}

static const char *
get_text (json_object *object, const char *key)
{
  return json_object_get_string (json_object_object_get (object, key));
}

static void
test_show (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory);

  g_autoptr (CliRun) rejected = cli_run (&directory, NULL, "queue", "show", "1", "--json", NULL);
  cli_assert_code (rejected, 0);
  g_autoptr (json_object) change = cli_run_parse_json (rejected);
  g_assert_cmpstr (get_text (change, "state"), ==, "rejected");
  g_assert_cmpstr (get_text (change, "code"), ==, "SYNCLINE_SERIALIZER");
  g_assert_nonnull (get_text (change, "message"));
  g_autoptr (CliRun) queued = cli_run (&directory, NULL, "queue", "show", "2", NULL);
  cli_assert_code (queued, 0);
  cli_assert_contains (queued->out, "pending");
  g_assert_null (strstr (queued->out, "rejected_at"));

  g_autoptr (CliRun) missing = cli_run (&directory, NULL, "queue", "show", "7", NULL);
  g_assert_cmpint (missing->code, !=, 0);
  cli_assert_contains (missing->err, "7");
  g_autoptr (CliRun) wrong = cli_run (&directory, NULL, "queue", "show", "x", NULL);
  cli_assert_code (wrong, 2);
}

/* Every line of TEXT is an object; gives what they say in a few words. */
static char *
describe_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autoptr (json_object) object = json_tokener_parse (lines[i]);

      g_assert_nonnull (object);
      g_string_append_printf (all, "%s %s %s/%s; ", get_text (object, "state"),
                              get_text (object, "op"), get_text (object, "table"),
                              get_text (object, "row_id"));
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
test_export (void)
{
  g_auto (CliDirectory) directory = { NULL };
  struct stat about;
  set_up (&directory);

  g_autoptr (CliRun) file = cli_run (&directory, NULL, "queue", "export", "changes.jsonl", NULL);
  cli_assert_code (file, 0);
  g_autofree char *text = cli_directory_read (&directory, "changes.jsonl");
  g_autofree char *described = describe_lines (text);
  g_assert_cmpstr (described, ==, "rejected PUT todos/a; pending PUT todos/b; ");
  g_autofree char *path = g_build_filename (directory.path, "changes.jsonl", NULL);
  g_assert_cmpint (stat (path, &about), ==, 0);
  g_assert_cmpint (about.st_mode & 0777, ==, 0600);

  /* What is there is not written over, and nothing has left the queue. */
  g_autoptr (CliRun) again = cli_run (&directory, NULL, "queue", "export", "changes.jsonl", NULL);
  g_assert_cmpint (again->code, !=, 0);
  g_autofree char *kept = cli_directory_read (&directory, "changes.jsonl");
  g_assert_cmpstr (kept, ==, text);
  g_autoptr (CliRun) output = cli_run (&directory, NULL, "queue", "export", "-", NULL);
  cli_assert_code (output, 0);
  g_assert_cmpstr (output->out, ==, text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/queue/show", test_show);
  g_test_add_func ("/cli/queue/export", test_export);
  return g_test_run ();
}
