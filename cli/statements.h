/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

/**
 * cli_split_statements:
 * @sql: SQL text
 *
 * Splits SQL at the semicolons that end statements: not those in strings, quoted names and comments,
 * nor those within the body of a trigger. What holds no statement is left out.
 *
 * Returns: (transfer full): the statements, NULL-terminated, without their semicolons
 */
char **cli_split_statements (const char *sql);

/* Whether a statement can only read, as far as its first word tells. */
gboolean cli_statement_only_reads (const char *statement);
