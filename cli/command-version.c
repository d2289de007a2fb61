/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/json.h"

#include <stdio.h>

static CliExit
run (const Cli *cli, GError **error G_GNUC_UNUSED)
{
  if (!cli->json)
    {
      printf ("syncline %s\n", syncline_get_version ());
      return CLI_EXIT_OK;
    }
  g_autoptr (json_object) object = json_object_new_object ();
  json_object_object_add (object, "version", cli_json_string (syncline_get_version ()));
  cli_json_print (object);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_version = {
  .name = "version",
  .summary = "Print the version",
  .description = "Prints the version of the library that the command runs with.",
  .json = TRUE,
  .run = run,
};
