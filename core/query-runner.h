/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Runs live queries on a thread of their own: those that a change concerns, one after the other. */

#pragma once

#include "outbox.h"
#include "query-rows.h"
#include "roles.h"

G_BEGIN_DECLS

typedef struct _SynclineQueryRunner SynclineQueryRunner;

/* A query as the runner knows it. */
typedef struct _SynclineWatch SynclineWatch;

/* What a run gave, called in the outbox's context: @splices (of SynclineSplice) lead from the rows that were
 * delivered before to @rows. All NULL: the same rows as before. With @error, there are none. */
typedef void (*SynclineWatchFunc) (GObject *owner,
                                   SynclineQueryRows *rows,
                                   GArray *splices,
                                   const GError *error);

SynclineQueryRunner *syncline_query_runner_new (SynclineOutbox *outbox);
SynclineQueryRunner *syncline_query_runner_ref (SynclineQueryRunner *runner);
void syncline_query_runner_unref (SynclineQueryRunner *runner);

/* The store of @roles is open until the runner is stopped. Stopping cancels what runs, and waits for it. */
void syncline_query_runner_start (SynclineQueryRunner *runner, SynclineRoles *roles);
void syncline_query_runner_stop (SynclineQueryRunner *runner);

/* As for syncline_host_notify_changes(). From any thread. */
void syncline_query_runner_notify (SynclineQueryRunner *runner,
                                   guint n_tables,
                                   const SynclineTableChange *tables);

/* @owner is held weakly. @parameters may be floating. */
SynclineWatch *syncline_watch_new (SynclineQueryRunner *runner,
                                   GObject *owner,
                                   SynclineWatchFunc func,
                                   const char *sql,
                                   GVariant *parameters);
/* Cancels it if it runs; nothing is delivered any more. */
void syncline_watch_end (SynclineWatch *watch);

const char *syncline_watch_get_sql (SynclineWatch *watch);
gint64 syncline_watch_get_throttle (SynclineWatch *watch);
void syncline_watch_set_throttle (SynclineWatch *watch, gint64 throttle);
void syncline_watch_refresh (SynclineWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineQueryRunner, syncline_query_runner_unref)

G_END_DECLS
