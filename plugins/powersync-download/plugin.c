/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/downloader.h"

static const char *const format_choices[] = { "auto", "ndjson", "bson", NULL };

static const SynclineOption downloader_options[] = {
  { .name = "url",
    .type = SYNCLINE_OPTION_URL,
    .flags = SYNCLINE_OPTION_REQUIRED,
    .offset = SYNCLINE_OPTION_FIELD_STRING (DownloaderConfig, url),
    .summary = "Root of the PowerSync service, such as ${POWERSYNC_URL}" },
  { .name = "idle-timeout",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (DownloaderConfig, idle_timeout),
    .default_value = "60s",
    .minimum = 100 * G_TIME_SPAN_MILLISECOND,
    .maximum = G_TIME_SPAN_HOUR,
    .summary = "How long a stream may be silent before it counts as dead",
    .details = "The service gives a sign of life every 20 s; less than 45s cuts streams that are "
               "well." },
  { .name = "max-message",
    .type = SYNCLINE_OPTION_SIZE,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (DownloaderConfig, max_message),
    .default_value = "256M",
    .minimum = 1024,
    .maximum = 1024 * 1024 * 1024,
    .summary = "Most bytes of one message of the service",
    .details = "Keeps a broken or hostile server from filling the memory. A message holds many "
               "rows, each of which may have 15 MB." },
  { .name = "format",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (DownloaderConfig, format),
    .default_value = "auto",
    .choices = format_choices,
    .summary = "Encoding of the stream",
    .details = "`auto` asks for `bson`, which costs less to read, and takes `ndjson` too, which "
               "a person can read." },
  { .name = "compression",
    .type = SYNCLINE_OPTION_BOOLEAN,
    .offset = SYNCLINE_OPTION_FIELD_BOOLEAN (DownloaderConfig, compression),
    .default_value = "true",
    .summary = "Whether the service may compress the stream",
    .details = "Saves most of the bytes and costs some CPU; turn it off on a fast local network." },
  SYNCLINE_HTTP_OPTIONS (DownloaderConfig, http),
  SYNCLINE_OPTION_END,
};

static gpointer
create (gconstpointer config, SynclineHost *host, GError **error)
{
  return downloader_new (config, host, error);
}

static void
destroy (gpointer self)
{
  downloader_free (self);
}

static gpointer
open_stream (gpointer self,
             const SynclineStreamRequest *request,
             SynclineCredentials *credentials,
             GCancellable *cancellable,
             GError **error)
{
  return downloader_open_stream (self, request, credentials, cancellable, error);
}

static gboolean
next_event (gpointer self G_GNUC_UNUSED,
            gpointer stream,
            SynclineEvent *out_event,
            GCancellable *cancellable,
            GError **error)
{
  return downloader_next_event (stream, out_event, cancellable, error);
}

static void
close_stream (gpointer self G_GNUC_UNUSED, gpointer stream)
{
  downloader_close_stream (stream);
}

static gboolean
request_write_checkpoint (gpointer self,
                          const char *client_id,
                          gint64 above,
                          SynclineCredentials *credentials,
                          gint64 *out_write_checkpoint,
                          GCancellable *cancellable,
                          GError **error)
{
  return downloader_request_write_checkpoint (self, client_id, above, credentials,
                                              out_write_checkpoint, cancellable, error);
}

static gboolean
probe (gpointer self, char **out_message, GCancellable *cancellable, GError **error)
{
  return downloader_probe (self, out_message, cancellable, error);
}

static void
check (gpointer self,
       SynclineCredentials *credentials G_GNUC_UNUSED,
       SynclineFindingFunc func,
       gpointer func_data,
       GCancellable *cancellable)
{
  downloader_check (self, func, func_data, cancellable);
}

static const SynclineTransportClass downloader_methods = {
  .struct_size = sizeof (SynclineTransportClass),
  .open_stream = open_stream,
  .next_event = next_event,
  .close_stream = close_stream,
  .request_write_checkpoint = request_write_checkpoint,
  .probe = probe,
  .check = check,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = SYNCLINE_PLUGIN_TRANSPORT,
  .name = "powersync-download",
  .version = SYNCLINE_VERSION,
  .license = "MIT",
  .summary = "Receives rows from the PowerSync service",
  .options = downloader_options,
  .config_size = sizeof (DownloaderConfig),
  .methods = &downloader_methods,
  .create = create,
  .destroy = destroy,
};
