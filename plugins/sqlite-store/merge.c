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

#include "sqlite-store/merge.h"
#include "sqlite-store/row.h"

/* In syncline_staged.op: no operation, just a row to look at. */
#define OP_VISIT 0

typedef struct
{
  gint64 seq;
  gint64 bucket;
  gint64 subkey;
  gint64 op_id;
  int op;
} StagedOp;

typedef struct
{
  gint64 bucket;
  gint64 subkey;
  gint64 op_id;
  gint64 seq;        /* of the staged operation that it comes from, 0 if it is from the oplog */
  gboolean stored;   /* it is in the oplog */
  gboolean has_data; /* and so is its data, since it was not shown */
  gboolean removed;
} Entry;

typedef struct
{
  Store *store;
  Connection *writer;
  MergeRequest *request;
  gboolean has_oplog;
  gboolean has_shadow;
  GString *id;     /* of the row */
  GArray *ops;     /* of StagedOp: of the row, in the order of arrival */
  GArray *entries; /* of Entry: of the row */
  GArray
      *done; /* of gint64: staged operations that are no longer needed, for partial checkpoints */
  RowKey key;
} Merge;

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
  return connection_run (merge->writer, error,
                         "INSERT INTO syncline_staged (bucket, op_id, op, type, row_id, subkey)"
                         " SELECT 0, 0, 0, type, row_id, 0 FROM syncline_oplog"
                         " WHERE (SELECT count(*) FROM syncline_gone) > 0"
                         " AND bucket IN (SELECT bucket FROM syncline_gone)",
                         "")
         && connection_run (merge->writer, error,
                            "INSERT INTO syncline_staged (bucket, op_id, op, type, row_id, subkey)"
                            " SELECT 0, 0, 0, type, row_id, 0 FROM syncline_shadow",
                            "");
}

static BucketRole
get_role (Merge *merge, gint64 bucket)
{
  return (BucketRole) GPOINTER_TO_INT (
      g_hash_table_lookup (merge->request->buckets, GSIZE_TO_POINTER ((gsize) bucket)));
}

/* --- The entries of a row --------------------------------------------------------------------------- */

static gboolean
load_entries (Merge *merge, GError **error)
{
  g_array_set_size (merge->entries, 0);
  if (!merge->has_oplog)
    return TRUE;

  sqlite3_stmt *stmt = connection_get_statement (
      merge->writer,
      "SELECT bucket, subkey, op_id, data IS NOT NULL FROM syncline_oplog"
      " WHERE type = ?1 AND row_id = ?2",
      error);
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, merge->key.type);
  sqlite3_bind_text (stmt, 2, merge->key.id.data, (int) merge->key.id.length, SQLITE_STATIC);

  Step step;
  while ((step = connection_step (merge->writer, stmt, error)) == STEP_ROW)
    {
      Entry entry = {
        .bucket = sqlite3_column_int64 (stmt, 0),
        .subkey = sqlite3_column_int64 (stmt, 1),
        .op_id = sqlite3_column_int64 (stmt, 2),
        .stored = TRUE,
        .has_data = sqlite3_column_int (stmt, 3) != 0,
      };
      entry.removed = get_role (merge, entry.bucket) == BUCKET_NONE;
      g_array_append_val (merge->entries, entry);
    }
  return step == STEP_DONE;
}

static Entry *
find_entry (Merge *merge, const StagedOp *op)
{
  for (guint i = 0; i < merge->entries->len; i++)
    {
      Entry *entry = &g_array_index (merge->entries, Entry, i);
      if (entry->bucket == op->bucket && entry->subkey == op->subkey)
        return entry;
    }
  return NULL;
}

static void
put_entry (Merge *merge, const StagedOp *op)
{
  Entry *entry = find_entry (merge, op);

  if (entry == NULL)
    {
      g_array_set_size (merge->entries, merge->entries->len + 1);
      entry = &g_array_index (merge->entries, Entry, merge->entries->len - 1);
      *entry = (Entry){ .bucket = op->bucket, .subkey = op->subkey };
    }
  entry->op_id = op->op_id;
  entry->seq = op->seq;
  entry->removed = FALSE;
}

/* An operation that waits for its priority makes the old copy void already. */
static void
merge_op (Merge *merge, const StagedOp *op)
{
  BucketRole role = get_role (merge, op->bucket);

  if (role == BUCKET_SHOWN && op->op == SYNCLINE_OP_PUT)
    put_entry (merge, op);
  else if (role != BUCKET_NONE)
    {
      Entry *entry = find_entry (merge, op);
      if (entry != NULL)
        entry->removed = TRUE;
    }
  if (role != BUCKET_WAITS && !merge->request->full)
    g_array_append_val (merge->done, op->seq);
}

/* The entry that is shown, NULL if the row is not there. */
static Entry *
find_winner (Merge *merge)
{
  Entry *winner = NULL;

  for (guint i = 0; i < merge->entries->len; i++)
    {
      Entry *entry = &g_array_index (merge->entries, Entry, i);
      if (!entry->removed && (winner == NULL || entry->op_id > winner->op_id))
        winner = entry;
    }
  return winner;
}

