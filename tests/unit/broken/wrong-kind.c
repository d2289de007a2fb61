/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "broken.h"

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = {
  SYNCLINE_PLUGIN_HEADER,
  .kind = (SynclinePluginKind) 99,
  BROKEN_TEXTS ("wrong-kind"),
  .methods = &broken_methods,
  BROKEN_FUNCTIONS,
};
