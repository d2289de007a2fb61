/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "unit/cli-support.h"

#include <glib/gstdio.h>

void
cli_directory_init (CliDirectory *directory)
{
  g_autoptr (GError) error = NULL;

  directory->path = g_dir_make_tmp ("syncline-cli-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

void
cli_directory_clear (CliDirectory *directory)
{
  remove_tree (directory->path);
  g_clear_pointer (&directory->path, g_free);
}

void
cli_directory_write (const CliDirectory *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory->path, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

char *
cli_directory_read (const CliDirectory *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory->path, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

const char *
cli_get_command (void)
{
  const char *command = g_getenv ("SYNCLINE_COMMAND");

  if (command == NULL)
    g_error ("SYNCLINE_COMMAND is not set; run the tests with make check");
  return command;
}

GSubprocessLauncher *
cli_launcher_new (const CliDirectory *directory)
{
  GSubprocessLauncher *launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDERR_PIPE);

  g_subprocess_launcher_set_cwd (launcher, directory->path);
  g_subprocess_launcher_unsetenv (launcher, "SYNCLINE_CONFIG");
  g_subprocess_launcher_unsetenv (launcher, "SYNCLINE_PASSWORD");
  g_subprocess_launcher_unsetenv (launcher, "SUPABASE_URL");
  g_subprocess_launcher_unsetenv (launcher, "SUPABASE_ANON_KEY");
  g_subprocess_launcher_unsetenv (launcher, "POWERSYNC_URL");
  return launcher;
}

CliRun *
cli_run (const CliDirectory *directory, const char *input, ...)
{
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (directory);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  CliRun *run = g_new0 (CliRun, 1);
  va_list args;

  g_ptr_array_add (words, (char *) cli_get_command ());
  va_start (args, input);
  do
    g_ptr_array_add (words, va_arg (args, char *));
  while (g_ptr_array_index (words, words->len - 1) != NULL);
  va_end (args);

  g_autoptr (GSubprocess) process
      = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, &run->out, &run->err, &error);
  g_assert_no_error (error);
  run->code = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  return run;
}

void
cli_run_free (CliRun *run)
{
  g_free (run->out);
  g_free (run->err);
  g_free (run);
}

json_object *
cli_run_parse_json (const CliRun *run)
{
  enum json_tokener_error problem;
  json_object *object = json_tokener_parse_verbose (run->out, &problem);

  if (problem != json_tokener_success)
    g_error ("%s: %s", json_tokener_error_desc (problem), run->out);
  return object;
}
