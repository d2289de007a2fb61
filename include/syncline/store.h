/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/**
 * SynclineValue:
 * @type: which member of the union holds
 * @length: bytes of a text or blob; a text of length -1 is NUL-terminated
 * @integer: for integers
 * @real: for reals
 * @text: for texts and, cast to bytes, blobs; borrowed
 *
 * One cell on its way into or out of the local database.
 *
 * Since: 0.1
 */
typedef struct
{
  SynclineValueType type;
  gssize length;
  union
  {
    gint64 integer;
    double real;
    const char *text;
  };
} SynclineValue;

/**
 * SynclineStatement:
 * @sql: one statement
 * @n_values: how many parameters are bound
 * @values: (array length=n_values): their values, in order; `?1` is the first
 * @names: (nullable) (array length=n_values): with names, the names of the parameters, with their
 *   prefix (`:id`)
 * @read_only: refuse anything that writes
 *
 * What the application asks of the local database.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *sql;
  guint n_values;
  const SynclineValue *values;
  const char *const *names;
  gboolean read_only;
} SynclineStatement;

/**
 * SynclineRowFunc:
 * @n_columns: how many columns the result has
 * @names: (array length=n_columns): their names
 * @values: (array length=n_columns) (nullable): the cells, borrowed until the function returns;
 *   %NULL in the one call that is made, before any row, to tell the names
 * @user_data: what was passed
 *
 * Receives the rows of a result, on the thread that runs the statement.
 *
 * Returns: %TRUE to go on, %FALSE to stop reading
 *
 * Since: 0.1
 */
typedef gboolean (*SynclineRowFunc) (guint n_columns,
                                     const char *const *names,
                                     const SynclineValue *values,
                                     gpointer user_data);

/**
 * SynclineTransactionFunc:
 * @transaction: the open transaction, for [callback@StoreClass.execute_in]
 * @user_data: what was passed
 * @error: return location for an error
 *
 * The body of a transaction.
 *
 * Returns: %TRUE to commit, %FALSE with @error set to roll back
 *
 * Since: 0.1
 */
typedef gboolean (*SynclineTransactionFunc) (gpointer transaction,
                                             gpointer user_data,
                                             GError **error);

/**
 * SynclineReadFunc:
 * @table: a table that a statement reads, itself or through a view
 * @column: (nullable): a column that it reads there; "" when it only matters which rows there are; %NULL when
 *   it can't be told, so that any may be read
 * @user_data: what was passed
 *
 * Receives what a statement depends on, on the calling thread.
 *
 * Since: 0.1
 */
typedef void (*SynclineReadFunc) (const char *table, const char *column, gpointer user_data);

/**
 * SYNCLINE_WRITE_CHECKPOINT_UNKNOWN:
 *
 * The target of a gate whose uploaded changes have no write checkpoint yet.
 *
 * Since: 0.1
 */
#define SYNCLINE_WRITE_CHECKPOINT_UNKNOWN G_MAXINT64

/**
 * SynclineGate:
 * @n_queued: changes in the queue
 * @n_rejected: changes in the table of rejected changes
 * @target: 0 when everything uploaded is confirmed and downloads may be shown, a write checkpoint
 *   that a checkpoint has to reach first, or %SYNCLINE_WRITE_CHECKPOINT_UNKNOWN when the engine has
 *   to ask the server for one
 * @seen: the write checkpoint of the last complete checkpoint, 0 if none
 * @sequence: number of the last change that was ever queued; passed back to
 *   [callback@StoreClass.set_write_checkpoint] to find out that nothing was written in between
 *
 * The state of the queue and of the gate that keeps downloads back while local writes are not
 * confirmed.
 *
 * Since: 0.1
 */
typedef struct
{
  guint64 n_queued;
  guint64 n_rejected;
  gint64 target;
  gint64 seen;
  gint64 sequence;
} SynclineGate;

/**
 * SynclineBucketState:
 * @name: the bucket's name, opaque
 * @last_op: the position to resume from
 * @last_applied_op: up to where its operations are visible
 * @checksum: the sum over everything received
 * @count_at_last: operations it had at the last applied checkpoint
 * @count_since_last: operations received since
 *
 * What the store holds of a bucket.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *name;
  gint64 last_op;
  gint64 last_applied_op;
  guint32 checksum;
  gint64 count_at_last;
  gint64 count_since_last;
} SynclineBucketState;

/**
 * SynclineBucketFunc:
 * @bucket: a bucket, borrowed until the function returns
 * @user_data: what was passed
 *
 * Receives the buckets of a store.
 *
 * Since: 0.1
 */
typedef void (*SynclineBucketFunc) (const SynclineBucketState *bucket, gpointer user_data);

