/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/updates.h"

Updates *
updates_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) g_hash_table_unref);
}

void
updates_add (Updates *updates, const char *table, const char *column)
{
  if (g_str_has_prefix (table, "syncline_"))
    return;

  GHashTable *columns = g_hash_table_lookup (updates, table);
  if (columns == NULL)
    {
      columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (updates, g_strdup (table), columns);
    }
  g_hash_table_add (columns, g_strdup (column));
}

GHashTable *
updates_get (Updates *updates, const char *table)
{
  return updates != NULL ? g_hash_table_lookup (updates, table) : NULL;
}

gboolean
updates_may_replace (const char *sql)
{
  g_autofree char *upper = g_ascii_strup (sql, -1);

  return strstr (upper, "REPLACE") != NULL;
}
