/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/rows.h"

static gboolean list_rejected;

static const GOptionEntry list_options[] = {
  { "rejected", 0, 0, G_OPTION_ARG_NONE, &list_rejected,
    "List what the server refused, with its answer", NULL },
  G_OPTION_ENTRY_NULL,
};

static void
add_optional (CliRows *rows, const char *text)
{
  if (text != NULL)
    cli_rows_add_text (rows, text);
  else
    cli_rows_add_null (rows);
}

static void
add_change (CliRows *rows, SynclineChange *change)
{
  cli_rows_add_integer (rows, syncline_change_get_id (change));
  cli_rows_add_integer (rows, syncline_change_get_transaction (change));
  cli_rows_add_text (rows, syncline_change_op_to_string (syncline_change_get_op (change)));
  cli_rows_add_text (rows, syncline_change_get_table (change));
  cli_rows_add_text (rows, syncline_change_get_row_id (change));
}

static void
add_outcome (CliRows *rows, SynclineOutcome *outcome, gint64 rejected_at)
{
  cli_rows_add_time (rows, rejected_at);
  cli_rows_add_integer (rows, outcome != NULL ? syncline_outcome_get_status (outcome) : 0);
  add_optional (rows, outcome != NULL ? syncline_outcome_get_code (outcome) : NULL);
  add_optional (rows, outcome != NULL ? syncline_outcome_get_message (outcome) : NULL);
  add_optional (rows, outcome != NULL ? syncline_outcome_get_details (outcome) : NULL);
  add_optional (rows, outcome != NULL ? syncline_outcome_get_hint (outcome) : NULL);
}

typedef struct
{
  CliRows *rows;
  gboolean with_data;
} Listing;

static gboolean
on_change (SynclineChange *change, SynclineOutcome *outcome, gint64 rejected_at, gpointer data)
{
  Listing *listing = data;

  add_change (listing->rows, change);
  if (list_rejected)
    add_outcome (listing->rows, outcome, rejected_at);
  if (listing->with_data)
    {
      cli_rows_add_json (listing->rows, syncline_change_get_data (change));
      cli_rows_add_json (listing->rows, syncline_change_get_previous (change));
      add_optional (listing->rows, syncline_change_get_metadata (change));
    }
  return TRUE;
}

/* The columns that the callbacks above fill. What is in the rows is for programs only. */
static char **
make_columns (gboolean with_data)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add_many (builder, "id", "transaction", "op", "table", "row_id", NULL);
  if (list_rejected)
    g_strv_builder_add_many (builder, "rejected_at", "status", "code", "message", "details", "hint",
                             NULL);
  if (with_data)
    g_strv_builder_add_many (builder, "data", "previous", "metadata", NULL);
  return g_strv_builder_end (builder);
}

static CliExit
run_list (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);

  if (client == NULL)
    return CLI_EXIT_FAILURE;

  g_auto (GStrv) columns = make_columns (cli->json);
  g_autoptr (CliRows) rows
      = cli_rows_new (cli_rows_choose_format (cli), (const char *const *) columns);
  Listing listing = { rows, cli->json };
  if (!syncline_client_list_changes (client, list_rejected, on_change, &listing, NULL, error))
    return CLI_EXIT_FAILURE;
  return CLI_EXIT_OK;
}

static gboolean
parse_id (const char *text, gint64 *out_id, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, out_id, &problem))
    return TRUE;
  cli_set_usage_error (error,
                       "'%s' is not the number of a change; 'syncline queue list --rejected' "
                       "shows them",
                       text);
  return FALSE;
}

typedef gboolean (*ResolveFunc) (SynclineClient *client, gint64 id, GCancellable *, GError **error);

static CliExit
resolve (const Cli *cli, ResolveFunc func, const char *done, GError **error)
{
  gint64 id = 0;

  for (guint i = 0; i < cli->n_arguments; i++)
    {
      if (!parse_id (cli->arguments[i], &id, error))
        return CLI_EXIT_USAGE;
    }
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;
  for (guint i = 0; i < cli->n_arguments; i++)
    {
      if (!parse_id (cli->arguments[i], &id, error) || !func (client, id, NULL, error))
        return CLI_EXIT_FAILURE;
      cli_note (cli, "%" G_GINT64_FORMAT ": %s", id, done);
    }
  return CLI_EXIT_OK;
}

static CliExit
run_retry (const Cli *cli, GError **error)
{
  return resolve (cli, syncline_client_retry_rejected, "queued again", error);
}

static CliExit
run_discard (const Cli *cli, GError **error)
{
  return resolve (cli, syncline_client_discard_rejected, "discarded", error);
}

const CliCommand cli_command_queue_list = {
  .name = "queue list",
  .summary = "List the changes that wait for upload",
  .description = "Lists the local changes that the server does not have yet, oldest first; with "
                 "--rejected, those "
                 "that it refused for good. With --json the changed columns are shown as well.",
  .options = list_options,
  .json = TRUE,
  .run = run_list,
};

const CliCommand cli_command_queue_retry = {
  .name = "queue retry",
  .arguments = "ID...",
  .summary = "Queue rejected changes again",
  .description = "Puts changes that the server refused back at the end of the queue, once what it "
                 "refused them for is mended.",
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .run = run_retry,
};

const CliCommand cli_command_queue_discard = {
  .name = "queue discard",
  .arguments = "ID...",
  .summary = "Forget rejected changes",
  .description = "Forgets changes that the server refused. They are lost.",
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .run = run_discard,
};
