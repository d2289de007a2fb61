/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The copies of one row: reading them, changing them, writing them. */

#include "config.h"

#include "sqlite-store/merge-private.h"

static BucketRole
get_role (Merge *merge, gint64 bucket)
{
  return (BucketRole) GPOINTER_TO_INT (
      g_hash_table_lookup (merge->request->buckets, GSIZE_TO_POINTER ((gsize) bucket)));
}

/* --- The operations of a row -------------------------------------------------------------------------- */

void
merge_init (Merge *merge, Store *store, MergeRequest *request)
{
  *merge = (Merge){
    .store = store,
    .writer = store->writer,
    .request = request,
    .id = g_string_new (NULL),
    .data = g_string_new (NULL),
    .ops = g_array_new (FALSE, FALSE, sizeof (StagedOp)),
    .entries = g_array_new (FALSE, FALSE, sizeof (Entry)),
    .done = g_array_new (FALSE, FALSE, sizeof (gint64)),
  };
}

void
merge_clear (Merge *merge)
{
  g_string_free (merge->id, TRUE);
  g_string_free (merge->data, TRUE);
  g_array_unref (merge->ops);
  g_array_unref (merge->entries);
  g_array_unref (merge->done);
}

GHashTable *
merge_copy_roles (GHashTable *roles)
{
  GHashTable *copy = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, roles);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, key, value);
  return copy;
}

void
merge_begin_row (Merge *merge, gint64 type, SynclineSlice id)
{
  g_array_set_size (merge->ops, 0);
  g_string_truncate (merge->data, 0);
  g_string_truncate (merge->id, 0);
  g_string_append_len (merge->id, id.data, (gssize) id.length);
  if (type != merge->key.type || merge->key.table == NULL)
    merge->key.table = tables_find_type (merge->store->tables, type);
  merge->key.type = type;
  merge->key.id = (SynclineSlice){ merge->id->str, merge->id->len };
}

void
merge_take_op (Merge *merge, const StagedOp *op, SynclineSlice data)
{
  StagedOp taken = *op;

  /* It takes the place of the one before: a row that changes all the time takes no more memory. */
  if (merge->ops->len > 0)
    {
      const StagedOp *before = &g_array_index (merge->ops, StagedOp, merge->ops->len - 1);
      if (before->bucket == op->bucket && before->subkey == op->subkey)
        g_string_truncate (merge->data, before->data);
    }
  taken.data = merge->data->len;
  taken.data_length = data.length;
  g_string_append_len (merge->data, data.data, (gssize) data.length);
  g_array_append_val (merge->ops, taken);
}

/* --- The entries of a row --------------------------------------------------------------------------- */

gboolean
merge_load_entries (Merge *merge, GError **error)
{
  g_array_set_size (merge->entries, 0);
  if (!merge->has_oplog)
    return TRUE;

  sqlite3_stmt *stmt = connection_get_statement (
      merge->writer,
      "SELECT bucket, subkey, op_id, data IS NOT NULL FROM syncline_oplog"
      " WHERE type = ?1 AND row_id = ?2",
      error);
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, merge->key.type);
  sqlite3_bind_text (stmt, 2, merge->key.id.data, (int) merge->key.id.length, SQLITE_STATIC);

  Step step;
  while ((step = connection_step (merge->writer, stmt, error)) == STEP_ROW)
    {
      Entry entry = {
        .bucket = sqlite3_column_int64 (stmt, 0),
        .subkey = sqlite3_column_int64 (stmt, 1),
        .op_id = sqlite3_column_int64 (stmt, 2),
        .stored = TRUE,
        .has_data = sqlite3_column_int (stmt, 3) != 0,
      };
      entry.removed = get_role (merge, entry.bucket) == BUCKET_NONE;
      g_array_append_val (merge->entries, entry);
    }
  return step == STEP_DONE;
}

static Entry *
find_entry (Merge *merge, const StagedOp *op)
{
  for (guint i = 0; i < merge->entries->len; i++)
    {
      Entry *entry = &g_array_index (merge->entries, Entry, i);
      if (entry->bucket == op->bucket && entry->subkey == op->subkey)
        return entry;
    }
  return NULL;
}

static void
put_entry (Merge *merge, const StagedOp *op)
{
  Entry *entry = find_entry (merge, op);

  if (entry == NULL)
    {
      g_array_set_size (merge->entries, merge->entries->len + 1);
      entry = &g_array_index (merge->entries, Entry, merge->entries->len - 1);
      *entry = (Entry){ .bucket = op->bucket, .subkey = op->subkey };
    }
  entry->op_id = op->op_id;
  entry->op = op;
  entry->removed = FALSE;
}

