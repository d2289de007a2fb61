/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "schema-private.h"

#include <string.h>

#include "nearest.h"

#define SYNTAX "write name(column, column DESC); name(column)"

static gboolean
table_has_column (const SynclineTable *table, const char *name)
{
  for (guint i = 0; i < table->columns->len; i++)
    if (g_str_equal (((SynclineColumn *) g_ptr_array_index (table->columns, i))->name, name))
      return TRUE;
  return g_str_equal (name, "id");
}

static char *
complain_of_column (const SynclineTable *table, const char *index, const char *column)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < table->columns->len; i++)
    g_ptr_array_add (names, ((SynclineColumn *) g_ptr_array_index (table->columns, i))->name);
  g_ptr_array_add (names, (gpointer) "id");
  g_autofree char *advice = syncline_nearest_advice (column, names, "the columns are");
  return g_strdup_printf ("index \"%s\": the table has no column \"%s\"; %s", index, column,
                          advice);
}

/* Takes ASC or DESC from the end of @text. */
static gboolean
strip_direction (char *text)
{
  char *space = strrchr (text, ' ');

  if (space == NULL)
    return FALSE;
  const gboolean descending = g_ascii_strcasecmp (space + 1, "desc") == 0;
  if (descending || g_ascii_strcasecmp (space + 1, "asc") == 0)
    {
      *space = '\0';
      g_strchomp (text);
    }
  return descending;
}

static char *
parse_columns (const SynclineTable *table, SynclineIndex *index, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  /* Splitting nothing gives no words, rather than an empty one. */
  if (words[0] == NULL)
    return g_strdup_printf ("index \"%s\": a column is missing; " SYNTAX, index->name);
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *word = g_strdelimit (g_strstrip (words[i]), "\t", ' ');
      const gboolean descending = strip_direction (word);

      if (*word == '\0')
        return g_strdup_printf ("index \"%s\": a column is missing; " SYNTAX, index->name);
      if (!table_has_column (table, word))
        return complain_of_column (table, index->name, word);
      for (guint j = 0; j < index->columns->len; j++)
        if (g_str_equal (g_array_index (index->columns, SynclineIndexColumn, j).column, word))
          return g_strdup_printf ("index \"%s\": the column \"%s\" is there twice; remove one",
                                  index->name, word);
      const SynclineIndexColumn column = { g_strdup (word), descending };
      g_array_append_val (index->columns, column);
    }
  return NULL;
}

/* Reads one `name(columns)`. */
static char *
parse_index (SynclineTable *table, char *text)
{
  char *open = strchr (text, '(');

  if (open == NULL || !g_str_has_suffix (text, ")"))
    return g_strdup_printf ("\"%s\" is no index; " SYNTAX, text);
  *open = '\0';
  open[strlen (open + 1)] = '\0'; /* the closing one */

  const char *name = g_strstrip (text);
  const char *flaw = syncline_schema_find_flaw_of_name (name);
  if (flaw != NULL)
    return g_strdup_printf ("the index name \"%s\" %s", name, flaw);
  for (guint i = 0; i < table->indexes->len; i++)
    if (g_ascii_strcasecmp (((SynclineIndex *) g_ptr_array_index (table->indexes, i))->name, name)
        == 0)
      return g_strdup_printf ("the index \"%s\" is there twice; rename one", name);

  SynclineIndex *index = syncline_index_new (name);
  g_ptr_array_add (table->indexes, index);
  return parse_columns (table, index, open + 1);
}

void
syncline_schema_parse_indexes (SynclineTable *table, const char *text, GPtrArray *faults)
{
  g_auto (GStrv) indexes = g_strsplit (text, ";", -1);

  for (guint i = 0; indexes[i] != NULL; i++)
    {
      char *index = g_strstrip (indexes[i]);
      char *fault = *index != '\0' ? parse_index (table, index) : NULL;

      if (fault != NULL)
        g_ptr_array_add (faults, fault);
    }
}
