/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The spool's file, and writing what waits in memory to it. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "sqlite-store/spool-private.h"

#define SUFFIX "-syncline.first"

char *
spool_get_path (Store *store)
{
  return g_strconcat (store->config->path, SUFFIX, NULL);
}

void
spool_close_file (Spool *spool)
{
  if (spool->fd >= 0)
    close (spool->fd);
  spool->fd = -1;
  spool->length = spool->end = 0;
  spool->n_ops = 0;
  spool->damaged = FALSE;
}

void
spool_remove_file (Store *store)
{
  g_autofree char *path = spool_get_path (store);

  g_unlink (path);
}

gboolean
spool_has_file (Store *store)
{
  g_autofree char *path = spool_get_path (store);

  return g_file_test (path, G_FILE_TEST_EXISTS);
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

gboolean
spool_open_file (Store *store, gint64 length)
{
  Spool *spool = store->spool;
  g_autofree char *path = spool_get_path (store);
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
  g_autofree char *path = spool_get_path (store);
  struct stat info;

  spool_close_file (spool);
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
      spool_close_file (spool);
      return FALSE;
    }
  spool->length = spool->end = SPOOL_MARK_LENGTH;
  return TRUE;
}

/* --- Flushing ------------------------------------------------------------------------------------------ */

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
  spool_decode_at (user_data, a->offset, &a_op);
  spool_decode_at (user_data, b->offset, &b_op);
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
      gsize length = spool_decode_at (spool, pending->offset, &op);

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
  return spool_write_positions (store, error)
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
