/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/registry.h>

#include "mock-transport/mock-transport.h"
#include "transport-contract.h"

/* A server that no other test has. */
static gpointer
set_up (void)
{
  static int number;
  g_autofree char *name = g_strdup_printf ("contract-%d", ++number);

  return mock_server_get (name);
}

static void
tear_down (gpointer data)
{
  mock_server_reset (data);
}

static char **
dup_options (gpointer data)
{
  MockServer *server = data;
  const char *const options[] = { "server", server->name, "retry-after", "7s", NULL };

  return g_strdupv ((char **) options);
}

static void
put_rows (MockServer *server)
{
  mock_server_put_row (server, "todos", "a", "{\"description\":\"one\"}");
  mock_server_put_row (server, "todos", "b", "{\"description\":\"two\"}");
}

static void
prepare (gpointer data, TransportSituation situation, guint n_changes G_GNUC_UNUSED)
{
  static const struct
  {
    MockRequest request;
    MockAnswer answer;
  } scripts[] = {
    [TRANSPORT_UPLOAD_ACCEPT] = { MOCK_REQUEST_UPLOAD, MOCK_ANSWER_OK },
    [TRANSPORT_UPLOAD_REJECT] = { MOCK_REQUEST_UPLOAD, MOCK_ANSWER_OK },
    [TRANSPORT_UPLOAD_UNAVAILABLE] = { MOCK_REQUEST_UPLOAD, MOCK_ANSWER_UNAVAILABLE },
    [TRANSPORT_UPLOAD_TOO_MANY] = { MOCK_REQUEST_UPLOAD, MOCK_ANSWER_TOO_MANY },
    [TRANSPORT_UPLOAD_UNAUTHORIZED] = { MOCK_REQUEST_UPLOAD, MOCK_ANSWER_UNAUTHORIZED },
    [TRANSPORT_UPLOAD_LOST] = { MOCK_REQUEST_UPLOAD, MOCK_ANSWER_DROP },
    [TRANSPORT_UPLOAD_HANG] = { MOCK_REQUEST_UPLOAD, MOCK_ANSWER_HANG },
    [TRANSPORT_STREAM_ROWS] = { MOCK_REQUEST_STREAM, MOCK_ANSWER_OK },
    [TRANSPORT_STREAM_CUT] = { MOCK_REQUEST_STREAM, MOCK_ANSWER_OK },
    [TRANSPORT_STREAM_UNAVAILABLE] = { MOCK_REQUEST_STREAM, MOCK_ANSWER_UNAVAILABLE },
    [TRANSPORT_STREAM_UNAUTHORIZED] = { MOCK_REQUEST_STREAM, MOCK_ANSWER_UNAUTHORIZED },
    [TRANSPORT_STREAM_HANG] = { MOCK_REQUEST_STREAM, MOCK_ANSWER_HANG },
    [TRANSPORT_NUMBER] = { MOCK_REQUEST_WRITE_CHECKPOINT, MOCK_ANSWER_OK },
    [TRANSPORT_NUMBER_UNAVAILABLE] = { MOCK_REQUEST_WRITE_CHECKPOINT, MOCK_ANSWER_UNAVAILABLE },
    [TRANSPORT_NUMBER_UNAUTHORIZED] = { MOCK_REQUEST_WRITE_CHECKPOINT, MOCK_ANSWER_UNAUTHORIZED },
    [TRANSPORT_NUMBER_HANG] = { MOCK_REQUEST_WRITE_CHECKPOINT, MOCK_ANSWER_HANG },
  };
  MockServer *server = data;

  if (situation == TRANSPORT_DOWN)
    {
      mock_server_set_online (server, FALSE);
      return;
    }
  mock_server_script (server, scripts[situation].request, scripts[situation].answer);
  if (situation == TRANSPORT_UPLOAD_REJECT)
    mock_server_refuse (server, "todos", NULL, 400, "23514", "violates a check constraint");
  if (situation == TRANSPORT_STREAM_ROWS || situation == TRANSPORT_STREAM_CUT)
    put_rows (server);
  /* After the three events of the checkpoint. */
  if (situation == TRANSPORT_STREAM_CUT)
    for (guint i = 0; i < 4; i++)
      mock_server_script (server, MOCK_REQUEST_EVENT, i < 3 ? MOCK_ANSWER_OK : MOCK_ANSWER_CUT);
}

static const TransportFixture fixture = {
  .set_up = set_up,
  .tear_down = tear_down,
  .dup_options = dup_options,
  .prepare = prepare,
  .uploads = TRUE,
  .downloads = TRUE,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* In place of the module, so that the servers are the ones that this program sees. */
  if (!syncline_registry_add (&mock_transport_plugin, NULL))
    g_error ("mock-transport can't be registered");
  syncline_transport_contract_add (mock_transport_plugin.name, &fixture);
  return g_test_run ();
}
