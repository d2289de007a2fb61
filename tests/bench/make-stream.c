/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* make-stream ROWS FILE: what the service sends to a new client, 1,000 rows a line. */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "rows.h"

#define ROWS_PER_LINE 1000

static void
write_checkpoint (FILE *file, guint64 n_rows)
{
  guint32 checksum = 0;

  for (guint64 i = 1; i <= n_rows; i++)
    checksum += bench_row_checksum (i);
  fprintf (file,
           "{\"checkpoint\":{\"last_op_id\":\"%" G_GUINT64_FORMAT
           "\",\"buckets\":[{\"bucket\":\"" BENCH_BUCKET
           "\",\"checksum\":%u,\"count\":%" G_GUINT64_FORMAT ",\"priority\":3}],\"streams\":[]}}\n",
           n_rows, checksum, n_rows);
}

static void
append_op (GString *line, guint64 number)
{
  BenchRow row;

  bench_row_make (number, &row);
  g_string_append_printf (
      line,
      "{\"op_id\":\"%" G_GUINT64_FORMAT "\",\"op\":\"PUT\",\"object_type\":\"" BENCH_TYPE
      "\",\"object_id\":\"%s\",\"checksum\":%u,\"subkey\":\"%s/%s\",\"data\":\"",
      number, row.id, bench_row_checksum (number), row.list_id, row.id);
  bench_row_append (&row, line);
  g_string_append (line, "\"}");
}

static void
write_line (FILE *file, guint64 first, guint64 last, guint64 n_rows)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line,
                          "{\"data\":{\"bucket\":\"" BENCH_BUCKET
                          "\",\"after\":\"%" G_GUINT64_FORMAT "\",\"has_more\":%s,\"data\":[",
                          first - 1, last < n_rows ? "true" : "false");
  for (guint64 i = first; i <= last; i++)
    {
      if (i > first)
        g_string_append_c (line, ',');
      append_op (line, i);
    }
  g_string_append_printf (line, "],\"next_after\":\"%" G_GUINT64_FORMAT "\"}}\n", last);
  fwrite (line->str, 1, line->len, file);
}

int
main (int argc, char **argv)
{
  const guint64 n_rows = argc == 3 ? g_ascii_strtoull (argv[1], NULL, 10) : 0;
  FILE *file = n_rows > 0 ? fopen (argv[2], "w") : NULL;

  if (file == NULL)
    {
      fprintf (stderr, "usage: make-stream ROWS FILE\n");
      return 2;
    }
  write_checkpoint (file, n_rows);
  for (guint64 first = 1; first <= n_rows; first += ROWS_PER_LINE)
    write_line (file, first, MIN (first + ROWS_PER_LINE - 1, n_rows), n_rows);
  fprintf (file, "{\"checkpoint_complete\":{\"last_op_id\":\"%" G_GUINT64_FORMAT "\"}}\n", n_rows);
  return ferror (file) || fclose (file) != 0;
}
