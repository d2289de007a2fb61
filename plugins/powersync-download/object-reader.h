/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Reads objects of the protocol, from JSON or BSON, into C structs, by tables of their members. Faults become
 * errors that name the member and the byte. */

#pragma once

#include "common/json-pull.h"
#include "powersync-download/bson-reader.h"
#include "powersync-download/event-memory.h"

G_BEGIN_DECLS

/* message, list in it, list in an element: no message of the protocol is deeper. */
#define OBJECT_READER_MAX_PATH 4

typedef struct
{
  EventMemory memory;
  JsonScratch scratch;
  JsonPull json;
  BsonPull bson;
  gboolean is_bson;
  const SynclineSlice *text; /* of the last key or string */
  gsize length;              /* of the input */

  /* Where the reader is, for messages: names of members, indices in lists or -1. */
  struct
  {
    const char *name;
    int index;
  } path[OBJECT_READER_MAX_PATH];
  guint depth;
} ObjectReader;

void object_reader_init (ObjectReader *reader);
void object_reader_clear (ObjectReader *reader);

/* Start on an input. What was read from the last one is forgotten. */
void object_reader_start_json (ObjectReader *reader, const char *data, gsize length);
void object_reader_start_bson (ObjectReader *reader, const char *data, gsize length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ObjectReader, object_reader_clear)

/* --- Shapes ------------------------------------------------------------------------------------ */

typedef gboolean (*ObjectReadFunc) (ObjectReader *reader, gpointer target, GError **error);

typedef enum
{
  OBJECT_CUSTOM,    /* whatever its function reads */
  OBJECT_POSITION,  /* gint64 from a string of digits: JavaScript's numbers could not hold it */
  OBJECT_CHECKSUM,  /* guint32 from a number, signed or not */
  OBJECT_SMALL_INT, /* int from a number, from 0, less than G_MAXINT */
  OBJECT_TEXT,      /* SynclineSlice from a string */
  OBJECT_NAME,      /* const char * from a string */
  OBJECT_BOOLEAN,   /* gboolean */
} ObjectKind;

/* One member. Those that are not required may also be null, which is the same as absent. */
typedef struct
{
  const char *name;
  ObjectKind kind;
  gboolean required;
  gsize offset;
  ObjectReadFunc read;
} ObjectMember;

typedef struct
{
  const ObjectMember *members;
  guint n_members;
} ObjectShape;

#define OBJECT_SHAPE(members)                                                                      \
  {                                                                                                \
    members, G_N_ELEMENTS (members)                                                                \
  }

/* Reads an object whose beginning was read. Members that the shape does not know are skipped; one
 * that is there twice is an error. */
gboolean object_read_members (ObjectReader *reader,
                              const ObjectShape *shape,
                              gpointer target,
                              GError **error);

/* Opens the list that the current member has to be. A list may be null unless it is required. */
gboolean
object_begin_list (ObjectReader *reader, gboolean required, gboolean *out_present, GError **error);

/* Goes to the next element, whose first token has to be @wanted; @out_more tells of the end. */
gboolean object_next_element (ObjectReader *reader,
                              JsonPullToken wanted,
                              gboolean *out_more,
                              GError **error);

/* Copies the string that was read; it may hold no NUL. */
gboolean object_read_name (ObjectReader *reader, const char **out_name, GError **error);

/* --- Tokens ------------------------------------------------------------------------------------ */

static inline JsonPullToken
object_next_token (ObjectReader *reader)
{
  return reader->is_bson ? bson_pull_next (&reader->bson) : json_pull_next (&reader->json);
}

/* After a key. */
gboolean object_skip_value (ObjectReader *reader, GError **error);

/* After a number; FALSE when it is not integral or out of range. */
gboolean object_get_int64 (ObjectReader *reader, gint64 *out_value);

/* --- Errors: always FALSE ------------------------------------------------------------------------ */

gboolean object_fail (ObjectReader *reader, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* For a token that is not what has to be there. */
gboolean
object_fail_token (ObjectReader *reader, JsonPullToken token, const char *wanted, GError **error);

static inline gboolean
object_expect (ObjectReader *reader, JsonPullToken token, JsonPullToken wanted, GError **error)
{
  return G_LIKELY (token == wanted)
         || object_fail_token (reader, token, json_pull_token_to_string (wanted), error);
}

G_END_DECLS
