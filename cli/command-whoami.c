/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/json.h"
#include "cli/user.h"

#include <stdio.h>

static CliExit
run (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_load_client (cli, error);

  if (client == NULL)
    return CLI_EXIT_CONFIG;

  g_autoptr (GVariant) user = syncline_client_dup_user (client);
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
  .description = "Prints the user whose session this config uses, without asking a server. "
                 "Exits with 4 when nobody is signed in.",
  .json = TRUE,
  .run = run,
};
