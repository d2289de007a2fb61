/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* waits STREAM DATABASE ROWS CHANGES: how long other connections wait, at most, while a saved stream of so many
 * rows comes in, and while a checkpoint follows that changes some of them. */

#include "config.h"

#include <sqlite3.h>
#include <stdio.h>

#include "lines.h"
#include "rows.h"
#include "sync.h"

#define PAUSE_US 500

typedef struct
{
  const char *path;
  const char *sql;
  gint stop;
  double longest;
} Other;

static gpointer
use_database (gpointer data)
{
  Other *other = data;
  sqlite3 *database = NULL;

  sqlite3_open (other->path, &database);
  sqlite3_busy_timeout (database, 60000);
  while (!g_atomic_int_get (&other->stop))
    {
      const double begin = bench_now ();
      if (sqlite3_exec (database, other->sql, NULL, NULL, NULL) != SQLITE_OK)
        g_error ("%s: %s", other->sql, sqlite3_errmsg (database));
      other->longest = MAX (other->longest, bench_now () - begin);
      g_usleep (PAUSE_US);
    }
  sqlite3_close (database);
  return NULL;
}

static void
make_table (const char *path)
{
  sqlite3 *database = NULL;

  sqlite3_open (path, &database);
  sqlite3_exec (database, "CREATE TABLE bench_notes (text); INSERT INTO bench_notes VALUES ('')",
                NULL, NULL, NULL);
  sqlite3_close (database);
}

/* Others use the database in the meantime. */
static void
begin (Other *other, GThread **out_thread)
{
  other->stop = 0;
  other->longest = 0;
  *out_thread = g_thread_new ("other", use_database, other);
}

static void
end (Other *other, GThread *thread)
{
  g_atomic_int_set (&other->stop, 1);
  g_thread_join (thread);
}

static GString *
make_changes (BenchSync *sync, guint64 n_rows, guint64 n_changes)
{
  GString *text = g_string_new (NULL);
  guint32 checksum = bench_sync_get_checksum (sync);
  const guint64 last_op = n_rows + n_changes;

  for (guint64 op_id = n_rows + 1; op_id <= last_op; op_id++)
    checksum += bench_row_checksum (op_id);
  bench_append_checkpoint (text, TRUE, last_op, checksum);
  for (guint64 first = n_rows + 1; first <= last_op; first += BENCH_ROWS_PER_LINE)
    bench_append_changes (text, first, MIN (first + BENCH_ROWS_PER_LINE - 1, last_op), n_rows);
  bench_append_complete (text, last_op);
  return text;
}

int
main (int argc, char **argv)
{
  if (argc != 5)
    {
      fprintf (stderr, "usage: waits STREAM DATABASE ROWS CHANGES\n");
      return 2;
    }
  Other writer = { argv[2], "UPDATE bench_notes SET text = text || 'x'", 0, 0 };
  Other reader = { argv[2], "SELECT count(*) FROM bench_notes", 0, 0 };
  GThread *writing, *reading;
  g_autoptr (BenchSync) sync = bench_sync_open (argv[2]);
  make_table (argv[2]);

  begin (&writer, &writing);
  begin (&reader, &reading);
  bench_sync_feed_file (sync, argv[1]);
  end (&writer, writing);
  end (&reader, reading);
  printf ("{\"write\":%f,\"read\":%f", writer.longest, reader.longest);

  const guint64 n_rows = g_ascii_strtoull (argv[3], NULL, 10);
  g_autoptr (GString) changes = make_changes (sync, n_rows, g_ascii_strtoull (argv[4], NULL, 10));
  begin (&writer, &writing);
  begin (&reader, &reading);
  const double start = bench_now ();
  bench_sync_feed (sync, changes->str, changes->len);
  const double seconds = bench_now () - start;
  end (&writer, writing);
  end (&reader, reading);
  printf (",\"change\":%f,\"changeWrite\":%f,\"changeRead\":%f}\n", seconds, writer.longest,
          reader.longest);
  return 0;
}
