/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "bson-build.h"
#include "ndjson-trace.h"
#include "powersync-download/bson-reader.h"
#include "powersync-download/message-reader.h"

#include <string.h>

/* A session of each kind of message, right for JSON and BSON alike. */
static const char session[]
    = "{\"checkpoint\":{\"last_op_id\":\"3\",\"write_checkpoint\":null,\"buckets\":["
      "{\"bucket\":\"b\303\251[\\\"x\\\"]\",\"checksum\":-650602098,\"count\":2,\"priority\":1,"
      "\"subscriptions\":[{\"sub\":0},{\"default\":1}]},{\"bucket\":\"c\",\"checksum\":4294967295}]"
      ","
      "\"streams\":[{\"name\":\"s\",\"is_default\":true,\"errors\":["
      "{\"subscription\":0,\"message\":\"m\"}]},{\"name\":\"t\",\"is_default\":false,\"errors\":[]}"
      "]}}\n"
      "{\"data\":{\"bucket\":\"c\",\"after\":\"0\",\"has_more\":false,\"data\":["
      "{\"op_id\":\"9223372036854775807\",\"op\":\"PUT\",\"object_type\":\"t\",\"object_id\":\"i\","
      "\"checksum\":4089166878,\"subkey\":\"k\\u0000\",\"data\":\"{\\\"id\\\":\\\"\303\251\\\"}\"},"
      "{\"op_id\":\"3\",\"op\":\"REMOVE\",\"object_type\":\"t\",\"object_id\":\"x\",\"checksum\":"
      "12,"
      "\"subkey\":null,\"data\":null},{\"op_id\":\"4\",\"op\":\"MOVE\",\"checksum\":1},"
      "{\"op_id\":\"5\",\"op\":\"CLEAR\",\"checksum\":-1}],\"next_after\":\"5\"}}\n"
      "{\"data\":{\"bucket\":\"\",\"data\":[]}}\n"
      "{\"partial_checkpoint_complete\":{\"last_op_id\":\"3\",\"priority\":1}}\n"
      "{\"checkpoint_diff\":{\"last_op_id\":\"4\",\"updated_buckets\":[{\"bucket\":\"n\","
      "\"checksum\":1}],\"removed_buckets\":[\"b\",\"\"],\"write_checkpoint\":\"9007199254740993\"}"
      "}\n"
      "{\"checkpoint_complete\":{\"last_op_id\":\"4\",\"later\":[1.5,{\"a\":true}]}}\n"
      "{\"later\":{\"n\":[1,2,{}]}}\n"
      "{\"later\":null}\n"
      "{\"token_expires_in\":3600}\n"
      "{\"token_expires_in\":0}\n";

static char *
trace_bson (const GByteArray *stream, TraceCut cut)
{
  return trace_stream (STREAM_FORMAT_BSON, (const char *) stream->data, stream->len, cut);
}

static void
test_same_as_json (void)
{
  g_autofree char *expected
      = trace_stream (STREAM_FORMAT_NDJSON, session, strlen (session), TRACE_WHOLE);
  g_assert_true (g_str_has_suffix (expected, "keepalive 0\n."));

  for (int numbers = BSON_BUILD_AS_SERVICE; numbers <= BSON_BUILD_DOUBLE; numbers++)
    {
      g_autoptr (GByteArray) stream = bson_build_from_lines (session, numbers);
      g_autofree char *trace = trace_bson (stream, TRACE_WHOLE);
      g_assert_cmpstr (trace, ==, expected);
    }
}

static void
test_splits (void)
{
  g_autoptr (GByteArray) stream = bson_build_from_lines (session, BSON_BUILD_AS_SERVICE);
  g_autofree char *whole = trace_bson (stream, TRACE_WHOLE);
  g_autofree char *bytes = trace_bson (stream, TRACE_BYTES);

  g_assert_cmpstr (bytes, ==, whole);
  for (int i = 0; i < 500; i++)
    {
      g_autofree char *split = trace_bson (stream, TRACE_RANDOM);
      g_assert_cmpstr (split, ==, whole);
    }
}

static void
test_every_cut (void)
{
  g_autoptr (GByteArray) stream = bson_build_from_lines (session, BSON_BUILD_AS_SERVICE);
  g_autofree char *whole = trace_bson (stream, TRACE_WHOLE);
  guint length = stream->len;

  while (length-- > 0)
    {
      g_byte_array_set_size (stream, length);
      g_autofree char *got = trace_bson (stream, TRACE_RANDOM);
      char *last_line = strrchr (got, '\n');
      gsize events = last_line == NULL ? 0 : (gsize) (last_line + 1 - got);
      g_assert_cmpmem (got, events, whole, events);
      g_assert_true (g_str_has_prefix (got + events, "the "));
    }
}

