/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "mock-transport.h"

/* The download role: what one stream has told its client, and what it has to tell next. */

/* Operations in one event, few enough that tests see several. */
#define OPS_PER_EVENT 100
/* How often a stream that waits looks at the host's clock, which may be a virtual one. */
#define LOOK_INTERVAL (20 * G_TIME_SPAN_MILLISECOND)

/* What a client knows of a bucket since the last checkpoint. */
typedef struct
{
  guint32 checksum;
  gint64 count;
} Known;

struct _MockStream
{
  MockServer *server;
  char *client_id;
  char *user_id;
  gint64 expires_at;
  GHashTable *positions; /* bucket to the last operation the client has: gint64 */
  GHashTable *known;     /* bucket to Known */
  guint64 version;
  gint64 write_checkpoint;
  gint64 last_sign; /* host time of the last event */
  gboolean include_defaults;
  GPtrArray *wanted; /* names of streams, by position in the request */
  gboolean started;
  gboolean cut;
  GQueue messages;
  MockMessage *current;
};

void
mock_stream_cut (MockStream *stream)
{
  stream->cut = TRUE;
}

/* --- Composing a checkpoint: the lock is held ------------------------------------------------------- */

static void
queue (MockStream *stream, MockMessage *message)
{
  message->event.last_op_id = stream->server->last_op_id;
  message->event.write_checkpoint = stream->write_checkpoint;
  g_queue_push_tail (&stream->messages, message);
}

static gint64
position_of (MockStream *stream, const MockServerBucket *bucket)
{
  const gint64 *position = g_hash_table_lookup (stream->positions, bucket->name);

  return position == NULL ? 0 : *position;
}

static void
queue_ops (MockStream *stream, const MockServerBucket *bucket)
{
  const gint64 after = position_of (stream, bucket);
  guint start = 0;

  while (start < bucket->ops->len && ((MockOp *) bucket->ops->pdata[start])->op_id <= after)
    start++;
  for (; start < bucket->ops->len; start += OPS_PER_EVENT)
    {
      MockMessage *message = mock_message_new (SYNCLINE_EVENT_OPS);

      mock_message_set_ops (message, bucket->name, (MockOp *const *) bucket->ops->pdata + start,
                            MIN (OPS_PER_EVENT, bucket->ops->len - start));
      queue (stream, message);
    }
  g_hash_table_replace (stream->positions, g_strdup (bucket->name),
                        g_memdup2 (&stream->server->last_op_id, sizeof (gint64)));
}

/* The operations of all buckets, more important ones first, with a mark after each priority. */
static void
queue_data (MockStream *stream, GPtrArray *buckets)
{
  for (guint i = 0; i < buckets->len; i++)
    {
      const MockServerBucket *bucket = buckets->pdata[i];

      queue_ops (stream, bucket);
      if (i + 1 == buckets->len
          || bucket->priority == ((MockServerBucket *) buckets->pdata[i + 1])->priority)
        continue;
      MockMessage *message = mock_message_new (SYNCLINE_EVENT_PARTIAL_COMPLETE);
      message->event.priority = bucket->priority;
      queue (stream, message);
    }
  queue (stream, mock_message_new (SYNCLINE_EVENT_COMPLETE));
}

/* Takes out the buckets that nothing in the request asks for. */
static void
remove_unwanted (MockStream *stream, GPtrArray *buckets)
{
  for (guint i = buckets->len; i-- > 0;)
    {
      const MockServerBucket *bucket = buckets->pdata[i];
      const gboolean wanted = bucket->stream == NULL
                                  ? stream->include_defaults
                                  : g_ptr_array_find_with_equal_func (
                                      stream->wanted, bucket->stream, g_str_equal, NULL);

      if (!wanted)
        g_ptr_array_remove_index (buckets, i);
    }
}

/* Why the client gets the bucket: -1 is the default stream. */
static GArray *
collect_subscriptions (MockStream *stream, const MockServerBucket *bucket)
{
  GArray *positions = g_array_new (FALSE, FALSE, sizeof (int));

  for (int i = bucket->stream == NULL ? -1 : 0; i < (int) stream->wanted->len; i++)
    if (i < 0 || g_strcmp0 (bucket->stream, stream->wanted->pdata[i]) == 0)
      g_array_append_val (positions, i);
  return positions;
}

/* The names of the streams that were asked for and that there are. */
static GPtrArray *
collect_streams (MockStream *stream)
{
  GPtrArray *names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, stream->server->table_streams);
  while (g_hash_table_iter_next (&iter, NULL, &name))
    if (g_ptr_array_find_with_equal_func (stream->wanted, name, g_str_equal, NULL)
        && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
      g_ptr_array_add (names, name);
  return names;
}

static void
clear_target (gpointer data)
{
  g_free ((int *) ((SynclineBucketTarget *) data)->subscriptions);
}

