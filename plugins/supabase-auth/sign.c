/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "common/secret.h"
#include "supabase-auth/auth.h"
#include "supabase-auth/parameters.h"

/* A sign-out does not let another process's slow refresh hold it up. */
#define SIGN_OUT_PATIENCE (2 * G_TIME_SPAN_SECOND)

static gboolean
tell_server (SupabaseAuth *self,
             SynclineSignOutScope scope,
             const char *access_token,
             GCancellable *cancellable,
             GError **error)
{
  static const char *const paths[]
      = { "logout?scope=local", "logout?scope=global", "logout?scope=others" };
  g_autoptr (SecretJson) body = json_object_new_object ();
  g_autoptr (SecretJson) answer = NULL;
  json_object *answered = NULL;
  g_autoptr (GError) local = NULL;

  const GotrueResult result = gotrue_ask (&self->gotrue, "POST", paths[scope], body, access_token,
                                          &answered, NULL, cancellable, &local);
  answer = answered;
  /* A session that the server does not know has ended as well as one can. */
  if (result == GOTRUE_OK || (result != GOTRUE_FAILED && scope != SYNCLINE_SIGN_OUT_OTHERS))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- In -------------------------------------------------------------------------------------- */

/* A refresh of the session that was before would only be thrown away. */
static gboolean
keep_session (SupabaseAuth *self, Session *session, GCancellable *cancellable, GError **error)
{
  g_mutex_lock (&self->lock);
  if (self->flight != NULL)
    g_cancellable_cancel (self->flight);
  supabase_auth_unlock (self);

  const int lock = session_file_lock (self->file, SUPABASE_AUTH_LOCK_PATIENCE, cancellable, error);
  if (lock < 0)
    return FALSE;
  const gboolean success = supabase_auth_commit (self, session, 0, NULL, error);
  session_file_unlock (lock);
  return success;
}

/* A session that may not be kept is ended at the server, too, as far as that can be done. */
static gboolean
admit (SupabaseAuth *self, Session *session, GCancellable *cancellable, GError **error)
{
  if (syncline_host_admit_user (self->host, session->user_id, error))
    return TRUE;
  tell_server (self, SYNCLINE_SIGN_OUT_LOCAL, session->access_token, cancellable, NULL);
  return FALSE;
}

/* *@out_session tells whether the answer held a session. */
static gboolean
sign_in_with (SupabaseAuth *self,
              const char *path,
              json_object *body,
              gboolean *out_session,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (Session) session = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (gotrue_ask_session (&self->gotrue, path, body, &session, cancellable, error) != GOTRUE_OK)
    return FALSE;
  *out_session = session != NULL;
  if (session == NULL)
    return TRUE;
  return admit (self, session, cancellable, error)
         && keep_session (self, session, cancellable, error);
}

gboolean
supabase_auth_sign_in (gpointer data,
                       GVariant *parameters,
                       GCancellable *cancellable,
                       GError **error)
{
  SupabaseAuth *self = data;
  g_autofree char *path = NULL;
  gboolean has_session = FALSE;
  g_autoptr (GVariant) complete = supabase_auth_complete_browser (self, parameters, error);
  g_autoptr (SecretJson) body
      = complete != NULL ? parameters_read_sign_in (complete, &path, error) : NULL;

  if (body == NULL || !sign_in_with (self, path, body, &has_session, cancellable, error))
    return FALSE;
  supabase_auth_end_browser (self);
  if (has_session)
    return TRUE;
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                       "the auth server answers a sign-in without a session");
  return FALSE;
}

gboolean
supabase_auth_sign_up (gpointer data,
                       GVariant *parameters,
                       gboolean *out_session,
                       GCancellable *cancellable,
                       GError **error)
{
  SupabaseAuth *self = data;
  g_autofree char *path = NULL;
  g_autoptr (SecretJson) body = parameters_read_sign_up (parameters, &path, error);

  *out_session = FALSE;
  return body != NULL && sign_in_with (self, path, body, out_session, cancellable, error);
}

/* --- Out ------------------------------------------------------------------------------------- */

static char *
dup_flying_token (SupabaseAuth *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->flight != NULL && self->session != NULL ? g_strdup (self->session->access_token)
                                                       : NULL;
}

/* An expired token can't end a session at the server, so it is refreshed first if that can be done; but
 * a refresh that is under way already may hang. */
static gboolean
get_token (SupabaseAuth *self, char **out_token, GCancellable *cancellable, GError **error)
{
  *out_token = dup_flying_token (self);
  if (*out_token != NULL)
    return TRUE;

  g_autoptr (SynclineCredentials) credentials
      = supabase_auth_get_credentials (self, 0, cancellable, error);
  if (credentials == NULL)
    return FALSE;
  *out_token = g_strdup (syncline_credentials_get_token (credentials));
  return TRUE;
}

static gboolean
sign_out_others (SupabaseAuth *self, GCancellable *cancellable, GError **error)
{
  char *taken = NULL;
  const gboolean success = get_token (self, &taken, cancellable, error);
  g_autoptr (SecretString) token = taken;

  return success && tell_server (self, SYNCLINE_SIGN_OUT_OTHERS, token, cancellable, error);
}

static void
forget (SupabaseAuth *self, GCancellable *cancellable)
{
  g_mutex_lock (&self->lock);
  self->epoch++;
  if (self->flight != NULL)
    g_cancellable_cancel (self->flight);
  supabase_auth_begin_drop (self);
  supabase_auth_unlock (self);

  /* With the lock or without: a refresh elsewhere looks again before it writes. */
  const int lock = session_file_lock (self->file, SIGN_OUT_PATIENCE, cancellable, NULL);
  supabase_auth_end_drop (self);
  session_file_unlock (lock);
}

gboolean
supabase_auth_sign_out (gpointer data,
                        SynclineSignOutScope scope,
                        GCancellable *cancellable,
                        GError **error)
{
  SupabaseAuth *self = data;
  g_autoptr (GError) local = NULL;
  char *taken = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (scope == SYNCLINE_SIGN_OUT_OTHERS)
    return sign_out_others (self, cancellable, error);

  gboolean told = get_token (self, &taken, cancellable, &local);
  g_autoptr (SecretString) token = taken;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  forget (self, cancellable);
  if (told)
    told = tell_server (self, scope, token, cancellable, &local);
  if (told || g_error_matches (local, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION))
    return TRUE;

  /* Ending all sessions was the point of the other scope. */
  if (scope == SYNCLINE_SIGN_OUT_GLOBAL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local),
                                  "signed out here, but not elsewhere: ");
      return FALSE;
    }
  syncline_host_log (self->host, G_LOG_LEVEL_MESSAGE,
                     "signed out here; the server was not told: %s", local->message);
  return TRUE;
}
