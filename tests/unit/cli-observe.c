/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the command shows of a sync to people and to monitoring: stats, top, watch and the log. */

#include "config.h"

#include <signal.h>
#include <string.h>

#include "core/log-messages.h"
#include "unit/cli-support.h"

#define OFFLINE                                                                                    \
  "[syncline]\nstore = sqlite-store\nschema = schema.conf\n[sqlite-store]\npath = app.db\n"
#define ONLINE                                                                                     \
  "[syncline]\nstore = sqlite-store\nupload = mock-transport\ndownload = mock-transport\n"         \
  "auth = mock-auth\nschema = schema.conf\nretry-min = 10ms\nretry-max = 20ms\n"                   \
  "[sqlite-store]\npath = app.db\n[mock-auth]\nuser-id = user-1\n"

static void
set_up (CliDirectory *directory, const char *config)
{
  cli_directory_init (directory);
  cli_directory_write (directory, "syncline.conf", config);
  cli_directory_write (directory, "schema.conf", "[table todos]\ndescription = text\n");
}

static void
insert (const CliDirectory *directory)
{
  g_autoptr (CliRun) run = cli_run (directory, NULL, "sql", "-q",
                                    "INSERT INTO todos (description) VALUES ('x')", NULL);
  cli_assert_code (run, 0);
}

static GSubprocess *
spawn (const CliDirectory *directory, const char *const *words)
{
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (directory);
  g_autoptr (GPtrArray) line = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (line, (gpointer) cli_get_command ());
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (line, (gpointer) words[i]);
  g_ptr_array_add (line, NULL);
  GSubprocess *process
      = g_subprocess_launcher_spawnv (launcher, (const char *const *) line->pdata, &error);
  g_assert_no_error (error);
  return process;
}

/* --- Statistics ------------------------------------------------------------------------------ */

static json_object *
member (json_object *object, const char *name)
{
  json_object *value = NULL;

  g_assert_true (json_object_object_get_ex (object, name, &value));
  return value;
}

static void
test_stats (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);
  insert (&directory);
  insert (&directory);

  g_autoptr (CliRun) run = cli_run (&directory, NULL, "stats", NULL);
  cli_assert_code (run, 0);
  g_autoptr (json_object) stats = cli_run_parse_json (run);
  g_assert_cmpint (json_object_get_int (member (stats, "queued")), ==, 2);
  g_assert_cmpint (json_object_get_int (member (stats, "rejected")), ==, 0);
  g_assert_false (json_object_get_boolean (member (stats, "has_synced")));
  g_assert_null (member (stats, "syncer"));
  g_assert_null (member (stats, "last_synced_at"));
  g_assert_cmpint (json_object_get_int64 (member (stats, "database_bytes")), >, 4096);
  json_object *upload = member (stats, "upload");
  g_assert_cmpstr (json_object_get_string (member (upload, "state")), ==, "off");
  g_assert_cmpint (json_object_get_int (member (upload, "failures")), ==, 0);
  member (stats, "download");
}

/* What a scraper does with it. */
static void
assert_metrics_are_sound (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (*lines[i] != '\0'
          && !g_regex_match_simple ("^(# HELP syncline_[a-z_]+ \\S.*|# TYPE syncline_[a-z_]+ "
                                    "(gauge|counter)|syncline_[a-z_]+(\\{[a-z]+=\"[a-z-]+\""
                                    "(,[a-z]+=\"[a-z-]+\")*\\})? -?[0-9.]+)$",
                                    lines[i], 0, 0))
        g_error ("no metric: %s", lines[i]);
    }
}

static void
test_metrics (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);
  insert (&directory);

  g_autoptr (CliRun) run = cli_run (&directory, NULL, "stats", "--prometheus", NULL);
  cli_assert_code (run, 0);
  assert_metrics_are_sound (run->out);
  cli_assert_contains (run->out, "\nsyncline_queued_changes 1\n");
  cli_assert_contains (run->out, "\nsyncline_state{direction=\"upload\",state=\"off\"} 1\n");
  cli_assert_contains (run->out, "\nsyncline_state{direction=\"upload\",state=\"idle\"} 0\n");
  cli_assert_contains (run->out, "\nsyncline_failures_total{direction=\"download\"} 0\n");
  /* Nothing is said of what is not known. */
  g_assert_null (strstr (run->out, "\nsyncline_last_synced_timestamp_seconds "));

  g_autoptr (CliRun) both = cli_run (&directory, NULL, "stats", "--prometheus", "--json", NULL);
  cli_assert_code (both, 2);
}

