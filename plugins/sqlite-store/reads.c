/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What a query depends on. SQLite asks an authorizer for each column that a statement reads, when it is
 * prepared, also for those behind a view. */

#include "config.h"

#include "sqlite-store/store.h"

typedef struct
{
  SynclineSchema *schema;
  SynclineReadFunc func;
  gpointer user_data;
} Reader;

/* A column that is not declared may be generated from others, which SQLite does not name. */
static gboolean
is_plain_column (Reader *reader, const char *table, const char *column)
{
  const SynclineTable *declared = syncline_schema_find_table (reader->schema, table);

  if (*column == '\0' || g_str_equal (column, "id") || g_ascii_strcasecmp (column, "rowid") == 0)
    return TRUE;
  return declared != NULL && syncline_table_find_column (declared, column, -1) >= 0;
}

static int
on_read (void *data,
         int action,
         const char *table,
         const char *column,
         const char *database G_GNUC_UNUSED,
         const char *view G_GNUC_UNUSED)
{
  Reader *reader = data;

  if (action == SQLITE_READ && table != NULL && column != NULL)
    reader->func (table, is_plain_column (reader, table, column) ? column : NULL,
                  reader->user_data);
  return SQLITE_OK;
}

gboolean
store_list_reads (gpointer self,
                  const char *sql,
                  SynclineReadFunc func,
                  gpointer user_data,
                  GCancellable *cancellable,
                  GError **error)
{
  Store *store = self;
  Reader reader = { syncline_host_get_schema (store->host), func, user_data };
  Connection *connection = store_take_reader (store, cancellable, error);

  if (connection == NULL)
    return FALSE;
  sqlite3_set_authorizer (connection->handle, on_read, &reader);
  sqlite3_stmt *stmt = connection_prepare (connection, sql, error);
  sqlite3_set_authorizer (connection->handle, NULL, NULL);
  const gboolean ok = stmt != NULL || *sql == '\0';
  sqlite3_finalize (stmt);
  store_return_reader (store, connection);
  return ok;
}
