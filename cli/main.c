/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/log-writer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define DEFAULT_CONFIG "syncline.conf"

/* What the options fill in. They are read twice, before the verb and after it. */
static struct
{
  char *config_path;
  gboolean json;
  gboolean quiet;
  int verbosity;
  char *log;
  gboolean help;
  gboolean version;
  char **arguments;
} given;

/* By a function, since GOption would lose the first of two file names. */
static gboolean
on_config (const char *name G_GNUC_UNUSED,
           const char *value,
           gpointer user_data G_GNUC_UNUSED,
           GError **error G_GNUC_UNUSED)
{
  g_free (given.config_path);
  given.config_path = g_strdup (value);
  return TRUE;
}

static gboolean
on_verbose (const char *name G_GNUC_UNUSED,
            const char *value G_GNUC_UNUSED,
            gpointer user_data G_GNUC_UNUSED,
            GError **error G_GNUC_UNUSED)
{
  given.verbosity++;
  return TRUE;
}

const GOptionEntry cli_common_options[] = {
  { "config", 'c', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_config,
    "Use this config file; by default $SYNCLINE_CONFIG, then ./" DEFAULT_CONFIG, "FILE" },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &given.quiet, "Print results and errors only", NULL },
  { "verbose", 'v', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, on_verbose,
    "Say more of what happens; twice for everything", NULL },
  { "log", 0, 0, G_OPTION_ARG_STRING, &given.log,
    "Where the log goes: text or json on standard error, or journal; by default $SYNCLINE_LOG, "
    "then the "
    "journal if standard error is connected to it, else text",
    "FORMAT" },
  { "help", 'h', 0, G_OPTION_ARG_NONE, &given.help, "Print help", NULL },
  G_OPTION_ENTRY_NULL,
};

const GOptionEntry cli_json_option
    = { "json", 0, 0, G_OPTION_ARG_NONE, &given.json, "Print JSON, for programs", NULL };

/* Reads the options before the verb. What is left in *WORDS starts with the verb. */
static gboolean
parse_before_verb (char ***words, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry version[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, &given.version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, cli_common_options, NULL);
  g_option_context_add_main_entries (context, version, NULL);
  return g_option_context_parse_strv (context, words, error);
}

static gboolean
parse_after_verb (const CliCommand *command, char ***words, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry json[] = { cli_json_option, G_OPTION_ENTRY_NULL };
  const GOptionEntry rest[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &given.arguments, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, cli_common_options, NULL);
  if (command->options != NULL)
    g_option_context_add_main_entries (context, command->options, NULL);
  if (command->json)
    g_option_context_add_main_entries (context, json, NULL);
  g_option_context_add_main_entries (context, rest, NULL);
  return g_option_context_parse_strv (context, words, error);
}

static gboolean
check_arguments (const CliCommand *command, guint n, GError **error)
{
  if (n < command->min_arguments)
    cli_set_usage_error (error, "%s: an argument is missing: %s", command->name,
                         command->arguments);
  else if (n > command->max_arguments)
    cli_set_usage_error (error, "%s: unexpected argument '%s'", command->name,
                         given.arguments[command->max_arguments]);
  else
    return TRUE;
  return FALSE;
}

static char *
find_config (void)
{
  const char *named = g_getenv ("SYNCLINE_CONFIG");

  if (given.config_path != NULL)
    return g_strdup (given.config_path);
  return g_strdup (named != NULL && named[0] != '\0' ? named : DEFAULT_CONFIG);
}

static CliExit
run_command (const CliCommand *command, GError **error)
{
  static char *no_arguments[] = { NULL };
  char **arguments = given.arguments != NULL ? given.arguments : no_arguments;
  g_autofree char *config_path = find_config ();
  const Cli cli = {
    .config_path = config_path,
    .json = given.json,
    .quiet = given.quiet,
    .verbosity = given.verbosity,
    .arguments = arguments,
    .n_arguments = g_strv_length (arguments),
  };

  const char *log = given.log != NULL ? given.log : g_getenv ("SYNCLINE_LOG");
  CliLogFormat format;

  if (!check_arguments (command, cli.n_arguments, error)
      || !cli_log_format_parse (log, &format, error))
    return CLI_EXIT_USAGE;
  cli_log_init (format, cli.quiet, cli.verbosity);
  return command->run (&cli, error);
}

/* Finds the verb in WORDS, which start with the program's name, and runs it. */
static CliExit
dispatch (char **words, const CliCommand **out_command, GError **error)
{
  g_auto (GStrv) all = g_strdupv (words);

  if (!parse_before_verb (&all, error))
    return CLI_EXIT_USAGE;
  if (given.version)
    return cli_command_version.run (&(Cli){ 0 }, error);
  if (all[1] == NULL)
    {
      if (!given.help)
        cli_set_usage_error (error, "a command is missing");
      cli_print_help ();
      return CLI_EXIT_OK;
    }

  guint n_words = 0;
  const CliCommand *command = cli_command_find (all + 1, &n_words, error);
  if (command == NULL)
    return CLI_EXIT_USAGE;
  *out_command = command;

  g_auto (GStrv) rest = g_strdupv (all + n_words);
  if (!parse_after_verb (command, &rest, error))
    return CLI_EXIT_USAGE;
  if (given.help)
    {
      cli_print_command_help (command);
      return CLI_EXIT_OK;
    }
  return run_command (command, error);
}

static CliExit
report (const GError *error, const CliCommand *command)
{
  const CliExit code = cli_exit_code_of_error (error);

  cli_print_error (error);
  if (error->domain == G_OPTION_ERROR)
    fprintf (stderr, "Try 'syncline help%s%s'.\n", command != NULL ? " " : "",
             command != NULL ? command->name : "");
  return code;
}

/* A full disk must not look like success. A reader that went away, such as head, is no fault. */
static CliExit
flush_output (CliExit code)
{
  if (fflush (stdout) == 0 && ferror (stdout) == 0)
    return code;
  if (errno == EPIPE)
    return code;
  fprintf (stderr, "syncline: can't write to standard output: %s\n", g_strerror (errno));
  return code == CLI_EXIT_OK ? CLI_EXIT_FAILURE : code;
}

/* Tokens are in the memory of the process: no core dump, unless a developer wants one. It also keeps other
 * processes of the user from reading that memory. (A leak checker is such a process.) */
static void
keep_memory_private (void)
{
#if defined(PR_SET_DUMPABLE) && !defined(__SANITIZE_ADDRESS__)
  const char *wanted = g_getenv ("SYNCLINE_DUMPABLE");

  if (wanted == NULL || strcmp (wanted, "1") != 0)
    prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const CliCommand *command = NULL;

  /* No setlocale(): what is printed is read by programs too. Text is passed through as UTF-8. */
  keep_memory_private ();
  signal (SIGPIPE, SIG_IGN);
  g_set_prgname ("syncline");

  CliExit code = argc > 0 ? dispatch (argv, &command, &error) : CLI_EXIT_USAGE;
  if (error != NULL)
    code = report (error, command);
  code = flush_output (code);

  g_free (given.config_path);
  g_free (given.log);
  g_strfreev (given.arguments);
  return code;
}
