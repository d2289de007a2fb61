/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A pull parser for one BSON document in memory. It gives the same tokens as the parser for JSON, so
 * that one reader of messages serves both encodings. Texts are slices of the input. */

#pragma once

#include "common/json-pull.h"

G_BEGIN_DECLS

/* The shortest document: its length and the closing zero. */
#define BSON_MIN_LENGTH 5

/* The members are the parser's own, but for text, which callers read. */
typedef struct
{
  SynclineSlice text; /* of a key or string */
  const char *start;
  const char *at;
  const char *token;
  char error[64];
  guint8 type; /* of the value whose key was given, or 0 */
  gboolean failed;
  gboolean is_double;
  gint64 integer;
  double real;
  guint depth;
  const char *ends[JSON_PULL_MAX_DEPTH];
  gboolean is_array[JSON_PULL_MAX_DEPTH];
} BsonPull;

/* What the first four bytes of a document say about its length. */
gint32 bson_get_length (const char *data);

/* Starts on a document of that length. */
void bson_pull_init (BsonPull *pull, const char *data, gsize length);

/* The next token. Keys of arrays are left out. A value of a type that JSON does not have is an error here:
 * where it may stand it is skipped. */
JsonPullToken bson_pull_next (BsonPull *pull);

/* After a KEY: skips the value that follows, of whatever type. */
gboolean bson_pull_skip_value (BsonPull *pull);

/* After a NUMBER: its value. FALSE when it is not integral or out of range. */
gboolean bson_pull_get_int64 (const BsonPull *pull, gint64 *out_value);

/* After an ERROR: what is wrong, for a message. */
const char *bson_pull_get_error (const BsonPull *pull);

/* Byte offset of the error, or else of the last token. */
gsize bson_pull_get_position (const BsonPull *pull);

G_END_DECLS
