/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/notices.h"

#include <string.h>

typedef struct
{
  char *name;
  gboolean too_many;
  GHashTable *row_ids; /* a set */
  GArray *rowids;      /* of gint64; NULL if they are not gathered */
  gboolean any_column; /* rows came or went, or it is not known what was updated */
  GHashTable *columns; /* otherwise a set: what was updated; NULL if the hook saw nothing */
  guint statement;     /* whose columns are in there already */
} ChangedTable;

struct _Notices
{
  GHashTable *tables;   /* name → ChangedTable */
  GHashTable *gathered; /* a set: names of tables whose rowids are gathered */
  ChangedTable *latest; /* that the hook saw last */
  Updates *updates;     /* of the statement that runs; NULL for any columns */
  guint statement;      /* counts them */
  gint64 first_queued;
  gint64 last_queued;
  gboolean replaced;
  gboolean any;
};

static void
changed_table_free (gpointer data)
{
  ChangedTable *changed = data;

  g_hash_table_unref (changed->row_ids);
  g_clear_pointer (&changed->columns, g_hash_table_unref);
  g_clear_pointer (&changed->rowids, g_array_unref);
  g_free (changed->name);
  g_free (changed);
}

Notices *
notices_new (void)
{
  Notices *notices = g_new0 (Notices, 1);

  notices->tables = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, changed_table_free);
  notices->gathered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return notices;
}

void
notices_free (Notices *notices)
{
  if (notices == NULL)
    return;
  g_hash_table_unref (notices->tables);
  g_hash_table_unref (notices->gathered);
  g_free (notices);
}

void
notices_reset (Notices *notices)
{
  g_hash_table_remove_all (notices->tables);
  notices->latest = NULL;
  notices->first_queued = 0;
  notices->last_queued = 0;
  notices->replaced = FALSE;
  notices->any = FALSE;
}

static ChangedTable *
get_table (Notices *notices, const char *name)
{
  ChangedTable *changed = g_hash_table_lookup (notices->tables, name);

  if (changed == NULL)
    {
      changed = g_new0 (ChangedTable, 1);
      changed->name = g_strdup (name);
      changed->row_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      if (g_hash_table_contains (notices->gathered, name))
        changed->rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (notices->tables, changed->name, changed);
    }
  return changed;
}

void
notices_add_table (Notices *notices, const char *table)
{
  ChangedTable *changed = get_table (notices, table);

  changed->too_many = TRUE;
  g_hash_table_remove_all (changed->row_ids);
  g_clear_pointer (&changed->rowids, g_array_unref);
}

void
notices_add_any (Notices *notices)
{
  notices->any = TRUE;
}

const char **
notices_get_tables (Notices *notices, guint *out_n)
{
  return (const char **) g_hash_table_get_keys_as_array (notices->tables, out_n);
}

void
notices_gather_rowids (Notices *notices, const char *table)
{
  g_hash_table_add (notices->gathered, g_strdup (table));
}

GArray *
notices_get_rowids (Notices *notices, const char *table)
{
  ChangedTable *changed = g_hash_table_lookup (notices->tables, table);

  return changed != NULL ? changed->rowids : NULL;
}

void
notices_add_row (Notices *notices, const char *table, const char *row_id, gssize length)
{
  ChangedTable *changed = get_table (notices, table);

  if (changed->too_many)
    return;
  g_hash_table_add (changed->row_ids,
                    length < 0 ? g_strdup (row_id) : g_strndup (row_id, (gsize) length));
  if (g_hash_table_size (changed->row_ids) > NOTICES_MAX_ROWS)
    notices_add_table (notices, table);
}

/* The store's own tables concern nobody else, but tell what the capture triggers did. */
static void
note_own_table (Notices *notices, const char *table, gint64 rowid)
{
  if (strcmp (table, "syncline_replaced") == 0)
    notices->replaced = TRUE;
  if (strcmp (table, "syncline_change") != 0)
    return;
  if (notices->first_queued == 0 || rowid < notices->first_queued)
    notices->first_queued = rowid;
  if (rowid > notices->last_queued)
    notices->last_queued = rowid;
}

