/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Tells the service manager how a service is doing: the protocol of sd_notify(3), without its library. */

#pragma once

#include <glib.h>

/* Sends assignments such as "READY=1", one a line. Does nothing without a manager. */
void cli_notify (const char *state);

/* Sends STATUS=, which the manager shows to people. */
void cli_notify_status (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* How often the manager wants WATCHDOG=1, in microseconds; 0 for never. */
gint64 cli_notify_watchdog_interval (void);
