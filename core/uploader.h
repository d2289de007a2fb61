/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "roles.h"

G_BEGIN_DECLS

/* The way up: queue → serializers → upload transport → outcomes → queue. */

typedef enum
{
  SYNCLINE_UPLOAD_EMPTY, /* the queue is empty */
  SYNCLINE_UPLOAD_MORE   /* something left the queue; there may be more */
} SynclineUploadResult;

/* Sends the next batch and resolves what was answered. With an error some of the batch may have been
 * resolved all the same. @out_n_resolved tells how many. */
gboolean syncline_upload_batch (SynclineRoles *roles,
                                SynclineCredentials *credentials,
                                SynclineUploadResult *out_result,
                                guint *out_n_resolved,
                                GCancellable *cancellable,
                                GError **error);

/* Asks the service for a write checkpoint that covers what was uploaded, if the gate needs one or @again is
 * set because the last one seems lost. @out_armed tells whether the gate waits for a new one now. */
gboolean syncline_upload_confirm (SynclineRoles *roles,
                                  SynclineCredentials *credentials,
                                  gboolean again,
                                  gboolean *out_armed,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
