/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What is known of the signed-in user. */

#include "config.h"

#include <string.h>

#include "common/secret.h"
#include "supabase-auth/auth.h"
#include "supabase-auth/parameters.h"

/* --- From the session ------------------------------------------------------------------------ */

static GVariant *
to_variant (json_object *value)
{
  switch (json_object_get_type (value))
    {
    case json_type_null:
      return NULL;
    case json_type_boolean:
      return g_variant_new_boolean (json_object_get_boolean (value));
    case json_type_int:
      return g_variant_new_int64 (json_object_get_int64 (value));
    case json_type_string:
      return g_variant_new_string (json_object_get_string (value));
    default:
      return g_variant_new_string (json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN));
    }
}

/* Members that are objects or arrays come as JSON text. */
GVariant *
supabase_auth_dup_user (gpointer data)
{
  SupabaseAuth *self = data;
  GVariantDict dict;

  g_mutex_lock (&self->lock);
  const gboolean loaded = supabase_auth_load (self, NULL);
  g_autoptr (Session) session
      = loaded && self->session != NULL ? session_ref (self->session) : NULL;
  supabase_auth_unlock (self);
  if (session == NULL)
    return NULL;

  json_object *user = session->user != NULL ? json_tokener_parse (session->user) : NULL;
  g_variant_dict_init (&dict, NULL);
  if (json_object_is_type (user, json_type_object))
    {
      json_object_object_foreach (user, key, value)
      {
        GVariant *variant = to_variant (value);
        if (variant != NULL)
          g_variant_dict_insert_value (&dict, key, variant);
      }
    }
  json_object_put (user);
  g_variant_dict_insert (&dict, "id", "s", session->user_id);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* --- From the server ------------------------------------------------------------------------- */

/* Whatever became of the session meanwhile, a refresh or a sign-out, counts for more. */
static gboolean
keep_user (SupabaseAuth *self, const char *user, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  const int lock = session_file_lock (self->file, SUPABASE_AUTH_LOCK_PATIENCE, cancellable, error);

  if (lock < 0)
    return FALSE;
  g_mutex_lock (&self->lock);
  const gboolean loaded = supabase_auth_load (self, &local);
  g_autoptr (Session) session
      = loaded && self->session != NULL ? session_new_with_user (self->session, user) : NULL;
  const SessionFileStamp stamp = self->stamp;
  const guint64 epoch = self->epoch;
  supabase_auth_unlock (self);
  if (session != NULL)
    supabase_auth_commit (self, session, epoch, &stamp, &local);
  session_file_unlock (lock);

  if (local == NULL || g_error_matches (local, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
is_user (json_object *answer, const char *user_id)
{
  json_object *id = NULL;

  json_object_object_get_ex (answer, "id", &id);
  return json_object_is_type (id, json_type_string)
         && g_str_equal (json_object_get_string (id), user_id);
}

static GotrueResult
ask (SupabaseAuth *self,
     json_object *body,
     SynclineCredentials *credentials,
     GCancellable *cancellable,
     GError **error)
{
  json_object *answered = NULL;
  const GotrueResult result = gotrue_ask (&self->gotrue, body != NULL ? "PUT" : "GET", "user", body,
                                          syncline_credentials_get_token (credentials), &answered,
                                          NULL, cancellable, error);
  g_autoptr (SecretJson) answer = answered;

  if (result != GOTRUE_OK)
    return result;
  if (answer == NULL || !is_user (answer, syncline_credentials_get_user_id (credentials)))
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                           "the auth server answers with another user than the one who asks");
      return GOTRUE_FAILED;
    }
  const char *text = json_object_to_json_string_ext (answer, JSON_C_TO_STRING_PLAIN);
  return keep_user (self, text, cancellable, error) ? GOTRUE_OK : GOTRUE_FAILED;
}

/* A token that the server does not take any more is not the user's fault: another one is got, once. */
static gboolean
ask_twice (SupabaseAuth *self, json_object *body, GCancellable *cancellable, GError **error)
{
  for (guint try = 0;; try++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (SynclineCredentials) credentials
          = supabase_auth_get_credentials (self, 0, cancellable, error);
      if (credentials == NULL)
        return FALSE;
      const GotrueResult result = ask (self, body, credentials, cancellable, &local);
      if (result == GOTRUE_OK)
        return TRUE;
      const gboolean refused = result == GOTRUE_OVER || (result == GOTRUE_REFUSED && body == NULL);
      if (!refused || try > 0)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      supabase_auth_invalidate (self, credentials);
    }
}

GVariant *
supabase_auth_ask_user (gpointer data, GVariant *changes, GCancellable *cancellable, GError **error)
{
  SupabaseAuth *self = data;
  g_autoptr (SecretJson) body = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (changes != NULL)
    {
      body = parameters_read_changes (changes, error);
      if (body == NULL)
        return NULL;
    }
  if (!ask_twice (self, body, cancellable, error))
    return NULL;
  GVariant *user = supabase_auth_dup_user (self);
  if (user == NULL)
    g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION,
                         "somebody signed out meanwhile");
  return user;
}
