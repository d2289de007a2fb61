/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

/* --- troff ----------------------------------------------------------------------------------- */

void
cli_manual_print_troff (const char *text)
{
  gboolean at_start = TRUE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      /* A line that starts with one of these would be a request. */
      if (at_start && (*p == '.' || *p == '\''))
        fputs ("\\&", stdout);
      if (*p == '\\')
        fputs ("\\e", stdout);
      else if (*p == '-')
        fputs ("\\-", stdout);
      else if (*p == '\'')
        fputs ("\\(aq", stdout);
      else if ((guchar) *p >= 0x80)
        printf ("\\[u%04X]", g_utf8_get_char (p));
      else
        putchar (*p);
      at_start = *p == '\n';
    }
}

void
cli_manual_print_title (const char *name, int section, const char *summary)
{
  g_autofree char *upper = g_ascii_strup (name, -1);

  printf (".\\\" SPDX-FileCopyrightText: 2026 The Syncline authors\n"
          ".\\\" SPDX-License-Identifier: MIT\n"
          ".\\\" Made by 'make regenerate'; changes belong into the tables it is made of.\n"
          ".TH %s %d \"\" \"Syncline %s\" \"Syncline\"\n"
          ".SH NAME\n",
          upper, section, PACKAGE_VERSION);
  cli_manual_print_troff (name);
  fputs (" \\- ", stdout);
  cli_manual_print_troff (summary);
  putchar ('\n');
}

static void
print_paragraphs (const char *text)
{
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n", -1);

  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      if (i > 0)
        puts (".PP");
      cli_manual_print_troff (paragraphs[i]);
      putchar ('\n');
    }
}

/* --- syncline(1) ----------------------------------------------------------------------------- */

static void
print_option (const GOptionEntry *entry)
{
  if ((entry->flags & G_OPTION_FLAG_HIDDEN) != 0)
    return;
  puts (".TP");
  if (entry->short_name != 0)
    printf ("\\fB\\-%c\\fR, ", entry->short_name);
  fputs ("\\fB\\-\\-", stdout);
  cli_manual_print_troff (entry->long_name);
  fputs ("\\fR", stdout);
  if (entry->arg_description != NULL)
    printf ("=\\fI%s\\fR", entry->arg_description);
  putchar ('\n');
  cli_manual_print_troff (entry->description);
  puts (".");
}

static void
print_options (const GOptionEntry *entries)
{
  for (const GOptionEntry *entry = entries; entry != NULL && entry->long_name != NULL; entry++)
    print_option (entry);
}

static void
print_command (const CliCommand *command)
{
  printf (".SS \"");
  cli_manual_print_troff (command->name);
  puts ("\"");
  fputs (".B syncline ", stdout);
  cli_manual_print_troff (command->name);
  fputs ("\n[\\fIOPTION\\fR]...", stdout);
  if (command->arguments != NULL)
    {
      putchar (' ');
      cli_manual_print_troff (command->arguments);
    }
  puts ("\n.PP");
  print_paragraphs (command->description);
  print_options (command->options);
  if (command->json)
    print_option (&cli_json_option);
}

static void
print_environment (void)
{
  static const char *const variables[][2] = {
    { "SYNCLINE_CONFIG", "The config file, when -c names none." },
    { "SYNCLINE_PASSWORD", "The password, for syncline login." },
    { "SYNCLINE_PLUGIN_PATH",
      "Directories with plugins, separated by colons; looked into before the installed ones." },
    { "NO_COLOR", "If set, no colours are printed." },
    { "NOTIFY_SOCKET, WATCHDOG_USEC", "Set by a service manager, which syncline run reports to." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      printf (".TP\n.B %s\n", variables[i][0]);
      cli_manual_print_troff (variables[i][1]);
      putchar ('\n');
    }
}

static void
print_command_page (void)
{
  cli_manual_print_title ("syncline", 1,
                          "an offline-first SQLite database, kept in sync with Postgres");
  puts (".SH SYNOPSIS\n.B syncline\n[\\fB\\-c\\fR \\fIFILE\\fR] \\fICOMMAND\\fR "
        "[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...");
  puts (".SH COMMANDS");
  for (guint i = 0; cli_commands[i] != NULL; i++)
    print_command (cli_commands[i]);
  puts (".SH OPTIONS OF EVERY COMMAND");
  print_options (cli_common_options);
  puts (".SH EXIT STATUS\nThe numbers keep their meanings.");
  for (const CliExitInfo *info = cli_exit_codes; info->meaning != NULL; info++)
    printf (".TP\n.B %d\n%s.\n", info->code, info->meaning);
  puts (".SH ENVIRONMENT");
  print_environment ();
  puts (".SH SEE ALSO\n.BR syncline.conf (5),\n.BR syncline\\-schema (5)");
}

/* --- What there is --------------------------------------------------------------------------- */

gboolean
cli_manual_print (const char *what, GError **error)
{
  static const struct
  {
    const char *name;
    void (*print) (void);
  } documents[] = {
    { "syncline.1", print_command_page },
    { "syncline.conf.5", cli_manual_print_config_page },
    { "syncline-schema.5", cli_manual_print_schema_page },
    { "options.md", cli_manual_print_option_tables },
    { "bash", cli_completion_print_bash },
    { "zsh", cli_completion_print_zsh },
    { "fish", cli_completion_print_fish },
  };

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      if (strcmp (documents[i].name, what) != 0)
        continue;
      documents[i].print ();
      return TRUE;
    }
  cli_set_usage_error (error, "there is no document \"%s\"", what);
  return FALSE;
}
