/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What "syncline explain" and "syncline status" tell of a process that syncs. */

#include "config.h"

#include "unit/cli-support.h"

#include <signal.h>
#include <string.h>

static void
set_up (CliDirectory *directory, const char *store, const char *rest)
{
  g_autofree char *config = g_strconcat ("[syncline]\n"
                                         "upload = mock-transport\n"
                                         "download = mock-transport\n"
                                         "auth = mock-auth\n"
                                         "schema = schema.conf\n"
                                         "retry-min = 10ms\n"
                                         "retry-max = 20ms\n"
                                         "store = ",
                                         store, "\n", rest, NULL);

  cli_directory_init (directory);
  cli_directory_write (directory, "syncline.conf", config);
  cli_directory_write (directory, "schema.conf", "[table todos]\ndescription = text\n");
}

static const char *
get_text (json_object *status, const char *direction, const char *key)
{
  return json_object_get_string (
      json_object_object_get (json_object_object_get (status, direction), key));
}

static void
test_nobody (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, "mock-store", "");

  g_autoptr (CliRun) text = cli_run (&directory, NULL, "explain", NULL);
  cli_assert_code (text, 0);
  cli_assert_contains (text->out, "No process syncs; changes queued: 0");
  cli_assert_contains (text->out, "upload: off (not-started)");
  cli_assert_contains (text->out, "'syncline run'");
  g_autoptr (CliRun) run = cli_run (&directory, NULL, "explain", "--json", NULL);
  g_autoptr (json_object) status = cli_run_parse_json (run);
  g_assert_null (json_object_object_get (status, "syncer"));
  g_assert_cmpstr (get_text (status, "download", "state"), ==, "off");
  g_assert_null (get_text (status, "download", "error"));
}

/* Polls what VERB tells until it tells of the syncing process and of an error. */
static json_object *
wait_for_error (const CliDirectory *directory, const char *verb)
{
  const gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (CliRun) run = cli_run (directory, NULL, verb, "--json", NULL);
      g_autoptr (json_object) status = cli_run_parse_json (run);

      if (json_object_object_get (status, "syncer") != NULL
          && get_text (status, "download", "error") != NULL)
        return g_steal_pointer (&status);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
}

static void
test_service (void)
{
  g_auto (CliDirectory) directory = { NULL };
  g_autoptr (GError) error = NULL;
  set_up (&directory, "sqlite-store",
          "[sqlite-store]\npath = app.db\n[mock-transport]\nunavailable = 100\n");
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (&directory);
  g_autoptr (GSubprocess) process
      = g_subprocess_launcher_spawn (launcher, &error, cli_get_command (), "run", "-q", NULL);
  g_assert_no_error (error);

  g_autoptr (json_object) explained = wait_for_error (&directory, "explain");
  g_assert_cmpstr (json_object_get_string (json_object_object_get (explained, "syncer")), ==,
                   g_subprocess_get_identifier (process));
  g_assert_cmpstr (get_text (explained, "download", "action"), ==, "retry");
  g_assert_nonnull (get_text (explained, "download", "since"));
  g_assert_nonnull (get_text (explained, "download", "waits_for"));
  g_autoptr (json_object) status = wait_for_error (&directory, "status");
  g_assert_nonnull (get_text (status, "download", "reason"));
  g_autoptr (CliRun) text = cli_run (&directory, NULL, "explain", NULL);
  cli_assert_contains (text->out, "last error");

  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_communicate_utf8 (process, "", NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (CliRun) after = cli_run (&directory, NULL, "explain", NULL);
  cli_assert_contains (after->out, "No process syncs");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/explain/nobody", test_nobody);
  g_test_add_func ("/cli/explain/service", test_service);
  return g_test_run ();
}
