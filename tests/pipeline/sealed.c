/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Two devices share a key that the server does not have. Each value goes through two serializers: column-seal and,
 * after it, the normalizer, which gives one of the columns another name besides. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <string.h>

#define KEY_A "a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define KEY_B "b:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define ROW "SELECT subject, note, body, amount, doc FROM letters"
#define SEALED "letters.note, letters.body, letters.amount, letters.doc"

static void
open_device (Device *device, const char *keys)
{
  g_autofree char *path = g_build_filename (device->directory, "seal.keys", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, keys, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  device_open (device);
}

static Device *
new_device (const char *name, const char *keys, User *user)
{
  g_autofree char *schema = pipeline_source_file ("tests/pipeline/values/schema.conf");
  Device *device = device_new (name);

  device_configure (device, "syncline", "schema", schema);
  device_configure (device, "syncline", "serializer", "column-seal, json-normalizer");
  device_configure (device, "json-normalizer", "server-owned", "owner");
  device_configure (device, "json-normalizer", "rename", "letters.note=content");
  device_configure (device, "column-seal", "columns", SEALED);
  device_configure (device, "column-seal", "keys-file", "seal.keys");
  open_device (device, keys);
  device_sign_in (device, user);
  device_start (device);
  wait_until_synced (device);
  return device;
}

/* All that the server has of the user's rows, in one text. */
static char *
dup_all_at_server (User *user)
{
  return server_sql ("SELECT letters::text FROM letters WHERE owner = '%s'", user->id);
}

static void
assert_nothing_in_the_clear (User *user)
{
  static const char *const words[] = { "secret", "123.45", "[1]" };
  g_autofree char *all = dup_all_at_server (user);

  g_test_message ("%s", all);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_null (strstr (all, words[i]));
  g_assert_nonnull (strstr (all, "In the clear"));
}

static void
test_two_devices (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = new_device ("a", KEY_A, user);
  g_autoptr (Device) b = new_device ("b", KEY_A, user);
  const char *row = "In the clear|secret note|secret 'body' é|123.45|{\"secret\":[1]}";

  device_execute (a,
                  "INSERT INTO letters(subject, note, body, amount, doc) VALUES ('In the clear', "
                  "'secret note', 'secret ''body'' é', '123.45', '{\"secret\":[1]}')");
  wait_until_synced (a);
  g_autofree char *rejected = device_list_rejected (a);
  g_assert_cmpstr (rejected, ==, "");
  assert_nothing_in_the_clear (user);
  assert_server (
      "t|t|t|t",
      "SELECT content LIKE '{\"sealed\":\"1.a.%%\"}', body->>'sealed' LIKE '1.a.%%', amount "
      "LIKE '{\"sealed\":\"1.a.%%\"}', doc->>'sealed' LIKE '1.a.%%' FROM letters WHERE owner "
      "= '%s'",
      user->id);
  wait_device (b, row, ROW);
  assert_device (a, row, ROW);

  /* Back, one column only; the others stay as they were sealed. */
  g_autofree char *before
      = server_sql ("SELECT body, amount FROM letters WHERE owner = '%s'", user->id);
  device_execute (b, "UPDATE letters SET note = 'secret, too', doc = NULL");
  wait_device (a, "In the clear|secret, too|secret 'body' é|123.45|", ROW);
  assert_nothing_in_the_clear (user);
  assert_server (before, "SELECT body, amount FROM letters WHERE owner = '%s'", user->id);
  assert_server ("1", "SELECT count(*) FROM letters WHERE doc IS NULL AND owner = '%s'", user->id);
  device_execute (b, "DELETE FROM letters");
  wait_device (a, "", ROW);
}

/* Without the key the values stay sealed, other columns can be changed, and even what writes all columns does no
 * harm. */
static void
test_without_the_key (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = new_device ("a", KEY_A, user);
  g_autoptr (Device) c = new_device ("c", KEY_B, user);

  device_execute (a, "INSERT INTO letters(subject, note, body) VALUES ('In the clear', 'secret 1', "
                     "'secret 2')");
  wait_device (c, "1",
               "SELECT count(*) FROM letters WHERE note LIKE '{%%sealed%%1.a.%%' AND body LIKE "
               "'{%%sealed%%1.a.%%'");
  device_execute (c, "UPDATE letters SET subject = 'In the clear, changed'");
  wait_device (a, "In the clear, changed|secret 1|secret 2||", ROW);
  device_execute (
      c, "REPLACE INTO letters(id, owner, subject, note, body) SELECT id, owner, 'In the clear, "
         "replaced', note, body FROM letters");
  wait_device (a, "In the clear, replaced|secret 1|secret 2||", ROW);
  assert_nothing_in_the_clear (user);
}

/* A new key: first on all devices, then the one that seals. */
static void
test_rotation (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = new_device ("a", KEY_A, user);
  g_autoptr (Device) b = new_device ("b", KEY_B "\n" KEY_A "\n", user);

  device_execute (a, "INSERT INTO letters(subject, note) VALUES ('In the clear 1', 'secret 1')");
  wait_device (b, "secret 1", "SELECT note FROM letters");
  device_close (a);
  open_device (a, KEY_A "\n" KEY_B "\n");
  device_start (a);
  device_execute (a, "INSERT INTO letters(subject, note) VALUES ('In the clear 2', 'secret 2')");
  wait_device (b, "secret 1\nsecret 2", "SELECT note FROM letters ORDER BY subject");
  assert_server (
      "1|1",
      "SELECT count(*) FILTER (WHERE content LIKE '%%1.a.%%'), count(*) FILTER (WHERE content "
      "LIKE '%%1.b.%%') FROM letters WHERE owner = '%s'",
      user->id);
  assert_nothing_in_the_clear (user);
}

/* What the server moves from one row to another, or writes itself, no device takes for the user's. */
static void
test_meddling (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = new_device ("a", KEY_A, user);

  device_close (a);
  device_configure (a, "column-seal", "unsealed", "refuse");
  device_open (a);
  device_start (a);
  device_execute (a, "INSERT INTO letters(subject, note) VALUES ('In the clear 1', 'secret 1')");
  device_execute (a, "INSERT INTO letters(subject, note) VALUES ('In the clear 2', 'secret 2')");
  device_execute (a, "INSERT INTO letters(subject, note) VALUES ('In the clear 3', 'secret 3')");
  wait_until_synced (a);
  g_free (server_sql (
      "UPDATE letters SET content = (SELECT content FROM letters WHERE owner = '%1$s' AND "
      "subject = 'In the clear 1') WHERE owner = '%1$s' AND subject = 'In the clear 2'",
      user->id));
  g_free (server_sql ("UPDATE letters SET content = 'slipped in' WHERE owner = '%s' AND subject = "
                      "'In the clear 3'",
                      user->id));
  wait_device (
      a, "secret 1|0|0|1",
      "SELECT max(note) FILTER (WHERE subject LIKE '%%1'), count(*) FILTER (WHERE note = 'secret "
      "2'), count(*) FILTER (WHERE note = 'slipped in'), count(*) FILTER (WHERE note IS NULL) "
      "FROM letters");
  assert_device (
      a, "1", "SELECT count(*) FROM letters WHERE subject LIKE '%%2' AND note LIKE '{%%sealed%%'");
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  /* What does not open is warned of. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_autofree char *migrations = pipeline_source_file ("tests/pipeline/values/migrations");
  g_autofree char *rules = pipeline_source_file ("tests/pipeline/values/sync-rules.yaml");
  const char *options[] = { "--migrations", migrations, "--sync-rules", rules, "--seed", "", NULL };
  stack_start_own ("sealed", options);
  g_test_add_func ("/sealed/two-devices", test_two_devices);
  g_test_add_func ("/sealed/without-the-key", test_without_the_key);
  g_test_add_func ("/sealed/rotation", test_rotation);
  g_test_add_func ("/sealed/meddling", test_meddling);
  return pipeline_run ();
}
