/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The bytes of a spool: a mark, then runs. A run is a header and operations in the order of types and rows,
 * those of a row in the order in which they came. It is read on the machine that wrote it. */

#pragma once

#include "sqlite-store/spool.h"

G_BEGIN_DECLS

#define SPOOL_MARK "syncline spool 1"
#define SPOOL_MARK_LENGTH 16

#define SPOOL_RUN_MAGIC 0x6e757273u

typedef struct
{
  guint32 magic;
  guint32 n_ops;
  guint64 n_bytes; /* that follow */
} SpoolRun;

/* The numbers before an operation's id and data take no more than this. */
#define SPOOL_MAX_HEAD 70

/* Appends an operation. */
void spool_encode (GByteArray *bytes, const SpoolOp *op);

/* Reads the numbers of an operation, and the lengths of its id and data, which follow at *out_head bytes. FALSE
 * if the bytes are no operation. The slices point at where id and data are, or will be. */
gboolean spool_decode (const guchar *bytes, gsize length, SpoolOp *out_op, gsize *out_head);

/* The order of operations: negative, 0 for the same row, or positive. */
int spool_compare (const SpoolOp *a, const SpoolOp *b);

/* The first bytes of an id as a number that orders like them. */
guint64 spool_get_prefix (SynclineSlice id);

G_END_DECLS
