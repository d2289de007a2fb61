/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The whole way down: bytes of a stream → decoder → tracked checkpoint → sqlite-store. Two stores get the same.
 * One takes rows one by one, the other every first sync in bulk, and is closed and opened before each
 * checkpoint that is complete. Whatever comes, both must say and show the same. */

#include "config.h"

#include "fuzz.h"

#include <glib/gstdio.h>
#include <string.h>
#include <syncline/registry.h>

#include "apply-store.h"
#include "core/checkpoint.h"
#include "powersync-download/stream-decoder.h"

/* Checksums that divide by it are taken as they come, and mostly differ then. Others are set right: no
 * input would ever get past them. */
#define WRONG_SUMS 8

typedef struct
{
  ApplyStore *plain;
  ApplyStore *bulk;
  SynclineCheckpointTracker *tracker;
  GHashTable *last_ops; /* bucket → highest operation */
  GHashTable *op_ids;   /* a set */
  gboolean orderly;     /* operations go up, as a service's do */
} Run;

/* --- Operations ----------------------------------------------------------------------------------- */

/* What comes twice or backwards must do no harm, but which of two with the same number wins is open. */
static void
note_order (Run *run, const SynclineEvent *event)
{
  for (guint i = 0; i < event->n_ops; i++)
    {
      const gint64 op_id = event->ops[i].op_id;
      const gint64 *last = g_hash_table_lookup (run->last_ops, event->bucket);

      run->orderly = run->orderly && (last == NULL || op_id > *last)
                     && g_hash_table_add (run->op_ids, g_memdup2 (&op_id, sizeof op_id));
      g_hash_table_insert (run->last_ops, g_strdup (event->bucket),
                           g_memdup2 (&op_id, sizeof op_id));
    }
}

static gboolean
stage (Run *run, const SynclineEvent *event)
{
  note_order (run, event);
  if (event->n_ops == 0)
    return TRUE;
  syncline_checkpoint_tracker_count (run->tracker, event->bucket, event->n_ops);
  const gboolean plain_ok = apply_store_stage (run->plain, event);
  const gboolean bulk_ok = apply_store_stage (run->bulk, event);
  g_assert_cmpint (plain_ok, ==, bulk_ok);
  return plain_ok;
}

/* --- Checkpoints ----------------------------------------------------------------------------------- */

static gboolean
update (Run *run, const SynclineEvent *event)
{
  g_autoptr (GPtrArray) removed = NULL;

  if (!syncline_checkpoint_tracker_update (run->tracker, event, &removed, NULL))
    return FALSE;
  for (guint i = 0; i < removed->len; i++)
    g_hash_table_remove (run->last_ops, removed->pdata[i]);
  if (removed->len > 0)
    {
      apply_store_remove (run->plain, removed);
      apply_store_remove (run->bulk, removed);
    }
  return TRUE;
}

static void
compare (Run *run)
{
  g_autofree char *plain = apply_store_dump (run->plain);
  g_autofree char *bulk = apply_store_dump (run->bulk);

  if (run->orderly)
    g_assert_cmpstr (plain, ==, bulk);
}

static gboolean
apply (Run *run, int priority)
{
  const SynclineCheckpoint *tracked = syncline_checkpoint_tracker_get (run->tracker, NULL);
  SynclineApplyResult plain_result, bulk_result;

  if (tracked == NULL)
    return FALSE;
  apply_store_reopen (run->bulk);
  g_autofree SynclineBucketTarget *targets
      = g_memdup2 (tracked->buckets, tracked->n_buckets * sizeof (SynclineBucketTarget));
  for (guint i = 0; i < tracked->n_buckets; i++)
    if (targets[i].checksum % WRONG_SUMS != 0)
      targets[i].checksum = apply_store_get_checksum (run->plain, targets[i].name);
  SynclineCheckpoint checkpoint = *tracked;
  checkpoint.buckets = targets;

  const gboolean plain_ok = apply_store_apply (run->plain, &checkpoint, priority, &plain_result);
  const gboolean bulk_ok = apply_store_apply (run->bulk, &checkpoint, priority, &bulk_result);
  if (run->orderly)
    {
      g_assert_cmpint (plain_ok, ==, bulk_ok);
      g_assert_cmpint (plain_result, ==, bulk_result);
    }
  compare (run);
  if (!plain_ok || !bulk_ok || plain_result == SYNCLINE_APPLY_MISMATCH
      || bulk_result == SYNCLINE_APPLY_MISMATCH)
    return FALSE;
  if (priority == SYNCLINE_PRIORITY_ALL)
    syncline_checkpoint_tracker_applied (run->tracker);
  return TRUE;
}

/* --- The stream ------------------------------------------------------------------------------------ */

static void
add_known (const SynclineBucketState *bucket, gpointer user_data)
{
  syncline_checkpoint_tracker_add_known (user_data, bucket);
}

/* As after a cut: what is known is what the store has. */
static void
reconnect (Run *run)
{
  apply_store_flush (run->plain);
  apply_store_flush (run->bulk);
  g_clear_pointer (&run->tracker, syncline_checkpoint_tracker_free);
  run->tracker = syncline_checkpoint_tracker_new ();
  apply_store_list (run->plain, add_known, run->tracker);
  compare (run);
}

static gboolean
handle (Run *run, const SynclineEvent *event)
{
  gint64 done, total;

  syncline_checkpoint_tracker_get_progress (run->tracker, &done, &total);
  g_assert_cmpint (done, >=, 0);
  g_assert_cmpint (done, <=, total);
  switch (event->type)
    {
    case SYNCLINE_EVENT_CHECKPOINT:
    case SYNCLINE_EVENT_CHECKPOINT_DIFF:
      return update (run, event);
    case SYNCLINE_EVENT_OPS:
      return stage (run, event);
    case SYNCLINE_EVENT_COMPLETE:
      return apply (run, SYNCLINE_PRIORITY_ALL);
    case SYNCLINE_EVENT_PARTIAL_COMPLETE:
      return apply (run, event->priority);
    default:
      return FALSE;
    }
}

static void
feed (Run *run, const char *data, gsize length)
{
  StreamDecoder *decoder = stream_decoder_new (STREAM_FORMAT_NDJSON, 1024 * 1024);
  SynclineEvent event;
  gboolean found = TRUE;

  stream_decoder_feed (decoder, data, length);
  while (stream_decoder_next (decoder, &event, &found, NULL) && found)
    if (!handle (run, &event))
      reconnect (run);
  stream_decoder_free (decoder);
  reconnect (run);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Run run = {
    .plain = apply_store_new ("plain", "1000000"),
    .bulk = apply_store_new ("bulk", "0"),
    .tracker = syncline_checkpoint_tracker_new (),
    .last_ops = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    .op_ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
    .orderly = TRUE,
  };

  feed (&run, (const char *) data, size);
  syncline_checkpoint_tracker_free (run.tracker);
  apply_store_free (run.plain);
  apply_store_free (run.bulk);
  g_hash_table_unref (run.last_ops);
  g_hash_table_unref (run.op_ids);
  return 0;
}
