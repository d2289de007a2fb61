/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "downloader.h"

#include <syncline/error.h>

#include "checkpoint.h"
#include "log.h"
#include "row-opener.h"

#define COMPONENT "download"

/* With so little left of a token, a fresh one is fetched and the stream opened anew, so that there is no
 * gap. The service says so 20 seconds ahead. */
#define TOKEN_ENDS_SOON 30

struct _SynclineDownloader
{
  SynclineRoles *roles;
  const SynclineDownloadNotices *notices;
  gpointer user_data;
  SynclineRowOpener *row_opener;
  SynclineSubscriptions *subscriptions;
  int reopening; /* atomic: the stream ends because other subscriptions are wanted */

  /* Orders the handling of events with retry_gated(), which comes from the uploader. */
  GMutex event_lock;
  SynclineCheckpointTracker *tracker; /* of the open stream, or NULL */
  gboolean gated;                     /* the tracked checkpoint is complete but kept back */
  gboolean completed_once;            /* this stream had a complete checkpoint */

  GMutex progress_lock;
  SynclineDownloadProgress progress;
};

SynclineDownloader *
syncline_downloader_new (SynclineRoles *roles,
                         SynclineSubscriptions *subscriptions,
                         const SynclineDownloadNotices *notices,
                         gpointer user_data)
{
  SynclineDownloader *downloader = g_new0 (SynclineDownloader, 1);

  downloader->roles = roles;
  downloader->notices = notices;
  downloader->user_data = user_data;
  downloader->subscriptions = subscriptions;
  downloader->row_opener = syncline_row_opener_new (roles);
  g_mutex_init (&downloader->event_lock);
  g_mutex_init (&downloader->progress_lock);
  return downloader;
}

void
syncline_downloader_free (SynclineDownloader *downloader)
{
  g_clear_pointer (&downloader->tracker, syncline_checkpoint_tracker_free);
  syncline_row_opener_free (downloader->row_opener);
  g_mutex_clear (&downloader->event_lock);
  g_mutex_clear (&downloader->progress_lock);
  g_free (downloader);
}

void
syncline_downloader_get_progress (SynclineDownloader *downloader,
                                  SynclineDownloadProgress *out_progress)
{
  g_mutex_lock (&downloader->progress_lock);
  *out_progress = downloader->progress;
  g_mutex_unlock (&downloader->progress_lock);
}

static void
count_for_priorities (const SynclineBucketTarget *target,
                      gint64 n_done,
                      gint64 n_total,
                      gpointer user_data)
{
  SynclineDownloadProgress *progress = user_data;

  for (int i = CLAMP (target->priority, 0, SYNCLINE_PRIORITY_DEFAULT);
       i <= SYNCLINE_PRIORITY_DEFAULT; i++)
    {
      progress->n_done_up_to[i] += n_done;
      progress->n_total_up_to[i] += n_total;
    }
}

/* Needs the progress lock. Counts of several buckets are clamped together: a server that compacts while it
 * sends makes the sum overshoot. */
static void
set_priority_progress (SynclineDownloadProgress *progress, const SynclineDownloadProgress *counted)
{
  for (int i = 0; i <= SYNCLINE_PRIORITY_DEFAULT; i++)
    {
      progress->n_total_up_to[i] = MAX (counted->n_total_up_to[i], 0);
      progress->n_done_up_to[i] = CLAMP (counted->n_done_up_to[i], 0, progress->n_total_up_to[i]);
    }
}

static void
publish_progress (SynclineDownloader *downloader, gboolean receiving)
{
  SynclineDownloadProgress counted = { 0 };
  gint64 n_done = 0, n_total = 0;

  if (downloader->tracker != NULL && receiving)
    {
      syncline_checkpoint_tracker_get_progress (downloader->tracker, &n_done, &n_total);
      syncline_checkpoint_tracker_visit (downloader->tracker, count_for_priorities, &counted);
    }
  syncline_subscriptions_update_progress (downloader->subscriptions,
                                          receiving ? downloader->tracker : NULL);

  g_mutex_lock (&downloader->progress_lock);
  downloader->progress.receiving = receiving;
  downloader->progress.gated = downloader->gated;
  downloader->progress.n_done = n_done;
  downloader->progress.n_total = n_total;
  set_priority_progress (&downloader->progress, &counted);
  g_mutex_unlock (&downloader->progress_lock);
  downloader->notices->progress (downloader->user_data);
}

static void
publish_connected (SynclineDownloader *downloader, gboolean connected)
{
  g_mutex_lock (&downloader->progress_lock);
  downloader->progress.connected = connected;
  if (!connected)
    downloader->progress.receiving = downloader->progress.gated = FALSE;
  g_mutex_unlock (&downloader->progress_lock);
  downloader->notices->progress (downloader->user_data);
}

