/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/json-pull.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum
{
  STATE_VALUE,         /* a value must follow */
  STATE_FIRST_MEMBER,  /* a key or the end of the object */
  STATE_FIRST_ELEMENT, /* a value or the end of the array */
  STATE_AFTER_VALUE,   /* a comma, a closing bracket, or the end of the input */
  STATE_FAILED,
};

static const char *
fail (JsonPull *pull, const char *at, const char *error)
{
  pull->state = STATE_FAILED;
  pull->token = at;
  pull->error = error;
  return NULL;
}

/* --- Blocks of bytes ------------------------------------------------------------------------------
 *
 * A string is searched a block at a time for the first byte that needs a closer look: a quote, a
 * backslash, a control character (not allowed), or one that is not ASCII (to be checked). */

#ifdef __SSE2__

#define BLOCK 16

static inline gboolean
is_ascii (const char *block)
{
  return _mm_movemask_epi8 (_mm_loadu_si128 ((const __m128i *) block)) == 0;
}

/* The index of the first such byte of a block, or BLOCK. */
static inline guint
find_special (const char *block)
{
  __m128i bytes = _mm_loadu_si128 ((const __m128i *) block);
  __m128i quote = _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('"'));
  __m128i backslash = _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('\\'));
  /* As signed bytes, those from 0x80 are negative: one comparison finds them and the controls. */
  __m128i other = _mm_cmplt_epi8 (bytes, _mm_set1_epi8 (0x20));
  guint mask = (guint) _mm_movemask_epi8 (_mm_or_si128 (_mm_or_si128 (quote, backslash), other));

  return (guint) __builtin_ctz (mask | 1u << BLOCK);
}

#else

#define BLOCK 8
#define EACH_BYTE(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

static inline gboolean
is_ascii (const char *block)
{
  guint64 word;
  memcpy (&word, block, sizeof word);

  return (word & EACH_BYTE (0x80)) == 0;
}

/* Marks the high bit of each byte that is zero; may also mark bytes after the first zero one. */
static inline guint64
mark_zero (guint64 word)
{
  return (word - EACH_BYTE (0x01)) & ~word & EACH_BYTE (0x80);
}

/* The index of the first such byte of a block, or BLOCK. */
static inline guint
find_special (const char *block)
{
  guint64 word;
  memcpy (&word, block, sizeof word);
  word = GUINT64_FROM_LE (word);

  guint64 mask = mark_zero (word ^ EACH_BYTE ('"')) | mark_zero (word ^ EACH_BYTE ('\\'))
                 | (((word - EACH_BYTE (0x20)) | word) & EACH_BYTE (0x80));
  return mask == 0 ? BLOCK : (guint) __builtin_ctzll (mask) / 8;
}

#endif

static inline gboolean
is_special (char c)
{
  return c == '"' || c == '\\' || (signed char) c < 0x20;
}

/* --- Strings ------------------------------------------------------------------------------------- */

static inline gboolean
is_continuation (const char *at)
{
  return ((guchar) *at & 0xc0) == 0x80;
}

/* The length of the well-formed UTF-8 sequence of two bytes or more at @at, or 0. */
static inline gsize
utf8_length (const char *at, const char *end)
{
  guchar lead = (guchar) at[0];
  gsize left = end - at;

  if (lead >= 0xc2 && lead <= 0xdf)
    return left >= 2 && is_continuation (at + 1) ? 2 : 0;

  guchar second = left >= 2 ? (guchar) at[1] : 0;
  if (lead >= 0xe0 && lead <= 0xef)
    {
      guchar lowest = lead == 0xe0 ? 0xa0 : 0x80;  /* no overlong forms */
      guchar highest = lead == 0xed ? 0x9f : 0xbf; /* no surrogates */
      return left >= 3 && second >= lowest && second <= highest && is_continuation (at + 2) ? 3 : 0;
    }
  if (lead >= 0xf0 && lead <= 0xf4)
    {
      guchar lowest = lead == 0xf0 ? 0x90 : 0x80;  /* no overlong forms */
      guchar highest = lead == 0xf4 ? 0x8f : 0xbf; /* nothing above U+10FFFF */
      return left >= 4 && second >= lowest && second <= highest && is_continuation (at + 2)
                     && is_continuation (at + 3)
                 ? 4
                 : 0;
    }
  return 0;
}

