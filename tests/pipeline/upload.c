/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Local writes arrive in Postgres, whole and as the right types. */

#include "config.h"

#include "pipeline/pipeline.h"

/* Ids that no other test uses. */
static char *
new_id (void)
{
  return g_uuid_string_random ();
}

static void
write_typed_row (Device *device, const char *list, const char *todo)
{
  device_execute (device, "INSERT INTO lists(id, name, position) VALUES ('%s', 'Trip', 3)", list);
  device_execute (device,
                  "INSERT INTO todos(id, list_id, description, completed, priority, tags, details, "
                  "estimate, due_at) VALUES ('%s', '%s', 'Pack \"it\" – all', 1, 2, "
                  "'[\"a, b\",\"{c}\",\"\"]', '{\"n\":[1,2.5],\"ok\":true}', "
                  "'1234567890123456789012345678.0123456789', '2026-03-01T10:00:00+02:00')",
                  todo, list);
}

/* As SQL has it: jsonb an object, text[] an array, numeric exact. */
static void
assert_typed_row (User *user, const char *list, const char *todo)
{
  wait_server ("1", "SELECT count(*) FROM todos WHERE id = '%s'", todo);
  g_autofree char *expected
      = g_strdup_printf ("%s|%s|t|2|3|a, b|{c}||object|array|2.5|true|"
                         "1234567890123456789012345678.0123456789|2026-03-01 08:00:00+00",
                         user->id, list);
  assert_server (expected,
                 "SET timezone = 'UTC'; SELECT user_id, list_id, completed, priority, "
                 "cardinality(tags), tags[1], tags[2], tags[3], jsonb_typeof(details), "
                 "jsonb_typeof(details->'n'), details->'n'->1, details->'ok', estimate, due_at "
                 "FROM todos WHERE id = '%s'",
                 todo);
  assert_server ("Pack \"it\" – all", "SELECT description FROM todos WHERE id = '%s'", todo);

  g_autofree char *path = g_strdup_printf (
      "todos?id=eq.%s&select=user_id,completed,tags,details,list:lists(position,name)", todo);
  g_autofree char *row
      = g_strdup_printf ("[{\"user_id\":\"%s\",\"completed\":true,"
                         "\"tags\":[\"a, b\",\"{c}\",\"\"],\"details\":{\"n\":[1,2.5],\"ok\":true},"
                         "\"list\":{\"position\":3,\"name\":\"Trip\"}}]",
                         user->id);
  assert_rest (user, path, row);
}

/* The servers can't be reached when it is written, nor when the program ends. */
static void
test_offline_first (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("offline");
  g_autofree char *list = new_id ();
  g_autofree char *todo = new_id ();

  device_open (device);
  device_sign_in (device, user);
  device_close (device);

  device_unplug (device);
  device_open (device);
  device_start (device);
  wait_download_state (device, SYNCLINE_STATE_BACKING_OFF);
  write_typed_row (device, list, todo);
  wait_upload_state (device, SYNCLINE_STATE_BACKING_OFF);
  g_assert_cmpuint (device_count_queued (device), ==, 2);
  assert_device (device, "1|2|[\"a, b\",\"{c}\",\"\"]",
                 "SELECT completed, priority, tags FROM todos WHERE id = '%s'", todo);
  device_close (device);

  device_plug_in (device);
  device_open (device);
  g_assert_cmpuint (device_count_queued (device), ==, 2);
  device_start (device);
  wait_until_synced (device);
  assert_typed_row (user, list, todo);
  g_assert_cmpuint (device_count_queued (device), ==, 0);

  /* What the server added came back, and what was written here reads the same as before. */
  g_autofree char *expected = g_strdup_printf ("%s|1|1|[\"a, b\",\"{c}\",\"\"]|1", user->id);
  wait_device (device, expected,
               "SELECT user_id, created_at IS NOT NULL, completed, tags, "
               "estimate = '1234567890123456789012345678.0123456789' FROM todos WHERE id = '%s'",
               todo);
}

/* Written before the first sign-in ever: it waits, and then it goes up. */
static void
test_before_sign_in (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("before");
  g_autofree char *list = new_id ();
  g_autofree char *todo = new_id ();

  device_open (device);
  device_start (device);
  write_typed_row (device, list, todo);
  wait_upload_state (device, SYNCLINE_STATE_NO_SESSION);
  wait_download_state (device, SYNCLINE_STATE_NO_SESSION);
  g_assert_cmpuint (device_count_queued (device), ==, 2);

  device_sign_in (device, user);
  wait_until_synced (device);
  assert_typed_row (user, list, todo);
}

