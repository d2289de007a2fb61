/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* An answer of PostgREST, read. */

#pragma once

#include "common/http.h"

#include "classify.h"

G_BEGIN_DECLS

/* The code of an outcome whose request changed no row. */
#define CODE_NO_ROW "SYNCLINE_NO_ROW"

typedef struct
{
  guint status;
  gboolean success;
  gint64 rows; /* how many rows the request changed; -1 when the answer does not tell */
  /* Of a failure; NULL when the answer has none. Cut if very long. */
  char *code;
  char *message;
  char *details;
  char *hint;
  const Classification *classification;
} Answer;

/* Reads a response whatever it is: what can't be PostgREST's, such as a page of HTML with status 200,
 * becomes a failure that asks for another try. */
void answer_read (Answer *answer, const HttpResponse *response);
void answer_clear (Answer *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

/* The outcome of a change that the answer refuses. */
SynclineOutcome *answer_make_rejection (const Answer *answer);

/* The error for an answer that asks for another try. */
GError *answer_make_error (const Answer *answer,
                           const HttpResponse *response,
                           const char *method,
                           const char *url);

G_END_DECLS
