/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "serialize.h"

#include "common/json-write.h"

/* One change on its way through. */
typedef struct
{
  const ColumnRules *rules;
  UnknownColumns unknown_columns;
  JsonNull json_null;
  const SynclineTable *table;
  SynclineChange *change;
  GString *out;
  ValueScratch scratch;
} Run;

static gboolean
reject (Run *run, SynclineSlice column, const char *reason, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
               "table %s, row %s, column %.*s: the value can't be sent: %s",
               syncline_table_get_name (run->table), syncline_change_get_row_id (run->change),
               (int) column.length, column.data, reason);
  return FALSE;
}

static gboolean
reject_data (Run *run, const JsonPull *pull, GError **error)
{
  const char *fault = json_pull_get_error (pull);

  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
               "table %s, row %s: the captured columns are not a JSON object: %s at byte %zu",
               syncline_table_get_name (run->table), syncline_change_get_row_id (run->change),
               fault != NULL ? fault : "another value", json_pull_get_position (pull));
  return FALSE;
}

/* Adds one column, unless it is not to be sent. */
static gboolean
add_column (Run *run, SynclineSlice column, SynclineSlice raw, GError **error)
{
  /* The row is told by the change itself, and its key never changes. */
  if (json_slice_is (column, "id"))
    return TRUE;
  SynclineSlice name = column_rules_map (run->rules, run->table, column);
  if (name.data == NULL)
    return TRUE;

  SynclineColumnType type = SYNCLINE_COLUMN_TEXT;
  int index = syncline_table_find_column (run->table, column.data, column.length);
  if (index >= 0)
    type = syncline_column_get_column_type (syncline_table_get_column (run->table, index));
  else if (run->unknown_columns == UNKNOWN_COLUMNS_DROP)
    return TRUE;
  else if (run->unknown_columns == UNKNOWN_COLUMNS_REJECT)
    return reject (run, column, "the schema has no such column (unknown-columns = reject)", error);

  if (run->out->len > 1)
    g_string_append_c (run->out, ',');
  json_write_string (run->out, name.data, name.length);
  g_string_append_c (run->out, ':');
  const char *reason = NULL;
  if (!value_append (run->out, type, raw, run->json_null, &run->scratch, &reason))
    return reject (run, column, reason, error);
  return TRUE;
}

static gboolean
add_columns (Run *run, const char *data, GError **error)
{
  g_auto (JsonScratch) keys = { NULL };
  JsonPull pull;
  JsonPullToken token;

  json_pull_init (&pull, data, strlen (data), &keys);
  if (json_pull_next (&pull) != JSON_PULL_OBJECT_BEGIN)
    return reject_data (run, &pull, error);
  while ((token = json_pull_next (&pull)) == JSON_PULL_KEY)
    {
      SynclineSlice column = pull.text;
      SynclineSlice raw;
      if (!json_pull_skip_value (&pull, &raw))
        return reject_data (run, &pull, error);
      if (!add_column (run, column, raw, error))
        return FALSE;
    }
  if (token != JSON_PULL_OBJECT_END || json_pull_next (&pull) != JSON_PULL_END)
    return reject_data (run, &pull, error);
  return TRUE;
}

SynclineChange *
serialize_change (const ColumnRules *rules,
                  UnknownColumns unknown_columns,
                  JsonNull json_null,
                  const SynclineTable *table,
                  SynclineChange *change,
                  GError **error)
{
  const char *data = syncline_change_get_data (change);
  const char *server_name = syncline_table_get_server_name (table);

  if (syncline_change_get_op (change) == SYNCLINE_CHANGE_DELETE || data == NULL)
    return syncline_change_new_like (change, server_name, NULL);

  g_autoptr (GString) out = g_string_sized_new (strlen (data) + 64);
  Run run = {
    .rules = rules,
    .unknown_columns = unknown_columns,
    .json_null = json_null,
    .table = table,
    .change = change,
    .out = out,
  };
  g_string_append_c (out, '{');
  gboolean added = add_columns (&run, data, error);
  value_scratch_clear (&run.scratch);
  if (!added)
    return NULL;
  g_string_append_c (out, '}');
  return syncline_change_new_like (change, server_name, out->str);
}
