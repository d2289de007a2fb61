/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The words for what stands in a plugin's option table. */

#pragma once

#include <syncline/plugin.h>

/* "string", "path", "url", … */
const char *cli_option_type (const SynclineOption *option);

gboolean cli_option_has_range (const SynclineOption *option);

/* What the key takes: "never|always", "integer, from 1 to 100". */
char *cli_option_values (const SynclineOption *option);
