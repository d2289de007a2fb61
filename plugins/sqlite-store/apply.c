/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A complete checkpoint: its checksums, the gate, and showing it, all in one transaction. */

#include "config.h"

#include "sqlite-store/buckets.h"
#include "sqlite-store/merge.h"
#include "sqlite-store/side.h"

typedef struct
{
  Store *store;
  const SynclineCheckpoint *checkpoint;
  int priority;
  gboolean full;
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
         && connection_run (apply->store->writer, error,
                            "UPDATE syncline_meta SET value = 0 WHERE key = '" META_TARGET
                            "' AND value <> 0",
                            "");
}

/* --- Showing -------------------------------------------------------------------------------------------- */

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

static gboolean
show (Apply *apply, GError **error)
{
  Store *store = apply->store;

  return defer_foreign_keys (store, error) && read_bucket_roles (apply, error) && store_pause_capture (store, error)
         && merge_staged (store, &apply->request, error) && store_resume_capture (store, error)
         && note_applied (apply, error);
}

static gboolean
run (Apply *apply, GError **error)
{
  SynclineGate gate;

  if (!validate (apply, error))
    return FALSE;
  if (apply->mismatch->len > 0)
    {
      apply->result = SYNCLINE_APPLY_MISMATCH;
      return TRUE;
    }
  if (!note_position (apply, error) || !gate_read (apply->store->writer, &gate, error))
    return FALSE;
  if ((gate.n_queued > 0 || gate.target != 0) && (apply->full || apply->priority > 0))
    {
      apply->result = SYNCLINE_APPLY_GATED;
      return TRUE;
    }
  if (gate.n_queued > 0 && !read_queued_rows (apply, error))
    return FALSE;
  apply->result = SYNCLINE_APPLY_DONE;
  return show (apply, error);
}

/* --- Damaged data ----------------------------------------------------------------------------------------- */

/* A row that is no JSON can't be shown, now or ever. Its bucket is treated like one whose checksum is
 * wrong: what is there stays visible, and it is fetched again. */
static gboolean
forget_bad_bucket (Apply *apply, GCancellable *cancellable, const char *message, GError **error)
{
  Store *store = apply->store;

  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok
      = connection_run (store->writer, error,
                        "INSERT INTO syncline_gone SELECT id FROM syncline_bucket"
                        " WHERE id = ?1 AND last_applied_op <> 0",
                        "i", apply->request.bad_bucket)
        && connection_run (store->writer, error, "DELETE FROM syncline_bucket WHERE id = ?1", "i",
                           apply->request.bad_bucket);
  if (!store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error))
    return FALSE;
  g_string_assign (apply->mismatch, message);
  apply->result = SYNCLINE_APPLY_MISMATCH;
  return TRUE;
}

static gboolean
run_transaction (Apply *apply, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  Store *store = apply->store;

  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok = run (apply, &local_error);
  if (store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, ok ? error : NULL))
    return TRUE;
  if (ok)
    return FALSE;
  if (apply->request.bad_bucket != 0)
    return forget_bad_bucket (apply, cancellable, local_error->message, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
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
  gboolean full = priority == SYNCLINE_PRIORITY_ALL;
  Apply apply = {
    .store = self,
    .checkpoint = checkpoint,
    .priority = priority,
    .full = full,
    .mismatch = g_string_new (NULL),
    .request = { .full = full, .buckets = g_hash_table_new (NULL, NULL) },
  };
  gboolean ok = run_transaction (&apply, cancellable, error);

  if (ok && apply.request.side_done)
    side_tidy (apply.store);
  if (ok)
    {
      *out_result = apply.result;
      if (apply.result == SYNCLINE_APPLY_MISMATCH && out_mismatch != NULL)
        *out_mismatch = g_strdup (apply.mismatch->str);
    }
  g_string_free (apply.mismatch, TRUE);
  g_hash_table_unref (apply.request.buckets);
  g_clear_pointer (&apply.request.queued, g_hash_table_unref);
  return ok;
}
