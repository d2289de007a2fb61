/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "roles.h"

G_BEGIN_DECLS

/* Runs downloaded rows through the serializers that have something to do on the way down, the last in the
 * chain first. One caller at a time. */
typedef struct _SynclineRowOpener SynclineRowOpener;

SynclineRowOpener *syncline_row_opener_new (SynclineRoles *roles);
void syncline_row_opener_free (SynclineRowOpener *opener);

/* The operations with opened rows: @ops itself when there is nothing to do; otherwise valid until the next
 * call. */
const SynclineOp *
syncline_row_opener_open (SynclineRowOpener *opener, const SynclineOp *ops, guint n_ops);

G_END_DECLS
