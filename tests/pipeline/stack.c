/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "pipeline/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What this program leaves on the machine is cleared away by a shell that waits for its end, and so
 * also when an assertion aborts it. */
static GPid keeper;
static int keeper_input;
static char *root; /* directory of everything that is written */
static char *own_stack;

static const char keeper_script[] = "while read -r stack; do own=$stack; done\n"
                                    "[ -z \"$own\" ] || sh \"$2\" --name \"$own\"\n"
                                    "rm -rf \"$1\"\n";

char *
pipeline_source_file (const char *path)
{
  return g_test_build_filename (G_TEST_DIST, path, NULL);
}

/* Here and below without GSubprocess: it makes threads, and the environment is still being set. */
static void
start_keeper (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *stop = pipeline_source_file ("infra/local/stop.sh");
  const char *arguments[] = { "sh", "-c", keeper_script, "keeper", root, stop, NULL };

  g_spawn_async_with_pipes (NULL, (char **) arguments, NULL,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD
                                | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL
                                | G_SPAWN_CLOEXEC_PIPES,
                            NULL, NULL, &keeper, &keeper_input, NULL, NULL, &error);
  g_assert_no_error (error);
}

static char *
run_early (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  int status = 0;

  if (!g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                     NULL, &status, &error)
      || !g_spawn_check_wait_status (status, &error))
    g_error ("%s %s: %s: %s", arguments[0], arguments[1], error->message, output);
  return g_strdup (g_strchomp (output));
}

void
pipeline_init (int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (argc, argv, NULL);
  if (g_getenv ("SUPABASE_URL") == NULL || g_getenv ("POWERSYNC_URL") == NULL)
    {
      puts ("1..0 # SKIP no local stack; run sh infra/test.sh");
      exit (0);
    }
  root = g_dir_make_tmp ("syncline-pipeline-XXXXXX", &error);
  g_assert_no_error (error);
  start_keeper ();
}

char *
pipeline_make_directory (const char *name)
{
  g_autofree char *template = g_strdup_printf ("%s/%s-XXXXXX", root, name);
  char *directory = g_mkdtemp (template);

  g_assert_nonnull (directory);
  return g_steal_pointer (&template);
}

/* Takes over what env.sh prints: export NAME='VALUE', one a line. */
static void
use_variables (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *name = lines[i];
      char *value = strchr (lines[i], '=');

      g_assert_true (g_str_has_prefix (name, "export ") && value != NULL);
      *value++ = '\0';
      g_strdelimit (value, "'", ' ');
      g_setenv (name + strlen ("export "), g_strstrip (value), TRUE);
    }
}

static void
tell_keeper (const char *stack)
{
  g_autofree char *line = g_strdup_printf ("%s\n", stack);

  g_assert_cmpint (write (keeper_input, line, strlen (line)), ==, (gssize) strlen (line));
}

void
stack_start_own (const char *suffix, const char *const *options)
{
  g_autofree char *start = pipeline_source_file ("infra/local/start.sh");
  g_autofree char *env = pipeline_source_file ("infra/local/env.sh");
  const char *base = g_getenv ("SYNCLINE_STACK");

  own_stack = g_strdup_printf ("%s-%s", base != NULL ? base : "default", suffix);
  tell_keeper (own_stack);

  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_strv_builder_add_many (builder, "sh", start, "--name", own_stack, NULL);
  if (options != NULL)
    g_strv_builder_addv (builder, (const char **) options);
  g_auto (GStrv) arguments = g_strv_builder_end (builder);
  g_free (run_early ((const char *const *) arguments));

  const char *env_arguments[] = { "sh", env, "--name", own_stack, NULL };
  g_autofree char *variables = run_early (env_arguments);
  use_variables (variables);
}

void
stack_service (const char *verb, const char *services)
{
  g_autofree char *script = pipeline_source_file ("infra/local/service.sh");
  g_autofree char *line
      = g_strdup_printf ("exec sh \"$0\" --name \"$1\" %s %s 2>&1", verb, services);
  const char *arguments[] = { "sh", "-c", line, script, own_stack, NULL };

  g_assert_nonnull (own_stack);
  g_free (run_command (NULL, arguments));
}

void
stack_order (const char *order, const char *json)
{
  g_autofree char *url = g_strdup_printf ("%s/%s", g_getenv ("POWERSYNC_ADMIN_URL"), order);
  g_autofree char *header
      = g_strdup_printf ("Authorization: Bearer %s", g_getenv ("POWERSYNC_ADMIN_TOKEN"));
  const char *arguments[]
      = { "curl", "-fsS", "-o", "/dev/null", "-H", header, "-H", "Content-Type: application/json",
          "-d",   json,   url,  NULL };

  g_assert_nonnull (own_stack);
  g_free (run_command (NULL, arguments));
}

int
pipeline_run (void)
{
  const int status = g_test_run ();

  /* The end of its input is the keeper's sign. */
  close (keeper_input);
  waitpid (keeper, NULL, 0);
  g_spawn_close_pid (keeper);
  g_free (own_stack);
  g_free (root);
  return status;
}

gboolean
wait_before (gint64 deadline)
{
  if (g_get_monotonic_time () >= deadline)
    return FALSE;
  g_usleep (5 * G_TIME_SPAN_MILLISECOND);
  return TRUE;
}
