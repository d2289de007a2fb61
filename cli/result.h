/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "cli/rows.h"

/* Prints the rows of a result that has columns. */
void cli_result_print (SynclineResult *result, CliFormat format);

/* The rows as a JSON array of objects, on one line. */
char *cli_result_to_json_line (SynclineResult *result);

/* Words of the command line as parameters of a statement, floating; NULL when there are none. */
GVariant *cli_parameters (char **words);

/* Fails with an error about the command line when one is not valid UTF-8. */
gboolean cli_check_utf8 (char **texts, GError **error);
