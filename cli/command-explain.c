/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/json.h"
#include "cli/terminal.h"

/* One direction of a status. */
typedef struct
{
  const char *name;
  SynclineState state;
  const char *reason;
  const char *waits_for;
  gint64 since;
  gint64 wake_time;
  const GError *error;
} Direction;

static Direction
get_direction (SynclineStatus *status, gboolean upload)
{
  return (Direction){
    .name = upload ? "upload" : "download",
    .state = upload ? syncline_status_get_upload_state (status)
                    : syncline_status_get_download_state (status),
    .reason = syncline_status_get_reason (status, upload),
    .waits_for = syncline_status_get_waiting_for (status, upload),
    .since = syncline_status_get_since (status, upload),
    .wake_time = upload ? syncline_status_get_upload_wake_time (status)
                        : syncline_status_get_download_wake_time (status),
    .error = upload ? syncline_status_get_upload_error (status)
                    : syncline_status_get_download_error (status),
  };
}

static const char *
describe_action (const GError *error)
{
  return syncline_error_action_to_string (syncline_error_get_action (error));
}

/* --- For programs -------------------------------------------------------------------------------- */

static json_object *
json_of (const Direction *direction)
{
  json_object *object = json_object_new_object ();
  const GError *error = direction->error;

  json_object_object_add (object, "state",
                          cli_json_string (syncline_state_to_string (direction->state)));
  json_object_object_add (object, "reason", cli_json_string (direction->reason));
  json_object_object_add (object, "since", cli_json_time (direction->since));
  json_object_object_add (object, "next_attempt", cli_json_time (direction->wake_time));
  json_object_object_add (object, "waits_for", cli_json_string (direction->waits_for));
  json_object_object_add (object, "error", cli_json_string (error ? error->message : NULL));
  json_object_object_add (object, "action",
                          cli_json_string (error ? describe_action (error) : NULL));
  return object;
}

static void
print_json (SynclineStatus *status)
{
  g_autoptr (json_object) object = json_object_new_object ();
  const Direction upload = get_direction (status, TRUE);
  const Direction download = get_direction (status, FALSE);
  const gint64 syncer = syncline_status_get_syncer (status);

  json_object_object_add (object, "syncer", syncer != 0 ? json_object_new_int64 (syncer) : NULL);
  json_object_object_add (object, "queued",
                          json_object_new_uint64 (syncline_status_get_n_queued (status)));
  json_object_object_add (object, "upload", json_of (&upload));
  json_object_object_add (object, "download", json_of (&download));
  cli_json_print (object);
}

/* --- For people ---------------------------------------------------------------------------------- */

static void
print_line (const char *name, const char *text)
{
  g_autofree char *printable = cli_printable (text);

  printf ("  %-13s%s\n", name, printable);
}

static void
print_direction (const Direction *direction)
{
  g_autofree char *since = direction->since != 0 ? cli_describe_time (direction->since) : NULL;
  g_autofree char *next
      = direction->wake_time != 0 ? cli_describe_time (direction->wake_time) : NULL;

  printf ("%s%s%s: %s (%s)\n", cli_style (stdout, CLI_STYLE_BOLD), direction->name,
          cli_style (stdout, CLI_STYLE_PLAIN), syncline_state_to_string (direction->state),
          direction->reason);
  if (since != NULL)
    print_line ("since", since);
  print_line ("waits for", direction->waits_for);
  if (next != NULL)
    print_line ("next attempt", next);
  if (direction->error == NULL)
    return;
  print_line ("last error", direction->error->message);
  print_line ("action", describe_action (direction->error));
}

static void
print_text (SynclineStatus *status)
{
  const Direction upload = get_direction (status, TRUE);
  const Direction download = get_direction (status, FALSE);
  const gint64 syncer = syncline_status_get_syncer (status);

  if (syncer != 0)
    printf ("Process %" G_GINT64_FORMAT " syncs; changes queued: %" G_GUINT64_FORMAT "\n", syncer,
            syncline_status_get_n_queued (status));
  else
    printf ("No process syncs; changes queued: %" G_GUINT64_FORMAT "\n",
            syncline_status_get_n_queued (status));
  print_direction (&upload);
  print_direction (&download);
}

static CliExit
run (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);

  if (client == NULL)
    return CLI_EXIT_FAILURE;

  g_autoptr (SynclineStatus) status = syncline_client_dup_syncer_status (client);
  if (cli->json)
    print_json (status);
  else
    print_text (status);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_explain = {
  .name = "explain",
  .summary = "Say what the sync waits for, and until when",
  .description
  = "Prints for each direction its state with the reason, since when, what it waits for, when it "
    "tries "
    "again, the last error and what becomes of it: retry, reauthenticate, wait, reject or stop. If "
    "another process syncs the database, it is that process's state. No server is asked.",
  .json = TRUE,
  .run = run,
};
