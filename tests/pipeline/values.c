/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Every type up and down: written on one device, looked at on the server in Postgres's own words, and received by
 * another device. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <string.h>

static Device *
new_device (const char *name, User *user)
{
  g_autofree char *schema = pipeline_source_file ("tests/pipeline/values/schema.conf");
  Device *device = device_new (name);

  device_configure (device, "syncline", "schema", schema);
  device_configure (device, "json-normalizer", "server-owned", "owner");
  device_configure (device, "json-normalizer", "rename", "letters.note=content");
  device_open (device);
  device_sign_in (device, user);
  device_start (device);
  wait_until_synced (device);
  return device;
}

/* One value: what the application writes, what Postgres then has, and what each device reads. */
typedef struct
{
  const char *column;
  const char *written; /* SQL */
  const char *stored;  /* as Postgres prints it; '' for NULL */
  const char *read;    /* as SQLite has it, after its type */
} Value;

static const Value values[] = {
  /* Documents: kept as they are in json, in Postgres's order in jsonb. */
  { "doc", "'{\"b\": 1e400, \"a\":[true,null,\"x\"], \"a\":2}'",
    "{\"b\": 1e400, \"a\":[true,null,\"x\"], \"a\":2}",
    "text|{\"b\": 1e400, \"a\":[true,null,\"x\"], \"a\":2}" },
  { "docb", "'{\"b\":12345678901234567890.5,\"a\":{}}'",
    "{\"a\": {}, \"b\": 12345678901234567890.5}",
    "text|{\"a\": {}, \"b\": 12345678901234567890.5}" },
  { "docb", "'[1, [2], {\"c\":\"\\u00e9\"}]'", "[1, [2], {\"c\": \"é\"}]",
    "text|[1, [2], {\"c\": \"é\"}]" },
  { "docb", "'\"text\"'", "\"text\"", "text|\"text\"" },
  { "docb", "'12.50'", "12.50", "text|12.50" },
  { "docb", "'true'", "true", "text|true" },
  { "docb", "7", "7", "text|7" },
  { "docb", "NULL", "", "null|" },
  { "docs", "'[{\"a\":1},null,[2]]'", "{\"{\\\"a\\\": 1}\",NULL,[2]}",
    "text|[{\"a\": 1},null,[2]]" },
  /* Arrays, as JSON or as Postgres's literal. */
  { "texts", "'[\"a\",\"b \\\"c\\\", {d}\",\"\",null,\"null\",\"é\"]'",
    "{a,\"b \\\"c\\\", {d}\",\"\",NULL,\"null\",é}",
    "text|[\"a\",\"b \\\"c\\\", {d}\",\"\",null,\"null\",\"é\"]" },
  { "texts", "'{x,\"y z\"}'", "{x,\"y z\"}", "text|[\"x\",\"y z\"]" },
  { "texts", "'[]'", "{}", "text|[]" },
  { "texts", "NULL", "", "null|" },
  { "ints", "'[1,-2147483648,null,2147483647]'", "{1,-2147483648,NULL,2147483647}",
    "text|[1,-2147483648,null,2147483647]" },
  { "bigs", "'[9223372036854775807,-9223372036854775808]'",
    "{9223372036854775807,-9223372036854775808}",
    "text|[9223372036854775807,-9223372036854775808]" },
  { "uuids", "'[\"00000000-0000-4000-8000-000000000001\"]'",
    "{00000000-0000-4000-8000-000000000001}", "text|[\"00000000-0000-4000-8000-000000000001\"]" },
  { "flags", "'[true,false,null]'", "{t,f,NULL}", "text|[1,0,null]" },
  { "moods", "'[\"glad\",\"so \\\"so\\\"\"]'", "{glad,\"so \\\"so\\\"\"}",
    "text|{glad,\"so \\\"so\\\"\"}" },
  { "matrix", "'[[1,2],[3,null]]'", "{{1,2},{3,NULL}}", "text|[[1,2],[3,null]]" },
  /* Numbers, at both ends. */
  { "flag", "1", "t", "integer|1" },
  { "flag", "0", "f", "integer|0" },
  { "flag", "'yes'", "t", "integer|1" },
  { "flag", "NULL", "", "null|" },
  { "small", "-32768", "-32768", "integer|-32768" },
  { "whole", "2147483647", "2147483647", "integer|2147483647" },
  { "whole", "12.0", "12", "integer|12" },
  { "big", "9223372036854775807", "9223372036854775807", "integer|9223372036854775807" },
  { "big", "-9223372036854775808", "-9223372036854775808", "integer|-9223372036854775808" },
  { "amount", "'12345678901234567890123456789012345678'", "12345678901234567890123456789012345678",
    "text|12345678901234567890123456789012345678" },
  { "amount", "'-0.00000000000000000000000000000000000001'",
    "-0.00000000000000000000000000000000000001", "text|-0.00000000000000000000000000000000000001" },
  { "amount", "'1.50'", "1.50", "text|1.50" },
  { "amount", "'NaN'", "NaN", "text|NaN" },
  { "price", "'-1234567890123456789012345678.0123456789'",
    "-1234567890123456789012345678.0123456789", "text|-1234567890123456789012345678.0123456789" },
  { "ratio", "0.1", "0.1", "real|0.10000000000000001" },
  { "ratio", "1.7976931348623157e308", "1.7976931348623157e+308", "real|1.7976931348623157e+308" },
  { "ratio", "-5e-324", "-5e-324", "real|-4.9406564584124654e-324" },
  { "ratio", "9e999", "Infinity", "real|inf" },
  { "ratio", "-9e999", "-Infinity", "real|-inf" },
  { "ratio", "'NaN'", "NaN", "text|NaN" },
  { "single", "1.5", "1.5", "real|1.5" },
  /* The rest. */
  { "raw", "X'00ff10'", "\\x00ff10", "blob|00FF10" },
  { "raw", "X''", "\\x", "blob|" },
  { "day", "'2024-02-29'", "2024-02-29", "text|2024-02-29" },
  { "day", "'0001-01-01'", "0001-01-01", "text|0001-01-01" },
  { "at", "'23:59:59.999999'", "23:59:59.999999", "text|23:59:59.999999" },
  { "moment", "'2026-01-02T03:04:05.678901+02:00'", "2026-01-02 01:04:05.678901+00",
    "text|2026-01-02 01:04:05.678901Z" },
  { "moment", "'2026-01-02 03:04:05Z'", "2026-01-02 03:04:05+00", "text|2026-01-02 03:04:05Z" },
  { "wall", "'2026-01-02 03:04:05.5'", "2026-01-02 03:04:05.5", "text|2026-01-02 03:04:05.5" },
  { "ref", "'ABCDEF00-0000-4000-8000-00000000000A'", "abcdef00-0000-4000-8000-00000000000a",
    "text|abcdef00-0000-4000-8000-00000000000a" },
  { "feeling", "'so \"so\"'", "so \"so\"", "text|so \"so\"" },
  { "addr", "'2001:db8::1/64'", "2001:db8::1/64", "text|2001:db8::1/64" },
  { "addr", "'192.168.0.1'", "192.168.0.1", "text|192.168.0.1" },
  { "net", "'10.1.0.0/16'", "10.1.0.0/16", "text|10.1.0.0/16" },
  { "span", "'P1Y2M3DT4H5M6.5S'", "1 year 2 mons 3 days 04:05:06.5",
    "text|1 year 2 mons 3 days 04:05:06.5" },
  { "span", "'-1 day -02:00:00'", "-1 days -02:00:00", "text|-1 days -02:00:00" },
  { "label", "'tab\tand ''quotes'' \"é\"'", "tab\tand 'quotes' \"é\"",
    "text|tab\tand 'quotes' \"é\"" },
};

