/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What becomes of changes that the server refuses, by the rules of the config. On mocks. */

#include "config.h"

#include <mock-auth/mock-auth.h>
#include <mock-transport/mock-transport.h>
#include <syncline/registry.h>
#include <syncline/syncline.h>

#define DEADLINE (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  char *name;
  MockServer *server;
  SynclineConfig *config;
  SynclineClient *client; /* open, not started */
} Fixture;

/* @data: on-reject of the config. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  static guint n_fixtures;
  static const char schema[] = "[table todos]\ndescription = text\n[table logs]\nline = text\n"
                               "[options logs]\non-reject = 23505 drop\n";
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "syncline-rejections.schema", NULL);
  g_autoptr (GError) error = NULL;

  fixture->name = g_strdup_printf ("rejections-%u", ++n_fixtures);
  fixture->server = mock_server_get (fixture->name);
  g_file_set_contents (path, schema, -1, &error);
  g_assert_no_error (error);
  fixture->config = syncline_config_new ();
  syncline_config_set (fixture->config, "syncline", "store", "mock-store");
  syncline_config_set (fixture->config, "syncline", "upload", "mock-transport");
  syncline_config_set (fixture->config, "syncline", "auth", "mock-auth");
  syncline_config_set (fixture->config, "syncline", "schema", path);
  syncline_config_set (fixture->config, "syncline", "retry-min", "10ms");
  syncline_config_set (fixture->config, "syncline", "retry-max", "10ms");
  syncline_config_set (fixture->config, "mock-store", "database", fixture->name);
  syncline_config_set (fixture->config, "mock-transport", "server", fixture->name);
  if (data != NULL)
    syncline_config_set (fixture->config, "syncline", "on-reject", data);
  fixture->client = syncline_client_new (fixture->config, &error);
  g_assert_no_error (error);
  syncline_client_open (fixture->client, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_object_unref (fixture->client);
  syncline_config_unref (fixture->config);
  mock_server_reset (fixture->server);
  g_free (fixture->name);
}

static void
run (Fixture *fixture, const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineResult) result
      = syncline_client_execute (fixture->client, command, NULL, NULL, &error);

  g_assert_no_error (error);
}

static void
sync_up (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  syncline_client_wait_until_synced (fixture->client, DEADLINE, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
add_line (SynclineChange *change, SynclineOutcome *outcome, gint64 rejected_at, gpointer data)
{
  g_string_append_printf (data, "%s %s %s;",
                          syncline_change_op_to_string (syncline_change_get_op (change)),
                          syncline_change_get_row_id (change),
                          outcome != NULL ? syncline_outcome_get_code (outcome) : "-");
  return TRUE;
}

static void
assert_changes (Fixture *fixture, gboolean rejected, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  syncline_client_list_changes (fixture->client, rejected, add_line, text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_uploads (Fixture *fixture, const char *expected)
{
  g_autoptr (GPtrArray) uploads = mock_server_dup_uploads (fixture->server);

  g_ptr_array_add (uploads, NULL);
  g_autofree char *text = g_strjoinv (";", (char **) uploads->pdata);
  g_assert_cmpstr (text, ==, expected);
}

static void
refuse (Fixture *fixture, const char *table, const char *row_id, const char *code)
{
  mock_server_refuse (fixture->server, table, row_id, 403, code, "no");
}

/* Iterates the context until the upload is in that state, and so delivers signals as well. */
static void
wait_for_state (Fixture *fixture, SynclineState state, const char *reason)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;

  for (;;)
    {
      g_autoptr (SynclineStatus) status = syncline_client_dup_status (fixture->client);
      if (syncline_status_get_upload_state (status) == state
          && g_str_equal (syncline_status_get_reason (status, TRUE), reason))
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
}

static guint64 find_rejected_id (Fixture *fixture);

/* --- Park ------------------------------------------------------------------------------------------ */

