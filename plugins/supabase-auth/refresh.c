/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "common/secret.h"
#include "supabase-auth/auth.h"

#define CONFLICT_TRIES 3
#define CONFLICT_DELAY_MS 200
/* While the present token is good, how soon a failed refresh is tried again. */
#define FIRST_RETRY (5 * G_TIME_SPAN_SECOND)
#define LAST_RETRY G_TIME_SPAN_MINUTE

static gboolean
set_no_session (SupabaseAuth *self, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION,
               self->foreign ? "the session in %s is another server's; sign in to %s"
                             : "nobody is signed in (%s holds no session for %s)",
               session_file_get_path (self->file), self->gotrue.url);
  return FALSE;
}

/* --- Asking the server ----------------------------------------------------------------------- */

static GotrueResult
ask_for_session (SupabaseAuth *self,
                 Session *session,
                 Session **out_session,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (SecretJson) body = json_object_new_object ();

  json_object_object_add (body, "refresh_token", json_object_new_string (session->refresh_token));
  const GotrueResult result = gotrue_ask_session (&self->gotrue, "token?grant_type=refresh_token",
                                                  body, out_session, cancellable, error);
  if (result != GOTRUE_OK)
    return result;
  if (*out_session != NULL && g_str_equal ((*out_session)->user_id, session->user_id))
    return GOTRUE_OK;

  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
               "the auth server answers a refresh with %s; check the key url",
               *out_session == NULL ? "no session" : "another user's session");
  g_clear_pointer (out_session, session_unref);
  return GOTRUE_FAILED;
}

/* Too many refreshes of one session at once: only a moment's patience is called for. */
static GotrueResult
ask_patiently (SupabaseAuth *self,
               Session *session,
               Session **out_session,
               GCancellable *cancellable,
               GError **error)
{
  for (guint try = 0;; try++)
    {
      g_autoptr (GError) local = NULL;
      GPollFD poll_fd;
      const GotrueResult result = ask_for_session (self, session, out_session, cancellable, &local);
      if (result != GOTRUE_CONFLICT || try == CONFLICT_TRIES)
        {
          if (local != NULL)
            g_propagate_error (error, g_steal_pointer (&local));
          return result == GOTRUE_CONFLICT ? GOTRUE_FAILED : result;
        }
      if (!g_cancellable_make_pollfd (cancellable, &poll_fd))
        continue;
      g_poll (&poll_fd, 1, CONFLICT_DELAY_MS << try);
      g_cancellable_release_fd (cancellable);
    }
}

/* --- What to make of the answer -------------------------------------------------------------- */

/* The server gave the session up. What is left of it, the access token, is used to its end. */
static gboolean
end_session (SupabaseAuth *self, Session *session, const GError *reason, GError **error)
{
  const char *why = reason != NULL ? reason->message : "it could not be renewed";

  g_mutex_lock (&self->lock);
  secret_replace (&self->dead_token, session->refresh_token);
  const gboolean drop = self->session == session && !supabase_auth_is_good (self, 0);
  if (drop)
    supabase_auth_begin_drop (self);
  supabase_auth_unlock (self);

  syncline_host_log (self->host, G_LOG_LEVEL_MESSAGE, "the session has ended: %s", why);
  if (!drop)
    return TRUE;
  supabase_auth_end_drop (self);
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION,
               "the auth server ended the session; sign in again (%s)", why);
  return FALSE;
}

static gboolean
commit (SupabaseAuth *self,
        Session *session,
        guint64 epoch,
        const SessionFileStamp *stamp,
        GError **error)
{
  g_autoptr (GError) local = NULL;

  if (supabase_auth_commit (self, session, epoch, stamp, &local))
    return TRUE;
  /* Whatever somebody did meanwhile is what counts now. */
  if (g_error_matches (local, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local),
                              "the renewed session can't be kept, so it is not used: ");
  return FALSE;
}

/* With the file's lock held. */
static gboolean
refresh_locked (SupabaseAuth *self,
                const char *stale_token,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (Session) renewed = NULL;
  g_autoptr (GError) reason = NULL;

  g_mutex_lock (&self->lock);
  const gboolean loaded = supabase_auth_load (self, error);
  const gboolean stale = self->session != NULL && !self->signing_out
                         && secret_equal (self->session->access_token, stale_token);
  g_autoptr (Session) session = stale ? session_ref (self->session) : NULL;
  const SessionFileStamp stamp = self->stamp;
  const guint64 epoch = self->epoch;
  const gboolean dead = stale && secret_equal (session->refresh_token, self->dead_token);
  supabase_auth_unlock (self);
  if (!loaded)
    return FALSE;
  /* Another process has been faster. */
  if (session == NULL)
    return TRUE;
  if (dead)
    return end_session (self, session, NULL, error);

  switch (ask_patiently (self, session, &renewed, cancellable, &reason))
    {
    case GOTRUE_OK:
      return commit (self, renewed, epoch, &stamp, error);
    case GOTRUE_OVER:
      return end_session (self, session, reason, error);
    case GOTRUE_REFUSED:
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                   "the session can't be renewed for now: %s", reason->message);
      return FALSE;
    default:
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
}

