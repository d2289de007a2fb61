/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Tables and columns from what PostgREST says of itself at its root:
 *
 *   {"definitions": {"todos": {"properties": {"id": {"format": "uuid", "description": "…<pk/>"}, …}, …}, …}, …}
 *
 * "format" is the name of the type as Postgres prints it. */

#include "config.h"

#include "common/json-pull.h"
#include "look.h"

/* How PostgREST marks a column of the primary key, in the description. */
#define KEY_MARK "<pk/>"

typedef struct
{
  JsonPull pull;
  SynclineServerColumnFunc func;
  gpointer func_data;
} Reader;

/* Reads the member whose KEY was just found. */
typedef gboolean (*MemberFunc) (Reader *reader, const char *key, gpointer data);

static gboolean
read_members (Reader *reader, MemberFunc func, gpointer data)
{
  JsonPullToken token = json_pull_next (&reader->pull);

  /* What is no object has nothing for us in it. */
  if (token != JSON_PULL_OBJECT_BEGIN)
    return json_pull_skip_value (&reader->pull, NULL);
  while ((token = json_pull_next (&reader->pull)) == JSON_PULL_KEY)
    {
      g_autofree char *key
          = g_utf8_make_valid (reader->pull.text.data, (gssize) reader->pull.text.length);
      if (!func (reader, key, data))
        return FALSE;
    }
  return token == JSON_PULL_OBJECT_END;
}

typedef struct
{
  char *format;
  gboolean is_key;
} Property;

static gboolean
read_attribute (Reader *reader, const char *key, gpointer data)
{
  Property *property = data;

  if (json_pull_next (&reader->pull) != JSON_PULL_STRING)
    return json_pull_skip_value (&reader->pull, NULL);
  const SynclineSlice text = reader->pull.text;
  if (g_str_equal (key, "format") && property->format == NULL)
    property->format = g_utf8_make_valid (text.data, (gssize) text.length);
  else if (g_str_equal (key, "description"))
    property->is_key = g_strstr_len (text.data, (gssize) text.length, KEY_MARK) != NULL;
  return TRUE;
}

static gboolean
read_property (Reader *reader, const char *name, gpointer data)
{
  Property property = { NULL, FALSE };

  if (!read_members (reader, read_attribute, &property))
    {
      g_free (property.format);
      return FALSE;
    }
  g_autofree char *format = property.format != NULL ? property.format : g_strdup ("text");
  const SynclineServerColumn column = { data, name, format, property.is_key };
  reader->func (&column, reader->func_data);
  return TRUE;
}

static gboolean
read_definition (Reader *reader, const char *key, gpointer table)
{
  if (g_str_equal (key, "properties"))
    return read_members (reader, read_property, table);
  return json_pull_skip_value (&reader->pull, NULL);
}

static gboolean
read_table (Reader *reader, const char *name, gpointer data G_GNUC_UNUSED)
{
  return read_members (reader, read_definition, (gpointer) name);
}

static gboolean
read_root (Reader *reader, const char *key, gpointer data)
{
  gboolean *found = data;

  if (!g_str_equal (key, "definitions"))
    return json_pull_skip_value (&reader->pull, NULL);
  *found = TRUE;
  return read_members (reader, read_table, NULL);
}

gboolean
openapi_read (const char *text,
              gsize length,
              const char *name,
              SynclineServerColumnFunc func,
              gpointer func_data,
              GError **error)
{
  g_auto (JsonScratch) scratch = { NULL };
  Reader reader = { .func = func, .func_data = func_data };
  gboolean found = FALSE;

  json_pull_init (&reader.pull, text, length, &scratch);
  if (!read_members (&reader, read_root, &found) || json_pull_next (&reader.pull) != JSON_PULL_END)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                   "the description of the tables that %s sends is no JSON object; check the URL",
                   name);
      return FALSE;
    }
  if (!found)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                   "%s describes no tables; is that the root of a PostgREST? For Supabase the URL "
                   "ends in /rest/v1",
                   name);
      return FALSE;
    }
  return TRUE;
}
