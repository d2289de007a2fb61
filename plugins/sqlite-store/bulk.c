/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Nearly all rows are in one bucket, once. Of such a row the entry in the oplog can be ahead of the table: if the
 * process is killed before the row is shown, the operation comes again from the spool and does the same. Rows of
 * which there are several copies are left to the general merge. */

#include "config.h"

#include "sqlite-store/batch.h"
#include "sqlite-store/bulk.h"
#include "sqlite-store/pace.h"
#include "sqlite-store/row.h"
#include "sqlite-store/rows.h"

/* What is gathered before it is written. */
#define MAX_ROWS 1000
#define MAX_BYTES (1024 * 1024)

/* Staged rows of the spool come before all others. */
#define FIRST_SEQ (G_MININT64 / 2)

/* What is to be done with a row. */
typedef enum
{
  KIND_NOTHING,
  KIND_PUT,
  KIND_REMOVE,
  KIND_MERGE, /* it has several copies */
} Kind;

/* The statements for the rows of one table. */
typedef struct
{
  Table *table;
  gint64 type;
  sqlite3_stmt *put;
  sqlite3_stmt *remove;
} Target;

struct _Bulk
{
  Store *store;
  MergeRequest request;
  Merge merge;
  Pace pace; /* until the rows are shown, since they leave a long log */
  Rows rows;
  GByteArray *kinds; /* of the rows of the spool, one after the other */

  Batch *batch;
  Target target;
  gint64 seq;
  gboolean has_shadow;
  gboolean names_rows; /* they are few enough for a notice that names them */
};

Bulk *
bulk_new (Store *store, const MergeRequest *request)
{
  Bulk *bulk = g_new0 (Bulk, 1);

  bulk->store = store;
  bulk->request = (MergeRequest){ .full = TRUE, .buckets = merge_copy_roles (request->buckets) };
  merge_init (&bulk->merge, store, &bulk->request);
  bulk->kinds = g_byte_array_new ();
  return bulk;
}

void
bulk_free (Bulk *bulk)
{
  pace_stop (&bulk->pace);
  merge_clear (&bulk->merge);
  g_hash_table_unref (bulk->request.buckets);
  g_byte_array_unref (bulk->kinds);
  g_free (bulk);
}

/* --- What nobody sees ---------------------------------------------------------------------------------- */

static Kind
get_kind (const Merge *merge)
{
  const Table *table = merge->key.table;

  if (table == NULL || table->mode != SYNCLINE_TABLE_SYNCED || merge->entries->len > 1)
    return KIND_MERGE;
  if (merge->entries->len == 0)
    return KIND_REMOVE;
  const Entry *entry = &g_array_index (merge->entries, Entry, 0);
  if (entry->has_data)
    return KIND_MERGE;
  if (entry->removed)
    return KIND_REMOVE;
  return entry->op != NULL ? KIND_PUT : KIND_NOTHING;
}

static gboolean
prepare_row (Bulk *bulk, GError **error)
{
  Merge *merge = &bulk->merge;

  if (!rows_take (&bulk->rows, merge, error) || !merge_load_entries (merge, error))
    return FALSE;
  merge_add_ops (merge);
  const guint8 kind = get_kind (merge);
  g_byte_array_append (bulk->kinds, &kind, 1);
  return (kind != KIND_PUT && kind != KIND_REMOVE)
         || merge_write_entries (merge, merge_find_winner (merge), NULL, error);
}

static gboolean
prepare_some (Bulk *bulk, GCancellable *cancellable, GError **error)
{
  guint n = 0;

  if (!pace_begin (&bulk->pace, cancellable, error))
    return FALSE;
  gboolean ok = TRUE;
  for (; ok && bulk->rows.has_next && n < bulk->pace.n_rows; n++)
    ok = prepare_row (bulk, error);
  return pace_end (&bulk->pace, ok, n, error);
}

gboolean
bulk_prepare (Bulk *bulk, GCancellable *cancellable, GError **error)
{
  gboolean ok = pace_start (&bulk->pace, bulk->store, cancellable, error)
                && rows_begin (&bulk->rows, bulk->store->spool, error);

  bulk->merge.has_oplog = TRUE;
  while (ok && bulk->rows.has_next)
    ok = prepare_some (bulk, cancellable, error);
  rows_end (&bulk->rows);
  return ok;
}

/* --- Statements ---------------------------------------------------------------------------------------- */

/* Gives the rows that were written. */
static void
append_returning (const Bulk *bulk, GString *sql)
{
  if (bulk->names_rows)
    g_string_append (sql, " RETURNING \"id\"");
}

