/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What other connections and processes wrote.
 *
 * SQLite says that they did. The file says what, by what it has that it had not at the last look:
 * - What went through the capture triggers is in the queue, above the last number, as long as nobody sent it.
 * - What a process with this store wrote past them (downloads, tables without triggers) it noted in
 *   syncline_written, with a version that only grows.
 * - What other programs wrote to tables without triggers is nowhere. Such tables are always named.
 * Each process keeps its own position, so that any number of them can look. Where these leave a doubt, any table may
 * have changed: a notice too much costs a query, one too few shows old rows. */

#include "config.h"

#include "sqlite-store/store.h"

/* More queued changes than this are not read: whoever waits for the writer waits for it, too. */
#define MAX_QUEUED (10 * NOTICES_MAX_ROWS)

/* --- What is noted for others ------------------------------------------------------------------------- */

static gboolean
is_captured (Store *store, const char *name)
{
  const Table *table = tables_find (store->tables, name);

  return table != NULL && table->mode != SYNCLINE_TABLE_LOCAL_ONLY;
}

gboolean
external_note (Store *store, SynclineChangeOrigin origin, gboolean *out_noted, GError **error)
{
  const gboolean past_triggers = store->paused || origin == SYNCLINE_CHANGE_DOWNLOADED;
  guint n_tables;
  g_autofree const char **names = notices_get_tables (store->notices, &n_tables);

  *out_noted = FALSE;
  for (guint i = 0; i < n_tables; i++)
    {
      if (!past_triggers && is_captured (store, names[i]))
        continue;
      if (!connection_run (store->writer, error,
                           "INSERT INTO syncline_written (tbl, version) VALUES (?1, ?2)"
                           " ON CONFLICT (tbl) DO UPDATE SET version = excluded.version",
                           "si", names[i], store->position.written + 1))
        return FALSE;
      *out_noted = TRUE;
    }
  return TRUE;
}

gboolean
external_note_any (Store *store, GError **error)
{
  return connection_run (store->writer, error,
                         "INSERT INTO syncline_written (tbl, version)"
                         " SELECT '', ifnull(max(version), 0) + 1 FROM syncline_written WHERE true"
                         " ON CONFLICT (tbl) DO UPDATE SET version = excluded.version",
                         "");
}

void
external_skip_own (Store *store, gboolean noted)
{
  gint64 first, last;

  if (noted)
    store->position.written++;
  if (notices_get_queued (store->notices, &first, &last))
    store->position.queued = MAX (store->position.queued, last);
}

/* --- What others noted -------------------------------------------------------------------------------- */

static gboolean
read_position (Store *store, Position *out_position, GError **error)
{
  return connection_get_int (store->writer, &out_position->data_version, error,
                             "PRAGMA data_version", "")
         && connection_get_int (store->writer, &out_position->schema_version, error,
                                "PRAGMA schema_version", "")
         && connection_get_int (store->writer, &out_position->queued, error,
                                "SELECT max(id) FROM syncline_change", "")
         && connection_get_int (store->writer, &out_position->written, error,
                                "SELECT max(version) FROM syncline_written", "");
}

/* The numbers in the queue have no gaps, so that those that left it already are missed. */
static gboolean
gather_queued (Store *store, Notices *notices, const Position *now, GError **error)
{
  const gint64 n_new = now->queued - store->position.queued;
  gint64 n_found = 0;
  Step step;

  if (n_new == 0)
    return TRUE;
  if (n_new < 0 || n_new > MAX_QUEUED)
    {
      notices_add_any (notices);
      return TRUE;
    }
  sqlite3_stmt *stmt = connection_query (
      store->writer, error, "SELECT tbl, row_id FROM syncline_change WHERE id > ?1 AND op > 0", "i",
      store->position.queued);
  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      notices_add_row (notices, column_text (stmt, 0), column_text (stmt, 1),
                       sqlite3_column_bytes (stmt, 1));
      n_found++;
    }
  if (n_found != n_new)
    notices_add_any (notices);
  return step == STEP_DONE;
}

/* A note without a name is of any table, or of what was forgotten when the file was cleared. */
static gboolean
gather_written (Store *store, Notices *notices, const Position *now, GError **error)
{
  Step step;

  if (now->written < store->position.written)
    notices_add_any (notices);
  if (now->written <= store->position.written)
    return TRUE;
  sqlite3_stmt *stmt = connection_query (store->writer, error,
                                         "SELECT tbl FROM syncline_written WHERE version > ?1", "i",
                                         store->position.written);
  if (stmt == NULL)
    return FALSE;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    if (*column_text (stmt, 0) == '\0')
      notices_add_any (notices);
    else
      notices_add_table (notices, column_text (stmt, 0));
  return step == STEP_DONE;
}

