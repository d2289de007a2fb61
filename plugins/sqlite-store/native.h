/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The values of an insert, queued as SQLite has them. Making JSON of them costs a third of the time that the
 * trigger takes, and the queue has to be read but once; so whoever reads it does. A shape says which
 * columns the values are of. */

#pragma once

#include "sqlite-store/store.h"

G_BEGIN_DECLS

/* Tables with more columns have their inserts queued as JSON. */
#define NATIVE_MAX_COLUMNS 16
#define NATIVE_COLUMNS "c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16"

/* What the last change becomes that left the queue: a mark that keeps its number from being given again. */
#define QUEUE_MARK                                                                                 \
  "op = 0, tbl = '', row_id = '', data = NULL, old = NULL, previous = NULL, metadata = NULL,"      \
  " shape = NULL, c1 = NULL, c2 = NULL, c3 = NULL, c4 = NULL, c5 = NULL, c6 = NULL, c7 = NULL,"    \
  " c8 = NULL, c9 = NULL, c10 = NULL, c11 = NULL, c12 = NULL, c13 = NULL, c14 = NULL, c15 = NULL," \
  " c16 = NULL"

gboolean native_fits (const SynclineTable *table);

/* The number of the shape of a table, the same for the same columns. */
gint64 native_get_shape (const SynclineTable *table);

/* Notes the shapes of all tables; those of before stay. */
gboolean native_register (Store *store, GError **error);

/* Makes JSON of the values from column @first of a result on; @keys is `columns` of their shape. */
char *native_read (sqlite3_stmt *stmt, int first, const char *keys, gboolean keep_nulls);

G_END_DECLS
