/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

json_object *
cli_json_string (const char *text)
{
  if (text == NULL)
    return NULL;
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  return json_object_new_string_len (valid, (int) strlen (valid));
}

static void
free_raw (json_object *object G_GNUC_UNUSED, void *text)
{
  g_free (text);
}

json_object *
cli_json_raw (const char *json)
{
  if (json == NULL)
    return NULL;
  json_object *object = json_object_new_object ();
  json_object_set_serializer (object, json_object_userdata_to_json_string, g_strdup (json),
                              free_raw);
  return object;
}

json_object *
cli_json_real (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };

  /* JSON has no infinity; this overflows to one in every reader. */
  if (isinf (value))
    return cli_json_raw (value < 0 ? "-1e999" : "1e999");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (text, sizeof text, formats[i], value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  return cli_json_raw (text);
}

json_object *
cli_json_time (gint64 microseconds)
{
  if (microseconds == 0)
    return NULL;
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (microseconds / G_USEC_PER_SEC);
  if (seconds == NULL)
    return NULL;
  g_autoptr (GDateTime) time = g_date_time_add (seconds, microseconds % G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S.%fZ");
  return json_object_new_string (text);
}

void
cli_json_print (json_object *value)
{
  puts (json_object_to_json_string_ext (value, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
                                                   | JSON_C_TO_STRING_NOSLASHESCAPE));
}
