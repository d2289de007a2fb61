/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "column-seal/seal.h"

#include <syncline/registry.h>
#include <syncline/serializer.h>

#include "support/fake-host.h"

extern const SynclinePlugin syncline_plugin;

#define KEY_A "a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define KEY_B "b:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER_KEY_A "a:MTEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

static const char schema_text[] = "[table notes]\n"
                                  "title = text\n"
                                  "body = text\n"
                                  "count = integer\n"
                                  "info = jsonb\n"
                                  "raw = bytea\n"
                                  "sum = numeric\n"
                                  "[options notes]\n"
                                  "server-name = papers\n"
                                  "[table plain]\n"
                                  "body = text\n"
                                  "[table here]\n"
                                  "body = text\n"
                                  "[options here]\n"
                                  "mode = local-only\n"
                                  "[table keyed]\n"
                                  "code = text\n"
                                  "body = text\n"
                                  "[options keyed]\n"
                                  "conflict = code\n"
                                  "[table a.b]\n"
                                  "c = text\n";

/* One device. */
typedef struct
{
  SynclineHost *host;
  SynclineSchema *schema;
  ColumnSealConfig config;
  gpointer seal;
} Device;

typedef struct
{
  SynclineSchema *schema;
  Device one;
  Device two;
} Fixture;

static void
device_stop (Device *device)
{
  if (device->seal != NULL)
    syncline_plugin.destroy (device->seal);
  g_clear_pointer (&device->config.columns, g_strfreev);
  g_clear_pointer (&device->config.keys, g_free);
  g_clear_pointer (&device->host, fake_host_free);
  device->seal = NULL;
}

static gboolean
try_start (Device *device, const char *columns, const char *keys, Unsealed unsealed, GError **error)
{
  device_stop (device);
  device->host = fake_host_new ("column-seal");
  fake_host_set_schema (device->host, device->schema);
  device->config.columns = g_strsplit (columns, ",", -1);
  device->config.keys = g_strdup (keys);
  device->config.unsealed = unsealed;
  device->seal = syncline_plugin.create (&device->config, device->host, error);
  return device->seal != NULL;
}

#define ALL "notes.body,notes.count,notes.info,notes.raw,notes.sum"

static void
start (Device *device, const char *keys, Unsealed unsealed)
{
  g_autoptr (GError) error = NULL;

  try_start (device, ALL, keys, unsealed, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture->schema = syncline_schema_new_from_data (schema_text, -1, "schema", &error);
  g_assert_no_error (error);
  fixture->one.schema = fixture->two.schema = fixture->schema;
  start (&fixture->one, KEY_A, UNSEALED_ACCEPT);
  start (&fixture->two, KEY_A, UNSEALED_ACCEPT);
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  device_stop (&fixture->one);
  device_stop (&fixture->two);
  syncline_schema_unref (fixture->schema);
}

/* --- Up and down --------------------------------------------------------------------------------- */

static SynclineChange *
seal_any (Device *device, const char *table, const char *data, const char *previous, GError **error)
{
  const SynclineSerializerClass *methods = syncline_plugin.methods;
  g_autoptr (SynclineChange) change
      = syncline_change_new (7, 3, data != NULL ? SYNCLINE_CHANGE_PATCH : SYNCLINE_CHANGE_DELETE,
                             table, "row-1", data, previous, "meta");

  return methods->serialize (device->seal, syncline_schema_find_table (device->schema, table),
                             change, error);
}

static char *
seal (Device *device, const char *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineChange) change = seal_any (device, "notes", data, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (syncline_change_get_table (change), ==, "papers");
  return g_strdup (syncline_change_get_data (change));
}

static char *
open_in (Device *device, const char *table, const char *row_id, const char *data)
{
  const SynclineSerializerClass *methods = syncline_plugin.methods;
  g_autoptr (GError) error = NULL;
  char *row = methods->deserialize (
      device->seal, syncline_schema_find_table (device->schema, table),
      (SynclineSlice){ row_id, strlen (row_id) }, (SynclineSlice){ data, strlen (data) }, &error);

  g_assert_no_error (error);
  return row;
}

static void
assert_opens (Device *device, const char *data, const char *expected)
{
  g_autofree char *row = open_in (device, "notes", "row-1", data);

  g_assert_cmpstr (row, ==, expected);
}

/* As Postgres and the service give it back: the text of the object, which jsonb spaces out. */
static char *
as_column_text (const char *sealed_row)
{
  g_autoptr (GRegex) envelope = g_regex_new ("\\{\"sealed\":\"([^\"]*)\"\\}", 0, 0, NULL);

  return g_regex_replace (envelope, sealed_row, -1, 0, "\"{\\\\\"sealed\\\\\": \\\\\"\\1\\\\\"}\"",
                          0, NULL);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const values[] = { "\"body\":\"secret \\\"text\\\" \\u0001 \xc3\xa9\"",
                                        "\"body\":\"\"",
                                        "\"count\":-9223372036854775808",
                                        "\"info\":\"{\\\"secret\\\": [1, null]}\"",
                                        "\"raw\":\"\\\\x00ff\"",
                                        "\"sum\":\"12345678901234567890123456789012345678\"",
                                        "\"count\":1.5",
                                        "\"body\":true",
                                        "\"info\":{\"secret\":[]}" };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *row = g_strdup_printf ("{\"title\":\"t\",%s}", values[i]);
      g_autofree char *sealed = seal (&fixture->one, row);
      g_autofree char *again = seal (&fixture->one, row);
      g_assert_nonnull (strstr (sealed, "\"title\":\"t\""));
      g_assert_nonnull (strstr (sealed, ":{\"sealed\":\"1.a."));
      g_assert_null (strstr (sealed, "secret"));
      g_assert_cmpstr (sealed, !=, again);
      assert_opens (&fixture->two, sealed, row);
      assert_opens (&fixture->one, again, row);
    }
}

