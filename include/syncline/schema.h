/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib-object.h>
#include <syncline/macros.h>

G_BEGIN_DECLS

/**
 * SynclineColumnType:
 * @SYNCLINE_COLUMN_TEXT: `text`, `varchar`, `char`, `citext`, `name` and anything with no better kind
 * @SYNCLINE_COLUMN_UUID: `uuid`
 * @SYNCLINE_COLUMN_INTEGER: `smallint`, `integer`
 * @SYNCLINE_COLUMN_BIGINT: `bigint`
 * @SYNCLINE_COLUMN_NUMERIC: `numeric`, `decimal`: kept as text, so that it stays exact
 * @SYNCLINE_COLUMN_DOUBLE: `real`, `double precision`
 * @SYNCLINE_COLUMN_BOOLEAN: `boolean`: 0 or 1 locally
 * @SYNCLINE_COLUMN_JSON: `json`, `jsonb`: JSON text locally
 * @SYNCLINE_COLUMN_ARRAY: any `…[]`: JSON array text locally
 * @SYNCLINE_COLUMN_BYTEA: `bytea`
 * @SYNCLINE_COLUMN_TIMESTAMP: `timestamp`, `timestamptz`: ISO 8601 text locally
 * @SYNCLINE_COLUMN_DATE: `date`
 * @SYNCLINE_COLUMN_TIME: `time`, `timetz`
 * @SYNCLINE_COLUMN_INTERVAL: `interval`
 *
 * How the values of a column are kept locally and sent to the server.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_COLUMN_TEXT,
  SYNCLINE_COLUMN_UUID,
  SYNCLINE_COLUMN_INTEGER,
  SYNCLINE_COLUMN_BIGINT,
  SYNCLINE_COLUMN_NUMERIC,
  SYNCLINE_COLUMN_DOUBLE,
  SYNCLINE_COLUMN_BOOLEAN,
  SYNCLINE_COLUMN_JSON,
  SYNCLINE_COLUMN_ARRAY,
  SYNCLINE_COLUMN_BYTEA,
  SYNCLINE_COLUMN_TIMESTAMP,
  SYNCLINE_COLUMN_DATE,
  SYNCLINE_COLUMN_TIME,
  SYNCLINE_COLUMN_INTERVAL,
} SynclineColumnType;

/**
 * SynclineTableMode:
 * @SYNCLINE_TABLE_SYNCED: rows come down, local writes go up
 * @SYNCLINE_TABLE_LOCAL_ONLY: never leaves this device
 * @SYNCLINE_TABLE_INSERT_ONLY: local inserts go up, no row is kept
 *
 * What becomes of the rows of a table.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_TABLE_SYNCED,
  SYNCLINE_TABLE_LOCAL_ONLY,
  SYNCLINE_TABLE_INSERT_ONLY,
} SynclineTableMode;

/**
 * SynclineTrackPrevious:
 * @SYNCLINE_TRACK_PREVIOUS_NONE: changes carry no previous values
 * @SYNCLINE_TRACK_PREVIOUS_CHANGED: a patch carries the previous values of the columns it changes,
 *   a delete those of all tracked columns
 * @SYNCLINE_TRACK_PREVIOUS_ALL: patches and deletes carry the previous values of all tracked columns
 *
 * Whether changes carry what was there before.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_TRACK_PREVIOUS_NONE,
  SYNCLINE_TRACK_PREVIOUS_CHANGED,
  SYNCLINE_TRACK_PREVIOUS_ALL,
} SynclineTrackPrevious;

/**
 * SynclineSchema:
 *
 * The tables of the local database: immutable, reference-counted, usable from any thread.
 *
 * Since: 0.1
 */
typedef struct _SynclineSchema SynclineSchema;
/**
 * SynclineTable:
 *
 * One table of a [struct@Schema], owned by it.
 *
 * Since: 0.1
 */
typedef struct _SynclineTable SynclineTable;
/**
 * SynclineColumn:
 *
 * One column of a [struct@Table], owned by it. `id` is not among the columns: every table has it.
 *
 * Since: 0.1
 */
typedef struct _SynclineColumn SynclineColumn;
/**
 * SynclineIndex:
 *
 * One index of a [struct@Table], owned by it.
 *
 * Since: 0.1
 */
typedef struct _SynclineIndex SynclineIndex;

#define SYNCLINE_TYPE_SCHEMA (syncline_schema_get_type ())
SYNCLINE_API GType syncline_schema_get_type (void) G_GNUC_CONST;

/**
 * syncline_schema_new_from_file: (constructor)
 * @path: (type filename): a schema file
 * @error: return location for an error
 *
 * Reads a schema file. The whole file is checked: the error's message has one line a fault, each with
 * file, line and key, and the nearest valid name where there is one.
 *
 * ```ini
 * [table todos]
 * list_id = uuid
 * description = text
 * completed = boolean
 * tags = text[]
 * details = jsonb
 * created_at = timestamptz
 *
 * [options todos]
 * mode = synced
 * server-name = todos
 * indexes = by_list(list_id, created_at DESC); by_text(description)
 * track-previous = changed
 * metadata = true
 * conflict = id
 * ```
 *
 * Returns: (transfer full): a schema, or %NULL with %SYNCLINE_ERROR_CONFIG
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineSchema *syncline_schema_new_from_file (const char *path, GError **error);

/**
 * syncline_schema_new_from_data: (constructor)
 * @data: the text of a schema file
 * @length: its length in bytes, or -1 if NUL-terminated
 * @name: what errors call it, such as a file name
 * @error: return location for an error
 *
 * Like [ctor@Schema.new_from_file], from memory.
 *
 * Returns: (transfer full): a schema, or %NULL with %SYNCLINE_ERROR_CONFIG
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineSchema *
syncline_schema_new_from_data (const char *data, gssize length, const char *name, GError **error);

/**
 * syncline_schema_ref:
 * @schema: a schema
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @schema
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineSchema *syncline_schema_ref (SynclineSchema *schema);

/**
 * syncline_schema_unref:
 * @schema: (transfer full): a schema
 *
 * Drops a reference. The last one frees it.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_schema_unref (SynclineSchema *schema);

/**
 * syncline_schema_get_n_tables:
 * @schema: a schema
 *
 * Returns: how many tables it has
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_schema_get_n_tables (SynclineSchema *schema);

/**
 * syncline_schema_get_table:
 * @schema: a schema
 * @index: a position, from 0, within the range
 *
 * Returns: (transfer none): the table
 *
 * Since: 0.1
 */
