/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <mock-common/mock-common.h>
#include <string.h>
#include <syncline/serializer.h>

/* Changes nothing, unless told to, and then in ways that are plain to see. */

typedef struct
{
  char *suffix;
  char **drop_columns;
  char **reject_tables;
} MockSerializerConfig;

static gboolean
is_listed (char **list, const char *name)
{
  return list != NULL && g_strv_contains ((const char *const *) list, name);
}

/* The value with the suffix added to it, or taken off; other than texts stay. */
static json_object *
mark (json_object *value, const char *suffix, gboolean up)
{
  if (suffix == NULL || suffix[0] == '\0' || !json_object_is_type (value, json_type_string))
    return json_object_get (value);

  g_autoptr (GString) text
      = g_string_new_len (json_object_get_string (value), json_object_get_string_len (value));
  if (up)
    g_string_append (text, suffix);
  else if (g_str_has_suffix (text->str, suffix))
    g_string_truncate (text, text->len - strlen (suffix));
  return json_object_new_string_len (text->str, (int) text->len);
}

static char *
rewrite (const MockSerializerConfig *config, json_object *columns, gboolean up)
{
  g_autoptr (json_object) result = json_object_new_object ();

  json_object_object_foreach (columns, name, value)
  {
    if (up && is_listed (config->drop_columns, name))
      continue;
    /* The id names the row, in both directions. */
    json_object_object_add (result, name,
                            g_str_equal (name, "id") ? json_object_get (value)
                                                     : mark (value, config->suffix, up));
  }
  return mock_json_print (result);
}

static SynclineChange *
serialize (gpointer self, const SynclineTable *table, SynclineChange *change, GError **error)
{
  const MockSerializerConfig *config = self;
  const char *local_table = syncline_table_get_name (table);
  const char *data = syncline_change_get_data (change);
  g_autofree char *new_data = NULL;

  if (is_listed (config->reject_tables, local_table))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
                   "The option 'reject-tables' refuses table '%s'", local_table);
      return NULL;
    }
  if (data != NULL)
    {
      g_autoptr (json_object) columns = mock_json_parse (data, -1);

      if (columns == NULL)
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
                       "The data of row %s of table '%s' is not a JSON object",
                       syncline_change_get_row_id (change), local_table);
          return NULL;
        }
      new_data = rewrite (config, columns, TRUE);
    }
  return syncline_change_new_like (change, syncline_table_get_server_name (table), new_data);
}

static char *
deserialize (gpointer self,
             const SynclineTable *table,
             SynclineSlice row_id,
             SynclineSlice data,
             GError **error)
{
  const MockSerializerConfig *config = self;

  if (config->suffix == NULL || config->suffix[0] == '\0')
    return NULL;
  g_autoptr (json_object) columns = mock_json_parse (data.data, (gssize) data.length);
  if (columns != NULL)
    return rewrite (config, columns, FALSE);
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
               "Row %.*s of table '%s' is not a JSON object", (int) row_id.length, row_id.data,
               syncline_table_get_name (table));
  return NULL;
}

/* There is nothing to an instance but its config, which the core owns. */
static gpointer
create (gconstpointer config, SynclineHost *host, GError **error)
{
  return (gpointer) config;
}

static void
destroy (gpointer self)
{
}

static const SynclineSerializerClass methods = {
  .struct_size = sizeof (SynclineSerializerClass),
  .serialize = serialize,
  .deserialize = deserialize,
};

static const SynclineOption options[] = {
  { .name = "suffix",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (MockSerializerConfig, suffix),
    .summary = "what is added to every text on its way up, and taken off on its way down" },
  { .name = "drop-columns",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (MockSerializerConfig, drop_columns),
    .summary = "columns that are never sent" },
  { .name = "reject-tables",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (MockSerializerConfig, reject_tables),
    .summary = "tables whose changes are refused before they are sent" },
  SYNCLINE_OPTION_END,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,    .kind = SYNCLINE_PLUGIN_SERIALIZER,
  .name = "mock-serializer", .version = SYNCLINE_VERSION,
  .license = "MIT",          .summary = "passes changes on as they are, or marks them, for tests",
  .options = options,        .config_size = sizeof (MockSerializerConfig),
  .methods = &methods,       .create = create,
  .destroy = destroy,
};
