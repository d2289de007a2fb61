/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/log-writer.h"
#include "cli/notify.h"
#include "cli/reporter.h"
#include "cli/stats.h"
#include "core/log-messages.h"

#include <glib-unix.h>

static struct
{
  char *stats_file;
  int stats_interval;
} given = { .stats_interval = 15 };

static const GOptionEntry options[] = {
  { "stats-file", 0, 0, G_OPTION_ARG_FILENAME, &given.stats_file,
    "Keep numbers about the sync in this file: metrics for Prometheus when its name ends in .prom, "
    "else "
    "JSON",
    "FILE" },
  { "stats-interval", 0, 0, G_OPTION_ARG_INT, &given.stats_interval,
    "Seconds between two writes of that file; by default 15", "SECONDS" },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  const Cli *cli;
  SynclineClient *client;
  GMainLoop *loop;
  CliReporter *reporter;
  gboolean stats_failed; /* and that was told */
} Service;

static void
update (Service *service)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (service->client);

  cli_reporter_update (service->reporter, status);
}

static void
on_status (SynclineClient *client G_GNUC_UNUSED, GParamSpec *spec G_GNUC_UNUSED, Service *service)
{
  update (service);
}

/* Removes its source: a second signal finds the default action and ends the process at once. */
static gboolean
on_signal (gpointer data)
{
  Service *service = data;

  g_main_loop_quit (service->loop);
  return G_SOURCE_REMOVE;
}

/* Asking for the status takes the locks of the engine: a process that hangs in them says nothing. */
static gboolean
on_watchdog (gpointer data)
{
  update (data);
  cli_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

/* A file that can't be written is no reason to end; it is told once. */
static gboolean
on_stats (gpointer data)
{
  Service *service = data;
  g_auto (CliStats) stats = { NULL };
  g_autoptr (GError) error = NULL;

  cli_stats_take (&stats, service->client);
  const gboolean ok = cli_stats_write (&stats, given.stats_file, &error);
  if (!ok && !service->stats_failed)
    g_warning ("--stats-file: %s", error->message);
  service->stats_failed = !ok;
  return G_SOURCE_CONTINUE;
}

static void
start (Service *service)
{
  g_signal_connect (service->client, "notify::status", G_CALLBACK (on_status), service);
  syncline_client_start (service->client);
}

static void
stop (Service *service)
{
  g_signal_handlers_disconnect_by_data (service->client, service);
  syncline_client_stop (service->client);
  syncline_client_close (service->client);
  g_clear_object (&service->client);
}

static void
tell_reloading (void)
{
  g_autofree char *state
      = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());

  cli_notify (state);
}

/* The new client is open before the old one stops: whatever is wrong with the files, the old one goes on. */
static gboolean
on_reload (gpointer data)
{
  Service *service = data;
  g_autoptr (GError) error = NULL;

  tell_reloading ();
  SynclineClient *client = cli_open_client (service->cli, &error);
  if (client != NULL)
    {
      stop (service);
      service->client = client;
      start (service);
      cli_log (G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_RELOADED, "reloaded %s",
               service->cli->config_path);
    }
  else
    cli_log (G_LOG_LEVEL_WARNING, SYNCLINE_LOG_NOT_RELOADED,
             "the config was not reloaded, the one from before stays in use: %s", error->message);
  cli_notify ("READY=1");
  update (service);
  return G_SOURCE_CONTINUE;
}

static void
serve (Service *service)
{
  const gint64 interval = cli_notify_watchdog_interval ();

  g_unix_signal_add (SIGINT, on_signal, service);
  g_unix_signal_add (SIGTERM, on_signal, service);
  g_unix_signal_add (SIGHUP, on_reload, service);
  if (interval > 0)
    g_timeout_add ((guint) CLAMP (interval / 2000, 1, G_MAXINT), on_watchdog, service);

  start (service);
  cli_notify ("READY=1");
  update (service);
  if (given.stats_file != NULL)
    {
      g_timeout_add_seconds ((guint) given.stats_interval, on_stats, service);
      on_stats (service);
    }
  g_main_loop_run (service->loop);

  cli_notify ("STOPPING=1");
  stop (service);
}

static CliExit
run (const Cli *cli, GError **error)
{
  if (given.stats_interval < 1)
    {
      cli_set_usage_error (error, "--stats-interval: from 1 second on");
      return CLI_EXIT_USAGE;
    }
  SynclineClient *client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (CliReporter) reporter = cli_reporter_new ();
  Service service = { cli, client, loop, reporter, FALSE };
  serve (&service);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_run = {
  .name = "run",
  .summary = "Sync until stopped",
  .description
  = "Opens the local database and keeps it in sync until SIGINT or SIGTERM, on which it stops "
    "within "
    "a second; what was not finished is finished by the next run. A second signal ends it at "
    "once.\n"
    "On SIGHUP it reads the config and the schema again. If they have a fault, the log has it, and "
    "the ones from before stay in use.\n"
    "Failures are retried for ever. The log has one line for each change of state, none for the "
    "retries "
    "in between; -v shows everything.\n"
    "Under a service manager with Type=notify it says when it is ready, how it is doing and, with "
    "WatchdogSec=, that it is alive. syncline-statistics(7) has what --stats-file writes.",
  .options = options,
  .run = run,
};
