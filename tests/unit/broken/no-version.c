/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER, .kind = SYNCLINE_PLUGIN_SERIALIZER, .name = "no-version",
  .license = "MIT",       .summary = "Broken on purpose",     .methods = &broken_methods,
  BROKEN_FUNCTIONS,
};
