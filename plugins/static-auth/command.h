/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Runs a command and gives what it wrote to its standard output, to be wiped. It has to end with
 * status 0 within @timeout. SYNCLINE_ERROR_UNAVAILABLE; its errors are on our standard error. */
GBytes *command_run (char **argv, gint64 timeout, GCancellable *cancellable, GError **error);

G_END_DECLS
