/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "stream-status-private.h"

G_DEFINE_BOXED_TYPE (SynclineStreamStatus,
                     syncline_stream_status,
                     syncline_stream_status_ref,
                     syncline_stream_status_unref)

SynclineStreamStatus *
syncline_stream_status_new (const char *name, const char *parameters)
{
  SynclineStreamStatus *stream = g_atomic_rc_box_new0 (SynclineStreamStatus);

  stream->name = g_strdup (name);
  stream->parameters = g_strdup (parameters);
  stream->priority = -1;
  return stream;
}

SynclineStreamStatus *
syncline_stream_status_copy (const SynclineStreamStatus *stream)
{
  SynclineStreamStatus *copy = g_atomic_rc_box_new0 (SynclineStreamStatus);

  *copy = *stream;
  copy->name = g_strdup (stream->name);
  copy->parameters = g_strdup (stream->parameters);
  return copy;
}

SynclineStreamStatus *
syncline_stream_status_ref (SynclineStreamStatus *stream)
{
  return g_atomic_rc_box_acquire (stream);
}

static void
stream_status_clear (gpointer data)
{
  SynclineStreamStatus *stream = data;

  g_free (stream->name);
  g_free (stream->parameters);
}

void
syncline_stream_status_unref (SynclineStreamStatus *stream)
{
  g_atomic_rc_box_release_full (stream, stream_status_clear);
}

const char *
syncline_stream_status_get_name (SynclineStreamStatus *stream)
{
  return stream->name;
}

const char *
syncline_stream_status_get_parameters (SynclineStreamStatus *stream)
{
  return stream->parameters;
}

int
syncline_stream_status_get_priority (SynclineStreamStatus *stream)
{
  return stream->priority;
}

gboolean
syncline_stream_status_get_subscribed (SynclineStreamStatus *stream)
{
  return stream->is_subscribed;
}

gboolean
syncline_stream_status_get_active (SynclineStreamStatus *stream)
{
  return stream->is_active;
}

gboolean
syncline_stream_status_get_default (SynclineStreamStatus *stream)
{
  return stream->is_default;
}

gint64
syncline_stream_status_get_expires_at (SynclineStreamStatus *stream)
{
  return stream->expires_at;
}

gboolean
syncline_stream_status_get_has_synced (SynclineStreamStatus *stream)
{
  return stream->last_synced_at != 0;
}

gint64
syncline_stream_status_get_last_synced_at (SynclineStreamStatus *stream)
{
  return stream->last_synced_at;
}

gboolean
syncline_stream_status_get_progress (SynclineStreamStatus *stream,
                                     gint64 *out_done,
                                     gint64 *out_total)
{
  if (out_done != NULL)
    *out_done = stream->n_done;
  if (out_total != NULL)
    *out_total = stream->n_total;
  return stream->has_progress;
}
