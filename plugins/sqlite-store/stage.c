/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Operations as they arrive. They are appended, which is fast whatever the ids look like, and merged when a
 * checkpoint is complete (merge.c). Only the bucket's checksum is brought up to date at once: it is the
 * sum over all operations since the last CLEAR.
 *
 * Those of a first sync go to the spool, others into the database, where each call is a transaction: what has
 * arrived has arrived, and other connections never wait for more than a line. */

#include "config.h"

#include "sqlite-store/spool.h"

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

/* A MOVE stands for nothing, and an operation without a row can't be shown. (Postgres has no texts with a
 * zero byte.) */
static gboolean
has_row (const SynclineOp *op)
{
  return op->type != SYNCLINE_OP_MOVE && op->object_type.data != NULL && op->object_id.data != NULL
         && memchr (op->object_id.data, '\0', op->object_id.length) == NULL;
}

/* A put without data is a row that is not there. */
static SpoolOp
get_spool_op (const Bucket *bucket, gint64 type, const SynclineOp *op)
{
  gboolean put = op->type == SYNCLINE_OP_PUT && op->data.data != NULL;

  return (SpoolOp){
    .type = type,
    .bucket = bucket->id,
    .subkey = hash_subkey (op->subkey),
    .op_id = op->op_id,
    .op = put ? SYNCLINE_OP_PUT : SYNCLINE_OP_REMOVE,
    .id = op->object_id,
    .data = put ? op->data : (SynclineSlice){ NULL, 0 },
  };
}

/* --- Lines --------------------------------------------------------------------------------------------- */

typedef struct
{
  Store *store;
  const char *name;
  Bucket *bucket;
  gboolean spool;          /* where rows go: to the spool, or into the database, in a transaction */
  SynclineSlice type_name; /* of the operation before, mostly the same again */
  gint64 type;
} Stage;

static gboolean
find_type (Stage *stage, SynclineSlice name, GError **error)
{
  if (stage->type != 0 && stage->type_name.length == name.length
      && memcmp (stage->type_name.data, name.data, name.length) == 0)
    return TRUE;
  stage->type_name = name;
  if (stage->spool)
    return spool_get_type (stage->store, name, &stage->type, error);
  return tables_get_type (stage->store->writer, name.data, name.length, &stage->type, error);
}

/* Everything before is void: the bucket goes on under a new number. */
static gboolean
stage_clear (Stage *stage, guint32 checksum, GError **error)
{
  Bucket *bucket = stage->bucket;
  Connection *writer = stage->store->writer;

  bucket->checksum = checksum;
  if (stage->spool)
    return spool_clear_bucket (stage->store, stage->name, bucket, error);
  if (!bucket_forget (writer, bucket, error))
    return FALSE;
  bucket->last_applied_op = 0;
  return bucket_insert (writer, stage->name, bucket, error);
}

gboolean
stage_insert (Store *store, gint64 seq, const SpoolOp *op, GError **error)
{
  sqlite3_stmt *insert = connection_get_statement (
      store->writer,
      "INSERT INTO syncline_staged (seq, bucket, op_id, op, type, row_id, subkey, data)"
      " VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      error);

  if (insert == NULL)
    return FALSE;
  sqlite3_bind_int64 (insert, 1, seq);
  sqlite3_bind_int64 (insert, 2, op->bucket);
  sqlite3_bind_int64 (insert, 3, op->op_id);
  sqlite3_bind_int (insert, 4, op->op);
  sqlite3_bind_int64 (insert, 5, op->type);
  sqlite3_bind_text64 (insert, 6, op->id.data, op->id.length, SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_int64 (insert, 7, op->subkey);
  sqlite3_bind_text64 (insert, 8, op->data.data, op->data.length, SQLITE_STATIC, SQLITE_UTF8);
  return connection_step (store->writer, insert, error) != STEP_ERROR;
}

static gboolean
stage_op (Stage *stage, const SynclineOp *op, GError **error)
{
  stage->bucket->last_op = op->op_id;
  stage->bucket->count_since_last++;
  if (op->type == SYNCLINE_OP_CLEAR)
    return stage_clear (stage, op->checksum, error);

  stage->bucket->checksum += op->checksum;
  if (!has_row (op))
    return TRUE;
  if (!find_type (stage, op->object_type, error))
    return FALSE;
  const SpoolOp row = get_spool_op (stage->bucket, stage->type, op);
  if (!stage->spool)
    return stage_insert (stage->store, 0, &row, error);
  spool_add (stage->store->spool, &row);
  return TRUE;
}

static gboolean
stage_line (Stage *stage, const SynclineOp *ops, guint n_ops, GError **error)
{
  for (guint i = 0; i < n_ops; i++)
    if (!stage_op (stage, &ops[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
stage_into_database (
    Store *store, const char *name, const SynclineOp *ops, guint n_ops, GError **error)
{
  Bucket bucket;
  Stage stage = { .store = store, .name = name, .bucket = &bucket };

  return bucket_read (store->writer, name, &bucket, error)
         && (bucket.id != 0 || bucket_insert (store->writer, name, &bucket, error))
         && stage_line (&stage, ops, n_ops, error) && bucket_write (store->writer, &bucket, error);
}

/* A line that fails halfway is none: its bucket would count what is not there. */
static gboolean
stage_into_spool (Store *store,
                  const char *name,
                  const SynclineOp *ops,
                  guint n_ops,
                  GCancellable *cancellable,
                  GError **error)
{
  Stage stage = { .store = store, .name = name, .spool = TRUE };

  stage.bucket = spool_get_bucket (store, name, error);
  if (stage.bucket == NULL)
    return FALSE;
  if (!stage_line (&stage, ops, n_ops, error))
    {
      spool_reset (store->spool);
      return FALSE;
    }
  return !spool_is_due (store->spool) || spool_flush (store, cancellable, error);
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
  SpoolState state;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (n_ops == 0)
    return TRUE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->download);
  if (!spool_get_state (store, &state, error))
    return FALSE;
  if (state == SPOOL_OPEN)
    return stage_into_spool (store, bucket, ops, n_ops, cancellable, error);
  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok = stage_into_database (store, bucket, ops, n_ops, error);
  return store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error);
}

gboolean
store_flush (gpointer self, GCancellable *cancellable, GError **error)
{
  Store *store = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->download);

  return spool_flush (store, cancellable, error);
}
