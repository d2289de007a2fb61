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

#include "sqlite-store/fresh.h"
#include "sqlite-store/spool-private.h"

/* How much waits in memory at most, and, if it comes slowly, how much for how long. */
#define RUN_BYTES (4 * 1024 * 1024)
#define SLOW_RUN_BYTES (256 * 1024)
#define SLOW_RUN_TIME (5 * G_TIME_SPAN_SECOND)

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
drop_pending (Spool *spool)
{
  g_clear_pointer (&spool->bytes, g_byte_array_unref);
  g_array_set_size (spool->pending, 0);
}

void
spool_reset (Spool *spool)
{
  spool_close_file (spool);
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

/* --- The state ----------------------------------------------------------------------------------------- */

static gboolean
forget_all_buckets (Store *store, GError **error)
{
  return connection_run (store->writer, error,
                         "INSERT OR IGNORE INTO syncline_gone (bucket)"
                         " SELECT id FROM syncline_bucket WHERE " BUCKET_LEAVES_ROWS,
                         "")
         && connection_run (store->writer, error, "DELETE FROM syncline_bucket", "");
}

gboolean
spool_lose (Store *store, GError **error)
{
  g_autofree char *path = spool_get_path (store);

  syncline_host_log (store->host, G_LOG_LEVEL_MESSAGE,
                     "“%s” is damaged or missing; all buckets are fetched again", path);
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
  else if (spool_open_file (store, length))
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
  SpoolState state;
  gint64 length;

  if (!meta_get_int (store->writer, META_SPOOL, &length, error))
    return FALSE;
  if (length == 0 && !spool_has_file (store))
    return TRUE;
  if (!connection_run (store->writer, error, "BEGIN IMMEDIATE", ""))
    return FALSE;
  gboolean ok = spool_refresh (store, &state, error);
  if (ok && state == SPOOL_NONE)
    spool_remove_file (store);
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
  gint64 length;

  spool_reset (store->spool);
  if (!store_lock_writer (store, NULL, NULL))
    return;
  if (meta_get_int (store->writer, META_SPOOL, &length, NULL) && length == 0)
    spool_remove_file (store);
  store_unlock_writer (store);
}
