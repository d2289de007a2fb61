/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Brings the file in line with the schema, in place and in one transaction. Nothing is lost: rows and
 * values that have no table or column any more are set aside and come back with it. A file that is in
 * line already is not written. */

#include "config.h"

#include "sqlite-store/migrate.h"

gboolean
migrate_exec (Store *store, GString *sql, GError **error)
{
  gboolean ok = connection_exec (store->writer, sql->str, error);

  g_string_free (sql, TRUE);
  return ok;
}

static void
file_table_clear (FileTable *table)
{
  g_free (table->server_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FileTable, file_table_clear)

static gboolean
read_file_table (Store *store, const char *name, FileTable *out_table, GError **error)
{
  gint64 exists;

  if (!connection_get_int (store->writer, &exists, error,
                           "SELECT count(*) FROM sqlite_schema"
                           " WHERE type = 'table' AND name = ?1 COLLATE NOCASE",
                           "s", name))
    return FALSE;
  out_table->exists = exists != 0;

  sqlite3_stmt *stmt = connection_query (
      store->writer, error, "SELECT server_name, mode, adopted FROM syncline_table WHERE name = ?1",
      "s", name);
  if (stmt == NULL)
    return FALSE;
  Step step = connection_step (store->writer, stmt, error);
  if (step == STEP_ROW)
    {
      out_table->known = TRUE;
      out_table->server_name = g_strdup (column_text (stmt, 0));
      out_table->mode = sqlite3_column_int (stmt, 1);
      out_table->adopted = sqlite3_column_int (stmt, 2) != 0;
      sqlite3_reset (stmt);
    }
  return step != STEP_ERROR;
}

/* --- Tables that left the schema --------------------------------------------------------------------- */

/* A table that the application made, or whose rows are on this device only, stays; it is the
 * application's now. */
static gboolean
retire_table (Store *store, const char *name, GError **error)
{
  g_auto (FileTable) before = { 0 };

  if (!read_file_table (store, name, &before, error)
      || !migrate_drop_triggers_of (store, name, error))
    return FALSE;
  if (before.mode == SYNCLINE_TABLE_LOCAL_ONLY)
    return connection_run (store->writer, error, "DELETE FROM syncline_table WHERE name = ?1", "s",
                           name);
  if (before.exists)
    {
      if (!migrate_set_rows_aside (store, name, before.server_name, error))
        return FALSE;
      if (!before.adopted)
        {
          GString *sql = g_string_new ("DROP TABLE ");
          sql_append_identifier (sql, name);
          if (!migrate_exec (store, sql, error))
            return FALSE;
        }
    }
  /* Queued changes of the table can still go up: its server's name stays known. */
  return connection_run (store->writer, error,
                         "UPDATE syncline_table SET mode = -1 WHERE name = ?1", "s", name)
         && connection_run (store->writer, error, "DELETE FROM syncline_column WHERE tbl = ?1", "s",
                            name);
}

static gboolean
retire_tables (Store *store, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt = connection_query (store->writer, error,
                                         "SELECT name FROM syncline_table WHERE mode <> -1", "");
  Step step;

  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    if (tables_find (store->tables, column_text (stmt, 0)) == NULL)
      g_ptr_array_add (names, g_strdup (column_text (stmt, 0)));
  if (step == STEP_ERROR)
    return FALSE;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      if (!retire_table (store, name, error))
        {
          g_prefix_error (error, "Table “%s” left the schema: ", name);
          return FALSE;
        }
    }
  return TRUE;
}

/* --- Tables of the schema ---------------------------------------------------------------------------- */

static gboolean
empty_table (Store *store, const Table *table, GError **error)
{
  GString *sql = g_string_new ("DELETE FROM ");

  sql_append_identifier (sql, table->name);
  return migrate_exec (store, sql, error);
}

/* Somebody dropped the table. What was in it has to be fetched again. */
static gboolean
restore_table (Store *store, const Table *table, GError **error)
{
  syncline_host_log (store->host, G_LOG_LEVEL_WARNING,
                     "Table “%s” was dropped from the file; everything is fetched again",
                     table->name);
  return migrate_create_table (store, table, error)
         && connection_exec (store->writer,
                             "INSERT OR IGNORE INTO syncline_gone SELECT id FROM syncline_bucket;"
                             "DELETE FROM syncline_bucket",
                             error);
}

