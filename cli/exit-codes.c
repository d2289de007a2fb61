/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/cli.h"

const CliExitInfo cli_exit_codes[] = {
  { CLI_EXIT_OK, "it worked" },
  { CLI_EXIT_FAILURE, "it failed for a reason that has no code of its own" },
  { CLI_EXIT_USAGE, "the command line is wrong" },
  { CLI_EXIT_CONFIG, "the config, the schema or a plugin has a fault" },
  { CLI_EXIT_NO_SESSION, "nobody is signed in, or the session was refused" },
  { CLI_EXIT_UNREACHABLE, "a server can't be reached, or the time was up" },
  { CLI_EXIT_REFUSED, "the server refused a sign-in or changes" },
  { CLI_EXIT_SQL, "the statement is wrong or violates a constraint" },
  { CLI_EXIT_BUSY, "another process holds what is needed: try again" },
  { CLI_EXIT_STATE, "not possible now, such as another user's data being in the database" },
  { CLI_EXIT_DIFFERENT, "the schema file and the server differ" },
  { CLI_EXIT_INTERRUPTED, "interrupted" },
  { 0, NULL },
};

static CliExit
of_syncline_error (SynclineError code)
{
  switch (code)
    {
    case SYNCLINE_ERROR_CONFIG:
    case SYNCLINE_ERROR_PLUGIN:
      return CLI_EXIT_CONFIG;
    case SYNCLINE_ERROR_NO_SESSION:
    case SYNCLINE_ERROR_UNAUTHORIZED:
      return CLI_EXIT_NO_SESSION;
    case SYNCLINE_ERROR_UNAVAILABLE:
      return CLI_EXIT_UNREACHABLE;
    case SYNCLINE_ERROR_REJECTED:
      return CLI_EXIT_REFUSED;
    case SYNCLINE_ERROR_SQL:
      return CLI_EXIT_SQL;
    case SYNCLINE_ERROR_BUSY:
      return CLI_EXIT_BUSY;
    case SYNCLINE_ERROR_STATE:
    case SYNCLINE_ERROR_NOT_SUPPORTED:
      return CLI_EXIT_STATE;
    case SYNCLINE_ERROR_INVALID_ARGUMENT:
      return CLI_EXIT_USAGE;
    case SYNCLINE_ERROR_FAILED:
    case SYNCLINE_ERROR_CORRUPT:
    case SYNCLINE_ERROR_PROTOCOL:
    case SYNCLINE_ERROR_FULL:
      return CLI_EXIT_FAILURE;
    }
  return CLI_EXIT_FAILURE;
}

CliExit
cli_exit_code_of_error (const GError *error)
{
  if (error->domain == SYNCLINE_ERROR)
    return of_syncline_error ((SynclineError) error->code);
  if (error->domain == G_OPTION_ERROR)
    return CLI_EXIT_USAGE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return CLI_EXIT_UNREACHABLE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return CLI_EXIT_INTERRUPTED;
  return CLI_EXIT_FAILURE;
}
