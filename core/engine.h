/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/status.h>

#include "roles.h"
#include "subscriptions.h"

G_BEGIN_DECLS

/* What keeps an open store in sync: two lanes, one for each direction, and a loop thread that listens to the
 * network, to other processes and to the session. */
typedef struct _SynclineEngine SynclineEngine;

/* What the engine tells, on any thread; the functions must only take note. */
typedef struct
{
  /* After any change of the status. */
  void (*changed) (gpointer user_data);
  /* See SynclineUploadRejected. */
  void (*rejected) (SynclineChange *change,
                    SynclineOutcome *outcome,
                    gboolean kept,
                    gpointer user_data);
} SynclineEngineNotices;

/* The store of @roles is open, and stays so until the engine is freed; so do @notices. */
SynclineEngine *syncline_engine_new (SynclineRoles *roles,
                                     const SynclineEngineNotices *notices,
                                     gpointer user_data);
void syncline_engine_free (SynclineEngine *engine);

void syncline_engine_start (SynclineEngine *engine);
void syncline_engine_stop (SynclineEngine *engine);
gboolean syncline_engine_is_started (SynclineEngine *engine);

/* Something was written to the store, or another process may have. */
void syncline_engine_notify_changes (SynclineEngine *engine);
/* The session may have changed. */
void syncline_engine_notify_auth (SynclineEngine *engine);

/* Other sync streams may be wanted. Bursts count as one. */
void syncline_engine_notify_subscriptions (SynclineEngine *engine);
/* Borrowed. Usable from any thread. */
SynclineSubscriptions *syncline_engine_get_subscriptions (SynclineEngine *engine);

SynclineStatus *syncline_engine_dup_status (SynclineEngine *engine);
/* See syncline_client_dup_syncer_status(). */
SynclineStatus *syncline_engine_dup_syncer_status (SynclineEngine *engine);

/* See syncline_client_wait_until_synced(). */
gboolean syncline_engine_wait_until_synced (SynclineEngine *engine,
                                            gint64 timeout,
                                            GCancellable *cancellable,
                                            GError **error);

/* See syncline_client_wait_for_first_sync(). */
gboolean syncline_engine_wait_for_first_sync (SynclineEngine *engine,
                                              const char *stream,
                                              const char *parameters,
                                              int priority,
                                              gint64 timeout,
                                              GCancellable *cancellable,
                                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineEngine, syncline_engine_free)

G_END_DECLS
