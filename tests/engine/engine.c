/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The whole engine on mocks: no file, no socket. */

#include "config.h"

#include <mock-auth/mock-auth.h>
#include <mock-transport/mock-transport.h>
#include <syncline/registry.h>
#include <syncline/syncline.h>

#define DEADLINE (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  char *name; /* of the server and the databases, so that tests do not meet */
  MockServer *server;
  GPtrArray *clients;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  static guint n_fixtures;

  fixture->name = g_strdup_printf ("engine-%u", ++n_fixtures);
  fixture->server = mock_server_get (fixture->name);
  fixture->clients = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_ptr_array_unref (fixture->clients);
  mock_server_reset (fixture->server);
  g_free (fixture->name);
}

static SynclineConfig *
make_config (Fixture *fixture, const char *device)
{
  static const char schema[] = "[table todos]\ndescription = text\n[table logs]\nline = text\n";
  SynclineConfig *config = syncline_config_new ();
  g_autofree char *database = g_strdup_printf ("%s-%s", fixture->name, device);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "syncline-engine-test.schema", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, schema, -1, &error);
  g_assert_no_error (error);
  syncline_config_set (config, "syncline", "store", "mock-store");
  syncline_config_set (config, "syncline", "upload", "mock-transport");
  syncline_config_set (config, "syncline", "download", "mock-transport");
  syncline_config_set (config, "syncline", "auth", "mock-auth");
  syncline_config_set (config, "syncline", "schema", path);
  syncline_config_set (config, "syncline", "retry-min", "10ms");
  syncline_config_set (config, "syncline", "retry-max", "100ms");
  syncline_config_set (config, "mock-store", "database", database);
  syncline_config_set (config, "mock-transport", "server", fixture->name);
  syncline_config_set (config, "mock-transport", "retry-after", "10ms");
  return config;
}

/* Opened, not started. The fixture owns it. */
static SynclineClient *
make_client_of (Fixture *fixture, SynclineConfig *config)
{
  g_autoptr (GError) error = NULL;
  SynclineClient *client = syncline_client_new (config, &error);

  g_assert_no_error (error);
  g_ptr_array_add (fixture->clients, client);
  syncline_client_open (client, NULL, &error);
  g_assert_no_error (error);
  return client;
}

static SynclineClient *
make_client (Fixture *fixture, const char *device)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, device);

  return make_client_of (fixture, config);
}

static void
run (SynclineClient *client, const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineResult) result = syncline_client_execute (client, command, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
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
sync_up (SynclineClient *client)
{
  g_autoptr (GError) error = NULL;

  syncline_client_wait_until_synced (client, DEADLINE, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_counts (SynclineClient *client, guint64 n_queued, guint64 n_rejected)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);

  g_assert_cmpuint (syncline_status_get_n_queued (status), ==, n_queued);
  g_assert_cmpuint (syncline_status_get_n_rejected (status), ==, n_rejected);
}

static void
wait_for_cell (
    Fixture *fixture, const char *table, const char *row_id, const char *column, const char *value)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;

  for (;;)
    {
      g_autofree char *cell = mock_server_dup_cell (fixture->server, table, row_id, column);

      if (g_strcmp0 (cell, value) == 0)
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
}

/* --- Both ways ---------------------------------------------------------------------------------- */

static void
test_two_devices (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");
  SynclineClient *b = make_client (fixture, "b");

  run (a, "PUT todos 1 {\"description\": \"written offline\"}");
  g_assert_true (has_row (a, "GET todos 1"));
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 0);

  syncline_client_start (a);
  syncline_client_start (b);
  sync_up (a);
  g_autofree char *cell = mock_server_dup_cell (fixture->server, "todos", "1", "description");
  g_assert_cmpstr (cell, ==, "written offline");
  g_autofree char *owner = mock_server_dup_cell (fixture->server, "todos", "1", "user_id");
  g_assert_cmpstr (owner, ==, "user-1");
  sync_up (b);
  g_assert_true (has_row (b, "GET todos 1"));

  run (b, "DELETE todos 1");
  sync_up (b);
  sync_up (a);
  g_assert_false (has_row (a, "GET todos 1"));
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 0);
  assert_counts (a, 0, 0);
}

static void
test_server_change_arrives (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");

  syncline_client_start (a);
  sync_up (a);
  mock_server_put_row (fixture->server, "todos", "s", "{\"description\": \"from the server\"}");
  sync_up (a);
  g_assert_true (has_row (a, "GET todos s"));
}

/* --- Refusals ------------------------------------------------------------------------------------ */

