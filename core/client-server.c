/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Looking at servers, for people who set a deployment up. */

#include "config.h"

#include "client-private.h"
#include "log.h"

/* A service that is only copying the database has no checkpoint yet, and says so by saying nothing else. */
#define MOST_KEEPALIVES 2

typedef struct
{
  SynclineClient *client;
  SynclineClientCheckFunc func;
  gpointer user_data;
  GCancellable *cancellable;
  const char *role;
  const char *plugin;
  gboolean faultless;
} Check;

static void
tell (const SynclineFinding *finding, gpointer user_data)
{
  Check *check = user_data;

  if (finding->level == SYNCLINE_FINDING_FAULT)
    check->faultless = FALSE;
  check->func (check->role, check->plugin, finding, check->user_data);
}

static void
tell_text (Check *check,
           SynclineFindingLevel level,
           const char *topic,
           const char *message,
           const char *advice)
{
  const SynclineFinding finding = { level, topic, message, advice,
                                    level == SYNCLINE_FINDING_FAULT ? SYNCLINE_ERROR_FAILED : 0 };

  tell (&finding, check);
}

static void
tell_error (Check *check, const char *topic, const GError *error, const char *advice)
{
  const gboolean ours = error->domain == SYNCLINE_ERROR;
  const SynclineFinding finding = { SYNCLINE_FINDING_FAULT, topic, error->message, advice,
                                    ours ? (SynclineError) error->code : SYNCLINE_ERROR_FAILED };

  tell (&finding, check);
}

static void
begin_role (Check *check, const char *role, const SynclinePluginSetup *setup)
{
  check->role = role;
  check->plugin = setup->name;
}

typedef gboolean (*Probe) (gpointer self, char **out_message, GCancellable *, GError **);

static void
probe (Check *check, Probe func, gpointer instance)
{
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  if (func (instance, &message, check->cancellable, &error))
    tell_text (check, SYNCLINE_FINDING_OK, "server", message != NULL ? message : "it answers",
               NULL);
  else
    tell_error (check, "server", error, NULL);
}

/* --- Session -------------------------------------------------------------------------------------- */

static void
tell_token (Check *check, SynclineCredentials *credentials)
{
  const gint64 expires_at = syncline_credentials_get_expires_at (credentials);
  const char *user = syncline_credentials_get_user_id (credentials);

  if (user == NULL)
    tell_text (check, SYNCLINE_FINDING_WARNING, "token", "the token does not say whose it is",
               "a token needs the claim sub, by which the rows of users are told apart");
  if (expires_at == 0)
    {
      tell_text (check, SYNCLINE_FINDING_OK, "token", "there is one, and it does not expire", NULL);
      return;
    }
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (expires_at / G_USEC_PER_SEC);
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : NULL;
  g_autofree char *message
      = g_strdup_printf ("there is one, good until %s", when != NULL ? when : "the end of time");
  tell_text (check, SYNCLINE_FINDING_OK, "token", message, NULL);
}

/* The token to ask the other servers with, or NULL. */
static SynclineCredentials *
check_auth (Check *check)
{
  SynclineRoles *roles = check->client->roles;
  SynclineCredentials *credentials = NULL;
  g_autoptr (GError) error = NULL;

  begin_role (check, "auth", roles->setup->auth);
  if (SYNCLINE_HAS_SLOT (roles->auth_methods, probe))
    probe (check, roles->auth_methods->probe, roles->auth);
  if (syncline_roles_get_credentials (roles, 0, &credentials, check->cancellable, &error))
    {
      tell_token (check, credentials);
      return credentials;
    }
  if (g_error_matches (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION))
    tell_error (check, "session", error, "sign in: 'syncline login'");
  else
    tell_error (check, "token", error, NULL);
  return NULL;
}

/* --- What the service would send -------------------------------------------------------------------- */

static void
tell_streams (Check *check, const SynclineEvent *event)
{
  for (guint i = 0; i < event->n_streams; i++)
    {
      const SynclineStreamInfo *stream = &event->streams[i];
      for (guint j = 0; j < stream->n_errors; j++)
        {
          g_autofree char *message
              = g_strdup_printf ("stream %s: %s", stream->name, stream->errors[j]);
          tell_text (check, SYNCLINE_FINDING_FAULT, "sync-rules", message,
                     "check the stream's name and parameters, and the service's log");
        }
    }
}

static void
tell_buckets (Check *check, const SynclineEvent *event)
{
  gint64 n_ops = 0;

  for (guint i = 0; i < event->n_buckets; i++)
    n_ops += event->buckets[i].count;
  g_autofree char *message
      = g_strdup_printf ("they give this user %u %s with %" G_GINT64_FORMAT " operations",
                         event->n_buckets, event->n_buckets == 1 ? "bucket" : "buckets", n_ops);

  if (event->n_buckets == 0)
    tell_text (
        check, SYNCLINE_FINDING_WARNING, "sync-rules", message,
        "check the parameter queries of the sync rules, and the streams that are subscribed");
  else if (n_ops == 0 && event->buckets[0].has_count)
    tell_text (check, SYNCLINE_FINDING_WARNING, "sync-rules", message,
               "if the server has rows for this user, check that the tables are in the publication "
               "that the service replicates (powersync)");
  else
    tell_text (check, SYNCLINE_FINDING_OK, "sync-rules", message, NULL);
}