gboolean
json_utf8_is_valid (const char *data, gsize length)
{
  const char *end = data + length;

  for (const char *at = data; at < end;)
    {
      if (end - at >= BLOCK && is_ascii (at))
        at += BLOCK;
      else if ((guchar) *at < 0x80)
        at++;
      else
        {
          gsize n = utf8_length (at, end);
          if (n == 0)
            return FALSE;
          at += n;
        }
    }
  return TRUE;
}

/* Skips characters that are not ASCII; NULL when there is none, or a malformed one. */
static const char *
skip_utf8 (JsonPull *pull, const char *at)
{
  if ((guchar) *at < 0x20)
    return fail (pull, at, "a control character in a string");
  while (at < pull->end && (guchar) *at >= 0x80)
    {
      gsize length = utf8_length (at, pull->end);
      if (length == 0)
        return fail (pull, at, "malformed UTF-8");
      at += length;
    }
  return at;
}

static inline char *
put_utf8 (char *to, guint32 c)
{
  if (c < 0x80)
    *to++ = (char) c;
  else if (c < 0x800)
    {
      *to++ = (char) (0xc0 | c >> 6);
      *to++ = (char) (0x80 | (c & 0x3f));
    }
  else if (c < 0x10000)
    {
      *to++ = (char) (0xe0 | c >> 12);
      *to++ = (char) (0x80 | (c >> 6 & 0x3f));
      *to++ = (char) (0x80 | (c & 0x3f));
    }
  else
    {
      *to++ = (char) (0xf0 | c >> 18);
      *to++ = (char) (0x80 | (c >> 12 & 0x3f));
      *to++ = (char) (0x80 | (c >> 6 & 0x3f));
      *to++ = (char) (0x80 | (c & 0x3f));
    }
  return to;
}

/* Reads the four digits of \uXXXX; -1 when they are not there. */
static int
read_hex4 (const char *at, const char *end)
{
  int value = 0;

  if (end - at < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (at[i]);
      if (digit < 0)
        return -1;
      value = value << 4 | digit;
    }
  return value;
}

/* Reads \uXXXX from after the `u`, and the second half of a surrogate pair if it follows. */
static const char *
read_unicode_escape (JsonPull *pull, const char *at, char **to)
{
  int unit = read_hex4 (at, pull->end);
  if (unit < 0)
    return fail (pull, at, "\\u without four hexadecimal digits");
  at += 4;

  guint32 c = (guint32) unit;
  if (c >= 0xd800 && c <= 0xdfff)
    {
      int low = c <= 0xdbff && pull->end - at >= 6 && at[0] == '\\' && at[1] == 'u'
                    ? read_hex4 (at + 2, pull->end)
                    : -1;
      if (low >= 0xdc00 && low <= 0xdfff)
        {
          c = 0x10000 + ((c - 0xd800) << 10) + ((guint32) low - 0xdc00);
          at += 6;
        }
      else
        c = 0xfffd;
    }
  *to = put_utf8 (*to, c);
  return at;
}

