/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/stats.h"
#include "cli/terminal.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct
{
  double interval;
  int count;
} given = { .interval = 1 };

static const GOptionEntry options[] = {
  { "interval", 'i', 0, G_OPTION_ARG_DOUBLE, &given.interval,
    "Seconds between two looks, from 0.1 on; by default 1", "SECONDS" },
  { "count", 'n', 0, G_OPTION_ARG_INT, &given.count, "End after so many looks", "NUMBER" },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  SynclineClient *client;
  GMainLoop *loop;
  gboolean live; /* on a terminal, where each look replaces the one before */
  int n_looks;
  gint64 last_at;
  gint64 last_queued;
  struct termios settings; /* of the terminal, before */
} View;

/* --- What is shown --------------------------------------------------------------------------- */

static void add_line (GString *text, const char *name, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
add_line (GString *text, const char *name, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *value = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *printable = cli_printable (value);
  g_string_append_printf (text, "%s%-11s%s%s\n", cli_style (stdout, CLI_STYLE_BOLD), name,
                          cli_style (stdout, CLI_STYLE_PLAIN), printable);
}

static CliStyle
style_of_state (SynclineState state)
{
  switch (state)
    {
    case SYNCLINE_STATE_ACTIVE:
    case SYNCLINE_STATE_IDLE:
      return CLI_STYLE_GOOD;
    case SYNCLINE_STATE_BLOCKED:
      return CLI_STYLE_BAD;
    case SYNCLINE_STATE_BACKING_OFF:
    case SYNCLINE_STATE_NO_SESSION:
      return CLI_STYLE_WARN;
    default:
      return CLI_STYLE_PLAIN;
    }
}

static void
add_direction (GString *text, SynclineStatus *status, gboolean upload)
{
  const SynclineState state = upload ? syncline_status_get_upload_state (status)
                                     : syncline_status_get_download_state (status);
  const GError *error = upload ? syncline_status_get_upload_error (status)
                               : syncline_status_get_download_error (status);
  const gint64 wake_time = upload ? syncline_status_get_upload_wake_time (status)
                                  : syncline_status_get_download_wake_time (status);
  g_autofree char *next = wake_time != 0 ? cli_describe_time (wake_time) : NULL;

  g_string_append_printf (
      text, "%s%-11s%s%s%s%s (%s), failures: %" G_GUINT64_FORMAT "\n",
      cli_style (stdout, CLI_STYLE_BOLD), upload ? "Upload" : "Download",
      cli_style (stdout, CLI_STYLE_PLAIN), cli_style (stdout, style_of_state (state)),
      syncline_state_to_string (state), cli_style (stdout, CLI_STYLE_PLAIN),
      syncline_status_get_reason (status, upload), syncline_status_get_n_failures (status, upload));
  if (next != NULL)
    add_line (text, "", "next attempt %s", next);
  if (error != NULL)
    add_line (text, "", "%s", error->message);
}

/* Which tables the queue is about. A store that is no SQLite has no such view. */
static void
add_tables (GString *text, SynclineClient *client)
{
  g_autoptr (SynclineResult) result
      = syncline_client_query (client,
                               "SELECT tbl, sum(state IN ('pending', 'sending')), sum(state IN "
                               "('rejected', 'parked')) FROM syncline_row_state "
                               "GROUP BY tbl ORDER BY 2 DESC, 1 LIMIT 8",
                               NULL, NULL, NULL);

  for (guint i = 0; result != NULL && i < syncline_result_get_n_rows (result); i++)
    add_line (text, i == 0 ? "Tables" : "",
              "%s: rows pending %" G_GINT64_FORMAT ", rejected %" G_GINT64_FORMAT,
              syncline_result_get_text (result, i, 0), syncline_result_get_integer (result, i, 1),
              syncline_result_get_integer (result, i, 2));
}

/* How the queue grows or shrinks, once there is something to compare with. */
static void
add_queue (GString *text, View *view, const CliStats *stats)
{
  const gint64 queued = (gint64) syncline_status_get_n_queued (stats->status);
  const double seconds = (double) (stats->now - view->last_at) / G_USEC_PER_SEC;

  if (view->last_at != 0 && seconds > 0)
    add_line (text, "Queued", "%" G_GINT64_FORMAT " (%+.1f/s)", queued,
              (double) (queued - view->last_queued) / seconds);
  else
    add_line (text, "Queued", "%" G_GINT64_FORMAT, queued);
  add_line (text, "Rejected", "%" G_GUINT64_FORMAT, syncline_status_get_n_rejected (stats->status));
  view->last_at = stats->now;
  view->last_queued = queued;
}

static char *
describe_all (View *view)
{
  g_auto (CliStats) stats = { NULL };
  GString *text = g_string_new (NULL);

  cli_stats_take (&stats, view->client);
  const gint64 syncer = syncline_status_get_syncer (stats.status);
  const gint64 synced_at = syncline_status_get_last_synced_at (stats.status);
  const char *user = syncline_status_get_user_id (stats.status);
  g_autofree char *when = synced_at != 0 ? cli_describe_time (synced_at) : NULL;
  g_autofree char *size
      = stats.database_bytes >= 0 ? g_format_size ((guint64) stats.database_bytes) : NULL;

  if (syncer != 0)
    add_line (text, "Syncs", "process %" G_GINT64_FORMAT, syncer);
  else
    add_line (text, "Syncs", "nobody");
  add_line (text, "User", "%s", user != NULL ? user : "nobody is signed in");
  add_direction (text, stats.status, TRUE);
  add_direction (text, stats.status, FALSE);
  add_queue (text, view, &stats);
  add_line (text, "Synced", "%s", when != NULL ? when : "never");
  if (size != NULL)
    add_line (text, "Database", "%s", size);
  add_tables (text, view->client);
  return g_string_free (text, FALSE);
}

/* Writes over what stood there, so that nothing flickers. */
static void
draw (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  fputs ("\033[H", stdout);
  for (guint i = 0; lines[i] != NULL; i++)
    printf ("%s\033[K%s", lines[i], lines[i + 1] != NULL ? "\r\n" : "");
  fputs ("\033[J\r\nq ends", stdout);
  fflush (stdout);
}

static gboolean
look (gpointer data)
{
  View *view = data;
  g_autofree char *text = describe_all (view);

  view->n_looks++;
  if (view->live)
    draw (text);
  else
    printf ("%s%s", view->n_looks > 1 ? "\n" : "", text);
  fflush (stdout);
  if (given.count > 0 && view->n_looks >= given.count)
    {
      g_main_loop_quit (view->loop);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

/* --- The terminal ---------------------------------------------------------------------------- */

static void
begin_live (View *view)
{
  struct termios raw;

  tcgetattr (STDIN_FILENO, &view->settings);
  raw = view->settings;
  raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
  tcsetattr (STDIN_FILENO, TCSANOW, &raw);
  /* The other screen, without a cursor: what stood on this one comes back at the end. */
  fputs ("\033[?1049h\033[?25l", stdout);
}

static void
end_live (View *view)
{
  fputs ("\033[?25h\033[?1049l", stdout);
  fflush (stdout);
  tcsetattr (STDIN_FILENO, TCSANOW, &view->settings);
}

static gboolean
on_key (gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
  View *view = data;
  char key = 0;

  if (read (fd, &key, 1) == 1 && key != 'q' && key != 'Q')
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (view->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (((View *) data)->loop);
  return G_SOURCE_REMOVE;
}

static void
show (View *view)
{
  g_unix_signal_add (SIGINT, on_signal, view);
  g_unix_signal_add (SIGTERM, on_signal, view);
  if (view->live)
    {
      begin_live (view);
      g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_key, view);
    }
  g_timeout_add ((guint) (given.interval * 1000), look, view);
  if (look (view))
    g_main_loop_run (view->loop);
  if (view->live)
    end_live (view);
}

static CliExit
run (const Cli *cli, GError **error)
{
  /* Also false for what is no number. */
  if (!(given.interval >= 0.1 && given.interval <= 86400))
    {
      cli_set_usage_error (error, "--interval: from 0.1 to 86400 seconds");
      return CLI_EXIT_USAGE;
    }
  if (given.count < 0)
    {
      cli_set_usage_error (error, "--count: from 1 on");
      return CLI_EXIT_USAGE;
    }
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  View view = { .client = client, .loop = loop };
  view.live = cli_is_terminal (stdout) && cli_is_terminal (stdin)
              && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  show (&view);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_top = {
  .name = "top",
  .summary = "Watch how the sync gets on",
  .description
  = "Shows, anew each second, which process syncs, what each direction is doing and why, the last "
    "failure, the queue and how fast it moves, and which tables it is about. It looks at the "
    "database "
    "only, so it runs beside 'syncline run'. On a terminal q ends it; elsewhere each look is "
    "printed below the one before.",
  .options = options,
  .run = run,
};
