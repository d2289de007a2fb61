/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Where operations wait: in memory, and, when they get many, in a file beside the database. */

#pragma once

#include "sqlite-store/buckets.h"

G_BEGIN_DECLS

/* How many bytes of the file count; 0 when there is no file. */
#define META_SPOOL "side"
/* Set when the spool is being shown: it takes no more, so that new operations come after its own. */
#define META_SPOOL_CLOSED "spool-closed"

/* Set when nothing had been shown as it began. */
#define META_SPOOL_FIRST "spool-first"

typedef enum
{
  SPOOL_UNKNOWN, /* to be read from the database */
  SPOOL_NONE,    /* operations go into the database */
  SPOOL_OPEN,    /* operations go here */
  SPOOL_CLOSED,  /* what is here waits; new operations go into the database */
} SpoolState;

typedef struct
{
  gint64 type;
  gint64 bucket;
  gint64 subkey;
  gint64 op_id;
  int op; /* SYNCLINE_OP_PUT, with data, or SYNCLINE_OP_REMOVE */
  SynclineSlice id;
  SynclineSlice data; /* NULL for a removal */
} SpoolOp;

Spool *spool_new (void);
void spool_free (Spool *spool);

/* All of what follows needs the store's download lock. "Has a transaction" means the store's writer, too. */

/* Finds out what the state is if that is not known, and begins a spool where nothing waits in the database. Takes a
 * transaction of its own when it has to look. */
gboolean spool_get_state (Store *store, SpoolState *out_state, GError **error);

/* Another process may have had its way with the file: look again. What was not written is lost, and is
 * fetched again. */
void spool_reset (Spool *spool);

/* The bucket as it is after all that was added; changes to it count with the next flush. NULL on error. */
Bucket *spool_get_bucket (Store *store, const char *name, GError **error);

/* The bucket of this number was forgotten. */
void spool_forget_bucket (Spool *spool, gint64 id);

/* Makes all operations of the bucket void: it goes on under a new number. */
gboolean spool_clear_bucket (Store *store, const char *name, Bucket *bucket, GError **error);

/* The number of a type of rows. */
gboolean spool_get_type (Store *store, SynclineSlice name, gint64 *out_type, GError **error);

void spool_add (Spool *spool, const SpoolOp *op);

/* Whether so much waits in memory, or so long, that it is time for a flush. */
gboolean spool_is_due (Spool *spool);

/* Writes what waits in memory to the file, and then the buckets' positions to the database. */
gboolean spool_flush (Store *store, GCancellable *cancellable, GError **error);

/* Whether it holds all there is: nothing had been shown when it began. */
gboolean spool_is_first (Spool *spool);

/* How many operations there are. */
guint64 spool_get_n_ops (Spool *spool);

/* Has a transaction: looks what the database says now. A file that lost what it should hold counts as none,
 * and all buckets are fetched again. */
gboolean spool_refresh (Store *store, SpoolState *out_state, GError **error);

/* Whether a reader found the file damaged. */
gboolean spool_is_damaged (Spool *spool);

/* Whether nothing was written to a file yet. */
gboolean spool_is_in_memory (Spool *spool);

/* Has a transaction: copies what waits into the database; or only what came since its bucket was shown, which
 * leaves out rows that had to wait then. */
gboolean spool_pour (Store *store, gboolean all, GError **error);

/* Has a transaction: all buckets are forgotten, and so is the spool. */
gboolean spool_lose (Store *store, GError **error);

/* Has a transaction: what waits is done; spool_tidy() follows the commit. */
gboolean spool_forget (Store *store, GError **error);

/* Removes a file that was forgotten. */
void spool_tidy (Store *store);

/* Has the writer, and no transaction: when the database is opened, looks for losses and for a file that was
 * forgotten. */
gboolean spool_check (Store *store, GError **error);

/* --- stage.c ------------------------------------------------------------------------------------------ */

/* Has a transaction: adds an operation to those that wait in the database, under the next number if seq is 0. */
gboolean stage_insert (Store *store, gint64 seq, const SpoolOp *op, GError **error);

/* --- spool-reader.c ---------------------------------------------------------------------------------- */

/* Reads all operations in the file in the order of types and rows, those of a row in the order in which they
 * came. Needs no lock of the database. */
typedef struct _SpoolReader SpoolReader;

SpoolReader *spool_reader_new (Spool *spool, GError **error);
void spool_reader_free (SpoolReader *reader);

/* Whether there is one more; it is good until the next call. A damaged file gives SYNCLINE_ERROR_CORRUPT. */
gboolean
spool_reader_next (SpoolReader *reader, SpoolOp *out_op, gboolean *out_found, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpoolReader, spool_reader_free)

G_END_DECLS
