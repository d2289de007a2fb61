/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "engine.h"

#include <syncline/error.h>
#include <unistd.h>

#include "engine-private.h"
#include "log.h"
#include "status-private.h"

/* How soon a standby process takes over from one that died. */
#define ELECTION_INTERVAL_MS 500

/* Each change of the subscriptions opens the stream anew, so changes that come together count as one. */
#define RESUBSCRIPTION_DELAY_MS 20

void
syncline_engine_status_changed (SynclineEngine *engine)
{
  g_mutex_lock (&engine->lock);
  engine->status_serial++;
  g_cond_broadcast (&engine->status_changed);
  g_mutex_unlock (&engine->lock);
  syncline_engine_publish_soon (engine);
  engine->notices->changed (engine->user_data);
}

static void
lane_changed (gpointer user_data)
{
  syncline_engine_status_changed (user_data);
}

static void
kick_all (SynclineEngine *engine, SynclineKick kick)
{
  if (engine->upload_lane != NULL)
    syncline_lane_kick (engine->upload_lane, kick);
  if (engine->download_lane != NULL)
    syncline_lane_kick (engine->download_lane, kick);
}

/* --- Election: one process syncs a database ---------------------------------------------------- */

static void
start_lanes (SynclineEngine *engine)
{
  if (engine->upload_lane != NULL)
    syncline_lane_start (engine->upload_lane);
  if (engine->download_lane != NULL)
    syncline_lane_start (engine->download_lane);
}

static gboolean
try_to_become_syncer (gpointer user_data)
{
  SynclineEngine *engine = user_data;
  g_autoptr (GError) error = NULL;
  gboolean acquired = FALSE;

  if (!engine->roles->store_methods->acquire_sync (engine->roles->store, &acquired, &error))
    syncline_log ("engine", G_LOG_LEVEL_WARNING, "%s", error->message);
  if (!acquired)
    return G_SOURCE_CONTINUE;

  g_mutex_lock (&engine->lock);
  engine->elected = TRUE;
  g_mutex_unlock (&engine->lock);
  start_lanes (engine);
  syncline_engine_status_changed (engine);
  g_clear_pointer (&engine->election, g_source_unref);
  return G_SOURCE_REMOVE;
}

/* On the loop thread. */
static gboolean
begin_election (gpointer user_data)
{
  SynclineEngine *engine = user_data;

  if (try_to_become_syncer (engine) == G_SOURCE_REMOVE)
    return G_SOURCE_REMOVE;

  syncline_log ("engine", G_LOG_LEVEL_MESSAGE, "another process syncs this database; standing by");
  engine->election = g_timeout_source_new (ELECTION_INTERVAL_MS);
  g_source_set_callback (engine->election, try_to_become_syncer, engine, NULL);
  g_source_attach (engine->election, engine->context);
  syncline_engine_status_changed (engine);
  return G_SOURCE_REMOVE;
}

/* --- Listening, on the loop thread -------------------------------------------------------------- */

static void
network_changed (GNetworkMonitor *network G_GNUC_UNUSED, gboolean available, gpointer user_data)
{
  SynclineEngine *engine = user_data;
  const gboolean came_back = available && !engine->network_available;

  engine->network_available = available;
  if (came_back)
    kick_all (engine, SYNCLINE_KICK_RETRY);
}

static gboolean
session_changed (gpointer user_data)
{
  SynclineEngine *engine = user_data;
  SynclineRoles *roles = engine->roles;
  g_autofree char *user = roles->auth_methods->dup_user_id (roles->auth);

  /* A refreshed token is found when it is needed; a new user is not the one that the lanes work for. */
  if (g_strcmp0 (user, engine->session_user) != 0)
    {
      g_free (engine->session_user);
      engine->session_user = g_steal_pointer (&user);
      kick_all (engine, SYNCLINE_KICK_RESTART);
    }
  syncline_engine_status_changed (engine);
  return G_SOURCE_REMOVE;
}

static gboolean
resubscribe (gpointer user_data)
{
  SynclineEngine *engine = user_data;

  g_clear_pointer (&engine->resubscription, g_source_unref);
  if (syncline_downloader_is_outdated (engine->downloader))
    syncline_lane_kick (engine->download_lane, SYNCLINE_KICK_RESTART);
  return G_SOURCE_REMOVE;
}

static gboolean
subscriptions_changed (gpointer user_data)
{
  SynclineEngine *engine = user_data;

  if (engine->resubscription != NULL)
    return G_SOURCE_REMOVE;
  engine->resubscription = g_timeout_source_new (RESUBSCRIPTION_DELAY_MS);
  g_source_set_callback (engine->resubscription, resubscribe, engine, NULL);
  g_source_attach (engine->resubscription, engine->context);
  return G_SOURCE_REMOVE;
}

