/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What becomes of a change that the server refuses, by the code of the refusal. A config lists rules as
 * `CODE ACTION`; the first whose code fits counts, a table's own before those of all tables. */

typedef enum
{
  SYNCLINE_REJECTION_PARK,  /* it moves to the rejected changes, the queue goes on */
  SYNCLINE_REJECTION_BLOCK, /* the queue waits for a person, or for the server to change its mind */
  SYNCLINE_REJECTION_RETRY, /* so many times more, with the waits of any failure; then it is parked */
  SYNCLINE_REJECTION_DROP, /* it is forgotten, with a line in the log */
} SynclineRejectionAction;

typedef struct
{
  char *code; /* ends in `*` for all codes that begin so */
  SynclineRejectionAction action;
  guint n_retries;
} SynclineRejectionRule;

/* The rules that @entries name, with a free function; or NULL, with what is wrong in @out_flaw. */
GPtrArray *syncline_rejection_rules_parse (const char *const *entries, char **out_flaw);

/* @own and @common may be NULL, and so may @code. Never NULL: what no rule is about is parked. */
const SynclineRejectionRule *
syncline_rejection_rules_find (GPtrArray *own, GPtrArray *common, const char *code);

G_END_DECLS
