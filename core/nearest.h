/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The candidate that @word is most likely a slip for, or NULL when none is near. */
const char *syncline_nearest_find (const char *word, const GPtrArray *candidates);

/* What to tell somebody who wrote @word: `did you mean "path"?`, or else `WHAT: a, b, c`, or else NULL
 * when there are no candidates. */
char *syncline_nearest_advice (const char *word, const GPtrArray *candidates, const char *what);

G_END_DECLS
