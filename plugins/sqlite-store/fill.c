/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The beginning and the end of a fill. */

#include "config.h"

#include "sqlite-store/fill-private.h"

/* --- Life ---------------------------------------------------------------------------------------------- */

static void
target_free (gpointer data)
{
  Target *target = data;

  sqlite3_finalize (target->insert);
  g_ptr_array_unref (target->ids);
  g_free (target);
}

static Target *
add_target (Fill *fill, Table *table)
{
  Target *target = g_new0 (Target, 1);

  target->table = table;
  target->ids = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_insert (fill->targets, table, target);
  return target;
}

static Fill *
fill_new (Store *store, const MergeRequest *request)
{
  Fill *fill = g_new0 (Fill, 1);

  fill->store = store;
  fill->fresh = fresh_new ();
  fill->targets = g_hash_table_new_full (NULL, NULL, NULL, target_free);
  /* There are no earlier entries, so that vanishing rows need no special care. */
  fill->request = (MergeRequest){ .full = TRUE, .buckets = merge_copy_roles (request->buckets) };
  merge_init (&fill->merge, store, &fill->request);
  return fill;
}

void
fill_free (Fill *fill)
{
  g_hash_table_unref (fill->targets);
  fresh_free (fill->fresh);
  merge_clear (&fill->merge);
  g_hash_table_unref (fill->request.buckets);
  g_free (fill->schema);
  g_free (fill);
}

/* --- Beginning ----------------------------------------------------------------------------------------- */

static gboolean
get_schema (Store *store, char **out_schema, GError **error)
{
  return connection_get_text (store->writer, out_schema, error,
                              "SELECT value FROM syncline_meta WHERE key = 'schema'", "");
}

/* What is staged now stays, behind what the fill stages. */
static gboolean
make_own_tables (Fill *fill, GError **error)
{
  static const char *const names[] = { "syncline_oplog", "syncline_extra", "syncline_untyped" };
  g_autoptr (Fresh) aside = fresh_new ();
  gboolean made;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!fresh_make (fill->store, fill->fresh, names[i], &made, error))
      return FALSE;
  add_target (fill, NULL);
  return fresh_make (fill->store, aside, "syncline_staged", &made, error);
}

static gboolean
make_table (Fill *fill, Table *table, GError **error)
{
  gboolean possible, made;

  if (!fresh_is_possible (fill->store, table, &possible, error))
    return FALSE;
  if (!possible)
    return TRUE;
  if (!fresh_make (fill->store, fill->fresh, table->name, &made, error))
    return FALSE;
  if (made)
    add_target (fill, table);
  return TRUE;
}

Fill *
fill_begin (Store *store, const MergeRequest *request, GError **error)
{
  g_autoptr (Fill) fill = fill_new (store, request);

  if (!fresh_drop_all (store, error) || !get_schema (store, &fill->schema, error)
      || !make_own_tables (fill, error))
    return NULL;
  for (guint i = 0; i < store->tables->all->len; i++)
    if (!make_table (fill, g_ptr_array_index (store->tables->all, i), error))
      return NULL;
  return g_steal_pointer (&fill);
}

/* --- Swapping in --------------------------------------------------------------------------------------- */

static gboolean
check_schema (Fill *fill, GError **error)
{
  g_autofree char *schema = NULL;

  if (!get_schema (fill->store, &schema, error))
    return FALSE;
  if (g_strcmp0 (schema, fill->schema) == 0)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY,
               "Another process has changed the tables of “%s” while the first sync was written;"
               " it is written again",
               fill->store->config->path);
  return FALSE;
}

/* What the fill has shown, but is void since. */
static gboolean
note_gone (Fill *fill, const MergeRequest *request, GError **error)
{
  GHashTableIter iter;
  gpointer key, role;

  g_hash_table_iter_init (&iter, fill->request.buckets);
  while (g_hash_table_iter_next (&iter, &key, &role))
    if (GPOINTER_TO_INT (role) == BUCKET_SHOWN && !g_hash_table_contains (request->buckets, key)
        && !connection_run (fill->store->writer, error,
                            "INSERT OR IGNORE INTO syncline_gone (bucket) VALUES (?1)", "i",
                            (gint64) GPOINTER_TO_SIZE (key)))
      return FALSE;
  return TRUE;
}

static gboolean
has_rows (Store *store, const Table *table, gboolean *out_has, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT 1 FROM ");

  sql_append_identifier (sql, table->name);
  g_string_append (sql, " LIMIT 1");
  sqlite3_stmt *stmt = connection_prepare (store->writer, sql->str, error);
  Step step = stmt != NULL ? connection_step (store->writer, stmt, error) : STEP_ERROR;
  *out_has = step == STEP_ROW;
  sqlite3_finalize (stmt);
  return step != STEP_ERROR;
}

/* Of a table that was empty, its new rows are all that changed. */
static void
note_rows (Store *store, const Target *target, gboolean replaced)
{
  if (replaced)
    notices_add_table (store->notices, target->table->name);
  for (guint i = 0; i < target->ids->len; i++)
    notices_add_row (store->notices, target->table->name, g_ptr_array_index (target->ids, i), -1);
}

/* Tables that are swapped show what the server has, and nothing of local changes that left the queue. In others,
 * rows that were shown before and are not among the new ones have to go. */
static gboolean
settle_table (Fill *fill, Table *table, GError **error)
{
  Store *store = fill->store;
  const Target *target = g_hash_table_lookup (fill->targets, table);
  gboolean replaced;

  if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY)
    return TRUE;
  if (target != NULL)
    {
      if (!has_rows (store, table, &replaced, error))
        return FALSE;
      note_rows (store, target, replaced);
      return connection_run (store->writer, error, "DELETE FROM syncline_shadow WHERE type = ?1",
                             "i", table->type);
    }
  return connection_run (store->writer, error,
                         "INSERT INTO syncline_staged (bucket, op_id, op, type, row_id, subkey)"
                         " SELECT 0, 0, 0, type, row_id, 0 FROM syncline_oplog WHERE type = ?1",
                         "i", table->type);
}

/* Before what was staged meanwhile, whose numbers are positive. */
static gboolean
take_staged (Fill *fill, GError **error)
{
  return fill->seq == 0
         || connection_run (fill->store->writer, error,
                            "INSERT INTO syncline_staged SELECT seq - ?1, bucket, op_id, op, type,"
                            " row_id, subkey, data FROM syncline_fresh_syncline_staged",
                            "i", fill->seq);
}

gboolean
fill_finish (Fill *fill, const MergeRequest *request, GError **error)
{
  Store *store = fill->store;

  if (!check_schema (fill, error))
    return FALSE;
  for (guint i = 0; i < store->tables->all->len; i++)
    if (!settle_table (fill, g_ptr_array_index (store->tables->all, i), error))
      return FALSE;
  /* Rows of buckets that went before the fill are in no fresh table. */
  return connection_run (store->writer, error, "DELETE FROM syncline_gone", "")
         && take_staged (fill, error) && note_gone (fill, request, error)
         && fresh_swap (store, fill->fresh, error);
}
