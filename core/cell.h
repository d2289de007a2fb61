/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* One cell of a result or a live query, as applications see it. */

#pragma once

#include <syncline/store.h>

G_BEGIN_DECLS

/* Stands for positions out of range. */
extern const SynclineValue syncline_cell_nothing;

const char *syncline_cell_get_text (const SynclineValue *cell);
gint64 syncline_cell_get_integer (const SynclineValue *cell);
double syncline_cell_get_real (const SynclineValue *cell);
GBytes *syncline_cell_dup_blob (const SynclineValue *cell);
/* Floating. */
GVariant *syncline_cell_to_variant (const SynclineValue *cell);

/* Lengths are known, not -1. */
gboolean syncline_cell_equal (const SynclineValue *a, const SynclineValue *b);
guint syncline_cell_hash (const SynclineValue *cell);

G_END_DECLS
