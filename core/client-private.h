/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by client.c (life, SQL, queue), client-session.c (who is signed in), client-streams.c and
 * client-call.c (what all calls have in common). */

#pragma once

#include <syncline/client.h>

#include "engine.h"
#include "outbox.h"
#include "query-runner.h"

G_BEGIN_DECLS

struct _SynclineClient
{
  GObject parent_instance;

  SynclineRoles *roles;
  SynclineOutbox *outbox;       /* to where signals are delivered */
  SynclineQueryRunner *queries; /* live ones */
  gint status_notice;           /* atomic: a status notice is on its way */

  GRWLock open_lock; /* readers use the store and the engine, a writer opens and closes them */
  gboolean is_open;
  SynclineEngine *engine; /* while open */

  GMutex life_lock;
  GCancellable *life; /* cancelled when the client is closed, and with it all calls */
};

/* --- client-call.c -------------------------------------------------------------------------------- */

/* A call that needs the client open: it stays so until the call ends, and closing cancels it. */
typedef struct
{
  SynclineClient *client; /* NULL: nothing began */
  gboolean changes;       /* whether the client is open */
  GCancellable *cancellable;
  GCancellable *life;
  GCancellable *outer; /* the caller's, or NULL */
  gulong life_handler;
  gulong outer_handler;
} SynclineCall;

#define SYNCLINE_CALL_INIT                                                                         \
  {                                                                                                \
    NULL, FALSE, NULL, NULL, NULL, 0, 0                                                            \
  }

/* Fails when the client is not open, or just being closed. */
gboolean syncline_call_begin (SynclineCall *call,
                              SynclineClient *client,
                              GCancellable *cancellable,
                              GError **error);
/* For calls that do not need it to be open. Never fails. */
void
syncline_call_begin_any (SynclineCall *call, SynclineClient *client, GCancellable *cancellable);
/* For opening: alone, unless it is open already. */
gboolean syncline_call_begin_open (SynclineCall *call,
                                   SynclineClient *client,
                                   gboolean *out_is_open,
                                   GCancellable *cancellable,
                                   GError **error);
/* For closing: alone, after all other calls, which are cancelled. */
void syncline_call_begin_close (SynclineCall *call, SynclineClient *client);
void syncline_call_end (SynclineCall *call);
/* Passes @ok on. A caller who did not cancel the call is told that the client was closed. */
gboolean syncline_call_return (SynclineCall *call, gboolean ok, GError **error);

/* Cancels all calls, and refuses new ones until the next life begins. */
void syncline_client_end_life (SynclineClient *client);
/* If the old one ended. */
void syncline_client_begin_life (SynclineClient *client);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SynclineCall, syncline_call_end)

/* Whether there is an auth plugin, and what is wanted of it is @offered. @what ends "nobody can". */
gboolean syncline_client_require_auth (SynclineClient *self,
                                       gboolean offered,
                                       const char *what,
                                       GError **error);

/* SynclineHostNotices::admit, of a client. */
gboolean syncline_client_admit_user (gpointer owner, const char *user_id, GError **error);

G_END_DECLS
