/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The application's tables, as the writer sees them. */

#pragma once

#include "sqlite-store/connection.h"

#include "common/json-pull.h"

G_BEGIN_DECLS

typedef struct
{
  const SynclineTable *schema;
  const char *name;
  SynclineTableMode mode;
  gint64 type; /* number of the server's name for it in syncline_type; 0 for a local-only table */

  /* What cells.c and row.c need to write rows of the server. */
  guint n_columns;
  const char **names;
  gsize *name_lengths;
  SynclineColumnType *types;
  guint32 *stamps; /* the row that last set the column */
  guint32 stamp;
  struct _Cell *cells;
  gboolean has_extra; /* some rows have members that are no columns */
  sqlite3_stmt *put;
  sqlite3_stmt *remove;
  sqlite3_stmt *get;

  sqlite3_stmt *get_id; /* by rowid, for notices of local-only tables */
} Table;

typedef struct
{
  GPtrArray *all;      /* of Table */
  GHashTable *by_name; /* name → Table */
  GHashTable *by_type; /* address of Table.type → Table */
  JsonScratch scratch;
  GString *extra;
} Tables;

Tables *tables_new (SynclineSchema *schema);
void tables_free (Tables *tables);

/* NULL when there is none. */
Table *tables_find (Tables *tables, const char *name);
Table *tables_find_type (Tables *tables, gint64 type);

/* Gives all tables their numbers, making them if need be. */
gboolean tables_number (Tables *tables, Connection *writer, GError **error);

/* The number of a type, which is made if need be. */
gboolean tables_get_type (
    Connection *writer, const char *name, gsize length, gint64 *out_type, GError **error);

/* The number of the server's name for a local table, which may have left the schema; 0 if it is not
 * known or never synced. */
gboolean tables_get_change_type (Tables *tables,
                                 Connection *writer,
                                 const char *table,
                                 gint64 *out_type,
                                 gboolean *out_insert_only,
                                 GError **error);

G_END_DECLS
