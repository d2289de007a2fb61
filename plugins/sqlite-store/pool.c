/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Who may use which connection: one writer, so that writes queue up here rather than in SQLite's busy
 * handler, and a few readers, which in WAL mode never wait for it. */

#include "config.h"

#include "sqlite-store/store.h"

/* Between two looks at the cancellable. */
#define POLL (20 * G_TIME_SPAN_MILLISECOND)

/* Has the mutex: waits for a signal, but not for long. */
static gboolean
wait_a_little (Store *store, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (cancellable == NULL)
    g_cond_wait (&store->released, &store->mutex);
  else
    g_cond_wait_until (&store->released, &store->mutex, g_get_monotonic_time () + POLL);
  return TRUE;
}

static gboolean
set_closed_error (GError **error)
{
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                       "The local database is not open");
  return FALSE;
}

/* Has the mutex. Who comes lets all go first who wait: one thread that writes again and again would otherwise
 * keep the others out. */
static gboolean
wait_for_writer (Store *store, GCancellable *cancellable, GError **error)
{
  if (!store->writing && store->n_waiting == 0)
    return TRUE;
  gboolean ok = TRUE;
  store->n_waiting++;
  do
    ok = wait_a_little (store, cancellable, error);
  while (ok && store->writing);
  store->n_waiting--;
  if (!ok)
    g_cond_broadcast (&store->released);
  return ok;
}

gboolean
store_lock_writer (Store *store, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);
  if (!wait_for_writer (store, cancellable, error))
    return FALSE;
  if (store->writer == NULL)
    return set_closed_error (error);
  store->writing = TRUE;
  store->writer->cancellable = cancellable;
  return TRUE;
}

gboolean
store_try_lock_writer (Store *store)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);

  if (store->writing || store->writer == NULL)
    return FALSE;
  store->writing = TRUE;
  return TRUE;
}

void
store_unlock_writer (Store *store)
{
  store->writer->cancellable = NULL;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);
  store->writing = FALSE;
  g_cond_broadcast (&store->released);
}

/* A reader sees the file only: it can't write, whatever it is asked. */
static Connection *
open_reader (Store *store, GCancellable *cancellable, GError **error)
{
  Connection *reader = connection_open (store->config->path, SQLITE_OPEN_READONLY,
                                        store->config->busy_timeout, cancellable, error);

  if (reader != NULL && !connection_exec (reader, "PRAGMA query_only = ON", error))
    g_clear_pointer (&reader, connection_close);
  return reader;
}

Connection *
store_take_reader (Store *store, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);

  if (store->writer == NULL)
    {
      set_closed_error (error);
      return NULL;
    }
  while (store->idle.length == 0 && store->n_readers >= (guint) store->config->readers)
    if (!wait_a_little (store, cancellable, error))
      return NULL;

  Connection *reader = g_queue_pop_head (&store->idle);
  if (reader == NULL)
    {
      reader = open_reader (store, cancellable, error);
      if (reader == NULL)
        return NULL;
      store->n_readers++;
    }
  reader->cancellable = cancellable;
  return reader;
}

void
store_return_reader (Store *store, Connection *reader)
{
  reader->cancellable = NULL;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);
  g_queue_push_head (&store->idle, reader);
  g_cond_broadcast (&store->released);
}

void
store_close_readers (Store *store)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->mutex);
  Connection *reader;

  while ((reader = g_queue_pop_head (&store->idle)) != NULL)
    connection_close (reader);
  store->n_readers = 0;
}
