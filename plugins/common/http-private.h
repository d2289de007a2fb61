/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <curl/curl.h>

#include "common/http.h"

G_BEGIN_DECLS

#define HTTP_DEFAULT_TIMEOUT (60 * G_TIME_SPAN_SECOND)
#define HTTP_DEFAULT_BODY_LIMIT (16 * 1024 * 1024)
#define HTTP_ERROR_BODY_LIMIT (64 * 1024)

/* A lane carries one transfer at a time. It keeps its connection for the next one, and it can be
 * woken from another thread. */
typedef struct
{
  CURLM *multi;
  CURL *easy;
} HttpLane;

HttpLane *http_lane_take (SynclineHttp *http);
void http_lane_give_back (SynclineHttp *http, HttpLane *lane);

struct _SynclineHttp
{
  const SynclineHttpConfig *config;
  SynclineHost *host;
  char *user_agent;
  GMutex lock;
  GPtrArray *idle_lanes;
};

/* One request on its way. */
typedef struct
{
  SynclineHttp *http;
  HttpLane *lane;
  HttpResponse *response; /* NULL once a stream's headers are there */
  struct curl_slist *headers;
  char *url; /* for messages */
  char *method;
  char *request_id; /* sent along, so that logs of both sides can be told to belong together */
  char *host;
  char curl_error[CURL_ERROR_SIZE];
  CURLcode result;
  gboolean streaming;
  gboolean attached;
  gboolean headers_done;
  gboolean done;
  gboolean too_long;
  gboolean paused;
  guint status;
  gsize header_bytes;
  gsize body_limit;
  GByteArray *chunk; /* of a stream: what was received and not read yet */
} HttpTransfer;

gboolean http_transfer_init (HttpTransfer *transfer,
                             SynclineHttp *http,
                             const HttpRequest *request,
                             HttpResponse *response,
                             gboolean streaming,
                             GError **error);
void http_transfer_clear (HttpTransfer *transfer);

/* Works on the transfer until @is_enough says so or it is done. FALSE on cancel, or when nothing was
 * enough within @timeout. */
gboolean http_transfer_run (HttpTransfer *transfer,
                            gboolean (*is_enough) (HttpTransfer *transfer),
                            gint64 timeout,
                            gboolean restart_on_bytes,
                            GCancellable *cancellable,
                            GError **error);

guint64 http_transfer_get_wire_bytes (HttpTransfer *transfer);

/* Sets everything on the handle that comes from the config and is the same for all requests. */
void http_config_apply (SynclineHttp *http, CURL *easy);
gboolean http_config_check (const SynclineHttpConfig *config, SynclineHost *host, GError **error);

/* Turns what became of a transfer into TRUE or an error. */
gboolean http_transfer_check (HttpTransfer *transfer, GError **error);
void http_set_timeout_error (HttpTransfer *transfer, gint64 timeout, GError **error);

/* Host and port of a URL. */
char *http_url_dup_host (const char *url);

G_END_DECLS
