/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Transactions as calls of a function. */

#include "config.h"

#include <string.h>

#include "postgrest-upload-fixture.h"

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture_set_up (fixture, data);
  fixture->config.mode = UPLOAD_MODE_RPC;
}

static void
test_request (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PUT, "todos", "a\"1", "{\"done\":true}");
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PATCH, "todos", "2", "{}");
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PATCH, "todos", "3", "{\"done\":null}");
  fixture_add (fixture, 2, SYNCLINE_CHANGE_DELETE, "todos", "4", NULL);
  fixture_add (fixture, 3, SYNCLINE_CHANGE_PUT, "team members", "5", "{}");
  fixture_add (fixture, 3, SYNCLINE_CHANGE_PUT, "log", "6", "{}");
  fixture->config.max_request_changes = 3; /* so that the first goes alone */
  for (int i = 0; i < 2; i++)
    fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aaaaaa");

  fixture_assert_request (
      fixture, 0, "POST /rest/v1/rpc/syncline_apply",
      "{\"changes\":["
      "{\"op\":\"PUT\",\"table\":\"todos\",\"id\":\"a\\\"1\",\"data\":{\"done\":true}},"
      "{\"op\":\"PATCH\",\"table\":\"todos\",\"id\":\"3\",\"data\":{\"done\":null}}]}");
  fixture_assert_request (
      fixture, 1, "POST /rest/v1/rpc/syncline_apply",
      "{\"changes\":["
      "{\"op\":\"DELETE\",\"table\":\"todos\",\"id\":\"4\"},"
      "{\"op\":\"PUT\",\"table\":\"team members\",\"id\":\"5\",\"data\":{},"
      "\"conflict\":[\"team_id\",\"user id\"]},"
      "{\"op\":\"PUT\",\"table\":\"log\",\"id\":\"6\",\"data\":{},\"insert_only\":true}]}");
}

static void
add_transaction (Fixture *fixture)
{
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PUT, "todos", "1", "{\"done\":true}");
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PATCH, "todos", "2", "{}");
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PATCH, "todos", "3", "{\"done\":true}");
}

static void
add_two_transactions (Fixture *fixture)
{
  add_transaction (fixture);
  fixture_add (fixture, 2, SYNCLINE_CHANGE_DELETE, "todos", "4", NULL);
}

static char *
dup_token (Fixture *fixture, guint index)
{
  g_autofree char *body = stub_request_dup_body (stub_server_get_request (fixture->server, index));
  const char *token = strstr (body, "{\"token\":\"");

  g_assert_nonnull (token);
  g_assert_nonnull (strstr (body, "\"client\":\"the-client\""));
  return g_strndup (token + 10, 32);
}

/* By which the function tells what it has applied already. */
static void
test_tokens (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  char *tokens[4];

  add_two_transactions (fixture);
  fixture->config.max_request_changes = 1;
  for (int i = 0; i < 2; i++)
    fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  g_autofree char *body = stub_request_dup_body (stub_server_get_request (fixture->server, 0));
  g_assert_null (strstr (body, "token"));

  const SynclineTransportClass *methods = syncline_plugin.methods;
  methods->set_client_id (fixture->plugin, "the-client");
  stub_server_clear_requests (fixture->server);
  for (int i = 0; i < 4; i++)
    fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  fixture_assert_upload (fixture);
  for (guint i = 0; i < 4; i++)
    tokens[i] = dup_token (fixture, i);
  g_assert_cmpstr (tokens[0], ==, tokens[2]);
  g_assert_cmpstr (tokens[1], ==, tokens[3]);
  g_assert_cmpstr (tokens[0], !=, tokens[1]);
  for (guint i = 0; i < 4; i++)
    g_free (tokens[i]);
}

static void
test_nothing_to_send (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_patch (fixture, "todos", "1", "{}");
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "a");
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 0);
}

/* A transaction bigger than a request goes alone, and whole. */
static void
test_whole (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->config.max_request_changes = 1;
  add_two_transactions (fixture);
  fixture_answer (fixture, 204, -1);
  fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  g_autofree char *body = stub_request_dup_body (stub_server_get_request (fixture->server, 0));
  g_assert_nonnull (strstr (body, "\"id\":\"1\""));
  g_assert_nonnull (strstr (body, "\"id\":\"3\""));
  g_assert_null (strstr (body, "\"id\":\"4\""));
}

#define REFUSAL "{\"code\":\"23514\",\"message\":\"m\"}"