void
syncline_downloader_disconnect (SynclineDownloader *downloader)
{
  SynclineDownloadProgress progress;

  syncline_downloader_get_progress (downloader, &progress);
  if (progress.connected)
    publish_connected (downloader, FALSE);
}

/* --- Applying -------------------------------------------------------------------------------- */

static void
note_applied (SynclineDownloader *downloader, const SynclineCheckpoint *checkpoint, int priority)
{
  g_autoptr (GError) error = NULL;

  if (!syncline_subscriptions_applied (downloader->subscriptions, priority, &error))
    syncline_log (COMPONENT, G_LOG_LEVEL_WARNING, "%s", error->message);
  if (priority != SYNCLINE_PRIORITY_ALL)
    {
      downloader->notices->applied (downloader->user_data, priority);
      return;
    }

  downloader->gated = FALSE;
  syncline_checkpoint_tracker_applied (downloader->tracker);
  downloader->notices->applied (downloader->user_data, priority);
  g_mutex_lock (&downloader->progress_lock);
  downloader->progress.applied_write_checkpoint = checkpoint->write_checkpoint;
  g_mutex_unlock (&downloader->progress_lock);
  publish_progress (downloader, FALSE);
}

/* Says so if the gate waits for a write checkpoint that has not come. */
static gboolean
look_for_confirmation (SynclineDownloader *downloader, gboolean first, GError **error)
{
  SynclineGate gate;

  if (!downloader->roles->store_methods->get_gate (downloader->roles->store, &gate, error))
    return FALSE;
  if (gate.n_queued == 0 && gate.target != 0 && gate.target != SYNCLINE_WRITE_CHECKPOINT_UNKNOWN)
    downloader->notices->unconfirmed (downloader->user_data, first);
  return TRUE;
}

/* Local writes keep a complete checkpoint back. Mostly the confirmation is under way. */
static gboolean
note_gated (SynclineDownloader *downloader, int priority, GError **error)
{
  if (priority != SYNCLINE_PRIORITY_ALL)
    return TRUE;

  downloader->gated = TRUE;
  publish_progress (downloader, TRUE);
  return look_for_confirmation (downloader, !downloader->completed_once, error);
}

/* Needs the event lock. */
static gboolean
apply (SynclineDownloader *downloader, int priority, GCancellable *cancellable, GError **error)
{
  SynclineRoles *roles = downloader->roles;
  const SynclineCheckpoint *checkpoint
      = syncline_checkpoint_tracker_get (downloader->tracker, error);
  g_autofree char *mismatch = NULL;
  SynclineApplyResult result;

  if (checkpoint == NULL)
    return FALSE;
  if (!roles->store_methods->apply_checkpoint (roles->store, checkpoint, priority, &result,
                                               &mismatch, cancellable, error))
    return FALSE;

  switch (result)
    {
    case SYNCLINE_APPLY_DONE:
      note_applied (downloader, checkpoint, priority);
      break;
    case SYNCLINE_APPLY_GATED:
      if (!note_gated (downloader, priority, error))
        return FALSE;
      break;
    case SYNCLINE_APPLY_MISMATCH:
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                   "Checksums differ, so these buckets are fetched again: %s",
                   mismatch != NULL ? mismatch : "?");
      return FALSE;
    }
  if (priority == SYNCLINE_PRIORITY_ALL)
    downloader->completed_once = TRUE;
  return TRUE;
}

gboolean
syncline_downloader_retry_gated (SynclineDownloader *downloader,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&downloader->event_lock);

  /* Validated anew as well: nothing says that nobody touched the store since. */
  if (downloader->tracker == NULL || !downloader->gated)
    return TRUE;
  return apply (downloader, SYNCLINE_PRIORITY_ALL, cancellable, error);
}

/* --- Events ---------------------------------------------------------------------------------- */

static void
log_stream_errors (const SynclineEvent *event)
{
  for (guint i = 0; i < event->n_streams; i++)
    for (guint j = 0; j < event->streams[i].n_errors; j++)
      syncline_log (COMPONENT, G_LOG_LEVEL_WARNING, "stream %s: %s", event->streams[i].name,
                    event->streams[i].errors[j]);
}

static gboolean
handle_checkpoint (SynclineDownloader *downloader,
                   const SynclineEvent *event,
                   GCancellable *cancellable,
                   GError **error)
{
  SynclineRoles *roles = downloader->roles;
  g_autoptr (GPtrArray) removed = NULL;

  log_stream_errors (event);
  if (!syncline_checkpoint_tracker_update (downloader->tracker, event, &removed, error))
    return FALSE;
  if (removed->len > 0
      && !roles->store_methods->remove_buckets (roles->store, (const char *const *) removed->pdata,
                                                removed->len, cancellable, error))
    return FALSE;

  /* Only a whole checkpoint names the streams. */
  if (event->type == SYNCLINE_EVENT_CHECKPOINT
      && !syncline_subscriptions_take_streams (downloader->subscriptions, event, error))
    return FALSE;

  /* What was kept back is outdated: operations of the new checkpoint come on top of it. */
  downloader->gated = FALSE;
  publish_progress (downloader, TRUE);
  return TRUE;
}

