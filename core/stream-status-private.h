/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/status.h>

G_BEGIN_DECLS

/* What is known of one stream with one set of parameters. */
struct _SynclineStreamStatus
{
  char *name;
  char *parameters; /* canonical JSON, or NULL */
  int priority;     /* that the application wants, or -1 */
  gboolean is_subscribed;
  gboolean is_active;
  gboolean is_default;
  gint64 expires_at;
  gint64 last_synced_at;
  gboolean has_progress;
  gint64 n_done;
  gint64 n_total;
};

SynclineStreamStatus *syncline_stream_status_new (const char *name, const char *parameters);
SynclineStreamStatus *syncline_stream_status_copy (const SynclineStreamStatus *stream);

G_END_DECLS