/**
 * SynclineOpType:
 * @SYNCLINE_OP_PUT: the row as it is now
 * @SYNCLINE_OP_REMOVE: the row left the bucket
 * @SYNCLINE_OP_MOVE: stands for an operation that was compacted away; counts its checksum only
 * @SYNCLINE_OP_CLEAR: forget everything before in this bucket
 *
 * The operations of a bucket (PowerSync protocol, "bucket operations").
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_OP_PUT = 1,
  SYNCLINE_OP_REMOVE = 2,
  SYNCLINE_OP_MOVE = 3,
  SYNCLINE_OP_CLEAR = 4,
} SynclineOpType;

/**
 * SynclineOp:
 * @op_id: ascending within a bucket, above 0
 * @type: what it is
 * @checksum: its 32-bit sum
 * @object_type: the row's table, as the sync rules name it; may be absent
 * @object_id: the row's id; may be absent
 * @subkey: tells several copies of one row in one bucket apart; may be absent
 * @data: JSON object text of the row, for a put, byte for byte as the server sent it
 *
 * One operation. All texts are borrowed.
 *
 * Since: 0.1
 */
typedef struct
{
  gint64 op_id;
  SynclineOpType type;
  guint32 checksum;
  SynclineSlice object_type;
  SynclineSlice object_id;
  SynclineSlice subkey;
  SynclineSlice data;
} SynclineOp;

/**
 * SYNCLINE_PRIORITY_ALL:
 *
 * Stands for all buckets of a checkpoint, of whatever priority.
 *
 * Since: 0.1
 */
#define SYNCLINE_PRIORITY_ALL G_MAXINT

/**
 * SYNCLINE_PRIORITY_DEFAULT:
 *
 * The priority of a bucket for which the service names none. Lower numbers are more important; 0
 * passes the gate.
 *
 * Since: 0.1
 */
#define SYNCLINE_PRIORITY_DEFAULT 3

/**
 * SynclineBucketTarget:
 * @name: the bucket's name, opaque
 * @checksum: the sum it must have
 * @priority: its priority, from 0
 * @has_count: whether @count is known
 * @count: operations in it
 * @n_subscriptions: how many streams it belongs to
 * @subscriptions: (array length=n_subscriptions): index of a subscription of the request, or -1 - i for
 *   default stream i of the checkpoint
 *
 * What a checkpoint demands of a bucket.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *name;
  guint32 checksum;
  int priority;
  gboolean has_count;
  gint64 count;
  guint n_subscriptions;
  const int *subscriptions;
} SynclineBucketTarget;

/**
 * SynclineCheckpoint:
 * @last_op_id: position of the checkpoint
 * @write_checkpoint: the client's latest write checkpoint that it covers, 0 if none
 * @n_buckets: how many buckets
 * @buckets: (array length=n_buckets): all of them
 *
 * A state of the server that can be shown as a whole.
 *
 * Since: 0.1
 */
typedef struct
{
  gint64 last_op_id;
  gint64 write_checkpoint;
  guint n_buckets;
  const SynclineBucketTarget *buckets;
} SynclineCheckpoint;

/**
 * SynclineApplyResult:
 * @SYNCLINE_APPLY_DONE: the checkpoint is visible now
 * @SYNCLINE_APPLY_GATED: it is complete and valid, but local writes are not confirmed yet
 * @SYNCLINE_APPLY_MISMATCH: checksums differ; the failing buckets were forgotten and must be fetched
 *   again, what was visible stays so
 *
 * What became of a complete checkpoint.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_APPLY_DONE,
  SYNCLINE_APPLY_GATED,
  SYNCLINE_APPLY_MISMATCH,
} SynclineApplyResult;

/**
 * SynclineChangeFunc:
 * @change: a change; take a reference to keep it
 * @outcome: (nullable): the server's answer, for rejected changes
 * @rejected_at: when, in microseconds since the epoch; 0 for queued changes
 * @user_data: what was passed
 *
 * Receives queued or rejected changes.
 *
 * Returns: %TRUE to go on, %FALSE to stop
 *
 * Since: 0.1
 */
typedef gboolean (*SynclineChangeFunc) (SynclineChange *change,
                                        SynclineOutcome *outcome,
                                        gint64 rejected_at,
                                        gpointer user_data);

