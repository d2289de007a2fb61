/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What happens on the server arrives on the device. */

#include "config.h"

#include "pipeline/pipeline.h"

static void
insert_on_server (User *user, const char *id)
{
  g_free (
      server_sql ("INSERT INTO todos(id, user_id, description, tags, details, estimate, due_at) "
                  "VALUES ('%s', '%s', 'From the server', '{x,\"y, z\"}', '{\"a\": {\"b\": 1}}', "
                  "0.1000000000, '2026-05-06 07:08:09.123456+00')",
                  id, user->id));
}

/* jsonb and arrays are JSON text, booleans 0 and 1, numerics exact. */
static void
assert_on_device (Device *device, const char *id)
{
  wait_device (device, "From the server|0|y, z|2|1|1|0.1000000000|1",
               "SELECT description, completed, json_extract(tags, '$[1]'), "
               "json_array_length(tags), json_extract(details, '$.a.b'), "
               "priority IS NULL AND list_id IS NULL, estimate, "
               "strftime('%%Y-%%m-%%d %%H:%%M:%%f', due_at) = '2026-05-06 07:08:09.123' "
               "FROM todos WHERE id = '%s'",
               id);
}

static void
test_sql (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("sql", user);
  g_autofree char *id = g_uuid_string_random ();

  wait_until_synced (device);
  insert_on_server (user, id);
  assert_on_device (device, id);

  g_free (server_sql ("UPDATE todos SET completed = true, tags = NULL, description = 'Done' WHERE "
                      "id = '%s'",
                      id));
  wait_device (device, "Done|1|1",
               "SELECT description, completed, tags IS NULL FROM todos WHERE id = '%s'", id);
  g_free (server_sql ("DELETE FROM todos WHERE id = '%s'", id));
  wait_device (device, "0", "SELECT count(*) FROM todos");
  g_assert_cmpuint (device_count_queued (device), ==, 0);
}

static void
test_rest (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("rest", user);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *path = g_strdup_printf ("lists?id=eq.%s", id);
  g_autofree char *body = g_strdup_printf ("{\"id\":\"%s\",\"name\":\"Ours\"}", id);
  guint status = 0;

  wait_until_synced (device);
  json_object_put (rest (user, "POST", "lists", body, &status));
  g_assert_cmpuint (status, ==, 201);
  g_autofree char *expected = g_strdup_printf ("Ours|%s|0", user->id);
  wait_device (device, expected, "SELECT name, user_id, archived FROM lists WHERE id = '%s'", id);

  json_object_put (rest (user, "PATCH", path, "{\"archived\":true}", &status));
  g_assert_cmpuint (status, ==, 200);
  wait_device (device, "Ours|1", "SELECT name, archived FROM lists WHERE id = '%s'", id);
  json_object_put (rest (user, "DELETE", path, NULL, &status));
  g_assert_cmpuint (status, ==, 200);
  wait_device (device, "0", "SELECT count(*) FROM lists");
}

/* Changes of both sides while the device is offline: both have everything in the end. */
static void
test_offline_first (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("offline", user);
  g_autofree char *theirs = g_uuid_string_random ();
  g_autofree char *ours = g_uuid_string_random ();

  device_execute (device, "INSERT INTO todos(id, description) VALUES ('%s', 'Ours')", ours);
  wait_until_synced (device);
  device_close (device);

  device_unplug (device);
  device_open (device);
  device_start (device);
  wait_download_state (device, SYNCLINE_STATE_BACKING_OFF);
  insert_on_server (user, theirs);
  g_free (server_sql ("UPDATE todos SET priority = 4 WHERE id = '%s'", ours));
  device_execute (device, "UPDATE todos SET description = 'Ours, better' WHERE id = '%s'", ours);
  assert_device (device, "Ours, better|", "SELECT description, priority FROM todos");
  device_close (device);

  device_plug_in (device);
  device_open (device);
  device_start (device);
  wait_until_synced (device);
  assert_on_device (device, theirs);
  assert_device (device, "Ours, better|4",
                 "SELECT description, priority FROM todos WHERE id = '%s'", ours);
  assert_server ("Ours, better|4", "SELECT description, priority FROM todos WHERE id = '%s'", ours);
}

/* A device that starts with an empty file gets all there is, and after a restart only what is new. */
static void
test_first_sync (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("first");

  g_free (server_sql ("INSERT INTO todos(user_id, description, tags) SELECT '%s', 'Row ' || n, "
                      "'{a,b}' FROM generate_series(1, 3000) n",
                      user->id));
  device_open (device);
  device_sign_in (device, user);
  const gint64 start = g_get_monotonic_time ();
  device_start (device);
  wait_until_synced (device);
  g_test_message ("3000 rows: synced after %d ms",
                  (int) ((g_get_monotonic_time () - start) / 1000));
  assert_device (device, "3000|3000|[\"a\",\"b\"]",
                 "SELECT count(*), count(DISTINCT description), min(tags) FROM todos");

  device_close (device);
  g_free (
      server_sql ("DELETE FROM todos WHERE user_id = '%s' AND description LIKE '%%0'", user->id));
  device_open (device);
  assert_device (device, "3000", "SELECT count(*) FROM todos");
  device_start (device);
  wait_until_synced (device);
  assert_device (device, "2700", "SELECT count(*) FROM todos");
}

/* One transaction of the server is never seen in part. */
static void
test_whole_transactions (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("whole", user);

  wait_until_synced (device);
  g_free (server_sql ("INSERT INTO todos(user_id, description, priority) SELECT '%s', 'Row ' || n, "
                      "1 FROM generate_series(1, 400) n",
                      user->id));
  wait_device (device, "400|1|1", "SELECT count(*), min(priority), max(priority) FROM todos");
  for (int priority = 2; priority <= 5; priority++)
    {
      const gint64 deadline = g_get_monotonic_time () + PATIENCE;
      g_autofree char *wanted = g_strdup_printf ("400|%d|%d", priority, priority);
      g_autofree char *before = g_strdup_printf ("400|%d|%d", priority - 1, priority - 1);

      g_free (
          server_sql ("UPDATE todos SET priority = %d WHERE user_id = '%s'", priority, user->id));
      for (;;)
        {
          g_autofree char *seen
              = device_query (device, "SELECT count(*), min(priority), max(priority) FROM todos");
          if (g_str_equal (seen, wanted))
            break;
          g_assert_cmpstr (seen, ==, before);
          g_assert_true (wait_before (deadline));
        }
    }
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/download/sql", test_sql);
  g_test_add_func ("/download/rest", test_rest);
  g_test_add_func ("/download/offline-first", test_offline_first);
  g_test_add_func ("/download/first-sync", test_first_sync);
  g_test_add_func ("/download/whole-transactions", test_whole_transactions);
  return pipeline_run ();
}
