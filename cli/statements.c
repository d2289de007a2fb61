/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/statements.h"

#include <string.h>

/* The end of a quoted piece that starts at P; a doubled quote stands for itself. */
static const char *
skip_quoted (const char *p, char closing)
{
  for (p++; *p != '\0'; p++)
    {
      if (*p != closing)
        continue;
      if (closing == ']' || p[1] != closing)
        return p + 1;
      p++;
    }
  return p;
}

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$' || (c & 0x80) != 0;
}

/* The end of the token that starts at P, which is not at the end of the text. */
static const char *
skip_token (const char *p)
{
  if (p[0] == '-' && p[1] == '-')
    return p + strcspn (p, "\n");
  if (p[0] == '/' && p[1] == '*')
    {
      const char *end = strstr (p + 2, "*/");
      return end != NULL ? end + 2 : p + strlen (p);
    }
  if (*p == '\'' || *p == '"' || *p == '`')
    return skip_quoted (p, *p);
  if (*p == '[')
    return skip_quoted (p, ']');
  if (!is_word (*p))
    return p + 1;
  while (is_word (*p))
    p++;
  return p;
}

static gboolean
is_space_or_comment (const char *p)
{
  return g_ascii_isspace (*p) || (p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*');
}

static gboolean
token_is (const char *start, const char *end, const char *word)
{
  return (gsize) (end - start) == strlen (word)
         && g_ascii_strncasecmp (start, word, strlen (word)) == 0;
}

/* What has been seen of the statement so far. A trigger's body has statements of its own, so that it ends
 * only with an END that follows a semicolon (the END of a CASE does not), and another semicolon. */
typedef struct
{
  guint n_tokens;
  gboolean creates;
  gboolean is_trigger;
  gboolean after_semicolon;
  gboolean after_end;
} Progress;

static void
advance (Progress *progress, const char *start, const char *end)
{
  if (progress->n_tokens == 0)
    progress->creates = token_is (start, end, "create");
  else if (progress->creates && progress->n_tokens <= 2 && token_is (start, end, "trigger"))
    progress->is_trigger = TRUE;
  progress->after_end = progress->after_semicolon && token_is (start, end, "end");
  progress->after_semicolon = *start == ';';
  progress->n_tokens++;
}

static void
add_statement (GPtrArray *statements, const char *start, const char *end)
{
  g_ptr_array_add (statements, g_strstrip (g_strndup (start, (gsize) (end - start))));
}

char **
cli_split_statements (const char *sql)
{
  GPtrArray *statements = g_ptr_array_new ();
  Progress progress = { 0 };
  const char *start = sql;

  for (const char *p = sql; *p != '\0';)
    {
      const char *end = skip_token (p);
      if (*p == ';' && (!progress.is_trigger || progress.after_end))
        {
          if (progress.n_tokens > 0)
            add_statement (statements, start, p);
          start = end;
          progress = (Progress){ 0 };
        }
      else if (!is_space_or_comment (p))
        {
          advance (&progress, p, end);
        }
      p = end;
    }
  if (progress.n_tokens > 0)
    add_statement (statements, start, start + strlen (start));
  g_ptr_array_add (statements, NULL);
  return (char **) g_ptr_array_free (statements, FALSE);
}

gboolean
cli_statement_only_reads (const char *statement)
{
  static const char *const readers[] = { "select", "values", "explain" };
  const char *p = statement;

  while (*p != '\0' && is_space_or_comment (p))
    p = skip_token (p);
  if (*p == '\0')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      if (token_is (p, skip_token (p), readers[i]))
        return TRUE;
    }
  return FALSE;
}