static gboolean
adopt_table (Store *store, const Table *table, GError **error)
{
  return migrate_check_adoption (store, table, error)
         && (table->mode != SYNCLINE_TABLE_SYNCED || migrate_queue_rows (store, table, error));
}

/* Rows change sides when the table begins or ceases to be synced, or is another one on the server. */
static gboolean
convert_rows (Store *store, const Table *table, const FileTable *before, GError **error)
{
  gboolean was_local = before->mode == SYNCLINE_TABLE_LOCAL_ONLY;
  gboolean is_local = table->mode == SYNCLINE_TABLE_LOCAL_ONLY;

  if (was_local)
    return is_local || table->mode != SYNCLINE_TABLE_SYNCED
           || migrate_queue_rows (store, table, error);
  if (!is_local
      && strcmp (before->server_name, syncline_table_get_server_name (table->schema)) == 0)
    return TRUE;
  return migrate_set_rows_aside (store, table->name, before->server_name, error)
         && empty_table (store, table, error);
}

static gboolean
migrate_table (Store *store, Table *table, GError **error)
{
  g_auto (FileTable) before = { 0 };
  gboolean ok;

  if (!read_file_table (store, table->name, &before, error))
    return FALSE;
  gboolean managed = before.known && before.mode != MODE_REMOVED;
  gboolean adopted = before.exists && (before.adopted || !managed);

  if (!before.exists)
    ok = managed ? restore_table (store, table, error) : migrate_create_table (store, table, error);
  else if (!managed)
    ok = adopt_table (store, table, error);
  else if (adopted)
    ok = migrate_check_adoption (store, table, error)
         && convert_rows (store, table, &before, error);
  else
    ok = convert_rows (store, table, &before, error)
         && migrate_columns (store, table, &before, error);

  return ok && migrate_note_columns (store, table, error)
         && connection_run (
             store->writer, error,
             "INSERT OR REPLACE INTO syncline_table (name, server_name, mode, adopted)"
             " VALUES (?1, ?2, ?3, ?4)",
             "ssii", table->name, syncline_table_get_server_name (table->schema),
             (gint64) table->mode, (gint64) adopted)
         && (table->mode == SYNCLINE_TABLE_LOCAL_ONLY
             || migrate_take_rows_back (store, table, error));
}

static gboolean
migrate_tables (Store *store, GError **error)
{
  for (guint i = 0; i < store->tables->all->len; i++)
    {
      Table *table = g_ptr_array_index (store->tables->all, i);
      if (!migrate_table (store, table, error))
        {
          g_prefix_error (error, "Table “%s”: ", table->name);
          return FALSE;
        }
    }
  return TRUE;
}

/* --- All of it --------------------------------------------------------------------------------------- */

static gboolean
is_current (Store *store, const char *description, gboolean *out_current, GError **error)
{
  g_autofree char *stored = NULL;

  if (!connection_get_text (store->writer, &stored, error,
                            "SELECT value FROM syncline_meta WHERE key = 'schema'", ""))
    return FALSE;
  *out_current = g_strcmp0 (stored, description) == 0;
  return !*out_current || migrate_check_triggers (store, out_current, error);
}

static gboolean
migrate_now (Store *store, const char *description, GError **error)
{
  return store_pause_capture (store, error) && tables_number (store->tables, store->writer, error)
         && migrate_drop_stale_triggers (store, error) && migrate_drop_stale_indexes (store, error)
         && retire_tables (store, error) && migrate_tables (store, error)
         && migrate_make_indexes (store, error) && migrate_make_triggers (store, error)
         && connection_run (
             store->writer, error,
             "INSERT OR REPLACE INTO syncline_meta (key, value) VALUES ('schema', ?1)", "s",
             description)
         && external_note_any (store, error) && store_resume_capture (store, error)
         && connection_run (store->writer, error, "UPDATE syncline_state SET tx = tx + 1", "");
}

gboolean
migrate (Store *store, GError **error)
{
  g_autofree char *description = migrate_describe (store);
  gboolean current;

  if (!is_current (store, description, &current, error))
    return FALSE;
  if (!current)
    {
      if (!connection_run (store->writer, error, "BEGIN IMMEDIATE", ""))
        return FALSE;
      gboolean ok = migrate_now (store, description, error)
                    && connection_run (store->writer, error, "COMMIT", "");
      if (!ok)
        {
          if (!sqlite3_get_autocommit (store->writer->handle))
            connection_run (store->writer, NULL, "ROLLBACK", "");
          return FALSE;
        }
    }
  return tables_number (store->tables, store->writer, error);
}
