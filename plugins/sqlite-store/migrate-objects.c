/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Triggers and indexes. One whose text is as it should be is left alone, so that a start with the same
 * schema does not make every connection read the schema anew. */

#include "config.h"

#include "sqlite-store/capture.h"
#include "sqlite-store/migrate.h"
#include "sqlite-store/native.h"

/* --- Triggers ---------------------------------------------------------------------------------------- */

/* Name → CREATE statement of all capture triggers that there should be. */
static GHashTable *
get_triggers (Store *store)
{
  GHashTable *triggers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gboolean keep_old = syncline_host_has_role (store->host, SYNCLINE_ROLE_DOWNLOAD);

  for (guint i = 0; i < store->tables->all->len; i++)
    {
      const Table *table = g_ptr_array_index (store->tables->all, i);
      for (CaptureTrigger trigger = 0; trigger < CAPTURE_N_TRIGGERS; trigger++)
        {
          char *sql = capture_get_sql (table->schema, trigger, keep_old);
          if (sql != NULL)
            g_hash_table_insert (triggers, capture_get_name (table->schema, trigger), sql);
        }
    }
  return triggers;
}

/* Names of the capture triggers in the file that are not as they should be, NULL on an error. Those that
 * are as they should be are taken out of triggers. */
static GPtrArray *
find_stale_triggers (Store *store, GHashTable *triggers, GError **error)
{
  g_autoptr (GPtrArray) stale = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt
      = connection_query (store->writer, error,
                          "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
                          " AND name LIKE 'syncline\\_%' ESCAPE '\\'",
                          "");
  Step step;

  if (stmt == NULL)
    return NULL;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      const char *name = column_text (stmt, 0);
      if (g_strcmp0 (g_hash_table_lookup (triggers, name), column_text (stmt, 1)) == 0)
        g_hash_table_remove (triggers, name);
      else
        g_ptr_array_add (stale, g_strdup (name));
    }
  return step == STEP_DONE ? g_steal_pointer (&stale) : NULL;
}

gboolean
migrate_check_triggers (Store *store, gboolean *out_current, GError **error)
{
  g_autoptr (GHashTable) triggers = get_triggers (store);
  g_autoptr (GPtrArray) stale = find_stale_triggers (store, triggers, error);

  if (stale == NULL)
    return FALSE;
  *out_current = stale->len == 0 && g_hash_table_size (triggers) == 0;
  return TRUE;
}

static gboolean
drop (Store *store, const char *kind, const char *name, GError **error)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "DROP %s ", kind);
  sql_append_identifier (sql, name);
  return migrate_exec (store, sql, error);
}

gboolean
migrate_drop_stale_triggers (Store *store, GError **error)
{
  g_autoptr (GHashTable) triggers = get_triggers (store);
  g_autoptr (GPtrArray) stale = find_stale_triggers (store, triggers, error);

  if (stale == NULL)
    return FALSE;
  for (guint i = 0; i < stale->len; i++)
    if (!drop (store, "TRIGGER", g_ptr_array_index (stale, i), error))
      return FALSE;
  return TRUE;
}

gboolean
migrate_drop_triggers_of (Store *store, const char *table, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt
      = connection_query (store->writer, error,
                          "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
                          " AND name LIKE 'syncline\\_%' ESCAPE '\\' AND tbl_name = ?1",
                          "s", table);
  Step step;

  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    g_ptr_array_add (names, g_strdup (column_text (stmt, 0)));
  if (step == STEP_ERROR)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    if (!drop (store, "TRIGGER", g_ptr_array_index (names, i), error))
      return FALSE;
  return TRUE;
}

gboolean
migrate_make_triggers (Store *store, GError **error)
{
  g_autoptr (GHashTable) triggers = get_triggers (store);
  g_autoptr (GPtrArray) stale = find_stale_triggers (store, triggers, error);
  GHashTableIter iter;
  gpointer sql;

  if (stale == NULL)
    return FALSE;
  if (!native_register (store, error))
    return FALSE;
  g_hash_table_iter_init (&iter, triggers);
  while (g_hash_table_iter_next (&iter, NULL, &sql))
    if (!connection_exec (store->writer, sql, error))
      return FALSE;
  return TRUE;
}

/* --- Indexes ----------------------------------------------------------------------------------------- */

static char *
get_index_name (const Table *table, const SynclineIndex *index)
{
  return g_strdup_printf ("%s_%s", table->name, syncline_index_get_name (index));
}

