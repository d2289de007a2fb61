/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Setting rows and values aside, and taking them back. */

#include "config.h"

#include "sqlite-store/migrate.h"
#include "sqlite-store/row-json.h"
#include "sqlite-store/row.h"

/* How many rows are in memory at a time. */
#define CHUNK 500

/* --- Setting aside ------------------------------------------------------------------------------------- */

/* The columns that the schema had when the file was last opened. */
static GPtrArray *
read_column_names (Store *store, const char *table, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt = connection_query (
      store->writer, error, "SELECT name FROM syncline_column WHERE tbl = ?1", "s", table);
  Step step;

  if (stmt == NULL)
    return NULL;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    g_ptr_array_add (names, g_strdup (column_text (stmt, 0)));
  return step == STEP_DONE ? g_steal_pointer (&names) : NULL;
}

gboolean
migrate_set_rows_aside (Store *store, const char *table, const char *server_name, GError **error)
{
  g_autoptr (GPtrArray) names = read_column_names (store, table, error);
  gint64 type;

  if (names == NULL
      || !tables_get_type (store->writer, server_name, strlen (server_name), &type, error))
    return FALSE;

  g_autoptr (GString) row = g_string_new (NULL);
  row_json_append (row, (const char *const *) names->pdata, names->len, "t.", ROW_JSON_ALL);
  GString *sql = g_string_new (NULL);
  g_string_append_printf (sql,
                          "INSERT OR REPLACE INTO syncline_untyped (type, row_id, data)"
                          " SELECT %" G_GINT64_FORMAT ", t.\"id\", CASE WHEN x.data IS NULL THEN %s"
                          " WHEN %u = 0 THEN x.data"
                          " ELSE substr(x.data, 1, length(x.data) - 1) || ',' || substr(%s, 2) END"
                          " FROM ",
                          type, row->str, names->len, row->str);
  sql_append_identifier (sql, table);
  g_string_append_printf (sql,
                          " AS t LEFT JOIN syncline_extra AS x ON x.type = %" G_GINT64_FORMAT
                          " AND x.row_id = t.\"id\"",
                          type);
  return migrate_exec (store, sql, error)
         && connection_run (store->writer, error, "DELETE FROM syncline_extra WHERE type = ?1", "i",
                            type);
}

gboolean
migrate_set_column_aside (Store *store, const Table *table, const char *column, GError **error)
{
  g_autofree char *cell = row_json_get_cell ("", column);
  GString *sql = g_string_new (NULL);

  g_string_append_printf (
      sql, "INSERT INTO syncline_extra (type, row_id, data) SELECT %" G_GINT64_FORMAT ", \"id\", ",
      table->type);
  row_json_append_key (sql, "{", column);
  g_string_append (sql, " || ");
  row_json_append_value (sql, cell);
  g_string_append (sql, " || '}' FROM ");
  sql_append_identifier (sql, table->name);
  g_string_append_printf (sql,
                          " WHERE %s IS NOT NULL ON CONFLICT (type, row_id) DO UPDATE SET data ="
                          " substr(data, 1, length(data) - 1) || ',' || substr(excluded.data, 2)",
                          cell);
  return migrate_exec (store, sql, error);
}

/* --- Taking back --------------------------------------------------------------------------------------- */

typedef struct
{
  char *id;
  char *data;
} Row;

static void
row_clear (gpointer data)
{
  Row *row = data;

  g_free (row->id);
  g_free (row->data);
}

/* Reads the next rows after an id, by a statement that takes the type, the id and a limit, and gives ids
 * and data. */
static GArray *
read_chunk (Store *store, const char *sql, gint64 type, const char *after, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (rows, row_clear);
  sqlite3_stmt *stmt
      = connection_query (store->writer, error, sql, "isi", type, after, (gint64) CHUNK);
  Step step;

  if (stmt == NULL)
    return NULL;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      Row row = { g_strdup (column_text (stmt, 0)), g_strdup (column_text (stmt, 1)) };
      g_array_append_val (rows, row);
    }
  return step == STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

