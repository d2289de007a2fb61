/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Each table and index of SQLite is a tree, and its line in sqlite_schema says on which page its root is.
 * Exchanging two root pages exchanges the contents, whatever their size, and is as safe as any other change
 * of sqlite_schema: it belongs to the transaction, and the schema's version makes other connections look
 * again. The two tables must be alike, which is why a fresh one is made from the SQL of its model. */

#include "config.h"

#include "sqlite-store/fresh.h"

#define PREFIX "syncline_fresh_"

/* Two names in sqlite_schema. */
typedef struct
{
  char *name;
  char *fresh_name;
} Pair;

struct _Fresh
{
  GArray *pairs; /* of Pair: tables and indexes */
};

static void
pair_clear (gpointer data)
{
  Pair *pair = data;

  g_free (pair->name);
  g_free (pair->fresh_name);
}

Fresh *
fresh_new (void)
{
  Fresh *fresh = g_new0 (Fresh, 1);

  fresh->pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_array_set_clear_func (fresh->pairs, pair_clear);
  return fresh;
}

void
fresh_free (Fresh *fresh)
{
  g_array_unref (fresh->pairs);
  g_free (fresh);
}

char *
fresh_get_name (const char *table)
{
  return g_strconcat (PREFIX, table, NULL);
}

static void
add_pair (Fresh *fresh, char *name, char *fresh_name)
{
  Pair pair = { name, fresh_name };

  g_array_append_val (fresh->pairs, pair);
}

gboolean
fresh_is_possible (Store *store, const Table *table, gboolean *out_possible, GError **error)
{
  int enforced = 0;
  gint64 plain;

  *out_possible = FALSE;
  sqlite3_db_config (store->writer->handle, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
  if (table->mode != SYNCLINE_TABLE_SYNCED || enforced)
    return TRUE;
  if (!connection_get_int (store->writer, &plain, error,
                           "SELECT (SELECT adopted = 0 FROM syncline_table WHERE name = ?1)"
                           " AND (SELECT count(*) FROM pragma_table_xinfo(?1)) = ?2"
                           " AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger'"
                           " AND tbl_name = ?1 COLLATE NOCASE"
                           " AND name NOT LIKE 'syncline\\_%' ESCAPE '\\')",
                           "si", table->name,
                           (gint64) table->n_columns + 1
                               + (syncline_table_get_metadata (table->schema) ? 1 : 0)))
    return FALSE;
  *out_possible = plain != 0;
  return TRUE;
}

/* --- Making -------------------------------------------------------------------------------------------- */

/* What follows a name, in whichever quotes it is; NULL if that is not plain. */
static const char *
skip_name (const char *sql)
{
  char quote = *sql == '[' ? ']' : *sql;

  if (strchr ("\"'`]", quote) == NULL)
    {
      const char *end = sql + strcspn (sql, " \t\r\n(./-\"'`[");
      return end > sql ? end : NULL;
    }
  while ((sql = strchr (sql + 1, quote)) != NULL)
    {
      if (sql[1] != quote || quote == ']')
        return sql + 1;
      sql++;
    }
  return NULL;
}

/* SQLite keeps the text from the name on as it was written, and what precedes it in one form. */
static char *
rename_table (const char *sql, const char *name)
{
  g_autoptr (GString) renamed = g_string_new ("CREATE TABLE ");
  const char *rest = g_str_has_prefix (sql, renamed->str) ? skip_name (sql + renamed->len) : NULL;

  if (rest == NULL)
    return NULL;
  sql_append_identifier (renamed, name);
  return g_strconcat (renamed->str, rest, NULL);
}

static char *
rename_index (const char *sql, const char *name, const char *table)
{
  g_autoptr (GString) renamed = g_string_new (
      g_str_has_prefix (sql, "CREATE UNIQUE ") ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  const char *rest = g_str_has_prefix (sql, renamed->str) ? skip_name (sql + renamed->len) : NULL;

  if (rest == NULL)
    return NULL;
  rest = sql_skip_blank (rest);
  if (g_ascii_strncasecmp (rest, "ON", 2) != 0)
    return NULL;
  rest = skip_name (sql_skip_blank (rest + 2));
  if (rest == NULL)
    return NULL;
  sql_append_identifier (renamed, name);
  g_string_append (renamed, " ON ");
  sql_append_identifier (renamed, table);
  return g_strconcat (renamed->str, rest, NULL);
}

/* An index that belongs to a constraint has no SQL: it came with the table. */
static gboolean
make_index (Store *store,
            Fresh *fresh,
            const char *name,
            const char *sql,
            const char *table,
            const char *fresh_table,
            gboolean *out_made,
            GError **error)
{
  if (sql == NULL)
    {
      const char *number = strrchr (name, '_');
      if (number != NULL && g_str_has_prefix (name, "sqlite_autoindex_"))
        add_pair (fresh, g_strdup (name),
                  g_strconcat ("sqlite_autoindex_", fresh_table, number, NULL));
      return TRUE;
    }
  g_autofree char *fresh_name = g_strdup_printf (PREFIX "%s_%u", table, fresh->pairs->len);
  g_autofree char *renamed = rename_index (sql, fresh_name, fresh_table);
  *out_made = renamed != NULL;
  if (renamed == NULL)
    return TRUE;
  add_pair (fresh, g_strdup (name), g_steal_pointer (&fresh_name));
  return connection_exec (store->writer, renamed, error);
}

typedef struct
{
  char *name;
  char *sql;
} Object;

static void
object_clear (gpointer data)
{
  Object *object = data;

  g_free (object->name);
  g_free (object->sql);
}

/* The table first, then its indexes. */
static GArray *
list_objects (Store *store, const char *table, GError **error)
{
  g_autoptr (GArray) objects = g_array_new (FALSE, FALSE, sizeof (Object));
  g_array_set_clear_func (objects, object_clear);
  sqlite3_stmt *stmt
      = connection_query (store->writer, error,
                          "SELECT name, sql FROM sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE"
                          " AND type IN ('table', 'index') ORDER BY type = 'index', name",
                          "s", table);
  Step step;

  if (stmt == NULL)
    return NULL;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      Object object = { g_strdup (column_text (stmt, 0)),
                        g_strdup ((const char *) sqlite3_column_text (stmt, 1)) };
      g_array_append_val (objects, object);
    }
  return step == STEP_DONE ? g_steal_pointer (&objects) : NULL;
}

gboolean
fresh_make (Store *store, Fresh *fresh, const char *table, gboolean *out_made, GError **error)
{
  g_autofree char *fresh_table = fresh_get_name (table);
  g_autoptr (GArray) objects = list_objects (store, table, error);
  const guint n_before = fresh->pairs->len;

  if (objects == NULL)
    return FALSE;
  *out_made = FALSE;
  if (objects->len == 0)
    return TRUE;
  const Object *model = &g_array_index (objects, Object, 0);
  g_autofree char *renamed = rename_table (model->sql, fresh_table);
  if (renamed == NULL)
    return TRUE;
  if (!connection_exec (store->writer, renamed, error))
    return FALSE;
  add_pair (fresh, g_strdup (model->name), g_strdup (fresh_table));
  *out_made = TRUE;
  for (guint i = 1; *out_made && i < objects->len; i++)
    {
      const Object *index = &g_array_index (objects, Object, i);
      if (!make_index (store, fresh, index->name, index->sql, table, fresh_table, out_made, error))
        return FALSE;
    }
  if (!*out_made)
    g_array_set_size (fresh->pairs, n_before);
  return TRUE;
}

/* --- Swapping ------------------------------------------------------------------------------------------ */

static gboolean
get_root (Store *store, const char *name, gint64 *out_root, GError **error)
{
  if (!connection_get_int (store->writer, out_root, error,
                           "SELECT rootpage FROM sqlite_schema WHERE name = ?1"
                           " AND type IN ('table', 'index')",
                           "s", name))
    return FALSE;
  if (*out_root > 0)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY,
               "“%s” has changed while the first sync was written", name);
  return FALSE;
}

