/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "json-normalizer/normalizer.h"

#include <syncline/registry.h>
#include <syncline/serializer.h>

#include "support/fake-host.h"

extern const SynclinePlugin syncline_plugin;

static const char schema_text[] = "[table todos]\n"
                                  "t = text\n"
                                  "i = integer\n"
                                  "b = bigint\n"
                                  "n = numeric(38,10)\n"
                                  "d = double precision\n"
                                  "bo = boolean\n"
                                  "j = jsonb\n"
                                  "a = text[]\n"
                                  "by = bytea\n"
                                  "ts = timestamptz\n"
                                  "u = uuid\n"
                                  "user_id = uuid\n"
                                  "[options todos]\n"
                                  "server-name = tasks\n"
                                  "[table lists]\n"
                                  "t = text\n"
                                  "user_id = uuid\n";

typedef struct
{
  SynclineHost *host;
  SynclineSchema *schema;
  NormalizerConfig config;
  gpointer normalizer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture->schema = syncline_schema_new_from_data (schema_text, -1, "schema", &error);
  g_assert_no_error (error);
  fixture->host = fake_host_new ("json-normalizer");
  fake_host_set_schema (fixture->host, fixture->schema);
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  if (fixture->normalizer != NULL)
    syncline_plugin.destroy (fixture->normalizer);
  g_strfreev (fixture->config.server_owned);
  g_strfreev (fixture->config.rename);
  fake_host_free (fixture->host);
  syncline_schema_unref (fixture->schema);
}

static void
configure (Fixture *fixture, const char *server_owned, const char *rename, UnknownColumns unknown)
{
  g_autoptr (GError) error = NULL;

  if (server_owned != NULL)
    fixture->config.server_owned = g_strsplit (server_owned, ",", -1);
  if (rename != NULL)
    fixture->config.rename = g_strsplit (rename, ",", -1);
  fixture->config.unknown_columns = unknown;
  fixture->normalizer = syncline_plugin.create (&fixture->config, fixture->host, &error);
  g_assert_no_error (error);
}

static SynclineChange *
serialize (
    Fixture *fixture, SynclineChangeOp op, const char *table, const char *data, GError **error)
{
  const SynclineSerializerClass *methods = syncline_plugin.methods;
  g_autoptr (SynclineChange) change
      = syncline_change_new (7, 3, op, table, "row-1", data, "{\"t\":\"old\"}", "meta");

  if (fixture->normalizer == NULL)
    configure (fixture, NULL, NULL, UNKNOWN_COLUMNS_DROP);
  return methods->serialize (fixture->normalizer,
                             syncline_schema_find_table (fixture->schema, table), change, error);
}

static void
assert_patch (Fixture *fixture, const char *data, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineChange) change
      = serialize (fixture, SYNCLINE_CHANGE_PATCH, "todos", data, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (syncline_change_get_data (change), ==, expected);
}

static void
assert_rejected (Fixture *fixture, const char *data, const char *column)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineChange) change
      = serialize (fixture, SYNCLINE_CHANGE_PATCH, "todos", data, &error);
  g_autofree char *place
      = g_strdup_printf ("table todos, row row-1%s%s", column != NULL ? ", column " : "",
                         column != NULL ? column : "");

  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED);
  g_assert_null (change);
  g_assert_nonnull (strstr (error->message, place));
  /* What stands in a row is nobody's business but the server's. */
  g_assert_null (strstr (error->message, "secret"));
}

static void
test_identity (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (SynclineChange) change
      = serialize (fixture, SYNCLINE_CHANGE_PUT, "todos", "{\"t\":\"x\"}", NULL);

  g_assert_cmpint (syncline_change_get_id (change), ==, 7);
  g_assert_cmpint (syncline_change_get_transaction (change), ==, 3);
  g_assert_cmpint (syncline_change_get_op (change), ==, SYNCLINE_CHANGE_PUT);
  g_assert_cmpstr (syncline_change_get_table (change), ==, "tasks");
  g_assert_cmpstr (syncline_change_get_row_id (change), ==, "row-1");
  g_assert_cmpstr (syncline_change_get_data (change), ==, "{\"t\":\"x\"}");
  g_assert_cmpstr (syncline_change_get_previous (change), ==, "{\"t\":\"old\"}");
  g_assert_cmpstr (syncline_change_get_metadata (change), ==, "meta");
}

