/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A row of the server, taken apart: its JSON becomes the values that SQLite gets. Nothing here needs the
 * database, so that it can happen before a write lock is taken. */

#pragma once

#include "sqlite-store/tables.h"

G_BEGIN_DECLS

typedef enum
{
  CELL_NULL,
  CELL_INTEGER,
  CELL_REAL,
  CELL_TEXT,
  CELL_HEX, /* Postgres's text for bytes: \x, then two digits a byte */
} CellKind;

typedef struct _Cell
{
  CellKind kind;
  union
  {
    gint64 integer;
    double real;
    SynclineSlice text;
  };
} Cell;

typedef struct
{
  gint64 type;
  Table *table; /* NULL when the type has none */
  SynclineSlice id;
} RowKey;

static inline Cell
cell_new_text (SynclineSlice text)
{
  return (Cell){ .kind = CELL_TEXT, .text = text };
}

static inline Cell
cell_new_integer (gint64 integer)
{
  return (Cell){ .kind = CELL_INTEGER, .integer = integer };
}

/* Hands the value to SQLite, which uses the text where it is. */
void cell_bind (const Cell *cell, sqlite3_stmt *stmt, int index);
void cell_return (const Cell *cell, sqlite3_context *context);

/* Reads data, a JSON object, into one cell for each column of the key's table. Members that are no
 * columns go to extra, as an object, or leave it empty; columns without a member become NULL. Texts lie in
 * data, or in the scratch where they had escapes. Malformed data gives SYNCLINE_ERROR_CORRUPT. */
gboolean cells_read (const RowKey *key,
                     SynclineSlice data,
                     JsonScratch *scratch,
                     Cell *cells,
                     GString *extra,
                     GError **error);

G_END_DECLS
