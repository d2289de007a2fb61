/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>
#include <syncline/auth.h>
#include <sys/stat.h>

#include "common/secret.h"
#include "static-auth/command.h"
#include "static-auth/source.h"

/* Servers refuse good tokens for a moment, as when their keys change; so a refused one gets another
 * chance when there is no other to be had. */
#define SECOND_CHANCE G_TIME_SPAN_MINUTE

typedef struct
{
  char *token;
  char *token_file;
  char *token_command;
  gint64 command_timeout;
} StaticAuthConfig;

typedef struct
{
  guint64 inode;
  guint64 size;
  gint64 modified; /* nanoseconds */
} FileStamp;

typedef struct
{
  const StaticAuthConfig *config;
  SynclineHost *host;
  char **argv;

  GMutex lock;
  GCond changed;
  gboolean fetching; /* a command runs, or a file is read */
  SynclineCredentials *credentials;
  gint64 lifetime;
  FileStamp stamp;
  char *refused_token;
  gint64 refused_at; /* by the monotonic clock */
} StaticAuth;

static const SynclineOption options[] = {
  {
      .name = "token",
      .type = SYNCLINE_OPTION_STRING,
      .flags = SYNCLINE_OPTION_SECRET,
      .offset = SYNCLINE_OPTION_FIELD_STRING (StaticAuthConfig, token),
      .summary = "The access token",
      .details = "One of token, token-file and token-command has to be set.",
  },
  {
      .name = "token-file",
      .type = SYNCLINE_OPTION_PATH,
      .offset = SYNCLINE_OPTION_FIELD_STRING (StaticAuthConfig, token_file),
      .summary = "File that holds the access token; read again when it changes",
      .details = "The token itself, or a JSON object with `token` (or `access_token`) and perhaps "
                 "`expires_at` or `expires_in`, in seconds.",
  },
  {
      .name = "token-command",
      .type = SYNCLINE_OPTION_STRING,
      .offset = SYNCLINE_OPTION_FIELD_STRING (StaticAuthConfig, token_command),
      .summary = "Command that prints an access token; run again when a new one is needed",
      .details = "It prints what a token-file would hold. It is not run by a shell; write `sh -c "
                 "'…'` for one. The working directory is the program's.",
  },
  {
      .name = "command-timeout",
      .type = SYNCLINE_OPTION_DURATION,
      .offset = SYNCLINE_OPTION_FIELD_NUMBER (StaticAuthConfig, command_timeout),
      .default_value = "30s",
      .minimum = 100 * G_TIME_SPAN_MILLISECOND,
      .maximum = 10 * G_TIME_SPAN_MINUTE,
      .summary = "How long token-command may take",
  },
  SYNCLINE_OPTION_END,
};

/* --- Sources --------------------------------------------------------------------------------- */

static FileStamp
get_stamp (StaticAuth *self)
{
  struct stat status;

  if (self->config->token_file == NULL || stat (self->config->token_file, &status) != 0)
    return (FileStamp){ 0 };
  return (FileStamp){
    .inode = status.st_ino,
    .size = (guint64) status.st_size,
    .modified = (gint64) status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec,
  };
}

static gboolean
stamp_equal (FileStamp a, FileStamp b)
{
  return a.inode == b.inode && a.size == b.size && a.modified == b.modified;
}

static gboolean
read_file (StaticAuth *self, SourcedToken *token, GError **error)
{
  g_autofree char *origin = g_strdup_printf ("token-file: %s", self->config->token_file);
  g_autoptr (GError) local = NULL;
  char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (self->config->token_file, &text, &length, &local))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "token-file: %s",
                   local->message);
      return FALSE;
    }
  const gboolean success = sourced_token_parse (
      text, length, origin, syncline_host_get_real_time (self->host), token, error);
  explicit_bzero (text, length);
  g_free (text);
  return success;
}

static gboolean
run_command (StaticAuth *self, SourcedToken *token, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) output
      = command_run (self->argv, self->config->command_timeout, cancellable, error);
  g_autofree char *origin = g_strdup_printf ("token-command: the output of %s", self->argv[0]);
  gsize length = 0;

  if (output == NULL)
    return FALSE;
  const char *text = g_bytes_get_data (output, &length);
  const gboolean success
      = sourced_token_parse (text != NULL ? text : "", length, origin,
                             syncline_host_get_real_time (self->host), token, error);
  if (length > 0)
    explicit_bzero ((char *) text, length);
  return success;
}

static gboolean
fetch (StaticAuth *self, SourcedToken *token, GCancellable *cancellable, GError **error)
{
  const char *text = self->config->token;

  if (self->argv != NULL)
    return run_command (self, token, cancellable, error);
  if (self->config->token_file != NULL)
    return read_file (self, token, error);
  return sourced_token_parse (text, strlen (text),
                              "token:", syncline_host_get_real_time (self->host), token, error);
}

/* --- Credentials ----------------------------------------------------------------------------- */

static gboolean
is_refused (StaticAuth *self)
{
  return secret_equal (syncline_credentials_get_token (self->credentials), self->refused_token);
}

/* Where no source can give another token, the servers judge this one's age better than we do. */
static gboolean
is_good (StaticAuth *self, gint64 min_validity)
{
  if (self->credentials == NULL || is_refused (self)
      || !stamp_equal (self->stamp, get_stamp (self)))
    return FALSE;
  const gint64 expires_at = syncline_credentials_get_expires_at (self->credentials);
  if (expires_at == 0 || self->argv == NULL)
    return TRUE;
  const gint64 wanted = self->lifetime > 0 ? MIN (min_validity, self->lifetime / 2) : min_validity;
  return expires_at - syncline_host_get_real_time (self->host) > wanted;
}

