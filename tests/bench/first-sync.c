/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* first-sync STREAM DATABASE: receives a saved stream into a new database. */

#include "config.h"

#include <stdio.h>
#include <sys/stat.h>

#include "sync.h"

int
main (int argc, char **argv)
{
  struct stat file;

  if (argc != 3)
    {
      fprintf (stderr, "usage: first-sync STREAM DATABASE\n");
      return 2;
    }
  BenchSync *sync = bench_sync_open (argv[2]);
  const double begin = bench_now ();
  bench_sync_feed_file (sync, argv[1]);
  const double end = bench_now ();
  g_assert_cmpuint (bench_sync_get_n_applied (sync), ==, 1);
  const long memory = bench_get_peak_memory ();
  bench_sync_close (sync);

  if (stat (argv[2], &file) != 0)
    return 1;
  printf ("{\"seconds\":%f,\"memory\":%ld,\"size\":%lld}\n", end - begin, memory,
          (long long) file.st_size);
  return 0;
}