SYNCLINE_API const SynclineTable *syncline_schema_get_table (SynclineSchema *schema, guint index);

/**
 * syncline_schema_find_table:
 * @schema: a schema
 * @name: a local table name
 *
 * Returns: (nullable) (transfer none): the table, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API const SynclineTable *syncline_schema_find_table (SynclineSchema *schema,
                                                              const char *name);

/**
 * syncline_schema_find_server_table:
 * @schema: a schema
 * @name: the name that the sync rules give the rows (`server-name`, by default the local name)
 * @length: its length in bytes, or -1 if NUL-terminated
 *
 * Returns: (nullable) (transfer none): the table, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API const SynclineTable *
syncline_schema_find_server_table (SynclineSchema *schema, const char *name, gssize length);

/**
 * syncline_table_get_name:
 * @table: a table
 *
 * Returns: (transfer none): its name in the local database
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_table_get_name (const SynclineTable *table);

/**
 * syncline_table_get_server_name:
 * @table: a table
 *
 * Returns: (transfer none): its name on the server
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_table_get_server_name (const SynclineTable *table);

/**
 * syncline_table_get_mode:
 * @table: a table
 *
 * Returns: what becomes of its rows
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineTableMode syncline_table_get_mode (const SynclineTable *table);

/**
 * syncline_table_get_track_previous:
 * @table: a table
 *
 * Returns: whether its changes carry what was there before
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineTrackPrevious syncline_table_get_track_previous (const SynclineTable *table);
/**
 * syncline_table_get_metadata:
 * @table: a table
 *
 * Returns: whether the table has a column `_metadata` whose value goes up with the change
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_table_get_metadata (const SynclineTable *table);
/**
 * syncline_table_get_conflict:
 * @table: a table
 *
 * Returns: (transfer none) (array zero-terminated=1): the server's columns that an upsert goes by;
 *   by default just `id`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *const *syncline_table_get_conflict (const SynclineTable *table);

/**
 * syncline_table_get_n_columns:
 * @table: a table
 *
 * Returns: how many columns it has besides `id`
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_table_get_n_columns (const SynclineTable *table);

/**
 * syncline_table_get_column:
 * @table: a table
 * @index: a position, from 0, within the range
 *
 * Returns: (transfer none): the column
 *
 * Since: 0.1
 */
SYNCLINE_API const SynclineColumn *syncline_table_get_column (const SynclineTable *table,
                                                              guint index);

/**
 * syncline_table_find_column:
 * @table: a table
 * @name: a column's name
 * @length: its length in bytes, or -1 if NUL-terminated
 *
 * Returns: the column's index, or -1
 *
 * Since: 0.1
 */
SYNCLINE_API int
syncline_table_find_column (const SynclineTable *table, const char *name, gssize length);

/**
 * syncline_table_get_n_indexes:
 * @table: a table
 *
 * Returns: how many indexes it has
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_table_get_n_indexes (const SynclineTable *table);

/**
 * syncline_table_get_index:
 * @table: a table
 * @index: a position, from 0, within the range
 *
 * Returns: (transfer none): the index
 *
 * Since: 0.1
 */
SYNCLINE_API const SynclineIndex *syncline_table_get_index (const SynclineTable *table,
                                                            guint index);

/**
 * syncline_column_get_name:
 * @column: a column
 *
 * Returns: (transfer none): its name
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_column_get_name (const SynclineColumn *column);

/**
 * syncline_column_get_column_type:
 * @column: a column
 *
 * Returns: how its values are kept
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineColumnType syncline_column_get_column_type (const SynclineColumn *column);
/**
 * syncline_column_get_declared:
 * @column: a column
 *
 * Returns: (transfer none): the type as the schema file has it, such as `numeric(12,2)` or `text[]`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_column_get_declared (const SynclineColumn *column);

/**
 * syncline_index_get_name:
 * @index: an index
 *
 * Returns: (transfer none): its name
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_index_get_name (const SynclineIndex *index);

/**
 * syncline_index_get_n_columns:
 * @index: an index
 *
 * Returns: how many columns it covers
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_index_get_n_columns (const SynclineIndex *index);

/**
 * syncline_index_get_column:
 * @index: an index
 * @position: a position, from 0, within the range
 * @out_descending: (out) (optional): whether it sorts that column downwards
 *
 * Returns: (transfer none): the name of the column
 *
 * Since: 0.1
 */
SYNCLINE_API const char *
syncline_index_get_column (const SynclineIndex *index, guint position, gboolean *out_descending);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineSchema, syncline_schema_unref)

G_END_DECLS
