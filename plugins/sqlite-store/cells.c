/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/cells.h"

#include <math.h>

/* --- Handing over -------------------------------------------------------------------------------------- */

static guchar *
decode_hex (SynclineSlice text, gsize *out_length)
{
  gsize n = text.length / 2 - 1;
  guchar *bytes = g_malloc (n + 1);

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guchar) (g_ascii_xdigit_value (text.data[2 + 2 * i]) << 4
                         | g_ascii_xdigit_value (text.data[3 + 2 * i]));
  *out_length = n;
  return bytes;
}

void
cell_bind (const Cell *cell, sqlite3_stmt *stmt, int index)
{
  guchar *bytes;
  gsize n;

  switch (cell->kind)
    {
    case CELL_NULL:
      sqlite3_bind_null (stmt, index);
      break;
    case CELL_INTEGER:
      sqlite3_bind_int64 (stmt, index, cell->integer);
      break;
    case CELL_REAL:
      sqlite3_bind_double (stmt, index, cell->real);
      break;
    case CELL_TEXT:
      sqlite3_bind_text64 (stmt, index, cell->text.data, cell->text.length, SQLITE_STATIC,
                           SQLITE_UTF8);
      break;
    case CELL_HEX:
      bytes = decode_hex (cell->text, &n);
      sqlite3_bind_blob64 (stmt, index, bytes, n, g_free);
      break;
    }
}

void
cell_return (const Cell *cell, sqlite3_context *context)
{
  guchar *bytes;
  gsize n;

  switch (cell->kind)
    {
    case CELL_NULL:
      break;
    case CELL_INTEGER:
      sqlite3_result_int64 (context, cell->integer);
      break;
    case CELL_REAL:
      sqlite3_result_double (context, cell->real);
      break;
    case CELL_TEXT:
      sqlite3_result_text64 (context, cell->text.data, cell->text.length, SQLITE_STATIC,
                             SQLITE_UTF8);
      break;
    case CELL_HEX:
      bytes = decode_hex (cell->text, &n);
      sqlite3_result_blob64 (context, bytes, n, g_free);
      break;
    }
}

/* --- Values -------------------------------------------------------------------------------------------- */

/* Any other text in a column of bytes stays a text. */
static gboolean
is_hex (SynclineSlice text)
{
  if (text.length < 2 || text.length % 2 != 0 || text.data[0] != '\\' || text.data[1] != 'x')
    return FALSE;
  for (gsize i = 2; i < text.length; i++)
    if (!g_ascii_isxdigit (text.data[i]))
      return FALSE;
  return TRUE;
}

/* Where numbers are kept as numbers; elsewhere as the text they came as, which is exact. */
static gboolean
is_number_type (SynclineColumnType type)
{
  return type == SYNCLINE_COLUMN_INTEGER || type == SYNCLINE_COLUMN_BIGINT
         || type == SYNCLINE_COLUMN_BOOLEAN || type == SYNCLINE_COLUMN_DOUBLE
         || type == SYNCLINE_COLUMN_BYTEA;
}

static void
read_number (SynclineColumnType type, SynclineSlice text, Cell *cell)
{
  if (!is_number_type (type))
    *cell = cell_new_text (text);
  else if (type != SYNCLINE_COLUMN_DOUBLE && json_number_to_int64 (text, &cell->integer))
    cell->kind = CELL_INTEGER;
  else if (json_number_to_double (text, &cell->real))
    cell->kind = CELL_REAL;
  else
    *cell = cell_new_text (text);
}

/* The values of double precision that JSON has no numbers for. SQLite has no NaN, so that it stays a text. */
static gboolean
read_infinity (SynclineSlice text, Cell *cell)
{
  const gboolean negative = json_slice_is (text, "-Infinity");

  if (!negative && !json_slice_is (text, "Infinity"))
    return FALSE;
  *cell = (Cell){ .kind = CELL_REAL, .real = negative ? -INFINITY : INFINITY };
  return TRUE;
}

static void
read_string (SynclineColumnType type, SynclineSlice text, Cell *cell)
{
  if (type == SYNCLINE_COLUMN_DOUBLE && read_infinity (text, cell))
    return;
  *cell = cell_new_text (text);
  if (type == SYNCLINE_COLUMN_BYTEA && is_hex (text))
    cell->kind = CELL_HEX;
}

