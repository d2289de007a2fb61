/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "ndjson-trace.h"

#include <string.h>

#define CUT "the PowerSync service or the network cut the connection"

#define assert_stream(text, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *_trace                                                                        \
        = trace_stream (STREAM_FORMAT_NDJSON, text, strlen (text), TRACE_WHOLE);                   \
    g_assert_cmpstr (_trace, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

/* For a single message. */
#define assert_line(text, expected) assert_stream (text "\n", expected "\n" CUT)

#define assert_fault(text, expected)                                                               \
  assert_stream (text "\n", "!the PowerSync service sent a wrong message: " expected)

static void
test_checkpoint (void)
{
  assert_line ("{\"checkpoint\":{\"last_op_id\":\"25\",\"buckets\":[]}}", "checkpoint 25 w0");
  assert_line ("{\"checkpoint\":{\"last_op_id\":\"25\",\"write_checkpoint\":null,\"buckets\":["
               "{\"bucket\":\"1#user_data[\\\"01a2\\\"]\",\"checksum\":-650602098,\"count\":2,"
               "\"priority\":1,\"subscriptions\":[{\"default\":0},{\"sub\":4}]},"
               "{\"bucket\":\"old\",\"checksum\":4294967295}],"
               "\"streams\":[{\"name\":\"user_data\",\"is_default\":true,\"errors\":[]},"
               "{\"name\":\"s\",\"is_default\":false,\"errors\":["
               "{\"subscription\":\"default\",\"message\":\"no\"},"
               "{\"subscription\":1,\"message\":\"never\"}]}]}}",
               "checkpoint 25 w0 1#user_data[\"01a2\"]=d938998e/1#2@-1@4 old=ffffffff/3"
               " ~user_data *s(no)(never)");
  /* What an old service leaves out may also be null. */
  assert_line ("{\"checkpoint\":{\"last_op_id\":\"1\",\"streams\":null,\"buckets\":["
               "{\"bucket\":\"b\",\"checksum\":0,\"count\":null,\"priority\":null,"
               "\"subscriptions\":null}]}}",
               "checkpoint 1 w0 b=00000000/3");
  /* Subscriptions of a kind from the future are left out. */
  assert_line ("{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[{\"bucket\":\"b\","
               "\"checksum\":0,\"subscriptions\":[{\"group\":\"x\"},{\"sub\":0}]}]}}",
               "checkpoint 1 w0 b=00000000/3@0");
}

static void
test_write_checkpoint (void)
{
  assert_line ("{\"checkpoint\":{\"last_op_id\":\"1\",\"write_checkpoint\":\"9007199254740993\","
               "\"buckets\":[]}}",
               "checkpoint 1 w9007199254740993");
  assert_line ("{\"checkpoint_diff\":{\"last_op_id\":\"9223372036854775807\",\"write_checkpoint\":"
               "\"9223372036854775807\",\"updated_buckets\":[],\"removed_buckets\":[]}}",
               "diff 9223372036854775807 w9223372036854775807");
  assert_fault ("{\"checkpoint\":{\"last_op_id\":\"9223372036854775808\",\"buckets\":[]}}",
                "checkpoint.last_op_id: a position above 2^63-1 (byte 28 of 65)");
  assert_fault ("{\"checkpoint\":{\"last_op_id\":\"1\",\"write_checkpoint\":7,\"buckets\":[]}}",
                "checkpoint.write_checkpoint: a number instead of a string (byte 51 of 68)");
}

static void
test_diff (void)
{
  assert_line ("{\"checkpoint_diff\":{\"last_op_id\":\"26\",\"updated_buckets\":[{\"bucket\":\"a\","
               "\"checksum\":-379526427,\"count\":3,\"priority\":3}],"
               "\"removed_buckets\":[\"b\",\"c/\303\251\"],\"write_checkpoint\":\"1\"}}",
               "diff 26 w1 a=e960e2e5/3#3 -b -c/\303\251");
}

static void
test_data (void)
{
  assert_line (
      "{\"data\":{\"bucket\":\"b\",\"after\":\"0\",\"next_after\":\"4\",\"has_more\":false,"
      "\"data\":[{\"op_id\":\"1\",\"op\":\"PUT\",\"object_type\":\"todos\","
      "\"object_id\":\"i/1\",\"checksum\":4089166878,\"subkey\":\"x/y\","
      "\"data\":\"{\\\"id\\\":\\\"i/1\\\",\\\"n\\\":1.0}\"},"
      "{\"op_id\":\"2\",\"op\":\"REMOVE\",\"object_type\":\"todos\",\"object_id\":\"i/1\","
      "\"checksum\":-1,\"subkey\":null,\"data\":null},"
      "{\"op_id\":\"3\",\"op\":\"MOVE\",\"checksum\":7},"
      "{\"checksum\":0,\"op\":\"CLEAR\",\"op_id\":\"4\"}]}}",
      "ops b [PUT 1 f3bbbc1e|todos|i/1|x/y|{\"id\":\"i/1\",\"n\":1.0}]"
      " [REMOVE 2 ffffffff|todos|i/1|none|none]"
      " [MOVE 3 00000007|none|none|none|none]"
      " [CLEAR 4 00000000|none|none|none|none]");
  assert_line ("{\"data\":{\"data\":[],\"bucket\":\"\"}}", "ops ");
  /* Texts carry their length; an empty one is not an absent one. */
  assert_line ("{\"data\":{\"bucket\":\"b\",\"data\":[{\"op_id\":\"1\",\"op\":\"PUT\","
               "\"checksum\":1,\"object_id\":\"a\\u0000b\",\"subkey\":\"\",\"data\":\"{}\"}]}}",
               "ops b [PUT 1 00000001|none|a<00>b||{}]");
}

/* A service that does not know raw_data sends the row as an object: its text is taken as it stands. */
static void
test_nested_data (void)
{
  assert_line ("{\"data\":{\"bucket\":\"b\",\"data\":[{\"op_id\":\"1\",\"op\":\"PUT\","
               "\"data\":{\"id\" : \"\\u0041\", \"n\":[1.0,{}]},\"checksum\":1}]}}",
               "ops b [PUT 1 00000001|none|none|none|{\"id\" : \"\\u0041\", \"n\":[1.0,{}]}]");
}

static void
test_small_messages (void)
{
  assert_line ("{\"checkpoint_complete\":{\"last_op_id\":\"25\"}}", "complete 25");
  assert_line ("{\"partial_checkpoint_complete\":{\"last_op_id\":\"25\",\"priority\":0}}",
               "partial 25 p0");
  assert_line ("{\"token_expires_in\":3600}", "keepalive 3600");
}

static void
test_unknown (void)
{
  assert_line ("{\"from_the_future\":1}", "unknown");
  assert_line ("{\"from_the_future\":null}", "unknown");
  assert_line ("{\"from_the_future\":\"data\"}", "unknown");
  assert_line ("{\"from_the_future\":[[],{\"data\":{}}]}", "unknown");
  assert_line ("{\"from_the_future\":{\"last_op_id\":true}}", "unknown");
  assert_line ("{\"checkpoint_complete\":{\"why\":{\"last_op_id\":1},\"last_op_id\":\"25\","
               "\"more\":[1,{}]}}",
               "complete 25");
  assert_line ("{\"data\":{\"bucket\":\"b\",\"new\":{},\"data\":[{\"new\":[{}],\"op_id\":\"3\","
               "\"op\":\"MOVE\",\"checksum\":7,\"newer\":\"\"}]}}",
               "ops b [MOVE 3 00000007|none|none|none|none]");
}

static void
test_faults (void)
{
  assert_fault ("[]", "an array instead of an object (byte 0 of 3)");
  assert_fault ("17", "a number instead of an object (byte 0 of 3)");
  assert_fault ("{}", "an object without a member (byte 1 of 3)");
  assert_fault ("{\"a\":1,\"b\":2}", "an object with more than one member (byte 7 of 14)");
  assert_fault ("{\"checkpoint_complete\":{\"last_op_id\":\"1\"},\"data\":null}",
                "an object with more than one member (byte 42 of 55)");
  assert_fault ("{\"a\":1} x", "more text after the value (byte 8 of 10)");
  assert_fault ("{\"a\":1", "neither a comma nor the end of the object (byte 7 of 7)");
  assert_fault ("{\"a\":tru}", "an unknown word (byte 5 of 10)");
  assert_fault ("{\"checkpoint\":null}", "checkpoint: null instead of an object (byte 14 of 20)");
  assert_fault ("{\"checkpoint\":{\"buckets\":[]}}",
                "checkpoint: no member \"last_op_id\" (byte 27 of 30)");
  assert_fault ("{\"checkpoint\":{\"last_op_id\":\"1\"}}",
                "checkpoint: no member \"buckets\" (byte 31 of 34)");
  assert_fault ("{\"checkpoint\":{\"last_op_id\":\"1\",\"last_op_id\":\"1\"}}",
                "checkpoint.last_op_id: the member is there twice (byte 32 of 51)");
  assert_fault ("{\"checkpoint\":{\"last_op_id\":\"\"}}",
                "checkpoint.last_op_id: a string that is no position (byte 28 of 33)");
  assert_fault ("{\"checkpoint\":{\"last_op_id\":\"-1\"}}",
                "checkpoint.last_op_id: a string that is no position (byte 28 of 35)");
  assert_fault ("{\"checkpoint\":{\"buckets\":{}}}",
                "checkpoint.buckets: an object instead of an array (byte 25 of 30)");
  assert_fault ("{\"checkpoint\":{\"buckets\":[7]}}",
                "checkpoint.buckets[0]: a number instead of an object (byte 26 of 31)");
  assert_fault (
      "{\"checkpoint\":{\"buckets\":[{\"bucket\":\"b\",\"checksum\":1},{\"bucket\":\"c\"}]}}",
      "checkpoint.buckets[1]: no member \"checksum\" (byte 67 of 72)");
  assert_fault ("{\"checkpoint\":{\"buckets\":[{\"bucket\":\"a\\u0000\"}]}}",
                "checkpoint.buckets[0].bucket: a name with a NUL character (byte 36 of 50)");
  assert_fault ("{\"checkpoint\":{\"buckets\":[{\"priority\":-1}]}}",
                "checkpoint.buckets[0].priority: a number out of range (byte 38 of 45)");
  assert_fault ("{\"checkpoint\":{\"buckets\":[{\"priority\":2147483647}]}}",
                "checkpoint.buckets[0].priority: a number out of range (byte 38 of 53)");
  assert_fault ("{\"checkpoint\":{\"buckets\":[{\"count\":1.5}]}}",
                "checkpoint.buckets[0].count: a number that is no count (byte 35 of 43)");
  assert_fault ("{\"checkpoint\":{\"buckets\":[{\"checksum\":4294967296}]}}",
                "checkpoint.buckets[0].checksum: a number that is no 32-bit sum (byte 38 of 53)");
  assert_fault ("{\"checkpoint\":{\"buckets\":[{\"checksum\":\"1\"}]}}",
                "checkpoint.buckets[0].checksum: a string instead of a number (byte 38 of 46)");
  assert_fault (
      "{\"checkpoint\":{\"buckets\":[{\"subscriptions\":[{\"sub\":-1}]}]}}",
      "checkpoint.buckets[0].subscriptions[0].sub: a number out of range (byte 51 of 60)");
  assert_fault ("{\"checkpoint\":{\"streams\":[{\"is_default\":1}]}}",
                "checkpoint.streams[0].is_default: a number instead of a boolean (byte 40 of 46)");
  assert_fault ("{\"checkpoint_diff\":{\"removed_buckets\":[null]}}",
                "checkpoint_diff.removed_buckets[0]: null instead of a string (byte 39 of 47)");
  assert_fault ("{\"token_expires_in\":\"1\"}",
                "token_expires_in: a string instead of a number (byte 20 of 25)");
  assert_fault ("{\"token_expires_in\":0.5}",
                "token_expires_in: a number that is no count of seconds (byte 20 of 25)");
  assert_fault ("{\"partial_checkpoint_complete\":{\"last_op_id\":\"1\"}}",
                "partial_checkpoint_complete: no member \"priority\" (byte 48 of 51)");
}

static void
test_op_faults (void)
{
#define OPS(ops) "{\"data\":{\"data\":[" ops "]}}"
  assert_fault (OPS ("{\"op_id\":1}"),
                "data.data[0].op_id: a number instead of a string (byte 26 of 32)");
  assert_fault (OPS ("{\"op_id\":\"0\",\"op\":\"MOVE\",\"checksum\":1}"),
                "data.data[0]: an operation at position 0 (byte 54 of 59)");
  assert_fault (OPS ("{\"op\":\"MOVE\",\"checksum\":1}"),
                "data.data[0]: no member \"op_id\" (byte 42 of 47)");
  assert_fault (OPS ("{\"op_id\":\"1\",\"checksum\":1}"),
                "data.data[0]: no member \"op\" (byte 42 of 47)");
  assert_fault (OPS ("{\"op_id\":\"1\",\"op\":\"MOVE\"}"),
                "data.data[0]: no member \"checksum\" (byte 41 of 46)");
  assert_fault (OPS ("{\"op\":\"put\"}"),
                "data.data[0].op: an operation of an unknown kind (byte 23 of 33)");
  assert_fault (OPS ("{\"op\":null}"), "data.data[0].op: null instead of a string (byte 23 of 32)");
  assert_fault (OPS ("{\"data\":[]}"),
                "data.data[0].data: an array instead of a string (byte 25 of 32)");
  assert_fault (OPS ("{\"data\":\"a\tb\"}"),
                "data.data[0].data: a control character in a string (byte 27 of 35)");
  assert_fault (OPS ("{\"data\":\"\200\"}"), "data.data[0].data: malformed UTF-8 (byte 26 of 33)");
  assert_fault (OPS ("{\"object_id\":4}"),
                "data.data[0].object_id: a number instead of a string (byte 30 of 36)");
  assert_fault (OPS ("{\"data\":{\"a\":}}"),
                "data.data[0].data: something that is no value (byte 30 of 36)");
  assert_fault (OPS ("{\"op_id\":\"1\",\"op\":\"MOVE\",\"checksum\":1,\"op\":\"MOVE\"}"),
                "data.data[0].op: the member is there twice (byte 55 of 71)");
#undef OPS
}

static void
test_end (void)
{
  assert_stream ("{\"token_expires_in\":1}\n{\"token_expires_in\":0}\n",
                 "keepalive 1\nkeepalive 0\n.");
  assert_stream ("{\"token_expires_in\":1}\n", "keepalive 1\n" CUT);
  assert_stream ("", CUT);
  /* What follows the announcement takes it back. */
  assert_stream ("{\"token_expires_in\":0}\n{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}\n",
                 "keepalive 0\ncomplete 1\n" CUT);
  /* A last line without its end is no message, even if it looks like one. */
  assert_stream ("{\"token_expires_in\":0}\n{\"token_expires_in\":0}",
                 "keepalive 0\n"
                 "the connection to the PowerSync service was cut after 22 bytes of a message");
}

static void
test_blank_lines (void)
{
  assert_stream ("\n \r\n{\"a\":1}\r\n\n\t\n{\"token_expires_in\":0}\n\n",
                 "unknown\nkeepalive 0\n.");
}

/* One of each message, with characters of several bytes and escapes. */
static const char everything[]
    = "{\"checkpoint\":{\"last_op_id\":\"3\",\"buckets\":[{\"bucket\":\"b\303\251\\u00e9\","
      "\"checksum\":-1,\"count\":2,\"priority\":1,\"subscriptions\":[{\"sub\":0}]}],\"streams\":"
      "[{\"name\":\"s\",\"is_default\":true,\"errors\":[{\"subscription\":0,\"message\":\"m\"}]}]}}"
      "\n"
      "{\"data\":{\"bucket\":\"b\303\251\",\"data\":[{\"op_id\":\"1\",\"op\":\"PUT\",\"object_"
      "type\":"
      "\"t\",\"object_id\":\"\360\237\230\200\",\"checksum\":12,\"subkey\":\"k\",\"data\":"
      "\"{\\\"id\\\":\\\"\\ud83d\\ude00\\\"}\"},{\"op_id\":\"3\",\"op\":\"REMOVE\",\"object_type\":"
      "\"t\","
      "\"object_id\":\"x\",\"checksum\":4294967283,\"data\":null}]}}\n"
      "\n"
      "{\"partial_checkpoint_complete\":{\"last_op_id\":\"3\",\"priority\":1}}\n"
      "{\"checkpoint_diff\":{\"last_op_id\":\"4\",\"updated_buckets\":[],\"removed_buckets\":["
      "\"b\"],"
      "\"write_checkpoint\":\"2\"}}\n"
      "{\"checkpoint_complete\":{\"last_op_id\":\"4\"}}\r\n"
      "{\"later\":{\"n\":[1,2,{}]}}\n"
      "{\"token_expires_in\":0}\n";

static void
test_splits (void)
{
  const gsize length = strlen (everything);
  g_autofree char *whole = trace_stream (STREAM_FORMAT_NDJSON, everything, length, TRACE_WHOLE);

  g_assert_cmpstr (
      whole, ==,
      "checkpoint 3 w0 b\303\251\303\251=ffffffff/1#2@0 ~s(m)\n"
      "ops b\303\251 [PUT 1 0000000c|t|\360\237\230\200|k|{\"id\":\"\360\237\230\200\"}]"
      " [REMOVE 3 fffffff3|t|x|none|none]\n"
      "partial 3 p1\ndiff 4 w2 -b\ncomplete 4\nunknown\nkeepalive 0\n.");

  g_autofree char *bytes = trace_stream (STREAM_FORMAT_NDJSON, everything, length, TRACE_BYTES);
  g_assert_cmpstr (bytes, ==, whole);
  for (int i = 0; i < 500; i++)
    {
      g_autofree char *split
          = trace_stream (STREAM_FORMAT_NDJSON, everything, length, TRACE_RANDOM);
      g_assert_cmpstr (split, ==, whole);
    }
}

/* Wherever a stream breaks off, the lines before are read and nothing is made up. */
static void
test_every_cut (void)
{
  const gsize length = strlen (everything);
  g_autofree char *whole = trace_stream (STREAM_FORMAT_NDJSON, everything, length, TRACE_WHOLE);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *got = trace_stream (STREAM_FORMAT_NDJSON, everything, cut, TRACE_RANDOM);
      char *last_line = strrchr (got, '\n');
      gsize events = last_line == NULL ? 0 : (gsize) (last_line + 1 - got);
      g_assert_cmpmem (got, events, whole, events);
      g_assert_true (g_str_has_prefix (got + events, "the "));
    }
}

