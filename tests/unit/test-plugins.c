/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "test-plugins.h"

#include <syncline/auth.h>
#include <syncline/serializer.h>
#include <syncline/store.h>
#include <syncline/transport.h>

static gpointer
never_create (gconstpointer config, SynclineHost *host, GError **error)
{
  g_assert_not_reached ();
}

static void
never_destroy (gpointer self)
{
  g_assert_not_reached ();
}

/* Stands for methods of any type: checking a config must call none. */
static void
never (void)
{
  g_assert_not_reached ();
}
#define NEVER ((gpointer) never)

#define DESCRIPTOR(Name, Kind, Options, Size, Methods)                                             \
  {                                                                                                \
    SYNCLINE_PLUGIN_HEADER, .kind = Kind, .name = Name, .version = "1", .license = "MIT",          \
                            .summary = "For tests", .options = Options, .config_size = Size,       \
                            .methods = Methods, .create = never_create, .destroy = never_destroy   \
  }

static const SynclineStoreClass store_methods = {
  .struct_size = sizeof (SynclineStoreClass),
  .open = NEVER,
  .close = NEVER,
  .acquire_sync = NEVER,
  .release_sync = NEVER,
  .execute = NEVER,
  .transaction = NEVER,
  .execute_in = NEVER,
  .peek_changes = NEVER,
  .resolve_changes = NEVER,
  .list_changes = NEVER,
  .retry_rejected = NEVER,
  .discard_rejected = NEVER,
  .get_gate = NEVER,
  .set_write_checkpoint = NEVER,
  .list_buckets = NEVER,
  .remove_buckets = NEVER,
  .stage_ops = NEVER,
  .apply_checkpoint = NEVER,
  .get_note = NEVER,
  .set_note = NEVER,
  .clear = NEVER,
};

static const SynclineTransportClass transport_methods = {
  .struct_size = sizeof (SynclineTransportClass),
  .upload = NEVER,
  .open_stream = NEVER,
  .next_event = NEVER,
  .close_stream = NEVER,
  .request_write_checkpoint = NEVER,
};

static const SynclineTransportClass upload_methods = {
  .struct_size = sizeof (SynclineTransportClass),
  .upload = NEVER,
};

static const SynclineTransportClass download_methods = {
  .struct_size = sizeof (SynclineTransportClass),
  .open_stream = NEVER,
  .next_event = NEVER,
  .close_stream = NEVER,
  .request_write_checkpoint = NEVER,
};

static const SynclineAuthClass auth_methods = {
  .struct_size = sizeof (SynclineAuthClass),
  .get_credentials = NEVER,
  .invalidate = NEVER,
  .dup_user_id = NEVER,
};

static const SynclineSerializerClass serializer_methods = {
  .struct_size = sizeof (SynclineSerializerClass),
  .serialize = NEVER,
};

static const char *const modes[] = { "wal", "delete", NULL };

static const SynclineOption store_options[] = {
  { .name = "path",
    .type = SYNCLINE_OPTION_PATH,
    .flags = SYNCLINE_OPTION_REQUIRED,
    .offset = SYNCLINE_OPTION_FIELD_STRING (TestStoreConfig, path),
    .summary = "The file" },
  { .name = "name",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (TestStoreConfig, name),
    .summary = "A name" },
  { .name = "mode",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (TestStoreConfig, mode),
    .choices = modes,
    .summary = "The journal" },
  { .name = "size",
    .type = SYNCLINE_OPTION_SIZE,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (TestStoreConfig, size),
    .default_value = "2M",
    .minimum = 4096,
    .maximum = 1024 * 1024 * 1024,
    .summary = "The cache" },
  SYNCLINE_OPTION_END,
};

static const SynclineOption transport_options[] = {
  { .name = "url",
    .type = SYNCLINE_OPTION_URL,
    .flags = SYNCLINE_OPTION_REQUIRED,
    .offset = SYNCLINE_OPTION_FIELD_STRING (TestTransportConfig, url),
    .summary = "The server" },
  { .name = "token",
    .type = SYNCLINE_OPTION_STRING,
    .flags = SYNCLINE_OPTION_SECRET,
    .offset = SYNCLINE_OPTION_FIELD_STRING (TestTransportConfig, token),
    .summary = "The token" },
  { .name = "timeout",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (TestTransportConfig, timeout),
    .default_value = "30s",
    .minimum = G_TIME_SPAN_SECOND,
    .maximum = G_TIME_SPAN_HOUR,
    .summary = "How long to wait" },
  { .name = "connections",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (TestTransportConfig, connections),
    .default_value = "2",
    .minimum = 1,
    .maximum = 8,
    .summary = "How many" },
  { .name = "compress",
    .type = SYNCLINE_OPTION_BOOLEAN,
    .offset = SYNCLINE_OPTION_FIELD_BOOLEAN (TestTransportConfig, compress),
    .summary = "Whether to compress" },
  SYNCLINE_OPTION_END,
};

typedef struct
{
  char *key;
  char *old_key;
} TestAuthConfig;

static const SynclineOption auth_options[] = {
  { .name = "key",
    .type = SYNCLINE_OPTION_STRING,
    .flags = SYNCLINE_OPTION_REQUIRED | SYNCLINE_OPTION_SECRET,
    .offset = SYNCLINE_OPTION_FIELD_STRING (TestAuthConfig, key),
    .summary = "The key" },
  { .name = "old-key",
    .type = SYNCLINE_OPTION_STRING,
    .flags = SYNCLINE_OPTION_DEPRECATED,
    .offset = SYNCLINE_OPTION_FIELD_STRING (TestAuthConfig, old_key),
    .summary = "Use key" },
  SYNCLINE_OPTION_END,
};

static const SynclineOption no_options[] = { SYNCLINE_OPTION_END };

const SynclinePlugin test_store = DESCRIPTOR (
    "test-store", SYNCLINE_PLUGIN_STORE, store_options, sizeof (TestStoreConfig), &store_methods);
const SynclinePlugin test_transport = DESCRIPTOR ("test-transport",
                                                  SYNCLINE_PLUGIN_TRANSPORT,
                                                  transport_options,
                                                  sizeof (TestTransportConfig),
                                                  &transport_methods);
const SynclinePlugin test_upload
    = DESCRIPTOR ("test-upload", SYNCLINE_PLUGIN_TRANSPORT, no_options, 0, &upload_methods);
const SynclinePlugin test_download
    = DESCRIPTOR ("test-download", SYNCLINE_PLUGIN_TRANSPORT, no_options, 0, &download_methods);
const SynclinePlugin test_auth = DESCRIPTOR (
    "test-auth", SYNCLINE_PLUGIN_AUTH, auth_options, sizeof (TestAuthConfig), &auth_methods);
const SynclinePlugin test_first
    = DESCRIPTOR ("test-first", SYNCLINE_PLUGIN_SERIALIZER, NULL, 0, &serializer_methods);
const SynclinePlugin test_second
    = DESCRIPTOR ("test-second", SYNCLINE_PLUGIN_SERIALIZER, no_options, 0, &serializer_methods);

void
test_plugins_add (void)
{
  const SynclinePlugin *const plugins[]
      = { &test_store, &test_transport, &test_upload, &test_download,
          &test_auth,  &test_first,     &test_second };

  for (guint i = 0; i < G_N_ELEMENTS (plugins); i++)
    {
      g_autoptr (GError) error = NULL;

      syncline_registry_add (plugins[i], &error);
      g_assert_no_error (error);
    }
}
