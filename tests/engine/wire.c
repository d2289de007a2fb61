/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "wire.h"

#include <string.h>

/* --- Checksums ----------------------------------------------------------------------------------- */

/* Two buckets, of which the sum of one does not fit: that one alone comes again, and all that was to be seen
 * can be seen meanwhile. */
static void
test_mismatch (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  wire_start_streaming (wire);
  wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"2\",\"buckets\":["
                   "{\"bucket\":\"good\",\"checksum\":1,\"count\":1},"
                   "{\"bucket\":\"bad\",\"checksum\":2,\"count\":1}]}}");
  wire_send_rows (wire, "good", "1:a=one:1");
  wire_send_rows (wire, "bad", "2:b=two:2");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"2\"}}");
  wire_wait_rows (wire, "a=one b=two");

  wire_expect_stream (wire);
  wire_send (wire, "{\"checkpoint_diff\":{\"last_op_id\":\"4\",\"removed_buckets\":[],"
                   "\"updated_buckets\":[{\"bucket\":\"good\",\"checksum\":4,\"count\":2},"
                   "{\"bucket\":\"bad\",\"checksum\":77,\"count\":2}]}}");
  wire_send_rows (wire, "good", "3:c=three:3");
  wire_send_rows (wire, "bad", "4:d=four:4");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"4\"}}");
  wire_wait_error (wire, SYNCLINE_ERROR_PROTOCOL, "bucket “bad”: expected checksum 77, found 6");

  g_autofree char *request = wire_take_stream (wire);
  g_assert_nonnull (strstr (request, "{\"name\":\"good\",\"after\":\"3\"}"));
  g_assert_null (strstr (request, "\"name\":\"bad\""));
  wire_assert_rows (wire, "a=one b=two");
  wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"4\",\"buckets\":["
                   "{\"bucket\":\"good\",\"checksum\":4,\"count\":2},"
                   "{\"bucket\":\"bad\",\"checksum\":6,\"count\":2}]}}");
  wire_send_rows (wire, "bad", "2:b=two:2 4:d=four:4");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"4\"}}");
  wire_wait_rows (wire, "a=one b=two c=three d=four");
  wire_wait_reason (wire, "streaming");
}

/* A service that is wrong all the time is not asked all the time. */
static void
test_mismatch_backs_off (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  syncline_config_set (wire->config, "syncline", "retry-min", "1h");
  syncline_config_set (wire->config, "syncline", "retry-max", "1h");
  wire_start_streaming (wire);
  wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":["
                   "{\"bucket\":\"b\",\"checksum\":1,\"count\":1}]}}");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
  wire_wait_error (wire, SYNCLINE_ERROR_PROTOCOL, "bucket “b”");

  g_autoptr (SynclineStatus) status = syncline_client_dup_status (wire->client);
  g_assert_cmpint (syncline_status_get_download_state (status), ==, SYNCLINE_STATE_BACKING_OFF);
  g_assert_cmpstr (syncline_status_get_reason (status, FALSE), ==, "checksum-mismatch");
  g_assert_cmpint (syncline_status_get_download_wake_time (status), >, g_get_real_time ());
}

/* --- Tokens -------------------------------------------------------------------------------------- */

/* A token that ends soon is replaced before it does, and nobody notices. */
static void
test_early_renewal (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  wire_start_streaming (wire);
  wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[]}}");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
  wire_wait_reason (wire, "streaming");

  /* Not yet: there is no other token. */
  wire_send (wire, "{\"token_expires_in\":25}");
  wire_set_token (wire, "second-token");
  stub_server_on (wire->server, "POST", "/sync/stream", stub_answer_new_hang ());
  wire_send (wire, "{\"token_expires_in\":5}");
  stub_server_wait_requests (wire->server, 2);
  g_assert_cmpstr (
      stub_request_get_header (stub_server_get_request (wire->server, 1), "authorization"), ==,
      "Token second-token");

  g_autoptr (SynclineStatus) status = syncline_client_dup_status (wire->client);
  g_assert_true (syncline_status_get_connected (status));
  g_assert_cmpstr (syncline_status_get_reason (status, FALSE), ==, "streaming");
  wire_expect_stream (wire);
  stub_server_release (wire->server);
  g_free (wire_take_stream (wire));
}

/* --- Bad input ----------------------------------------------------------------------------------- */

