/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/object-reader.h"

void
object_reader_init (ObjectReader *reader)
{
  *reader = (ObjectReader){ 0 };
  event_memory_init (&reader->memory);
}

void
object_reader_clear (ObjectReader *reader)
{
  event_memory_clear (&reader->memory);
  json_scratch_clear (&reader->scratch);
}

static void
start (ObjectReader *reader, gboolean is_bson, const SynclineSlice *text, gsize length)
{
  event_memory_reset (&reader->memory);
  reader->is_bson = is_bson;
  reader->text = text;
  reader->length = length;
  reader->depth = 0;
}

void
object_reader_start_json (ObjectReader *reader, const char *data, gsize length)
{
  if (length < EVENT_MEMORY_KEEP / 4)
    json_scratch_trim (&reader->scratch, EVENT_MEMORY_KEEP);
  json_pull_init (&reader->json, data, length, &reader->scratch);
  start (reader, FALSE, &reader->json.text, length);
}

void
object_reader_start_bson (ObjectReader *reader, const char *data, gsize length)
{
  bson_pull_init (&reader->bson, data, length);
  start (reader, TRUE, &reader->bson.text, length);
}

/* --- Tokens of either encoding ----------------------------------------------------------------- */

gboolean
object_skip_value (ObjectReader *reader, GError **error)
{
  gboolean skipped = reader->is_bson ? bson_pull_skip_value (&reader->bson)
                                     : json_pull_skip_value (&reader->json, NULL);

  return skipped || object_fail_token (reader, JSON_PULL_ERROR, NULL, error);
}

gboolean
object_get_int64 (ObjectReader *reader, gint64 *out_value)
{
  return reader->is_bson ? bson_pull_get_int64 (&reader->bson, out_value)
                         : json_number_to_int64 (reader->json.text, out_value);
}

/* --- Errors ------------------------------------------------------------------------------------ */

/* Says where, what, and at which byte. Always FALSE. */
gboolean
object_fail (ObjectReader *reader, GError **error, const char *format, ...)
{
  g_autoptr (GString) text = g_string_new ("the PowerSync service sent a wrong message: ");
  gsize position = reader->is_bson ? bson_pull_get_position (&reader->bson)
                                   : json_pull_get_position (&reader->json);

  for (guint i = 0; i < reader->depth; i++)
    {
      g_string_append_printf (text, "%s%s", i == 0 ? "" : ".", reader->path[i].name);
      if (reader->path[i].index >= 0)
        g_string_append_printf (text, "[%d]", reader->path[i].index);
    }
  if (reader->depth > 0)
    g_string_append (text, ": ");

  va_list args;
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);

  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
               "%s (byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT ")", text->str, position,
               reader->length);
  return FALSE;
}

/* For a token that is not what has to be there. */
gboolean
object_fail_token (ObjectReader *reader, JsonPullToken token, const char *wanted, GError **error)
{
  if (token != JSON_PULL_ERROR)
    return object_fail (reader, error, "%s instead of %s", json_pull_token_to_string (token),
                        wanted);
  return object_fail (reader, error, "%s",
                      reader->is_bson ? bson_pull_get_error (&reader->bson)
                                      : json_pull_get_error (&reader->json));
}

/* --- Members ----------------------------------------------------------------------------------- */

/* Positions are strings, since JavaScript's numbers could not hold them. */
static gboolean
read_position (ObjectReader *reader, gint64 *out_value, GError **error)
{
  const char *digits = reader->text->data;
  gsize n = reader->text->length;
  guint64 value = 0;

  /* 19 digits can't overflow an unsigned 64-bit number. */
  if (n == 0 || n > 19)
    return object_fail (reader, error, "a string that is no position");
  for (gsize i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (digits[i]))
        return object_fail (reader, error, "a string that is no position");
      value = value * 10 + (guint64) (digits[i] - '0');
    }
  if (value > G_MAXINT64)
    return object_fail (reader, error, "a position above 2^63-1");
  *out_value = (gint64) value;
  return TRUE;
}

/* Sums are 32 bits; some places of the service write them signed, others unsigned. */
static gboolean
read_checksum (ObjectReader *reader, guint32 *out_value, GError **error)
{
  gint64 value;

  if (!object_get_int64 (reader, &value) || value < G_MININT32 || value > G_MAXUINT32)
    return object_fail (reader, error, "a number that is no 32-bit sum");
  *out_value = (guint32) value;
  return TRUE;
}

/* A number from 0 that fits an int, less the largest: that one stands for "all priorities". */
static gboolean
read_small_number (ObjectReader *reader, int *out_value, GError **error)
{
  gint64 value;

  if (!object_get_int64 (reader, &value) || value < 0 || value >= G_MAXINT)
    return object_fail (reader, error, "a number out of range");
  *out_value = (int) value;
  return TRUE;
}

