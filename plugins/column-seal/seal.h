/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "columns.h"
#include "key-ring.h"

G_BEGIN_DECLS

/* What becomes of a value that came down in the clear. */
typedef enum
{
  UNSEALED_ACCEPT,
  UNSEALED_REFUSE,
} Unsealed;

/* Filled from the option table. */
typedef struct
{
  char **columns;
  char *keys;
  int unsealed; /* Unsealed */
} ColumnSealConfig;

typedef struct
{
  SynclineHost *host;
  KeyRing *ring;
  SealedColumns *columns;
  Unsealed unsealed;
  GMutex lock;
  GHashTable *complaints; /* that were logged: one a column and reason, not one a row */
} ColumnSeal;

/* See SynclineSerializerClass. */
SynclineChange *
seal_change (ColumnSeal *self, const SynclineTable *table, SynclineChange *change, GError **error);
char *open_row (ColumnSeal *self,
                const SynclineTable *table,
                SynclineSlice row_id,
                SynclineSlice data,
                GError **error);

G_END_DECLS
