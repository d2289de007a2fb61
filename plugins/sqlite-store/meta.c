/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/store.h"

gboolean
meta_get_int (Connection *connection, const char *key, gint64 *out_value, GError **error)
{
  return connection_get_int (connection, out_value, error,
                             "SELECT value FROM syncline_meta WHERE key = ?1", "s", key);
}

gboolean
meta_set_int (Connection *connection, const char *key, gint64 value, GError **error)
{
  return connection_run (connection, error,
                         "INSERT INTO syncline_meta (key, value) VALUES (?1, ?2)"
                         " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                         "si", key, value);
}

gboolean
store_get_note (gpointer self, const char *key, char **out_value, GError **error)
{
  Store *store = self;
  Connection *reader = store_take_reader (store, NULL, error);

  if (reader == NULL)
    return FALSE;
  gboolean ok = connection_get_text (reader, out_value, error,
                                     "SELECT value FROM syncline_note WHERE key = ?1", "s", key);
  store_return_reader (store, reader);
  return ok;
}

gboolean
store_set_note (gpointer self, const char *key, const char *value, GError **error)
{
  Store *store = self;

  if (!store_begin (store, NULL, error))
    return FALSE;
  gboolean ok;
  if (value == NULL)
    ok = connection_run (store->writer, error, "DELETE FROM syncline_note WHERE key = ?1", "s",
                         key);
  else
    ok = connection_run (store->writer, error,
                         "INSERT INTO syncline_note (key, value) VALUES (?1, ?2)"
                         " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                         "ss", key, value);
  return store_end (store, ok, SYNCLINE_CHANGE_LOCAL, error);
}
