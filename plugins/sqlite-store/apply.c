/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A complete checkpoint: its checksums, the gate, and showing it, all in one transaction. Or in two, with the
 * writing of a big first sync between them, when the first finds that it may be shown. */

#include "config.h"

#include "sqlite-store/bulk.h"
#include "sqlite-store/fill.h"
#include "sqlite-store/fresh.h"
#include "sqlite-store/spool.h"

typedef struct
{
  Store *store;
  const SynclineCheckpoint *checkpoint;
  int priority;
  gboolean full;
  gboolean fill_due;  /* a fill was begun, and is to be run */
  gboolean filled;    /* it was run */
  gboolean bulk_due;  /* the bulk is to be prepared */
  Bulk *bulk;         /* that was prepared, or NULL */
  gboolean swapped;   /* tables were swapped */
  gboolean forgotten; /* the spool has served */
  SynclineApplyResult result;
  GString *mismatch;
  MergeRequest request;
} Apply;

static gboolean
is_in_range (const Apply *apply, const SynclineBucketTarget *target)
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
      if (is_in_range (apply, target) && !validate_bucket (apply, target, error))
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
      if (is_in_range (apply, target)
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

static gboolean
note_applied_bucket (Apply *apply, const SynclineBucketTarget *target, GError **error)
{
  Connection *writer = apply->store->writer;

  if (!is_in_range (apply, target))
    return TRUE;
  if (!connection_run (writer, error,
                       "UPDATE syncline_bucket SET last_applied_op = last_op WHERE name = ?1"
                       " AND last_applied_op <> last_op",
                       "s", target->name))
    return FALSE;
  return !apply->full || !target->has_count
         || connection_run (writer, error,
                            "UPDATE syncline_bucket SET count_at_last = ?2, count_since_last = 0"
                            " WHERE name = ?1 AND (count_at_last <> ?2 OR count_since_last <> 0)",
                            "si", target->name, target->count);
}

static gboolean
note_applied (Apply *apply, GError **error)
{
  for (guint i = 0; i < apply->checkpoint->n_buckets; i++)
    if (!note_applied_bucket (apply, &apply->checkpoint->buckets[i], error))
      return FALSE;
  if (!apply->full)
    return TRUE;
  /* A full checkpoint shows all that has arrived, also for buckets that it does not name. What it
   * confirmed stays so: a service that lost its records starts anew with lower numbers. */
  return connection_run (apply->store->writer, error,
                         "UPDATE syncline_bucket SET last_applied_op = last_op"
                         " WHERE last_applied_op <> last_op",
                         "")
         && connection_run (
             apply->store->writer, error,
             "UPDATE syncline_meta SET value = 0 WHERE key = '" META_TARGET "' AND value <> 0", "");
}

/* --- What is shown ---------------------------------------------------------------------------------------- */

static gboolean
read_bucket_roles (Apply *apply, GError **error)
{
  GHashTable *roles = apply->request.buckets;
  g_autoptr (GHashTable) shown = g_hash_table_new (g_str_hash, g_str_equal);
  sqlite3_stmt *stmt
      = connection_query (apply->store->writer, error, "SELECT id, name FROM syncline_bucket", "");
  Step step;

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < apply->checkpoint->n_buckets; i++)
    if (is_in_range (apply, &apply->checkpoint->buckets[i]))
      g_hash_table_add (shown, (gpointer) apply->checkpoint->buckets[i].name);
  while ((step = connection_step (apply->store->writer, stmt, error)) == STEP_ROW)
    {
      gboolean show = apply->full || g_hash_table_contains (shown, column_text (stmt, 1));
      g_hash_table_insert (roles, GSIZE_TO_POINTER ((gsize) sqlite3_column_int64 (stmt, 0)),
                           GINT_TO_POINTER (show ? BUCKET_SHOWN : BUCKET_WAITS));
    }
  return step == STEP_DONE;
}

/* Only priority 0 is shown while changes are queued; their rows are left alone. */
static gboolean
read_queued_rows (Apply *apply, GError **error)
{
  Store *store = apply->store;
  sqlite3_stmt *stmt = connection_query (
      store->writer, error,
      "SELECT DISTINCT y.id || '/' || c.row_id FROM syncline_change AS c JOIN syncline_table AS t"
      " ON t.name = c.tbl JOIN syncline_type AS y ON y.name = t.server_name",
      "");
  Step step;

  if (stmt == NULL)
    return FALSE;
  apply->request.queued = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    g_hash_table_add (apply->request.queued, g_strdup (column_text (stmt, 0)));
  return step == STEP_DONE;
}

/* Rows come in any order, so foreign keys can only be looked at in the end. Setting this makes SQLite
 * prepare all statements anew; by default it enforces no foreign keys. */
