/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/transport.h>

G_BEGIN_DECLS

/*
 * A database, its REST interface and its sync service, in this process. Transports that name the same
 * server meet in it, and a test that links it can read and write its rows, watch what arrives and decide
 * what is answered. All functions may be called from any thread.
 *
 * A row belongs to the user that its owner column names, who alone sees it and may write it; a row
 * without an owner is everybody's. Whoever uploads a row owns it.
 */

typedef struct _MockServer MockServer;

/* The server of that name, which lives as long as the process. */
MockServer *mock_server_get (const char *name);

/* Forgets rows, buckets, counters, scripts and rules, and cuts the open streams: a new server. */
void mock_server_reset (MockServer *server);

/* --- Rows, with an administrator's rights ---------------------------------------------------------- */

/* Inserts or replaces a row; @json is a JSON object without the id. */
void
mock_server_put_row (MockServer *server, const char *table, const char *row_id, const char *json);
gboolean mock_server_delete_row (MockServer *server, const char *table, const char *row_id);

/* A row as JSON text, members in the order they came, or NULL. */
char *mock_server_dup_row (MockServer *server, const char *table, const char *row_id);
/* One column of a row as text, or NULL. */
char *mock_server_dup_cell (MockServer *server,
                            const char *table,
                            const char *row_id,
                            const char *column);
guint mock_server_count_rows (MockServer *server, const char *table);

/* --- Rules ----------------------------------------------------------------------------------------- */

/* NULL or "" gives all rows to everybody. */
void mock_server_set_owner_column (MockServer *server, const char *column);

/* The priority of the bucket that rows of @table go to from now on; 3 unless said. */
void mock_server_set_priority (MockServer *server, const char *table, int priority);

/* Rows of @table go from now on to a bucket that only subscribers of @stream see, whatever its parameters.
 * Other rows come with a default stream named "mock". */
void mock_server_set_stream (MockServer *server, const char *table, const char *stream);

/* Uploads for the table (and row, if not NULL) are refused for good. */
void mock_server_refuse (MockServer *server,
                         const char *table,
                         const char *row_id,
                         guint status,
                         const char *code,
                         const char *message);

/* Takes back what was refused for a table, and uploads go through again. */
void mock_server_admit (MockServer *server, const char *table);

/* --- Events of operation ---------------------------------------------------------------------------- */

/* Offline, every request fails and open streams break off. */
void mock_server_set_online (MockServer *server, gboolean online);

/* Paused, rows and write checkpoints change but no stream hears of it: a replication that lags. */
void mock_server_pause_replication (MockServer *server, gboolean paused);

void mock_server_cut_streams (MockServer *server);

/* Loses the write checkpoints it gave out, as a service with a new storage does. */
void mock_server_forget_write_checkpoints (MockServer *server);

/* Refuses a token from now on, as if its session had been ended. */
void mock_server_revoke (MockServer *server, const char *token);

/* What a compaction job does: superseded operations become MOVEs, a leading run of them one CLEAR. */
void mock_server_compact (MockServer *server);

/* Sync rules deployed anew: every bucket gets another name, its rows come again. */
void mock_server_redeploy (MockServer *server);

/* --- What arrives, what is answered ----------------------------------------------------------------- */

typedef enum
{
  MOCK_REQUEST_UPLOAD,
  MOCK_REQUEST_STREAM,
  MOCK_REQUEST_EVENT,
  MOCK_REQUEST_WRITE_CHECKPOINT,
} MockRequest;

#define MOCK_N_REQUESTS 4

typedef enum
{
  MOCK_ANSWER_OK,
  MOCK_ANSWER_UNAVAILABLE,  /* 503 */
  MOCK_ANSWER_TOO_MANY,     /* 429 with Retry-After */
  MOCK_ANSWER_UNAUTHORIZED, /* 401 */
  MOCK_ANSWER_DROP,         /* done, but the answer gets lost */
  MOCK_ANSWER_CUT,          /* done by half, then the connection breaks */
  MOCK_ANSWER_DUPLICATE,    /* done twice */
  MOCK_ANSWER_BAD_CHECKSUM, /* of a stream's next checkpoint */
  MOCK_ANSWER_HANG,         /* never, until the server goes offline */
} MockAnswer;

/* Appends to what the next requests of this kind get, in place of what the dice say. */
void mock_server_script (MockServer *server, MockRequest request, MockAnswer answer);

/* How many requests of this kind came; for events, how many were due. */
guint mock_server_get_count (MockServer *server, MockRequest request);

/* How many streams are open. */
guint mock_server_get_n_streams (MockServer *server);

/* What was uploaded and not refused, as lines "PUT table id {json}". */
GPtrArray *mock_server_dup_uploads (MockServer *server);

G_END_DECLS
