/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/schema.h>

#include "faults.h"
#include "name-index.h"

G_BEGIN_DECLS

struct _SynclineColumn
{
  char *name;
  SynclineColumnType type;
  char *declared;
};

typedef struct
{
  char *column;
  gboolean descending;
} SynclineIndexColumn;

struct _SynclineIndex
{
  char *name;
  GArray *columns; /* of SynclineIndexColumn */
};

struct _SynclineTable
{
  char *name;
  char *server_name;
  SynclineTableMode mode;
  SynclineTrackPrevious track_previous;
  gboolean metadata;
  char **conflict;
  GPtrArray *rejection_rules; /* or NULL */
  GPtrArray *columns;         /* of SynclineColumn */
  GPtrArray *indexes;         /* of SynclineIndex */
  SynclineNameIndex *column_index;
};

struct _SynclineSchema
{
  GPtrArray *tables; /* of SynclineTable */
  SynclineNameIndex *table_index;
  SynclineNameIndex *server_index; /* without local-only tables, which no server row belongs to */
};

SynclineTable *syncline_table_new (const char *name);
void syncline_table_free (SynclineTable *table);

SynclineIndex *syncline_index_new (const char *name);
void syncline_index_free (SynclineIndex *index);

/* Takes @tables, of SynclineTable with a free function, and makes them ready for lookups. */
SynclineSchema *syncline_schema_new_take (GPtrArray *tables);

/* Reads a schema file, or gives NULL with what is wrong added to @faults. */
SynclineSchema *
syncline_schema_parse (const char *data, gsize length, const char *name, SynclineFaults *faults);

/* Reads `name(column, column DESC); …` into @table, and adds what is wrong with it to @faults, an array
 * of texts. */
void syncline_schema_parse_indexes (SynclineTable *table, const char *text, GPtrArray *faults);

/* What is wrong with the name of a table, column or index, or NULL. */
const char *syncline_schema_find_flaw_of_name (const char *name);

G_END_DECLS