static gboolean
handle_ops (SynclineDownloader *downloader,
            const SynclineEvent *event,
            GCancellable *cancellable,
            GError **error)
{
  SynclineRoles *roles = downloader->roles;
  const SynclineOp *ops
      = syncline_row_opener_open (downloader->row_opener, event->ops, event->n_ops);

  if (event->n_ops > 0
      && !roles->store_methods->stage_ops (roles->store, event->bucket, ops, event->n_ops,
                                           cancellable, error))
    return FALSE;
  syncline_checkpoint_tracker_count (downloader->tracker, event->bucket, event->n_ops);
  publish_progress (downloader, TRUE);
  return TRUE;
}

static gboolean
handle_event (SynclineDownloader *downloader,
              const SynclineEvent *event,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&downloader->event_lock);

  switch (event->type)
    {
    case SYNCLINE_EVENT_CHECKPOINT:
    case SYNCLINE_EVENT_CHECKPOINT_DIFF:
      return handle_checkpoint (downloader, event, cancellable, error);
    case SYNCLINE_EVENT_OPS:
      return handle_ops (downloader, event, cancellable, error);
    case SYNCLINE_EVENT_COMPLETE:
      return apply (downloader, SYNCLINE_PRIORITY_ALL, cancellable, error);
    case SYNCLINE_EVENT_PARTIAL_COMPLETE:
      return apply (downloader, event->priority, cancellable, error);
    case SYNCLINE_EVENT_KEEPALIVE:
      return look_for_confirmation (downloader, FALSE, error);
    case SYNCLINE_EVENT_UNKNOWN:
    case SYNCLINE_EVENT_END:
      return TRUE;
    }
  return TRUE;
}

/* --- One stream ------------------------------------------------------------------------------ */

typedef struct
{
  SynclineCheckpointTracker *tracker;
  GArray *buckets; /* of SynclineBucketState */
} Positions;

static void
clear_position (gpointer data)
{
  g_free ((char *) ((SynclineBucketState *) data)->name);
}

static void
take_position (const SynclineBucketState *bucket, gpointer user_data)
{
  Positions *positions = user_data;
  SynclineBucketState copy = *bucket;

  copy.name = g_strdup (bucket->name);
  g_array_append_val (positions->buckets, copy);
  syncline_checkpoint_tracker_add_known (positions->tracker, bucket);
}

/* Positions are read from the store just before each request: a stale one would bring operations a second
 * time, and their checksums with them. */
static gpointer
open_stream (SynclineDownloader *downloader,
             SynclineCredentials *credentials,
             GCancellable *cancellable,
             GError **error)
{
  SynclineRoles *roles = downloader->roles;
  g_autofree char *client_id = syncline_roles_dup_client_id (roles, error);
  g_autoptr (GArray) buckets = g_array_new (FALSE, FALSE, sizeof (SynclineBucketState));
  Positions positions = { downloader->tracker, buckets };

  g_array_set_clear_func (buckets, clear_position);
  if (client_id == NULL)
    return NULL;
  g_autoptr (GArray) wanted
      = syncline_subscriptions_begin_stream (downloader->subscriptions, error);
  if (wanted == NULL
      || !roles->store_methods->list_buckets (roles->store, take_position, &positions, cancellable,
                                              error))
    return NULL;

  const SynclineStreamRequest request = {
    .client_id = client_id,
    .n_buckets = buckets->len,
    .buckets = (const SynclineBucketState *) (void *) buckets->data,
    .parameters = roles->setup->engine.parameters,
    .include_defaults = roles->setup->engine.include_defaults,
    .n_subscriptions = wanted->len,
    .subscriptions = (const SynclineSubscription *) (void *) wanted->data,
  };
  return roles->download_methods->open_stream (roles->download, &request, credentials, cancellable,
                                               error);
}

/* Whether the stream should be opened anew with a fresher token, which is there already. When it can't be
 * had now, the stream goes on as long as it may. */
static gboolean
token_was_renewed (SynclineDownloader *downloader,
                   SynclineCredentials *credentials,
                   gint64 expires_in,
                   GCancellable *cancellable)
{
  g_autoptr (SynclineCredentials) fresh = NULL;

  if (credentials == NULL || expires_in <= 0 || expires_in > TOKEN_ENDS_SOON)
    return FALSE;
  if (!syncline_roles_get_credentials (downloader->roles,
                                       (expires_in + TOKEN_ENDS_SOON) * G_TIME_SPAN_SECOND, &fresh,
                                       cancellable, NULL))
    return FALSE;
  return !g_str_equal (syncline_credentials_get_token (fresh),
                       syncline_credentials_get_token (credentials));
}

