/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Operations gather in memory. A few are written into the database when their checkpoint is complete, in the
 * transaction that shows them. Many go to a file beside the database as sorted runs, which are merged when the
 * checkpoint is there (spool-reader.c, fill.c, bulk.c): the database would have to keep indexes for them, or sort
 * them, and be left with as much free space as they take. The spool of a first sync holds all operations until the
 * first full checkpoint is shown.
 *
 * What counts of the file, META_SPOOL, is committed together with the buckets' positions, after the file was
 * written and synced. So a kill or a loss of power loses only operations that no position counts. A copy of
 * the database alone lacks the file: then all buckets are fetched again. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite-store/fresh.h"
#include "sqlite-store/spool-format.h"

#define SUFFIX "-syncline.first"

/* How much waits in memory at most, and, if it comes slowly, how much for how long. */
#define RUN_BYTES (4 * 1024 * 1024)
#define SLOW_RUN_BYTES (256 * 1024)
#define SLOW_RUN_TIME (5 * G_TIME_SPAN_SECOND)

/* Where an operation is in memory, and what its order mostly depends on. */
typedef struct
{
  guint64 prefix;
  gint64 type;
  guint offset;
} Pending;

struct _Spool
{
  SpoolState state;
  gboolean first;
  gboolean damaged;
  int fd;
  ino_t inode;
  gint64 length; /* how much of the file counts; 0 when there is none */
  gint64 end;    /* how much of it was written */
  guint64 n_ops; /* in it */

  GByteArray *bytes; /* of the operations that wait in memory */
  GArray *pending;   /* of Pending: where they are, in the order in which they came */
  gint64 since;      /* when the first of them came */

  GHashTable *buckets; /* name → Bucket, as they are after all that was added */
  GHashTable *types;   /* name → gint64 */
};

/* --- Life ---------------------------------------------------------------------------------------------- */

Spool *
spool_new (void)
{
  Spool *spool = g_new0 (Spool, 1);

  spool->fd = -1;
  spool->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  spool->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  spool->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return spool;
}

static void
close_file (Spool *spool)
{
  if (spool->fd >= 0)
    close (spool->fd);
  spool->fd = -1;
  spool->length = spool->end = 0;
  spool->n_ops = 0;
  spool->damaged = FALSE;
}

static void
drop_pending (Spool *spool)
{
  g_clear_pointer (&spool->bytes, g_byte_array_unref);
  g_array_set_size (spool->pending, 0);
}

void
spool_reset (Spool *spool)
{
  close_file (spool);
  drop_pending (spool);
  g_hash_table_remove_all (spool->buckets);
  g_hash_table_remove_all (spool->types);
  spool->state = SPOOL_UNKNOWN;
}

void
spool_free (Spool *spool)
{
  spool_reset (spool);
  g_array_unref (spool->pending);
  g_hash_table_unref (spool->buckets);
  g_hash_table_unref (spool->types);
  g_free (spool);
}

guint64
spool_get_n_ops (Spool *spool)
{
  return spool->n_ops + spool->pending->len;
}

gboolean
spool_is_first (Spool *spool)
{
  return spool->first;
}

gboolean
spool_is_damaged (Spool *spool)
{
  return spool->damaged;
}

void
spool_set_damaged (Spool *spool)
{
  spool->damaged = TRUE;
}

int
spool_get_file (Spool *spool, gint64 *out_length)
{
  *out_length = spool->length;
  return spool->fd;
}

static char *
get_path (Store *store)
{
  return g_strconcat (store->config->path, SUFFIX, NULL);
}

/* --- The file ------------------------------------------------------------------------------------------ */

static gboolean
set_file_error (Store *store, const char *what, GError **error)
{
  int code = errno;

  g_set_error (error, SYNCLINE_ERROR,
               code == ENOSPC || code == EDQUOT ? SYNCLINE_ERROR_FULL : SYNCLINE_ERROR_FAILED,
               "Can't %s “%s%s”, where downloaded operations wait: %s", what, store->config->path,
               SUFFIX, g_strerror (code));
  return FALSE;
}

