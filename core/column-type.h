/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/schema.h>

G_BEGIN_DECLS

/* How the values of a Postgres type, written as in SQL (`numeric(12,2)`, `timestamp with time zone`,
 * `text[]`), are kept. FALSE with @out_fault. */
gboolean
syncline_column_type_parse (const char *declared, SynclineColumnType *out_type, char **out_fault);

/* The names that types go by: the one at @i, or NULL after the last. */
const char *syncline_column_type_list (guint i, SynclineColumnType *out_type);

G_END_DECLS
