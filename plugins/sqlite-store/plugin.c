/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* sqlite-store: the local database, a SQLite file with ordinary tables. */

#include "config.h"

#include "sqlite-store/spool.h"

/* --- Options ------------------------------------------------------------------------------------------ */

static const char *const synchronous_words[] = { "normal", "full", NULL };

#define KIB G_GINT64_CONSTANT (1024)
#define NUMBER(field) SYNCLINE_OPTION_FIELD_NUMBER (StoreConfig, field)

static const SynclineOption options[] = {
  {
      .name = "path",
      .type = SYNCLINE_OPTION_PATH,
      .flags = SYNCLINE_OPTION_REQUIRED,
      .offset = SYNCLINE_OPTION_FIELD_STRING (StoreConfig, path),
      .summary = "the database file",
      .details
      = "Made, readable by its owner only, if it does not exist. It must be on a local file "
        "system, where SQLite's write-ahead log works. A file with tables of the "
        "application's is taken over as it is.",
  },
  {
      .name = "synchronous",
      .type = SYNCLINE_OPTION_CHOICE,
      .offset = SYNCLINE_OPTION_FIELD_CHOICE (StoreConfig, synchronous),
      .default_value = "normal",
      .choices = synchronous_words,
      .summary = "what a power failure may undo",
      .details
      = "`normal`: the writes of the last moments; the file stays sound. `full`: nothing that "
        "was committed, at the price of a wait for the disk with each transaction.",
  },
  {
      .name = "busy-timeout",
      .type = SYNCLINE_OPTION_DURATION,
      .offset = NUMBER (busy_timeout),
      .default_value = "10s",
      .minimum = 0,
      .maximum = 10 * G_TIME_SPAN_MINUTE,
      .summary = "how long to wait for a program that has locked the file",
  },
  {
      .name = "cache-size",
      .type = SYNCLINE_OPTION_SIZE,
      .offset = NUMBER (cache_size),
      .default_value = "8M",
      .minimum = 64 * KIB,
      .maximum = 16 * KIB * KIB * KIB,
      .summary = "memory for pages of the file, for writing",
      .details = "More helps when large tables change in many places at once.",
  },
  {
      .name = "readers",
      .type = SYNCLINE_OPTION_INTEGER,
      .offset = NUMBER (readers),
      .default_value = "4",
      .minimum = 1,
      .maximum = 64,
      .summary = "how many statements can read at the same time",
  },
  {
      .name = "bulk-threshold",
      .type = SYNCLINE_OPTION_INTEGER,
      .offset = NUMBER (bulk_threshold),
      .default_value = "5000",
      .minimum = 0,
      .maximum = G_MAXINT32,
      .summary = "how many operations make a download a big one",
      .details
      = "A big first sync is written into tables of its own, which are then swapped in, so that "
        "others can write meanwhile; of other big downloads as much as can be is written before. "
        "A smaller one is written in one transaction.",
  },
  SYNCLINE_OPTION_END,
};

/* --- Methods ------------------------------------------------------------------------------------------ */

static const SynclineStoreClass methods = {
  .struct_size = sizeof (SynclineStoreClass),
  .open = store_open,
  .close = store_close,
  .watch = store_watch,
  .acquire_sync = store_acquire_sync,
  .release_sync = store_release_sync,
  .execute = store_execute,
  .transaction = store_transaction,
  .execute_in = store_execute_in,
  .peek_changes = store_peek_changes,
  .resolve_changes = store_resolve_changes,
  .list_changes = store_list_changes,
  .retry_rejected = store_retry_rejected,
  .discard_rejected = store_discard_rejected,
  .get_gate = store_get_gate,
  .set_write_checkpoint = store_set_write_checkpoint,
  .list_buckets = store_list_buckets,
  .remove_buckets = store_remove_buckets,
  .stage_ops = store_stage_ops,
  .flush = store_flush,
  .apply_checkpoint = store_apply_checkpoint,
  .get_note = store_get_note,
  .set_note = store_set_note,
  .clear = store_clear,
  .mark_sending = store_mark_sending,
  .get_write_state = store_get_write_state,
  .get_syncer = store_get_syncer,
  .list_reads = store_list_reads,
};

static gpointer
create (gconstpointer config, SynclineHost *host, GError **error)
{
  Store *store = g_new0 (Store, 1);

  store->config = config;
  store->host = host;
  store->lock_fd = -1;
  g_mutex_init (&store->mutex);
  g_cond_init (&store->released);
  g_queue_init (&store->idle);
  g_mutex_init (&store->download);
  store->spool = spool_new ();
  return store;
}

static void
destroy (gpointer self)
{
  Store *store = self;

  store_close (store);
  g_mutex_clear (&store->mutex);
  g_cond_clear (&store->released);
  spool_free (store->spool);
  g_mutex_clear (&store->download);
  g_free (store);
}

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin;

const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER, .kind = SYNCLINE_PLUGIN_STORE,
  .name = "sqlite-store", .version = SYNCLINE_VERSION,
  .license = "MIT",       .summary = "local database in a SQLite file, with ordinary tables",
  .options = options,     .config_size = sizeof (StoreConfig),
  .methods = &methods,    .create = create,
  .destroy = destroy,
};
