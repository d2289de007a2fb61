/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/error.h>

#include "engine-private.h"

/* Waiting until everything is up and down. The conditions are read from the store, so that they hold as well
 * when another process does the syncing. */

/* Other processes tell nothing but that they wrote; and a server that was away is asked again. */
#define POLL_INTERVAL (250 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  SynclineEngine *engine;
  gint64 deadline; /* monotonic, or -1 */
  GCancellable *cancellable;
  const char *waiting_for; /* for the message of a time-out */
  const char *stream;      /* for a first sync of one stream */
  const char *parameters;
} Wait;

typedef enum
{
  CONDITION_UNMET,
  CONDITION_MET,
  CONDITION_FAILED /* the error is set */
} Condition;

static gboolean
is_signed_in (SynclineEngine *engine)
{
  SynclineRoles *roles = engine->roles;

  if (roles->auth_methods == NULL)
    return TRUE;
  g_autofree char *user_id = roles->auth_methods->dup_user_id (roles->auth);
  return user_id != NULL;
}

/* What keeps a lane from ever getting there by itself. A lane that has not noticed a fresh sign-in yet will. */
static gboolean
check_lane (SynclineEngine *engine, SynclineLane *lane, GError **error)
{
  SynclineLaneSnapshot snapshot;

  if (lane == NULL)
    return TRUE;

  syncline_lane_get_snapshot (lane, &snapshot);
  g_autoptr (GError) lane_error = snapshot.error;
  if (snapshot.state == SYNCLINE_STATE_NO_SESSION && !is_signed_in (engine))
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION,
                           "Nobody is signed in; sign in first");
      return FALSE;
    }
  if (snapshot.state == SYNCLINE_STATE_BLOCKED)
    {
      g_propagate_error (error, g_steal_pointer (&lane_error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_lanes (SynclineEngine *engine, GError **error)
{
  if (!syncline_engine_is_started (engine))
    {
      g_set_error_literal (
          error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
          "The client is not started, so nothing would ever arrive; start it first");
      return FALSE;
    }
  return check_lane (engine, engine->upload_lane, error)
         && check_lane (engine, engine->download_lane, error);
}

static void
set_timeout_error (const Wait *wait, GError **error)
{
  SynclineEngine *engine = wait->engine;
  SynclineLaneSnapshot up = { 0 }, down = { 0 };

  if (engine->upload_lane != NULL)
    syncline_lane_get_snapshot (engine->upload_lane, &up);
  if (engine->download_lane != NULL)
    syncline_lane_get_snapshot (engine->download_lane, &down);
  const GError *cause = up.error != NULL ? up.error : down.error;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Timed out waiting for %s%s%s",
               wait->waiting_for, cause != NULL ? ": " : "", cause != NULL ? cause->message : "");
  g_clear_error (&up.error);
  g_clear_error (&down.error);
}

/* Stands for no serial that ever was: sleep the whole while. */
#define NO_NEWS G_MAXUINT64

/* Sleeps until the status changed since @serial, or a little while. FALSE when time is up, or on cancel. */
static gboolean
wait_for_news (const Wait *wait, guint64 serial, GError **error)
{
  SynclineEngine *engine = wait->engine;
  const gint64 now = g_get_monotonic_time ();

  if (g_cancellable_set_error_if_cancelled (wait->cancellable, error))
    return FALSE;
  if (wait->deadline >= 0 && now >= wait->deadline)
    {
      set_timeout_error (wait, error);
      return FALSE;
    }

  gint64 until = now + POLL_INTERVAL;
  if (wait->deadline >= 0)
    until = MIN (until, wait->deadline);
  g_mutex_lock (&engine->lock);
  while ((serial == NO_NEWS || engine->status_serial == serial)
         && !g_cancellable_is_cancelled (wait->cancellable)
         && g_cond_wait_until (&engine->status_changed, &engine->lock, until))
    ;
  g_mutex_unlock (&engine->lock);
  return TRUE;
}

static guint64
get_serial (SynclineEngine *engine)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&engine->lock);

  return engine->status_serial;
}

/* --- The conditions ------------------------------------------------------------------------ */

