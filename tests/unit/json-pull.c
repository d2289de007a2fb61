/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/json-pull.h"
#include "json-pull-compare.h"

#include <math.h>

/* Copies the input to the end of a block of its own, so that a sanitizer sees a read beyond it. */
static char *
exact_copy (const char *text, gsize length)
{
  char *copy = g_malloc (MAX (length, 1));

  memcpy (copy, text, length);
  return copy;
}

/* Writes what the parser says as one line: tokens, with the texts of keys, strings and numbers. */
static char *
trace (const char *text, gssize length)
{
  gsize n = length < 0 ? strlen (text) : (gsize) length;
  g_autofree char *copy = exact_copy (text, n);
  g_auto (JsonScratch) scratch = { 0 };
  g_autoptr (GString) out = g_string_new (NULL);
  JsonPull pull;

  json_pull_init (&pull, copy, n, &scratch);
  for (;;)
    {
      JsonPullToken token = json_pull_next (&pull);
      switch (token)
        {
        case JSON_PULL_ERROR:
          g_string_append_printf (out, "!%" G_GSIZE_FORMAT " %s", json_pull_get_position (&pull),
                                  json_pull_get_error (&pull));
          g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_ERROR);
          return g_string_free (g_steal_pointer (&out), FALSE);
        case JSON_PULL_END:
          g_string_append_c (out, '$');
          g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_END);
          return g_string_free (g_steal_pointer (&out), FALSE);
        case JSON_PULL_KEY:
        case JSON_PULL_STRING:
          g_string_append_c (out, token == JSON_PULL_KEY ? 'k' : 's');
          g_string_append_c (out, '<');
          g_string_append_len (out, pull.text.data, (gssize) pull.text.length);
          g_string_append_c (out, '>');
          break;
        case JSON_PULL_NUMBER:
        case JSON_PULL_TRUE:
        case JSON_PULL_FALSE:
        case JSON_PULL_NULL:
          g_string_append_len (out, pull.text.data, (gssize) pull.text.length);
          g_string_append_c (out, ' ');
          break;
        default:
          g_string_append_c (out, token == JSON_PULL_OBJECT_BEGIN  ? '{'
                                  : token == JSON_PULL_OBJECT_END  ? '}'
                                  : token == JSON_PULL_ARRAY_BEGIN ? '['
                                                                   : ']');
        }
    }
}

#define assert_trace(text, expected)                                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *_trace = trace (text, -1);                                                    \
    g_assert_cmpstr (_trace, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

static void
test_structure (void)
{
  assert_trace ("{}", "{}$");
  assert_trace (" [ ] ", "[]$");
  assert_trace ("7", "7 $");
  assert_trace ("{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"e\"}}",
                "{k<a>1 k<b>[true false null ]k<c>{k<d>s<e>}}$");
  assert_trace ("\t{ \"a\" :\r\n[ 1 , { } , [ ] ] }\n", "{k<a>[1 {}[]]}$");
  assert_trace ("[-0,0.5,1e9,-12.25E-3,123456789012345678901234567890]",
                "[-0 0.5 1e9 -12.25E-3 123456789012345678901234567890 ]$");
}

static void
test_strings (void)
{
  assert_trace ("\"\"", "s<>$");
  assert_trace ("\"a string of more than sixteen bytes\"",
                "s<a string of more than sixteen bytes>$");
  assert_trace ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s<\"\\/\b\f\n\r\t>$");
  assert_trace ("\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"",
                "s<A\303\251\342\202\254\360\237\230\200>$");
  assert_trace ("\"caf\303\251 \342\202\254 \360\237\230\200 and some more\"",
                "s<caf\303\251 \342\202\254 \360\237\230\200 and some more>$");
  assert_trace ("{\"k\\u0065y\":\"\\u006b\"}", "{k<key>s<k>}$");
  assert_trace ("\"\177\"", "s<\177>$");
}

