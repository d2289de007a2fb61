/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The calls that wait for something, for programs that must not: each runs on a thread of GLib's pool. */

#include "config.h"

#include "client-private.h"

typedef struct _Request Request;

struct _Request
{
  gboolean (*call) (SynclineClient *client, Request *request, GCancellable *, GError **);
  char *text; /* SQL, or a stream */
  char *stream_parameters;
  GVariant *parameters;
  gboolean flag;
  guint flags;
  int priority;
  gint64 timeout;
  SynclineResult *result;
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->text);
  g_free (request->stream_parameters);
  g_clear_pointer (&request->parameters, g_variant_unref);
  g_clear_pointer (&request->result, syncline_result_unref);
  g_free (request);
}

static void
run_request (GTask *task, gpointer client, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  GError *error = NULL;

  if (request->call (client, request, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Copies @request; the variant in it may be floating. */
static void
start (SynclineClient *client,
       const Request *request,
       gpointer tag,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Request *copy = g_memdup2 (request, sizeof *request);

  copy->text = g_strdup (request->text);
  copy->stream_parameters = g_strdup (request->stream_parameters);
  if (request->parameters != NULL)
    copy->parameters = g_variant_ref_sink (request->parameters);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, copy, request_free);
  g_task_run_in_thread (task, run_request);
}

static gboolean
finish (SynclineClient *client, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == tag, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Opening and closing ------------------------------------------------------------------------- */

static gboolean
do_open (SynclineClient *client, Request *request G_GNUC_UNUSED, GCancellable *c, GError **error)
{
  return syncline_client_open (client, c, error);
}

void
syncline_client_open_async (SynclineClient *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  const Request request = { .call = do_open };
  start (self, &request, syncline_client_open_async, cancellable, callback, user_data);
}

gboolean
syncline_client_open_finish (SynclineClient *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, syncline_client_open_async, error);
}

static gboolean
do_close (SynclineClient *client, Request *request, GCancellable *c G_GNUC_UNUSED, GError **error)
{
  return syncline_client_close_within (client, request->timeout, error);
}

void
syncline_client_close_async (SynclineClient *self,
                             gint64 timeout,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  const Request request = { .call = do_close, .timeout = timeout };
  start (self, &request, syncline_client_close_async, NULL, callback, user_data);
}

gboolean
syncline_client_close_finish (SynclineClient *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, syncline_client_close_async, error);
}

/* --- SQL ----------------------------------------------------------------------------------------- */

static gboolean
do_execute (SynclineClient *client, Request *request, GCancellable *cancellable, GError **error)
{
  request->result
      = request->flag
            ? syncline_client_query (client, request->text, request->parameters, cancellable, error)
            : syncline_client_execute (client, request->text, request->parameters, cancellable,
                                       error);
  return request->result != NULL;
}

static SynclineResult *
finish_execute (SynclineClient *client, GAsyncResult *result, gpointer tag, GError **error)
{
  if (!finish (client, result, tag, error))
    return NULL;
  Request *request = g_task_get_task_data (G_TASK (result));
  return g_steal_pointer (&request->result);
}

void
syncline_client_execute_async (SynclineClient *self,
                               const char *sql,
                               GVariant *parameters,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));
  g_return_if_fail (sql != NULL);

  const Request request = { .call = do_execute, .text = (char *) sql, .parameters = parameters };
  start (self, &request, syncline_client_execute_async, cancellable, callback, user_data);
}

SynclineResult *
syncline_client_execute_finish (SynclineClient *self, GAsyncResult *result, GError **error)
{
  return finish_execute (self, result, syncline_client_execute_async, error);
}

void
syncline_client_query_async (SynclineClient *self,
                             const char *sql,
                             GVariant *parameters,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));
  g_return_if_fail (sql != NULL);

  const Request request
      = { .call = do_execute, .text = (char *) sql, .parameters = parameters, .flag = TRUE };
  start (self, &request, syncline_client_query_async, cancellable, callback, user_data);
}

SynclineResult *
syncline_client_query_finish (SynclineClient *self, GAsyncResult *result, GError **error)
{
  return finish_execute (self, result, syncline_client_query_async, error);
}

/* --- The session --------------------------------------------------------------------------------- */

static gboolean
do_sign_in (SynclineClient *client, Request *request, GCancellable *cancellable, GError **error)
{
  return syncline_client_sign_in (client, request->parameters, cancellable, error);
}

void
syncline_client_sign_in_async (SynclineClient *self,
                               GVariant *parameters,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  const Request request = { .call = do_sign_in, .parameters = parameters };
  start (self, &request, syncline_client_sign_in_async, cancellable, callback, user_data);
}

gboolean
syncline_client_sign_in_finish (SynclineClient *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, syncline_client_sign_in_async, error);
}

static gboolean
do_sign_out (SynclineClient *client, Request *request, GCancellable *cancellable, GError **error)
{
  return syncline_client_sign_out (client, request->flag, cancellable, error);
}

void
syncline_client_sign_out_async (SynclineClient *self,
                                gboolean everywhere,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  const Request request = { .call = do_sign_out, .flag = everywhere };
  start (self, &request, syncline_client_sign_out_async, cancellable, callback, user_data);
}

gboolean
syncline_client_sign_out_finish (SynclineClient *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, syncline_client_sign_out_async, error);
}

static gboolean
do_clear (SynclineClient *client, Request *request, GCancellable *cancellable, GError **error)
{
  return syncline_client_clear (client, (SynclineClearFlags) request->flags, cancellable, error);
}

void
syncline_client_clear_async (SynclineClient *self,
                             SynclineClearFlags flags,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  const Request request = { .call = do_clear, .flags = flags };
  start (self, &request, syncline_client_clear_async, cancellable, callback, user_data);
}

gboolean
syncline_client_clear_finish (SynclineClient *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, syncline_client_clear_async, error);
}

/* --- Waiting ------------------------------------------------------------------------------------- */

static gboolean
do_wait (SynclineClient *client, Request *request, GCancellable *cancellable, GError **error)
{
  return syncline_client_wait_until_synced (client, request->timeout, cancellable, error);
}

void
syncline_client_wait_until_synced_async (SynclineClient *self,
                                         gint64 timeout,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  const Request request = { .call = do_wait, .timeout = timeout };
  start (self, &request, syncline_client_wait_until_synced_async, cancellable, callback, user_data);
}

gboolean
syncline_client_wait_until_synced_finish (SynclineClient *self,
                                          GAsyncResult *result,
                                          GError **error)
{
  return finish (self, result, syncline_client_wait_until_synced_async, error);
}

static gboolean
do_wait_first (SynclineClient *client, Request *request, GCancellable *cancellable, GError **error)
{
  return syncline_client_wait_for_first_sync (client, request->text, request->stream_parameters,
                                              request->priority, request->timeout, cancellable,
                                              error);
}

void
syncline_client_wait_for_first_sync_async (SynclineClient *self,
                                           const char *stream,
                                           const char *parameters,
                                           int priority,
                                           gint64 timeout,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  const Request request = { .call = do_wait_first,
                            .text = (char *) stream,
                            .stream_parameters = (char *) parameters,
                            .priority = priority,
                            .timeout = timeout };
  start (self, &request, syncline_client_wait_for_first_sync_async, cancellable, callback,
         user_data);
}

gboolean
syncline_client_wait_for_first_sync_finish (SynclineClient *self,
                                            GAsyncResult *result,
                                            GError **error)
{
  return finish (self, result, syncline_client_wait_for_first_sync_async, error);
}
