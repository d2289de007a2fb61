/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* column-seal: the values of some columns are sealed before they leave the device and opened when they come
 * down. The server keeps what it can't read; the devices share a key that it never sees. */

#include "config.h"

#include <syncline/serializer.h>

#include "seal.h"

static const char *const unsealed_choices[] = { "accept", "refuse", NULL };

static const SynclineOption column_seal_options[] = {
  { .name = "columns",
    .type = SYNCLINE_OPTION_LIST,
    .flags = SYNCLINE_OPTION_REQUIRED,
    .offset = SYNCLINE_OPTION_FIELD_LIST (ColumnSealConfig, columns),
    .summary = "Columns to seal, as TABLE.COLUMN",
    .details = "By their local names, which have to be the same on all devices. The server's "
               "columns are of the "
               "type `text`, `json` or `jsonb`, whatever the local type. NULL is not sealed." },
  { .name = "keys",
    .type = SYNCLINE_OPTION_STRING,
    .flags = SYNCLINE_OPTION_REQUIRED | SYNCLINE_OPTION_SECRET,
    .offset = SYNCLINE_OPTION_FIELD_STRING (ColumnSealConfig, keys),
    .summary = "The keys, each as ID:KEY; the last one seals, all of them open",
    .details = "One a line, best in a file of its own (`keys-file`). An id is up to 32 letters, "
               "digits, `-` and "
               "`_`; a key is 32 bytes, in base64 or hexadecimal digits. `printf '%s:%s\\n' "
               "\"$(date +%Y-%m)\" "
               "\"$(head -c 32 /dev/urandom | base64)\"` makes one. Whoever loses the keys loses "
               "the values." },
  { .name = "unsealed",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (ColumnSealConfig, unsealed),
    .default_value = "accept",
    .choices = unsealed_choices,
    .summary = "What becomes of values that come down in the clear",
    .details = "`accept` takes them, for columns that had values before they were sealed. `refuse` "
               "takes NULL for "
               "them, so that the server can't slip in what no device has written." },
  SYNCLINE_OPTION_END,
};

static void
column_seal_destroy (gpointer data)
{
  ColumnSeal *self = data;

  g_clear_pointer (&self->columns, sealed_columns_free);
  g_clear_pointer (&self->ring, key_ring_free);
  g_hash_table_unref (self->complaints);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gpointer
column_seal_create (gconstpointer data, SynclineHost *host, GError **error)
{
  const ColumnSealConfig *config = data;
  ColumnSeal *self = g_new0 (ColumnSeal, 1);

  self->host = host;
  self->unsealed = (Unsealed) config->unsealed;
  self->complaints = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  self->columns = sealed_columns_new ((const char *const *) config->columns,
                                      syncline_host_get_schema (host), error);
  if (self->columns != NULL)
    self->ring = key_ring_new (config->keys, error);
  if (self->ring != NULL)
    return self;
  column_seal_destroy (self);
  return NULL;
}

static SynclineChange *
column_seal_serialize (gpointer self,
                       const SynclineTable *table,
                       SynclineChange *change,
                       GError **error)
{
  return seal_change (self, table, change, error);
}

static char *
column_seal_deserialize (gpointer self,
                         const SynclineTable *table,
                         SynclineSlice row_id,
                         SynclineSlice data,
                         GError **error)
{
  return open_row (self, table, row_id, data, error);
}

static gboolean
column_seal_opens_table (gpointer data, const SynclineTable *table)
{
  ColumnSeal *self = data;

  return sealed_columns_find (self->columns, table) != NULL;
}

static const SynclineSerializerClass column_seal_methods = {
  .struct_size = sizeof (SynclineSerializerClass),
  .serialize = column_seal_serialize,
  .deserialize = column_seal_deserialize,
  .opens_table = column_seal_opens_table,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = SYNCLINE_PLUGIN_SERIALIZER,
  .name = "column-seal",
  .version = SYNCLINE_VERSION,
  .license = "MIT",
  .summary = "Seals columns on the device, so that the server keeps what it can't read",
  .options = column_seal_options,
  .config_size = sizeof (ColumnSealConfig),
  .methods = &column_seal_methods,
  .create = column_seal_create,
  .destroy = column_seal_destroy,
};
