/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A scripted HTTP/1.1 server on 127.0.0.1 for tests. A test pushes the answers it wants, lets the
 * code under test run, and then looks at the requests that came. All functions may be called from the
 * test's thread while clients are connected. Whatever does not happen within 10 s fails the test. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _StubServer StubServer;
typedef struct _StubAnswer StubAnswer;
typedef struct _StubStream StubStream;

/* What a client sent. */
typedef struct
{
  char *method;
  char *path;          /* without the query, as sent (percent-encoded) */
  char *query;         /* without the question mark; NULL if there was none */
  GHashTable *headers; /* names in lower case → values */
  GBytes *body;        /* chunked encoding undone */
  guint connection;    /* number of the connection, from 1: tells whether one was used again */
} StubRequest;

/* --- The server ------------------------------------------------------------------------------ */

/* Listens at once. Also keeps clients in this process from going through a proxy of the environment. */
StubServer *stub_server_new (void);
void stub_server_free (StubServer *server);

/* "http://127.0.0.1:PORT", without a trailing slash. */
const char *stub_server_get_url (StubServer *server);
guint stub_server_get_port (StubServer *server);

/* Makes the server unreachable: connections are closed, new ones refused. Then back, on the same port. */
void stub_server_stop (StubServer *server);
void stub_server_start (StubServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StubServer, stub_server_free)

/* --- Answers --------------------------------------------------------------------------------- */

/* @body NULL: an empty one. @content_type NULL: no such header. */
StubAnswer *stub_answer_new (guint status, const char *content_type, const char *body);
/* The connection is closed without a word. */
StubAnswer *stub_answer_new_close (void);
/* These bytes and nothing else; then the connection is closed. */
StubAnswer *stub_answer_new_raw (const void *data, gssize length);
/* Nothing comes until stub_server_release(), or the end of the server: then the connection is closed. */
StubAnswer *stub_answer_new_hang (void);
/* Headers, then what the test sends through stub_server_wait_stream(), chunked. */
StubAnswer *stub_answer_new_stream (guint status, const char *content_type);

/* These change the answer and return it, so that calls can be nested. */
StubAnswer *stub_answer_with_header (StubAnswer *answer, const char *name, const char *value);
StubAnswer *stub_answer_with_body (StubAnswer *answer, const void *data, gsize length);
/* Waits before the status line is sent. */
StubAnswer *stub_answer_with_delay (StubAnswer *answer, guint milliseconds);
/* Appends to the body; it is then sent chunked, each piece after its delay. */
StubAnswer *
stub_answer_with_piece (StubAnswer *answer, guint milliseconds, const char *data, gssize length);
/* Closes the connection after that many bytes of the body, of which all are announced. */
StubAnswer *stub_answer_with_cut (StubAnswer *answer, gsize bytes);
/* "Connection: close" after this one. */
StubAnswer *stub_answer_with_close (StubAnswer *answer);
/* Serves it that many times; 0 means without end. */
StubAnswer *stub_answer_with_repeat (StubAnswer *answer, guint times);

void stub_answer_free (StubAnswer *answer);

/* The next answer to any request that stub_server_on() has nothing for. Takes @answer. */
void stub_server_push (StubServer *server, StubAnswer *answer);
void stub_server_push_json (StubServer *server, guint status, const char *json);

/* The next answer to requests with that method (NULL for any) whose path starts so. First come, first
 * served; goes before pushed ones. Takes @answer. */
void stub_server_on (StubServer *server,
                     const char *method,
                     const char *path_prefix,
                     StubAnswer *answer);

/* Computes answers; asked when nothing is scripted. Runs in the connection's thread. NULL means that it
 * has none either. Set it before clients come. */
typedef StubAnswer *(*StubHandler) (const StubRequest *request, gpointer user_data);
void stub_server_set_handler (StubServer *server, StubHandler handler, gpointer user_data);

/* A request that nothing was scripted for gets status 599, and this count tells. */
guint stub_server_count_unexpected (StubServer *server);
/* How many scripted answers were not asked for yet (those without end are not counted). */
guint stub_server_count_pending (StubServer *server);

/* Lets all hanging answers go. */
void stub_server_release (StubServer *server);

/* --- What was asked -------------------------------------------------------------------------- */

guint stub_server_count_requests (StubServer *server);
/* Borrowed until stub_server_clear_requests(). */
const StubRequest *stub_server_get_request (StubServer *server, guint index);
/* Waits until that many came, in all. */
void stub_server_wait_requests (StubServer *server, guint n);
void stub_server_clear_requests (StubServer *server);

/* NULL when there is none. @name in lower case. */
const char *stub_request_get_header (const StubRequest *request, const char *name);
/* The body with a NUL after it. */
char *stub_request_dup_body (const StubRequest *request);

/* --- Streams --------------------------------------------------------------------------------- */

/* Waits for the next stream answer to be under way, in order. Borrowed from the server. */
StubStream *stub_server_wait_stream (StubServer *server);
/* @length -1: NUL-terminated. One call makes one chunk. */
void stub_stream_send (StubStream *stream, const char *data, gssize length);
/* Sends @data again and again until the client has stopped reading, or @most bytes; returns how many. */
gsize stub_stream_fill (StubStream *stream, const char *data, gsize most);
/* Ends in good order. */
void stub_stream_end (StubStream *stream);
/* Closes the connection in mid-stream. */
void stub_stream_cut (StubStream *stream);
/* Waits until the client closed the connection. */
void stub_stream_wait_closed (StubStream *stream);

G_END_DECLS
