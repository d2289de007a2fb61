/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/server.h>
#include <syncline/store.h>

G_BEGIN_DECLS

/**
 * SynclineSubscription:
 * @stream: the stream's name
 * @parameters: (nullable): JSON object text
 * @has_priority: whether @priority overrides the stream's own
 * @priority: the wanted priority
 *
 * A wish for a sync stream.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *stream;
  const char *parameters;
  gboolean has_priority;
  int priority;
} SynclineSubscription;

/**
 * SynclineStreamRequest:
 * @client_id: stable name of this database at the service
 * @n_buckets: how many buckets the store has
 * @buckets: (array length=n_buckets): their positions
 * @parameters: (nullable): JSON object text, for the sync rules
 * @include_defaults: whether streams that the service subscribes by itself are wanted
 * @n_subscriptions: how many more streams are wanted
 * @subscriptions: (array length=n_subscriptions): which
 *
 * What a client asks of a download stream.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *client_id;
  guint n_buckets;
  const SynclineBucketState *buckets;
  const char *parameters;
  gboolean include_defaults;
  guint n_subscriptions;
  const SynclineSubscription *subscriptions;
} SynclineStreamRequest;

/**
 * SynclineStreamInfo:
 * @name: the stream's name
 * @is_default: whether the service subscribed it by itself
 * @n_errors: how many errors the service has with it
 * @errors: (array length=n_errors): their texts
 *
 * What a checkpoint says of a stream.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *name;
  gboolean is_default;
  guint n_errors;
  const char *const *errors;
} SynclineStreamInfo;

/**
 * SynclineEventType:
 * @SYNCLINE_EVENT_CHECKPOINT: a new target, whole: @last_op_id, @write_checkpoint, @buckets, @streams
 * @SYNCLINE_EVENT_CHECKPOINT_DIFF: the target changed: @last_op_id, @write_checkpoint, @buckets
 *   (new or changed), @removed
 * @SYNCLINE_EVENT_OPS: operations: @bucket, @ops
 * @SYNCLINE_EVENT_COMPLETE: all operations of the target were sent: @last_op_id
 * @SYNCLINE_EVENT_PARTIAL_COMPLETE: those of the buckets up to @priority were: @last_op_id, @priority
 * @SYNCLINE_EVENT_KEEPALIVE: a sign of life: @expires_in
 * @SYNCLINE_EVENT_UNKNOWN: a message of a kind from the future; ignore it
 * @SYNCLINE_EVENT_END: the service ended the stream in good order
 *
 * The kinds of event that a download stream delivers.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_EVENT_CHECKPOINT,
  SYNCLINE_EVENT_CHECKPOINT_DIFF,
  SYNCLINE_EVENT_OPS,
  SYNCLINE_EVENT_COMPLETE,
  SYNCLINE_EVENT_PARTIAL_COMPLETE,
  SYNCLINE_EVENT_KEEPALIVE,
  SYNCLINE_EVENT_UNKNOWN,
  SYNCLINE_EVENT_END,
} SynclineEventType;

/**
 * SynclineEvent:
 * @type: the kind, which says what other members hold
 * @last_op_id: position of the checkpoint
 * @write_checkpoint: 0 if none
 * @n_buckets: how many
 * @buckets: (array length=n_buckets): targets
 * @n_removed: how many
 * @removed: (array length=n_removed): names of buckets that are gone
 * @n_streams: how many
 * @streams: (array length=n_streams): the streams of the checkpoint
 * @bucket: whose operations
 * @n_ops: how many
 * @ops: (array length=n_ops): the operations
 * @priority: of a partial checkpoint
 * @expires_in: seconds until the service ends the stream because the token expires
 * @wire_bytes: bytes received for it, as they were on the wire, as far as known
 * @decoded_bytes: bytes of the message
 *
 * One event. Everything in it is borrowed until the next call on the stream.
 *
 * Since: 0.1
 */
typedef struct
{
  SynclineEventType type;
  gint64 last_op_id;
  gint64 write_checkpoint;
  guint n_buckets;
  const SynclineBucketTarget *buckets;
  guint n_removed;
  const char *const *removed;
  guint n_streams;
  const SynclineStreamInfo *streams;
  const char *bucket;
  guint n_ops;
  const SynclineOp *ops;
  int priority;
  gint64 expires_in;
  guint64 wire_bytes;
  guint64 decoded_bytes;
} SynclineEvent;