/* A refused call of many transactions is taken apart, but no transaction is. */
static void
test_take_apart (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  for (int i = 1; i <= 4; i++)
    {
      g_autofree char *row_id = g_strdup_printf ("%d", i);
      fixture_add (fixture, i, SYNCLINE_CHANGE_DELETE, "todos", row_id, NULL);
      fixture_add (fixture, i, SYNCLINE_CHANGE_DELETE, "other", row_id, NULL);
    }
  stub_server_push_json (fixture->server, 400, REFUSAL); /* 1 2 3 4 */
  stub_server_push_json (fixture->server, 400, REFUSAL); /* 1 2 */
  fixture_answer (fixture, 204, -1);                     /* 1 */
  stub_server_push_json (fixture->server, 400, REFUSAL); /* 2 3 */
  stub_server_push_json (fixture->server, 400, REFUSAL); /* 2 */
  fixture_answer (fixture, 204, -1);                     /* 3 */
  fixture_answer (fixture, 204, -1);                     /* 4 */
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aarraaaa");
}

/* All or nothing, and it is said which change was the reason. */
static void
test_culprit (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->config.max_request_changes = 1;
  add_two_transactions (fixture);
  stub_server_push_json (fixture->server, 400,
                         "{\"code\":\"23514\",\"message\":\"m\",\"hint\":\"h\",\"details\":"
                         "\"{\\\"syncline_change\\\" : 1, \\\"no_row\\\" : false, "
                         "\\\"details\\\" : \\\"d\\\"}\"}");
  fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "rrra");

  SynclineOutcome *bystander = fixture_get_outcome (fixture, 0);
  SynclineOutcome *culprit = fixture_get_outcome (fixture, 2);
  g_assert_cmpstr (syncline_outcome_get_code (bystander), ==, "SYNCLINE_TRANSACTION");
  g_assert_cmpstr (syncline_outcome_get_message (bystander), ==,
                   "the transaction was refused because of its PATCH of todos, row 3");
  g_assert_cmpstr (syncline_outcome_get_code (culprit), ==, "23514");
  g_assert_cmpstr (syncline_outcome_get_message (culprit), ==, "m");
  g_assert_cmpstr (syncline_outcome_get_details (culprit), ==, "d");
  g_assert_cmpstr (syncline_outcome_get_hint (culprit), ==, "h");
}

static void
test_no_row (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_patch (fixture, "todos", "1", "{\"done\":true}");
  stub_server_push_json (
      fixture->server, 500,
      "{\"code\":\"P0002\",\"message\":\"m\",\"details\":"
      "\"{\\\"syncline_change\\\":0,\\\"no_row\\\":true,\\\"details\\\":null}\"}");
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "r");
  g_assert_cmpstr (syncline_outcome_get_code (fixture_get_outcome (fixture, 0)), ==,
                   "SYNCLINE_NO_ROW");
}

/* Somebody else's function, or a failure before the first change. */
static void
test_no_report (Fixture *fixture, gconstpointer data)
{
  fixture->config.max_request_changes = 1;
  add_two_transactions (fixture);
  stub_server_push_json (fixture->server, 400, data);
  fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "rrra");
  g_assert_cmpstr (syncline_outcome_get_code (fixture_get_outcome (fixture, 0)), ==, "23514");
  g_assert_cmpstr (syncline_outcome_get_code (fixture_get_outcome (fixture, 2)), ==, "23514");
}

static void
test_retry (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture->config.max_request_changes = 1;
  add_two_transactions (fixture);
  fixture_answer (fixture, 204, -1);
  stub_server_push_json (fixture->server, 500, "{\"code\":\"40001\",\"message\":\"m\"}");
  g_assert_false (fixture_upload (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  fixture_assert_outcomes (fixture, "aaa");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, function)                                                                  \
  g_test_add ("/postgrest-upload/call/" path, Fixture, data, set_up, function, fixture_tear_down)
  ADD ("request", NULL, test_request);
  ADD ("whole", NULL, test_whole);
  ADD ("take-apart", NULL, test_take_apart);
  ADD ("tokens", NULL, test_tokens);
  ADD ("nothing-to-send", NULL, test_nothing_to_send);
  ADD ("culprit", NULL, test_culprit);
  ADD ("no-row", NULL, test_no_row);
  ADD ("report/none", "{\"code\":\"23514\",\"message\":\"m\"}", test_no_report);
  ADD ("report/text", "{\"code\":\"23514\",\"message\":\"m\",\"details\":\"Key (id)=(1)\"}",
       test_no_report);
  ADD ("report/out-of-range",
       "{\"code\":\"23514\",\"message\":\"m\",\"details\":\"{\\\"syncline_change\\\":7}\"}",
       test_no_report);
  ADD ("retry", NULL, test_retry);
#undef ADD

  return g_test_run ();
}
