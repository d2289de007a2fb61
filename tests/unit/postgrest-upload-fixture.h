/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The plugin postgrest-upload against a scripted server. */

#pragma once

#include "postgrest-upload/uploader.h"
#include "support/fake-host.h"
#include "support/stub-server.h"

G_BEGIN_DECLS

extern const SynclinePlugin syncline_plugin;

typedef struct
{
  StubServer *server;
  SynclineHost *host;
  SynclineSchema *schema;
  UploaderConfig config;
  gpointer plugin; /* created with the first upload */
  SynclineCredentials *credentials;
  GPtrArray *changes;
  GPtrArray *outcomes; /* of the last upload */
  GCancellable *cancellable;
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer data);
/* Fails the test if the server got requests that it has no answer for, or too few. */
void fixture_tear_down (Fixture *fixture, gconstpointer data);

/* Queues a change in the transaction of the one before. */
void fixture_put (Fixture *fixture, const char *table, const char *row_id, const char *data);
void fixture_patch (Fixture *fixture, const char *table, const char *row_id, const char *data);
void fixture_delete (Fixture *fixture, const char *table, const char *row_id);
/* Queues a change in another transaction. */
void fixture_add (Fixture *fixture,
                  gint64 transaction,
                  SynclineChangeOp op,
                  const char *table,
                  const char *row_id,
                  const char *data);

/* Scripts a success that changed that many rows; -1 leaves Content-Range out. */
void fixture_answer (Fixture *fixture, guint status, int rows);

/* Uploads request by request, as the engine does, until all have an outcome or one fails. */
gboolean fixture_upload (Fixture *fixture, GError **error);
/* Uploads; TRUE, with an outcome for each change, is what the test wants. */
void fixture_assert_upload (Fixture *fixture);

/* `a` for accepted, `r` for rejected, in order. */
void fixture_assert_outcomes (Fixture *fixture, const char *kinds);
SynclineOutcome *fixture_get_outcome (Fixture *fixture, guint index);

/* Request @index is METHOD PATH?QUERY with that body (NULL: none). */
void fixture_assert_request (Fixture *fixture, guint index, const char *line, const char *body);
const char *fixture_get_header (Fixture *fixture, guint index, const char *name);

G_END_DECLS
