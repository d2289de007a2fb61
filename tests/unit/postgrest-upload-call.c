/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* One call a transaction. */

#include "config.h"

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
  for (int i = 0; i < 3; i++)
    fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "aaaaaa");

  fixture_assert_request (
      fixture, 0, "POST /rest/v1/rpc/syncline_apply",
      "{\"changes\":["
      "{\"op\":\"PUT\",\"table\":\"todos\",\"id\":\"a\\\"1\",\"data\":{\"done\":true}},"
      "{\"op\":\"PATCH\",\"table\":\"todos\",\"id\":\"3\",\"data\":{\"done\":null}}]}");
  fixture_assert_request (fixture, 1, "POST /rest/v1/rpc/syncline_apply",
                          "{\"changes\":[{\"op\":\"DELETE\",\"table\":\"todos\",\"id\":\"4\"}]}");
  fixture_assert_request (
      fixture, 2, "POST /rest/v1/rpc/syncline_apply",
      "{\"changes\":["
      "{\"op\":\"PUT\",\"table\":\"team members\",\"id\":\"5\",\"data\":{},"
      "\"conflict\":[\"team_id\",\"user id\"]},"
      "{\"op\":\"PUT\",\"table\":\"log\",\"id\":\"6\",\"data\":{},\"insert_only\":true}]}");
}

static void
test_nothing_to_send (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_patch (fixture, "todos", "1", "{}");
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "a");
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 0);
}

static void
add_two_transactions (Fixture *fixture)
{
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PUT, "todos", "1", "{\"done\":true}");
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PATCH, "todos", "2", "{}");
  fixture_add (fixture, 1, SYNCLINE_CHANGE_PATCH, "todos", "3", "{\"done\":true}");
  fixture_add (fixture, 2, SYNCLINE_CHANGE_DELETE, "todos", "4", NULL);
}

/* All or nothing, and it is said which change was the reason. */
static void
test_culprit (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  add_two_transactions (fixture);
  stub_server_push_json (fixture->server, 400,
                         "{\"code\":\"23514\",\"message\":\"m\",\"hint\":\"h\",\"details\":"
                         "\"{\\\"syncline_change\\\" : 1, \\\"no_row\\\" : false, "
                         "\\\"details\\\" : \\\"d\\\"}\"}");
  fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "rara");

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
  add_two_transactions (fixture);
  stub_server_push_json (fixture->server, 400, data);
  fixture_answer (fixture, 204, -1);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "rara");
  g_assert_cmpstr (syncline_outcome_get_code (fixture_get_outcome (fixture, 0)), ==, "23514");
  g_assert_cmpstr (syncline_outcome_get_code (fixture_get_outcome (fixture, 2)), ==, "23514");
}

static void
test_retry (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

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
