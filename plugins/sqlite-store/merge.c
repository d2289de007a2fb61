/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A row may be in several buckets, and in one of them under several subkeys. Each of these copies is an
 * entry of the oplog; the one with the highest operation number is shown. Its data is the row in the
 * application's table; the data of the others is in their entries.
 *
 * The staged operations are gone through in the order of rows, so that each row is looked up and written
 * once, and the tables' indexes are walked from one end to the other.
 *
 * A partial checkpoint shows rows that are new or changed. Rows that vanish wait for a full one, and so
 * do rows that have local changes. */

#include "config.h"

#include "sqlite-store/merge-private.h"

#define MANY_ROWS "1000"

/* --- What to look at ------------------------------------------------------------------------------- */

static gboolean
exists (Merge *merge, const char *sql, gboolean *out_exists, GError **error)
{
  gint64 found;

  if (!connection_get_int (merge->writer, &found, error, sql, ""))
    return FALSE;
  *out_exists = found != 0;
  return TRUE;
}

/* A full checkpoint looks at two more kinds of rows: those of buckets that are gone, and those that had
 * local changes, which show the server's version again unless it has a new one. */
static gboolean
stage_visits (Merge *merge, GError **error)
{
  gboolean has_gone;

  if (!exists (merge, "SELECT EXISTS (SELECT 1 FROM syncline_gone)", &has_gone, error))
    return FALSE;
  /* This looks at all entries: an index by bucket would cost more, each time a row is written. */
  if (has_gone
      && !connection_run (merge->writer, error,
                          "INSERT INTO syncline_staged (bucket, op_id, op, type, row_id, subkey)"
                          " SELECT 0, 0, 0, type, row_id, 0 FROM syncline_oplog"
                          " WHERE bucket IN (SELECT bucket FROM syncline_gone)",
                          ""))
    return FALSE;
  return connection_run (merge->writer, error,
                         "INSERT INTO syncline_staged (bucket, op_id, op, type, row_id, subkey)"
                         " SELECT 0, 0, 0, type, row_id, 0 FROM syncline_shadow",
                         "");
}

/* --- Writing the row ----------------------------------------------------------------------------------- */

static gboolean
put_row (Merge *merge, SynclineSlice data, gboolean *changed, GError **error)
{
  return row_put (merge->store->tables, merge->writer, &merge->key, data, changed, error);
}

/* Puts the data of a staged operation. If that is damaged, it is known whose it is. */
static gboolean
put_staged (Merge *merge, const Entry *winner, gboolean *changed, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (put_row (merge, merge_get_op_data (merge, winner->op), changed, &local_error))
    return TRUE;
  if (g_error_matches (local_error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT)
      && (sqlite3_errcode (merge->writer->handle) & 0xff) != SQLITE_CORRUPT)
    merge->request->bad_bucket = winner->bucket;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
write_row (Merge *merge,
           const Entry *winner,
           const char *kept,
           const char *shadow,
           gboolean *changed,
           GError **error)
{
  if (winner == NULL)
    return row_remove (merge->store->tables, merge->writer, &merge->key, changed, error);
  if (winner->op != NULL)
    return put_staged (merge, winner, changed, error);

  const char *data = kept != NULL ? kept : shadow;
  if (data == NULL)
    return TRUE;
  return put_row (merge, (SynclineSlice){ data, strlen (data) }, changed, error);
}

/* --- A row --------------------------------------------------------------------------------------------- */

static gboolean
find_shadow (Merge *merge, gboolean *out_found, char **out_data, GError **error)
{
  *out_found = FALSE;
  if (!merge->has_shadow)
    return TRUE;

  sqlite3_stmt *stmt = connection_query (
      merge->writer, error, "SELECT data FROM syncline_shadow WHERE type = ?1 AND row_id = ?2",
      "is", merge->key.type, merge->key.id.data);
  Step step = stmt != NULL ? connection_step (merge->writer, stmt, error) : STEP_ERROR;
  if (step != STEP_ROW)
    return step == STEP_DONE;

  *out_found = TRUE;
  g_autofree char *columns = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
  sqlite3_reset (stmt);
  return columns == NULL
         || row_complete (merge->store->tables, merge->writer, &merge->key, columns, out_data,
                          error);
}

static gboolean
is_queued (Merge *merge)
{
  if (merge->request->queued == NULL)
    return FALSE;
  g_autofree char *name
      = g_strdup_printf ("%" G_GINT64_FORMAT "/%s", merge->key.type, merge->id->str);
  return g_hash_table_contains (merge->request->queued, name);
}

static gboolean
show_row (Merge *merge, const char *shadow, GError **error)
{
  const Entry *winner = merge_find_winner (merge);
  g_autofree char *kept = NULL;
  gboolean changed = FALSE;

  if (winner != NULL && winner->op == NULL && winner->has_data
      && !merge_get_kept_data (merge, winner, &kept, error))
    return FALSE;
  if (!merge_write_entries (merge, winner, shadow, error)
      || !write_row (merge, winner, kept, shadow, &changed, error))
    return FALSE;
  if (changed && merge->key.table != NULL)
    notices_add_row (merge->store->notices, merge->key.table->name, merge->key.id.data,
                     (gssize) merge->key.id.length);
  return TRUE;
}

/* All staged operations of a row are there. */
static gboolean
merge_row (Merge *merge, GError **error)
{
  g_autofree char *shadow = NULL;
  gboolean has_shadow;
  guint n_done = merge->done->len;

  if (!find_shadow (merge, &has_shadow, &shadow, error))
    return FALSE;
  if (!merge->request->full && (has_shadow || is_queued (merge)))
    return TRUE;
  if (!merge_load_entries (merge, error))
    return FALSE;
  merge_add_ops (merge);
  if (merge->request->full || merge_has_news (merge))
    return show_row (merge, shadow, error);
  g_array_set_size (merge->done, n_done);
  return TRUE;
}

/* --- All rows ------------------------------------------------------------------------------------------ */

enum
{
  COLUMN_SEQ,
  COLUMN_TYPE,
  COLUMN_ROW_ID,
  COLUMN_BUCKET,
  COLUMN_SUBKEY,
  COLUMN_OP_ID,
  COLUMN_OP,
  COLUMN_DATA,
};

static gboolean
is_same_row (Merge *merge, sqlite3_stmt *stmt)
{
  return merge->key.type == sqlite3_column_int64 (stmt, COLUMN_TYPE)
         && merge->id->len == (gsize) sqlite3_column_bytes (stmt, COLUMN_ROW_ID)
         && memcmp (merge->id->str, column_text (stmt, COLUMN_ROW_ID), merge->id->len) == 0;
}

static void
begin_row (Merge *merge, sqlite3_stmt *stmt)
{
  const SynclineSlice id
      = { column_text (stmt, COLUMN_ROW_ID), (gsize) sqlite3_column_bytes (stmt, COLUMN_ROW_ID) };

  merge_begin_row (merge, sqlite3_column_int64 (stmt, COLUMN_TYPE), id);
}

static void
add_op (Merge *merge, sqlite3_stmt *stmt)
{
  const StagedOp op = {
    .seq = sqlite3_column_int64 (stmt, COLUMN_SEQ),
    .bucket = sqlite3_column_int64 (stmt, COLUMN_BUCKET),
    .subkey = sqlite3_column_int64 (stmt, COLUMN_SUBKEY),
    .op_id = sqlite3_column_int64 (stmt, COLUMN_OP_ID),
    .op = sqlite3_column_int (stmt, COLUMN_OP),
  };
  const SynclineSlice data
      = { column_text (stmt, COLUMN_DATA), (gsize) sqlite3_column_bytes (stmt, COLUMN_DATA) };

  merge_take_op (merge, &op, data);
}

/* SQLite sorts rows and data together, in files if they are many: faster than reading the data in the order
 * of rows. */
static gboolean
merge_rows (Merge *merge, GError **error)
{
  sqlite3_stmt *stmt = connection_get_statement (
      merge->writer,
      "SELECT seq, type, row_id, bucket, subkey, op_id, op, data FROM syncline_staged"
      " ORDER BY type, row_id, seq",
      error);
  Step step;

  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (merge->writer, stmt, error)) == STEP_ROW)
    {
      gboolean same = merge->ops->len > 0 && is_same_row (merge, stmt);
      if (!same && merge->ops->len > 0 && !merge_row (merge, error))
        {
          sqlite3_reset (stmt);
          return FALSE;
        }
      if (!same)
        begin_row (merge, stmt);
      add_op (merge, stmt);
    }
  return step == STEP_DONE && (merge->ops->len == 0 || merge_row (merge, error));
}

