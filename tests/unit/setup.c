/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "core/json-check.h"
#include "core/setup.h"
#include "core/stream-list.h"
#include "unit/scratch.h"
#include "unit/test-plugins.h"

#include <syncline/error.h>

static SynclineSetup *
set_up (const Scratch *scratch, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineConfig) config = syncline_config_new_from_data (
      text, -1, "t.conf", scratch != NULL ? scratch->path : NULL, &error);
  g_assert_no_error (error);

  /* The setup must outlive the config. */
  SynclineSetup *setup = syncline_setup_new (config, &error);
  g_assert_no_error (error);
  return setup;
}

static void
test_nothing (void)
{
  g_autoptr (SynclineSetup) setup = set_up (NULL, "[syncline]\n");

  g_assert_null (setup->store);
  g_assert_null (setup->upload);
  g_assert_null (setup->download);
  g_assert_null (setup->auth);
  g_assert_cmpuint (setup->serializers->len, ==, 0);
  g_assert_cmpuint (syncline_schema_get_n_tables (setup->schema), ==, 0);

  g_assert_cmpint (setup->engine.retry_min, ==, G_TIME_SPAN_SECOND);
  g_assert_cmpint (setup->engine.retry_max, ==, G_TIME_SPAN_MINUTE);
  g_assert_cmpint (setup->engine.upload_max_changes, ==, 1000);
  g_assert_cmpint (setup->engine.upload_max_bytes, ==, 1024 * 1024);
  g_assert_cmpint (setup->engine.credentials_margin, ==, G_TIME_SPAN_MINUTE);
  g_assert_null (setup->engine.parameters);
  g_assert_true (setup->engine.include_defaults);
  g_assert_null (setup->engine.authenticated_command);
}