/* A document of its own block, so that a sanitizer sees a read beyond it. */
static gboolean
read_document (const GByteArray *document, SynclineEvent *event, GError **error)
{
  g_autoptr (MessageReader) reader = message_reader_new ();
  g_autofree char *copy = g_memdup2 (document->data, document->len);

  return message_reader_read_bson (reader, copy, document->len, event, error);
}

static void
assert_fault (const void *elements, gsize length, const char *expected)
{
  g_autoptr (GByteArray) document = bson_build_document (elements, length);
  g_autoptr (GError) error = NULL;
  SynclineEvent event;

  g_assert_false (read_document (document, &event, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
  g_assert_cmpstr (error->message, ==, expected);
}

#define FAULT(elements, expected)                                                                  \
  assert_fault (elements, sizeof (elements) - 1,                                                   \
                "the PowerSync service sent a wrong message: " expected)

static void
test_faults (void)
{
  FAULT ("", "an object without a member (byte 4 of 5)");
  FAULT ("\x10token_expires_in\0\1\0\0\0\x0a"
         "b\0",
         "an object with more than one member (byte 26 of 30)");
  FAULT ("\x02token_expires_in\0\2\0\0\0"
         "1\0",
         "token_expires_in: a string instead of a number (byte 22 of 29)");
  FAULT ("\x01token_expires_in\0\0\0\0\0\0\0\xe0\x3f",
         "token_expires_in: a number that is no count of seconds (byte 22 of 31)");
  FAULT ("\x01token_expires_in\0\0\0\0\0\0\0\xe0\x43",
         "token_expires_in: a number that is no count of seconds (byte 22 of 31)");
  FAULT ("\x01token_expires_in\0\0\0\0\0\0\0\xf8\x7f",
         "token_expires_in: a number that is no count of seconds (byte 22 of 31)");
  FAULT ("\x05token_expires_in\0\0\0\0\0\0",
         "token_expires_in: a value of BSON type 0x05 (byte 22 of 28)");
  FAULT ("\x10token_expires_in\0\1\0\0",
         "token_expires_in: a number that is cut short (byte 22 of 26)");
  FAULT ("\x10token_expires_in", "a key without an end (byte 5 of 22)");
  FAULT ("\x03"
         "data\0\x08\0\0\0\x0a\0",
         "data: a document of an impossible length (byte 10 of 17)");
  FAULT ("\x03"
         "data\0\x05\0\0\0\1",
         "data: a document that does not end in a zero (byte 14 of 16)");
  FAULT ("\x03"
         "data\0\x04\0\0\0\0",
         "data: a document of an impossible length (byte 10 of 16)");
  FAULT ("\x03"
         "data\0\xff\xff\xff\xff\0",
         "data: a document of an impossible length (byte 10 of 16)");
  FAULT ("\x03"
         "data\0\x12\0\0\0\x02"
         "bucket\0\0\0\0\0\0\0",
         "data.bucket: a string of an impossible length (byte 22 of 29)");
  FAULT ("\x03"
         "data\0\x12\0\0\0\x02"
         "bucket\0\3\0\0\0\0\0",
         "data.bucket: a string of an impossible length (byte 22 of 29)");
  FAULT ("\x03"
         "data\0\x13\0\0\0\x02"
         "bucket\0\2\0\0\0a\1\0",
         "data.bucket: a string that does not end in a zero (byte 27 of 30)");
  FAULT ("\x03"
         "data\0\x13\0\0\0\x02"
         "bucket\0\2\0\0\0\xe9\0\0",
         "data.bucket: malformed UTF-8 (byte 26 of 30)");
  FAULT ("\x42x\0", "a value of an impossible length or type (byte 7 of 8)");
}

/* Members from the future are skipped, whatever their type. */
static void
test_skipped_types (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
  } values[] = {
#define VALUE(bytes) { bytes, sizeof (bytes) - 1 }
    VALUE ("\x01x\0"
           "12345678"),
    VALUE ("\x02x\0\3\0\0\0ab\0"),
    VALUE ("\x03x\0\5\0\0\0\0"),
    VALUE ("\x04x\0\5\0\0\0\0"),
    VALUE ("\x05x\0\2\0\0\0\0ab"),
    VALUE ("\x06x\0"),
    VALUE ("\x07x\0"
           "123456789012"),
    VALUE ("\x08x\0\1"),
    VALUE ("\x09x\0"
           "12345678"),
    VALUE ("\x0ax\0"),
    VALUE ("\x0bx\0ab*\0i\0"),
    VALUE ("\x0cx\0\2\0\0\0a\0"
           "123456789012"),
    VALUE ("\x0dx\0\2\0\0\0a\0"),
    VALUE ("\x0ex\0\2\0\0\0a\0"),
    VALUE ("\x0fx\0\x0f\0\0\0\2\0\0\0a\0\5\0\0\0\0"),
    VALUE ("\x10x\0"
           "1234"),
    VALUE ("\x11x\0"
           "12345678"),
    VALUE ("\x12x\0"
           "12345678"),
    VALUE ("\x13x\0"
           "1234567890123456"),
    VALUE ("\xffx\0"),
    VALUE ("\x7fx\0"),
#undef VALUE
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GByteArray) document = bson_build_document (values[i].bytes, values[i].length);
      g_autoptr (GError) error = NULL;
      SynclineEvent event;
      g_assert_true (read_document (document, &event, &error));
      g_assert_no_error (error);
      g_assert_cmpint (event.type, ==, SYNCLINE_EVENT_UNKNOWN);

      /* Without its last byte it is cut short, unless it is nothing but its key. */
      if (values[i].length == 3)
        continue;
      g_autoptr (GByteArray) shorter = bson_build_document (values[i].bytes, values[i].length - 1);
      g_assert_false (read_document (shorter, &event, NULL));
    }
}

