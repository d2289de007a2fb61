/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The files that "syncline init" writes. */

#pragma once

/* In the config, @SUPABASE_URL@ and @POWERSYNC_URL@ are to be replaced. */
extern const char cli_template_config[];
extern const char cli_template_schema[];
/* One pattern a line. */
extern const char cli_template_gitignore[];
