/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>
#include <syncline/registry.h>

#include "contract.h"
#include "mock-transport/mock-transport.h"

/* What the mock server does, seen by clients that connect, read one checkpoint and leave. */

typedef struct
{
  MockServer *server;
  ContractInstance *transport;
  ContractInstance *store;
  SynclineCredentials *credentials;
  guint n_ops; /* received by the last sync */
  guint n_partial;
} Device;

static MockServer *
make_server (void)
{
  static int number;
  g_autofree char *name = g_strdup_printf ("server-%d", ++number);

  return mock_server_get (name);
}

/* With one more option of the transport, if not NULL. */
static Device *
device_new (MockServer *server, const char *user, const char *option, const char *value)
{
  const char *const options[] = { "server", server->name, option, value, NULL };
  g_autofree char *token = g_strdup_printf ("token-of-%s", user);
  Device *device = g_new0 (Device, 1);
  g_autoptr (GError) error = NULL;

  device->server = server;
  device->transport = contract_instance_new (&mock_transport_plugin, NULL, options);
  device->store
      = contract_instance_new (contract_find ("mock-store", SYNCLINE_PLUGIN_STORE), NULL, NULL);
  device->credentials = syncline_credentials_new (token, user, 0);
  ((const SynclineStoreClass *) device->store->plugin->methods)
      ->open (device->store->self, NULL, &error);
  g_assert_no_error (error);
  return device;
}

static void
device_free (Device *device)
{
  contract_instance_free (device->transport);
  contract_instance_free (device->store);
  syncline_credentials_unref (device->credentials);
  g_free (device);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Device, device_free)

static const SynclineStoreClass *
store_of (Device *device)
{
  return device->store->plugin->methods;
}

/* --- Syncing once --------------------------------------------------------------------------------------- */

static void
add_state (const SynclineBucketState *bucket, gpointer user_data)
{
  SynclineBucketState copy = *bucket;

  copy.name = g_strdup (bucket->name);
  g_array_append_val ((GArray *) user_data, copy);
}

static void
clear_state (gpointer data)
{
  g_free ((char *) ((SynclineBucketState *) data)->name);
}

/* A checkpoint's targets, kept for as long as the stream goes on. */
static void
keep_targets (GArray *targets, GStringChunk *names, const SynclineEvent *event)
{
  for (guint i = 0; i < event->n_buckets; i++)
    {
      SynclineBucketTarget target = event->buckets[i];

      target.name = g_string_chunk_insert (names, target.name);
      target.n_subscriptions = 0;
      g_array_append_val (targets, target);
    }
}

static gpointer
connect_device (Device *device, GError **error)
{
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (SynclineBucketState));

  g_array_set_clear_func (states, clear_state);
  store_of (device)->list_buckets (device->store->self, add_state, states, NULL, NULL);
  const SynclineStreamRequest request
      = { .client_id = "c",
          .include_defaults = TRUE,
          .n_buckets = states->len,
          .buckets = (const SynclineBucketState *) (gpointer) states->data };
  return mock_transport_methods.open_stream (device->transport->self, &request, device->credentials,
                                             NULL, error);
}

