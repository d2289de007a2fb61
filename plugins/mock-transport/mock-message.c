/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "mock-transport.h"

/* Events that own what they point to. */

MockMessage *
mock_message_new (SynclineEventType type)
{
  MockMessage *message = g_new0 (MockMessage, 1);

  message->event.type = type;
  message->memory = g_ptr_array_new_with_free_func (g_free);
  message->held = g_ptr_array_new_with_free_func ((GDestroyNotify) mock_op_unref);
  return message;
}

void
mock_message_free (gpointer data)
{
  MockMessage *message = data;

  g_ptr_array_unref (message->memory);
  g_ptr_array_unref (message->held);
  g_free (message);
}

static gpointer
keep (MockMessage *message, gpointer block)
{
  g_ptr_array_add (message->memory, block);
  return block;
}

/* @targets is an array of SynclineBucketTarget whose names and subscriptions are borrowed. */
void
mock_message_set_targets (MockMessage *message, GArray *targets)
{
  SynclineBucketTarget *copy = keep (message, g_new0 (SynclineBucketTarget, targets->len + 1));

  for (guint i = 0; i < targets->len; i++)
    {
      copy[i] = g_array_index (targets, SynclineBucketTarget, i);
      copy[i].name = keep (message, g_strdup (copy[i].name));
      copy[i].subscriptions = keep (
          message, g_memdup2 (copy[i].subscriptions, copy[i].n_subscriptions * sizeof (int)));
    }
  message->event.buckets = copy;
  message->event.n_buckets = targets->len;
}

void
mock_message_set_removed (MockMessage *message, GPtrArray *names)
{
  const char **copy = keep (message, g_new0 (const char *, names->len + 1));

  for (guint i = 0; i < names->len; i++)
    copy[i] = keep (message, g_strdup (names->pdata[i]));
  message->event.removed = copy;
  message->event.n_removed = names->len;
}

void
mock_message_set_streams (MockMessage *message, gboolean defaults, GPtrArray *names)
{
  SynclineStreamInfo *streams = keep (message, g_new0 (SynclineStreamInfo, names->len + 1));
  guint n_streams = 0;

  if (defaults)
    streams[n_streams++] = (SynclineStreamInfo){ .name = "mock", .is_default = TRUE };
  for (guint i = 0; i < names->len; i++)
    streams[n_streams++].name = keep (message, g_strdup (names->pdata[i]));
  message->event.streams = streams;
  message->event.n_streams = n_streams;
}

static SynclineSlice
slice_of (const char *text)
{
  return (SynclineSlice){ text, text == NULL ? 0 : strlen (text) };
}

void
mock_message_set_ops (MockMessage *message, const char *bucket, MockOp *const *ops, guint n_ops)
{
  SynclineOp *copy = keep (message, g_new0 (SynclineOp, n_ops + 1));

  for (guint i = 0; i < n_ops; i++)
    {
      const MockOp *op = ops[i];

      g_ptr_array_add (message->held, mock_op_ref (ops[i]));
      copy[i] = (SynclineOp){
        .op_id = op->op_id,
        .type = op->type,
        .checksum = op->checksum,
        .object_type = slice_of (op->table),
        .object_id = slice_of (op->row_id),
        .subkey = slice_of (op->subkey),
        .data = slice_of (op->data),
      };
      message->event.decoded_bytes += copy[i].data.length;
    }
  message->event.wire_bytes = message->event.decoded_bytes;
  message->event.bucket = keep (message, g_strdup (bucket));
  message->event.ops = copy;
  message->event.n_ops = n_ops;
}