static void
test_delete (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (SynclineChange) change
      = serialize (fixture, SYNCLINE_CHANGE_DELETE, "todos", NULL, NULL);

  g_assert_cmpint (syncline_change_get_op (change), ==, SYNCLINE_CHANGE_DELETE);
  g_assert_cmpstr (syncline_change_get_table (change), ==, "tasks");
  g_assert_null (syncline_change_get_data (change));
}

static void
test_null (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  assert_patch (fixture, "{\"t\":null,\"i\":null,\"n\":null,\"bo\":null,\"j\":null,\"a\":null}",
                "{\"t\":null,\"i\":null,\"n\":null,\"bo\":null,\"j\":null,\"a\":null}");
  assert_patch (fixture, " { } ", "{}");
}

static void
test_text (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  assert_patch (fixture, "{\"t\":\"a\\\"b\\u0007\\u00e9\xc3\xa9\"}",
                "{\"t\":\"a\\\"b\\u0007\\u00e9\xc3\xa9\"}");
  assert_patch (fixture, "{\"t\":\"{\\\"not\\\":\\\"json here\\\"}\"}",
                "{\"t\":\"{\\\"not\\\":\\\"json here\\\"}\"}");
  assert_patch (fixture, "{\"t\":1.50}", "{\"t\":1.50}");
  assert_patch (fixture, "{\"by\":\"\\\\x00ff\"}", "{\"by\":\"\\\\x00ff\"}");
  assert_patch (fixture, "{\"ts\":\"2026-01-02 03:04:05.678901Z\",\"u\":\"x\"}",
                "{\"ts\":\"2026-01-02 03:04:05.678901Z\",\"u\":\"x\"}");
}

static void
test_integer (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  assert_patch (fixture, "{\"b\":9223372036854775807}", "{\"b\":9223372036854775807}");
  assert_patch (fixture, "{\"b\":-9223372036854775808}", "{\"b\":-9223372036854775808}");
  assert_patch (fixture, "{\"i\":1.0}", "{\"i\":1}");
  assert_patch (fixture, "{\"b\":1.0e+18}", "{\"b\":1000000000000000000}");
  assert_patch (fixture, "{\"b\":-0.0}", "{\"b\":0}");
  assert_patch (fixture, "{\"b\":\" 9223372036854775807 \"}", "{\"b\":9223372036854775807}");
  assert_patch (fixture, "{\"i\":\"12.0\"}", "{\"i\":12}");
  assert_rejected (fixture, "{\"i\":1.5}", "i");
  assert_rejected (fixture, "{\"b\":9223372036854775808}", "b");
  assert_rejected (fixture, "{\"b\":-9223372036854775809}", "b");
  assert_rejected (fixture, "{\"b\":1e19}", "b");
  assert_rejected (fixture, "{\"i\":\"secret\"}", "i");
  assert_rejected (fixture, "{\"i\":\"\"}", "i");
  assert_rejected (fixture, "{\"i\":\"1 2\"}", "i");
  assert_rejected (fixture, "{\"i\":\"[1]\"}", "i");
}

static void
test_numeric (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  assert_patch (fixture, "{\"n\":\"1234567890123456789012345678.0123456789\"}",
                "{\"n\":\"1234567890123456789012345678.0123456789\"}");
  assert_patch (fixture, "{\"n\":12345678901234567}", "{\"n\":\"12345678901234567\"}");
  assert_patch (fixture, "{\"n\":-0.10000000000000001}", "{\"n\":\"-0.10000000000000001\"}");
  assert_patch (fixture, "{\"n\":\"NaN\"}", "{\"n\":\"NaN\"}");
}

static void
test_double (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  assert_patch (fixture, "{\"d\":0.10000000000000001}", "{\"d\":0.10000000000000001}");
  assert_patch (fixture, "{\"d\":1.7976931348623157e308}", "{\"d\":1.7976931348623157e308}");
  assert_patch (fixture, "{\"d\":9e999}", "{\"d\":\"Infinity\"}");
  assert_patch (fixture, "{\"d\":-9e999}", "{\"d\":\"-Infinity\"}");
  assert_patch (fixture, "{\"d\":\"NaN\"}", "{\"d\":\"NaN\"}");
}