/* Patches that were written on top of a refused change are not sent; what says all of a row is, and ends it. */
static void
test_park_holds (Fixture *fixture, gconstpointer unused)
{
  refuse (fixture, "todos", "bad", "42501");
  run (fixture, "PUT todos bad {\"description\": \"1\"}");
  run (fixture, "PUT todos good {\"description\": \"2\"}");
  run (fixture, "PATCH todos bad {\"description\": \"3\"}");
  run (fixture, "PATCH todos good {\"description\": \"4\"}");
  syncline_client_start (fixture->client);
  sync_up (fixture);
  assert_changes (fixture, TRUE, "PUT bad 42501;PATCH bad SYNCLINE_HELD;");
  assert_uploads (fixture, "PUT todos good {\"description\":\"2\"};"
                           "PATCH todos good {\"description\":\"4\"}");

  /* Written after the refusal, and in full knowledge of it. */
  mock_server_admit (fixture->server, "todos");
  run (fixture, "PATCH todos bad {\"description\": \"5\"}");
  sync_up (fixture);
  assert_changes (fixture, TRUE, "PUT bad 42501;PATCH bad SYNCLINE_HELD;");
}

static void
test_settled (Fixture *fixture, gconstpointer unused)
{
  mock_server_put_row (fixture->server, "todos", "a", "{\"description\": \"0\"}");
  refuse (fixture, "todos", "a", "42501");
  run (fixture, "PUT todos a {\"description\": \"1\"}");
  syncline_client_start (fixture->client);
  sync_up (fixture);
  syncline_client_stop (fixture->client);
  assert_changes (fixture, TRUE, "PUT a 42501;");

  run (fixture, "PATCH todos a {\"description\": \"2\"}");
  run (fixture, "DELETE todos a");
  run (fixture, "PUT todos a {\"description\": \"3\"}");
  run (fixture, "PATCH todos a {\"description\": \"4\"}");
  syncline_client_start (fixture->client);
  sync_up (fixture);
  /* All refused in their own right: the server has the last word, each time. */
  assert_changes (fixture, TRUE,
                  "PUT a 42501;PATCH a 42501;DELETE a 42501;PUT a 42501;PATCH a SYNCLINE_HELD;");
}

/* What was put aside goes along, in order and as one transaction. */
static void
test_retry_together (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  refuse (fixture, "todos", "bad", "42501");
  run (fixture, "PUT todos bad {\"description\": \"1\"}");
  run (fixture, "PATCH todos bad {\"description\": \"2\"}");
  run (fixture, "PATCH todos bad {\"description\": \"3\"}");
  syncline_client_start (fixture->client);
  sync_up (fixture);
  mock_server_admit (fixture->server, "todos");
  syncline_client_retry_rejected (fixture->client, (gint64) find_rejected_id (fixture), NULL,
                                  &error);
  g_assert_no_error (error);
  sync_up (fixture);
  assert_changes (fixture, TRUE, "");
  g_autofree char *cell = mock_server_dup_cell (fixture->server, "todos", "bad", "description");
  g_assert_cmpstr (cell, ==, "3");
}

/* --- Block ----------------------------------------------------------------------------------------- */

static void
test_block (Fixture *fixture, gconstpointer unused)
{
  refuse (fixture, "todos", "bad", "42501");
  run (fixture, "PUT todos good {\"description\": \"1\"}");
  run (fixture, "PUT todos bad {\"description\": \"2\"}");
  run (fixture, "PUT todos later {\"description\": \"3\"}");
  syncline_client_start (fixture->client);
  wait_for_state (fixture, SYNCLINE_STATE_BLOCKED, "rejected");
  assert_changes (fixture, TRUE, "");
  assert_changes (fixture, FALSE, "PUT bad -;PUT later -;");
  assert_uploads (fixture, "PUT todos good {\"description\":\"1\"}");

  /* It looks again by itself. */
  mock_server_admit (fixture->server, "todos");
  wait_for_state (fixture, SYNCLINE_STATE_IDLE, "queue-empty");
  assert_changes (fixture, FALSE, "");
}

