/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"

static struct
{
  gboolean keep;
  gboolean discard;
  gboolean keep_local;
  char *export_path;
} given;

static const GOptionEntry options[] = {
  { "keep", 0, 0, G_OPTION_ARG_NONE, &given.keep,
    "Keep queued and rejected changes for the same user's next sign-in", NULL },
  { "export", 0, 0, G_OPTION_ARG_FILENAME, &given.export_path,
    "Write them to a new file first, as 'queue export' does", "FILE" },
  { "discard", 0, 0, G_OPTION_ARG_NONE, &given.discard, "Lose them", NULL },
  { "keep-local", 0, 0, G_OPTION_ARG_NONE, &given.keep_local, "Keep the rows of local-only tables",
    NULL },
  G_OPTION_ENTRY_NULL,
};

/* A program that goes on to write meanwhile would lose what comes after the export. */
static gboolean
check_exported (SynclineClient *client, guint64 n_exported, GError **error)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);
  const guint64 n = syncline_status_get_n_queued (status) + syncline_status_get_n_rejected (status);

  if (n == n_exported)
    return TRUE;
  g_set_error (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
      "Something was written while %s was made, which therefore does not hold all; nothing was "
      "cleared",
      given.export_path);
  return FALSE;
}

static CliExit
run (const Cli *cli, GError **error)
{
  SynclineClearFlags flags = given.keep_local ? SYNCLINE_CLEAR_KEEP_LOCAL : SYNCLINE_CLEAR_NONE;
  guint64 n_exported = 0;

  if (given.keep + given.discard + (given.export_path != NULL) > 1)
    {
      cli_set_usage_error (error, "--keep, --export and --discard exclude each other");
      return CLI_EXIT_USAGE;
    }
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;
  if (given.export_path != NULL
      && (!cli_export_queue (client, given.export_path, &n_exported, error)
          || !check_exported (client, n_exported, error)))
    return CLI_EXIT_FAILURE;

  if (given.keep)
    flags |= SYNCLINE_CLEAR_KEEP_QUEUED;
  else if (given.discard || given.export_path != NULL)
    flags |= SYNCLINE_CLEAR_DISCARD_QUEUED;
  if (!syncline_client_clear (client, flags, NULL, error))
    return CLI_EXIT_FAILURE;
  if (given.export_path != NULL)
    cli_note (cli, "changes written: %" G_GUINT64_FORMAT, n_exported);
  cli_note (cli, given.keep ? "cleared; the database is still the same user's"
                            : "cleared; anybody may sign in");
  return CLI_EXIT_OK;
}

const CliCommand cli_command_clear = {
  .name = "clear",
  .summary = "Empty the local database",
  .description = "Removes what was downloaded, so that another user can sign in. If changes are "
                 "queued or rejected, nothing is "
                 "done and the exit code is 9, unless one of --keep, --export and --discard says "
                 "what is to become of them. "
                 "Who is signed in stays so; 'syncline logout' signs out.",
  .options = options,
  .run = run,
};
