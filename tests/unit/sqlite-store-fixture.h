/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The plugin sqlite-store, loaded as a module, on a file in a folder of its own. Whatever fails fails the
 * test. */

#pragma once

#include <sqlite3.h>
#include <syncline/store.h>
#include <syncline/testing.h>

G_BEGIN_DECLS

#define ROLE(role) (1u << SYNCLINE_ROLE_##role)
#define ALL_ROLES (ROLE (STORE) | ROLE (UPLOAD) | ROLE (DOWNLOAD))

typedef struct
{
  char *folder;
  char *path;
  guint roles;
  SynclineSchema *schema;
  SynclineHost *host;
  SynclineTestPlugin *plugin;
  const SynclineStoreClass *store;
  gpointer self;
  GMutex lock;
  GString *notices; /* a line each: origin, then tables with their rows */
  GHashTable *sums; /* bucket → ServerBucket */
  gint64 last_op;
  char *mismatch; /* what the last checkpoint that failed said */
} Fixture;

/* Opens a store with a schema, which is the text of a schema file. */
Fixture *fixture_new (const char *schema, guint roles);
/* Nothing is opened yet: the test can put a file at the path first. */
Fixture *fixture_new_closed (const char *schema, guint roles);
void fixture_free (Fixture *fixture);

/* From how many operations on a first sync of the next fixtures is a big one; less than 0 for the default. */
void fixture_set_bulk_threshold (int n_ops);

/* Closes the store, if it is open, and opens it again, with another schema if it is not NULL. */
void fixture_reopen (Fixture *fixture, const char *schema);
/* The same where opening is expected to fail. */
void fixture_reopen_failing (Fixture *fixture, const char *schema, int code, const char *message);
void fixture_close (Fixture *fixture);

/* Runs one statement; returns the number of rows written. */
gint64 fixture_run (Fixture *fixture, const char *sql);
void fixture_run_failing (Fixture *fixture, const char *sql, int code, const char *message);
/* Runs several statements, separated by semicolons at line ends, as one transaction. */
void fixture_run_together (Fixture *fixture, const char *const *statements);

/* The rows of a query: cells separated by `|`, rows by line ends, NULL as `NULL`. */
char *fixture_query (Fixture *fixture, const char *sql);
#define assert_query(fixture, sql, expected)                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *rows_ = fixture_query (fixture, sql);                                         \
    g_assert_cmpstr (rows_, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

/* Another program's connection, which knows nothing of Syncline. */
sqlite3 *fixture_open_foreign (Fixture *fixture, gboolean recursive_triggers);
void fixture_run_foreign (sqlite3 *foreign, const char *sql);

/* Another program runs a statement as soon as the store opens one more connection, which it does when it begins to
 * write many rows, after it has looked at the gate. */
void fixture_intrude (Fixture *fixture, const char *sql);

/* The queue as text: a line a change, `OP table/id data`, and an empty line after each transaction. */
char *fixture_get_queue (Fixture *fixture);
#define assert_queue(fixture, expected)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *queue_ = fixture_get_queue (fixture);                                         \
    g_assert_cmpstr (queue_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

GPtrArray *fixture_peek (Fixture *fixture, guint max_changes);

/* Answers the first changes: a letter each, `a` for accepted, `r` for rejected. Empties the queue with
 * NULL, all accepted. */
void fixture_resolve (Fixture *fixture, const char *answers);

SynclineGate fixture_get_gate (Fixture *fixture);

/* What the engine does when the queue has become empty. */
void fixture_cover (Fixture *fixture, gint64 write_checkpoint);

/* --- The server's side: what it sent of each bucket ------------------------------------------------------ */

/* Stages one line for a bucket. Each operation is `PUT op-id type/id[/subkey] JSON`, `REMOVE op-id
 * type/id[/subkey]`, `MOVE op-id` or `CLEAR op-id`. The server's checksums are kept account of. */
void fixture_stage (Fixture *fixture, const char *bucket, const char *operation, ...)
    G_GNUC_NULL_TERMINATED;

/* What the engine does at the end of a stream. */
void fixture_flush (Fixture *fixture);

/* Forgets a bucket on both sides. */
void fixture_remove_bucket (Fixture *fixture, const char *bucket);

/* The server begins the bucket anew. */
void fixture_reset_bucket (Fixture *fixture, const char *bucket);

/* Applies a checkpoint that has the named buckets, each with `:priority` if it is not 3, up to a
 * priority. Buckets are separated by spaces. */
SynclineApplyResult
fixture_apply_up_to (Fixture *fixture, int priority, gint64 write_checkpoint, const char *buckets);

/* A full one that is expected to fail. */
void fixture_apply_failing (Fixture *fixture, const char *buckets, int code);

/* A full one that is expected to be shown. */
void fixture_apply (Fixture *fixture, const char *buckets);

/* Says something wrong about a bucket's checksum in the next checkpoint. */
void fixture_break_checksum (Fixture *fixture, const char *bucket);

/* `name last_op last_applied_op count_at_last count_since_last`, a line each. */
char *fixture_get_buckets (Fixture *fixture);
#define assert_buckets(fixture, expected)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *buckets_ = fixture_get_buckets (fixture);                                     \
    g_assert_cmpstr (buckets_, ==, expected);                                                      \
  }                                                                                                \
  G_STMT_END

/* Takes the notices that came so far. */
char *fixture_take_notices (Fixture *fixture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

G_END_DECLS
