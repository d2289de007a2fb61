/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "common/api-key.h"
#include "common/secret.h"
#include "supabase-auth/auth.h"

static const SynclineOption options[] = {
  {
      .name = "url",
      .type = SYNCLINE_OPTION_URL,
      .flags = SYNCLINE_OPTION_REQUIRED,
      .offset = SYNCLINE_OPTION_FIELD_STRING (SupabaseAuthConfig, url),
      .summary = "URL of the Supabase project",
      .details = "The auth server is expected below it, at `/auth/v1`.",
  },
  {
      .name = "api-key",
      .type = SYNCLINE_OPTION_STRING,
      .flags = SYNCLINE_OPTION_REQUIRED | SYNCLINE_OPTION_SECRET,
      .offset = SYNCLINE_OPTION_FIELD_STRING (SupabaseAuthConfig, api_key),
      .summary = "The project's publishable key (sb_publishable_…) or its legacy anon key",
      .details = "Never a secret or service_role key: those get around row level security.",
  },
  {
      .name = "session-file",
      .type = SYNCLINE_OPTION_PATH,
      .offset = SYNCLINE_OPTION_FIELD_STRING (SupabaseAuthConfig, session_file),
      .default_value = "syncline-session",
      .summary = "File that keeps the session",
      .details = "It is readable for its owner only. Processes that share it share the session. "
                 "Beside it stands a file for locking, with `.lock` appended.",
  },
  {
      .name = "session-key",
      .type = SYNCLINE_OPTION_STRING,
      .flags = SYNCLINE_OPTION_SECRET,
      .offset = SYNCLINE_OPTION_FIELD_STRING (SupabaseAuthConfig, session_key),
      .summary = "Key to seal the session file with: 32 bytes, in base64 or hexadecimal digits",
      .details = "`head -c 32 /dev/urandom | base64` makes one.",
  },
  {
      .name = "session-passphrase",
      .type = SYNCLINE_OPTION_STRING,
      .flags = SYNCLINE_OPTION_SECRET,
      .offset = SYNCLINE_OPTION_FIELD_STRING (SupabaseAuthConfig, session_passphrase),
      .summary = "Passphrase to seal the session file with, instead of a key",
      .details = "The key is derived from it with Argon2id, which takes a moment and 64 MiB at the "
                 "start.",
  },
  {
      .name = "timeout",
      .type = SYNCLINE_OPTION_DURATION,
      .offset = SYNCLINE_OPTION_FIELD_NUMBER (SupabaseAuthConfig, timeout),
      .default_value = "30s",
      .minimum = G_TIME_SPAN_SECOND,
      .maximum = 10 * G_TIME_SPAN_MINUTE,
      .summary = "How long to wait for an answer of the auth server",
  },
  SYNCLINE_HTTP_OPTIONS (SupabaseAuthConfig, http),
  SYNCLINE_OPTION_END,
};

/* --- Methods without a home of their own ----------------------------------------------------- */

static SynclineCredentials *
get_credentials (gpointer data, gint64 min_validity, GCancellable *cancellable, GError **error)
{
  SupabaseAuth *self = data;

  g_mutex_lock (&self->lock);
  if (self->watch == NULL)
    self->watch = session_watch_new (self);
  g_mutex_unlock (&self->lock);
  return supabase_auth_get_credentials (self, min_validity, cancellable, error);
}

void
supabase_auth_invalidate (gpointer data, SynclineCredentials *credentials)
{
  SupabaseAuth *self = data;

  g_mutex_lock (&self->lock);
  secret_replace (&self->refused_token, syncline_credentials_get_token (credentials));
  self->retry_at = 0;
  g_mutex_unlock (&self->lock);
}

static char *
dup_user_id (gpointer data)
{
  SupabaseAuth *self = data;

  g_mutex_lock (&self->lock);
  const gboolean loaded = supabase_auth_load (self, NULL);
  char *user_id = loaded && self->session != NULL ? g_strdup (self->session->user_id) : NULL;
  supabase_auth_unlock (self);
  return user_id;
}

