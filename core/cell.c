/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cell.h"

#include <string.h>

const SynclineValue syncline_cell_nothing = { .type = SYNCLINE_VALUE_NULL };

static gboolean
has_bytes (const SynclineValue *cell)
{
  return cell->type == SYNCLINE_VALUE_TEXT || cell->type == SYNCLINE_VALUE_BLOB;
}

const char *
syncline_cell_get_text (const SynclineValue *cell)
{
  return cell->type == SYNCLINE_VALUE_TEXT ? cell->text : NULL;
}

gint64
syncline_cell_get_integer (const SynclineValue *cell)
{
  if (cell->type == SYNCLINE_VALUE_INTEGER)
    return cell->integer;
  return cell->type == SYNCLINE_VALUE_REAL ? (gint64) cell->real : 0;
}

double
syncline_cell_get_real (const SynclineValue *cell)
{
  if (cell->type == SYNCLINE_VALUE_REAL)
    return cell->real;
  return cell->type == SYNCLINE_VALUE_INTEGER ? (double) cell->integer : 0;
}

GBytes *
syncline_cell_dup_blob (const SynclineValue *cell)
{
  return has_bytes (cell) ? g_bytes_new (cell->text, (gsize) cell->length) : NULL;
}

static GVariant *
bytes_to_variant (const SynclineValue *cell)
{
  g_autoptr (GBytes) bytes = syncline_cell_dup_blob (cell);

  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

GVariant *
syncline_cell_to_variant (const SynclineValue *cell)
{
  switch (cell->type)
    {
    case SYNCLINE_VALUE_INTEGER:
      return g_variant_new_int64 (cell->integer);
    case SYNCLINE_VALUE_REAL:
      return g_variant_new_double (cell->real);
    case SYNCLINE_VALUE_TEXT:
      /* SQLite keeps as text whatever it is given, a variant holds UTF-8 without NUL only; with a length
       * the check refuses NUL, too. */
      if (g_utf8_validate_len (cell->text, (gsize) cell->length, NULL))
        return g_variant_new_string (cell->text);
      return bytes_to_variant (cell);
    case SYNCLINE_VALUE_BLOB:
      return bytes_to_variant (cell);
    case SYNCLINE_VALUE_NULL:
      break;
    }
  return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
}

gboolean
syncline_cell_equal (const SynclineValue *a, const SynclineValue *b)
{
  if (a->type != b->type)
    return FALSE;
  if (has_bytes (a))
    return a->length == b->length
           && (a->length == 0 || memcmp (a->text, b->text, (gsize) a->length) == 0);
  /* Bit by bit, so that -0.0 is not 0.0. */
  return a->type == SYNCLINE_VALUE_NULL || a->integer == b->integer;
}

guint
syncline_cell_hash (const SynclineValue *cell)
{
  guint hash = (guint) cell->type;

  if (has_bytes (cell))
    for (gssize i = 0; i < cell->length; i++)
      hash = hash * 31 + (guchar) cell->text[i];
  else if (cell->type != SYNCLINE_VALUE_NULL)
    hash = hash * 31 + g_int64_hash (&cell->integer);
  return hash;
}
