/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <mock-common/mock-common.h>

#include "mock-server.h"

G_BEGIN_DECLS

/* --- The server's inside ---------------------------------------------------------------------------- */

/* One operation of a bucket: immutable, counted. */
typedef struct
{
  gint64 op_id;
  SynclineOpType type;
  guint32 checksum;
  char *table;
  char *row_id;
  char *subkey;
  char *data;
} MockOp;

typedef struct
{
  char *name;
  char *owner; /* NULL: everybody's */
  int priority;
  char *stream;   /* only who subscribes to it sees the bucket; NULL: it comes by default */
  GPtrArray *ops; /* MockOp, ascending */
} MockServerBucket;

typedef struct
{
  char *id;
  char *owner;
  char *bucket;
  json_object *columns;
} MockServerRow;

typedef struct
{
  char *table;
  char *row_id;
  guint status;
  char *code;
  char *message;
} MockRule;

struct _MockServer
{
  char *name;
  GMutex lock; /* guards all that follows and the streams */
  GCond changed;
  char *owner_column;
  gboolean online;
  gboolean paused;
  guint deployment;
  gint64 last_op_id;
  guint64 version;               /* moves when there may be something to tell */
  GHashTable *tables;            /* name to (row id to MockServerRow) */
  GHashTable *buckets;           /* name to MockServerBucket */
  GHashTable *priorities;        /* table to number */
  GHashTable *table_streams;     /* table to the stream that brings it */
  GHashTable *write_checkpoints; /* "user\nclient" to gint64 */
  GHashTable *revoked;           /* set of tokens */
  GPtrArray *rules;
  GPtrArray *streams; /* open, borrowed */
  GPtrArray *uploads;
  GQueue script[MOCK_N_REQUESTS];
  guint counts[MOCK_N_REQUESTS];
};

MockOp *mock_op_ref (MockOp *op);
void mock_op_unref (MockOp *op);

/* All of these want the lock held. */

guint32 mock_bucket_sum (const MockServerBucket *bucket);
/* The buckets that @user_id (nullable) sees, by priority and name; free the container. */
GPtrArray *mock_server_list_buckets (MockServer *server, const char *user_id);
void mock_server_ensure_bucket (MockServer *server, const char *user_id);
gint64
mock_server_get_write_checkpoint (MockServer *server, const char *user_id, const char *client_id);
gint64
mock_server_raise_write_checkpoint (MockServer *server, const char *user_id, const char *client_id);
/* Somebody should look again. */
void mock_server_wake (MockServer *server);

MockServerRow *mock_server_peek_row (MockServer *server, const char *table, const char *row_id);
void mock_server_store_row (MockServer *server,
                            const char *table,
                            const char *row_id,
                            json_object *columns);
void mock_server_drop_row (MockServer *server, const char *table, const char *row_id);

/* Does what @change asks in the name of @user_id; gives the answer. */
SynclineOutcome *
mock_server_take_change (MockServer *server, const char *user_id, SynclineChange *change);

/* --- The transport ---------------------------------------------------------------------------------- */

typedef struct
{
  char *server;
  char *owner_column;
  char **priorities;
  char **reject_tables;
  gint64 seed;
  gint64 drop;
  gint64 duplicate;
  gint64 cut;
  gint64 unavailable;
  gint64 unauthorized;
  gint64 too_many;
  gint64 bad_checksum;
  gint64 delay;
  gint64 delay_time;
  gint64 retry_after;
  gint64 keepalive;
} MockTransportConfig;

typedef struct
{
  const MockTransportConfig *config;
  SynclineHost *host;
  MockServer *server;
  /* Of each kind of request its own, so that what one thread does leaves the luck of another alone. */
  GRand *dice[MOCK_N_REQUESTS];
} MockTransport;

/* Counts a request, waits if the dice say so, and decides what becomes of it. FALSE with an error if the
 * server never sees it; %MOCK_ANSWER_DROP, _CUT, _DUPLICATE and _BAD_CHECKSUM are the caller's to do. */
gboolean mock_transport_begin (MockTransport *transport,
                               MockRequest request,
                               SynclineCredentials *credentials,
                               MockAnswer *out_answer,
                               GCancellable *cancellable,
                               GError **error);
/* The error of a connection that broke off. */
gboolean mock_transport_fail_cut (GError **error);

gboolean mock_transport_upload (gpointer self,
                                GPtrArray *changes,
                                SynclineCredentials *credentials,
                                GPtrArray *outcomes,
                                GCancellable *cancellable,
                                GError **error);

/* An open stream. */
typedef struct _MockStream MockStream;

void mock_stream_cut (MockStream *stream);

gpointer mock_transport_open_stream (gpointer self,
                                     const SynclineStreamRequest *request,
                                     SynclineCredentials *credentials,
                                     GCancellable *cancellable,
                                     GError **error);
gboolean mock_transport_next_event (gpointer self,
                                    gpointer stream,
                                    SynclineEvent *out_event,
                                    GCancellable *cancellable,
                                    GError **error);
void mock_transport_close_stream (gpointer self, gpointer stream);

/* One event with all that it points to. */
typedef struct
{
  SynclineEvent event;
  GPtrArray *memory; /* blocks to free */
  GPtrArray *held;   /* MockOp */
} MockMessage;

void mock_message_free (gpointer data);
MockMessage *mock_message_new (SynclineEventType type);
void mock_message_set_targets (MockMessage *message, GArray *targets);
void mock_message_set_removed (MockMessage *message, GPtrArray *names);
/* The default stream, if @defaults, and those of @names (of char *). */
void mock_message_set_streams (MockMessage *message, gboolean defaults, GPtrArray *names);
void
mock_message_set_ops (MockMessage *message, const char *bucket, MockOp *const *ops, guint n_ops);

/* --- The descriptor: a test that links this library registers mock_transport_plugin; the module exports
 * the same under the name that modules have to use. */

extern const SynclineOption mock_transport_options[];
extern const SynclineTransportClass mock_transport_methods;
extern const SynclinePlugin mock_transport_plugin;
gpointer mock_transport_create (gconstpointer config, SynclineHost *host, GError **error);
void mock_transport_destroy (gpointer self);

#define MOCK_TRANSPORT_PLUGIN                                                                      \
  {                                                                                                \
    SYNCLINE_PLUGIN_HEADER,                                                                        \
        .kind = SYNCLINE_PLUGIN_TRANSPORT, .name = "mock-transport", .version = SYNCLINE_VERSION,  \
        .license = "MIT", .summary = "a server within the process, for tests",                     \
        .options = mock_transport_options, .config_size = sizeof (MockTransportConfig),            \
        .methods = &mock_transport_methods, .create = mock_transport_create,                       \
        .destroy = mock_transport_destroy,                                                         \
  }

G_END_DECLS