/* What comes down is the text of the object, in a column of the type text or jsonb. */
static void
test_text_of_the_object (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *row = "{\"body\":\"secret\",\"title\":\"t\",\"count\":7}";
  g_autofree char *sealed = seal (&fixture->one, row);
  g_autofree char *text = as_column_text (sealed);

  g_assert_nonnull (strstr (text, "\"body\":\"{\\\"sealed\\\": \\\"1.a."));
  assert_opens (&fixture->two, text, row);
}

/* The length of what is short tells nothing. */
static void
test_padding (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *yes = seal (&fixture->one, "{\"body\":true}");
  g_autofree char *no = seal (&fixture->one, "{\"body\":false}");
  g_autofree char *word = seal (&fixture->one, "{\"body\":\"thirty bytes are one block.\"}");
  g_autofree char *longer = seal (&fixture->one, "{\"body\":\"thirty-one bytes are two blocks\"}");

  g_assert_cmpuint (strlen (yes), ==, strlen (no));
  g_assert_cmpuint (strlen (yes), ==, strlen (word));
  g_assert_cmpuint (strlen (yes), <, strlen (longer));
}

static void
test_null (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *sealed = seal (&fixture->one, "{\"body\":null,\"title\":null}");

  g_assert_cmpstr (sealed, ==, "{\"body\":null,\"title\":null}");
  start (&fixture->two, KEY_A, UNSEALED_REFUSE);
  assert_opens (&fixture->two, sealed, sealed);
  g_autofree char *log = fake_host_dup_log (fixture->two.host);
  g_assert_cmpstr (log, ==, "");
}

static void
test_other_changes (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (SynclineChange) plain
      = seal_any (&fixture->one, "plain", "{\"body\":\"x\"}", "{\"body\":\"y\"}", NULL);
  g_autoptr (SynclineChange) gone = seal_any (&fixture->one, "notes", NULL, NULL, NULL);
  g_autoptr (SynclineChange) sealed
      = seal_any (&fixture->one, "notes", "{\"body\":\"x\"}",
                  "{\"title\":\"old\",\"body\":\"secret\",\"count\":1}", NULL);
  const SynclineSerializerClass *methods = syncline_plugin.methods;

  g_assert_cmpstr (syncline_change_get_data (plain), ==, "{\"body\":\"x\"}");
  g_assert_cmpstr (syncline_change_get_previous (plain), ==, "{\"body\":\"y\"}");
  g_assert_cmpstr (syncline_change_get_table (gone), ==, "papers");
  g_assert_null (syncline_change_get_data (gone));
  g_assert_cmpint (syncline_change_get_id (sealed), ==, 7);
  g_assert_cmpint (syncline_change_get_transaction (sealed), ==, 3);
  g_assert_cmpstr (syncline_change_get_metadata (sealed), ==, "meta");
  /* What it was before would be in the clear. */
  g_assert_cmpstr (syncline_change_get_previous (sealed), ==, "{\"title\":\"old\"}");

  g_assert_null (open_in (&fixture->one, "plain", "row-1", "{\"body\":\"x\"}"));
  g_assert_true (methods->opens_table (fixture->one.seal,
                                       syncline_schema_find_table (fixture->schema, "notes")));
  g_assert_false (methods->opens_table (fixture->one.seal,
                                        syncline_schema_find_table (fixture->schema, "plain")));
}

/* --- What does not open -------------------------------------------------------------------------- */

