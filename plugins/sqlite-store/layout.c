/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The store's own tables.
 *
 * The queue: syncline_change, filled by the triggers of capture.c under the number and the flag in
 * syncline_state. The last change that left it stays as a mark, with op 0, so that its number is not given
 * again; AUTOINCREMENT would cost each insert another page. What was inserted is there as it is (native.c). Changes that the server refused: syncline_rejected. What rows were on the server before
 * the local changes that have left the queue: syncline_shadow.
 *
 * Rows of which a change was refused: syncline_held, with the number of the last change that was queued then.
 * Patches of the row up to that one build on what the server does not have, and are not sent.
 *
 * The download: a bucket's operations wait in syncline_staged, in the order in which they came, until they
 * are applied. Applying merges them into syncline_oplog, which says which buckets hold which row with
 * which operation. The data of the operation that wins is the row in the application's table and nowhere
 * else; data is set only for the other copies of a row that several buckets or subkeys hold. A bucket
 * that is removed or cleared just leaves its number to syncline_gone: what still bears the number is
 * void, and goes with the next full checkpoint. Numbers are not used again.
 *
 * Operations of a first sync do not wait in the database but in a file beside it (spool.c). Tables that begin
 * with syncline_fresh_ are what is made of them, before it is shown (fill.c).
 *
 * What others can't see in the queue: syncline_written, with the tables that a download or a write without triggers
 * changed, and a version that grows with each (external.c).
 *
 * The sum over all operations since the last CLEAR is a bucket's checksum, whichever of them are still
 * needed; so operations need not keep theirs. */

#include "config.h"

#include "sqlite-store/native.h"

#define FORMAT 1

static const char layout_sql[]
    = "CREATE TABLE syncline_meta (key TEXT PRIMARY KEY NOT NULL, value) WITHOUT ROWID;"
      "CREATE TABLE syncline_note (key TEXT PRIMARY KEY NOT NULL, value TEXT) WITHOUT ROWID;"
      "CREATE TABLE syncline_state (applying INTEGER NOT NULL, tx INTEGER NOT NULL);"
      "INSERT INTO syncline_state VALUES (0, 1);"
      "CREATE TABLE syncline_change (id INTEGER PRIMARY KEY, tx INTEGER NOT NULL,"
      " op INTEGER NOT NULL, tbl TEXT NOT NULL, row_id TEXT NOT NULL, data TEXT, old TEXT,"
      " previous TEXT, metadata TEXT, shape INTEGER, " NATIVE_COLUMNS ");"
      "CREATE TABLE syncline_replaced (tbl TEXT NOT NULL, row_id TEXT NOT NULL, old TEXT,"
      " PRIMARY KEY (tbl, row_id));"
      "CREATE TABLE syncline_rejected (id INTEGER PRIMARY KEY, tx INTEGER NOT NULL,"
      " op INTEGER NOT NULL, tbl TEXT NOT NULL, row_id TEXT NOT NULL, data TEXT, old TEXT,"
      " previous TEXT, metadata TEXT, status INTEGER, code TEXT, message TEXT, details TEXT,"
      " hint TEXT, rejected_at INTEGER);"
      "CREATE TABLE syncline_table (name TEXT PRIMARY KEY NOT NULL, server_name TEXT NOT NULL,"
      " mode INTEGER NOT NULL, adopted INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE syncline_column (tbl TEXT NOT NULL, name TEXT NOT NULL, affinity TEXT NOT NULL,"
      " PRIMARY KEY (tbl, name)) WITHOUT ROWID;"
      "CREATE TABLE syncline_index (name TEXT PRIMARY KEY NOT NULL, tbl TEXT NOT NULL)"
      " WITHOUT ROWID;"
      "CREATE TABLE syncline_type (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
      "CREATE TABLE syncline_shadow (type INTEGER NOT NULL, row_id TEXT NOT NULL, data TEXT,"
      " PRIMARY KEY (type, row_id)) WITHOUT ROWID;"
      "CREATE TABLE syncline_bucket (id INTEGER PRIMARY KEY AUTOINCREMENT,"
      " name TEXT NOT NULL UNIQUE, last_op INTEGER NOT NULL DEFAULT 0,"
      " last_applied_op INTEGER NOT NULL DEFAULT 0, checksum INTEGER NOT NULL DEFAULT 0,"
      " count_at_last INTEGER NOT NULL DEFAULT 0, count_since_last INTEGER NOT NULL DEFAULT 0);"
      "CREATE TABLE syncline_gone (bucket INTEGER PRIMARY KEY);"
      "CREATE TABLE syncline_staged (seq INTEGER PRIMARY KEY, bucket INTEGER NOT NULL,"
      " op_id INTEGER NOT NULL, op INTEGER NOT NULL, type INTEGER NOT NULL, row_id TEXT NOT NULL,"
      " subkey INTEGER NOT NULL, data TEXT);"
      "CREATE TABLE syncline_oplog (type INTEGER NOT NULL, row_id TEXT NOT NULL,"
      " bucket INTEGER NOT NULL, subkey INTEGER NOT NULL, op_id INTEGER NOT NULL, data TEXT,"
      " PRIMARY KEY (type, row_id, bucket, subkey)) WITHOUT ROWID;"
      "CREATE TABLE syncline_untyped (type INTEGER NOT NULL, row_id TEXT NOT NULL,"
      " data TEXT NOT NULL, PRIMARY KEY (type, row_id)) WITHOUT ROWID;"
      "CREATE TABLE syncline_extra (type INTEGER NOT NULL, row_id TEXT NOT NULL,"
      " data TEXT NOT NULL, PRIMARY KEY (type, row_id)) WITHOUT ROWID;";

