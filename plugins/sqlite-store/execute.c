/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The application's SQL. */

#include "config.h"

#include "sqlite-store/guard.h"
#include "sqlite-store/store.h"

/* --- Parameters -------------------------------------------------------------------------------------- */

static void
bind_value (sqlite3_stmt *stmt, int index, const SynclineValue *value)
{
  gssize length = value->length;

  switch (value->type)
    {
    case SYNCLINE_VALUE_NULL:
      sqlite3_bind_null (stmt, index);
      break;
    case SYNCLINE_VALUE_INTEGER:
      sqlite3_bind_int64 (stmt, index, value->integer);
      break;
    case SYNCLINE_VALUE_REAL:
      sqlite3_bind_double (stmt, index, value->real);
      break;
    case SYNCLINE_VALUE_TEXT:
      if (length < 0)
        length = (gssize) strlen (value->text);
      sqlite3_bind_text64 (stmt, index, value->text, (sqlite3_uint64) length, SQLITE_STATIC,
                           SQLITE_UTF8);
      break;
    case SYNCLINE_VALUE_BLOB:
      /* No bytes at all are a blob, too, not NULL. */
      sqlite3_bind_blob64 (stmt, index, value->text != NULL ? value->text : "",
                           (sqlite3_uint64) MAX (length, 0), SQLITE_STATIC);
      break;
    }
}

static gboolean
bind_values (sqlite3_stmt *stmt, const SynclineStatement *statement, GError **error)
{
  guint n_parameters = (guint) sqlite3_bind_parameter_count (stmt);

  if (statement->names == NULL && statement->n_values != n_parameters)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL,
                   "The statement has %u parameters, but %u values were given", n_parameters,
                   statement->n_values);
      return FALSE;
    }
  for (guint i = 0; i < statement->n_values; i++)
    {
      int index = (int) i + 1;
      if (statement->names != NULL)
        index = sqlite3_bind_parameter_index (stmt, statement->names[i]);
      if (index == 0)
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL,
                       "The statement has no parameter “%s”", statement->names[i]);
          return FALSE;
        }
      bind_value (stmt, index, &statement->values[i]);
    }
  return TRUE;
}

/* --- Rows -------------------------------------------------------------------------------------------- */

static void
get_value (sqlite3_stmt *stmt, int column, SynclineValue *out_value)
{
  *out_value = (SynclineValue){ 0 };
  switch (sqlite3_column_type (stmt, column))
    {
    case SQLITE_INTEGER:
      out_value->type = SYNCLINE_VALUE_INTEGER;
      out_value->integer = sqlite3_column_int64 (stmt, column);
      break;
    case SQLITE_FLOAT:
      out_value->type = SYNCLINE_VALUE_REAL;
      out_value->real = sqlite3_column_double (stmt, column);
      break;
    case SQLITE_TEXT:
      out_value->type = SYNCLINE_VALUE_TEXT;
      out_value->text = (const char *) sqlite3_column_text (stmt, column);
      out_value->length = sqlite3_column_bytes (stmt, column);
      break;
    case SQLITE_BLOB:
      out_value->type = SYNCLINE_VALUE_BLOB;
      out_value->text = sqlite3_column_blob (stmt, column);
      out_value->length = sqlite3_column_bytes (stmt, column);
      break;
    default:
      out_value->type = SYNCLINE_VALUE_NULL;
      break;
    }
}

/* Runs a statement to its end, or until func has had enough. A statement that writes has written
 * everything before its first row. */
static gboolean
run_rows (Connection *connection,
          sqlite3_stmt *stmt,
          SynclineRowFunc func,
          gpointer user_data,
          GError **error)
{
  guint n = (guint) sqlite3_column_count (stmt);
  g_autofree const char **names = g_new0 (const char *, n + 1);
  g_autofree SynclineValue *values = g_new0 (SynclineValue, n + 1);
  Step step = connection_step (connection, stmt, error);
  gboolean more = func != NULL && n > 0 && step != STEP_ERROR;

  for (guint i = 0; i < n; i++)
    names[i] = sqlite3_column_name (stmt, (int) i);
  if (more)
    more = func (n, names, NULL, user_data);
  while (step == STEP_ROW)
    {
      for (guint i = 0; more && i < n; i++)
        get_value (stmt, (int) i, &values[i]);
      if (!more || !func (n, names, values, user_data))
        {
          sqlite3_reset (stmt);
          return TRUE;
        }
      step = connection_step (connection, stmt, error);
    }
  return step == STEP_DONE;
}

