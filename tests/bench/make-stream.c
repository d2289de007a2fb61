/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* make-stream ROWS FILE: what a service sends in a first sync of one bucket, as NDJSON. */

#include "config.h"

#include <stdio.h>

#include "lines.h"
#include "rows.h"

static gboolean
write_text (FILE *file, GString *text)
{
  gboolean ok = fwrite (text->str, 1, text->len, file) == text->len;

  g_string_truncate (text, 0);
  return ok;
}

static gboolean
write_stream (FILE *file, guint64 n_rows)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint32 checksum = 0;
  gboolean ok = TRUE;

  for (guint64 number = 1; number <= n_rows; number++)
    checksum += bench_row_checksum (number);
  bench_append_checkpoint (text, FALSE, n_rows, checksum);
  for (guint64 first = 1; ok && first <= n_rows; first += BENCH_ROWS_PER_LINE)
    {
      bench_append_rows (text, first, MIN (first + BENCH_ROWS_PER_LINE - 1, n_rows));
      ok = write_text (file, text);
    }
  bench_append_complete (text, n_rows);
  return ok && write_text (file, text);
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
  const gboolean ok = write_stream (file, n_rows);
  return fclose (file) != 0 || !ok;
}
