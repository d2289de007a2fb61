/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a text with the pull parser and with json-c: both must accept it, or both refuse it, and read the
 * same from it. @text is followed by a NUL that does not count. Aborts if not. */
void json_pull_compare (const char *text, gsize length);

G_END_DECLS