/* Whatever else a look-alike puts there is not shown. */
static const char *
get_version (json_object *answer)
{
  json_object *version = NULL;

  if (answer != NULL)
    json_object_object_get_ex (answer, "version", &version);
  if (!json_object_is_type (version, json_type_string))
    return NULL;
  const char *text = json_object_get_string (version);
  const gsize length = strspn (text, "v.+-0123456789abcdefghijklmnopqrstu");
  return length < 32 && text[length] == '\0' ? text : NULL;
}

static gboolean
probe (gpointer data, char **out_message, GCancellable *cancellable, GError **error)
{
  SupabaseAuth *self = data;
  json_object *answer = NULL;
  g_autoptr (GError) local = NULL;

  GotrueResult result
      = gotrue_ask (&self->gotrue, "GET", "health", NULL, NULL, &answer, NULL, cancellable, &local);
  /* Look-alikes may have no such page; this one every client needs. */
  if (result != GOTRUE_OK && !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    result = gotrue_ask (&self->gotrue, "GET", "settings", NULL, NULL, &answer, NULL, cancellable,
                         error);
  else if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  if (result != GOTRUE_OK)
    return FALSE;

  const char *version = get_version (answer);
  if (out_message != NULL)
    *out_message
        = g_strdup_printf ("auth server at %s answers%s%s", self->gotrue.url,
                           version != NULL ? ", version " : "", version != NULL ? version : "");
  json_object_put (answer);
  return TRUE;
}

/* --- Life ------------------------------------------------------------------------------------ */

static void
destroy (gpointer data)
{
  SupabaseAuth *self = data;

  session_watch_free (self->watch);
  session_unref (self->session);
  g_clear_pointer (&self->credentials, syncline_credentials_unref);
  secret_free (self->refused_token);
  secret_free (self->verifier);
  secret_free (self->dead_token);
  g_clear_error (&self->flight_error);
  session_file_free (self->file);
  http_free (self->http);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

static gpointer
create (gconstpointer data, SynclineHost *host, GError **error)
{
  const SupabaseAuthConfig *config = data;
  Sealer *sealer = NULL;
  SynclineHttp *http = http_new (&config->http, host, error);

  if (http == NULL)
    return NULL;
  if (!api_key_check (config->api_key, error)
      || !sealer_new (config->session_key, config->session_passphrase, &sealer, error))
    {
      g_prefix_error (error, "[%s] ", syncline_host_get_name (host));
      http_free (http);
      return NULL;
    }

  SupabaseAuth *self = g_new0 (SupabaseAuth, 1);
  self->config = config;
  self->host = host;
  self->http = http;
  self->gotrue = (Gotrue){ .http = http,
                           .host = host,
                           .url = config->url,
                           .api_key = config->api_key,
                           .timeout = config->timeout };
  self->epoch = 1;
  self->file = session_file_new (config->session_file, sealer);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

static const SynclineAuthClass methods = {
  .struct_size = sizeof (SynclineAuthClass),
  .get_credentials = get_credentials,
  .invalidate = supabase_auth_invalidate,
  .dup_user_id = dup_user_id,
  .sign_in = supabase_auth_sign_in,
  .sign_up = supabase_auth_sign_up,
  .sign_out = supabase_auth_sign_out,
  .probe = probe,
  .dup_user = supabase_auth_dup_user,
  .begin_browser_sign_in = supabase_auth_begin_browser_sign_in,
  .ask_user = supabase_auth_ask_user,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = SYNCLINE_PLUGIN_AUTH,
  .name = "supabase-auth",
  .version = PACKAGE_VERSION,
  .license = "MIT",
  .summary = "Sign-in with Supabase Auth, for one session that processes can share",
  .options = options,
  .config_size = sizeof (SupabaseAuthConfig),
  .methods = &methods,
  .create = create,
  .destroy = destroy,
};
