/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "config-private.h"

#include <string.h>

#include "types-private.h"

#define DEEPEST 8

/* The brace that closes the one that was opened just before @text, or NULL. */
static const char *
find_close (const char *text)
{
  guint depth = 1;

  for (; *text != '\0'; text++)
    {
      if (text[0] == '$' && text[1] == '{')
        depth++;
      else if (text[0] == '}' && --depth == 0)
        return text;
    }
  return NULL;
}

static gboolean
is_variable_name (const char *name)
{
  if (!g_ascii_isalpha (*name) && *name != '_')
    return FALSE;
  for (; *name != '\0'; name++)
    if (!g_ascii_isalnum (*name) && *name != '_')
      return FALSE;
  return TRUE;
}

static gboolean expand (GString *out, const char *value, guint depth, char **out_fault);

/* @inner is what stands between the braces: NAME or NAME:-default. */
static gboolean
expand_variable (GString *out, const char *inner, guint depth, char **out_fault)
{
  const char *fallback = strstr (inner, ":-");
  g_autofree char *name
      = fallback != NULL ? g_strndup (inner, (gsize) (fallback - inner)) : g_strdup (inner);

  if (!is_variable_name (name))
    {
      *out_fault = g_strdup ("malformed variable; write ${NAME} or ${NAME:-default}, and $$ for a "
                             "dollar sign");
      return FALSE;
    }
  const char *content = g_getenv (name);
  if (fallback != NULL && (content == NULL || *content == '\0'))
    return expand (out, fallback + 2, depth + 1, out_fault);
  if (content == NULL)
    {
      *out_fault = g_strdup_printf ("the environment variable %s is not set; set it, or write "
                                    "${%s:-default}",
                                    name, name);
      return FALSE;
    }
  if (!g_utf8_validate (content, -1, NULL))
    {
      *out_fault = g_strdup_printf ("the environment variable %s is not UTF-8", name);
      return FALSE;
    }
  g_string_append (out, content);
  return TRUE;
}

static gboolean
expand (GString *out, const char *value, guint depth, char **out_fault)
{
  const char *dollar;

  if (depth > DEEPEST)
    {
      *out_fault = g_strdup ("defaults of variables are nested too deeply");
      return FALSE;
    }
  for (; (dollar = strchr (value, '$')) != NULL;)
    {
      g_string_append_len (out, value, dollar - value);
      if (dollar[1] == '$')
        {
          g_string_append_c (out, '$');
          value = dollar + 2;
          continue;
        }
      const char *close = dollar[1] == '{' ? find_close (dollar + 2) : NULL;
      if (close == NULL)
        {
          *out_fault
              = g_strdup ("a dollar sign stands alone; write ${NAME} for a variable, and $$ for "
                          "a dollar sign");
          return FALSE;
        }
      g_autofree char *inner = g_strndup (dollar + 2, (gsize) (close - dollar - 2));
      if (!expand_variable (out, inner, depth, out_fault))
        return FALSE;
      value = close + 1;
    }
  g_string_append (out, value);
  return TRUE;
}

char *
syncline_variables_expand (const char *value, char **out_fault)
{
  GString *out = g_string_new (NULL);

  if (expand (out, value, 0, out_fault))
    return g_string_free (out, FALSE);
  syncline_secret_free (g_string_free (out, FALSE));
  return NULL;
}
