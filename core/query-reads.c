/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "query-reads.h"

struct _SynclineReads
{
  GHashTable *tables; /* name in lower case → set of columns */
};

/* Stands in a set for any column. */
#define ANY "*"

SynclineReads *
syncline_reads_new (void)
{
  SynclineReads *reads = g_new0 (SynclineReads, 1);

  reads->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_hash_table_unref);
  return reads;
}

void
syncline_reads_free (SynclineReads *reads)
{
  g_hash_table_unref (reads->tables);
  g_free (reads);
}

void
syncline_reads_add (const char *table, const char *column, gpointer data)
{
  SynclineReads *reads = data;
  g_autofree char *name = g_ascii_strdown (table, -1);
  GHashTable *columns = g_hash_table_lookup (reads->tables, name);

  if (columns == NULL)
    {
      columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (reads->tables, g_steal_pointer (&name), columns);
    }
  g_hash_table_add (columns, g_strdup (column != NULL ? column : ANY));
}

static gboolean
is_changed (SynclineReads *reads, const SynclineTableChange *change)
{
  g_autofree char *name = g_ascii_strdown (change->table, -1);
  GHashTable *columns = g_hash_table_lookup (reads->tables, name);

  if (columns == NULL)
    return FALSE;
  if (change->columns == NULL || g_hash_table_contains (columns, ANY))
    return TRUE;
  for (guint i = 0; change->columns[i] != NULL; i++)
    if (g_hash_table_contains (columns, change->columns[i]))
      return TRUE;
  return FALSE;
}

gboolean
syncline_reads_are_changed (SynclineReads *reads, guint n_tables, const SynclineTableChange *tables)
{
  for (guint i = 0; i < n_tables; i++)
    if (is_changed (reads, &tables[i]))
      return TRUE;
  return n_tables == 0;
}
