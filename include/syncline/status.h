/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib-object.h>
#include <syncline/error.h>
#include <syncline/macros.h>

G_BEGIN_DECLS

/**
 * SynclineState:
 * @SYNCLINE_STATE_OFF: the config leaves this role out, or the client is not started
 * @SYNCLINE_STATE_STANDBY: another process syncs this database
 * @SYNCLINE_STATE_NO_SESSION: waiting for a sign-in
 * @SYNCLINE_STATE_CONNECTING: on the way to the server
 * @SYNCLINE_STATE_ACTIVE: transferring, or for downloads: connected
 * @SYNCLINE_STATE_IDLE: nothing to do
 * @SYNCLINE_STATE_BACKING_OFF: waiting to try again after a failure
 * @SYNCLINE_STATE_BLOCKED: a person has to look: the message says at what
 *
 * What the upload or the download is doing.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_STATE_OFF,
  SYNCLINE_STATE_STANDBY,
  SYNCLINE_STATE_NO_SESSION,
  SYNCLINE_STATE_CONNECTING,
  SYNCLINE_STATE_ACTIVE,
  SYNCLINE_STATE_IDLE,
  SYNCLINE_STATE_BACKING_OFF,
  SYNCLINE_STATE_BLOCKED,
} SynclineState;

/**
 * syncline_state_to_string:
 * @state: a state
 *
 * Returns: (transfer none): its name, such as `backing-off`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_state_to_string (SynclineState state);

/**
 * SynclineStatus:
 *
 * A snapshot of what a client is doing: immutable, reference-counted, usable from any thread.
 *
 * Since: 0.1
 */
typedef struct _SynclineStatus SynclineStatus;

#define SYNCLINE_TYPE_STATUS (syncline_status_get_type ())
SYNCLINE_API GType syncline_status_get_type (void) G_GNUC_CONST;

/**
 * syncline_status_ref:
 * @status: a status
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @status
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineStatus *syncline_status_ref (SynclineStatus *status);

/**
 * syncline_status_unref:
 * @status: (transfer full): a status
 *
 * Drops a reference. The last one frees it.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_status_unref (SynclineStatus *status);

/**
 * syncline_status_get_upload_state:
 * @status: a status
 *
 * Returns: what the upload is doing
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineState syncline_status_get_upload_state (SynclineStatus *status);

/**
 * syncline_status_get_download_state:
 * @status: a status
 *
 * Returns: what the download is doing
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineState syncline_status_get_download_state (SynclineStatus *status);

/**
 * syncline_status_get_upload_error:
 * @status: a status
 *
 * Returns: (nullable) (transfer none): the last failure of the upload, until it succeeds again
 *
 * Since: 0.1
 */
SYNCLINE_API const GError *syncline_status_get_upload_error (SynclineStatus *status);

/**
 * syncline_status_get_download_error:
 * @status: a status
 *
 * Returns: (nullable) (transfer none): the last failure of the download, until a checkpoint is applied
 *
 * Since: 0.1
 */
SYNCLINE_API const GError *syncline_status_get_download_error (SynclineStatus *status);

/**
 * syncline_status_get_upload_wake_time:
 * @status: a status
 *
 * Returns: when the upload tries again, in microseconds of the real-time clock; 0 when it waits for an
 *   event and not for a time
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_status_get_upload_wake_time (SynclineStatus *status);

/**
 * syncline_status_get_download_wake_time:
 * @status: a status
 *
 * Returns: when the download tries again, in microseconds of the real-time clock; 0 when it
 *   waits for an event and not for a time
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_status_get_download_wake_time (SynclineStatus *status);

/**
 * syncline_status_get_reason:
 * @status: a status
 * @upload: of the upload, or of the download
 *
 * Returns: (transfer none): a stable, short code for why it is in its state, such as `queue-empty`,
 *   `offline` or `awaiting-write-checkpoint`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_status_get_reason (SynclineStatus *status, gboolean upload);

/**
 * syncline_status_get_since:
 * @status: a status
 * @upload: of the upload, or of the download
 *
 * Returns: since when it is in this state for this reason, in microseconds since the epoch; 0 when that is
 *   not known
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_status_get_since (SynclineStatus *status, gboolean upload);

/**
 * syncline_status_get_waiting_for:
 * @status: a status
 * @upload: of the upload, or of the download
 *
 * Returns: (transfer none): what has to happen for it to go on, in words, to stand after “waits for”
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_status_get_waiting_for (SynclineStatus *status, gboolean upload);

/**
 * syncline_status_get_n_failures:
 * @status: a status
 * @upload: of the upload, or of the download
 *
 * Returns: how often it failed, and had to try again later, since its process opened the database
 *
 * Since: 0.1
 */
SYNCLINE_API guint64 syncline_status_get_n_failures (SynclineStatus *status, gboolean upload);

