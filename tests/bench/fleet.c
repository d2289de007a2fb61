/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What a fleet of devices does to a service that comes back after an outage: a simulation of when each device tries
 * again, by the very code that decides that in a client (core/backoff.c). `make fleet` prints the table that
 * docs/deployment.md has. */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/backoff.h"

#define SECOND G_TIME_SPAN_SECOND
#define LONGEST (8 * G_TIME_SPAN_HOUR)

typedef struct
{
  const char *what;
  gint64 retry_max;
  gint64 outage;
  guint capacity;     /* connections that the service takes in a second; 0: any number */
  gint64 retry_after; /* what it tells those that it turns away; -1: nothing */
} Scenario;

typedef struct
{
  gint64 time;
  guint device;
} Attempt;

/* --- A heap of attempts, the next one first ---------------------------------------------------- */

static void
swap (Attempt *a, Attempt *b)
{
  const Attempt kept = *a;

  *a = *b;
  *b = kept;
}

static void
push (GArray *heap, Attempt attempt)
{
  g_array_append_val (heap, attempt);
  Attempt *items = (Attempt *) (void *) heap->data;
  for (guint i = heap->len - 1; i > 0 && items[i].time < items[(i - 1) / 2].time; i = (i - 1) / 2)
    swap (&items[i], &items[(i - 1) / 2]);
}

static Attempt
pop (GArray *heap)
{
  Attempt *items = (Attempt *) (void *) heap->data;
  const Attempt first = items[0];
  guint i = 0;

  items[0] = items[heap->len - 1];
  g_array_set_size (heap, heap->len - 1);
  for (;;)
    {
      guint least = i;
      for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < heap->len; child++)
        if (items[child].time < items[least].time)
          least = child;
      if (least == i)
        return first;
      swap (&items[i], &items[least]);
      i = least;
    }
}

/* --- The fleet ---------------------------------------------------------------------------------- */

typedef struct
{
  guint64 n_attempts;
  guint peak;        /* attempts in the busiest second from the end of the outage on */
  gint64 half, most; /* when half and 99 % were connected, from the end of the outage on */
  gint64 all;
} Outcome;

static Outcome
simulate (const Scenario *scenario, guint n_devices)
{
  g_autofree SynclineBackoff *backoffs = g_new0 (SynclineBackoff, n_devices);
  g_autoptr (GArray) heap = g_array_sized_new (FALSE, FALSE, sizeof (Attempt), n_devices);
  Outcome outcome = { 0 };
  guint n_connected = 0, in_second = 0;
  gint64 second = -1;

  /* All streams break at once. */
  for (guint i = 0; i < n_devices; i++)
    {
      backoffs[i] = (SynclineBackoff){ .minimum = SECOND, .maximum = scenario->retry_max };
      push (heap, (Attempt){ syncline_backoff_next (&backoffs[i], -1), i });
    }
  while (heap->len > 0)
    {
      Attempt attempt = pop (heap);
      const gint64 after = attempt.time - scenario->outage;
      outcome.n_attempts++;
      if (attempt.time / SECOND != second)
        in_second = 0;
      second = attempt.time / SECOND;
      in_second++;
      if (after >= 0)
        outcome.peak = MAX (outcome.peak, in_second);
      if (after < 0 || (scenario->capacity > 0 && in_second > scenario->capacity))
        {
          const gint64 asked = after < 0 ? -1 : scenario->retry_after;
          attempt.time += syncline_backoff_next (&backoffs[attempt.device], asked);
          if (attempt.time < LONGEST)
            push (heap, attempt);
          continue;
        }
      n_connected++;
      if (n_connected == n_devices / 2)
        outcome.half = after;
      if (n_connected == (guint) ((guint64) n_devices * 99 / 100))
        outcome.most = after;
      if (n_connected == n_devices)
        outcome.all = after;
    }
  return outcome;
}

int
main (int argc, char **argv)
{
  static const Scenario scenarios[] = {
    { "5 min out, retry-max 60 s", 60 * SECOND, 300 * SECOND, 0, -1 },
    { "1 h out, retry-max 60 s", 60 * SECOND, 3600 * SECOND, 0, -1 },
    { "1 h out, retry-max 10 min", 600 * SECOND, 3600 * SECOND, 0, -1 },
    { "1 h out, retry-max 60 s, takes 500/s", 60 * SECOND, 3600 * SECOND, 500, -1 },
    { "the same, and Retry-After: 120", 60 * SECOND, 3600 * SECOND, 500, 120 * SECOND },
    { "1 h out, retry-max 10 min, takes 500/s", 600 * SECOND, 3600 * SECOND, 500, -1 },
  };
  const guint n_devices = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 100000;

  printf ("%u devices\n\n| | attempts a device | busiest second | half are back | 99 %% | all |\n"
          "|---|---|---|---|---|---|\n",
          n_devices);
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      /* The same numbers at each run, and for each scenario. */
      g_random_set_seed (20261127);
      const Outcome outcome = simulate (&scenarios[i], n_devices);
      printf ("| %s | %.1f | %u | %.0f s | %.0f s | %.0f s |\n", scenarios[i].what,
              (double) outcome.n_attempts / n_devices, outcome.peak, (double) outcome.half / SECOND,
              (double) outcome.most / SECOND, (double) outcome.all / SECOND);
    }
  return EXIT_SUCCESS;
}
