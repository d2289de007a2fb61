/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Reading the queue. */

#include "config.h"

#include "sqlite-store/native.h"

#define CHANGE_COLUMNS "id, tx, op, tbl, row_id, data, old, previous, metadata"

/* A queued change, with its values as they are and their keys; and whether it was superseded: REPLACE deletes the
 * row that is in the way, for which the delete trigger fires if the program wants it so, and a DELETE must not go
 * to the server, where it would cascade. */
#define QUEUED                                                                                     \
  "SELECT " CHANGE_COLUMNS ", (SELECT keys FROM syncline_shape AS s WHERE s.id = c.shape),"        \
  " op = 3 AND EXISTS (SELECT 1 FROM syncline_change AS n WHERE n.id = c.id + 1 AND n.op = 1"      \
  " AND n.old IS NOT NULL AND n.tx = c.tx AND n.tbl = c.tbl AND n.row_id = c.row_id),"             \
  " " NATIVE_COLUMNS

enum
{
  COLUMN_ID,
  COLUMN_TX,
  COLUMN_OP,
  COLUMN_TBL,
  COLUMN_ROW_ID,
  COLUMN_DATA,
  COLUMN_OLD,
  COLUMN_PREVIOUS,
  COLUMN_METADATA,
  N_CHANGE_COLUMNS,
};

/* What follows for a queued change. */
enum
{
  COLUMN_KEYS = N_CHANGE_COLUMNS,
  COLUMN_SUPERSEDED,
  COLUMN_NATIVE,
  COLUMN_HELD = COLUMN_NATIVE + NATIVE_MAX_COLUMNS,
};

/* What follows for a rejected one. */
enum
{
  COLUMN_STATUS = N_CHANGE_COLUMNS,
  COLUMN_CODE,
  COLUMN_MESSAGE,
  COLUMN_DETAILS,
  COLUMN_HINT,
  COLUMN_REJECTED_AT,
};

static const char *
get_text (sqlite3_stmt *stmt, int column)
{
  return (const char *) sqlite3_column_text (stmt, column);
}

/* What the change carries of the row before it, as the table asks now. The row that was is stored once,
 * for this and for reverting. */
static const char *
get_previous (Store *store, sqlite3_stmt *stmt, const char *table_name, SynclineChangeOp op)
{
  const SynclineTable *table
      = syncline_schema_find_table (syncline_host_get_schema (store->host), table_name);

  if (table == NULL || op == SYNCLINE_CHANGE_PUT)
    return NULL;
  switch (syncline_table_get_track_previous (table))
    {
    case SYNCLINE_TRACK_PREVIOUS_NONE:
      return NULL;
    case SYNCLINE_TRACK_PREVIOUS_CHANGED:
      return get_text (stmt, op == SYNCLINE_CHANGE_PATCH ? COLUMN_PREVIOUS : COLUMN_OLD);
    case SYNCLINE_TRACK_PREVIOUS_ALL:
      return get_text (stmt, COLUMN_OLD);
    }
  return NULL;
}

static SynclineChange *
make_change (Store *store, sqlite3_stmt *stmt, SynclineChangeOp op, const char *data)
{
  const char *table = column_text (stmt, COLUMN_TBL);

  return syncline_change_new (
      sqlite3_column_int64 (stmt, COLUMN_ID), sqlite3_column_int64 (stmt, COLUMN_TX), op, table,
      column_text (stmt, COLUMN_ROW_ID), data, get_previous (store, stmt, table, op),
      get_text (stmt, COLUMN_METADATA));
}

static gboolean
is_superseded (sqlite3_stmt *stmt)
{
  return sqlite3_column_int (stmt, COLUMN_SUPERSEDED) != 0;
}

/* A row that replaced another one names all its columns, so that those that it does not have become NULL on the
 * server, too. What was superseded says nothing any more, but keeps its place. */
static SynclineChange *
get_queued (Store *store, sqlite3_stmt *stmt)
{
  const SynclineChangeOp op = (SynclineChangeOp) sqlite3_column_int (stmt, COLUMN_OP);
  const char *keys = get_text (stmt, COLUMN_KEYS);

  if (is_superseded (stmt))
    return syncline_change_new (sqlite3_column_int64 (stmt, COLUMN_ID),
                                sqlite3_column_int64 (stmt, COLUMN_TX), SYNCLINE_CHANGE_PATCH,
                                column_text (stmt, COLUMN_TBL), column_text (stmt, COLUMN_ROW_ID),
                                "{}", NULL, NULL);
  if (keys == NULL)
    return make_change (store, stmt, op, get_text (stmt, COLUMN_DATA));
  const gboolean replaced = sqlite3_column_type (stmt, COLUMN_OLD) != SQLITE_NULL;
  g_autofree char *data = native_read (stmt, COLUMN_NATIVE, keys, replaced);
  return make_change (store, stmt, op, data);
}

static SynclineChange *
get_rejected (Store *store, sqlite3_stmt *stmt)
{
  return make_change (store, stmt, (SynclineChangeOp) sqlite3_column_int (stmt, COLUMN_OP),
                      get_text (stmt, COLUMN_DATA));
}

/* --- Peeking ------------------------------------------------------------------------------------------ */

/* Another program's transaction may have queued changes under the number that is next, and one that
 * follows would continue it. Moving the number on ends it. */
