/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Changes that the server refuses: they are kept with its answer, the others go on, and the row shows
 * what the server has. */

#include "config.h"

#include "pipeline/pipeline.h"

static gint64 rejected_id;

static gboolean
take_id (SynclineChange *change,
         SynclineOutcome *outcome G_GNUC_UNUSED,
         gint64 rejected_at G_GNUC_UNUSED,
         gpointer user_data G_GNUC_UNUSED)
{
  rejected_id = syncline_change_get_id (change);
  return FALSE;
}

static void
test_constraint (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("constraint");

  device_open (device);
  device_sign_in (device, user);
  device_execute (device, "INSERT INTO todos(description) VALUES ('Before')");
  device_execute (device, "INSERT INTO todos(description, priority) VALUES ('Too urgent', 9)");
  device_execute (device, "INSERT INTO todos(description) VALUES ('After')");
  device_start (device);
  wait_until_synced (device);

  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "PUT todos 400 23514");
  assert_device (device, "After\nBefore", "SELECT description FROM todos ORDER BY description");
  assert_server ("After\nBefore",
                 "SELECT description FROM todos WHERE user_id = '%s' ORDER BY description",
                 user->id);
}

/* What it was refused for is mended, and it is sent again. */
static void
test_retry (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("retry", user);
  g_autoptr (GError) error = NULL;

  device_execute (device, "INSERT INTO lists(name, color) VALUES ('Twice', 'red')");
  device_execute (device, "INSERT INTO lists(name, color) VALUES ('Twice', 'blue')");
  wait_rejected (device, 1);
  wait_device (device, "red", "SELECT color FROM lists");
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "PUT lists 409 23505");

  device_execute (device, "DELETE FROM lists WHERE color = 'red'");
  wait_until_synced (device);
  g_assert_true (syncline_client_list_changes (device->client, TRUE, take_id, NULL, NULL, NULL));
  syncline_client_retry_rejected (device->client, rejected_id, NULL, &error);
  g_assert_no_error (error);
  wait_until_synced (device);
  wait_device (device, "blue", "SELECT color FROM lists");
  assert_server ("blue", "SELECT color FROM lists WHERE user_id = '%s'", user->id);
  wait_rejected (device, 0);
}

/* An update that is refused: the row goes back to what the server has. */
static void
test_update_reverts (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("update", user);

  device_execute (device, "INSERT INTO lists(name) VALUES ('First')");
  device_execute (device, "INSERT INTO lists(name) VALUES ('Second')");
  wait_until_synced (device);

  device_execute (device, "UPDATE lists SET name = 'First' WHERE name = 'Second'");
  wait_rejected (device, 1);
  wait_device (device, "First\nSecond", "SELECT name FROM lists ORDER BY name");
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "PATCH lists 409 23505");
}

/* A delete that is refused: the row comes back. */
static void
test_delete_reverts (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("delete", user);

  g_free (
      server_sql ("CREATE OR REPLACE FUNCTION keep_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ "
                  "BEGIN IF old.name = 'Fixed' THEN RAISE EXCEPTION 'it stays' USING errcode = "
                  "'P0001'; END IF; RETURN old; END $$; CREATE OR REPLACE TRIGGER keep_fixed "
                  "BEFORE DELETE ON lists FOR EACH ROW EXECUTE FUNCTION keep_fixed()"));
  device_execute (device, "INSERT INTO lists(name) VALUES ('Fixed')");
  wait_until_synced (device);
  device_execute (device, "DELETE FROM lists WHERE name = 'Fixed'");
  wait_rejected (device, 1);
  wait_device (device, "Fixed", "SELECT name FROM lists");
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "DELETE lists 400 P0001");
  g_free (server_sql ("DROP TRIGGER keep_fixed ON lists; DROP FUNCTION keep_fixed()"));
}

