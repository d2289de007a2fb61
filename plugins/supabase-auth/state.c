/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/secret.h"
#include "supabase-auth/auth.h"

/* Telling the host may make it ask us something, so that it can't be done with the lock held. */
void
supabase_auth_unlock (SupabaseAuth *self)
{
  const gboolean notify = self->notify;

  self->notify = FALSE;
  g_mutex_unlock (&self->lock);
  if (notify)
    syncline_host_notify_auth (self->host);
}

static gboolean
is_same_session (Session *a, Session *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return secret_equal (a->access_token, b->access_token)
         && secret_equal (a->refresh_token, b->refresh_token);
}

void
supabase_auth_take_session (SupabaseAuth *self,
                            Session *session,
                            const SessionFileStamp *stamp,
                            gboolean received)
{
  const gboolean same = is_same_session (self->session, session);

  if (!same)
    {
      self->notify = TRUE;
      self->good_until = 0;
      self->retry_at = 0;
      self->n_failures = 0;
    }
  if (received)
    self->good_until = syncline_host_get_monotonic_time (self->host) + session->lifetime;

  session_unref (self->session);
  self->session = session;
  self->stamp = *stamp;
  self->loaded = TRUE;
  if (same)
    return;

  g_clear_pointer (&self->credentials, syncline_credentials_unref);
  if (session == NULL)
    return;
  syncline_host_add_secret (self->host, session->access_token);
  syncline_host_add_secret (self->host, session->refresh_token);
  self->credentials
      = syncline_credentials_new (session->access_token, session->user_id, session->expires_at);
}

gboolean
supabase_auth_load (SupabaseAuth *self, GError **error)
{
  SessionFileStamp stamp;
  g_autoptr (Session) session = NULL;

  if (self->signing_out)
    return TRUE;
  session_file_get_stamp (self->file, &stamp);
  if (self->loaded && session_file_stamp_equal (&stamp, &self->stamp))
    return TRUE;
  if (!session_file_read (self->file, &session, &stamp, error))
    {
      self->loaded = FALSE;
      return FALSE;
    }

  /* Tokens of one server are none of another one's business. */
  self->foreign = session != NULL && !g_str_equal (session->server, self->gotrue.url);
  if (self->foreign)
    g_clear_pointer (&session, session_unref);
  supabase_auth_take_session (self, g_steal_pointer (&session), &stamp, FALSE);
  return TRUE;
}

/* The monotonic clock stands still while the machine sleeps, and somebody may set the wall clock: the
 * one that says less is right, or errs on the safe side. */
static gint64
get_remaining (SupabaseAuth *self)
{
  const gint64 now = syncline_host_get_real_time (self->host);

  if (self->good_until == 0)
    return session_get_remaining (self->session, now);
  const gint64 by_monotonic = self->good_until - syncline_host_get_monotonic_time (self->host);
  return MIN (by_monotonic, self->session->expires_at - now);
}

gboolean
supabase_auth_is_good (SupabaseAuth *self, gint64 min_validity)
{
  if (self->session == NULL || secret_equal (self->session->access_token, self->refused_token))
    return FALSE;
  /* A token may live shorter than the caller wants; then it would be refreshed each time. */
  return get_remaining (self) > MIN (min_validity, self->session->lifetime / 2);
}

static GByteArray *
format (SupabaseAuth *self, Session *session, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return session_file_format (self->file, session, error);
}

static gboolean
is_overtaken (SupabaseAuth *self, guint64 epoch, GError **error)
{
  if (epoch == 0 || epoch == self->epoch)
    return FALSE;
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY,
                       "somebody signed in or out during the refresh");
  return TRUE;
}

/* What was known of the tokens before says nothing of those of a sign-in. */
static void
begin_anew (SupabaseAuth *self)
{
  self->epoch++;
  g_clear_pointer (&self->refused_token, secret_free);
  g_clear_pointer (&self->dead_token, secret_free);
}

gboolean
supabase_auth_commit (SupabaseAuth *self,
                      Session *session,
                      guint64 epoch,
                      const SessionFileStamp *expected,
                      GError **error)
{
  SessionFileStamp stamp;
  g_autoptr (GByteArray) bytes = format (self, session, error);

  if (bytes == NULL)
    return FALSE;
  const gboolean written = session_file_write (self->file, bytes, expected, &stamp, error);
  secret_wipe_bytes (bytes);
  if (!written)
    return FALSE;

  g_mutex_lock (&self->lock);
  const gboolean overtaken = is_overtaken (self, epoch, error);
  if (!overtaken)
    {
      self->foreign = FALSE;
      if (epoch == 0)
        begin_anew (self);
      const gboolean received = !is_same_session (self->session, session);
      supabase_auth_take_session (self, session_ref (session), &stamp, received);
    }
  supabase_auth_unlock (self);
  if (overtaken)
    session_file_remove (self->file, NULL);
  return !overtaken;
}

void
supabase_auth_begin_drop (SupabaseAuth *self)
{
  self->signing_out = TRUE;
  self->foreign = FALSE;
  supabase_auth_take_session (self, NULL, &(SessionFileStamp){ 0 }, FALSE);
}

void
supabase_auth_end_drop (SupabaseAuth *self)
{
  g_autoptr (GError) error = NULL;

  if (!session_file_remove (self->file, &error))
    syncline_host_log (self->host, G_LOG_LEVEL_MESSAGE, "%s", error->message);
  g_mutex_lock (&self->lock);
  self->signing_out = FALSE;
  supabase_auth_unlock (self);
}
