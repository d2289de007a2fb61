/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

static char *document;

/* Manuals and completions are made at build time, by this option. */
static const GOptionEntry options[] = {
  { "document", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &document, "Print a document",
    "NAME" },
  G_OPTION_ENTRY_NULL,
};

/* The verbs that start with GROUP, such as those of "queue". */
static gboolean
print_group_help (const char *group)
{
  g_autofree char *prefix = g_strconcat (group, " ", NULL);
  gboolean found = FALSE;

  for (guint i = 0; cli_commands[i] != NULL; i++)
    {
      if (!g_str_has_prefix (cli_commands[i]->name, prefix))
        continue;
      if (found)
        putchar ('\n');
      cli_print_command_help (cli_commands[i]);
      found = TRUE;
    }
  return found;
}

static CliExit
run (const Cli *cli, GError **error)
{
  guint n_words = 0;

  if (document != NULL)
    {
      const gboolean known = cli_manual_print (document, error);
      g_clear_pointer (&document, g_free);
      return known ? CLI_EXIT_OK : CLI_EXIT_USAGE;
    }
  if (cli->n_arguments == 0)
    {
      cli_print_help ();
      return CLI_EXIT_OK;
    }
  if (cli->n_arguments == 1 && print_group_help (cli->arguments[0]))
    return CLI_EXIT_OK;

  const CliCommand *command = cli_command_find (cli->arguments, &n_words, error);
  if (command == NULL)
    return CLI_EXIT_USAGE;
  cli_print_command_help (command);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_help = {
  .name = "help",
  .arguments = "[COMMAND]",
  .summary = "Print help, of one command or of all",
  .description = "Prints what the command can do, or how one of its commands is used.",
  .options = options,
  .max_arguments = 2,
  .run = run,
};
