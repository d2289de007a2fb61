/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Showing a full checkpoint that changes many rows of filled tables. What it takes the write lock for is only the
 * application's rows: the oplog is brought up to date before, in short transactions. */

#pragma once

#include "sqlite-store/merge.h"

G_BEGIN_DECLS

typedef struct _Bulk Bulk;

Bulk *bulk_new (Store *store, const MergeRequest *request);
void bulk_free (Bulk *bulk);

/* Writes what nobody sees. It may be done again: until the rows are shown, all that waits stays in the spool, which
 * must be closed. */
gboolean bulk_prepare (Bulk *bulk, GCancellable *cancellable, GError **error);

/* Has a transaction: writes the rows. Those that it takes more to find out are staged, for merge_staged() to
 * follow. */
gboolean bulk_show (Bulk *bulk, MergeRequest *request, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bulk, bulk_free)

G_END_DECLS