/* Waits for the first checkpoint of a stream and looks at it. */
static void
check_stream (Check *check, gpointer stream)
{
  SynclineRoles *roles = check->client->roles;
  guint n_keepalives = 0;

  while (n_keepalives < MOST_KEEPALIVES)
    {
      SynclineEvent event = { 0 };
      g_autoptr (GError) error = NULL;

      if (!roles->download_methods->next_event (roles->download, stream, &event, check->cancellable,
                                                &error))
        {
          tell_error (check, "sync-rules", error, NULL);
          return;
        }
      if (event.type == SYNCLINE_EVENT_CHECKPOINT)
        {
          tell_streams (check, &event);
          tell_buckets (check, &event);
          return;
        }
      if (event.type == SYNCLINE_EVENT_END)
        break;
      n_keepalives++;
    }
  tell_text (check, SYNCLINE_FINDING_WARNING, "sync-rules", "the service has no checkpoint yet",
             "it may still be copying the database: look at its log, and check again");
}

/* As a new device would ask: with the config's parameters and streams, and nothing yet. */
static void
check_rules (Check *check, SynclineCredentials *credentials)
{
  SynclineRoles *roles = check->client->roles;
  const SynclineEngineOptions *options = &roles->setup->engine;
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (SynclineSubscription));
  g_autofree char *client_id = g_uuid_string_random ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; options->streams != NULL && i < options->streams->len; i++)
    g_array_append_vals (wanted, g_ptr_array_index (options->streams, i), 1);
  const SynclineStreamRequest request = {
    .client_id = client_id,
    .parameters = options->parameters,
    .include_defaults = options->include_defaults,
    .n_subscriptions = wanted->len,
    .subscriptions = (const SynclineSubscription *) (void *) wanted->data,
  };
  gpointer stream = roles->download_methods->open_stream (roles->download, &request, credentials,
                                                          check->cancellable, &error);
  if (stream == NULL)
    {
      const gboolean refused = g_error_matches (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED);
      tell_error (check, refused ? "token" : "sync-rules", error,
                  refused ? "check client_auth of the service: the key (jwks_uri or jwks) and the "
                            "audience of this user's tokens"
                          : NULL);
      return;
    }
  if (credentials != NULL)
    tell_text (check, SYNCLINE_FINDING_OK, "token", "the service takes it", NULL);
  check_stream (check, stream);
  roles->download_methods->close_stream (roles->download, stream);
}

/* --- All of it -------------------------------------------------------------------------------------- */

/* Whether the server was reached. */
static gboolean
check_transport (Check *check,
                 const SynclineTransportClass *methods,
                 gpointer instance,
                 SynclineCredentials *credentials)
{
  const gboolean faultless = check->faultless;

  check->faultless = TRUE;
  if (SYNCLINE_HAS_SLOT (methods, check))
    methods->check (instance, credentials, tell, check, check->cancellable);
  else if (SYNCLINE_HAS_SLOT (methods, probe))
    probe (check, methods->probe, instance);
  const gboolean reached = check->faultless;
  check->faultless = check->faultless && faultless;
  return reached;
}

gboolean
syncline_client_check (SynclineClient *self,
                       SynclineClientCheckFunc func,
                       gpointer user_data,
                       GCancellable *cancellable)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  SynclineRoles *roles = self->roles;
  Check check = { self, func, user_data, cancellable, NULL, NULL, TRUE };
  g_autoptr (SynclineCredentials) credentials = NULL;

  if (roles->auth_methods != NULL)
    credentials = check_auth (&check);
  const gboolean may_ask = credentials != NULL || roles->auth_methods == NULL;
  if (roles->upload_methods != NULL)
    {
      begin_role (&check, "upload", roles->setup->upload);
      check_transport (&check, roles->upload_methods, roles->upload, credentials);
    }
  if (roles->download_methods != NULL)
    {
      begin_role (&check, "download", roles->setup->download);
      if (check_transport (&check, roles->download_methods, roles->download, credentials)
          && may_ask)
        check_rules (&check, credentials);
    }
  return check.faultless;
}

gboolean
syncline_client_describe_server (SynclineClient *self,
                                 const char *key,
                                 SynclineServerColumnFunc func,
                                 gpointer user_data,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  SynclineRoles *roles = self->roles;
  g_autoptr (SynclineCredentials) credentials = NULL;

  if (!SYNCLINE_HAS_SLOT (roles->upload_methods, describe))
    {
      g_set_error (
          error, SYNCLINE_ERROR, SYNCLINE_ERROR_NOT_SUPPORTED,
          "%s can't tell which tables its server has; take them from a folder of migrations",
          roles->setup->upload != NULL ? roles->setup->upload->name
                                       : "The config names no upload plugin, which");
      return FALSE;
    }
  syncline_log_add_secret (key);
  /* Without a session the server may still show what it shows to everybody. */
  if (key == NULL && roles->auth_methods != NULL)
    (void) syncline_roles_get_credentials (roles, 0, &credentials, cancellable, NULL);
  return roles->upload_methods->describe (roles->upload, credentials, key, func, user_data,
                                          cancellable, error);
}
