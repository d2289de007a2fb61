/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/auth.h>

#include "common/http.h"
#include "supabase-auth/gotrue.h"
#include "supabase-auth/session-file.h"

G_BEGIN_DECLS

typedef struct
{
  char *url;
  char *api_key;
  char *session_file;
  char *session_key;
  char *session_passphrase;
  gint64 timeout;
  SynclineHttpConfig http;
} SupabaseAuthConfig;

typedef struct _SessionWatch SessionWatch;

/* For the session file's lock: longer than another process needs for a refresh. */
#define SUPABASE_AUTH_LOCK_PATIENCE G_TIME_SPAN_MINUTE

/* One session, as this process sees it. @lock guards what stands after it; it is never held while
 * waiting for the server, for the file's lock or for the disk. */
typedef struct
{
  const SupabaseAuthConfig *config;
  SynclineHost *host;
  SynclineHttp *http;
  Gotrue gotrue;
  SessionFile *file;

  GMutex lock;
  GCond changed; /* a refresh ended, or somebody who waits for one was cancelled */
  Session *session;
  SynclineCredentials *credentials; /* those of @session */
  SessionFileStamp stamp;           /* of the file that @session was read from or written to */
  gboolean loaded;
  gboolean foreign;     /* the file's session is another server's */
  gboolean signing_out; /* what the file holds does not count any more */
  gboolean notify;      /* the host is to be told when the lock is released */
  gint64 good_until;    /* by the monotonic clock; 0 when another process got the session */
  char *refused_token;  /* an access token that a server did not take */
  char *dead_token;     /* a refresh token that the auth server gave up */
  char *verifier;       /* of the sign-in that was begun in a browser */
  guint64 epoch;        /* counts sign-ins and sign-outs of this process */
  GCancellable *flight; /* of the refresh under way */
  guint64 n_flights;    /* that have ended */
  GError *flight_error; /* of the last one, but for cancels */
  gint64 retry_at;      /* by the monotonic clock: not worth a refresh before */
  guint n_failures;     /* refreshes in a row */
  SessionWatch *watch;
} SupabaseAuth;

/* Both with the lock held, and released for the second. */
gboolean supabase_auth_load (SupabaseAuth *self, GError **error);
void supabase_auth_unlock (SupabaseAuth *self);

/* With the lock held. Takes @session, which may be NULL. @received: this process got it just now. */
void supabase_auth_take_session (SupabaseAuth *self,
                                 Session *session,
                                 const SessionFileStamp *stamp,
                                 gboolean received);

/* With the lock held. Whether the access token can be used, for as long as @min_validity. */
gboolean supabase_auth_is_good (SupabaseAuth *self, gint64 min_validity);

/* Makes @session the session of this and all other processes: on disk first, then in memory. With
 * @epoch 0 whatever was before; otherwise only if nobody signed in or out since, in this process (then
 * the epoch differs) or in another (then the file is not @expected any more): SYNCLINE_ERROR_BUSY.
 * The caller holds the file's lock, but not the other one. */
gboolean supabase_auth_commit (SupabaseAuth *self,
                               Session *session,
                               guint64 epoch,
                               const SessionFileStamp *expected,
                               GError **error);

/* Forgets the session: begin with the lock held, end without it, when the file may be removed. In between
 * the file does not count. */
void supabase_auth_begin_drop (SupabaseAuth *self);
void supabase_auth_end_drop (SupabaseAuth *self);

/* The methods. */
SynclineCredentials *supabase_auth_get_credentials (gpointer self,
                                                    gint64 min_validity,
                                                    GCancellable *cancellable,
                                                    GError **error);
gboolean supabase_auth_sign_in (gpointer self,
                                GVariant *parameters,
                                GCancellable *cancellable,
                                GError **error);
gboolean supabase_auth_sign_up (gpointer self,
                                GVariant *parameters,
                                gboolean *out_session,
                                GCancellable *cancellable,
                                GError **error);
gboolean supabase_auth_sign_out (gpointer self,
                                 SynclineSignOutScope scope,
                                 GCancellable *cancellable,
                                 GError **error);

void supabase_auth_invalidate (gpointer self, SynclineCredentials *credentials);
GVariant *supabase_auth_dup_user (gpointer self);
GVariant *supabase_auth_ask_user (gpointer self,
                                  GVariant *changes,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean supabase_auth_begin_browser_sign_in (
    gpointer self, GVariant *parameters, char **out_url, GCancellable *cancellable, GError **error);

/* The parameters of a sign-in with what was kept since its beginning, if it is one that goes through a browser. */
GVariant *supabase_auth_complete_browser (SupabaseAuth *self, GVariant *parameters, GError **error);
/* Nothing is left to finish. */
void supabase_auth_end_browser (SupabaseAuth *self);

/* Tells the host when another process changes the file. */
SessionWatch *session_watch_new (SupabaseAuth *self);
void session_watch_free (SessionWatch *watch);

G_END_DECLS