/* Waits until the file has @wanted, which something else writes. */
static void
wait_for_file (const CliDirectory *directory, const char *name, const char *wanted)
{
  g_autofree char *path = g_build_filename (directory->path, name, NULL);

  for (guint i = 0; i < 4000; i++)
    {
      g_autofree char *text = NULL;
      if (g_file_get_contents (path, &text, NULL, NULL) && strstr (text, wanted) != NULL)
        {
          assert_metrics_are_sound (text);
          return;
        }
      g_usleep (5000);
    }
  g_error ("%s never had \"%s\"", name, wanted);
}

static char *
end (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;
  char *errors = NULL;

  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &errors, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  return errors;
}

static void
test_stats_file (void)
{
  static const char *const words[]
      = { "run", "-q", "--stats-file=stats.prom", "--stats-interval=1", NULL };
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, ONLINE);

  g_autoptr (GSubprocess) process = spawn (&directory, words);
  wait_for_file (&directory, "stats.prom", "\nsyncline_up_to_date 1\n");
  /* The process that looks is not the one that syncs. */
  g_autoptr (CliRun) beside = cli_run (&directory, NULL, "stats", NULL);
  g_autoptr (json_object) stats = cli_run_parse_json (beside);
  g_assert_cmpint (json_object_get_int (member (stats, "syncer")), ==,
                   atoi (g_subprocess_get_identifier (process)));
  g_assert_null (member (stats, "wire_bytes"));
  g_autoptr (CliRun) top = cli_run (&directory, NULL, "top", "-n", "1", NULL);
  cli_assert_code (top, 0);
  cli_assert_contains (top->out, "User       user-1\n");
  g_free (end (process));

  static const char *const wrong[] = { "run", "--stats-file=x", "--stats-interval=0", NULL };
  g_autoptr (GSubprocess) refused = spawn (&directory, wrong);
  g_subprocess_wait (refused, NULL, NULL);
  g_assert_cmpint (g_subprocess_get_exit_status (refused), ==, 2);
}

/* --- top ------------------------------------------------------------------------------------- */

static void
test_top (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);
  insert (&directory);

  g_autoptr (CliRun) run = cli_run (&directory, NULL, "top", "-n", "2", "-i", "0.1", NULL);
  cli_assert_code (run, 0);
  cli_assert_contains (run->out, "Queued     1\n");
  cli_assert_contains (run->out, "\n\nSyncs      nobody\n");
  cli_assert_contains (run->out, "Queued     1 (+0.0/s)\n");
  cli_assert_contains (run->out, "Tables     todos: rows pending 1, rejected 0\n");
  g_assert_null (strchr (run->out, '\033'));

  g_autoptr (CliRun) fast = cli_run (&directory, NULL, "top", "-i", "0", NULL);
  cli_assert_code (fast, 2);
}

/* --- watch ----------------------------------------------------------------------------------- */

static void
expect_line (GDataInputStream *output, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (line, ==, expected);
}

static void
test_watch (void)
{
  static const char *const words[]
      = { "watch", "--json", "-n", "3", "SELECT count(*) AS n, ?1 AS p FROM todos", "a", NULL };
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);

  g_autoptr (GSubprocess) process = spawn (&directory, words);
  g_autoptr (GDataInputStream) output
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  expect_line (output, "[{\"n\":0,\"p\":\"a\"}]");
  insert (&directory);
  expect_line (output, "[{\"n\":1,\"p\":\"a\"}]");
  /* A write that changes nothing of the answer is not printed. */
  g_autoptr (CliRun) same
      = cli_run (&directory, NULL, "sql", "-q", "UPDATE todos SET description = 'y'", NULL);
  cli_assert_code (same, 0);
  insert (&directory);
  expect_line (output, "[{\"n\":2,\"p\":\"a\"}]");
  g_subprocess_wait (process, NULL, NULL);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
}

static void
test_watch_errors (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);

  g_autoptr (CliRun) wrong = cli_run (&directory, NULL, "watch", "SELECT nope FROM todos", NULL);
  cli_assert_code (wrong, 7);
  g_autoptr (CliRun) writes = cli_run (&directory, NULL, "watch", "DELETE FROM todos", NULL);
  cli_assert_code (writes, 7);
  g_autoptr (CliRun) nothing = cli_run (&directory, NULL, "watch", NULL);
  cli_assert_code (nothing, 2);
}

