/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Sync streams through the client, on mocks. */

#include "config.h"

#include <mock-auth/mock-auth.h>
#include <mock-transport/mock-transport.h>
#include <syncline/registry.h>
#include <syncline/syncline.h>

#define DEADLINE (10 * G_TIME_SPAN_SECOND)
#define PARAMETERS "{\"b\": 1,  \"a\": [ 2, {} ]}"
#define CANONICAL "{\"a\":[2,{}],\"b\":1}"

typedef struct
{
  char *name; /* of the server and the database, so that tests do not meet */
  MockServer *server;
  SynclineConfig *config;
  GPtrArray *clients;
} Fixture;

static SynclineConfig *
make_config (const char *name)
{
  static const char schema[] = "[table todos]\ndescription = text\n[table logs]\nline = text\n";
  SynclineConfig *config = syncline_config_new ();
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "syncline-streams-test.schema", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, schema, -1, &error);
  g_assert_no_error (error);
  syncline_config_set (config, "syncline", "store", "mock-store");
  syncline_config_set (config, "syncline", "upload", "mock-transport");
  syncline_config_set (config, "syncline", "download", "mock-transport");
  syncline_config_set (config, "syncline", "auth", "mock-auth");
  syncline_config_set (config, "syncline", "schema", path);
  syncline_config_set (config, "syncline", "retry-min", "10ms");
  syncline_config_set (config, "syncline", "retry-max", "20ms");
  syncline_config_set (config, "mock-store", "database", name);
  syncline_config_set (config, "mock-transport", "server", name);
  syncline_config_set (config, "mock-transport", "keepalive", "50ms");
  return config;
}

/* Logs come with the stream "logs" only, todos by default; a row of each is there. */
static void
set_up (Fixture *fixture, gconstpointer unused)
{
  static guint n_fixtures;

  fixture->name = g_strdup_printf ("streams-%u", ++n_fixtures);
  fixture->server = mock_server_get (fixture->name);
  fixture->config = make_config (fixture->name);
  fixture->clients = g_ptr_array_new_with_free_func (g_object_unref);
  mock_server_set_stream (fixture->server, "logs", "logs");
  mock_server_put_row (fixture->server, "logs", "l", "{\"line\": \"x\"}");
  mock_server_put_row (fixture->server, "todos", "t", "{\"description\": \"x\"}");
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_ptr_array_unref (fixture->clients);
  mock_server_reset (fixture->server);
  syncline_config_unref (fixture->config);
  g_free (fixture->name);
}

/* Started. The fixture owns it. */
static SynclineClient *
start_client (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SynclineClient *client = syncline_client_new (fixture->config, &error);

  g_assert_no_error (error);
  g_ptr_array_add (fixture->clients, client);
  syncline_client_open (client, NULL, &error);
  g_assert_no_error (error);
  syncline_client_start (client);
  return client;
}

static void
sync_up (SynclineClient *client)
{
  g_autoptr (GError) error = NULL;

  syncline_client_wait_until_synced (client, DEADLINE, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
has_row (SynclineClient *client, const char *get)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineResult) result = syncline_client_query (client, get, NULL, NULL, &error);

  g_assert_no_error (error);
  return syncline_result_get_n_rows (result) > 0;
}

static void
wait_for_row (SynclineClient *client, const char *get, gboolean there)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;

  while (has_row (client, get) != there)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
}

static void
subscribe (SynclineClient *client, const char *parameters, gint64 ttl)
{
  g_autoptr (GError) error = NULL;

  syncline_client_subscribe (client, "logs", parameters, -1, ttl, &error);
  g_assert_no_error (error);
}

static SynclineStreamStatus *
find_stream (SynclineClient *client, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = syncline_client_list_streams (client, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (syncline_stream_status_get_name (list->pdata[i]), name))
      return syncline_stream_status_ref (list->pdata[i]);
  return NULL;
}

static void
test_subscribe (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *client = start_client (fixture);

  sync_up (client);
  g_assert_true (has_row (client, "GET todos t"));
  g_assert_false (has_row (client, "GET logs l"));
  g_autoptr (SynclineStreamStatus) by_default = find_stream (client, "mock");
  g_assert_true (syncline_stream_status_get_default (by_default));
  g_assert_true (syncline_stream_status_get_has_synced (by_default));
  g_assert_false (syncline_stream_status_get_subscribed (by_default));

  /* A burst opens the stream anew once. */
  const guint n_streams = mock_server_get_count (fixture->server, MOCK_REQUEST_STREAM);
  subscribe (client, PARAMETERS, -1);
  subscribe (client, "{\"other\": true}", -1);
  subscribe (client, PARAMETERS, -1);
  wait_for_row (client, "GET logs l", TRUE);
  g_assert_cmpuint (mock_server_get_count (fixture->server, MOCK_REQUEST_STREAM), ==,
                    n_streams + 1);
  sync_up (client);
  g_autoptr (SynclineStreamStatus) stream = find_stream (client, "logs");
  g_assert_cmpstr (syncline_stream_status_get_parameters (stream), ==, CANONICAL);
  g_assert_true (syncline_stream_status_get_subscribed (stream));
  g_assert_true (syncline_stream_status_get_active (stream));
  g_assert_false (syncline_stream_status_get_default (stream));
  g_assert_true (syncline_stream_status_get_has_synced (stream));
  g_assert_cmpint (syncline_stream_status_get_expires_at (stream), >, g_get_real_time ());
}