/* What stands for itself or for a control character after a backslash. */
static const char simple_escapes[256] = {
  ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
  ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* Reads an escape from after the backslash. */
static inline const char *
read_escape (JsonPull *pull, const char *at, char **to)
{
  if (at == pull->end)
    return fail (pull, at, "a string without an end");
  char c = simple_escapes[(guchar) *at];
  if (G_LIKELY (c != 0))
    {
      *(*to)++ = c;
      return at + 1;
    }
  if (*at != 'u')
    return fail (pull, at, "an unknown escape");
  return read_unicode_escape (pull, at + 1, to);
}

/* Copies up to the next special byte or the end of the input. May write a block more than it copies:
 * the scratch has room for that. */
static inline const char *
copy_plain (const char *at, const char *end, char **to)
{
  while (end - at >= BLOCK)
    {
      memcpy (*to, at, BLOCK);
      guint n = find_special (at);
      at += n;
      *to += n;
      if (n < BLOCK)
        return at;
    }
  while (at < end && !is_special (*at))
    *(*to)++ = *at++;
  return at;
}

/* Unescapes a string that began at @start and whose first backslash is at @at. What an escape stands
 * for is never longer than the escape, so the scratch can't be too small. */
static const char *
read_escaped_string (JsonPull *pull, const char *start, const char *at)
{
  JsonScratch *scratch = pull->scratch;
  char *begin = scratch->data + scratch->length;
  char *to = begin + (at - start);

  memcpy (begin, start, (gsize) (at - start));
  while (at < pull->end && *at != '"')
    {
      const char *from = at;
      if (*at == '\\')
        at = read_escape (pull, at + 1, &to);
      else
        {
          at = skip_utf8 (pull, at);
          if (at != NULL)
            {
              memcpy (to, from, (gsize) (at - from));
              to += at - from;
            }
        }
      if (at == NULL)
        return NULL;
      at = copy_plain (at, pull->end, &to);
    }
  if (at == pull->end)
    return fail (pull, at, "a string without an end");

  scratch->length += (gsize) (to - begin);
  pull->text.data = begin;
  pull->text.length = (gsize) (to - begin);
  return at + 1;
}

static inline const char *
skip_plain (const char *at, const char *end)
{
  while (end - at >= BLOCK)
    {
      guint n = find_special (at);
      at += n;
      if (n < BLOCK)
        return at;
    }
  while (at < end && !is_special (*at))
    at++;
  return at;
}

/* Reads a string from after its quote into pull->text; returns where it ended. */
static inline const char *
read_string (JsonPull *pull, const char *start)
{
  const char *at = start;

  for (;;)
    {
      at = skip_plain (at, pull->end);
      if (at == pull->end)
        return fail (pull, at, "a string without an end");
      if (*at == '"')
        break;
      if (*at == '\\')
        return read_escaped_string (pull, start, at);
      at = skip_utf8 (pull, at);
      if (at == NULL)
        return NULL;
    }
  pull->text.data = start;
  pull->text.length = (gsize) (at - start);
  return at + 1;
}

/* --- Numbers and words --------------------------------------------------------------------------- */

static inline const char *
skip_digits (const char *at, const char *end)
{
  while (at < end && g_ascii_isdigit (*at))
    at++;
  return at;
}

static const char *
read_number (JsonPull *pull, const char *start)
{
  const char *end = pull->end;
  const char *at = start;

  if (*at == '-')
    at++;
  const char *digits = at;
  at = at < end && *at == '0' ? at + 1 : skip_digits (at, end);
  if (at == digits)
    return fail (pull, at, "a number without digits");
  if (at < end && *at == '.')
    {
      digits = ++at;
      at = skip_digits (at, end);
      if (at == digits)
        return fail (pull, at, "a number without digits after its point");
    }
  if (at < end && (*at == 'e' || *at == 'E'))
    {
      at++;
      if (at < end && (*at == '+' || *at == '-'))
        at++;
      digits = at;
      at = skip_digits (at, end);
      if (at == digits)
        return fail (pull, at, "a number without digits in its exponent");
    }
  pull->text.data = start;
  pull->text.length = (gsize) (at - start);
  return at;
}

static const char *
read_word (JsonPull *pull, const char *at, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (pull->end - at) < length || memcmp (at, word, length) != 0)
    return fail (pull, at, "an unknown word");
  pull->text.data = at;
  pull->text.length = length;
  return at + length;
}

/* --- Structure ----------------------------------------------------------------------------------- */

