/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "ndjson-trace.h"

#include <string.h>

#define MAX_MESSAGE (1024 * 1024)

static void
trace_buckets (GString *out, const SynclineEvent *event)
{
  for (guint i = 0; i < event->n_buckets; i++)
    {
      const SynclineBucketTarget *bucket = &event->buckets[i];
      g_string_append_printf (out, " %s=%08x/%d", bucket->name, bucket->checksum, bucket->priority);
      if (bucket->has_count)
        g_string_append_printf (out, "#%" G_GINT64_FORMAT, bucket->count);
      for (guint j = 0; j < bucket->n_subscriptions; j++)
        g_string_append_printf (out, "@%d", bucket->subscriptions[j]);
    }
  for (guint i = 0; i < event->n_removed; i++)
    g_string_append_printf (out, " -%s", event->removed[i]);
}

static void
trace_streams (GString *out, const SynclineEvent *event)
{
  for (guint i = 0; i < event->n_streams; i++)
    {
      const SynclineStreamInfo *stream = &event->streams[i];
      g_string_append_printf (out, " %s%s", stream->is_default ? "~" : "*", stream->name);
      for (guint j = 0; j < stream->n_errors; j++)
        g_string_append_printf (out, "(%s)", stream->errors[j]);
    }
}

static void
trace_slice (GString *out, SynclineSlice slice)
{
  if (slice.data == NULL)
    {
      g_string_append (out, "|none");
      return;
    }
  g_string_append_c (out, '|');
  for (gsize i = 0; i < slice.length; i++)
    if ((guchar) slice.data[i] < 0x20)
      g_string_append_printf (out, "<%02x>", slice.data[i]);
    else
      g_string_append_c (out, slice.data[i]);
}

static void
trace_ops (GString *out, const SynclineEvent *event)
{
  static const char *const types[] = { "?", "PUT", "REMOVE", "MOVE", "CLEAR" };

  for (guint i = 0; i < event->n_ops; i++)
    {
      const SynclineOp *op = &event->ops[i];
      g_string_append_printf (out, " [%s %" G_GINT64_FORMAT " %08x", types[op->type], op->op_id,
                              op->checksum);
      trace_slice (out, op->object_type);
      trace_slice (out, op->object_id);
      trace_slice (out, op->subkey);
      trace_slice (out, op->data);
      g_string_append_c (out, ']');
    }
}

void
trace_event (GString *out, const SynclineEvent *event)
{
  static const char *const types[]
      = { "checkpoint", "diff", "ops", "complete", "partial", "keepalive", "unknown", "end" };

  g_string_append (out, types[event->type]);
  switch (event->type)
    {
    case SYNCLINE_EVENT_CHECKPOINT:
    case SYNCLINE_EVENT_CHECKPOINT_DIFF:
      g_string_append_printf (out, " %" G_GINT64_FORMAT " w%" G_GINT64_FORMAT, event->last_op_id,
                              event->write_checkpoint);
      trace_buckets (out, event);
      trace_streams (out, event);
      break;
    case SYNCLINE_EVENT_OPS:
      g_string_append_printf (out, " %s", event->bucket);
      trace_ops (out, event);
      break;
    case SYNCLINE_EVENT_COMPLETE:
      g_string_append_printf (out, " %" G_GINT64_FORMAT, event->last_op_id);
      break;
    case SYNCLINE_EVENT_PARTIAL_COMPLETE:
      g_string_append_printf (out, " %" G_GINT64_FORMAT " p%d", event->last_op_id, event->priority);
      break;
    case SYNCLINE_EVENT_KEEPALIVE:
      g_string_append_printf (out, " %" G_GINT64_FORMAT, event->expires_in);
      break;
    default:
      break;
    }
  g_string_append_c (out, '\n');
}

static gsize
choose_piece (TraceCut cut, gsize left)
{
  gsize random;

  switch (cut)
    {
    case TRACE_BYTES:
      return 1;
    case TRACE_RANDOM:
      random = (gsize) g_test_rand_int_range (1, g_test_rand_int_range (2, 500));
      return MIN (random, left);
    default:
      return left;
    }
}

/* Gets all events that are to be had; FALSE after an error. */
static gboolean
drain (StreamDecoder *decoder, GString *out)
{
  g_autoptr (GError) error = NULL;
  SynclineEvent event;
  gboolean found;

  while (stream_decoder_next (decoder, &event, &found, &error))
    {
      if (!found)
        return TRUE;
      trace_event (out, &event);
    }
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
  g_string_append_printf (out, "!%s", error->message);
  return FALSE;
}

char *
trace_stream (StreamFormat format, const char *data, gsize length, TraceCut cut)
{
  g_autoptr (StreamDecoder) decoder = stream_decoder_new (format, MAX_MESSAGE);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (gsize at = 0; at < length;)
    {
      gsize n = choose_piece (cut, length - at);
      g_autofree char *piece = g_memdup2 (data + at, n);
      stream_decoder_feed (decoder, piece, n);
      if (!drain (decoder, out))
        return g_string_free (g_steal_pointer (&out), FALSE);
      at += n;
    }
  if (stream_decoder_finish (decoder, &error))
    g_string_append_c (out, '.');
  else
    {
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
      g_string_append (out, error->message);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
