/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Rows that are ready to be written, in memory, and readable from SQL: `INSERT INTO … SELECT … FROM` a batch
 * is one statement for all of them, which keeps its place in the table from row to row. That takes half the
 * time of as many prepared INSERTs. */

#pragma once

#include "sqlite-store/cells.h"

G_BEGIN_DECLS

typedef enum
{
  BATCH_ROWS,    /* id, then the columns of a table; or id and data */
  BATCH_ENTRIES, /* row_id, bucket, subkey, op_id, data: of the oplog */
  BATCH_EXTRAS,  /* row_id, data: members that are no columns */
  BATCH_STAGED,  /* seq, bucket, op_id, op, type, row_id, subkey, data */
  BATCH_REMOVED, /* id: of rows that are gone */
} BatchList;

#define BATCH_N_LISTS 5

#define BATCH_ENTRY_CELLS 5
#define BATCH_EXTRA_CELLS 2
#define BATCH_STAGED_CELLS 8

typedef struct _Batch Batch;

/* The batch is readable on this connection until it is freed; statements that read it go first. */
Batch *batch_new (Connection *connection);
void batch_free (Batch *batch);

void batch_clear (Batch *batch);

/* How many rows a list has, and how many bytes all texts take. */
guint batch_get_n_rows (Batch *batch, BatchList list);
gsize batch_get_n_bytes (Batch *batch);

/* Copies a text that has to stay until the batch is cleared. */
SynclineSlice batch_keep (Batch *batch, SynclineSlice text);

/* Adds a row, whose cells the caller sets. All rows of a list have the same number of cells. */
Cell *batch_add (Batch *batch, BatchList list, guint n_cells);

/* How many cells the rows of a table have. */
guint batch_get_row_cells (const Table *table);

/* Adds a row as data says, to BATCH_ROWS and, if it has members that are no columns, to BATCH_EXTRAS. The key's
 * id and data must stay. Malformed data gives SYNCLINE_ERROR_CORRUPT. */
gboolean batch_add_row (Batch *batch, const RowKey *key, SynclineSlice data, GError **error);

/* Appends `c0, c1, … FROM` and the name under which SQL knows a list with so many cells. */
gboolean
batch_append_from (Batch *batch, BatchList list, guint n_cells, GString *sql, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

G_END_DECLS
