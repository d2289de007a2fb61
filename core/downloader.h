/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "roles.h"
#include "subscriptions.h"

G_BEGIN_DECLS

/* The way down: stream → tracked checkpoint → staged operations → gate → visible rows. One downloader lives
 * as long as the engine; each run() is one stream. */
typedef struct _SynclineDownloader SynclineDownloader;

typedef struct
{
  gboolean connected;
  gboolean receiving; /* a checkpoint is known that is not visible yet */
  gboolean gated;     /* it is complete, and local writes keep it back */
  gint64 n_done;
  gint64 n_total;
  /* The same of the buckets up to a priority. */
  gint64 n_done_up_to[SYNCLINE_PRIORITY_DEFAULT + 1];
  gint64 n_total_up_to[SYNCLINE_PRIORITY_DEFAULT + 1];
  gint64 applied_write_checkpoint; /* highest that became visible since the start */
  guint64 wire_bytes;
  guint64 decoded_bytes;
} SynclineDownloadProgress;

/* What the engine wants to be told, on the thread that causes it. None of these may call back into the
 * downloader, but for get_progress(), nor wait for its thread. */
typedef struct
{
  void (*progress) (gpointer user_data);
  /* The service answered: a stream is open. */
  void (*connected) (gpointer user_data);
  /* A checkpoint became visible: @priority is SYNCLINE_PRIORITY_ALL for a full one. */
  void (*applied) (gpointer user_data, int priority);
  /* The stream is alive, but the write checkpoint that the gate waits for has not come: @first says that
   * this is the stream's first complete checkpoint, which repeats what the service knows. */
  void (*unconfirmed) (gpointer user_data, gboolean first);
  /* Likewise, but nobody has asked for one yet, as far as the store knows. */
  void (*unrequested) (gpointer user_data);
  /* A fresh token is there, while the stream goes on with one that ends soon: open it anew. */
  void (*renewed) (gpointer user_data);
} SynclineDownloadNotices;

typedef enum
{
  SYNCLINE_DOWNLOAD_ENDED, /* in good order, to be opened anew: the token ran out, or other streams are wanted */
  SYNCLINE_DOWNLOAD_FAILED, /* @error is set */
} SynclineDownloadResult;

SynclineDownloader *syncline_downloader_new (SynclineRoles *roles,
                                             SynclineSubscriptions *subscriptions,
                                             const SynclineDownloadNotices *notices,
                                             gpointer user_data);
void syncline_downloader_free (SynclineDownloader *downloader);

/* Opens a stream and follows it to its end. */
SynclineDownloadResult syncline_downloader_run (SynclineDownloader *downloader,
                                                SynclineCredentials *credentials,
                                                GCancellable *cancellable,
                                                GError **error);

/* The gate may have opened: tries again to show the checkpoint that it kept back, if there still is
 * one. Any thread. */
gboolean syncline_downloader_retry_gated (SynclineDownloader *downloader,
                                          GCancellable *cancellable,
                                          GError **error);

/* Whether the open stream asked for other subscriptions than are wanted now. The next end of a run does then
 * not count as a lost connection. */
gboolean syncline_downloader_is_outdated (SynclineDownloader *downloader);

/* There is no stream after all: what reopening left open to hope. */
void syncline_downloader_disconnect (SynclineDownloader *downloader);

void syncline_downloader_get_progress (SynclineDownloader *downloader,
                                       SynclineDownloadProgress *out_progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineDownloader, syncline_downloader_free)

G_END_DECLS