/* One refused row of many that go up together takes none of the others with it. */
static void
test_one_of_many (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("many");

  device_open (device);
  device_sign_in (device, user);
  device_execute (device,
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
                  "INSERT INTO todos(description, priority) SELECT 'Row ' || i, "
                  "CASE i WHEN 77 THEN 6 WHEN 177 THEN 0 ELSE 1 END FROM n");
  device_start (device);
  wait_until_synced (device);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "PUT todos 400 23514\nPUT todos 400 23514");
  assert_server ("198", "SELECT count(*) FROM todos WHERE user_id = '%s'", user->id);
  assert_device (device, "198", "SELECT count(*) FROM todos");
}

/* user_id is the server's: what is written into it here is not sent. */
static void
test_user_id_is_not_sent (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (User) victim = user_new ();
  g_autoptr (Device) device = device_new_running ("owned", user);

  device_execute (device, "INSERT INTO lists(name, user_id) VALUES ('Mine', '%s')", victim->id);
  wait_until_synced (device);
  wait_device (device, user->id, "SELECT user_id FROM lists");
  device_execute (device, "UPDATE lists SET user_id = '%s'", victim->id);
  device_execute (device, "UPDATE lists SET user_id = '%s', color = 'red'", victim->id);
  wait_until_synced (device);
  g_autofree char *expected = g_strdup_printf ("Mine|red|%s", user->id);
  wait_device (device, expected, "SELECT name, color, user_id FROM lists");
  assert_server (expected, "SELECT name, color, user_id FROM lists WHERE user_id IN ('%s', '%s')",
                 user->id, victim->id);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "");
}

/* And with a config that lets it through, row level security stands in the way. */
static void
test_user_id_is_refused (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (User) victim = user_new ();
  g_autoptr (Device) device = device_new ("sent");

  device_configure (device, "json-normalizer", "server-owned", NULL);
  device_open (device);
  device_sign_in (device, user);
  device_start (device);
  device_execute (device, "INSERT INTO lists(name) VALUES ('Mine')");
  wait_until_synced (device);

  device_execute (device, "INSERT INTO lists(name, user_id) VALUES ('Forged', '%s')", victim->id);
  device_execute (device, "UPDATE lists SET user_id = '%s' WHERE name = 'Mine'", victim->id);
  device_execute (device, "INSERT INTO lists(name) VALUES ('Next')");
  wait_until_synced (device);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "PUT lists 403 42501\nPATCH lists 403 42501");
  g_autofree char *expected = g_strdup_printf ("Mine|%s\nNext|%s", user->id, user->id);
  wait_device (device, expected, "SELECT name, user_id FROM lists ORDER BY name");
  assert_server (expected,
                 "SELECT name, user_id FROM lists WHERE user_id IN ('%s', '%s') ORDER BY name",
                 user->id, victim->id);
}

/* What no server could take, such as text in a column of numbers. */
static void
test_wrong_types (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("types", user);

  device_execute (device, "INSERT INTO todos(description, due_at) VALUES ('When?', 'some day')");
  device_execute (device, "INSERT INTO todos(description, estimate) VALUES ('How much?', 'lots')");
  device_execute (device, "INSERT INTO todos(description, list_id) VALUES ('Where?', 'nowhere')");
  device_execute (device, "INSERT INTO todos(description) VALUES ('Good')");
  wait_until_synced (device);
  wait_rejected (device, 3);
  wait_device (device, "Good", "SELECT description FROM todos");
  assert_server ("Good", "SELECT description FROM todos WHERE user_id = '%s'", user->id);
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/refused/constraint", test_constraint);
  g_test_add_func ("/refused/retry", test_retry);
  g_test_add_func ("/refused/update-reverts", test_update_reverts);
  g_test_add_func ("/refused/delete-reverts", test_delete_reverts);
  g_test_add_func ("/refused/one-of-many", test_one_of_many);
  g_test_add_func ("/refused/user-id-is-not-sent", test_user_id_is_not_sent);
  g_test_add_func ("/refused/user-id-is-refused", test_user_id_is_refused);
  g_test_add_func ("/refused/wrong-types", test_wrong_types);
  return pipeline_run ();
}