static gboolean
write_all (int fd, const void *data, gsize length, gint64 offset)
{
  const char *at = data;

  while (length > 0)
    {
      ssize_t n = pwrite (fd, at, length, offset);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      offset += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* Counts the operations. FALSE if the file is not what it should be. */
static gboolean
scan_runs (int fd, gint64 length, guint64 *out_n_ops)
{
  char mark[SPOOL_MARK_LENGTH];
  gint64 at = SPOOL_MARK_LENGTH;
  struct stat info;
  SpoolRun run;

  *out_n_ops = 0;
  if (fstat (fd, &info) != 0 || info.st_size < length
      || pread (fd, mark, sizeof mark, 0) != sizeof mark
      || memcmp (mark, SPOOL_MARK, sizeof mark) != 0)
    return FALSE;
  while (at < length)
    {
      if (pread (fd, &run, sizeof run, at) != sizeof run || run.magic != SPOOL_RUN_MAGIC
          || run.n_bytes > (guint64) length)
        return FALSE;
      at += (gint64) (sizeof run + run.n_bytes);
      *out_n_ops += run.n_ops;
    }
  return at == length;
}

/* Another process may have finished the first sync, and begun another, since the file was opened here. */
static gboolean
is_current (Spool *spool, const char *path, gint64 length)
{
  struct stat info;

  return spool->fd >= 0 && spool->length == length && stat (path, &info) == 0
         && info.st_ino == spool->inode;
}

/* Opens the file that the database counts on; FALSE if it is not all there. */
static gboolean
open_file (Store *store, gint64 length)
{
  Spool *spool = store->spool;
  g_autofree char *path = get_path (store);
  struct stat info;

  if (is_current (spool, path, length))
    return TRUE;
  spool_reset (spool);
  spool->fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (spool->fd < 0 || fstat (spool->fd, &info) != 0
      || !scan_runs (spool->fd, length, &spool->n_ops))
    {
      spool_reset (spool);
      return FALSE;
    }
  spool->inode = info.st_ino;
  spool->length = spool->end = length;
  return TRUE;
}

/* In a transaction, as others remove a file that the database does not count on. */
static gboolean
create_file (Store *store, GError **error)
{
  Spool *spool = store->spool;
  g_autofree char *path = get_path (store);
  struct stat info;

  close_file (spool);
  g_unlink (path);
  spool->fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (spool->fd < 0 || fstat (spool->fd, &info) != 0
      || !write_all (spool->fd, SPOOL_MARK, SPOOL_MARK_LENGTH, 0))
    return set_file_error (store, "make", error);
  spool->inode = info.st_ino;
  return meta_set_int (store->writer, META_SPOOL, SPOOL_MARK_LENGTH, error)
         && meta_set_int (store->writer, META_SPOOL_FIRST, spool->first, error);
}

static gboolean
ensure_file (Store *store, GCancellable *cancellable, GError **error)
{
  Spool *spool = store->spool;

  if (spool->fd >= 0)
    return TRUE;
  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok = create_file (store, error);
  if (!store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error))
    {
      close_file (spool);
      return FALSE;
    }
  spool->length = spool->end = SPOOL_MARK_LENGTH;
  return TRUE;
}

/* --- The state ----------------------------------------------------------------------------------------- */

static gboolean
forget_all_buckets (Store *store, GError **error)
{
  return connection_run (store->writer, error,
                         "INSERT OR IGNORE INTO syncline_gone (bucket)"
                         " SELECT id FROM syncline_bucket WHERE last_applied_op <> 0",
                         "")
         && connection_run (store->writer, error, "DELETE FROM syncline_bucket", "");
}

gboolean
spool_lose (Store *store, GError **error)
{
  syncline_host_log (store->host, G_LOG_LEVEL_MESSAGE,
                     "“%s%s” is damaged or missing; all buckets are fetched again",
                     store->config->path, SUFFIX);
  spool_reset (store->spool);
  return forget_all_buckets (store, error) && spool_forget (store, error);
}

gboolean
spool_refresh (Store *store, SpoolState *out_state, GError **error)
{
  Spool *spool = store->spool;
  gint64 length, closed, first;

  if (!meta_get_int (store->writer, META_SPOOL, &length, error)
      || !meta_get_int (store->writer, META_SPOOL_CLOSED, &closed, error)
      || !meta_get_int (store->writer, META_SPOOL_FIRST, &first, error))
    return FALSE;
  if (length == 0)
    {
      if (spool->fd >= 0)
        spool_reset (spool);
      /* All of it is in memory yet. */
      if (spool->state != SPOOL_OPEN)
        spool->state = SPOOL_NONE;
    }
  else if (open_file (store, length))
    {
      spool->state = closed ? SPOOL_CLOSED : SPOOL_OPEN;
      spool->first = first != 0;
    }
  else if (spool_lose (store, error))
    spool->state = SPOOL_NONE;
  else
    return FALSE;
  *out_state = spool->state;
  return TRUE;
}

/* What waits in the database comes before what would come here. */
static gboolean
begin_if_empty (Store *store, GError **error)
{
  gint64 waits, shown;

  if (!connection_get_int (store->writer, &waits, error,
                           "SELECT EXISTS (SELECT 1 FROM syncline_staged)", "")
      || !connection_get_int (store->writer, &shown, error,
                              "SELECT EXISTS (SELECT 1 FROM syncline_oplog)", ""))
    return FALSE;
  if (!waits)
    store->spool->state = SPOOL_OPEN;
  store->spool->first = !shown;
  return TRUE;
}

gboolean
spool_get_state (Store *store, SpoolState *out_state, GError **error)
{
  Spool *spool = store->spool;

  if (spool->state == SPOOL_UNKNOWN)
    {
      if (!store_begin (store, NULL, error))
        return FALSE;
      gboolean ok = spool_refresh (store, out_state, error)
                    && (spool->state != SPOOL_NONE || begin_if_empty (store, error));
      if (!store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error))
        {
          spool_reset (spool);
          return FALSE;
        }
    }
  *out_state = spool->state;
  return TRUE;
}

