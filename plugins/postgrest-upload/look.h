/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Looking at PostgREST without changing anything. */

#pragma once

#include "uploader.h"

G_BEGIN_DECLS

/* See SynclineTransportClass::check. */
void uploader_check (Uploader *uploader,
                     SynclineCredentials *credentials,
                     SynclineFindingFunc func,
                     gpointer func_data,
                     GCancellable *cancellable);

/* See SynclineTransportClass::describe. */
gboolean uploader_describe (Uploader *uploader,
                            SynclineCredentials *credentials,
                            const char *key,
                            SynclineServerColumnFunc func,
                            gpointer func_data,
                            GCancellable *cancellable,
                            GError **error);

/* Reads PostgREST's description of itself (OpenAPI 2.0), of which @name is used in messages. */
gboolean openapi_read (const char *text,
                       gsize length,
                       const char *name,
                       SynclineServerColumnFunc func,
                       gpointer func_data,
                       GError **error);

G_END_DECLS