static void
test_boolean (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const true_values[]
      = { "1", "1.0", "true", "\"1\"", "\"t\"", "\"TRUE\"", "\" yes \"", "\"on\"" };
  static const char *const false_values[]
      = { "0", "0.0", "false", "\"0\"", "\"f\"", "\"False\"", "\"no\"", "\"off\"" };
  static const char *const others[] = { "2", "0.5", "-1", "\"secret\"", "\"\"", "1e400" };

  for (gsize i = 0; i < G_N_ELEMENTS (true_values); i++)
    {
      g_autofree char *patch = g_strdup_printf ("{\"bo\":%s}", true_values[i]);
      assert_patch (fixture, patch, "{\"bo\":true}");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (false_values); i++)
    {
      g_autofree char *patch = g_strdup_printf ("{\"bo\":%s}", false_values[i]);
      assert_patch (fixture, patch, "{\"bo\":false}");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *patch = g_strdup_printf ("{\"bo\":%s}", others[i]);
      assert_rejected (fixture, patch, "bo");
    }
}

static void
test_json (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  /* Verbatim: order of keys, doubled keys, big numbers, white space, escapes. */
  assert_patch (fixture,
                "{\"j\":\"{\\\"b\\\": 1e400, \\\"a\\\":123456789012345678901234567890.5,"
                "\\\"a\\\":\\\"\\\\u00e9\\\\n\\\"}\"}",
                "{\"j\":{\"b\": 1e400, \"a\":123456789012345678901234567890.5,"
                "\"a\":\"\\u00e9\\n\"}}");
  assert_patch (fixture, "{\"j\":\"[1,[2]]\"}", "{\"j\":[1,[2]]}");
  assert_patch (fixture, "{\"j\":\"\\\"text\\\"\"}", "{\"j\":\"text\"}");
  assert_patch (fixture, "{\"j\":\"null\"}", "{\"j\":null}");
  assert_patch (fixture, "{\"j\":\"true\"}", "{\"j\":true}");
  assert_patch (fixture, "{\"j\":5}", "{\"j\":5}");
  /* From a serializer before this one. */
  assert_patch (fixture, "{\"j\":{\"x\":[1]}}", "{\"j\":{\"x\":[1]}}");
  assert_rejected (fixture, "{\"j\":\"secret\"}", "j");
  assert_rejected (fixture, "{\"j\":\"\"}", "j");
  assert_rejected (fixture, "{\"j\":\"{\\\"secret\\\":\"}", "j");
  assert_rejected (fixture, "{\"j\":\"{} {}\"}", "j");
  assert_rejected (fixture, "{\"j\":\"{'secret':1}\"}", "j");
}

static void
test_json_null (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->config.json_null = JSON_NULL_REJECT;
  assert_patch (fixture, "{\"j\":null,\"t\":\"null\"}", "{\"j\":null,\"t\":\"null\"}");
  assert_patch (fixture, "{\"j\":\"[null]\"}", "{\"j\":[null]}");
  assert_rejected (fixture, "{\"j\":\"null\"}", "j");
  assert_rejected (fixture, "{\"j\":\" null \"}", "j");
}

static void
test_array (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  assert_patch (fixture, "{\"a\":\"[\\\"x\\\",null,\\\"y\\\\\\\"\\\"]\"}",
                "{\"a\":[\"x\",null,\"y\\\"\"]}");
  assert_patch (fixture, "{\"a\":\"[]\"}", "{\"a\":[]}");
  assert_patch (fixture, "{\"a\":\" [[1,2],[3,4]]\"}", "{\"a\":[[1,2],[3,4]]}");
  assert_patch (fixture, "{\"a\":\"{x,\\\"y z\\\"}\"}", "{\"a\":\"{x,\\\"y z\\\"}\"}");
  assert_patch (fixture, "{\"a\":[\"x\"]}", "{\"a\":[\"x\"]}");
  assert_rejected (fixture, "{\"a\":\"secret\"}", "a");
  assert_rejected (fixture, "{\"a\":\"[secret\"}", "a");
  assert_rejected (fixture, "{\"a\":\"\"}", "a");
  assert_rejected (fixture, "{\"a\":\"5\"}", "a");
  assert_rejected (fixture, "{\"a\":5}", "a");
}

