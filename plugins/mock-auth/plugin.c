/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-auth.h"

SYNCLINE_PLUGIN_EXPORT const SynclinePlugin syncline_plugin = MOCK_AUTH_PLUGIN;
