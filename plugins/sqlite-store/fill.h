/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Showing a first sync: what waits in the spool is written into fresh tables, in short transactions, and
 * the tables are then swapped in. Readers and other writers hardly notice. */

#pragma once

#include "sqlite-store/merge.h"

G_BEGIN_DECLS

/* Has a transaction: makes the fresh tables. Operations of buckets that the request does not show are left
 * out. */
Fill *fill_begin (Store *store, const MergeRequest *request, GError **error);
void fill_free (Fill *fill);

/* Writes all. Nothing is locked but for moments. If a row has malformed data, out_bad_bucket is its bucket. */
gboolean fill_run (Fill *fill, gint64 *out_bad_bucket, GCancellable *cancellable, GError **error);

/* Has a transaction: swaps the tables in. Rows of tables that can't be swapped are staged then. It fails with
 * SYNCLINE_ERROR_BUSY if the schema has changed since. fresh_reload() is due after the transaction. */
gboolean fill_finish (Fill *fill, const MergeRequest *request, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fill, fill_free)

G_END_DECLS