/* Reads up to the first complete checkpoint and applies it. */
static SynclineApplyResult
sync_once (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) targets = g_array_new (FALSE, FALSE, sizeof (SynclineBucketTarget));
  g_autoptr (GStringChunk) names = g_string_chunk_new (256);
  SynclineApplyResult result = SYNCLINE_APPLY_MISMATCH;
  SynclineCheckpoint checkpoint = { 0 };
  SynclineEvent event = { .type = SYNCLINE_EVENT_UNKNOWN };
  g_autofree char *mismatch = NULL;
  gpointer stream = connect_device (device, &error);

  g_assert_no_error (error);
  device->n_ops = 0;
  device->n_partial = 0;
  while (event.type != SYNCLINE_EVENT_COMPLETE)
    {
      mock_transport_methods.next_event (device->transport->self, stream, &event, NULL, &error);
      g_assert_no_error (error);
      if (event.type == SYNCLINE_EVENT_CHECKPOINT)
        keep_targets (targets, names, &event);
      if (event.type == SYNCLINE_EVENT_PARTIAL_COMPLETE)
        device->n_partial++;
      if (event.type != SYNCLINE_EVENT_OPS)
        continue;
      device->n_ops += event.n_ops;
      store_of (device)->stage_ops (device->store->self, event.bucket, event.ops, event.n_ops, NULL,
                                    &error);
      g_assert_no_error (error);
    }
  checkpoint.last_op_id = event.last_op_id;
  checkpoint.write_checkpoint = event.write_checkpoint;
  checkpoint.buckets = (const SynclineBucketTarget *) (gpointer) targets->data;
  checkpoint.n_buckets = targets->len;
  store_of (device)->apply_checkpoint (device->store->self, &checkpoint, SYNCLINE_PRIORITY_ALL,
                                       &result, &mismatch, NULL, &error);
  g_assert_no_error (error);
  mock_transport_methods.close_stream (device->transport->self, stream);
  return result;
}

static gboolean
add_row (guint n_columns G_GNUC_UNUSED,
         const char *const *names G_GNUC_UNUSED,
         const SynclineValue *values,
         gpointer user_data)
{
  if (values != NULL)
    g_string_append_printf (user_data, "%s%s", ((GString *) user_data)->len > 0 ? " " : "",
                            values[0].text);
  return TRUE;
}

static void
assert_ids (Device *device, const char *expected)
{
  const SynclineStatement statement = { .sql = "GET todos" };
  g_autoptr (GString) ids = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  store_of (device)->execute (device->store->self, &statement, add_row, ids, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ids->str, ==, expected);
}

/* --- Uploading one change --------------------------------------------------------------------------------- */

static SynclineOutcome *
upload (Device *device, SynclineChangeOp op, const char *id, const char *data, GError **error)
{
  g_autoptr (GPtrArray) changes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_change_unref);
  g_autoptr (GPtrArray) outcomes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);

  g_ptr_array_add (changes, syncline_change_new (1, 1, op, "todos", id, data, NULL, NULL));
  if (!mock_transport_methods.upload (device->transport->self, changes, device->credentials,
                                      outcomes, NULL, error))
    return NULL;
  return syncline_outcome_ref (outcomes->pdata[0]);
}

static void
upload_expecting (
    Device *device, SynclineChangeOp op, const char *id, const char *data, const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineOutcome) outcome = upload (device, op, id, data, &error);

  g_assert_no_error (error);
  g_assert_cmpint (syncline_outcome_get_kind (outcome), ==,
                   code == NULL ? SYNCLINE_OUTCOME_ACCEPTED : SYNCLINE_OUTCOME_REJECTED);
  g_assert_cmpstr (syncline_outcome_get_code (outcome), ==, code);
}

static void
assert_row (MockServer *server, const char *id, const char *expected)
{
  g_autofree char *row = mock_server_dup_row (server, "todos", id);

  g_assert_cmpstr (row, ==, expected);
}

/* --- Tests ------------------------------------------------------------------------------------------------ */