static void
begin_listening (SynclineEngine *engine)
{
  SynclineRoles *roles = engine->roles;

  if (SYNCLINE_HAS_SLOT (roles->store_methods, watch))
    roles->store_methods->watch (roles->store, engine->context);
  engine->network = g_object_ref (g_network_monitor_get_default ());
  engine->network_available = g_network_monitor_get_network_available (engine->network);
  engine->network_handler
      = g_signal_connect (engine->network, "network-changed", G_CALLBACK (network_changed), engine);
}

static void
end_listening (SynclineEngine *engine)
{
  SynclineRoles *roles = engine->roles;

  g_clear_signal_handler (&engine->network_handler, engine->network);
  g_clear_object (&engine->network);
  if (SYNCLINE_HAS_SLOT (roles->store_methods, watch))
    roles->store_methods->watch (roles->store, NULL);
}

static gpointer
engine_thread (gpointer data)
{
  SynclineEngine *engine = data;

  g_main_context_push_thread_default (engine->context);
  begin_listening (engine);
  g_main_loop_run (engine->loop);
  end_listening (engine);
  g_main_context_pop_thread_default (engine->context);
  return NULL;
}

/* Runs @func on the loop thread, soon. Also from that thread itself never at once: callers may hold locks of
 * a plugin. */
static void
run_on_loop (SynclineEngine *engine, GSourceFunc func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, engine, NULL);
  g_source_attach (source, engine->context);
}

/* --- Life -------------------------------------------------------------------------------------- */

static SynclineLane *
make_lane (SynclineEngine *engine, const char *name, SynclineLaneJob job)
{
  const SynclineEngineOptions *options = &engine->roles->setup->engine;

  return syncline_lane_new (name, engine->roles->clock, options->retry_min, options->retry_max, job,
                            lane_changed, engine);
}

SynclineEngine *
syncline_engine_new (SynclineRoles *roles, const SynclineEngineNotices *notices, gpointer user_data)
{
  SynclineEngine *engine = g_new0 (SynclineEngine, 1);

  engine->roles = roles;
  engine->notices = notices;
  engine->user_data = user_data;
  g_mutex_init (&engine->lock);
  g_cond_init (&engine->status_changed);
  engine->subscriptions = syncline_subscriptions_new (roles);
  if (roles->upload_methods != NULL)
    engine->upload_lane = make_lane (engine, "upload", syncline_engine_upload_job);
  if (roles->download_methods != NULL)
    {
      engine->downloader = syncline_downloader_new (roles, engine->subscriptions,
                                                    &syncline_engine_download_notices, engine);
      engine->download_lane = make_lane (engine, "download", syncline_engine_download_job);
    }
  if (roles->auth_methods != NULL)
    engine->session_user = roles->auth_methods->dup_user_id (roles->auth);

  engine->context = g_main_context_new ();
  engine->loop = g_main_loop_new (engine->context, FALSE);
  engine->thread = g_thread_new ("syncline", engine_thread, engine);
  return engine;
}

static gboolean
quit_loop (gpointer user_data)
{
  SynclineEngine *engine = user_data;

  if (engine->resubscription != NULL)
    {
      g_source_destroy (engine->resubscription);
      g_clear_pointer (&engine->resubscription, g_source_unref);
    }
  g_main_loop_quit (engine->loop);
  return G_SOURCE_REMOVE;
}

void
syncline_engine_free (SynclineEngine *engine)
{
  syncline_engine_stop (engine);
  run_on_loop (engine, quit_loop);
  g_thread_join (engine->thread);
  g_clear_pointer (&engine->upload_lane, syncline_lane_free);
  g_clear_pointer (&engine->download_lane, syncline_lane_free);
  g_clear_pointer (&engine->downloader, syncline_downloader_free);
  syncline_subscriptions_free (engine->subscriptions);
  g_main_loop_unref (engine->loop);
  g_main_context_unref (engine->context);
  g_free (engine->session_user);
  g_clear_pointer (&engine->published, g_variant_unref);
  g_mutex_clear (&engine->lock);
  g_cond_clear (&engine->status_changed);
  g_free (engine);
}

void
syncline_engine_start (SynclineEngine *engine)
{
  g_mutex_lock (&engine->lock);
  const gboolean start = !engine->started;
  engine->started = TRUE;
  g_mutex_unlock (&engine->lock);

  if (start)
    run_on_loop (engine, begin_election);
}

/* Rendezvous of stop() with the loop thread. */
typedef struct
{
  SynclineEngine *engine;
  GMutex lock;
  GCond done_cond;
  gboolean done;
} Stop;

/* On the loop thread, where elections are held too: so none can be won behind our back. */
static gboolean
stop_on_loop (gpointer user_data)
{
  Stop *stop = user_data;
  SynclineEngine *engine = stop->engine;

  if (engine->election != NULL)
    {
      g_source_destroy (engine->election);
      g_clear_pointer (&engine->election, g_source_unref);
    }
  if (engine->upload_lane != NULL)
    syncline_lane_stop (engine->upload_lane);
  if (engine->download_lane != NULL)
    syncline_lane_stop (engine->download_lane);
  if (engine->downloader != NULL)
    syncline_downloader_disconnect (engine->downloader);
  if (engine->elected)
    engine->roles->store_methods->release_sync (engine->roles->store);

  g_mutex_lock (&engine->lock);
  engine->elected = FALSE;
  g_mutex_unlock (&engine->lock);

  g_mutex_lock (&stop->lock);
  stop->done = TRUE;
  g_cond_signal (&stop->done_cond);
  g_mutex_unlock (&stop->lock);
  return G_SOURCE_REMOVE;
}

