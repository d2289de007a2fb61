/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "cli/cli.h"
#include "cli/json.h"

/* "ada@example.com (8d5f…)", as much of it as USER, an a{sv}, has. */
char *cli_describe_user (GVariant *user);

/* The strings, numbers and booleans that are known of USER; null when it is NULL. */
json_object *cli_json_user (GVariant *user);

/* Prints USER on standard output, as JSON if that was asked for. */
void cli_print_user (const Cli *cli, GVariant *user);
