/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "cli/tables.h"

/**
 * CliDifference:
 * @table: the local name of a table
 * @column: (nullable): a column, or %NULL when the table itself is what differs
 * @here: (nullable): its type in the schema file, or %NULL when it is not there
 * @there: (nullable): its type on the server, or %NULL when it is not there
 *
 * Where a schema file and a server differ.
 */
typedef struct
{
  char *table;
  char *column;
  char *here;
  char *there;
} CliDifference;

/**
 * cli_schema_compare:
 * @text: the text of a schema file
 * @schema: the same, read
 * @tables: the server's tables
 *
 * A column that stands in a comment of its table, `# name = type`, is left out on purpose and no
 * difference. Types that are kept in the same way don't differ. Local-only tables are not looked at.
 *
 * Returns: (transfer full) (element-type CliDifference): the differences, in the order of the file
 */
GPtrArray *cli_schema_compare (const char *text, SynclineSchema *schema, CliTables *tables);

/**
 * cli_schema_edit:
 * @text: the text of a schema file
 * @schema: the same, read
 * @tables: the server's tables
 * @wanted: (element-type utf8): the tables of the server to bring up to date or to add
 *
 * Changes lines where there is a difference and leaves all others, comments too, as they are. Tables that
 * the server does not have stay.
 *
 * Returns: (transfer full): the new text
 */
char *
cli_schema_edit (const char *text, SynclineSchema *schema, CliTables *tables, GPtrArray *wanted);
