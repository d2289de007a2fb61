/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <syncline/macros.h>
#include <syncline/types.h>

G_BEGIN_DECLS

#define SYNCLINE_TYPE_ROW (syncline_row_get_type ())

/**
 * SynclineRow:
 *
 * One row of a live query. It never changes: a row whose cells change makes way for a new object, while one
 * that only moves stays the same object. Usable from any thread.
 *
 * Since: 0.1
 */
SYNCLINE_API GType syncline_row_get_type (void) G_GNUC_CONST;
typedef struct _SynclineRow SynclineRow;
typedef struct _SynclineRowClass SynclineRowClass;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineRow, g_object_unref)
#define SYNCLINE_ROW(object) (G_TYPE_CHECK_INSTANCE_CAST ((object), SYNCLINE_TYPE_ROW, SynclineRow))
#define SYNCLINE_IS_ROW(object) (G_TYPE_CHECK_INSTANCE_TYPE ((object), SYNCLINE_TYPE_ROW))

/**
 * syncline_row_get_n_columns:
 * @row: a row
 *
 * Returns: how many cells it has
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_row_get_n_columns (SynclineRow *row);

/**
 * syncline_row_get_column_name:
 * @row: a row
 * @column: a column, from 0
 *
 * Returns: (nullable) (transfer none): the name of the column, or %NULL when @column is out of range
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_row_get_column_name (SynclineRow *row, guint column);

/**
 * syncline_row_find_column:
 * @row: a row
 * @name: the name of a column
 *
 * Returns: the first column of that name, or -1
 *
 * Since: 0.1
 */
SYNCLINE_API int syncline_row_find_column (SynclineRow *row, const char *name);

/**
 * syncline_row_get_value_type:
 * @row: a row
 * @column: a column, from 0
 *
 * Returns: what kind of value the cell holds; %SYNCLINE_VALUE_NULL when @column is out of range
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineValueType syncline_row_get_value_type (SynclineRow *row, guint column);

/**
 * syncline_row_get_text:
 * @row: a row
 * @column: a column, from 0
 *
 * Returns: (nullable) (transfer none): the text of a text cell; %NULL for a cell of another type, and when
 *   @column is out of range
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_row_get_text (SynclineRow *row, guint column);

/**
 * syncline_row_get_integer:
 * @row: a row
 * @column: a column, from 0
 *
 * Returns: the number, a real one cut; 0 for cells that are no number
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_row_get_integer (SynclineRow *row, guint column);

/**
 * syncline_row_get_real:
 * @row: a row
 * @column: a column, from 0
 *
 * Returns: the number, an integer converted; 0 for cells that are no number
 *
 * Since: 0.1
 */
SYNCLINE_API double syncline_row_get_real (SynclineRow *row, guint column);

/**
 * syncline_row_dup_blob:
 * @row: a row
 * @column: a column, from 0
 *
 * Returns: (nullable) (transfer full): the bytes of a blob or text cell, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API GBytes *syncline_row_dup_blob (SynclineRow *row, guint column);

/**
 * syncline_row_dup_value:
 * @row: a row
 * @column: a column, from 0
 *
 * Returns: (transfer full): a cell of any type, as [method@Result.dup_value] gives it
 *
 * Since: 0.1
 */
SYNCLINE_API GVariant *syncline_row_dup_value (SynclineRow *row, guint column);

/**
 * syncline_row_dup_cells:
 * @row: a row
 *
 * Returns: (transfer full): all cells by column name, as [method@Result.dup_row] gives them
 *
 * Since: 0.1
 */
SYNCLINE_API GVariant *syncline_row_dup_cells (SynclineRow *row);

#define SYNCLINE_TYPE_QUERY (syncline_query_get_type ())

/**
 * SynclineQuery:
 *
 * A live query: a [iface@Gio.ListModel] of [class@Row] that follows the database. It is run once, and again
 * whenever a table and a column that it reads were changed: by this client, a download, another connection
 * or another process. What it gives is compared with what it gave before, and `items-changed` says no more
 * than what differs; when nothing does, nothing is said.
 *
 * It runs on a thread of its own. Its rows and properties change, and its signals come, in the
 * [struct@GLib.MainContext] that was the thread's default when the client was made; it is to be used from
 * there only. It ends with its last reference. While the client is closed it keeps its rows, and it
 * goes on when the client is opened again.
 *
 * Since: 0.1
 */
SYNCLINE_API GType syncline_query_get_type (void) G_GNUC_CONST;
typedef struct _SynclineQuery SynclineQuery;
typedef struct _SynclineQueryClass SynclineQueryClass;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineQuery, g_object_unref)
#define SYNCLINE_QUERY(object)                                                                     \
  (G_TYPE_CHECK_INSTANCE_CAST ((object), SYNCLINE_TYPE_QUERY, SynclineQuery))
#define SYNCLINE_IS_QUERY(object) (G_TYPE_CHECK_INSTANCE_TYPE ((object), SYNCLINE_TYPE_QUERY))

/**
 * SYNCLINE_QUERY_THROTTLE:
 *
 * The shortest time from one run of a live query to the next, in microseconds, unless it is set.
 *
 * Since: 0.1
 */
#define SYNCLINE_QUERY_THROTTLE (20 * G_TIME_SPAN_MILLISECOND)

/**
 * syncline_query_get_sql:
 * @query: a query
 *
 * Returns: (transfer none): its statement
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_query_get_sql (SynclineQuery *query);

/**
 * syncline_query_get_loading:
 * @query: a query
 *
 * Returns: whether it has not run yet
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_query_get_loading (SynclineQuery *query);

/**
 * syncline_query_get_error:
 * @query: a query
 *
 * Returns: (nullable) (transfer none): why its last run failed, or %NULL. The rows are then those of the
 *   last run that worked; the next change has it run again.
 *
 * Since: 0.1
 */
SYNCLINE_API const GError *syncline_query_get_error (SynclineQuery *query);

/**
 * syncline_query_get_throttle:
 * @query: a query
 *
 * Returns: the shortest time from one run to the next, in microseconds
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_query_get_throttle (SynclineQuery *query);

/**
 * syncline_query_set_throttle:
 * @query: a query
 * @throttle: microseconds, 0 or more
 *
 * Sets how often it may run. The first change after a quiet while is shown at once in any case.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_query_set_throttle (SynclineQuery *query, gint64 throttle);

/**
 * syncline_query_refresh:
 * @query: a query
 *
 * Runs it again, and finds out anew what it reads: after a view was made anew, or for a query whose result
 * depends on more than the database.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_query_refresh (SynclineQuery *query);

G_END_DECLS
