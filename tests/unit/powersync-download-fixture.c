/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download-fixture.h"

#include "ndjson-trace.h"

extern const SynclinePlugin syncline_plugin;

const SynclineStreamRequest first_request = {
  .client_id = "7d0f",
  .include_defaults = TRUE,
};

void
fixture_set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->server = stub_server_new ();
  fixture->host = fake_host_new ("powersync-download");
  fixture->config = (DownloaderConfig){
    .url = g_strconcat (stub_server_get_url (fixture->server), "/sync-here/", NULL),
    .idle_timeout = 10 * G_TIME_SPAN_SECOND,
    .max_message = 1024 * 1024,
    .compression = TRUE,
  };
  fixture->credentials = syncline_credentials_new (TOKEN, "user", 0);
  fixture->cancellable = g_cancellable_new ();
  fixture->methods = syncline_plugin.methods;
  fixture->self = syncline_plugin.create (&fixture->config, fixture->host, NULL);
  g_assert_nonnull (fixture->self);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  if (fixture->stream != NULL)
    fixture->methods->close_stream (fixture->self, fixture->stream);
  syncline_plugin.destroy (fixture->self);
  g_assert_cmpuint (stub_server_count_unexpected (fixture->server), ==, 0);
  g_assert_cmpuint (stub_server_count_pending (fixture->server), ==, 0);
  stub_server_free (fixture->server);
  syncline_credentials_unref (fixture->credentials);
  g_object_unref (fixture->cancellable);
  g_free (fixture->config.url);
  fake_host_free (fixture->host);
}

gboolean
fixture_open_stream (Fixture *fixture, GError **error)
{
  fixture->stream = fixture->methods->open_stream (fixture->self, &first_request,
                                                   fixture->credentials, NULL, error);
  return fixture->stream != NULL;
}

static void
open_fed (Fixture *fixture, StubAnswer *answer)
{
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, answer);
  g_assert_true (fixture_open_stream (fixture, &error));
  g_assert_no_error (error);
  fixture->far_end = stub_server_wait_stream (fixture->server);
}

void
fixture_open_fed_stream (Fixture *fixture)
{
  open_fed (fixture, stub_answer_new_stream (200, "application/x-ndjson"));
}

void
fixture_open_fed_stream_with (Fixture *fixture, const char *header, const char *value)
{
  open_fed (fixture, stub_answer_with_header (stub_answer_new_stream (200, "application/x-ndjson"),
                                              header, value));
}

char *
fixture_next_event (Fixture *fixture)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SynclineEvent event;

  g_assert_true (
      fixture->methods->next_event (fixture->self, fixture->stream, &event, NULL, &error));
  g_assert_no_error (error);
  trace_event (out, &event);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
