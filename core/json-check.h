/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @text, which is UTF-8, is one JSON object. If not, @out_position is the byte where it stops to
 * be one. */
gboolean syncline_json_is_object (const char *text, gsize *out_position);

G_END_DECLS
