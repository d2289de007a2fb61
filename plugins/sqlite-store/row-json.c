/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* json_object() takes no more than 63 columns, makes objects of texts that a JSON function made, rounds
 * doubles and refuses blobs. So the text of the object is put together from its cells. */

#include "config.h"

#include "sqlite-store/row-json.h"

#include "sqlite-store/connection.h"

static void
append_json_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_printf (json, "\\%c", *text);
      else if ((guchar) *text < 0x20)
        g_string_append_printf (json, "\\u%04x", (guchar) *text);
      else
        g_string_append_c (json, *text);
    }
  g_string_append_c (json, '"');
}

void
row_json_append_key (GString *sql, const char *before, const char *name)
{
  g_autoptr (GString) json = g_string_new (before);

  append_json_string (json, name);
  g_string_append_c (json, ':');
  sql_append_literal (sql, json->str);
}

/* A text is concatenated with nothing, which takes away the mark that it is JSON. A double has 15
 * digits if they are enough to tell it apart, otherwise 19: SQLite's 17th is not always right; the infinities are Postgres's words for
 * them, since JSON has none. A blob is the hexadecimal text that Postgres reads as bytea. */
void
row_json_append_value (GString *sql, const char *cell)
{
  g_string_append_printf (
      sql,
      "CASE typeof(%1$s) WHEN 'text' THEN json_quote(%1$s || '') WHEN 'integer' THEN %1$s"
      " WHEN 'real' THEN CASE WHEN abs(%1$s) > 1.7976931348623157e308"
      " THEN CASE WHEN %1$s > 0 THEN '\"Infinity\"' ELSE '\"-Infinity\"' END"
      " WHEN CAST(printf('%%!.15g', %1$s) AS REAL) = %1$s THEN printf('%%!.15g', %1$s)"
      " ELSE printf('%%!.19g', %1$s) END"
      " WHEN 'blob' THEN '\"\\\\x' || lower(hex(%1$s)) || '\"' ELSE 'null' END",
      cell);
}

/* Appends n parts, concatenated pairwise: SQLite allows expressions to be 1,000 deep, and a chain would
 * also copy its beginning over and over. */
static void
append_concatenation (GString *sql, char **parts, guint n)
{
  if (n == 1)
    {
      g_string_append (sql, parts[0]);
      return;
    }
  g_string_append_c (sql, '(');
  append_concatenation (sql, parts, n / 2);
  g_string_append (sql, " || ");
  append_concatenation (sql, parts + n / 2, n - n / 2);
  g_string_append_c (sql, ')');
}

char *
row_json_get_cell (const char *prefix, const char *name)
{
  GString *cell = g_string_new (prefix);

  sql_append_identifier (cell, name);
  return g_string_free (cell, FALSE);
}

/* The member of a column, or nothing if the column is not wanted. */
static char *
get_part (const char *name, const char *prefix, RowJsonColumns columns)
{
  g_autofree char *cell = row_json_get_cell (prefix, name);
  GString *part = g_string_new (NULL);

  if (columns == ROW_JSON_NOT_NULL)
    g_string_append_printf (part, "CASE WHEN %s IS NOT NULL THEN ", cell);
  else if (columns == ROW_JSON_CHANGED)
    {
      g_autofree char *now = row_json_get_cell ("NEW.", name);
      g_autofree char *before = row_json_get_cell ("OLD.", name);
      g_string_append_printf (part, "CASE WHEN %s IS NOT %s COLLATE BINARY THEN ", now, before);
    }
  row_json_append_key (part, ",", name);
  g_string_append (part, " || ");
  row_json_append_value (part, cell);
  if (columns != ROW_JSON_ALL)
    g_string_append (part, " ELSE '' END");
  return g_string_free (part, FALSE);
}

void
row_json_append (GString *sql,
                 const char *const *names,
                 guint n_names,
                 const char *prefix,
                 RowJsonColumns columns)
{
  g_auto (GStrv) parts = g_new0 (char *, n_names + 1);

  if (n_names == 0)
    {
      g_string_append (sql, "'{}'");
      return;
    }
  for (guint i = 0; i < n_names; i++)
    parts[i] = get_part (names[i], prefix, columns);
  g_string_append (sql, "'{' || substr(");
  append_concatenation (sql, parts, n_names);
  g_string_append (sql, ", 2) || '}'");
}

void
row_json_append_table (GString *sql,
                       const SynclineTable *table,
                       const char *prefix,
                       RowJsonColumns columns)
{
  guint n = syncline_table_get_n_columns (table);
  g_autofree const char **names = g_new (const char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = syncline_column_get_name (syncline_table_get_column (table, i));
  row_json_append (sql, names, n, prefix, columns);
}