/* --- Writing the entries ------------------------------------------------------------------------------ */

/* data, if the entry is not shown, comes from its staged operation or is given. */
static gboolean
write_entry (Merge *merge, const Entry *entry, gboolean shown, const char *data, GError **error)
{
  sqlite3_stmt *stmt = connection_get_statement (
      merge->writer,
      "INSERT INTO syncline_oplog (type, row_id, bucket, subkey, op_id, data) VALUES (?1, ?2, ?3, "
      "?4,"
      " ?5, ifnull(?6, (SELECT data FROM syncline_staged WHERE seq = ?7)))"
      " ON CONFLICT (type, row_id, bucket, subkey)"
      " DO UPDATE SET op_id = excluded.op_id, data = excluded.data",
      error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, merge->key.type);
  sqlite3_bind_text (stmt, 2, merge->key.id.data, (int) merge->key.id.length, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 3, entry->bucket);
  sqlite3_bind_int64 (stmt, 4, entry->subkey);
  sqlite3_bind_int64 (stmt, 5, entry->op_id);
  sqlite3_bind_text (stmt, 6, data, -1, SQLITE_STATIC);
  if (shown)
    sqlite3_bind_null (stmt, 7);
  else
    sqlite3_bind_int64 (stmt, 7, entry->seq);
  return connection_step (merge->writer, stmt, error) != STEP_ERROR;
}

static gboolean
delete_entry (Merge *merge, const Entry *entry, GError **error)
{
  sqlite3_stmt *stmt = connection_get_statement (
      merge->writer,
      "DELETE FROM syncline_oplog WHERE type = ?1 AND row_id = ?2 AND bucket = ?3 AND subkey = ?4",
      error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, merge->key.type);
  sqlite3_bind_text (stmt, 2, merge->key.id.data, (int) merge->key.id.length, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 3, entry->bucket);
  sqlite3_bind_int64 (stmt, 4, entry->subkey);
  return connection_step (merge->writer, stmt, error) != STEP_ERROR;
}

/* The server's version of the row, which the application may have changed since. */
static gboolean
get_shown_data (Merge *merge, const char *shadow, char **out_data, GError **error)
{
  if (shadow != NULL)
    {
      *out_data = g_strdup (shadow);
      return TRUE;
    }
  return row_get (merge->store->tables, merge->writer, &merge->key, out_data, error);
}

/* Brings the oplog up to date with the entries. Goes before the row is written: an entry that is no longer
 * shown takes its data from there. */