static char *
get_index_sql (const Table *table, const SynclineIndex *index)
{
  g_autofree char *name = get_index_name (table, index);
  GString *sql = g_string_new ("CREATE INDEX ");

  sql_append_identifier (sql, name);
  g_string_append (sql, " ON ");
  sql_append_identifier (sql, table->name);
  for (guint i = 0; i < syncline_index_get_n_columns (index); i++)
    {
      gboolean descending = FALSE;
      const char *column = syncline_index_get_column (index, i, &descending);
      g_string_append (sql, i == 0 ? " (" : ", ");
      sql_append_identifier (sql, column);
      g_string_append (sql, descending ? " DESC" : "");
    }
  g_string_append_c (sql, ')');
  return g_string_free (sql, FALSE);
}

/* Name → CREATE statement. */
static GHashTable *
get_indexes (Store *store)
{
  GHashTable *indexes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < store->tables->all->len; i++)
    {
      const Table *table = g_ptr_array_index (store->tables->all, i);
      for (guint j = 0; j < syncline_table_get_n_indexes (table->schema); j++)
        {
          const SynclineIndex *index = syncline_table_get_index (table->schema, j);
          g_hash_table_insert (indexes, get_index_name (table, index),
                               get_index_sql (table, index));
        }
    }
  return indexes;
}

/* Only indexes that the store made are its to drop. */
gboolean
migrate_drop_stale_indexes (Store *store, GError **error)
{
  g_autoptr (GHashTable) indexes = get_indexes (store);
  g_autoptr (GPtrArray) stale = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt
      = connection_query (store->writer, error,
                          "SELECT i.name, s.sql FROM syncline_index i LEFT JOIN sqlite_schema s"
                          " ON s.type = 'index' AND s.name = i.name",
                          "");
  Step step;

  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      const char *name = column_text (stmt, 0);
      if (g_strcmp0 (g_hash_table_lookup (indexes, name), column_text (stmt, 1)) != 0)
        g_ptr_array_add (stale, g_strdup (name));
    }
  if (step == STEP_ERROR)
    return FALSE;
  for (guint i = 0; i < stale->len; i++)
    {
      const char *name = g_ptr_array_index (stale, i);
      if (!drop (store, "INDEX IF EXISTS", name, error)
          || !connection_run (store->writer, error, "DELETE FROM syncline_index WHERE name = ?1",
                              "s", name))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_index (Store *store, const Table *table, const SynclineIndex *index, GError **error)
{
  g_autofree char *name = get_index_name (table, index);
  g_autofree char *sql = get_index_sql (table, index);
  g_autofree char *present = NULL;

  if (!connection_get_text (store->writer, &present, error,
                            "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1", "s",
                            name))
    return FALSE;
  if (g_strcmp0 (present, sql) != 0 && !connection_exec (store->writer, sql, error))
    return FALSE;
  return connection_run (store->writer, error,
                         "INSERT OR REPLACE INTO syncline_index (name, tbl) VALUES (?1, ?2)", "ss",
                         name, table->name);
}

gboolean
migrate_make_indexes (Store *store, GError **error)
{
  for (guint i = 0; i < store->tables->all->len; i++)
    {
      const Table *table = g_ptr_array_index (store->tables->all, i);
      for (guint j = 0; j < syncline_table_get_n_indexes (table->schema); j++)
        if (!make_index (store, table, syncline_table_get_index (table->schema, j), error))
          return FALSE;
    }
  return TRUE;
}

/* --- All of it --------------------------------------------------------------------------------------- */

char *
migrate_describe (Store *store)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean keep_old = syncline_host_has_role (store->host, SYNCLINE_ROLE_DOWNLOAD);

  for (guint i = 0; i < store->tables->all->len; i++)
    {
      const Table *table = g_ptr_array_index (store->tables->all, i);
      g_string_append_printf (text, "%s\n%s\n%d %d %d\n", table->name,
                              syncline_table_get_server_name (table->schema), (int) table->mode,
                              syncline_table_get_metadata (table->schema), keep_old);
      for (guint j = 0; j < table->n_columns; j++)
        g_string_append_printf (text, "%s %s\n", table->names[j],
                                migrate_get_affinity (table->types[j]));
      for (guint j = 0; j < syncline_table_get_n_indexes (table->schema); j++)
        {
          g_autofree char *sql = get_index_sql (table, syncline_table_get_index (table->schema, j));
          g_string_append_printf (text, "%s\n", sql);
        }
    }
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
}