static void
test_everything (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *schema_path
      = scratch_write (scratch, "schema.conf", "[table todos]\na = text\n");
  g_autofree char *database = g_build_filename (scratch->path, "app.db", NULL);
  g_autoptr (SynclineSetup) setup
      = set_up (scratch, "[syncline]\n"
                         "store = test-store\n"
                         "upload = test-transport\n"
                         "download = test-transport\n"
                         "auth = test-auth\n"
                         "serializer = test-second, test-first\n"
                         "schema = schema.conf\n"
                         "retry-min = 2s\n"
                         "retry-max = 1h\n"
                         "upload-max-changes = 100000\n"
                         "upload-max-bytes = 64K\n"
                         "credentials-margin = 0\n"
                         "parameters = {\"a\": [1, null]}\n"
                         "default-streams = no\n"
                         "streams = a, b:{\"y\": \"},\", \"x\": [1]} ,c\n"
                         "authenticated-command = echo hello\n"
                         "[test-store]\n"
                         "path = app.db\n"
                         "mode = delete\n"
                         "[test-transport]\n"
                         "url = http://localhost:1234/\n"
                         "connections = 3\n"
                         "[test-auth]\n"
                         "key = x\n");

  g_assert_true (setup->store->plugin == &test_store);
  g_assert_cmpstr (setup->store->name, ==, "test-store");
  const TestStoreConfig *store = setup->store->config;
  g_assert_cmpstr (store->path, ==, database);
  g_assert_null (store->name);
  g_assert_cmpint (store->mode, ==, 1);
  g_assert_cmpint (store->size, ==, 2 * 1024 * 1024);

  /* One instance fills both roles. */
  g_assert_true (setup->upload == setup->download);
  const TestTransportConfig *transport = setup->upload->config;
  g_assert_cmpstr (transport->url, ==, "http://localhost:1234");
  g_assert_cmpint (transport->connections, ==, 3);
  g_assert_cmpint (transport->timeout, ==, 30 * G_TIME_SPAN_SECOND);

  g_assert_true (setup->auth->plugin == &test_auth);
  g_assert_cmpuint (setup->serializers->len, ==, 2);
  const SynclinePluginSetup *first = g_ptr_array_index (setup->serializers, 0);
  g_assert_true (first->plugin == &test_second);
  g_assert_nonnull (first->config);
  g_assert_nonnull (syncline_schema_find_table (setup->schema, "todos"));

  g_assert_cmpint (setup->engine.retry_min, ==, 2 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (setup->engine.retry_max, ==, G_TIME_SPAN_HOUR);
  g_assert_cmpint (setup->engine.upload_max_changes, ==, 100000);
  g_assert_cmpint (setup->engine.upload_max_bytes, ==, 65536);
  g_assert_cmpint (setup->engine.credentials_margin, ==, 0);
  g_assert_cmpstr (setup->engine.parameters, ==, "{\"a\": [1, null]}");
  g_assert_false (setup->engine.include_defaults);
  g_assert_cmpuint (setup->engine.streams->len, ==, 3);
  const SynclineSubscription *stream = g_ptr_array_index (setup->engine.streams, 1);
  g_assert_cmpstr (stream->stream, ==, "b");
  g_assert_cmpstr (stream->parameters, ==, "{\"x\":[1],\"y\":\"},\"}");
  stream = g_ptr_array_index (setup->engine.streams, 2);
  g_assert_cmpstr (stream->stream, ==, "c");
  g_assert_null (stream->parameters);
  g_assert_cmpstr (setup->engine.authenticated_command, ==, "echo hello");
}

/* A config made in code is checked and set up like one from a file. */
static void
test_in_code (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *schema = scratch_write (scratch, "schema.conf", "[table todos]\n");
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  g_autoptr (GError) error = NULL;

  syncline_config_set (config, "syncline", "store", "test-store");
  syncline_config_set (config, "syncline", "download", "test-download");
  syncline_config_set (config, "syncline", "schema", schema);
  syncline_config_set (config, "test-store", "path", "app.db");
  g_autoptr (SynclineSetup) setup = syncline_setup_new (config, &error);
  g_assert_no_error (error);

  g_autofree char *here = g_get_current_dir ();
  g_autofree char *database = g_build_filename (here, "app.db", NULL);
  g_assert_cmpstr (((TestStoreConfig *) setup->store->config)->path, ==, database);
  g_assert_true (setup->download->plugin == &test_download);
  g_assert_null (setup->upload);
}

typedef struct
{
  const char *text;
  int position; /* -1: an object */
} JsonCase;

static void
test_json (void)
{
  static const JsonCase cases[] = {
    { "{}", -1 },
    { " { } ", -1 },
    { "{\"a\":1,\"b\":-0.5e+3,\"c\":[true,false,null,\"\\u00e4\\n\"],\"d\":{\"e\":[]}}", -1 },
    { "", 0 },
    { "[]", 0 },
    { "null", 0 },
    { "{} x", 3 },
    { "{\"a\"}", 4 },
    { "{\"a\":}", 5 },
    { "{\"a\":1,}", 7 },
    { "{a:1}", 1 },
    { "{\"a\":01}", 6 },
    { "{\"a\":1.}", 7 },
    { "{\"a\":.5}", 5 },
    { "{\"a\":1e}", 7 },
    { "{\"a\":\"\\x\"}", 7 },
    { "{\"a\":\"\\u12g4\"}", 10 },
    { "{\"a\":\"\t\"}", 6 },
    { "{\"a\":\"x", 7 },
    { "{\"a\":\"x\\", 8 },
    { "{\"a\":[1 2]}", 8 },
    { "{\"a\":tru}", 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize position;
      const gboolean is_object = syncline_json_is_object (cases[i].text, &position);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (is_object, ==, cases[i].position < 0);
      if (!is_object)
        g_assert_cmpuint (position, ==, cases[i].position);
    }

  /* Does not run out of stack. */
  GString *deep = g_string_new ("{\"a\":");
  gsize position;
  for (int i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_false (syncline_json_is_object (deep->str, &position));
  g_string_free (deep, TRUE);
}

static void
test_stream_list (void)
{
  static const char *const bad[]
      = { ",", "a,,b", ":{}", "a:", "a:1", "a:{", "a:[]", "a:{}b", "a:{\"x\"}" };
  g_autofree char *none = NULL;
  g_autoptr (GPtrArray) empty = syncline_stream_list_parse (" ", &none);

  g_assert_cmpuint (empty->len, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *reason = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_null (syncline_stream_list_parse (bad[i], &reason));
      g_assert_nonnull (reason);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_plugins_add ();
  g_test_add_func ("/setup/nothing", test_nothing);
  g_test_add_func ("/setup/everything", test_everything);
  g_test_add_func ("/setup/in-code", test_in_code);
  g_test_add_func ("/setup/json", test_json);
  g_test_add_func ("/setup/stream-list", test_stream_list);
  return g_test_run ();
}
