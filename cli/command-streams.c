/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Which sync streams are wanted. The wishes are in the database, where the process that syncs finds them. */

#include "config.h"

#include "cli/command.h"
#include "cli/rows.h"
#include "core/option-value.h"

static char *parameters_text;
static char *priority_text;
static char *ttl_text;

#define PARAMETERS_OPTION                                                                          \
  {                                                                                                \
    "parameters", 'p', 0, G_OPTION_ARG_STRING, &parameters_text,                                   \
        "The stream's parameters, such as '{\"list\": \"l1\"}'", "JSON"                            \
  }

static const GOptionEntry subscribe_options[] = {
  PARAMETERS_OPTION,
  { "priority", 0, 0, G_OPTION_ARG_STRING, &priority_text,
    "The priority to ask for, from 0, the most important, to 3; by default the stream's own", "N" },
  { "ttl", 0, 0, G_OPTION_ARG_STRING, &ttl_text,
    "How long the subscription lasts, such as 12h or 30d; by default a day", "DURATION" },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry unsubscribe_options[] = {
  PARAMETERS_OPTION,
  G_OPTION_ENTRY_NULL,
};

/* --- Listing ------------------------------------------------------------------------------------- */

static const char *const columns[]
    = { "name",    "parameters", "priority",       "subscribed", "active",
        "default", "expires_at", "last_synced_at", NULL };

static void
add_stream (CliRows *rows, SynclineStreamStatus *stream)
{
  const int priority = syncline_stream_status_get_priority (stream);

  cli_rows_add_text (rows, syncline_stream_status_get_name (stream));
  cli_rows_add_json (rows, syncline_stream_status_get_parameters (stream));
  if (priority >= 0)
    cli_rows_add_integer (rows, priority);
  else
    cli_rows_add_null (rows);
  cli_rows_add_boolean (rows, syncline_stream_status_get_subscribed (stream));
  cli_rows_add_boolean (rows, syncline_stream_status_get_active (stream));
  cli_rows_add_boolean (rows, syncline_stream_status_get_default (stream));
  cli_rows_add_time (rows, syncline_stream_status_get_expires_at (stream));
  cli_rows_add_time (rows, syncline_stream_status_get_last_synced_at (stream));
}

static CliExit
run_list (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);

  if (client == NULL)
    return CLI_EXIT_FAILURE;
  g_autoptr (GPtrArray) streams = syncline_client_list_streams (client, error);
  if (streams == NULL)
    return CLI_EXIT_FAILURE;
  g_autoptr (CliRows) rows = cli_rows_new (cli_rows_choose_format (cli), columns);
  for (guint i = 0; i < streams->len; i++)
    add_stream (rows, g_ptr_array_index (streams, i));
  return CLI_EXIT_OK;
}

/* --- Subscribing --------------------------------------------------------------------------------- */

/* What --priority and --ttl say, in the words of the config file; -1 where they say nothing. */
static gboolean
parse_number (const SynclineOption *option, const char *text, gint64 *out_value, GError **error)
{
  g_autofree char *fault = NULL;

  *out_value = -1;
  if (text == NULL)
    return TRUE;
  *out_value = 0;
  if (syncline_option_parse (option, text, ".", out_value, &fault))
    return TRUE;
  cli_set_usage_error (error, "--%s: %s", option->name, fault);
  return FALSE;
}

static CliExit
run_subscribe (const Cli *cli, GError **error)
{
  static const SynclineOption priority_option
      = { .name = "priority", .type = SYNCLINE_OPTION_INTEGER, .minimum = 0, .maximum = 3 };
  /* The bound keeps the end of the subscription a point in time that can be told. */
  static const SynclineOption ttl_option = { .name = "ttl",
                                             .type = SYNCLINE_OPTION_DURATION,
                                             .minimum = G_TIME_SPAN_SECOND,
                                             .maximum = 36500 * G_TIME_SPAN_DAY };
  const char *stream = cli->arguments[0];
  gint64 priority, ttl;

  if (!parse_number (&priority_option, priority_text, &priority, error)
      || !parse_number (&ttl_option, ttl_text, &ttl, error))
    return CLI_EXIT_USAGE;
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL
      || !syncline_client_subscribe (client, stream, parameters_text, (int) priority, ttl, error))
    return CLI_EXIT_FAILURE;
  cli_note (cli, "%s: subscribed", stream);
  return CLI_EXIT_OK;
}

static CliExit
run_unsubscribe (const Cli *cli, GError **error)
{
  const char *stream = cli->arguments[0];
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);

  if (client == NULL || !syncline_client_unsubscribe (client, stream, parameters_text, error))
    return CLI_EXIT_FAILURE;
  cli_note (cli, "%s: not subscribed any more", stream);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_streams_list = {
  .name = "streams list",
  .summary = "List the sync streams that are wanted or received",
  .description
  = "Lists the sync streams that the application, the config, a command or the service "
    "subscribed, each with its parameters: the priority that was asked for, whether somebody here "
    "subscribed it, whether the last checkpoint had it ('active'; a stream that the service does "
    "not know never is), whether the service sends it by itself ('default'), when the subscription "
    "ends unless it is renewed, and when all of it was last received. One from the config never "
    "ends. No server is asked: it is what the process that syncs noted in the database.",
  .json = TRUE,
  .run = run_list,
};

const CliCommand cli_command_streams_subscribe = {
  .name = "streams subscribe",
  .arguments = "NAME",
  .summary = "Subscribe to a sync stream",
  .description
  = "Asks for a sync stream of the service. The wish is noted in the database: a process that "
    "syncs, such as 'syncline run', goes by it at once, and the next one that starts does so too. "
    "It lasts as long as --ttl says; to subscribe again with the same parameters renews it.",
  .options = subscribe_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_subscribe,
};

const CliCommand cli_command_streams_unsubscribe = {
  .name = "streams unsubscribe",
  .arguments = "NAME",
  .summary = "End the subscription to a sync stream",
  .description
  = "Ends a subscription, of a command or of the application. The stream's rows vanish with the "
    "next checkpoint unless another stream brings them. The parameters must be those that it was "
    "subscribed with; one that is not there is no error. What the config subscribes is taken out "
    "there.",
  .options = unsubscribe_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_unsubscribe,
};
