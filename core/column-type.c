/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "column-type.h"

#include <string.h>

#include "nearest.h"

typedef struct
{
  const char *name;
  SynclineColumnType type;
} TypeName;

/* Names as Postgres knows them, with its aliases. Types whose values PostgREST and sync services show as
 * plain strings are text here. */
static const TypeName type_names[] = {
  { "text", SYNCLINE_COLUMN_TEXT },
  { "varchar", SYNCLINE_COLUMN_TEXT },
  { "character varying", SYNCLINE_COLUMN_TEXT },
  { "char", SYNCLINE_COLUMN_TEXT },
  { "character", SYNCLINE_COLUMN_TEXT },
  { "bpchar", SYNCLINE_COLUMN_TEXT },
  { "citext", SYNCLINE_COLUMN_TEXT },
  { "name", SYNCLINE_COLUMN_TEXT },
  { "enum", SYNCLINE_COLUMN_TEXT },
  { "money", SYNCLINE_COLUMN_TEXT },
  { "inet", SYNCLINE_COLUMN_TEXT },
  { "cidr", SYNCLINE_COLUMN_TEXT },
  { "macaddr", SYNCLINE_COLUMN_TEXT },
  { "macaddr8", SYNCLINE_COLUMN_TEXT },
  { "xml", SYNCLINE_COLUMN_TEXT },
  { "bit", SYNCLINE_COLUMN_TEXT },
  { "bit varying", SYNCLINE_COLUMN_TEXT },
  { "varbit", SYNCLINE_COLUMN_TEXT },
  { "tsvector", SYNCLINE_COLUMN_TEXT },
  { "tsquery", SYNCLINE_COLUMN_TEXT },
  { "jsonpath", SYNCLINE_COLUMN_TEXT },
  { "ltree", SYNCLINE_COLUMN_TEXT },
  { "point", SYNCLINE_COLUMN_TEXT },
  { "line", SYNCLINE_COLUMN_TEXT },
  { "lseg", SYNCLINE_COLUMN_TEXT },
  { "box", SYNCLINE_COLUMN_TEXT },
  { "path", SYNCLINE_COLUMN_TEXT },
  { "polygon", SYNCLINE_COLUMN_TEXT },
  { "circle", SYNCLINE_COLUMN_TEXT },
  { "int4range", SYNCLINE_COLUMN_TEXT },
  { "int8range", SYNCLINE_COLUMN_TEXT },
  { "numrange", SYNCLINE_COLUMN_TEXT },
  { "tsrange", SYNCLINE_COLUMN_TEXT },
  { "tstzrange", SYNCLINE_COLUMN_TEXT },
  { "daterange", SYNCLINE_COLUMN_TEXT },
  { "uuid", SYNCLINE_COLUMN_UUID },
  { "smallint", SYNCLINE_COLUMN_INTEGER },
  { "int2", SYNCLINE_COLUMN_INTEGER },
  { "integer", SYNCLINE_COLUMN_INTEGER },
  { "int", SYNCLINE_COLUMN_INTEGER },
  { "int4", SYNCLINE_COLUMN_INTEGER },
  { "smallserial", SYNCLINE_COLUMN_INTEGER },
  { "serial2", SYNCLINE_COLUMN_INTEGER },
  { "serial", SYNCLINE_COLUMN_INTEGER },
  { "serial4", SYNCLINE_COLUMN_INTEGER },
  { "bigint", SYNCLINE_COLUMN_BIGINT },
  { "int8", SYNCLINE_COLUMN_BIGINT },
  { "bigserial", SYNCLINE_COLUMN_BIGINT },
  { "serial8", SYNCLINE_COLUMN_BIGINT },
  { "oid", SYNCLINE_COLUMN_BIGINT },
  { "numeric", SYNCLINE_COLUMN_NUMERIC },
  { "decimal", SYNCLINE_COLUMN_NUMERIC },
  { "dec", SYNCLINE_COLUMN_NUMERIC },
  { "real", SYNCLINE_COLUMN_DOUBLE },
  { "float4", SYNCLINE_COLUMN_DOUBLE },
  { "float8", SYNCLINE_COLUMN_DOUBLE },
  { "float", SYNCLINE_COLUMN_DOUBLE },
  { "double precision", SYNCLINE_COLUMN_DOUBLE },
  { "boolean", SYNCLINE_COLUMN_BOOLEAN },
  { "bool", SYNCLINE_COLUMN_BOOLEAN },
  { "json", SYNCLINE_COLUMN_JSON },
  { "jsonb", SYNCLINE_COLUMN_JSON },
  { "bytea", SYNCLINE_COLUMN_BYTEA },
  { "timestamp", SYNCLINE_COLUMN_TIMESTAMP },
  { "timestamp without time zone", SYNCLINE_COLUMN_TIMESTAMP },
  { "timestamp with time zone", SYNCLINE_COLUMN_TIMESTAMP },
  { "timestamptz", SYNCLINE_COLUMN_TIMESTAMP },
  { "date", SYNCLINE_COLUMN_DATE },
  { "time", SYNCLINE_COLUMN_TIME },
  { "time without time zone", SYNCLINE_COLUMN_TIME },
  { "time with time zone", SYNCLINE_COLUMN_TIME },
  { "timetz", SYNCLINE_COLUMN_TIME },
  { "interval", SYNCLINE_COLUMN_INTERVAL },
};

