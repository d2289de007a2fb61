/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "cli/cli.h"

typedef enum
{
  CLI_FORMAT_TABLE, /* aligned, with a heading, for people */
  CLI_FORMAT_TABS,  /* a row a line, for scripts; no heading */
  CLI_FORMAT_CSV,   /* RFC 4180 with a heading */
  CLI_FORMAT_JSON,  /* an array of objects */
} CliFormat;

/* Writes rows on standard output in one of the formats. Cells are added from left to right; after the
 * last one of a row the next row begins. All but tables are written as they come. */
typedef struct _CliRows CliRows;

/* The format that fits: JSON if it was asked for, a table on a terminal, tabs elsewhere. */
CliFormat cli_rows_choose_format (const Cli *cli);

CliRows *cli_rows_new (CliFormat format, const char *const *names);
/* Ends the output. */
void cli_rows_close (CliRows *rows);

void cli_rows_add_null (CliRows *rows);
void cli_rows_add_text (CliRows *rows, const char *text);
void cli_rows_add_integer (CliRows *rows, gint64 value);
void cli_rows_add_real (CliRows *rows, double value);
/* "yes" or "no" for people and scripts. */
void cli_rows_add_boolean (CliRows *rows, gboolean value);
void cli_rows_add_blob (CliRows *rows, GBytes *bytes);
/* JSON text, which stays JSON in JSON. */
void cli_rows_add_json (CliRows *rows, const char *json);
/* Microseconds since the epoch. */
void cli_rows_add_time (CliRows *rows, gint64 microseconds);

/* An object has each key once: a second column "n" becomes "n:2". */
char **cli_rows_make_unique (const char *const *names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliRows, cli_rows_close)
