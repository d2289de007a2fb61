/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/row.h"

#include "sqlite-store/row-json.h"

static void
bind_text (sqlite3_stmt *stmt, int index, SynclineSlice text)
{
  sqlite3_bind_text64 (stmt, index, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
}

/* --- Statements ------------------------------------------------------------------------------------ */

/* All columns, each with something before and after it. */
static void
append_columns (GString *sql, const Table *table, const char *before, const char *after)
{
  for (guint i = 0; i < table->n_columns; i++)
    {
      g_string_append (sql, i == 0 ? "" : ", ");
      g_string_append (sql, before);
      sql_append_identifier (sql, table->names[i]);
      g_string_append (sql, after);
    }
}

void
row_append_put (GString *sql, const Table *table, const char *source)
{
  g_string_append (sql, "INSERT INTO ");
  sql_append_identifier (sql, table->name);
  g_string_append (sql, table->n_columns > 0 ? " (\"id\", " : " (\"id\"");
  append_columns (sql, table, "", "");
  g_string_append_printf (sql, ") %s ON CONFLICT (\"id\") DO ", source);
  if (table->n_columns == 0)
    {
      g_string_append (sql, "NOTHING");
      return;
    }
  g_string_append (sql, "UPDATE SET ");
  for (guint i = 0; i < table->n_columns; i++)
    {
      g_autofree char *cell = row_json_get_cell ("", table->names[i]);
      g_string_append_printf (sql, "%s%s = excluded.%s", i == 0 ? "" : ", ", cell, cell);
    }
  g_string_append (sql, " WHERE (");
  append_columns (sql, table, "", " COLLATE BINARY");
  g_string_append (sql, ") IS NOT (");
  append_columns (sql, table, "excluded.", "");
  g_string_append_c (sql, ')');
}

static char *
get_put_sql (const Table *table)
{
  g_autoptr (GString) values = g_string_new ("VALUES (?1");
  GString *sql = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++)
    g_string_append_printf (values, ", ?%u", i + 2);
  g_string_append_c (values, ')');
  row_append_put (sql, table, values->str);
  return g_string_free (sql, FALSE);
}

static char *
get_remove_sql (const Table *table)
{
  GString *sql = g_string_new ("DELETE FROM ");

  sql_append_identifier (sql, table->name);
  g_string_append (sql, " WHERE \"id\" = ?1");
  return g_string_free (sql, FALSE);
}

/* What was kept aside goes first: it counts where a column was added since. */
void
row_append_get (GString *sql, const Table *table)
{
  g_autoptr (GString) row = g_string_new (NULL);

  row_json_append (row, table->names, table->n_columns, "t.", ROW_JSON_ALL);
  g_string_append_printf (sql, "SELECT CASE WHEN x.data IS NULL THEN %s ELSE ", row->str);
  if (table->n_columns == 0)
    g_string_append (sql, "x.data");
  else
    g_string_append_printf (sql, "substr(x.data, 1, length(x.data) - 1) || ',' || substr(%s, 2)",
                            row->str);
  g_string_append (sql, " END, t.\"id\" FROM ");
  sql_append_identifier (sql, table->name);
  g_string_append_printf (sql,
                          " AS t LEFT JOIN syncline_extra AS x ON x.type = %" G_GINT64_FORMAT
                          " AND x.row_id = t.\"id\"",
                          table->type);
}

static char *
get_get_sql (const Table *table)
{
  GString *sql = g_string_new (NULL);

  row_append_get (sql, table);
  g_string_append (sql, " WHERE t.\"id\" = ?1");
  return g_string_free (sql, FALSE);
}

/* Prepares a statement of a table when it is first needed. */
static gboolean
prepare (Connection *writer,
         Table *table,
         sqlite3_stmt **stmt,
         char *(*get_sql) (const Table *table),
         GError **error)
{
  if (*stmt != NULL)
    return TRUE;
  g_autofree char *sql = get_sql (table);
  *stmt = connection_prepare (writer, sql, error);
  return *stmt != NULL;
}

/* --- Rows ------------------------------------------------------------------------------------------ */

/* A literal statement with a key, and data if it is not NULL. */
static gboolean
run_with_key (Connection *writer,
              const char *sql,
              const RowKey *key,
              const SynclineSlice *data,
              GError **error)
{
  sqlite3_stmt *stmt = connection_get_statement (writer, sql, error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, key->type);
  bind_text (stmt, 2, key->id);
  if (data != NULL)
    bind_text (stmt, 3, *data);
  return connection_step (writer, stmt, error) != STEP_ERROR;
}

static gboolean
put_untyped (Connection *writer, const RowKey *key, SynclineSlice data, GError **error)
{
  return run_with_key (writer,
                       "INSERT INTO syncline_untyped (type, row_id, data) VALUES (?1, ?2, ?3)"
                       " ON CONFLICT (type, row_id) DO UPDATE SET data = excluded.data",
                       key, &data, error);
}