/* What a file of before it existed gets as well. */
static const char later_sql[]
    = "CREATE TABLE IF NOT EXISTS syncline_shape (id INTEGER PRIMARY KEY, keys TEXT NOT NULL);"
      "CREATE TABLE IF NOT EXISTS syncline_held (tbl TEXT NOT NULL, row_id TEXT NOT NULL,"
      " last INTEGER NOT NULL, PRIMARY KEY (tbl, row_id)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS syncline_written (tbl TEXT PRIMARY KEY NOT NULL,"
      " version INTEGER NOT NULL) WITHOUT ROWID";

/* The columns for values as they are. */
static gboolean
add_native_columns (Store *store, GError **error)
{
  g_auto (GStrv) names = g_strsplit ("shape, " NATIVE_COLUMNS, ", ", -1);
  gint64 present;

  if (!connection_get_int (store->writer, &present, error,
                           "SELECT count(*) FROM pragma_table_info ('syncline_change')"
                           " WHERE name = 'shape'",
                           ""))
    return FALSE;
  for (guint i = 0; present == 0 && names[i] != NULL; i++)
    {
      g_autofree char *sql
          = g_strdup_printf ("ALTER TABLE syncline_change ADD COLUMN %s", names[i]);
      if (!connection_exec (store->writer, sql, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_later (Store *store, GError **error)
{
  return connection_exec (store->writer, later_sql, error) && add_native_columns (store, error)
         && state_make_views (store, error);
}

static gboolean
check_format (Store *store, GError **error)
{
  gint64 format;

  if (!meta_get_int (store->writer, "format", &format, error))
    return FALSE;
  if (format == FORMAT)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
               "“%s” has format %" G_GINT64_FORMAT ", this version knows formats up to %d: it was"
               " written by a newer version; use that one",
               store->config->path, format, FORMAT);
  return FALSE;
}

static gboolean
has_layout (Store *store, gboolean *out_has, GError **error)
{
  gint64 found;

  if (!connection_get_int (store->writer, &found, error,
                           "SELECT count(*) FROM sqlite_schema"
                           " WHERE type = 'table' AND name = 'syncline_meta'",
                           ""))
    return FALSE;
  *out_has = found != 0;
  return TRUE;
}

static gboolean
make_layout (Store *store, GError **error)
{
  g_autofree char *client_id = g_uuid_string_random ();

  return connection_exec (store->writer, layout_sql, error) && make_later (store, error)
         && meta_set_int (store->writer, "format", FORMAT, error)
         && connection_run (store->writer, error,
                            "INSERT INTO syncline_note (key, value) VALUES ('client-id', ?1)", "s",
                            client_id);
}

gboolean
layout_prepare (Store *store, GError **error)
{
  gboolean has;

  if (!has_layout (store, &has, error))
    return FALSE;
  if (has)
    return check_format (store, error) && make_later (store, error);

  /* Another process may make it at the same time. */
  if (!connection_run (store->writer, error, "BEGIN IMMEDIATE", ""))
    return FALSE;
  gboolean ok = has_layout (store, &has, error)
                && (has ? check_format (store, error) : make_layout (store, error))
                && connection_run (store->writer, error, "COMMIT", "");
  if (!ok && !sqlite3_get_autocommit (store->writer->handle))
    connection_run (store->writer, NULL, "ROLLBACK", "");
  return ok;
}
