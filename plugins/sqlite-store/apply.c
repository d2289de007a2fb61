/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A complete checkpoint: its checksums, the gate, and showing it, all in one transaction. Or in two, with the
 * writing of a big first sync between them, when the first finds that it may be shown. */

#include "config.h"

#include "sqlite-store/apply-private.h"

gboolean
apply_is_in_range (const Apply *apply, const SynclineBucketTarget *target)
{
  return apply->full || target->priority <= apply->priority;
}

/* --- Checksums ----------------------------------------------------------------------------------------- */

/* A bucket that was never heard of is an empty one. One that fails is forgotten: it will be fetched
 * again. What is visible of it stays until then. */
static gboolean
validate_bucket (Apply *apply, const SynclineBucketTarget *target, GError **error)
{
  Connection *writer = apply->store->writer;
  Bucket bucket;

  if (!bucket_read (writer, target->name, &bucket, error))
    return FALSE;
  if (bucket.checksum == target->checksum)
    return TRUE;

  g_string_append_printf (apply->mismatch, "%sbucket “%s”: expected checksum %u, found %u",
                          apply->mismatch->len > 0 ? "; " : "", target->name, target->checksum,
                          bucket.checksum);
  return bucket_forget (writer, &bucket, error);
}

static gboolean
validate (Apply *apply, GError **error)
{
  for (guint i = 0; i < apply->checkpoint->n_buckets; i++)
    {
      const SynclineBucketTarget *target = &apply->checkpoint->buckets[i];
      if (apply_is_in_range (apply, target) && !validate_bucket (apply, target, error))
        return FALSE;
    }
  return TRUE;
}

/* --- Positions ------------------------------------------------------------------------------------------ */

/* All up to the checkpoint's position is there, also in buckets without operations of late. Only a
 * complete checkpoint confirms local writes. */
static gboolean
note_position (Apply *apply, GError **error)
{
  Connection *writer = apply->store->writer;

  for (guint i = 0; i < apply->checkpoint->n_buckets; i++)
    {
      const SynclineBucketTarget *target = &apply->checkpoint->buckets[i];
      if (apply_is_in_range (apply, target)
          && !connection_run (writer, error,
                              "UPDATE syncline_bucket SET last_op = ?2 WHERE name = ?1"
                              " AND last_op <> ?2",
                              "si", target->name, apply->checkpoint->last_op_id))
        return FALSE;
    }
  if (apply->full && apply->checkpoint->write_checkpoint != 0)
    return meta_set_int (writer, META_SEEN, apply->checkpoint->write_checkpoint, error);
  return TRUE;
}

/* --- All in one transaction -------------------------------------------------------------------------------- */

static gboolean
run (Apply *apply, GError **error)
{
  SynclineGate gate;
  SpoolState state;

  if (!apply_find_spool (apply, &state, error) || !validate (apply, error))
    return FALSE;
  if (apply->mismatch->len > 0)
    {
      apply->result = SYNCLINE_APPLY_MISMATCH;
      return TRUE;
    }
  if (!note_position (apply, error) || !gate_read (apply->store->writer, &gate, error))
    return FALSE;
  /* What was written to be swapped in can't follow a partial checkpoint. */
  if (((gate.n_queued > 0 || gate.target != 0) && (apply->full || apply->priority > 0))
      || (!apply->full && state == SPOOL_CLOSED))
    {
      apply->result = SYNCLINE_APPLY_GATED;
      return TRUE;
    }
  if (gate.n_queued > 0 && !apply_read_queued_rows (apply, error))
    return FALSE;
  apply->result = SYNCLINE_APPLY_DONE;
  return apply_show (apply, state, error);
}

/* --- Damaged data ----------------------------------------------------------------------------------------- */

/* A row that is no JSON can't be shown, now or ever. Its bucket is treated like one whose checksum is
 * wrong: what is there stays visible, and it is fetched again. */
