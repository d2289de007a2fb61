/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download-fixture.h"

#include <string.h>

#include "bson-build.h"

static void
assert_next_fails (Fixture *fixture, SynclineError code, const char *words)
{
  g_autoptr (GError) error = NULL;
  SynclineEvent event;

  g_assert_false (
      fixture->methods->next_event (fixture->self, fixture->stream, &event, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
}

/* --- What is asked ------------------------------------------------------------------------------- */

static void
test_request (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const SynclineBucketState buckets[] = {
    { .name = "1#user_data[\"u\\\n\303\251\"]", .last_op = 22 },
    { .name = "b", .last_op = G_MAXINT64 },
  };
  static const SynclineSubscription subscriptions[] = {
    { .stream = "lists", .parameters = "{ \"id\": 1e0 }" },
    { .stream = "q\"", .has_priority = TRUE, .priority = 2 },
  };
  static const SynclineStreamRequest request = {
    .client_id = "7d0f",
    .n_buckets = G_N_ELEMENTS (buckets),
    .buckets = buckets,
    .parameters = "{\"team\":\"\\u0041\"}",
    .n_subscriptions = G_N_ELEMENTS (subscriptions),
    .subscriptions = subscriptions,
  };

  stub_server_push (fixture->server, stub_answer_new (200, "application/x-ndjson", ""));
  fixture->stream
      = fixture->methods->open_stream (fixture->self, &request, fixture->credentials, NULL, NULL);
  g_assert_nonnull (fixture->stream);

  const StubRequest *sent = stub_server_get_request (fixture->server, 0);
  g_autofree char *body = stub_request_dup_body (sent);
  g_assert_cmpstr (sent->method, ==, "POST");
  g_assert_cmpstr (sent->path, ==, "/sync-here/sync/stream");
  g_assert_null (sent->query);
  g_assert_cmpstr (stub_request_get_header (sent, "authorization"), ==, "Token " TOKEN);
  g_assert_cmpstr (stub_request_get_header (sent, "content-type"), ==, "application/json");
  g_assert_cmpstr (stub_request_get_header (sent, "accept"), ==,
                   "application/vnd.powersync.bson-stream;q=0.9, application/x-ndjson;q=0.8");
  g_assert_nonnull (strstr (stub_request_get_header (sent, "accept-encoding"), "gzip"));
  g_assert_cmpstr (
      body, ==,
      "{\"buckets\":[{\"name\":\"1#user_data[\\\"u\\\\\\u000a\303\251\\\"]\","
      "\"after\":\"22\"},{\"name\":\"b\",\"after\":\"9223372036854775807\"}],"
      "\"include_checksum\":true,\"raw_data\":true,\"binary_data\":true,"
      "\"client_id\":\"7d0f\",\"parameters\":{\"team\":\"\\u0041\"},"
      "\"streams\":{\"include_defaults\":false,\"subscriptions\":["
      "{\"stream\":\"lists\",\"parameters\":{ \"id\": 1e0 },\"override_priority\":null},"
      "{\"stream\":\"q\\\"\",\"parameters\":null,\"override_priority\":2}]}}");
}

static void
test_first_request (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  stub_server_push (fixture->server, stub_answer_new (200, "application/x-ndjson", ""));
  g_assert_true (fixture_open_stream (fixture, NULL));

  g_autofree char *body = stub_request_dup_body (stub_server_get_request (fixture->server, 0));
  g_assert_cmpstr (body, ==,
                   "{\"buckets\":[],\"include_checksum\":true,\"raw_data\":true,"
                   "\"binary_data\":true,\"client_id\":\"7d0f\",\"parameters\":{},"
                   "\"streams\":{\"include_defaults\":true,\"subscriptions\":[]}}");
}

/* Parameters are embedded as they stand: what is no object must not get far. */
static void
test_bad_parameters (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const bad[]
      = { "", "null", "[1]", "{\"a\":1", "{},\"client_id\":\"x\"", "{} {}", "{\"a\":\"\t\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const SynclineSubscription subscription = { .stream = "lists", .parameters = bad[i] };
      const SynclineStreamRequest requests[] = {
        { .client_id = "c", .parameters = bad[i] },
        { .client_id = "c", .n_subscriptions = 1, .subscriptions = &subscription },
      };
      for (guint j = 0; j < G_N_ELEMENTS (requests); j++)
        {
          g_autoptr (GError) error = NULL;
          g_assert_null (fixture->methods->open_stream (fixture->self, &requests[j],
                                                        fixture->credentials, NULL, &error));
          g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
        }
    }
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 0);
}

static void
test_chosen_format (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->config.format = DOWNLOADER_FORMAT_NDJSON;
  fixture->config.compression = FALSE;
  stub_server_push (fixture->server, stub_answer_new (200, "application/x-ndjson", ""));
  g_assert_true (fixture_open_stream (fixture, NULL));

  const StubRequest *sent = stub_server_get_request (fixture->server, 0);
  g_assert_cmpstr (stub_request_get_header (sent, "accept"), ==, "application/x-ndjson");
  g_assert_cmpstr (stub_request_get_header (sent, "accept-encoding"), ==, "identity");
  fixture->methods->close_stream (fixture->self, g_steal_pointer (&fixture->stream));

  fixture->config.format = DOWNLOADER_FORMAT_BSON;
  stub_server_push (fixture->server, stub_answer_new (200, "application/x-ndjson", ""));
  g_assert_true (fixture_open_stream (fixture, NULL));
  sent = stub_server_get_request (fixture->server, 1);
  g_assert_cmpstr (stub_request_get_header (sent, "accept"), ==,
                   "application/vnd.powersync.bson-stream");
}

/* --- What comes ---------------------------------------------------------------------------------- */

static void
test_events (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_open_fed_stream (fixture);
  stub_stream_send (fixture->far_end,
                    "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[]}}\n{\"che", -1);
  assert_next_event (fixture, "checkpoint 1 w0");
  stub_stream_send (fixture->far_end, "ckpoint_complete\":{\"last_op_id\":\"1\"}}", -1);
  stub_stream_send (fixture->far_end, "\n{\"token_expires_in\":1}\n{\"token_expires_in\":0}\n", -1);
  assert_next_event (fixture, "complete 1");
  assert_next_event (fixture, "keepalive 1");
  assert_next_event (fixture, "keepalive 0");
  stub_stream_end (fixture->far_end);
  assert_next_event (fixture, "end");
}

/* A token that just expired gets a success, and nothing but this. */
static void
test_expired_token (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  stub_server_push (fixture->server,
                    stub_answer_new (200, "application/x-ndjson", "{\"token_expires_in\":0}\n"));
  g_assert_true (fixture_open_stream (fixture, NULL));
  assert_next_event (fixture, "keepalive 0");
  assert_next_event (fixture, "end");
}

/* The type of the answer tells the encoding, whatever was asked for. */
static void
test_bson (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GByteArray) stream = bson_build_from_lines (
      "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[{\"bucket\":\"b\",\"checksum\":-1}]}}\n"
      "{\"token_expires_in\":0}\n",
      BSON_BUILD_AS_SERVICE);

  fixture->config.format = DOWNLOADER_FORMAT_NDJSON;
  stub_server_push (
      fixture->server,
      stub_answer_with_body (stub_answer_new (200, "application/vnd.powersync.bson-stream", NULL),
                             stream->data, stream->len));
  g_assert_true (fixture_open_stream (fixture, NULL));
  assert_next_event (fixture, "checkpoint 1 w0 b=ffffffff/3");
  assert_next_event (fixture, "keepalive 0");
  assert_next_event (fixture, "end");
}

