/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* One call of upload(), and what its ways of sending share. */

#pragma once

#include "answer.h"
#include "uploader.h"

G_BEGIN_DECLS

typedef struct
{
  Uploader *uploader;
  GPtrArray *changes;
  const char *token; /* NULL: none */
  GPtrArray *outcomes;
  GCancellable *cancellable;
  HttpResponse response; /* kept, so that its memory is used again */
} Upload;

/* Sends @request, which carries @n_changes. FALSE with @error for whatever says nothing about the changes;
 * else @answer is a success or a rejection. */
gboolean upload_exchange (
    Upload *upload, const Request *request, guint n_changes, Answer *answer, GError **error);

/* A request of that many changes was refused: the next ones are smaller. */
void upload_count_refusal (Upload *upload, guint n_changes);

/* Adds that many outcomes. */
void upload_accept (Upload *upload, guint n_changes);

/* The ways of sending. See SynclineTransportClass::upload for the result. */
gboolean upload_by_rest (Upload *upload, GError **error);
gboolean upload_by_call (Upload *upload, GError **error);

G_END_DECLS
