/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include <syncline/plugin.h>

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin my_plugin = { SYNCLINE_PLUGIN_HEADER };
