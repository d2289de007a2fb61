/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one way to write @object, which is a JSON object (see syncline_json_is_object()): members in the order
 * of their names, no white space; so that equal parameters are equal texts. */
char *syncline_json_canonicalize (const char *object);

G_END_DECLS