/* The id of a row that was deleted can't be looked up any more. */
static void
note_rowid (Notices *notices, ChangedTable *changed, int op, gint64 rowid)
{
  if (op == SQLITE_DELETE || changed->rowids->len >= NOTICES_MAX_ROWS)
    notices_add_table (notices, changed->name);
  else
    g_array_append_val (changed->rowids, rowid);
}

/* Rows that come or go concern all columns. Once a statement and table, however many rows there are. */
static void
note_columns (Notices *notices, ChangedTable *changed, int op)
{
  if (changed->any_column || (op == SQLITE_UPDATE && changed->statement == notices->statement))
    return;

  GHashTable *updated = op == SQLITE_UPDATE ? updates_get (notices->updates, changed->name) : NULL;
  if (updated == NULL)
    {
      changed->any_column = TRUE;
      g_clear_pointer (&changed->columns, g_hash_table_unref);
      return;
    }

  GHashTableIter iter;
  gpointer column;

  if (changed->columns == NULL)
    changed->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, updated);
  while (g_hash_table_iter_next (&iter, &column, NULL))
    g_hash_table_add (changed->columns, g_strdup (column));
  changed->statement = notices->statement;
}

static void
on_update (void *data, int op, const char *database, const char *table, sqlite3_int64 rowid)
{
  Notices *notices = data;

  if (g_str_has_prefix (table, "syncline_"))
    {
      if (op == SQLITE_INSERT)
        note_own_table (notices, table, rowid);
      return;
    }
  if (g_str_has_prefix (table, "sqlite_"))
    return;
  if (notices->latest == NULL || strcmp (notices->latest->name, table) != 0)
    notices->latest = get_table (notices, table);
  note_columns (notices, notices->latest, op);
  if (notices->latest->rowids != NULL)
    note_rowid (notices, notices->latest, op, rowid);
}

void
notices_attach (Notices *notices, sqlite3 *handle)
{
  sqlite3_update_hook (handle, on_update, notices);
}

Updates *
notices_set_updates (Notices *notices, Updates *updates)
{
  Updates *before = notices->updates;

  notices->updates = updates;
  notices->statement++;
  return before;
}

gboolean
notices_get_queued (Notices *notices, gint64 *out_first, gint64 *out_last)
{
  if (notices->first_queued == 0)
    return FALSE;
  *out_first = notices->first_queued;
  *out_last = notices->last_queued;
  return TRUE;
}

gboolean
notices_get_replaced (Notices *notices)
{
  return notices->replaced;
}

Notices *
notices_take (Notices *notices)
{
  Notices *taken = notices_new ();

  GHashTable *tables = notices->tables;
  notices->tables = taken->tables;
  taken->tables = tables;
  notices_reset (notices);
  return taken;
}

void
notices_report (Notices *notices, SynclineHost *host, SynclineChangeOrigin origin)
{
  guint n_tables = g_hash_table_size (notices->tables);
  if (notices->any)
    syncline_host_notify_changes (host, origin, 0, NULL);
  if (notices->any || n_tables == 0)
    return;

  g_autofree SynclineTableChange *changes = g_new0 (SynclineTableChange, n_tables);
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, notices->tables);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ChangedTable *changed = value;
      SynclineTableChange *change = &changes[n++];
      change->table = changed->name;
      change->row_ids = (const char *const *) g_hash_table_get_keys_as_array (changed->row_ids,
                                                                              &change->n_row_ids);
      if (changed->columns != NULL)
        change->columns
            = (const char *const *) g_hash_table_get_keys_as_array (changed->columns, NULL);
    }
  syncline_host_notify_changes (host, origin, n_tables, changes);
  for (guint i = 0; i < n_tables; i++)
    {
      g_free ((gpointer) changes[i].row_ids);
      g_free ((gpointer) changes[i].columns);
    }
}
