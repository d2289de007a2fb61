/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A pull parser for JSON (RFC 8259) that lies in memory: the caller asks for one token after another
 * and no tree is built. The hot path of a download: protocol lines and the rows within them.
 *
 * The input must outlive the texts taken from it and is not modified. Strings without escapes are
 * slices of the input; others are unescaped into a scratch area of the caller's. Slices carry their
 * length, so \u0000 is an ordinary character. Input must be UTF-8. Half of a surrogate pair, which has no
 * UTF-8 form, becomes U+FFFD: one odd string must not stop a download for good. */

#pragma once

#include <string.h>
#include <syncline/plugin.h>

G_BEGIN_DECLS

/* More nesting than this is an error. */
#define JSON_PULL_MAX_DEPTH 128

typedef enum
{
  JSON_PULL_ERROR, /* the input is wrong; all further calls give this too */
  JSON_PULL_END,   /* the value is complete and nothing but white space followed */
  JSON_PULL_OBJECT_BEGIN,
  JSON_PULL_OBJECT_END,
  JSON_PULL_ARRAY_BEGIN,
  JSON_PULL_ARRAY_END,
  JSON_PULL_KEY,
  JSON_PULL_STRING,
  JSON_PULL_NUMBER,
  JSON_PULL_TRUE,
  JSON_PULL_FALSE,
  JSON_PULL_NULL,
} JsonPullToken;

/* Where unescaped strings are put. Starts zeroed; used by one parser at a time. */
typedef struct
{
  char *data;
  gsize length;
  gsize capacity;
} JsonScratch;

/* The members are the parser's own, but for text, which callers read. */
typedef struct
{
  SynclineSlice
      text; /* of a key or string: unescaped; of a number, true, false or null: as it stands */
  const char *start;
  const char *end;
  const char *at;
  const char *token;
  const char *error;
  JsonScratch *scratch;
  int state;
  gboolean in_object;
  guint depth;
  guint64 outer_is_object[JSON_PULL_MAX_DEPTH / 64];
} JsonPull;

/* Starts on an input. The scratch is emptied and given room for all of the input's strings, so that
 * every text stays where it is until the scratch is used for another input. */
void json_pull_init (JsonPull *pull, const char *data, gsize length, JsonScratch *scratch);

/* The next token. Objects give KEY, then the tokens of the value. */
JsonPullToken json_pull_next (JsonPull *pull);

/* After a KEY: skips the value that follows. After the first token of a value: skips what is left of it.
 * out_raw, nullable, receives the whole value as it stands in the input. FALSE on malformed input. */
gboolean json_pull_skip_value (JsonPull *pull, SynclineSlice *out_raw);

/* After an ERROR: what is wrong, for a message. */
const char *json_pull_get_error (const JsonPull *pull);

/* Byte offset of the error, or else of the last token. */
gsize json_pull_get_position (const JsonPull *pull);

/* Words for a token, for messages: "a string", "the end of an array". */
const char *json_pull_token_to_string (JsonPullToken token);

/* Frees the memory if it is more than keep bytes, so that one giant line does not hold it for ever. */
void json_scratch_trim (JsonScratch *scratch, gsize keep);
void json_scratch_clear (JsonScratch *scratch);

/* The numbers of JSON, from the text of a NUMBER. FALSE, with nothing written, when the value is not
 * integral (1.0 and 1e3 are) or out of range; never rounds. */
gboolean json_number_to_int64 (SynclineSlice text, gint64 *out_value);

/* A 32-bit pattern that may be written signed or unsigned: from -2^31 to 2^32-1. */
gboolean json_number_to_uint32_bits (SynclineSlice text, guint32 *out_value);

/* The nearest double; FALSE when the value is too big for one. */
gboolean json_number_to_double (SynclineSlice text, double *out_value);

/* Whether text from elsewhere is well-formed UTF-8. */
gboolean json_utf8_is_valid (const char *data, gsize length);

static inline gboolean
json_slice_is (SynclineSlice slice, const char *literal)
{
  gsize length = strlen (literal);

  return slice.length == length && memcmp (slice.data, literal, length) == 0;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JsonScratch, json_scratch_clear)

G_END_DECLS
