/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

/* Its field begins where the config struct ends. */
static const SynclineOption options[] = {
  { .name = "path", .type = SYNCLINE_OPTION_PATH, .offset = sizeof (char *), .summary = "A file" },
  SYNCLINE_OPTION_END,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER, .kind = SYNCLINE_PLUGIN_SERIALIZER, BROKEN_TEXTS ("wrong-option"),
  .options = options,     .config_size = sizeof (char *),     .methods = &broken_methods,
  BROKEN_FUNCTIONS,
};
