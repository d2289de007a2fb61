/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <mock-common/mock-common.h>
#include <syncline/store.h>

G_BEGIN_DECLS

/*
 * The store as plain hash tables. It is also the model that other stores are compared with, so it
 * does everything in the most obvious way: it keeps every operation's data, and a full checkpoint
 * computes all rows anew.
 */

typedef struct
{
  gint64 seed;
  gint64 busy;
  gint64 full;
  char *database;
} MockStoreConfig;

/* A version of a row in a bucket; counted, since it can be in both of the bucket's tables. */
typedef struct
{
  gint64 op_id;
  char *type;
  char *id;
  char *data;
} MockEntry;

typedef struct
{
  char *name;
  GHashTable *entries; /* as received: "type/id/subkey" to MockEntry */
  GHashTable *visible; /* the same, as of the last checkpoint that was shown */
  gint64 last_op;
  gint64 last_applied_op;
  guint32 checksum; /* the sum of all operations since the last CLEAR, that one included */
  gint64 count_at_last;
  gint64 count_since_last;
} MockBucket;

typedef struct
{
  SynclineChange *change;
  SynclineOutcome *outcome;
  gint64 at;
} MockRejected;

/* What a database file and SQLite's locks are to a real store. Instances that name the same one share
 * it, as processes share a file, and it outlives them all. */
typedef struct
{
  char *name;  /* NULL: nobody else can have it */
  GMutex lock; /* guards all that follows; held for moments only */
  GCond writer_gone;
  gboolean writing;  /* somebody composes a transaction: other writers wait, readers don't */
  gpointer syncing;  /* the store that may sync */
  GPtrArray *stores; /* the open ones, borrowed */

  GHashTable *tables;  /* table to (row id to JSON text) */
  GHashTable *pending; /* rows written here that no full checkpoint has covered: row set */
  GHashTable *buckets; /* name to MockBucket */
  GHashTable *notes;
  GPtrArray *queue;    /* SynclineChange, oldest first */
  GPtrArray *rejected; /* MockRejected, oldest first */
  GHashTable *held;    /* "table/row id" to the number of the last change that is held */
  gint64 last_change;
  gint64 last_transaction;
  gint64 target;
  gint64 seen;
} MockDatabase;

typedef struct
{
  const MockStoreConfig *config;
  SynclineHost *host;
  GMutex dice_lock;
  GRand *dice;
  MockDatabase *database;
  gboolean open;
  GHashTable *watched; /* row set: what others wrote and was not reported yet */
  GSource *watch_source;
} MockStore;

/* --- mock-database.c: shared state, locks, notices ---------------------------------------------- */

/* Row sets: table to set of row ids. */
GHashTable *mock_rows_new (void);
void mock_rows_add (GHashTable *rows, const char *table, const char *row_id);
gboolean mock_rows_contain (GHashTable *rows, const char *table, const char *row_id);

MockDatabase *mock_database_get (const char *name);
void mock_database_release (MockDatabase *database);
void mock_bucket_free (gpointer data);

/* A row's JSON text, or NULL. The lock is held. */
const char *mock_database_peek_row (MockDatabase *database, const char *table, const char *row_id);
/* Sets (@data taken) or, with NULL, removes a row; %FALSE when nothing changed. The lock is held. */
gboolean
mock_database_set_row (MockDatabase *database, const char *table, const char *row_id, char *data);

/* Waits for the right to write, then holds it until mock_database_end_write(). */
gboolean
mock_database_begin_write (MockDatabase *database, GCancellable *cancellable, GError **error);
void mock_database_end_write (MockDatabase *database);

/* Fails if the store is not open, cancelled, or (for writes) if the dice say so. */
gboolean
mock_store_check (MockStore *store, gboolean write, GCancellable *cancellable, GError **error);

/* Tells this store's host, and the other stores that watch the database, what was committed. No lock is
 * held. */
void mock_store_notify (MockStore *store, SynclineChangeOrigin origin, GHashTable *rows);
void mock_store_watch (gpointer self, GMainContext *context);

/* The mode of a table; %FALSE with an error if there is none. Without a schema any table is synced. */
gboolean mock_store_get_mode (MockStore *store,
                              const char *table,
                              SynclineTableMode *out_mode,
                              GError **error);

