/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "core/nearest.h"

#include <string.h>

const CliCommand *const cli_commands[] = {
  &cli_command_init,
  &cli_command_check,
  &cli_command_login,
  &cli_command_logout,
  &cli_command_whoami,
  &cli_command_clear,
  &cli_command_run,
  &cli_command_sync,
  &cli_command_status,
  &cli_command_explain,
  &cli_command_stats,
  &cli_command_top,
  &cli_command_sql,
  &cli_command_watch,
  &cli_command_queue_list,
  &cli_command_queue_show,
  &cli_command_queue_export,
  &cli_command_queue_retry,
  &cli_command_queue_discard,
  &cli_command_streams_list,
  &cli_command_streams_subscribe,
  &cli_command_streams_unsubscribe,
  &cli_command_schema_pull,
  &cli_command_schema_diff,
  &cli_command_plugins,
  &cli_command_version,
  &cli_command_help,
  NULL,
};

/* How many words of NAME stand at the start of WORDS: 0, or all. */
static guint
match_words (const char *name, char **words)
{
  g_auto (GStrv) parts = g_strsplit (name, " ", -1);
  guint n = 0;

  for (; parts[n] != NULL; n++)
    {
      if (g_strcmp0 (parts[n], words[n]) != 0)
        return 0;
    }
  return n;
}

/* The second words of the verbs that start with GROUP, or NULL when no verb does. */
static char *
list_group (const char *group)
{
  g_autofree char *prefix = g_strconcat (group, " ", NULL);
  g_autoptr (GPtrArray) members = g_ptr_array_new ();

  for (guint i = 0; cli_commands[i] != NULL; i++)
    {
      if (g_str_has_prefix (cli_commands[i]->name, prefix))
        g_ptr_array_add (members, (char *) cli_commands[i]->name + strlen (prefix));
    }
  if (members->len == 0)
    return NULL;
  g_ptr_array_add (members, NULL);
  return g_strjoinv (", ", (char **) members->pdata);
}

static void
set_unknown (const char *word, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; cli_commands[i] != NULL; i++)
    g_ptr_array_add (names, (char *) cli_commands[i]->name);
  g_autofree char *advice = syncline_nearest_advice (word, names, "there are");
  cli_set_usage_error (error, "unknown command \"%s\"; %s", word, advice);
}

const CliCommand *
cli_command_find (char **words, guint *out_n_words, GError **error)
{
  for (guint i = 0; cli_commands[i] != NULL; i++)
    {
      const guint n = match_words (cli_commands[i]->name, words);
      if (n > 0)
        {
          *out_n_words = n;
          return cli_commands[i];
        }
    }

  g_autofree char *group = list_group (words[0]);
  if (group != NULL)
    cli_set_usage_error (error, "\"%s\" wants one of: %s", words[0], group);
  else
    set_unknown (words[0], error);
  return NULL;
}
