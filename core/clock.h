/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the time comes from: the system's, or in tests a virtual one that moves when it is told to.
 * Both functions give microseconds and may be called from any thread. */
typedef struct
{
  gint64 (*get_real_time) (gpointer data);
  gint64 (*get_monotonic_time) (gpointer data);
  gpointer data;
} SynclineClock;

extern const SynclineClock syncline_system_clock;

static inline gint64
syncline_clock_get_real_time (const SynclineClock *clock)
{
  return clock->get_real_time (clock->data);
}

static inline gint64
syncline_clock_get_monotonic_time (const SynclineClock *clock)
{
  return clock->get_monotonic_time (clock->data);
}

G_END_DECLS
