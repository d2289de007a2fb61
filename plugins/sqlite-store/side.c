/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The operations of a first sync pass through a file of their own, which is removed when they are shown.
 * In the database they would leave as much free space as all rows take.
 *
 * Operations are numbered from 1. A line is committed here first, then in the database, together with the
 * bucket's position and META_SIDE. If the database's commit does not happen, the next line overwrites what
 * is here; so a kill at any point loses nothing. A loss of power, or copying only the database, may leave
 * less here than the database counts: then all buckets are fetched again, of which nothing was shown yet. */

#include "config.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "sqlite-store/buckets.h"
#include "sqlite-store/side.h"

#define SUFFIX "-syncline.first"

static const char side_sql[]
    = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF;"
      "CREATE TABLE IF NOT EXISTS syncline_staged (seq INTEGER PRIMARY KEY, bucket INTEGER NOT "
      "NULL,"
      " op_id INTEGER NOT NULL, op INTEGER NOT NULL, type INTEGER NOT NULL, row_id TEXT NOT NULL,"
      " subkey INTEGER NOT NULL, data TEXT)";

void
side_close (Store *store)
{
  g_clear_pointer (&store->side, connection_close);
}

static void
remove_files (Store *store)
{
  static const char *const suffixes[] = { SUFFIX, SUFFIX "-wal", SUFFIX "-shm" };

  side_close (store);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (store->config->path, suffixes[i], NULL);
      g_unlink (path);
    }
}

static char *
get_path (Store *store)
{
  return g_strconcat (store->config->path, SUFFIX, NULL);
}

/* Another process may have finished the first sync, and begun another, since the file was opened here. */
static gboolean
is_current (Store *store, const char *path)
{
  struct stat info;

  return store->side != NULL && stat (path, &info) == 0 && info.st_ino == store->side_inode;
}

static gboolean
open_file (Store *store, GError **error)
{
  g_autofree char *path = get_path (store);
  struct stat info;

  if (is_current (store, path))
    {
      store->side->cancellable = store->writer->cancellable;
      return TRUE;
    }
  side_close (store);
  if (!open_make_file (path, error))
    return FALSE;
  store->side = connection_open (path, SQLITE_OPEN_READWRITE, store->config->busy_timeout,
                                 store->writer->cancellable, error);
  if (store->side == NULL || !connection_exec (store->side, side_sql, error))
    {
      side_close (store);
      return FALSE;
    }
  store->side_inode = stat (path, &info) == 0 ? info.st_ino : 0;
  return TRUE;
}

/* --- Losses -------------------------------------------------------------------------------------------- */

static gboolean
forget_all_buckets (Store *store, GError **error)
{
  return connection_run (store->writer, error,
                         "INSERT OR IGNORE INTO syncline_gone (bucket)"
                         " SELECT id FROM syncline_bucket WHERE last_applied_op <> 0",
                         "")
         && connection_run (store->writer, error, "DELETE FROM syncline_bucket", "");
}

