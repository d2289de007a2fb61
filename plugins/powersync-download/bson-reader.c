/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/bson-reader.h"

#include <math.h>

/* The types of values (https://bsonspec.org/spec.html). */
enum
{
  BSON_DOUBLE = 0x01,
  BSON_STRING = 0x02,
  BSON_DOCUMENT = 0x03,
  BSON_ARRAY = 0x04,
  BSON_BINARY = 0x05,
  BSON_UNDEFINED = 0x06,
  BSON_OBJECT_ID = 0x07,
  BSON_BOOLEAN = 0x08,
  BSON_DATE = 0x09,
  BSON_NULL = 0x0a,
  BSON_REGEX = 0x0b,
  BSON_DB_POINTER = 0x0c,
  BSON_CODE = 0x0d,
  BSON_SYMBOL = 0x0e,
  BSON_CODE_WITH_SCOPE = 0x0f,
  BSON_INT32 = 0x10,
  BSON_TIMESTAMP = 0x11,
  BSON_INT64 = 0x12,
  BSON_DECIMAL128 = 0x13,
  BSON_MAX_KEY = 0x7f,
  BSON_MIN_KEY = 0xff,
};

static JsonPullToken
fail (BsonPull *pull, const char *at, const char *error)
{
  pull->failed = TRUE;
  pull->token = at;
  g_strlcpy (pull->error, error, sizeof pull->error);
  return JSON_PULL_ERROR;
}

static inline gint32
read_int32 (const char *at)
{
  gint32 value;
  memcpy (&value, at, sizeof value);
  return GINT32_FROM_LE (value);
}

static inline gint64
read_int64 (const char *at)
{
  gint64 value;
  memcpy (&value, at, sizeof value);
  return GINT64_FROM_LE (value);
}

static inline double
read_double (const char *at)
{
  union
  {
    gint64 bits;
    double value;
  } number = { .bits = read_int64 (at) };

  return number.value;
}

gint32
bson_get_length (const char *data)
{
  return read_int32 (data);
}

/* The end of what values may use: the container's last byte is its closing zero. */
static inline const char *
get_end (const BsonPull *pull)
{
  return pull->ends[pull->depth - 1] - 1;
}

static inline gsize
get_left (const BsonPull *pull)
{
  return (gsize) (get_end (pull) - pull->at);
}

static JsonPullToken
open_container (BsonPull *pull, gsize available, gboolean array)
{
  if (pull->depth == JSON_PULL_MAX_DEPTH)
    return fail (pull, pull->at, "too deep nesting");
  gint32 length = available >= BSON_MIN_LENGTH ? read_int32 (pull->at) : 0;
  if (length < BSON_MIN_LENGTH || (gsize) length > available
      || (pull->depth == 0 && (gsize) length != available))
    return fail (pull, pull->at, "a document of an impossible length");
  if (pull->at[length - 1] != '\0')
    return fail (pull, pull->at + length - 1, "a document that does not end in a zero");

  pull->ends[pull->depth] = pull->at + length;
  pull->is_array[pull->depth] = array;
  pull->depth++;
  pull->at += 4;
  return array ? JSON_PULL_ARRAY_BEGIN : JSON_PULL_OBJECT_BEGIN;
}

static JsonPullToken
read_string (BsonPull *pull)
{
  gsize left = get_left (pull);
  gint32 length = left >= 5 ? read_int32 (pull->at) : 0;

  if (length < 1 || (gsize) length > left - 4)
    return fail (pull, pull->at, "a string of an impossible length");
  const char *text = pull->at + 4;
  if (text[length - 1] != '\0')
    return fail (pull, text + length - 1, "a string that does not end in a zero");
  if (!json_utf8_is_valid (text, (gsize) length - 1))
    return fail (pull, text, "malformed UTF-8");

  pull->text.data = text;
  pull->text.length = (gsize) length - 1;
  pull->at = text + length;
  return JSON_PULL_STRING;
}

static JsonPullToken
read_boolean (BsonPull *pull)
{
  if (get_left (pull) < 1 || (guchar) *pull->at > 1)
    return fail (pull, pull->at, "a boolean that is neither 0 nor 1");
  return *pull->at++ == 1 ? JSON_PULL_TRUE : JSON_PULL_FALSE;
}

static JsonPullToken
read_number (BsonPull *pull, guint8 type)
{
  gsize size = type == BSON_INT32 ? 4 : 8;

  if (get_left (pull) < size)
    return fail (pull, pull->at, "a number that is cut short");
  pull->is_double = type == BSON_DOUBLE;
  if (pull->is_double)
    pull->real = read_double (pull->at);
  else
    pull->integer = type == BSON_INT32 ? read_int32 (pull->at) : read_int64 (pull->at);
  pull->at += size;
  return JSON_PULL_NUMBER;
}

