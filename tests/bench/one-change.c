/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* one-change DATABASE ROWS COUNT: one changed row after the other, from the line to being visible. */

#include "config.h"

#include <stdio.h>

#include "lines.h"
#include "rows.h"
#include "sync.h"

int
main (int argc, char **argv)
{
  if (argc != 4)
    {
      fprintf (stderr, "usage: one-change DATABASE ROWS COUNT\n");
      return 2;
    }
  const guint64 n_rows = g_ascii_strtoull (argv[2], NULL, 10);
  const guint count = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  g_autoptr (BenchSync) sync = bench_sync_open (argv[1]);
  guint32 checksum = bench_sync_get_checksum (sync);

  printf ("{\"seconds\":[");
  for (guint i = 1; i <= count; i++)
    {
      g_autoptr (GString) lines = g_string_new (NULL);
      const guint64 op_id = n_rows + i;

      checksum += bench_row_checksum (op_id);
      bench_append_checkpoint (lines, TRUE, op_id, checksum);
      bench_append_changes (lines, op_id, op_id, n_rows);
      bench_append_complete (lines, op_id);
      const double begin = bench_now ();
      bench_sync_feed (sync, lines->str, lines->len);
      printf ("%s%f", i > 1 ? "," : "", bench_now () - begin);
    }
  g_assert_cmpuint (bench_sync_get_n_applied (sync), ==, count);
  printf ("]}\n");
  return 0;
}
