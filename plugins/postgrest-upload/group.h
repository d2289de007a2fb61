/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Which changes go into one request. */

#pragma once

#include <syncline/types.h>

G_BEGIN_DECLS

typedef struct
{
  guint max_changes; /* 1: each change for itself */
  gsize max_bytes;   /* of data, and of ids in a URL; one change may be bigger */
} GroupLimits;

/* Ids in one filter `id=in.(…)`, and bytes of them: URLs much longer than 4 KiB fail somewhere. */
#define GROUP_MAX_FILTER_IDS 100
#define GROUP_MAX_FILTER_BYTES 3500

/* How many of @changes from @start on, at least one, make one request: neighbours that do the same to the
 * same table, each to another row. Inserts also need the same set of columns: PostgREST would fill in
 * NULL, or defaults, where a row has none. Patches also need the same data, byte for byte. */
guint group_length (GPtrArray *changes, guint start, const GroupLimits *limits);

/* Whether the change has nothing to send: a patch whose columns were all dropped on the way. */
gboolean change_is_empty (SynclineChange *change);

G_END_DECLS
