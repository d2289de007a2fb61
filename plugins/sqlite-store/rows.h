/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The rows of a spool, one after the other, each with all its operations. */

#pragma once

#include "sqlite-store/merge-private.h"
#include "sqlite-store/spool.h"

G_BEGIN_DECLS

typedef struct
{
  SpoolReader *reader;
  SpoolOp next; /* the first operation of the next row */
  gboolean has_next;
} Rows;

gboolean rows_begin (Rows *rows, Spool *spool, GError **error);
void rows_end (Rows *rows);

/* There is one more: takes its operations. */
gboolean rows_take (Rows *rows, Merge *merge, GError **error);

G_END_DECLS