static void
test_unsubscribe (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *client = start_client (fixture);
  g_autoptr (GError) error = NULL;

  subscribe (client, PARAMETERS, -1);
  wait_for_row (client, "GET logs l", TRUE);
  syncline_client_unsubscribe (client, "logs", CANONICAL, &error);
  g_assert_no_error (error);
  wait_for_row (client, "GET logs l", FALSE);
  g_assert_true (has_row (client, "GET todos t"));
  g_assert_null (find_stream (client, "logs"));
}

/* The connection is never said to be lost while the list changes. */
static void
test_silent (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *client = start_client (fixture);

  sync_up (client);
  subscribe (client, NULL, -1);
  do
    {
      g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);

      g_assert_true (syncline_status_get_connected (status));
      g_assert_cmpint (syncline_status_get_download_state (status), ==, SYNCLINE_STATE_ACTIVE);
    }
  while (!has_row (client, "GET logs l"));
  syncline_client_stop (client);
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);
  g_assert_false (syncline_status_get_connected (status));
}

static void
test_remembered (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *first = start_client (fixture);

  subscribe (first, PARAMETERS, -1);
  wait_for_row (first, "GET logs l", TRUE);
  syncline_client_close (first);
  mock_server_put_row (fixture->server, "logs", "m", "{\"line\": \"y\"}");

  SynclineClient *second = start_client (fixture);
  g_autoptr (SynclineStreamStatus) stream = find_stream (second, "logs");
  g_assert_true (syncline_stream_status_get_has_synced (stream));
  wait_for_row (second, "GET logs m", TRUE);
}

static void
test_expires (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *first = start_client (fixture);

  subscribe (first, NULL, 0);
  wait_for_row (first, "GET logs l", TRUE);
  sync_up (first);
  g_assert_true (has_row (first, "GET logs l")); /* held, so it lives */
  syncline_client_close (first);

  SynclineClient *second = start_client (fixture);
  wait_for_row (second, "GET logs l", FALSE);
  g_assert_null (find_stream (second, "logs"));
}

/* Another process, which does not sync itself, subscribes. */
static void
test_other_process (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *syncer = start_client (fixture);
  sync_up (syncer);
  SynclineClient *standby = start_client (fixture);

  subscribe (standby, NULL, -1);
  wait_for_row (standby, "GET logs l", TRUE);
  sync_up (standby);
  g_autoptr (SynclineStreamStatus) stream = find_stream (standby, "logs");
  g_assert_true (syncline_stream_status_get_has_synced (stream));
}

