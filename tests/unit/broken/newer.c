/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

/* As a later version of the library may have it: what it does not know stands at the end. */
typedef struct
{
  SynclinePlugin plugin;
  gpointer more[4];
} NewerPlugin;

SYNCLINE_PLUGIN_EXPORT const NewerPlugin syncline_plugin = {
  .plugin = { .magic = SYNCLINE_PLUGIN_MAGIC,
              .abi = SYNCLINE_PLUGIN_ABI,
              .size = sizeof (NewerPlugin),
              .kind = SYNCLINE_PLUGIN_SERIALIZER,
              BROKEN_TEXTS ("newer"),
              .methods = &broken_methods,
              BROKEN_FUNCTIONS },
};
