/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* SQL as Postgres writes it, taken apart into words: enough to follow what migrations do to tables. */

#pragma once

#include <glib.h>

typedef enum
{
  PG_WORD,   /* not quoted; in small letters, as Postgres folds it */
  PG_NAME,   /* in double quotes; without them */
  PG_TEXT,   /* a string constant, $…$ too; without its quotes */
  PG_NUMBER, /* */
  PG_SYMBOL, /* one character */
} PgTokenKind;

typedef struct
{
  PgTokenKind kind;
  char *text;
  guint line; /* from 1 */
} PgToken;

/* The statements of SQL as arrays of PgToken, without their semicolons; none is empty. Broken SQL ends in a
 * last statement with whatever could be read. */
GPtrArray *pg_sql_split (const char *sql);

/* Whether the token is that word or symbol. TOKEN may be NULL. */
gboolean pg_token_is (const PgToken *token, const char *text);
