/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "rename.h"

#include "common/json-pull.h"
#include "common/json-write.h"

/* One row on its way through. */
typedef struct
{
  const ColumnRules *rules;
  const SynclineTable *table;
  GString *out;
  gboolean has_server_names;
} Run;

static gboolean
is_local_name (Run *run, SynclineSlice name)
{
  return syncline_table_find_column (run->table, name.data, (gssize) name.length) >= 0;
}

static void
add_member (Run *run, SynclineSlice name, SynclineSlice raw)
{
  const SynclineSlice local = column_rules_unmap (run->rules, run->table, name);

  /* A name that no local column has gives away who named the row. */
  if (local.data != NULL && !is_local_name (run, name))
    run->has_server_names = TRUE;
  g_string_append_c (run->out, run->out->len == 0 ? '{' : ',');
  if (local.data != NULL)
    json_write_string (run->out, local.data, local.length);
  else
    json_write_string (run->out, name.data, name.length);
  g_string_append_c (run->out, ':');
  g_string_append_len (run->out, raw.data, (gssize) raw.length);
}

static gboolean
add_members (Run *run, SynclineSlice data)
{
  g_auto (JsonScratch) keys = { NULL };
  JsonPull pull;
  JsonPullToken token;
  SynclineSlice raw;

  json_pull_init (&pull, data.data, data.length, &keys);
  if (json_pull_next (&pull) != JSON_PULL_OBJECT_BEGIN)
    return FALSE;
  while ((token = json_pull_next (&pull)) == JSON_PULL_KEY)
    {
      const SynclineSlice name = pull.text;
      if (!json_pull_skip_value (&pull, &raw))
        return FALSE;
      add_member (run, name, raw);
    }
  return token == JSON_PULL_OBJECT_END && json_pull_next (&pull) == JSON_PULL_END;
}

/* NULL if the row bears local names already. */
char *
rename_row (const ColumnRules *rules,
            const SynclineTable *table,
            SynclineSlice row_id,
            SynclineSlice data,
            GError **error)
{
  Run run = { .rules = rules, .table = table, .out = g_string_sized_new (data.length + 64) };

  if (!add_members (&run, data))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
                   "table %s, row %.*s: no JSON object", syncline_table_get_name (table),
                   (int) row_id.length, row_id.data);
      run.has_server_names = FALSE;
    }
  if (run.has_server_names)
    g_string_append_c (run.out, '}');
  return g_string_free (run.out, !run.has_server_names);
}
