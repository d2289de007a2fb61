/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The secret in the file that a `KEY-file` value names, without one newline at its end; to be freed with
 * syncline_secret_free(). @place is a path, or `credential:NAME` for what systemd passes to a service.
 * NULL with @out_fault. @out_warning is set when the file is not well kept. */
char *syncline_secret_file_read (const char *place,
                                 const char *directory,
                                 char **out_warning,
                                 char **out_fault);

G_END_DECLS