static void
test_rejected_change_reverts (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");

  mock_server_refuse (fixture->server, "todos", "bad", 403, "42501", "row level security");
  run (a, "PUT todos bad {\"description\": \"no\"}");
  run (a, "PUT todos good {\"description\": \"yes\"}");
  syncline_client_start (a);
  sync_up (a);
  assert_counts (a, 0, 1);
  g_assert_false (has_row (a, "GET todos bad"));
  g_assert_true (has_row (a, "GET todos good"));
}

/* --- Weather ------------------------------------------------------------------------------------- */

static void
test_server_away (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");
  g_autoptr (GError) error = NULL;

  mock_server_set_online (fixture->server, FALSE);
  syncline_client_start (a);
  run (a, "PUT todos 1 {\"description\": \"x\"}");
  g_assert_false (
      syncline_client_wait_until_synced (a, 200 * G_TIME_SPAN_MILLISECOND, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_counts (a, 1, 0);

  mock_server_set_online (fixture->server, TRUE);
  sync_up (a);
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 1);
}

/* Every kind of bad answer once, for uploads and streams: nothing lost, nothing doubled, no help needed. */
static void
test_every_bad_answer (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");

  for (guint answer = MOCK_ANSWER_UNAVAILABLE; answer <= MOCK_ANSWER_BAD_CHECKSUM; answer++)
    {
      if (answer != MOCK_ANSWER_BAD_CHECKSUM)
        {
          mock_server_script (fixture->server, MOCK_REQUEST_UPLOAD, (MockAnswer) answer);
          mock_server_script (fixture->server, MOCK_REQUEST_WRITE_CHECKPOINT, (MockAnswer) answer);
        }
      mock_server_script (fixture->server, MOCK_REQUEST_STREAM, (MockAnswer) answer);
    }
  syncline_client_start (a);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *put = g_strdup_printf ("PUT todos %u {\"description\": \"%u\"}", i, i);

      run (a, put);
      mock_server_cut_streams (fixture->server);
    }
  sync_up (a);
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 20);
  assert_counts (a, 0, 0);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *get = g_strdup_printf ("GET todos %u", i);

      g_assert_true (has_row (a, get));
    }
}

/* --- The gate ------------------------------------------------------------------------------------ */

/* While the replication lags behind our own upload, no older row may cover it. */
static void
test_own_write_stays_visible (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");

  mock_server_put_row (fixture->server, "todos", "1", "{\"description\": \"old\"}");
  syncline_client_start (a);
  sync_up (a);
  mock_server_pause_replication (fixture->server, TRUE);
  run (a, "PATCH todos 1 {\"description\": \"mine\"}");
  wait_for_cell (fixture, "todos", "1", "description", "mine");
  mock_server_cut_streams (fixture->server);

  g_autoptr (SynclineResult) result = syncline_client_query (a, "GET todos 1", NULL, NULL, NULL);
  g_assert_nonnull (strstr (syncline_result_get_text (result, 0, 1), "mine"));
  mock_server_pause_replication (fixture->server, FALSE);
  sync_up (a);
}

static void
wait_for_download_reason (SynclineClient *client, const char *reason)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;

  for (;;)
    {
      g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);

      if (g_str_equal (syncline_status_get_reason (status, FALSE), reason))
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
}

static void
wait_for_count (Fixture *fixture, MockRequest request, guint at_least)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;

  while (mock_server_get_count (fixture->server, request) < at_least)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
}

/* Waits until what is shown is what the server has, without asking the server for anything: that would
 * confirm the upload by the way. */
static void
wait_for_row (SynclineClient *client, const char *get)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;

  while (!has_row (client, get))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
}

/* The service loses the number that the gate waits for, while the stream stays open. */
static void
test_lost_write_checkpoint (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");

  syncline_config_set (config, "syncline", "write-checkpoint-timeout", "100ms");
  syncline_config_set (config, "mock-transport", "keepalive", "50ms");
  SynclineClient *a = make_client_of (fixture, config);
  syncline_client_start (a);
  sync_up (a);

  mock_server_pause_replication (fixture->server, TRUE);
  const guint n_asked = mock_server_get_count (fixture->server, MOCK_REQUEST_WRITE_CHECKPOINT);
  run (a, "PUT todos 1 {\"description\": \"mine\"}");
  wait_for_count (fixture, MOCK_REQUEST_WRITE_CHECKPOINT, n_asked + 1);
  mock_server_put_row (fixture->server, "todos", "s", "{\"description\": \"later\"}");
  wait_for_download_reason (a, "write-checkpoint-lost");
  g_assert_false (has_row (a, "GET todos s"));
  mock_server_forget_write_checkpoints (fixture->server);
  mock_server_pause_replication (fixture->server, FALSE);
  wait_for_row (a, "GET todos s");
  wait_for_download_reason (a, "streaming");
  g_assert_cmpuint (mock_server_get_n_streams (fixture->server), ==, 1);
}

