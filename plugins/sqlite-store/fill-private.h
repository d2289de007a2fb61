/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by fill.c and fill-rows.c. */

#pragma once

#include "sqlite-store/batch.h"
#include "sqlite-store/fill.h"
#include "sqlite-store/fresh.h"
#include "sqlite-store/pace.h"
#include "sqlite-store/rows.h"

G_BEGIN_DECLS

/* A table that is filled: its row statement. */
typedef struct
{
  Table *table; /* NULL for rows without a table */
  sqlite3_stmt *insert;
  GPtrArray *ids; /* of the first rows, to be named in a notice */
} Target;

struct _Fill
{
  Store *store;
  char *schema; /* that the fresh tables were made for */
  Fresh *fresh;
  GHashTable *targets; /* address of Table → Target; NULL for rows without a table */
  MergeRequest request;
  Merge merge;

  Batch *batch;
  sqlite3_stmt *insert_entries;
  sqlite3_stmt *insert_extras;
  sqlite3_stmt *insert_staged;

  Rows rows;
  gint64 seq;
  gint64 bad_bucket;

  Pace pace;
};

G_END_DECLS
