/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "value.h"

static inline gboolean
is_string (SynclineSlice raw)
{
  return raw.data[0] == '"';
}

static inline gboolean
is_number (SynclineSlice raw)
{
  return raw.data[0] == '-' || g_ascii_isdigit (raw.data[0]);
}

static void
append_raw (GString *out, SynclineSlice raw)
{
  g_string_append_len (out, raw.data, raw.length);
}

/* The text of a string that was found well-formed before. */
static SynclineSlice
unescape (SynclineSlice raw, ValueScratch *scratch)
{
  JsonPull pull;

  json_pull_init (&pull, raw.data, raw.length, &scratch->text);
  json_pull_next (&pull);
  return pull.text;
}

/* Without the white space around it that both JSON and Postgres ignore. */
static SynclineSlice
strip (SynclineSlice text)
{
  while (text.length > 0 && g_ascii_isspace (text.data[0]))
    {
      text.data++;
      text.length--;
    }
  while (text.length > 0 && g_ascii_isspace (text.data[text.length - 1]))
    text.length--;
  return text;
}

static gboolean
equals_word (SynclineSlice text, const char *word)
{
  return text.length == strlen (word) && g_ascii_strncasecmp (text.data, word, text.length) == 0;
}

/* Whether @text is one JSON value; @out_first receives the kind of token it starts with. */
static gboolean
is_json (SynclineSlice text, ValueScratch *scratch, JsonPullToken *out_first)
{
  JsonPull pull;

  json_pull_init (&pull, text.data, text.length, &scratch->check);
  *out_first = json_pull_next (&pull);
  return *out_first != JSON_PULL_ERROR && json_pull_skip_value (&pull, NULL)
         && json_pull_next (&pull) == JSON_PULL_END;
}

/* --- Numbers --------------------------------------------------------------------------------------- */

/* Whether a string's text is a number. */
static gboolean
is_number_text (SynclineSlice text, ValueScratch *scratch)
{
  JsonPullToken first;

  return is_json (text, scratch, &first) && first == JSON_PULL_NUMBER;
}

/* A column may hold 1.0 or '1' all the same, which Postgres would not take for an integer. Narrower
 * ranges than 64 bits are left to the server, which knows the real type. */
static gboolean
append_integer (GString *out, SynclineSlice raw, ValueScratch *scratch, const char **out_reason)
{
  SynclineSlice text = is_string (raw) ? strip (unescape (raw, scratch)) : raw;
  gint64 value;

  if ((is_string (raw) && !is_number_text (text, scratch)) || !json_number_to_int64 (text, &value))
    {
      *out_reason = "it is not a whole number in the range of bigint";
      return FALSE;
    }
  g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
  return TRUE;
}

/* As a string it is exact everywhere: JSON parsers on the way are free to make doubles of numbers. */
static void
append_numeric (GString *out, SynclineSlice raw)
{
  if (!is_number (raw))
    {
      append_raw (out, raw);
      return;
    }
  g_string_append_c (out, '"');
  append_raw (out, raw);
  g_string_append_c (out, '"');
}

/* JSON has no infinity; SQLite writes it as a number that is too big. */
static void
append_double (GString *out, SynclineSlice raw)
{
  double value;

  if (!is_number (raw) || json_number_to_double (raw, &value))
    append_raw (out, raw);
  else
    g_string_append (out, raw.data[0] == '-' ? "\"-Infinity\"" : "\"Infinity\"");
}

/* --- Booleans -------------------------------------------------------------------------------------- */

/* The words that Postgres takes, in whatever case. */
static const char *const true_words[] = { "1", "t", "true", "y", "yes", "on", NULL };
static const char *const false_words[] = { "0", "f", "false", "n", "no", "off", NULL };

static gboolean
is_one_of (SynclineSlice text, const char *const *words)
{
  for (; *words != NULL; words++)
    if (equals_word (text, *words))
      return TRUE;
  return FALSE;
}

