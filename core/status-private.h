/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/status.h>

#include "downloader.h"
#include "lane.h"

G_BEGIN_DECLS

/* What a status is made of. */
typedef struct
{
  SynclineLaneSnapshot upload;
  SynclineLaneSnapshot download;
  SynclineDownloadProgress progress;
  SynclineGate gate;
  gint64 last_synced_at;
  char *user_id;
  gint64 syncer; /* process that syncs, 0 for none */
} SynclineStatusParts;

/* Takes what @parts owns. */
SynclineStatus *syncline_status_new (SynclineStatusParts *parts);

/* The status of a client that is not open. */
SynclineStatus *syncline_status_new_closed (void);

G_END_DECLS
