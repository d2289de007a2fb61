/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/json.h"
#include "cli/rows.h"
#include "cli/terminal.h"

#include <string.h>

/* A cell of a table that waits to be aligned. */
typedef struct
{
  char *text;
  gboolean is_null;
  gboolean is_number;
} Cell;

struct _CliRows
{
  CliFormat format;
  char **names;
  guint n_columns;
  guint column;
  guint64 n_rows;
  GArray *cells;       /* of tables: of Cell */
  json_object *object; /* of JSON: the row being made */
};

static void
clear_cell (gpointer data)
{
  Cell *cell = data;

  g_free (cell->text);
}

CliFormat
cli_rows_choose_format (const Cli *cli)
{
  if (cli->json)
    return CLI_FORMAT_JSON;
  return cli_is_terminal (stdout) ? CLI_FORMAT_TABLE : CLI_FORMAT_TABS;
}

char **
cli_rows_make_unique (const char *const *names)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  char **unique = g_strdupv ((char **) names);

  for (guint i = 0; unique[i] != NULL; i++)
    {
      for (guint n = 2; g_hash_table_contains (seen, unique[i]); n++)
        {
          g_free (unique[i]);
          unique[i] = g_strdup_printf ("%s:%u", names[i], n);
        }
      g_hash_table_add (seen, unique[i]);
    }
  return unique;
}

static void
put_csv (const char *text)
{
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      fputs (text, stdout);
      return;
    }
  putchar ('"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        putchar ('"');
      putchar (*p);
    }
  putchar ('"');
}

/* One row is one line and one cell one field, whatever is in it. */
static void
put_tabbed (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '\t')
        fputs ("\\t", stdout);
      else if (*p == '\n')
        fputs ("\\n", stdout);
      else if (*p == '\r')
        fputs ("\\r", stdout);
      else if (*p == '\\')
        fputs ("\\\\", stdout);
      else
        putchar (*p);
    }
}

CliRows *
cli_rows_new (CliFormat format, const char *const *names)
{
  CliRows *rows = g_new0 (CliRows, 1);

  rows->format = format;
  rows->names
      = format == CLI_FORMAT_JSON ? cli_rows_make_unique (names) : g_strdupv ((char **) names);
  rows->n_columns = g_strv_length (rows->names);
  if (format == CLI_FORMAT_TABLE)
    {
      rows->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
      g_array_set_clear_func (rows->cells, clear_cell);
    }
  else if (format == CLI_FORMAT_JSON)
    {
      fputs ("[", stdout);
    }
  else if (format == CLI_FORMAT_CSV)
    {
      for (guint i = 0; i < rows->n_columns; i++)
        {
          if (i > 0)
            putchar (',');
          put_csv (rows->names[i]);
        }
      putchar ('\n');
    }
  return rows;
}

static void
add_plain (CliRows *rows, const char *text)
{
  if (rows->column > 0)
    putchar (rows->format == CLI_FORMAT_CSV ? ',' : '\t');
  if (rows->format == CLI_FORMAT_CSV)
    put_csv (text);
  else
    put_tabbed (text);
}

static void
end_row (CliRows *rows)
{
  if (rows->format == CLI_FORMAT_JSON)
    {
      const int flags = JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;
      printf ("%s\n  %s", rows->n_rows > 0 ? "," : "",
              json_object_to_json_string_ext (rows->object, flags));
      g_clear_pointer (&rows->object, json_object_put);
    }
  else if (rows->format != CLI_FORMAT_TABLE)
    {
      putchar ('\n');
    }
  rows->column = 0;
  rows->n_rows++;
}

/* TEXT is what people and scripts see, JSON (taken) what JSON has. */
static void
add_cell (CliRows *rows, const char *text, gboolean is_number, json_object *json)
{
  if (rows->format == CLI_FORMAT_JSON)
    {
      if (rows->object == NULL)
        rows->object = json_object_new_object ();
      json_object_object_add (rows->object, rows->names[rows->column], json);
    }
  else
    {
      json_object_put (json);
      if (rows->format == CLI_FORMAT_TABLE)
        {
          const Cell cell = { text != NULL ? cli_printable (text) : g_strdup ("NULL"), text == NULL,
                              is_number };
          g_array_append_val (rows->cells, cell);
        }
      else
        {
          add_plain (rows, text != NULL ? text : "");
        }
    }

  rows->column++;
  if (rows->column == rows->n_columns)
    end_row (rows);
}

