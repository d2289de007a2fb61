/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The download role over HTTP: streams of the PowerSync service, and write checkpoints. */

#pragma once

#include "common/http.h"

#include <syncline/transport.h>

G_BEGIN_DECLS

/* The words of the option format. */
typedef enum
{
  DOWNLOADER_FORMAT_AUTO,
  DOWNLOADER_FORMAT_NDJSON,
  DOWNLOADER_FORMAT_BSON,
} DownloaderFormat;

typedef struct
{
  char *url;
  gint64 idle_timeout;
  gint64 max_message;
  int format;
  gboolean compression;
  SynclineHttpConfig http;
} DownloaderConfig;

typedef struct _Downloader Downloader;
typedef struct _DownloaderStream DownloaderStream;

Downloader *downloader_new (const DownloaderConfig *config, SynclineHost *host, GError **error);
void downloader_free (Downloader *downloader);

/* These are the methods of SynclineTransportClass. */
DownloaderStream *downloader_open_stream (Downloader *downloader,
                                          const SynclineStreamRequest *request,
                                          SynclineCredentials *credentials,
                                          GCancellable *cancellable,
                                          GError **error);
gboolean downloader_next_event (DownloaderStream *stream,
                                SynclineEvent *out_event,
                                GCancellable *cancellable,
                                GError **error);
void downloader_close_stream (DownloaderStream *stream);
gboolean downloader_request_write_checkpoint (Downloader *downloader,
                                              const char *client_id,
                                              gint64 above,
                                              SynclineCredentials *credentials,
                                              gint64 *out_write_checkpoint,
                                              GCancellable *cancellable,
                                              GError **error);
gboolean downloader_probe (Downloader *downloader,
                           char **out_message,
                           GCancellable *cancellable,
                           GError **error);
void downloader_check (Downloader *downloader,
                       SynclineFindingFunc func,
                       gpointer func_data,
                       GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Downloader, downloader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderStream, downloader_close_stream)

G_END_DECLS
