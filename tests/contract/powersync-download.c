/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "support/stub-server.h"
#include "transport-contract.h"

/* A service of which one thread feeds the open stream. */
typedef struct
{
  StubServer *server;
  GPtrArray *feeders;
} Service;

typedef struct
{
  Service *service;
  gboolean cut;
} Feeder;

/* The sum of the checkpoint is that of the two rows. */
static const char rows[]
    = "{\"checkpoint\":{\"last_op_id\":\"7\",\"buckets\":[{\"bucket\":\"1#todos[\\\"user\\\"]\","
      "\"checksum\":10,\"count\":2,\"priority\":3}]}}\n"
      "{\"data\":{\"bucket\":\"1#todos[\\\"user\\\"]\",\"after\":\"0\",\"has_more\":false,\"next_"
      "after\":"
      "\"7\",\"data\":["
      "{\"op_id\":\"3\",\"op\":\"PUT\",\"object_type\":\"todos\",\"object_id\":\"a\",\"checksum\":"
      "4,"
      "\"subkey\":null,\"data\":\"{\\\"id\\\":\\\"a\\\",\\\"description\\\":\\\"one\\\"}\"},"
      "{\"op_id\":\"7\",\"op\":\"PUT\",\"object_type\":\"todos\",\"object_id\":\"b\",\"checksum\":"
      "6,"
      "\"subkey\":null,\"data\":\"{\\\"id\\\":\\\"b\\\",\\\"description\\\":\\\"two\\\"}\"}]}}\n"
      "{\"checkpoint_complete\":{\"last_op_id\":\"7\"}}\n";

static gpointer
feed (gpointer user_data)
{
  g_autofree Feeder *feeder = user_data;
  StubStream *stream = stub_server_wait_stream (feeder->service->server);

  stub_stream_send (stream, rows, -1);
  if (feeder->cut)
    stub_stream_cut (stream);
  return NULL;
}

/* Takes the numbers that clients choose, which go up. */
static StubAnswer *
take_number (const StubRequest *request, gpointer user_data G_GNUC_UNUSED)
{
  g_autofree char *body = stub_request_dup_body (request);
  const char *number = strstr (body, "\"checkpoint_request_id\"");

  if (!g_str_equal (request->path, "/sync/checkpoint-request") || number == NULL)
    return NULL;
  g_autofree char *answer = g_strdup_printf ("{\"data\":{%s}", number);
  return stub_answer_new (200, "application/json", answer);
}

static gpointer
set_up (void)
{
  Service *service = g_new0 (Service, 1);

  service->server = stub_server_new ();
  stub_server_set_handler (service->server, take_number, NULL);
  service->feeders = g_ptr_array_new ();
  return service;
}

static void
tear_down (gpointer data)
{
  Service *service = data;

  for (guint i = 0; i < service->feeders->len; i++)
    g_thread_join (service->feeders->pdata[i]);
  g_ptr_array_unref (service->feeders);
  stub_server_free (service->server);
  g_free (service);
}

static char **
dup_options (gpointer data)
{
  Service *service = data;
  const char *const options[] = { "url", stub_server_get_url (service->server), NULL };

  return g_strdupv ((char **) options);
}

static void
prepare_stream (Service *service, gboolean cut)
{
  Feeder *feeder = g_new0 (Feeder, 1);

  feeder->service = service;
  feeder->cut = cut;
  stub_server_on (service->server, "POST", "/sync/stream",
                  stub_answer_new_stream (200, "application/x-ndjson"));
  g_ptr_array_add (service->feeders, g_thread_new ("feed", feed, feeder));
}

static StubAnswer *
make_answer (TransportSituation situation)
{
  switch (situation)
    {
    case TRANSPORT_STREAM_UNAVAILABLE:
    case TRANSPORT_NUMBER_UNAVAILABLE:
      return stub_answer_new (503, NULL, NULL);
    case TRANSPORT_STREAM_UNAUTHORIZED:
    case TRANSPORT_NUMBER_UNAUTHORIZED:
      return stub_answer_new (401, "application/json",
                              "{\"error\":{\"code\":\"PSYNC_S2103\",\"status\":401,"
                              "\"description\":\"JWT has expired\"}}");
    case TRANSPORT_STREAM_HANG:
    case TRANSPORT_NUMBER_HANG:
      return stub_answer_new_hang ();
    default:
      g_assert_not_reached ();
    }
}

static void
prepare (gpointer data, TransportSituation situation, guint n_changes G_GNUC_UNUSED)
{
  Service *service = data;

  if (situation == TRANSPORT_DOWN)
    stub_server_stop (service->server);
  else if (situation == TRANSPORT_STREAM_ROWS || situation == TRANSPORT_STREAM_CUT)
    prepare_stream (service, situation == TRANSPORT_STREAM_CUT);
  else if (situation != TRANSPORT_NUMBER)
    stub_server_push (service->server, make_answer (situation));
}

static const TransportFixture fixture = {
  .set_up = set_up,
  .tear_down = tear_down,
  .dup_options = dup_options,
  .prepare = prepare,
  .downloads = TRUE,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  syncline_transport_contract_add ("powersync-download", &fixture);
  return g_test_run ();
}
