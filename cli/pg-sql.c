/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/pg-sql.h"

#include <string.h>

typedef struct
{
  const char *at;
  guint line;
  GPtrArray *statements;
  GPtrArray *statement; /* being read */
  guint depth;          /* of BEGIN ATOMIC … END, in which semicolons end nothing */
} Reader;

static void
free_token (gpointer data)
{
  PgToken *token = data;

  g_free (token->text);
  g_free (token);
}

gboolean
pg_token_is (const PgToken *token, const char *text)
{
  return token != NULL && (token->kind == PG_WORD || token->kind == PG_SYMBOL)
         && strcmp (token->text, text) == 0;
}

/* Moves over N bytes, counting lines. */
static void
skip (Reader *reader, gsize n)
{
  for (gsize i = 0; i < n && *reader->at != '\0'; i++, reader->at++)
    {
      if (*reader->at == '\n')
        reader->line++;
    }
}

/* Takes TEXT, which stands at the reader and was LENGTH bytes there. */
static void
add (Reader *reader, PgTokenKind kind, char *text, gsize length)
{
  PgToken *token = g_new0 (PgToken, 1);

  token->kind = kind;
  token->text = text;
  token->line = reader->line;
  g_ptr_array_add (reader->statement, token);
  skip (reader, length);
}

static void
end_statement (Reader *reader)
{
  if (reader->statement->len > 0)
    {
      g_ptr_array_add (reader->statements, reader->statement);
      reader->statement = g_ptr_array_new_with_free_func (free_token);
    }
  reader->depth = 0;
}

/* --- What is not words ----------------------------------------------------------------------- */

/* Comments nest in Postgres. */
static gsize
measure_comment (const char *start)
{
  const char *at = start + 2;
  guint depth = 1;

  while (*at != '\0' && depth > 0)
    {
      if (at[0] == '/' && at[1] == '*')
        depth++, at += 2;
      else if (at[0] == '*' && at[1] == '/')
        depth--, at += 2;
      else
        at++;
    }
  return (gsize) (at - start);
}

static gboolean
skip_blank (Reader *reader)
{
  const char *at = reader->at;

  if (g_ascii_isspace (*at))
    skip (reader, 1);
  else if (at[0] == '-' && at[1] == '-')
    skip (reader, strcspn (at, "\n"));
  else if (at[0] == '/' && at[1] == '*')
    skip (reader, measure_comment (at));
  else
    return FALSE;
  return TRUE;
}

/* From the opening QUOTE on. Doubled it stands for itself; with ESCAPES a backslash takes the next byte. */
static void
read_quoted (Reader *reader, PgTokenKind kind, char quote, gboolean escapes)
{
  GString *text = g_string_new (NULL);
  const char *at = reader->at + 1;

  for (; *at != '\0'; at++)
    {
      if (escapes && at[0] == '\\' && at[1] != '\0')
        at++;
      else if (*at == quote && at[1] == quote)
        at++;
      else if (*at == quote)
        break;
      g_string_append_c (text, *at);
    }
  add (reader, kind, g_string_free (text, FALSE),
       (gsize) (at - reader->at) + (*at == quote ? 1 : 0));
}

static gboolean
is_name_start (char c)
{
  return g_ascii_isalpha (c) || c == '_' || (guchar) c >= 0x80;
}

static gsize
measure_name (const char *at)
{
  gsize n = 0;

  while (is_name_start (at[n]) || g_ascii_isdigit (at[n]) || at[n] == '$')
    n++;
  return n;
}

/* $$…$$ or $tag$…$tag$; FALSE when the dollar sign starts something else. */
static gboolean
read_dollars (Reader *reader)
{
  gsize n = 0;

  while (is_name_start (reader->at[1 + n]) || (n > 0 && g_ascii_isdigit (reader->at[1 + n])))
    n++;
  if (reader->at[1 + n] != '$')
    return FALSE;
  g_autofree char *tag = g_strndup (reader->at, n + 2);
  const char *start = reader->at + n + 2;
  const char *end = strstr (start, tag);
  const gsize length = end != NULL ? (gsize) (end - start) : strlen (start);
  add (reader, PG_TEXT, g_strndup (start, length), n + 2 + length + (end != NULL ? n + 2 : 0));
  return TRUE;
}

/* --- Words ----------------------------------------------------------------------------------- */

static const PgToken *
last (const Reader *reader)
{
  return reader->statement->len > 0
             ? g_ptr_array_index (reader->statement, reader->statement->len - 1)
             : NULL;
}

static void
read_word (Reader *reader)
{
  const gsize n = measure_name (reader->at);
  g_autofree char *word = g_ascii_strdown (reader->at, (gssize) n);

  /* e'…' knows escapes, u&"…" and b'…' are as good as other strings here. */
  if (reader->at[n] == '\'' && n == 1)
    {
      skip (reader, 1);
      read_quoted (reader, PG_TEXT, '\'', *word == 'e');
      return;
    }
  if (strcmp (word, "atomic") == 0 && pg_token_is (last (reader), "begin"))
    reader->depth++;
  else if (reader->depth > 0 && strcmp (word, "case") == 0)
    reader->depth++;
  else if (reader->depth > 0 && strcmp (word, "end") == 0)
    reader->depth--;
  add (reader, PG_WORD, g_steal_pointer (&word), n);
}

static void
read_token (Reader *reader)
{
  const char c = *reader->at;

  if (c == '\'')
    read_quoted (reader, PG_TEXT, '\'', FALSE);
  else if (c == '"')
    read_quoted (reader, PG_NAME, '"', FALSE);
  else if (is_name_start (c))
    read_word (reader);
  else if (g_ascii_isdigit (c))
    add (reader, PG_NUMBER, g_strndup (reader->at, strspn (reader->at, "0123456789.")),
         strspn (reader->at, "0123456789."));
  else if (c == ';' && reader->depth == 0)
    {
      skip (reader, 1);
      end_statement (reader);
    }
  else if (c != '$' || !read_dollars (reader))
    add (reader, PG_SYMBOL, g_strndup (reader->at, 1), 1);
}

GPtrArray *
pg_sql_split (const char *sql)
{
  Reader reader = { .at = sql, .line = 1 };

  reader.statements = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  reader.statement = g_ptr_array_new_with_free_func (free_token);
  while (*reader.at != '\0')
    {
      if (!skip_blank (&reader))
        read_token (&reader);
    }
  end_statement (&reader);
  g_ptr_array_unref (reader.statement);
  return reader.statements;
}
