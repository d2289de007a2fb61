/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Showing a checkpoint: from where operations wait to the tables. */

#include "config.h"

#include "sqlite-store/apply-private.h"

/* --- Positions ------------------------------------------------------------------------------------------- */

static gboolean
note_applied_bucket (Apply *apply, const SynclineBucketTarget *target, GError **error)
{
  Connection *writer = apply->store->writer;

  if (!apply_is_in_range (apply, target))
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
    if (apply_is_in_range (apply, &apply->checkpoint->buckets[i]))
      g_hash_table_add (shown, (gpointer) apply->checkpoint->buckets[i].name);
  while ((step = connection_step (apply->store->writer, stmt, error)) == STEP_ROW)
    {
      gboolean show = apply->full || g_hash_table_contains (shown, column_text (stmt, 1));
      g_hash_table_insert (roles, GSIZE_TO_POINTER ((gsize) sqlite3_column_int64 (stmt, 0)),
                           GINT_TO_POINTER (show ? BUCKET_SHOWN : BUCKET_WAITS));
    }
  return step == STEP_DONE;
}

gboolean
apply_read_queued_rows (Apply *apply, GError **error)
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

gboolean
apply_find_spool (Apply *apply, SpoolState *out_state, GError **error)
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

gboolean
apply_settle_memory (Apply *apply, GCancellable *cancellable, GError **error)
{
  Store *store = apply->store;
  SynclineGate gate;

  if (!spool_is_in_memory (store->spool) || is_big (apply))
    return spool_flush (store, cancellable, error);
  /* Of a first sync, much more may follow before the gate opens. */
  if (!spool_is_first (store->spool))
    return TRUE;
  if (!store_get_gate (store, &gate, error))
    return FALSE;
  const gboolean open = gate.n_queued == 0 && gate.target <= apply->checkpoint->write_checkpoint;
  return (apply->full && open) || spool_flush (store, cancellable, error);
}

/* --- Showing -------------------------------------------------------------------------------------------- */

static gboolean
merge (Apply *apply, GError **error)
{
  Store *store = apply->store;

  return store_pause_capture (store, error) && merge_staged (store, &apply->request, error)
         && store_resume_capture (store, error) && note_applied (apply, error);
}

gboolean
apply_show (Apply *apply, SpoolState state, GError **error)
{
  if (!defer_foreign_keys (apply->store, error) || !read_bucket_roles (apply, error)
      || !use_spool (apply, state, error))
    return FALSE;
  return apply->fill_due || apply->bulk_due || merge (apply, error);
}
