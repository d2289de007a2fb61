/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "cli/tables.h"

/**
 * cli_migrations_read:
 * @path: a folder of `*.sql` files, taken in the order of their names, or one such file
 * @schema: the schema of the database whose tables are wanted
 * @complaints: (element-type utf8): receives a line, with file and line, for each statement that does
 *   something to tables that can't be followed
 * @error: return location for an error
 *
 * Follows what migrations do to tables, without a database: CREATE, ALTER and DROP TABLE.
 *
 * Returns: (transfer full): the tables after the last migration, or %NULL
 */
CliTables *
cli_migrations_read (const char *path, const char *schema, GPtrArray *complaints, GError **error);
