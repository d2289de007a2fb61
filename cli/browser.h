/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

/* Opens a page in the browser that $BROWSER names, or else in the desktop's. Does not wait for it. */
gboolean cli_open_browser (const char *url, GError **error);
