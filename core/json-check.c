/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "json-check.h"

#include <string.h>

#define DEEPEST 64

static gboolean skip_value (const char **at, guint depth);

static void
skip_space (const char **at)
{
  *at += strspn (*at, " \t\r\n");
}

static gboolean
skip_character (const char **at, char character)
{
  skip_space (at);
  if (**at != character)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
skip_digits (const char **at)
{
  const gsize count = strspn (*at, "0123456789");

  *at += count;
  return count > 0;
}

static gboolean
skip_number (const char **at)
{
  if (**at == '-')
    (*at)++;
  if (**at == '0')
    (*at)++;
  else if (!skip_digits (at))
    return FALSE;
  if (**at == '.')
    {
      (*at)++;
      if (!skip_digits (at))
        return FALSE;
    }
  if (**at == 'e' || **at == 'E')
    {
      (*at)++;
      if (**at == '+' || **at == '-')
        (*at)++;
      return skip_digits (at);
    }
  return TRUE;
}

static gboolean
skip_escape (const char **at)
{
  if (**at != 'u')
    {
      if (**at == '\0' || strchr ("\"\\/bfnrt", **at) == NULL)
        return FALSE;
      (*at)++;
      return TRUE;
    }
  (*at)++;
  for (int i = 0; i < 4; i++, (*at)++)
    if (!g_ascii_isxdigit (**at))
      return FALSE;
  return TRUE;
}

static gboolean
skip_string (const char **at)
{
  if (!skip_character (at, '"'))
    return FALSE;
  while (**at != '"')
    {
      if (g_ascii_iscntrl (**at) && **at != '\x7f')
        return FALSE;
      const gboolean escaped = **at == '\\';
      (*at)++;
      if (escaped && !skip_escape (at))
        return FALSE;
    }
  (*at)++;
  return TRUE;
}

/* What stands between the brackets of an object or array, and the closing one. */
static gboolean
skip_members (const char **at, gboolean is_object, guint depth)
{
  const char close = is_object ? '}' : ']';

  if (skip_character (at, close))
    return TRUE;
  do
    {
      if (is_object && (!skip_string (at) || !skip_character (at, ':')))
        return FALSE;
      if (!skip_value (at, depth + 1))
        return FALSE;
    }
  while (skip_character (at, ','));
  return skip_character (at, close);
}

static gboolean
skip_value (const char **at, guint depth)
{
  static const char *const words[] = { "true", "false", "null" };

  if (depth > DEEPEST)
    return FALSE;
  if (skip_character (at, '{'))
    return skip_members (at, TRUE, depth);
  if (skip_character (at, '['))
    return skip_members (at, FALSE, depth);
  if (**at == '"')
    return skip_string (at);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (*at, words[i]))
      {
        *at += strlen (words[i]);
        return TRUE;
      }
  return skip_number (at);
}

gboolean
syncline_json_is_object (const char *text, gsize *out_position)
{
  const char *at = text;
  gboolean is_object = skip_character (&at, '{') && skip_members (&at, TRUE, 0);

  if (is_object)
    {
      skip_space (&at);
      is_object = *at == '\0';
    }
  *out_position = (gsize) (at - text);
  return is_object;
}