static void
test_broken_data (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  assert_rejected (fixture, "", NULL);
  assert_rejected (fixture, "[1]", NULL);
  assert_rejected (fixture, "{\"t\":secret}", NULL);
  assert_rejected (fixture, "{\"t\":\"x\"", NULL);
  assert_rejected (fixture, "{\"t\":\"x\"} x", NULL);
  assert_rejected (fixture, "{\"t\":\"\xff\"}", NULL);
}

static void
test_server_owned (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  configure (fixture, "user_id,lists.t", NULL, UNKNOWN_COLUMNS_SEND);
  assert_patch (fixture, "{\"t\":\"x\",\"user_id\":\"secret\",\"i\":1}", "{\"t\":\"x\",\"i\":1}");
  assert_patch (fixture, "{\"user_id\":\"secret\"}", "{}");
  /* However the name is written. */
  assert_patch (fixture, "{\"user\\u005fid\":\"secret\"}", "{}");

  g_autoptr (SynclineChange) change = serialize (fixture, SYNCLINE_CHANGE_PUT, "lists",
                                                 "{\"t\":\"x\",\"user_id\":\"secret\"}", NULL);
  g_assert_cmpstr (syncline_change_get_data (change), ==, "{}");
}

static void
test_rename (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  configure (fixture, "owner", "todos.t = description,i=quote\"d,todos.u=owner",
             UNKNOWN_COLUMNS_DROP);
  assert_patch (fixture, "{\"t\":\"x\",\"i\":1.0,\"u\":\"y\"}",
                "{\"description\":\"x\",\"quote\\\"d\":1}");

  g_autoptr (SynclineChange) change
      = serialize (fixture, SYNCLINE_CHANGE_PUT, "lists", "{\"t\":\"x\"}", NULL);
  g_assert_cmpstr (syncline_change_get_data (change), ==, "{\"t\":\"x\"}");
}