static void
test_owners (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) ann = device_new (server, "ann", NULL, NULL);
  g_autoptr (Device) bob = device_new (server, "bob", NULL, NULL);

  upload_expecting (ann, SYNCLINE_CHANGE_PUT, "a", "{\"n\":1}", NULL);
  assert_row (server, "a", "{\"n\":1,\"user_id\":\"ann\"}");
  /* Nobody writes in another one's name, or to another one's rows. */
  upload_expecting (bob, SYNCLINE_CHANGE_PUT, "b", "{\"user_id\":\"ann\"}", "42501");
  upload_expecting (bob, SYNCLINE_CHANGE_PUT, "a", "{\"n\":2}", "42501");
  upload_expecting (bob, SYNCLINE_CHANGE_PATCH, "a", "{\"n\":2}", NULL);
  upload_expecting (bob, SYNCLINE_CHANGE_DELETE, "a", NULL, NULL);
  assert_row (server, "a", "{\"n\":1,\"user_id\":\"ann\"}");
  assert_row (server, "b", NULL);

  mock_server_put_row (server, "todos", "all", "{\"n\":3}");
  sync_once (ann);
  sync_once (bob);
  assert_ids (ann, "a all");
  assert_ids (bob, "all");
  /* A row that is given away goes from one to the other. */
  mock_server_put_row (server, "todos", "a", "{\"n\":1,\"user_id\":\"bob\"}");
  sync_once (ann);
  sync_once (bob);
  assert_ids (ann, "all");
  assert_ids (bob, "a all");
}

static void
test_writes (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) ann = device_new (server, "ann", "owner-column", "");
  g_autoptr (GPtrArray) uploads = NULL;

  upload_expecting (ann, SYNCLINE_CHANGE_PUT, "a", "{\"n\":1,\"tags\":[\"x\"],\"done\":true}",
                    NULL);
  upload_expecting (ann, SYNCLINE_CHANGE_PUT, "a", "{\"n\":2}", NULL);
  assert_row (server, "a", "{\"n\":2,\"tags\":[\"x\"],\"done\":true}");
  upload_expecting (ann, SYNCLINE_CHANGE_PATCH, "a", "{\"n\":null}", NULL);
  assert_row (server, "a", "{\"n\":null,\"tags\":[\"x\"],\"done\":true}");
  upload_expecting (ann, SYNCLINE_CHANGE_PATCH, "nobody", "{\"n\":1}", NULL);
  assert_row (server, "nobody", NULL);
  upload_expecting (ann, SYNCLINE_CHANGE_PUT, "a", "[1]", "PGRST102");
  mock_server_refuse (server, "todos", "b", 409, "23505", "duplicate key");
  upload_expecting (ann, SYNCLINE_CHANGE_PUT, "b", "{}", "23505");
  upload_expecting (ann, SYNCLINE_CHANGE_DELETE, "a", NULL, NULL);
  assert_row (server, "a", NULL);
  uploads = mock_server_dup_uploads (server);
  g_assert_cmpuint (uploads->len, ==, 5);
  g_assert_cmpstr (uploads->pdata[4], ==, "DELETE todos a");
  g_assert_cmpuint (mock_server_get_count (server, MOCK_REQUEST_UPLOAD), ==, 7);
}

/* A client with an old position and one that starts anew come to the same after a compaction. */
static void
test_compact (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) old = device_new (server, "ann", NULL, NULL);
  g_autoptr (Device) fresh = device_new (server, "ann", NULL, NULL);

  mock_server_put_row (server, "todos", "a", "{\"n\":1}");
  mock_server_put_row (server, "todos", "b", "{\"n\":1}");
  g_assert_cmpint (sync_once (old), ==, SYNCLINE_APPLY_DONE);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i + 2);

      mock_server_put_row (server, "todos", "a", json);
    }
  mock_server_delete_row (server, "todos", "b");
  mock_server_put_row (server, "todos", "c", "{\"n\":1}");
  mock_server_compact (server);
  g_assert_cmpint (sync_once (old), ==, SYNCLINE_APPLY_DONE);
  g_assert_cmpint (sync_once (fresh), ==, SYNCLINE_APPLY_DONE);
  assert_ids (old, "a c");
  assert_ids (fresh, "a c");
  /* A CLEAR, then the rows with their MOVEs, in place of 14 operations. */
  g_assert_cmpuint (fresh->n_ops, <, 5);
}

static void
test_redeploy (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) device = device_new (server, "ann", NULL, NULL);

  mock_server_put_row (server, "todos", "a", "{\"n\":1}");
  sync_once (device);
  sync_once (device);
  g_assert_cmpuint (device->n_ops, ==, 0);
  mock_server_redeploy (server);
  g_assert_cmpint (sync_once (device), ==, SYNCLINE_APPLY_DONE);
  g_assert_cmpuint (device->n_ops, ==, 1);
  assert_ids (device, "a");
}

