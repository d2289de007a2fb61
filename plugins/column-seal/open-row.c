/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/json-write.h"
#include "envelope.h"
#include "seal.h"

/* One row on its way down. */
typedef struct
{
  ColumnSeal *self;
  const SealedTable *sealed;
  EnvelopePlace place; /* but for the column */
  EnvelopeScratch scratch;
  GString *out;
} Run;

static void
run_clear (Run *run)
{
  envelope_scratch_clear (&run->scratch);
  if (run->out != NULL)
    g_string_free (run->out, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* A thousand rows with the same fault are one line in the log. */
static void
complain (Run *run, const char *reason)
{
  ColumnSeal *self = run->self;
  char *complaint = g_strdup_printf ("%s.%s: %s", syncline_table_get_name (run->sealed->table),
                                     run->place.column, reason);

  g_mutex_lock (&self->lock);
  const gboolean is_new = !g_hash_table_contains (self->complaints, complaint);
  if (is_new)
    g_hash_table_add (self->complaints, g_strdup (complaint));
  g_mutex_unlock (&self->lock);
  if (is_new)
    syncline_host_log (self->host, G_LOG_LEVEL_WARNING,
                       "%s (row %.*s; said once, there may be more)", complaint,
                       (int) run->place.row_id.length, run->place.row_id.data);
  g_free (complaint);
}

/* Left sealed, so that it can go back to the server unharmed. */
static void
complain_of_envelope (Run *run, EnvelopeResult result, SynclineSlice sealed)
{
  const SynclineSlice id = envelope_get_key_id (sealed);
  g_autofree char *unknown = g_strdup_printf ("a value stays sealed: there is no key %.*s in keys",
                                              (int) id.length, id.data);

  if (result == ENVELOPE_UNKNOWN_KEY)
    complain (run, unknown);
  else if (result == ENVELOPE_UNKNOWN_FORM)
    complain (run, "a value stays sealed: a later version of column-seal sealed it");
  else
    complain (run, "a value stays sealed: it was changed or moved, or its key's id stands for "
                   "another key here");
}

static void
append_unsealed (Run *run, SynclineSlice raw)
{
  if (run->self->unsealed == UNSEALED_ACCEPT || json_slice_is (raw, "null"))
    {
      g_string_append_len (run->out, raw.data, (gssize) raw.length);
      return;
    }
  complain (run, "a value came in the clear and is taken for NULL (unsealed = refuse)");
  g_string_append (run->out, "null");
}

static void
append_value (Run *run, const char *column, SynclineSlice raw)
{
  SynclineSlice sealed;

  run->place.column = column;
  if (!envelope_find (raw, &run->scratch, &sealed))
    {
      append_unsealed (run, raw);
      return;
    }
  const EnvelopeResult result = envelope_open (run->out, run->self->ring, &run->place, sealed);
  if (result == ENVELOPE_OPENED)
    return;
  complain_of_envelope (run, result, sealed);
  g_string_append_len (run->out, raw.data, (gssize) raw.length);
}

static gboolean
add_columns (Run *run, SynclineSlice data)
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
      const char *column = sealed_table_find_column (run->sealed, name);

      if (!json_pull_skip_value (&pull, &raw))
        return FALSE;
      g_string_append_c (run->out, run->out->len == 0 ? '{' : ',');
      json_write_string (run->out, name.data, name.length);
      g_string_append_c (run->out, ':');
      if (column != NULL)
        append_value (run, column, raw);
      else
        g_string_append_len (run->out, raw.data, (gssize) raw.length);
    }
  if (token != JSON_PULL_OBJECT_END || json_pull_next (&pull) != JSON_PULL_END)
    return FALSE;
  g_string_append (run->out, run->out->len == 0 ? "{}" : "}");
  return TRUE;
}

char *
open_row (ColumnSeal *self,
          const SynclineTable *table,
          SynclineSlice row_id,
          SynclineSlice data,
          GError **error)
{
  const SealedTable *sealed = sealed_columns_find (self->columns, table);

  if (sealed == NULL)
    return NULL;
  g_auto (Run) run = {
    .self = self,
    .sealed = sealed,
    .place = { .table = syncline_table_get_server_name (table), .row_id = row_id },
    .out = g_string_sized_new (data.length),
  };
  if (add_columns (&run, data))
    return g_string_free (g_steal_pointer (&run.out), FALSE);
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT, "table %s, row %.*s: no JSON object",
               syncline_table_get_name (table), (int) row_id.length, row_id.data);
  return NULL;
}