static void
assert_row (Fixture *fixture, const char *table, const char *data, const char *expected)
{
  const SynclineSerializerClass *methods = syncline_plugin.methods;
  g_autoptr (GError) error = NULL;
  g_autofree char *row = methods->deserialize (
      fixture->normalizer, syncline_schema_find_table (fixture->schema, table),
      (SynclineSlice){ "r", 1 }, (SynclineSlice){ data, strlen (data) }, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (row, ==, expected);
}

/* Under the server's names, or under local ones that the sync rules gave. */
static void
test_rename_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const SynclineSerializerClass *methods = syncline_plugin.methods;
  const SynclineTable *todos = syncline_schema_find_table (fixture->schema, "todos");
  const SynclineTable *lists = syncline_schema_find_table (fixture->schema, "lists");
  g_autoptr (GError) error = NULL;

  configure (fixture, "owner", "todos.t=description,u=owner,n=d,d=n", UNKNOWN_COLUMNS_DROP);
  assert_row (fixture, "todos",
              "{\"description\":\"x\",\"i\":1,\"owner\":null,\"n\":1,\"d\":2,\"id\":\"r\"}",
              "{\"t\":\"x\",\"i\":1,\"u\":null,\"d\":1,\"n\":2,\"id\":\"r\"}");
  assert_row (fixture, "todos", "{\"t\":\"x\",\"i\":1,\"n\":1,\"d\":2}", NULL);
  assert_row (fixture, "todos", "{\"id\":\"r\"}", NULL);
  assert_row (fixture, "todos", "{}", NULL);

  g_assert_true (methods->opens_table (fixture->normalizer, todos));
  g_assert_false (methods->opens_table (fixture->normalizer, lists));
  g_assert_null (methods->deserialize (fixture->normalizer, todos, (SynclineSlice){ "r", 1 },
                                       (SynclineSlice){ "[1]", 3 }, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT);
}

static void
test_unknown_columns (Fixture *fixture, gconstpointer data)
{
  UnknownColumns unknown = GPOINTER_TO_INT (data);

  configure (fixture, NULL, NULL, unknown);
  switch (unknown)
    {
    case UNKNOWN_COLUMNS_DROP:
      assert_patch (fixture, "{\"new\":1,\"t\":\"x\",\"id\":\"row-2\"}", "{\"t\":\"x\"}");
      break;
    case UNKNOWN_COLUMNS_SEND:
      assert_patch (fixture, "{\"new\":1,\"t\":\"x\",\"id\":\"row-2\"}", "{\"new\":1,\"t\":\"x\"}");
      break;
    case UNKNOWN_COLUMNS_REJECT:
      assert_rejected (fixture, "{\"new\":1,\"t\":\"x\"}", "new");
      break;
    }
}

static void
test_bad_config (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *server_owned;
    const char *rename;
    const char *message;
  } cases[] = {
    { "id", NULL, "server-owned: \"id\"" },
    { "todos.", NULL, "server-owned: \"todos.\"" },
    { "nosuch.user_id", NULL, "no table nosuch" },
    { NULL, "t", "rename: \"t\"" },
    { NULL, "t=", "rename: \"t=\"" },
    { NULL, "t=id", "rename: \"t=id\"" },
    { NULL, "todos.x=y", "the table todos has no column x" },
    { NULL, "x=y", "no table of the schema has a column x" },
    { NULL, "todos.t=i", "two columns of the table todos would be sent as i" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      char *server_owned[] = { (char *) cases[i].server_owned, NULL };
      char *rename[] = { (char *) cases[i].rename, NULL };
      NormalizerConfig config = { .server_owned = server_owned, .rename = rename };
      gpointer normalizer = syncline_plugin.create (&config, fixture->host, &error);
      g_assert_null (normalizer);
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
      g_assert_nonnull (strstr (error->message, cases[i].message));
    }
}

/* A column that the schema leaves out is as good a reason as any not to be sent. */
static void
test_server_owned_unknown_column (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  configure (fixture, "nosuch,todos.nosuch", NULL, UNKNOWN_COLUMNS_SEND);
  assert_patch (fixture, "{\"nosuch\":1}", "{}");
}

static void
test_descriptor (void)
{
  g_autoptr (GError) error = NULL;

  syncline_registry_add (&syncline_plugin, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, function) g_test_add (path, Fixture, data, set_up, function, tear_down)
  g_test_add_func ("/json-normalizer/descriptor", test_descriptor);
  ADD ("/json-normalizer/identity", NULL, test_identity);
  ADD ("/json-normalizer/delete", NULL, test_delete);
  ADD ("/json-normalizer/null", NULL, test_null);
  ADD ("/json-normalizer/text", NULL, test_text);
  ADD ("/json-normalizer/integer", NULL, test_integer);
  ADD ("/json-normalizer/numeric", NULL, test_numeric);
  ADD ("/json-normalizer/double", NULL, test_double);
  ADD ("/json-normalizer/boolean", NULL, test_boolean);
  ADD ("/json-normalizer/json", NULL, test_json);
  ADD ("/json-normalizer/json-null", NULL, test_json_null);
  ADD ("/json-normalizer/array", NULL, test_array);
  ADD ("/json-normalizer/broken-data", NULL, test_broken_data);
  ADD ("/json-normalizer/server-owned", NULL, test_server_owned);
  ADD ("/json-normalizer/server-owned/unknown", NULL, test_server_owned_unknown_column);
  ADD ("/json-normalizer/rename", NULL, test_rename);
  ADD ("/json-normalizer/rename/down", NULL, test_rename_down);
  ADD ("/json-normalizer/unknown-columns/drop", GINT_TO_POINTER (UNKNOWN_COLUMNS_DROP),
       test_unknown_columns);
  ADD ("/json-normalizer/unknown-columns/send", GINT_TO_POINTER (UNKNOWN_COLUMNS_SEND),
       test_unknown_columns);
  ADD ("/json-normalizer/unknown-columns/reject", GINT_TO_POINTER (UNKNOWN_COLUMNS_REJECT),
       test_unknown_columns);
  ADD ("/json-normalizer/bad-config", NULL, test_bad_config);
#undef ADD

  return g_test_run ();
}
