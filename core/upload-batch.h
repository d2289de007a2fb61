/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "roles.h"

G_BEGIN_DECLS

/* The head of the queue, made ready for the server. It is worked off from the front, run by run: a run is
 * either sent, or refused here, without asking the server. */
typedef struct
{
  GPtrArray *changes;    /* of SynclineChange, as the store gave them */
  GPtrArray *serialized; /* of SynclineChange or NULL, one for each */
  GPtrArray *refusals;   /* of SynclineOutcome or NULL, one for each: why it can't be sent */
  gboolean whole;        /* transactions are sent as a whole, or not at all */
  guint position;        /* of the first change that is not done */
} SynclineUploadBatch;

/* Codes of refusals that are made here. */
#define SYNCLINE_CODE_SERIALIZER "SYNCLINE_SERIALIZER" /* a serializer can't make sense of it */
#define SYNCLINE_CODE_HELD "SYNCLINE_HELD"             /* it builds on one that was refused */
#define SYNCLINE_CODE_TRANSACTION                                                                  \
  "SYNCLINE_TRANSACTION" /* another one of its transaction was refused */

/* Takes what is first in the queue; an empty batch when there is nothing. */
SynclineUploadBatch *
syncline_upload_batch_new (SynclineRoles *roles, GCancellable *cancellable, GError **error);
void syncline_upload_batch_free (SynclineUploadBatch *batch);

gboolean syncline_upload_batch_is_done (const SynclineUploadBatch *batch);

/* How many changes from the position on can be sent. */
guint syncline_upload_batch_count_sendable (const SynclineUploadBatch *batch);

/* When none can: the outcomes of those, from the position on, that fall together. */
GPtrArray *syncline_upload_batch_refuse (const SynclineUploadBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineUploadBatch, syncline_upload_batch_free)

G_END_DECLS
