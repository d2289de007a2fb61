/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Mode rpc: what was one transaction on the device is one in Postgres. */

#include "config.h"

#include "pipeline/pipeline.h"

static Device *
device_new_calling (const char *name)
{
  Device *device = device_new (name);

  device_configure (device, "postgrest-upload", "mode", "rpc");
  return device;
}

static gboolean
run_script (SynclineTransaction *transaction, gpointer user_data, GError **error)
{
  const char *const *statement = user_data;

  for (; *statement != NULL; statement++)
    {
      g_autoptr (SynclineResult) result
          = syncline_transaction_execute (transaction, *statement, NULL, error);
      if (result == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
device_transaction (Device *device, const char *const *statements)
{
  g_autoptr (GError) error = NULL;

  syncline_client_transaction (device->client, run_script, (gpointer) statements, NULL, &error);
  g_assert_no_error (error);
}

/* --- Whole -------------------------------------------------------------------------------------- */

/* xmin is the number of the Postgres transaction that wrote a row. */
static void
test_one_transaction (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_calling ("call");
  const char *const first[] = { "INSERT INTO lists (name) VALUES ('One'), ('Two'), ('Three')",
                                "INSERT INTO todos (description, tags, details, list_id) "
                                "SELECT name, '[\"a\",\"b, c\"]', '{\"n\":[1]}', id FROM lists",
                                "UPDATE lists SET color = 'red' WHERE name <> 'Two'",
                                "DELETE FROM todos WHERE description = 'Three'", NULL };

  device_open (device);
  device_transaction (device, first);
  device_sign_in (device, user);
  device_start (device);
  wait_until_synced (device);
  assert_server ("5|1",
                 "SELECT count(*), count(DISTINCT x) FROM (SELECT xmin::text AS x FROM lists "
                 "WHERE user_id = '%1$s' UNION ALL SELECT xmin::text FROM todos WHERE user_id "
                 "= '%1$s') AS rows",
                 user->id);
  assert_server ("One|red\nThree|red\nTwo|",
                 "SELECT name, color FROM lists WHERE user_id = '%s' ORDER BY name", user->id);
  assert_server ("One|{a,\"b, c\"}|1\nTwo|{a,\"b, c\"}|1",
                 "SELECT description, tags, details->'n'->>0 FROM todos WHERE user_id = '%s' "
                 "ORDER BY description",
                 user->id);
}

/* A refused transaction leaves nothing behind, whichever of its changes was the reason; those before and
 * after it come through. */
static void
test_all_or_nothing (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_calling ("nothing");
  const char *const bad[] = { "INSERT INTO lists (name) VALUES ('Bad')",
                              "INSERT INTO todos (description, priority) VALUES ('Bad', 1)",
                              "UPDATE lists SET position = 7 WHERE name = 'Before'",
                              "UPDATE todos SET priority = 9 WHERE description = 'Bad'", NULL };

  device_open (device);
  device_sign_in (device, user);
  device_execute (device, "INSERT INTO lists (name) VALUES ('Before')");
  device_transaction (device, bad);
  device_execute (device, "INSERT INTO lists (name) VALUES ('After')");
  device_start (device);
  wait_rejected (device, 4);
  wait_until_synced (device);
  assert_server ("After|0\nBefore|0",
                 "SELECT name, position FROM lists WHERE user_id = '%s' ORDER BY name", user->id);
  assert_server ("0", "SELECT count(*) FROM todos WHERE user_id = '%s'", user->id);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==,
                   "PUT lists 400 SYNCLINE_TRANSACTION\nPUT todos 400 SYNCLINE_TRANSACTION\n"
                   "PATCH lists 400 SYNCLINE_TRANSACTION\nPATCH todos 400 23514");
}

/* Row level security hides the row: nothing of the transaction may stay. */
static void
test_hidden_row (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_calling ("hidden");
  const char *const both[] = { "INSERT INTO lists (name) VALUES ('With it')",
                               "UPDATE todos SET priority = 2 WHERE description = 'Mine'", NULL };

  device_open (device);
  device_sign_in (device, user);
  device_start (device);
  device_execute (device, "INSERT INTO todos (description) VALUES ('Mine')");
  wait_until_synced (device);
  device_close (device);
  g_free (server_sql ("DELETE FROM todos WHERE user_id = '%s'", user->id));
  device_open (device);
  device_transaction (device, both);
  device_start (device);
  wait_rejected (device, 2);
  assert_server ("0", "SELECT count(*) FROM lists WHERE user_id = '%s'", user->id);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_nonnull (g_strstr_len (rejected, -1, "SYNCLINE_NO_ROW"));
}

/* --- Nobody sees half ----------------------------------------------------------------------------- */

/* Looks again and again, each time in a new snapshot, until there are @n todos of that user: there is always
 * one for each list. */
static const char watcher[]
    = "DO $$ DECLARE n_lists int; n_todos int; seen int := 0; BEGIN LOOP "
      "SELECT (SELECT count(*) FROM lists WHERE user_id = '%1$s'), "
      "(SELECT count(*) FROM todos WHERE user_id = '%1$s') INTO n_lists, n_todos; "
      "IF n_lists <> n_todos THEN RAISE EXCEPTION 'half: %%, %%', n_lists, n_todos; END IF; "
      "EXIT WHEN n_todos = %2$d; COMMIT; END LOOP; END $$; SELECT 'whole'";

static gpointer
watch_server (gpointer data)
{
  return server_sql (watcher, (const char *) data, 200);
}

static void
test_never_half (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_calling ("half");
  const char *const pair[]
      = { "INSERT INTO lists (name) SELECT 'L' || count(*) FROM lists",
          "INSERT INTO todos (description) SELECT 'T' || count(*) FROM todos", NULL };

  device_open (device);
  device_sign_in (device, user);
  for (int i = 0; i < 100; i++)
    device_transaction (device, pair);
  GThread *thread = g_thread_new ("watcher", watch_server, user->id);
  device_start (device);
  for (int i = 0; i < 100; i++)
    device_transaction (device, pair);
  g_autofree char *verdict = g_thread_join (thread);
  g_assert_cmpstr (verdict, ==, "whole");
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/calls/one-transaction", test_one_transaction);
  g_test_add_func ("/calls/all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/calls/hidden-row", test_hidden_row);
  g_test_add_func ("/calls/never-half", test_never_half);
  return pipeline_run ();
}