/* Reads the value whose first token was read, as a column of the type has it. */
static gboolean
read_value (SynclineColumnType type, JsonPull *pull, JsonPullToken token, Cell *cell)
{
  gboolean json = type == SYNCLINE_COLUMN_JSON || type == SYNCLINE_COLUMN_ARRAY;
  SynclineSlice raw;

  switch (token)
    {
    case JSON_PULL_STRING:
      read_string (type, pull->text, cell);
      return TRUE;
    case JSON_PULL_NUMBER:
      read_number (type, pull->text, cell);
      return TRUE;
    case JSON_PULL_TRUE:
    case JSON_PULL_FALSE:
      *cell = json ? cell_new_text (pull->text) : cell_new_integer (token == JSON_PULL_TRUE);
      return TRUE;
    case JSON_PULL_NULL:
      cell->kind = CELL_NULL;
      return TRUE;
    case JSON_PULL_OBJECT_BEGIN:
    case JSON_PULL_ARRAY_BEGIN:
      if (!json_pull_skip_value (pull, &raw))
        return FALSE;
      *cell = cell_new_text (raw);
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- Columns --------------------------------------------------------------------------------------- */

static inline gboolean
is_column (const Table *table, guint column, SynclineSlice name)
{
  return table->name_lengths[column] == name.length
         && memcmp (table->names[column], name.data, name.length) == 0;
}

/* The column of a name, or -1. A guess, where the column may be, saves searching. */
static int
find_column (const Table *table, SynclineSlice name, guint guess)
{
  if (guess < table->n_columns && is_column (table, guess, name))
    return (int) guess;
  return syncline_table_find_column (table->schema, name.data, (gssize) name.length);
}

static void
append_extra (GString *extra, SynclineSlice name, SynclineSlice raw)
{
  g_string_append_c (extra, extra->len == 0 ? '{' : ',');
  g_string_append_c (extra, '"');
  for (gsize i = 0; i < name.length; i++)
    {
      guchar c = (guchar) name.data[i];
      if (c == '"' || c == '\\')
        g_string_append_printf (extra, "\\%c", c);
      else if (c < 0x20)
        g_string_append_printf (extra, "\\u%04x", c);
      else
        g_string_append_c (extra, (char) c);
    }
  g_string_append (extra, "\":");
  g_string_append_len (extra, raw.data, (gssize) raw.length);
}

/* Reads one member, whose key was just read. */
static gboolean
read_member (Table *table, JsonPull *pull, guint *guess, Cell *cells, GString *extra)
{
  SynclineSlice name = pull->text;
  SynclineSlice raw;
  int column = find_column (table, name, *guess);

  if (column < 0)
    {
      if (!json_pull_skip_value (pull, &raw))
        return FALSE;
      if (!json_slice_is (name, "id"))
        append_extra (extra, name, raw);
      return TRUE;
    }
  *guess = (guint) column + 1;
  /* Of several members with one name, the first counts. */
  if (table->stamps[column] == table->stamp)
    return json_pull_skip_value (pull, NULL);
  table->stamps[column] = table->stamp;
  return read_value (table->types[column], pull, json_pull_next (pull), &cells[column]);
}

gboolean
cells_read (const RowKey *key,
            SynclineSlice data,
            JsonScratch *scratch,
            Cell *cells,
            GString *extra,
            GError **error)
{
  Table *table = key->table;
  JsonPull pull;
  JsonPullToken token;
  guint guess = 0;

  for (guint i = 0; i < table->n_columns; i++)
    cells[i].kind = CELL_NULL;
  g_string_truncate (extra, 0);
  table->stamp++;
  json_pull_init (&pull, data.data, data.length, scratch);

  gboolean ok = json_pull_next (&pull) == JSON_PULL_OBJECT_BEGIN;
  while (ok && (token = json_pull_next (&pull)) == JSON_PULL_KEY)
    ok = read_member (table, &pull, &guess, cells, extra);
  if (ok && token == JSON_PULL_OBJECT_END && json_pull_next (&pull) == JSON_PULL_END)
    {
      if (extra->len > 0)
        g_string_append_c (extra, '}');
      return TRUE;
    }
  const char *what = json_pull_get_error (&pull);
  g_set_error (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
      "The data of row “%.*s” of table “%s” is no JSON object: %s at byte %" G_GSIZE_FORMAT,
      (int) key->id.length, key->id.data, table->name, what != NULL ? what : "another value",
      json_pull_get_position (&pull));
  return FALSE;
}
