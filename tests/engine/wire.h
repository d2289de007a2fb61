/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A whole client before a scripted service: the real store, the real way down and a token from a file, and at
 * the far end of each stream the test. */

#pragma once

#include <syncline/syncline.h>

#include "support/stub-server.h"

#define WIRE_DEADLINE (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  StubServer *server;
  char *directory;
  SynclineConfig *config;
  SynclineClient *client;
  StubStream *stream; /* the latest */
} Wire;

void wire_set_up (Wire *wire, gconstpointer data);
void wire_tear_down (Wire *wire, gconstpointer data);

void wire_set_token (Wire *wire, const char *token);
/* Makes the client of the config, as it is by now, and starts it. */
void wire_start (Wire *wire);

/* The next request for a stream gets one. */
void wire_expect_stream (Wire *wire);
/* Waits for it, and gives what was asked: the request's body. */
char *wire_take_stream (Wire *wire);
/* The same, first thing. */
void wire_start_streaming (Wire *wire);
/* Sends a line. */
void wire_send (Wire *wire, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* A data line: rows of table t as "op:id=value:checksum", in words. */
void wire_send_rows (Wire *wire, const char *bucket, const char *rows);

/* The rows of table t as "id=value", in words. */
void wire_assert_rows (Wire *wire, const char *expected);
void wire_wait_rows (Wire *wire, const char *expected);
/* Until the download says that. */
void wire_wait_reason (Wire *wire, const char *reason);
/* Until it failed with such a message. */
void wire_wait_error (Wire *wire, SynclineError code, const char *words);

#define WIRE_ADD(name, function)                                                                   \
  g_test_add ("/wire/" name, Wire, NULL, wire_set_up, function, wire_tear_down)
