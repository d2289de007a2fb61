/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

static const SynclineOption options[] = {
  { .name = "count",
    .type = SYNCLINE_OPTION_INTEGER,
    .default_value = "11",
    .minimum = 1,
    .maximum = 10,
    .summary = "A number" },
  SYNCLINE_OPTION_END,
};

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER, .kind = SYNCLINE_PLUGIN_SERIALIZER, BROKEN_TEXTS ("wrong-default"),
  .options = options,     .config_size = sizeof (gint64),     .methods = &broken_methods,
  BROKEN_FUNCTIONS,
};
