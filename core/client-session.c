/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "client-private.h"
#include "log.h"

/* --- Signing in ---------------------------------------------------------------------------------- */

gboolean
syncline_client_require_auth (SynclineClient *self,
                              gboolean offered,
                              const char *what,
                              GError **error)
{
  if (self->roles->auth_methods == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NOT_SUPPORTED,
                   "The config names no auth plugin, so nobody can %s; add auth = supabase-auth to "
                   "[syncline]",
                   what);
      return FALSE;
    }
  if (!offered)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NOT_SUPPORTED,
                   "The auth plugin %s offers no way to %s", self->roles->setup->auth->name, what);
      return FALSE;
    }
  return TRUE;
}

/* Rows and queued changes of one user must never meet the session of another. Asked by the auth plugin while it
 * signs in, so that whoever is turned away does not end the session that is there. */
gboolean
syncline_client_admit_user (gpointer owner, const char *user_id, GError **error)
{
  SynclineClient *self = owner;
  SynclineRoles *roles = self->roles;
  g_autofree char *bound = NULL;

  if (!self->is_open)
    return TRUE;
  if (!roles->store_methods->get_note (roles->store, "user-id", &bound, error))
    return FALSE;
  if (bound == NULL || g_str_equal (bound, user_id))
    return TRUE;
  g_set_error (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
      "The local database belongs to user %s, so user %s can't sign in; clear the database "
      "first",
      bound, user_id);
  return FALSE;
}

/* From the sign-in on, so that what is written before the first sync is nobody else's. */
static gboolean
bind_database (SynclineClient *self, GError **error)
{
  SynclineRoles *roles = self->roles;
  g_autofree char *user_id = roles->auth_methods->dup_user_id (roles->auth);
  g_autofree char *bound = NULL;

  if (user_id == NULL || !self->is_open)
    return TRUE;
  if (!roles->store_methods->get_note (roles->store, "user-id", &bound, error))
    return FALSE;
  return bound != NULL || roles->store_methods->set_note (roles->store, "user-id", user_id, error);
}

/* For a plugin that did not ask: too late for the session that was before, but in time for the data. */
static gboolean
check_user (SynclineClient *self, GCancellable *cancellable, GError **error)
{
  SynclineRoles *roles = self->roles;
  g_autofree char *user_id = roles->auth_methods->dup_user_id (roles->auth);

  if (user_id == NULL || syncline_client_admit_user (self, user_id, error))
    return TRUE;
  if (SYNCLINE_HAS_SLOT (roles->auth_methods, sign_out))
    (void) roles->auth_methods->sign_out (roles->auth, SYNCLINE_SIGN_OUT_LOCAL, cancellable, NULL);
  return FALSE;
}

static void
hook_ended (GObject *source, GAsyncResult *result, gpointer user_data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  if (!g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error))
    syncline_log ("client", G_LOG_LEVEL_WARNING, "authenticated-command: %s", error->message);
}

/* The hook learns who signed in, and nothing secret. It runs beside the client, which does not wait, and whose
 * output it keeps out of. */
