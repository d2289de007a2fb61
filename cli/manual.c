/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/manual.h"
#include "cli/stats.h"
#include "core/log-messages.h"

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
    { "SYNCLINE_SCHEMA_KEY",
      "A secret key of the project, for syncline schema; no device needs it." },
    { "SYNCLINE_LOG", "Where the log goes, when --log does not say it." },
    { "SYNCLINE_DUMPABLE",
      "If 1, core dumps are allowed. They hold tokens; without it none is made." },
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
  puts (
      ".SH SEE ALSO\n.BR syncline.conf (5),\n.BR syncline\\-schema (5),\n.BR syncline\\-log (7),\n"
      ".BR syncline\\-statistics (7),\n.BR syncline\\-client (3)");
}

/* --- syncline-statistics(7) ------------------------------------------------------------------ */

static void
print_stats (gboolean per_direction)
{
  for (const CliStat *stat = cli_stats; stat->name != NULL; stat++)
    {
      if (stat->per_direction != per_direction)
        continue;
      printf (".TP\n\\fB");
      cli_manual_print_troff (stat->name);
      printf ("\\fR, %s\n", cli_stat_type_to_string (stat->type));
      cli_manual_print_troff (stat->help);
      puts (".");
      if (stat->metric == NULL)
        continue;
      printf ("Metric: ");
      cli_manual_print_troff ("syncline_");
      cli_manual_print_troff (stat->metric);
      puts (".");
    }
}

static void
print_statistics_page (void)
{
  cli_manual_print_title ("syncline-statistics", 7, "numbers about a sync, for monitoring");
  puts (
      ".SH DESCRIPTION\n"
      "\\fBsyncline stats\\fR prints a JSON document with these members, or the metrics for "
      "Prometheus with \\-\\-prometheus. \\fBsyncline run \\-\\-stats\\-file\\fR keeps either in a "
      "file. Members are never taken away, and new ones may come. What is not known is null in the "
      "document and left out of the metrics. Times are text in the form of RFC 3339 in the "
      "document, "
      "and seconds since the epoch in the metrics.\n"
      ".PP\n"
      "Metrics of a direction have the label direction, upload or download. The metric "
      "syncline_state has the label state as well: the series of the state that it is in is 1, the "
      "others are 0.");
  puts (".SH MEMBERS");
  print_stats (FALSE);
  puts (".SH MEMBERS OF upload AND OF download");
  print_stats (TRUE);
  puts (".SH SEE ALSO\n.BR syncline (1)");
}

static void
print_statistics_rows (gboolean per_direction)
{
  puts ("\n| member | type | metric | |\n|---|---|---|---|");
  for (const CliStat *stat = cli_stats; stat->name != NULL; stat++)
    {
      if (stat->per_direction != per_direction)
        continue;
      printf ("| `%s` | %s | %s%s%s | %s |\n", stat->name, cli_stat_type_to_string (stat->type),
              stat->metric != NULL ? "`syncline_" : "", stat->metric != NULL ? stat->metric : "",
              stat->metric != NULL ? "`" : "", stat->help);
    }
}

static void
print_statistics_markdown (void)
{
  puts ("<!--\nSPDX-FileCopyrightText: 2026 The Syncline authors\nSPDX-License-Identifier: MIT\n"
        "Made by 'make regenerate'; changes belong into the table in cli/stats.c.\n-->\n"
        "# Statistics\n\n"
        "`syncline stats` prints a JSON document, or with `--prometheus` metrics; `syncline run "
        "--stats-file=FILE` keeps\neither in a file, which the textfile collector of Prometheus's "
        "node "
        "exporter can read. Members are never taken\naway, and new ones may come. What is not "
        "known is "
        "`null` in the document and left out of the metrics. Times are\nRFC 3339 text in the "
        "document "
        "and seconds since the epoch in the metrics.");
  print_statistics_rows (FALSE);
  puts ("\nIn `upload` and in `download`; metrics have the label `direction`. `syncline_state` has "
        "the "
        "label `state`, too: the\nseries of the state that it is in is 1, the others are 0.");
  print_statistics_rows (TRUE);
}

/* --- syncline-log(7) ------------------------------------------------------------------------- */

static void
print_log_page (void)
{
#define ROW(id, name, meaning) { id, name, meaning },
  static const char *const messages[][3] = { SYNCLINE_LOG_MESSAGES (ROW) };
#undef ROW

  cli_manual_print_title ("syncline-log", 7, "what syncline logs");
  puts (
      ".SH DESCRIPTION\n"
      "The log has one line for each change of state and none for the retries in between. Tokens, "
      "keys "
      "and passwords are not in it. In the journal each line has fields; with \\-\\-log=json each "
      "is a "
      "JSON object with members of the same names in small letters, without SYNCLINE_.\n"
      ".SH FIELDS\n"
      ".TP\n.B MESSAGE\nThe line.\n"
      ".TP\n.B MESSAGE_ID\nWhat it is about, if it is one of those below.\n"
      ".TP\n.B SYNCLINE_COMPONENT\nThe part that says it, such as upload, or the name of a "
      "plugin.\n"
      ".TP\n.B SYNCLINE_DIRECTION, SYNCLINE_STATE, SYNCLINE_REASON\nOf a change of state.\n"
      ".TP\n.B SYNCLINE_TABLE, SYNCLINE_CODE\nOf a change that the server refused.\n"
      ".SH REQUESTS\n"
      "Each request carries a number of its own in the header X\\-Request\\-Id, which servers and "
      "gateways log. It stands in the line about the request: of those that fail with \\-v, of all "
      "with \\-vv.\n"
      ".SH MESSAGE IDS\nThey keep their meanings.");
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      printf (".TP\n.B %s\n%s: ", messages[i][0], messages[i][1]);
      cli_manual_print_troff (messages[i][2]);
      puts (".");
    }
  puts (".SH SEE ALSO\n.BR syncline (1)");
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
    { "syncline-statistics.7", print_statistics_page },
    { "syncline-log.7", print_log_page },
    { "statistics.md", print_statistics_markdown },
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