/* Half of a surrogate pair has no UTF-8 form: it becomes U+FFFD, and what follows it stays. */
static void
test_lone_surrogates (void)
{
  assert_trace ("\"\\ud83d\"", "s<\357\277\275>$");
  assert_trace ("\"\\ude00x\"", "s<\357\277\275x>$");
  assert_trace ("\"\\ud83d\\n\"", "s<\357\277\275\n>$");
  assert_trace ("\"\\ud83d\\u0041\"", "s<\357\277\275A>$");
  assert_trace ("\"\\ud83d\\ud83d\\ude00\"", "s<\357\277\275\360\237\230\200>$");
  assert_trace ("\"\\ud83d\\u12\"", "!9 \\u without four hexadecimal digits");
}

static void
test_nul (void)
{
  g_autofree char *escaped = trace ("[\"a\\u0000b\"]", -1);
  g_assert_cmpmem (escaped, 6, "[s<a\0b", 6);

  g_autofree char *raw = trace ("[\"a\0b\"]", 7);
  g_assert_cmpstr (raw, ==, "[!3 a control character in a string");
}

static void
test_errors (void)
{
  assert_trace ("", "!0 the end of the text where a value should be");
  assert_trace ("{", "{!1 no key where one should be");
  assert_trace ("{\"a\"", "{!4 no colon after a key");
  assert_trace ("{\"a\" 1}", "{!5 no colon after a key");
  assert_trace ("{\"a\":}", "{k<a>!5 something that is no value");
  assert_trace ("{\"a\":1,}", "{k<a>1 !7 no key where one should be");
  assert_trace ("{1:2}", "{!1 no key where one should be");
  assert_trace ("[1,]", "[1 !3 something that is no value");
  assert_trace ("[1 2]", "[1 !3 neither a comma nor the end of the array");
  assert_trace ("[1}", "[1 !2 neither a comma nor the end of the array");
  assert_trace ("{\"a\":1]", "{k<a>1 !6 neither a comma nor the end of the object");
  assert_trace ("1 2", "1 !2 more text after the value");
  assert_trace ("01", "0 !1 more text after the value");
  assert_trace ("-", "!1 a number without digits");
  assert_trace ("1.", "!2 a number without digits after its point");
  assert_trace ("1e+", "!3 a number without digits in its exponent");
  assert_trace ("+1", "!0 something that is no value");
  assert_trace (".5", "!0 something that is no value");
  assert_trace ("nul", "!0 an unknown word");
  assert_trace ("True", "!0 something that is no value");
  assert_trace ("NaN", "!0 something that is no value");
  assert_trace ("\"abc", "!4 a string without an end");
  assert_trace ("\"abc\\", "!5 a string without an end");
  assert_trace ("\"\\x\"", "!2 an unknown escape");
  assert_trace ("\"\\u00g0\"", "!3 \\u without four hexadecimal digits");
  assert_trace ("\"\\u00", "!3 \\u without four hexadecimal digits");
  assert_trace ("\"a\nb\"", "!2 a control character in a string");
  assert_trace ("\"\\na\nb\"", "!4 a control character in a string");
  assert_trace ("'a'", "!0 something that is no value");
  assert_trace ("// x\n1", "!0 something that is no value");
  assert_trace ("\357\273\277{}", "!0 something that is no value");
}

static void
test_utf8 (void)
{
  static const char *const malformed[] = {
    "\"\200\"",             /* a continuation without a lead */
    "\"\303\"",             /* cut short by the quote */
    "\"\303",               /* cut short by the end */
    "\"\300\257\"",         /* overlong, two bytes */
    "\"\340\200\257\"",     /* overlong, three bytes */
    "\"\360\200\200\257\"", /* overlong, four bytes */
    "\"\355\240\200\"",     /* a surrogate */
    "\"\364\220\200\200\"", /* above U+10FFFF */
    "\"\370\210\200\200\"", /* five bytes */
    "\"\342\202\"",
    "\"\377\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    assert_trace (malformed[i], "!1 malformed UTF-8");
  assert_trace ("\"\\n\342\202\"", "!3 malformed UTF-8");
  assert_trace ("\"\357\277\277\364\217\277\277\"", "s<\357\277\277\364\217\277\277>$");
}

static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < JSON_PULL_MAX_DEPTH; i++)
    g_string_append (text, i % 3 == 0 ? "{\"a\":" : "[");
  g_string_append_c (text, '1');
  for (guint i = JSON_PULL_MAX_DEPTH; i-- > 0;)
    g_string_append_c (text, i % 3 == 0 ? '}' : ']');
  g_autofree char *deepest = trace (text->str, -1);
  g_assert_true (g_str_has_suffix (deepest, "$"));

  g_string_insert_c (text, 0, '[');
  g_autofree char *deeper = trace (text->str, -1);
  g_assert_true (g_str_has_suffix (deeper, "too deep nesting"));
}

