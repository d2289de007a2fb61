/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/fill.h"
#include "sqlite-store/native.h"
#include "sqlite-store/spool.h"

/* The numbers of queued changes and of what was written go on: they are never used twice. */
static const char clear_sql[]
    = "DELETE FROM syncline_replaced; DELETE FROM syncline_shadow; DELETE FROM syncline_staged; "
      "DELETE FROM syncline_oplog;"
      "DELETE FROM syncline_bucket; DELETE FROM syncline_gone; DELETE FROM syncline_untyped;"
      "DELETE FROM syncline_extra; "
      "DELETE FROM syncline_meta WHERE key IN ('" META_ARMED "', '" META_COVERED "', '" META_TARGET
      "', '" META_SEEN "');"
      "UPDATE OR REPLACE syncline_written SET tbl = ''"
      " WHERE version = (SELECT max(version) FROM syncline_written);"
      "DELETE FROM syncline_written WHERE tbl <> ''";

static const char clear_queue_sql[]
    = "DELETE FROM syncline_change WHERE id < (SELECT max(id) FROM syncline_change);"
      "UPDATE syncline_change SET " QUEUE_MARK
      "; DELETE FROM syncline_held; DELETE FROM syncline_rejected;"
      "DELETE FROM syncline_note WHERE key <> 'client-id'";

/* What the rows were on the server is gone with them: what is refused now goes back to nothing, until the server
 * sends the row again. */
static const char keep_queue_sql[]
    = "UPDATE syncline_change SET old = NULL; UPDATE syncline_rejected SET old = NULL;"
      "DELETE FROM syncline_note WHERE key NOT IN ('client-id', 'user-id')";

static gboolean
clear_tables (Store *store, gboolean keep_local, GError **error)
{
  for (guint i = 0; i < store->tables->all->len; i++)
    {
      const Table *table = g_ptr_array_index (store->tables->all, i);
      g_autoptr (GString) sql = g_string_new ("DELETE FROM ");

      if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY && keep_local)
        continue;
      sql_append_identifier (sql, table->name);
      if (!connection_exec (store->writer, sql->str, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
store_clear (gpointer self, SynclineClearFlags flags, GCancellable *cancellable, GError **error)
{
  const gboolean keep_local = (flags & SYNCLINE_CLEAR_KEEP_LOCAL) != 0;
  const gboolean keep_queued = (flags & SYNCLINE_CLEAR_KEEP_QUEUED) != 0;
  Store *store = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->download);

  if (!store_begin (store, cancellable, error))
    return FALSE;
  gboolean ok
      = store_pause_capture (store, error) && clear_tables (store, keep_local, error)
        && connection_exec (store->writer, clear_sql, error)
        && connection_exec (store->writer, keep_queued ? keep_queue_sql : clear_queue_sql, error)
        && spool_forget (store, error) && store_resume_capture (store, error);
  if (!store_end (store, ok, SYNCLINE_CHANGE_LOCAL, error))
    return FALSE;
  g_clear_pointer (&store->fill, fill_free);
  spool_tidy (store);
  return TRUE;
}
