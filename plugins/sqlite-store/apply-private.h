/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by apply.c and apply-show.c. */

#pragma once

#include "sqlite-store/bulk.h"
#include "sqlite-store/fill.h"
#include "sqlite-store/fresh.h"
#include "sqlite-store/spool.h"

G_BEGIN_DECLS

typedef struct
{
  Store *store;
  const SynclineCheckpoint *checkpoint;
  int priority;
  gboolean full;
  gboolean fill_due;  /* a fill was begun, and is to be run */
  gboolean filled;    /* it was run */
  gboolean bulk_due;  /* the bulk is to be prepared */
  Bulk *bulk;         /* that was prepared, or NULL */
  gboolean swapped;   /* tables were swapped */
  gboolean forgotten; /* the spool has served */
  SynclineApplyResult result;
  GString *mismatch;
  MergeRequest request;
} Apply;

/* Whether the checkpoint, as far as it goes, has the bucket. */
gboolean apply_is_in_range (const Apply *apply, const SynclineBucketTarget *target);

/* --- apply-show.c ------------------------------------------------------------------------------------ */

/* Before the transaction: what is much, or may have to wait with all that is to come, goes to the spool's file. */
gboolean apply_settle_memory (Apply *apply, GCancellable *cancellable, GError **error);

/* All of these have the transaction. */

/* Finds what waits in the spool. What is only in memory and is not much goes into the database. */
gboolean apply_find_spool (Apply *apply, SpoolState *out_state, GError **error);

/* Only priority 0 is shown while changes are queued; their rows are left alone. */
gboolean apply_read_queued_rows (Apply *apply, GError **error);

/* Shows the checkpoint, or finds that much has to be written first. */
gboolean apply_show (Apply *apply, SpoolState state, GError **error);

G_END_DECLS
