/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "sqlite-store/store.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 id; /* 0 if there is none */
  gint64 last_op;
  gint64 last_applied_op;
  guint32 checksum;
  gint64 count_at_last;
  gint64 count_since_last;
} Bucket;

/* In SQL: whether there may be something of a bucket to look for when it is forgotten. There is not, where nothing of
 * it was applied and nothing is being applied. */
#define BUCKET_LEAVES_ROWS                                                                         \
  "(last_applied_op <> 0 OR EXISTS (SELECT 1 FROM syncline_meta WHERE key = 'spool-closed'"        \
  " AND value <> 0))"

/* Has a transaction: reads a bucket, all zero if there is none. */
gboolean bucket_read (Connection *connection, const char *name, Bucket *out_bucket, GError **error);

/* Has a transaction: makes a bucket with these numbers and sets its id. */
gboolean bucket_insert (Connection *writer, const char *name, Bucket *bucket, GError **error);

/* Has a transaction: writes what operations have changed of it. */
gboolean bucket_write (Connection *writer, const Bucket *bucket, GError **error);

/* Has a transaction: takes the bucket away. What was applied of it vanishes with the next full
 * checkpoint. */
gboolean bucket_forget (Connection *writer, const Bucket *bucket, GError **error);

G_END_DECLS
