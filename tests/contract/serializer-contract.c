/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "serializer-contract.h"

#include <json-c/json.h>
#include <string.h>

typedef struct
{
  const SerializerFixture *fixture;
  const SynclinePlugin *plugin;
  ContractInstance *instance;
  const SynclineSerializerClass *methods;
  SynclineSchema *schema;
  const SynclineTable *table;
} Serializer;

static const char schema_text[] = "[table todos]\n"
                                  "description = text\n"
                                  "done = boolean\n"
                                  "tags = text[]\n"
                                  "details = jsonb\n"
                                  "amount = numeric\n"
                                  "owner = text\n"
                                  "[options todos]\n"
                                  "server-name = tasks\n";

static SynclineChange *
serialize (Serializer *serializer, SynclineChange *change)
{
  g_autoptr (GError) error = NULL;
  SynclineChange *result = serializer->methods->serialize (serializer->instance->self,
                                                           serializer->table, change, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

static SynclineChange *
serialize_data (Serializer *serializer, SynclineChangeOp op, const char *data)
{
  g_autoptr (SynclineChange) change
      = syncline_change_new (7, 3, op, "todos", "a/b", data, "{\"done\":0}", "why");
  SynclineChange *result = serialize (serializer, change);

  /* What was captured stays as it was. */
  g_assert_cmpstr (syncline_change_get_data (change), ==, data);
  g_assert_cmpint (syncline_change_get_id (result), ==, 7);
  g_assert_cmpint (syncline_change_get_transaction (result), ==, 3);
  g_assert_cmpint (syncline_change_get_op (result), ==, op);
  g_assert_cmpstr (syncline_change_get_table (result), ==, "tasks");
  g_assert_cmpstr (syncline_change_get_row_id (result), ==, "a/b");
  g_assert_cmpstr (syncline_change_get_previous (result), ==, "{\"done\":0}");
  g_assert_cmpstr (syncline_change_get_metadata (result), ==, "why");
  return result;
}

static json_object *
parse (const char *text)
{
  json_object *object = json_tokener_parse (text);

  g_assert_true (json_object_is_type (object, json_type_object));
  return object;
}

static const char row[] = "{\"description\":\"caf\xc3\xa9 \\\"x\\\" \\u0001\",\"done\":1,"
                          "\"tags\":\"[\\\"a\\\",\\\"b\\\"]\",\"details\":\"{\\\"k\\\":[1,2]}\","
                          "\"amount\":\"12345678901234567890.10\",\"owner\":\"me\"}";

static void
test_descriptor (Serializer *serializer)
{
  contract_check_descriptor (serializer->plugin, SYNCLINE_PLUGIN_SERIALIZER);
  g_assert_true (SYNCLINE_HAS_SLOT (serializer->methods, serialize));
}

static void
test_put (Serializer *serializer)
{
  g_autoptr (SynclineChange) result = serialize_data (serializer, SYNCLINE_CHANGE_PUT, row);
  json_object *object = parse (syncline_change_get_data (result));

  g_assert_cmpstr (json_object_get_string (json_object_object_get (object, "description")), ==,
                   "caf\xc3\xa9 \"x\" \x01");
  json_object_put (object);
}

static void
test_patch (Serializer *serializer)
{
  g_autoptr (SynclineChange) result
      = serialize_data (serializer, SYNCLINE_CHANGE_PATCH, "{\"description\":null}");
  json_object *object = parse (syncline_change_get_data (result));

  /* A column that was set to NULL is not one that was not set. */
  g_assert_true (json_object_object_get_ex (object, "description", NULL));
  g_assert_null (json_object_object_get (object, "description"));
  g_assert_cmpint (json_object_object_length (object), ==, 1);
  json_object_put (object);
}

static void
test_delete (Serializer *serializer)
{
  g_autoptr (SynclineChange) result = serialize_data (serializer, SYNCLINE_CHANGE_DELETE, NULL);

  g_assert_null (syncline_change_get_data (result));
}

/* In a chain each gets what the one before gave, and the local table. */
static void
test_chain (Serializer *serializer)
{
  g_autoptr (SynclineChange) first = serialize_data (serializer, SYNCLINE_CHANGE_PUT, row);
  g_autoptr (SynclineChange) second = serialize (serializer, first);
  json_object *once = parse (syncline_change_get_data (first));
  json_object *twice = parse (syncline_change_get_data (second));

  g_assert_cmpstr (syncline_change_get_table (second), ==, "tasks");
  g_assert_true (json_object_equal (once, twice));
  json_object_put (once);
  json_object_put (twice);
}

static void
test_dropped (Serializer *serializer)
{
  if (serializer->fixture->without_owner == NULL)
    {
      g_test_skip ("this serializer drops no columns");
      return;
    }
  contract_instance_free (serializer->instance);
  serializer->instance
      = contract_instance_new (serializer->plugin, schema_text, serializer->fixture->without_owner);
  g_autoptr (SynclineChange) put = serialize_data (serializer, SYNCLINE_CHANGE_PUT,
                                                   "{\"description\":\"x\",\"owner\":\"me\"}");
  g_autoptr (SynclineChange) patch
      = serialize_data (serializer, SYNCLINE_CHANGE_PATCH, "{\"owner\":\"me\"}");

  g_assert_null (strstr (syncline_change_get_data (put), "owner"));
  g_assert_nonnull (strstr (syncline_change_get_data (put), "description"));
  g_assert_cmpstr (syncline_change_get_data (patch), ==, "{}");
}

static void
test_deserialize (Serializer *serializer)
{
  const char *data = "{\"id\":\"a\",\"description\":\"x\",\"done\":1,\"tags\":\"[\\\"a\\\"]\"}";
  const SynclineSlice slice = { data, strlen (data) };
  const SynclineSlice id = { "a", 1 };
  g_autoptr (GError) error = NULL;

  if (!SYNCLINE_HAS_SLOT (serializer->methods, deserialize))
    {
      g_test_skip ("this serializer takes rows as they come");
      return;
    }
  g_autofree char *result = serializer->methods->deserialize (serializer->instance->self,
                                                              serializer->table, id, slice, &error);
  g_assert_no_error (error);
  if (result == NULL)
    return;
  json_object *object = parse (result);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (object, "id")), ==, "a");
  json_object_put (object);
}

