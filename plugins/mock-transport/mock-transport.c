/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "mock-transport.h"

/* The transport itself: its luck, its options, its table of methods. */

#define PERCENT_OPTION(key, member, text)                                                          \
  {                                                                                                \
    .name = key, .type = SYNCLINE_OPTION_INTEGER,                                                  \
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockTransportConfig, member), .default_value = "0",    \
    .minimum = 0, .maximum = 100, .summary = text                                                  \
  }

/* --- Luck -------------------------------------------------------------------------------------------- */

static MockAnswer
throw_dice (MockTransport *transport, MockRequest request)
{
  const MockTransportConfig *config = transport->config;
  const struct
  {
    MockAnswer answer;
    gint64 percent;
  } faults[] = {
    { MOCK_ANSWER_UNAVAILABLE, config->unavailable },
    { MOCK_ANSWER_TOO_MANY, config->too_many },
    { MOCK_ANSWER_UNAUTHORIZED, config->unauthorized },
    { MOCK_ANSWER_DROP, config->drop },
    { MOCK_ANSWER_CUT, config->cut },
    { MOCK_ANSWER_DUPLICATE, config->duplicate },
    { MOCK_ANSWER_BAD_CHECKSUM, config->bad_checksum },
  };
  MockAnswer answer = MOCK_ANSWER_OK;

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      const gboolean happens = mock_dice_throw (transport->dice[request], faults[i].percent);

      /* A stream that stands has had its status; it can only break. */
      if (request == MOCK_REQUEST_EVENT && faults[i].answer != MOCK_ANSWER_CUT
          && faults[i].answer != MOCK_ANSWER_DUPLICATE)
        continue;
      if (happens && answer == MOCK_ANSWER_OK)
        answer = faults[i].answer;
    }
  return answer;
}

/* Waits on the host's clock. */
static gboolean
wait_a_while (MockTransport *transport, GCancellable *cancellable, GError **error)
{
  const gint64 end
      = syncline_host_get_monotonic_time (transport->host) + transport->config->delay_time;

  while (syncline_host_get_monotonic_time (transport->host) < end
         && !g_cancellable_is_cancelled (cancellable))
    g_usleep (G_TIME_SPAN_MILLISECOND);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
refuse_unauthorized (const char *why, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED,
               "The mock server refuses the credentials (401): %s", why);
  return FALSE;
}

/* What a server says before it looks at a request. The lock is held. */
static gboolean
check_access (MockTransport *transport, SynclineCredentials *credentials, GError **error)
{
  if (!transport->server->online)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                   "The mock server '%s' is offline", transport->server->name);
      return FALSE;
    }
  if (credentials == NULL)
    return TRUE;
  const gint64 expires_at = syncline_credentials_get_expires_at (credentials);
  if (expires_at != 0 && syncline_host_get_real_time (transport->host) >= expires_at)
    return refuse_unauthorized ("the token has expired", error);
  if (g_hash_table_contains (transport->server->revoked,
                             syncline_credentials_get_token (credentials)))
    return refuse_unauthorized ("the token was revoked", error);
  return TRUE;
}

/* Waits until the server goes offline, which breaks the connection. The lock is held. */
static void
hang (MockServer *server, GCancellable *cancellable)
{
  while (server->online && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&server->changed, &server->lock);
}

static gboolean
fail_as_told (MockTransport *transport, MockAnswer answer, GError **error)
{
  switch (answer)
    {
    case MOCK_ANSWER_UNAVAILABLE:
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                   "The mock server '%s' is unavailable (503)", transport->server->name);
      return FALSE;
    case MOCK_ANSWER_TOO_MANY:
      {
        GError *local = g_error_new (SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                                     "The mock server '%s' has too many requests (429)",
                                     transport->server->name);

        syncline_error_set_retry_after (local, transport->config->retry_after);
        g_propagate_error (error, local);
        return FALSE;
      }
    case MOCK_ANSWER_UNAUTHORIZED:
      return refuse_unauthorized ("a fault was asked for", error);
    default:
      return TRUE;
    }
}