gboolean
object_read_name (ObjectReader *reader, const char **out_name, GError **error)
{
  if (memchr (reader->text->data, '\0', reader->text->length) != NULL)
    return object_fail (reader, error, "a name with a NUL character");
  *out_name = event_memory_dup_text (&reader->memory, *reader->text);
  return TRUE;
}

static inline gboolean
read_member (ObjectReader *reader, const ObjectMember *member, gpointer target, GError **error)
{
  gpointer field = (char *) target + member->offset;

  if (member->kind == OBJECT_CUSTOM)
    return member->read (reader, target, error);

  JsonPullToken token = object_next_token (reader);
  if (token == JSON_PULL_NULL && !member->required)
    return TRUE;
  switch (member->kind)
    {
    case OBJECT_POSITION:
      return object_expect (reader, token, JSON_PULL_STRING, error)
             && read_position (reader, field, error);
    case OBJECT_CHECKSUM:
      return object_expect (reader, token, JSON_PULL_NUMBER, error)
             && read_checksum (reader, field, error);
    case OBJECT_SMALL_INT:
      return object_expect (reader, token, JSON_PULL_NUMBER, error)
             && read_small_number (reader, field, error);
    case OBJECT_TEXT:
      *(SynclineSlice *) field = *reader->text;
      return object_expect (reader, token, JSON_PULL_STRING, error);
    case OBJECT_NAME:
      return object_expect (reader, token, JSON_PULL_STRING, error)
             && object_read_name (reader, field, error);
    default:
      *(gboolean *) field = token == JSON_PULL_TRUE;
      return token == JSON_PULL_TRUE || token == JSON_PULL_FALSE
             || object_fail_token (reader, token, "a boolean", error);
    }
}

/* The member of that name. Members mostly come in the order of the table, so the search begins after
 * the last one found. */
static inline guint
find_member (const ObjectShape *shape, SynclineSlice name, guint start)
{
  for (guint i = 0; i < shape->n_members; i++)
    {
      guint at = start + i < shape->n_members ? start + i : start + i - shape->n_members;
      if (json_slice_is (name, shape->members[at].name))
        return at;
    }
  return shape->n_members;
}

/* Reads an object whose beginning was read. */
gboolean
object_read_members (ObjectReader *reader,
                     const ObjectShape *shape,
                     gpointer target,
                     GError **error)
{
  guint seen = 0;
  guint expected = 0;
  JsonPullToken token;
  guint depth = reader->depth++;

  g_assert (depth < OBJECT_READER_MAX_PATH);
  while ((token = object_next_token (reader)) == JSON_PULL_KEY)
    {
      guint found = find_member (shape, *reader->text, expected);
      if (found == shape->n_members)
        {
          reader->depth = depth;
          if (!object_skip_value (reader, error))
            return FALSE;
          reader->depth = depth + 1;
          continue;
        }
      const ObjectMember *member = &shape->members[found];
      reader->path[depth].name = member->name;
      reader->path[depth].index = -1;
      if ((seen & 1u << found) != 0)
        return object_fail (reader, error, "the member is there twice");
      seen |= 1u << found;
      expected = found + 1;
      if (!read_member (reader, member, target, error))
        return FALSE;
    }

  reader->depth = depth;
  if (token != JSON_PULL_OBJECT_END)
    return object_fail_token (reader, token, "a key or the end of the object", error);
  for (guint i = 0; i < shape->n_members; i++)
    if (shape->members[i].required && (seen & 1u << i) == 0)
      return object_fail (reader, error, "no member \"%s\"", shape->members[i].name);
  return TRUE;
}

/* Opens the list that the current member has to be. A list may be null unless it is required. */
gboolean
object_begin_list (ObjectReader *reader, gboolean required, gboolean *out_present, GError **error)
{
  JsonPullToken token = object_next_token (reader);

  *out_present = token == JSON_PULL_ARRAY_BEGIN;
  return *out_present || (token == JSON_PULL_NULL && !required)
         || object_fail_token (reader, token, "an array", error);
}

/* Goes to the next element, whose first token has to be @wanted; @out_more tells of the end. */
gboolean
object_next_element (ObjectReader *reader, JsonPullToken wanted, gboolean *out_more, GError **error)
{
  JsonPullToken token = object_next_token (reader);

  reader->path[reader->depth - 1].index++;
  *out_more = token == wanted;
  return *out_more || token == JSON_PULL_ARRAY_END
         || object_fail_token (reader, token, json_pull_token_to_string (wanted), error);
}
