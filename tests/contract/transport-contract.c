/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "transport-contract.h"

#include <string.h>

#define TOKEN "secret-token-of-the-contract"

typedef struct
{
  const TransportFixture *fixture;
  gpointer data;
  ContractInstance *instance;
  const SynclineTransportClass *methods;
  gpointer self;
  SynclineCredentials *credentials;
} Transport;

static const char schema[] = "[table todos]\ndescription = text\n";

/* --- Uploading ------------------------------------------------------------------------------------------ */

#define N_CHANGES 3

static GPtrArray *
make_changes (void)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_change_unref);

  for (int i = 1; i <= N_CHANGES; i++)
    {
      g_autofree char *id = g_strdup_printf ("00000000-0000-4000-8000-00000000000%d", i);

      g_ptr_array_add (changes, syncline_change_new (i, 1, SYNCLINE_CHANGE_PUT, "todos", id,
                                                     "{\"description\":\"text\"}", NULL, NULL));
    }
  return changes;
}

static void
assert_error_is_clean (const GError *error)
{
  g_assert_null (strstr (error->message, TOKEN));
  g_assert_null (strchr (error->message, '\n'));
}

/* Uploads and checks what comes back, but for the outcomes, which it gives. */
static GPtrArray *
upload (Transport *transport, TransportSituation situation, SynclineError expected, GError **error)
{
  g_autoptr (GPtrArray) changes = make_changes ();
  GPtrArray *outcomes = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);

  transport->fixture->prepare (transport->data, situation, N_CHANGES);
  g_assert_false (transport->methods->upload (transport->self, changes, transport->credentials,
                                              outcomes, NULL, error));
  g_assert_error (*error, SYNCLINE_ERROR, (int) expected);
  assert_error_is_clean (*error);
  g_assert_cmpuint (outcomes->len, <, N_CHANGES);
  return outcomes;
}

static void
upload_well (Transport *transport, TransportSituation situation, SynclineOutcomeKind expected)
{
  g_autoptr (GPtrArray) changes = make_changes ();
  g_autoptr (GPtrArray) outcomes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);
  g_autoptr (GError) error = NULL;

  transport->fixture->prepare (transport->data, situation, N_CHANGES);
  transport->methods->upload (transport->self, changes, transport->credentials, outcomes, NULL,
                              &error);
  g_assert_no_error (error);
  /* Nothing is sent after a refusal. */
  g_assert_cmpuint (outcomes->len, ==, expected == SYNCLINE_OUTCOME_REJECTED ? 1 : N_CHANGES);
  for (guint i = 0; i < outcomes->len; i++)
    {
      SynclineOutcome *outcome = outcomes->pdata[i];

      g_assert_cmpint (syncline_outcome_get_kind (outcome), ==, expected);
      if (expected == SYNCLINE_OUTCOME_REJECTED)
        g_assert_nonnull (syncline_outcome_get_message (outcome));
    }
}

static void
test_upload_accept (Transport *transport)
{
  upload_well (transport, TRANSPORT_UPLOAD_ACCEPT, SYNCLINE_OUTCOME_ACCEPTED);
  /* Sending it again is harmless. */
  upload_well (transport, TRANSPORT_UPLOAD_ACCEPT, SYNCLINE_OUTCOME_ACCEPTED);
}

/* A refusal is an outcome, not an error. */
static void
test_upload_reject (Transport *transport)
{
  upload_well (transport, TRANSPORT_UPLOAD_REJECT, SYNCLINE_OUTCOME_REJECTED);
}

static void
test_upload_unavailable (Transport *transport)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes
      = upload (transport, TRANSPORT_UPLOAD_UNAVAILABLE, SYNCLINE_ERROR_UNAVAILABLE, &error);

  g_assert_cmpuint (outcomes->len, ==, 0);
  upload_well (transport, TRANSPORT_UPLOAD_ACCEPT, SYNCLINE_OUTCOME_ACCEPTED);
}

static void
test_upload_too_many (Transport *transport)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes
      = upload (transport, TRANSPORT_UPLOAD_TOO_MANY, SYNCLINE_ERROR_UNAVAILABLE, &error);

  g_assert_cmpint (syncline_error_get_retry_after (error), ==, 7 * G_TIME_SPAN_SECOND);
}

static void
test_upload_unauthorized (Transport *transport)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes
      = upload (transport, TRANSPORT_UPLOAD_UNAUTHORIZED, SYNCLINE_ERROR_UNAUTHORIZED, &error);

  g_assert_cmpuint (outcomes->len, ==, 0);
}

static void
test_upload_lost (Transport *transport)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes
      = upload (transport, TRANSPORT_UPLOAD_LOST, SYNCLINE_ERROR_UNAVAILABLE, &error);

  g_assert_cmpint (syncline_error_get_retry_after (error), ==, -1);
}

