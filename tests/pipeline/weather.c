/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Bad weather: services that stop, start anew, cut streams, answer with errors. On a stack of its
 * own. */

#include "config.h"

#include "pipeline/pipeline.h"

static User *user;
static Device *device;

/* Each test finds a device that is up to date. */
static void
set_up (void)
{
  user = user_new ();
  device = device_new_running ("weather", user);
  device_execute (device, "INSERT INTO lists(name) VALUES ('First')");
  wait_until_synced (device);
}

static void
tear_down (void)
{
  wait_until_synced (device);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "");
  g_assert_cmpuint (device_count_queued (device), ==, 0);
  g_clear_pointer (&device, device_free);
  g_clear_pointer (&user, user_free);
}

static void
insert_on_server (const char *description, int n)
{
  g_free (
      server_sql ("INSERT INTO todos(user_id, description, details) SELECT '%s', '%s ' || n, "
                  "jsonb_build_object('padding', repeat('x', 200)) FROM generate_series(1, %d) n",
                  user->id, description, n));
}

static void
assert_same_on_both (const char *count)
{
  wait_device (device, count, "SELECT count(*) FROM todos");
  wait_until_synced (device);
  g_autofree char *local = device_query (device, "SELECT id, description FROM todos ORDER BY id");
  g_autofree char *remote = server_sql ("SELECT id, description FROM todos WHERE user_id = '%s' "
                                        "ORDER BY id",
                                        user->id);
  g_assert_cmpstr (local, ==, remote);
}

/* The whole stack goes away under a running client, and comes back. */
static void
test_stack_unreachable (void)
{
  set_up ();
  stack_service ("stop", "api powersync");
  device_execute (device, "INSERT INTO todos(description) VALUES ('Offline')");
  assert_device (device, "Offline", "SELECT description FROM todos");
  wait_download_state (device, SYNCLINE_STATE_BACKING_OFF);
  wait_upload_state (device, SYNCLINE_STATE_BACKING_OFF);
  assert_server ("0", "SELECT count(*) FROM todos WHERE user_id = '%s'", user->id);
  stack_service ("start", "api powersync");
  wait_server (user->id, "SELECT user_id FROM todos WHERE description = 'Offline'");
  assert_same_on_both ("1");
  tear_down ();
}

/* Only the download is away: uploads don't wait for it. */
static void
test_only_download_away (void)
{
  set_up ();
  stack_service ("stop", "powersync");
  device_execute (device, "INSERT INTO todos(description) VALUES ('Up')");
  wait_server ("Up", "SELECT description FROM todos WHERE user_id = '%s'", user->id);
  insert_on_server ("Down", 3);
  assert_device (device, "1", "SELECT count(*) FROM todos");
  stack_service ("start", "powersync");
  assert_same_on_both ("4");
  tear_down ();
}

/* Only the upload is away: downloads of other rows wait for the queue, and nothing is lost. */
static void
test_only_upload_away (void)
{
  set_up ();
  stack_service ("kill", "api");
  device_execute (device, "INSERT INTO todos(description) VALUES ('Up')");
  insert_on_server ("Down", 3);
  wait_upload_state (device, SYNCLINE_STATE_BACKING_OFF);
  assert_device (device, "Up", "SELECT description FROM todos WHERE description = 'Up'");
  stack_service ("start", "api");
  assert_same_on_both ("4");
  tear_down ();
}

static void
test_restart_in_mid_stream (void)
{
  set_up ();
  insert_on_server ("Row", 5000);
  stack_service ("restart", "powersync");
  assert_same_on_both ("5000");
  stack_service ("restart", "powersync");
  g_free (
      server_sql ("DELETE FROM todos WHERE description LIKE '%%7' AND user_id = '%s'", user->id));
  assert_same_on_both ("4500");
  tear_down ();
}

/* New names for all buckets: everything is sent once more, and nothing is seen twice or missing. */
static void
test_fresh_buckets (void)
{
  set_up ();
  /* Several write checkpoints: a service that forgets starts with lower numbers. */
  for (int i = 0; i < 3; i++)
    {
      device_execute (device, "UPDATE lists SET position = position + 1");
      wait_until_synced (device);
    }
  insert_on_server ("Row", 300);
  wait_device (device, "300", "SELECT count(*) FROM todos");
  stack_service ("restart", "--fresh powersync");
  insert_on_server ("More", 1);
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;
  for (;;)
    {
      g_autofree char *count = device_query (device, "SELECT count(*) FROM todos");
      if (g_str_equal (count, "301"))
        break;
      g_assert_cmpstr (count, ==, "300");
      g_assert_true (wait_before (deadline));
    }
  assert_same_on_both ("301");
  tear_down ();
}

