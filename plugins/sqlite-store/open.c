/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "sqlite-store/fill.h"
#include "sqlite-store/guard.h"
#include "sqlite-store/spool.h"

/* A log that one big transaction made long is cut to this. */
#define JOURNAL_SIZE_LIMIT "6291456"

/* The file holds a user's data: nobody else may read it. SQLite gives its other files the same mode. */
gboolean
open_make_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      int code = errno;
      g_set_error (error, SYNCLINE_ERROR,
                   code == ENOSPC || code == EDQUOT ? SYNCLINE_ERROR_FULL : SYNCLINE_ERROR_FAILED,
                   "Can't open “%s”: %s", path, g_strerror (code));
      return FALSE;
    }
  close (fd);
  return TRUE;
}

/* In write-ahead logging, readers and the writer don't wait for each other. While others open the file
 * for the first time, SQLite may refuse without asking the busy handler. */
static gboolean
set_journal_mode (Store *store, GError **error)
{
  for (int tries = 0;; tries++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autofree char *mode = NULL;

      if (connection_get_text (store->writer, &mode, &local_error, "PRAGMA journal_mode = WAL", ""))
        {
          if (g_strcmp0 (mode, "wal") == 0)
            return TRUE;
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED,
                       "“%s” can't be switched to write-ahead logging (its mode stays %s); is it on"
                       " a network file system, or read-only?",
                       store->config->path, mode);
          return FALSE;
        }
      if (tries == 200 || !g_error_matches (local_error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      g_usleep (5000);
    }
}

/* secure_delete, which Debian switches on, would write everything once more that is only passing
 * through. */
static gboolean
set_up_writer (Store *store, GError **error)
{
  g_autofree char *pragmas = g_strdup_printf (
      "PRAGMA synchronous = %s; PRAGMA cache_size = -%" G_GINT64_FORMAT ";"
      "PRAGMA recursive_triggers = ON; PRAGMA secure_delete = OFF;"
      "PRAGMA journal_size_limit = " JOURNAL_SIZE_LIMIT,
      store->config->synchronous == 0 ? "NORMAL" : "FULL", store->config->cache_size / 1024);

  return set_journal_mode (store, error) && connection_exec (store->writer, pragmas, error)
         && layout_prepare (store, error) && migrate (store, error) && spool_check (store, error)
         && store_check_external (store, error);
}

gboolean
store_open (gpointer self, GCancellable *cancellable, GError **error)
{
  Store *store = self;

  if (!open_make_file (store->config->path, error))
    return FALSE;
  store->writer = connection_open (store->config->path, SQLITE_OPEN_READWRITE,
                                   store->config->busy_timeout, cancellable, error);
  if (store->writer == NULL)
    return FALSE;
  store->notices = notices_new ();
  store->tables = tables_new (syncline_host_get_schema (store->host));
  if (!set_up_writer (store, error))
    {
      g_prefix_error (error, "Can't open “%s”: ", store->config->path);
      store_close (store);
      return FALSE;
    }
  for (guint i = 0; i < store->tables->all->len; i++)
    {
      const Table *table = g_ptr_array_index (store->tables->all, i);
      if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY)
        notices_gather_rowids (store->notices, table->name);
    }
  notices_attach (store->notices, store->writer->handle);
  guard_attach (store->writer);
  store->writer->cancellable = NULL;
  return TRUE;
}

void
store_close (gpointer self)
{
  Store *store = self;

  store_watch (store, NULL);
  store_release_sync (store);
  store_close_readers (store);
  if (store->writer != NULL)
    store_flush (store, NULL, NULL);
  spool_reset (store->spool);
  g_clear_pointer (&store->fill, fill_free);
  g_clear_pointer (&store->tables, tables_free);
  g_clear_pointer (&store->writer, connection_close);
  g_clear_pointer (&store->notices, notices_free);
  g_clear_pointer (&store->external, notices_free);
  g_clear_pointer (&store->untraced, g_ptr_array_unref);
  store->position = (Position){ 0 };
}
