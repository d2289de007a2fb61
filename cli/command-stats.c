/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/stats.h"

#include <stdio.h>

static gboolean prometheus;

static const GOptionEntry options[] = {
  { "prometheus", 0, 0, G_OPTION_ARG_NONE, &prometheus,
    "Print metrics in the text format of Prometheus", NULL },
  G_OPTION_ENTRY_NULL,
};

static CliExit
run (const Cli *cli, GError **error)
{
  g_auto (CliStats) stats = { NULL };

  if (prometheus && cli->json)
    {
      cli_set_usage_error (error, "--prometheus and --json exclude each other");
      return CLI_EXIT_USAGE;
    }
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;

  cli_stats_take (&stats, client);
  if (prometheus)
    {
      g_autofree char *text = cli_stats_to_prometheus (&stats);
      fputs (text, stdout);
      return CLI_EXIT_OK;
    }
  g_autoptr (json_object) object = cli_stats_to_json (&stats);
  cli_json_print (object);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_stats = {
  .name = "stats",
  .summary = "Print numbers about the sync, for monitoring",
  .description
  = "Prints a JSON document, or metrics for Prometheus, about the local database and the process "
    "that "
    "syncs it, without asking a server. syncline-statistics(7) has every field.\n"
    "What only the syncing process knows, such as bytes received, is left out here; 'syncline run "
    "--stats-file' writes it too.",
  .options = options,
  .json = TRUE,
  .run = run,
};
