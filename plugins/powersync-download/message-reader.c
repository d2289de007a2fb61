/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/message-reader.h"

#include "powersync-download/object-reader.h"

struct _MessageReader
{
  ObjectReader object;
};

/* --- Operations -------------------------------------------------------------------------------- */

static gboolean
read_op_type (ObjectReader *reader, gpointer target, GError **error)
{
  static const struct
  {
    const char *name;
    SynclineOpType type;
  } types[] = {
    { "PUT", SYNCLINE_OP_PUT },
    { "REMOVE", SYNCLINE_OP_REMOVE },
    { "MOVE", SYNCLINE_OP_MOVE },
    { "CLEAR", SYNCLINE_OP_CLEAR },
  };
  SynclineOp *op = target;

  if (!object_expect (reader, object_next_token (reader), JSON_PULL_STRING, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (json_slice_is (*reader->text, types[i].name))
      {
        op->type = types[i].type;
        return TRUE;
      }
  /* It can't be skipped: what it does to the bucket and its sum is unknown. */
  return object_fail (reader, error, "an operation of an unknown kind");
}

/* The row as text. A service that was not asked for raw data, or does not know it, sends an object. */
static gboolean
read_op_data (ObjectReader *reader, gpointer target, GError **error)
{
  SynclineOp *op = target;
  JsonPullToken token = object_next_token (reader);

  if (G_LIKELY (token == JSON_PULL_STRING))
    op->data = *reader->text;
  else if (token == JSON_PULL_OBJECT_BEGIN && !reader->is_bson)
    return json_pull_skip_value (&reader->json, &op->data)
           || object_fail_token (reader, JSON_PULL_ERROR, NULL, error);
  else if (token != JSON_PULL_NULL)
    return object_fail_token (reader, token, "a string", error);
  return TRUE;
}

static const ObjectMember op_members[] = {
  { "op_id", OBJECT_POSITION, TRUE, G_STRUCT_OFFSET (SynclineOp, op_id) },
  { "op", OBJECT_CUSTOM, TRUE, 0, read_op_type },
  { "object_type", OBJECT_TEXT, FALSE, G_STRUCT_OFFSET (SynclineOp, object_type) },
  { "object_id", OBJECT_TEXT, FALSE, G_STRUCT_OFFSET (SynclineOp, object_id) },
  { "checksum", OBJECT_CHECKSUM, TRUE, G_STRUCT_OFFSET (SynclineOp, checksum) },
  { "subkey", OBJECT_TEXT, FALSE, G_STRUCT_OFFSET (SynclineOp, subkey) },
  { "data", OBJECT_CUSTOM, FALSE, 0, read_op_data },
};
static const ObjectShape op_shape = OBJECT_SHAPE (op_members);

static gboolean
read_ops (ObjectReader *reader, gpointer target, GError **error)
{
  GArray *ops = reader->memory.ops;
  gboolean more;

  if (!object_begin_list (reader, TRUE, &more, error))
    return FALSE;
  for (;;)
    {
      if (!object_next_element (reader, JSON_PULL_OBJECT_BEGIN, &more, error))
        return FALSE;
      if (!more)
        return TRUE;
      SynclineOp *op = event_memory_append (ops, sizeof (SynclineOp));
      if (!object_read_members (reader, &op_shape, op, error))
        return FALSE;
      if (op->op_id == 0)
        return object_fail (reader, error, "an operation at position 0");
    }
}

/* --- Targets of a checkpoint --------------------------------------------------------------------- */

static gboolean
read_count (ObjectReader *reader, gpointer target, GError **error)
{
  SynclineBucketTarget *bucket = target;
  JsonPullToken token = object_next_token (reader);

  if (token == JSON_PULL_NULL)
    return TRUE;
  if (!object_expect (reader, token, JSON_PULL_NUMBER, error))
    return FALSE;
  if (!object_get_int64 (reader, &bucket->count) || bucket->count < 0)
    return object_fail (reader, error, "a number that is no count");
  bucket->has_count = TRUE;
  return TRUE;
}

/* What {"sub": i} and {"default": i} say; an entry of another kind leaves both at -1. */
typedef struct
{
  int subscription;
  int stream;
} Origin;

static const ObjectMember origin_members[] = {
  { "sub", OBJECT_SMALL_INT, FALSE, G_STRUCT_OFFSET (Origin, subscription) },
  { "default", OBJECT_SMALL_INT, FALSE, G_STRUCT_OFFSET (Origin, stream) },
};
static const ObjectShape origin_shape = OBJECT_SHAPE (origin_members);

static gboolean
read_subscriptions (ObjectReader *reader, gpointer target, GError **error)
{
  SynclineBucketTarget *bucket = target;
  gboolean more;

  if (!object_begin_list (reader, FALSE, &more, error))
    return FALSE;
  event_memory_start_list (&reader->memory, sizeof (int));
  while (more)
    {
      if (!object_next_element (reader, JSON_PULL_OBJECT_BEGIN, &more, error))
        return FALSE;
      if (!more)
        break;
      Origin origin = { -1, -1 };
      if (!object_read_members (reader, &origin_shape, &origin, error))
        return FALSE;
      int index = origin.subscription >= 0 ? origin.subscription : -1 - origin.stream;
      if (origin.subscription >= 0 || origin.stream >= 0)
        g_array_append_val (reader->memory.list, index);
    }
  bucket->subscriptions = event_memory_take_list (&reader->memory, &bucket->n_subscriptions);
  return TRUE;
}

static const ObjectMember bucket_members[] = {
  { "bucket", OBJECT_NAME, TRUE, G_STRUCT_OFFSET (SynclineBucketTarget, name) },
  { "checksum", OBJECT_CHECKSUM, TRUE, G_STRUCT_OFFSET (SynclineBucketTarget, checksum) },
  { "count", OBJECT_CUSTOM, FALSE, 0, read_count },
  { "priority", OBJECT_SMALL_INT, FALSE, G_STRUCT_OFFSET (SynclineBucketTarget, priority) },
  { "subscriptions", OBJECT_CUSTOM, FALSE, 0, read_subscriptions },
};
static const ObjectShape bucket_shape = OBJECT_SHAPE (bucket_members);

static gboolean
read_buckets (ObjectReader *reader, gpointer target, GError **error)
{
  GArray *buckets = reader->memory.buckets;
  gboolean more;

  if (!object_begin_list (reader, TRUE, &more, error))
    return FALSE;
  for (;;)
    {
      if (!object_next_element (reader, JSON_PULL_OBJECT_BEGIN, &more, error))
        return FALSE;
      if (!more)
        return TRUE;
      SynclineBucketTarget *bucket = event_memory_append (buckets, sizeof (SynclineBucketTarget));
      bucket->priority = SYNCLINE_PRIORITY_DEFAULT;
      if (!object_read_members (reader, &bucket_shape, bucket, error))
        return FALSE;
    }
}

static gboolean
read_removed_buckets (ObjectReader *reader, gpointer target, GError **error)
{
  gboolean more;

  if (!object_begin_list (reader, TRUE, &more, error))
    return FALSE;
  for (;;)
    {
      if (!object_next_element (reader, JSON_PULL_STRING, &more, error))
        return FALSE;
      if (!more)
        return TRUE;
      const char **name = event_memory_append (reader->memory.removed, sizeof (char *));
      if (!object_read_name (reader, name, error))
        return FALSE;
    }
}

/* --- Streams ------------------------------------------------------------------------------------- */

static const ObjectMember stream_error_members[] = {
  { "message", OBJECT_NAME, TRUE, 0 },
};
static const ObjectShape stream_error_shape = OBJECT_SHAPE (stream_error_members);

static gboolean
read_stream_errors (ObjectReader *reader, gpointer target, GError **error)
{
  SynclineStreamInfo *stream = target;
  gboolean more;

  if (!object_begin_list (reader, FALSE, &more, error))
    return FALSE;
  event_memory_start_list (&reader->memory, sizeof (char *));
  while (more)
    {
      if (!object_next_element (reader, JSON_PULL_OBJECT_BEGIN, &more, error))
        return FALSE;
      if (!more)
        break;
      const char *text = NULL;
      if (!object_read_members (reader, &stream_error_shape, &text, error))
        return FALSE;
      g_array_append_val (reader->memory.list, text);
    }
  stream->errors = event_memory_take_list (&reader->memory, &stream->n_errors);
  return TRUE;
}

static const ObjectMember stream_members[] = {
  { "name", OBJECT_NAME, TRUE, G_STRUCT_OFFSET (SynclineStreamInfo, name) },
  { "is_default", OBJECT_BOOLEAN, FALSE, G_STRUCT_OFFSET (SynclineStreamInfo, is_default) },
  { "errors", OBJECT_CUSTOM, FALSE, 0, read_stream_errors },
};
static const ObjectShape stream_shape = OBJECT_SHAPE (stream_members);

static gboolean
read_streams (ObjectReader *reader, gpointer target, GError **error)
{
  GArray *streams = reader->memory.streams;
  gboolean more;

  if (!object_begin_list (reader, FALSE, &more, error))
    return FALSE;
  while (more)
    {
      if (!object_next_element (reader, JSON_PULL_OBJECT_BEGIN, &more, error))
        return FALSE;
      if (more
          && !object_read_members (reader, &stream_shape,
                                   event_memory_append (streams, sizeof (SynclineStreamInfo)),
                                   error))
        return FALSE;
    }
  return TRUE;
}

/* --- Messages ------------------------------------------------------------------------------------ */

#define LAST_OP_ID                                                                                 \
  {                                                                                                \
    "last_op_id", OBJECT_POSITION, TRUE, G_STRUCT_OFFSET (SynclineEvent, last_op_id)               \
  }
#define WRITE_CHECKPOINT                                                                           \
  {                                                                                                \
    "write_checkpoint", OBJECT_POSITION, FALSE, G_STRUCT_OFFSET (SynclineEvent, write_checkpoint)  \
  }

static const ObjectMember checkpoint_members[] = {
  LAST_OP_ID,
  WRITE_CHECKPOINT,
  { "buckets", OBJECT_CUSTOM, TRUE, 0, read_buckets },
  { "streams", OBJECT_CUSTOM, FALSE, 0, read_streams },
};

static const ObjectMember diff_members[] = {
  LAST_OP_ID,
  { "updated_buckets", OBJECT_CUSTOM, TRUE, 0, read_buckets },
  { "removed_buckets", OBJECT_CUSTOM, TRUE, 0, read_removed_buckets },
  WRITE_CHECKPOINT,
};

static const ObjectMember data_members[] = {
  { "bucket", OBJECT_NAME, TRUE, G_STRUCT_OFFSET (SynclineEvent, bucket) },
  { "data", OBJECT_CUSTOM, TRUE, 0, read_ops },
};

static const ObjectMember complete_members[] = {
  LAST_OP_ID,
};

static const ObjectMember partial_complete_members[] = {
  LAST_OP_ID,
  { "priority", OBJECT_SMALL_INT, TRUE, G_STRUCT_OFFSET (SynclineEvent, priority) },
};

/* All kinds of message but one are objects; token_expires_in, without a shape, is a number. */
static const struct
{
  const char *name;
  SynclineEventType type;
  ObjectShape shape;
} messages[] = {
  { "data", SYNCLINE_EVENT_OPS, OBJECT_SHAPE (data_members) },
  { "checkpoint", SYNCLINE_EVENT_CHECKPOINT, OBJECT_SHAPE (checkpoint_members) },
  { "checkpoint_diff", SYNCLINE_EVENT_CHECKPOINT_DIFF, OBJECT_SHAPE (diff_members) },
  { "checkpoint_complete", SYNCLINE_EVENT_COMPLETE, OBJECT_SHAPE (complete_members) },
  { "partial_checkpoint_complete", SYNCLINE_EVENT_PARTIAL_COMPLETE,
    OBJECT_SHAPE (partial_complete_members) },
  { "token_expires_in", SYNCLINE_EVENT_KEEPALIVE, { NULL, 0 } },
};

static gboolean
read_keepalive (ObjectReader *reader, SynclineEvent *event, GError **error)
{
  if (!object_expect (reader, object_next_token (reader), JSON_PULL_NUMBER, error))
    return FALSE;
  if (!object_get_int64 (reader, &event->expires_in))
    return object_fail (reader, error, "a number that is no count of seconds");
  return TRUE;
}

/* Reads the value of the message's only member, whose key was read. */
static gboolean
read_body (ObjectReader *reader, SynclineEvent *event, GError **error)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (messages) && !json_slice_is (*reader->text, messages[i].name))
    i++;
  if (i == G_N_ELEMENTS (messages))
    {
      event->type = SYNCLINE_EVENT_UNKNOWN;
      return object_skip_value (reader, error);
    }

  event->type = messages[i].type;
  reader->path[0].name = messages[i].name;
  reader->path[0].index = -1;
  reader->depth = 1;
  if (messages[i].shape.members == NULL)
    return read_keepalive (reader, event, error);
  return object_expect (reader, object_next_token (reader), JSON_PULL_OBJECT_BEGIN, error)
         && object_read_members (reader, &messages[i].shape, event, error);
}