static void
test_priorities (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) device = device_new (server, "ann", "priorities", "lists:1,events:0");

  mock_server_put_row (server, "todos", "a", "{}");
  mock_server_put_row (server, "lists", "l", "{}");
  mock_server_put_row (server, "events", "e", "{}");
  g_assert_cmpint (sync_once (device), ==, SYNCLINE_APPLY_DONE);
  g_assert_cmpuint (device->n_partial, ==, 2);
}

static void
test_many_ops (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) device = device_new (server, "ann", NULL, NULL);

  for (guint i = 0; i < 250; i++)
    {
      g_autofree char *id = g_strdup_printf ("row-%03u", i);

      mock_server_put_row (server, "todos", id, "{}");
    }
  g_assert_cmpint (sync_once (device), ==, SYNCLINE_APPLY_DONE);
  g_assert_cmpuint (device->n_ops, ==, 250);
}

static void
test_bad_checksum (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) device = device_new (server, "ann", NULL, NULL);

  mock_server_put_row (server, "todos", "a", "{}");
  mock_server_script (server, MOCK_REQUEST_STREAM, MOCK_ANSWER_BAD_CHECKSUM);
  g_assert_cmpint (sync_once (device), ==, SYNCLINE_APPLY_MISMATCH);
  assert_ids (device, "");
  g_assert_cmpint (sync_once (device), ==, SYNCLINE_APPLY_DONE);
  assert_ids (device, "a");
}

/* What was done although the answer got lost may come again. */
static void
test_drop (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) device = device_new (server, "ann", NULL, NULL);
  g_autoptr (GError) error = NULL;

  mock_server_script (server, MOCK_REQUEST_UPLOAD, MOCK_ANSWER_DROP);
  g_assert_null (upload (device, SYNCLINE_CHANGE_PUT, "a", "{}", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  assert_row (server, "a", "{\"user_id\":\"ann\"}");
  upload_expecting (device, SYNCLINE_CHANGE_PUT, "a", "{}", NULL);
  g_assert_cmpuint (mock_server_count_rows (server, "todos"), ==, 1);
}

static void
assert_refused (Device *device, SynclineError expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (upload (device, SYNCLINE_CHANGE_PUT, "a", "{}", &error));
  g_assert_error (error, SYNCLINE_ERROR, (int) expected);
  g_clear_error (&error);
  g_assert_null (connect_device (device, &error));
  g_assert_error (error, SYNCLINE_ERROR, (int) expected);
}

static void
test_access (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) device = device_new (server, "ann", NULL, NULL);
  const gint64 now = syncline_host_get_real_time (device->transport->host);

  mock_server_set_online (server, FALSE);
  assert_refused (device, SYNCLINE_ERROR_UNAVAILABLE);
  mock_server_set_online (server, TRUE);
  upload_expecting (device, SYNCLINE_CHANGE_PUT, "a", "{}", NULL);
  mock_server_revoke (server, "token-of-ann");
  assert_refused (device, SYNCLINE_ERROR_UNAUTHORIZED);

  syncline_credentials_unref (device->credentials);
  device->credentials = syncline_credentials_new ("another", "ann", now + G_TIME_SPAN_HOUR);
  upload_expecting (device, SYNCLINE_CHANGE_PUT, "a", "{}", NULL);
  syncline_test_host_advance (device->transport->host, 2 * G_TIME_SPAN_HOUR);
  assert_refused (device, SYNCLINE_ERROR_UNAUTHORIZED);
}