gboolean
spool_check (Store *store, GError **error)
{
  g_autofree char *path = get_path (store);
  SpoolState state;
  gint64 length;

  if (!meta_get_int (store->writer, META_SPOOL, &length, error))
    return FALSE;
  if (length == 0 && !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!connection_run (store->writer, error, "BEGIN IMMEDIATE", ""))
    return FALSE;
  gboolean ok = spool_refresh (store, &state, error);
  if (ok && state == SPOOL_NONE)
    g_unlink (path);
  spool_reset (store->spool);
  if (ok && connection_run (store->writer, error, "COMMIT", ""))
    return TRUE;
  connection_run (store->writer, NULL, "ROLLBACK", "");
  return FALSE;
}

/* --- Adding -------------------------------------------------------------------------------------------- */

static gboolean
read_bucket (Store *store, const char *name, Bucket *out_bucket, GError **error)
{
  if (!store_begin (store, NULL, error))
    return FALSE;
  gboolean ok = bucket_read (store->writer, name, out_bucket, error)
                && (out_bucket->id != 0 || bucket_insert (store->writer, name, out_bucket, error));
  return store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error);
}

Bucket *
spool_get_bucket (Store *store, const char *name, GError **error)
{
  Bucket *known = g_hash_table_lookup (store->spool->buckets, name);
  Bucket bucket;

  if (known != NULL)
    return known;
  if (!read_bucket (store, name, &bucket, error))
    return NULL;
  known = g_memdup2 (&bucket, sizeof bucket);
  g_hash_table_insert (store->spool->buckets, g_strdup (name), known);
  return known;
}

static gboolean
has_id (gpointer name, gpointer bucket, gpointer id)
{
  return ((const Bucket *) bucket)->id == *(const gint64 *) id;
}

void
spool_forget_bucket (Spool *spool, gint64 id)
{
  g_hash_table_foreach_remove (spool->buckets, has_id, &id);
}

/* Until the flush, the database has an empty bucket under the new number: were the process killed now, it
 * would be fetched from its beginning. */
gboolean
spool_clear_bucket (Store *store, const char *name, Bucket *bucket, GError **error)
{
  Bucket empty = { .count_at_last = bucket->count_at_last };

  if (!store_begin (store, NULL, error))
    return FALSE;
  gboolean ok = bucket_forget (store->writer, bucket, error)
                && bucket_insert (store->writer, name, &empty, error);
  if (!store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error))
    return FALSE;
  bucket->id = empty.id;
  bucket->last_applied_op = 0;
  return TRUE;
}

gboolean
spool_get_type (Store *store, SynclineSlice name, gint64 *out_type, GError **error)
{
  g_autofree char *key = g_strndup (name.data, name.length);
  const gint64 *known = g_hash_table_lookup (store->spool->types, key);

  if (known != NULL)
    {
      *out_type = *known;
      return TRUE;
    }
  if (!store_begin (store, NULL, error))
    return FALSE;
  gboolean ok = tables_get_type (store->writer, name.data, name.length, out_type, error);
  if (!store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error))
    return FALSE;
  g_hash_table_insert (store->spool->types, g_steal_pointer (&key),
                       g_memdup2 (out_type, sizeof *out_type));
  return TRUE;
}

void
spool_add (Spool *spool, const SpoolOp *op)
{
  if (spool->bytes == NULL)
    spool->bytes = g_byte_array_sized_new (64 * 1024);
  if (spool->pending->len == 0)
    spool->since = g_get_monotonic_time ();
  Pending pending = { spool_get_prefix (op->id), op->type, spool->bytes->len };
  g_array_append_val (spool->pending, pending);
  spool_encode (spool->bytes, op);
}

gboolean
spool_is_due (Spool *spool)
{
  if (spool->bytes == NULL || spool->bytes->len < SLOW_RUN_BYTES)
    return FALSE;
  return spool->bytes->len >= RUN_BYTES || g_get_monotonic_time () - spool->since >= SLOW_RUN_TIME;
}

/* --- Flushing ------------------------------------------------------------------------------------------ */

