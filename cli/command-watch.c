/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/result.h"
#include "cli/terminal.h"

#include <glib-unix.h>
#include <stdio.h>

/* Changes come in bursts; one look is enough for all of one. */
#define DELAY_MS 50

static int most;

static const GOptionEntry options[] = {
  { "count", 'n', 0, G_OPTION_ARG_INT, &most, "End after so many results", "NUMBER" },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  const Cli *cli;
  SynclineClient *client;
  GMainLoop *loop;
  guint pending; /* the source that will look again, or 0 */
  int n_shown;
  char *shown; /* what was last printed, to tell whether anything changed */
  GError *error;
} Watch;

static void
show (Watch *watch, SynclineResult *result)
{
  g_autofree char *text = cli_result_to_json_line (result);

  /* Another table's rows, or a write that changed nothing. */
  if (g_strcmp0 (text, watch->shown) == 0)
    return;
  g_free (watch->shown);
  watch->shown = g_steal_pointer (&text);
  if (watch->cli->json)
    puts (watch->shown);
  else
    {
      if (watch->n_shown > 0)
        putchar ('\n');
      cli_result_print (result, cli_rows_choose_format (watch->cli));
    }
  fflush (stdout);
  watch->n_shown++;
  if (watch->n_shown == most)
    g_main_loop_quit (watch->loop);
}

/* FALSE with an error when the query fails. */
static gboolean
look (Watch *watch)
{
  g_autoptr (SynclineResult) result
      = syncline_client_query (watch->client, watch->cli->arguments[0],
                               cli_parameters (watch->cli->arguments + 1), NULL, &watch->error);

  if (result == NULL)
    return FALSE;
  show (watch, result);
  return TRUE;
}

static gboolean
on_time (gpointer data)
{
  Watch *watch = data;

  watch->pending = 0;
  if (!look (watch))
    g_main_loop_quit (watch->loop);
  return G_SOURCE_REMOVE;
}

static void
on_changed (SynclineClient *client G_GNUC_UNUSED, char **tables G_GNUC_UNUSED, Watch *watch)
{
  if (watch->pending == 0)
    watch->pending = g_timeout_add (DELAY_MS, on_time, watch);
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (((Watch *) data)->loop);
  return G_SOURCE_REMOVE;
}

static void
run_watch (Watch *watch)
{
  /* Before the first look: what changes in between is seen by another one. */
  g_signal_connect (watch->client, "tables-changed", G_CALLBACK (on_changed), watch);
  g_unix_signal_add (SIGINT, on_signal, watch);
  g_unix_signal_add (SIGTERM, on_signal, watch);
  if (look (watch) && watch->n_shown != most)
    g_main_loop_run (watch->loop);
  g_signal_handlers_disconnect_by_data (watch->client, watch);
}

static CliExit
run (const Cli *cli, GError **error)
{
  if (most < 0)
    {
      cli_set_usage_error (error, "--count: from 1 on");
      return CLI_EXIT_USAGE;
    }
  if (!cli_check_utf8 (cli->arguments, error))
    return CLI_EXIT_USAGE;
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watch watch = { .cli = cli, .client = client, .loop = loop };
  run_watch (&watch);
  g_free (watch.shown);
  if (watch.error == NULL)
    return CLI_EXIT_OK;
  g_propagate_error (error, watch.error);
  return CLI_EXIT_FAILURE;
}

const CliCommand cli_command_watch = {
  .name = "watch",
  .arguments = "QUERY [PARAMETER]...",
  .summary = "Print what a query gives, and again whenever that changes",
  .description
  = "Runs a query on the local database, and again when rows change, whoever changed them: this "
    "machine's programs or the server. What is the same as before is not printed again. PARAMETERs "
    "are "
    "bound as text to ?1, ?2 and so on.\n"
    "It does not sync; 'syncline run' does, beside it. Results are printed like those of 'syncline "
    "sql', with an empty line between them; with --json each is an array of objects on one line.",
  .options = options,
  .json = TRUE,
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .run = run,
};
