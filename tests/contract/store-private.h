/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Inside the store suite: short words for what the tests do all the time. */

#pragma once

#include "store-contract.h"

G_BEGIN_DECLS

/* Tables todos (synced), notes (local-only), events (insert-only) and tracked, each with a description. */
extern const char store_schema[];

typedef struct
{
  const char *plugin_name;
  const StoreFixture *fixture;
  gpointer data;
  ContractInstance *instance;
  const SynclineStoreClass *methods;
  gpointer self;
} Store;

/* A store with an open database, of which no rest is left at the end. */
Store *store_new (const char *plugin_name, const StoreFixture *fixture);
/* Another instance on the same database. */
Store *store_new_beside (Store *store);
void store_free (Store *store);
void store_reopen (Store *store);

/* --- Writing and reading; each fails the test if the store fails --- */

/* A statement of the dialect, with the table in it. */
char *store_dup_sql (const char *pattern, const char *table);

typedef enum
{
  STORE_PUT,
  STORE_PATCH,
  STORE_REMOVE,
} StoreWriteKind;

gboolean store_try_write (Store *store,
                          gpointer transaction,
                          StoreWriteKind kind,
                          const char *table,
                          const char *id,
                          const char *description,
                          GCancellable *cancellable,
                          GError **error);
void store_put (Store *store, const char *table, const char *id, const char *description);
void store_patch (Store *store, const char *table, const char *id, const char *description);
void store_remove (Store *store, const char *table, const char *id);
/* The description, or NULL without such a row. */
char *store_dup (Store *store, gpointer transaction, const char *table, const char *id);
/* All rows as "id=description id=description", by id. */
char *store_list (Store *store, const char *table);
#define store_assert_rows(store, table, expected)                                                  \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *_rows = store_list (store, table);                                            \
    g_assert_cmpstr (_rows, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

/* --- The queue --- */

GPtrArray *store_peek (Store *store, guint max_changes, gsize max_bytes);
/* Accepts the first @n changes. */
void store_accept (Store *store, guint n);
void store_reject (Store *store);
/* The queue, or the rejected changes, as "PUT todos a; PATCH todos b". */
char *store_describe (Store *store, gboolean rejected);
SynclineGate store_gate (Store *store);
/* Uploads everything and notes the write checkpoint. */
void store_drain (Store *store, gint64 write_checkpoint);
#define store_assert_queue(store, rejected, expected)                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *_text = store_describe (store, rejected);                                     \
    g_assert_cmpstr (_text, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

/* --- Downloads --- */

/* Operations as text, separated by blanks: +ID=VALUE:OP puts, -ID:OP removes, >OP is a MOVE, !OP a CLEAR. ID
 * can have a subkey after a slash. The checksum of every operation is its number times 1000003, of a
 * CLEAR the number itself. Rows are of table todos. */
void store_stage (Store *store, const char *bucket, const char *ops);
/* The sum that such operations have. */
guint32 store_sum_of (const char *ops);

typedef struct
{
  const char *name;
  int priority;
  const char *ops; /* all that it ever had, whose sum and count are the target */
} StoreTarget;

SynclineApplyResult store_apply (Store *store,
                                 const StoreTarget *targets,
                                 guint n_targets,
                                 gint64 last_op,
                                 gint64 write_checkpoint,
                                 int priority,
                                 char **out_mismatch);
/* One bucket "b", everything in it. */
SynclineApplyResult
store_apply_one (Store *store, const char *ops, gint64 last_op, gint64 write_checkpoint);

/* "name last_op/last_applied_op count_at_last+count_since_last", by name, separated by "; ". */
char *store_describe_buckets (Store *store);
#define store_assert_buckets(store, expected)                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *_text = store_describe_buckets (store);                                       \
    g_assert_cmpstr (_text, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

/* --- Registration --- */

typedef struct
{
  const char *path;
  void (*run) (Store *store);
  gboolean persistent_only;
} StoreTest;

void store_add_tests (const char *plugin_name,
                      const StoreFixture *fixture,
                      const StoreTest *tests,
                      guint n_tests);

void store_add_queue_tests (const char *plugin_name, const StoreFixture *fixture);
void store_add_gate_tests (const char *plugin_name, const StoreFixture *fixture);
void store_add_bucket_tests (const char *plugin_name, const StoreFixture *fixture);
void store_add_life_tests (const char *plugin_name, const StoreFixture *fixture);
void store_add_thread_tests (const char *plugin_name, const StoreFixture *fixture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Store, store_free)

G_END_DECLS