static gboolean
defer_foreign_keys (Store *store, GError **error)
{
  int enforced = 0;

  sqlite3_db_config (store->writer->handle, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
  return !enforced || connection_exec (store->writer, "PRAGMA defer_foreign_keys = ON", error);
}

/* --- Where operations wait ------------------------------------------------------------------------------- */

/* Before the first full checkpoint, a partial one can be swapped in if it shows the first rows, of which none
 * can vanish and none was changed here. */
static gboolean
may_fill (Apply *apply, gboolean *out_may, GError **error)
{
  gint64 used = 0;

  if (!apply->full
      && !connection_get_int (apply->store->writer, &used, error,
                              "SELECT EXISTS (SELECT 1 FROM syncline_oplog)"
                              " OR EXISTS (SELECT 1 FROM syncline_shadow)"
                              " OR EXISTS (SELECT 1 FROM syncline_change WHERE op > 0)",
                              ""))
    return FALSE;
  *out_may = !used;
  return TRUE;
}

/* Once a full checkpoint is being written, what comes on top of it waits in the database. */
static gboolean
begin_fill (Apply *apply, GError **error)
{
  Store *store = apply->store;

  store->fill = fill_begin (store, &apply->request, error);
  if (store->fill == NULL)
    return FALSE;
  apply->fill_due = TRUE;
  return !apply->full || meta_set_int (store->writer, META_SPOOL_CLOSED, 1, error);
}

static gboolean
finish_fill (Apply *apply, GError **error)
{
  apply->swapped = TRUE;
  return fill_finish (apply->store->fill, &apply->request, error);
}

static gboolean
is_big (Apply *apply)
{
  Store *store = apply->store;

  return spool_get_n_ops (store->spool) > (guint64) store->config->bulk_threshold;
}

/* All there is waits in the spool: it fills fresh tables that are swapped in, or, if it is little, goes into the
 * database. What a partial checkpoint shows stays here for the full one. */
static gboolean
use_first (Apply *apply, SpoolState state, GError **error)
{
  Store *store = apply->store;
  gboolean may = FALSE;

  apply->request.preview = !apply->full;
  apply->forgotten = apply->full;
  if (store->fill != NULL)
    return finish_fill (apply, error);
  if (!may_fill (apply, &may, error))
    return FALSE;
  if (may && (is_big (apply) || state == SPOOL_CLOSED))
    return begin_fill (apply, error);
  return spool_pour (store, apply->full, error);
}

/* The spool has changes of rows that are shown. */
static gboolean
use_later (Apply *apply, SpoolState state, GError **error)
{
  Store *store = apply->store;

  apply->forgotten = TRUE;
  if (apply->bulk != NULL)
    return bulk_show (apply->bulk, &apply->request, error);
  if (state != SPOOL_CLOSED && (!apply->full || !is_big (apply)))
    return spool_pour (store, TRUE, error);
  apply->bulk_due = TRUE;
  apply->bulk = bulk_new (store, &apply->request);
  return meta_set_int (store->writer, META_SPOOL_CLOSED, 1, error);
}

/* Brings what waits in the spool to where it can be shown. */
static gboolean
use_spool (Apply *apply, SpoolState state, GError **error)
{
  Store *store = apply->store;

  if (state == SPOOL_NONE)
    return TRUE;
  gboolean ok = spool_is_first (store->spool) ? use_first (apply, state, error)
                                              : use_later (apply, state, error);
  if (apply->fill_due || apply->bulk_due)
    apply->forgotten = FALSE;
  return ok && (!apply->forgotten || spool_forget (store, error));
}

/* What is only in memory and is not much goes into the database now. */
static gboolean
find_spool (Apply *apply, SpoolState *out_state, GError **error)
{
  Store *store = apply->store;

  if (!spool_refresh (store, out_state, error))
    return FALSE;
  if (store->fill != NULL && *out_state != SPOOL_CLOSED && !apply->filled)
    g_clear_pointer (&store->fill, fill_free);
  if (*out_state != SPOOL_OPEN || !spool_is_in_memory (store->spool))
    return TRUE;
  *out_state = SPOOL_NONE;
  apply->forgotten = TRUE;
  return spool_pour (store, TRUE, error);
}

/* Before the transaction: what is much, or may have to wait with all that is to come, goes to the spool's file. */
static gboolean
settle_memory (Apply *apply, GCancellable *cancellable, GError **error)
{
  Store *store = apply->store;
  SynclineGate gate;

  if (!store_get_gate (store, &gate, error))
    return FALSE;
  const gboolean open = gate.n_queued == 0 && gate.target <= apply->checkpoint->write_checkpoint;
  if (spool_is_in_memory (store->spool) && !is_big (apply)
      && (!spool_is_first (store->spool) || (apply->full && open)))
    return TRUE;
  return spool_flush (store, cancellable, error);
}

/* --- Showing -------------------------------------------------------------------------------------------- */

static gboolean
merge (Apply *apply, GError **error)
{
  Store *store = apply->store;

  return store_pause_capture (store, error) && merge_staged (store, &apply->request, error)
         && store_resume_capture (store, error) && note_applied (apply, error);
}

static gboolean
show (Apply *apply, SpoolState state, GError **error)
{
  if (!defer_foreign_keys (apply->store, error) || !read_bucket_roles (apply, error)
      || !use_spool (apply, state, error))
    return FALSE;
  return apply->fill_due || apply->bulk_due || merge (apply, error);
}

static gboolean
run (Apply *apply, GError **error)
{
  SynclineGate gate;
  SpoolState state;

  if (!find_spool (apply, &state, error) || !validate (apply, error))
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
  if (gate.n_queued > 0 && !read_queued_rows (apply, error))
    return FALSE;
  apply->result = SYNCLINE_APPLY_DONE;
  return show (apply, state, error);
}

/* --- Damaged data ----------------------------------------------------------------------------------------- */

/* A row that is no JSON can't be shown, now or ever. Its bucket is treated like one whose checksum is
 * wrong: what is there stays visible, and it is fetched again. */
static gboolean
forget_bad_bucket (Apply *apply, GError **error)
{
  Connection *writer = apply->store->writer;

  spool_forget_bucket (apply->store->spool, apply->request.bad_bucket);
  return connection_run (writer, error,
                         "INSERT INTO syncline_gone SELECT id FROM syncline_bucket"
                         " WHERE id = ?1 AND last_applied_op <> 0",
                         "i", apply->request.bad_bucket)
         && connection_run (writer, error, "DELETE FROM syncline_bucket WHERE id = ?1", "i",
                            apply->request.bad_bucket);
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

  if (!settle_memory (apply, cancellable, &problem)
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
