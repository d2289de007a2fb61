/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/json.h"
#include "cli/result.h"
#include "cli/statements.h"
#include "cli/terminal.h"

#include <string.h>

static struct
{
  gboolean csv;
  gboolean table;
  gboolean transaction;
  char *file;
} given;

static const GOptionEntry options[] = {
  { "file", 'f', 0, G_OPTION_ARG_FILENAME, &given.file,
    "Read the statements from a file; - is standard input", "FILE" },
  { "transaction", '1', 0, G_OPTION_ARG_NONE, &given.transaction,
    "Run all statements in one transaction, or none", NULL },
  { "csv", 0, 0, G_OPTION_ARG_NONE, &given.csv, "Print CSV with a heading", NULL },
  { "table", 0, 0, G_OPTION_ARG_NONE, &given.table,
    "Print an aligned table even when standard output is no terminal", NULL },
  G_OPTION_ENTRY_NULL,
};

/* What runs the statements: the client, or a transaction of it. */
typedef struct
{
  const Cli *cli;
  SynclineClient *client;
  char **statements;
  char **parameters;
  GPtrArray *results; /* of a transaction, until it is committed */
} Job;

static char *
read_statements (const char *path, GError **error)
{
  g_autofree char *sql = NULL;

  if (!g_file_get_contents (strcmp (path, "-") == 0 ? "/dev/stdin" : path, &sql, NULL, error))
    return NULL;
  return g_steal_pointer (&sql);
}

/* --- Output ---------------------------------------------------------------------------------- */

static CliFormat
choose_format (const Cli *cli)
{
  if (given.csv)
    return CLI_FORMAT_CSV;
  if (given.table)
    return CLI_FORMAT_TABLE;
  return cli_rows_choose_format (cli);
}

static void
print_result (const Cli *cli, SynclineResult *result, gboolean only_reads)
{
  const gint64 n_changed = syncline_result_get_n_changed (result);

  if (syncline_result_get_n_columns (result) > 0)
    {
      cli_result_print (result, choose_format (cli));
    }
  else if (cli->json)
    {
      g_autoptr (json_object) object = json_object_new_object ();
      json_object_object_add (object, "changed", json_object_new_int64 (n_changed));
      cli_json_print (object);
    }
  if (!only_reads)
    cli_note (cli, "%" G_GINT64_FORMAT " %s changed", n_changed, n_changed == 1 ? "row" : "rows");
}

/* --- Running --------------------------------------------------------------------------------- */

/* What only reads goes another way, on which it never waits for a writer. */
static gboolean
run_each (const Job *job, GError **error)
{
  for (guint i = 0; job->statements[i] != NULL; i++)
    {
      const char *statement = job->statements[i];
      const gboolean only_reads = cli_statement_only_reads (statement);
      GVariant *parameters = cli_parameters (job->parameters);
      g_autoptr (SynclineResult) result
          = only_reads ? syncline_client_query (job->client, statement, parameters, NULL, error)
                       : syncline_client_execute (job->client, statement, parameters, NULL, error);
      if (result == NULL)
        return FALSE;
      print_result (job->cli, result, only_reads);
    }
  return TRUE;
}

static gboolean
run_in_transaction (SynclineTransaction *transaction, gpointer data, GError **error)
{
  const Job *job = data;

  for (guint i = 0; job->statements[i] != NULL; i++)
    {
      const char *statement = job->statements[i];
      g_autoptr (SynclineResult) result = syncline_transaction_execute (
          transaction, statement, cli_parameters (job->parameters), error);
      if (result == NULL)
        return FALSE;
      g_ptr_array_add (job->results, g_steal_pointer (&result));
    }
  return TRUE;
}

/* Nothing is printed before the commit: what is rolled back did not change anything. */
static gboolean
run_together (Job *job, GError **error)
{
  g_autoptr (GPtrArray) results
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_result_unref);

  job->results = results;
  if (!syncline_client_transaction (job->client, run_in_transaction, job, NULL, error))
    return FALSE;
  for (guint i = 0; i < results->len; i++)
    print_result (job->cli, g_ptr_array_index (results, i),
                  cli_statement_only_reads (job->statements[i]));
  return TRUE;
}

static gboolean
check_job (const Job *job, GError **error)
{
  if (!cli_check_utf8 (job->statements, error) || !cli_check_utf8 (job->parameters, error))
    return FALSE;
  if (job->statements[0] == NULL)
    {
      cli_set_usage_error (error, "there is no statement to run");
      return FALSE;
    }
  if (job->statements[1] != NULL && job->parameters[0] != NULL)
    {
      cli_set_usage_error (error, "parameters go with one statement, but there are %u",
                           g_strv_length (job->statements));
      return FALSE;
    }
  return TRUE;
}

static CliExit
run_job (Job *job, GError **error)
{
  if (!check_job (job, error))
    return CLI_EXIT_USAGE;
  g_autoptr (SynclineClient) client = cli_open_client (job->cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;

  job->client = client;
  const gboolean ok = given.transaction ? run_together (job, error) : run_each (job, error);
  return ok ? CLI_EXIT_OK : CLI_EXIT_FAILURE;
}

static CliExit
run (const Cli *cli, GError **error)
{
  if (given.csv + given.table + cli->json > 1)
    {
      cli_set_usage_error (error, "--csv, --table and --json exclude each other");
      return CLI_EXIT_USAGE;
    }
  if (given.file == NULL && cli->n_arguments == 0 && cli_is_terminal (stdin))
    {
      cli_set_usage_error (error, "sql: an argument is missing: STATEMENT");
      return CLI_EXIT_USAGE;
    }

  const gboolean from_argument = given.file == NULL && cli->n_arguments > 0;
  const char *path = given.file != NULL ? given.file : "-";
  g_autofree char *sql
      = from_argument ? g_strdup (cli->arguments[0]) : read_statements (path, error);
  if (sql == NULL)
    return CLI_EXIT_FAILURE;
  g_auto (GStrv) statements = cli_split_statements (sql);
  Job job = { .cli = cli,
              .statements = statements,
              .parameters = from_argument ? cli->arguments + 1 : cli->arguments };
  return run_job (&job, error);
}

const CliCommand cli_command_sql = {
  .name = "sql",
  .arguments = "[STATEMENT [PARAMETER]...]",
  .summary = "Run SQL on the local database",
  .description
  = "Runs statements on the local database, from the argument, from --file or from standard input. "
    "They "
    "read and write; what they change in synced tables is queued for upload. PARAMETERs "
    "are bound as text to ?1, ?2 and so on. Put -- before the statement if one starts with a "
    "dash.\n"
    "Rows are printed as a table on a terminal, and elsewhere as one line a row with tabs between "
    "the "
    "cells, nothing for NULL, and \\t, \\n and \\\\ for what would break a line. "
    "The number of changed rows goes to standard error.",
  .options = options,
  .json = TRUE,
  .max_arguments = G_MAXUINT,
  .run = run,
};