/* Escapes and special bytes at every distance from the start, so that each falls on each place of a
 * block, before and after the last whole one. */
static void
test_alignment (void)
{
  static const char *const specials[][2] = {
    { "\\n", "\n" },
    { "\\u00e9", "\303\251" },
    { "\303\251", "\303\251" },
    { "\\\"", "\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (specials); i++)
    for (int before = 0; before < 40; before++)
      for (int after = 0; after < 40; after++)
        {
          g_autofree char *text
              = g_strdup_printf ("\"%0*d%s%0*d\"", before + 1, 7, specials[i][0], after + 1, 8);
          g_autofree char *expected
              = g_strdup_printf ("s<%0*d%s%0*d>$", before + 1, 7, specials[i][1], after + 1, 8);
          assert_trace (text, expected);
        }
}

static void
test_skip_value (void)
{
  static const char text[]
      = "{\"a\": {\"x\\n\":[1,{\"y\":\"\\u0041\"}]} ,\"b\":\"\\t\",\"c\":12,\"d\":[[],7,[3,4]]}";
  g_auto (JsonScratch) scratch = { 0 };
  SynclineSlice raw;
  JsonPull pull;

  json_pull_init (&pull, text, strlen (text), &scratch);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_OBJECT_BEGIN);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_KEY);
  g_assert_true (json_pull_skip_value (&pull, &raw));
  g_assert_cmpmem (raw.data, raw.length, "{\"x\\n\":[1,{\"y\":\"\\u0041\"}]}", 26);
  g_assert_cmpuint (scratch.length, ==, 0);

  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_KEY);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_STRING);
  g_assert_true (json_pull_skip_value (&pull, &raw));
  g_assert_cmpmem (raw.data, raw.length, "\"\\t\"", 4);
  g_assert_cmpmem (pull.text.data, pull.text.length, "\t", 1);

  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_KEY);
  g_assert_true (json_pull_skip_value (&pull, &raw));
  g_assert_cmpmem (raw.data, raw.length, "12", 2);

  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_KEY);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_ARRAY_BEGIN);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_ARRAY_BEGIN);
  g_assert_true (json_pull_skip_value (&pull, &raw));
  g_assert_cmpmem (raw.data, raw.length, "[]", 2);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_NUMBER);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_ARRAY_BEGIN);
  g_assert_true (json_pull_skip_value (&pull, &raw));
  g_assert_cmpmem (raw.data, raw.length, "[3,4]", 5);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_ARRAY_END);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_OBJECT_END);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_END);

  json_pull_init (&pull, text, strlen (text), &scratch);
  g_assert_true (json_pull_skip_value (&pull, &raw));
  g_assert_cmpmem (raw.data, raw.length, text, strlen (text));
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_END);

  json_pull_init (&pull, text, strlen (text) - 1, &scratch);
  g_assert_false (json_pull_skip_value (&pull, &raw));
  g_assert_nonnull (json_pull_get_error (&pull));
}

