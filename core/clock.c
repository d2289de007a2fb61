/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "clock.h"

static gint64
system_real_time (gpointer data G_GNUC_UNUSED)
{
  return g_get_real_time ();
}

static gint64
system_monotonic_time (gpointer data G_GNUC_UNUSED)
{
  return g_get_monotonic_time ();
}

const SynclineClock syncline_system_clock = {
  .get_real_time = system_real_time,
  .get_monotonic_time = system_monotonic_time,
};
