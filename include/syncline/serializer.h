/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/**
 * SynclineSerializerClass:
 * @struct_size: `sizeof (SynclineSerializerClass)`
 *
 * The methods of a serializer. Serializers can be chained: each gets what the one before gave. Calls
 * may come from any thread and overlap; they do no I/O and do not block. Slots are appended, never
 * inserted.
 *
 * Since: 0.1
 */
typedef struct
{
  gsize struct_size;

  /**
   * SynclineSerializerClass::serialize:
   *
   * Turns a captured change into what the server understands. @table is the local table that the change
   * was captured in, also later in a chain. Gives a change under the server's table name; for a patch
   * whose columns are all dropped, one with the data `{}`, which counts as accepted without being sent.
   * %SYNCLINE_ERROR_REJECTED parks the change: its message says which column and why.
   */
  SynclineChange *(*serialize) (gpointer self,
                                const SynclineTable *table,
                                SynclineChange *change,
                                GError **error);

  /**
   * SynclineSerializerClass::deserialize:
   *
   * May be missing: rows are then taken as they come. Turns a row of the server, JSON object text,
   * into what the local table keeps. %NULL without @error leaves the row as it is.
   * %SYNCLINE_ERROR_CORRUPT leaves it too, with a warning.
   */
  char *(*deserialize) (gpointer self,
                        const SynclineTable *table,
                        SynclineSlice row_id,
                        SynclineSlice data,
                        GError **error);

  /**
   * SynclineSerializerClass::opens_table:
   *
   * May be missing: rows of every table then go through deserialize(). Whether those of @table have to. Asked once
   * for each table, so that the other tables' rows cost nothing.
   */
  gboolean (*opens_table) (gpointer self, const SynclineTable *table);
} SynclineSerializerClass;

G_END_DECLS
