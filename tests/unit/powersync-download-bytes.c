/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What is on the wire: compressed or not, and how much of it. */

#include "config.h"

#include "powersync-download-fixture.h"

#include <curl/curl.h>
#include <string.h>

static void
test_byte_counts (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char line[] = "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}\n";
  SynclineEvent event;

  fixture_open_fed_stream (fixture);
  stub_stream_send (fixture->far_end, line, -1);
  g_assert_true (fixture->methods->next_event (fixture->self, fixture->stream, &event, NULL, NULL));
  g_assert_cmpuint (event.decoded_bytes, ==, strlen (line));
  g_assert_cmpuint (event.wire_bytes, ==, strlen (line));
  stub_stream_send (fixture->far_end, line, -1);
  g_assert_true (fixture->methods->next_event (fixture->self, fixture->stream, &event, NULL, NULL));
  g_assert_cmpuint (event.wire_bytes, ==, strlen (line));
}

static GByteArray *
compress (const char *text)
{
  g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize read, written;

  g_byte_array_set_size (out, 4096);
  g_assert_cmpint (g_converter_convert (G_CONVERTER (gzip), text, strlen (text), out->data,
                                        out->len, G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  g_byte_array_set_size (out, (guint) written);
  return g_steal_pointer (&out);
}

static void
test_gzip (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = 0; i < 100; i++)
    g_string_append (text, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}\n");
  g_autoptr (GByteArray) body = compress (text->str);

  stub_server_push (fixture->server,
                    stub_answer_with_header (
                        stub_answer_with_body (stub_answer_new (200, "application/x-ndjson", NULL),
                                               body->data, body->len),
                        "Content-Encoding", "gzip"));
  g_assert_true (fixture_open_stream (fixture, NULL));

  guint64 wire_bytes = 0, decoded_bytes = 0;
  for (int i = 0; i < 100; i++)
    {
      SynclineEvent event;
      g_assert_true (
          fixture->methods->next_event (fixture->self, fixture->stream, &event, NULL, NULL));
      g_assert_cmpint (event.type, ==, SYNCLINE_EVENT_COMPLETE);
      wire_bytes += event.wire_bytes;
      decoded_bytes += event.decoded_bytes;
    }
  g_assert_cmpuint (wire_bytes, ==, body->len);
  g_assert_cmpuint (decoded_bytes, ==, text->len);
}

/* Each line can be read when it was sent: the service flushes what it compresses. */
static void
assert_prompt (Fixture *fixture,
               const char *encoding,
               const char *first,
               gsize first_length,
               const char *rest,
               gsize rest_length)
{
  fixture_open_fed_stream_with (fixture, "Content-Encoding", encoding);
  const StubRequest *sent = stub_server_get_request (fixture->server, 0);
  g_assert_nonnull (strstr (stub_request_get_header (sent, "accept-encoding"), encoding));

  stub_stream_send (fixture->far_end, first, (gssize) first_length);
  assert_next_event (fixture, "checkpoint 1 w0");
  /* However the network cuts it. */
  for (gsize i = 0; i < rest_length; i++)
    stub_stream_send (fixture->far_end, rest + i, 1);
  for (int i = 0; i < 50; i++)
    assert_next_event (fixture, "complete 1");
}

static gsize
compress_and_flush (GZlibCompressor *gzip, const char *text, char *out, gsize size)
{
  gsize length = 0, n_read, n_written;
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (result == G_CONVERTER_CONVERTED)
    {
      result = g_converter_convert (G_CONVERTER (gzip), text, strlen (text), out + length,
                                    size - length, G_CONVERTER_FLUSH, &n_read, &n_written, NULL);
      text += n_read;
      length += n_written;
    }
  g_assert_cmpint (result, ==, G_CONVERTER_FLUSHED);
  return length;
}

static void
test_gzip_is_prompt (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GString) text = g_string_new (NULL);
  char first[512], rest[512];

  for (int i = 0; i < 50; i++)
    g_string_append (text, "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}\n");
  const gsize first_length = compress_and_flush (
      gzip, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[]}}\n", first, sizeof first);
  const gsize rest_length = compress_and_flush (gzip, text->str, rest, sizeof rest);
  assert_prompt (fixture, "gzip", first, first_length, rest, rest_length);
}

/* The same, compressed and flushed by Node. */
static void
test_zstd_is_prompt (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char first[] = "\050\265\057\375\000\130\170\001\000"
                              "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[]}}\n";
  static const char rest[]
      = "\254\000\000\110_complete\003\020\005\073\160\076\330\311\111\016\010";

  if (!(curl_version_info (CURLVERSION_NOW)->features & CURL_VERSION_ZSTD))
    {
      g_test_skip ("this libcurl knows no zstd");
      return;
    }
  assert_prompt (fixture, "zstd", first, sizeof first - 1, rest, sizeof rest - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("bytes/counts", test_byte_counts);
  ADD ("bytes/gzip", test_gzip);
  ADD ("bytes/gzip-is-prompt", test_gzip_is_prompt);
  ADD ("bytes/zstd-is-prompt", test_zstd_is_prompt);
  return g_test_run ();
}
