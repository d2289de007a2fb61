/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by downloader.c (one stream), download-events.c (what its events do to the store) and
 * download-progress.c. */

#pragma once

#include "checkpoint.h"
#include "downloader.h"
#include "row-opener.h"
#include "token-renewal.h"

G_BEGIN_DECLS

struct _SynclineDownloader
{
  SynclineRoles *roles;
  const SynclineDownloadNotices *notices;
  gpointer user_data;
  SynclineRowOpener *row_opener;
  SynclineSubscriptions *subscriptions;
  int reopening; /* atomic: the stream ends to be opened anew, for other subscriptions or a new token */
  SynclineTokenRenewal *renewal; /* of the open stream's token, or NULL; on the stream's thread */

  /* Orders the handling of events with retry_gated(), which comes from the uploader. */
  GMutex event_lock;
  SynclineCheckpointTracker *tracker; /* of the open stream, or NULL */
  gboolean gated;                     /* the tracked checkpoint is complete but kept back */
  gboolean completed_once;            /* this stream had a complete checkpoint */

  GMutex progress_lock;
  SynclineDownloadProgress progress;
};

/* Does what an event says. */
gboolean syncline_downloader_handle (SynclineDownloader *downloader,
                                     const SynclineEvent *event,
                                     GCancellable *cancellable,
                                     GError **error);

/* Tells how far the tracked checkpoint is. @receiving: whether it is not visible yet. Needs the event lock. */
void syncline_downloader_publish_progress (SynclineDownloader *downloader, gboolean receiving);
void syncline_downloader_publish_connected (SynclineDownloader *downloader, gboolean connected);
void syncline_downloader_count_bytes (SynclineDownloader *downloader, const SynclineEvent *event);

G_END_DECLS