static gsize
decode_at (Spool *spool, guint offset, SpoolOp *out_op)
{
  gsize head = 0;

  spool_decode (spool->bytes->data + offset, spool->bytes->len - offset, out_op, &head);
  return head + out_op->id.length + out_op->data.length;
}

static int
compare_pending (gconstpointer first, gconstpointer second, gpointer user_data)
{
  const Pending *a = first;
  const Pending *b = second;
  SpoolOp a_op, b_op;

  if (a->type != b->type)
    return a->type < b->type ? -1 : 1;
  if (a->prefix != b->prefix)
    return a->prefix < b->prefix ? -1 : 1;
  decode_at (user_data, a->offset, &a_op);
  decode_at (user_data, b->offset, &b_op);
  int order = spool_compare (&a_op, &b_op);
  return order != 0 ? order : a->offset < b->offset ? -1 : 1;
}

/* Through a buffer: rows are small. */
static gboolean
write_sorted (Spool *spool, gint64 offset)
{
  g_autoptr (GByteArray) out = g_byte_array_sized_new (128 * 1024);

  for (guint i = 0; i < spool->pending->len; i++)
    {
      const Pending *pending = &g_array_index (spool->pending, Pending, i);
      SpoolOp op;
      gsize length = decode_at (spool, pending->offset, &op);

      g_byte_array_append (out, spool->bytes->data + pending->offset, (guint) length);
      if (out->len < 120 * 1024 && i + 1 < spool->pending->len)
        continue;
      if (!write_all (spool->fd, out->data, out->len, offset))
        return FALSE;
      offset += out->len;
      g_byte_array_set_size (out, 0);
    }
  return TRUE;
}

static gboolean
write_run (Store *store, GError **error)
{
  Spool *spool = store->spool;
  SpoolRun run = { SPOOL_RUN_MAGIC, spool->pending->len, spool->bytes->len };

  g_array_sort_with_data (spool->pending, compare_pending, spool);
  if (!write_all (spool->fd, &run, sizeof run, spool->end)
      || !write_sorted (spool, spool->end + (gint64) sizeof run) || fdatasync (spool->fd) != 0)
    return set_file_error (store, "write", error);
  spool->end += (gint64) (sizeof run + run.n_bytes);
  spool->n_ops += run.n_ops;
  g_byte_array_set_size (spool->bytes, 0);
  g_array_set_size (spool->pending, 0);
  return TRUE;
}

static gboolean
write_positions (Store *store, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, store->spool->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!bucket_write (store->writer, value, error))
      return FALSE;
  return TRUE;
}

/* Another process may have cleared everything meanwhile. */
static gboolean
count_run (Store *store, GError **error)
{
  Spool *spool = store->spool;
  gint64 length;

  if (!meta_get_int (store->writer, META_SPOOL, &length, error))
    return FALSE;
  if (length != spool->length)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY,
                   "Another process has changed how far “%s” is; what just came is fetched again",
                   store->config->path);
      return FALSE;
    }
  return write_positions (store, error)
         && (spool->end == spool->length
             || meta_set_int (store->writer, META_SPOOL, spool->end, error));
}

gboolean
spool_flush (Store *store, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  Spool *spool = store->spool;

  if (g_hash_table_size (spool->buckets) == 0)
    return TRUE;
  if (spool->pending->len > 0
      && (!ensure_file (store, cancellable, error) || !write_run (store, error)))
    return FALSE;
  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok = count_run (store, &local_error);
  if (store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, ok ? error : NULL))
    {
      spool->length = spool->end;
      g_hash_table_remove_all (spool->buckets);
      return TRUE;
    }
  if (!ok)
    {
      if (g_error_matches (local_error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY))
        spool_reset (spool);
      g_propagate_error (error, g_steal_pointer (&local_error));
    }
  return FALSE;
}

/* --- Pouring ------------------------------------------------------------------------------------------- */

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
      decode_at (spool, g_array_index (spool->pending, Pending, i).offset, &op);
      if (!stage_insert (store, 0, &op, error))
        return FALSE;
    }
  return write_positions (store, error);
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

/* --- The end ------------------------------------------------------------------------------------------- */

gboolean
spool_forget (Store *store, GError **error)
{
  return fresh_drop_all (store, error) && meta_set_int (store->writer, META_SPOOL, 0, error)
         && meta_set_int (store->writer, META_SPOOL_CLOSED, 0, error);
}

/* What is not removed now, is when the database is opened. */
void
spool_tidy (Store *store)
{
  g_autofree char *path = get_path (store);
  gint64 length;

  spool_reset (store->spool);
  if (!store_lock_writer (store, NULL, NULL))
    return;
  if (meta_get_int (store->writer, META_SPOOL, &length, NULL) && length == 0)
    g_unlink (path);
  store_unlock_writer (store);
}