static gboolean
refresh (SupabaseAuth *self, const char *stale_token, GCancellable *cancellable, GError **error)
{
  const int lock = session_file_lock (self->file, SUPABASE_AUTH_LOCK_PATIENCE, cancellable, error);

  if (lock < 0)
    return FALSE;
  const gboolean success = refresh_locked (self, stale_token, cancellable, error);
  session_file_unlock (lock);
  return success;
}

/* --- One refresh at a time ------------------------------------------------------------------- */

static void
cancel_other (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
note_failure (SupabaseAuth *self, const GError *failure)
{
  const gint64 delay = MIN (FIRST_RETRY << MIN (self->n_failures, 8), LAST_RETRY);
  const gint64 asked = syncline_error_get_retry_after (failure);

  self->retry_at = syncline_host_get_monotonic_time (self->host) + MAX (delay, asked);
  self->n_failures++;
  self->flight_error = g_error_copy (failure);
}

/* With the lock held, which is released meanwhile. */
static gboolean
fly (SupabaseAuth *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) flight = g_cancellable_new ();
  g_autoptr (SecretString) stale_token = g_strdup (self->session->access_token);
  g_autoptr (GError) failure = NULL;
  gulong handler = 0;

  self->flight = flight;
  supabase_auth_unlock (self);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_other), flight, NULL);
  const gboolean success = refresh (self, stale_token, flight, &failure);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);

  g_mutex_lock (&self->lock);
  const gboolean cancelled = g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&self->flight_error);
  if (!success && !cancelled)
    note_failure (self, failure);
  self->flight = NULL;
  self->n_flights++;
  g_cond_broadcast (&self->changed);

  /* A sign-in or sign-out cancels flights too; then we look at what there is now. */
  if (success || (cancelled && !g_cancellable_is_cancelled (cancellable)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* With the lock held. */
static gboolean
wait_for_flight (SupabaseAuth *self, GCancellable *cancellable, GError **error)
{
  const guint64 n = self->n_flights;

  while (self->n_flights == n && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->flight_error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->flight_error));
  return FALSE;
}

/* With the lock held. Offline, a token that is still good for a while beats none. */
static gboolean
is_good_enough (SupabaseAuth *self, gint64 min_validity)
{
  if (supabase_auth_is_good (self, min_validity))
    return TRUE;
  const gboolean hopeless = secret_equal (self->session->refresh_token, self->dead_token)
                            || syncline_host_get_monotonic_time (self->host) < self->retry_at;
  return hopeless && supabase_auth_is_good (self, 0);
}

static SynclineCredentials *
get_credentials_locked (SupabaseAuth *self,
                        gint64 min_validity,
                        GCancellable *cancellable,
                        GError **error)
{
  while (TRUE)
    {
      g_autoptr (GError) failure = NULL;
      if (!supabase_auth_load (self, error))
        return NULL;
      if (self->session == NULL)
        {
          set_no_session (self, error);
          return NULL;
        }
      if (is_good_enough (self, min_validity))
        return syncline_credentials_ref (self->credentials);

      const gboolean flown = self->flight != NULL ? wait_for_flight (self, cancellable, &failure)
                                                  : fly (self, cancellable, &failure);
      const gboolean cancelled = g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      if (!flown && !cancelled && self->session != NULL && supabase_auth_is_good (self, 0))
        return syncline_credentials_ref (self->credentials);
      if (!flown)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
    }
}

static void
wake_waiters (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  SupabaseAuth *self = user_data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

SynclineCredentials *
supabase_auth_get_credentials (gpointer data,
                               gint64 min_validity,
                               GCancellable *cancellable,
                               GError **error)
{
  SupabaseAuth *self = data;
  gulong handler = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_waiters), self, NULL);
  g_mutex_lock (&self->lock);
  SynclineCredentials *credentials
      = get_credentials_locked (self, min_validity, cancellable, error);
  supabase_auth_unlock (self);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);
  return credentials;
}
