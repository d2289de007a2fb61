/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Enough for any config or schema; keeps a slip such as naming a device from filling the memory. */
#define SYNCLINE_READ_FILE_LIMIT (16 * 1024 * 1024)

/* The bytes of a file, with a NUL behind them, or NULL with @out_reason. @out_exposed, nullable, tells
 * whether everybody on the machine may read it. What may be secret is to be overwritten before it is freed. */
char *syncline_read_file (
    const char *path, gsize limit, gsize *out_length, gboolean *out_exposed, char **out_reason);

G_END_DECLS
