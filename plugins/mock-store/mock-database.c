/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-store.h"

#include <string.h>

static GMutex databases_lock;
static GHashTable *databases;

/* --- Row sets ------------------------------------------------------------------------------------ */

GHashTable *
mock_rows_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) g_hash_table_unref);
}

void
mock_rows_add (GHashTable *rows, const char *table, const char *row_id)
{
  GHashTable *ids = g_hash_table_lookup (rows, table);

  if (ids == NULL)
    {
      ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (rows, g_strdup (table), ids);
    }
  g_hash_table_add (ids, g_strdup (row_id));
}

gboolean
mock_rows_contain (GHashTable *rows, const char *table, const char *row_id)
{
  GHashTable *ids = g_hash_table_lookup (rows, table);

  return ids != NULL && g_hash_table_contains (ids, row_id);
}

/* --- Databases ----------------------------------------------------------------------------------- */

static MockDatabase *
database_new (const char *name)
{
  MockDatabase *database = g_new0 (MockDatabase, 1);

  database->name = g_strdup (name);
  g_mutex_init (&database->lock);
  g_cond_init (&database->writer_gone);
  database->stores = g_ptr_array_new ();
  database->tables = mock_rows_new ();
  database->pending = mock_rows_new ();
  database->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, mock_bucket_free);
  database->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  database->queue = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_change_unref);
  database->rejected = g_ptr_array_new_with_free_func (mock_rejected_free);
  database->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return database;
}

MockDatabase *
mock_database_get (const char *name)
{
  if (name == NULL || name[0] == '\0')
    return database_new (NULL);

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&databases_lock);
  if (databases == NULL)
    databases = g_hash_table_new (g_str_hash, g_str_equal);
  MockDatabase *database = g_hash_table_lookup (databases, name);
  if (database == NULL)
    {
      database = database_new (name);
      g_hash_table_insert (databases, database->name, database);
    }
  return database;
}

void
mock_database_release (MockDatabase *database)
{
  if (database->name != NULL)
    return;

  g_ptr_array_unref (database->stores);
  g_hash_table_unref (database->tables);
  g_hash_table_unref (database->pending);
  g_hash_table_unref (database->buckets);
  g_hash_table_unref (database->notes);
  g_ptr_array_unref (database->queue);
  g_ptr_array_unref (database->rejected);
  g_hash_table_unref (database->held);
  g_cond_clear (&database->writer_gone);
  g_mutex_clear (&database->lock);
  g_free (database);
}

const char *
mock_database_peek_row (MockDatabase *database, const char *table, const char *row_id)
{
  GHashTable *rows = g_hash_table_lookup (database->tables, table);

  return rows == NULL ? NULL : g_hash_table_lookup (rows, row_id);
}

gboolean
mock_database_set_row (MockDatabase *database, const char *table, const char *row_id, char *data)
{
  GHashTable *rows = g_hash_table_lookup (database->tables, table);

  if (data == NULL)
    return rows != NULL && g_hash_table_remove (rows, row_id);
  if (g_strcmp0 (mock_database_peek_row (database, table, row_id), data) == 0)
    {
      g_free (data);
      return FALSE;
    }
  if (rows == NULL)
    {
      rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (database->tables, g_strdup (table), rows);
    }
  g_hash_table_replace (rows, g_strdup (row_id), data);
  return TRUE;
}

gboolean
mock_database_begin_write (MockDatabase *database, GCancellable *cancellable, GError **error)
{
  MockWake wake;

  mock_wake_begin (&wake, &database->lock, &database->writer_gone, cancellable);
  g_mutex_lock (&database->lock);
  while (database->writing && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&database->writer_gone, &database->lock);
  const gboolean ok = !g_cancellable_set_error_if_cancelled (cancellable, error);
  if (ok)
    database->writing = TRUE;
  g_mutex_unlock (&database->lock);
  mock_wake_end (&wake);
  return ok;
}

void
mock_database_end_write (MockDatabase *database)
{
  g_mutex_lock (&database->lock);
  database->writing = FALSE;
  g_cond_broadcast (&database->writer_gone);
  g_mutex_unlock (&database->lock);
}

/* --- Checks -------------------------------------------------------------------------------------- */

static gboolean
throw_dice (MockStore *store, gboolean *out_busy, gboolean *out_full)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->dice_lock);
  *out_busy = mock_dice_throw (store->dice, store->config->busy);
  *out_full = mock_dice_throw (store->dice, store->config->full);
  return *out_busy || *out_full;
}