const char *
syncline_column_type_list (guint i, SynclineColumnType *out_type)
{
  if (i >= G_N_ELEMENTS (type_names))
    return NULL;
  *out_type = type_names[i].type;
  return type_names[i].name;
}

/* Takes `[]`, `[3]`, `[][]` or `array` from the end of @text. */
static gboolean
strip_array (char *text)
{
  gboolean is_array = FALSE;

  for (char *end = g_strchomp (text) + strlen (text); end > text && end[-1] == ']'; is_array = TRUE)
    {
      char *open = strrchr (text, '[');
      if (open == NULL || strspn (open + 1, "0123456789") != (gsize) (end - open - 2))
        return FALSE;
      *open = '\0';
      end = g_strchomp (text) + strlen (text);
    }
  if (g_str_has_suffix (text, " array"))
    {
      text[strlen (text) - strlen (" array")] = '\0';
      is_array = TRUE;
    }
  return is_array;
}

/* Takes the modifiers out of `numeric(12,2)` or `timestamp(3) with time zone`. */
static void
strip_modifiers (char *text)
{
  char *open = strchr (text, '(');
  char *close = open != NULL ? strchr (open, ')') : NULL;

  if (close == NULL || close == open + 1)
    return;
  if (strspn (open + 1, "0123456789,- ") != (gsize) (close - open - 1))
    return;
  memset (open, ' ', (gsize) (close - open + 1));
}

static char *
join_words (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t", -1);
  GString *joined = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_string_append_printf (joined, "%s%s", joined->len > 0 ? " " : "", words[i]);
  return g_string_free (joined, FALSE);
}

static char *
complain_of_type (const char *declared, const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    g_ptr_array_add (names, (gpointer) type_names[i].name);
  const char *nearest = syncline_nearest_find (name, names);
  if (nearest != NULL)
    return g_strdup_printf (
        "\"%s\" is no known type; did you mean \"%s\"? An enum of yours is text here", declared,
        nearest);
  return g_strdup_printf (
      "\"%s\" is no known type; write a Postgres type, or text for one whose values "
      "are strings, such as an enum of yours",
      declared);
}

gboolean
syncline_column_type_parse (const char *declared, SynclineColumnType *out_type, char **out_fault)
{
  g_autofree char *lower = g_ascii_strdown (declared, -1);
  const gboolean is_array = strip_array (lower);

  strip_modifiers (lower);
  g_autofree char *name = join_words (lower);
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    if (strcmp (name, type_names[i].name) == 0)
      {
        *out_type = is_array ? SYNCLINE_COLUMN_ARRAY : type_names[i].type;
        return TRUE;
      }
  /* `interval year to month` and the like. */
  if (g_str_has_prefix (name, "interval "))
    {
      *out_type = is_array ? SYNCLINE_COLUMN_ARRAY : SYNCLINE_COLUMN_INTERVAL;
      return TRUE;
    }
  *out_fault = complain_of_type (declared, name);
  return FALSE;
}
