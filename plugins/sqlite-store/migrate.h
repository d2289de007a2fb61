/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The parts of migrate(). All run within its transaction, with capture paused. */

#pragma once

#include "sqlite-store/store.h"

G_BEGIN_DECLS

/* Stands for SynclineTableMode in syncline_table where a table has left the schema. */
#define MODE_REMOVED (-1)

/* A table as the file knows it. */
typedef struct
{
  gboolean known;
  gboolean exists; /* in the file */
  char *server_name;
  int mode;
  gboolean adopted; /* the application made it */
} FileTable;

/* --- migrate-objects.c -------------------------------------------------------------------------------- */

/* Everything that the schema and the roles ask of the file, as one text. */
char *migrate_describe (Store *store);

/* Whether all capture triggers are there as they should be, and no others. */
gboolean migrate_check_triggers (Store *store, gboolean *out_current, GError **error);
gboolean migrate_drop_stale_triggers (Store *store, GError **error);
gboolean migrate_drop_triggers_of (Store *store, const char *table, GError **error);
gboolean migrate_make_triggers (Store *store, GError **error);

gboolean migrate_drop_stale_indexes (Store *store, GError **error);
gboolean migrate_make_indexes (Store *store, GError **error);

/* --- migrate-columns.c -------------------------------------------------------------------------------- */

const char *migrate_get_affinity (SynclineColumnType type);
gboolean migrate_create_table (Store *store, const Table *table, GError **error);
gboolean migrate_check_adoption (Store *store, const Table *table, GError **error);

/* Adds, removes and converts columns, and notes what columns there are now. */
gboolean migrate_columns (Store *store, Table *table, const FileTable *before, GError **error);
gboolean migrate_note_columns (Store *store, const Table *table, GError **error);

/* Whether a table of the file has a column. */
gboolean migrate_has_column (
    Store *store, const char *table, const char *column, gboolean *out_has, GError **error);

/* --- migrate-rows.c ----------------------------------------------------------------------------------- */

/* Moves the rows of a table to where rows without a table are. */
gboolean
migrate_set_rows_aside (Store *store, const char *table, const char *server_name, GError **error);

/* Takes rows back from there. */
gboolean migrate_take_rows_back (Store *store, Table *table, GError **error);

/* Moves the values of a column to where values without a column are. */
gboolean
migrate_set_column_aside (Store *store, const Table *table, const char *column, GError **error);

/* Adds the value that a new column has there to the server's versions of rows with local changes. */
gboolean
migrate_add_to_versions (Store *store, const Table *table, const char *column, GError **error);

/* Takes values back from there. */
gboolean migrate_take_columns_back (Store *store, Table *table, GError **error);

/* Queues the rows that the server does not know of. */
gboolean migrate_queue_rows (Store *store, const Table *table, GError **error);

/* Runs SQL that was put together. */
gboolean migrate_exec (Store *store, GString *sql, GError **error);

G_END_DECLS