/**
 * SynclineWrite:
 * @table: (nullable): the table of a row; %NULL: a transaction is meant
 * @row_id: (nullable): the row's `id`
 * @transaction: the number of a local transaction
 *
 * What was written: a row, or a transaction.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *table;
  const char *row_id;
  gint64 transaction;
} SynclineWrite;

/**
 * SynclineStoreClass:
 * @struct_size: `sizeof (SynclineStoreClass)`
 *
 * The methods of a local store. Unless a slot says otherwise it must be there, may be called from
 * any thread and at the same time as any other (the application reads and writes while the engine
 * uploads and downloads), blocks, returns within 100 ms of a cancel, and leaves nothing half done on
 * failure. Out parameters are set on success only. Slots are appended, never inserted.
 *
 * Since: 0.1
 */
typedef struct
{
  gsize struct_size;

  /* --- Life ------------------------------------------------------------------------------ */

  /**
   * SynclineStoreClass::open:
   *
   * Opens the database, creates or migrates it for the host's schema. Called before all others.
   * Errors: %SYNCLINE_ERROR_CORRUPT, %SYNCLINE_ERROR_FULL, %SYNCLINE_ERROR_STATE (written by a newer
   * version), %SYNCLINE_ERROR_FAILED.
   */
  gboolean (*open) (gpointer self, GCancellable *cancellable, GError **error);

  /* Closes the database. No other call is running then; open() may follow. */
  void (*close) (gpointer self);

  /* May be missing. Attaches to @context whatever notices that other processes wrote, and reports it
   * through syncline_host_notify_changes(); with NULL, detaches. Called from the thread that runs
   * @context. */
  void (*watch) (gpointer self, GMainContext *context);

  /* Tries to become the one process that syncs this database; @out_acquired tells. Never blocks.
   * The lock ends with release_sync(), close() or the process. */
  gboolean (*acquire_sync) (gpointer self, gboolean *out_acquired, GError **error);
  void (*release_sync) (gpointer self);

  /* --- The application's SQL ---------------------------------------------------------------- */

  /* Runs one statement, in a transaction of its own if it writes. @func may be NULL. @out_changed,
   * nullable, receives the number of rows written. Errors: SYNCLINE_ERROR_SQL, _BUSY, _FULL. */
  gboolean (*execute) (gpointer self,
                       const SynclineStatement *statement,
                       SynclineRowFunc func,
                       gpointer user_data,
                       gint64 *out_changed,
                       GCancellable *cancellable,
                       GError **error);

  /* Runs @func within one write transaction: all or nothing, and one transaction in the queue. */
  gboolean (*transaction) (gpointer self,
                           SynclineTransactionFunc func,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error);

  /* Like execute(), within the transaction that transaction() passed to its function. */
  gboolean (*execute_in) (gpointer self,
                          gpointer transaction,
                          const SynclineStatement *statement,
                          SynclineRowFunc func,
                          gpointer user_data,
                          gint64 *out_changed,
                          GCancellable *cancellable,
                          GError **error);

  /* --- The queue ------------------------------------------------------------------------------ */

  /**
   * SynclineStoreClass::peek_changes:
   *
   * Gets the oldest queued changes, in order, as whole transactions: as many as fit into @max_changes
   * and @max_bytes, at least one transaction however big. The array of [struct@Change] has a free
   * function. Nothing is taken from the queue.
   */
  gboolean (*peek_changes) (gpointer self,
                            guint max_changes,
                            gsize max_bytes,
                            GPtrArray **out_changes,
                            GCancellable *cancellable,
                            GError **error);

  /**
   * SynclineStoreClass::resolve_changes:
   *
   * Ends the life of the oldest queued changes, in one transaction: @changes are those at the head of
   * the queue, in order, as peek_changes() gave them, and @outcomes the [struct@Outcome] of each.
   * Accepted ones leave; rejected ones move, with the answer, to the rejected changes, and their rows
   * go back to the server's version with the next full checkpoint. Changes of these rows that are queued by
   * now are handed out as held ([method@Change.hold]) from then on, until a put or delete of the row is accepted
   * or the rejected change is discarded.
   */
  gboolean (*resolve_changes) (gpointer self,
                               GPtrArray *changes,
                               GPtrArray *outcomes,
                               GCancellable *cancellable,
                               GError **error);

  /* Calls @func for the queued changes, or the rejected ones, oldest first. */
  gboolean (*list_changes) (gpointer self,
                            gboolean rejected,
                            SynclineChangeFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);

  /* Puts a rejected change back at the end of the queue, under a new number, and makes it in the row once
   * more: what is queued is always visible. With it go, in one transaction and in the old order, the changes
   * that were put aside because of it: the held ones of its row (code `SYNCLINE_HELD`), and those that it fell
   * together with (code `SYNCLINE_TRANSACTION`). */
  gboolean (*retry_rejected) (gpointer self, gint64 id, GCancellable *cancellable, GError **error);

  /* Forgets a rejected change. */
  gboolean (*discard_rejected) (gpointer self,
                                gint64 id,
                                GCancellable *cancellable,
                                GError **error);

  /* --- The gate ------------------------------------------------------------------------------- */

  gboolean (*get_gate) (gpointer self, SynclineGate *out_gate, GError **error);

  /**
   * SynclineStoreClass::set_write_checkpoint:
   *
   * Notes that a checkpoint that carries @target covers everything uploaded, if the queue is empty
   * and @sequence is still the number of the last change ever queued; @out_set tells.
   */
  gboolean (*set_write_checkpoint) (
      gpointer self, gint64 target, gint64 sequence, gboolean *out_set, GError **error);

  /* --- Downloads: one caller at a time --------------------------------------------------------- */

  /* Calls @func for each bucket. */
  gboolean (*list_buckets) (gpointer self,
                            SynclineBucketFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);

  /* Forgets buckets; their rows vanish with the next full checkpoint, unless other buckets have
   * them. Unknown names are no error. */
  gboolean (*remove_buckets) (gpointer self,
                              const char *const *names,
                              guint n_names,
                              GCancellable *cancellable,
                              GError **error);

  /* Receives the operations of one line for @bucket, creating it if need be. Nothing of it is visible
   * yet. May defer the commit; list_buckets(), remove_buckets() and apply_checkpoint() see it
   * all the same. */
  gboolean (*stage_ops) (gpointer self,
                         const char *bucket,
                         const SynclineOp *ops,
                         guint n_ops,
                         GCancellable *cancellable,
                         GError **error);

  /* Commits what stage_ops() deferred, at the end of a stream or when it pauses. May be missing. */
  gboolean (*flush) (gpointer self, GCancellable *cancellable, GError **error);

  /**
   * SynclineStoreClass::apply_checkpoint:
   *
   * Validates the buckets with a priority number up to @priority (or all, with
   * %SYNCLINE_PRIORITY_ALL) and, if the gate lets them, makes their operations visible in one
   * transaction. @out_mismatch receives, for %SYNCLINE_APPLY_MISMATCH, a line for a person that names
   * each failing bucket with the sums expected and found.
   */
  gboolean (*apply_checkpoint) (gpointer self,
                                const SynclineCheckpoint *checkpoint,
                                int priority,
                                SynclineApplyResult *out_result,
                                char **out_mismatch,
                                GCancellable *cancellable,
                                GError **error);

  /* --- Notes ------------------------------------------------------------------------------------ */

  /* A small key-value memory for the engine. Keys in use: "client-id", "user-id", "last-synced-at",
   * "synced-priority-N", "subscriptions", "engine-status". A missing key gives NULL; setting NULL removes. */
  gboolean (*get_note) (gpointer self, const char *key, char **out_value, GError **error);
  gboolean (*set_note) (gpointer self, const char *key, const char *value, GError **error);

  /**
   * SynclineStoreClass::clear:
   *
   * Removes every synced row, bucket, queued and rejected change and note, but "client-id". With
   * %SYNCLINE_CLEAR_KEEP_LOCAL, rows of local-only tables stay. With %SYNCLINE_CLEAR_KEEP_QUEUED, queued and rejected
   * changes and the note "user-id" stay; what their rows were on the server is not known any more. No change is
   * captured.
   */
  gboolean (*clear) (gpointer self,
                     SynclineClearFlags flags,
                     GCancellable *cancellable,
                     GError **error);

  /* May be missing. Tells which process holds what acquire_sync() acquires: its number, or 0 when none
   * does. Takes nothing. */
  gboolean (*get_syncer) (gpointer self, gint64 *out_pid, GError **error);

  /* May be missing. Notes that the changes up to number @last are being sent, for those who ask for states; 0
   * when what was being sent did not get through. Best effort: never waits for a writer. */
  void (*mark_sending) (gpointer self, gint64 last);

  /**
   * SynclineStoreClass::get_write_state:
   *
   * May be missing. How far a row, or a transaction, has come on its way to the server.
   */
  gboolean (*get_write_state) (gpointer self,
                               const SynclineWrite *write,
                               SynclineWriteState *out_state,
                               GCancellable *cancellable,
                               GError **error);

  /**
   * SynclineStoreClass::list_reads:
   *
   * May be missing: then any change may change what any statement gives. Calls @func for each table and
   * column that @sql, one statement that only reads, depends on; the same pair may come several times.
   * Runs nothing. Errors: as for execute().
   */
  gboolean (*list_reads) (gpointer self,
                          const char *sql,
                          SynclineReadFunc func,
                          gpointer user_data,
                          GCancellable *cancellable,
                          GError **error);
} SynclineStoreClass;

G_END_DECLS
