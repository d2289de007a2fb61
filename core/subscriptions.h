/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/status.h>

#include "checkpoint.h"
#include "roles.h"

G_BEGIN_DECLS

/* The sync streams that the application, the config and the service want, kept in the store's note
 * "subscriptions", which other processes may change as well. Usable from any thread. */
typedef struct _SynclineSubscriptions SynclineSubscriptions;

/* How long a subscription outlives the process that made it. */
#define SYNCLINE_SUBSCRIPTION_TTL G_TIME_SPAN_DAY

SynclineSubscriptions *syncline_subscriptions_new (SynclineRoles *roles);
void syncline_subscriptions_free (SynclineSubscriptions *subscriptions);

/* See syncline_client_subscribe() and its like. */
gboolean syncline_subscriptions_add (SynclineSubscriptions *subscriptions,
                                     const char *stream,
                                     const char *parameters,
                                     int priority,
                                     gint64 ttl,
                                     GError **error);
gboolean syncline_subscriptions_remove (SynclineSubscriptions *subscriptions,
                                        const char *stream,
                                        const char *parameters,
                                        GError **error);
/* Of SynclineStreamStatus. */
GPtrArray *syncline_subscriptions_list (SynclineSubscriptions *subscriptions, GError **error);
/* NULL without @error when there is none; @parameters is any JSON object. */
SynclineStreamStatus *syncline_subscriptions_find (SynclineSubscriptions *subscriptions,
                                                   const char *stream,
                                                   const char *parameters,
                                                   GError **error);

/* --- For the downloader ---------------------------------------------------------------------------- */

/* What to ask for now, an array of SynclineSubscription that owns its texts. The checkpoints that follow speak
 * of it by position. */
GArray *syncline_subscriptions_begin_stream (SynclineSubscriptions *subscriptions, GError **error);
void syncline_subscriptions_end_stream (SynclineSubscriptions *subscriptions);

/* Renews what this process holds and drops what expired. @out_outdated: the open stream asked for something
 * else. FALSE without a stream. */
gboolean syncline_subscriptions_renew (SynclineSubscriptions *subscriptions,
                                       gboolean *out_outdated,
                                       GError **error);

/* Takes the streams of a checkpoint. */
gboolean syncline_subscriptions_take_streams (SynclineSubscriptions *subscriptions,
                                              const SynclineEvent *event,
                                              GError **error);
/* Counts anew; with NULL nothing is being received. */
void syncline_subscriptions_update_progress (SynclineSubscriptions *subscriptions,
                                             SynclineCheckpointTracker *tracker);
/* A checkpoint up to @priority became visible. */
gboolean
syncline_subscriptions_applied (SynclineSubscriptions *subscriptions, int priority, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineSubscriptions, syncline_subscriptions_free)

G_END_DECLS