/* --- mock-commands.c: what stands in for SQL ------------------------------------------------------ */

gboolean mock_store_execute (gpointer self,
                             const SynclineStatement *statement,
                             SynclineRowFunc func,
                             gpointer user_data,
                             gint64 *out_changed,
                             GCancellable *cancellable,
                             GError **error);
gboolean mock_store_transaction (gpointer self,
                                 SynclineTransactionFunc func,
                                 gpointer user_data,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean mock_store_execute_in (gpointer self,
                                gpointer transaction,
                                const SynclineStatement *statement,
                                SynclineRowFunc func,
                                gpointer user_data,
                                gint64 *out_changed,
                                GCancellable *cancellable,
                                GError **error);

/* --- mock-transaction.c: writes before they are committed ----------------------------------------- */

typedef struct _MockTransaction MockTransaction;

MockTransaction *mock_transaction_new (MockStore *store);
void mock_transaction_free (MockTransaction *transaction);

typedef struct
{
  char *id;
  char *data;
} MockRow;

/* The rows of a table as the transaction sees them, all at one moment, by id; only @row_id's if it is not
 * NULL. */
GPtrArray *
mock_transaction_read (MockTransaction *transaction, const char *table, const char *row_id);

/* Each gives the number of rows written, or -1 with an error. */
gint64 mock_transaction_put (MockTransaction *transaction,
                             const char *table,
                             const char *row_id,
                             const char *json,
                             GError **error);
gint64 mock_transaction_patch (MockTransaction *transaction,
                               const char *table,
                               const char *row_id,
                               const char *json,
                               GError **error);
gint64 mock_transaction_delete (MockTransaction *transaction,
                                const char *table,
                                const char *row_id,
                                GError **error);

/* Makes it all visible and queues the changes. Returns the row set to tell the host of. */
GHashTable *mock_transaction_commit (MockTransaction *transaction);

/* --- mock-queue.c ------------------------------------------------------------------------------- */

/* Queues a change under the next number and arms the gate. The lock is held. */
void mock_database_queue (MockDatabase *database,
                          SynclineTableMode mode,
                          gint64 transaction,
                          SynclineChangeOp op,
                          const char *table,
                          const char *row_id,
                          const char *data,
                          const char *previous,
                          const char *metadata);
/* Whether downloads may be shown. The lock is held. */
gboolean mock_database_gate_is_open (MockDatabase *database);
void mock_rejected_free (gpointer data);

gboolean mock_store_peek_changes (gpointer self,
                                  guint max_changes,
                                  gsize max_bytes,
                                  GPtrArray **out_changes,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean mock_store_resolve_changes (gpointer self,
                                     GPtrArray *changes,
                                     GPtrArray *outcomes,
                                     GCancellable *cancellable,
                                     GError **error);
gboolean mock_store_list_changes (gpointer self,
                                  gboolean rejected,
                                  SynclineChangeFunc func,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean
mock_store_retry_rejected (gpointer self, gint64 id, GCancellable *cancellable, GError **error);
gboolean
mock_store_discard_rejected (gpointer self, gint64 id, GCancellable *cancellable, GError **error);
gboolean mock_store_get_gate (gpointer self, SynclineGate *out_gate, GError **error);
gboolean mock_store_set_write_checkpoint (
    gpointer self, gint64 target, gint64 sequence, gboolean *out_set, GError **error);

/* --- mock-buckets.c ----------------------------------------------------------------------------- */

gboolean mock_store_list_buckets (gpointer self,
                                  SynclineBucketFunc func,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean mock_store_remove_buckets (gpointer self,
                                    const char *const *names,
                                    guint n_names,
                                    GCancellable *cancellable,
                                    GError **error);
gboolean mock_store_stage_ops (gpointer self,
                               const char *bucket,
                               const SynclineOp *ops,
                               guint n_ops,
                               GCancellable *cancellable,
                               GError **error);
gboolean mock_store_apply_checkpoint (gpointer self,
                                      const SynclineCheckpoint *checkpoint,
                                      int priority,
                                      SynclineApplyResult *out_result,
                                      char **out_mismatch,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
