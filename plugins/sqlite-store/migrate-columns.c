/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Making tables and changing their columns. */

#include "config.h"

#include "sqlite-store/migrate.h"

/* A random (version 4) UUID, as Postgres makes them. */
#define UUID_SQL                                                                                   \
  "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), "  \
  "2)"                                                                                             \
  " || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'"       \
  " || hex(randomblob(6))))"

/* What is exact as text is kept as text. */
const char *
migrate_get_affinity (SynclineColumnType type)
{
  switch (type)
    {
    case SYNCLINE_COLUMN_INTEGER:
    case SYNCLINE_COLUMN_BIGINT:
    case SYNCLINE_COLUMN_BOOLEAN:
      return "INTEGER";
    case SYNCLINE_COLUMN_DOUBLE:
      return "REAL";
    case SYNCLINE_COLUMN_BYTEA:
      return "BLOB";
    default:
      return "TEXT";
    }
}

gboolean
migrate_create_table (Store *store, const Table *table, GError **error)
{
  GString *sql = g_string_new ("CREATE TABLE ");

  sql_append_identifier (sql, table->name);
  g_string_append (sql, " (\"id\" TEXT PRIMARY KEY NOT NULL DEFAULT " UUID_SQL);
  for (guint i = 0; i < table->n_columns; i++)
    {
      g_string_append (sql, ", ");
      sql_append_identifier (sql, table->names[i]);
      g_string_append_printf (sql, " %s", migrate_get_affinity (table->types[i]));
    }
  if (syncline_table_get_metadata (table->schema))
    g_string_append (sql, ", \"_metadata\" TEXT");
  g_string_append_c (sql, ')');
  return migrate_exec (store, sql, error);
}

gboolean
migrate_has_column (
    Store *store, const char *table, const char *column, gboolean *out_has, GError **error)
{
  gint64 n;

  if (!connection_get_int (
          store->writer, &n, error,
          "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2 COLLATE NOCASE", "ss", table,
          column))
    return FALSE;
  *out_has = n != 0;
  return TRUE;
}

static gboolean
alter (Store *store,
       const Table *table,
       const char *what,
       const char *column,
       const char *rest,
       GError **error)
{
  GString *sql = g_string_new ("ALTER TABLE ");

  sql_append_identifier (sql, table->name);
  g_string_append_printf (sql, " %s ", what);
  sql_append_identifier (sql, column);
  g_string_append (sql, rest);
  return migrate_exec (store, sql, error);
}

/* --- Tables that the application made ------------------------------------------------------------------ */

static gboolean
check_id (Store *store, const Table *table, GError **error)
{
  gint64 usable;

  /* Exactly `id` is the primary key, and its type has text affinity. */
  if (!connection_get_int (
          store->writer, &usable, error,
          "SELECT count(*) = 1 AND sum(name = 'id' AND upper(type) NOT LIKE '%INT%'"
          " AND (upper(type) LIKE '%CHAR%' OR upper(type) LIKE '%CLOB%'"
          " OR upper(type) LIKE '%TEXT%')) = 1"
          " FROM pragma_table_info(?1) WHERE pk > 0",
          "s", table->name))
    return FALSE;
  if (usable)
    return TRUE;
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                       "It is in the file already, but its primary key is not a text column `id`;"
                       " rename it, or give it one");
  return FALSE;
}

