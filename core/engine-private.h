/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by engine.c (life and listening), engine-jobs.c (what the lanes do) and engine-wait.c. */

#pragma once

#include "downloader.h"
#include "engine.h"
#include "lane.h"
#include "status-private.h"

G_BEGIN_DECLS

struct _SynclineEngine
{
  SynclineRoles *roles;
  const SynclineEngineNotices *notices;
  gpointer user_data;

  SynclineLane *upload_lane;   /* NULL when the role is off */
  SynclineLane *download_lane; /* NULL when the role is off */
  SynclineDownloader *downloader;
  SynclineSubscriptions *subscriptions;

  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;

  /* On the loop thread only. */
  GSource *election;       /* while another process syncs */
  GSource *resubscription; /* between a change of the subscriptions and its coming into force */
  GNetworkMonitor *network;
  gulong network_handler;
  gboolean network_available;
  GVariant *published; /* what the note for other processes says */
  char *session_user;  /* whose session the lanes were last told of */

  GMutex lock;
  GCond status_changed;
  guint64 status_serial; /* counts changes, so that a waiter misses none */
  gboolean started;
  gboolean elected;
  gboolean publishing;    /* the note for other processes is about to be written */
  gboolean confirm_again; /* the service seems to have lost our write checkpoint */
  gint64 confirm_asked;  /* monotonic: when it was asked last, or first found missing; 0 if never */
  gboolean confirm_lost; /* it did not come in time, and nothing was shown since */
};

void syncline_engine_status_changed (SynclineEngine *engine);
void syncline_engine_get_lane_snapshot (SynclineLane *lane,
                                        gboolean standby,
                                        SynclineLaneSnapshot *out_snapshot);

/* Tells other processes, shortly, if this one syncs. */
void syncline_engine_publish_soon (SynclineEngine *engine);
/* What another process tells of its lanes; FALSE when none syncs or it has not told yet. Sets the
 * syncer in any case. */
gboolean syncline_engine_read_published (SynclineEngine *engine, SynclineStatusParts *parts);

SynclineLaneResult syncline_engine_upload_job (SynclineLane *lane,
                                               gpointer engine,
                                               GCancellable *cancellable,
                                               GError **error);
SynclineLaneResult syncline_engine_download_job (SynclineLane *lane,
                                                 gpointer engine,
                                                 GCancellable *cancellable,
                                                 GError **error);
extern const SynclineDownloadNotices syncline_engine_download_notices;

G_END_DECLS
