/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The rows of all measures: to-dos with random UUIDs, about 250 bytes of JSON each. A row of a number is
 * always the same. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char id[37];
  char list_id[37];
  char description[56];
  char due_at[28];
  char created_at[28];
  int completed;
  int priority;
} BenchRow;

void bench_row_make (guint64 number, BenchRow *out_row);

/* Appends the row as the JSON text of an operation's data, within a JSON string: with its quotes escaped. */
void bench_row_append (const BenchRow *row, GString *text);

guint32 bench_row_checksum (guint64 number);

/* The table, as a schema file has it, and its name at the service. */
#define BENCH_SCHEMA                                                                               \
  "[table todos]\nlist_id = uuid\ndescription = text\ncompleted = boolean\npriority = smallint\n"  \
  "due_at = timestamptz\ncreated_at = timestamptz\n"
#define BENCH_TYPE "todos"
#define BENCH_BUCKET "1#todos[]"

G_END_DECLS