/* Puts all rows that the statement gives into the table, as they were set aside or as they are. */
static gboolean
put_rows (Store *store, Table *table, const char *sql, gboolean as_they_are, GError **error)
{
  g_autofree char *after = g_strdup ("");

  for (;;)
    {
      g_autoptr (GArray) rows = read_chunk (store, sql, table->type, after, error);
      if (rows == NULL)
        return FALSE;
      if (rows->len == 0)
        return TRUE;
      for (guint i = 0; i < rows->len; i++)
        {
          Row *row = &g_array_index (rows, Row, i);
          RowKey key = { table->type, table, { row->id, strlen (row->id) } };
          gboolean changed;

          if (as_they_are)
            {
              g_clear_pointer (&row->data, g_free);
              if (!row_get (store->tables, store->writer, &key, &row->data, error))
                return FALSE;
            }
          if (row->data != NULL
              && !row_put (store->tables, store->writer, &key,
                           (SynclineSlice){ row->data, strlen (row->data) }, &changed, error))
            return FALSE;
        }
      g_free (after);
      after = g_strdup (g_array_index (rows, Row, rows->len - 1).id);
    }
}

gboolean
migrate_take_rows_back (Store *store, Table *table, GError **error)
{
  return put_rows (store, table,
                   "SELECT row_id, data FROM syncline_untyped WHERE type = ?1 AND row_id > ?2"
                   " ORDER BY row_id LIMIT ?3",
                   FALSE, error)
         && connection_run (store->writer, error, "DELETE FROM syncline_untyped WHERE type = ?1",
                            "i", table->type);
}

/* Adds the member of a column, null where none was kept aside, to versions of rows: objects in a column of
 * a table of the store's own. */
static gboolean
add_member (Store *store,
            const Table *table,
            const char *column,
            const char *versions,
            const char *data,
            const char *condition,
            GError **error)
{
  g_autofree char *path = g_strdup_printf ("$.\"%s\"", column);
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "UPDATE %s AS v SET %s = ", versions, data);
  row_json_append_key (sql, "{", column);
  g_string_append (sql, " || ifnull((SELECT x.data -> ");
  sql_append_literal (sql, path);
  g_string_append_printf (sql,
                          " FROM syncline_extra AS x WHERE x.type = %2$" G_GINT64_FORMAT
                          " AND x.row_id = v.row_id), 'null')"
                          " || CASE %1$s WHEN '{}' THEN '}' ELSE ',' || substr(%1$s, 2) END"
                          " WHERE %1$s IS NOT NULL AND %3$s",
                          data, table->type, condition);
  return migrate_exec (store, sql, error);
}

gboolean
migrate_add_to_versions (Store *store, const Table *table, const char *column, GError **error)
{
  g_autofree char *own_shadows = g_strdup_printf ("type = %" G_GINT64_FORMAT, table->type);
  g_autoptr (GString) own_changes = g_string_new ("tbl = ");

  sql_append_literal (own_changes, table->name);
  return add_member (store, table, column, "syncline_shadow", "data", own_shadows, error)
         && add_member (store, table, column, "syncline_change", "old", own_changes->str, error);
}

/* Writing a row once more finds the columns for what was kept aside. */
gboolean
migrate_take_columns_back (Store *store, Table *table, GError **error)
{
  table->has_extra = TRUE;
  return put_rows (store, table,
                   "SELECT row_id, NULL FROM syncline_extra WHERE type = ?1 AND row_id > ?2"
                   " ORDER BY row_id LIMIT ?3",
                   TRUE, error);
}

/* --- Rows that the application had before ---------------------------------------------------------------- */

gboolean
migrate_queue_rows (Store *store, const Table *table, GError **error)
{
  GString *sql
      = g_string_new ("INSERT INTO syncline_change (tx, op, tbl, row_id, data) SELECT s.tx, 1, ");

  sql_append_literal (sql, table->name);
  g_string_append (sql, ", t.\"id\", ");
  row_json_append (sql, table->names, table->n_columns, "t.", ROW_JSON_NOT_NULL);
  g_string_append (sql, " FROM syncline_state AS s, ");
  sql_append_identifier (sql, table->name);
  g_string_append_printf (
      sql,
      " AS t WHERE NOT EXISTS (SELECT 1 FROM syncline_oplog AS o WHERE o.type = %" G_GINT64_FORMAT
      " AND o.row_id = t.\"id\")",
      table->type);
  return migrate_exec (store, sql, error);
}