/* What is decided under the lock. */
static gboolean
decide (MockTransport *transport,
        MockRequest request,
        SynclineCredentials *credentials,
        MockAnswer *out_answer,
        GCancellable *cancellable,
        GError **error)
{
  MockServer *server = transport->server;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->counts[request]++;
  if (!check_access (transport, credentials, error))
    return FALSE;
  if (!g_queue_is_empty (&server->script[request]))
    *out_answer = (MockAnswer) GPOINTER_TO_INT (g_queue_pop_head (&server->script[request]));
  if (*out_answer != MOCK_ANSWER_HANG)
    return fail_as_told (transport, *out_answer, error);
  hang (server, cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error)
         && mock_transport_fail_cut (error);
}

gboolean
mock_transport_begin (MockTransport *transport,
                      MockRequest request,
                      SynclineCredentials *credentials,
                      MockAnswer *out_answer,
                      GCancellable *cancellable,
                      GError **error)
{
  const gboolean wait = mock_dice_throw (transport->dice[request], transport->config->delay);
  MockWake wake;

  *out_answer = throw_dice (transport, request);
  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || (wait && !wait_a_while (transport, cancellable, error)))
    return FALSE;
  mock_wake_begin (&wake, &transport->server->lock, &transport->server->changed, cancellable);
  const gboolean ok = decide (transport, request, credentials, out_answer, cancellable, error);
  mock_wake_end (&wake);
  return ok;
}

gboolean
mock_transport_fail_cut (GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
               "The connection to the mock server broke off");
  return FALSE;
}

/* --- The rest of the methods ------------------------------------------------------------------------- */

static gboolean
request_write_checkpoint (gpointer self,
                          const char *client_id,
                          gint64 above G_GNUC_UNUSED,
                          SynclineCredentials *credentials,
                          gint64 *out_write_checkpoint,
                          GCancellable *cancellable,
                          GError **error)
{
  MockTransport *transport = self;
  MockAnswer answer;

  if (!mock_transport_begin (transport, MOCK_REQUEST_WRITE_CHECKPOINT, credentials, &answer,
                             cancellable, error))
    return FALSE;
  if (answer == MOCK_ANSWER_CUT)
    return mock_transport_fail_cut (error);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&transport->server->lock);
  const gint64 number = mock_server_raise_write_checkpoint (
      transport->server,
      credentials == NULL ? NULL : syncline_credentials_get_user_id (credentials), client_id);
  if (answer == MOCK_ANSWER_DROP)
    return mock_transport_fail_cut (error);
  *out_write_checkpoint = number;
  return TRUE;
}

static gboolean
probe (gpointer self, char **out_message, GCancellable *cancellable, GError **error)
{
  MockTransport *transport = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&transport->server->lock);

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !check_access (transport, NULL, error))
    return FALSE;
  if (out_message != NULL)
    *out_message = g_strdup_printf ("mock server '%s'", transport->server->name);
  return TRUE;
}

const SynclineTransportClass mock_transport_methods = {
  .struct_size = sizeof (SynclineTransportClass),
  .upload = mock_transport_upload,
  .open_stream = mock_transport_open_stream,
  .next_event = mock_transport_next_event,
  .close_stream = mock_transport_close_stream,
  .request_write_checkpoint = request_write_checkpoint,
  .probe = probe,
};

/* --- Life -------------------------------------------------------------------------------------------- */

static gboolean
set_priorities (MockTransport *transport, GError **error)
{
  char **list = transport->config->priorities;

  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (list[i], ":", 2);
      guint64 priority = 0;

      if (g_strv_length (parts) != 2
          || !g_ascii_string_to_unsigned (parts[1], 10, 0, SYNCLINE_PRIORITY_DEFAULT, &priority,
                                          NULL))
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                       "'%s' in 'priorities' is not TABLE:NUMBER with a number from 0 to 3",
                       list[i]);
          return FALSE;
        }
      mock_server_set_priority (transport->server, parts[0], (int) priority);
    }
  return TRUE;
}

