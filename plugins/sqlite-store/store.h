/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the files of the store share. A row's way through them: the application's SQL (execute.c) fires
 * the triggers (capture.c) that fill the queue (queue.c); operations come in (stage.c), wait for the
 * gate (gate.c) and are merged into the tables (apply.c, merge.c, row.c). Those of a first sync wait
 * in a file of their own (spool.c) and fill tables that are then swapped in (fill.c, fresh.c). */

#pragma once

#include "sqlite-store/connection.h"
#include "sqlite-store/notices.h"
#include "sqlite-store/tables.h"

#include <syncline/store.h>

G_BEGIN_DECLS

/* Filled from the option table in plugin.c. */
typedef struct
{
  char *path;
  gint64 busy_timeout;
  gint64 cache_size;
  gint64 readers;
  gint64 bulk_threshold;
  int synchronous;
} StoreConfig;

/* How far what others wrote was seen: numbers that are in the file. */
typedef struct
{
  gint64 data_version; /* SQLite's; 0 before the first look */
  gint64 schema_version;
  gint64 queued;  /* the last number in the queue */
  gint64 written; /* the last version in syncline_written */
} Position;

typedef struct _Fill Fill;
typedef struct _Spool Spool;
typedef struct _Watch Watch;

typedef struct
{
  const StoreConfig *config;
  SynclineHost *host;

  /* Guard what follows, up to the next blank line. */
  GMutex mutex;
  GCond released;
  gboolean writing;  /* the writer is in use */
  guint n_waiting;   /* how many wait for it */
  GQueue idle;       /* of Connection: readers that nobody uses */
  guint n_readers;   /* how many are open */
  Notices *external; /* what others wrote that nobody was told yet; or NULL */

  /* Belong to whoever has the writer. */
  Connection *writer;
  Tables *tables;
  Notices *notices;
  gboolean paused; /* the capture, at some time in the transaction */
  Position position;
  guint n_external;    /* how often others had written */
  GPtrArray *untraced; /* tables whose changes leave no trace in the file; NULL when not known */

  /* Guards what follows; taken before the writer. */
  GMutex download;
  Spool *spool;
  Fill *fill; /* that was written, and has to wait for the gate; or NULL */

  Watch *watch;
  int lock_fd;
} Store;

/* --- pool.c ------------------------------------------------------------------------------------------ */

/* Waits for the writer, or for a reader. */
gboolean store_lock_writer (Store *store, GCancellable *cancellable, GError **error);
gboolean store_try_lock_writer (Store *store);
void store_unlock_writer (Store *store);
Connection *store_take_reader (Store *store, GCancellable *cancellable, GError **error);
void store_return_reader (Store *store, Connection *reader);
void store_close_readers (Store *store);

/* --- transaction.c ----------------------------------------------------------------------------------- */

/* Waits for the writer and begins a write transaction on it, with a number of its own in the queue.
 * Ends with store_commit() or store_rollback(), which give the writer back. */
gboolean store_begin (Store *store, GCancellable *cancellable, GError **error);
gboolean store_commit (Store *store, SynclineChangeOrigin origin, GError **error);
void store_rollback (Store *store);

/* Commits if ok, rolls back if not; returns whether it was committed. */
gboolean store_end (Store *store, gboolean ok, SynclineChangeOrigin origin, GError **error);

/* Within a transaction: keeps the capture triggers silent until store_resume_capture(). */
gboolean store_pause_capture (Store *store, GError **error);
gboolean store_resume_capture (Store *store, GError **error);

/* --- external.c -------------------------------------------------------------------------------------- */

/* Within a transaction, at its end: notes for other processes what they could not find out otherwise. */
gboolean
external_note (Store *store, SynclineChangeOrigin origin, gboolean *out_noted, GError **error);
gboolean external_note_any (Store *store, GError **error);
/* It was committed: we need not be told of it. */
void external_skip_own (Store *store, gboolean noted);

/* Has the writer: looks whether others wrote since the last look, and what. */
gboolean store_check_external (Store *store, GError **error);
/* Tells the host about it. Nothing is locked. */
void store_report_external (Store *store);

/* --- meta.c ------------------------------------------------------------------------------------------ */

/* Numbers that describe the state of the file; 0 when never set. */
#define META_ARMED "armed" /* number of the last change that left the queue and needs confirming */
#define META_COVERED "covered" /* number of the last change that the target covers */
#define META_TARGET "target"   /* write checkpoint that confirms the changes up to META_COVERED */
#define META_SENDING                                                                               \
  "sending" /* number of the last change that is being sent, or was when it broke off */
#define META_SEEN "seen" /* write checkpoint of the last complete checkpoint */