/* With its type, and exact to the last digit, which SQLite's own printing is not. */
static char *
read_cell (Device *device, const char *column, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sql = g_strdup_printf (
      "SELECT typeof(\"%1$s\"), CASE typeof(\"%1$s\") WHEN 'blob' THEN hex(\"%1$s\") "
      "ELSE \"%1$s\" END FROM samples WHERE id = '%2$s'",
      column, id);
  g_autoptr (SynclineResult) result
      = syncline_client_query (device->client, sql, NULL, NULL, &error);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_assert_no_error (error);
  const char *type = syncline_result_get_text (result, 0, 0);
  switch (syncline_result_get_value_type (result, 0, 1))
    {
    case SYNCLINE_VALUE_NULL:
      return g_strconcat (type, "|", NULL);
    case SYNCLINE_VALUE_REAL:
      g_ascii_dtostr (number, sizeof number, syncline_result_get_real (result, 0, 1));
      return g_strconcat (type, "|", number, NULL);
    case SYNCLINE_VALUE_INTEGER:
      return g_strdup_printf ("%s|%" G_GINT64_FORMAT, type,
                              syncline_result_get_integer (result, 0, 1));
    default:
      return g_strconcat (type, "|", syncline_result_get_text (result, 0, 1), NULL);
    }
}