/* Empties what was staged, or takes out what is done. */
static gboolean
clean_up (Merge *merge, GError **error)
{
  if (merge->request->full)
    return connection_run (merge->writer, error, "DELETE FROM syncline_staged", "")
           && connection_run (merge->writer, error, "DELETE FROM syncline_shadow", "")
           && connection_run (merge->writer, error, "DELETE FROM syncline_gone", "");
  if (merge->request->preview)
    return connection_run (merge->writer, error, "DELETE FROM syncline_staged", "");
  for (guint i = 0; i < merge->done->len; i++)
    if (!connection_run (merge->writer, error, "DELETE FROM syncline_staged WHERE seq = ?1", "i",
                         g_array_index (merge->done, gint64, i)))
      return FALSE;
  return TRUE;
}

gboolean
merge_switch_triggers_off (Store *store, gboolean *out_off, GError **error)
{
  gint64 others;

  if (!connection_get_int (store->writer, &others, error,
                           "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger'"
                           " AND name NOT LIKE 'syncline\\_%' ESCAPE '\\')",
                           ""))
    return FALSE;
  *out_off = !others;
  if (*out_off)
    sqlite3_db_config (store->writer->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  return TRUE;
}

void
merge_switch_triggers_on (Store *store, gboolean off)
{
  if (off)
    sqlite3_db_config (store->writer->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
}

/* When there are enough rows to make up for preparing all statements anew. */
static gboolean
merge_all (Merge *merge, GError **error)
{
  gboolean off = FALSE;
  gboolean many;

  if (!exists (merge, "SELECT EXISTS (SELECT 1 FROM syncline_staged LIMIT 1 OFFSET " MANY_ROWS ")",
               &many, error)
      || (many && !merge_switch_triggers_off (merge->store, &off, error)))
    return FALSE;
  gboolean ok = merge_rows (merge, error);
  merge_switch_triggers_on (merge->store, off);
  return ok;
}

gboolean
merge_staged (Store *store, MergeRequest *request, GError **error)
{
  Merge merge;

  merge_init (&merge, store, request);
  gboolean ok
      = (!request->full || stage_visits (&merge, error))
        && exists (&merge, "SELECT EXISTS (SELECT 1 FROM syncline_oplog)", &merge.has_oplog, error)
        && exists (&merge, "SELECT EXISTS (SELECT 1 FROM syncline_shadow)", &merge.has_shadow,
                   error)
        && merge_all (&merge, error) && clean_up (&merge, error);
  merge_clear (&merge);
  return ok;
}
