/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "json-pull-compare.h"

#include "common/json-pull.h"

#include <json-c/json.h>

/* Builds json-c's tree of the value whose first token was read. json-c itself reads the numbers. */
static json_object *
build_tree (JsonPull *pull, JsonPullToken token)
{
  json_object *value = NULL;

  switch (token)
    {
    case JSON_PULL_STRING:
      return json_object_new_string_len (pull->text.data, (int) pull->text.length);
    case JSON_PULL_NUMBER:
      {
        g_autofree char *number = g_strndup (pull->text.data, pull->text.length);
        return json_tokener_parse (number);
      }
    case JSON_PULL_TRUE:
    case JSON_PULL_FALSE:
      return json_object_new_boolean (token == JSON_PULL_TRUE);
    case JSON_PULL_OBJECT_BEGIN:
      value = json_object_new_object ();
      while ((token = json_pull_next (pull)) == JSON_PULL_KEY)
        {
          g_autofree char *key = g_strndup (pull->text.data, pull->text.length);
          json_object_object_add (value, key, build_tree (pull, json_pull_next (pull)));
        }
      return value;
    case JSON_PULL_ARRAY_BEGIN:
      value = json_object_new_array ();
      while ((token = json_pull_next (pull)) != JSON_PULL_ARRAY_END && token != JSON_PULL_ERROR)
        json_object_array_add (value, build_tree (pull, token));
      return value;
    default:
      return NULL;
    }
}

/* json-c takes a few things that RFC 8259 does not. */
static gboolean
is_laxity (const JsonPull *pull, const char *text)
{
  static const char *const laxities[] = {
    "a control character in a string", "a number without digits",
    "a number without digits after its point",
    "too deep nesting", /* the innermost container counts only if it is not empty */
  };
  const char *at = text + json_pull_get_position (pull);

  for (guint i = 0; i < G_N_ELEMENTS (laxities); i++)
    if (strcmp (json_pull_get_error (pull), laxities[i]) == 0)
      return TRUE;
  /* Overlong forms: GLib knows them. */
  if (strcmp (json_pull_get_error (pull), "malformed UTF-8") == 0)
    return !g_utf8_validate (text, -1, NULL);
  /* NaN and Infinity. */
  if (*at == 'N' || *at == 'I')
    return TRUE;
  /* Zeros before a number. */
  return at > text && at[-1] == '0' && g_ascii_isdigit (*at);
}

/* json-c 0.16 takes characters from U+nD800 to U+nDFFF, written as a pair of surrogates, for lone
 * ones. The first half of such a pair is one of these. */
static gboolean
has_misread_pair (const char *text)
{
  for (const char *at = strstr (text, "\\u"); at != NULL; at = strstr (at + 1, "\\u"))
    {
      g_autofree char *digits = g_strndup (at + 2, 4);
      if ((g_ascii_strtoull (digits, NULL, 16) & 0xfc3e) == 0xd836)
        return TRUE;
    }
  return FALSE;
}

void
json_pull_compare (const char *text, gsize length)
{
  /* Of its own block, so that a sanitizer sees a read beyond it. */
  g_autofree char *copy = length > 0 ? g_memdup2 (text, length) : g_malloc (1);
  g_auto (JsonScratch) scratch = { 0 };
  JsonPull pull;

  json_pull_init (&pull, copy, length, &scratch);
  json_object *ours = build_tree (&pull, json_pull_next (&pull));
  gboolean accepted = json_pull_next (&pull) == JSON_PULL_END;

  json_tokener *tokener = json_tokener_new_ex (JSON_PULL_MAX_DEPTH + 1);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  /* The NUL ends a number at the top. */
  json_object *theirs = json_tokener_parse_ex (tokener, text, (int) length + 1);
  enum json_tokener_error result = json_tokener_get_error (tokener);

  if (accepted != (result == json_tokener_success) && (accepted || !is_laxity (&pull, text)))
    g_error ("%s: json-c says %s, the pull parser %s", text, json_tokener_error_desc (result),
             accepted ? "success" : json_pull_get_error (&pull));
  if (accepted && !json_object_equal (ours, theirs) && !has_misread_pair (text))
    g_error ("%s: read as %s", text, json_object_to_json_string (ours));

  json_object_put (ours);
  json_object_put (theirs);
  json_tokener_free (tokener);
}