gboolean
syncline_downloader_is_outdated (SynclineDownloader *downloader)
{
  g_autoptr (GError) error = NULL;
  gboolean outdated = FALSE;

  if (!syncline_subscriptions_renew (downloader->subscriptions, &outdated, &error))
    syncline_log (COMPONENT, G_LOG_LEVEL_WARNING, "%s", error->message);
  if (outdated)
    g_atomic_int_set (&downloader->reopening, TRUE);
  return outdated;
}

static void
count_bytes (SynclineDownloader *downloader, const SynclineEvent *event)
{
  g_mutex_lock (&downloader->progress_lock);
  downloader->progress.wire_bytes += event->wire_bytes;
  downloader->progress.decoded_bytes += event->decoded_bytes;
  g_mutex_unlock (&downloader->progress_lock);
}

static SynclineDownloadResult
follow (SynclineDownloader *downloader,
        gpointer stream,
        SynclineCredentials *credentials,
        GCancellable *cancellable,
        GError **error)
{
  SynclineRoles *roles = downloader->roles;
  gboolean received_any = FALSE;

  for (;;)
    {
      SynclineEvent event = { 0 };

      if (!roles->download_methods->next_event (roles->download, stream, &event, cancellable, error)
          || !handle_event (downloader, &event, cancellable, error))
        return SYNCLINE_DOWNLOAD_FAILED;
      count_bytes (downloader, &event);
      if (event.type == SYNCLINE_EVENT_CHECKPOINT)
        received_any = TRUE;
      if (event.type == SYNCLINE_EVENT_END
          || (event.type == SYNCLINE_EVENT_KEEPALIVE && event.expires_in <= 0))
        break;
      if (event.type == SYNCLINE_EVENT_KEEPALIVE && syncline_downloader_is_outdated (downloader))
        return SYNCLINE_DOWNLOAD_ENDED;
      if (event.type == SYNCLINE_EVENT_KEEPALIVE
          && token_was_renewed (downloader, credentials, event.expires_in, cancellable))
        return SYNCLINE_DOWNLOAD_ENDED;
    }

  /* The token is used up. A stream that brought nothing else counts as a failure, or a client whose
   * clock is wrong would reconnect in a tight loop. */
  syncline_roles_refuse_credentials (roles, credentials);
  if (received_any)
    return SYNCLINE_DOWNLOAD_ENDED;
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED,
                       "The service ended the stream at once: the token has expired");
  return SYNCLINE_DOWNLOAD_FAILED;
}

static void
begin_stream (SynclineDownloader *downloader)
{
  g_mutex_lock (&downloader->event_lock);
  downloader->tracker = syncline_checkpoint_tracker_new ();
  downloader->gated = FALSE;
  downloader->completed_once = FALSE;
  g_atomic_int_set (&downloader->reopening, FALSE);
  g_mutex_unlock (&downloader->event_lock);
}

/* What was staged is safe to keep, however the stream ended. */
static void
end_stream (SynclineDownloader *downloader)
{
  SynclineRoles *roles = downloader->roles;
  g_autoptr (GError) error = NULL;

  syncline_subscriptions_end_stream (downloader->subscriptions);
  g_mutex_lock (&downloader->event_lock);
  if (SYNCLINE_HAS_SLOT (roles->store_methods, flush)
      && !roles->store_methods->flush (roles->store, NULL, &error))
    syncline_log (COMPONENT, G_LOG_LEVEL_WARNING, "%s", error->message);
  g_clear_pointer (&downloader->tracker, syncline_checkpoint_tracker_free);
  downloader->gated = FALSE;
  g_mutex_unlock (&downloader->event_lock);
}

SynclineDownloadResult
syncline_downloader_run (SynclineDownloader *downloader,
                         SynclineCredentials *credentials,
                         GCancellable *cancellable,
                         GError **error)
{
  SynclineRoles *roles = downloader->roles;
  SynclineDownloadResult result = SYNCLINE_DOWNLOAD_FAILED;

  begin_stream (downloader);
  gpointer stream = open_stream (downloader, credentials, cancellable, error);
  if (stream != NULL)
    {
      publish_connected (downloader, TRUE);
      downloader->notices->connected (downloader->user_data);
      result = follow (downloader, stream, credentials, cancellable, error);
      roles->download_methods->close_stream (roles->download, stream);
    }
  end_stream (downloader);
  if (stream == NULL || !g_atomic_int_get (&downloader->reopening))
    publish_connected (downloader, FALSE);
  return result;
}
