/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The lines of a stream. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As many rows as the service puts in a line. */
#define BENCH_ROWS_PER_LINE 1000

/* `checkpoint` or `checkpoint_diff`: all operations up to one, whose checksums add up to this. */
void bench_append_checkpoint (GString *text, gboolean diff, guint64 last_op, guint32 checksum);
void bench_append_complete (GString *text, guint64 last_op);

/* `data`, with the rows of the numbers, under operations of the same numbers. */
void bench_append_rows (GString *text, guint64 first, guint64 last);

/* `data`, with changes of rows from all over a table of n_rows; operations have the numbers from first on. */
void bench_append_changes (GString *text, guint64 first, guint64 last, guint64 n_rows);

G_END_DECLS
