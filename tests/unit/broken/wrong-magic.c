/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  .magic = 0x12345678u,
  .abi = SYNCLINE_PLUGIN_ABI,
  .size = sizeof (SynclinePlugin),
  .kind = SYNCLINE_PLUGIN_SERIALIZER,
  BROKEN_TEXTS ("wrong-magic"),
  .methods = &broken_methods,
  BROKEN_FUNCTIONS,
};