static void
assert_complaint (Device *device, const char *text)
{
  g_autofree char *log = fake_host_dup_log (device->host);

  g_test_message ("%s", log);
  g_assert_nonnull (strstr (log, text));
  /* Once, however many rows there are. */
  g_assert_null (strstr (strstr (log, text) + 1, text));
  g_assert_null (strstr (log, "secret"));
}

/* It stays sealed, and is sent back as it came. */
static void
assert_stays_sealed (Device *device, const char *sealed, const char *complaint)
{
  for (guint i = 0; i < 3; i++)
    assert_opens (device, sealed, sealed);
  assert_complaint (device, complaint);
  g_autofree char *again = seal (device, sealed);
  g_assert_cmpstr (again, ==, sealed);
}

static void
test_unknown_key (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *sealed = seal (&fixture->one, "{\"body\":\"secret\"}");

  start (&fixture->two, KEY_B, UNSEALED_ACCEPT);
  assert_stays_sealed (&fixture->two, sealed, "there is no key a in keys");
  g_autofree char *text = as_column_text (sealed);
  assert_opens (&fixture->two, text, text);
  g_autofree char *back = seal (&fixture->two, text);
  g_assert_cmpstr (back, ==, sealed);
}

static void
test_wrong_key (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *sealed = seal (&fixture->one, "{\"body\":\"secret\"}");

  start (&fixture->two, OTHER_KEY_A, UNSEALED_ACCEPT);
  assert_stays_sealed (&fixture->two, sealed, "stands for another key here");
}

static void
test_tampered (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *sealed = seal (&fixture->one, "{\"body\":\"secret\"}");
  const gsize start_of_data = (gsize) (strstr (sealed, "1.a.") - sealed) + 4;
  const gsize end_of_data = strlen (sealed) - 3;

  for (gsize i = start_of_data; i < end_of_data; i++)
    {
      g_autofree char *changed = g_strdup (sealed);
      /* The last one holds unused bits besides: a text that is not canonical is refused as well. */
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      assert_opens (&fixture->two, changed, changed);
    }
  g_autofree char *shorter = g_strdup_printf ("%.*s\"}}", (int) end_of_data - 4, sealed);
  assert_opens (&fixture->two, shorter, shorter);
  assert_opens (&fixture->two, sealed, "{\"body\":\"secret\"}");
}

/* To another column, row or table. */
static void
test_moved (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *sealed = seal (&fixture->one, "{\"body\":\"secret\"}");
  g_autofree char *moved = g_strdup (sealed);

  memcpy (moved + 2, "info", 4);
  assert_opens (&fixture->two, moved, moved);
  g_autofree char *in_other_row = open_in (&fixture->two, "notes", "row-2", sealed);
  g_assert_cmpstr (in_other_row, ==, sealed);

  g_autoptr (GError) error = NULL;
  try_start (&fixture->two, "plain.body", KEY_A, UNSEALED_ACCEPT, &error);
  g_assert_no_error (error);
  g_autofree char *in_other_table = open_in (&fixture->two, "plain", "row-1", sealed);
  g_assert_cmpstr (in_other_table, ==, sealed);
}

static void
test_later_form (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *sealed = seal (&fixture->one, "{\"body\":\"secret\"}");

  *strstr (sealed, "1.a.") = '2';
  assert_stays_sealed (&fixture->two, sealed, "a later version");
}

/* Looks sealed and is not. */
static void
test_lookalikes (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const values[] = {
    "{\"sealed\":\"\"}",
    "{\"sealed\":\"1.a.\"}",
    "{\"sealed\":\"1.a.AAAA\"}",
    "{\"sealed\":5}",
    "{\"sealed\":{}}",
    "{}",
    "[]",
    "{\"sealed\":\"x\",\"y\":1}",
    "\"{\\\"sealed\\\":\\\"1.a\\\"}\"",
    "\"1.a.AAAAAAAAAAAAAAAA\"",
    "\"{\\\"sealed\\\":\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *row = g_strdup_printf ("{\"body\":%s}", values[i]);
      g_autofree char *sealed = seal (&fixture->one, row);
      assert_opens (&fixture->two, sealed, row);
      assert_opens (&fixture->two, row, row);
    }
}

static void
test_unsealed (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *row = "{\"title\":\"t\",\"body\":\"secret of before\",\"count\":3}";

  assert_opens (&fixture->two, row, row);
  start (&fixture->two, KEY_A, UNSEALED_REFUSE);
  for (guint i = 0; i < 3; i++)
    assert_opens (&fixture->two, row, "{\"title\":\"t\",\"body\":null,\"count\":null}");
  assert_complaint (&fixture->two, "notes.body: a value came in the clear");
}