static gboolean
run (Connection *connection,
     Notices *notices,
     const SynclineStatement *statement,
     SynclineRowFunc func,
     gpointer user_data,
     gint64 *out_changed,
     GError **error)
{
  AppStatement *app = connection_get_app (connection, statement->sql, error);
  if (app == NULL)
    return FALSE;

  gint64 total = sqlite3_total_changes64 (connection->handle);
  Updates *outer = notices_set_updates (notices, app->updates);
  gboolean ok = bind_values (app->stmt, statement, error)
                && run_rows (connection, app->stmt, func, user_data, error);
  notices_set_updates (notices, outer);
  if (ok && out_changed != NULL)
    *out_changed = sqlite3_total_changes64 (connection->handle) != total
                       ? sqlite3_changes64 (connection->handle)
                       : 0;
  connection_release_app (connection, app);
  return ok;
}

/* --- Reading ------------------------------------------------------------------------------------------ */

/* Runs the statement on a reader if it only reads; otherwise sets out_writes, or an error if it must
 * only read. */
static gboolean
read_rows (Store *store,
           const SynclineStatement *statement,
           SynclineRowFunc func,
           gpointer user_data,
           gboolean *out_writes,
           GCancellable *cancellable,
           GError **error)
{
  Connection *reader = store_take_reader (store, cancellable, error);
  if (reader == NULL)
    return FALSE;

  AppStatement *app = connection_get_app (reader, statement->sql, error);
  gboolean ok = app != NULL;
  *out_writes = ok && !sqlite3_stmt_readonly (app->stmt);
  if (*out_writes && statement->read_only)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL,
                           "The statement writes, where only reading is allowed");
      ok = FALSE;
    }
  else if (ok && !*out_writes)
    ok = bind_values (app->stmt, statement, error)
         && run_rows (reader, app->stmt, func, user_data, error);
  if (app != NULL)
    connection_release_app (reader, app);
  store_return_reader (store, reader);
  return ok;
}

/* --- Writing ------------------------------------------------------------------------------------------ */

static gboolean
run_outside_transaction (Store *store,
                         const SynclineStatement *statement,
                         SynclineRowFunc func,
                         gpointer user_data,
                         gint64 *out_changed,
                         GCancellable *cancellable,
                         GError **error)
{
  if (!store_lock_writer (store, cancellable, error))
    return FALSE;
  gboolean ok = run (store->writer, store->notices, statement, func, user_data, out_changed, error);
  store_unlock_writer (store);
  return ok;
}

gboolean
store_execute (gpointer self,
               const SynclineStatement *statement,
               SynclineRowFunc func,
               gpointer user_data,
               gint64 *out_changed,
               GCancellable *cancellable,
               GError **error)
{
  Store *store = self;

  if (statement->read_only || guard_may_be_read_only (statement->sql))
    {
      gboolean writes;
      if (!read_rows (store, statement, func, user_data, &writes, cancellable, error))
        return FALSE;
      if (!writes)
        {
          if (out_changed != NULL)
            *out_changed = 0;
          return TRUE;
        }
    }
  if (guard_is_outside_transactions (statement->sql))
    return run_outside_transaction (store, statement, func, user_data, out_changed, cancellable,
                                    error);

  gint64 changed = 0;
  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok = run (store->writer, store->notices, statement, func, user_data, &changed, error);
  if (!store_end (store, ok, SYNCLINE_CHANGE_LOCAL, error))
    return FALSE;
  if (out_changed != NULL)
    *out_changed = changed;
  return TRUE;
}

/* --- Transactions of several statements --------------------------------------------------------------- */

gboolean
store_transaction (gpointer self,
                   SynclineTransactionFunc func,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
  Store *store = self;

  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok = func (store->writer, user_data, error);
  return store_end (store, ok, SYNCLINE_CHANGE_LOCAL, error);
}

/* A statement that fails undoes what it did itself; the transaction goes on if its function wants, unless
 * SQLite had to roll all of it back. */
gboolean
store_execute_in (gpointer self,
                  gpointer transaction,
                  const SynclineStatement *statement,
                  SynclineRowFunc func,
                  gpointer user_data,
                  gint64 *out_changed,
                  GCancellable *cancellable,
                  GError **error)
{
  Store *store = self;
  Connection *writer = transaction;
  GCancellable *outer = writer->cancellable;

  if (sqlite3_get_autocommit (writer->handle))
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL,
                           "The transaction was rolled back by an earlier error");
      return FALSE;
    }
  if (cancellable != NULL)
    writer->cancellable = cancellable;
  gboolean ok = run (writer, store->notices, statement, func, user_data, out_changed, error);
  writer->cancellable = outer;
  return ok;
}
