/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "bson-build.h"

#include <json-c/json.h>
#include <string.h>

static void
append_little_endian (GByteArray *out, guint64 value, guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    g_byte_array_append (out, &(guint8){ (guint8) (value >> 8 * i) }, 1);
}

static void
append_element (GByteArray *out, guint8 type, const char *name)
{
  g_byte_array_append (out, &type, 1);
  g_byte_array_append (out, (const guint8 *) name, (guint) strlen (name) + 1);
}

static void
append_number (GByteArray *out, const char *name, json_object *value, BsonBuildNumbers numbers)
{
  gint64 integer = json_object_get_int64 (value);
  double real = json_object_get_double (value);
  gboolean small = integer >= G_MININT32 && integer <= G_MAXINT32;

  if (!json_object_is_type (value, json_type_double) && numbers == BSON_BUILD_INT64)
    {
      append_element (out, 0x12, name);
      append_little_endian (out, (guint64) integer, 8);
    }
  else if (!json_object_is_type (value, json_type_double) && numbers == BSON_BUILD_AS_SERVICE
           && small)
    {
      append_element (out, 0x10, name);
      append_little_endian (out, (guint64) integer, 4);
    }
  else
    {
      guint64 bits;
      memcpy (&bits, &real, sizeof bits);
      append_element (out, 0x01, name);
      append_little_endian (out, bits, 8);
    }
}

static void append_container (GByteArray *out, json_object *value, BsonBuildNumbers numbers);

static void
append_value (GByteArray *out, const char *name, json_object *value, BsonBuildNumbers numbers)
{
  switch (json_object_get_type (value))
    {
    case json_type_null:
      append_element (out, 0x0a, name);
      break;
    case json_type_boolean:
      append_element (out, 0x08, name);
      append_little_endian (out, json_object_get_boolean (value) ? 1 : 0, 1);
      break;
    case json_type_string:
      append_element (out, 0x02, name);
      append_little_endian (out, (guint64) json_object_get_string_len (value) + 1, 4);
      g_byte_array_append (out, (const guint8 *) json_object_get_string (value),
                           (guint) json_object_get_string_len (value) + 1);
      break;
    case json_type_object:
    case json_type_array:
      append_element (out, json_object_is_type (value, json_type_object) ? 0x03 : 0x04, name);
      append_container (out, value, numbers);
      break;
    default:
      append_number (out, name, value, numbers);
    }
}

static void
append_container (GByteArray *out, json_object *value, BsonBuildNumbers numbers)
{
  g_autoptr (GByteArray) elements = g_byte_array_new ();

  if (json_object_is_type (value, json_type_array))
    for (gsize i = 0; i < json_object_array_length (value); i++)
      {
        g_autofree char *name = g_strdup_printf ("%" G_GSIZE_FORMAT, i);
        append_value (elements, name, json_object_array_get_idx (value, i), numbers);
      }
  else
    {
      json_object_object_foreach (value, name, member)
      {
        append_value (elements, name, member, numbers);
      }
    }
  g_autoptr (GByteArray) document = bson_build_document (elements->data, elements->len);
  g_byte_array_append (out, document->data, document->len);
}

GByteArray *
bson_build_document (const void *elements, gsize length)
{
  GByteArray *out = g_byte_array_new ();

  append_little_endian (out, length + 5, 4);
  if (length > 0)
    g_byte_array_append (out, elements, (guint) length);
  append_little_endian (out, 0, 1);
  return out;
}

GByteArray *
bson_build_from_lines (const char *lines, BsonBuildNumbers numbers)
{
  GByteArray *out = g_byte_array_new ();
  g_auto (GStrv) split = g_strsplit (lines, "\n", -1);

  for (char **line = split; *line != NULL; line++)
    {
      if (**line == '\0')
        continue;
      json_object *value = json_tokener_parse (*line);
      g_assert_nonnull (value);
      append_container (out, value, numbers);
      json_object_put (value);
    }
  return out;
}