static void
test_rotation (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *row = "{\"body\":\"secret\"}";
  g_autofree char *old = seal (&fixture->one, row);

  start (&fixture->two, "# the second is new\n" KEY_A "\n" KEY_B "\n", UNSEALED_ACCEPT);
  g_autofree char *new = seal (&fixture->two, row);
  g_assert_nonnull (strstr (new, "1.b."));
  assert_opens (&fixture->two, old, row);
  assert_opens (&fixture->two, new, row);

  /* A device that has the new key, and does not seal with it yet. */
  start (&fixture->one, KEY_B "," KEY_A, UNSEALED_ACCEPT);
  assert_opens (&fixture->one, new, row);
  g_autofree char *still_old = seal (&fixture->one, row);
  g_assert_nonnull (strstr (still_old, "1.a."));
}

/* --- What is refused ------------------------------------------------------------------------------ */

static void
assert_rejected (Device *device, const char *data, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (seal_any (device, "notes", data, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED);
  g_assert_nonnull (strstr (error->message, "table notes, row row-1"));
  g_assert_nonnull (strstr (error->message, text));
  g_assert_null (strstr (error->message, "secret"));
}

static void
test_rejected (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const broken[]
      = { "", "[1]", "{\"body\":secret}", "{\"body\":\"x\"", "{\"body\":\"x\"} x" };

  /* Renamed by a serializer before this one: it would have gone up in the clear. */
  assert_rejected (&fixture->one, "{\"content\":\"secret\"}", "column-seal comes first");
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    assert_rejected (&fixture->one, broken[i], "not a JSON object");
}

static void
test_broken_rows (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const broken[]
      = { "", "[1]", "{\"body\":secret}", "{\"body\":\"x\"", "{\"body\":\"x\"} x" };
  const SynclineSerializerClass *methods = syncline_plugin.methods;

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (methods->deserialize (
          fixture->one.seal, syncline_schema_find_table (fixture->schema, "notes"),
          (SynclineSlice){ "row-1", 5 }, (SynclineSlice){ broken[i], strlen (broken[i]) }, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT);
    }
}

static void
test_bad_config (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *columns;
    const char *keys;
    const char *message;
  } cases[] = {
    { "notes.bdoy", KEY_A, "columns: \"notes.bdoy\": the schema has no such column" },
    { "nots.body", KEY_A, "the schema has no such column" },
    { "papers.body", KEY_A, "with local names" },
    { "body", KEY_A, "write TABLE.COLUMN" },
    { "notes.id", KEY_A, "the schema has no such column" },
    { "here.body", KEY_A, "never leaves the device" },
    { "keyed.code", KEY_A, "conflict columns" },
    { "notes.body", "", "there is no key" },
    { "notes.body", "# a comment\n", "there is no key" },
    { "notes.body",
      "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "entry 1: it is not of the form" },
    { "notes.body", "a:short", "entry 1: its key is not 32 bytes" },
    { "notes.body", KEY_A "\n" KEY_A, "entry 2: its id was there before" },
    { "notes.body", "a.b:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "entry 1: its id" },
    { "notes.body", "abcdefghijklmnopqrstuvwxyz0123456:x", "entry 1: its id" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (
          try_start (&fixture->one, cases[i].columns, cases[i].keys, UNSEALED_ACCEPT, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
      g_assert_nonnull (strstr (error->message, cases[i].message));
      g_assert_null (strstr (error->message, "MDEyMz"));
    }
  g_assert_true (try_start (&fixture->one, "a.b.c,keyed.body", KEY_A, UNSEALED_ACCEPT, NULL));
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

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  g_test_add_func ("/column-seal/descriptor", test_descriptor);
  ADD ("/column-seal/round-trip", test_round_trip);
  ADD ("/column-seal/text-of-the-object", test_text_of_the_object);
  ADD ("/column-seal/padding", test_padding);
  ADD ("/column-seal/null", test_null);
  ADD ("/column-seal/other-changes", test_other_changes);
  ADD ("/column-seal/stays-sealed/unknown-key", test_unknown_key);
  ADD ("/column-seal/stays-sealed/wrong-key", test_wrong_key);
  ADD ("/column-seal/stays-sealed/tampered", test_tampered);
  ADD ("/column-seal/stays-sealed/moved", test_moved);
  ADD ("/column-seal/stays-sealed/later-form", test_later_form);
  ADD ("/column-seal/lookalikes", test_lookalikes);
  ADD ("/column-seal/unsealed", test_unsealed);
  ADD ("/column-seal/rotation", test_rotation);
  ADD ("/column-seal/rejected", test_rejected);
  ADD ("/column-seal/broken-rows", test_broken_rows);
  ADD ("/column-seal/bad-config", test_bad_config);
#undef ADD

  return g_test_run ();
}