static gboolean
end_open_number (Store *store, Connection *reader, GCancellable *cancellable, GError **error)
{
  gint64 open;

  if (!connection_get_int (reader, &open, error,
                           "SELECT tx = (SELECT tx FROM syncline_change ORDER BY id DESC LIMIT 1)"
                           " OR EXISTS (SELECT 1 FROM syncline_replaced) FROM syncline_state",
                           ""))
    return FALSE;
  if (!open)
    return TRUE;
  /* Beginning a transaction moves the number on. */
  if (!store_begin (store, cancellable, error))
    return FALSE;
  return store_end (store,
                    connection_run (store->writer, error, "DELETE FROM syncline_replaced", ""),
                    SYNCLINE_CHANGE_LOCAL, error);
}

/* About what the change takes on the wire. */
static gsize
get_size (SynclineChange *change)
{
  const char *data = syncline_change_get_data (change);

  return (data != NULL ? strlen (data) : 0) + strlen (syncline_change_get_row_id (change)) + 64;
}

/* Reads whole transactions. Those that began, and end beyond the limit, are left out again, but for the
 * first. */
static gboolean
read_head (Store *store,
           Connection *reader,
           guint max_changes,
           gsize max_bytes,
           GPtrArray *changes,
           GError **error)
{
  gint64 transaction = 0;
  guint n_whole = 0;
  gsize bytes = 0;
  Step step;
  sqlite3_stmt *stmt = connection_query (
      reader, error,
      QUEUED ", EXISTS (SELECT 1 FROM syncline_held AS h WHERE h.tbl = c.tbl"
             " AND h.row_id = c.row_id AND h.last >= c.id) FROM syncline_change AS c"
             " WHERE tx < (SELECT tx FROM syncline_state) AND op > 0 ORDER BY id",
      "");

  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (reader, stmt, error)) == STEP_ROW)
    {
      g_autoptr (SynclineChange) change = get_queued (store, stmt);
      if (sqlite3_column_int64 (stmt, COLUMN_TX) != transaction)
        n_whole = changes->len;
      bytes += get_size (change);
      if (n_whole > 0 && (changes->len >= max_changes || bytes > max_bytes))
        {
          g_ptr_array_set_size (changes, (int) n_whole);
          sqlite3_reset (stmt);
          return TRUE;
        }
      transaction = sqlite3_column_int64 (stmt, COLUMN_TX);
      if (sqlite3_column_int (stmt, COLUMN_HELD) != 0 && !is_superseded (stmt))
        syncline_change_hold (change);
      g_ptr_array_add (changes, g_steal_pointer (&change));
    }
  return step == STEP_DONE;
}

static void
change_unref (gpointer change)
{
  syncline_change_unref (change);
}

gboolean
store_peek_changes (gpointer self,
                    guint max_changes,
                    gsize max_bytes,
                    GPtrArray **out_changes,
                    GCancellable *cancellable,
                    GError **error)
{
  Store *store = self;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func (change_unref);
  Connection *reader = store_take_reader (store, cancellable, error);

  if (reader == NULL)
    return FALSE;
  gboolean ok = end_open_number (store, reader, cancellable, error)
                && read_head (store, reader, max_changes, max_bytes, changes, error);
  store_return_reader (store, reader);
  if (ok)
    *out_changes = g_steal_pointer (&changes);
  return ok;
}

/* --- Listing ------------------------------------------------------------------------------------------ */

static SynclineOutcome *
get_outcome (sqlite3_stmt *stmt)
{
  return syncline_outcome_new_rejected (
      (guint) sqlite3_column_int (stmt, COLUMN_STATUS), get_text (stmt, COLUMN_CODE),
      column_text (stmt, COLUMN_MESSAGE), get_text (stmt, COLUMN_DETAILS),
      get_text (stmt, COLUMN_HINT));
}

static gboolean
report (Store *store, sqlite3_stmt *stmt, gboolean rejected, SynclineChangeFunc func, gpointer data)
{
  /* What was superseded is nobody's business. */
  if (!rejected && is_superseded (stmt))
    return TRUE;
  g_autoptr (SynclineChange) change
      = rejected ? get_rejected (store, stmt) : get_queued (store, stmt);
  g_autoptr (SynclineOutcome) outcome = rejected ? get_outcome (stmt) : NULL;

  return func (change, outcome, rejected ? sqlite3_column_int64 (stmt, COLUMN_REJECTED_AT) : 0,
               data);
}

gboolean
store_list_changes (gpointer self,
                    gboolean rejected,
                    SynclineChangeFunc func,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error)
{
  Store *store = self;
  Connection *reader = store_take_reader (store, cancellable, error);

  if (reader == NULL)
    return FALSE;
  sqlite3_stmt *stmt = connection_query (
      reader, error,
      rejected ? "SELECT " CHANGE_COLUMNS ", status, code, message, details, hint, rejected_at"
                 " FROM syncline_rejected ORDER BY id"
               : QUEUED " FROM syncline_change AS c WHERE op > 0 ORDER BY id",
      "");
  Step step = stmt != NULL ? connection_step (reader, stmt, error) : STEP_ERROR;
  while (step == STEP_ROW)
    {
      if (!report (store, stmt, rejected, func, user_data))
        {
          sqlite3_reset (stmt);
          step = STEP_DONE;
        }
      else
        step = connection_step (reader, stmt, error);
    }
  store_return_reader (store, reader);
  return step == STEP_DONE;
}
