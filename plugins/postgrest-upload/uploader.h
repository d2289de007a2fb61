/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* postgrest-upload: sends changes to PostgREST, as Supabase has it. A row's way through the files:
 * uploader.c asks group.c how many changes go into a request, request.c writes it, answer.c reads what
 * comes back, classify.c says what that means. */

#pragma once

#include <syncline/transport.h>

#include "common/http.h"

#include "request.h"

G_BEGIN_DECLS

typedef enum
{
  UPLOAD_MODE_REST,        /* bulk requests */
  UPLOAD_MODE_REST_SINGLE, /* one request a change */
  UPLOAD_MODE_RPC,         /* one call a transaction */
} UploadMode;

/* Filled from the option table. */
typedef struct
{
  char *url;
  char *api_key;
  char *profile;
  int mode;
  gint64 max_request_changes;
  gint64 max_request_size;
  char *function;
  gint64 timeout;
  SynclineHttpConfig http;
} UploaderConfig;

typedef struct
{
  const UploaderConfig *config;
  SynclineHost *host;
  SynclineHttp *http;
  Endpoint endpoint;
  char *client_id; /* NULL until the engine tells */
  /* Changes in the next request. Halved when one is refused, or fails for a reason that may lie in its size (a
   * timeout, a bad line); doubled when one goes through. */
  guint request_changes;
} Uploader;

Uploader *uploader_new (const UploaderConfig *config, SynclineHost *host, GError **error);
void uploader_free (Uploader *uploader);

/* See SynclineTransportClass::upload. */
gboolean uploader_upload (Uploader *uploader,
                          GPtrArray *changes,
                          SynclineCredentials *credentials,
                          GPtrArray *outcomes,
                          GCancellable *cancellable,
                          GError **error);

/* See the slots of SynclineTransportClass. */
gboolean uploader_applies_transactions (Uploader *uploader);
void uploader_set_client_id (Uploader *uploader, const char *client_id);

/* See SynclineTransportClass::probe. */
gboolean
uploader_probe (Uploader *uploader, char **out_message, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Uploader, uploader_free)

G_END_DECLS
