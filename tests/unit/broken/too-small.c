/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  .magic = SYNCLINE_PLUGIN_MAGIC,
  .abi = SYNCLINE_PLUGIN_ABI,
  .size = sizeof (SynclinePlugin) - sizeof (gpointer),
  .kind = SYNCLINE_PLUGIN_SERIALIZER,
  BROKEN_TEXTS ("too-small"),
  .methods = &broken_methods,
  BROKEN_FUNCTIONS,
};
