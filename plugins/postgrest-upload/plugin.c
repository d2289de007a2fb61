/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "look.h"
#include "uploader.h"

static const char *const mode_choices[] = { "rest", "rest-single", "rpc", NULL };

static const SynclineOption uploader_options[] = {
  { .name = "url",
    .type = SYNCLINE_OPTION_URL,
    .flags = SYNCLINE_OPTION_REQUIRED,
    .offset = SYNCLINE_OPTION_FIELD_STRING (UploaderConfig, url),
    .summary = "Root of PostgREST, such as ${SUPABASE_URL}/rest/v1" },
  { .name = "api-key",
    .type = SYNCLINE_OPTION_STRING,
    .flags = SYNCLINE_OPTION_SECRET,
    .offset = SYNCLINE_OPTION_FIELD_STRING (UploaderConfig, api_key),
    .summary = "Key of the project that Supabase's gateway wants: publishable or anon",
    .details
    = "Sent in the header `apikey`. It says which project, not which user: the user is told by "
      "the session's token. Never a secret or service_role key." },
  { .name = "schema",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (UploaderConfig, profile),
    .default_value = "public",
    .summary = "Schema of the database that the tables are in",
    .details
    = "Another one than `public` is sent in the header `Content-Profile`; PostgREST has to "
      "expose it." },
  { .name = "mode",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (UploaderConfig, mode),
    .default_value = "rest",
    .choices = mode_choices,
    .summary = "How changes are sent",
    .details
    = "`rest` sends neighbouring changes of one kind in one request, in order. `rest-single` "
      "sends one request a change: slow, but a server's log shows each. `rpc` sends whole "
      "local transactions in calls of a function of the database, which applies a call "
      "whole or not at all." },
  { .name = "max-request-changes",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (UploaderConfig, max_request_changes),
    .default_value = "1000",
    .minimum = 1,
    .maximum = 100000,
    .summary = "Most changes in one request; a bigger transaction, in mode rpc, goes alone" },
  { .name = "max-request-size",
    .type = SYNCLINE_OPTION_SIZE,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (UploaderConfig, max_request_size),
    .default_value = "1M",
    .minimum = 1024,
    .maximum = 1024 * 1024 * 1024,
    .summary
    = "Most bytes in one request; a bigger change, or transaction in mode rpc, goes alone" },
  { .name = "function",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (UploaderConfig, function),
    .default_value = "syncline_apply",
    .summary = "Function that applies transactions, for mode rpc",
    .details
    = "It takes one argument, `changes`, a JSON array. One that serves all tables comes with "
      "Syncline, as a migration." },
  { .name = "timeout",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (UploaderConfig, timeout),
    .default_value = "60s",
    .minimum = G_TIME_SPAN_SECOND,
    .maximum = G_TIME_SPAN_HOUR,
    .summary = "How long to wait for the answer to a request" },
  SYNCLINE_HTTP_OPTIONS (UploaderConfig, http),
  SYNCLINE_OPTION_END,
};

static gpointer
create (gconstpointer config, SynclineHost *host, GError **error)
{
  return uploader_new (config, host, error);
}

static void
destroy (gpointer self)
{
  uploader_free (self);
}

static gboolean
upload (gpointer self,
        GPtrArray *changes,
        SynclineCredentials *credentials,
        GPtrArray *outcomes,
        GCancellable *cancellable,
        GError **error)
{
  return uploader_upload (self, changes, credentials, outcomes, cancellable, error);
}

static gboolean
applies_transactions (gpointer self)
{
  return uploader_applies_transactions (self);
}

static void
set_client_id (gpointer self, const char *client_id)
{
  uploader_set_client_id (self, client_id);
}

static gboolean
probe (gpointer self, char **out_message, GCancellable *cancellable, GError **error)
{
  return uploader_probe (self, out_message, cancellable, error);
}

static void
check (gpointer self,
       SynclineCredentials *credentials,
       SynclineFindingFunc func,
       gpointer func_data,
       GCancellable *cancellable)
{
  uploader_check (self, credentials, func, func_data, cancellable);
}

static gboolean
describe (gpointer self,
          SynclineCredentials *credentials,
          const char *key,
          SynclineServerColumnFunc func,
          gpointer func_data,
          GCancellable *cancellable,
          GError **error)
{
  return uploader_describe (self, credentials, key, func, func_data, cancellable, error);
}

static const SynclineTransportClass uploader_methods = {
  .struct_size = sizeof (SynclineTransportClass),
  .upload = upload,
  .probe = probe,
  .check = check,
  .describe = describe,
  .applies_transactions = applies_transactions,
  .set_client_id = set_client_id,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = SYNCLINE_PLUGIN_TRANSPORT,
  .name = "postgrest-upload",
  .version = SYNCLINE_VERSION,
  .license = "MIT",
  .summary = "Sends changes to PostgREST, as Supabase has it",
  .options = uploader_options,
  .config_size = sizeof (UploaderConfig),
  .methods = &uploader_methods,
  .create = create,
  .destroy = destroy,
};
