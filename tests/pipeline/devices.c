/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Two devices of one user see the same; two users see nothing of each other. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <string.h>

static void
test_two_devices (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = device_new_running ("a", user);
  g_autoptr (Device) b = device_new_running ("b", user);
  g_autofree char *id = g_uuid_string_random ();
  Device *const pair[] = { a, b };

  for (int i = 0; i < 2; i++)
    {
      Device *here = pair[i];
      Device *there = pair[1 - i];

      device_execute (
          here, "INSERT INTO todos(id, description, tags) VALUES ('%s', 'New', '[\"t\"]')", id);
      wait_device (there, "New|0|[\"t\"]", "SELECT description, completed, tags FROM todos");
      device_execute (there, "UPDATE todos SET completed = 1, description = 'Changed'");
      wait_device (here, "Changed|1|[\"t\"]", "SELECT description, completed, tags FROM todos");
      device_execute (here, "DELETE FROM todos WHERE id = '%s'", id);
      wait_device (there, "0", "SELECT count(*) FROM todos");
      wait_until_synced (here);
      wait_until_synced (there);
    }
  assert_server ("0", "SELECT count(*) FROM todos WHERE user_id = '%s'", user->id);
}

/* Different columns of one row, changed on both while offline: neither change is lost. */
static void
test_both_offline (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = device_new_running ("a", user);
  g_autoptr (Device) b = device_new_running ("b", user);

  device_execute (a, "INSERT INTO todos(description) VALUES ('Shared')");
  wait_device (b, "1", "SELECT count(*) FROM todos");
  wait_until_synced (a);
  syncline_client_stop (a->client);
  syncline_client_stop (b->client);
  device_execute (a, "UPDATE todos SET description = 'By A'");
  device_execute (a, "INSERT INTO todos(description) VALUES ('Only A')");
  device_execute (b, "UPDATE todos SET priority = 5");
  device_execute (b, "INSERT INTO todos(description) VALUES ('Only B')");
  device_start (a);
  device_start (b);

  const char *sql = "SELECT description, priority FROM todos ORDER BY description";
  const char *expected = "By A|5\nOnly A|\nOnly B|";
  wait_device (a, expected, "%s", sql);
  wait_device (b, expected, "%s", sql);
}

/* Local writes go on while much is being downloaded, and are not overwritten by what is older. */
static void
test_own_write_stays (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("own", user);
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;
  int n_written = 0;

  g_free (
      server_sql ("INSERT INTO todos(user_id, description, estimate) SELECT '%s', 'Row ' || n, 0 "
                  "FROM generate_series(1, 500) n",
                  user->id));
  wait_device (device, "500", "SELECT count(*) FROM todos");
  g_free (server_sql ("UPDATE todos SET completed = true WHERE user_id = '%s'", user->id));
  for (;;)
    {
      n_written++;
      device_execute (device, "UPDATE todos SET estimate = '%d' WHERE description = 'Row 7'",
                      n_written);
      g_autofree char *expected = g_strdup_printf ("%d", n_written);
      for (int i = 0; i < 5; i++)
        assert_device (device, expected,
                       "SELECT CAST(estimate AS integer) FROM todos WHERE description = 'Row 7'");
      if (n_written >= 30)
        break;
      g_assert_true (wait_before (deadline));
    }
  wait_until_synced (device);
  assert_device (device, "30|500",
                 "SELECT CAST(max(estimate) AS integer), sum(completed) FROM todos WHERE "
                 "description = 'Row 7' OR completed");
  assert_server ("30.0000000000|t",
                 "SELECT estimate, completed FROM todos WHERE user_id = '%s' AND "
                 "description = 'Row 7'",
                 user->id);
}

static void
test_two_users (void)
{
  g_autoptr (User) anna = user_new ();
  g_autoptr (User) boris = user_new ();
  g_autoptr (Device) a = device_new_running ("anna", anna);
  g_autoptr (Device) b = device_new_running ("boris", boris);

  device_execute (a, "INSERT INTO lists(name) VALUES ('Of Anna')");
  device_execute (b, "INSERT INTO lists(name) VALUES ('Of Boris')");
  device_execute (b, "INSERT INTO todos(description, list_id) SELECT 'For Boris', id FROM lists");
  wait_until_synced (a);
  wait_until_synced (b);
  wait_until_synced (a);

  assert_device (a, "Of Anna|0", "SELECT name, (SELECT count(*) FROM todos) FROM lists");
  assert_device (b, "Of Boris|1", "SELECT name, (SELECT count(*) FROM todos) FROM lists");
  assert_rest (anna, "lists?select=name", "[{\"name\":\"Of Anna\"}]");
  assert_rest (boris, "lists?select=name", "[{\"name\":\"Of Boris\"}]");

  /* Not even in what it keeps for itself is there anything of the other's. */
  g_autofree char *database = NULL;
  gsize length = 0;
  device_close (a);
  g_assert_true (g_file_get_contents (a->database, &database, &length, NULL));
  g_assert_null (memmem (database, length, "Of Boris", strlen ("Of Boris")));
  g_assert_nonnull (memmem (database, length, "Of Anna", strlen ("Of Anna")));
}

