/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/progress.h"
#include "cli/terminal.h"

#define BAR_WIDTH 30
/* Without a bar, a line every so many percent. */
#define STEP 25

struct _CliProgress
{
  gboolean quiet;
  gboolean bar;
  gboolean bar_shown;
  gint64 started_at;
  gint64 first_done;
  gint64 total;
  int step;
  SynclineState state;
};

CliProgress *
cli_progress_new (const Cli *cli)
{
  CliProgress *progress = g_new0 (CliProgress, 1);

  progress->quiet = cli->quiet;
  progress->bar = cli_is_terminal (stderr) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  return progress;
}

void
cli_progress_free (CliProgress *progress)
{
  cli_progress_end (progress);
  g_free (progress);
}

void
cli_progress_end (CliProgress *progress)
{
  if (progress->bar_shown)
    fputs ("\r\033[K", stderr);
  progress->bar_shown = FALSE;
}

static void
draw_line (CliProgress *progress, const char *text)
{
  fprintf (stderr, "\r\033[K%s", text);
  fflush (stderr);
  progress->bar_shown = TRUE;
}

/* Rate and time left, from what came since the download began. */
static char *
estimate (gint64 done, gint64 total, gint64 received, gint64 elapsed)
{
  const double seconds = (double) elapsed / G_USEC_PER_SEC;

  if (seconds < 1 || received <= 0)
    return g_strdup ("");
  const double rate = (double) received / seconds;
  const gint64 left = (gint64) ((double) (total - done) / rate);
  if (left >= 3600)
    return g_strdup_printf ("  %.0f/s  %d:%02d:%02d left", rate, (int) (left / 3600),
                            (int) (left / 60 % 60), (int) (left % 60));
  return g_strdup_printf ("  %.0f/s  %d:%02d left", rate, (int) (left / 60), (int) (left % 60));
}

/* Not every transport knows. */
static char *
describe_bytes (guint64 wire_bytes, const char *before)
{
  g_autofree char *size = g_format_size (wire_bytes);

  return wire_bytes > 0 ? g_strconcat (before, size, NULL) : g_strdup ("");
}

char *
cli_progress_describe (
    gint64 done, gint64 total, guint64 wire_bytes, gint64 received, gint64 elapsed)
{
  const int filled = total > 0 ? (int) (done * BAR_WIDTH / total) : BAR_WIDTH;
  g_autofree char *bytes = describe_bytes (wire_bytes, "  ");
  g_autofree char *estimated = estimate (done, total, received, elapsed);
  g_autofree char *full = g_strnfill (BAR_WIDTH, '#');

  return g_strdup_printf ("download [%.*s%*s] %3d%%  %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "%s%s",
                          filled, full, BAR_WIDTH - filled, "",
                          total > 0 ? (int) (done * 100 / total) : 100, done, total, bytes,
                          estimated);
}

static void
draw_bar (CliProgress *progress, gint64 done, gint64 total, guint64 wire_bytes)
{
  g_autofree char *text
      = cli_progress_describe (done, total, wire_bytes, done - progress->first_done,
                               g_get_monotonic_time () - progress->started_at);

  draw_line (progress, text);
}

static void
print_step (CliProgress *progress, gint64 done, gint64 total, guint64 wire_bytes)
{
  const int step = total > 0 ? (int) (done * 100 / total) / STEP : 100 / STEP;

  if (step <= progress->step)
    return;
  progress->step = step;
  g_autofree char *bytes = describe_bytes (wire_bytes, ", ");
  fprintf (stderr, "download: %d%% of %" G_GINT64_FORMAT " operations%s\n", step * STEP, total,
           bytes);
}

static void
show_download (CliProgress *progress, gint64 done, gint64 total, guint64 wire_bytes)
{
  if (progress->total != total)
    {
      progress->total = total;
      progress->started_at = g_get_monotonic_time ();
      progress->first_done = done;
      progress->step = 0;
      if (!progress->bar)
        fprintf (stderr, "download: %" G_GINT64_FORMAT " operations\n", total);
    }
  done = CLAMP (done, 0, total);
  if (progress->bar)
    draw_bar (progress, done, total, wire_bytes);
  else
    print_step (progress, done, total, wire_bytes);
}

static void
show_state (CliProgress *progress, SynclineStatus *status)
{
  const SynclineState state = syncline_status_get_download_state (status);
  const guint64 n_queued = syncline_status_get_n_queued (status);
  g_autofree char *text = g_strdup_printf ("%s, %" G_GUINT64_FORMAT " to upload",
                                           syncline_state_to_string (state), n_queued);

  if (progress->bar)
    draw_line (progress, text);
  else if (state != progress->state)
    fprintf (stderr, "download: %s\n", syncline_state_to_string (state));
  progress->state = state;
}

void
cli_progress_update (CliProgress *progress, SynclineStatus *status)
{
  gint64 done = 0;
  gint64 total = 0;

  if (progress->quiet)
    return;
  if (syncline_status_get_progress (status, &done, &total) && total > 0)
    show_download (progress, done, total, syncline_status_get_wire_bytes (status));
  else
    show_state (progress, status);
}