/* All at once, and all differences told at once. */
static void
test_values (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = new_device ("a", user);
  g_autoptr (Device) b = new_device ("b", user);
  g_auto (GStrv) ids = g_new0 (char *, G_N_ELEMENTS (values) + 1);
  g_autofree char *count = g_strdup_printf ("%zu", G_N_ELEMENTS (values));
  guint n_wrong = 0;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      ids[i] = g_uuid_string_random ();
      device_execute (a, "INSERT INTO samples(id, \"%s\") VALUES ('%s', %s)", values[i].column,
                      ids[i], values[i].written);
    }
  wait_until_synced (a);
  g_autofree char *rejected = device_list_rejected (a);
  g_assert_cmpstr (rejected, ==, "");
  wait_device (b, count, "SELECT count(*) FROM samples");

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      const Value *value = &values[i];
      g_autofree char *stored
          = server_sql ("SELECT \"%s\" FROM samples WHERE id = '%s'", value->column, ids[i]);
      g_autofree char *at_a = read_cell (a, value->column, ids[i]);
      g_autofree char *at_b = read_cell (b, value->column, ids[i]);
      if (g_str_equal (stored, value->stored) && g_str_equal (at_a, value->read)
          && g_str_equal (at_b, value->read))
        continue;
      n_wrong++;
      g_test_message ("%s = %s\n  server: %s\n  wanted: %s\n  a: %s\n  b: %s\n  wanted: %s",
                      value->column, value->written, stored, value->stored, at_a, at_b,
                      value->read);
    }
  g_assert_cmpuint (n_wrong, ==, 0);
}

/* Text that is no JSON, a number out of range, no boolean: each is refused by itself, with a reason that names the
 * column, before anything is sent; what comes after it goes up. */
static void
test_unfit_values (void)
{
  static const char *const unfit[][2] = { { "docb", "'{not json'" },
                                          { "doc", "''" },
                                          { "texts", "'neither'" },
                                          { "flag", "'maybe'" },
                                          { "big", "9.5" } };
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = new_device ("unfit", user);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (unfit); i++)
    {
      device_execute (device, "INSERT INTO samples(title, %s) VALUES ('unfit', %s)", unfit[i][0],
                      unfit[i][1]);
      device_execute (device, "INSERT INTO samples(title) VALUES ('after %s')", unfit[i][0]);
      g_string_append_printf (expected, "%sPUT samples 0 SYNCLINE_SERIALIZER", i > 0 ? "\n" : "");
    }
  wait_until_synced (device);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, expected->str);
  assert_server ("after big,after doc,after docb,after flag,after texts",
                 "SELECT string_agg(title, ',' ORDER BY title) FROM samples WHERE owner = '%s'",
                 user->id);
  g_autofree char *reasons
      = device_query (device, "SELECT message FROM syncline_rejected ORDER BY id");
  g_test_message ("%s", reasons);
  g_assert_nonnull (strstr (reasons, "column docb: the value can't be sent: its text is not JSON"));
  g_assert_null (strstr (reasons, "maybe"));
}

/* On the way down a JSON null is not SQL NULL. On the way up PostgREST makes SQL NULL of it, or it is refused. */
static void
test_json_null (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = new_device ("null", user);
  const char *sql = "SELECT docb IS NULL, docb FROM samples ORDER BY title";

  g_free (server_sql (
      "INSERT INTO samples(owner, title, docb) VALUES ('%1$s', '1', 'null'), ('%1$s', '2', "
      "NULL)",
      user->id));
  wait_device (device, "0|null\n1|", "%s", sql);
  device_execute (device,
                  "UPDATE samples SET docb = CASE title WHEN '1' THEN '{}' ELSE 'null' END");
  wait_until_synced (device);
  assert_server ("{}|f\n|t",
                 "SELECT docb, docb IS NULL FROM samples WHERE owner = '%s' ORDER BY title",
                 user->id);
  wait_device (device, "0|{}\n1|", "%s", sql);

  device_close (device);
  device_configure (device, "json-normalizer", "json-null", "reject");
  device_open (device);
  device_start (device);
  device_execute (device, "UPDATE samples SET docb = 'null' WHERE title = '1'");
  wait_until_synced (device);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "PATCH samples 0 SYNCLINE_SERIALIZER");
  wait_device (device, "0|{}\n1|", "%s", sql);
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_autofree char *migrations = pipeline_source_file ("tests/pipeline/values/migrations");
  g_autofree char *rules = pipeline_source_file ("tests/pipeline/values/sync-rules.yaml");
  const char *options[] = { "--migrations", migrations, "--sync-rules", rules, "--seed", "", NULL };
  stack_start_own ("values", options);
  g_test_add_func ("/values/every-type", test_values);
  g_test_add_func ("/values/unfit", test_unfit_values);
  g_test_add_func ("/values/json-null", test_json_null);
  return pipeline_run ();
}