/* --- What nobody notes -------------------------------------------------------------------------------- */

/* The triggers see the columns that are declared. */
static gboolean
is_traced (Store *store, const char *name, gboolean *out_traced, GError **error)
{
  const Table *table = tables_find (store->tables, name);
  gint64 n_columns;

  *out_traced = FALSE;
  if (table == NULL || table->mode != SYNCLINE_TABLE_SYNCED)
    return TRUE;
  if (!connection_get_int (store->writer, &n_columns, error,
                           "SELECT count(*) FROM pragma_table_xinfo (?1)", "s", name))
    return FALSE;
  *out_traced
      = n_columns
        == 1 + (gint64) table->n_columns + (syncline_table_get_metadata (table->schema) ? 1 : 0);
  return TRUE;
}

static GPtrArray *
list_untraced (Store *store, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Step step;
  sqlite3_stmt *stmt = connection_query (store->writer, error,
                                         "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                         " AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
                                         " AND name NOT LIKE 'syncline!_%' ESCAPE '!'",
                                         "");

  if (stmt == NULL)
    return NULL;
  while ((step = connection_step (store->writer, stmt, error)) == STEP_ROW)
    {
      const char *name = column_text (stmt, 0);
      gboolean traced;
      if (!is_traced (store, name, &traced, error))
        {
          sqlite3_reset (stmt);
          return NULL;
        }
      if (!traced)
        g_ptr_array_add (names, g_strdup (name));
    }
  return step == STEP_DONE ? g_steal_pointer (&names) : NULL;
}

/* The store's views follow the queue, which changes with what others send as well. */
static gboolean
gather_untraced (Store *store, Notices *notices, GError **error)
{
  if (store->untraced == NULL)
    store->untraced = list_untraced (store, error);
  if (store->untraced == NULL)
    return FALSE;
  for (guint i = 0; i < store->untraced->len; i++)
    notices_add_table (notices, g_ptr_array_index (store->untraced, i));
  notices_add_table (notices, "syncline_row_state");
  notices_add_table (notices, "syncline_transaction_state");
  return TRUE;
}

/* --- Looking ------------------------------------------------------------------------------------------ */

static gboolean
gather (Store *store, Notices *notices, const Position *now, GError **error)
{
  if (now->schema_version != store->position.schema_version)
    {
      g_clear_pointer (&store->untraced, g_ptr_array_unref);
      notices_add_any (notices);
    }
  return gather_queued (store, notices, now, error) && gather_written (store, notices, now, error)
         && gather_untraced (store, notices, error);
}

/* Within a transaction, which sees one state of the file. Adds to what was not reported yet. */
static gboolean
look_closer (Store *store, GError **error)
{
  Position now;

  if (!read_position (store, &now, error))
    return FALSE;
  if (store->position.data_version == 0)
    {
      store->position = now;
      return TRUE;
    }

  g_mutex_lock (&store->mutex);
  Notices *notices = g_steal_pointer (&store->external);
  g_mutex_unlock (&store->mutex);
  if (notices == NULL)
    notices = notices_new ();
  const gboolean ok = gather (store, notices, &now, error);
  if (ok)
    {
      store->position = now;
      store->n_external++;
    }
  g_mutex_lock (&store->mutex);
  store->external = notices;
  g_mutex_unlock (&store->mutex);
  return ok;
}

gboolean
store_check_external (Store *store, GError **error)
{
  gint64 version;

  /* Counts the commits of all connections but this one, which makes all of ours. */
  if (!connection_get_int (store->writer, &version, error, "PRAGMA data_version", ""))
    return FALSE;
  if (version == store->position.data_version)
    return TRUE;
  if (!sqlite3_get_autocommit (store->writer->handle))
    return look_closer (store, error);

  if (!connection_run (store->writer, error, "BEGIN", ""))
    return FALSE;
  const gboolean ok = look_closer (store, error);
  /* Nothing was written. */
  connection_run (store->writer, NULL, "ROLLBACK", "");
  return ok;
}

void
store_report_external (Store *store)
{
  g_mutex_lock (&store->mutex);
  Notices *notices = g_steal_pointer (&store->external);
  g_mutex_unlock (&store->mutex);

  if (notices == NULL)
    return;
  notices_report (notices, store->host, SYNCLINE_CHANGE_EXTERNAL);
  notices_free (notices);
}
