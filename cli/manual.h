/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Manuals and completions, made of the tables that the command itself goes by. */

#pragma once

#include "cli/command.h"

#include <syncline/plugin.h>

/* Prints one of them on standard output: "syncline.1", "syncline.conf.5", "syncline-schema.5",
 * "syncline-statistics.7", "syncline-log.7", "statistics.md", "options.md", "bash", "zsh" or "fish". */
gboolean cli_manual_print (const char *what, GError **error);

/* Prints TEXT so that troff shows it as it is. */
void cli_manual_print_troff (const char *text);
void cli_manual_print_title (const char *name, int section, const char *summary);

void cli_manual_print_config_page (void);
void cli_manual_print_schema_page (void);
void cli_manual_print_option_tables (void);

void cli_completion_print_bash (void);
void cli_completion_print_zsh (void);
void cli_completion_print_fish (void);
