/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/json.h"
#include "cli/user.h"

#include <stdio.h>

static gboolean ask;

static const GOptionEntry options[] = {
  { "ask", 0, 0, G_OPTION_ARG_NONE, &ask, "Ask the server", NULL },
  G_OPTION_ENTRY_NULL,
};

static CliExit
run (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_load_client (cli, error);

  if (client == NULL)
    return CLI_EXIT_CONFIG;

  g_autoptr (GVariant) user = ask ? syncline_client_ask_user (client, NULL, NULL, error)
                                  : syncline_client_dup_user (client);
  if (user == NULL && ask)
    return CLI_EXIT_FAILURE;
  if (user == NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION,
                           "nobody is signed in; 'syncline login' signs in");
      return CLI_EXIT_NO_SESSION;
    }
  cli_print_user (cli, user);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_whoami = {
  .name = "whoami",
  .summary = "Print who is signed in",
  .description = "Prints the user whose session this config uses, without asking a server "
                 "unless --ask is given. Exits with 4 when nobody is signed in.",
  .options = options,
  .json = TRUE,
  .run = run,
};
