/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* json-normalizer: SQLite has five types, JSON six, Postgres hundreds. Captured changes hold JSON of
 * SQLite's values; this serializer turns them, by the declared types of the schema, into JSON that
 * PostgREST casts to the columns' types without loss. On the way down only names are turned back: the
 * store takes values as they come. */

#include "config.h"

#include "normalizer.h"

#include <syncline/serializer.h>

#include "rename.h"

typedef struct
{
  ColumnRules *rules;
  UnknownColumns unknown_columns;
  JsonNull json_null;
} Normalizer;

static const char *const unknown_columns_choices[] = { "drop", "send", "reject", NULL };

static const char *const json_null_choices[] = { "sql-null", "reject", NULL };

static const SynclineOption normalizer_options[] = {
  { .name = "server-owned",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (NormalizerConfig, server_owned),
    .summary = "Columns that are never sent, such as user_id",
    .details
    = "`COLUMN` for all tables, `TABLE.COLUMN` for one. The server fills them, by a default "
      "such as `auth.uid()` or by a trigger; what the application writes into them stays "
      "local until the server's row comes down. A renamed column that would be sent under "
      "such a name is not sent either." },
  { .name = "rename",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (NormalizerConfig, rename),
    .summary = "Columns that the server knows by another name, such as todos.desc=description",
    .details
    = "`COLUMN=NAME` for all tables that have the column, `TABLE.COLUMN=NAME` for one; local "
      "names come first. Rows come down under either name: under the server's (`SELECT *`) or, if "
      "the sync rules see to it (`SELECT description AS desc`), under the local one." },
  { .name = "unknown-columns",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (NormalizerConfig, unknown_columns),
    .default_value = "drop",
    .choices = unknown_columns_choices,
    .summary = "What becomes of captured columns that the schema does not have",
    .details
    = "They turn up when a column is removed from the schema while changes are queued. "
      "`drop` leaves them out, `send` sends them as they are, `reject` parks the change." },
  { .name = "json-null",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (NormalizerConfig, json_null),
    .default_value = "sql-null",
    .choices = json_null_choices,
    .summary = "What becomes of the text null, a JSON null, in a column of the type json or jsonb",
    .details
    = "PostgREST has no way to store a JSON null. `sql-null` lets it store SQL NULL, `reject` "
      "parks "
      "the change. On the way down the two are told apart: a JSON null is the text `null`." },
  SYNCLINE_OPTION_END,
};

static gpointer
normalizer_create (gconstpointer config, SynclineHost *host, GError **error)
{
  const NormalizerConfig *options = config;

  g_autoptr (ColumnRules) rules = column_rules_new ((const char *const *) options->server_owned,
                                                    (const char *const *) options->rename,
                                                    syncline_host_get_schema (host), error);
  if (rules == NULL)
    return NULL;
  Normalizer *normalizer = g_new0 (Normalizer, 1);
  normalizer->rules = g_steal_pointer (&rules);
  normalizer->unknown_columns = (UnknownColumns) options->unknown_columns;
  normalizer->json_null = (JsonNull) options->json_null;
  return normalizer;
}

static void
normalizer_destroy (gpointer self)
{
  Normalizer *normalizer = self;

  column_rules_free (normalizer->rules);
  g_free (normalizer);
}

/* Nothing of the normalizer changes after its creation, so that calls may overlap. */
static SynclineChange *
normalizer_serialize (gpointer self,
                      const SynclineTable *table,
                      SynclineChange *change,
                      GError **error)
{
  const Normalizer *normalizer = self;

  return serialize_change (normalizer->rules, normalizer->unknown_columns, normalizer->json_null,
                           table, change, error);
}

static char *
normalizer_deserialize (gpointer self,
                        const SynclineTable *table,
                        SynclineSlice row_id,
                        SynclineSlice data,
                        GError **error)
{
  const Normalizer *normalizer = self;

  return rename_row (normalizer->rules, table, row_id, data, error);
}

static gboolean
normalizer_opens_table (gpointer self, const SynclineTable *table)
{
  const Normalizer *normalizer = self;

  return column_rules_rename_any (normalizer->rules, table);
}

static const SynclineSerializerClass normalizer_methods = {
  .struct_size = sizeof (SynclineSerializerClass),
  .serialize = normalizer_serialize,
  .deserialize = normalizer_deserialize,
  .opens_table = normalizer_opens_table,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = SYNCLINE_PLUGIN_SERIALIZER,
  .name = "json-normalizer",
  .version = SYNCLINE_VERSION,
  .license = "MIT",
  .summary = "Sends values as the types that the schema declares",
  .options = normalizer_options,
  .config_size = sizeof (NormalizerConfig),
  .methods = &normalizer_methods,
  .create = normalizer_create,
  .destroy = normalizer_destroy,
};