static gboolean
read_message (ObjectReader *reader, SynclineEvent *event, GError **error)
{
  JsonPullToken token = object_next_token (reader);
  if (!object_expect (reader, token, JSON_PULL_OBJECT_BEGIN, error))
    return FALSE;
  token = object_next_token (reader);
  if (token == JSON_PULL_OBJECT_END)
    return object_fail (reader, error, "an object without a member");
  if (!object_expect (reader, token, JSON_PULL_KEY, error) || !read_body (reader, event, error))
    return FALSE;

  reader->depth = 0;
  token = object_next_token (reader);
  if (token == JSON_PULL_KEY)
    return object_fail (reader, error, "an object with more than one member");
  if (!object_expect (reader, token, JSON_PULL_OBJECT_END, error))
    return FALSE;
  return object_expect (reader, object_next_token (reader), JSON_PULL_END, error);
}

static gboolean
read_event (MessageReader *reader, SynclineEvent *out_event, GError **error)
{
  EventMemory *memory = &reader->object.memory;
  SynclineEvent event = { .decoded_bytes = reader->object.length };

  if (!read_message (&reader->object, &event, error))
    return FALSE;

  event.n_ops = memory->ops->len;
  event.ops = (const SynclineOp *) memory->ops->data;
  event.n_buckets = memory->buckets->len;
  event.buckets = (const SynclineBucketTarget *) memory->buckets->data;
  event.n_removed = memory->removed->len;
  event.removed = (const char *const *) memory->removed->data;
  event.n_streams = memory->streams->len;
  event.streams = (const SynclineStreamInfo *) memory->streams->data;
  *out_event = event;
  return TRUE;
}

gboolean
message_reader_read_json (
    MessageReader *reader, const char *data, gsize length, SynclineEvent *out_event, GError **error)
{
  object_reader_start_json (&reader->object, data, length);
  return read_event (reader, out_event, error);
}

gboolean
message_reader_read_bson (
    MessageReader *reader, const char *data, gsize length, SynclineEvent *out_event, GError **error)
{
  object_reader_start_bson (&reader->object, data, length);
  return read_event (reader, out_event, error);
}

MessageReader *
message_reader_new (void)
{
  MessageReader *reader = g_new (MessageReader, 1);

  object_reader_init (&reader->object);
  return reader;
}

void
message_reader_free (MessageReader *reader)
{
  object_reader_clear (&reader->object);
  g_free (reader);
}
