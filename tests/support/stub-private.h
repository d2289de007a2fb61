/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "support/stub-server.h"

G_BEGIN_DECLS

#define STUB_PATIENCE (10 * G_TIME_SPAN_SECOND)

typedef enum
{
  KIND_NORMAL,
  KIND_CLOSE,
  KIND_RAW,
  KIND_HANG,
  KIND_STREAM,
} AnswerKind;

typedef struct
{
  guint delay_ms;
  GBytes *data;
} StubPiece;

struct _StubAnswer
{
  gatomicrefcount references;
  AnswerKind kind;
  guint status;
  GString *headers;
  GBytes *body;
  GPtrArray *pieces;
  guint delay_ms;
  gssize cut;
  gboolean close;
  guint repeat; /* how many times left; 0 without end */

  char *method; /* what it is for; NULL for any */
  char *path_prefix;
  gboolean matched;
};

struct _StubServer
{
  GMutex lock;
  GCond changed;
  guint port;
  char *url;
  int listener;
  GThread *acceptor;
  gboolean stopping;
  guint generation; /* hanging answers of older ones are let go */
  GPtrArray *connections;
  guint n_connections;
  GPtrArray *answers;
  StubHandler handler;
  gpointer handler_data;
  GPtrArray *requests;
  guint n_unexpected;
  GPtrArray *streams;
  guint n_streams_taken;
};

typedef struct
{
  StubServer *server;
  GThread *thread;
  int fd;
  guint number;
  GByteArray *input;
} StubConnection;

struct _StubStream
{
  StubServer *server;
  StubConnection *connection; /* NULL when it is over */
  gboolean ended;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StubAnswer, stub_answer_free)

/* What to say to @request. */
StubAnswer *stub_choose_answer (StubServer *server, const StubRequest *request);

/* Says it. FALSE when the connection is to be closed. */
gboolean stub_serve (StubConnection *connection,
                     const StubRequest *request,
                     const StubAnswer *answer,
                     guint generation);

G_END_DECLS
