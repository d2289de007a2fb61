/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Operations as they arrive. They are appended, which is fast whatever the ids look like, and merged when a
 * checkpoint is complete (merge.c). Only the bucket's checksum is brought up to date at once: it is the
 * sum over all operations since the last CLEAR. Each call is a transaction: what has arrived has
 * arrived, and other connections never wait for more than a line. */

#include "config.h"

#include "sqlite-store/buckets.h"
#include "sqlite-store/side.h"

typedef struct
{
  Connection *writer;
  Connection *rows; /* where rows go */
  const char *name;
  Bucket bucket;
  sqlite3_stmt *insert;
  gint64 next; /* number of the next operation in the side file; 0 when it goes into the database */
  SynclineSlice type_name; /* of the operation before, mostly the same again */
  gint64 type;
} Stage;

/* Tells the copies of one row in one bucket apart; a number is enough for these few. No subkey, and the
 * word null, are the same. (FNV-1a, then mixed.) */
static gint64
hash_subkey (SynclineSlice subkey)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  if (subkey.data == NULL || (subkey.length == 4 && memcmp (subkey.data, "null", 4) == 0))
    return 0;
  for (gsize i = 0; i < subkey.length; i++)
    hash = (hash ^ (guchar) subkey.data[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  hash ^= hash >> 32;
  return (gint64) (hash * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
}

static gboolean
find_type (Stage *stage, SynclineSlice name, GError **error)
{
  if (stage->type != 0 && stage->type_name.length == name.length
      && memcmp (stage->type_name.data, name.data, name.length) == 0)
    return TRUE;
  stage->type_name = name;
  return tables_get_type (stage->writer, name.data, name.length, &stage->type, error);
}

/* Everything before is void: the bucket goes on under a new number. */
static gboolean
stage_clear (Stage *stage, guint32 checksum, GError **error)
{
  Bucket *bucket = &stage->bucket;

  if (!bucket_forget (stage->writer, bucket, error))
    return FALSE;
  bucket->checksum = checksum;
  bucket->last_applied_op = 0;
  return bucket_insert (stage->writer, stage->name, bucket, error);
}

/* A put without data is a row that is not there. */
static gboolean
stage_row (Stage *stage, const SynclineOp *op, GError **error)
{
  gboolean put = op->type == SYNCLINE_OP_PUT && op->data.data != NULL;
  sqlite3_stmt *insert = stage->insert;

  if (!find_type (stage, op->object_type, error))
    return FALSE;
  sqlite3_bind_int64 (insert, 1, stage->bucket.id);
  sqlite3_bind_int64 (insert, 2, op->op_id);
  sqlite3_bind_int (insert, 3, put ? SYNCLINE_OP_PUT : SYNCLINE_OP_REMOVE);
  sqlite3_bind_int64 (insert, 4, stage->type);
  sqlite3_bind_text64 (insert, 5, op->object_id.data, op->object_id.length, SQLITE_STATIC,
                       SQLITE_UTF8);
  sqlite3_bind_int64 (insert, 6, hash_subkey (op->subkey));
  if (put)
    sqlite3_bind_text64 (insert, 7, op->data.data, op->data.length, SQLITE_STATIC, SQLITE_UTF8);
  else
    sqlite3_bind_null (insert, 7);
  if (stage->next != 0)
    sqlite3_bind_int64 (insert, 8, stage->next++);
  return connection_step (stage->rows, insert, error) != STEP_ERROR;
}

static gboolean
stage_op (Stage *stage, const SynclineOp *op, GError **error)
{
  stage->bucket.last_op = op->op_id;
  stage->bucket.count_since_last++;
  if (op->type == SYNCLINE_OP_CLEAR)
    return stage_clear (stage, op->checksum, error);

  stage->bucket.checksum += op->checksum;
  /* A MOVE stands for nothing, and an operation without a row can't be shown. (Postgres has no texts
   * with a zero byte.) */
  if (op->type == SYNCLINE_OP_MOVE || op->object_type.data == NULL || op->object_id.data == NULL
      || memchr (op->object_id.data, '\0', op->object_id.length) != NULL)
    return TRUE;
  return stage_row (stage, op, error);
}

static gboolean
stage_line (Stage *stage, const SynclineOp *ops, guint n_ops, GError **error)
{
  Bucket *bucket = &stage->bucket;

  stage->insert = connection_get_statement (
      stage->rows,
      "INSERT INTO syncline_staged (bucket, op_id, op, type, row_id, subkey, data, seq)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      error);
  if (stage->insert == NULL || !bucket_read (stage->writer, stage->name, bucket, error)
      || (bucket->id == 0 && !bucket_insert (stage->writer, stage->name, bucket, error)))
    return FALSE;
  for (guint i = 0; i < n_ops; i++)
    if (!stage_op (stage, &ops[i], error))
      return FALSE;
  sqlite3_clear_bindings (stage->insert);
  return connection_run (stage->writer, error,
                         "UPDATE syncline_bucket SET last_op = ?2, checksum = ?3,"
                         " count_since_last = ?4 WHERE id = ?1",
                         "iiii", bucket->id, bucket->last_op, (gint64) bucket->checksum,
                         bucket->count_since_last);
}

gboolean
store_stage_ops (gpointer self,
                 const char *bucket,
                 const SynclineOp *ops,
                 guint n_ops,
                 GCancellable *cancellable,
                 GError **error)
{
  Store *store = self;

  if (n_ops == 0)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  if (!store_begin (store, cancellable, error))
    return FALSE;
  Stage stage = { .writer = store->writer, .name = bucket };
  gboolean ok = side_begin_line (store, &stage.next, error);
  stage.rows = stage.next != 0 ? store->side : store->writer;
  ok = ok && stage_line (&stage, ops, n_ops, error);
  ok = side_end_line (store, ok, stage.next, error);
  return store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error);
}
