/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-store.h"

#include <string.h>

#define METADATA_COLUMN "_metadata"

/* One entry of the queue to be. */
typedef struct
{
  SynclineTableMode mode;
  SynclineChangeOp op;
  char *table;
  char *row_id;
  char *data;
  char *previous;
  char *metadata;
} MockWrite;

struct _MockTransaction
{
  MockStore *store;
  GHashTable *overlay; /* table to (row id to JSON text, NULL for a deleted row) */
  GHashTable *touched; /* row set */
  GPtrArray *writes;
};

static void
write_free (gpointer data)
{
  MockWrite *write = data;

  g_free (write->table);
  g_free (write->row_id);
  g_free (write->data);
  g_free (write->previous);
  g_free (write->metadata);
  g_free (write);
}

MockTransaction *
mock_transaction_new (MockStore *store)
{
  MockTransaction *transaction = g_new0 (MockTransaction, 1);

  transaction->store = store;
  transaction->overlay = mock_rows_new ();
  transaction->touched = mock_rows_new ();
  transaction->writes = g_ptr_array_new_with_free_func (write_free);
  return transaction;
}

void
mock_transaction_free (MockTransaction *transaction)
{
  g_hash_table_unref (transaction->overlay);
  g_hash_table_unref (transaction->touched);
  g_ptr_array_unref (transaction->writes);
  g_free (transaction);
}

/* --- Reading ------------------------------------------------------------------------------------- */

static void
row_free (gpointer data)
{
  MockRow *row = data;

  g_free (row->id);
  g_free (row->data);
  g_free (row);
}

static void
add_row (GPtrArray *rows, const char *id, const char *data)
{
  MockRow *row = g_new0 (MockRow, 1);

  row->id = g_strdup (id);
  row->data = g_strdup (data);
  g_ptr_array_add (rows, row);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const MockRow *const *first = a;
  const MockRow *const *second = b;

  return strcmp ((*first)->id, (*second)->id);
}

GPtrArray *
mock_transaction_read (MockTransaction *transaction, const char *table, const char *row_id)
{
  MockDatabase *database = transaction->store->database;
  GPtrArray *result = g_ptr_array_new_with_free_func (row_free);
  GHashTable *overlay = g_hash_table_lookup (transaction->overlay, table);
  GHashTableIter iter;
  gpointer id, data;

  g_mutex_lock (&database->lock);
  GHashTable *rows = g_hash_table_lookup (database->tables, table);
  if (rows != NULL)
    g_hash_table_iter_init (&iter, rows);
  while (rows != NULL && g_hash_table_iter_next (&iter, &id, &data))
    if ((row_id == NULL || g_str_equal (id, row_id))
        && (overlay == NULL || !g_hash_table_contains (overlay, id)))
      add_row (result, id, data);
  g_mutex_unlock (&database->lock);

  if (overlay != NULL)
    g_hash_table_iter_init (&iter, overlay);
  while (overlay != NULL && g_hash_table_iter_next (&iter, &id, &data))
    if (data != NULL && (row_id == NULL || g_str_equal (id, row_id)))
      add_row (result, id, data);
  g_ptr_array_sort (result, compare_rows);
  return result;
}

static char *
dup_row (MockTransaction *transaction, const char *table, const char *row_id)
{
  g_autoptr (GPtrArray) rows = mock_transaction_read (transaction, table, row_id);

  return rows->len == 0 ? NULL : g_strdup (((MockRow *) rows->pdata[0])->data);
}

/* --- Writing ------------------------------------------------------------------------------------- */

static void
set_row (MockTransaction *transaction, const char *table, const char *row_id, char *data)
{
  GHashTable *rows = g_hash_table_lookup (transaction->overlay, table);

  if (rows == NULL)
    {
      rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (transaction->overlay, g_strdup (table), rows);
    }
  g_hash_table_replace (rows, g_strdup (row_id), data);
}

static void
add_write (MockTransaction *transaction,
           SynclineTableMode mode,
           SynclineChangeOp op,
           const char *table,
           const char *row_id,
           json_object *data,
           json_object *previous,
           const char *metadata)
{
  mock_rows_add (transaction->touched, table, row_id);
  if (mode == SYNCLINE_TABLE_LOCAL_ONLY)
    return;

  MockWrite *write = g_new0 (MockWrite, 1);
  write->mode = mode;
  write->op = op;
  write->table = g_strdup (table);
  write->row_id = g_strdup (row_id);
  write->data = data == NULL ? NULL : mock_json_print (data);
  write->previous = previous == NULL ? NULL : mock_json_print (previous);
  write->metadata = g_strdup (metadata);
  g_ptr_array_add (transaction->writes, write);
}

static const SynclineTable *
find_table (MockTransaction *transaction, const char *table)
{
  return syncline_schema_find_table (syncline_host_get_schema (transaction->store->host), table);
}

/* Parses what a command gives for a row and takes the id and the metadata out of it. */
static json_object *
parse_columns (MockTransaction *transaction,
               const char *table,
               const char *json,
               char **out_metadata,
               GError **error)
{
  const SynclineTable *declared = find_table (transaction, table);
  g_autoptr (json_object) columns = mock_json_parse (json, -1);

  if (columns == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL,
                   "The columns for table '%s' are not a JSON object", table);
      return NULL;
    }
  json_object_object_del (columns, "id");
  if (declared != NULL && syncline_table_get_metadata (declared))
    {
      *out_metadata = mock_json_dup_member (columns, METADATA_COLUMN);
      json_object_object_del (columns, METADATA_COLUMN);
    }
  json_object_object_foreach (columns, name, value)
  {
    (void) value;
    if (declared != NULL && syncline_table_find_column (declared, name, -1) < 0)
      {
        g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL, "Table '%s' has no column '%s'",
                     table, name);
        return NULL;
      }
  }
  return g_steal_pointer (&columns);
}

