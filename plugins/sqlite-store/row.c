/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/row.h"

#include "sqlite-store/row-json.h"

/* --- Values ---------------------------------------------------------------------------------------- */

/* Postgres's hexadecimal text for bytes becomes a blob; any other text stays one. */
static gboolean
bind_hex_blob (sqlite3_stmt *stmt, int index, SynclineSlice text)
{
  if (text.length < 2 || text.length % 2 != 0 || text.data[0] != '\\' || text.data[1] != 'x')
    return FALSE;

  gsize n = text.length / 2 - 1;
  g_autofree guchar *bytes = g_malloc (n + 1);
  for (gsize i = 0; i < n; i++)
    {
      int high = g_ascii_xdigit_value (text.data[2 + 2 * i]);
      int low = g_ascii_xdigit_value (text.data[3 + 2 * i]);
      if (high < 0 || low < 0)
        return FALSE;
      bytes[i] = (guchar) (high << 4 | low);
    }
  sqlite3_bind_blob64 (stmt, index, g_steal_pointer (&bytes), n, g_free);
  return TRUE;
}

static void
bind_text (sqlite3_stmt *stmt, int index, SynclineSlice text)
{
  sqlite3_bind_text64 (stmt, index, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
}

/* Where numbers are kept as numbers; elsewhere as the text they came as, which is exact. */
static gboolean
is_number_type (SynclineColumnType type)
{
  return type == SYNCLINE_COLUMN_INTEGER || type == SYNCLINE_COLUMN_BIGINT
         || type == SYNCLINE_COLUMN_BOOLEAN || type == SYNCLINE_COLUMN_DOUBLE
         || type == SYNCLINE_COLUMN_BYTEA;
}

static void
bind_number (sqlite3_stmt *stmt, int index, SynclineColumnType type, SynclineSlice text)
{
  gint64 integer;
  double real;

  if (!is_number_type (type))
    bind_text (stmt, index, text);
  else if (type != SYNCLINE_COLUMN_DOUBLE && json_number_to_int64 (text, &integer))
    sqlite3_bind_int64 (stmt, index, integer);
  else if (json_number_to_double (text, &real))
    sqlite3_bind_double (stmt, index, real);
  else
    bind_text (stmt, index, text);
}

gboolean
row_bind_value (
    sqlite3_stmt *stmt, int index, SynclineColumnType type, JsonPull *pull, JsonPullToken token)
{
  gboolean json = type == SYNCLINE_COLUMN_JSON || type == SYNCLINE_COLUMN_ARRAY;
  SynclineSlice raw;

  switch (token)
    {
    case JSON_PULL_STRING:
      if (type != SYNCLINE_COLUMN_BYTEA || !bind_hex_blob (stmt, index, pull->text))
        bind_text (stmt, index, pull->text);
      return TRUE;
    case JSON_PULL_NUMBER:
      bind_number (stmt, index, type, pull->text);
      return TRUE;
    case JSON_PULL_TRUE:
    case JSON_PULL_FALSE:
      if (json)
        bind_text (stmt, index, pull->text);
      else
        sqlite3_bind_int (stmt, index, token == JSON_PULL_TRUE);
      return TRUE;
    case JSON_PULL_NULL:
      sqlite3_bind_null (stmt, index);
      return TRUE;
    case JSON_PULL_OBJECT_BEGIN:
    case JSON_PULL_ARRAY_BEGIN:
      if (!json_pull_skip_value (pull, &raw))
        return FALSE;
      bind_text (stmt, index, raw);
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- Columns --------------------------------------------------------------------------------------- */

static inline gboolean
is_column (const Table *table, guint column, SynclineSlice name)
{
  return table->name_lengths[column] == name.length
         && memcmp (table->names[column], name.data, name.length) == 0;
}

int
row_find_column (const Table *table, SynclineSlice name, guint guess)
{
  if (guess < table->n_columns && is_column (table, guess, name))
    return (int) guess;
  return syncline_table_find_column (table->schema, name.data, (gssize) name.length);
}

static void
append_extra (Tables *tables, SynclineSlice name, SynclineSlice raw)
{
  GString *extra = tables->extra;

  g_string_append_c (extra, extra->len == 0 ? '{' : ',');
  g_string_append_c (extra, '"');
  for (gsize i = 0; i < name.length; i++)
    {
      guchar c = (guchar) name.data[i];
      if (c == '"' || c == '\\')
        g_string_append_printf (extra, "\\%c", c);
      else if (c < 0x20)
        g_string_append_printf (extra, "\\u%04x", c);
      else
        g_string_append_c (extra, (char) c);
    }
  g_string_append (extra, "\":");
  g_string_append_len (extra, raw.data, (gssize) raw.length);
}

/* Binds one member, whose key was just read. */
static gboolean
bind_member (Tables *tables, Table *table, JsonPull *pull, guint *guess)
{
  SynclineSlice name = pull->text;
  SynclineSlice raw;
  int column = row_find_column (table, name, *guess);

  if (column < 0)
    {
      if (!json_pull_skip_value (pull, &raw))
        return FALSE;
      if (!json_slice_is (name, "id"))
        append_extra (tables, name, raw);
      return TRUE;
    }
  *guess = (guint) column + 1;
  /* Of several members with one name, the first counts. */
  if (table->stamps[column] == table->stamp)
    return json_pull_skip_value (pull, NULL);
  table->stamps[column] = table->stamp;
  return row_bind_value (table->put, column + 2, table->types[column], pull, json_pull_next (pull));
}

static gboolean
bind_row (Tables *tables, const RowKey *key, SynclineSlice data, GError **error)
{
  Table *table = key->table;
  JsonPull pull;
  JsonPullToken token;
  guint guess = 0;

  sqlite3_clear_bindings (table->put);
  bind_text (table->put, 1, key->id);
  g_string_truncate (tables->extra, 0);
  table->stamp++;
  json_pull_init (&pull, data.data, data.length, &tables->scratch);

  gboolean ok = json_pull_next (&pull) == JSON_PULL_OBJECT_BEGIN;
  while (ok && (token = json_pull_next (&pull)) == JSON_PULL_KEY)
    ok = bind_member (tables, table, &pull, &guess);
  if (ok && token == JSON_PULL_OBJECT_END && json_pull_next (&pull) == JSON_PULL_END)
    {
      if (tables->extra->len > 0)
        g_string_append_c (tables->extra, '}');
      return TRUE;
    }
  const char *what = json_pull_get_error (&pull);
  g_set_error (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
      "The data of row “%.*s” of table “%s” is no JSON object: %s at byte %" G_GSIZE_FORMAT,
      (int) key->id.length, key->id.data, table->name, what != NULL ? what : "another value",
      json_pull_get_position (&pull));
  return FALSE;
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

/* An upsert, so that the application's own triggers see an update as one; a row that stays as it is is
 * not written. */
static char *
get_put_sql (const Table *table)
{
  GString *sql = g_string_new ("INSERT INTO ");

  sql_append_identifier (sql, table->name);
  if (table->n_columns == 0)
    {
      g_string_append (sql, " (\"id\") VALUES (?1) ON CONFLICT (\"id\") DO NOTHING");
      return g_string_free (sql, FALSE);
    }
  g_string_append (sql, " (\"id\", ");
  append_columns (sql, table, "", "");
  g_string_append (sql, ") VALUES (?1");
  for (guint i = 0; i < table->n_columns; i++)
    g_string_append_printf (sql, ", ?%u", i + 2);
  g_string_append (sql, ") ON CONFLICT (\"id\") DO UPDATE SET ");
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
      || !bind_row (tables, key, data, error)
      || connection_step (writer, table->put, error) == STEP_ERROR)
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
