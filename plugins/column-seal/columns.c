/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "columns.h"

#include <string.h>

struct _SealedColumns
{
  GHashTable *tables; /* name → SealedTable */
};

static void
sealed_table_free (gpointer data)
{
  SealedTable *sealed = data;

  g_ptr_array_unref (sealed->names);
  g_free (sealed);
}

/* Tables and columns may have dots in their names. NULL if there is no such column. */
static const SynclineTable *
find_table (SynclineSchema *schema, const char *entry, const char **out_column)
{
  for (const char *dot = strchr (entry, '.'); dot != NULL; dot = strchr (dot + 1, '.'))
    {
      g_autofree char *name = g_strndup (entry, (gsize) (dot - entry));
      const SynclineTable *table = syncline_schema_find_table (schema, name);
      const int index = table != NULL ? syncline_table_find_column (table, dot + 1, -1) : -1;

      if (index < 0)
        continue;
      *out_column = syncline_column_get_name (syncline_table_get_column (table, (guint) index));
      return table;
    }
  return NULL;
}

static const char *
find_fault (const SynclineTable *table, const char *column)
{
  if (table == NULL)
    return "the schema has no such column; write TABLE.COLUMN, with local names";
  if (syncline_table_get_mode (table) == SYNCLINE_TABLE_LOCAL_ONLY)
    return "the table never leaves the device";
  const char *const *conflict = syncline_table_get_conflict (table);
  if (conflict != NULL && g_strv_contains (conflict, column))
    return "the server has to read it, since it is one of the table's conflict columns";
  return NULL;
}

static SealedTable *
take_table (SealedColumns *columns, const SynclineTable *table)
{
  const char *name = syncline_table_get_name (table);
  SealedTable *sealed = g_hash_table_lookup (columns->tables, name);

  if (sealed != NULL)
    return sealed;
  sealed = g_new0 (SealedTable, 1);
  sealed->table = table;
  sealed->names = g_ptr_array_new ();
  g_hash_table_insert (columns->tables, (gpointer) name, sealed);
  return sealed;
}

SealedColumns *
sealed_columns_new (const char *const *entries, SynclineSchema *schema, GError **error)
{
  g_autoptr (SealedColumns) columns = g_new0 (SealedColumns, 1);

  columns->tables = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, sealed_table_free);
  for (; entries != NULL && *entries != NULL; entries++)
    {
      const char *column = NULL;
      const SynclineTable *table = find_table (schema, *entries, &column);
      const char *fault = find_fault (table, column);

      if (fault != NULL)
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG, "columns: \"%s\": %s",
                       *entries, fault);
          return NULL;
        }
      SealedTable *sealed = take_table (columns, table);
      if (!g_ptr_array_find (sealed->names, column, NULL))
        g_ptr_array_add (sealed->names, (gpointer) column);
    }
  return g_steal_pointer (&columns);
}

void
sealed_columns_free (SealedColumns *columns)
{
  g_hash_table_unref (columns->tables);
  g_free (columns);
}

const SealedTable *
sealed_columns_find (const SealedColumns *columns, const SynclineTable *table)
{
  return g_hash_table_lookup (columns->tables, syncline_table_get_name (table));
}

const char *
sealed_table_find_column (const SealedTable *sealed, SynclineSlice column)
{
  for (guint i = 0; i < sealed->names->len; i++)
    {
      const char *name = g_ptr_array_index (sealed->names, i);
      if (strlen (name) == column.length && memcmp (name, column.data, column.length) == 0)
        return name;
    }
  return NULL;
}