/* A damaged file is as good as none. Other errors may pass. */
static gboolean
has_all (Store *store, gint64 next, gboolean *out_has, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 last;

  if (open_file (store, &local_error)
      && connection_get_int (store->side, &last, &local_error,
                             "SELECT max(seq) FROM syncline_staged", ""))
    {
      *out_has = last >= next - 1;
      return TRUE;
    }
  *out_has = FALSE;
  if (g_error_matches (local_error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
side_open (Store *store, gint64 *out_next, GError **error)
{
  gint64 next;
  gboolean has;

  if (!meta_get_int (store->writer, META_SIDE, &next, error))
    return FALSE;
  *out_next = next;
  if (next == 0)
    {
      side_close (store);
      return TRUE;
    }
  if (!has_all (store, next, &has, error))
    return FALSE;
  if (has)
    return TRUE;
  syncline_host_log (store->host, G_LOG_LEVEL_MESSAGE,
                     "“%s%s” is damaged or missing; the first sync begins anew",
                     store->config->path, SUFFIX);
  *out_next = 0;
  return forget_all_buckets (store, error) && side_forget (store, error);
}

gboolean
side_check (Store *store, GError **error)
{
  g_autofree char *path = get_path (store);
  gint64 next;

  if (!meta_get_int (store->writer, META_SIDE, &next, error))
    return FALSE;
  if (next == 0 && !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!connection_run (store->writer, error, "BEGIN IMMEDIATE", ""))
    return FALSE;
  gboolean ok = side_open (store, &next, error);
  if (ok && next == 0)
    remove_files (store);
  if (ok && connection_run (store->writer, error, "COMMIT", ""))
    return TRUE;
  connection_run (store->writer, NULL, "ROLLBACK", "");
  return FALSE;
}

/* --- Lines --------------------------------------------------------------------------------------------- */

/* A file from before holds nothing that counts. */
static gboolean
start (Store *store, gint64 *out_next, GError **error)
{
  gint64 used;

  if (!connection_get_int (store->writer, &used, error,
                           "SELECT EXISTS (SELECT 1 FROM syncline_oplog)"
                           " OR EXISTS (SELECT 1 FROM syncline_staged)",
                           ""))
    return FALSE;
  if (used)
    return TRUE;
  remove_files (store);
  *out_next = 1;
  return open_file (store, error);
}

gboolean
side_begin_line (Store *store, gint64 *out_next, GError **error)
{
  if (!side_open (store, out_next, error) || (*out_next == 0 && !start (store, out_next, error)))
    return FALSE;
  if (*out_next == 0)
    return TRUE;
  return connection_run (store->side, error, "BEGIN IMMEDIATE", "")
         && connection_run (store->side, error, "DELETE FROM syncline_staged WHERE seq >= ?1", "i",
                            *out_next);
}

gboolean
side_end_line (Store *store, gboolean ok, gint64 next, GError **error)
{
  if (store->side == NULL)
    return ok;
  if (ok && next != 0)
    ok = connection_run (store->side, error, "COMMIT", "")
         && meta_set_int (store->writer, META_SIDE, next, error);
  if (!sqlite3_get_autocommit (store->side->handle))
    connection_run (store->side, NULL, "ROLLBACK", "");
  return ok;
}

/* --- The end ------------------------------------------------------------------------------------------- */

gboolean
side_forget (Store *store, GError **error)
{
  return meta_set_int (store->writer, META_SIDE, 0, error);
}

static gboolean
move_row (Store *store, sqlite3_stmt *from, GError **error)
{
  sqlite3_stmt *insert = connection_get_statement (
      store->writer,
      "INSERT INTO syncline_staged (bucket, op_id, op, type, row_id, subkey, data)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      error);

  if (insert == NULL)
    return FALSE;
  for (int i = 0; i < 7; i++)
    sqlite3_bind_value (insert, i + 1, sqlite3_column_value (from, i));
  return connection_step (store->writer, insert, error) != STEP_ERROR;
}

gboolean
side_move (Store *store, GError **error)
{
  gint64 next;

  if (!side_open (store, &next, error))
    return FALSE;
  if (next == 0)
    return TRUE;
  sqlite3_stmt *from = connection_query (
      store->side, error,
      "SELECT bucket, op_id, op, type, row_id, subkey, data FROM syncline_staged"
      " WHERE seq < ?1 ORDER BY seq",
      "i", next);
  if (from == NULL)
    return FALSE;
  Step step;
  while ((step = connection_step (store->side, from, error)) == STEP_ROW)
    if (!move_row (store, from, error))
      {
        sqlite3_reset (from);
        return FALSE;
      }
  return step == STEP_DONE && side_forget (store, error);
}

/* What is not removed now, is when the database is opened. */
void
side_tidy (Store *store)
{
  gint64 next;

  if (!store_lock_writer (store, NULL, NULL))
    return;
  if (meta_get_int (store->writer, META_SIDE, &next, NULL) && next == 0)
    remove_files (store);
  store_unlock_writer (store);
}
