/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/spool.h"

#define BUCKET_COLUMNS "id, last_op, last_applied_op, checksum, count_at_last, count_since_last"

static void
get_bucket (sqlite3_stmt *stmt, Bucket *bucket)
{
  bucket->id = sqlite3_column_int64 (stmt, 0);
  bucket->last_op = sqlite3_column_int64 (stmt, 1);
  bucket->last_applied_op = sqlite3_column_int64 (stmt, 2);
  bucket->checksum = (guint32) sqlite3_column_int64 (stmt, 3);
  bucket->count_at_last = sqlite3_column_int64 (stmt, 4);
  bucket->count_since_last = sqlite3_column_int64 (stmt, 5);
}

gboolean
bucket_read (Connection *connection, const char *name, Bucket *out_bucket, GError **error)
{
  sqlite3_stmt *stmt = connection_query (
      connection, error, "SELECT " BUCKET_COLUMNS " FROM syncline_bucket WHERE name = ?1", "s",
      name);
  Step step = stmt != NULL ? connection_step (connection, stmt, error) : STEP_ERROR;

  *out_bucket = (Bucket){ 0 };
  if (step == STEP_ROW)
    {
      get_bucket (stmt, out_bucket);
      sqlite3_reset (stmt);
    }
  return step != STEP_ERROR;
}

gboolean
bucket_insert (Connection *writer, const char *name, Bucket *bucket, GError **error)
{
  if (!connection_run (writer, error,
                       "INSERT INTO syncline_bucket (name, last_op, last_applied_op, checksum,"
                       " count_at_last, count_since_last) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                       "siiiii", name, bucket->last_op, bucket->last_applied_op,
                       (gint64) bucket->checksum, bucket->count_at_last, bucket->count_since_last))
    return FALSE;
  bucket->id = sqlite3_last_insert_rowid (writer->handle);
  return TRUE;
}

gboolean
bucket_write (Connection *writer, const Bucket *bucket, GError **error)
{
  return connection_run (writer, error,
                         "UPDATE syncline_bucket SET last_op = ?2, checksum = ?3,"
                         " count_since_last = ?4 WHERE id = ?1",
                         "iiii", bucket->id, bucket->last_op, (gint64) bucket->checksum,
                         bucket->count_since_last);
}

gboolean
bucket_forget (Connection *writer, const Bucket *bucket, GError **error)
{
  if (bucket->id == 0)
    return TRUE;
  if (!connection_run (writer, error,
                       "INSERT OR IGNORE INTO syncline_gone SELECT id FROM syncline_bucket"
                       " WHERE id = ?1 AND " BUCKET_LEAVES_ROWS,
                       "i", bucket->id))
    return FALSE;
  return connection_run (writer, error, "DELETE FROM syncline_bucket WHERE id = ?1", "i",
                         bucket->id);
}

gboolean
store_remove_buckets (gpointer self,
                      const char *const *names,
                      guint n_names,
                      GCancellable *cancellable,
                      GError **error)
{
  Store *store = self;
  gboolean ok = TRUE;

  if (n_names == 0)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->download);
  if (!spool_flush (store, cancellable, error) || !store_begin (store, cancellable, error))
    return FALSE;
  for (guint i = 0; ok && i < n_names; i++)
    {
      Bucket bucket;
      ok = bucket_read (store->writer, names[i], &bucket, error)
           && bucket_forget (store->writer, &bucket, error);
    }
  return store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error);
}

gboolean
store_list_buckets (gpointer self,
                    SynclineBucketFunc func,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error)
{
  Store *store = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->download);

  /* A new stream begins: another process may have had its turn since the last one. */
  if (!spool_flush (store, cancellable, error))
    return FALSE;
  spool_reset (store->spool);
  Connection *reader = store_take_reader (store, cancellable, error);
  if (reader == NULL)
    return FALSE;
  sqlite3_stmt *stmt = connection_query (
      reader, error, "SELECT " BUCKET_COLUMNS ", name FROM syncline_bucket ORDER BY id", "");
  Step step = stmt != NULL ? connection_step (reader, stmt, error) : STEP_ERROR;
  for (; step == STEP_ROW; step = connection_step (reader, stmt, error))
    {
      Bucket bucket;
      get_bucket (stmt, &bucket);
      const SynclineBucketState state = {
        .name = column_text (stmt, 6),
        .last_op = bucket.last_op,
        .last_applied_op = bucket.last_applied_op,
        .checksum = bucket.checksum,
        .count_at_last = bucket.count_at_last,
        .count_since_last = bucket.count_since_last,
      };
      func (&state, user_data);
    }
  store_return_reader (store, reader);
  return step == STEP_DONE;
}
