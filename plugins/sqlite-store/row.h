/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Rows of the server in the application's tables. Rows of types that have no table are kept aside as
 * they came, and so are members of a row that are no columns: when a table or a column is added to the
 * schema, its rows or values need no download. */

#pragma once

#include "sqlite-store/cells.h"

G_BEGIN_DECLS

/* Makes the row what data says, which is JSON object text. Members that are no columns go aside; columns
 * without a member become NULL. Malformed data gives SYNCLINE_ERROR_CORRUPT. */
gboolean row_put (Tables *tables,
                  Connection *writer,
                  const RowKey *key,
                  SynclineSlice data,
                  gboolean *out_changed,
                  GError **error);

gboolean row_remove (
    Tables *tables, Connection *writer, const RowKey *key, gboolean *out_changed, GError **error);

/* Reads the row in a form that row_put() takes; NULL if there is none. */
gboolean
row_get (Tables *tables, Connection *writer, const RowKey *key, char **out_data, GError **error);

/* The members of an object, then those of another, which may be NULL: of two with one name, row_put() takes
 * the first. */
char *row_join (const char *first, const char *second);

/* Adds to the columns of a row, as they were once, what else is known of the row now. */
gboolean row_complete (Tables *tables,
                       Connection *writer,
                       const RowKey *key,
                       const char *columns,
                       char **out_data,
                       GError **error);

/* Appends an upsert, so that the application's own triggers see an update as one; a row that stays as it is is not
 * written. The source gives the id and all columns. */
void row_append_put (GString *sql, const Table *table, const char *source);

/* Appends the expression of row_get() for the rows of a table. */
void row_append_get (GString *sql, const Table *table);

G_END_DECLS