/* --- What goes wrong ----------------------------------------------------------------------------- */

static void
test_cut (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_open_fed_stream (fixture);
  stub_stream_send (fixture->far_end, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}\n{\"da",
                    -1);
  assert_next_event (fixture, "complete 1");
  stub_stream_cut (fixture->far_end);
  assert_next_fails (fixture, SYNCLINE_ERROR_UNAVAILABLE, "broke off");
}

/* A service that goes down may end the response as if all were well. */
static void
test_early_end (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_open_fed_stream (fixture);
  stub_stream_send (fixture->far_end, "{\"token_expires_in\":100}\n", -1);
  assert_next_event (fixture, "keepalive 100");
  stub_stream_end (fixture->far_end);
  assert_next_fails (fixture, SYNCLINE_ERROR_UNAVAILABLE, "cut the connection");
}

static void
test_early_end_in_line (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_open_fed_stream (fixture);
  stub_stream_send (fixture->far_end, "{\"token_expires_in\":0}\n{\"token_expires_in\":0}", -1);
  assert_next_event (fixture, "keepalive 0");
  stub_stream_end (fixture->far_end);
  assert_next_fails (fixture, SYNCLINE_ERROR_UNAVAILABLE, "was cut after 22 bytes of a message");
}

static void
test_wrong_message (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_open_fed_stream (fixture);
  stub_stream_send (fixture->far_end, "{\"checkpoint_complete\":{\"last_op_id\":1}}\n", -1);
  assert_next_fails (fixture, SYNCLINE_ERROR_PROTOCOL, "checkpoint_complete.last_op_id");
}