/* Whether a serializer opens rows of the table is asked once, before any come. */
static void
test_opens_table (Serializer *serializer)
{
  const SynclineSerializerClass *methods = serializer->methods;

  if (!SYNCLINE_HAS_SLOT (methods, opens_table))
    {
      g_test_skip ("this serializer does not say which tables it opens");
      return;
    }
  g_assert_true (SYNCLINE_HAS_SLOT (methods, deserialize));
  const SynclineSlice row_data = { row, strlen (row) };
  const SynclineSlice id = { "a", 1 };
  g_autofree char *opened
      = methods->deserialize (serializer->instance->self, serializer->table, id, row_data, NULL);
  if (opened != NULL)
    g_assert_true (methods->opens_table (serializer->instance->self, serializer->table));
}

/* What the devices see of it: a serializer need not give the same text each time. */
static char *
dup_seen (Serializer *serializer, SynclineChange *change)
{
  const char *data = syncline_change_get_data (change);
  const SynclineSlice slice = { data, strlen (data) };
  const SynclineSlice id = { "a/b", 3 };
  char *seen = NULL;

  if (SYNCLINE_HAS_SLOT (serializer->methods, deserialize))
    seen = serializer->methods->deserialize (serializer->instance->self, serializer->table, id,
                                             slice, NULL);
  return seen != NULL ? seen : g_strdup (data);
}

typedef struct
{
  Serializer *serializer;
  const char *expected;
} Worker;

static gpointer
work (gpointer user_data)
{
  const Worker *worker = user_data;

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (SynclineChange) result
          = serialize_data (worker->serializer, SYNCLINE_CHANGE_PUT, row);
      g_autofree char *seen = dup_seen (worker->serializer, result);

      g_assert_cmpstr (seen, ==, worker->expected);
    }
  return NULL;
}

static void
test_threads (Serializer *serializer)
{
  g_autoptr (SynclineChange) result = serialize_data (serializer, SYNCLINE_CHANGE_PUT, row);
  g_autofree char *seen = dup_seen (serializer, result);
  Worker worker = { serializer, seen };
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("serialize", work, &worker);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* --- Registration ---------------------------------------------------------------------------------------- */

typedef struct
{
  const char *path;
  void (*run) (Serializer *serializer);
} Test;

static const Test tests[] = {
  { "/descriptor", test_descriptor },
  { "/put", test_put },
  { "/patch", test_patch },
  { "/delete", test_delete },
  { "/chain", test_chain },
  { "/dropped", test_dropped },
  { "/deserialize", test_deserialize },
  { "/opens-table", test_opens_table },
  { "/threads", test_threads },
};

typedef struct
{
  const char *plugin_name;
  const SerializerFixture *fixture;
  const Test *test;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GError) error = NULL;
  Serializer serializer = { .fixture = test->fixture };

  serializer.plugin = contract_find (test->plugin_name, SYNCLINE_PLUGIN_SERIALIZER);
  serializer.methods = serializer.plugin->methods;
  serializer.instance
      = contract_instance_new (serializer.plugin, schema_text, test->fixture->options);
  serializer.schema = syncline_schema_new_from_data (schema_text, -1, "contract", &error);
  g_assert_no_error (error);
  serializer.table = syncline_schema_find_table (serializer.schema, "todos");
  test->test->run (&serializer);
  contract_instance_free (serializer.instance);
  syncline_schema_unref (serializer.schema);
}

void
syncline_serializer_contract_add (const char *plugin_name, const SerializerFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%s%s", plugin_name, tests[i].path);
      const Case test = { plugin_name, fixture, &tests[i] };

      g_test_add_data_func_full (path, g_memdup2 (&test, sizeof test), run_case, g_free);
    }
}