static inline const char *
skip_space (const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

static JsonPullToken
open_container (JsonPull *pull, const char *at, gboolean object)
{
  if (pull->depth == JSON_PULL_MAX_DEPTH)
    {
      fail (pull, at, "too deep nesting");
      return JSON_PULL_ERROR;
    }
  guint64 *word = &pull->outer_is_object[pull->depth / 64];
  guint64 bit = G_GUINT64_CONSTANT (1) << pull->depth % 64;
  *word = pull->in_object ? *word | bit : *word & ~bit;
  pull->depth++;
  pull->in_object = object;
  pull->state = object ? STATE_FIRST_MEMBER : STATE_FIRST_ELEMENT;
  pull->at = at + 1;
  return object ? JSON_PULL_OBJECT_BEGIN : JSON_PULL_ARRAY_BEGIN;
}

static JsonPullToken
close_container (JsonPull *pull, const char *at)
{
  JsonPullToken token = pull->in_object ? JSON_PULL_OBJECT_END : JSON_PULL_ARRAY_END;

  pull->depth--;
  pull->in_object = pull->outer_is_object[pull->depth / 64] >> pull->depth % 64 & 1;
  pull->state = STATE_AFTER_VALUE;
  pull->at = at + 1;
  return token;
}

/* Ends a token that has a text; @next is where it ended, or NULL when it was wrong. */
static inline JsonPullToken
finish_token (JsonPull *pull, const char *next, int state, JsonPullToken token)
{
  if (G_UNLIKELY (next == NULL))
    return JSON_PULL_ERROR;
  pull->at = next;
  pull->state = state;
  return token;
}

static inline JsonPullToken
read_value (JsonPull *pull, const char *at)
{
  if (G_UNLIKELY (at == pull->end))
    {
      fail (pull, at, "the end of the text where a value should be");
      return JSON_PULL_ERROR;
    }
  switch (*at)
    {
    case '"':
      return finish_token (pull, read_string (pull, at + 1), STATE_AFTER_VALUE, JSON_PULL_STRING);
    case '{':
      return open_container (pull, at, TRUE);
    case '[':
      return open_container (pull, at, FALSE);
    case 't':
      return finish_token (pull, read_word (pull, at, "true"), STATE_AFTER_VALUE, JSON_PULL_TRUE);
    case 'f':
      return finish_token (pull, read_word (pull, at, "false"), STATE_AFTER_VALUE, JSON_PULL_FALSE);
    case 'n':
      return finish_token (pull, read_word (pull, at, "null"), STATE_AFTER_VALUE, JSON_PULL_NULL);
    default:
      if (*at == '-' || g_ascii_isdigit (*at))
        return finish_token (pull, read_number (pull, at), STATE_AFTER_VALUE, JSON_PULL_NUMBER);
      fail (pull, at, "something that is no value");
      return JSON_PULL_ERROR;
    }
}

/* A key and its colon. */
static inline JsonPullToken
read_key (JsonPull *pull, const char *at)
{
  if (at == pull->end || *at != '"')
    {
      fail (pull, at, "no key where one should be");
      return JSON_PULL_ERROR;
    }
  const char *next = read_string (pull, at + 1);
  if (next == NULL)
    return JSON_PULL_ERROR;
  next = skip_space (next, pull->end);
  if (next == pull->end || *next != ':')
    {
      fail (pull, next, "no colon after a key");
      return JSON_PULL_ERROR;
    }
  return finish_token (pull, next + 1, STATE_VALUE, JSON_PULL_KEY);
}

/* What follows a complete value. */
static inline JsonPullToken
read_after_value (JsonPull *pull, const char *at)
{
  if (pull->depth == 0)
    {
      if (at == pull->end)
        return JSON_PULL_END;
      fail (pull, at, "more text after the value");
      return JSON_PULL_ERROR;
    }
  if (at < pull->end && *at == ',')
    {
      at = skip_space (at + 1, pull->end);
      pull->token = at;
      return pull->in_object ? read_key (pull, at) : read_value (pull, at);
    }
  if (at < pull->end && *at == (pull->in_object ? '}' : ']'))
    return close_container (pull, at);
  fail (pull, at,
        pull->in_object ? "neither a comma nor the end of the object"
                        : "neither a comma nor the end of the array");
  return JSON_PULL_ERROR;
}

JsonPullToken
json_pull_next (JsonPull *pull)
{
  if (G_UNLIKELY (pull->state == STATE_FAILED))
    return JSON_PULL_ERROR;

  const char *at = skip_space (pull->at, pull->end);
  pull->token = at;
  switch (pull->state)
    {
    case STATE_VALUE:
      return read_value (pull, at);
    case STATE_FIRST_MEMBER:
      return at < pull->end && *at == '}' ? close_container (pull, at) : read_key (pull, at);
    case STATE_FIRST_ELEMENT:
      return at < pull->end && *at == ']' ? close_container (pull, at) : read_value (pull, at);
    default:
      return read_after_value (pull, at);
    }
}

void
json_pull_init (JsonPull *pull, const char *data, gsize length, JsonScratch *scratch)
{
  /* Copying goes by blocks, so there may be one more at the end. */
  if (scratch->capacity < length + BLOCK)
    {
      json_scratch_clear (scratch);
      scratch->capacity = length + BLOCK;
      scratch->data = g_malloc (scratch->capacity);
    }
  scratch->length = 0;

  *pull = (JsonPull){
    .start = data,
    .end = data + length,
    .at = data,
    .token = data,
    .scratch = scratch,
    .state = STATE_VALUE,
  };
}

gboolean
json_pull_skip_value (JsonPull *pull, SynclineSlice *out_raw)
{
  /* A key's value is not begun, another value may be: then the container it opened is. */
  gboolean begun = pull->state != STATE_VALUE;
  gboolean opened = pull->state == STATE_FIRST_MEMBER || pull->state == STATE_FIRST_ELEMENT;
  guint depth = opened ? pull->depth - 1 : pull->depth;
  const char *start = pull->token;
  /* What is skipped needs no memory. */
  gsize used = pull->scratch->length;

  if (!begun)
    {
      if (json_pull_next (pull) == JSON_PULL_ERROR)
        return FALSE;
      start = pull->token;
    }
  while (pull->depth > depth)
    if (json_pull_next (pull) == JSON_PULL_ERROR)
      return FALSE;
  if (pull->state == STATE_FAILED)
    return FALSE;
  pull->scratch->length = used;

  if (out_raw != NULL)
    {
      out_raw->data = start;
      out_raw->length = (gsize) (pull->at - start);
    }
  return TRUE;
}

const char *
json_pull_get_error (const JsonPull *pull)
{
  return pull->error;
}

gsize
json_pull_get_position (const JsonPull *pull)
{
  return (gsize) (pull->token - pull->start);
}

const char *
json_pull_token_to_string (JsonPullToken token)
{
  static const char *const words[] = {
    [JSON_PULL_ERROR] = "malformed JSON",
    [JSON_PULL_END] = "the end of the text",
    [JSON_PULL_OBJECT_BEGIN] = "an object",
    [JSON_PULL_OBJECT_END] = "the end of an object",
    [JSON_PULL_ARRAY_BEGIN] = "an array",
    [JSON_PULL_ARRAY_END] = "the end of an array",
    [JSON_PULL_KEY] = "a key",
    [JSON_PULL_STRING] = "a string",
    [JSON_PULL_NUMBER] = "a number",
    [JSON_PULL_TRUE] = "true",
    [JSON_PULL_FALSE] = "false",
    [JSON_PULL_NULL] = "null",
  };

  return words[token];
}

void
json_scratch_trim (JsonScratch *scratch, gsize keep)
{
  if (scratch->capacity > keep)
    json_scratch_clear (scratch);
}

void
json_scratch_clear (JsonScratch *scratch)
{
  g_free (scratch->data);
  *scratch = (JsonScratch){ 0 };
}