static void
test_big_message (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *spaces = g_strnfill (1024 * 1024, ' ');

  fixture_open_fed_stream (fixture);
  stub_stream_fill (fixture->far_end, spaces, 1024 * 1024 + 1);
  assert_next_fails (fixture, SYNCLINE_ERROR_PROTOCOL, "raise max-message");
}

static void
test_idle_timeout (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->config.idle_timeout = 100 * G_TIME_SPAN_MILLISECOND;
  fixture_open_fed_stream (fixture);
  assert_next_fails (fixture, SYNCLINE_ERROR_UNAVAILABLE, "fell silent");
}

static void
assert_open_fails (Fixture *fixture, StubAnswer *answer, SynclineError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, answer);
  g_assert_false (fixture_open_stream (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (strstr (error->message, TOKEN));
}

static void
test_statuses (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    guint status;
    const char *type;
    const char *body;
    SynclineError code;
    const char *words;
  } cases[] = {
    { 401, "application/json",
      "{\"error\":{\"name\":\"AuthorizationError\",\"code\":\"PSYNC_S2103\",\"status\":401,"
      "\"description\":\"JWT has\\nexpired\",\"details\":\"[]\"}}",
      SYNCLINE_ERROR_UNAUTHORIZED, "PSYNC_S2103: JWT has expired" },
    { 401, NULL, "", SYNCLINE_ERROR_UNAUTHORIZED, "401" },
    { 400, "application/json",
      "{\"error\":{\"code\":\"PSYNC_S2001\",\"description\":\"body validation failed\"}}",
      SYNCLINE_ERROR_PROTOCOL, "PSYNC_S2001: body validation failed" },
    { 403, "application/json", "{\"message\":\"no\"}", SYNCLINE_ERROR_PROTOCOL, "403" },
    { 404, "application/json", "{\"error\":{\"code\":\"PSYNC_S2002\"}}", SYNCLINE_ERROR_PROTOCOL,
      "PSYNC_S2002" },
    { 413, "application/json", "{\"error\":{\"code\":\"FST_ERR_CTP_BODY_TOO_LARGE\"}}",
      SYNCLINE_ERROR_PROTOCOL, "0 buckets and 0 subscriptions" },
    { 429, NULL, "", SYNCLINE_ERROR_UNAVAILABLE, "429" },
    { 500, "application/json",
      "{\"error\":{\"code\":\"PSYNC_S2302\",\"description\":\"No sync rules\"}}",
      SYNCLINE_ERROR_UNAVAILABLE, "PSYNC_S2302: No sync rules" },
    { 502, "text/html", "<html>Bad Gateway</html>", SYNCLINE_ERROR_UNAVAILABLE, "502" },
    { 503, "application/json", "{\"error\":{\"code\":7}}", SYNCLINE_ERROR_UNAVAILABLE, "503" },
    { 200, "text/html; charset=utf-8", "<html>Welcome</html>", SYNCLINE_ERROR_UNAVAILABLE,
      "web page" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_open_fails (fixture, stub_answer_new (cases[i].status, cases[i].type, cases[i].body),
                       cases[i].code, cases[i].words);
}

static void
test_retry_after (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, stub_answer_with_header (stub_answer_new (503, NULL, NULL),
                                                              "Retry-After", "7"));
  g_assert_false (fixture_open_stream (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_cmpint (syncline_error_get_retry_after (error), ==, 7 * G_TIME_SPAN_SECOND);
}

/* The token must not go to another host, and a POST must not become a GET. */
static void
test_redirect (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  assert_open_fails (fixture,
                     stub_answer_with_header (stub_answer_new (307, NULL, NULL), "Location",
                                              stub_server_get_url (fixture->server)),
                     SYNCLINE_ERROR_UNAVAILABLE, "redirect");
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 1);
}

static void
test_unreachable (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  stub_server_stop (fixture->server);
  g_assert_false (fixture_open_stream (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

/* --- Cancel and close ---------------------------------------------------------------------------- */

/* Waits a little, so that the call most likely waits for bytes by then; right either way. */
static gpointer
cancel_soon (gpointer data)
{
  Fixture *fixture = data;

  g_usleep (20 * 1000);
  g_cancellable_cancel (fixture->cancellable);
  return NULL;
}

static gpointer
cancel_after_request (gpointer data)
{
  Fixture *fixture = data;

  stub_server_wait_requests (fixture->server, 1);
  g_cancellable_cancel (fixture->cancellable);
  return NULL;
}

static void
test_cancel_next (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  SynclineEvent event;

  fixture_open_fed_stream (fixture);
  GThread *thread = g_thread_new ("cancel", cancel_soon, fixture);
  gint64 start = g_get_monotonic_time ();
  g_assert_false (fixture->methods->next_event (fixture->self, fixture->stream, &event,
                                                fixture->cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, PROMPTLY);
  g_thread_join (thread);

  fixture->methods->close_stream (fixture->self, g_steal_pointer (&fixture->stream));
  stub_stream_wait_closed (fixture->far_end);
}

static void
test_cancel_open (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, stub_answer_new_hang ());
  GThread *thread = g_thread_new ("cancel", cancel_after_request, fixture);
  gint64 start = g_get_monotonic_time ();
  g_assert_null (fixture->methods->open_stream (fixture->self, &first_request, fixture->credentials,
                                                fixture->cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, PROMPTLY);
  g_thread_join (thread);
}

/* In the middle of a stream that goes on and on. */
static void
test_close (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *spaces = g_strnfill (64 * 1024, ' ');

  fixture->config.max_message = 1024 * 1024 * 1024;
  fixture_open_fed_stream (fixture);
  stub_stream_send (fixture->far_end, "{\"a\":1}\n", -1);
  stub_stream_fill (fixture->far_end, spaces, 64 * 1024 * 1024);
  assert_next_event (fixture, "unknown");
  gint64 start = g_get_monotonic_time ();
  fixture->methods->close_stream (fixture->self, g_steal_pointer (&fixture->stream));
  g_assert_cmpint (g_get_monotonic_time () - start, <, PROMPTLY);
  stub_stream_wait_closed (fixture->far_end);
}

/* --- Whether it is there ------------------------------------------------------------------------- */

static void
test_probe (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  stub_server_push_json (fixture->server, 200, "{\"ready\":true,\"started\":true}");
  g_assert_true (fixture->methods->probe (fixture->self, &message, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (message, "/sync-here is alive"));
  const StubRequest *sent = stub_server_get_request (fixture->server, 0);
  g_assert_cmpstr (sent->path, ==, "/sync-here/probes/liveness");
  g_assert_null (stub_request_get_header (sent, "authorization"));

  stub_server_push (fixture->server, stub_answer_new (200, "text/html", "<html>"));
  g_assert_false (fixture->methods->probe (fixture->self, NULL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("request", test_request);
  ADD ("first-request", test_first_request);
  ADD ("bad-parameters", test_bad_parameters);
  ADD ("chosen-format", test_chosen_format);
  ADD ("events", test_events);
  ADD ("expired-token", test_expired_token);
  ADD ("bson", test_bson);
  ADD ("cut", test_cut);
  ADD ("early-end", test_early_end);
  ADD ("early-end-in-line", test_early_end_in_line);
  ADD ("wrong-message", test_wrong_message);
  ADD ("big-message", test_big_message);
  ADD ("idle-timeout", test_idle_timeout);
  ADD ("statuses", test_statuses);
  ADD ("retry-after", test_retry_after);
  ADD ("redirect", test_redirect);
  ADD ("unreachable", test_unreachable);
  ADD ("cancel-next", test_cancel_next);
  ADD ("cancel-open", test_cancel_open);
  ADD ("close", test_close);
  ADD ("probe", test_probe);
  return g_test_run ();
}
