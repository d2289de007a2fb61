/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the verbs of the command share. */

#pragma once

#include <gio/gio.h>
#include <syncline/syncline.h>

/**
 * Cli:
 * @config_path: the config file to use; it need not exist
 * @json: output for a program is wanted
 * @quiet: say nothing but results and errors
 * @verbosity: how often `-v` was given
 * @arguments: what stands after the verb and is no option; never %NULL
 * @n_arguments: how many those are
 *
 * What the command line said.
 */
typedef struct
{
  char *config_path;
  gboolean json;
  gboolean quiet;
  int verbosity;
  char **arguments;
  guint n_arguments;
} Cli;

/* Exit codes are an interface: they keep their numbers. */
typedef enum
{
  CLI_EXIT_OK = 0,
  CLI_EXIT_FAILURE = 1,
  CLI_EXIT_USAGE = 2,
  CLI_EXIT_CONFIG = 3,
  CLI_EXIT_NO_SESSION = 4,
  CLI_EXIT_UNREACHABLE = 5,
  CLI_EXIT_REFUSED = 6,
  CLI_EXIT_SQL = 7,
  CLI_EXIT_BUSY = 8,
  CLI_EXIT_STATE = 9,
  CLI_EXIT_DIFFERENT = 10,
  CLI_EXIT_INTERRUPTED = 130,
} CliExit;

typedef struct
{
  CliExit code;
  const char *meaning;
} CliExitInfo;

/* Ends with an entry whose meaning is NULL. */
extern const CliExitInfo cli_exit_codes[];

CliExit cli_exit_code_of_error (const GError *error);

/* Sets an error about the command line, which ends in CLI_EXIT_USAGE. */
void cli_set_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Prints "syncline: " and the message on standard error; each line of several gets the prefix. */
void cli_print_error (const GError *error);

/* Prints a line for a person on standard error, unless -q was given. */
void cli_note (const Cli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The config, checked for its form. */
SynclineConfig *cli_load_config (const Cli *cli, GError **error);

/* A client that is not open: no file is made, nothing is asked of a server. */
SynclineClient *cli_load_client (const Cli *cli, GError **error);

/* A client with its local database open. */
SynclineClient *cli_open_client (const Cli *cli, GError **error);