/* A config whose upload was taken out, with changes still queued: that has to be said. */
static void
test_queue_blocks_download (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");

  syncline_config_set (config, "syncline", "upload", NULL);
  SynclineClient *a = make_client_of (fixture, config);
  run (a, "PUT todos 1 {\"description\": \"mine\"}");
  syncline_client_start (a);
  wait_for_download_reason (a, "queue-blocks-download");
}

/* The same when they were uploaded, but not confirmed, before. */
static void
test_download_only_confirms (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");
  SynclineClient *a = make_client (fixture, "a");

  syncline_client_start (a);
  sync_up (a);
  mock_server_pause_replication (fixture->server, TRUE);
  const guint n_asked = mock_server_get_count (fixture->server, MOCK_REQUEST_WRITE_CHECKPOINT);
  run (a, "PUT todos 1 {\"description\": \"mine\"}");
  wait_for_count (fixture, MOCK_REQUEST_WRITE_CHECKPOINT, n_asked + 1);
  syncline_client_close (a);
  mock_server_forget_write_checkpoints (fixture->server);
  mock_server_pause_replication (fixture->server, FALSE);
  mock_server_put_row (fixture->server, "todos", "s", "{\"description\": \"later\"}");

  syncline_config_set (config, "syncline", "upload", NULL);
  syncline_config_set (config, "syncline", "write-checkpoint-timeout", "100ms");
  syncline_config_set (config, "mock-transport", "keepalive", "50ms");
  SynclineClient *b = make_client_of (fixture, config);
  syncline_client_start (b);
  wait_for_row (b, "GET todos s");
}

/* --- Sessions ------------------------------------------------------------------------------------ */

static GVariant *
credentials (const char *email)
{
  return g_variant_new_parsed ("{'email': <%s>, 'password': <'x'>}", email);
}

static void
test_signed_out_consumes_nothing (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");
  g_autoptr (GError) error = NULL;

  syncline_config_set (config, "mock-auth", "signed-in", "false");
  SynclineClient *a = make_client_of (fixture, config);
  run (a, "PUT todos 1 {\"description\": \"x\"}");
  syncline_client_start (a);
  g_assert_false (syncline_client_wait_until_synced (a, DEADLINE, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION);
  g_clear_error (&error);
  assert_counts (a, 1, 0);
  g_assert_cmpuint (mock_server_get_count (fixture->server, MOCK_REQUEST_UPLOAD), ==, 0);

  syncline_client_sign_in (a, credentials ("a@example.org"), NULL, &error);
  g_assert_no_error (error);
  sync_up (a);
  assert_counts (a, 0, 0);
}

static void
test_token_expires (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");

  syncline_config_set (config, "mock-auth", "lifetime", "50ms");
  syncline_config_set (config, "syncline", "credentials-margin", "10ms");
  SynclineClient *a = make_client_of (fixture, config);
  syncline_client_start (a);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *put = g_strdup_printf ("PUT todos %u {\"description\": \"%u\"}", i, i);

      run (a, put);
      sync_up (a);
      g_usleep (60 * 1000);
    }
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 5);
}