static void
remove_nulls (json_object *columns)
{
  struct json_object_iter iter;

  json_object_object_foreachC (columns, iter)
  {
    if (iter.val == NULL)
      json_object_object_del (columns, iter.key);
  }
}

/* The old values of @names' columns, or of all columns; NULL when the table does not track them. */
static json_object *
previous_of (const SynclineTable *table, json_object *row, json_object *names)
{
  if (table == NULL || syncline_table_get_track_previous (table) == SYNCLINE_TRACK_PREVIOUS_NONE)
    return NULL;
  if (syncline_table_get_track_previous (table) == SYNCLINE_TRACK_PREVIOUS_ALL)
    names = NULL;

  json_object *previous = json_object_new_object ();
  for (guint i = 0; i < syncline_table_get_n_columns (table); i++)
    {
      const char *name = syncline_column_get_name (syncline_table_get_column (table, i));

      if (names == NULL || json_object_object_get_ex (names, name, NULL))
        json_object_object_add (previous, name,
                                json_object_get (json_object_object_get (row, name)));
    }
  return previous;
}

gint64
mock_transaction_put (MockTransaction *transaction,
                      const char *table,
                      const char *row_id,
                      const char *json,
                      GError **error)
{
  SynclineTableMode mode;
  g_autofree char *metadata = NULL;

  if (!mock_store_get_mode (transaction->store, table, &mode, error))
    return -1;
  g_autoptr (json_object) columns = parse_columns (transaction, table, json, &metadata, error);
  if (columns == NULL)
    return -1;

  remove_nulls (columns);
  if (mode != SYNCLINE_TABLE_INSERT_ONLY)
    set_row (transaction, table, row_id, mock_json_print (columns));
  add_write (transaction, mode, SYNCLINE_CHANGE_PUT, table, row_id, columns, NULL, metadata);
  return 1;
}

gint64
mock_transaction_patch (MockTransaction *transaction,
                        const char *table,
                        const char *row_id,
                        const char *json,
                        GError **error)
{
  SynclineTableMode mode;
  g_autofree char *metadata = NULL;

  if (!mock_store_get_mode (transaction->store, table, &mode, error))
    return -1;
  g_autoptr (json_object) columns = parse_columns (transaction, table, json, &metadata, error);
  if (columns == NULL)
    return -1;
  g_autofree char *text = dup_row (transaction, table, row_id);
  g_autoptr (json_object) row = text == NULL ? NULL : mock_json_parse (text, -1);
  if (row == NULL)
    return 0;

  g_autoptr (json_object) merged = mock_json_parse (text, -1);
  g_autoptr (json_object) changed = json_object_new_object ();
  json_object_object_foreach (columns, name, value)
  {
    if (json_object_equal (value, json_object_object_get (row, name)))
      continue;
    json_object_object_add (changed, name, json_object_get (value));
    json_object_object_add (merged, name, json_object_get (value));
  }
  if (json_object_object_length (changed) == 0)
    return 1;

  g_autoptr (json_object) previous = previous_of (find_table (transaction, table), row, changed);
  remove_nulls (merged);
  set_row (transaction, table, row_id, mock_json_print (merged));
  add_write (transaction, mode, SYNCLINE_CHANGE_PATCH, table, row_id, changed, previous, metadata);
  return 1;
}

gint64
mock_transaction_delete (MockTransaction *transaction,
                         const char *table,
                         const char *row_id,
                         GError **error)
{
  SynclineTableMode mode;

  if (!mock_store_get_mode (transaction->store, table, &mode, error))
    return -1;
  g_autofree char *text = dup_row (transaction, table, row_id);
  if (text == NULL)
    return 0;

  g_autoptr (json_object) row = mock_json_parse (text, -1);
  g_autoptr (json_object) previous = previous_of (find_table (transaction, table), row, NULL);
  set_row (transaction, table, row_id, NULL);
  add_write (transaction, mode, SYNCLINE_CHANGE_DELETE, table, row_id, NULL, previous, NULL);
  return 1;
}

/* --- The end ------------------------------------------------------------------------------------- */

static void
commit_rows (MockTransaction *transaction)
{
  GHashTableIter tables, rows;
  gpointer table, overlay, id, data;

  g_hash_table_iter_init (&tables, transaction->overlay);
  while (g_hash_table_iter_next (&tables, &table, &overlay))
    {
      g_hash_table_iter_init (&rows, overlay);
      while (g_hash_table_iter_next (&rows, &id, &data))
        mock_database_set_row (transaction->store->database, table, id, g_strdup (data));
    }
}

GHashTable *
mock_transaction_commit (MockTransaction *transaction)
{
  MockDatabase *database = transaction->store->database;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&database->lock);

  commit_rows (transaction);
  if (transaction->writes->len > 0)
    database->last_transaction++;
  for (guint i = 0; i < transaction->writes->len; i++)
    {
      const MockWrite *write = transaction->writes->pdata[i];

      mock_database_queue (database, write->mode, database->last_transaction, write->op,
                           write->table, write->row_id, write->data, write->previous,
                           write->metadata);
    }
  return g_hash_table_ref (transaction->touched);
}