/* With the lock held, which is released meanwhile. */
static gboolean
renew (StaticAuth *self, GCancellable *cancellable, GError **error)
{
  g_auto (SourcedToken) token = { 0 };
  const FileStamp stamp = get_stamp (self);

  self->fetching = TRUE;
  g_mutex_unlock (&self->lock);
  const gboolean success = fetch (self, &token, cancellable, error);
  if (success)
    syncline_host_add_secret (self->host, token.token);
  g_mutex_lock (&self->lock);
  self->fetching = FALSE;
  g_cond_broadcast (&self->changed);
  if (!success)
    return FALSE;

  g_clear_pointer (&self->credentials, syncline_credentials_unref);
  self->credentials = syncline_credentials_new (token.token, token.user_id, token.expires_at);
  self->lifetime = token.lifetime;
  self->stamp = stamp;
  return TRUE;
}

static gboolean
check_refused (StaticAuth *self, GError **error)
{
  const gint64 left
      = self->refused_at + SECOND_CHANCE - syncline_host_get_monotonic_time (self->host);

  if (!is_refused (self))
    return TRUE;
  if (left <= 0)
    {
      g_clear_pointer (&self->refused_token, secret_free);
      return TRUE;
    }
  GError *local = g_error_new (
      SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "the server refused the token, and %s",
      self->argv != NULL                 ? "token-command prints the same one again"
      : self->config->token_file != NULL ? "token-file still holds it"
                                         : "the config has no other; change it");
  syncline_error_set_retry_after (local, left);
  g_propagate_error (error, local);
  return FALSE;
}

static SynclineCredentials *
get_credentials_locked (StaticAuth *self,
                        gint64 min_validity,
                        GCancellable *cancellable,
                        GError **error)
{
  while (self->fetching && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  if (!is_good (self, min_validity)
      && (!renew (self, cancellable, error) || !check_refused (self, error)))
    return NULL;
  return syncline_credentials_ref (self->credentials);
}

static void
wake_waiters (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  StaticAuth *self = user_data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static SynclineCredentials *
get_credentials (gpointer data, gint64 min_validity, GCancellable *cancellable, GError **error)
{
  StaticAuth *self = data;
  gulong handler = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_waiters), self, NULL);
  g_mutex_lock (&self->lock);
  g_autoptr (SynclineCredentials) before
      = self->credentials != NULL ? syncline_credentials_ref (self->credentials) : NULL;
  SynclineCredentials *credentials
      = get_credentials_locked (self, min_validity, cancellable, error);
  g_mutex_unlock (&self->lock);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);

  if (credentials != NULL && before != NULL
      && !secret_equal (syncline_credentials_get_token (credentials),
                        syncline_credentials_get_token (before)))
    syncline_host_notify_auth (self->host);
  return credentials;
}

static void
invalidate (gpointer data, SynclineCredentials *credentials)
{
  StaticAuth *self = data;

  g_mutex_lock (&self->lock);
  secret_replace (&self->refused_token, syncline_credentials_get_token (credentials));
  self->refused_at = syncline_host_get_monotonic_time (self->host);
  g_mutex_unlock (&self->lock);
}

/* A command is not run for this: it would ask a server, perhaps. */
static char *
dup_user_id (gpointer data)
{
  StaticAuth *self = data;

  g_mutex_lock (&self->lock);
  if (!self->fetching && self->argv == NULL && !is_good (self, 0))
    renew (self, NULL, NULL);
  char *user_id = self->credentials != NULL
                      ? g_strdup (syncline_credentials_get_user_id (self->credentials))
                      : NULL;
  g_mutex_unlock (&self->lock);
  return user_id;
}

/* --- Life ------------------------------------------------------------------------------------ */

static gboolean
check_config (const StaticAuthConfig *config, SynclineHost *host, char ***out_argv, GError **error)
{
  const guint n
      = (config->token != NULL) + (config->token_file != NULL) + (config->token_command != NULL);
  g_autoptr (GError) local = NULL;

  if (n != 1)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                   "[%s] %s of token, token-file and token-command %s set; set one",
                   syncline_host_get_name (host), n == 0 ? "none" : "more than one",
                   n == 0 ? "is" : "are");
      return FALSE;
    }
  if (config->token_command == NULL
      || g_shell_parse_argv (config->token_command, NULL, out_argv, &local))
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG, "[%s] token-command: %s",
               syncline_host_get_name (host), local->message);
  return FALSE;
}

static gpointer
create (gconstpointer data, SynclineHost *host, GError **error)
{
  const StaticAuthConfig *config = data;
  char **argv = NULL;

  if (!check_config (config, host, &argv, error))
    return NULL;
  StaticAuth *self = g_new0 (StaticAuth, 1);
  self->config = config;
  self->host = host;
  self->argv = argv;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

static void
destroy (gpointer data)
{
  StaticAuth *self = data;

  g_clear_pointer (&self->credentials, syncline_credentials_unref);
  secret_free (self->refused_token);
  g_strfreev (self->argv);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

static const SynclineAuthClass methods = {
  .struct_size = sizeof (SynclineAuthClass),
  .get_credentials = get_credentials,
  .invalidate = invalidate,
  .dup_user_id = dup_user_id,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER, .kind = SYNCLINE_PLUGIN_AUTH,
  .name = "static-auth",  .version = PACKAGE_VERSION,
  .license = "MIT",       .summary = "Access tokens from the config, a file or a command",
  .options = options,     .config_size = sizeof (StaticAuthConfig),
  .methods = &methods,    .create = create,
  .destroy = destroy,
};
