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

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, NULL, error))
    return FALSE;
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

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, NULL, error))
    return FALSE;
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

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, NULL, error))
    return NULL;
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

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, cancellable, error))
    return FALSE;
  return syncline_call_return (&call,
                               syncline_engine_wait_for_first_sync (self->engine, stream,
                                                                    parameters, priority, timeout,
                                                                    call.cancellable, error),
                               error);
}