/* --- The log --------------------------------------------------------------------------------- */

/* Each line is an object; @id is that of one of them. */
static void
assert_json_lines (const char *text, const char *id)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean found = FALSE;
  guint n = 0;

  for (; lines[n] != NULL && *lines[n] != '\0'; n++)
    {
      g_autoptr (json_object) object = json_tokener_parse (lines[n]);
      json_object *message_id = NULL;
      if (object == NULL)
        g_error ("no JSON: %s", lines[n]);
      g_assert_cmpstr (json_object_get_string (member (object, "time")), >, "2026");
      g_assert_nonnull (json_object_get_string (member (object, "level")));
      g_assert_nonnull (json_object_get_string (member (object, "message")));
      if (json_object_object_get_ex (object, "message_id", &message_id))
        found = found || g_str_equal (json_object_get_string (message_id), id);
    }
  g_assert_cmpuint (n, >, 0);
  if (!found)
    g_error ("no line has the id %s:\n%s", id, text);
}

static void
test_json_log (void)
{
  static const char *const words[]
      = { "run", "--log=json", "--stats-file=stats.prom", "--stats-interval=1", NULL };
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, ONLINE);

  g_autoptr (GSubprocess) process = spawn (&directory, words);
  wait_for_file (&directory, "stats.prom", "\nsyncline_up_to_date 1\n");
  g_autofree char *errors = end (process);
  assert_json_lines (errors, SYNCLINE_LOG_SIGNED_IN);

  g_autoptr (CliRun) wrong = cli_run (&directory, NULL, "status", "--log=xml", NULL);
  cli_assert_code (wrong, 2);
  cli_assert_contains (wrong->err, "none of auto, text, json, journal");
}

/* --- The end --------------------------------------------------------------------------------- */

/* A server that takes an hour for each answer does not keep the service from ending. */
static void
test_stop_in_mid_request (void)
{
  static const char *const words[]
      = { "run", "-q", "--stats-file=stats.prom", "--stats-interval=1", NULL };
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, ONLINE "[mock-transport]\ndelay = 100\ndelay-time = 1h\n");
  insert (&directory);

  g_autoptr (GSubprocess) process = spawn (&directory, words);
  wait_for_file (&directory, "stats.prom",
                 "\nsyncline_state{direction=\"upload\",state=\"active\"} 1\n");
  const gint64 start = g_get_monotonic_time ();
  g_free (end (process));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);

  /* What was not finished is still there. */
  g_autoptr (CliRun) queue = cli_run (&directory, NULL, "stats", "--prometheus", NULL);
  cli_assert_contains (queue->out, "\nsyncline_queued_changes 1\n");
}

/* --- Core dumps ------------------------------------------------------------------------------ */

/* How many core dumps the command leaves in its directory when it is made to crash. */
static guint
crash (const CliDirectory *directory, const char *dumpable)
{
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (directory);
  g_autoptr (GError) error = NULL;
  const char *name;
  guint n = 0;

  g_subprocess_launcher_setenv (launcher, "SYNCLINE_DUMPABLE", dumpable, TRUE);
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawn (
      launcher, &error, "sh", "-c", "ulimit -c unlimited; exec \"$0\" watch 'SELECT 1'",
      cli_get_command (), NULL);
  g_assert_no_error (error);
  g_autoptr (GDataInputStream) output
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  expect_line (output, "1");
  g_subprocess_send_signal (process, SIGQUIT);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (process));

  g_autoptr (GDir) dir = g_dir_open (directory->path, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "core");
  return n;
}

static void
test_no_core_dump (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);

  g_assert_cmpuint (crash (&directory, "0"), ==, 0);
  /* Would there have been one? Not everywhere. */
  if (crash (&directory, "1") == 0)
    g_test_skip ("this system puts no core dump into the working directory");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-observe/stats", test_stats);
  g_test_add_func ("/cli-observe/metrics", test_metrics);
  g_test_add_func ("/cli-observe/stats-file", test_stats_file);
  g_test_add_func ("/cli-observe/top", test_top);
  g_test_add_func ("/cli-observe/watch", test_watch);
  g_test_add_func ("/cli-observe/watch-errors", test_watch_errors);
  g_test_add_func ("/cli-observe/json-log", test_json_log);
  g_test_add_func ("/cli-observe/stop-in-mid-request", test_stop_in_mid_request);
  g_test_add_func ("/cli-observe/no-core-dump", test_no_core_dump);
  return g_test_run ();
}