static gboolean
append_boolean (GString *out, SynclineSlice raw, ValueScratch *scratch, const char **out_reason)
{
  SynclineSlice text = is_string (raw) ? strip (unescape (raw, scratch)) : raw;
  gint64 number = -1;

  if (is_number (raw))
    json_number_to_int64 (raw, &number);
  if (number == 1 || is_one_of (text, true_words))
    g_string_append (out, "true");
  else if (number == 0 || is_one_of (text, false_words))
    g_string_append (out, "false");
  else
    {
      *out_reason = "it is neither true (1) nor false (0)";
      return FALSE;
    }
  return TRUE;
}

/* --- Documents ------------------------------------------------------------------------------------- */

/* The text goes in as it stands: neither the order of its keys nor any number changes. */
static gboolean
append_json (GString *out,
             SynclineSlice raw,
             JsonNull json_null,
             ValueScratch *scratch,
             const char **out_reason)
{
  JsonPullToken first;

  if (!is_string (raw))
    {
      append_raw (out, raw);
      return TRUE;
    }
  SynclineSlice text = unescape (raw, scratch);
  if (!is_json (text, scratch, &first))
    {
      *out_reason = "its text is not JSON";
      return FALSE;
    }
  if (first == JSON_PULL_NULL && json_null == JSON_NULL_REJECT)
    {
      *out_reason
          = "it is a JSON null, of which PostgREST would make SQL NULL (json-null = reject)";
      return FALSE;
    }
  append_raw (out, text);
  return TRUE;
}

/* Postgres reads the elements of a JSON array one by one, and its own literal, {a,b}, from a string. */
static gboolean
append_array (GString *out, SynclineSlice raw, ValueScratch *scratch, const char **out_reason)
{
  JsonPullToken first;

  *out_reason = "its text is neither a JSON array nor an array literal such as {a,b}";
  if (is_number (raw))
    return FALSE;
  if (!is_string (raw))
    {
      append_raw (out, raw);
      return TRUE;
    }
  SynclineSlice text = strip (unescape (raw, scratch));
  if (text.length > 0 && text.data[0] == '{')
    append_raw (out, raw);
  else if (is_json (text, scratch, &first) && first == JSON_PULL_ARRAY_BEGIN)
    append_raw (out, text);
  else
    return FALSE;
  return TRUE;
}

gboolean
value_append (GString *out,
              SynclineColumnType type,
              SynclineSlice raw,
              JsonNull json_null,
              ValueScratch *scratch,
              const char **out_reason)
{
  if (!is_string (raw) && !is_number (raw))
    {
      append_raw (out, raw);
      return TRUE;
    }
  switch (type)
    {
    case SYNCLINE_COLUMN_INTEGER:
    case SYNCLINE_COLUMN_BIGINT:
      return append_integer (out, raw, scratch, out_reason);
    case SYNCLINE_COLUMN_BOOLEAN:
      return append_boolean (out, raw, scratch, out_reason);
    case SYNCLINE_COLUMN_JSON:
      return append_json (out, raw, json_null, scratch, out_reason);
    case SYNCLINE_COLUMN_ARRAY:
      return append_array (out, raw, scratch, out_reason);
    case SYNCLINE_COLUMN_NUMERIC:
      append_numeric (out, raw);
      return TRUE;
    case SYNCLINE_COLUMN_DOUBLE:
      append_double (out, raw);
      return TRUE;
    case SYNCLINE_COLUMN_TEXT:
    case SYNCLINE_COLUMN_UUID:
    case SYNCLINE_COLUMN_BYTEA:
    case SYNCLINE_COLUMN_TIMESTAMP:
    case SYNCLINE_COLUMN_DATE:
    case SYNCLINE_COLUMN_TIME:
    case SYNCLINE_COLUMN_INTERVAL:
      break;
    }
  /* The server's own input functions know best; a number serves a text column as it stands. */
  append_raw (out, raw);
  return TRUE;
}

void
value_scratch_clear (ValueScratch *scratch)
{
  json_scratch_clear (&scratch->text);
  json_scratch_clear (&scratch->check);
}
