/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A value of SQLite into a value that PostgREST casts to the column's type without loss. */

#pragma once

#include "common/json-pull.h"

G_BEGIN_DECLS

/* What becomes of the text `null` in a json column. PostgREST makes SQL NULL of a JSON null. */
typedef enum
{
  JSON_NULL_SQL_NULL,
  JSON_NULL_REJECT,
} JsonNull;

/* Memory that a run over many values uses again and again. Starts zeroed. */
typedef struct
{
  JsonScratch text;  /* the value's text */
  JsonScratch check; /* strings within that text */
} ValueScratch;

void value_scratch_clear (ValueScratch *scratch);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ValueScratch, value_scratch_clear)

/* Appends @raw, one JSON value as it stands in a captured change, as the server wants it for a column of
 * @type. Values that are not SQLite's (true, objects, arrays) come from a serializer before this one and
 * stay as they are. On failure @out_reason is what is wrong with the value, as the end of a
 * sentence, without the value itself. */
gboolean value_append (GString *out,
                       SynclineColumnType type,
                       SynclineSlice raw,
                       JsonNull json_null,
                       ValueScratch *scratch,
                       const char **out_reason);

G_END_DECLS
