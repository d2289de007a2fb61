/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Writing JSON by hand, where the rest of a text is copied as it stands. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends UTF-8 text as a JSON string, with its quotes. */
void json_write_string (GString *out, const char *text, gsize length);

G_END_DECLS
