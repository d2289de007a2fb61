/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "core-options.h"

#include <syncline/registry.h>

#include "setup.h"

#define HOUR G_TIME_SPAN_HOUR

const SynclineOption syncline_core_options[] = {
  { .name = "store",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineCoreConfig, store),
    .summary = "The plugin that keeps the local database",
    .details = "Needed by upload and download." },
  { .name = "upload",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineCoreConfig, upload),
    .summary = "The transport that sends local changes to the server",
    .details = "Without it local changes stay in the queue." },
  { .name = "download",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineCoreConfig, download),
    .summary = "The transport that receives the server's changes",
    .details = "May be the same plugin as upload; both roles then share one instance." },
  { .name = "auth",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineCoreConfig, auth),
    .summary = "The plugin that signs in and keeps the session",
    .details = "Both transports use its token. Without it they send none." },
  { .name = "serializer",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (SynclineCoreConfig, serializers),
    .summary = "Plugins that shape a change for the server, in order",
    .details = "Each gets what the one before it gave." },
  { .name = "schema",
    .type = SYNCLINE_OPTION_PATH,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineCoreConfig, schema),
    .summary = "The file that declares the tables",
    .details = "Required with a store." },
  { .name = "default-streams",
    .type = SYNCLINE_OPTION_BOOLEAN,
    .offset = SYNCLINE_OPTION_FIELD_BOOLEAN (SynclineCoreConfig, include_defaults),
    .default_value = "true",
    .summary = "Whether to receive the streams that the service subscribes by itself" },
  { .name = "streams",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineCoreConfig, streams),
    .summary = "Streams to receive besides, as NAME or NAME:{JSON OBJECT}, separated by commas",
    .details
    = "The object holds the stream's parameters: lists, todos:{\"list\": \"l1\"}. What the "
      "application or 'syncline streams subscribe' subscribes to comes on top of it." },
  { .name = "parameters",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineCoreConfig, parameters),
    .summary = "A JSON object that the sync rules can read" },
  { .name = "retry-min",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (SynclineCoreConfig, retry_min),
    .default_value = "1s",
    .minimum = 10 * G_TIME_SPAN_MILLISECOND,
    .maximum = HOUR,
    .summary = "Upper bound of the wait after the first failure",
    .details
    = "The wait before each further attempt is random, below a bound that doubles from retry-min "
      "to retry-max." },
  { .name = "retry-max",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (SynclineCoreConfig, retry_max),
    .default_value = "60s",
    .minimum = 10 * G_TIME_SPAN_MILLISECOND,
    .maximum = HOUR,
    .summary = "Upper bound of the wait after many failures",
    .details = "Not below retry-min." },
  { .name = "upload-max-changes",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (SynclineCoreConfig, upload_max_changes),
    .default_value = "1000",
    .minimum = 1,
    .maximum = 100000,
    .summary = "Most changes in a batch",
    .details = "A bigger transaction still goes up as a whole." },
  { .name = "upload-max-bytes",
    .type = SYNCLINE_OPTION_SIZE,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (SynclineCoreConfig, upload_max_bytes),
    .default_value = "1M",
    .minimum = 1024,
    .maximum = 1024 * 1024 * 1024,
    .summary = "Most bytes of changed data in a batch",
    .details = "A bigger transaction still goes up as a whole." },
  { .name = "on-reject",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (SynclineCoreConfig, on_reject),
    .summary = "What becomes of changes that the server refuses: CODE ACTION, CODE ACTION, …",
    .details
    = "CODE is an SQLSTATE, a PGRST code or one of the plugin's, or the beginning of one with a * "
      "after it. ACTION is park (to the rejected changes; the queue goes on), block (the queue "
      "waits), retry N (N times more, then park) or drop (forgotten, with a line in the log). The "
      "first that fits counts; what fits none is parked. A table's own rules go first." },
  { .name = "credentials-margin",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (SynclineCoreConfig, credentials_margin),
    .default_value = "60s",
    .minimum = 0,
    .maximum = HOUR,
    .summary = "How long before its end a token is refreshed" },
  { .name = "write-checkpoint-timeout",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (SynclineCoreConfig, write_checkpoint_timeout),
    .default_value = "10s",
    .minimum = 10 * G_TIME_SPAN_MILLISECOND,
    .maximum = HOUR,
    .summary = "How long the service may take to confirm an upload before it is asked again",
    .details = "Until an upload is confirmed nothing downloaded is shown." },
  { .name = "authenticated-command",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineCoreConfig, authenticated_command),
    .summary = "A command that runs after each sign-in" },
  SYNCLINE_OPTION_END,
};

const SynclineOption *
syncline_registry_get_core_options (void)
{
  return syncline_core_options;
}
