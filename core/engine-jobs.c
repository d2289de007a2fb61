/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/error.h>

#include "engine-private.h"
#include "log.h"
#include "uploader.h"

/* --- Credentials ----------------------------------------------------------------------------- */

/* A database belongs to the user whose rows are in it. Anybody else's session must neither send that
 * user's changes nor mix in own rows. */
static gboolean
bind_user (SynclineRoles *roles, SynclineCredentials *credentials, GError **error)
{
  const char *user_id = credentials ? syncline_credentials_get_user_id (credentials) : NULL;
  g_autofree char *owner = NULL;

  if (user_id == NULL)
    return TRUE;
  if (!roles->store_methods->get_note (roles->store, "user-id", &owner, error))
    return FALSE;
  if (owner == NULL)
    return roles->store_methods->set_note (roles->store, "user-id", user_id, error);
  if (g_str_equal (owner, user_id))
    return TRUE;
  g_set_error (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
      "The local database belongs to user %s, but user %s is signed in; sign in as the first, "
      "or clear the database",
      owner, user_id);
  return FALSE;
}

static gboolean
get_credentials (SynclineEngine *engine,
                 SynclineCredentials **out_credentials,
                 GCancellable *cancellable,
                 GError **error)
{
  SynclineRoles *roles = engine->roles;

  return syncline_roles_get_credentials (roles, roles->setup->engine.credentials_margin,
                                         out_credentials, cancellable, error)
         && bind_user (roles, *out_credentials, error);
}

/* --- Upload ---------------------------------------------------------------------------------- */

