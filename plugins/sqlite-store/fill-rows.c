/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Writing what waits in the spool into fresh tables: the rows of a transaction are gathered and taken apart
 * first, while nothing is locked. */

#include "config.h"

#include "sqlite-store/fill-private.h"

/* What a transaction holds at most. */
#define MAX_BYTES (1024 * 1024)

/* --- Statements ---------------------------------------------------------------------------------------- */

/* Into a fresh table, whose columns are named. OR ROLLBACK spares SQLite a journal for undoing only the
 * statement. */
static GString *
begin_insert (const char *table, const char *columns, const char *values)
{
  g_autofree char *name = fresh_get_name (table);
  GString *sql = g_string_new ("INSERT OR ROLLBACK INTO ");

  sql_append_identifier (sql, name);
  g_string_append_printf (sql, " (%s) SELECT %s", columns, values);
  return sql;
}

static sqlite3_stmt *
end_insert (Fill *fill, GString *sql, BatchList list, guint n_cells, GError **error)
{
  sqlite3_stmt *stmt = NULL;

  if (batch_append_from (fill->batch, list, n_cells, sql, error))
    stmt = connection_prepare (fill->store->writer, sql->str, error);
  g_string_free (sql, TRUE);
  return stmt;
}

static sqlite3_stmt *
prepare_rows (Fill *fill, Table *table, GError **error)
{
  g_autoptr (GString) columns = g_string_new ("\"id\"");

  if (table == NULL)
    return end_insert (fill, begin_insert ("syncline_untyped", "type, row_id, data", "?1, "),
                       BATCH_ROWS, batch_get_row_cells (NULL), error);
  for (guint i = 0; i < table->n_columns; i++)
    {
      g_string_append (columns, ", ");
      sql_append_identifier (columns, table->names[i]);
    }
  return end_insert (fill, begin_insert (table->name, columns->str, ""), BATCH_ROWS,
                     batch_get_row_cells (table), error);
}

static gboolean
prepare (Fill *fill, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, fill->targets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Target *target = value;
      target->insert = prepare_rows (fill, target->table, error);
      if (target->insert == NULL)
        return FALSE;
    }
  fill->insert_entries = end_insert (
      fill, begin_insert ("syncline_oplog", "type, row_id, bucket, subkey, op_id, data", "?1, "),
      BATCH_ENTRIES, BATCH_ENTRY_CELLS, error);
  if (fill->insert_entries == NULL)
    return FALSE;
  fill->insert_extras
      = end_insert (fill, begin_insert ("syncline_extra", "type, row_id, data", "?1, "),
                    BATCH_EXTRAS, BATCH_EXTRA_CELLS, error);
  if (fill->insert_extras == NULL)
    return FALSE;
  fill->insert_staged = end_insert (
      fill,
      begin_insert ("syncline_staged", "seq, bucket, op_id, op, type, row_id, subkey, data", ""),
      BATCH_STAGED, BATCH_STAGED_CELLS, error);
  return fill->insert_staged != NULL;
}

static gboolean
attach (Fill *fill, GCancellable *cancellable, GError **error)
{
  if (!store_lock_writer (fill->store, cancellable, error))
    return FALSE;
  fill->batch = batch_new (fill->store->writer);
  gboolean ok = prepare (fill, error);
  store_unlock_writer (fill->store);
  return ok;
}