static Condition
is_uploaded (const Wait *wait, gint64 unused G_GNUC_UNUSED, GError **error)
{
  SynclineEngine *engine = wait->engine;
  SynclineGate gate;

  if (!engine->roles->store_methods->get_gate (engine->roles->store, &gate, error))
    return CONDITION_FAILED;
  if (gate.n_queued == 0)
    return CONDITION_MET;
  if (engine->upload_lane != NULL)
    return CONDITION_UNMET;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
               "%" G_GUINT64_FORMAT " local changes are queued, but the config has no upload",
               gate.n_queued);
  return CONDITION_FAILED;
}

/* Whoever waits must find the status up to date as well, when it is this process that syncs. */
static gboolean
is_noted (SynclineEngine *engine, gint64 write_checkpoint)
{
  SynclineDownloadProgress progress;

  g_mutex_lock (&engine->lock);
  const gboolean elected = engine->elected;
  g_mutex_unlock (&engine->lock);
  if (!elected)
    return TRUE;
  syncline_downloader_get_progress (engine->downloader, &progress);
  return progress.applied_write_checkpoint >= write_checkpoint;
}

static Condition
is_downloaded (const Wait *wait, gint64 write_checkpoint, GError **error)
{
  SynclineEngine *engine = wait->engine;
  SynclineGate gate;

  if (!engine->roles->store_methods->get_gate (engine->roles->store, &gate, error))
    return CONDITION_FAILED;
  if (gate.n_queued == 0 && gate.target == 0 && gate.seen >= write_checkpoint
      && is_noted (engine, write_checkpoint))
    return CONDITION_MET;
  return CONDITION_UNMET;
}

static Condition
has_note (SynclineEngine *engine, const char *key, GError **error)
{
  g_autofree char *value = NULL;

  if (!engine->roles->store_methods->get_note (engine->roles->store, key, &value, error))
    return CONDITION_FAILED;
  return value != NULL ? CONDITION_MET : CONDITION_UNMET;
}

/* A checkpoint up to a less important priority, or a full one, brought the more important rows too. */
static Condition
has_priority_synced (const Wait *wait, gint64 priority, GError **error)
{
  Condition condition = has_note (wait->engine, "last-synced-at", error);

  for (gint64 i = MAX (priority, 0); i <= SYNCLINE_PRIORITY_DEFAULT && condition == CONDITION_UNMET;
       i++)
    {
      g_autofree char *key = g_strdup_printf ("synced-priority-%" G_GINT64_FORMAT, i);

      condition = has_note (wait->engine, key, error);
    }
  return condition;
}

static Condition
has_stream_synced (const Wait *wait, gint64 unused G_GNUC_UNUSED, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (SynclineStreamStatus) stream = syncline_subscriptions_find (
      wait->engine->subscriptions, wait->stream, wait->parameters, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return CONDITION_FAILED;
    }
  return stream != NULL && syncline_stream_status_get_has_synced (stream) ? CONDITION_MET
                                                                          : CONDITION_UNMET;
}

static gboolean
wait_for (const Wait *wait,
          Condition (*condition) (const Wait *, gint64, GError **),
          gint64 argument,
          GError **error)
{
  for (;;)
    {
      const guint64 serial = get_serial (wait->engine);
      const Condition result = condition (wait, argument, error);

      if (result == CONDITION_MET)
        return TRUE;
      if (result == CONDITION_FAILED || !check_lanes (wait->engine, error)
          || !wait_for_news (wait, serial, error))
        return FALSE;
    }
}

/* A number that a checkpoint carries once it covers all that the server has now. The server is asked until it
 * answers. */
static gboolean
request_write_checkpoint (const Wait *wait, gint64 *out_write_checkpoint, GError **error)
{
  SynclineRoles *roles = wait->engine->roles;

  for (;;)
    {
      g_autoptr (SynclineCredentials) credentials = NULL;
      g_autoptr (GError) local_error = NULL;

      if (syncline_roles_get_credentials (roles, roles->setup->engine.credentials_margin,
                                          &credentials, wait->cancellable, &local_error)
          && syncline_roles_request_write_checkpoint (roles, credentials, out_write_checkpoint,
                                                      wait->cancellable, &local_error))
        return TRUE;

      const SynclineErrorAction action = syncline_error_get_action (local_error);
      if (action == SYNCLINE_ERROR_ACTION_REAUTHENTICATE)
        syncline_roles_refuse_credentials (roles, credentials);
      else if (action != SYNCLINE_ERROR_ACTION_RETRY)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (!check_lanes (wait->engine, error) || !wait_for_news (wait, NO_NEWS, error))
        return FALSE;
    }
}

