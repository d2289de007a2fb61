/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The rows of one run of a live query, and what they have in common with those of the run before. */

#pragma once

#include "query-row.h"

G_BEGIN_DECLS

/* Rows that a run gave: immutable once collected, counted. */
typedef struct
{
  SynclineColumns *columns; /* NULL before the first run */
  GPtrArray *rows;          /* of SynclineRow */
} SynclineQueryRows;

SynclineQueryRows *syncline_query_rows_new (void);
SynclineQueryRows *syncline_query_rows_ref (SynclineQueryRows *rows);
void syncline_query_rows_unref (SynclineQueryRows *rows);

/* At @position, of what is there after the splices before it, @removed rows make way for @added ones. */
typedef struct
{
  guint position;
  guint removed;
  guint added;
} SynclineSplice;

/* Takes the rows of a run as they come. */
typedef struct _SynclineCollector SynclineCollector;

/* Rows of @before that come again are kept as they are. */
SynclineCollector *syncline_collector_new (SynclineQueryRows *before);
void syncline_collector_free (SynclineCollector *collector);

/* A SynclineRowFunc whose user data is the collector. */
gboolean syncline_collector_take_row (guint n_columns,
                                      const char *const *names,
                                      const SynclineValue *values,
                                      gpointer collector);

/* What was collected, and in @out_splices (of SynclineSplice) the fewest rows that have to go and come to get
 * there; NULL when nothing differs. */
SynclineQueryRows *syncline_collector_finish (SynclineCollector *collector, GArray **out_splices);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineQueryRows, syncline_query_rows_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineCollector, syncline_collector_free)

G_END_DECLS
