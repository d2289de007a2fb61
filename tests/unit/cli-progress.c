/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The bar of "syncline sync". */

#include "config.h"

#include "cli/progress.h"

#define SECOND G_USEC_PER_SEC

static void
assert_bar (gint64 done, gint64 total, gint64 received, gint64 elapsed, const char *expected)
{
  g_autofree char *text = cli_progress_describe (done, total, received, elapsed);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_bar (void)
{
  assert_bar (0, 1000, 0, 0, "download [                              ]   0%  0/1000");
  assert_bar (500, 1000, 500, SECOND / 2,
              "download [###############               ]  50%  500/1000");
  assert_bar (1000, 1000, 0, 0, "download [##############################] 100%  1000/1000");
  assert_bar (0, 0, 0, 0, "download [##############################] 100%  0/0");
}

static void
test_rate_and_time_left (void)
{
  assert_bar (500, 1000, 500, 5 * SECOND,
              "download [###############               ]  50%  500/1000  100/s  0:05 left");
  /* What an earlier run received says nothing of how fast this one is. */
  assert_bar (900, 1000, 100, 100 * SECOND,
              "download [###########################   ]  90%  900/1000  1/s  1:40 left");
  assert_bar (1000, 1000000, 1000, 10 * SECOND,
              "download [                              ]   0%  1000/1000000  100/s  2:46:30 left");
  /* Nothing came yet: nothing to go by. */
  assert_bar (900, 1000, 0, 100 * SECOND,
              "download [###########################   ]  90%  900/1000");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-progress/bar", test_bar);
  g_test_add_func ("/cli-progress/rate-and-time-left", test_rate_and_time_left);
  return g_test_run ();
}
