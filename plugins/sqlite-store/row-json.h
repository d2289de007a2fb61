/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* SQL expressions that give the JSON of rows. */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

typedef enum
{
  ROW_JSON_ALL,      /* all columns, with nulls */
  ROW_JSON_NOT_NULL, /* those that are not NULL */
  ROW_JSON_CHANGED,  /* in a trigger: those that an update changed */
} RowJsonColumns;

/* Appends an expression that gives the JSON object text of a row with the named columns. The prefix is
 * `NEW.`, `OLD.`, an alias with its dot, or empty. */
void row_json_append (GString *sql,
                      const char *const *names,
                      guint n_names,
                      const char *prefix,
                      RowJsonColumns columns);

/* Likewise, of all columns of a table but id. */
void row_json_append_table (GString *sql,
                            const SynclineTable *table,
                            const char *prefix,
                            RowJsonColumns columns);

/* The name of a column in SQL. */
char *row_json_get_cell (const char *prefix, const char *name);

/* Appends an expression that gives the JSON text of a cell. */
void row_json_append_value (GString *sql, const char *cell);

/* Appends the SQL literal of before, the name in JSON, and a colon. */
void row_json_append_key (GString *sql, const char *before, const char *name);

G_END_DECLS