void
cli_rows_add_null (CliRows *rows)
{
  add_cell (rows, NULL, FALSE, NULL);
}

void
cli_rows_add_text (CliRows *rows, const char *text)
{
  add_cell (rows, text, FALSE, cli_json_string (text));
}

void
cli_rows_add_integer (CliRows *rows, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  add_cell (rows, text, TRUE, json_object_new_int64 (value));
}

void
cli_rows_add_real (CliRows *rows, double value)
{
  json_object *json = cli_json_real (value);
  g_autofree char *text = g_strdup (json_object_to_json_string (json));

  add_cell (rows, text, TRUE, json);
}

void
cli_rows_add_boolean (CliRows *rows, gboolean value)
{
  add_cell (rows, value ? "yes" : "no", FALSE, json_object_new_boolean (value));
}

void
cli_rows_add_blob (CliRows *rows, GBytes *bytes)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GString) hex = g_string_new ("X'");
  g_autofree char *base64 = g_base64_encode (data, size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (hex, "%02X", data[i]);
  g_string_append_c (hex, '\'');
  add_cell (rows, hex->str, FALSE, json_object_new_string (base64));
}

void
cli_rows_add_json (CliRows *rows, const char *json)
{
  add_cell (rows, json, FALSE, cli_json_raw (json));
}

void
cli_rows_add_time (CliRows *rows, gint64 microseconds)
{
  json_object *json = cli_json_time (microseconds);
  g_autofree char *text = g_strdup (json_object_get_string (json));

  add_cell (rows, text, FALSE, json);
}

/* --- Tables ---------------------------------------------------------------------------------- */

static guint *
measure_columns (CliRows *rows)
{
  guint *widths = g_new0 (guint, rows->n_columns);

  for (guint i = 0; i < rows->n_columns; i++)
    widths[i] = cli_text_width (rows->names[i]);
  for (guint i = 0; i < rows->cells->len; i++)
    {
      const guint width = cli_text_width (g_array_index (rows->cells, Cell, i).text);
      widths[i % rows->n_columns] = MAX (widths[i % rows->n_columns], width);
    }
  return widths;
}

static void
put_aligned (const char *text, const char *style, guint width, gboolean to_right, gboolean is_last)
{
  const int padding = (int) (width - cli_text_width (text));

  printf ("%*s%s%s%s", to_right ? padding : 0, "", style, text,
          style[0] != '\0' ? cli_style (stdout, CLI_STYLE_PLAIN) : "");
  if (is_last)
    putchar ('\n');
  else
    printf ("%*s  ", to_right ? 0 : padding, "");
}

static void
print_table (CliRows *rows)
{
  g_autofree guint *widths = measure_columns (rows);
  const guint last = rows->n_columns - 1;

  for (guint i = 0; i < rows->n_columns; i++)
    put_aligned (rows->names[i], cli_style (stdout, CLI_STYLE_BOLD), widths[i], FALSE, i == last);
  for (guint i = 0; i < rows->cells->len; i++)
    {
      const Cell *cell = &g_array_index (rows->cells, Cell, i);
      const guint column = i % rows->n_columns;
      put_aligned (cell->text, cell->is_null ? cli_style (stdout, CLI_STYLE_DIM) : "",
                   widths[column], cell->is_number, column == last);
    }
}

void
cli_rows_close (CliRows *rows)
{
  if (rows->format == CLI_FORMAT_TABLE)
    {
      print_table (rows);
      g_array_unref (rows->cells);
    }
  else if (rows->format == CLI_FORMAT_JSON)
    {
      puts (rows->n_rows > 0 ? "\n]" : "]");
    }
  g_strfreev (rows->names);
  g_free (rows);
}
