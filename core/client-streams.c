/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "client-private.h"
#include "subscriptions.h"

gboolean
syncline_client_subscribe (SynclineClient *self,
                           const char *stream,
                           const char *parameters,
                           int priority,
                           gint64 ttl,
                           GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (stream != NULL, FALSE);

  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&self->open_lock);
  if (!self->is_open)
    return syncline_client_set_not_open_error (error);
  if (!syncline_subscriptions_add (syncline_engine_get_subscriptions (self->engine), stream,
                                   parameters, priority, ttl, error))
    return FALSE;
  syncline_engine_notify_subscriptions (self->engine);
  return TRUE;
}

gboolean
syncline_client_unsubscribe (SynclineClient *self,
                             const char *stream,
                             const char *parameters,
                             GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (stream != NULL, FALSE);

  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&self->open_lock);
  if (!self->is_open)
    return syncline_client_set_not_open_error (error);
  if (!syncline_subscriptions_remove (syncline_engine_get_subscriptions (self->engine), stream,
                                      parameters, error))
    return FALSE;
  syncline_engine_notify_subscriptions (self->engine);
  return TRUE;
}

GPtrArray *
syncline_client_list_streams (SynclineClient *self, GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);

  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&self->open_lock);
  if (!self->is_open)
    {
      syncline_client_set_not_open_error (error);
      return NULL;
    }
  return syncline_subscriptions_list (syncline_engine_get_subscriptions (self->engine), error);
}

gboolean
syncline_client_wait_for_first_sync (SynclineClient *self,
                                     const char *stream,
                                     const char *parameters,
                                     int priority,
                                     gint64 timeout,
                                     GCancellable *cancellable,
                                     GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&self->open_lock);
  if (!self->is_open)
    return syncline_client_set_not_open_error (error);
  return syncline_engine_wait_for_first_sync (self->engine, stream, parameters, priority, timeout,
                                              cancellable, error);
}