gboolean
mock_store_check (MockStore *store, gboolean write, GCancellable *cancellable, GError **error)
{
  gboolean busy, full;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!store->open)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE, "The mock store is not open");
      return FALSE;
    }
  if (!write || !throw_dice (store, &busy, &full))
    return TRUE;
  if (busy)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY,
                 "The database is locked (a fault that the option 'busy' asked for)");
  else
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FULL,
                 "No space is left (a fault that the option 'full' asked for)");
  return FALSE;
}

gboolean
mock_store_get_mode (MockStore *store,
                     const char *table,
                     SynclineTableMode *out_mode,
                     GError **error)
{
  SynclineSchema *schema = syncline_host_get_schema (store->host);

  *out_mode = SYNCLINE_TABLE_SYNCED;
  if (syncline_schema_get_n_tables (schema) == 0)
    return TRUE;
  const SynclineTable *found = syncline_schema_find_table (schema, table);
  if (found == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL, "The schema has no table '%s'",
                   table);
      return FALSE;
    }
  *out_mode = syncline_table_get_mode (found);
  return TRUE;
}

/* --- Notices ------------------------------------------------------------------------------------- */

static void
notify_host (SynclineHost *host, SynclineChangeOrigin origin, GHashTable *rows)
{
  GArray *changes = g_array_new (FALSE, TRUE, sizeof (SynclineTableChange));
  GHashTableIter iter;
  gpointer table, ids;

  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &table, &ids))
    {
      SynclineTableChange change = { .table = table };

      change.row_ids
          = (const char *const *) g_hash_table_get_keys_as_array (ids, &change.n_row_ids);
      g_array_append_val (changes, change);
    }
  if (changes->len > 0)
    syncline_host_notify_changes (host, origin, changes->len,
                                  (const SynclineTableChange *) (gpointer) changes->data);
  for (guint i = 0; i < changes->len; i++)
    g_free ((gpointer) g_array_index (changes, SynclineTableChange, i).row_ids);
  g_array_unref (changes);
}

static void
merge_rows (GHashTable *into, GHashTable *rows)
{
  GHashTableIter tables, ids;
  gpointer table, set, id;

  g_hash_table_iter_init (&tables, rows);
  while (g_hash_table_iter_next (&tables, &table, &set))
    {
      g_hash_table_iter_init (&ids, set);
      while (g_hash_table_iter_next (&ids, &id, NULL))
        mock_rows_add (into, table, id);
    }
}

static gboolean
watch_cb (gpointer user_data)
{
  MockStore *store = user_data;
  g_autoptr (GHashTable) rows = NULL;

  g_mutex_lock (&store->database->lock);
  rows = g_steal_pointer (&store->watched);
  store->watched = mock_rows_new ();
  g_source_set_ready_time (store->watch_source, -1);
  g_mutex_unlock (&store->database->lock);
  notify_host (store->host, SYNCLINE_CHANGE_EXTERNAL, rows);
  return G_SOURCE_CONTINUE;
}

void
mock_store_notify (MockStore *store, SynclineChangeOrigin origin, GHashTable *rows)
{
  if (g_hash_table_size (rows) == 0)
    return;

  notify_host (store->host, origin, rows);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->database->lock);
  for (guint i = 0; i < store->database->stores->len; i++)
    {
      MockStore *other = store->database->stores->pdata[i];

      if (other == store || other->watch_source == NULL)
        continue;
      merge_rows (other->watched, rows);
      g_source_set_ready_time (other->watch_source, 0);
    }
}

/* A source that sleeps until its ready time is set. */
static gboolean
watch_dispatch (GSource *source G_GNUC_UNUSED, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs watch_funcs = { .dispatch = watch_dispatch };

void
mock_store_watch (gpointer self, GMainContext *context)
{
  MockStore *store = self;
  g_autoptr (GSource) old = NULL;

  g_mutex_lock (&store->database->lock);
  old = g_steal_pointer (&store->watch_source);
  if (context != NULL)
    {
      store->watch_source = g_source_new (&watch_funcs, sizeof (GSource));
      g_source_set_callback (store->watch_source, watch_cb, store, NULL);
      g_source_attach (store->watch_source, context);
    }
  g_mutex_unlock (&store->database->lock);
  if (old != NULL)
    g_source_destroy (old);
}
