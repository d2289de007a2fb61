/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The key that says which project a request is for: sb_publishable_…, or a JWT of the role `anon`. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FALSE with SYNCLINE_ERROR_CONFIG for a key that gets around row level security: it must not be on a device.
 * Other servers' keys, which look like nothing known, pass. */
gboolean api_key_check (const char *api_key, GError **error);

G_END_DECLS