/* Boris knows the id of a row of Anna's. It does not help him. */
static void
test_other_users_row (void)
{
  g_autoptr (User) anna = user_new ();
  g_autoptr (User) boris = user_new ();
  g_autoptr (Device) a = device_new_running ("anna", anna);
  g_autoptr (Device) b = device_new_running ("boris", boris);
  g_autofree char *id = g_uuid_string_random ();

  device_execute (a, "INSERT INTO lists(id, name, color) VALUES ('%s', 'Of Anna', 'red')", id);
  wait_until_synced (a);

  /* An insert of that id is an upsert of Anna's row. */
  device_execute (b, "INSERT INTO lists(id, name) VALUES ('%s', 'Stolen')", id);
  wait_rejected (b, 1);
  wait_device (b, "0", "SELECT count(*) FROM lists");
  g_autofree char *rejected = device_list_rejected (b);
  g_assert_cmpstr (rejected, ==, "PUT lists 403 42501");

  /* A change on top of a refused insert is held back with it; a delete finds no row. */
  device_execute (b, "INSERT INTO lists(id, name) VALUES ('%s', 'Stolen')", id);
  device_execute (b, "UPDATE lists SET color = 'black' WHERE id = '%s'", id);
  device_execute (b, "DELETE FROM lists WHERE id = '%s'", id);
  device_execute (b, "INSERT INTO lists(name) VALUES ('Of Boris')");
  wait_until_synced (b);
  assert_device (b, "Of Boris", "SELECT name FROM lists");
  g_assert_cmpuint (device_count_queued (b), ==, 0);
  g_autofree char *all_rejected = device_list_rejected (b);
  g_assert_cmpstr (all_rejected, ==,
                   "PUT lists 403 42501\nPUT lists 403 42501\nPATCH lists 0 SYNCLINE_HELD");

  wait_until_synced (a);
  assert_device (a, "Of Anna|red", "SELECT name, color FROM lists");
  g_autofree char *expected = g_strdup_printf ("Of Anna|red|%s", anna->id);
  assert_server (expected, "SELECT name, color, user_id FROM lists WHERE id = '%s'", id);

  /* Nor does hanging a todo onto Anna's list. */
  device_execute (b, "INSERT INTO todos(description, list_id) VALUES ('Intruder', '%s')", id);
  wait_until_synced (b);
  wait_device (b, "0", "SELECT count(*) FROM todos");
  assert_server ("0", "SELECT count(*) FROM todos WHERE list_id = '%s'", id);
}

/* One user's file is not for another: the sign-in is refused, and nothing is sent or shown. */
static void
test_database_of_another_user (void)
{
  g_autoptr (User) anna = user_new ();
  g_autoptr (User) boris = user_new ();
  g_autoptr (Device) device = device_new_running ("shared", anna);
  g_autoptr (GError) error = NULL;
  GVariantDict parameters;

  device_execute (device, "INSERT INTO lists(name) VALUES ('Of Anna')");
  wait_until_synced (device);
  syncline_client_sign_out (device->client, FALSE, NULL, &error);
  g_assert_no_error (error);
  device_execute (device, "INSERT INTO lists(name) VALUES ('Of Anna, too')");

  g_variant_dict_init (&parameters, NULL);
  g_variant_dict_insert (&parameters, "email", "s", boris->email);
  g_variant_dict_insert (&parameters, "password", "s", boris->password);
  g_assert_false (
      syncline_client_sign_in (device->client, g_variant_dict_end (&parameters), NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  g_assert_cmpuint (device_count_queued (device), ==, 1);
  g_clear_error (&error);

  /* Nor does it end the session of the first. */
  device_sign_in (device, anna);
  g_variant_dict_init (&parameters, NULL);
  g_variant_dict_insert (&parameters, "email", "s", boris->email);
  g_variant_dict_insert (&parameters, "password", "s", boris->password);
  g_assert_false (
      syncline_client_sign_in (device->client, g_variant_dict_end (&parameters), NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  wait_until_synced (device);
  assert_server ("2|0",
                 "SELECT count(*) FILTER (WHERE user_id = '%s'), count(*) FILTER (WHERE "
                 "user_id = '%s') FROM lists",
                 anna->id, boris->id);
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/devices/two-devices", test_two_devices);
  g_test_add_func ("/devices/both-offline", test_both_offline);
  g_test_add_func ("/devices/own-write-stays", test_own_write_stays);
  g_test_add_func ("/devices/two-users", test_two_users);
  g_test_add_func ("/devices/other-users-row", test_other_users_row);
  g_test_add_func ("/devices/database-of-another-user", test_database_of_another_user);
  return pipeline_run ();
}