gboolean meta_get_int (Connection *connection, const char *key, gint64 *out_value, GError **error);
gboolean meta_set_int (Connection *connection, const char *key, gint64 value, GError **error);

gboolean store_get_note (gpointer self, const char *key, char **out_value, GError **error);
gboolean store_set_note (gpointer self, const char *key, const char *value, GError **error);

/* --- layout.c, migrate.c ----------------------------------------------------------------------------- */

/* Makes the store's own tables, or refuses a file that a newer version made. */
gboolean layout_prepare (Store *store, GError **error);

/* Brings the application's tables in line with the schema. */
gboolean migrate (Store *store, GError **error);

/* --- open.c ------------------------------------------------------------------------------------------ */

/* Makes an empty file that only its owner may read, if there is none. */
gboolean open_make_file (const char *path, GError **error);

gboolean store_open (gpointer self, GCancellable *cancellable, GError **error);
void store_close (gpointer self);

/* --- sync-lock.c, watch.c ---------------------------------------------------------------------------- */

gboolean store_acquire_sync (gpointer self, gboolean *out_acquired, GError **error);
void store_release_sync (gpointer self);
gboolean store_get_syncer (gpointer self, gint64 *out_pid, GError **error);
void store_watch (gpointer self, GMainContext *context);

/* --- execute.c, reads.c ------------------------------------------------------------------------------ */

gboolean store_execute (gpointer self,
                        const SynclineStatement *statement,
                        SynclineRowFunc func,
                        gpointer user_data,
                        gint64 *out_changed,
                        GCancellable *cancellable,
                        GError **error);
gboolean store_list_reads (gpointer self,
                           const char *sql,
                           SynclineReadFunc func,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error);
gboolean store_transaction (gpointer self,
                            SynclineTransactionFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);
gboolean store_execute_in (gpointer self,
                           gpointer transaction,
                           const SynclineStatement *statement,
                           SynclineRowFunc func,
                           gpointer user_data,
                           gint64 *out_changed,
                           GCancellable *cancellable,
                           GError **error);

/* --- queue.c, resolve.c, rejected.c ------------------------------------------------------------------ */

gboolean store_peek_changes (gpointer self,
                             guint max_changes,
                             gsize max_bytes,
                             GPtrArray **out_changes,
                             GCancellable *cancellable,
                             GError **error);
gboolean store_resolve_changes (gpointer self,
                                GPtrArray *changes,
                                GPtrArray *outcomes,
                                GCancellable *cancellable,
                                GError **error);
gboolean store_list_changes (gpointer self,
                             gboolean rejected,
                             SynclineChangeFunc func,
                             gpointer user_data,
                             GCancellable *cancellable,
                             GError **error);
gboolean store_retry_rejected (gpointer self, gint64 id, GCancellable *cancellable, GError **error);
gboolean
store_discard_rejected (gpointer self, gint64 id, GCancellable *cancellable, GError **error);

/* --- state.c ----------------------------------------------------------------------------------------- */

gboolean state_make_views (Store *store, GError **error);
gboolean store_get_write_state (gpointer self,
                                const SynclineWrite *write,
                                SynclineWriteState *out_state,
                                GCancellable *cancellable,
                                GError **error);
void store_mark_sending (gpointer self, gint64 last);

/* --- gate.c ------------------------------------------------------------------------------------------ */

gboolean gate_read (Connection *connection, SynclineGate *out_gate, GError **error);
gboolean store_get_gate (gpointer self, SynclineGate *out_gate, GError **error);
gboolean store_set_write_checkpoint (
    gpointer self, gint64 target, gint64 sequence, gboolean *out_set, GError **error);

/* --- buckets.c, stage.c, apply.c --------------------------------------------------------------------- */

gboolean store_list_buckets (gpointer self,
                             SynclineBucketFunc func,
                             gpointer user_data,
                             GCancellable *cancellable,
                             GError **error);
gboolean store_remove_buckets (gpointer self,
                               const char *const *names,
                               guint n_names,
                               GCancellable *cancellable,
                               GError **error);
gboolean store_stage_ops (gpointer self,
                          const char *bucket,
                          const SynclineOp *ops,
                          guint n_ops,
                          GCancellable *cancellable,
                          GError **error);
gboolean store_flush (gpointer self, GCancellable *cancellable, GError **error);
gboolean store_apply_checkpoint (gpointer self,
                                 const SynclineCheckpoint *checkpoint,
                                 int priority,
                                 SynclineApplyResult *out_result,
                                 char **out_mismatch,
                                 GCancellable *cancellable,
                                 GError **error);

/* --- clear.c ----------------------------------------------------------------------------------------- */

gboolean
store_clear (gpointer self, SynclineClearFlags flags, GCancellable *cancellable, GError **error);

G_END_DECLS