/* Collects the buckets that the client does not know as they are now. */
static GArray *
collect_targets (MockStream *stream, GPtrArray *buckets)
{
  GArray *targets = g_array_new (FALSE, TRUE, sizeof (SynclineBucketTarget));

  g_array_set_clear_func (targets, clear_target);
  for (guint i = 0; i < buckets->len; i++)
    {
      const MockServerBucket *bucket = buckets->pdata[i];
      SynclineBucketTarget target = {
        .name = bucket->name,
        .checksum = mock_bucket_sum (bucket),
        .priority = bucket->priority,
        .has_count = TRUE,
        .count = bucket->ops->len,
      };
      const Known now = { target.checksum, target.count };
      const Known *known = g_hash_table_lookup (stream->known, bucket->name);

      if (known != NULL && known->checksum == now.checksum && known->count == now.count)
        continue;
      GArray *subscriptions = collect_subscriptions (stream, bucket);
      target.n_subscriptions = subscriptions->len;
      target.subscriptions = (const int *) (void *) g_array_free (subscriptions, FALSE);
      g_array_append_val (targets, target);
      g_hash_table_replace (stream->known, g_strdup (bucket->name), g_memdup2 (&now, sizeof now));
    }
  return targets;
}

static GPtrArray *
collect_removed (MockStream *stream, GPtrArray *buckets)
{
  GPtrArray *removed = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < buckets->len; i++)
    g_hash_table_add (present, ((MockServerBucket *) buckets->pdata[i])->name);
  g_hash_table_iter_init (&iter, stream->known);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (present, name))
      {
        g_ptr_array_add (removed, g_strdup (name));
        g_hash_table_remove (stream->positions, name);
        g_hash_table_iter_remove (&iter);
      }
  return removed;
}

/* Queues the first checkpoint, or what changed since the last one, unless nothing did. */
static void
compose (MockStream *stream, gboolean spoil)
{
  MockServer *server = stream->server;
  g_autoptr (GPtrArray) buckets = mock_server_list_buckets (server, stream->user_id);
  remove_unwanted (stream, buckets);
  g_autoptr (GArray) targets = collect_targets (stream, buckets);
  g_autoptr (GPtrArray) removed = collect_removed (stream, buckets);
  const gint64 write_checkpoint
      = mock_server_get_write_checkpoint (server, stream->user_id, stream->client_id);

  stream->version = server->version;
  if (stream->started && targets->len == 0 && removed->len == 0
      && write_checkpoint == stream->write_checkpoint)
    return;
  if (spoil && targets->len > 0)
    g_array_index (targets, SynclineBucketTarget, 0).checksum ^= 1;
  stream->write_checkpoint = write_checkpoint;

  MockMessage *message = mock_message_new (stream->started ? SYNCLINE_EVENT_CHECKPOINT_DIFF
                                                           : SYNCLINE_EVENT_CHECKPOINT);
  mock_message_set_targets (message, targets);
  if (stream->started)
    mock_message_set_removed (message, removed);
  else
    {
      g_autoptr (GPtrArray) streams = collect_streams (stream);

      mock_message_set_streams (message, stream->include_defaults, streams);
    }
  stream->started = TRUE;
  queue (stream, message);
  queue_data (stream, buckets);
}

/* --- Opening and closing ----------------------------------------------------------------------------- */

static MockStream *
stream_new (MockTransport *transport,
            const SynclineStreamRequest *request,
            SynclineCredentials *credentials)
{
  MockStream *stream = g_new0 (MockStream, 1);

  stream->server = transport->server;
  stream->client_id = g_strdup (request->client_id);
  stream->include_defaults = request->include_defaults;
  stream->wanted = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < request->n_subscriptions; i++)
    g_ptr_array_add (stream->wanted, g_strdup (request->subscriptions[i].stream));
  if (credentials != NULL)
    {
      stream->user_id = g_strdup (syncline_credentials_get_user_id (credentials));
      stream->expires_at = syncline_credentials_get_expires_at (credentials);
    }
  stream->positions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  stream->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  stream->last_sign = syncline_host_get_monotonic_time (transport->host);
  for (guint i = 0; i < request->n_buckets; i++)
    g_hash_table_replace (stream->positions, g_strdup (request->buckets[i].name),
                          g_memdup2 (&request->buckets[i].last_op, sizeof (gint64)));
  return stream;
}

gpointer
mock_transport_open_stream (gpointer self,
                            const SynclineStreamRequest *request,
                            SynclineCredentials *credentials,
                            GCancellable *cancellable,
                            GError **error)
{
  MockTransport *transport = self;
  MockAnswer answer;

  if (!mock_transport_begin (transport, MOCK_REQUEST_STREAM, credentials, &answer, cancellable,
                             error))
    return NULL;
  if (answer == MOCK_ANSWER_DROP || answer == MOCK_ANSWER_CUT)
    {
      mock_transport_fail_cut (error);
      return NULL;
    }
  MockStream *stream = stream_new (transport, request, credentials);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&transport->server->lock);
  mock_server_ensure_bucket (transport->server, stream->user_id);
  compose (stream, answer == MOCK_ANSWER_BAD_CHECKSUM);
  g_ptr_array_add (transport->server->streams, stream);
  return stream;
}

