/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* one-change DATABASE ROWS COUNT: one changed row after the other, from the line to being visible. */

#include "config.h"

#include <stdio.h>

#include "rows.h"
#include "sync.h"

static void
append_change (GString *lines, guint64 op_id, guint64 number, guint64 n_rows, guint32 checksum)
{
  BenchRow row;

  bench_row_make (number, &row);
  snprintf (row.description, sizeof row.description, "Changed by %" G_GUINT64_FORMAT, op_id);
  g_string_append_printf (lines,
                          "{\"checkpoint_diff\":{\"last_op_id\":\"%" G_GUINT64_FORMAT
                          "\",\"updated_buckets\":[{\"bucket\":\"" BENCH_BUCKET
                          "\",\"checksum\":%u,\"count\":%" G_GUINT64_FORMAT
                          ",\"priority\":3}],\"removed_buckets\":[]}}\n",
                          op_id, checksum, n_rows);
  g_string_append_printf (
      lines,
      "{\"data\":{\"bucket\":\"" BENCH_BUCKET "\",\"after\":\"%" G_GUINT64_FORMAT
      "\",\"has_more\":false,\"data\":[{\"op_id\":\"%" G_GUINT64_FORMAT
      "\",\"op\":\"PUT\",\"object_type\":\"" BENCH_TYPE
      "\",\"object_id\":\"%s\",\"checksum\":%u,\"subkey\":\"%s/%s\",\"data\":\"",
      op_id - 1, op_id, row.id, bench_row_checksum (op_id), row.list_id, row.id);
  bench_row_append (&row, lines);
  g_string_append_printf (lines,
                          "\"}],\"next_after\":\"%" G_GUINT64_FORMAT
                          "\"}}\n{\"checkpoint_complete\":{\"last_op_id\":\"%" G_GUINT64_FORMAT
                          "\"}}\n",
                          op_id, op_id);
}

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
      /* Rows from all over the table. */
      append_change (lines, op_id, i * G_GUINT64_CONSTANT (7919) % n_rows + 1, op_id, checksum);
      const double begin = bench_now ();
      bench_sync_feed (sync, lines->str, lines->len);
      printf ("%s%f", i > 1 ? "," : "", bench_now () - begin);
    }
  g_assert_cmpuint (bench_sync_get_n_applied (sync), ==, count);
  printf ("]}\n");
  return 0;
}
