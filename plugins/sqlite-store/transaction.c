/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Write transactions, and their numbers.
 *
 * Every queued change carries the number that syncline_state.tx had when its trigger ran. A transaction
 * of the store's own moves the number on when it begins, if others used it, and when it ends, if it
 * queued anything: so it has a number for itself. Other programs leave the number alone: their
 * transactions may share one, but a transaction never has two. */

#include "config.h"

#include "sqlite-store/store.h"

static gboolean
move_number_on (Store *store, GError **error)
{
  return connection_run (store->writer, error, "UPDATE syncline_state SET tx = tx + 1", "");
}

/* Others may have queued changes under the number that is next. */
static gboolean
take_fresh_number (Store *store, GError **error)
{
  gint64 used;

  if (!connection_get_int (store->writer, &used, error,
                           "SELECT tx = (SELECT tx FROM syncline_change ORDER BY id DESC LIMIT 1)"
                           " FROM syncline_state",
                           ""))
    return FALSE;
  return !used || move_number_on (store, error);
}

gboolean
store_begin (Store *store, GCancellable *cancellable, GError **error)
{
  if (!store_lock_writer (store, cancellable, error))
    return FALSE;
  notices_reset (store->notices);
  store->paused = FALSE;
  if (!connection_run (store->writer, error, "BEGIN IMMEDIATE", ""))
    {
      store_unlock_writer (store);
      return FALSE;
    }
  if (!store_check_external (store, error) || !take_fresh_number (store, error))
    {
      store_rollback (store);
      return FALSE;
    }
  return TRUE;
}

/* Names the rows that were queued. */
static gboolean
gather_queued_rows (Store *store, gint64 first, gint64 last, GError **error)
{
  if (last - first >= NOTICES_MAX_ROWS)
    return TRUE;

  sqlite3_stmt *stmt = connection_query (
      store->writer, error, "SELECT tbl, row_id FROM syncline_change WHERE id BETWEEN ?1 AND ?2",
      "ii", first, last);
  if (stmt == NULL)
    return FALSE;
  Step step;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    notices_add_row (store->notices, column_text (stmt, 0), column_text (stmt, 1),
                     sqlite3_column_bytes (stmt, 1));
  return step == STEP_DONE;
}

/* Local-only tables have no triggers. */
static gboolean
gather_local_rows (Store *store, Table *table, GError **error)
{
  GArray *rowids = notices_get_rowids (store->notices, table->name);

  if (rowids == NULL || rowids->len == 0)
    return TRUE;
  if (table->get_id == NULL)
    {
      g_autoptr (GString) sql = g_string_new ("SELECT \"id\" FROM ");
      sql_append_identifier (sql, table->name);
      g_string_append (sql, " WHERE rowid = ?1");
      table->get_id = connection_prepare (store->writer, sql->str, error);
      if (table->get_id == NULL)
        return FALSE;
    }
  for (guint i = 0; i < rowids->len; i++)
    {
      sqlite3_bind_int64 (table->get_id, 1, g_array_index (rowids, gint64, i));
      Step step = connection_step (store->writer, table->get_id, error);
      if (step == STEP_ROW)
        notices_add_row (store->notices, table->name, column_text (table->get_id, 0), -1);
      sqlite3_reset (table->get_id);
      if (step == STEP_ERROR)
        return FALSE;
    }
  return TRUE;
}

static gboolean
gather_all_local_rows (Store *store, GError **error)
{
  for (guint i = 0; i < store->tables->all->len; i++)
    {
      Table *table = g_ptr_array_index (store->tables->all, i);
      if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY && !gather_local_rows (store, table, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
finish_capture (Store *store, GError **error)
{
  gint64 first, last;

  if (notices_get_replaced (store->notices)
      && !connection_run (store->writer, error, "DELETE FROM syncline_replaced", ""))
    return FALSE;
  if (!gather_all_local_rows (store, error))
    return FALSE;
  if (!notices_get_queued (store->notices, &first, &last))
    return TRUE;
  return gather_queued_rows (store, first, last, error) && move_number_on (store, error);
}

gboolean
store_commit (Store *store, SynclineChangeOrigin origin, GError **error)
{
  gboolean noted;

  if (!finish_capture (store, error) || !external_note (store, origin, &noted, error)
      || !connection_run (store->writer, error, "COMMIT", ""))
    {
      store_rollback (store);
      return FALSE;
    }
  external_skip_own (store, noted);
  Notices *notices = notices_take (store->notices);
  store_unlock_writer (store);

  notices_report (notices, store->host, origin);
  notices_free (notices);
  store_report_external (store);
  return TRUE;
}

void
store_rollback (Store *store)
{
  /* Some errors have rolled back already. A cancel must not keep it from rolling back. */
  store->writer->cancellable = NULL;
  if (!sqlite3_get_autocommit (store->writer->handle))
    connection_run (store->writer, NULL, "ROLLBACK", "");
  notices_reset (store->notices);
  store_unlock_writer (store);
  store_report_external (store);
}

gboolean
store_end (Store *store, gboolean ok, SynclineChangeOrigin origin, GError **error)
{
  if (ok)
    return store_commit (store, origin, error);
  store_rollback (store);
  return FALSE;
}

gboolean
store_pause_capture (Store *store, GError **error)
{
  store->paused = TRUE;
  return connection_run (store->writer, error, "UPDATE syncline_state SET applying = 1", "");
}

gboolean
store_resume_capture (Store *store, GError **error)
{
  return connection_run (store->writer, error, "UPDATE syncline_state SET applying = 0", "");
}