void
syncline_engine_stop (SynclineEngine *engine)
{
  Stop stop = { .engine = engine };

  g_mutex_lock (&engine->lock);
  const gboolean was_started = engine->started;
  engine->started = FALSE;
  g_mutex_unlock (&engine->lock);
  if (!was_started)
    return;

  g_mutex_init (&stop.lock);
  g_cond_init (&stop.done_cond);
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, stop_on_loop, &stop, NULL);
  g_source_attach (source, engine->context);

  g_mutex_lock (&stop.lock);
  while (!stop.done)
    g_cond_wait (&stop.done_cond, &stop.lock);
  g_mutex_unlock (&stop.lock);
  g_mutex_clear (&stop.lock);
  g_cond_clear (&stop.done_cond);
  syncline_engine_status_changed (engine);
}

gboolean
syncline_engine_is_started (SynclineEngine *engine)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&engine->lock);

  return engine->started;
}

void
syncline_engine_notify_changes (SynclineEngine *engine)
{
  if (engine->upload_lane != NULL)
    syncline_lane_kick (engine->upload_lane, SYNCLINE_KICK_WORK);
  syncline_engine_status_changed (engine);
}

void
syncline_engine_notify_auth (SynclineEngine *engine)
{
  run_on_loop (engine, session_changed);
}

void
syncline_engine_notify_subscriptions (SynclineEngine *engine)
{
  if (engine->download_lane != NULL)
    run_on_loop (engine, subscriptions_changed);
  syncline_engine_status_changed (engine);
}

SynclineSubscriptions *
syncline_engine_get_subscriptions (SynclineEngine *engine)
{
  return engine->subscriptions;
}

/* --- Status ------------------------------------------------------------------------------------ */

void
syncline_engine_get_lane_snapshot (SynclineLane *lane,
                                   gboolean standby,
                                   SynclineLaneSnapshot *out_snapshot)
{
  *out_snapshot = (SynclineLaneSnapshot){ .state = SYNCLINE_STATE_OFF, .reason = "not-configured" };
  if (lane == NULL)
    return;

  syncline_lane_get_snapshot (lane, out_snapshot);
  if (standby)
    {
      out_snapshot->state = SYNCLINE_STATE_STANDBY;
      out_snapshot->reason = "another-process-syncs";
    }
}

/* What does not depend on who syncs. */
static void
gather_parts (SynclineEngine *engine, SynclineStatusParts *parts)
{
  SynclineRoles *roles = engine->roles;
  g_autofree char *last_synced_at = NULL;

  /* A status is best effort: what can't be read now is left at nothing. */
  (void) roles->store_methods->get_gate (roles->store, &parts->gate, NULL);
  if (roles->store_methods->get_note (roles->store, "last-synced-at", &last_synced_at, NULL)
      && last_synced_at != NULL)
    parts->last_synced_at = g_ascii_strtoll (last_synced_at, NULL, 10);
  if (roles->auth_methods != NULL)
    parts->user_id = roles->auth_methods->dup_user_id (roles->auth);
}

SynclineStatus *
syncline_engine_dup_status (SynclineEngine *engine)
{
  SynclineStatusParts parts = { 0 };

  g_mutex_lock (&engine->lock);
  const gboolean standby = engine->started && !engine->elected;
  if (engine->elected)
    parts.syncer = getpid ();
  g_mutex_unlock (&engine->lock);

  syncline_engine_get_lane_snapshot (engine->upload_lane, standby, &parts.upload);
  syncline_engine_get_lane_snapshot (engine->download_lane, standby, &parts.download);
  if (engine->downloader != NULL)
    syncline_downloader_get_progress (engine->downloader, &parts.progress);
  gather_parts (engine, &parts);
  return syncline_status_new (&parts);
}

SynclineStatus *
syncline_engine_dup_syncer_status (SynclineEngine *engine)
{
  SynclineStatusParts parts = { 0 };

  g_mutex_lock (&engine->lock);
  const gboolean elected = engine->elected;
  g_mutex_unlock (&engine->lock);
  if (elected)
    return syncline_engine_dup_status (engine);

  if (!syncline_engine_read_published (engine, &parts))
    {
      /* There may be one that has not told yet. */
      const gboolean other = parts.syncer != 0;
      syncline_engine_get_lane_snapshot (engine->upload_lane, other, &parts.upload);
      syncline_engine_get_lane_snapshot (engine->download_lane, other, &parts.download);
    }
  gather_parts (engine, &parts);
  return syncline_status_new (&parts);
}
