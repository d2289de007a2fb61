/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What a refusal of PostgREST, of Postgres behind it, or of a gateway before it means for a queue. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  VERDICT_RETRY,          /* nothing is wrong with the change: the same again, later */
  VERDICT_REAUTHENTICATE, /* the same again with another token */
  VERDICT_REJECT,         /* the same again can't help */
} Verdict;

/* Matches any code, and the lack of one. */
#define CLASSIFY_ANY "*"
/* Matches the lack of a code: the answer is not PostgREST's. */
#define CLASSIFY_NONE ""

typedef struct
{
  const char *code; /* PGRST code or SQLSTATE; a prefix when it ends in `*`; or one of the above */
  guint status;     /* an HTTP status; 4 stands for 4xx; 0 for any */
  Verdict verdict;
  const char *meaning; /* one line, no full stop */
} Classification;

/* In this order: the first that matches counts. Ends with one whose meaning is NULL; the one before
 * matches everything. */
extern const Classification classifications[];

/* @code may be NULL. Never returns NULL. */
const Classification *classify (guint status, const char *code);

/* `retry`, `reauthenticate` or `reject`. */
const char *verdict_to_string (Verdict verdict);

/* Whether a code has the form of PostgREST's codes or of an SQLSTATE. */
gboolean is_postgrest_code (const char *code);

G_END_DECLS
