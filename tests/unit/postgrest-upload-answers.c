/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What answers mean, whoever gives them, and cancelling. */

#include "config.h"

#include <string.h>

#include "postgrest-upload-fixture.h"
#include "postgrest-upload/classify.h"

/* --- The table of classifications -------------------------------------------------------------- */

static const char *
make_code (const char *pattern, char *buffer)
{
  gsize length = strlen (pattern);

  if (*pattern == '\0')
    return NULL;
  if (g_str_equal (pattern, CLASSIFY_ANY))
    return "ZZ999";
  strcpy (buffer, pattern);
  if (buffer[length - 1] == '*')
    strcpy (buffer + length - 1, g_str_has_prefix (pattern, "PGRST") ? "99" : "999");
  return buffer;
}

static guint
make_status (const Classification *row)
{
  if (row->status >= 10)
    return row->status;
  if (row->status > 0)
    return row->status * 100 + 18;
  return g_str_equal (row->code, CLASSIFY_ANY) ? 699 : 400;
}

/* No row hides another one: each is the first to match its own pattern. */
static void
test_table (void)
{
  for (const Classification *row = classifications; row->meaning != NULL; row++)
    {
      char buffer[32];
      const Classification *found = classify (make_status (row), make_code (row->code, buffer));
      g_assert_cmpstr (found->meaning, ==, row->meaning);
      g_assert_cmpint (g_utf8_strlen (row->meaning, -1), <, 90);
    }
}

