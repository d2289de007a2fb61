/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/transport.h>

G_BEGIN_DECLS

/* The checkpoint that the server is sending, as its messages describe it: the full target, built up by
 * `checkpoint` and `checkpoint_diff`, and how much of it has come. Not thread-safe. */
typedef struct _SynclineCheckpointTracker SynclineCheckpointTracker;

SynclineCheckpointTracker *syncline_checkpoint_tracker_new (void);
void syncline_checkpoint_tracker_free (SynclineCheckpointTracker *tracker);

/* Tells what the store has of a bucket: once for each, before the first checkpoint of a stream. */
void syncline_checkpoint_tracker_add_known (SynclineCheckpointTracker *tracker,
                                            const SynclineBucketState *bucket);

/* Takes a checkpoint or diff event. @out_removed receives the names of the buckets that the store has to
 * forget. SYNCLINE_ERROR_PROTOCOL for a diff without a checkpoint. */
gboolean syncline_checkpoint_tracker_update (SynclineCheckpointTracker *tracker,
                                             const SynclineEvent *event,
                                             GPtrArray **out_removed,
                                             GError **error);

/* Counts operations of @bucket that have come. */
void syncline_checkpoint_tracker_count (SynclineCheckpointTracker *tracker,
                                        const char *bucket,
                                        guint n_ops);

/* The current target; SYNCLINE_ERROR_PROTOCOL when there is none. Borrowed until the next update. */
const SynclineCheckpoint *syncline_checkpoint_tracker_get (SynclineCheckpointTracker *tracker,
                                                           GError **error);

/* Notes that the checkpoint is visible: counts start anew. */
void syncline_checkpoint_tracker_applied (SynclineCheckpointTracker *tracker);

/* Operations done and in total of the current target, clamped to what makes sense to show. */
void syncline_checkpoint_tracker_get_progress (SynclineCheckpointTracker *tracker,
                                               gint64 *out_done,
                                               gint64 *out_total);

/* Told of each bucket of the target, what has come of it and what is to come, not clamped. */
typedef void (*SynclineBucketVisitor) (const SynclineBucketTarget *target,
                                       gint64 n_done,
                                       gint64 n_total,
                                       gpointer user_data);
void syncline_checkpoint_tracker_visit (SynclineCheckpointTracker *tracker,
                                        SynclineBucketVisitor visitor,
                                        gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineCheckpointTracker, syncline_checkpoint_tracker_free)

G_END_DECLS
