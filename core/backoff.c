/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "backoff.h"

/* Below this a retry is a hammer: jitter may come out as nothing at all. */
#define SHORTEST_DELAY (100 * G_TIME_SPAN_MILLISECOND)

static gint64
ceiling (const SynclineBackoff *backoff)
{
  gint64 delay = MAX (backoff->minimum, SHORTEST_DELAY);

  for (guint i = 1; i < backoff->n_failures && delay < backoff->maximum; i++)
    delay *= 2;
  return MIN (delay, MAX (backoff->maximum, SHORTEST_DELAY));
}

gint64
syncline_backoff_next (SynclineBackoff *backoff, gint64 retry_after)
{
  backoff->n_failures++;

  const gint64 top = ceiling (backoff);
  const gint64 jittered = (gint64) (g_random_double () * (double) top);
  if (retry_after >= 0)
    return retry_after + jittered;
  return MAX (jittered, SHORTEST_DELAY);
}
