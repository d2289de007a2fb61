/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Which columns of which tables are sealed. */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

typedef struct _SealedColumns SealedColumns;

/* The sealed columns of one table. */
typedef struct
{
  const SynclineTable *table; /* the schema's */
  GPtrArray *names;           /* of const char * */
} SealedTable;

/* @entries: `TABLE.COLUMN`, local names. Fails with SYNCLINE_ERROR_CONFIG for what is not in @schema or can't be
 * sealed: a name that is misspelt must not be sent in the clear. Borrows from @schema. */
SealedColumns *
sealed_columns_new (const char *const *entries, SynclineSchema *schema, GError **error);
void sealed_columns_free (SealedColumns *columns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SealedColumns, sealed_columns_free)

/* NULL if none of its columns is sealed. */
const SealedTable *sealed_columns_find (const SealedColumns *columns, const SynclineTable *table);

/* The column's name, from the schema; NULL if it is not sealed. */
const char *sealed_table_find_column (const SealedTable *sealed, SynclineSlice column);

G_END_DECLS
