/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What can be done with changes that the server refused. */

#include "config.h"

#include "sqlite-store/row-json.h"
#include "sqlite-store/row.h"
#include "sqlite-store/store.h"

static gboolean
delete_rejected (Store *store, gint64 id, GError **error)
{
  if (!connection_run (store->writer, error, "DELETE FROM syncline_rejected WHERE id = ?1", "i",
                       id))
    return FALSE;
  if (sqlite3_changes (store->writer->handle) == 1)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
               "There is no rejected change %" G_GINT64_FORMAT, id);
  return FALSE;
}

/* A change that is forgotten holds nothing back. */
static gboolean
release_row (Store *store, gint64 id, GError **error)
{
  return connection_run (store->writer, error,
                         "DELETE FROM syncline_held WHERE (tbl, row_id) IN"
                         " (SELECT tbl, row_id FROM syncline_rejected AS r WHERE id = ?1"
                         " AND NOT EXISTS (SELECT 1 FROM syncline_rejected AS o WHERE o.id <> r.id"
                         " AND o.tbl = r.tbl AND o.row_id = r.row_id))",
                         "i", id);
}

gboolean
store_discard_rejected (gpointer self, gint64 id, GCancellable *cancellable, GError **error)
{
  Store *store = self;

  if (!store_begin (store, cancellable, error))
    return FALSE;
  return store_end (store, release_row (store, id, error) && delete_rejected (store, id, error),
                    SYNCLINE_CHANGE_LOCAL, error);
}

/* --- Trying again ------------------------------------------------------------------------------------
 *
 * By now the row may be the server's again. So the change is made once more in the local table, too:
 * what is queued is always visible.
 *
 * What was put aside along with the change goes along with it, in the old order and as one transaction: the
 * patches of the row that built on it, and what was in one transaction with it. */

typedef struct
{
  SynclineChangeOp op;
  Table *table;
  char *row_id;
  char *data;
  char *current; /* the row as it is now */
} Retry;

static void
retry_clear (Retry *retry)
{
  g_free (retry->row_id);
  g_free (retry->data);
  g_free (retry->current);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Retry, retry_clear)

static gboolean
read_retry (Store *store, gint64 id, Retry *retry, GError **error)
{
  sqlite3_stmt *stmt = connection_query (
      store->writer, error, "SELECT op, tbl, row_id, data FROM syncline_rejected WHERE id = ?1",
      "i", id);
  Step step = stmt != NULL ? connection_step (store->writer, stmt, error) : STEP_ERROR;

  if (step == STEP_ROW)
    {
      retry->op = (SynclineChangeOp) sqlite3_column_int (stmt, 0);
      retry->table = tables_find (store->tables, column_text (stmt, 1));
      retry->row_id = g_strdup (column_text (stmt, 2));
      retry->data = g_strdup ((const char *) sqlite3_column_text (stmt, 3));
      sqlite3_reset (stmt);
    }
  return step != STEP_ERROR;
}

static gboolean
change_row (Store *store, Retry *retry, GError **error)
{
  RowKey key = { retry->table->type, retry->table, { retry->row_id, strlen (retry->row_id) } };
  gboolean changed;

  if (!row_get (store->tables, store->writer, &key, &retry->current, error))
    return FALSE;
  if (retry->op == SYNCLINE_CHANGE_DELETE)
    return row_remove (store->tables, store->writer, &key, &changed, error);
  /* A patch of a row that is gone can't be shown. */
  if (retry->data == NULL || (retry->op == SYNCLINE_CHANGE_PATCH && retry->current == NULL))
    return TRUE;

  g_autofree char *data = row_join (retry->data, retry->current);
  return row_put (store->tables, store->writer, &key, (SynclineSlice){ data, strlen (data) },
                  &changed, error);
}

static gboolean
retry_change (Store *store, gint64 id, GError **error)
{
  g_auto (Retry) retry = { 0 };

  if (!read_retry (store, id, &retry, error) || !store_pause_capture (store, error))
    return FALSE;
  if (retry.table != NULL && retry.table->mode == SYNCLINE_TABLE_SYNCED
      && !change_row (store, &retry, error))
    return FALSE;
  return store_resume_capture (store, error)
         && connection_run (
             store->writer, error,
             "INSERT INTO syncline_change (tx, op, tbl, row_id, data, old, previous, metadata)"
             " SELECT s.tx, r.op, r.tbl, r.row_id, r.data, ?2, r.previous, r.metadata"
             " FROM syncline_rejected AS r, syncline_state AS s WHERE r.id = ?1",
             "is", id, retry.current)
         && delete_rejected (store, id, error);
}

/* Those that are retried with a change, the change among them, in order. */
static GArray *
list_together (Store *store, gint64 id, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *stmt = connection_query (
      store->writer, error,
      "SELECT o.id FROM syncline_rejected AS r JOIN syncline_rejected AS o ON o.id = r.id"
      " OR (o.id > r.id AND o.code = 'SYNCLINE_HELD' AND o.tbl = r.tbl AND o.row_id = r.row_id)"
      " OR (o.tx = r.tx AND 'SYNCLINE_TRANSACTION' IN (o.code, r.code))"
      " WHERE r.id = ?1 ORDER BY o.id",
      "i", id);
  Step step;

  if (stmt == NULL)
    return NULL;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      const gint64 other = sqlite3_column_int64 (stmt, 0);
      g_array_append_val (ids, other);
    }
  return step == STEP_DONE ? g_steal_pointer (&ids) : NULL;
}

static gboolean
retry_together (Store *store, gint64 id, GError **error)
{
  g_autoptr (GArray) ids = list_together (store, id, error);

  if (ids == NULL)
    return FALSE;
  /* The error for a number that there is not. */
  if (ids->len == 0)
    return delete_rejected (store, id, error);
  for (guint i = 0; i < ids->len; i++)
    if (!retry_change (store, g_array_index (ids, gint64, i), error))
      return FALSE;
  return TRUE;
}

gboolean
store_retry_rejected (gpointer self, gint64 id, GCancellable *cancellable, GError **error)
{
  Store *store = self;

  if (!store_begin (store, cancellable, error))
    return FALSE;
  return store_end (store, retry_together (store, id, error), SYNCLINE_CHANGE_LOCAL, error);
}