/* A stream gives signs of life on the host's clock, and ends when the token does. */
static void
test_expiry (void)
{
  MockServer *server = make_server ();
  g_autoptr (Device) device = device_new (server, "ann", NULL, NULL);
  const gint64 now = syncline_host_get_real_time (device->transport->host);
  g_autoptr (GError) error = NULL;
  SynclineEvent event = { 0 };

  syncline_credentials_unref (device->credentials);
  device->credentials = syncline_credentials_new ("short-lived", "ann", now + G_TIME_SPAN_MINUTE);
  gpointer stream = connect_device (device, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) /* the checkpoint, complete */
    g_assert_true (
        mock_transport_methods.next_event (device->transport->self, stream, &event, NULL, &error));
  syncline_test_host_advance (device->transport->host, 30 * G_TIME_SPAN_SECOND);
  mock_transport_methods.next_event (device->transport->self, stream, &event, NULL, &error);
  g_assert_cmpint (event.type, ==, SYNCLINE_EVENT_KEEPALIVE);
  g_assert_cmpint (event.expires_in, >, 0);
  g_assert_cmpint (event.expires_in, <=, 30);
  syncline_test_host_advance (device->transport->host, 31 * G_TIME_SPAN_SECOND);
  mock_transport_methods.next_event (device->transport->self, stream, &event, NULL, &error);
  g_assert_cmpint (event.type, ==, SYNCLINE_EVENT_KEEPALIVE);
  g_assert_cmpint (event.expires_in, ==, 0);
  mock_transport_methods.next_event (device->transport->self, stream, &event, NULL, &error);
  g_assert_cmpint (event.type, ==, SYNCLINE_EVENT_END);
  mock_transport_methods.close_stream (device->transport->self, stream);
}

/* --- Chance ------------------------------------------------------------------------------------------------ */

/* What becomes of 60 uploads, a letter each. */
static char *
try_luck (const char *const *options)
{
  g_autoptr (ContractInstance) transport
      = contract_instance_new (&mock_transport_plugin, NULL, options);
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GError) error = NULL;

      if (mock_transport_methods.upload (transport->self, none, NULL, none, NULL, &error))
        g_string_append_c (text, '.');
      else
        g_string_append_c (text, (char) ('a' + error->code));
    }
  return g_string_free (text, FALSE);
}

static void
test_seed (void)
{
  MockServer *server = make_server ();
  const char *const one[] = { "server", server->name, "seed", "7", "unavailable", "30", NULL };
  const char *const other[] = { "server", server->name, "seed", "8", "unavailable", "30", NULL };
  const char *const more[]
      = { "server", server->name, "seed", "7", "unavailable", "30", "unauthorized", "20", NULL };
  const char *const none[] = { "server", server->name, NULL };
  g_autofree char *first = try_luck (one);
  g_autofree char *again = try_luck (one);
  g_autofree char *another = try_luck (other);
  g_autofree char *mixed = try_luck (more);
  g_autofree char *lucky = try_luck (none);

  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, another);
  g_assert_null (strpbrk (lucky, "bc"));
  g_assert_nonnull (strchr (mixed, 'c'));
  /* What else can go wrong leaves the luck of the rest as it was. */
  for (guint i = 0; first[i] != '\0'; i++)
    g_assert_true ((first[i] == 'b') == (mixed[i] == 'b'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!syncline_registry_add (&mock_transport_plugin, NULL))
    g_error ("mock-transport can't be registered");
  g_test_add_func ("/mock-server/owners", test_owners);
  g_test_add_func ("/mock-server/writes", test_writes);
  g_test_add_func ("/mock-server/compact", test_compact);
  g_test_add_func ("/mock-server/redeploy", test_redeploy);
  g_test_add_func ("/mock-server/priorities", test_priorities);
  g_test_add_func ("/mock-server/many-ops", test_many_ops);
  g_test_add_func ("/mock-server/bad-checksum", test_bad_checksum);
  g_test_add_func ("/mock-server/drop", test_drop);
  g_test_add_func ("/mock-server/access", test_access);
  g_test_add_func ("/mock-server/expiry", test_expiry);
  g_test_add_func ("/mock-server/seed", test_seed);
  return g_test_run ();
}