static gboolean
write_entries (Merge *merge, const Entry *winner, const char *shadow, GError **error)
{
  for (guint i = 0; i < merge->entries->len; i++)
    {
      const Entry *entry = &g_array_index (merge->entries, Entry, i);
      gboolean shown = entry == winner;
      gboolean ok = TRUE;

      if (entry->removed)
        ok = !entry->stored || delete_entry (merge, entry, error);
      else if (entry->seq != 0 || (shown && entry->has_data))
        ok = write_entry (merge, entry, shown, NULL, error);
      else if (!shown && !entry->has_data)
        {
          g_autofree char *data = NULL;
          ok = get_shown_data (merge, shadow, &data, error)
               && write_entry (merge, entry, FALSE, data, error);
        }
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

/* --- Writing the row ----------------------------------------------------------------------------------- */

static gboolean
put_row (Merge *merge, SynclineSlice data, gboolean *changed, GError **error)
{
  return row_put (merge->store->tables, merge->writer, &merge->key, data, changed, error);
}

/* Puts the data of a staged operation. */
static gboolean
put_staged (Merge *merge, const Entry *winner, gboolean *changed, GError **error)
{
  sqlite3_stmt *stmt = connection_query (
      merge->writer, error, "SELECT data FROM syncline_staged WHERE seq = ?1", "i", winner->seq);

  if (stmt == NULL || connection_step (merge->writer, stmt, error) != STEP_ROW)
    return FALSE;
  SynclineSlice data
      = { (const char *) sqlite3_column_text (stmt, 0), (gsize) sqlite3_column_bytes (stmt, 0) };
  gboolean ok = put_row (merge, data, changed, error);
  if (!ok && (sqlite3_errcode (merge->writer->handle) & 0xff) != SQLITE_CORRUPT
      && (error == NULL || g_error_matches (*error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT)))
    merge->request->bad_bucket = winner->bucket;
  sqlite3_reset (stmt);
  return ok;
}

static gboolean
get_kept_data (Merge *merge, const Entry *entry, char **out_data, GError **error)
{
  return connection_get_text (merge->writer, out_data, error,
                              "SELECT data FROM syncline_oplog WHERE type = ?1 AND row_id = ?2"
                              " AND bucket = ?3 AND subkey = ?4",
                              "isii", merge->key.type, merge->key.id.data, entry->bucket,
                              entry->subkey);
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
  if (winner->seq != 0)
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

/* Whether an operation that came since is to be shown. */
static gboolean
has_news (Merge *merge)
{
  for (guint i = 0; i < merge->entries->len; i++)
    {
      const Entry *entry = &g_array_index (merge->entries, Entry, i);
      if (entry->seq != 0 && !entry->removed)
        return TRUE;
    }
  return FALSE;
}

static gboolean
show_row (Merge *merge, const char *shadow, GError **error)
{
  const Entry *winner = find_winner (merge);
  g_autofree char *kept = NULL;
  gboolean changed = FALSE;

  if (winner != NULL && winner->seq == 0 && winner->has_data
      && !get_kept_data (merge, winner, &kept, error))
    return FALSE;
  if (!write_entries (merge, winner, shadow, error)
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

  merge->key.id = (SynclineSlice){ merge->id->str, merge->id->len };
  merge->key.table = tables_find_type (merge->store->tables, merge->key.type);
  if (!find_shadow (merge, &has_shadow, &shadow, error))
    return FALSE;
  if (!merge->request->full && (has_shadow || is_queued (merge)))
    return TRUE;
  if (!load_entries (merge, error))
    return FALSE;
  for (guint i = 0; i < merge->ops->len; i++)
    merge_op (merge, &g_array_index (merge->ops, StagedOp, i));
  if (merge->request->full || has_news (merge))
    return show_row (merge, shadow, error);
  g_array_set_size (merge->done, n_done);
  return TRUE;
}

/* --- All rows ------------------------------------------------------------------------------------------ */

static gboolean
is_same_row (Merge *merge, sqlite3_stmt *stmt)
{
  return merge->key.type == sqlite3_column_int64 (stmt, 1)
         && merge->id->len == (gsize) sqlite3_column_bytes (stmt, 2)
         && memcmp (merge->id->str, column_text (stmt, 2), merge->id->len) == 0;
}

static void
begin_row (Merge *merge, sqlite3_stmt *stmt)
{
  g_array_set_size (merge->ops, 0);
  g_string_truncate (merge->id, 0);
  merge->key.type = sqlite3_column_int64 (stmt, 1);
  g_string_append_len (merge->id, column_text (stmt, 2), sqlite3_column_bytes (stmt, 2));
}

static gboolean
merge_rows (Merge *merge, GError **error)
{
  sqlite3_stmt *stmt = connection_get_statement (
      merge->writer,
      "SELECT seq, type, row_id, bucket, subkey, op_id, op FROM syncline_staged"
      " ORDER BY type, row_id, seq",
      error);
  Step step;

  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (merge->writer, stmt, error)) == STEP_ROW)
    {
      if (merge->ops->len > 0 && !is_same_row (merge, stmt))
        {
          if (!merge_row (merge, error))
            {
              sqlite3_reset (stmt);
              return FALSE;
            }
          g_array_set_size (merge->ops, 0);
        }
      if (merge->ops->len == 0)
        begin_row (merge, stmt);
      const StagedOp op = {
        .seq = sqlite3_column_int64 (stmt, 0),
        .bucket = sqlite3_column_int64 (stmt, 3),
        .subkey = sqlite3_column_int64 (stmt, 4),
        .op_id = sqlite3_column_int64 (stmt, 5),
        .op = sqlite3_column_int (stmt, 6),
      };
      g_array_append_val (merge->ops, op);
    }
  return step == STEP_DONE && (merge->ops->len == 0 || merge_row (merge, error));
}

/* Empties what was staged, or takes out what is done. */
static gboolean
clean_up (Merge *merge, GError **error)
{
  if (merge->request->full)
    return connection_exec (merge->writer,
                            "DELETE FROM syncline_staged; DELETE FROM syncline_shadow;"
                            "DELETE FROM syncline_gone",
                            error);
  for (guint i = 0; i < merge->done->len; i++)
    if (!connection_run (merge->writer, error, "DELETE FROM syncline_staged WHERE seq = ?1", "i",
                         g_array_index (merge->done, gint64, i)))
      return FALSE;
  return TRUE;
}

gboolean
merge_staged (Store *store, MergeRequest *request, GError **error)
{
  Merge merge = {
    .store = store,
    .writer = store->writer,
    .request = request,
    .id = g_string_new (NULL),
    .ops = g_array_new (FALSE, FALSE, sizeof (StagedOp)),
    .entries = g_array_new (FALSE, FALSE, sizeof (Entry)),
    .done = g_array_new (FALSE, FALSE, sizeof (gint64)),
  };
  gboolean ok
      = (!request->full || stage_visits (&merge, error))
        && exists (&merge, "SELECT EXISTS (SELECT 1 FROM syncline_oplog)", &merge.has_oplog, error)
        && exists (&merge, "SELECT EXISTS (SELECT 1 FROM syncline_shadow)", &merge.has_shadow,
                   error)
        && merge_rows (&merge, error) && clean_up (&merge, error);

  g_string_free (merge.id, TRUE);
  g_array_unref (merge.ops);
  g_array_unref (merge.entries);
  g_array_unref (merge.done);
  return ok;
}