gpointer
mock_transport_create (gconstpointer config, SynclineHost *host, GError **error)
{
  MockTransport *transport = g_new0 (MockTransport, 1);

  transport->config = config;
  transport->host = host;
  transport->server = mock_server_get (transport->config->server);
  if (transport->config->owner_column != NULL)
    mock_server_set_owner_column (transport->server, transport->config->owner_column);
  for (guint i = 0; i < MOCK_N_REQUESTS; i++)
    transport->dice[i] = g_rand_new_with_seed ((guint32) transport->config->seed + i);
  if (set_priorities (transport, error))
    return transport;
  mock_transport_destroy (transport);
  return NULL;
}

void
mock_transport_destroy (gpointer self)
{
  MockTransport *transport = self;

  for (guint i = 0; i < MOCK_N_REQUESTS; i++)
    g_rand_free (transport->dice[i]);
  g_free (transport);
}

const SynclineOption mock_transport_options[] = {
  { .name = "server",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (MockTransportConfig, server),
    .default_value = "default",
    .summary = "name of the server within the process",
    .details = "Transports of one process that name the same server meet in it: what one client "
               "uploads, the others download." },
  { .name = "owner-column",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (MockTransportConfig, owner_column),
    .default_value = "user_id",
    .summary = "column that says whose a row is",
    .details
    = "The server fills it in with the user who uploads the row, and shows the row to that "
      "user only. Rows without an owner are everybody's. With an empty value, all are." },
  { .name = "priorities",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (MockTransportConfig, priorities),
    .summary = "priorities of tables, as TABLE:NUMBER from 0 (first) to 3" },
  { .name = "reject-tables",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (MockTransportConfig, reject_tables),
    .summary = "tables whose uploads the server refuses for good" },
  { .name = "seed",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockTransportConfig, seed),
    .default_value = "1",
    .minimum = 0,
    .maximum = G_MAXINT32,
    .summary = "where the random faults start from; the same seed gives the same faults" },
  PERCENT_OPTION ("unavailable", unavailable, "percentage of requests that get a 503"),
  PERCENT_OPTION ("too-many", too_many, "percentage of requests that get a 429 with Retry-After"),
  PERCENT_OPTION ("unauthorized", unauthorized, "percentage of requests that get a 401"),
  PERCENT_OPTION ("drop", drop, "percentage of requests that are done while the answer gets lost"),
  PERCENT_OPTION (
      "cut", cut, "percentage of requests and events after which the connection breaks"),
  PERCENT_OPTION ("duplicate", duplicate, "percentage of requests and events that come twice"),
  PERCENT_OPTION (
      "bad-checksum", bad_checksum, "percentage of streams that start with a wrong sum"),
  PERCENT_OPTION ("delay", delay, "percentage of requests and events that take 'delay-time'"),
  { .name = "delay-time",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockTransportConfig, delay_time),
    .default_value = "100ms",
    .minimum = 0,
    .maximum = G_TIME_SPAN_DAY,
    .summary = "how long a delayed request takes" },
  { .name = "retry-after",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockTransportConfig, retry_after),
    .default_value = "1s",
    .minimum = 0,
    .maximum = G_TIME_SPAN_DAY,
    .summary = "what a 429 asks the client to wait" },
  { .name = "keepalive",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockTransportConfig, keepalive),
    .default_value = "20s",
    .minimum = G_TIME_SPAN_MILLISECOND,
    .maximum = G_TIME_SPAN_DAY,
    .summary = "silence after which a stream gives a sign of life" },
  SYNCLINE_OPTION_END,
};

const SynclinePlugin mock_transport_plugin = MOCK_TRANSPORT_PLUGIN;