static void
test_other_user_is_refused (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");
  g_autoptr (GError) error = NULL;

  syncline_config_set (config, "mock-auth", "users", "a@example.org:ann, b@example.org:bob");
  syncline_config_set (config, "mock-auth", "signed-in", "false");
  SynclineClient *a = make_client_of (fixture, config);
  syncline_client_sign_in (a, credentials ("a@example.org"), NULL, &error);
  g_assert_no_error (error);
  syncline_client_start (a);
  run (a, "PUT todos 1 {\"description\": \"ann's\"}");
  sync_up (a);
  syncline_client_sign_out (a, FALSE, NULL, &error);
  g_assert_no_error (error);
  run (a, "PUT todos 2 {\"description\": \"ann's\"}");

  g_assert_false (syncline_client_sign_in (a, credentials ("b@example.org"), NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 1);

  /* Nor does it end the session of the first. */
  syncline_client_sign_in (a, credentials ("a@example.org"), NULL, &error);
  g_assert_no_error (error);
  g_assert_false (syncline_client_sign_in (a, credentials ("b@example.org"), NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  g_clear_error (&error);
  sync_up (a);
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 2);
  syncline_client_sign_out (a, FALSE, NULL, &error);
  g_assert_no_error (error);
  run (a, "PUT todos 3 {\"description\": \"ann's\"}");

  syncline_client_stop (a);
  g_assert_false (syncline_client_clear (a, SYNCLINE_CLEAR_KEEP_LOCAL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  g_clear_error (&error);
  syncline_client_clear (a, SYNCLINE_CLEAR_KEEP_LOCAL | SYNCLINE_CLEAR_DISCARD_QUEUED, NULL,
                         &error);
  g_assert_no_error (error);
  syncline_client_sign_in (a, credentials ("b@example.org"), NULL, &error);
  g_assert_no_error (error);
  syncline_client_start (a);
  sync_up (a);
  g_assert_false (has_row (a, "GET todos 1"));
}

/* The database is the first user's from the sign-in on, not only from the first sync. */
static void
test_database_is_bound_by_sign_in (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");
  g_autoptr (GError) error = NULL;

  syncline_config_set (config, "mock-auth", "users", "a@example.org:ann, b@example.org:bob");
  syncline_config_set (config, "mock-auth", "signed-in", "false");
  SynclineClient *a = make_client_of (fixture, config);
  syncline_client_sign_in (a, credentials ("a@example.org"), NULL, &error);
  g_assert_no_error (error);
  run (a, "PUT todos 1 {\"description\": \"ann's\"}");
  g_assert_false (syncline_client_sign_in (a, credentials ("b@example.org"), NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
}

/* --- Roles that are off -------------------------------------------------------------------------- */

static void
test_upload_only (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");

  syncline_config_set (config, "syncline", "download", NULL);
  SynclineClient *a = make_client_of (fixture, config);
  run (a, "PUT todos 1 {\"description\": \"x\"}");
  syncline_client_start (a);
  sync_up (a);
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 1);
  g_assert_true (has_row (a, "GET todos 1"));
}

static void
test_download_only (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");

  syncline_config_set (config, "syncline", "upload", NULL);
  SynclineClient *a = make_client_of (fixture, config);
  mock_server_put_row (fixture->server, "todos", "s", "{\"description\": \"x\"}");
  syncline_client_start (a);
  sync_up (a);
  g_assert_true (has_row (a, "GET todos s"));
}

static void
test_local_only (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineConfig) config = make_config (fixture, "a");

  syncline_config_set (config, "syncline", "upload", NULL);
  syncline_config_set (config, "syncline", "download", NULL);
  syncline_config_set (config, "syncline", "auth", NULL);
  /* A group that no role uses would be a fault. */
  syncline_config_set (config, "mock-transport", "server", NULL);
  syncline_config_set (config, "mock-transport", "retry-after", NULL);
  SynclineClient *a = make_client_of (fixture, config);
  syncline_client_start (a);
  run (a, "PUT todos 1 {\"description\": \"x\"}");
  g_assert_true (has_row (a, "GET todos 1"));
}

/* --- Life ---------------------------------------------------------------------------------------- */

static gpointer
close_soon (gpointer client)
{
  g_usleep (20 * 1000);
  syncline_client_close (client);
  return NULL;
}

static void
test_close_ends_a_wait (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");
  g_autoptr (GError) error = NULL;

  mock_server_set_online (fixture->server, FALSE);
  run (a, "PUT todos 1 {\"description\": \"x\"}");
  syncline_client_start (a);
  GThread *closer = g_thread_new ("closer", close_soon, a);
  g_assert_false (syncline_client_wait_until_synced (a, -1, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  g_thread_join (closer);
}

static void
test_start_and_stop_at_every_step (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *put = g_strdup_printf ("PUT todos %u {\"description\": \"%u\"}", i, i);

      syncline_client_start (a);
      run (a, put);
      g_usleep (i * 100);
      syncline_client_stop (a);
    }
  syncline_client_start (a);
  sync_up (a);
  g_assert_cmpuint (mock_server_count_rows (fixture->server, "todos"), ==, 50);
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  guint *n_notices = user_data;

  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  (*n_notices)++;
}

static void
test_signals_come_in_the_context (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "a");
  guint n_notices = 0;

  g_signal_connect (a, "notify::status", G_CALLBACK (count_notify), &n_notices);
  syncline_client_start (a);
  sync_up (a);
  g_assert_cmpuint (n_notices, ==, 0);
  while (n_notices == 0)
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (SynclineStatus) status = NULL;
  g_object_get (a, "status", &status, NULL);
  g_assert_true (syncline_status_get_up_to_date (status));
}

/* --- What others see ----------------------------------------------------------------------------- */

/* Waits until the process that syncs says of its upload what is wanted. */
static SynclineStatus *
wait_for_published (SynclineClient *client, SynclineState state, const char *reason)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;

  for (;;)
    {
      SynclineStatus *status = syncline_client_dup_syncer_status (client);

      if (syncline_status_get_upload_state (status) == state
          && g_str_equal (syncline_status_get_reason (status, TRUE), reason))
        return status;
      syncline_status_unref (status);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
}

static void
test_syncer_is_explained (Fixture *fixture, gconstpointer unused)
{
  SynclineClient *a = make_client (fixture, "shared");
  g_autoptr (SynclineConfig) config = make_config (fixture, "shared");
  const gint64 start = g_get_real_time ();

  syncline_config_set (config, "syncline", "retry-min", "1h");
  syncline_config_set (config, "syncline", "retry-max", "1h");
  SynclineClient *syncer = make_client_of (fixture, config);
  g_autoptr (SynclineStatus) nobody = wait_for_published (a, SYNCLINE_STATE_OFF, "not-started");
  g_assert_cmpint (syncline_status_get_syncer (nobody), ==, 0);
  g_assert_cmpint (syncline_status_get_since (nobody, TRUE), ==, 0);

  syncline_client_start (syncer);
  g_autoptr (SynclineStatus) idle = wait_for_published (a, SYNCLINE_STATE_IDLE, "queue-empty");
  g_assert_cmpint (syncline_status_get_syncer (idle), !=, 0);
  g_assert_cmpint (syncline_status_get_since (idle, TRUE), >=, start);
  g_assert_cmpstr (syncline_status_get_waiting_for (idle, TRUE), ==, "a local write");
  g_assert_null (syncline_status_get_upload_error (idle));

  mock_server_set_online (fixture->server, FALSE);
  run (syncer, "PUT todos 1 {\"description\": \"x\"}");
  g_autoptr (SynclineStatus) away
      = wait_for_published (a, SYNCLINE_STATE_BACKING_OFF, "unavailable");
  g_assert_error (syncline_status_get_upload_error (away), SYNCLINE_ERROR,
                  SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_cmpint (syncline_status_get_upload_wake_time (away), >, start);
  g_assert_cmpuint (syncline_status_get_n_queued (away), ==, 1);

  /* What a process leaves behind that syncs no more counts for nothing. */
  syncline_client_stop (syncer);
  g_autoptr (SynclineStatus) stopped = wait_for_published (a, SYNCLINE_STATE_OFF, "not-started");
  g_assert_cmpint (syncline_status_get_syncer (stopped), ==, 0);
}

#define ADD(name, func) g_test_add ("/engine/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  /* Linked in rather than loaded, so that the test and the client meet in the same server. */
  syncline_registry_add (&mock_transport_plugin, &error);
  g_assert_no_error (error);
  syncline_registry_add (&mock_auth_plugin, &error);
  g_assert_no_error (error);

  ADD ("two-devices", test_two_devices);
  ADD ("server-change-arrives", test_server_change_arrives);
  ADD ("rejected-change-reverts", test_rejected_change_reverts);
  ADD ("weather/server-away", test_server_away);
  ADD ("weather/every-bad-answer", test_every_bad_answer);
  ADD ("gate/own-write-stays-visible", test_own_write_stays_visible);
  ADD ("gate/lost-write-checkpoint", test_lost_write_checkpoint);
  ADD ("gate/queue-blocks-download", test_queue_blocks_download);
  ADD ("gate/download-only-confirms", test_download_only_confirms);
  ADD ("session/signed-out-consumes-nothing", test_signed_out_consumes_nothing);
  ADD ("session/token-expires", test_token_expires);
  ADD ("session/other-user-is-refused", test_other_user_is_refused);
  ADD ("session/database-is-bound-by-sign-in", test_database_is_bound_by_sign_in);
  ADD ("roles/upload-only", test_upload_only);
  ADD ("roles/download-only", test_download_only);
  ADD ("roles/local-only", test_local_only);
  ADD ("life/close-ends-a-wait", test_close_ends_a_wait);
  ADD ("life/start-and-stop-at-every-step", test_start_and_stop_at_every_step);
  ADD ("status/syncer-is-explained", test_syncer_is_explained);
  ADD ("life/signals-come-in-the-context", test_signals_come_in_the_context);
  return g_test_run ();
}
