/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "reason.h"
#include "status-private.h"

struct _SynclineStatus
{
  SynclineStatusParts parts;
};

G_DEFINE_BOXED_TYPE (SynclineStatus, syncline_status, syncline_status_ref, syncline_status_unref)

const char *
syncline_state_to_string (SynclineState state)
{
  switch (state)
    {
    case SYNCLINE_STATE_OFF:
      return "off";
    case SYNCLINE_STATE_STANDBY:
      return "standby";
    case SYNCLINE_STATE_NO_SESSION:
      return "no-session";
    case SYNCLINE_STATE_CONNECTING:
      return "connecting";
    case SYNCLINE_STATE_ACTIVE:
      return "active";
    case SYNCLINE_STATE_IDLE:
      return "idle";
    case SYNCLINE_STATE_BACKING_OFF:
      return "backing-off";
    case SYNCLINE_STATE_BLOCKED:
      return "blocked";
    }
  return "?";
}

SynclineStatus *
syncline_status_new (SynclineStatusParts *parts)
{
  SynclineStatus *status = g_atomic_rc_box_new0 (SynclineStatus);

  status->parts = *parts;
  return status;
}

SynclineStatus *
syncline_status_new_closed (void)
{
  const SynclineLaneSnapshot off = { .state = SYNCLINE_STATE_OFF, .reason = "not-open" };
  SynclineStatusParts parts = { .upload = off, .download = off };

  return syncline_status_new (&parts);
}

SynclineStatus *
syncline_status_ref (SynclineStatus *status)
{
  return g_atomic_rc_box_acquire (status);
}

static void
status_clear (gpointer data)
{
  SynclineStatus *status = data;

  g_clear_error (&status->parts.upload.error);
  g_clear_error (&status->parts.download.error);
  g_free (status->parts.user_id);
}

void
syncline_status_unref (SynclineStatus *status)
{
  g_atomic_rc_box_release_full (status, status_clear);
}

SynclineState
syncline_status_get_upload_state (SynclineStatus *status)
{
  return status->parts.upload.state;
}

SynclineState
syncline_status_get_download_state (SynclineStatus *status)
{
  return status->parts.download.state;
}

const GError *
syncline_status_get_upload_error (SynclineStatus *status)
{
  return status->parts.upload.error;
}

const GError *
syncline_status_get_download_error (SynclineStatus *status)
{
  return status->parts.download.error;
}

gint64
syncline_status_get_upload_wake_time (SynclineStatus *status)
{
  return status->parts.upload.wake_time;
}

gint64
syncline_status_get_download_wake_time (SynclineStatus *status)
{
  return status->parts.download.wake_time;
}

const char *
syncline_status_get_reason (SynclineStatus *status, gboolean upload)
{
  return upload ? status->parts.upload.reason : status->parts.download.reason;
}

gint64
syncline_status_get_since (SynclineStatus *status, gboolean upload)
{
  return upload ? status->parts.upload.since : status->parts.download.since;
}

const char *
syncline_status_get_waiting_for (SynclineStatus *status, gboolean upload)
{
  const SynclineReason *reason = syncline_reason_find (syncline_status_get_reason (status, upload));

  return reason != NULL ? reason->waits_for : "the next attempt";
}

guint64
syncline_status_get_n_failures (SynclineStatus *status, gboolean upload)
{
  return upload ? status->parts.upload.n_failures : status->parts.download.n_failures;
}

gint64
syncline_status_get_syncer (SynclineStatus *status)
{
  return status->parts.syncer;
}

gboolean
syncline_status_get_connected (SynclineStatus *status)
{
  return status->parts.progress.connected;
}

gboolean
syncline_status_get_downloading (SynclineStatus *status)
{
  return status->parts.progress.receiving;
}

gboolean
syncline_status_get_progress (SynclineStatus *status, gint64 *out_done, gint64 *out_total)
{
  const SynclineDownloadProgress *progress = &status->parts.progress;

  if (out_done != NULL)
    *out_done = progress->n_done;
  if (out_total != NULL)
    *out_total = progress->n_total;
  return progress->receiving && progress->n_total > 0;
}

gboolean
syncline_status_get_priority_progress (SynclineStatus *status,
                                       int priority,
                                       gint64 *out_done,
                                       gint64 *out_total)
{
  const SynclineDownloadProgress *progress = &status->parts.progress;
  const int i = CLAMP (priority, 0, SYNCLINE_PRIORITY_DEFAULT);

  if (out_done != NULL)
    *out_done = progress->n_done_up_to[i];
  if (out_total != NULL)
    *out_total = progress->n_total_up_to[i];
  return progress->receiving && progress->n_total_up_to[i] > 0;
}

guint64
syncline_status_get_wire_bytes (SynclineStatus *status)
{
  return status->parts.progress.wire_bytes;
}

guint64
syncline_status_get_decoded_bytes (SynclineStatus *status)
{
  return status->parts.progress.decoded_bytes;
}

gboolean
syncline_status_get_has_synced (SynclineStatus *status)
{
  return status->parts.last_synced_at != 0;
}

gint64
syncline_status_get_last_synced_at (SynclineStatus *status)
{
  return status->parts.last_synced_at;
}

guint64
syncline_status_get_n_queued (SynclineStatus *status)
{
  return status->parts.gate.n_queued;
}

guint64
syncline_status_get_n_rejected (SynclineStatus *status)
{
  return status->parts.gate.n_rejected;
}

const char *
syncline_status_get_user_id (SynclineStatus *status)
{
  return status->parts.user_id;
}

gboolean
syncline_status_get_up_to_date (SynclineStatus *status)
{
  const SynclineStatusParts *parts = &status->parts;

  return parts->gate.n_queued == 0 && parts->gate.target == 0 && parts->progress.connected
         && !parts->progress.receiving && parts->last_synced_at != 0;
}
