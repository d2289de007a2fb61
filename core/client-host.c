/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* For hosts with a loop of their own, and for those that can't wait for ever. */

#include "config.h"

#include "client-private.h"

/* --- Polling ------------------------------------------------------------------------------------- */

int
syncline_client_get_fd (SynclineClient *self, GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), -1);

  return syncline_outbox_get_fd (self->outbox, error);
}

void
syncline_client_dispatch (SynclineClient *self)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  g_autoptr (SynclineClient) held = g_object_ref (self);
  syncline_outbox_dispatch (self->outbox);
}

/* --- Closing in time ------------------------------------------------------------------------------ */

/* Shared by the caller, who may give up, and the thread that closes. */
typedef struct
{
  SynclineClient *client;
  GMutex lock;
  GCond done_cond;
  gboolean done;
} Closing;

static void
closing_clear (gpointer data)
{
  Closing *closing = data;

  g_mutex_clear (&closing->lock);
  g_cond_clear (&closing->done_cond);
}

static gpointer
closing_thread (gpointer data)
{
  Closing *closing = data;

  syncline_client_close (closing->client);
  g_mutex_lock (&closing->lock);
  closing->done = TRUE;
  g_cond_signal (&closing->done_cond);
  g_mutex_unlock (&closing->lock);
  g_object_unref (closing->client);
  g_atomic_rc_box_release_full (closing, closing_clear);
  return NULL;
}

gboolean
syncline_client_close_within (SynclineClient *self, gint64 timeout, GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (timeout >= 0, FALSE);

  const gint64 deadline = g_get_monotonic_time () + timeout;
  Closing *closing = g_atomic_rc_box_new0 (Closing);

  closing->client = g_object_ref (self);
  g_mutex_init (&closing->lock);
  g_cond_init (&closing->done_cond);
  g_thread_unref (g_thread_new ("close", closing_thread, g_atomic_rc_box_acquire (closing)));

  g_mutex_lock (&closing->lock);
  while (!closing->done && g_cond_wait_until (&closing->done_cond, &closing->lock, deadline))
    ;
  const gboolean done = closing->done;
  g_mutex_unlock (&closing->lock);
  g_atomic_rc_box_release_full (closing, closing_clear);
  if (!done)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                 "The client was not closed within %.1f seconds; it goes on closing in the "
                 "background, and nothing that was committed is lost if the process ends now",
                 (double) timeout / G_TIME_SPAN_SECOND);
  return done;
}