static JsonPullToken
read_value (BsonPull *pull, guint8 type)
{
  switch (type)
    {
    case BSON_STRING:
      return read_string (pull);
    case BSON_INT32:
    case BSON_INT64:
    case BSON_DOUBLE:
      return read_number (pull, type);
    case BSON_DOCUMENT:
    case BSON_ARRAY:
      return open_container (pull, get_left (pull), type == BSON_ARRAY);
    case BSON_BOOLEAN:
      return read_boolean (pull);
    case BSON_NULL:
    case BSON_UNDEFINED:
      return JSON_PULL_NULL;
    default:
      fail (pull, pull->at, "");
      g_snprintf (pull->error, sizeof pull->error, "a value of BSON type 0x%02x", type);
      return JSON_PULL_ERROR;
    }
}

static JsonPullToken
close_container (BsonPull *pull)
{
  pull->at++;
  pull->depth--;
  return pull->is_array[pull->depth] ? JSON_PULL_ARRAY_END : JSON_PULL_OBJECT_END;
}

JsonPullToken
bson_pull_next (BsonPull *pull)
{
  if (G_UNLIKELY (pull->failed))
    return JSON_PULL_ERROR;

  pull->token = pull->at;
  if (pull->type != 0)
    {
      guint8 type = pull->type;
      pull->type = 0;
      return read_value (pull, type);
    }
  if (G_UNLIKELY (pull->depth == 0))
    {
      if (pull->at != pull->start)
        return JSON_PULL_END;
      return open_container (pull, (gsize) (pull->ends[0] - pull->start), FALSE);
    }

  const char *end = get_end (pull);
  if (pull->at == end)
    return close_container (pull);
  guint8 type = (guint8) *pull->at;
  const char *name = pull->at + 1;
  const char *name_end = memchr (name, '\0', (gsize) (end - name));
  if (name_end == NULL)
    return fail (pull, name, "a key without an end");
  pull->at = name_end + 1;
  if (pull->is_array[pull->depth - 1])
    {
      pull->token = pull->at;
      return read_value (pull, type);
    }
  if (type == 0)
    return fail (pull, name - 1, "a value of no type");
  pull->text.data = name;
  pull->text.length = (gsize) (name_end - name);
  pull->type = type;
  return JSON_PULL_KEY;
}

void
bson_pull_init (BsonPull *pull, const char *data, gsize length)
{
  pull->text = (SynclineSlice){ 0 };
  pull->start = pull->at = pull->token = data;
  pull->error[0] = '\0';
  pull->type = 0;
  pull->failed = FALSE;
  pull->depth = 0;
  /* Until the document is opened: how far it may reach. */
  pull->ends[0] = data + length;
}

/* The bytes of a value that has no inner structure of interest; -1 when it is cut short or of a type
 * that does not exist. */
static gssize
get_size (const BsonPull *pull, guint8 type)
{
  gsize left = get_left (pull);
  gint32 length = left >= 4 ? read_int32 (pull->at) : -1;

  switch (type)
    {
    case BSON_UNDEFINED:
    case BSON_NULL:
    case BSON_MAX_KEY:
    case BSON_MIN_KEY:
      return 0;
    case BSON_BOOLEAN:
      return 1;
    case BSON_INT32:
      return 4;
    case BSON_DOUBLE:
    case BSON_DATE:
    case BSON_TIMESTAMP:
    case BSON_INT64:
      return 8;
    case BSON_OBJECT_ID:
      return 12;
    case BSON_DECIMAL128:
      return 16;
    case BSON_DOCUMENT:
    case BSON_ARRAY:
    case BSON_CODE_WITH_SCOPE:
      return length < BSON_MIN_LENGTH ? -1 : length;
    case BSON_STRING:
    case BSON_CODE:
    case BSON_SYMBOL:
      return length < 1 ? -1 : 4 + (gssize) length;
    case BSON_DB_POINTER:
      return length < 1 ? -1 : 4 + (gssize) length + 12;
    case BSON_BINARY:
      return length < 0 ? -1 : 5 + (gssize) length;
    case BSON_REGEX:
      {
        const char *options = memchr (pull->at, '\0', left);
        const char *end = options == NULL
                              ? NULL
                              : memchr (options + 1, '\0', (gsize) (get_end (pull) - options - 1));
        return end == NULL ? -1 : end + 1 - pull->at;
      }
    default:
      return -1;
    }
}

gboolean
bson_pull_skip_value (BsonPull *pull)
{
  if (pull->failed)
    return FALSE;

  gssize size = get_size (pull, pull->type);
  if (size < 0 || (gsize) size > get_left (pull))
    {
      fail (pull, pull->at, "a value of an impossible length or type");
      return FALSE;
    }
  pull->at += size;
  pull->type = 0;
  return TRUE;
}

gboolean
bson_pull_get_int64 (const BsonPull *pull, gint64 *out_value)
{
  if (!pull->is_double)
    {
      *out_value = pull->integer;
      return TRUE;
    }
  /* 2^63 itself is a double, but no int64. NaN fails the comparisons. */
  if (!(pull->real >= -0x1p63 && pull->real < 0x1p63) || pull->real != trunc (pull->real))
    return FALSE;
  *out_value = (gint64) pull->real;
  return TRUE;
}

const char *
bson_pull_get_error (const BsonPull *pull)
{
  return pull->error;
}

gsize
bson_pull_get_position (const BsonPull *pull)
{
  return (gsize) (pull->token - pull->start);
}
