/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Merging staged operations into the tables. */

#pragma once

#include "sqlite-store/store.h"

G_BEGIN_DECLS

typedef enum
{
  BUCKET_NONE = 0,  /* gone: what bears its number is void */
  BUCKET_WAITS = 1, /* beyond the priority that is shown now */
  BUCKET_SHOWN = 2,
} BucketRole;

typedef struct
{
  gboolean full;       /* a full checkpoint, as against a partial one */
  GHashTable *buckets; /* number → BucketRole */
  GHashTable
      *queued; /* a set of `type/id`: rows that have queued changes; NULL when there are none */
  gboolean preview;  /* what is staged is also in the spool, and need not stay */
  gint64 bad_bucket; /* out: whose operation had malformed data, if that made it fail */
} MergeRequest;

/* Has a transaction, with capture paused. Shows what is staged, as far as the request goes. */
gboolean merge_staged (Store *store, MergeRequest *request, GError **error);

G_END_DECLS