static void
test_upload_down (Transport *transport)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes
      = upload (transport, TRANSPORT_DOWN, SYNCLINE_ERROR_UNAVAILABLE, &error);

  g_assert_cmpuint (outcomes->len, ==, 0);
}

static void
test_upload_cancel (Transport *transport)
{
  g_autoptr (GPtrArray) changes = make_changes ();
  g_autoptr (GPtrArray) outcomes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = NULL;

  transport->fixture->prepare (transport->data, TRANSPORT_UPLOAD_HANG, N_CHANGES);
  ContractCancel *cancel = contract_cancel_begin (&cancellable);
  g_assert_false (transport->methods->upload (transport->self, changes, transport->credentials,
                                              outcomes, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  /* Cancelled before it begins, it asks nobody. */
  g_assert_false (transport->methods->upload (transport->self, changes, transport->credentials,
                                              outcomes, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (outcomes->len, ==, 0);
  contract_cancel_end (cancel);
}

/* --- Downloading ---------------------------------------------------------------------------------------- */

static gpointer
open_stream (Transport *transport, GCancellable *cancellable, GError **error)
{
  const SynclineStreamRequest request = { .client_id = "client", .include_defaults = TRUE };

  return transport->methods->open_stream (transport->self, &request, transport->credentials,
                                          cancellable, error);
}

static gpointer
open_well (Transport *transport, TransportSituation situation)
{
  g_autoptr (GError) error = NULL;

  transport->fixture->prepare (transport->data, situation, 0);
  gpointer stream = open_stream (transport, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (stream);
  return stream;
}

static void
fail_to_open (Transport *transport, TransportSituation situation, SynclineError expected)
{
  g_autoptr (GError) error = NULL;

  transport->fixture->prepare (transport->data, situation, 0);
  g_assert_null (open_stream (transport, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, (int) expected);
  assert_error_is_clean (error);
}

/* The next event that means anything. */
static void
next_event (Transport *transport, gpointer stream, SynclineEvent *event)
{
  g_autoptr (GError) error = NULL;

  do
    {
      transport->methods->next_event (transport->self, stream, event, NULL, &error);
      g_assert_no_error (error);
    }
  while (event->type == SYNCLINE_EVENT_KEEPALIVE || event->type == SYNCLINE_EVENT_UNKNOWN);
}

/* Adds what operations sum up to, after a look at them. */
static void
sum_ops (const SynclineEvent *event, guint32 *sum, guint *n_rows)
{
  gint64 last = 0;

  g_assert_nonnull (event->bucket);
  for (guint i = 0; i < event->n_ops; i++)
    {
      const SynclineOp *op = &event->ops[i];

      g_assert_cmpint (op->op_id, >, last);
      last = op->op_id;
      *sum += op->checksum;
      if (op->type != SYNCLINE_OP_PUT)
        continue;
      g_assert_cmpmem (op->object_type.data, op->object_type.length, "todos", 5);
      g_assert_cmpuint (op->object_id.length, ==, 1);
      g_assert_cmpint (op->data.data[0], ==, '{');
      g_assert_cmpint (op->data.data[op->data.length - 1], ==, '}');
      (*n_rows)++;
    }
}

/* Reads a whole checkpoint, in which everything has to add up. */
static void
read_checkpoint (Transport *transport, gpointer stream)
{
  SynclineEvent event = { 0 };
  guint32 expected = 0, sum = 0;
  guint n_rows = 0;

  next_event (transport, stream, &event);
  g_assert_cmpint (event.type, ==, SYNCLINE_EVENT_CHECKPOINT);
  const gint64 last_op_id = event.last_op_id;
  g_assert_cmpint (last_op_id, >, 0);
  g_assert_cmpuint (event.n_buckets, >, 0);
  for (guint i = 0; i < event.n_buckets; i++)
    {
      g_assert_nonnull (event.buckets[i].name);
      g_assert_cmpint (event.buckets[i].priority, >=, 0);
      expected += event.buckets[i].checksum;
    }
  do
    {
      next_event (transport, stream, &event);
      if (event.type == SYNCLINE_EVENT_OPS)
        sum_ops (&event, &sum, &n_rows);
    }
  while (event.type == SYNCLINE_EVENT_OPS || event.type == SYNCLINE_EVENT_PARTIAL_COMPLETE);
  g_assert_cmpint (event.type, ==, SYNCLINE_EVENT_COMPLETE);
  g_assert_cmpint (event.last_op_id, ==, last_op_id);
  g_assert_cmpuint (sum, ==, expected);
  g_assert_cmpuint (n_rows, ==, 2);
}

static void
test_stream_rows (Transport *transport)
{
  gpointer stream = open_well (transport, TRANSPORT_STREAM_ROWS);

  read_checkpoint (transport, stream);
  transport->methods->close_stream (transport->self, stream);
}

/* A stream can be left at any time, and another one opened. */
static void
test_stream_close (Transport *transport)
{
  gpointer stream = open_well (transport, TRANSPORT_STREAM_ROWS);

  transport->methods->close_stream (transport->self, stream);
  stream = open_well (transport, TRANSPORT_STREAM_ROWS);
  read_checkpoint (transport, stream);
  transport->methods->close_stream (transport->self, stream);
}

static void
test_stream_cut (Transport *transport)
{
  gpointer stream = open_well (transport, TRANSPORT_STREAM_CUT);
  g_autoptr (GError) error = NULL;
  SynclineEvent event = { 0 };

  read_checkpoint (transport, stream);
  g_assert_false (transport->methods->next_event (transport->self, stream, &event, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  transport->methods->close_stream (transport->self, stream);
}

static void
test_stream_refused (Transport *transport)
{
  fail_to_open (transport, TRANSPORT_STREAM_UNAVAILABLE, SYNCLINE_ERROR_UNAVAILABLE);
  fail_to_open (transport, TRANSPORT_STREAM_UNAUTHORIZED, SYNCLINE_ERROR_UNAUTHORIZED);
  gpointer stream = open_well (transport, TRANSPORT_STREAM_ROWS);
  read_checkpoint (transport, stream);
  transport->methods->close_stream (transport->self, stream);
  fail_to_open (transport, TRANSPORT_DOWN, SYNCLINE_ERROR_UNAVAILABLE);
}

static void
test_stream_cancel_open (Transport *transport)
{
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = NULL;

  transport->fixture->prepare (transport->data, TRANSPORT_STREAM_HANG, 0);
  ContractCancel *cancel = contract_cancel_begin (&cancellable);
  g_assert_null (open_stream (transport, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  contract_cancel_end (cancel);
}

static void
test_stream_cancel_wait (Transport *transport)
{
  gpointer stream = open_well (transport, TRANSPORT_STREAM_ROWS);
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = NULL;
  SynclineEvent event = { 0 };

  read_checkpoint (transport, stream);
  ContractCancel *cancel = contract_cancel_begin (&cancellable);
  g_assert_false (
      transport->methods->next_event (transport->self, stream, &event, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  contract_cancel_end (cancel);
  transport->methods->close_stream (transport->self, stream);
}

/* --- Write checkpoints ---------------------------------------------------------------------------------- */

static gboolean
request_number (Transport *transport, gint64 *out_number, GCancellable *cancellable, GError **error)
{
  return transport->methods->request_write_checkpoint (
      transport->self, "client", 0, transport->credentials, out_number, cancellable, error);
}

static gint64
request_well (Transport *transport)
{
  g_autoptr (GError) error = NULL;
  gint64 number = 0;

  transport->fixture->prepare (transport->data, TRANSPORT_NUMBER, 0);
  request_number (transport, &number, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (number, >, 0);
  return number;
}

static void
test_number (Transport *transport)
{
  const gint64 first = request_well (transport);

  g_assert_cmpint (request_well (transport), >, first);
}

static void
fail_to_request (Transport *transport, TransportSituation situation, SynclineError expected)
{
  g_autoptr (GError) error = NULL;
  gint64 number = -1;

  transport->fixture->prepare (transport->data, situation, 0);
  g_assert_false (request_number (transport, &number, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, (int) expected);
  g_assert_cmpint (number, ==, -1);
  assert_error_is_clean (error);
}

static void
test_number_refused (Transport *transport)
{
  fail_to_request (transport, TRANSPORT_NUMBER_UNAVAILABLE, SYNCLINE_ERROR_UNAVAILABLE);
  fail_to_request (transport, TRANSPORT_NUMBER_UNAUTHORIZED, SYNCLINE_ERROR_UNAUTHORIZED);
  request_well (transport);
  fail_to_request (transport, TRANSPORT_DOWN, SYNCLINE_ERROR_UNAVAILABLE);
}

static void
test_number_cancel (Transport *transport)
{
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = NULL;
  gint64 number = -1;

  transport->fixture->prepare (transport->data, TRANSPORT_NUMBER_HANG, 0);
  ContractCancel *cancel = contract_cancel_begin (&cancellable);
  g_assert_false (request_number (transport, &number, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  contract_cancel_end (cancel);
}

typedef struct
{
  Transport *transport;
  gpointer stream;
  GCancellable *cancellable;
} Waiter;

static gpointer
wait_thread (gpointer user_data)
{
  const Waiter *waiter = user_data;
  g_autoptr (GError) error = NULL;
  SynclineEvent event = { 0 };

  while (waiter->transport->methods->next_event (waiter->transport->self, waiter->stream, &event,
                                                 waiter->cancellable, &error))
    ;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

/* The number is asked for while a stream is open, from another thread. */
static void
test_number_beside_stream (Transport *transport)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waiter waiter = { transport, open_well (transport, TRANSPORT_STREAM_ROWS), cancellable };

  read_checkpoint (transport, waiter.stream);
  GThread *thread = g_thread_new ("wait", wait_thread, &waiter);
  const gint64 first = request_well (transport);
  g_assert_cmpint (request_well (transport), >, first);
  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  transport->methods->close_stream (transport->self, waiter.stream);
}

/* --- Descriptor ------------------------------------------------------------------------------------------ */

static void
test_descriptor (Transport *transport)
{
  const SynclineTransportClass *methods = transport->methods;

  contract_check_descriptor (transport->instance->plugin, SYNCLINE_PLUGIN_TRANSPORT);
  g_assert_true (SYNCLINE_HAS_SLOT (methods, upload) == transport->fixture->uploads);
  g_assert_true (SYNCLINE_HAS_SLOT (methods, open_stream) == transport->fixture->downloads);
  g_assert_true (SYNCLINE_HAS_SLOT (methods, next_event) == transport->fixture->downloads);
  g_assert_true (SYNCLINE_HAS_SLOT (methods, close_stream) == transport->fixture->downloads);
  g_assert_true (SYNCLINE_HAS_SLOT (methods, request_write_checkpoint)
                 == transport->fixture->downloads);
}

static void
test_probe_down (Transport *transport)
{
  g_autoptr (GError) error = NULL;

  if (!SYNCLINE_HAS_SLOT (transport->methods, probe))
    {
      g_test_skip ("this transport does not probe");
      return;
    }
  transport->fixture->prepare (transport->data, TRANSPORT_DOWN, 0);
  g_assert_false (transport->methods->probe (transport->self, NULL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

/* --- Registration ---------------------------------------------------------------------------------------- */

typedef struct
{
  const char *path;
  void (*run) (Transport *transport);
  gboolean upload;
  gboolean download;
} Test;

static const Test tests[] = {
  { "/descriptor", test_descriptor, FALSE, FALSE },
  { "/probe/down", test_probe_down, FALSE, FALSE },
  { "/upload/accept", test_upload_accept, TRUE, FALSE },
  { "/upload/reject", test_upload_reject, TRUE, FALSE },
  { "/upload/unavailable", test_upload_unavailable, TRUE, FALSE },
  { "/upload/too-many", test_upload_too_many, TRUE, FALSE },
  { "/upload/unauthorized", test_upload_unauthorized, TRUE, FALSE },
  { "/upload/lost", test_upload_lost, TRUE, FALSE },
  { "/upload/down", test_upload_down, TRUE, FALSE },
  { "/upload/cancel", test_upload_cancel, TRUE, FALSE },
  { "/stream/rows", test_stream_rows, FALSE, TRUE },
  { "/stream/close", test_stream_close, FALSE, TRUE },
  { "/stream/cut", test_stream_cut, FALSE, TRUE },
  { "/stream/refused", test_stream_refused, FALSE, TRUE },
  { "/stream/cancel-open", test_stream_cancel_open, FALSE, TRUE },
  { "/stream/cancel-wait", test_stream_cancel_wait, FALSE, TRUE },
  { "/number/ascending", test_number, FALSE, TRUE },
  { "/number/refused", test_number_refused, FALSE, TRUE },
  { "/number/cancel", test_number_cancel, FALSE, TRUE },
  { "/number/beside-stream", test_number_beside_stream, FALSE, TRUE },
};

typedef struct
{
  const char *plugin_name;
  const TransportFixture *fixture;
  const Test *test;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *test = data;
  const TransportFixture *fixture = test->fixture;
  Transport transport = { .fixture = fixture };

  transport.data = fixture->set_up ();
  g_auto (GStrv) options
      = fixture->dup_options == NULL ? NULL : fixture->dup_options (transport.data);
  transport.instance
      = contract_instance_new (contract_find (test->plugin_name, SYNCLINE_PLUGIN_TRANSPORT), schema,
                               (const char *const *) options);
  transport.methods = transport.instance->plugin->methods;
  transport.self = transport.instance->self;
  transport.credentials = syncline_credentials_new (TOKEN, "user", 0);
  test->test->run (&transport);
  syncline_credentials_unref (transport.credentials);
  contract_instance_free (transport.instance);
  fixture->tear_down (transport.data);
}

void
syncline_transport_contract_add (const char *plugin_name, const TransportFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%s%s", plugin_name, tests[i].path);
      const Case test = { plugin_name, fixture, &tests[i] };

      if ((tests[i].upload && !fixture->uploads) || (tests[i].download && !fixture->downloads))
        continue;
      g_test_add_data_func_full (path, g_memdup2 (&test, sizeof test), run_case, g_free);
    }
}
