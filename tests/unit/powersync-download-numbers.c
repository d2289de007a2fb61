/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The numbers that a checkpoint carries once it covers what the database had when they were asked for: chosen here, or given by an older service. */

#include "config.h"

#include "powersync-download-fixture.h"

#include <json-c/json.h>
#include <string.h>

#define REQUEST "/sync-here/sync/checkpoint-request"

static gboolean
request_above (Fixture *fixture, gint64 above, gint64 *out_write_checkpoint, GError **error)
{
  return fixture->methods->request_write_checkpoint (
      fixture->self, "a b&\"c", above, fixture->credentials, out_write_checkpoint, NULL, error);
}

static gboolean
request_write_checkpoint (Fixture *fixture, gint64 *out_write_checkpoint, GError **error)
{
  return request_above (fixture, 0, out_write_checkpoint, error);
}

/* --- Chosen here ---------------------------------------------------------------------------------- */

/* A service of 1.24 or newer. */
typedef struct
{
  gint64 highest;
  gint64 asked;
} Service;

static StubAnswer *
take_number (const StubRequest *request, gpointer user_data)
{
  Service *service = user_data;
  g_autofree char *body = stub_request_dup_body (request);
  json_object *object = json_tokener_parse (body), *client, *id;

  g_assert_cmpstr (request->method, ==, "POST");
  g_assert_cmpstr (request->path, ==, REQUEST);
  g_assert_cmpstr (stub_request_get_header (request, "authorization"), ==, "Token " TOKEN);
  g_assert_cmpstr (stub_request_get_header (request, "content-type"), ==, "application/json");
  g_assert_true (json_object_object_get_ex (object, "client_id", &client));
  g_assert_cmpstr (json_object_get_string (client), ==, "a b&\"c");
  g_assert_true (json_object_object_get_ex (object, "checkpoint_request_id", &id));
  g_assert_true (json_object_is_type (id, json_type_string));
  service->asked = json_object_get_int64 (id);
  service->highest = MAX (service->highest, service->asked);
  json_object_put (object);
  g_autofree char *answer = g_strdup_printf (
      "{\"data\":{\"checkpoint_request_id\":\"%" G_GINT64_FORMAT "\"}}", service->highest);
  return stub_answer_new (200, "application/json", answer);
}

static gint64
request_well (Fixture *fixture, gint64 above)
{
  g_autoptr (GError) error = NULL;
  gint64 number = 0;

  g_assert_true (request_above (fixture, above, &number, &error));
  g_assert_no_error (error);
  return number;
}

/* Each is one that nobody asked for before, so that it stands for now. */
static void
test_chosen (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Service service = { .highest = 500000 };

  stub_server_set_handler (fixture->server, take_number, &service);
  const gint64 first = request_well (fixture, 0);
  g_assert_cmpint (first, >, 500000);
  g_assert_cmpint (first, ==, service.asked);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 2);

  const gint64 second = request_well (fixture, 0);
  g_assert_cmpint (second, >, first);
  g_assert_cmpint (second, ==, service.asked);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 3);

  /* Another process of this database was there meanwhile. */
  service.highest = second + G_GINT64_CONSTANT (10000000000);
  const gint64 third = request_well (fixture, 0);
  g_assert_cmpint (third, >, second + G_GINT64_CONSTANT (10000000000));
  g_assert_cmpint (third, ==, service.asked);
}

/* A service that lost its records knows nothing of what the store has seen. */
static void
test_above (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Service service = { 0 };

  stub_server_set_handler (fixture->server, take_number, &service);
  g_assert_cmpint (request_well (fixture, G_GINT64_CONSTANT (9007199254740993)), >,
                   G_GINT64_CONSTANT (9007199254740993));
}

