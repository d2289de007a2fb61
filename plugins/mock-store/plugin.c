/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-store.h"

#include <unistd.h>

#define CLIENT_ID_NOTE "client-id"

/* --- Life ---------------------------------------------------------------------------------------- */

static gpointer
mock_store_create (gconstpointer config, SynclineHost *host, GError **error G_GNUC_UNUSED)
{
  MockStore *store = g_new0 (MockStore, 1);

  store->config = config;
  store->host = host;
  g_mutex_init (&store->dice_lock);
  store->dice = g_rand_new_with_seed ((guint32) store->config->seed);
  store->database = mock_database_get (store->config->database);
  store->watched = mock_rows_new ();
  return store;
}

static gboolean
mock_store_open (gpointer self, GCancellable *cancellable, GError **error)
{
  MockStore *store = self;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (store->open)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE, "The mock store is open already");
      return FALSE;
    }
  g_mutex_lock (&store->database->lock);
  g_ptr_array_add (store->database->stores, store);
  store->open = TRUE;
  g_mutex_unlock (&store->database->lock);
  return TRUE;
}

static void
mock_store_release_sync (gpointer self)
{
  MockStore *store = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->database->lock);

  if (store->database->syncing == store)
    store->database->syncing = NULL;
}

static void
mock_store_close (gpointer self)
{
  MockStore *store = self;

  mock_store_watch (store, NULL);
  mock_store_release_sync (store);
  g_mutex_lock (&store->database->lock);
  g_ptr_array_remove (store->database->stores, store);
  store->open = FALSE;
  g_mutex_unlock (&store->database->lock);
}

static void
mock_store_destroy (gpointer self)
{
  MockStore *store = self;

  if (store->open)
    mock_store_close (store);
  mock_database_release (store->database);
  g_hash_table_unref (store->watched);
  g_rand_free (store->dice);
  g_mutex_clear (&store->dice_lock);
  g_free (store);
}