static void
test_cut_in_mid_line (void)
{
  set_up ();
  for (int i = 0; i < 5; i++)
    {
      insert_on_server ("Row", 500);
      stack_order ("disconnect-all", "{\"mid_line\": true}");
    }
  assert_same_on_both ("2500");
  tear_down ();
}

static void
test_wrong_checksums (void)
{
  set_up ();
  stack_order ("corrupt-next", "{\"count\": 2}");
  insert_on_server ("Row", 50);
  assert_same_on_both ("50");
  tear_down ();
}

/* The service asks for a pause: it gets it. */
static void
test_retry_after (void)
{
  set_up ();
  stack_order ("fail-next", "{\"count\": 1, \"status\": 503, \"retry_after\": 2}");
  const gint64 start = g_get_monotonic_time ();
  stack_order ("disconnect-all", "{}");
  insert_on_server ("Row", 1);
  wait_device (device, "1", "SELECT count(*) FROM todos");
  const gint64 took = g_get_monotonic_time () - start;
  g_assert_cmpint (took, >=, 2 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (took, <, 10 * G_TIME_SPAN_SECOND);

  stack_order ("fail-next", "{\"count\": 3, \"status\": 429}");
  stack_order ("disconnect-all", "{}");
  insert_on_server ("More", 1);
  wait_device (device, "2", "SELECT count(*) FROM todos");
  tear_down ();
}

/* The service says that the token is no good: a new one is fetched, and the session stays. */
static void
test_refused_token (void)
{
  set_up ();
  stack_order ("fail-next", "{\"count\": 1, \"status\": 401}");
  stack_order ("disconnect-all", "{}");
  insert_on_server ("Row", 1);
  wait_device (device, "1", "SELECT count(*) FROM todos");
  tear_down ();
}

static void
test_compacted (void)
{
  set_up ();
  insert_on_server ("Row", 100);
  wait_device (device, "100", "SELECT count(*) FROM todos");
  syncline_client_stop (device->client);
  g_free (server_sql ("UPDATE todos SET completed = true WHERE user_id = '%s'", user->id));
  g_free (
      server_sql ("DELETE FROM todos WHERE user_id = '%s' AND description LIKE '%%5'", user->id));
  stack_order ("compact", "{}");
  device_start (device);
  assert_same_on_both ("90");
  assert_device (device, "90", "SELECT sum(completed) FROM todos");
  tear_down ();
}

/* The API dies in the middle of an upload: what it had not answered is sent again. */
static void
test_api_killed_in_mid_upload (void)
{
  set_up ();
  device_execute (device,
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                  "3000) INSERT INTO todos(description) SELECT 'Row ' || i FROM n");
  wait_upload_state (device, SYNCLINE_STATE_ACTIVE);
  stack_service ("kill", "api");
  stack_service ("start", "api");
  assert_same_on_both ("3000");
  tear_down ();
}

static void
test_postgres_restarted (void)
{
  set_up ();
  stack_service ("restart", "postgres");
  device_execute (device, "INSERT INTO todos(description) VALUES ('Up')");
  insert_on_server ("Down", 3);
  assert_same_on_both ("4");
  tear_down ();
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  stack_start_own ("weather", NULL);
  g_test_add_func ("/weather/stack-unreachable", test_stack_unreachable);
  g_test_add_func ("/weather/only-download-away", test_only_download_away);
  g_test_add_func ("/weather/only-upload-away", test_only_upload_away);
  g_test_add_func ("/weather/restart-in-mid-stream", test_restart_in_mid_stream);
  g_test_add_func ("/weather/fresh-buckets", test_fresh_buckets);
  g_test_add_func ("/weather/cut-in-mid-line", test_cut_in_mid_line);
  g_test_add_func ("/weather/wrong-checksums", test_wrong_checksums);
  g_test_add_func ("/weather/retry-after", test_retry_after);
  g_test_add_func ("/weather/refused-token", test_refused_token);
  g_test_add_func ("/weather/compacted", test_compacted);
  g_test_add_func ("/weather/api-killed-in-mid-upload", test_api_killed_in_mid_upload);
  g_test_add_func ("/weather/postgres-restarted", test_postgres_restarted);
  return pipeline_run ();
}