/* --- Retry ----------------------------------------------------------------------------------------- */

static void
test_retry (Fixture *fixture, gconstpointer unused)
{
  refuse (fixture, "todos", "bad", "23503");
  run (fixture, "PUT todos bad {\"description\": \"2\"}");
  syncline_client_start (fixture->client);
  wait_for_state (fixture, SYNCLINE_STATE_IDLE, "queue-empty");
  assert_changes (fixture, TRUE, "PUT bad 23503;");
  g_assert_cmpuint (mock_server_get_count (fixture->server, MOCK_REQUEST_UPLOAD), ==, 4);
}

/* --- Drop ------------------------------------------------------------------------------------------ */

static void
note_rejection (SynclineClient *client,
                SynclineChange *change,
                SynclineOutcome *outcome,
                gboolean kept,
                gpointer data)
{
  g_string_append_printf (data, "%s %s %s %s;", syncline_change_get_table (change),
                          syncline_change_get_row_id (change), syncline_outcome_get_code (outcome),
                          kept ? "kept" : "dropped");
}

/* A table's own rule goes before those of the config; the application hears of each. */
static void
test_drop (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  g_signal_connect (fixture->client, "change-rejected", G_CALLBACK (note_rejection), heard);
  refuse (fixture, "logs", NULL, "23505");
  refuse (fixture, "todos", NULL, "23505");
  run (fixture, "PUT logs 1 {\"line\": \"1\"}");
  run (fixture, "PATCH logs 1 {\"line\": \"2\"}");
  run (fixture, "PUT todos 2 {\"description\": \"2\"}");
  syncline_client_start (fixture->client);
  wait_for_state (fixture, SYNCLINE_STATE_IDLE, "queue-empty");
  assert_changes (fixture, TRUE, "PUT 2 23505;");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (heard->str, ==, "logs 1 23505 dropped;logs 1 23505 dropped;todos 2 23505 kept;");
}

/* --- The rules ------------------------------------------------------------------------------------- */

static void
test_bad_rules (void)
{
  static const char *const bad[] = { "42501",        "42501 burn",     "42501 retry", "x retry 0",
                                     "x retry 2000", "x park forever", "x retry 2 3" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (SynclineConfig) config = syncline_config_new ();
      g_autoptr (GError) error = NULL;
      syncline_config_set (config, "syncline", "on-reject", bad[i]);
      g_autoptr (SynclineClient) client = syncline_client_new (config, &error);
      g_assert_null (client);
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
      g_assert_nonnull (g_strstr_len (error->message, -1, "on-reject"));
      g_assert_nonnull (g_strstr_len (error->message, -1, "retry N"));
    }
}

static gboolean
take_id (SynclineChange *change, SynclineOutcome *outcome, gint64 rejected_at, gpointer data)
{
  *(guint64 *) data = (guint64) syncline_change_get_id (change);
  return FALSE;
}

/* Of the first. */
static guint64
find_rejected_id (Fixture *fixture)
{
  guint64 id = 0;

  syncline_client_list_changes (fixture->client, TRUE, take_id, &id, NULL, NULL);
  return id;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  /* Linked in rather than loaded, so that the test and the client meet in the same server. */
  syncline_registry_add (&mock_transport_plugin, &error);
  g_assert_no_error (error);
  syncline_registry_add (&mock_auth_plugin, &error);
  g_assert_no_error (error);
#define ADD(path, rules, function)                                                                 \
  g_test_add ("/rejections/" path, Fixture, rules, set_up, function, tear_down)
  ADD ("park-holds", NULL, test_park_holds);
  ADD ("settled", NULL, test_settled);
  ADD ("retry-together", NULL, test_retry_together);
  ADD ("block", "23* park, 42501 block", test_block);
  ADD ("retry", "23503 retry 3", test_retry);
  ADD ("drop", "23505 park", test_drop);
#undef ADD
  g_test_add_func ("/rejections/bad-rules", test_bad_rules);
  return g_test_run ();
}