void
mock_transport_close_stream (gpointer self, gpointer data)
{
  MockTransport *transport = self;
  MockStream *stream = data;

  g_mutex_lock (&transport->server->lock);
  g_ptr_array_remove (transport->server->streams, stream);
  g_mutex_unlock (&transport->server->lock);
  g_clear_pointer (&stream->current, mock_message_free);
  g_queue_clear_full (&stream->messages, mock_message_free);
  g_hash_table_unref (stream->positions);
  g_ptr_array_unref (stream->wanted);
  g_hash_table_unref (stream->known);
  g_free (stream->client_id);
  g_free (stream->user_id);
  g_free (stream);
}

/* --- Events ------------------------------------------------------------------------------------------ */

/* Seconds until the service ends the stream, as its signs of life say. */
static gint64
seconds_left (MockTransport *transport, MockStream *stream)
{
  const gint64 left = stream->expires_at - syncline_host_get_real_time (transport->host);

  if (stream->expires_at == 0)
    return G_TIME_SPAN_HOUR / G_USEC_PER_SEC;
  return left <= 0 ? 0 : (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
}

/* Queues a sign of life when one is due, and the end with the last one. */
static void
look_at_clock (MockTransport *transport, MockStream *stream)
{
  const gint64 silence = syncline_host_get_monotonic_time (transport->host) - stream->last_sign;
  const gint64 left = seconds_left (transport, stream);

  if (left > 0 && silence < transport->config->keepalive)
    return;
  MockMessage *message = mock_message_new (SYNCLINE_EVENT_KEEPALIVE);
  message->event.expires_in = left;
  queue (stream, message);
  if (left == 0)
    queue (stream, mock_message_new (SYNCLINE_EVENT_END));
}

/* Whether a test wants the stream to fail now, whatever there is to say. */
static gboolean
is_scripted_to_fail (MockServer *server)
{
  GQueue *script = &server->script[MOCK_REQUEST_EVENT];

  if (g_queue_is_empty (script))
    return FALSE;
  const MockAnswer answer = (MockAnswer) GPOINTER_TO_INT (g_queue_peek_head (script));
  return answer != MOCK_ANSWER_OK && answer != MOCK_ANSWER_DUPLICATE
         && answer != MOCK_ANSWER_BAD_CHECKSUM;
}

/* Waits until there is a message or a reason to stop. The lock is held. */
static void
wait_for_message (MockTransport *transport, MockStream *stream, GCancellable *cancellable)
{
  MockServer *server = stream->server;

  while (!stream->cut && !is_scripted_to_fail (server) && !g_cancellable_is_cancelled (cancellable))
    {
      if (!server->paused && stream->version != server->version)
        compose (stream, FALSE);
      if (g_queue_is_empty (&stream->messages))
        look_at_clock (transport, stream);
      if (!g_queue_is_empty (&stream->messages))
        return;
      g_cond_wait_until (&server->changed, &server->lock, g_get_monotonic_time () + LOOK_INTERVAL);
    }
}

static gboolean
take_message (MockTransport *transport,
              MockStream *stream,
              SynclineEvent *out_event,
              GCancellable *cancellable,
              GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (stream->cut)
    return mock_transport_fail_cut (error);
  g_clear_pointer (&stream->current, mock_message_free);
  stream->current = g_queue_pop_head (&stream->messages);
  stream->last_sign = syncline_host_get_monotonic_time (transport->host);
  *out_event = stream->current->event;
  return TRUE;
}

/* A service may well say a second time what stays true when repeated. */
static void
repeat (MockStream *stream)
{
  const SynclineEventType type = stream->current->event.type;

  if (type != SYNCLINE_EVENT_COMPLETE && type != SYNCLINE_EVENT_PARTIAL_COMPLETE
      && type != SYNCLINE_EVENT_KEEPALIVE)
    return;
  MockMessage *copy = mock_message_new (type);
  copy->event = stream->current->event;
  g_queue_push_head (&stream->messages, copy);
}

gboolean
mock_transport_next_event (gpointer self,
                           gpointer data,
                           SynclineEvent *out_event,
                           GCancellable *cancellable,
                           GError **error)
{
  MockTransport *transport = self;
  MockStream *stream = data;
  MockServer *server = stream->server;
  MockAnswer answer;
  MockWake wake;

  mock_wake_begin (&wake, &server->lock, &server->changed, cancellable);
  g_mutex_lock (&server->lock);
  wait_for_message (transport, stream, cancellable);
  g_mutex_unlock (&server->lock);
  mock_wake_end (&wake);

  /* The dice are thrown for an event, not for a wait, or luck would depend on timing. */
  if (!mock_transport_begin (transport, MOCK_REQUEST_EVENT, NULL, &answer, cancellable, error))
    return FALSE;
  if (answer == MOCK_ANSWER_CUT || answer == MOCK_ANSWER_DROP)
    return mock_transport_fail_cut (error);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  if (!take_message (transport, stream, out_event, cancellable, error))
    return FALSE;
  if (answer == MOCK_ANSWER_DUPLICATE)
    repeat (stream);
  return TRUE;
}