/* All unescaped texts of one input stay valid together. */
static void
test_stable_texts (void)
{
  g_autoptr (GString) text = g_string_new ("[");
  for (int i = 0; i < 1000; i++)
    g_string_append_printf (text, "%s\"\\t%d\"", i == 0 ? "" : ",", i);
  g_string_append_c (text, ']');

  g_auto (JsonScratch) scratch = { 0 };
  SynclineSlice texts[1000];
  JsonPull pull;
  json_pull_init (&pull, text->str, text->len, &scratch);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_ARRAY_BEGIN);
  for (int i = 0; i < 1000; i++)
    {
      g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_STRING);
      texts[i] = pull.text;
    }
  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *expected = g_strdup_printf ("\t%d", i);
      g_assert_cmpmem (texts[i].data, texts[i].length, expected, strlen (expected));
    }

  json_scratch_trim (&scratch, text->len * 2);
  g_assert_nonnull (scratch.data);
  json_scratch_trim (&scratch, 16);
  g_assert_null (scratch.data);
}

static void
test_integers (void)
{
  static const struct
  {
    const char *text;
    gboolean ok;
    gint64 value;
  } cases[] = {
    { "0", TRUE, 0 },
    { "-0", TRUE, 0 },
    { "1", TRUE, 1 },
    { "-17", TRUE, -17 },
    { "9007199254740993", TRUE, G_GINT64_CONSTANT (9007199254740993) },
    { "9223372036854775807", TRUE, G_MAXINT64 },
    { "9223372036854775808", FALSE, 0 },
    { "-9223372036854775808", TRUE, G_MININT64 },
    { "-9223372036854775809", FALSE, 0 },
    { "18446744073709551616", FALSE, 0 },
    { "99999999999999999999999999", FALSE, 0 },
    { "1.0", TRUE, 1 },
    { "4089166878.000", TRUE, G_GINT64_CONSTANT (4089166878) },
    { "1.5", FALSE, 0 },
    { "0.0000", TRUE, 0 },
    { "0e99999999999999999999", TRUE, 0 },
    { "0.001e3", TRUE, 1 },
    { "1e3", TRUE, 1000 },
    { "1E+3", TRUE, 1000 },
    { "12e18", FALSE, 0 },
    { "9.223372036854775807e18", TRUE, G_MAXINT64 },
    { "1e99999999999999999999", FALSE, 0 },
    { "100e-2", TRUE, 1 },
    { "100e-3", FALSE, 0 },
    { "1e-99999999999999999999", FALSE, 0 },
    { "100000000000000000000000e-20", TRUE, 1000 },
    { "9007199254740993.0000001", FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SynclineSlice text = { cases[i].text, strlen (cases[i].text) };
      gint64 value = 42;
      g_assert_cmpint (json_number_to_int64 (text, &value), ==, cases[i].ok);
      g_assert_cmpint (value, ==, cases[i].ok ? cases[i].value : 42);
    }
}

static gboolean
to_bits (const char *text, guint32 *bits)
{
  return json_number_to_uint32_bits ((SynclineSlice){ text, strlen (text) }, bits);
}

static void
test_other_numbers (void)
{
  guint32 bits = 0;

  g_assert_true (to_bits ("-650602098", &bits));
  g_assert_cmpuint (bits, ==, 3644365198u);
  g_assert_true (to_bits ("4294967295", &bits));
  g_assert_cmpuint (bits, ==, G_MAXUINT32);
  g_assert_true (to_bits ("-2147483648", &bits));
  g_assert_cmpuint (bits, ==, 0x80000000u);
  g_assert_true (to_bits ("4089166878.0", &bits));
  g_assert_cmpuint (bits, ==, 4089166878u);
  g_assert_false (to_bits ("4294967296", &bits));
  g_assert_false (to_bits ("-2147483649", &bits));

  double real = 0;
  g_assert_true (json_number_to_double ((SynclineSlice){ "-12.5e1xyz", 7 }, &real));
  g_assert_cmpfloat (real, ==, -125.0);
  g_assert_false (json_number_to_double ((SynclineSlice){ "1e999", 5 }, &real));
  g_autofree char *digits = g_strnfill (200, '1');
  g_assert_true (json_number_to_double ((SynclineSlice){ digits, 200 }, &real));
  g_assert_cmpfloat (real, >, 1e199);
}

/* --- Against json-c: both must accept the same texts, and read the same from them --------------- */

static void
append_random_string (GString *out, GRand *random, int prefix)
{
  static const char *const pieces[] = { "a",
                                        "0123456789abcdef",
                                        "\\n",
                                        "\\\"",
                                        "\\\\",
                                        "\\/",
                                        "\\u0041",
                                        "\\u00e9",
                                        "\\u20aC",
                                        "\\ud83d\\ude00",
                                        "\303\251",
                                        "\342\202\254",
                                        "\360\237\230\200",
                                        "\177",
                                        " {}[]:,'",
                                        "\\ud800x",
                                        "\\udc00" };

  g_string_append_printf (out, "\"%d", prefix);
  for (int n = g_rand_int_range (random, 0, 12); n > 0; n--)
    g_string_append (out, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
  g_string_append_c (out, '"');
}

static void
append_random_value (GString *out, GRand *random, int depth)
{
  static const char *const scalars[] = { "true",
                                         "false",
                                         "null",
                                         "0",
                                         "-1",
                                         "1.25",
                                         "1e5",
                                         "-0.5E-2",
                                         "12345",
                                         "4294967295",
                                         "-9223372036854775808" };
  int kind = g_rand_int_range (random, 0, depth > 4 ? 2 : 4);

  if (kind == 0)
    g_string_append (out, scalars[g_rand_int_range (random, 0, G_N_ELEMENTS (scalars))]);
  else if (kind == 1)
    append_random_string (out, random, 0);
  else
    {
      g_string_append_c (out, kind == 2 ? '[' : '{');
      for (int i = 0, n = g_rand_int_range (random, 0, 5); i < n; i++)
        {
          if (i > 0)
            g_string_append (out, g_rand_boolean (random) ? "," : " ,\t");
          if (kind == 3)
            {
              append_random_string (out, random, i);
              g_string_append_c (out, ':');
            }
          append_random_value (out, random, depth + 1);
        }
      g_string_append_c (out, kind == 2 ? ']' : '}');
    }
}

/* Changes, drops, doubles or inserts a few bytes, those that mean something to JSON above all. */
static void
mutate (GString *text, GRand *random)
{
  static const char meaningful[] = "\"\\{}[]:,0123456789eE+-.ntfu \n\t\001\200\303\355\377";

  for (int n = g_rand_int_range (random, 1, 4); n > 0 && text->len > 0; n--)
    {
      gsize at = (gsize) g_rand_int_range (random, 0, (gint32) text->len);
      char c = meaningful[g_rand_int_range (random, 0, sizeof meaningful - 1)];
      switch (g_rand_int_range (random, 0, 4))
        {
        case 0:
          text->str[at] = c;
          break;
        case 1:
          g_string_insert_c (text, (gssize) at, c);
          break;
        case 2:
          g_string_erase (text, (gssize) at, 1);
          break;
        default:
          g_string_truncate (text, at);
        }
    }
}

static void
test_against_json_c (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20260111);
  g_autoptr (GString) text = g_string_new (NULL);
  int runs = g_test_slow () ? 2000000 : 20000;

  for (int i = 0; i < runs; i++)
    {
      g_string_truncate (text, 0);
      append_random_value (text, random, 0);
      if (i % 2 == 1)
        mutate (text, random);
      json_pull_compare (text->str, text->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-pull/structure", test_structure);
  g_test_add_func ("/json-pull/strings", test_strings);
  g_test_add_func ("/json-pull/lone-surrogates", test_lone_surrogates);
  g_test_add_func ("/json-pull/nul", test_nul);
  g_test_add_func ("/json-pull/errors", test_errors);
  g_test_add_func ("/json-pull/utf8", test_utf8);
  g_test_add_func ("/json-pull/depth", test_depth);
  g_test_add_func ("/json-pull/alignment", test_alignment);
  g_test_add_func ("/json-pull/skip-value", test_skip_value);
  g_test_add_func ("/json-pull/stable-texts", test_stable_texts);
  g_test_add_func ("/json-pull/integers", test_integers);
  g_test_add_func ("/json-pull/other-numbers", test_other_numbers);
  g_test_add_func ("/json-pull/against-json-c", test_against_json_c);
  return g_test_run ();
}
