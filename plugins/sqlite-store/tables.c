/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/cells.h"

static Table *
table_new (const SynclineTable *schema)
{
  Table *table = g_new0 (Table, 1);
  guint n = syncline_table_get_n_columns (schema);

  table->schema = schema;
  table->name = syncline_table_get_name (schema);
  table->mode = syncline_table_get_mode (schema);
  table->n_columns = n;
  table->names = g_new (const char *, n + 1);
  table->name_lengths = g_new (gsize, n + 1);
  table->types = g_new (SynclineColumnType, n + 1);
  table->stamps = g_new0 (guint32, n + 1);
  table->cells = g_new0 (Cell, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const SynclineColumn *column = syncline_table_get_column (schema, i);
      table->names[i] = syncline_column_get_name (column);
      table->name_lengths[i] = strlen (table->names[i]);
      table->types[i] = syncline_column_get_column_type (column);
    }
  return table;
}

static void
table_free (gpointer data)
{
  Table *table = data;

  sqlite3_finalize (table->put);
  sqlite3_finalize (table->remove);
  sqlite3_finalize (table->get);
  sqlite3_finalize (table->get_id);
  g_free (table->names);
  g_free (table->name_lengths);
  g_free (table->types);
  g_free (table->stamps);
  g_free (table->cells);
  g_free (table);
}

Tables *
tables_new (SynclineSchema *schema)
{
  Tables *tables = g_new0 (Tables, 1);

  tables->all = g_ptr_array_new_with_free_func (table_free);
  tables->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  tables->by_type = g_hash_table_new (g_int64_hash, g_int64_equal);
  tables->extra = g_string_new (NULL);
  for (guint i = 0; i < syncline_schema_get_n_tables (schema); i++)
    {
      Table *table = table_new (syncline_schema_get_table (schema, i));
      g_ptr_array_add (tables->all, table);
      g_hash_table_insert (tables->by_name, (gpointer) table->name, table);
    }
  return tables;
}

void
tables_free (Tables *tables)
{
  if (tables == NULL)
    return;
  g_hash_table_unref (tables->by_name);
  g_hash_table_unref (tables->by_type);
  g_ptr_array_unref (tables->all);
  json_scratch_clear (&tables->scratch);
  g_string_free (tables->extra, TRUE);
  g_free (tables);
}

Table *
tables_find (Tables *tables, const char *name)
{
  return g_hash_table_lookup (tables->by_name, name);
}

Table *
tables_find_type (Tables *tables, gint64 type)
{
  return g_hash_table_lookup (tables->by_type, &type);
}

/* Reads the number of a type, making the type first if asked. */
static gboolean
read_type (Connection *writer,
           gboolean make,
           const char *name,
           gsize length,
           gint64 *out_type,
           GError **error)
{
  const char *sql = make ? "INSERT INTO syncline_type (name) VALUES (?1) RETURNING id"
                         : "SELECT id FROM syncline_type WHERE name = ?1";
  sqlite3_stmt *stmt = connection_get_statement (writer, sql, error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_text (stmt, 1, name, (int) length, SQLITE_STATIC);
  Step step = connection_step (writer, stmt, error);
  if (step == STEP_ERROR)
    return FALSE;
  *out_type = step == STEP_ROW ? sqlite3_column_int64 (stmt, 0) : 0;
  while (step == STEP_ROW)
    step = connection_step (writer, stmt, error);
  return step == STEP_DONE;
}

gboolean
tables_get_type (
    Connection *writer, const char *name, gsize length, gint64 *out_type, GError **error)
{
  return read_type (writer, FALSE, name, length, out_type, error)
         && (*out_type != 0 || read_type (writer, TRUE, name, length, out_type, error));
}

gboolean
tables_number (Tables *tables, Connection *writer, GError **error)
{
  g_hash_table_remove_all (tables->by_type);
  for (guint i = 0; i < tables->all->len; i++)
    {
      Table *table = g_ptr_array_index (tables->all, i);
      const char *name = syncline_table_get_server_name (table->schema);
      gint64 extra;

      if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY)
        continue;
      if (!tables_get_type (writer, name, strlen (name), &table->type, error)
          || !connection_get_int (writer, &extra, error,
                                  "SELECT EXISTS (SELECT 1 FROM syncline_extra WHERE type = ?1)",
                                  "i", table->type))
        return FALSE;
      table->has_extra = extra != 0;
      g_hash_table_insert (tables->by_type, &table->type, table);
    }
  return TRUE;
}

gboolean
tables_get_change_type (Tables *tables,
                        Connection *writer,
                        const char *table,
                        gint64 *out_type,
                        gboolean *out_insert_only,
                        GError **error)
{
  Table *known = tables_find (tables, table);

  if (known != NULL)
    {
      *out_type = known->type;
      *out_insert_only = known->mode == SYNCLINE_TABLE_INSERT_ONLY;
      return TRUE;
    }
  *out_insert_only = FALSE;
  return connection_get_int (writer, out_type, error,
                             "SELECT y.id FROM syncline_table t JOIN syncline_type y"
                             " ON y.name = t.server_name WHERE t.name = ?1",
                             "s", table);
}