static gboolean
check_columns (Store *store, const Table *table, GError **error)
{
  for (guint i = 0; i < table->n_columns; i++)
    {
      gboolean has;
      if (!migrate_has_column (store, table->name, table->names[i], &has, error))
        return FALSE;
      if (!has)
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                       "It was made by the application and lacks the column “%s”; add it with ALTER"
                       " TABLE, or take it out of the schema",
                       table->names[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_row_ids (Store *store, const Table *table, GError **error)
{
  GString *sql = g_string_new ("SELECT count(*) FROM ");
  sql_append_identifier (sql, table->name);
  g_string_append (sql, " WHERE typeof(\"id\") <> 'text' OR \"id\" = ''");
  g_autofree char *text = g_string_free (sql, FALSE);
  sqlite3_stmt *stmt = connection_prepare (store->writer, text, error);

  if (stmt == NULL)
    return FALSE;
  Step step = connection_step (store->writer, stmt, error);
  gint64 n = step == STEP_ROW ? sqlite3_column_int64 (stmt, 0) : 0;
  sqlite3_finalize (stmt);
  if (step == STEP_ROW && n > 0)
    g_set_error (
        error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
        "%" G_GINT64_FORMAT " rows have no usable `id`: it must be a text that is not empty", n);
  return step == STEP_ROW && n == 0;
}

gboolean
migrate_check_adoption (Store *store, const Table *table, GError **error)
{
  gboolean has = TRUE;

  if (!check_id (store, table, error) || !check_columns (store, table, error)
      || !check_row_ids (store, table, error))
    return FALSE;
  if (syncline_table_get_metadata (table->schema)
      && !migrate_has_column (store, table->name, "_metadata", &has, error))
    return FALSE;
  return has || alter (store, table, "ADD COLUMN", "_metadata", " TEXT", error);
}

/* --- Tables of the store's own ------------------------------------------------------------------------- */

/* Names → affinities of the columns that the schema had before. */
static GHashTable *
read_columns (Store *store, const Table *table, GError **error)
{
  g_autoptr (GHashTable) columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sqlite3_stmt *stmt = connection_query (
      store->writer, error, "SELECT name, affinity FROM syncline_column WHERE tbl = ?1", "s",
      table->name);
  Step step;

  if (stmt == NULL)
    return NULL;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    g_hash_table_insert (columns, g_strdup (column_text (stmt, 0)),
                         g_strdup (column_text (stmt, 1)));
  return step == STEP_DONE ? g_steal_pointer (&columns) : NULL;
}

/* The values of a local-only table exist nowhere else: its columns stay, unknown to the schema. */
static gboolean
remove_column (Store *store, const Table *table, const char *column, GError **error)
{
  if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY)
    return TRUE;
  return migrate_set_column_aside (store, table, column, error)
         && alter (store, table, "DROP COLUMN", column, "", error);
}

static gboolean
add_column (
    Store *store, const Table *table, const char *column, const char *affinity, GError **error)
{
  g_autofree char *rest = g_strdup_printf (" %s", affinity);
  gboolean has;

  return migrate_has_column (store, table->name, column, &has, error)
         && (has || alter (store, table, "ADD COLUMN", column, rest, error));
}

/* Copies a column into one of the new type, which takes its name. It becomes the table's last. */
static gboolean
convert_column (
    Store *store, const Table *table, const char *column, const char *affinity, GError **error)
{
  g_autofree char *rest = g_strdup_printf (" %s", affinity);
  GString *sql = g_string_new ("UPDATE ");

  sql_append_identifier (sql, table->name);
  g_string_append (sql, " SET \"syncline_new\" = ");
  sql_append_identifier (sql, column);
  g_autofree char *copy = g_string_free (sql, FALSE);
  GString *name = g_string_new (" TO ");
  sql_append_identifier (name, column);
  g_autofree char *to = g_string_free (name, FALSE);

  return alter (store, table, "ADD COLUMN", "syncline_new", rest, error)
         && connection_exec (store->writer, copy, error)
         && alter (store, table, "DROP COLUMN", column, "", error)
         && alter (store, table, "RENAME COLUMN", "syncline_new", to, error);
}

static gboolean
drop_indexes_of (Store *store, const Table *table, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt = connection_query (
      store->writer, error, "SELECT name FROM syncline_index WHERE tbl = ?1", "s", table->name);
  Step step;

  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    g_ptr_array_add (names, g_strdup (column_text (stmt, 0)));
  for (guint i = 0; step == STEP_DONE && i < names->len; i++)
    {
      GString *sql = g_string_new ("DROP INDEX IF EXISTS ");
      sql_append_identifier (sql, g_ptr_array_index (names, i));
      if (!migrate_exec (store, sql, error))
        return FALSE;
    }
  return step == STEP_DONE;
}

/* Columns of the schema: new ones are added, those of another type are converted. */
static gboolean
bring_columns (Store *store, const Table *table, GHashTable *before, GError **error)
{
  for (guint i = 0; i < table->n_columns; i++)
    {
      const char *affinity = migrate_get_affinity (table->types[i]);
      const char *had = g_hash_table_lookup (before, table->names[i]);
      gboolean ok = TRUE;

      if (had == NULL)
        ok = add_column (store, table, table->names[i], affinity, error)
             && migrate_add_to_versions (store, table, table->names[i], error);
      else if (strcmp (had, affinity) != 0)
        ok = convert_column (store, table, table->names[i], affinity, error);
      if (!ok)
        {
          g_prefix_error (error, "Column “%s”: ", table->names[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
drop_columns (Store *store, const Table *table, GHashTable *before, GError **error)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (syncline_table_find_column (table->schema, name, -1) < 0
        && !remove_column (store, table, name, error))
      {
        g_prefix_error (error, "Column “%s” left the schema: ", (const char *) name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
have_columns_changed (const Table *table, GHashTable *before)
{
  if (g_hash_table_size (before) != table->n_columns)
    return TRUE;
  for (guint i = 0; i < table->n_columns; i++)
    if (g_strcmp0 (g_hash_table_lookup (before, table->names[i]),
                   migrate_get_affinity (table->types[i]))
        != 0)
      return TRUE;
  return FALSE;
}

gboolean
migrate_columns (Store *store, Table *table, const FileTable *before, GError **error)
{
  g_autoptr (GHashTable) columns = read_columns (store, table, error);
  gboolean has = TRUE;

  if (columns == NULL)
    return FALSE;
  if (syncline_table_get_metadata (table->schema)
      && (!migrate_has_column (store, table->name, "_metadata", &has, error)
          || (!has && !alter (store, table, "ADD COLUMN", "_metadata", " TEXT", error))))
    return FALSE;
  if (!have_columns_changed (table, columns))
    return TRUE;

  /* What refers to a column keeps it from being dropped. */
  return migrate_drop_triggers_of (store, table->name, error)
         && drop_indexes_of (store, table, error) && drop_columns (store, table, columns, error)
         && bring_columns (store, table, columns, error)
         && (before->mode == SYNCLINE_TABLE_LOCAL_ONLY
             || migrate_take_columns_back (store, table, error));
}

gboolean
migrate_note_columns (Store *store, const Table *table, GError **error)
{
  if (!connection_run (store->writer, error, "DELETE FROM syncline_column WHERE tbl = ?1", "s",
                       table->name))
    return FALSE;
  for (guint i = 0; i < table->n_columns; i++)
    if (!connection_run (store->writer, error,
                         "INSERT INTO syncline_column (tbl, name, affinity) VALUES (?1, ?2, ?3)",
                         "sss", table->name, table->names[i],
                         migrate_get_affinity (table->types[i])))
      return FALSE;
  return TRUE;
}