static gboolean
set_root (Store *store, const char *name, gint64 root, GError **error)
{
  return connection_run (store->writer, error,
                         "UPDATE sqlite_schema SET rootpage = ?2 WHERE name = ?1"
                         " AND type IN ('table', 'index')",
                         "si", name, root);
}

static gboolean
swap_pair (Store *store, const Pair *pair, GError **error)
{
  gint64 root, fresh_root;

  return get_root (store, pair->name, &root, error)
         && get_root (store, pair->fresh_name, &fresh_root, error)
         && set_root (store, pair->name, fresh_root, error)
         && set_root (store, pair->fresh_name, root, error);
}

/* Tells all connections, this one too, that the schema is another one. */
static gboolean
raise_schema_version (Store *store, GError **error)
{
  gint64 version;

  if (!connection_get_int (store->writer, &version, error, "PRAGMA schema_version", ""))
    return FALSE;
  g_autofree char *sql = g_strdup_printf (
      "PRAGMA schema_version = %" G_GINT64_FORMAT "; PRAGMA writable_schema = RESET", version + 1);
  return connection_exec (store->writer, sql, error);
}

gboolean
fresh_swap (Store *store, Fresh *fresh, GError **error)
{
  /* Some builds of SQLite guard the schema unless they are told not to. */
  sqlite3_db_config (store->writer->handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  if (!connection_exec (store->writer, "PRAGMA writable_schema = ON", error))
    return FALSE;
  for (guint i = 0; i < fresh->pairs->len; i++)
    if (!swap_pair (store, &g_array_index (fresh->pairs, Pair, i), error))
      return FALSE;
  return raise_schema_version (store, error) && fresh_drop_all (store, error);
}

void
fresh_reload (Store *store)
{
  connection_exec (store->writer, "PRAGMA writable_schema = RESET", NULL);
}

gboolean
fresh_drop_all (Store *store, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  sqlite3_stmt *stmt = connection_query (store->writer, error,
                                         "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                         " AND name LIKE 'syncline\\_fresh\\_%' ESCAPE '\\'",
                                         "");
  Step step;

  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      g_string_append (sql, "DROP TABLE ");
      sql_append_identifier (sql, column_text (stmt, 0));
      g_string_append_c (sql, ';');
    }
  return step == STEP_DONE && connection_exec (store->writer, sql->str, error);
}
