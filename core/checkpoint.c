/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "checkpoint.h"

#include <syncline/error.h>

/* A request names each bucket in less than a megabyte; a service that sends more than this, line by line,
 * wants our memory. */
#define MOST_BUCKETS 100000

/* In one bucket: far more than any has, and sums of so many still fit. */
#define MOST_OPS (G_GINT64_CONSTANT (1) << 40)

typedef struct
{
  SynclineBucketTarget target;
  gint64 at_last;
  gint64 since_last;
} TrackedBucket;

typedef struct
{
  gint64 at_last;
  gint64 since_last;
} KnownCounts;

struct _SynclineCheckpointTracker
{
  gboolean has_checkpoint;
  gint64 last_op_id;
  gint64 write_checkpoint;
  GHashTable *buckets; /* name → TrackedBucket */
  GHashTable *known; /* name → KnownCounts: what the store has and no checkpoint has named yet */

  /* What get() gave out, rebuilt after each change. */
  GArray *view; /* of SynclineBucketTarget, or NULL */
  SynclineCheckpoint checkpoint;
};

static void
tracked_bucket_free (gpointer data)
{
  TrackedBucket *bucket = data;

  g_free ((char *) bucket->target.name);
  g_free ((int *) bucket->target.subscriptions);
  g_free (bucket);
}

SynclineCheckpointTracker *
syncline_checkpoint_tracker_new (void)
{
  SynclineCheckpointTracker *tracker = g_new0 (SynclineCheckpointTracker, 1);

  tracker->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, tracked_bucket_free);
  tracker->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return tracker;
}

void
syncline_checkpoint_tracker_free (SynclineCheckpointTracker *tracker)
{
  g_hash_table_unref (tracker->buckets);
  g_hash_table_unref (tracker->known);
  g_clear_pointer (&tracker->view, g_array_unref);
  g_free (tracker);
}

void
syncline_checkpoint_tracker_add_known (SynclineCheckpointTracker *tracker,
                                       const SynclineBucketState *bucket)
{
  KnownCounts *counts = g_new (KnownCounts, 1);

  counts->at_last = bucket->count_at_last;
  counts->since_last = bucket->count_since_last;
  g_hash_table_insert (tracker->known, g_strdup (bucket->name), counts);
}

/* A bucket that holds fewer operations than were received was compacted, so what was counted up to the last
 * checkpoint says nothing any more. What has come since then is kept: a stream that is cut here goes on at
 * the next with the same numbers, read from the store. */
static void
recount_if_compacted (TrackedBucket *bucket)
{
  if (bucket->target.count >= bucket->at_last + bucket->since_last)
    return;
  bucket->at_last = 0;
  bucket->since_last = MIN (bucket->since_last, bucket->target.count);
}

/* Takes over a target; the counts of a bucket that was there already go on. */
static void
set_target (SynclineCheckpointTracker *tracker, const SynclineBucketTarget *target)
{
  const TrackedBucket *old = g_hash_table_lookup (tracker->buckets, target->name);
  const KnownCounts *known = g_hash_table_lookup (tracker->known, target->name);
  TrackedBucket *bucket = g_new0 (TrackedBucket, 1);

  bucket->target = *target;
  bucket->target.count = MIN (target->count, MOST_OPS);
  bucket->target.name = g_strdup (target->name);
  bucket->target.subscriptions
      = g_memdup2 (target->subscriptions, target->n_subscriptions * sizeof (int));
  if (old != NULL)
    {
      bucket->at_last = old->at_last;
      bucket->since_last = old->since_last;
    }
  else if (known != NULL)
    {
      bucket->at_last = known->at_last;
      bucket->since_last = known->since_last;
    }
  recount_if_compacted (bucket);
  g_hash_table_remove (tracker->known, target->name);
  g_hash_table_replace (tracker->buckets, (char *) bucket->target.name, bucket);
}

/* A full checkpoint replaces everything. What was tracked or known before and is not in it goes. */
static void
replace_all (SynclineCheckpointTracker *tracker, const SynclineEvent *event, GPtrArray *removed)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < event->n_buckets; i++)
    g_hash_table_add (wanted, (gpointer) event->buckets[i].name);

  g_hash_table_iter_init (&iter, tracker->known);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (wanted, name))
      {
        g_ptr_array_add (removed, g_strdup (name));
        g_hash_table_iter_remove (&iter);
      }
  g_hash_table_iter_init (&iter, tracker->buckets);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (wanted, name))
      {
        g_ptr_array_add (removed, g_strdup (name));
        g_hash_table_iter_remove (&iter);
      }
  for (guint i = 0; i < event->n_buckets; i++)
    set_target (tracker, &event->buckets[i]);
}

