/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "schema-private.h"

G_DEFINE_BOXED_TYPE (SynclineSchema, syncline_schema, syncline_schema_ref, syncline_schema_unref)

/* --- Making ---------------------------------------------------------------------------------- */

static void
column_free (gpointer data)
{
  SynclineColumn *column = data;

  g_free (column->name);
  g_free (column->declared);
  g_free (column);
}

static void
index_column_clear (gpointer data)
{
  g_free (((SynclineIndexColumn *) data)->column);
}

SynclineIndex *
syncline_index_new (const char *name)
{
  SynclineIndex *index = g_new0 (SynclineIndex, 1);

  index->name = g_strdup (name);
  index->columns = g_array_new (FALSE, FALSE, sizeof (SynclineIndexColumn));
  g_array_set_clear_func (index->columns, index_column_clear);
  return index;
}

void
syncline_index_free (SynclineIndex *index)
{
  g_free (index->name);
  g_array_unref (index->columns);
  g_free (index);
}

SynclineTable *
syncline_table_new (const char *name)
{
  SynclineTable *table = g_new0 (SynclineTable, 1);

  table->name = g_strdup (name);
  table->columns = g_ptr_array_new_with_free_func (column_free);
  table->indexes = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_index_free);
  return table;
}

void
syncline_table_free (SynclineTable *table)
{
  g_free (table->name);
  g_free (table->server_name);
  g_strfreev (table->conflict);
  g_clear_pointer (&table->rejection_rules, g_ptr_array_unref);
  g_ptr_array_unref (table->columns);
  g_ptr_array_unref (table->indexes);
  syncline_name_index_free (table->column_index);
  g_free (table);
}

static void
index_columns (SynclineTable *table)
{
  table->column_index = syncline_name_index_new (table->columns->len);
  for (guint i = 0; i < table->columns->len; i++)
    {
      const SynclineColumn *column = g_ptr_array_index (table->columns, i);
      syncline_name_index_add (table->column_index, column->name, (int) i);
    }
}

SynclineSchema *
syncline_schema_new_take (GPtrArray *tables)
{
  SynclineSchema *schema = g_atomic_rc_box_new0 (SynclineSchema);

  schema->tables = tables;
  schema->table_index = syncline_name_index_new (tables->len);
  schema->server_index = syncline_name_index_new (tables->len);
  for (guint i = 0; i < tables->len; i++)
    {
      SynclineTable *table = g_ptr_array_index (tables, i);

      index_columns (table);
      syncline_name_index_add (schema->table_index, table->name, (int) i);
      if (table->mode != SYNCLINE_TABLE_LOCAL_ONLY)
        syncline_name_index_add (schema->server_index, table->server_name, (int) i);
    }
  return schema;
}

SynclineSchema *
syncline_schema_ref (SynclineSchema *schema)
{
  return g_atomic_rc_box_acquire (schema);
}

static void
syncline_schema_clear (gpointer data)
{
  SynclineSchema *schema = data;

  syncline_name_index_free (schema->table_index);
  syncline_name_index_free (schema->server_index);
  g_ptr_array_unref (schema->tables);
}

void
syncline_schema_unref (SynclineSchema *schema)
{
  g_atomic_rc_box_release_full (schema, syncline_schema_clear);
}

/* --- Tables ---------------------------------------------------------------------------------- */

guint
syncline_schema_get_n_tables (SynclineSchema *schema)
{
  return schema->tables->len;
}

const SynclineTable *
syncline_schema_get_table (SynclineSchema *schema, guint index)
{
  g_return_val_if_fail (index < schema->tables->len, NULL);

  return g_ptr_array_index (schema->tables, index);
}

const SynclineTable *
syncline_schema_find_table (SynclineSchema *schema, const char *name)
{
  const int index = syncline_name_index_find (schema->table_index, name, -1);

  return index >= 0 ? g_ptr_array_index (schema->tables, (guint) index) : NULL;
}

const SynclineTable *
syncline_schema_find_server_table (SynclineSchema *schema, const char *name, gssize length)
{
  const int index = syncline_name_index_find (schema->server_index, name, length);

  return index >= 0 ? g_ptr_array_index (schema->tables, (guint) index) : NULL;
}

const char *
syncline_table_get_name (const SynclineTable *table)
{
  return table->name;
}

const char *
syncline_table_get_server_name (const SynclineTable *table)
{
  return table->server_name;
}

SynclineTableMode
syncline_table_get_mode (const SynclineTable *table)
{
  return table->mode;
}

SynclineTrackPrevious
syncline_table_get_track_previous (const SynclineTable *table)
{
  return table->track_previous;
}

gboolean
syncline_table_get_metadata (const SynclineTable *table)
{
  return table->metadata;
}

const char *const *
syncline_table_get_conflict (const SynclineTable *table)
{
  return (const char *const *) table->conflict;
}

/* --- Columns --------------------------------------------------------------------------------- */

guint
syncline_table_get_n_columns (const SynclineTable *table)
{
  return table->columns->len;
}

const SynclineColumn *
syncline_table_get_column (const SynclineTable *table, guint index)
{
  g_return_val_if_fail (index < table->columns->len, NULL);

  return g_ptr_array_index (table->columns, index);
}

int
syncline_table_find_column (const SynclineTable *table, const char *name, gssize length)
{
  return syncline_name_index_find (table->column_index, name, length);
}

const char *
syncline_column_get_name (const SynclineColumn *column)
{
  return column->name;
}

SynclineColumnType
syncline_column_get_column_type (const SynclineColumn *column)
{
  return column->type;
}

const char *
syncline_column_get_declared (const SynclineColumn *column)
{
  return column->declared;
}

/* --- Indexes --------------------------------------------------------------------------------- */

guint
syncline_table_get_n_indexes (const SynclineTable *table)
{
  return table->indexes->len;
}

const SynclineIndex *
syncline_table_get_index (const SynclineTable *table, guint index)
{
  g_return_val_if_fail (index < table->indexes->len, NULL);

  return g_ptr_array_index (table->indexes, index);
}

const char *
syncline_index_get_name (const SynclineIndex *index)
{
  return index->name;
}

guint
syncline_index_get_n_columns (const SynclineIndex *index)
{
  return index->columns->len;
}

const char *
syncline_index_get_column (const SynclineIndex *index, guint position, gboolean *out_descending)
{
  g_return_val_if_fail (position < index->columns->len, NULL);

  const SynclineIndexColumn *column
      = &g_array_index (index->columns, SynclineIndexColumn, position);
  if (out_descending != NULL)
    *out_descending = column->descending;
  return column->column;
}
