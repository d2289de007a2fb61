/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Results for those who have no use for one getter a type: language bindings above all. */

#include "config.h"

#include <syncline/client.h>

static GVariant *
new_bytes (SynclineResult *result, guint row, guint column)
{
  g_autoptr (GBytes) bytes = syncline_result_dup_blob (result, row, column);

  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

/* SQLite keeps as text whatever it is given, a variant holds UTF-8 without NUL only. */
static GVariant *
new_text (SynclineResult *result, guint row, guint column)
{
  g_autoptr (GBytes) bytes = syncline_result_dup_blob (result, row, column);
  const char *text = syncline_result_get_text (result, row, column);

  /* A length makes it refuse NUL, too. */
  if (!g_utf8_validate_len (text, g_bytes_get_size (bytes), NULL))
    return new_bytes (result, row, column);
  return g_variant_new_string (text);
}

static GVariant *
new_value (SynclineResult *result, guint row, guint column)
{
  switch (syncline_result_get_value_type (result, row, column))
    {
    case SYNCLINE_VALUE_INTEGER:
      return g_variant_new_int64 (syncline_result_get_integer (result, row, column));
    case SYNCLINE_VALUE_REAL:
      return g_variant_new_double (syncline_result_get_real (result, row, column));
    case SYNCLINE_VALUE_TEXT:
      return new_text (result, row, column);
    case SYNCLINE_VALUE_BLOB:
      return new_bytes (result, row, column);
    case SYNCLINE_VALUE_NULL:
      break;
    }
  return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
}

GVariant *
syncline_result_dup_value (SynclineResult *result, guint row, guint column)
{
  g_return_val_if_fail (result != NULL, NULL);

  return g_variant_ref_sink (new_value (result, row, column));
}

GVariant *
syncline_result_dup_row (SynclineResult *result, guint row)
{
  g_return_val_if_fail (result != NULL, NULL);

  GVariantDict dict = G_VARIANT_DICT_INIT (NULL);

  if (row < syncline_result_get_n_rows (result))
    for (guint i = 0; i < syncline_result_get_n_columns (result); i++)
      g_variant_dict_insert_value (&dict, syncline_result_get_column_name (result, i),
                                   new_value (result, row, i));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}