/* Each brings a clear error and a new stream; nothing is lost and nothing of it is shown. */
static void
test_bad_lines (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *bomb = g_strnfill (100000, '[');
  const struct
  {
    const char *line;
    const char *words;
  } cases[] = {
    { "nonsense", "wrong message" },
    { "{\"data\":{\"bucket\":\"b\",\"data\":{}}}", "data" },
    { "{\"data\":{\"bucket\":\"b\",\"data\":[{\"op_id\":\"3\",\"op\":\"PUT\",\"checksum\":1e99}]}}",
      "checksum" },
    { "{\"data\":{\"bucket\":\"b\",\"data\":[{\"op_id\":\"-3\",\"op\":\"PUT\",\"checksum\":1}]}}",
      "op_id" },
    { "{\"data\":{\"bucket\":\"b\",\"data\":[{\"op_id\":\"3\",\"op\":\"EXEC\",\"checksum\":1}]}}",
      "unknown kind" },
    { "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[{\"bucket\":\"b\",\"checksum\":"
      "4294967296}]}}",
      "checksum" },
    { "{\"checkpoint_complete\":{\"last_op_id\":\"99999999999999999999\"}}", "last_op_id" },
    { "{\"partial_checkpoint_complete\":{\"last_op_id\":\"1\",\"priority\":-1}}", "priority" },
    { bomb, "message" },
  };

  wire_start_streaming (wire);
  wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":["
                   "{\"bucket\":\"b\",\"checksum\":1,\"count\":1}]}}");
  wire_send_rows (wire, "b", "1:a=one:1");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
  wire_wait_rows (wire, "a=one");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      wire_expect_stream (wire);
      wire_send (wire, "%s", cases[i].line);
      wire_wait_error (wire, SYNCLINE_ERROR_PROTOCOL, cases[i].words);
      g_autofree char *request = wire_take_stream (wire);
      g_assert_nonnull (strstr (request, "{\"name\":\"b\",\"after\":\"1\"}"));
      wire_assert_rows (wire, "a=one");
      wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":["
                       "{\"bucket\":\"b\",\"checksum\":1,\"count\":1}]}}");
      wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
      wire_wait_reason (wire, "streaming");
    }
}

/* --- Progress ------------------------------------------------------------------------------------ */

static gint64
wait_done (Wire *wire, gint64 wanted, gint64 total)
{
  const gint64 deadline = g_get_monotonic_time () + WIRE_DEADLINE;

  for (;;)
    {
      g_autoptr (SynclineStatus) status = syncline_client_dup_status (wire->client);
      gint64 done, of;

      if (syncline_status_get_progress (status, &done, &of))
        {
          g_assert_cmpint (done, <=, of);
          g_assert_cmpint (done, <=, wanted);
          if (done == wanted && of == total)
            return done;
        }
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (G_TIME_SPAN_MILLISECOND);
    }
}

/* A cut takes nothing back. */
static void
test_progress (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  static const char checkpoint[] = "{\"checkpoint\":{\"last_op_id\":\"3\",\"buckets\":["
                                   "{\"bucket\":\"b\",\"checksum\":6,\"count\":3}]}}";

  wire_start_streaming (wire);
  wire_send (wire, "%s", checkpoint);
  wait_done (wire, 0, 3);
  wire_send_rows (wire, "b", "1:a=one:1 2:b=two:2");
  wait_done (wire, 2, 3);
  g_autoptr (SynclineStatus) before = syncline_client_dup_status (wire->client);
  g_assert_cmpuint (syncline_status_get_wire_bytes (before), >, strlen (checkpoint));
  g_assert_cmpuint (syncline_status_get_decoded_bytes (before), ==,
                    syncline_status_get_wire_bytes (before));

  wire_expect_stream (wire);
  stub_stream_cut (wire->stream);
  g_autofree char *request = wire_take_stream (wire);
  g_assert_nonnull (strstr (request, "{\"name\":\"b\",\"after\":\"2\"}"));
  wire_send (wire, "%s", checkpoint);
  wait_done (wire, 2, 3);
  wire_send_rows (wire, "b", "3:c=three:3");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"3\"}}");
  wire_wait_rows (wire, "a=one b=two c=three");
  g_autoptr (SynclineStatus) after = syncline_client_dup_status (wire->client);
  g_assert_cmpuint (syncline_status_get_decoded_bytes (after), >,
                    syncline_status_get_decoded_bytes (before));
}

/* --- Waiting until now ----------------------------------------------------------------------------- */

static gpointer
wait_until_synced (gpointer data)
{
  Wire *wire = data;
  g_autoptr (GError) error = NULL;

  syncline_client_wait_until_synced (wire->client, WIRE_DEADLINE, NULL, &error);
  g_assert_no_error (error);
  return NULL;
}

static char *
take_checkpoint_request (Wire *wire, guint index)
{
  stub_server_wait_requests (wire->server, index + 1);
  const StubRequest *request = stub_server_get_request (wire->server, index);
  g_assert_cmpstr (request->path, ==, "/sync/checkpoint-request");
  g_autofree char *body = stub_request_dup_body (request);
  const char *number = strstr (body, "\"checkpoint_request_id\":\"");
  g_assert_nonnull (number);
  return g_strndup (number + strlen ("\"checkpoint_request_id\":\""),
                    strspn (number + strlen ("\"checkpoint_request_id\":\""), "0123456789"));
}