static void
test_depth (void)
{
  g_autoptr (GByteArray) document = bson_build_document (NULL, 0);
  BsonPull pull;
  guint n = 0;

  for (guint i = 0; i < JSON_PULL_MAX_DEPTH; i++)
    {
      g_autoptr (GByteArray) outer = g_byte_array_new ();
      g_byte_array_append (outer, (const guint8 *) "\x03x", 3);
      g_byte_array_append (outer, document->data, document->len);
      g_byte_array_unref (document);
      document = bson_build_document (outer->data, outer->len);
    }
  bson_pull_init (&pull, (const char *) document->data, document->len);
  while (bson_pull_next (&pull) != JSON_PULL_ERROR)
    n++;
  g_assert_cmpstr (bson_pull_get_error (&pull), ==, "too deep nesting");
  g_assert_cmpuint (n, ==, 2 * JSON_PULL_MAX_DEPTH);
}

static void
assert_stream_fault (const char *data, gsize length, TraceCut cut, const char *expected)
{
  g_autofree char *trace = trace_stream (STREAM_FORMAT_BSON, data, length, cut);

  g_assert_cmpstr (trace, ==, expected);
}

/* An impossible length is told at once: waiting for that many bytes would be for ever. */
static void
test_lengths (void)
{
  for (int cut = TRACE_WHOLE; cut <= TRACE_RANDOM; cut++)
    {
      assert_stream_fault ("\4\0\0\0", 4, cut,
                           "!the PowerSync service sent a BSON document of 4 bytes");
      assert_stream_fault ("\xff\xff\xff\xff", 4, cut,
                           "!the PowerSync service sent a BSON document of -1 bytes");
      assert_stream_fault ("\1\0\x10\0", 4, cut,
                           "!the PowerSync service sent a message of more than 1048576 bytes; "
                           "raise max-message if that is meant");
    }
}

/* Damaged documents give an error or an event, and nothing worse. */
static void
test_damage (void)
{
  g_autoptr (GByteArray) stream = bson_build_from_lines (session, BSON_BUILD_AS_SERVICE);
  guint faults = 0;

  for (int i = 0; i < 20000; i++)
    {
      g_autoptr (GByteArray) damaged = g_byte_array_new ();
      g_byte_array_append (damaged, stream->data, stream->len);
      for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
        damaged->data[g_test_rand_int_range (0, (gint32) damaged->len)]
            = (guint8) g_test_rand_int_range (0, 256);
      g_autofree char *trace = trace_bson (damaged, TRACE_RANDOM);
      faults += strchr (trace, '!') != NULL;
    }
  g_assert_cmpuint (faults, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bson/same-as-json", test_same_as_json);
  g_test_add_func ("/bson/splits", test_splits);
  g_test_add_func ("/bson/every-cut", test_every_cut);
  g_test_add_func ("/bson/faults", test_faults);
  g_test_add_func ("/bson/skipped-types", test_skipped_types);
  g_test_add_func ("/bson/depth", test_depth);
  g_test_add_func ("/bson/lengths", test_lengths);
  g_test_add_func ("/bson/damage", test_damage);
  return g_test_run ();
}
