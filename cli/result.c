/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/json.h"
#include "cli/result.h"

static void
add_cell (CliRows *rows, SynclineResult *result, guint row, guint column)
{
  switch (syncline_result_get_value_type (result, row, column))
    {
    case SYNCLINE_VALUE_NULL:
      cli_rows_add_null (rows);
      break;
    case SYNCLINE_VALUE_INTEGER:
      cli_rows_add_integer (rows, syncline_result_get_integer (result, row, column));
      break;
    case SYNCLINE_VALUE_REAL:
      cli_rows_add_real (rows, syncline_result_get_real (result, row, column));
      break;
    case SYNCLINE_VALUE_TEXT:
      cli_rows_add_text (rows, syncline_result_get_text (result, row, column));
      break;
    case SYNCLINE_VALUE_BLOB:
      {
        g_autoptr (GBytes) bytes = syncline_result_dup_blob (result, row, column);
        cli_rows_add_blob (rows, bytes);
        break;
      }
    }
}

void
cli_result_print (SynclineResult *result, CliFormat format)
{
  const guint n_columns = syncline_result_get_n_columns (result);
  g_autofree const char **names = g_new0 (const char *, n_columns + 1);

  for (guint i = 0; i < n_columns; i++)
    names[i] = syncline_result_get_column_name (result, i);

  g_autoptr (CliRows) rows = cli_rows_new (format, names);
  for (guint row = 0; row < syncline_result_get_n_rows (result); row++)
    {
      for (guint column = 0; column < n_columns; column++)
        add_cell (rows, result, row, column);
    }
}

static json_object *
json_of_cell (SynclineResult *result, guint row, guint column)
{
  switch (syncline_result_get_value_type (result, row, column))
    {
    case SYNCLINE_VALUE_INTEGER:
      return json_object_new_int64 (syncline_result_get_integer (result, row, column));
    case SYNCLINE_VALUE_REAL:
      return cli_json_real (syncline_result_get_real (result, row, column));
    case SYNCLINE_VALUE_TEXT:
      return cli_json_string (syncline_result_get_text (result, row, column));
    case SYNCLINE_VALUE_BLOB:
      {
        g_autoptr (GBytes) bytes = syncline_result_dup_blob (result, row, column);
        gsize size = 0;
        const guint8 *data = g_bytes_get_data (bytes, &size);
        g_autofree char *base64 = g_base64_encode (data, size);
        return json_object_new_string (base64);
      }
    default:
      return NULL;
    }
}

char *
cli_result_to_json_line (SynclineResult *result)
{
  const guint n_columns = syncline_result_get_n_columns (result);
  g_autofree const char **names = g_new0 (const char *, n_columns + 1);
  g_autoptr (json_object) array = json_object_new_array ();

  for (guint i = 0; i < n_columns; i++)
    names[i] = syncline_result_get_column_name (result, i);
  g_auto (GStrv) keys = cli_rows_make_unique (names);
  for (guint row = 0; row < syncline_result_get_n_rows (result); row++)
    {
      json_object *object = json_object_new_object ();
      for (guint column = 0; column < n_columns; column++)
        json_object_object_add (object, keys[column], json_of_cell (result, row, column));
      json_object_array_add (array, object);
    }
  return g_strdup (json_object_to_json_string_ext (array, JSON_C_TO_STRING_NOSLASHESCAPE));
}

GVariant *
cli_parameters (char **words)
{
  return words[0] != NULL ? g_variant_new_strv ((const char *const *) words, -1) : NULL;
}

gboolean
cli_check_utf8 (char **texts, GError **error)
{
  for (guint i = 0; texts[i] != NULL; i++)
    {
      if (g_utf8_validate (texts[i], -1, NULL))
        continue;
      cli_set_usage_error (error, "statement or parameter %u is not valid UTF-8", i + 1);
      return FALSE;
    }
  return TRUE;
}
