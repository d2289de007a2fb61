/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http.h"

#include <gio/gio.h>
#include <string.h>

#include "support/fake-host.h"
#include "support/stub-server.h"

#define PROMPTLY (2 * G_TIME_SPAN_SECOND)

typedef struct
{
  StubServer *server;
  SynclineHost *host;
  SynclineHttpConfig config;
  SynclineHttp *http;
  HttpResponse response;
  HttpStream *stream;
  StubStream *far_end;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->server = stub_server_new ();
  fixture->host = fake_host_new ("http-test");
  fixture->http = http_new (&fixture->config, fixture->host, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  http_stream_close (fixture->stream);
  http_response_clear (&fixture->response);
  http_free (fixture->http);
  g_assert_cmpuint (stub_server_count_unexpected (fixture->server), ==, 0);
  g_assert_cmpuint (stub_server_count_pending (fixture->server), ==, 0);
  stub_server_free (fixture->server);
  fake_host_free (fixture->host);
}

static gboolean
open_stream (Fixture *fixture, gint64 idle_timeout, GCancellable *cancellable, GError **error)
{
  g_autofree char *url = g_strconcat (stub_server_get_url (fixture->server), "/stream", NULL);
  g_autofree char *body = g_strdup ("{\"ask\":1}");
  const HttpRequest request = { .method = "POST",
                                .url = url,
                                .body = body,
                                .body_length = strlen (body),
                                .idle_timeout = idle_timeout };

  return http_stream_open (fixture->http, &request, &fixture->response, &fixture->stream,
                           cancellable, error);
}

/* Opens one at whose far end the test sits. */
static void
open_fed_stream (Fixture *fixture, gint64 idle_timeout)
{
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, stub_answer_new_stream (200, "application/x-ndjson"));
  g_assert_true (open_stream (fixture, idle_timeout, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (fixture->stream);
  fixture->far_end = stub_server_wait_stream (fixture->server);
}

static void
assert_read (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  while (text->len < strlen (expected))
    {
      const char *data = NULL;
      gsize length = 0;
      g_assert_true (http_stream_read (fixture->stream, &data, &length, NULL, &error));
      g_assert_cmpuint (length, >, 0);
      g_string_append_len (text, data, (gssize) length);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_read (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *bytes;
  gsize length = 1;
  g_autoptr (GError) error = NULL;

  open_fed_stream (fixture, 0);
  g_assert_true (http_response_has_type (&fixture->response, "application/x-ndjson"));
  const StubRequest *request = stub_server_get_request (fixture->server, 0);
  g_autofree char *body = stub_request_dup_body (request);
  g_assert_cmpstr (body, ==, "{\"ask\":1}");
  g_assert_cmpstr (stub_request_get_header (request, "content-type"), ==, "application/json");

  stub_stream_send (fixture->far_end, "{\"a\":1}\n", -1);
  assert_read (fixture, "{\"a\":1}\n");
  stub_stream_send (fixture->far_end, "{\"b\"", -1);
  assert_read (fixture, "{\"b\"");
  stub_stream_send (fixture->far_end, ":2}\n", -1);
  stub_stream_end (fixture->far_end);
  assert_read (fixture, ":2}\n");
  g_assert_cmpuint (http_stream_get_wire_bytes (fixture->stream), ==, 16);

  g_assert_true (http_stream_read (fixture->stream, &bytes, &length, NULL, &error));
  g_assert_cmpuint (length, ==, 0);
}

/* What came before the break is delivered, then the break is an error. */
static void
test_cut (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;

  open_fed_stream (fixture, 0);
  stub_stream_send (fixture->far_end, "half a li", -1);
  stub_stream_cut (fixture->far_end);
  assert_read (fixture, "half a li");
  g_assert_false (http_stream_read (fixture->stream, &bytes, &length, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "broke off"));
}

static void
test_refused (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  StubAnswer *answer = stub_answer_new (302, NULL, NULL);

  stub_server_push_json (fixture->server, 401, "{\"error\":{\"code\":\"PSYNC_S2103\"}}");
  g_assert_true (open_stream (fixture, 0, NULL, &error));
  g_assert_null (fixture->stream);
  g_assert_cmpuint (fixture->response.status, ==, 401);
  g_assert_cmpstr ((char *) fixture->response.body->data, ==,
                   "{\"error\":{\"code\":\"PSYNC_S2103\"}}");
  g_assert_false (http_check_status (&fixture->response, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED);
  g_clear_error (&error);

  stub_server_push (fixture->server, stub_answer_new (429, NULL, NULL));
  g_assert_true (open_stream (fixture, 0, NULL, &error));
  g_assert_null (fixture->stream);

  stub_server_push (fixture->server,
                    stub_answer_with_header (answer, "Location", "http://127.0.0.1:1/"));
  g_assert_false (open_stream (fixture, 0, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  /* On a connection that was used before, the request is sent once more. */
  stub_server_push (fixture->server, stub_answer_with_repeat (stub_answer_new_close (), 2));
  g_assert_false (open_stream (fixture, 0, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

static void
test_idle (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;

  open_fed_stream (fixture, 100 * G_TIME_SPAN_MILLISECOND);
  stub_stream_send (fixture->far_end, "x", 1);
  assert_read (fixture, "x");
  g_assert_false (http_stream_read (fixture->stream, &bytes, &length, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "silent"));
}

/* A client that does not read makes the server stop. */
static void
test_backpressure (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const gsize most = 256 * 1024 * 1024;
  g_autofree char *block = g_strnfill (64 * 1024, 'x');
  gsize received = 0;
  const char *bytes;
  gsize length = 1;
  g_autoptr (GError) error = NULL;

  open_fed_stream (fixture, 0);
  const gsize sent = stub_stream_fill (fixture->far_end, block, most);
  g_assert_cmpuint (sent, >, 0);
  g_assert_cmpuint (sent, <, most);
  stub_stream_cut (fixture->far_end);

  while (http_stream_read (fixture->stream, &bytes, &length, NULL, &error) && length > 0)
    {
      g_assert_cmpuint (length, <=, 2 * 1024 * 1024);
      received += length;
    }
  g_assert_cmpuint (received, >=, sent);
}

static GBytes *
compress (const char *text, gsize length)
{
  g_autoptr (GZlibCompressor) compressor
      = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream
      = g_converter_output_stream_new (memory, G_CONVERTER (compressor));

  g_output_stream_write_all (stream, text, length, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* Bytes come out uncompressed, bounded in size even if the compression was extreme, and are counted
 * as they were on the wire. */
static void
test_compressed (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const gsize total = 32 * 1024 * 1024;
  g_autofree char *text = g_strnfill (total, 'z');
  g_autoptr (GBytes) packed = compress (text, total);
  StubAnswer *answer = stub_answer_new (200, "application/x-ndjson", NULL);
  gsize received = 0;
  const char *bytes;
  gsize length = 1;
  g_autoptr (GError) error = NULL;

  stub_answer_with_body (answer, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  stub_server_push (fixture->server, stub_answer_with_header (answer, "Content-Encoding", "gzip"));
  g_assert_true (open_stream (fixture, 0, NULL, &error));
  const StubRequest *request = stub_server_get_request (fixture->server, 0);
  g_assert_nonnull (strstr (stub_request_get_header (request, "accept-encoding"), "gzip"));

  while (http_stream_read (fixture->stream, &bytes, &length, NULL, &error) && length > 0)
    {
      g_assert_cmpuint (length, <=, 2 * 1024 * 1024);
      g_assert_cmpint (bytes[0], ==, 'z');
      received += length;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (received, ==, total);
  g_assert_cmpuint (http_stream_get_wire_bytes (fixture->stream), ==, g_bytes_get_size (packed));
}

static void
test_bad_compression (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  StubAnswer *answer = stub_answer_new (200, NULL, "this is not gzip");
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, stub_answer_with_header (answer, "Content-Encoding", "gzip"));
  if (open_stream (fixture, 0, NULL, &error))
    g_assert_false (http_stream_read (fixture->stream, &bytes, &length, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

static void
test_close (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  open_fed_stream (fixture, 0);
  stub_stream_send (fixture->far_end, "unread", -1);
  g_clear_pointer (&fixture->stream, http_stream_close);
  stub_stream_wait_closed (fixture->far_end);

  /* The http is as good as before. */
  open_fed_stream (fixture, 0);
  stub_stream_send (fixture->far_end, "again", -1);
  assert_read (fixture, "again");
}

typedef struct
{
  GCancellable *cancellable;
  gint64 cancelled_at;
} Canceller;

static gpointer
canceller_thread (gpointer data)
{
  Canceller *canceller = data;

  g_usleep (30 * 1000);
  canceller->cancelled_at = g_get_monotonic_time ();
  g_cancellable_cancel (canceller->cancellable);
  return NULL;
}

static void
test_cancel_open (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Canceller canceller = { g_cancellable_new (), 0 };
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, stub_answer_new_hang ());
  GThread *thread = g_thread_new ("canceller", canceller_thread, &canceller);
  g_assert_false (open_stream (fixture, 0, canceller.cancellable, &error));
  const gint64 returned_at = g_get_monotonic_time ();
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (returned_at - canceller.cancelled_at, <, PROMPTLY);
  g_object_unref (canceller.cancellable);
}

/* And the stream is still good then. */
static void
test_cancel_read (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Canceller canceller = { g_cancellable_new (), 0 };
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;

  open_fed_stream (fixture, 0);
  GThread *thread = g_thread_new ("canceller", canceller_thread, &canceller);
  g_assert_false (
      http_stream_read (fixture->stream, &bytes, &length, canceller.cancellable, &error));
  const gint64 returned_at = g_get_monotonic_time ();
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_test_message ("returned %.3f ms after the cancel",
                  (double) (returned_at - canceller.cancelled_at) / 1000);
  g_assert_cmpint (returned_at - canceller.cancelled_at, <, PROMPTLY);
  g_object_unref (canceller.cancellable);

  stub_stream_send (fixture->far_end, "still here", -1);
  assert_read (fixture, "still here");
}

/* Other requests go on while a stream is open. */
static void
test_beside (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = g_strconcat (stub_server_get_url (fixture->server), "/other", NULL);
  const HttpRequest request = { .url = url };
  g_auto (HttpResponse) response = { 0 };
  g_autoptr (GError) error = NULL;

  open_fed_stream (fixture, 0);
  stub_server_push_json (fixture->server, 200, "{}");
  g_assert_true (http_perform (fixture->http, &request, &response, NULL, &error));
  stub_stream_send (fixture->far_end, "line\n", -1);
  assert_read (fixture, "line\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/http-stream/read", test_read);
  ADD ("/http-stream/cut", test_cut);
  ADD ("/http-stream/refused", test_refused);
  ADD ("/http-stream/idle", test_idle);
  ADD ("/http-stream/backpressure", test_backpressure);
  ADD ("/http-stream/compressed", test_compressed);
  ADD ("/http-stream/bad-compression", test_bad_compression);
  ADD ("/http-stream/close", test_close);
  ADD ("/http-stream/cancel/open", test_cancel_open);
  ADD ("/http-stream/cancel/read", test_cancel_read);
  ADD ("/http-stream/beside", test_beside);
  return g_test_run ();
}
