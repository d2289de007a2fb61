/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

/* Sends log messages to the journal when standard error is connected to it, otherwise to standard
 * error as lines. Warnings are always shown, messages unless QUIET, more with VERBOSITY 1 and 2. */
void cli_log_init (gboolean quiet, int verbosity);
