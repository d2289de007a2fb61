/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A captured change into what PostgREST understands. */

#pragma once

#include <syncline/plugin.h>

#include "columns.h"
#include "value.h"

G_BEGIN_DECLS

/* What becomes of a column that the schema does not have. */
typedef enum
{
  UNKNOWN_COLUMNS_DROP,
  UNKNOWN_COLUMNS_SEND,
  UNKNOWN_COLUMNS_REJECT,
} UnknownColumns;

/* See SynclineSerializerClass::serialize. */
SynclineChange *serialize_change (const ColumnRules *rules,
                                  UnknownColumns unknown_columns,
                                  JsonNull json_null,
                                  const SynclineTable *table,
                                  SynclineChange *change,
                                  GError **error);

G_END_DECLS
