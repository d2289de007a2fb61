/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/terminal.h"

#include <string.h>

#define OPTION_COLUMN 28
#define TEXT_WIDTH 79

static void
print_heading (const char *heading)
{
  printf ("\n%s%s%s\n", cli_style (stdout, CLI_STYLE_BOLD), heading,
          cli_style (stdout, CLI_STYLE_PLAIN));
}

/* Prints TEXT from column START on, broken between words; INDENT is where further lines start. */
static void
print_wrapped (const char *text, gsize start, gsize indent)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  gsize column = start;

  for (guint i = 0; words[i] != NULL; i++)
    {
      const gsize width = strlen (words[i]);
      if (i > 0 && column + 1 + width > TEXT_WIDTH)
        {
          printf ("\n%*s", (int) indent, "");
          column = indent;
        }
      else if (i > 0)
        {
          putchar (' ');
          column++;
        }
      fputs (words[i], stdout);
      column += width;
    }
  putchar ('\n');
}

static void
print_paragraphs (const char *text)
{
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n", -1);

  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      putchar ('\n');
      print_wrapped (paragraphs[i], 0, 0);
    }
}

static void
print_option (const GOptionEntry *entry)
{
  g_autoptr (GString) head = g_string_new ("  ");

  if ((entry->flags & G_OPTION_FLAG_HIDDEN) != 0)
    return;
  if (entry->short_name != 0)
    g_string_append_printf (head, "-%c, ", entry->short_name);
  else
    g_string_append (head, "    ");
  g_string_append_printf (head, "--%s", entry->long_name);
  if (entry->arg_description != NULL)
    g_string_append_printf (head, "=%s", entry->arg_description);

  if (head->len + 2 > OPTION_COLUMN)
    printf ("%s\n%*s", head->str, OPTION_COLUMN, "");
  else
    printf ("%-*s", OPTION_COLUMN, head->str);
  print_wrapped (entry->description, OPTION_COLUMN, OPTION_COLUMN);
}

static void
print_options (const GOptionEntry *entries)
{
  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    print_option (entry);
}

/* An option that is hidden is for whoever builds Syncline. */
static gboolean
has_options (const CliCommand *command)
{
  const GOptionEntry *entry = command->options;

  while (entry != NULL && entry->long_name != NULL && (entry->flags & G_OPTION_FLAG_HIDDEN) != 0)
    entry++;
  return command->json || (entry != NULL && entry->long_name != NULL);
}

void
cli_print_command_help (const CliCommand *command)
{
  printf ("Usage: syncline %s [OPTION]...%s%s\n", command->name,
          command->arguments != NULL ? " " : "",
          command->arguments != NULL ? command->arguments : "");
  print_paragraphs (command->description);

  if (has_options (command))
    {
      print_heading ("Options:");
      if (command->options != NULL)
        print_options (command->options);
      if (command->json)
        print_option (&cli_json_option);
    }
  print_heading ("Options of every command:");
  print_options (cli_common_options);
}

static void
print_exit_codes (void)
{
  for (const CliExitInfo *info = cli_exit_codes; info->meaning != NULL; info++)
    printf ("  %3d  %s\n", info->code, info->meaning);
}

void
cli_print_help (void)
{
  printf ("Usage: syncline [-c FILE] COMMAND [OPTION]... [ARGUMENT]...\n\n"
          "An offline-first SQLite database, kept in sync with Postgres.\n");

  print_heading ("Commands:");
  for (guint i = 0; cli_commands[i] != NULL; i++)
    printf ("  %-16s%s\n", cli_commands[i]->name, cli_commands[i]->summary);
  print_heading ("Options of every command:");
  print_options (cli_common_options);
  print_heading ("Exit codes:");
  print_exit_codes ();
  printf ("\n'syncline help COMMAND' tells more of a command.\n");
}