static const struct
{
  guint status;
  const char *body;
  int error; /* -1: the change is rejected */
} cases[] = {
#define BODY(code) "{\"code\":\"" code "\",\"details\":null,\"hint\":null,\"message\":\"m\"}"
  { 503, BODY ("PGRST000"), SYNCLINE_ERROR_UNAVAILABLE },
  { 503, BODY ("PGRST001"), SYNCLINE_ERROR_UNAVAILABLE },
  { 503, BODY ("PGRST002"), SYNCLINE_ERROR_UNAVAILABLE },
  { 504, BODY ("PGRST003"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("PGRST100"), -1 },
  { 405, BODY ("PGRST101"), -1 },
  { 400, BODY ("PGRST102"), -1 },
  { 416, BODY ("PGRST103"), -1 },
  { 405, BODY ("PGRST105"), -1 },
  { 415, BODY ("PGRST107"), -1 },
  { 400, BODY ("PGRST108"), -1 },
  { 406, BODY ("PGRST116"), -1 },
  { 405, BODY ("PGRST117"), -1 },
  { 400, BODY ("PGRST118"), -1 },
  { 400, BODY ("PGRST120"), -1 },
  { 500, BODY ("PGRST121"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("PGRST122"), -1 },
  { 400, BODY ("PGRST123"), -1 },
  { 400, BODY ("PGRST124"), -1 },
  { 404, BODY ("PGRST126"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("PGRST127"), -1 },
  { 400, BODY ("PGRST128"), -1 },
  { 400, BODY ("PGRST200"), -1 },
  { 300, BODY ("PGRST201"), SYNCLINE_ERROR_UNAVAILABLE },
  { 300, BODY ("PGRST203"), SYNCLINE_ERROR_UNAVAILABLE },
  { 406, BODY ("PGRST106"), SYNCLINE_ERROR_UNAVAILABLE },
  { 404, BODY ("PGRST125"), SYNCLINE_ERROR_UNAVAILABLE },
  { 404, BODY ("PGRST202"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("PGRST204"), -1 },
  { 404, BODY ("PGRST205"), SYNCLINE_ERROR_UNAVAILABLE },
  { 500, BODY ("PGRST300"), SYNCLINE_ERROR_UNAVAILABLE },
  { 401, BODY ("PGRST301"), SYNCLINE_ERROR_UNAUTHORIZED },
  { 401, BODY ("PGRST302"), SYNCLINE_ERROR_UNAUTHORIZED },
  { 401, BODY ("PGRST303"), SYNCLINE_ERROR_UNAUTHORIZED },
  { 500, BODY ("PGRSTX00"), SYNCLINE_ERROR_UNAVAILABLE },
  { 401, BODY ("42501"), SYNCLINE_ERROR_UNAUTHORIZED },
  { 403, BODY ("42501"), -1 },
  { 401, BODY ("22023"), SYNCLINE_ERROR_UNAUTHORIZED },
  { 401, "{\"message\":\"No API key found in request\"}", SYNCLINE_ERROR_UNAUTHORIZED },
  { 401, "", SYNCLINE_ERROR_UNAUTHORIZED },
  { 503, BODY ("08006"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("0A000"), -1 },
  { 403, BODY ("0P000"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("21000"), -1 },
  { 400, BODY ("22P02"), -1 },
  { 400, BODY ("22003"), -1 },
  { 400, BODY ("23502"), -1 },
  { 409, BODY ("23503"), -1 },
  { 409, BODY ("23505"), -1 },
  { 400, BODY ("23514"), -1 },
  { 400, BODY ("23P01"), -1 },
  { 405, BODY ("25006"), SYNCLINE_ERROR_UNAVAILABLE },
  { 403, BODY ("28P01"), SYNCLINE_ERROR_UNAVAILABLE },
  { 500, BODY ("40001"), SYNCLINE_ERROR_UNAVAILABLE },
  { 500, BODY ("40P01"), SYNCLINE_ERROR_UNAVAILABLE },
  { 404, BODY ("42P01"), -1 },
  { 500, BODY ("42P17"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("42703"), -1 },
  { 400, BODY ("42804"), -1 },
  { 400, BODY ("428C9"), -1 },
  { 400, BODY ("44000"), -1 },
  { 503, BODY ("53300"), SYNCLINE_ERROR_UNAVAILABLE },
  { 500, BODY ("54000"), -1 },
  { 500, BODY ("55P03"), SYNCLINE_ERROR_UNAVAILABLE },
  { 500, BODY ("57014"), SYNCLINE_ERROR_UNAVAILABLE },
  { 503, BODY ("57P01"), SYNCLINE_ERROR_UNAVAILABLE },
  { 500, BODY ("58030"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("P0001"), -1 },
  { 500, BODY ("P0002"), -1 },
  { 500, BODY ("XX000"), SYNCLINE_ERROR_UNAVAILABLE },
  { 418, BODY ("PT418"), -1 },
  { 503, BODY ("PT503"), SYNCLINE_ERROR_UNAVAILABLE },
  { 400, BODY ("MYAPP"), -1 },
  { 408, "", SYNCLINE_ERROR_UNAVAILABLE },
  { 425, "", SYNCLINE_ERROR_UNAVAILABLE },
  { 429, "", SYNCLINE_ERROR_UNAVAILABLE },
  { 429, BODY ("23505"), SYNCLINE_ERROR_UNAVAILABLE },
  { 413, "", -1 },
  { 500, "", SYNCLINE_ERROR_UNAVAILABLE },
  { 502, "<html>bad gateway</html>", SYNCLINE_ERROR_UNAVAILABLE },
  { 522, "error code: 522", SYNCLINE_ERROR_UNAVAILABLE },
  /* Not PostgREST's, whatever it is. */
  { 400, "", SYNCLINE_ERROR_UNAVAILABLE },
  { 403, "<html>blocked</html>", SYNCLINE_ERROR_UNAVAILABLE },
  { 404, "{\"message\":\"no Route matched with those values\"}", SYNCLINE_ERROR_UNAVAILABLE },
  { 400, "{\"code\":400,\"message\":\"m\"}", SYNCLINE_ERROR_UNAVAILABLE },
  { 400, "{\"code\":\"some_gateway_code\",\"message\":\"m\"}", SYNCLINE_ERROR_UNAVAILABLE },
  { 400, "[{\"code\":\"23514\"}]", SYNCLINE_ERROR_UNAVAILABLE },
  { 400, "{\"code\":\"23514\",\"mess", SYNCLINE_ERROR_UNAVAILABLE },
  { 400, "{\"error\":{\"code\":\"23514\"}}", SYNCLINE_ERROR_UNAVAILABLE },
  { 300, "", SYNCLINE_ERROR_UNAVAILABLE },
  { 203, "", SYNCLINE_ERROR_UNAVAILABLE },
  { 200, "<html>sign in to the Wi-Fi</html>", SYNCLINE_ERROR_UNAVAILABLE },
#undef BODY
};

static void
test_cases (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture_put (fixture, "todos", "1", "{\"done\":true}");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      const char *type = *cases[i].body == '<' ? "text/html" : "application/json";
      g_test_message ("%u %s", cases[i].status, cases[i].body);
      stub_server_push (fixture->server, stub_answer_new (cases[i].status, type, cases[i].body));
      gboolean success = fixture_upload (fixture, &error);
      if (cases[i].error < 0)
        {
          g_assert_no_error (error);
          g_assert_true (success);
          fixture_assert_outcomes (fixture, "r");
        }
      else
        {
          g_assert_error (error, SYNCLINE_ERROR, cases[i].error);
          g_assert_false (success);
          fixture_assert_outcomes (fixture, "");
          g_assert_null (strstr (error->message, "token-of-a-user"));
          g_assert_null (strstr (error->message, "publishable-key"));
        }
    }
}

/* --- Bodies ------------------------------------------------------------------------------------ */

static void
assert_unavailable (Fixture *fixture, StubAnswer *answer, const char *part)
{
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, answer);
  g_assert_false (fixture_upload (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  fixture_assert_outcomes (fixture, "");
  if (part != NULL)
    g_assert_nonnull (strstr (error->message, part));
}

static void
test_odd_answers (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *failure = "{\"code\":\"23514\",\"message\":\"m\"}";

  fixture_delete (fixture, "todos", "1");
  /* An empty page is a page. */
  assert_unavailable (fixture, stub_answer_new (200, "text/html", ""), NULL);
  assert_unavailable (
      fixture, stub_answer_with_cut (stub_answer_new (400, "application/json", failure), 20), NULL);
  assert_unavailable (fixture,
                      stub_answer_with_header (stub_answer_new (302, NULL, ""), "Location",
                                               "https://elsewhere.example/login?token=secret"),
                      "https://elsewhere.example/login");
  assert_unavailable (fixture, stub_answer_new_raw ("nonsense\r\n\r\n", -1), NULL);
  assert_unavailable (fixture, stub_answer_new_raw ("HTTP/1.1 20", -1), NULL);
}

/* Ten megabytes of error are read as far as they are of use. */
static void
test_endless_error (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *text = g_strnfill (10 * 1024 * 1024, 'x');
  g_autofree char *body
      = g_strdup_printf ("{\"code\":\"23514\",\"details\":\"%s\",\"message\":\"m\"}", text);

  fixture_delete (fixture, "todos", "1");
  stub_server_push_json (fixture->server, 400, body);
  fixture_assert_upload (fixture);
  fixture_assert_outcomes (fixture, "r");
  SynclineOutcome *outcome = fixture_get_outcome (fixture, 0);
  g_assert_cmpstr (syncline_outcome_get_code (outcome), ==, "23514");
}

static void
test_long_message (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *text = g_strnfill (100 * 1000, 'x');
  g_autofree char *body = g_strdup_printf ("{\"code\":\"23514\",\"message\":\"%s\"}", text);

  fixture_delete (fixture, "todos", "1");
  stub_server_push_json (fixture->server, 400, body);
  fixture_assert_upload (fixture);
  const char *message = syncline_outcome_get_message (fixture_get_outcome (fixture, 0));
  g_assert_cmpuint (strlen (message), <, 5000);
  g_assert_true (g_utf8_validate (message, -1, NULL));
}

static void
test_retry_after (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture_delete (fixture, "todos", "1");
  stub_server_push (fixture->server, stub_answer_with_header (stub_answer_new (429, NULL, NULL),
                                                              "Retry-After", "7"));
  g_assert_false (fixture_upload (fixture, &error));
  g_assert_cmpint (syncline_error_get_retry_after (error), ==, 7 * G_TIME_SPAN_SECOND);
}

/* Messages of Postgres may quote what stands in a row; those of PostgREST itself don't. */
static void
test_error_messages (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) quoted = NULL;
  g_autoptr (GError) unquoted = NULL;

  fixture_delete (fixture, "todos", "1");
  stub_server_push_json (fixture->server, 401,
                         "{\"code\":\"PGRST303\",\"message\":\"JWT expired\"}");
  g_assert_false (fixture_upload (fixture, &quoted));
  g_assert_nonnull (strstr (quoted->message, "401 PGRST303"));
  g_assert_nonnull (strstr (quoted->message, "JWT expired"));
  g_assert_nonnull (strstr (quoted->message, "/rest/v1/todos"));
  g_assert_null (strstr (quoted->message, "id=eq"));

  stub_server_push_json (fixture->server, 500,
                         "{\"code\":\"XX000\",\"message\":\"unexpected: a secret\"}");
  g_assert_false (fixture_upload (fixture, &unquoted));
  g_assert_nonnull (strstr (unquoted->message, "XX000"));
  g_assert_null (strstr (unquoted->message, "secret"));
}

static void
test_unreachable (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture_delete (fixture, "todos", "1");
  stub_server_stop (fixture->server);
  g_assert_false (fixture_upload (fixture, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  fixture_assert_outcomes (fixture, "");
}

/* --- Cancelling -------------------------------------------------------------------------------- */

typedef enum
{
  CANCEL_BEFORE,
  CANCEL_WAITING,
  CANCEL_IN_BODY,
  CANCEL_LATER_REQUEST,
} CancelStage;

static gpointer
cancel_at_request (gpointer user_data)
{
  Fixture *fixture = user_data;

  stub_server_wait_requests (fixture->server, 1);
  g_cancellable_cancel (fixture->cancellable);
  return NULL;
}

static gpointer
cancel_at_second_request (gpointer user_data)
{
  Fixture *fixture = user_data;

  stub_server_wait_requests (fixture->server, 2);
  g_cancellable_cancel (fixture->cancellable);
  return NULL;
}

static gpointer
cancel_in_body (gpointer user_data)
{
  Fixture *fixture = user_data;

  stub_stream_send (stub_server_wait_stream (fixture->server), "{\"code\":", -1);
  g_cancellable_cancel (fixture->cancellable);
  return NULL;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  CancelStage stage = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  GThread *thread = NULL;

  fixture_put (fixture, "todos", "1", "{\"done\":true}");
  fixture_delete (fixture, "todos", "2");
  switch (stage)
    {
    case CANCEL_BEFORE:
      g_cancellable_cancel (fixture->cancellable);
      break;
    case CANCEL_WAITING:
      stub_server_push (fixture->server, stub_answer_new_hang ());
      thread = g_thread_new ("cancel", cancel_at_request, fixture);
      break;
    case CANCEL_IN_BODY:
      stub_server_push (fixture->server, stub_answer_new_stream (400, "application/json"));
      thread = g_thread_new ("cancel", cancel_in_body, fixture);
      break;
    case CANCEL_LATER_REQUEST:
      fixture_answer (fixture, 201, -1);
      stub_server_push (fixture->server, stub_answer_new_hang ());
      thread = g_thread_new ("cancel", cancel_at_second_request, fixture);
      break;
    }
  g_assert_false (fixture_upload (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_assert_outcomes (fixture, stage == CANCEL_LATER_REQUEST ? "a" : "");
  if (thread != NULL)
    g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, function)                                                                  \
  g_test_add ("/postgrest-upload/" path, Fixture, data, fixture_set_up, function, fixture_tear_down)
  g_test_add_func ("/postgrest-upload/classify/table", test_table);
  ADD ("classify/cases", NULL, test_cases);
  ADD ("answers/odd", NULL, test_odd_answers);
  ADD ("answers/endless", NULL, test_endless_error);
  ADD ("answers/long-message", NULL, test_long_message);
  ADD ("answers/retry-after", NULL, test_retry_after);
  ADD ("answers/messages", NULL, test_error_messages);
  ADD ("answers/unreachable", NULL, test_unreachable);
  ADD ("cancel/before", GINT_TO_POINTER (CANCEL_BEFORE), test_cancel);
  ADD ("cancel/waiting", GINT_TO_POINTER (CANCEL_WAITING), test_cancel);
  ADD ("cancel/in-body", GINT_TO_POINTER (CANCEL_IN_BODY), test_cancel);
  ADD ("cancel/later-request", GINT_TO_POINTER (CANCEL_LATER_REQUEST), test_cancel);
#undef ADD

  return g_test_run ();
}
