/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

static const SynclineSerializerClass methods = { .struct_size = sizeof (SynclineSerializerClass) };

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = SYNCLINE_PLUGIN_SERIALIZER,
  BROKEN_TEXTS ("missing-method"),
  .methods = &methods,
  BROKEN_FUNCTIONS,
};