static gboolean
put_extra (Tables *tables, Connection *writer, const RowKey *key, GError **error)
{
  SynclineSlice data = { tables->extra->str, tables->extra->len };
  gboolean ok;

  if (data.length == 0 && !key->table->has_extra)
    return TRUE;
  if (data.length == 0)
    ok = run_with_key (writer, "DELETE FROM syncline_extra WHERE type = ?1 AND row_id = ?2", key,
                       NULL, error);
  else
    ok = run_with_key (writer,
                       "INSERT INTO syncline_extra (type, row_id, data) VALUES (?1, ?2, ?3)"
                       " ON CONFLICT (type, row_id) DO UPDATE SET data = excluded.data"
                       " WHERE data <> excluded.data",
                       key, &data, error);
  key->table->has_extra = TRUE;
  return ok;
}

gboolean
row_put (Tables *tables,
         Connection *writer,
         const RowKey *key,
         SynclineSlice data,
         gboolean *out_changed,
         GError **error)
{
  Table *table = key->table;

  if (table == NULL)
    {
      *out_changed = FALSE;
      return put_untyped (writer, key, data, error);
    }
  if (!prepare (writer, table, &table->put, get_put_sql, error)
      || !cells_read (key, data, &tables->scratch, table->cells, tables->extra, error))
    return FALSE;
  bind_text (table->put, 1, key->id);
  for (guint i = 0; i < table->n_columns; i++)
    cell_bind (&table->cells[i], table->put, (int) i + 2);
  if (connection_step (writer, table->put, error) == STEP_ERROR)
    return FALSE;
  *out_changed = sqlite3_changes (writer->handle) > 0;
  return put_extra (tables, writer, key, error);
}

gboolean
row_remove (
    Tables *tables, Connection *writer, const RowKey *key, gboolean *out_changed, GError **error)
{
  Table *table = key->table;

  *out_changed = FALSE;
  if (table == NULL)
    return run_with_key (writer, "DELETE FROM syncline_untyped WHERE type = ?1 AND row_id = ?2",
                         key, NULL, error);
  if (!prepare (writer, table, &table->remove, get_remove_sql, error))
    return FALSE;
  bind_text (table->remove, 1, key->id);
  if (connection_step (writer, table->remove, error) == STEP_ERROR)
    return FALSE;
  *out_changed = sqlite3_changes (writer->handle) > 0;
  g_string_truncate (tables->extra, 0);
  return put_extra (tables, writer, key, error);
}

gboolean
row_get (Tables *tables, Connection *writer, const RowKey *key, char **out_data, GError **error)
{
  Table *table = key->table;
  sqlite3_stmt *stmt;

  if (table != NULL)
    {
      if (!prepare (writer, table, &table->get, get_get_sql, error))
        return FALSE;
      stmt = table->get;
      bind_text (stmt, 1, key->id);
    }
  else
    {
      stmt = connection_get_statement (
          writer, "SELECT data FROM syncline_untyped WHERE type = ?1 AND row_id = ?2", error);
      if (stmt == NULL)
        return FALSE;
      sqlite3_bind_int64 (stmt, 1, key->type);
      bind_text (stmt, 2, key->id);
    }
  Step step = connection_step (writer, stmt, error);
  if (step == STEP_ERROR)
    return FALSE;
  *out_data = step == STEP_ROW ? g_strdup ((const char *) sqlite3_column_text (stmt, 0)) : NULL;
  sqlite3_reset (stmt);
  return TRUE;
}

char *
row_join (const char *first, const char *second)
{
  if (second == NULL || strcmp (second, "{}") == 0)
    return g_strdup (first);
  if (strcmp (first, "{}") == 0)
    return g_strdup (second);
  return g_strdup_printf ("%.*s,%s", (int) strlen (first) - 1, first, second + 1);
}

/* What is kept aside stays there when the application deletes the row. */
gboolean
row_complete (Tables *tables,
              Connection *writer,
              const RowKey *key,
              const char *columns,
              char **out_data,
              GError **error)
{
  g_autofree char *now = NULL;

  if (!row_get (tables, writer, key, &now, error))
    return FALSE;
  if (now == NULL)
    {
      sqlite3_stmt *stmt = connection_get_statement (
          writer, "SELECT data FROM syncline_extra WHERE type = ?1 AND row_id = ?2", error);
      if (stmt == NULL)
        return FALSE;
      sqlite3_bind_int64 (stmt, 1, key->type);
      bind_text (stmt, 2, key->id);
      Step step = connection_step (writer, stmt, error);
      if (step == STEP_ERROR)
        return FALSE;
      if (step == STEP_ROW)
        now = g_strdup (column_text (stmt, 0));
      sqlite3_reset (stmt);
    }
  *out_data = row_join (columns, now);
  return TRUE;
}
