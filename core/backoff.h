/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long to wait after the nth failure in a row: exponential with full jitter, so that a fleet of clients
 * that failed together does not come back together ("Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015). Not thread-safe. */
typedef struct
{
  gint64 minimum;
  gint64 maximum;
  guint n_failures;
} SynclineBackoff;

/* Microseconds to wait after one more failure. @retry_after, or -1, is what the server asked for: never
 * less than that, and jitter on top. */
gint64 syncline_backoff_next (SynclineBackoff *backoff, gint64 retry_after);

static inline void
syncline_backoff_reset (SynclineBackoff *backoff)
{
  backoff->n_failures = 0;
}

G_END_DECLS
