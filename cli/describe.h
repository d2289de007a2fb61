/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

/* "2026-11-22 19:30:01 +0100, 5 minutes ago"; times to come are "in 5 seconds". */
char *cli_describe_time (gint64 microseconds);