/**
 * syncline_status_get_syncer:
 * @status: a status
 *
 * Returns: the number of the process that syncs the database; 0 when none does, or it is not known
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_status_get_syncer (SynclineStatus *status);

/**
 * syncline_status_get_connected:
 * @status: a status
 *
 * Returns: whether the download stream is open
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_status_get_connected (SynclineStatus *status);

/**
 * syncline_status_get_downloading:
 * @status: a status
 *
 * Returns: whether a checkpoint is being received that is not applied yet
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_status_get_downloading (SynclineStatus *status);

/**
 * syncline_status_get_progress:
 * @status: a status
 * @out_done: (out) (optional): operations received
 * @out_total: (out) (optional): operations of the checkpoint that is being received
 *
 * Returns: whether a checkpoint is being received whose size is known
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_status_get_progress (SynclineStatus *status,
                                                    gint64 *out_done,
                                                    gint64 *out_total);

/**
 * syncline_status_get_priority_progress:
 * @status: a status
 * @priority: a priority, from 0
 * @out_done: (out) (optional): operations received
 * @out_total: (out) (optional): operations of the checkpoint that is being received
 *
 * Like [method@Status.get_progress], of what is at least as important as @priority.
 *
 * Returns: whether such a part of a checkpoint is being received
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_status_get_priority_progress (SynclineStatus *status,
                                                             int priority,
                                                             gint64 *out_done,
                                                             gint64 *out_total);

/**
 * syncline_status_get_wire_bytes:
 * @status: a status
 *
 * Returns: bytes downloaded since the client was opened, as they were on the wire, as far as known
 *
 * Since: 0.1
 */
SYNCLINE_API guint64 syncline_status_get_wire_bytes (SynclineStatus *status);

/**
 * syncline_status_get_decoded_bytes:
 * @status: a status
 *
 * Returns: bytes of the messages downloaded since the client was opened, after decompression
 *
 * Since: 0.1
 */
SYNCLINE_API guint64 syncline_status_get_decoded_bytes (SynclineStatus *status);

/**
 * syncline_status_get_has_synced:
 * @status: a status
 *
 * Returns: whether a full checkpoint was ever applied
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_status_get_has_synced (SynclineStatus *status);

/**
 * syncline_status_get_last_synced_at:
 * @status: a status
 *
 * Returns: when a full checkpoint was last applied, in microseconds since the epoch; 0 if never
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_status_get_last_synced_at (SynclineStatus *status);

/**
 * syncline_status_get_n_queued:
 * @status: a status
 *
 * Returns: local changes that the server does not have yet
 *
 * Since: 0.1
 */
SYNCLINE_API guint64 syncline_status_get_n_queued (SynclineStatus *status);

/**
 * syncline_status_get_n_rejected:
 * @status: a status
 *
 * Returns: local changes that the server refused, kept for a person or program to retry or discard
 *
 * Since: 0.1
 */
SYNCLINE_API guint64 syncline_status_get_n_rejected (SynclineStatus *status);

/**
 * syncline_status_get_user_id:
 * @status: a status
 *
 * Returns: (nullable) (transfer none): who is signed in, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_status_get_user_id (SynclineStatus *status);

/**
 * syncline_status_get_up_to_date:
 * @status: a status
 *
 * Returns: whether nothing is queued, everything uploaded is confirmed, and the last checkpoint of the
 *   open stream is applied
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_status_get_up_to_date (SynclineStatus *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineStatus, syncline_status_unref)

/**
 * SynclineStreamStatus:
 *
 * What is known of one sync stream with one set of parameters: immutable, reference-counted, usable from
 * any thread.
 *
 * Since: 0.1
 */
typedef struct _SynclineStreamStatus SynclineStreamStatus;

#define SYNCLINE_TYPE_STREAM_STATUS (syncline_stream_status_get_type ())
SYNCLINE_API GType syncline_stream_status_get_type (void) G_GNUC_CONST;

/**
 * syncline_stream_status_ref:
 * @stream: the status of a stream
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @stream
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineStreamStatus *syncline_stream_status_ref (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_unref:
 * @stream: (transfer full): the status of a stream
 *
 * Drops a reference. The last one frees it.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_stream_status_unref (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_name:
 * @stream: the status of a stream
 *
 * Returns: (transfer none): the stream's name
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_stream_status_get_name (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_parameters:
 * @stream: the status of a stream
 *
 * Returns: (nullable) (transfer none): JSON object text, members sorted by name; %NULL for none
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_stream_status_get_parameters (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_priority:
 * @stream: the status of a stream
 *
 * Returns: the priority that the subscription asks for, or -1 for the stream's own
 *
 * Since: 0.1
 */
SYNCLINE_API int syncline_stream_status_get_priority (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_subscribed:
 * @stream: the status of a stream
 *
 * Returns: whether the application or the config subscribed to it, as opposed to the service alone
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_stream_status_get_subscribed (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_active:
 * @stream: the status of a stream
 *
 * Returns: whether the last checkpoint had it; a stream that the service does not know never is
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_stream_status_get_active (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_default:
 * @stream: the status of a stream
 *
 * Returns: whether the service subscribes it by itself
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_stream_status_get_default (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_expires_at:
 * @stream: the status of a stream
 *
 * Returns: when the subscription ends if nobody renews it, in microseconds since the epoch; 0 without one
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_stream_status_get_expires_at (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_has_synced:
 * @stream: the status of a stream
 *
 * Returns: whether all of it was ever received and shown
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_stream_status_get_has_synced (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_last_synced_at:
 * @stream: the status of a stream
 *
 * Returns: when all of it was last received and shown, in microseconds since the epoch; 0 if never. What
 *   the file remembers of it may be a minute older.
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_stream_status_get_last_synced_at (SynclineStreamStatus *stream);

/**
 * syncline_stream_status_get_progress:
 * @stream: the status of a stream
 * @out_done: (out) (optional): operations received
 * @out_total: (out) (optional): operations of the checkpoint that is being received
 *
 * Returns: whether operations of the stream are being received
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_stream_status_get_progress (SynclineStreamStatus *stream,
                                                           gint64 *out_done,
                                                           gint64 *out_total);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineStreamStatus, syncline_stream_status_unref)

G_END_DECLS
