/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What waits goes into the database. */

#include "config.h"

#include "sqlite-store/spool-private.h"

gsize
spool_decode_at (Spool *spool, guint offset, SpoolOp *out_op)
{
  gsize head = 0;

  spool_decode (spool->bytes->data + offset, spool->bytes->len - offset, out_op, &head);
  return head + out_op->id.length + out_op->data.length;
}

gboolean
spool_write_positions (Store *store, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, store->spool->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!bucket_write (store->writer, value, error))
      return FALSE;
  return TRUE;
}

gboolean
spool_is_in_memory (Spool *spool)
{
  return spool->fd < 0;
}

static gboolean
pour_memory (Store *store, GError **error)
{
  Spool *spool = store->spool;

  for (guint i = 0; i < spool->pending->len; i++)
    {
      SpoolOp op;
      spool_decode_at (spool, g_array_index (spool->pending, Pending, i).offset, &op);
      if (!stage_insert (store, 0, &op, error))
        return FALSE;
    }
  return spool_write_positions (store, error);
}

/* Bucket → the last operation of it that was shown. */
static GHashTable *
read_shown (Store *store, GError **error)
{
  g_autoptr (GHashTable) shown
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  sqlite3_stmt *stmt = connection_query (store->writer, error,
                                         "SELECT id, last_applied_op FROM syncline_bucket", "");
  Step step;

  if (stmt == NULL)
    return NULL;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      gint64 numbers[] = { sqlite3_column_int64 (stmt, 0), sqlite3_column_int64 (stmt, 1) };
      g_hash_table_insert (shown, g_memdup2 (&numbers[0], sizeof numbers[0]),
                           g_memdup2 (&numbers[1], sizeof numbers[1]));
    }
  return step == STEP_DONE ? g_steal_pointer (&shown) : NULL;
}

static gboolean
pour_file (Store *store, GHashTable *shown, GError **error)
{
  g_autoptr (SpoolReader) reader = spool_reader_new (store->spool, error);
  gboolean found;
  SpoolOp op;

  if (reader == NULL)
    return FALSE;
  while (spool_reader_next (reader, &op, &found, error))
    {
      if (!found)
        return TRUE;
      const gint64 *last = shown != NULL ? g_hash_table_lookup (shown, &op.bucket) : NULL;
      if ((last == NULL || op.op_id > *last) && !stage_insert (store, 0, &op, error))
        return FALSE;
    }
  return FALSE;
}

gboolean
spool_pour (Store *store, gboolean all, GError **error)
{
  g_autoptr (GHashTable) shown = NULL;

  if (spool_is_in_memory (store->spool))
    return pour_memory (store, error);
  if (!all && (shown = read_shown (store, error)) == NULL)
    return FALSE;
  return pour_file (store, shown, error);
}
