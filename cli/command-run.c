/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/notify.h"
#include "cli/reporter.h"

#include <glib-unix.h>

typedef struct
{
  const Cli *cli;
  SynclineClient *client;
  GMainLoop *loop;
  CliReporter *reporter;
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
      g_message ("reloaded %s", service->cli->config_path);
    }
  else
    g_warning ("the config was not reloaded, the one from before stays in use: %s", error->message);
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
  g_main_loop_run (service->loop);

  cli_notify ("STOPPING=1");
  stop (service);
}

static CliExit
run (const Cli *cli, GError **error)
{
  SynclineClient *client = cli_open_client (cli, error);

  if (client == NULL)
    return CLI_EXIT_FAILURE;

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (CliReporter) reporter = cli_reporter_new ();
  Service service = { cli, client, loop, reporter };
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
    "WatchdogSec=, that it is alive.",
  .run = run,
};