/* Everything that is queued, request by request. */
static gboolean
drain_queue (SynclineEngine *engine,
             SynclineLane *lane,
             SynclineCredentials *credentials,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (SynclineUploader) uploader
      = syncline_uploader_new (engine->roles, engine->notices->rejected, engine->user_data);

  SynclineUploadResult result = SYNCLINE_UPLOAD_MORE;

  while (result == SYNCLINE_UPLOAD_MORE)
    {
      guint n_resolved = 0;
      const gboolean ok = syncline_uploader_step (uploader, credentials, &result, &n_resolved,
                                                  cancellable, error);

      if (n_resolved > 0)
        {
          syncline_lane_progressed (lane);
          syncline_engine_status_changed (engine);
        }
      if (!ok)
        return FALSE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* The server has it all: find out which checkpoint will show it, and look whether it is here already. */
static gboolean
confirm (SynclineEngine *engine,
         SynclineCredentials *credentials,
         GCancellable *cancellable,
         GError **error)
{
  gboolean armed = FALSE;

  g_mutex_lock (&engine->lock);
  const gboolean again = engine->confirm_again;
  g_mutex_unlock (&engine->lock);

  if (!syncline_upload_confirm (engine->roles, credentials, again, &armed, cancellable, error))
    return FALSE;

  g_mutex_lock (&engine->lock);
  engine->confirm_again = FALSE;
  if (armed || again)
    engine->confirm_asked = syncline_clock_get_monotonic_time (engine->roles->clock);
  g_mutex_unlock (&engine->lock);
  if (!armed || engine->downloader == NULL)
    return TRUE;
  return syncline_downloader_retry_gated (engine->downloader, cancellable, error);
}

/* Whether there is anything to do, so that an idle client asks nobody for credentials. */
static gboolean
has_work (SynclineEngine *engine, gboolean *out_work, GError **error)
{
  SynclineRoles *roles = engine->roles;
  SynclineGate gate;

  if (!roles->store_methods->get_gate (roles->store, &gate, error))
    return FALSE;

  g_mutex_lock (&engine->lock);
  const gboolean again = engine->confirm_again;
  g_mutex_unlock (&engine->lock);
  *out_work = gate.n_queued > 0
              || (roles->download_methods != NULL && gate.target != 0
                  && (again || gate.target == SYNCLINE_WRITE_CHECKPOINT_UNKNOWN));
  return TRUE;
}

static gboolean
is_queued (SynclineEngine *engine)
{
  SynclineGate gate;

  return engine->roles->store_methods->get_gate (engine->roles->store, &gate, NULL)
         && gate.n_queued > 0;
}

static gboolean
upload_all (SynclineEngine *engine,
            SynclineLane *lane,
            SynclineCredentials *credentials,
            GCancellable *cancellable,
            GError **error)
{
  return drain_queue (engine, lane, credentials, cancellable, error)
         && confirm (engine, credentials, cancellable, error);
}

/* A token that was refused is replaced at once, but only once: a second refusal waits like any failure. */
static gboolean
upload_with_fresh_token (SynclineEngine *engine,
                         SynclineLane *lane,
                         GCancellable *cancellable,
                         GError **error)
{
  for (gboolean again = FALSE;; again = TRUE)
    {
      g_autoptr (SynclineCredentials) credentials = NULL;
      g_autoptr (GError) local_error = NULL;

      if (!get_credentials (engine, &credentials, cancellable, error))
        return FALSE;
      if (upload_all (engine, lane, credentials, cancellable, &local_error))
        return TRUE;

      const gboolean refused
          = g_error_matches (local_error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED);
      if (refused)
        syncline_roles_refuse_credentials (engine->roles, credentials);
      if (!refused || again || credentials == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
}

SynclineLaneResult
syncline_engine_upload_job (SynclineLane *lane,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error)
{
  SynclineEngine *engine = user_data;
  gboolean work = FALSE;

  if (!has_work (engine, &work, error))
    return SYNCLINE_LANE_FAILED;
  if (work)
    {
      syncline_lane_set_state (lane, SYNCLINE_STATE_ACTIVE, "uploading");
      if (!upload_with_fresh_token (engine, lane, cancellable, error))
        return SYNCLINE_LANE_FAILED;
      if (engine->download_lane != NULL)
        syncline_lane_kick (engine->download_lane, SYNCLINE_KICK_RETRY);
    }
  syncline_lane_succeeded (lane);
  /* What another program wrote meanwhile may not have been noticed yet. */
  if (work && is_queued (engine))
    return SYNCLINE_LANE_AGAIN;
  syncline_lane_set_state (lane, SYNCLINE_STATE_IDLE, "queue-empty");
  return SYNCLINE_LANE_IDLE;
}

/* --- Download -------------------------------------------------------------------------------- */

SynclineLaneResult
syncline_engine_download_job (SynclineLane *lane,
                              gpointer user_data,
                              GCancellable *cancellable,
                              GError **error)
{
  SynclineEngine *engine = user_data;
  g_autoptr (SynclineCredentials) credentials = NULL;
  g_autoptr (GError) local_error = NULL;
  SynclineDownloadProgress progress;

  /* A stream that is opened anew for other subscriptions is no news. */
  syncline_downloader_get_progress (engine->downloader, &progress);
  if (!progress.connected)
    syncline_lane_set_state (lane, SYNCLINE_STATE_CONNECTING, "connecting");
  /* What an earlier config uploaded still waits for its confirmation. */
  if (!get_credentials (engine, &credentials, cancellable, error)
      || (engine->upload_lane == NULL && !confirm (engine, credentials, cancellable, error)))
    {
      syncline_downloader_disconnect (engine->downloader);
      return SYNCLINE_LANE_FAILED;
    }

  const SynclineDownloadResult result
      = syncline_downloader_run (engine->downloader, credentials, cancellable, &local_error);
  if (result == SYNCLINE_DOWNLOAD_ENDED)
    return SYNCLINE_LANE_AGAIN;

  if (g_error_matches (local_error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED))
    syncline_roles_refuse_credentials (engine->roles, credentials);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return SYNCLINE_LANE_FAILED;
}

/* Whether local changes that nobody uploads keep downloads back. */
static gboolean
queue_blocks (SynclineEngine *engine)
{
  SynclineRoles *roles = engine->roles;
  SynclineGate gate;

  return engine->upload_lane == NULL && roles->store_methods->get_gate (roles->store, &gate, NULL)
         && gate.n_queued > 0;
}

static const char *
download_reason (SynclineEngine *engine, const SynclineDownloadProgress *progress)
{
  g_mutex_lock (&engine->lock);
  const gboolean lost = engine->confirm_lost;
  g_mutex_unlock (&engine->lock);

  if (lost)
    return "write-checkpoint-lost";
  if (progress->gated && queue_blocks (engine))
    return "queue-blocks-download";
  if (progress->gated)
    return "awaiting-write-checkpoint";
  if (progress->receiving)
    return "receiving";
  return "streaming";
}

static void
download_progress (gpointer user_data)
{
  SynclineEngine *engine = user_data;
  SynclineDownloadProgress progress;

  syncline_downloader_get_progress (engine->downloader, &progress);
  if (progress.connected)
    syncline_lane_set_state (engine->download_lane, SYNCLINE_STATE_ACTIVE,
                             download_reason (engine, &progress));
  syncline_engine_status_changed (engine);
}

/* Who reaches one server will mostly reach the other: no need to sit out a back-off. */
static void
download_connected (gpointer user_data)
{
  SynclineEngine *engine = user_data;

  if (engine->upload_lane != NULL)
    syncline_lane_kick (engine->upload_lane, SYNCLINE_KICK_RETRY);
}

static void
note_time (SynclineEngine *engine, const char *key)
{
  SynclineRoles *roles = engine->roles;
  g_autoptr (GError) error = NULL;
  g_autofree char *now
      = g_strdup_printf ("%" G_GINT64_FORMAT, syncline_clock_get_real_time (roles->clock));

  if (!roles->store_methods->set_note (roles->store, key, now, &error))
    syncline_log ("download", G_LOG_LEVEL_WARNING, "%s", error->message);
}

static void
download_applied (gpointer user_data, int priority)
{
  SynclineEngine *engine = user_data;
  g_autofree char *priority_key = g_strdup_printf ("synced-priority-%d", priority);

  if (priority == SYNCLINE_PRIORITY_ALL)
    {
      g_mutex_lock (&engine->lock);
      engine->confirm_lost = FALSE;
      g_mutex_unlock (&engine->lock);
      note_time (engine, "last-synced-at");
      syncline_lane_succeeded (engine->download_lane);
    }
  else
    note_time (engine, priority_key);
  syncline_engine_status_changed (engine);
}

/* Has the confirmation asked for again. Without an upload lane the download lane asks, before its next
 * stream. */
static void
ask_again (SynclineEngine *engine)
{
  if (engine->upload_lane != NULL)
    syncline_lane_kick (engine->upload_lane, SYNCLINE_KICK_WORK);
  else
    syncline_lane_kick (engine->download_lane, SYNCLINE_KICK_RESTART);
}

/* The watchdog of the gate: a write checkpoint that does not come in time is asked for again, or downloads
 * would stay back for ever. A stream's first checkpoint tells sooner, but it may just be too early. */
static void
download_unconfirmed (gpointer user_data, gboolean first)
{
  SynclineEngine *engine = user_data;
  const gint64 timeout = engine->roles->setup->engine.write_checkpoint_timeout;
  const gint64 now = syncline_clock_get_monotonic_time (engine->roles->clock);

  g_mutex_lock (&engine->lock);
  if (engine->confirm_asked == 0)
    engine->confirm_asked = now;
  const gboolean late = now - engine->confirm_asked >= timeout;
  const gboolean news = late && !engine->confirm_lost;
  const gboolean ask = (late || (first && engine->upload_lane != NULL)) && !engine->confirm_again;
  engine->confirm_lost |= late;
  engine->confirm_again |= ask;
  g_mutex_unlock (&engine->lock);

  if (news)
    {
      syncline_log ("download", G_LOG_LEVEL_MESSAGE,
                    "the service has not confirmed the last upload within %" G_GINT64_FORMAT
                    " ms; asking again, until then nothing downloaded is shown",
                    timeout / G_TIME_SPAN_MILLISECOND);
      download_progress (engine);
    }
  if (ask)
    ask_again (engine);
}

/* The queue is empty, yet the gate is shut: mostly the upload lane is about to ask. If it missed that it has
 * to, it is told so here. */
static void
download_unrequested (gpointer user_data)
{
  ask_again (user_data);
}

static void
download_renewed (gpointer user_data)
{
  SynclineEngine *engine = user_data;

  syncline_lane_kick (engine->download_lane, SYNCLINE_KICK_RESTART);
}

const SynclineDownloadNotices syncline_engine_download_notices = {
  .progress = download_progress,
  .connected = download_connected,
  .applied = download_applied,
  .unconfirmed = download_unconfirmed,
  .unrequested = download_unrequested,
  .renewed = download_renewed,
};
