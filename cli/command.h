/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The table of verbs, from which help, man pages and completions are made. */

#pragma once

#include "cli/cli.h"

/**
 * CliCommandFunc:
 * @cli: what the command line said
 * @error: return location for an error
 *
 * Does what a verb is for.
 *
 * Returns: the exit code; with @error set, the exit code follows from the error
 */
typedef CliExit (*CliCommandFunc) (const Cli *cli, GError **error);

/**
 * CliCommand:
 * @name: the verb, of one word or two (`queue list`)
 * @arguments: (nullable): what follows it, as a usage line shows it
 * @summary: one line, no full stop
 * @description: what it does, in paragraphs of one line each
 * @options: (nullable): its own options, ending with %G_OPTION_ENTRY_NULL
 * @json: whether it knows `--json`
 * @min_arguments: how many arguments it needs
 * @max_arguments: how many it takes
 * @run: does it
 *
 * One verb.
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  const char *description;
  const GOptionEntry *options;
  gboolean json;
  guint min_arguments;
  guint max_arguments;
  CliCommandFunc run;
} CliCommand;

/* All verbs, in the order of the help; ends with NULL. */
extern const CliCommand *const cli_commands[];

/**
 * cli_command_find:
 * @words: the command line from the verb on, NULL-terminated
 * @out_n_words: how many of @words make up the verb
 * @error: return location for an error
 *
 * Returns: the verb, or %NULL with an error that names the nearest one
 */
const CliCommand *cli_command_find (char **words, guint *out_n_words, GError **error);

/* The options that every verb knows, ending with G_OPTION_ENTRY_NULL. */
extern const GOptionEntry cli_common_options[];
/* The option of the verbs whose json member is set. */
extern const GOptionEntry cli_json_option;

/* Help on standard output: of the whole, or of one verb. */
void cli_print_help (void);
void cli_print_command_help (const CliCommand *command);

/* Writes all rejected and queued changes to a new file, or to standard output for "-". */
gboolean
cli_export_queue (SynclineClient *client, const char *path, guint64 *out_n_changes, GError **error);

extern const CliCommand cli_command_check;
extern const CliCommand cli_command_clear;
extern const CliCommand cli_command_explain;
extern const CliCommand cli_command_help;
extern const CliCommand cli_command_init;
extern const CliCommand cli_command_login;
extern const CliCommand cli_command_logout;
extern const CliCommand cli_command_plugins;
extern const CliCommand cli_command_queue_discard;
extern const CliCommand cli_command_queue_export;
extern const CliCommand cli_command_queue_list;
extern const CliCommand cli_command_queue_retry;
extern const CliCommand cli_command_queue_show;
extern const CliCommand cli_command_run;
extern const CliCommand cli_command_schema_diff;
extern const CliCommand cli_command_schema_pull;
extern const CliCommand cli_command_sql;
extern const CliCommand cli_command_stats;
extern const CliCommand cli_command_status;
extern const CliCommand cli_command_streams_list;
extern const CliCommand cli_command_streams_subscribe;
extern const CliCommand cli_command_streams_unsubscribe;
extern const CliCommand cli_command_sync;
extern const CliCommand cli_command_top;
extern const CliCommand cli_command_version;
extern const CliCommand cli_command_watch;
extern const CliCommand cli_command_whoami;
