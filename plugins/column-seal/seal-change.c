/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/json-write.h"
#include "envelope.h"
#include "seal.h"

/* One change on its way up. */
typedef struct
{
  ColumnSeal *self;
  const SealedTable *sealed;
  SynclineChange *change;
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

static gboolean
reject (Run *run, const char *reason, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED, "table %s, row %s: %s",
               syncline_table_get_name (run->sealed->table),
               syncline_change_get_row_id (run->change), reason);
  return FALSE;
}

/* NULL says nothing but that there is nothing. What this device could not open, and writes back as it is, is
 * sealed already. */
static void
append_value (Run *run, const char *column, SynclineSlice raw)
{
  SynclineSlice sealed;

  run->place.column = column;
  if (json_slice_is (raw, "null"))
    g_string_append (run->out, "null");
  else if (envelope_find (raw, &run->scratch, &sealed))
    envelope_append (run->out, sealed);
  else
    envelope_seal (run->out, run->self->ring, &run->place, raw);
}

static gboolean
add_column (Run *run, SynclineSlice name, SynclineSlice raw, GError **error)
{
  const char *column = sealed_table_find_column (run->sealed, name);

  /* After a serializer that renames, a sealed column would not be known as such. */
  if (column == NULL && !json_slice_is (name, "id")
      && syncline_table_find_column (run->sealed->table, name.data, (gssize) name.length) < 0)
    return reject (
        run,
        "it has a column that the schema does not have, so that there is no telling what to "
        "seal; column-seal comes first among the serializers",
        error);

  if (run->out->len > 1)
    g_string_append_c (run->out, ',');
  json_write_string (run->out, name.data, name.length);
  g_string_append_c (run->out, ':');
  if (column != NULL)
    append_value (run, column, raw);
  else
    g_string_append_len (run->out, raw.data, (gssize) raw.length);
  return TRUE;
}

typedef gboolean (*ColumnFunc) (Run *run, SynclineSlice name, SynclineSlice raw, GError **error);

static gboolean
add_columns (Run *run, const char *data, ColumnFunc add, GError **error)
{
  g_auto (JsonScratch) keys = { NULL };
  JsonPull pull;
  JsonPullToken token;
  SynclineSlice raw;

  g_string_assign (run->out, "{");
  json_pull_init (&pull, data, strlen (data), &keys);
  gboolean ok = json_pull_next (&pull) == JSON_PULL_OBJECT_BEGIN;
  while (ok && (token = json_pull_next (&pull)) == JSON_PULL_KEY)
    {
      const SynclineSlice name = pull.text;
      ok = json_pull_skip_value (&pull, &raw);
      if (ok && !add (run, name, raw, error))
        return FALSE;
    }
  if (!ok || token != JSON_PULL_OBJECT_END || json_pull_next (&pull) != JSON_PULL_END)
    return reject (run, "the captured columns are not a JSON object", error);
  g_string_append_c (run->out, '}');
  return TRUE;
}

static gboolean
add_if_open (Run *run, SynclineSlice name, SynclineSlice raw, GError **error)
{
  return sealed_table_find_column (run->sealed, name) != NULL || add_column (run, name, raw, error);
}

/* The values from before go without those that are sealed: they are there to be compared, which the server can't
 * do with these. NULL if there are none, or nobody can read them. */
static char *
strip_previous (Run *run)
{
  const char *previous = syncline_change_get_previous (run->change);

  return previous != NULL && add_columns (run, previous, add_if_open, NULL)
             ? g_strndup (run->out->str, run->out->len)
             : NULL;
}

SynclineChange *
seal_change (ColumnSeal *self, const SynclineTable *table, SynclineChange *change, GError **error)
{
  const SealedTable *sealed = sealed_columns_find (self->columns, table);
  const char *server_name = syncline_table_get_server_name (table);
  const char *row_id = syncline_change_get_row_id (change);
  const char *data = syncline_change_get_data (change);

  if (sealed == NULL)
    return syncline_change_new_like (change, server_name, data);

  g_auto (Run) run = {
    .self = self,
    .sealed = sealed,
    .change = change,
    .place = { .table = server_name, .row_id = { row_id, strlen (row_id) } },
    .out = g_string_new (NULL),
  };
  g_autofree char *previous = strip_previous (&run);
  if (data != NULL && !add_columns (&run, data, add_column, error))
    return NULL;
  return syncline_change_new (
      syncline_change_get_id (change), syncline_change_get_transaction (change),
      syncline_change_get_op (change), server_name, row_id, data != NULL ? run.out->str : NULL,
      previous, syncline_change_get_metadata (change));
}
