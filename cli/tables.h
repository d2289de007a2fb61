/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Tables as the server has them, wherever that is known from. */

#pragma once

#include <gio/gio.h>
#include <syncline/syncline.h>

typedef struct
{
  char *name;
  char *type; /* as the server calls it */
  gboolean is_key;
} CliColumn;

typedef struct
{
  char *name;
  GPtrArray *columns; /* of CliColumn, in the order of the server */
} CliTable;

typedef struct
{
  GPtrArray *tables; /* of CliTable */
} CliTables;

CliTables *cli_tables_new (void);
void cli_tables_free (CliTables *tables);

CliTable *cli_tables_find (CliTables *tables, const char *name);
CliTable *cli_tables_add (CliTables *tables, const char *name);
void cli_tables_remove (CliTables *tables, const char *name);
/* By name. */
void cli_tables_sort (CliTables *tables);

CliColumn *cli_table_find_column (const CliTable *table, const char *name);
/* Does nothing when the column is there already. */
void cli_table_add_column (CliTable *table, const char *name, const char *type, gboolean is_key);
void cli_table_remove_column (CliTable *table, const char *name);

/* The type to write into a schema file: in short words, and text for what no file may say, such as an enum. */
char *cli_schema_type (const char *server_type);

/* Whether two types are kept in the same way. */
gboolean cli_types_agree (const char *a, const char *b);

/* Whether a schema file can hold the name; "id" is not written into one. */
gboolean cli_name_fits (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliTables, cli_tables_free)
