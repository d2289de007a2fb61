/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the tests of powersync-download share: the plugin before a scripted service. */

#pragma once

#include "powersync-download/downloader.h"
#include "support/fake-host.h"
#include "support/stub-server.h"

#define PROMPTLY (2 * G_TIME_SPAN_SECOND)
#define TOKEN "header.claims.signature"

typedef struct
{
  StubServer *server;
  SynclineHost *host;
  DownloaderConfig config;
  SynclineCredentials *credentials;
  GCancellable *cancellable;
  const SynclineTransportClass *methods;
  gpointer self;
  gpointer stream;
  StubStream *far_end;
} Fixture;

/* What a client that was never here before asks. */
extern const SynclineStreamRequest first_request;

void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);

gboolean fixture_open_stream (Fixture *fixture, GError **error);
/* Opens one at whose far end the test sits. */
void fixture_open_fed_stream (Fixture *fixture);
/* The same with one more header of the answer. */
void fixture_open_fed_stream_with (Fixture *fixture, const char *header, const char *value);

/* The next event as trace_event() writes it. */
char *fixture_next_event (Fixture *fixture);

#define assert_next_event(fixture, expected)                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *_event = fixture_next_event (fixture);                                        \
    g_assert_cmpstr (_event, ==, expected "\n");                                                   \
  }                                                                                                \
  G_STMT_END

#define ADD(name, function)                                                                        \
  g_test_add ("/powersync-download/" name, Fixture, NULL, fixture_set_up, function,                \
              fixture_tear_down)
