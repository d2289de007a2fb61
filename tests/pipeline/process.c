/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "pipeline/pipeline.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

char *
run_any (const char *input, const char *const *arguments, int *out_status)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  const GSubprocessFlags flags
      = G_SUBPROCESS_FLAGS_STDOUT_PIPE
        | (input != NULL ? G_SUBPROCESS_FLAGS_STDIN_PIPE : G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = g_subprocess_newv (arguments, flags, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  *out_status = g_subprocess_get_exit_status (process);
  return g_strdup (g_strchomp (output));
}

char *
run_command (const char *input, const char *const *arguments)
{
  int status = 0;
  g_autofree char *output = run_any (input, arguments, &status);

  if (status != 0)
    g_error ("%s ended with %d: %s", arguments[0], status, output);
  return g_steal_pointer (&output);
}

/* A test that fails leaves no process behind. */
static void
die_with_parent (gpointer user_data G_GNUC_UNUSED)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

GSubprocess *
spawn_command (const char *log, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_MERGE);

  g_subprocess_launcher_set_stdout_file_path (launcher, log);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  GSubprocess *process = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  g_assert_no_error (error);
  return process;
}

void
end_command (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

void
kill_command (GSubprocess *process)
{
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (process));
}