/* An operation that waits for its priority makes the old copy void already. */
void
merge_add_op (Merge *merge, const StagedOp *op)
{
  BucketRole role = get_role (merge, op->bucket);

  if (role == BUCKET_SHOWN && op->op == SYNCLINE_OP_PUT)
    put_entry (merge, op);
  else if (role != BUCKET_NONE)
    {
      Entry *entry = find_entry (merge, op);
      if (entry != NULL)
        entry->removed = TRUE;
    }
  if (role != BUCKET_WAITS && !merge->request->full)
    g_array_append_val (merge->done, op->seq);
}

void
merge_add_ops (Merge *merge)
{
  for (guint i = 0; i < merge->ops->len; i++)
    merge_add_op (merge, &g_array_index (merge->ops, StagedOp, i));
}

const Entry *
merge_find_winner (Merge *merge)
{
  Entry *winner = NULL;

  for (guint i = 0; i < merge->entries->len; i++)
    {
      Entry *entry = &g_array_index (merge->entries, Entry, i);
      if (!entry->removed && (winner == NULL || entry->op_id > winner->op_id))
        winner = entry;
    }
  return winner;
}

gboolean
merge_has_news (Merge *merge)
{
  for (guint i = 0; i < merge->entries->len; i++)
    {
      const Entry *entry = &g_array_index (merge->entries, Entry, i);
      if (entry->op != NULL && !entry->removed)
        return TRUE;
    }
  return FALSE;
}

/* --- Writing the entries ------------------------------------------------------------------------------ */

/* The data of an entry that is shown is in the table, not here. */
static gboolean
write_entry (Merge *merge, const Entry *entry, SynclineSlice data, GError **error)
{
  sqlite3_stmt *stmt = connection_get_statement (
      merge->writer,
      "INSERT INTO syncline_oplog (type, row_id, bucket, subkey, op_id, data)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (type, row_id, bucket, subkey)"
      " DO UPDATE SET op_id = excluded.op_id, data = excluded.data",
      error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, merge->key.type);
  sqlite3_bind_text (stmt, 2, merge->key.id.data, (int) merge->key.id.length, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 3, entry->bucket);
  sqlite3_bind_int64 (stmt, 4, entry->subkey);
  sqlite3_bind_int64 (stmt, 5, entry->op_id);
  sqlite3_bind_text64 (stmt, 6, data.data, data.length, SQLITE_STATIC, SQLITE_UTF8);
  return connection_step (merge->writer, stmt, error) != STEP_ERROR;
}

static gboolean
delete_entry (Merge *merge, const Entry *entry, GError **error)
{
  sqlite3_stmt *stmt = connection_get_statement (
      merge->writer,
      "DELETE FROM syncline_oplog WHERE type = ?1 AND row_id = ?2 AND bucket = ?3 AND subkey = ?4",
      error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, merge->key.type);
  sqlite3_bind_text (stmt, 2, merge->key.id.data, (int) merge->key.id.length, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 3, entry->bucket);
  sqlite3_bind_int64 (stmt, 4, entry->subkey);
  return connection_step (merge->writer, stmt, error) != STEP_ERROR;
}

SynclineSlice
merge_get_op_data (const Merge *merge, const StagedOp *op)
{
  return (SynclineSlice){ merge->data->str + op->data, op->data_length };
}

/* An entry that is no longer shown takes its data from the table, or, since the application may have changed
 * the row, from the shadow. */
static gboolean
hide_entry (Merge *merge, const Entry *entry, const char *shadow, GError **error)
{
  g_autofree char *shown = NULL;

  if (shadow == NULL && !row_get (merge->store->tables, merge->writer, &merge->key, &shown, error))
    return FALSE;
  const char *data = shadow != NULL ? shadow : shown;
  return write_entry (merge, entry, (SynclineSlice){ data, data != NULL ? strlen (data) : 0 },
                      error);
}

/* Brings the oplog up to date with the entries. Goes before the row is written. */
gboolean
merge_write_entries (Merge *merge, const Entry *winner, const char *shadow, GError **error)
{
  for (guint i = 0; i < merge->entries->len; i++)
    {
      const Entry *entry = &g_array_index (merge->entries, Entry, i);
      gboolean ok = TRUE;

      if (entry->removed)
        ok = !entry->stored || delete_entry (merge, entry, error);
      else if (entry == winner)
        ok = (entry->op == NULL && !entry->has_data)
             || write_entry (merge, entry, (SynclineSlice){ NULL, 0 }, error);
      else if (entry->op != NULL)
        ok = write_entry (merge, entry, merge_get_op_data (merge, entry->op), error);
      else if (!entry->has_data)
        ok = hide_entry (merge, entry, shadow, error);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

gboolean
merge_get_kept_data (Merge *merge, const Entry *entry, char **out_data, GError **error)
{
  return connection_get_text (merge->writer, out_data, error,
                              "SELECT data FROM syncline_oplog WHERE type = ?1 AND row_id = ?2"
                              " AND bucket = ?3 AND subkey = ?4",
                              "isii", merge->key.type, merge->key.id.data, entry->bucket,
                              entry->subkey);
}