/* A service that starts anew loses the number that is waited for; so it is asked again after a while. What
 * comes first will do: both numbers are of now or later. */
static gboolean
wait_for_checkpoint (Wait *wait, gint64 write_checkpoint, GError **error)
{
  const gint64 patience = wait->engine->roles->setup->engine.write_checkpoint_timeout;

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      Wait some_time = *wait;
      gint64 again = 0;

      some_time.deadline = g_get_monotonic_time () + patience;
      if (wait->deadline >= 0)
        some_time.deadline = MIN (some_time.deadline, wait->deadline);
      if (wait_for (&some_time, is_downloaded, write_checkpoint, &local_error))
        return TRUE;
      if (some_time.deadline == wait->deadline
          || !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (!request_write_checkpoint (wait, &again, error))
        return FALSE;
      write_checkpoint = MIN (write_checkpoint, again);
    }
}

static void
wake_waiters (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  SynclineEngine *engine = user_data;

  g_mutex_lock (&engine->lock);
  g_cond_broadcast (&engine->status_changed);
  g_mutex_unlock (&engine->lock);
}

static gboolean
wait_up_and_down (Wait *wait, int unused G_GNUC_UNUSED, GError **error)
{
  gint64 write_checkpoint = 0;

  wait->waiting_for = "local changes to reach the server";
  if (!wait_for (wait, is_uploaded, 0, error))
    return FALSE;
  if (wait->engine->download_lane == NULL)
    return TRUE;

  wait->waiting_for = "the sync service to answer";
  if (!request_write_checkpoint (wait, &write_checkpoint, error))
    return FALSE;
  wait->waiting_for = "the server's changes to arrive";
  return wait_for_checkpoint (wait, write_checkpoint, error);
}

static gboolean
wait_cancellably (Wait *wait,
                  gboolean (*func) (Wait *, int, GError **),
                  int priority,
                  GError **error)
{
  gulong handler = 0;

  if (wait->cancellable != NULL)
    handler
        = g_cancellable_connect (wait->cancellable, G_CALLBACK (wake_waiters), wait->engine, NULL);
  const gboolean ok = func (wait, priority, error);
  if (wait->cancellable != NULL)
    g_cancellable_disconnect (wait->cancellable, handler);
  return ok;
}

gboolean
syncline_engine_wait_until_synced (SynclineEngine *engine,
                                   gint64 timeout,
                                   GCancellable *cancellable,
                                   GError **error)
{
  Wait wait = {
    .engine = engine,
    .deadline = timeout < 0 ? -1 : g_get_monotonic_time () + timeout,
    .cancellable = cancellable,
  };

  return wait_cancellably (&wait, wait_up_and_down, 0, error);
}

static gboolean
wait_first_sync (Wait *wait, int priority, GError **error)
{
  wait->waiting_for = wait->stream != NULL ? "the stream's first sync" : "the first sync";
  return wait_for (wait, wait->stream != NULL ? has_stream_synced : has_priority_synced, priority,
                   error);
}

gboolean
syncline_engine_wait_for_first_sync (SynclineEngine *engine,
                                     const char *stream,
                                     const char *parameters,
                                     int priority,
                                     gint64 timeout,
                                     GCancellable *cancellable,
                                     GError **error)
{
  Wait wait = {
    .engine = engine,
    .deadline = timeout < 0 ? -1 : g_get_monotonic_time () + timeout,
    .cancellable = cancellable,
    .stream = stream,
    .parameters = parameters,
  };

  if (engine->download_lane == NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                           "The config has no download, so nothing would ever arrive");
      return FALSE;
    }
  /* Whatever is not for one priority only has to be there in full. */
  return wait_cancellably (&wait, wait_first_sync, priority >= 0 ? priority : SYNCLINE_PRIORITY_ALL,
                           error);
}