/* A bucket that is removed and updated in one diff starts anew: removals come first. */
static void
apply_diff (SynclineCheckpointTracker *tracker, const SynclineEvent *event, GPtrArray *removed)
{
  for (guint i = 0; i < event->n_removed; i++)
    {
      g_ptr_array_add (removed, g_strdup (event->removed[i]));
      g_hash_table_remove (tracker->buckets, event->removed[i]);
      g_hash_table_remove (tracker->known, event->removed[i]);
    }
  for (guint i = 0; i < event->n_buckets; i++)
    set_target (tracker, &event->buckets[i]);
}

gboolean
syncline_checkpoint_tracker_update (SynclineCheckpointTracker *tracker,
                                    const SynclineEvent *event,
                                    GPtrArray **out_removed,
                                    GError **error)
{
  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (g_free);

  if (event->type == SYNCLINE_EVENT_CHECKPOINT)
    replace_all (tracker, event, removed);
  else if (tracker->has_checkpoint)
    apply_diff (tracker, event, removed);
  else
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                           "The service sent a checkpoint_diff before any checkpoint");
      return FALSE;
    }

  if (g_hash_table_size (tracker->buckets) > MOST_BUCKETS)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                   "The service sent a checkpoint of more than %d buckets", MOST_BUCKETS);
      return FALSE;
    }
  tracker->has_checkpoint = TRUE;
  tracker->last_op_id = event->last_op_id;
  tracker->write_checkpoint = event->write_checkpoint;
  g_clear_pointer (&tracker->view, g_array_unref);
  *out_removed = g_steal_pointer (&removed);
  return TRUE;
}

void
syncline_checkpoint_tracker_count (SynclineCheckpointTracker *tracker,
                                   const char *bucket_name,
                                   guint n_ops)
{
  TrackedBucket *bucket = g_hash_table_lookup (tracker->buckets, bucket_name);

  if (bucket != NULL)
    bucket->since_last += n_ops;
}

static void
build_view (SynclineCheckpointTracker *tracker)
{
  const guint n_buckets = g_hash_table_size (tracker->buckets);
  GHashTableIter iter;
  gpointer value;

  tracker->view = g_array_sized_new (FALSE, FALSE, sizeof (SynclineBucketTarget), n_buckets);
  g_hash_table_iter_init (&iter, tracker->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_array_append_val (tracker->view, ((TrackedBucket *) value)->target);

  tracker->checkpoint.last_op_id = tracker->last_op_id;
  tracker->checkpoint.write_checkpoint = tracker->write_checkpoint;
  tracker->checkpoint.n_buckets = n_buckets;
  tracker->checkpoint.buckets = (const SynclineBucketTarget *) (void *) tracker->view->data;
}

const SynclineCheckpoint *
syncline_checkpoint_tracker_get (SynclineCheckpointTracker *tracker, GError **error)
{
  if (!tracker->has_checkpoint)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                           "The service completed a checkpoint that it never announced");
      return NULL;
    }
  if (tracker->view == NULL)
    build_view (tracker);
  return &tracker->checkpoint;
}

void
syncline_checkpoint_tracker_applied (SynclineCheckpointTracker *tracker)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, tracker->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TrackedBucket *bucket = value;

      if (!bucket->target.has_count)
        continue;
      bucket->at_last = bucket->target.count;
      bucket->since_last = 0;
    }
}

void
syncline_checkpoint_tracker_get_progress (SynclineCheckpointTracker *tracker,
                                          gint64 *out_done,
                                          gint64 *out_total)
{
  gint64 done = 0, total = 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, tracker->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const TrackedBucket *bucket = value;

      done += bucket->since_last;
      total += bucket->target.count - bucket->at_last;
    }
  *out_total = MAX (total, 0);
  *out_done = CLAMP (done, 0, *out_total);
}

void
syncline_checkpoint_tracker_visit (SynclineCheckpointTracker *tracker,
                                   SynclineBucketVisitor visitor,
                                   gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, tracker->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const TrackedBucket *bucket = value;

      visitor (&bucket->target, bucket->since_last, bucket->target.count - bucket->at_last,
               user_data);
    }
}