static sqlite3_stmt *
prepare_put (Bulk *bulk, const Table *table, GError **error)
{
  g_autoptr (GString) source = g_string_new ("SELECT ");
  g_autoptr (GString) sql = g_string_new (NULL);

  if (!batch_append_from (bulk->batch, BATCH_ROWS, batch_get_row_cells (table), source, error))
    return NULL;
  /* SQLite could not tell ON CONFLICT from a join's condition. */
  g_string_append (source, " WHERE true");
  row_append_put (sql, table, source->str);
  append_returning (bulk, sql);
  return connection_prepare (bulk->store->writer, sql->str, error);
}

static sqlite3_stmt *
prepare_remove (Bulk *bulk, const Table *table, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("DELETE FROM ");

  sql_append_identifier (sql, table->name);
  g_string_append (sql, " WHERE \"id\" IN (SELECT ");
  if (!batch_append_from (bulk->batch, BATCH_REMOVED, 1, sql, error))
    return NULL;
  g_string_append_c (sql, ')');
  append_returning (bulk, sql);
  return connection_prepare (bulk->store->writer, sql->str, error);
}

static void
target_clear (Target *target)
{
  g_clear_pointer (&target->put, sqlite3_finalize);
  g_clear_pointer (&target->remove, sqlite3_finalize);
  target->table = NULL;
}

static gboolean
set_target (Bulk *bulk, GError **error)
{
  Target *target = &bulk->target;

  target_clear (target);
  target->type = bulk->merge.key.type;
  target->table = bulk->merge.key.table;
  if (target->table == NULL)
    return TRUE;
  target->put = prepare_put (bulk, target->table, error);
  if (target->put == NULL)
    return FALSE;
  target->remove = prepare_remove (bulk, target->table, error);
  return target->remove != NULL;
}

/* --- Writing ------------------------------------------------------------------------------------------- */

/* Removes what a table of the store's own has for the rows of a list. */
static gboolean
forget_rows (Bulk *bulk, const char *own_table, BatchList list, guint n_cells, GError **error)
{
  g_autoptr (GString) from = g_string_new (NULL);

  if (batch_get_n_rows (bulk->batch, list) == 0)
    return TRUE;
  if (!batch_append_from (bulk->batch, list, n_cells, from, error))
    return FALSE;
  g_autofree char *sql = g_strdup_printf (
      "DELETE FROM %s WHERE type = %" G_GINT64_FORMAT " AND row_id IN (SELECT c0%s)", own_table,
      bulk->target.type, strstr (from->str, " FROM"));
  return connection_exec (bulk->store->writer, sql, error);
}

static gboolean
forget_all_rows (Bulk *bulk, const char *own_table, GError **error)
{
  return forget_rows (bulk, own_table, BATCH_ROWS, batch_get_row_cells (bulk->target.table), error)
         && forget_rows (bulk, own_table, BATCH_REMOVED, 1, error);
}

static gboolean
write_extras (Bulk *bulk, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  if (!bulk->target.table->has_extra)
    return TRUE;
  if (!forget_all_rows (bulk, "syncline_extra", error))
    return FALSE;
  if (batch_get_n_rows (bulk->batch, BATCH_EXTRAS) == 0)
    return TRUE;
  g_string_printf (sql,
                   "INSERT INTO syncline_extra (type, row_id, data) SELECT %" G_GINT64_FORMAT ", ",
                   bulk->target.type);
  return batch_append_from (bulk->batch, BATCH_EXTRAS, BATCH_EXTRA_CELLS, sql, error)
         && connection_exec (bulk->store->writer, sql->str, error);
}

static gboolean
write_list (Bulk *bulk, BatchList list, sqlite3_stmt *stmt, GError **error)
{
  Connection *writer = bulk->store->writer;
  const gint64 before = sqlite3_total_changes64 (writer->handle);
  const char *table = bulk->target.table->name;
  Step step;

  if (batch_get_n_rows (bulk->batch, list) == 0)
    return TRUE;
  while ((step = connection_step (writer, stmt, error)) == STEP_ROW)
    notices_add_row (bulk->store->notices, table, column_text (stmt, 0),
                     sqlite3_column_bytes (stmt, 0));
  if (!bulk->names_rows && sqlite3_total_changes64 (writer->handle) > before)
    notices_add_table (bulk->store->notices, table);
  return step == STEP_DONE;
}

static gboolean
write_rows (Bulk *bulk, GError **error)
{
  return write_list (bulk, BATCH_ROWS, bulk->target.put, error)
         && write_list (bulk, BATCH_REMOVED, bulk->target.remove, error);
}

