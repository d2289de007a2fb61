/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "core/option-value.h"

#include <glib-unix.h>

static char *timeout_text;

static const GOptionEntry options[] = {
  { "timeout", 't', 0, G_OPTION_ARG_STRING, &timeout_text,
    "Give up after this long, such as 30s or 5min; by default never", "DURATION" },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  SynclineClient *client;
  GMainLoop *loop;
  GCancellable *cancellable;
  CliProgress *progress;
  gint64 timeout;
  gboolean ok;
  GError *error;
} Job;

static gboolean
on_done (gpointer data)
{
  Job *job = data;

  g_main_loop_quit (job->loop);
  return G_SOURCE_REMOVE;
}

/* On a thread of its own, since the main thread shows how it gets on. */
static gpointer
wait_until_synced (gpointer data)
{
  Job *job = data;

  job->ok = syncline_client_wait_until_synced (job->client, job->timeout, job->cancellable,
                                               &job->error);
  g_idle_add (on_done, job);
  return NULL;
}

static gboolean
on_signal (gpointer data)
{
  Job *job = data;

  g_cancellable_cancel (job->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_status (SynclineClient *client, GParamSpec *spec G_GNUC_UNUSED, Job *job)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);

  cli_progress_update (job->progress, status);
}

static void
do_job (Job *job)
{
  g_signal_connect (job->client, "notify::status", G_CALLBACK (on_status), job);
  g_unix_signal_add (SIGINT, on_signal, job);
  g_unix_signal_add (SIGTERM, on_signal, job);

  syncline_client_start (job->client);
  GThread *thread = g_thread_new ("wait", wait_until_synced, job);
  g_main_loop_run (job->loop);
  g_thread_join (thread);

  g_signal_handlers_disconnect_by_data (job->client, job);
  cli_progress_end (job->progress);
  syncline_client_stop (job->client);
}

/* What --timeout says, in the words of the config file. */
static gboolean
parse_timeout (gint64 *out_timeout, GError **error)
{
  static const SynclineOption option = { .name = "timeout", .type = SYNCLINE_OPTION_DURATION };
  g_autofree char *fault = NULL;

  *out_timeout = -1;
  if (timeout_text == NULL)
    return TRUE;
  *out_timeout = 0;
  if (syncline_option_parse (&option, timeout_text, ".", out_timeout, &fault))
    return TRUE;
  cli_set_usage_error (error, "--timeout: %s", fault);
  return FALSE;
}

static guint64
count_rejected (SynclineClient *client)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);

  return syncline_status_get_n_rejected (status);
}

static void
print_json (SynclineClient *client, guint64 n_refused)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);
  g_autoptr (json_object) object = json_object_new_object ();

  json_object_object_add (object, "queued",
                          json_object_new_uint64 (syncline_status_get_n_queued (status)));
  json_object_object_add (object, "refused", json_object_new_uint64 (n_refused));
  json_object_object_add (object, "rejected",
                          json_object_new_uint64 (syncline_status_get_n_rejected (status)));
  json_object_object_add (object, "wire_bytes",
                          json_object_new_uint64 (syncline_status_get_wire_bytes (status)));
  json_object_object_add (object, "last_synced_at",
                          cli_json_time (syncline_status_get_last_synced_at (status)));
  cli_json_print (object);
}

static CliExit
sync_client (const Cli *cli, SynclineClient *client, gint64 timeout, GError **error)
{
  const guint64 n_rejected = count_rejected (client);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (CliProgress) progress = cli_progress_new (cli);
  Job job = { client, loop, cancellable, progress, timeout, FALSE, NULL };

  do_job (&job);
  if (!job.ok)
    {
      g_propagate_error (error, job.error);
      return CLI_EXIT_FAILURE;
    }

  const guint64 n_now = count_rejected (client);
  const guint64 n_refused = n_now > n_rejected ? n_now - n_rejected : 0;
  if (cli->json)
    print_json (client, n_refused);
  if (n_refused == 0)
    {
      cli_note (cli, "up to date");
      return CLI_EXIT_OK;
    }
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
               "up to date, but changes that the server refused: %" G_GUINT64_FORMAT
               "; 'syncline queue list --rejected' tells why",
               n_refused);
  return CLI_EXIT_REFUSED;
}

static CliExit
run (const Cli *cli, GError **error)
{
  gint64 timeout;

  if (!parse_timeout (&timeout, error))
    return CLI_EXIT_USAGE;
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;
  return sync_client (cli, client, timeout, error);
}

const CliCommand cli_command_sync = {
  .name = "sync",
  .summary = "Sync until up to date, then exit",
  .description
  = "Sends what is queued, fetches what the server has, and exits once both are done: for scripts, "
    "timers and before closing the lid. On a terminal a bar shows how the download gets on: "
    "operations, bytes as they were on the wire, and the time that is left.\n"
    "Exits with 4 when nobody is signed in, with 5 when the time was up, and with 6 when the "
    "server refused changes. With --json it prints how many changes this run saw refused, how many "
    "are queued and rejected in all, how many bytes came over the wire, and when the last "
    "checkpoint was applied.",
  .options = options,
  .json = TRUE,
  .run = run,
};
