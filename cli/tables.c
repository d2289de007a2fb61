/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/tables.h"
#include "core/column-type.h"

#include <string.h>

/* --- Columns --------------------------------------------------------------------------------- */

static void
free_column (gpointer data)
{
  CliColumn *column = data;

  g_free (column->name);
  g_free (column->type);
  g_free (column);
}

CliColumn *
cli_table_find_column (const CliTable *table, const char *name)
{
  for (guint i = 0; i < table->columns->len; i++)
    {
      CliColumn *column = g_ptr_array_index (table->columns, i);
      if (strcmp (column->name, name) == 0)
        return column;
    }
  return NULL;
}

void
cli_table_add_column (CliTable *table, const char *name, const char *type, gboolean is_key)
{
  if (cli_table_find_column (table, name) != NULL)
    return;
  CliColumn *column = g_new0 (CliColumn, 1);
  column->name = g_strdup (name);
  column->type = g_strdup (type);
  column->is_key = is_key;
  g_ptr_array_add (table->columns, column);
}

void
cli_table_remove_column (CliTable *table, const char *name)
{
  CliColumn *column = cli_table_find_column (table, name);

  if (column != NULL)
    g_ptr_array_remove (table->columns, column);
}

/* --- Tables ---------------------------------------------------------------------------------- */

static void
free_table (gpointer data)
{
  CliTable *table = data;

  g_free (table->name);
  g_ptr_array_unref (table->columns);
  g_free (table);
}

CliTables *
cli_tables_new (void)
{
  CliTables *tables = g_new0 (CliTables, 1);

  tables->tables = g_ptr_array_new_with_free_func (free_table);
  return tables;
}

void
cli_tables_free (CliTables *tables)
{
  g_ptr_array_unref (tables->tables);
  g_free (tables);
}

CliTable *
cli_tables_find (CliTables *tables, const char *name)
{
  for (guint i = 0; i < tables->tables->len; i++)
    {
      CliTable *table = g_ptr_array_index (tables->tables, i);
      if (strcmp (table->name, name) == 0)
        return table;
    }
  return NULL;
}

CliTable *
cli_tables_add (CliTables *tables, const char *name)
{
  CliTable *table = cli_tables_find (tables, name);

  if (table != NULL)
    return table;
  table = g_new0 (CliTable, 1);
  table->name = g_strdup (name);
  table->columns = g_ptr_array_new_with_free_func (free_column);
  g_ptr_array_add (tables->tables, table);
  return table;
}

void
cli_tables_remove (CliTables *tables, const char *name)
{
  CliTable *table = cli_tables_find (tables, name);

  if (table != NULL)
    g_ptr_array_remove (tables->tables, table);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(CliTable *const *) a)->name, (*(CliTable *const *) b)->name);
}

void
cli_tables_sort (CliTables *tables)
{
  g_ptr_array_sort (tables->tables, compare_names);
}

/* --- Types ----------------------------------------------------------------------------------- */

char *
cli_schema_type (const char *server_type)
{
  /* What Postgres prints, and what people write. */
  static const char *const shorter[][2] = {
    { "character varying", "varchar" },
    { "timestamp with time zone", "timestamptz" },
    { "timestamp without time zone", "timestamp" },
    { "time without time zone", "time" },
    { "time with time zone", "timetz" },
  };
  SynclineColumnType type;
  g_autofree char *fault = NULL;

  if (!syncline_column_type_parse (server_type, &type, &fault))
    return g_strdup (g_str_has_suffix (server_type, "[]") ? "text[]" : "text");
  for (guint i = 0; i < G_N_ELEMENTS (shorter); i++)
    {
      if (g_str_has_prefix (server_type, shorter[i][0]))
        return g_strconcat (shorter[i][1], server_type + strlen (shorter[i][0]), NULL);
    }
  return g_strdup (server_type);
}

gboolean
cli_types_agree (const char *a, const char *b)
{
  SynclineColumnType types[2];
  g_autofree char *fault = NULL;

  return syncline_column_type_parse (a, &types[0], &fault)
         && syncline_column_type_parse (b, &types[1], &fault) && types[0] == types[1];
}

gboolean
cli_name_fits (const char *name)
{
  return *name != '\0' && strpbrk (name, "\"'`=[]#;\n\r\t") == NULL && !g_ascii_isspace (*name)
         && !g_ascii_isspace (name[strlen (name) - 1])
         && g_ascii_strncasecmp (name, "syncline_", 9) != 0
         && g_ascii_strncasecmp (name, "sqlite_", 7) != 0;
}