static void
test_config (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  syncline_config_set (fixture->config, "syncline", "default-streams", "false");
  syncline_config_set (fixture->config, "syncline", "streams", "unknown, logs:" PARAMETERS);
  SynclineClient *first = start_client (fixture);
  wait_for_row (first, "GET logs l", TRUE);
  sync_up (first);
  g_assert_false (has_row (first, "GET todos t"));
  g_autoptr (SynclineStreamStatus) stream = find_stream (first, "logs");
  g_assert_cmpstr (syncline_stream_status_get_parameters (stream), ==, CANONICAL);
  g_autoptr (SynclineStreamStatus) unknown = find_stream (first, "unknown");
  g_assert_false (syncline_stream_status_get_active (unknown));
  g_assert_false (syncline_stream_status_get_has_synced (unknown));
  g_assert_false (syncline_client_unsubscribe (first, "logs", PARAMETERS, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  syncline_client_close (first);

  syncline_config_set (fixture->config, "syncline", "streams", NULL);
  SynclineClient *second = start_client (fixture);
  wait_for_row (second, "GET logs l", FALSE);
}

static void
test_bad_arguments (Fixture *fixture, gconstpointer unused)
{
  static const char *const bad[] = { "", "[]", "{", "{}x", "null" };
  SynclineClient *client = start_client (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (syncline_client_subscribe (client, "logs", bad[i], -1, -1, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
    }
  g_assert_null (find_stream (client, "logs"));
}

/* --- Progress and first sync --------------------------------------------------------------------------- */

/* Cut again and again in the middle: what was received counts on, and never more than there is. */
static void
test_progress (Fixture *fixture, gconstpointer unused)
{
  gint64 last_done = 0;
  guint n_samples = 0;

  for (guint i = 0; i < 1500; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      mock_server_put_row (fixture->server, "todos", id, "{\"description\": \"x\"}");
    }
  for (guint i = 0; i < 12; i++)
    mock_server_script (fixture->server, MOCK_REQUEST_EVENT,
                        i % 4 == 3 ? MOCK_ANSWER_CUT : MOCK_ANSWER_OK);
  syncline_config_set (fixture->config, "mock-transport", "delay", "100");
  syncline_config_set (fixture->config, "mock-transport", "delay-time", "2ms");
  SynclineClient *client = start_client (fixture);
  for (;;)
    {
      g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);
      gint64 done, total, up_to_done, up_to_total;

      if (syncline_status_get_has_synced (status))
        break;
      if (!syncline_status_get_progress (status, &done, &total))
        continue;
      n_samples++;
      g_assert_cmpint (done, >=, last_done);
      g_assert_cmpint (done, <=, total);
      g_assert_true (syncline_status_get_priority_progress (status, 3, &up_to_done, &up_to_total));
      g_assert_cmpint (up_to_done, ==, done);
      g_assert_cmpint (up_to_total, ==, total);
      g_assert_false (syncline_status_get_priority_progress (status, 2, NULL, NULL));
      last_done = done;
    }
  sync_up (client);
  g_assert_cmpuint (n_samples, >, 0);
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);
  g_assert_false (syncline_status_get_progress (status, NULL, NULL));
  g_assert_cmpuint (syncline_status_get_wire_bytes (status), >, 0);
  g_assert_cmpuint (syncline_status_get_decoded_bytes (status), >=,
                    syncline_status_get_wire_bytes (status));
}

static void
expect_first_sync (SynclineClient *client, const char *stream, int priority, gint64 timeout)
{
  g_autoptr (GError) error = NULL;

  syncline_client_wait_for_first_sync (client, stream, NULL, priority, timeout, NULL, &error);
  g_assert_no_error (error);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (20 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_first_sync (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SynclineClient *client = start_client (fixture);

  expect_first_sync (client, NULL, -1, DEADLINE);
  g_assert_true (has_row (client, "GET todos t"));
  expect_first_sync (client, "mock", -1, DEADLINE);

  g_assert_false (
      syncline_client_wait_for_first_sync (client, "logs", NULL, -1, 1000, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  GThread *canceller = g_thread_new ("canceller", cancel_soon, cancellable);
  g_assert_false (
      syncline_client_wait_for_first_sync (client, "logs", NULL, -1, -1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (canceller);

  subscribe (client, NULL, -1);
  expect_first_sync (client, "logs", -1, DEADLINE);
  g_assert_true (has_row (client, "GET logs l"));

  /* What was there once is there, also offline and not started. */
  mock_server_set_online (fixture->server, FALSE);
  syncline_client_stop (client);
  expect_first_sync (client, NULL, -1, 0);
  expect_first_sync (client, "logs", -1, 0);
}

/* The important rows are enough, when the rest does not come. */
static void
test_first_sync_of_priority (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  mock_server_set_priority (fixture->server, "todos", 1);
  mock_server_put_row (fixture->server, "todos", "urgent", "{\"description\": \"x\"}");
  /* The checkpoint, the important bucket, its partial end; then the server hangs. */
  for (guint i = 0; i < 3; i++)
    mock_server_script (fixture->server, MOCK_REQUEST_EVENT, MOCK_ANSWER_OK);
  mock_server_script (fixture->server, MOCK_REQUEST_EVENT, MOCK_ANSWER_HANG);
  SynclineClient *client = start_client (fixture);

  expect_first_sync (client, NULL, 1, DEADLINE);
  g_assert_true (has_row (client, "GET todos urgent"));
  g_assert_false (has_row (client, "GET todos t"));
  g_assert_false (syncline_client_wait_for_first_sync (client, NULL, NULL, -1, 1000, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

#define ADD(name, func) g_test_add ("/streams/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  syncline_registry_add (&mock_transport_plugin, &error);
  g_assert_no_error (error);
  syncline_registry_add (&mock_auth_plugin, &error);
  g_assert_no_error (error);

  ADD ("subscribe", test_subscribe);
  ADD ("unsubscribe", test_unsubscribe);
  ADD ("silent", test_silent);
  ADD ("remembered", test_remembered);
  ADD ("expires", test_expires);
  ADD ("other-process", test_other_process);
  ADD ("config", test_config);
  ADD ("bad-arguments", test_bad_arguments);
  ADD ("progress", test_progress);
  ADD ("first-sync/all-and-streams", test_first_sync);
  ADD ("first-sync/priority", test_first_sync_of_priority);
  return g_test_run ();
}
