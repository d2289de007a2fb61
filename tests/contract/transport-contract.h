/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What a transport has to do, in either role, for any plugin of the kind. */

#pragma once

#include <syncline/transport.h>

#include "contract.h"

G_BEGIN_DECLS

/* What the server is to do with the next request. */
typedef enum
{
  TRANSPORT_UPLOAD_ACCEPT,
  TRANSPORT_UPLOAD_REJECT, /* for good */
  TRANSPORT_UPLOAD_UNAVAILABLE,
  TRANSPORT_UPLOAD_TOO_MANY, /* come back after 7 seconds */
  TRANSPORT_UPLOAD_UNAUTHORIZED,
  TRANSPORT_UPLOAD_LOST, /* the connection closes without an answer */
  TRANSPORT_UPLOAD_HANG,

  TRANSPORT_STREAM_ROWS, /* a checkpoint, rows "a" and "b" of todos, complete; then silence */
  TRANSPORT_STREAM_CUT,  /* the same, then the connection breaks */
  TRANSPORT_STREAM_UNAVAILABLE,
  TRANSPORT_STREAM_UNAUTHORIZED,
  TRANSPORT_STREAM_HANG, /* no answer at all */

  TRANSPORT_NUMBER, /* a write checkpoint, higher each time */
  TRANSPORT_NUMBER_UNAVAILABLE,
  TRANSPORT_NUMBER_UNAUTHORIZED,
  TRANSPORT_NUMBER_HANG,

  TRANSPORT_DOWN, /* from now on nobody can be reached */
} TransportSituation;

typedef struct
{
  gpointer (*set_up) (void);
  void (*tear_down) (gpointer data);
  /* The options of an instance; NULL for none. */
  char **(*dup_options) (gpointer data);
  /* Prepares the server of set_up() for one request, which is to upload @n_changes if it uploads. */
  void (*prepare) (gpointer data, TransportSituation situation, guint n_changes);
  gboolean uploads;
  gboolean downloads;
} TransportFixture;

void syncline_transport_contract_add (const char *plugin_name, const TransportFixture *fixture);

G_END_DECLS
