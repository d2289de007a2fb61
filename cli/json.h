/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <json-c/json.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/* TEXT as a JSON string, null when NULL; broken UTF-8 is replaced. */
json_object *cli_json_string (const char *text);

/* The shortest number that reads back as VALUE. */
json_object *cli_json_real (double value);

/* JSON text as it is, byte for byte; null when NULL. */
json_object *cli_json_raw (const char *json);

/* A point in time as RFC 3339 in UTC; null when 0. */
json_object *cli_json_time (gint64 microseconds);

/* Prints VALUE on standard output, followed by a newline. */
void cli_json_print (json_object *value);
