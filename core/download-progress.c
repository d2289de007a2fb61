/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "downloader-private.h"

void
syncline_downloader_get_progress (SynclineDownloader *downloader,
                                  SynclineDownloadProgress *out_progress)
{
  g_mutex_lock (&downloader->progress_lock);
  *out_progress = downloader->progress;
  g_mutex_unlock (&downloader->progress_lock);
}

static void
count_for_priorities (const SynclineBucketTarget *target,
                      gint64 n_done,
                      gint64 n_total,
                      gpointer user_data)
{
  SynclineDownloadProgress *progress = user_data;

  for (int i = CLAMP (target->priority, 0, SYNCLINE_PRIORITY_DEFAULT);
       i <= SYNCLINE_PRIORITY_DEFAULT; i++)
    {
      progress->n_done_up_to[i] += n_done;
      progress->n_total_up_to[i] += n_total;
    }
}

/* Needs the progress lock. Counts of several buckets are clamped together: a server that compacts while it
 * sends makes the sum overshoot. */
static void
set_priority_progress (SynclineDownloadProgress *progress, const SynclineDownloadProgress *counted)
{
  for (int i = 0; i <= SYNCLINE_PRIORITY_DEFAULT; i++)
    {
      progress->n_total_up_to[i] = MAX (counted->n_total_up_to[i], 0);
      progress->n_done_up_to[i] = CLAMP (counted->n_done_up_to[i], 0, progress->n_total_up_to[i]);
    }
}

void
syncline_downloader_publish_progress (SynclineDownloader *downloader, gboolean receiving)
{
  SynclineDownloadProgress counted = { 0 };
  gint64 n_done = 0, n_total = 0;

  if (downloader->tracker != NULL && receiving)
    {
      syncline_checkpoint_tracker_get_progress (downloader->tracker, &n_done, &n_total);
      syncline_checkpoint_tracker_visit (downloader->tracker, count_for_priorities, &counted);
    }
  syncline_subscriptions_update_progress (downloader->subscriptions,
                                          receiving ? downloader->tracker : NULL);

  g_mutex_lock (&downloader->progress_lock);
  downloader->progress.receiving = receiving;
  downloader->progress.gated = downloader->gated;
  downloader->progress.n_done = n_done;
  downloader->progress.n_total = n_total;
  set_priority_progress (&downloader->progress, &counted);
  g_mutex_unlock (&downloader->progress_lock);
  downloader->notices->progress (downloader->user_data);
}

void
syncline_downloader_publish_connected (SynclineDownloader *downloader, gboolean connected)
{
  g_mutex_lock (&downloader->progress_lock);
  downloader->progress.connected = connected;
  if (!connected)
    downloader->progress.receiving = downloader->progress.gated = FALSE;
  g_mutex_unlock (&downloader->progress_lock);
  downloader->notices->progress (downloader->user_data);
}

void
syncline_downloader_disconnect (SynclineDownloader *downloader)
{
  SynclineDownloadProgress progress;

  syncline_downloader_get_progress (downloader, &progress);
  if (progress.connected)
    syncline_downloader_publish_connected (downloader, FALSE);
}

void
syncline_downloader_count_bytes (SynclineDownloader *downloader, const SynclineEvent *event)
{
  g_mutex_lock (&downloader->progress_lock);
  downloader->progress.wire_bytes += event->wire_bytes;
  downloader->progress.decoded_bytes += event->decoded_bytes;
  g_mutex_unlock (&downloader->progress_lock);
}
