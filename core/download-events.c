/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "downloader-private.h"
#include "error-private.h"
#include "log.h"

#define COMPONENT "download"

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
  syncline_downloader_publish_progress (downloader, FALSE);
}

/* Says so if the gate waits for a write checkpoint that has not come, or for one to be asked for. */
static gboolean
look_for_confirmation (SynclineDownloader *downloader, gboolean first, GError **error)
{
  SynclineGate gate;

  if (!downloader->roles->store_methods->get_gate (downloader->roles->store, &gate, error))
    return FALSE;
  if (gate.n_queued > 0 || gate.target == 0)
    return TRUE;
  if (gate.target == SYNCLINE_WRITE_CHECKPOINT_UNKNOWN)
    downloader->notices->unrequested (downloader->user_data);
  else
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
  syncline_downloader_publish_progress (downloader, TRUE);
  return look_for_confirmation (downloader, !downloader->completed_once, error);
}

/* A service may be wrong in many ways; that its rows do not add up is worth a name of its own. */
static void
set_mismatch (const char *mismatch, GError **error)
{
  GError *differing = g_error_new (SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                                   "Checksums differ, so these buckets are fetched again: %s",
                                   mismatch != NULL ? mismatch : "?");

  syncline_error_set_reason (differing, "checksum-mismatch");
  g_propagate_error (error, differing);
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
      set_mismatch (mismatch, error);
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
  syncline_downloader_publish_progress (downloader, TRUE);
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
  syncline_downloader_publish_progress (downloader, TRUE);
  return TRUE;
}

gboolean
syncline_downloader_handle (SynclineDownloader *downloader,
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