static void
test_chosen_faults (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    guint status;
    const char *json;
    SynclineError code;
    const char *words;
  } cases[] = {
    { 200, "{\"data\":{\"checkpoint_request_id\":7}}", SYNCLINE_ERROR_PROTOCOL,
      "data.checkpoint_request_id: a number instead of a string" },
    { 200, "{\"data\":{\"checkpoint_request_id\":\"1\"}}", SYNCLINE_ERROR_PROTOCOL,
      "does not take a new checkpoint request" },
    { 400, "{\"error\":{\"code\":\"PSYNC_S2001\"}}", SYNCLINE_ERROR_PROTOCOL, "PSYNC_S2001" },
    { 401, "{\"error\":{\"code\":\"PSYNC_S2101\",\"description\":\"bad signature\"}}",
      SYNCLINE_ERROR_UNAUTHORIZED, "PSYNC_S2101: bad signature" },
    { 429, "", SYNCLINE_ERROR_UNAVAILABLE, "429" },
    { 503, "{\"error\":{\"code\":\"PSYNC_S2003\"}}", SYNCLINE_ERROR_UNAVAILABLE, "PSYNC_S2003" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 write_checkpoint = 42;
      stub_server_push_json (fixture->server, cases[i].status, cases[i].json);
      g_assert_false (request_above (fixture, 1000, &write_checkpoint, &error));
      g_assert_error (error, SYNCLINE_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].words));
      g_assert_cmpint (write_checkpoint, ==, 42);
    }
}

/* --- Given by an older service -------------------------------------------------------------------- */

static void
answer_too_old (Fixture *fixture)
{
  stub_server_on (fixture->server, "POST", REQUEST,
                  stub_answer_new (404, "application/json",
                                   "{\"error\":{\"code\":\"PSYNC_S2002\",\"status\":404}}"));
}

/* While a stream is open, and without disturbing it. The service is asked once a stream what it can do. */
static void
test_given (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  gint64 write_checkpoint = 0;

  fixture_open_fed_stream (fixture);
  answer_too_old (fixture);
  stub_server_push_json (fixture->server, 200,
                         "{\"data\":{\"write_checkpoint\":\"9007199254740993\"}}");
  g_assert_true (request_write_checkpoint (fixture, &write_checkpoint, &error));
  g_assert_no_error (error);
  g_assert_cmpint (write_checkpoint, ==, G_GINT64_CONSTANT (9007199254740993));

  const StubRequest *sent = stub_server_get_request (fixture->server, 2);
  g_assert_cmpstr (sent->method, ==, "GET");
  g_assert_cmpstr (sent->path, ==, "/sync-here/write-checkpoint2.json");
  g_assert_cmpstr (sent->query, ==, "client_id=a%20b%26%22c");
  g_assert_cmpstr (stub_request_get_header (sent, "authorization"), ==, "Token " TOKEN);

  stub_server_push_json (fixture->server, 200,
                         "{\"data\":{\"write_checkpoint\":\"9007199254740994\"}}");
  g_assert_true (request_write_checkpoint (fixture, &write_checkpoint, &error));
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 4);

  stub_stream_send (fixture->far_end, "{\"a\":1}\n", -1);
  assert_next_event (fixture, "unknown");
}

static void
test_given_faults (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    guint status;
    const char *json;
    SynclineError code;
    const char *words;
  } cases[] = {
    { 200, "{\"data\":{\"write_checkpoint\":7}}", SYNCLINE_ERROR_PROTOCOL,
      "data.write_checkpoint: a number instead of a string" },
    { 200, "{\"data\":{\"write_checkpoint\":\"0\"}}", SYNCLINE_ERROR_PROTOCOL,
      "write checkpoint 0" },
    { 200, "{\"data\":{}}", SYNCLINE_ERROR_PROTOCOL, "no member" },
    { 200, "{\"data\":{\"write_checkpoint\":\"7\"}", SYNCLINE_ERROR_PROTOCOL, "end of the object" },
    { 401, "{\"error\":{\"code\":\"PSYNC_S2101\",\"description\":\"bad signature\"}}",
      SYNCLINE_ERROR_UNAUTHORIZED, "PSYNC_S2101: bad signature" },
    { 500, "{\"error\":{\"code\":\"PSYNC_S2401\"}}", SYNCLINE_ERROR_UNAVAILABLE, "PSYNC_S2401" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 write_checkpoint = 42;
      answer_too_old (fixture);
      fixture_open_fed_stream (fixture); /* which may be one of another service */
      stub_server_push_json (fixture->server, cases[i].status, cases[i].json);
      g_assert_false (request_write_checkpoint (fixture, &write_checkpoint, &error));
      g_assert_error (error, SYNCLINE_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].words));
      g_assert_cmpint (write_checkpoint, ==, 42);
      fixture->methods->close_stream (fixture->self, g_steal_pointer (&fixture->stream));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("numbers/chosen", test_chosen);
  ADD ("numbers/above", test_above);
  ADD ("numbers/chosen-faults", test_chosen_faults);
  ADD ("numbers/given", test_given);
  ADD ("numbers/given-faults", test_given_faults);
  return g_test_run ();
}
