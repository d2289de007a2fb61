/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by merge.c, merge-entries.c and fill.c. */

#pragma once

#include "sqlite-store/merge.h"
#include "sqlite-store/row.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 seq;
  gint64 bucket;
  gint64 subkey;
  gint64 op_id;
  int op;
  gsize data; /* where it begins in Merge.data */
  gsize data_length;
} StagedOp;

typedef struct
{
  gint64 bucket;
  gint64 subkey;
  gint64 op_id;
  const StagedOp *op; /* that it comes from, NULL if it is from the oplog */
  gboolean stored;    /* it is in the oplog */
  gboolean has_data;  /* and so is its data, since it was not shown */
  gboolean removed;
} Entry;

typedef struct
{
  Store *store;
  Connection *writer;
  MergeRequest *request;
  gboolean has_oplog;
  gboolean has_shadow;
  GString *id;     /* of the row */
  GArray *ops;     /* of StagedOp: of the row, in the order of arrival */
  GString *data;   /* of the operations of the row */
  GArray *entries; /* of Entry: of the row */
  GArray
      *done; /* of gint64: staged operations that are no longer needed, for partial checkpoints */
  RowKey key;
} Merge;

void merge_init (Merge *merge, Store *store, MergeRequest *request);
void merge_clear (Merge *merge);

/* Goes on to another row, and takes its operations, one after the other. */
void merge_begin_row (Merge *merge, gint64 type, SynclineSlice id);
void merge_take_op (Merge *merge, const StagedOp *op, SynclineSlice data);

/* Makes the entries what they are after all operations of the row. */
void merge_add_ops (Merge *merge);

/* Reads the entries of the row from the oplog. */
gboolean merge_load_entries (Merge *merge, GError **error);

/* Makes the entries what they are after an operation. */
void merge_add_op (Merge *merge, const StagedOp *op);

/* The entry that is shown, NULL if the row is not there. */
const Entry *merge_find_winner (Merge *merge);

/* Whether an operation that came since is to be shown. */
gboolean merge_has_news (Merge *merge);

/* Reads the data of an entry that was not shown. */
gboolean merge_get_kept_data (Merge *merge, const Entry *entry, char **out_data, GError **error);

/* Brings the oplog up to date with the entries, before the row is written. shadow is the server's version of
 * the row if the application changed it, or NULL. */
gboolean
merge_write_entries (Merge *merge, const Entry *winner, const char *shadow, GError **error);

SynclineSlice merge_get_op_data (const Merge *merge, const StagedOp *op);

GHashTable *merge_copy_roles (GHashTable *roles);

/* The capture triggers would say nothing, but take a third of the time. Where there are no others they are switched
 * off. All statements are prepared anew then. */
gboolean merge_switch_triggers_off (Store *store, gboolean *out_off, GError **error);
void merge_switch_triggers_on (Store *store, gboolean off);

G_END_DECLS
