/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = SYNCLINE_PLUGIN_SERIALIZER,
  BROKEN_TEXTS ("another-name"),
  .methods = &broken_methods,
  BROKEN_FUNCTIONS,
};
