/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "result-private.h"

#include <string.h>

#include "cell.h"

struct _SynclineResult
{
  char **names;
  guint n_columns;
  GArray *cells; /* of SynclineValue, row by row */
  GStringChunk *texts;
  gint64 n_changed;
};

G_DEFINE_BOXED_TYPE (SynclineResult, syncline_result, syncline_result_ref, syncline_result_unref)

SynclineResult *
syncline_result_new (void)
{
  SynclineResult *result = g_atomic_rc_box_new0 (SynclineResult);

  result->names = g_new0 (char *, 1);
  result->cells = g_array_new (FALSE, FALSE, sizeof (SynclineValue));
  result->texts = g_string_chunk_new (1024);
  return result;
}

SynclineResult *
syncline_result_ref (SynclineResult *result)
{
  return g_atomic_rc_box_acquire (result);
}

static void
result_clear (gpointer data)
{
  SynclineResult *result = data;

  g_strfreev (result->names);
  g_array_unref (result->cells);
  g_string_chunk_free (result->texts);
}

void
syncline_result_unref (SynclineResult *result)
{
  g_atomic_rc_box_release_full (result, result_clear);
}

static void
take_names (SynclineResult *result, guint n_columns, const char *const *names)
{
  g_strfreev (result->names);
  result->n_columns = n_columns;
  result->names = g_new0 (char *, n_columns + 1);
  for (guint i = 0; i < n_columns; i++)
    result->names[i] = g_strdup (names[i]);
}

gboolean
syncline_result_take_row (guint n_columns,
                          const char *const *names,
                          const SynclineValue *values,
                          gpointer data)
{
  SynclineResult *result = data;

  if (values == NULL)
    {
      take_names (result, n_columns, names);
      return TRUE;
    }
  for (guint i = 0; i < n_columns; i++)
    {
      SynclineValue cell = values[i];

      if (cell.type == SYNCLINE_VALUE_TEXT || cell.type == SYNCLINE_VALUE_BLOB)
        {
          if (cell.length < 0)
            cell.length = (gssize) strlen (cell.text);
          cell.text = g_string_chunk_insert_len (result->texts, cell.text, cell.length);
        }
      g_array_append_val (result->cells, cell);
    }
  return TRUE;
}

void
syncline_result_set_n_changed (SynclineResult *result, gint64 n_changed)
{
  result->n_changed = n_changed;
}

guint
syncline_result_get_n_rows (SynclineResult *result)
{
  return result->n_columns == 0 ? 0 : result->cells->len / result->n_columns;
}

guint
syncline_result_get_n_columns (SynclineResult *result)
{
  return result->n_columns;
}

const char *
syncline_result_get_column_name (SynclineResult *result, guint column)
{
  return column < result->n_columns ? result->names[column] : NULL;
}

static const SynclineValue *
get_cell (SynclineResult *result, guint row, guint column)
{
  if (column >= result->n_columns || row >= syncline_result_get_n_rows (result))
    return &syncline_cell_nothing;
  return &g_array_index (result->cells, SynclineValue, row * result->n_columns + column);
}

SynclineValueType
syncline_result_get_value_type (SynclineResult *result, guint row, guint column)
{
  return get_cell (result, row, column)->type;
}

const char *
syncline_result_get_text (SynclineResult *result, guint row, guint column)
{
  return syncline_cell_get_text (get_cell (result, row, column));
}

gint64
syncline_result_get_integer (SynclineResult *result, guint row, guint column)
{
  return syncline_cell_get_integer (get_cell (result, row, column));
}

double
syncline_result_get_real (SynclineResult *result, guint row, guint column)
{
  return syncline_cell_get_real (get_cell (result, row, column));
}

GBytes *
syncline_result_dup_blob (SynclineResult *result, guint row, guint column)
{
  return syncline_cell_dup_blob (get_cell (result, row, column));
}

GVariant *
syncline_result_dup_value (SynclineResult *result, guint row, guint column)
{
  g_return_val_if_fail (result != NULL, NULL);

  return g_variant_ref_sink (syncline_cell_to_variant (get_cell (result, row, column)));
}

GVariant *
syncline_result_dup_row (SynclineResult *result, guint row)
{
  g_return_val_if_fail (result != NULL, NULL);

  GVariantDict dict = G_VARIANT_DICT_INIT (NULL);

  if (row < syncline_result_get_n_rows (result))
    for (guint i = 0; i < result->n_columns; i++)
      g_variant_dict_insert_value (&dict, result->names[i],
                                   syncline_cell_to_variant (get_cell (result, row, i)));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

gint64
syncline_result_get_n_changed (SynclineResult *result)
{
  return result->n_changed;
}