/**
 * SynclineTransportClass:
 * @struct_size: `sizeof (SynclineTransportClass)`
 *
 * The methods of a transport. A plugin offers the upload role (upload), the download role
 * (open_stream, next_event, close_stream and request_write_checkpoint), or both. The two roles are called from
 * different threads, possibly at the same time; within a role calls never overlap, but for
 * request_write_checkpoint, which is called while a stream is open. All calls block, and return
 * within 100 ms of a cancel. Slots are appended, never inserted.
 *
 * Errors, in the %SYNCLINE_ERROR domain: _UNAVAILABLE (network, 408, 429, 5xx; with
 * [func@error_set_retry_after] when the server said so), _UNAUTHORIZED (401 and its like),
 * _PROTOCOL, _REJECTED never: a refused change is an outcome.
 *
 * Since: 0.1
 */
typedef struct
{
  gsize struct_size;

  /**
   * SynclineTransportClass::upload:
   *
   * Sends the first of @changes (of [struct@Change], serialized, in order, whole transactions), as many as go
   * well in one request, and appends to @outcomes the [struct@Outcome] of each, in the same order. The engine
   * takes them out of the queue before it calls again with what follows: so if an answer is lost, one request
   * is sent once more, and that must be harmless. Returns %TRUE with at least one outcome; otherwise %FALSE
   * with @error, which says what to do about the rest, and perhaps some outcomes. A refused change is
   * the last with an outcome; where transactions are applied as a whole, all changes of the refused one have
   * one, those that were not the reason with the code `SYNCLINE_TRANSACTION`. A patch without columns is
   * accepted without being sent. @credentials is %NULL when there is no auth role.
   */
  gboolean (*upload) (gpointer self,
                      GPtrArray *changes,
                      SynclineCredentials *credentials,
                      GPtrArray *outcomes,
                      GCancellable *cancellable,
                      GError **error);

  /* Opens a stream: returns once the service answered with success. @request is borrowed for the
   * call. The stream is freed by close_stream(). */
  gpointer (*open_stream) (gpointer self,
                           const SynclineStreamRequest *request,
                           SynclineCredentials *credentials,
                           GCancellable *cancellable,
                           GError **error);

  /* Waits for the next event. After SYNCLINE_EVENT_END or an error only close_stream() may follow. */
  gboolean (*next_event) (gpointer self,
                          gpointer stream,
                          SynclineEvent *out_event,
                          GCancellable *cancellable,
                          GError **error);

  /* Ends the stream at once and frees it. */
  void (*close_stream) (gpointer self, gpointer stream);

  /**
   * SynclineTransportClass::request_write_checkpoint:
   *
   * Asks for the number that a future checkpoint will carry once it covers everything that the server
   * has at the time of this call. Where clients choose the numbers it is above @above, the highest that
   * the store knows of, so that a server that lost its records can't confirm with what was confirmed
   * before; 0 for none.
   */
  gboolean (*request_write_checkpoint) (gpointer self,
                                        const char *client_id,
                                        gint64 above,
                                        SynclineCredentials *credentials,
                                        gint64 *out_write_checkpoint,
                                        GCancellable *cancellable,
                                        GError **error);

  /* May be missing. Whether the server of this transport answers, for `syncline check`: NULL
   * or, with @error, why not. Needs no credentials. @out_message, nullable, receives a line for a person. */
  gboolean (*probe) (gpointer self, char **out_message, GCancellable *cancellable, GError **error);

  /**
   * SynclineTransportClass::check:
   *
   * May be missing. For `syncline check`, in place of probe(): tells @func, on the calling thread, whether the
   * server is there and fit for this client, as far as can be told without changing anything.
   * @credentials is %NULL when there is no auth role or nobody is signed in.
   */
  void (*check) (gpointer self,
                 SynclineCredentials *credentials,
                 SynclineFindingFunc func,
                 gpointer func_data,
                 GCancellable *cancellable);

  /**
   * SynclineTransportClass::describe:
   *
   * May be missing. For `syncline schema`: tells @func of each column of the tables that the server shows,
   * the id included. @key, if not %NULL, is sent in place of @credentials and of any key of the config.
   */
  gboolean (*describe) (gpointer self,
                        SynclineCredentials *credentials,
                        const char *key,
                        SynclineServerColumnFunc func,
                        gpointer func_data,
                        GCancellable *cancellable,
                        GError **error);

  /* May be missing, for FALSE. Whether upload() has a transaction applied as a whole or not at all: then the
   * engine neither splits one nor leaves changes of one out. Does no I/O. */
  gboolean (*applies_transactions) (gpointer self);

  /* May be missing. Tells, before the first upload, the name of this database at the service, which never
   * changes. */
  void (*set_client_id) (gpointer self, const char *client_id);
} SynclineTransportClass;

G_END_DECLS