/* NULLs are left out of inserts, so that the server's defaults apply; updates can set NULL. */
static void
test_nulls_and_defaults (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("nulls", user);
  g_autofree char *list = new_id ();

  device_execute (device, "INSERT INTO lists(id, name, color) VALUES ('%s', 'Plain', 'red')", list);
  wait_server ("Plain|red|0|f|t",
               "SELECT name, color, position, archived, created_at > now() - "
               "interval '1 hour' FROM lists WHERE id = '%s'",
               list);
  wait_device (device, "0|0", "SELECT position, archived FROM lists WHERE id = '%s'", list);

  device_execute (device, "UPDATE lists SET color = NULL, archived = 1 WHERE id = '%s'", list);
  wait_server ("Plain||t", "SELECT name, color, archived FROM lists WHERE id = '%s'", list);
  device_execute (device, "DELETE FROM lists WHERE id = '%s'", list);
  wait_server ("0", "SELECT count(*) FROM lists WHERE id = '%s'", list);
  wait_until_synced (device);
  assert_device (device, "0", "SELECT count(*) FROM lists");
}

/* A row without an id gets one. */
static void
test_id_made_here (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("id", user);

  device_execute (device, "INSERT INTO lists(name) VALUES ('Nameless')");
  g_autofree char *id = device_query (device, "SELECT id FROM lists");
  g_assert_true (g_uuid_string_is_valid (id));
  wait_server ("Nameless", "SELECT name FROM lists WHERE id = '%s'", id);
}

static gboolean
insert_many (SynclineTransaction *transaction, gpointer user_data, GError **error)
{
  const int n = GPOINTER_TO_INT (user_data);

  for (int i = 0; i < n; i++)
    {
      g_autofree char *description = g_strdup_printf ("Row %d", i);
      g_autoptr (SynclineResult) result = syncline_transaction_execute (
          transaction, "INSERT INTO todos(description, priority, tags) VALUES (?1, ?2, ?3)",
          g_variant_new ("(sis)", description, i % 5 + 1, "[\"big\"]"), error);
      if (result == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
test_big_transaction (void)
{
  const int n = 5000;
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("big", user);
  g_autoptr (Device) other = device_new_running ("reader", user);
  g_autoptr (GError) error = NULL;

  wait_until_synced (device);
  wait_until_synced (other);

  const gint64 start = g_get_monotonic_time ();
  syncline_client_transaction (device->client, insert_many, GINT_TO_POINTER (n), NULL, &error);
  g_assert_no_error (error);
  const gint64 written = g_get_monotonic_time ();
  wait_until_synced (device);
  const gint64 sent = g_get_monotonic_time ();
  wait_device (other, "5000", "SELECT count(*) FROM todos");
  const gint64 received = g_get_monotonic_time ();

  g_test_message ("5000 rows: written in %d ms, up and confirmed after %d ms, on the other device "
                  "after %d ms",
                  (int) ((written - start) / 1000), (int) ((sent - start) / 1000),
                  (int) ((received - start) / 1000));
  assert_server ("5000|5000|t",
                 "SELECT count(*), count(DISTINCT description), bool_and(tags = "
                 "'{big}') FROM todos WHERE user_id = '%s'",
                 user->id);
  g_assert_cmpuint (device_count_queued (device), ==, 0);
}

/* What happens to one row while it is queued arrives in order. */
static void
test_order (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("order");
  g_autofree char *kept = new_id ();
  g_autofree char *gone = new_id ();

  device_open (device);
  device_sign_in (device, user);
  for (int i = 0; i < 2; i++)
    {
      device_execute (device, "INSERT INTO lists(id, name) VALUES ('%s', 'Kept')", kept);
      device_execute (device, "INSERT INTO lists(id, name) VALUES ('%s', 'Gone')", gone);
      device_execute (device, "UPDATE lists SET position = position + 1 WHERE id = '%s'", kept);
      device_execute (device, "UPDATE lists SET position = 7, color = 'red' WHERE id = '%s'", kept);
      device_execute (device, "DELETE FROM lists WHERE id = '%s'", gone);
      if (i == 0)
        device_execute (device, "DELETE FROM lists WHERE id = '%s'", kept);
    }
  device_start (device);
  wait_until_synced (device);
  g_autofree char *expected = g_strdup_printf ("%s|Kept|7|red", kept);
  assert_server (expected, "SELECT id, name, position, color FROM lists WHERE user_id = '%s'",
                 user->id);
  assert_device (device, expected, "SELECT id, name, position, color FROM lists");
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/upload/offline-first", test_offline_first);
  g_test_add_func ("/upload/before-sign-in", test_before_sign_in);
  g_test_add_func ("/upload/nulls-and-defaults", test_nulls_and_defaults);
  g_test_add_func ("/upload/id-made-here", test_id_made_here);
  g_test_add_func ("/upload/order", test_order);
  g_test_add_func ("/upload/big-transaction", test_big_transaction);
  return pipeline_run ();
}
