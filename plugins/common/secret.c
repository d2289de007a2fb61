/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/secret.h"

#include <string.h>

void
secret_free (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
secret_replace (char **place, const char *secret)
{
  char *copy = g_strdup (secret);

  secret_free (*place);
  *place = copy;
}

gboolean
secret_equal (const char *a, const char *b)
{
  guint difference = 0;

  if (a == NULL || b == NULL)
    return a == b;
  const gsize length = strlen (a);
  if (length != strlen (b))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (guint) (a[i] ^ b[i]);
  return difference == 0;
}

void
secret_wipe_bytes (GByteArray *bytes)
{
  if (bytes == NULL)
    return;
  explicit_bzero (bytes->data, bytes->len);
  g_byte_array_set_size (bytes, 0);
}

static void
wipe_json (json_object *object)
{
  switch (json_object_get_type (object))
    {
    case json_type_string:
      explicit_bzero ((char *) json_object_get_string (object),
                      (gsize) json_object_get_string_len (object));
      break;
    case json_type_array:
      for (gsize i = 0; i < json_object_array_length (object); i++)
        wipe_json (json_object_array_get_idx (object, i));
      break;
    case json_type_object:
      {
        json_object_object_foreach (object, key, value)
        {
          (void) key;
          wipe_json (value);
        }
        break;
      }
    default:
      break;
    }
}

void
secret_json_put (json_object *object)
{
  if (object == NULL)
    return;
  wipe_json (object);
  json_object_put (object);
}
