/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/query.h>
#include <syncline/store.h>

G_BEGIN_DECLS

/* The names that the rows of a result share: immutable, counted. */
typedef struct
{
  guint n;
  char **names;
} SynclineColumns;

SynclineColumns *syncline_columns_new (guint n, const char *const *names);
SynclineColumns *syncline_columns_ref (SynclineColumns *columns);
void syncline_columns_unref (SynclineColumns *columns);
gboolean syncline_columns_are (const SynclineColumns *columns, guint n, const char *const *names);

/* Copies @cells, of which there are as many as columns. */
SynclineRow *syncline_row_new (SynclineColumns *columns, const SynclineValue *cells);
const SynclineValue *syncline_row_get_cells (SynclineRow *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineColumns, syncline_columns_unref)

G_END_DECLS
