/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "client-private.h"

void
syncline_client_end_life (SynclineClient *client)
{
  g_mutex_lock (&client->life_lock);
  g_autoptr (GCancellable) life = g_object_ref (client->life);
  g_mutex_unlock (&client->life_lock);
  g_cancellable_cancel (life);
}

void
syncline_client_begin_life (SynclineClient *client)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&client->life_lock);

  if (!g_cancellable_is_cancelled (client->life))
    return;
  g_object_unref (client->life);
  client->life = g_cancellable_new ();
}

static void
pass_on (GCancellable *cancellable G_GNUC_UNUSED, gpointer both)
{
  g_cancellable_cancel (both);
}

/* Cancelled by either; the caller's own, if any, stays the caller's. */
static void
join_cancellables (SynclineCall *call, GCancellable *cancellable)
{
  SynclineClient *client = call->client;

  g_mutex_lock (&client->life_lock);
  call->life = g_object_ref (client->life);
  g_mutex_unlock (&client->life_lock);
  if (cancellable == NULL)
    {
      call->cancellable = g_object_ref (call->life);
      return;
    }
  call->outer = g_object_ref (cancellable);
  call->cancellable = g_cancellable_new ();
  call->life_handler
      = g_cancellable_connect (call->life, G_CALLBACK (pass_on), call->cancellable, NULL);
  call->outer_handler
      = g_cancellable_connect (call->outer, G_CALLBACK (pass_on), call->cancellable, NULL);
}

void
syncline_call_begin_any (SynclineCall *call, SynclineClient *client, GCancellable *cancellable)
{
  call->client = client;
  join_cancellables (call, cancellable);
  g_rw_lock_reader_lock (&client->open_lock);
}

/* Between two tries to be alone with the client. */
#define PAUSE G_TIME_SPAN_MILLISECOND

static void
begin_alone (SynclineCall *call, SynclineClient *client, GCancellable *cancellable)
{
  call->client = client;
  call->changes = TRUE;
  join_cancellables (call, cancellable);
}

gboolean
syncline_call_begin_open (SynclineCall *call,
                          SynclineClient *client,
                          gboolean *out_is_open,
                          GCancellable *cancellable,
                          GError **error)
{
  /* Never behind those who use it already: they may take for ever. */
  while (!g_rw_lock_writer_trylock (&client->open_lock))
    {
      *out_is_open = FALSE;
      if (g_rw_lock_reader_trylock (&client->open_lock))
        {
          *out_is_open = client->is_open;
          g_rw_lock_reader_unlock (&client->open_lock);
        }
      if (*out_is_open || g_cancellable_set_error_if_cancelled (cancellable, error))
        return *out_is_open;
      g_usleep (PAUSE);
    }
  *out_is_open = client->is_open;
  begin_alone (call, client, cancellable);
  return TRUE;
}

void
syncline_call_begin_close (SynclineCall *call, SynclineClient *client)
{
  /* Each time, since another close and an open may have begun a new life meanwhile. */
  do
    syncline_client_end_life (client);
  while (!g_rw_lock_writer_trylock (&client->open_lock) && (g_usleep (PAUSE), TRUE));
  begin_alone (call, client, NULL);
}

gboolean
syncline_call_begin (SynclineCall *call,
                     SynclineClient *client,
                     GCancellable *cancellable,
                     GError **error)
{
  call->client = client;
  join_cancellables (call, cancellable);
  /* Looked at before the lock, so that a stream of calls does not keep a close from getting it. */
  const gboolean alive = !g_cancellable_is_cancelled (call->life);
  if (alive)
    g_rw_lock_reader_lock (&client->open_lock);
  if (alive && client->is_open)
    return TRUE;

  if (alive)
    g_rw_lock_reader_unlock (&client->open_lock);
  call->client = NULL;
  syncline_call_end (call);
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                       "The client is not open; open it first");
  return FALSE;
}

static void
unlock (SynclineCall *call)
{
  if (call->changes)
    g_rw_lock_writer_unlock (&call->client->open_lock);
  else
    g_rw_lock_reader_unlock (&call->client->open_lock);
}

void
syncline_call_end (SynclineCall *call)
{
  if (call->client != NULL)
    unlock (call);
  call->client = NULL;
  if (call->outer != NULL)
    {
      g_cancellable_disconnect (call->life, call->life_handler);
      g_cancellable_disconnect (call->outer, call->outer_handler);
    }
  g_clear_object (&call->outer);
  g_clear_object (&call->life);
  g_clear_object (&call->cancellable);
}

gboolean
syncline_call_return (SynclineCall *call, gboolean ok, GError **error)
{
  if (ok || error == NULL || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || !g_cancellable_is_cancelled (call->life) || g_cancellable_is_cancelled (call->outer))
    return ok;
  g_clear_error (error);
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                       "The client was closed meanwhile");
  return FALSE;
}