static void
test_max_message (void)
{
  g_autoptr (StreamDecoder) decoder = stream_decoder_new (STREAM_FORMAT_NDJSON, 100);
  g_autoptr (GError) error = NULL;
  g_autofree char *spaces = g_strnfill (99, ' ');
  SynclineEvent event;
  gboolean found;

  stream_decoder_feed (decoder, spaces, 99);
  g_assert_true (stream_decoder_next (decoder, &event, &found, &error));
  g_assert_false (found);
  stream_decoder_feed (decoder, "\n", 1);
  g_assert_true (stream_decoder_next (decoder, &event, &found, &error));
  g_assert_false (found);

  stream_decoder_feed (decoder, spaces, 99);
  g_assert_true (stream_decoder_next (decoder, &event, &found, &error));
  stream_decoder_feed (decoder, "  ", 2);
  g_assert_false (stream_decoder_next (decoder, &event, &found, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "more than 100 bytes"));
  g_clear_error (&error);

  g_autoptr (StreamDecoder) other = stream_decoder_new (STREAM_FORMAT_NDJSON, 100);
  g_autofree char *line = g_strdup_printf ("%s  \n", spaces);
  stream_decoder_feed (other, line, strlen (line));
  g_assert_false (stream_decoder_next (other, &event, &found, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
}

/* An event lies in memory that is used again: big and small ones in turn must not mix. */
static void
test_sizes (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint size = 1; size < 20000; size = size * 3 + 1)
    {
      g_string_append (text, "{\"checkpoint\":{\"last_op_id\":\"1\",\"buckets\":[");
      g_string_append (expected, "checkpoint 1 w0");
      for (guint i = 0; i < size; i++)
        {
          g_string_append_printf (text,
                                  "%s{\"bucket\":\"b%u\",\"checksum\":%u,\"subscriptions\":"
                                  "[{\"sub\":%u},{\"default\":%u}]}",
                                  i == 0 ? "" : ",", i, i, i, i);
          g_string_append_printf (expected, " b%u=%08x/3@%u@%d", i, i, i, -1 - (int) i);
        }
      g_string_append (text, "]}}\n{\"token_expires_in\":0}\n");
      g_string_append (expected, "\nkeepalive 0\n");
    }
  g_string_append_c (expected, '.');

  /* Too long to be shown when they differ. */
  g_autofree char *whole = trace_stream (STREAM_FORMAT_NDJSON, text->str, text->len, TRACE_WHOLE);
  g_assert_true (g_str_equal (whole, expected->str));
  g_autofree char *split = trace_stream (STREAM_FORMAT_NDJSON, text->str, text->len, TRACE_RANDOM);
  g_assert_true (g_str_equal (split, expected->str));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ndjson/checkpoint", test_checkpoint);
  g_test_add_func ("/ndjson/write-checkpoint", test_write_checkpoint);
  g_test_add_func ("/ndjson/diff", test_diff);
  g_test_add_func ("/ndjson/data", test_data);
  g_test_add_func ("/ndjson/nested-data", test_nested_data);
  g_test_add_func ("/ndjson/small-messages", test_small_messages);
  g_test_add_func ("/ndjson/unknown", test_unknown);
  g_test_add_func ("/ndjson/faults", test_faults);
  g_test_add_func ("/ndjson/op-faults", test_op_faults);
  g_test_add_func ("/ndjson/end", test_end);
  g_test_add_func ("/ndjson/blank-lines", test_blank_lines);
  g_test_add_func ("/ndjson/splits", test_splits);
  g_test_add_func ("/ndjson/every-cut", test_every_cut);
  g_test_add_func ("/ndjson/max-message", test_max_message);
  g_test_add_func ("/ndjson/sizes", test_sizes);
  return g_test_run ();
}
