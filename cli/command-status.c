/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/user.h"

static json_object *
json_of_direction (SynclineState state, const char *reason, const GError *problem)
{
  json_object *object = json_object_new_object ();

  json_object_object_add (object, "state", cli_json_string (syncline_state_to_string (state)));
  json_object_object_add (object, "reason", cli_json_string (reason));
  json_object_object_add (object, "error",
                          cli_json_string (problem != NULL ? problem->message : NULL));
  return object;
}

static void
print_json (SynclineStatus *status, GVariant *user)
{
  g_autoptr (json_object) object = json_object_new_object ();

  json_object_object_add (object, "user", cli_json_user (user));
  json_object_object_add (object, "upload",
                          json_of_direction (syncline_status_get_upload_state (status),
                                             syncline_status_get_reason (status, TRUE),
                                             syncline_status_get_upload_error (status)));
  json_object_object_add (object, "download",
                          json_of_direction (syncline_status_get_download_state (status),
                                             syncline_status_get_reason (status, FALSE),
                                             syncline_status_get_download_error (status)));
  const gint64 syncer = syncline_status_get_syncer (status);
  json_object_object_add (object, "syncer", syncer != 0 ? json_object_new_int64 (syncer) : NULL);
  json_object_object_add (object, "queued",
                          json_object_new_uint64 (syncline_status_get_n_queued (status)));
  json_object_object_add (object, "rejected",
                          json_object_new_uint64 (syncline_status_get_n_rejected (status)));
  json_object_object_add (object, "has_synced",
                          json_object_new_boolean (syncline_status_get_has_synced (status)));
  json_object_object_add (object, "last_synced_at",
                          cli_json_time (syncline_status_get_last_synced_at (status)));
  cli_json_print (object);
}

static void
print_line (const char *name, const char *value)
{
  printf ("%s%-13s%s%s\n", cli_style (stdout, CLI_STYLE_BOLD), name,
          cli_style (stdout, CLI_STYLE_PLAIN), value);
}

static void
print_direction (const char *name, SynclineState state, const char *reason)
{
  g_autofree char *text = g_strdup_printf ("%s (%s)", syncline_state_to_string (state), reason);

  print_line (name, text);
}

static void
print_count (const char *name, guint64 count, const char *hint)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT "%s%s", count,
                                           count > 0 ? "; " : "", count > 0 ? hint : "");

  print_line (name, text);
}

static void
print_syncer (SynclineStatus *status)
{
  const gint64 pid = syncline_status_get_syncer (status);
  g_autofree char *text
      = pid != 0 ? g_strdup_printf ("by process %" G_GINT64_FORMAT, pid) : g_strdup ("by nobody");

  print_line ("Synced", text);
}

static void
print_text (SynclineStatus *status, GVariant *user)
{
  const gint64 synced_at = syncline_status_get_last_synced_at (status);
  g_autofree char *who = user != NULL ? cli_describe_user (user) : NULL;
  g_autofree char *when = synced_at > 0 ? cli_describe_time (synced_at) : NULL;

  print_line ("User", who != NULL ? who : "nobody is signed in");
  print_direction ("Upload", syncline_status_get_upload_state (status),
                   syncline_status_get_reason (status, TRUE));
  print_direction ("Download", syncline_status_get_download_state (status),
                   syncline_status_get_reason (status, FALSE));
  print_count ("Queued", syncline_status_get_n_queued (status), "'syncline queue list' shows them");
  print_count ("Rejected", syncline_status_get_n_rejected (status),
               "'syncline queue list --rejected' tells why");
  print_syncer (status);
  print_line ("Last synced", when != NULL ? when : "never");
}

static CliExit
run (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);

  if (client == NULL)
    return CLI_EXIT_FAILURE;

  g_autoptr (SynclineStatus) status = syncline_client_dup_syncer_status (client);
  g_autoptr (GVariant) user = syncline_client_dup_user (client);
  if (cli->json)
    print_json (status, user);
  else
    print_text (status, user);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_status = {
  .name = "status",
  .summary = "Print what is queued, and when it last synced",
  .description
  = "Prints what the local database and the session tell, without asking a server: who is "
    "signed in, which process syncs and what it is doing, how many changes wait for upload, how "
    "many "
    "the server refused, when the last whole checkpoint was applied.",
  .json = TRUE,
  .run = run,
};