static gboolean
mock_store_acquire_sync (gpointer self, gboolean *out_acquired, GError **error)
{
  MockStore *store = self;

  if (!mock_store_check (store, FALSE, NULL, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->database->lock);
  if (store->database->syncing == NULL)
    store->database->syncing = store;
  *out_acquired = store->database->syncing == store;
  return TRUE;
}

/* Its stores are all of this process. */
static gboolean
mock_store_get_syncer (gpointer self, gint64 *out_pid, GError **error)
{
  MockStore *store = self;

  if (!mock_store_check (store, FALSE, NULL, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->database->lock);
  *out_pid = store->database->syncing != NULL ? getpid () : 0;
  return TRUE;
}

/* --- Notes --------------------------------------------------------------------------------------- */

static gboolean
mock_store_get_note (gpointer self, const char *key, char **out_value, GError **error)
{
  MockStore *store = self;

  if (!mock_store_check (store, FALSE, NULL, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->database->lock);
  *out_value = g_strdup (g_hash_table_lookup (store->database->notes, key));
  return TRUE;
}

static gboolean
mock_store_set_note (gpointer self, const char *key, const char *value, GError **error)
{
  MockStore *store = self;

  if (!mock_store_check (store, TRUE, NULL, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->database->lock);
  if (value == NULL)
    g_hash_table_remove (store->database->notes, key);
  else
    g_hash_table_replace (store->database->notes, g_strdup (key), g_strdup (value));
  return TRUE;
}

/* --- Flush and clear ------------------------------------------------------------------------------ */

static gboolean
mock_store_flush (gpointer self, GCancellable *cancellable, GError **error)
{
  /* Memory is as durable as it gets: there is nothing that staging defers. */
  return mock_store_check (self, TRUE, cancellable, error);
}

static void
clear_rows (MockStore *store, gboolean keep_local, GHashTable *changed)
{
  GHashTableIter tables, rows;
  gpointer table, ids, row_id;
  SynclineTableMode mode;

  g_hash_table_iter_init (&tables, store->database->tables);
  while (g_hash_table_iter_next (&tables, &table, &ids))
    {
      if (keep_local && mock_store_get_mode (store, table, &mode, NULL)
          && mode == SYNCLINE_TABLE_LOCAL_ONLY)
        continue;
      g_hash_table_iter_init (&rows, ids);
      while (g_hash_table_iter_next (&rows, &row_id, NULL))
        mock_rows_add (changed, table, row_id);
      g_hash_table_iter_remove (&tables);
    }
}

static void
clear_notes (MockDatabase *database, gboolean keep_user)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, database->notes);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_str_equal (key, CLIENT_ID_NOTE) && !(keep_user && g_str_equal (key, "user-id")))
      g_hash_table_iter_remove (&iter);
}

static gboolean
mock_store_clear (gpointer self,
                  SynclineClearFlags flags,
                  GCancellable *cancellable,
                  GError **error)
{
  const gboolean keep_queued = (flags & SYNCLINE_CLEAR_KEEP_QUEUED) != 0;
  MockStore *store = self;
  MockDatabase *database = store->database;
  g_autoptr (GHashTable) changed = mock_rows_new ();

  if (!mock_store_check (store, TRUE, cancellable, error)
      || !mock_database_begin_write (database, cancellable, error))
    return FALSE;
  g_mutex_lock (&database->lock);
  clear_rows (store, (flags & SYNCLINE_CLEAR_KEEP_LOCAL) != 0, changed);
  clear_notes (database, keep_queued);
  g_hash_table_remove_all (database->buckets);
  if (!keep_queued)
    {
      g_hash_table_remove_all (database->pending);
      g_ptr_array_set_size (database->queue, 0);
      g_ptr_array_set_size (database->rejected, 0);
      g_hash_table_remove_all (database->held);
    }
  database->target = 0;
  database->seen = 0;
  g_mutex_unlock (&database->lock);
  mock_database_end_write (database);
  mock_store_notify (store, SYNCLINE_CHANGE_DOWNLOADED, changed);
  return TRUE;
}

/* --- The plugin ----------------------------------------------------------------------------------- */

static const SynclineStoreClass methods = {
  .struct_size = sizeof (SynclineStoreClass),
  .open = mock_store_open,
  .close = mock_store_close,
  .watch = mock_store_watch,
  .acquire_sync = mock_store_acquire_sync,
  .release_sync = mock_store_release_sync,
  .execute = mock_store_execute,
  .transaction = mock_store_transaction,
  .execute_in = mock_store_execute_in,
  .peek_changes = mock_store_peek_changes,
  .resolve_changes = mock_store_resolve_changes,
  .list_changes = mock_store_list_changes,
  .retry_rejected = mock_store_retry_rejected,
  .discard_rejected = mock_store_discard_rejected,
  .get_gate = mock_store_get_gate,
  .set_write_checkpoint = mock_store_set_write_checkpoint,
  .list_buckets = mock_store_list_buckets,
  .remove_buckets = mock_store_remove_buckets,
  .stage_ops = mock_store_stage_ops,
  .flush = mock_store_flush,
  .apply_checkpoint = mock_store_apply_checkpoint,
  .get_note = mock_store_get_note,
  .set_note = mock_store_set_note,
  .clear = mock_store_clear,
  .get_syncer = mock_store_get_syncer,
};

static const SynclineOption options[] = {
  { .name = "database",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (MockStoreConfig, database),
    .summary = "name of the database in memory",
    .details = "Stores of one process that name the same database share it, as processes share a "
               "file, and it keeps its content after they are gone. Without a name the store has a "
               "database of its own that goes with it." },
  { .name = "seed",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockStoreConfig, seed),
    .default_value = "1",
    .minimum = 0,
    .maximum = G_MAXUINT32,
    .summary = "where the random faults start from; the same seed gives the same faults" },
  { .name = "busy",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockStoreConfig, busy),
    .default_value = "0",
    .minimum = 0,
    .maximum = 100,
    .summary = "percentage of writes that find the database locked" },
  { .name = "full",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockStoreConfig, full),
    .default_value = "0",
    .minimum = 0,
    .maximum = 100,
    .summary = "percentage of writes that find the disk full" },
  SYNCLINE_OPTION_END,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = SYNCLINE_PLUGIN_STORE,
  .name = "mock-store",
  .version = SYNCLINE_VERSION,
  .license = "MIT",
  .summary = "a local store in memory, for tests",
  .options = options,
  .config_size = sizeof (MockStoreConfig),
  .methods = &methods,
  .create = mock_store_create,
  .destroy = mock_store_destroy,
};