static StubAnswer *
take_number (const StubRequest *request, gpointer user_data G_GNUC_UNUSED)
{
  g_autofree char *body = stub_request_dup_body (request);
  const char *number = strstr (body, "\"checkpoint_request_id\"");

  if (number == NULL)
    return NULL;
  g_autofree char *answer = g_strdup_printf ("{\"data\":{%s}", number);
  return stub_answer_new (200, "application/json", answer);
}

/* The row was on the server when the wait began; checkpoints that do not carry the number may be older. */
static void
test_wait_is_exact (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  stub_server_set_handler (wire->server, take_number, NULL);
  wire_start_streaming (wire);
  wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[]}}");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
  wire_wait_reason (wire, "streaming");

  GThread *waiter = g_thread_new ("waiter", wait_until_synced, wire);
  g_autofree char *number = take_checkpoint_request (wire, 1);
  wire_send (wire,
             "{\"checkpoint_diff\":{\"last_op_id\":\"1\",\"write_checkpoint\":\"%s\","
             "\"removed_buckets\":[],\"updated_buckets\":["
             "{\"bucket\":\"b\",\"checksum\":1,\"count\":1}]}}",
             number);
  wire_send_rows (wire, "b", "1:a=one:1");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
  g_thread_join (waiter);
  wire_assert_rows (wire, "a=one");
}

/* A service that starts anew forgets the number; whoever waits asks again, and any later one will do. */
static void
test_wait_asks_again (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  syncline_config_set (wire->config, "syncline", "write-checkpoint-timeout", "20ms");
  stub_server_set_handler (wire->server, take_number, NULL);
  wire_start_streaming (wire);
  wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[]}}");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
  wire_wait_reason (wire, "streaming");

  GThread *waiter = g_thread_new ("waiter", wait_until_synced, wire);
  g_autofree char *lost = take_checkpoint_request (wire, 1);
  g_autofree char *again = take_checkpoint_request (wire, 2);
  g_assert_cmpstr (again, !=, lost);
  wire_send (wire,
             "{\"checkpoint_diff\":{\"last_op_id\":\"1\",\"write_checkpoint\":\"%s\","
             "\"removed_buckets\":[],\"updated_buckets\":[]}}",
             again);
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
  g_thread_join (waiter);
}

/* --- Notices ------------------------------------------------------------------------------------- */

static void
take_notice (SynclineClient *client G_GNUC_UNUSED, GVariant *rows, GPtrArray *notices)
{
  g_ptr_array_add (notices, g_variant_print (rows, FALSE));
}

static void
wait_notices (GPtrArray *notices, guint n)
{
  while (notices->len < n)
    g_main_context_iteration (NULL, TRUE);
}

/* One for a checkpoint, in however many lines it came; one for a transaction of our own. */
static void
test_notices (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GPtrArray) notices = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  wire_start_streaming (wire);
  wire_send (wire, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":["
                   "{\"bucket\":\"b\",\"checksum\":1,\"count\":1}]}}");
  wire_send_rows (wire, "b", "1:a=one:1");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}");
  wire_wait_rows (wire, "a=one");
  wire_wait_reason (wire, "streaming");

  g_signal_connect (wire->client, "rows-changed", G_CALLBACK (take_notice), notices);
  wire_send (wire, "{\"checkpoint_diff\":{\"last_op_id\":\"4\",\"removed_buckets\":[],"
                   "\"updated_buckets\":[{\"bucket\":\"b\",\"checksum\":10,\"count\":4}]}}");
  wire_send_rows (wire, "b", "2:b=two:2");
  wire_send_rows (wire, "b", "3:b=three:3 4:b=four:4");
  wire_send (wire, "{\"checkpoint_complete\":{\"last_op_id\":\"4\"}}");
  wait_notices (notices, 1);
  g_assert_cmpstr (notices->pdata[0], ==, "{'t': ['b']}");

  g_autoptr (SynclineResult) result = syncline_client_execute (
      wire->client, "UPDATE t SET v = 'mine' WHERE id = 'a'", NULL, NULL, &error);
  g_assert_no_error (error);
  wait_notices (notices, 2);
  g_assert_cmpstr (notices->pdata[1], ==, "{'t': ['a']}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  WIRE_ADD ("checksums/mismatch", test_mismatch);
  WIRE_ADD ("checksums/backs-off", test_mismatch_backs_off);
  WIRE_ADD ("tokens/early-renewal", test_early_renewal);
  WIRE_ADD ("bad-lines", test_bad_lines);
  WIRE_ADD ("progress", test_progress);
  WIRE_ADD ("notices", test_notices);
  WIRE_ADD ("wait/is-exact", test_wait_is_exact);
  WIRE_ADD ("wait/asks-again", test_wait_asks_again);
  return g_test_run ();
}