static void
run_authenticated_command (SynclineClient *self)
{
  const char *command = self->roles->setup->engine.authenticated_command;
  g_autofree char *user = self->roles->auth_methods->dup_user_id (self->roles->auth);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (command == NULL || user == NULL)
    return;
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_subprocess_launcher_setenv (launcher, "SYNCLINE_USER_ID", user, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c", command, NULL);
  if (process == NULL)
    syncline_log ("client", G_LOG_LEVEL_WARNING, "authenticated-command: %s", error->message);
  else
    g_subprocess_wait_check_async (process, NULL, hook_ended, NULL);
}

static gboolean
finish_sign_in (SynclineClient *self, GCancellable *cancellable, GError **error)
{
  if (!check_user (self, cancellable, error) || !bind_database (self, error))
    return FALSE;
  run_authenticated_command (self);
  return TRUE;
}

gboolean
syncline_client_sign_in (SynclineClient *self,
                         GVariant *parameters,
                         GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  const SynclineAuthClass *methods = self->roles->auth_methods;
  g_autoptr (GVariant) sunk
      = g_variant_ref_sink (parameters ? parameters : g_variant_new ("a{sv}", NULL));
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  syncline_call_begin_any (&call, self, cancellable);
  return syncline_client_require_auth (self, SYNCLINE_HAS_SLOT (methods, sign_in), "sign in", error)
         && methods->sign_in (self->roles->auth, sunk, call.cancellable, error)
         && finish_sign_in (self, call.cancellable, error);
}

gboolean
syncline_client_sign_up (SynclineClient *self,
                         GVariant *parameters,
                         gboolean *out_session,
                         GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  const SynclineAuthClass *methods = self->roles->auth_methods;
  g_autoptr (GVariant) sunk
      = g_variant_ref_sink (parameters ? parameters : g_variant_new ("a{sv}", NULL));
  gboolean session = FALSE;
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  syncline_call_begin_any (&call, self, cancellable);
  if (!syncline_client_require_auth (self, SYNCLINE_HAS_SLOT (methods, sign_up), "sign up", error)
      || !methods->sign_up (self->roles->auth, sunk, &session, call.cancellable, error)
      || (session && !finish_sign_in (self, call.cancellable, error)))
    return FALSE;
  if (out_session != NULL)
    *out_session = session;
  return TRUE;
}

gboolean
syncline_client_sign_out (SynclineClient *self,
                          gboolean everywhere,
                          GCancellable *cancellable,
                          GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  const SynclineAuthClass *methods = self->roles->auth_methods;
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  syncline_call_begin_any (&call, self, cancellable);
  return syncline_client_require_auth (self, SYNCLINE_HAS_SLOT (methods, sign_out), "sign out",
                                       error)
         && methods->sign_out (self->roles->auth,
                               everywhere ? SYNCLINE_SIGN_OUT_GLOBAL : SYNCLINE_SIGN_OUT_LOCAL,
                               call.cancellable, error);
}

GVariant *
syncline_client_dup_user (SynclineClient *self)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);

  const SynclineAuthClass *methods = self->roles->auth_methods;
  if (methods == NULL)
    return NULL;
  if (SYNCLINE_HAS_SLOT (methods, dup_user))
    return methods->dup_user (self->roles->auth);

  g_autofree char *user = methods->dup_user_id (self->roles->auth);
  if (user == NULL)
    return NULL;
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (user));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

GVariant *
syncline_client_ask_user (SynclineClient *self,
                          GVariant *changes,
                          GCancellable *cancellable,
                          GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);

  const SynclineAuthClass *methods = self->roles->auth_methods;
  g_autoptr (GVariant) sunk = changes != NULL ? g_variant_ref_sink (changes) : NULL;
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  syncline_call_begin_any (&call, self, cancellable);
  return syncline_client_require_auth (self, SYNCLINE_HAS_SLOT (methods, ask_user),
                                       "ask who is signed in", error)
             ? methods->ask_user (self->roles->auth, sunk, call.cancellable, error)
             : NULL;
}

/* --- Probing ------------------------------------------------------------------------------------- */

typedef gboolean (*Probe) (gpointer self, char **out_message, GCancellable *, GError **);

static gboolean
probe_role (const char *role,
            const SynclinePluginSetup *setup,
            Probe probe,
            gpointer instance,
            SynclineClientProbeFunc func,
            gpointer user_data,
            GCancellable *cancellable)
{
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  const gboolean alive = probe (instance, &message, cancellable, &error);
  func (role, setup->name, message, error, user_data);
  return alive;
}

gboolean
syncline_client_probe (SynclineClient *self,
                       SynclineClientProbeFunc func,
                       gpointer user_data,
                       GCancellable *cancellable)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  SynclineRoles *roles = self->roles;
  const SynclineSetup *setup = roles->setup;
  gboolean all = TRUE;
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  syncline_call_begin_any (&call, self, cancellable);

#define PROBE(role)                                                                                \
  if (SYNCLINE_HAS_SLOT (roles->role##_methods, probe))                                            \
  all = probe_role (#role, setup->role, roles->role##_methods->probe, roles->role, func,           \
                    user_data, call.cancellable)                                                   \
        && all
  PROBE (auth);
  PROBE (upload);
  PROBE (download);
#undef PROBE
  return all;
}
