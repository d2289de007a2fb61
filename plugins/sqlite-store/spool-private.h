/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by the files that begin with spool. */

#pragma once

#include "sqlite-store/spool-format.h"

#include <sys/stat.h>

G_BEGIN_DECLS

/* Where an operation is in memory, and what its order mostly depends on. */
typedef struct
{
  guint64 prefix;
  gint64 type;
  guint offset;
} Pending;

struct _Spool
{
  SpoolState state;
  gboolean first;
  gboolean damaged;
  int fd;
  ino_t inode;
  gint64 length; /* how much of the file counts; 0 when there is none */
  gint64 end;    /* how much of it was written */
  guint64 n_ops; /* in it */

  GByteArray *bytes; /* of the operations that wait in memory */
  GArray *pending;   /* of Pending: where they are, in the order in which they came */
  gint64 since;      /* when the first of them came */

  GHashTable *buckets; /* name → Bucket, as they are after all that was added */
  GHashTable *types;   /* name → gint64 */
};

/* --- spool-file.c ------------------------------------------------------------------------------------ */

/* Opens the file that the database counts on; FALSE if it is not all there. */
gboolean spool_open_file (Store *store, gint64 length);
void spool_close_file (Spool *spool);

/* Removes the file. */
void spool_remove_file (Store *store);
gboolean spool_has_file (Store *store);
char *spool_get_path (Store *store);

/* --- spool-pour.c ------------------------------------------------------------------------------------ */

/* The operation at a place in memory, and its length there. */
gsize spool_decode_at (Spool *spool, guint offset, SpoolOp *out_op);

/* Has a transaction: writes the buckets as they are now. */
gboolean spool_write_positions (Store *store, GError **error);

G_END_DECLS
