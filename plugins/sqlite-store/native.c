/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/native.h"

#include <math.h>

#include "common/json-write.h"

gboolean
native_fits (const SynclineTable *table)
{
  const guint n = syncline_table_get_n_columns (table);

  return n > 0 && n <= NATIVE_MAX_COLUMNS;
}

/* --- Shapes ------------------------------------------------------------------------------------------- */

/* The names as keys of JSON, one a line: no key has a line end in it. */
static char *
get_keys (const SynclineTable *table)
{
  GString *keys = g_string_new (NULL);

  for (guint i = 0; i < syncline_table_get_n_columns (table); i++)
    {
      const char *name = syncline_column_get_name (syncline_table_get_column (table, i));
      json_write_string (keys, name, strlen (name));
      g_string_append (keys, ":\n");
    }
  return g_string_free (keys, FALSE);
}

gint64
native_get_shape (const SynclineTable *table)
{
  g_autofree char *keys = get_keys (table);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  gint64 shape = 0;

  g_checksum_update (checksum, (const guchar *) keys, -1);
  g_checksum_get_digest (checksum, digest, &length);
  for (int i = 0; i < 4; i++)
    shape = shape << 8 | digest[i];
  return shape;
}

gboolean
native_register (Store *store, GError **error)
{
  for (guint i = 0; i < store->tables->all->len; i++)
    {
      const Table *table = g_ptr_array_index (store->tables->all, i);
      g_autofree char *keys = get_keys (table->schema);
      if (native_fits (table->schema)
          && !connection_run (store->writer, error,
                              "INSERT OR IGNORE INTO syncline_shape (id, keys) VALUES (?1, ?2)",
                              "is", native_get_shape (table->schema), keys))
        return FALSE;
    }
  return TRUE;
}

/* --- Values ------------------------------------------------------------------------------------------- */

/* 15 digits if they are enough to tell it apart, otherwise 17; JSON has no infinities, so Postgres's words
 * stand for them. */
static void
append_real (GString *json, double value)
{
  if (isinf (value))
    {
      g_string_append (json, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
      return;
    }
  char *text = sqlite3_mprintf ("%!.15g", value);
  if (g_ascii_strtod (text, NULL) != value)
    {
      sqlite3_free (text);
      text = sqlite3_mprintf ("%!.17g", value);
    }
  g_string_append (json, text);
  sqlite3_free (text);
}

/* As Postgres reads bytea. */
static void
append_blob (GString *json, const guint8 *bytes, int length)
{
  g_string_append (json, "\"\\\\x");
  for (int i = 0; i < length; i++)
    g_string_append_printf (json, "%02x", bytes[i]);
  g_string_append_c (json, '"');
}

static void
append_value (GString *json, sqlite3_stmt *stmt, int column)
{
  switch (sqlite3_column_type (stmt, column))
    {
    case SQLITE_INTEGER:
      g_string_append_printf (json, "%" G_GINT64_FORMAT,
                              (gint64) sqlite3_column_int64 (stmt, column));
      break;
    case SQLITE_FLOAT:
      append_real (json, sqlite3_column_double (stmt, column));
      break;
    case SQLITE_TEXT:
      json_write_string (json, (const char *) sqlite3_column_text (stmt, column),
                         (gsize) sqlite3_column_bytes (stmt, column));
      break;
    case SQLITE_BLOB:
      append_blob (json, sqlite3_column_blob (stmt, column), sqlite3_column_bytes (stmt, column));
      break;
    default:
      g_string_append (json, "null");
      break;
    }
}

char *
native_read (sqlite3_stmt *stmt, int first, const char *keys, gboolean keep_nulls)
{
  GString *json = g_string_new ("{");
  int column = first;

  for (const char *end; (end = strchr (keys, '\n')) != NULL; keys = end + 1, column++)
    {
      if (!keep_nulls && sqlite3_column_type (stmt, column) == SQLITE_NULL)
        continue;
      if (json->len > 1)
        g_string_append_c (json, ',');
      g_string_append_len (json, keys, end - keys);
      append_value (json, stmt, column);
    }
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
