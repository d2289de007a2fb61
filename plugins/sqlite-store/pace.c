/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/pace.h"

/* How long others may find the database locked, and what a transaction holds. */
#define TRANSACTION_TIME (4 * G_TIME_SPAN_MILLISECOND)
#define MIN_ROWS 100
#define MAX_ROWS 4000

/* When others write, they come first: for so long after, the time between two transactions is so many
 * times theirs. */
#define POLITE_TIME (2 * G_TIME_SPAN_SECOND)
#define POLITE_SHARE 4

/* How long the write-ahead log becomes before it is written to the database, as by default in SQLite. */
#define LOG_PAGES 1000

/* Called after each commit. SQLite's default would write the log to the database there and then, while the
 * application waits for the writer. */
static int
on_commit (void *data, sqlite3 *handle, const char *database, int n_pages)
{
  Pace *pace = data;

  pace->n_log_pages = n_pages;
  return SQLITE_OK;
}

gboolean
pace_start (Pace *pace, Store *store, GCancellable *cancellable, GError **error)
{
  const StoreConfig *config = store->config;

  *pace = (Pace){ .store = store, .n_rows = MIN_ROWS };
  pace->checkpointer = connection_open (config->path, SQLITE_OPEN_READWRITE, config->busy_timeout,
                                        cancellable, error);
  if (pace->checkpointer == NULL
      || !connection_exec (pace->checkpointer, "PRAGMA synchronous = NORMAL", error)
      || !store_lock_writer (store, cancellable, error))
    {
      g_clear_pointer (&pace->checkpointer, connection_close);
      return FALSE;
    }
  sqlite3_wal_hook (store->writer->handle, on_commit, pace);
  pace->n_external = store->n_external;
  store_unlock_writer (store);
  return TRUE;
}

/* Others may write meanwhile. */
static void
shorten_log (Pace *pace)
{
  if (pace->n_log_pages < LOG_PAGES)
    return;
  sqlite3_wal_checkpoint_v2 (pace->checkpointer->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                             NULL);
  pace->n_log_pages = 0;
}

void
pace_stop (Pace *pace)
{
  if (pace->checkpointer == NULL)
    return;
  shorten_log (pace);
  if (store_lock_writer (pace->store, NULL, NULL))
    {
      sqlite3_wal_autocheckpoint (pace->store->writer->handle, LOG_PAGES);
      store_unlock_writer (pace->store);
    }
  g_clear_pointer (&pace->checkpointer, connection_close);
}

gboolean
pace_begin (Pace *pace, GCancellable *cancellable, GError **error)
{
  if (!store_begin (pace->store, cancellable, error))
    return FALSE;
  pace->begin = g_get_monotonic_time ();
  if (pace->store->n_external != pace->n_external)
    pace->polite_until = pace->begin + POLITE_TIME;
  pace->n_external = pace->store->n_external;
  return TRUE;
}

/* Aims at the time that a transaction may take. */
static void
adapt (Pace *pace, guint n_rows, gint64 took)
{
  if (n_rows < MIN_ROWS || took <= 0)
    return;
  gint64 fitting = n_rows * TRANSACTION_TIME / took;
  pace->n_rows = (guint) CLAMP ((pace->n_rows + fitting) / 2, MIN_ROWS, MAX_ROWS);
}

/* SQLite's lock has no queue: who waits for it looks again and again, after growing pauses. */
static void
give_way (Pace *pace, gint64 took)
{
  if (g_get_monotonic_time () < pace->polite_until)
    g_usleep ((gulong) CLAMP (took * POLITE_SHARE, 1000, 20000));
}

gboolean
pace_end (Pace *pace, gboolean ok, guint n_rows, GError **error)
{
  if (!store_end (pace->store, ok, SYNCLINE_CHANGE_DOWNLOADED, error))
    return FALSE;
  const gint64 took = g_get_monotonic_time () - pace->begin;
  adapt (pace, n_rows, took);
  shorten_log (pace);
  give_way (pace, took);
  return TRUE;
}
