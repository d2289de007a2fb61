/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "query-row.h"

#include <string.h>

#include "cell.h"

/* --- Columns ------------------------------------------------------------------------------------ */

SynclineColumns *
syncline_columns_new (guint n, const char *const *names)
{
  SynclineColumns *columns = g_atomic_rc_box_new0 (SynclineColumns);

  columns->n = n;
  columns->names = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    columns->names[i] = g_strdup (names[i]);
  return columns;
}

SynclineColumns *
syncline_columns_ref (SynclineColumns *columns)
{
  return g_atomic_rc_box_acquire (columns);
}

static void
columns_clear (gpointer data)
{
  g_strfreev (((SynclineColumns *) data)->names);
}

void
syncline_columns_unref (SynclineColumns *columns)
{
  g_atomic_rc_box_release_full (columns, columns_clear);
}

gboolean
syncline_columns_are (const SynclineColumns *columns, guint n, const char *const *names)
{
  if (columns == NULL || columns->n != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (strcmp (columns->names[i], names[i]) != 0)
      return FALSE;
  return TRUE;
}

/* --- Rows --------------------------------------------------------------------------------------- */

struct _SynclineRowClass
{
  GObjectClass parent_class;
};

struct _SynclineRow
{
  GObject parent_instance;

  SynclineColumns *columns;
  SynclineValue *cells; /* one block, with the texts behind them */
};

G_DEFINE_FINAL_TYPE (SynclineRow, syncline_row, G_TYPE_OBJECT)

static void
syncline_row_finalize (GObject *object)
{
  SynclineRow *self = SYNCLINE_ROW (object);

  g_free (self->cells);
  syncline_columns_unref (self->columns);
  G_OBJECT_CLASS (syncline_row_parent_class)->finalize (object);
}

static void
syncline_row_class_init (SynclineRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = syncline_row_finalize;
}

static void
syncline_row_init (SynclineRow *self G_GNUC_UNUSED)
{
}

static gboolean
has_bytes (const SynclineValue *cell)
{
  return cell->type == SYNCLINE_VALUE_TEXT || cell->type == SYNCLINE_VALUE_BLOB;
}

/* Texts get a NUL behind them, which their length does not count. */
static SynclineValue *
copy_cells (const SynclineValue *cells, guint n)
{
  gsize size = n * sizeof (SynclineValue);

  for (guint i = 0; i < n; i++)
    if (has_bytes (&cells[i]))
      size += (gsize) cells[i].length + 1;

  SynclineValue *copy = g_malloc (MAX (size, 1));
  char *texts = (char *) (copy + n);
  for (guint i = 0; i < n; i++)
    {
      copy[i] = cells[i];
      if (!has_bytes (&cells[i]))
        continue;
      copy[i].text = texts;
      if (cells[i].length > 0)
        memcpy (texts, cells[i].text, (gsize) cells[i].length);
      texts += cells[i].length;
      *texts++ = '\0';
    }
  return copy;
}

SynclineRow *
syncline_row_new (SynclineColumns *columns, const SynclineValue *cells)
{
  SynclineRow *self = g_object_new (SYNCLINE_TYPE_ROW, NULL);

  self->columns = syncline_columns_ref (columns);
  self->cells = copy_cells (cells, columns->n);
  return self;
}

const SynclineValue *
syncline_row_get_cells (SynclineRow *row)
{
  return row->cells;
}

static const SynclineValue *
get_cell (SynclineRow *row, guint column)
{
  return column < row->columns->n ? &row->cells[column] : &syncline_cell_nothing;
}

guint
syncline_row_get_n_columns (SynclineRow *row)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), 0);

  return row->columns->n;
}

const char *
syncline_row_get_column_name (SynclineRow *row, guint column)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), NULL);

  return column < row->columns->n ? row->columns->names[column] : NULL;
}

int
syncline_row_find_column (SynclineRow *row, const char *name)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), -1);
  g_return_val_if_fail (name != NULL, -1);

  for (guint i = 0; i < row->columns->n; i++)
    if (strcmp (row->columns->names[i], name) == 0)
      return (int) i;
  return -1;
}

SynclineValueType
syncline_row_get_value_type (SynclineRow *row, guint column)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), SYNCLINE_VALUE_NULL);

  return get_cell (row, column)->type;
}

const char *
syncline_row_get_text (SynclineRow *row, guint column)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), NULL);

  return syncline_cell_get_text (get_cell (row, column));
}

gint64
syncline_row_get_integer (SynclineRow *row, guint column)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), 0);

  return syncline_cell_get_integer (get_cell (row, column));
}

double
syncline_row_get_real (SynclineRow *row, guint column)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), 0);

  return syncline_cell_get_real (get_cell (row, column));
}

GBytes *
syncline_row_dup_blob (SynclineRow *row, guint column)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), NULL);

  return syncline_cell_dup_blob (get_cell (row, column));
}

GVariant *
syncline_row_dup_value (SynclineRow *row, guint column)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), NULL);

  return g_variant_ref_sink (syncline_cell_to_variant (get_cell (row, column)));
}

GVariant *
syncline_row_dup_cells (SynclineRow *row)
{
  g_return_val_if_fail (SYNCLINE_IS_ROW (row), NULL);

  GVariantDict dict = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; i < row->columns->n; i++)
    g_variant_dict_insert_value (&dict, row->columns->names[i],
                                 syncline_cell_to_variant (&row->cells[i]));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}
