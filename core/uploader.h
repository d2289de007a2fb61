/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "roles.h"

G_BEGIN_DECLS

/* The way up: queue → serializers → upload transport → outcomes → queue. */
typedef struct _SynclineUploader SynclineUploader;

typedef enum
{
  SYNCLINE_UPLOAD_EMPTY, /* the queue is empty */
  SYNCLINE_UPLOAD_MORE   /* something left the queue; there may be more */
} SynclineUploadResult;

/* Told of each change that the server refused for good, on the thread that uploads. @kept: it is among the
 * rejected changes now; else the config has it dropped. */
typedef void (*SynclineUploadRejected) (SynclineChange *change,
                                        SynclineOutcome *outcome,
                                        gboolean kept,
                                        gpointer user_data);

/* Does no I/O. @roles outlive it. */
SynclineUploader *
syncline_uploader_new (SynclineRoles *roles, SynclineUploadRejected rejected, gpointer user_data);
void syncline_uploader_free (SynclineUploader *uploader);

/* Sends what makes one request, and resolves what was answered before anything else is sent: so whatever
 * breaks, only one request is ever sent twice. With an error something may have been resolved all
 * the same; @out_n_resolved tells. SYNCLINE_ERROR_REJECTED: by a rule of the config the first change stays
 * where it is though it was refused; with a time to retry after, if it is to be tried again. */
gboolean syncline_uploader_step (SynclineUploader *uploader,
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineUploader, syncline_uploader_free)

G_END_DECLS