static gboolean
write_batch (Bulk *bulk, GError **error)
{
  gboolean ok = bulk->target.table == NULL
                || (write_rows (bulk, error) && write_extras (bulk, error)
                    && (!bulk->has_shadow || forget_all_rows (bulk, "syncline_shadow", error)));

  batch_clear (bulk->batch);
  return ok;
}

/* --- Gathering ----------------------------------------------------------------------------------------- */

static gboolean
stage_row (Bulk *bulk, GError **error)
{
  const Merge *merge = &bulk->merge;

  for (guint i = 0; i < merge->ops->len; i++)
    {
      const StagedOp *op = &g_array_index (merge->ops, StagedOp, i);
      const SpoolOp spool_op = {
        .type = merge->key.type,
        .bucket = op->bucket,
        .subkey = op->subkey,
        .op_id = op->op_id,
        .op = op->op,
        .id = merge->key.id,
        .data
        = op->op == SYNCLINE_OP_PUT ? merge_get_op_data (merge, op) : (SynclineSlice){ NULL, 0 },
      };
      if (!stage_insert (bulk->store, bulk->seq++, &spool_op, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_put (Bulk *bulk, MergeRequest *request, GError **error)
{
  Merge *merge = &bulk->merge;

  g_array_set_size (merge->entries, 0);
  merge_add_ops (merge);
  const Entry *winner = merge_find_winner (merge);
  if (winner == NULL)
    return TRUE;
  const RowKey key = { merge->key.type, merge->key.table, batch_keep (bulk->batch, merge->key.id) };
  const SynclineSlice data = batch_keep (bulk->batch, merge_get_op_data (merge, winner->op));
  if (batch_add_row (bulk->batch, &key, data, error))
    return TRUE;
  request->bad_bucket = winner->bucket;
  return FALSE;
}

static void
add_remove (Bulk *bulk)
{
  Cell *cells = batch_add (bulk->batch, BATCH_REMOVED, 1);

  cells[0] = cell_new_text (batch_keep (bulk->batch, bulk->merge.key.id));
}

static gboolean
is_full (Bulk *bulk)
{
  return batch_get_n_rows (bulk->batch, BATCH_ROWS) + batch_get_n_rows (bulk->batch, BATCH_REMOVED)
             >= MAX_ROWS
         || batch_get_n_bytes (bulk->batch) >= MAX_BYTES;
}

static gboolean
show_row (Bulk *bulk, Kind kind, MergeRequest *request, GError **error)
{
  if ((bulk->merge.key.type != bulk->target.type || is_full (bulk)) && !write_batch (bulk, error))
    return FALSE;
  if (bulk->merge.key.type != bulk->target.type && !set_target (bulk, error))
    return FALSE;
  switch (kind)
    {
    case KIND_NOTHING:
      break;
    case KIND_PUT:
      return add_put (bulk, request, error);
    case KIND_REMOVE:
      add_remove (bulk);
      break;
    case KIND_MERGE:
      return stage_row (bulk, error);
    }
  return TRUE;
}

static gboolean
show_rows (Bulk *bulk, MergeRequest *request, GError **error)
{
  if (!rows_begin (&bulk->rows, bulk->store->spool, error))
    return FALSE;
  for (guint i = 0; bulk->rows.has_next; i++)
    if (!rows_take (&bulk->rows, &bulk->merge, error)
        || !show_row (bulk, (Kind) bulk->kinds->data[i], request, error))
      return FALSE;
  return write_batch (bulk, error);
}

/* Buckets that are void since then are so in the request. */
static void
take_roles (Bulk *bulk, const MergeRequest *request)
{
  g_hash_table_unref (bulk->request.buckets);
  bulk->request.buckets = merge_copy_roles (request->buckets);
}

gboolean
bulk_show (Bulk *bulk, MergeRequest *request, GError **error)
{
  Store *store = bulk->store;
  gint64 shadow;
  gboolean off;

  if (!connection_get_int (store->writer, &shadow, error,
                           "SELECT EXISTS (SELECT 1 FROM syncline_shadow)", "")
      || !merge_switch_triggers_off (store, &off, error) || !store_pause_capture (store, error))
    return FALSE;
  bulk->has_shadow = shadow != 0;
  bulk->names_rows = spool_get_n_ops (store->spool) <= NOTICES_MAX_ROWS;
  bulk->seq = FIRST_SEQ;
  bulk->target = (Target){ .type = 0 };
  bulk->batch = batch_new (store->writer);
  take_roles (bulk, request);
  gboolean ok = show_rows (bulk, request, error);
  merge_switch_triggers_on (store, off);
  rows_end (&bulk->rows);
  target_clear (&bulk->target);
  g_clear_pointer (&bulk->batch, batch_free);
  return ok;
}