static void
detach (Fill *fill)
{
  GHashTableIter iter;
  gpointer value;

  if (fill->batch == NULL || !store_lock_writer (fill->store, NULL, NULL))
    return;
  g_hash_table_iter_init (&iter, fill->targets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_clear_pointer (&((Target *) value)->insert, sqlite3_finalize);
  g_clear_pointer (&fill->insert_entries, sqlite3_finalize);
  g_clear_pointer (&fill->insert_extras, sqlite3_finalize);
  g_clear_pointer (&fill->insert_staged, sqlite3_finalize);
  g_clear_pointer (&fill->batch, batch_free);
  store_unlock_writer (fill->store);
}

/* --- Gathering rows ------------------------------------------------------------------------------------ */

static Cell
text_or_null (SynclineSlice text)
{
  return text.data != NULL ? cell_new_text (text) : (Cell){ .kind = CELL_NULL };
}

/* A row of a table that is not filled: it goes the general way. */
static void
add_staged (Fill *fill, SynclineSlice id)
{
  for (guint i = 0; i < fill->merge.ops->len; i++)
    {
      const StagedOp *op = &g_array_index (fill->merge.ops, StagedOp, i);
      SynclineSlice data = { NULL, 0 };

      if (op->op == SYNCLINE_OP_PUT)
        data = batch_keep (fill->batch, merge_get_op_data (&fill->merge, op));
      Cell *cells = batch_add (fill->batch, BATCH_STAGED, BATCH_STAGED_CELLS);
      cells[0] = cell_new_integer (fill->seq++);
      cells[1] = cell_new_integer (op->bucket);
      cells[2] = cell_new_integer (op->op_id);
      cells[3] = cell_new_integer (op->op);
      cells[4] = cell_new_integer (fill->merge.key.type);
      cells[5] = cell_new_text (id);
      cells[6] = cell_new_integer (op->subkey);
      cells[7] = text_or_null (data);
    }
}

/* The data of the entry that is shown is in the table, not here. */
static void
add_entries (Fill *fill, SynclineSlice id, const Entry *winner)
{
  for (guint i = 0; i < fill->merge.entries->len; i++)
    {
      const Entry *entry = &g_array_index (fill->merge.entries, Entry, i);
      SynclineSlice data = { NULL, 0 };

      if (entry->removed)
        continue;
      if (entry != winner)
        data = batch_keep (fill->batch, merge_get_op_data (&fill->merge, entry->op));
      Cell *cells = batch_add (fill->batch, BATCH_ENTRIES, BATCH_ENTRY_CELLS);
      cells[0] = cell_new_text (id);
      cells[1] = cell_new_integer (entry->bucket);
      cells[2] = cell_new_integer (entry->subkey);
      cells[3] = cell_new_integer (entry->op_id);
      cells[4] = text_or_null (data);
    }
}

static gboolean
add_shown (Fill *fill, SynclineSlice id, const Entry *winner, GError **error)
{
  const RowKey key = { fill->merge.key.type, fill->merge.key.table, id };
  const SynclineSlice data = batch_keep (fill->batch, merge_get_op_data (&fill->merge, winner->op));

  if (batch_add_row (fill->batch, &key, data, error))
    return TRUE;
  fill->bad_bucket = winner->bucket;
  return FALSE;
}

/* Rows without a table concern nobody. */
static void
note_id (Target *target, const GString *id)
{
  if (target->table != NULL && target->ids->len <= NOTICES_MAX_ROWS)
    g_ptr_array_add (target->ids, g_strndup (id->str, id->len));
}

static gboolean
add_row (Fill *fill, GError **error)
{
  Merge *merge = &fill->merge;
  const SynclineSlice id = batch_keep (fill->batch, merge->key.id);
  Target *target = g_hash_table_lookup (fill->targets, merge->key.table);

  if (target == NULL)
    {
      add_staged (fill, id);
      return TRUE;
    }
  g_array_set_size (merge->entries, 0);
  merge_add_ops (merge);
  const Entry *winner = merge_find_winner (merge);
  if (winner == NULL)
    return TRUE;
  note_id (target, merge->id);
  add_entries (fill, id, winner);
  return add_shown (fill, id, winner, error);
}

static guint
count_rows (Fill *fill)
{
  return batch_get_n_rows (fill->batch, BATCH_ENTRIES)
         + batch_get_n_rows (fill->batch, BATCH_STAGED);
}

static gboolean
is_full (Fill *fill)
{
  return count_rows (fill) >= fill->pace.n_rows || batch_get_n_bytes (fill->batch) >= MAX_BYTES;
}

/* Rows of one type, as many as a transaction takes. */
static gboolean
gather (Fill *fill, GError **error)
{
  const gint64 type = fill->rows.next.type;

  batch_clear (fill->batch);
  while (fill->rows.has_next && fill->rows.next.type == type && !is_full (fill))
    if (!rows_take (&fill->rows, &fill->merge, error) || !add_row (fill, error))
      return FALSE;
  return TRUE;
}

/* --- Writing rows -------------------------------------------------------------------------------------- */

static gboolean
insert_list (Fill *fill, BatchList list, sqlite3_stmt *insert, GError **error)
{
  if (batch_get_n_rows (fill->batch, list) == 0)
    return TRUE;
  /* Statements for one table have no use for it. */
  if (sqlite3_bind_parameter_count (insert) > 0)
    sqlite3_bind_int64 (insert, 1, fill->merge.key.type);
  return connection_step (fill->store->writer, insert, error) != STEP_ERROR;
}

static gboolean
insert_all (Fill *fill, GError **error)
{
  const Target *target = g_hash_table_lookup (fill->targets, fill->merge.key.table);

  return (target == NULL || insert_list (fill, BATCH_ROWS, target->insert, error))
         && insert_list (fill, BATCH_ENTRIES, fill->insert_entries, error)
         && insert_list (fill, BATCH_EXTRAS, fill->insert_extras, error)
         && insert_list (fill, BATCH_STAGED, fill->insert_staged, error);
}

static gboolean
write_batch (Fill *fill, GCancellable *cancellable, GError **error)
{
  if (!pace_begin (&fill->pace, cancellable, error))
    return FALSE;
  gboolean ok = insert_all (fill, error);
  return pace_end (&fill->pace, ok, count_rows (fill), error);
}

gboolean
fill_run (Fill *fill, gint64 *out_bad_bucket, GCancellable *cancellable, GError **error)
{
  gboolean ok = pace_start (&fill->pace, fill->store, cancellable, error)
                && attach (fill, cancellable, error)
                && rows_begin (&fill->rows, fill->store->spool, error);

  while (ok && fill->rows.has_next)
    ok = !g_cancellable_set_error_if_cancelled (cancellable, error) && gather (fill, error)
         && write_batch (fill, cancellable, error);
  rows_end (&fill->rows);
  detach (fill);
  pace_stop (&fill->pace);
  *out_bad_bucket = fill->bad_bucket;
  return ok;
}
