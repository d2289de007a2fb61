/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "core/backoff.h"

#define SECOND G_TIME_SPAN_SECOND

static void
test_delays_stay_in_range (void)
{
  SynclineBackoff backoff = { .minimum = SECOND, .maximum = 60 * SECOND };
  gint64 largest = 0;

  for (guint n = 1; n <= 1000; n++)
    {
      const gint64 delay = syncline_backoff_next (&backoff, -1);

      g_assert_cmpint (delay, >, 0);
      g_assert_cmpint (delay, <=, 60 * SECOND);
      if (n == 1)
        g_assert_cmpint (delay, <=, SECOND);
      if (n == 2)
        g_assert_cmpint (delay, <=, 2 * SECOND);
      largest = MAX (largest, delay);
    }
  /* Growth reaches the top: 994 draws from [0, 60 s) that all stay below 30 s would be 1 in 2^994. */
  g_assert_cmpint (largest, >, 30 * SECOND);
}

static void
test_reset_starts_anew (void)
{
  SynclineBackoff backoff = { .minimum = SECOND, .maximum = 3600 * SECOND };

  for (guint n = 0; n < 20; n++)
    syncline_backoff_next (&backoff, -1);
  syncline_backoff_reset (&backoff);
  g_assert_cmpint (syncline_backoff_next (&backoff, -1), <=, SECOND);
}

/* Clients that failed together must not come back together. */
static void
test_clients_spread_out (void)
{
  g_autoptr (GHashTable) delays = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < 100; i++)
    {
      SynclineBackoff backoff = { .minimum = 10 * SECOND, .maximum = 60 * SECOND };
      gint64 *delay = g_new (gint64, 1);

      *delay = syncline_backoff_next (&backoff, -1);
      g_hash_table_add (delays, delay);
    }
  g_assert_cmpuint (g_hash_table_size (delays), >, 90);
}

static void
test_server_is_obeyed (void)
{
  SynclineBackoff backoff = { .minimum = SECOND, .maximum = 60 * SECOND };

  for (guint i = 0; i < 100; i++)
    {
      const gint64 delay = syncline_backoff_next (&backoff, 120 * SECOND);

      g_assert_cmpint (delay, >=, 120 * SECOND);
      g_assert_cmpint (delay, <=, 180 * SECOND);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/delays-stay-in-range", test_delays_stay_in_range);
  g_test_add_func ("/backoff/reset-starts-anew", test_reset_starts_anew);
  g_test_add_func ("/backoff/clients-spread-out", test_clients_spread_out);
  g_test_add_func ("/backoff/server-is-obeyed", test_server_is_obeyed);
  return g_test_run ();
}
