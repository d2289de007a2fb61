/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by downloader.c (streams) and write-checkpoint.c. */

#pragma once

#include "powersync-download/downloader.h"

G_BEGIN_DECLS

struct _Downloader
{
  const DownloaderConfig *config;
  SynclineHost *host;
  SynclineHttp *http;
  char *url;             /* without a slash at its end */
  int numbers_are_given; /* atomic: the service is too old to let clients choose write checkpoints */
  gint64 highest_number; /* that the service is known to have noted; requests come one at a time */
};

void downloader_add_authorization (GPtrArray *headers, SynclineCredentials *credentials);

/* Sends a GET whose answer is a JSON object, and checks the status. */
gboolean downloader_get_json (Downloader *downloader,
                              const char *path,
                              SynclineCredentials *credentials,
                              HttpResponse *response,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
