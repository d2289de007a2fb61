/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"

static gboolean everywhere;

static const GOptionEntry options[] = {
  { "everywhere", 0, 0, G_OPTION_ARG_NONE, &everywhere, "End the user's other sessions too", NULL },
  G_OPTION_ENTRY_NULL,
};

static CliExit
run (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);

  if (client == NULL)
    return CLI_EXIT_FAILURE;
  g_autoptr (GVariant) user = syncline_client_dup_user (client);
  if (user == NULL)
    {
      cli_note (cli, "nobody was signed in");
      return CLI_EXIT_OK;
    }
  if (!syncline_client_sign_out (client, everywhere, NULL, error))
    return CLI_EXIT_FAILURE;

  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);
  const guint64 n_queued = syncline_status_get_n_queued (status);
  cli_note (cli, "signed out");
  if (n_queued > 0)
    cli_note (cli,
              "%" G_GUINT64_FORMAT " queued %s; the same user's next sign-in sends what is queued",
              n_queued, n_queued == 1 ? "change stays" : "changes stay");
  return CLI_EXIT_OK;
}

const CliCommand cli_command_logout = {
  .name = "logout",
  .summary = "Sign out; local data stays",
  .description
  = "Ends the session, here even when the server can't be reached. Local rows and queued "
    "changes stay, and go up when the same user signs in again.",
  .options = options,
  .run = run,
};