static gboolean
forget_bad_bucket (Apply *apply, GError **error)
{
  const Bucket bucket = { .id = apply->request.bad_bucket };

  spool_forget_bucket (apply->store->spool, bucket.id);
  return bucket_forget (apply->store->writer, &bucket, error);
}

/* Data is damaged, or the spool: all that it concerns is fetched again. Other errors are handed on. */
static gboolean
recover (Apply *apply, GError *problem, GCancellable *cancellable, GError **error)
{
  Store *store = apply->store;
  const gboolean damaged = spool_is_damaged (store->spool);

  g_clear_pointer (&store->fill, fill_free);
  if (apply->request.bad_bucket == 0 && !damaged)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  g_string_assign (apply->mismatch, problem->message);
  g_error_free (problem);
  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok = damaged ? spool_lose (store, error) : forget_bad_bucket (apply, error);
  apply->result = SYNCLINE_APPLY_MISMATCH;
  return store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error);
}

/* --- All of it -------------------------------------------------------------------------------------------- */

/* After a rollback, SQLite may still believe in tables that were swapped. */
static void
reload (Store *store)
{
  if (!store_lock_writer (store, NULL, NULL))
    return;
  fresh_reload (store);
  store_unlock_writer (store);
}

static gboolean
run_transaction (Apply *apply, GCancellable *cancellable, GError **error)
{
  Store *store = apply->store;

  apply->fill_due = apply->bulk_due = apply->forgotten = apply->swapped = FALSE;
  g_string_truncate (apply->mismatch, 0);
  g_hash_table_remove_all (apply->request.buckets);
  g_clear_pointer (&apply->request.queued, g_hash_table_unref);
  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok = run (apply, error);
  ok = store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, ok ? error : NULL);
  if (apply->swapped)
    {
      g_clear_pointer (&store->fill, fill_free);
      reload (store);
    }
  return ok;
}

/* The first transaction found that there is much to write: it is written, and the second shows it. */
static gboolean
write_much (Apply *apply, GCancellable *cancellable, GError **error)
{
  if (apply->fill_due)
    {
      apply->filled = fill_run (apply->store->fill, &apply->request.bad_bucket, cancellable, error);
      return apply->filled && run_transaction (apply, cancellable, error);
    }
  if (apply->bulk_due)
    return bulk_prepare (apply->bulk, cancellable, error)
           && run_transaction (apply, cancellable, error);
  return TRUE;
}

static gboolean
run_all (Apply *apply, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!apply_settle_memory (apply, cancellable, &problem)
      || !run_transaction (apply, cancellable, &problem)
      || !write_much (apply, cancellable, &problem))
    return recover (apply, g_steal_pointer (&problem), cancellable, error);
  if (apply->forgotten)
    spool_tidy (apply->store);
  if (!apply->full)
    g_clear_pointer (&apply->store->fill, fill_free);
  return TRUE;
}

gboolean
store_apply_checkpoint (gpointer self,
                        const SynclineCheckpoint *checkpoint,
                        int priority,
                        SynclineApplyResult *out_result,
                        char **out_mismatch,
                        GCancellable *cancellable,
                        GError **error)
{
  Store *store = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->download);
  gboolean full = priority == SYNCLINE_PRIORITY_ALL;
  Apply apply = {
    .store = store,
    .checkpoint = checkpoint,
    .priority = priority,
    .full = full,
    .mismatch = g_string_new (NULL),
    .request = { .full = full, .buckets = g_hash_table_new (NULL, NULL) },
  };
  gboolean ok = run_all (&apply, cancellable, error);

  if (ok)
    {
      *out_result = apply.result;
      if (apply.result == SYNCLINE_APPLY_MISMATCH && out_mismatch != NULL)
        *out_mismatch = g_strdup (apply.mismatch->str);
    }
  g_clear_pointer (&apply.bulk, bulk_free);
  g_string_free (apply.mismatch, TRUE);
  g_hash_table_unref (apply.request.buckets);
  g_clear_pointer (&apply.request.queued, g_hash_table_unref);
  return ok;
}
