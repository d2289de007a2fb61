/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A row of the server under the names that the local table has. */

#pragma once

#include <syncline/plugin.h>

#include "columns.h"

G_BEGIN_DECLS

/* See SynclineSerializerClass::deserialize. */
char *rename_row (const ColumnRules *rules,
                  const SynclineTable *table,
                  SynclineSlice row_id,
                  SynclineSlice data,
                  GError **error);

G_END_DECLS
