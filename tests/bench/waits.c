/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* waits STREAM DATABASE: how long other connections wait, at most, while a saved stream comes in. */

#include "config.h"

#include <sqlite3.h>
#include <stdio.h>

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

int
main (int argc, char **argv)
{
  if (argc != 3)
    {
      fprintf (stderr, "usage: waits STREAM DATABASE\n");
      return 2;
    }
  Other writer = { argv[2], "UPDATE bench_notes SET text = text || 'x'", 0, 0 };
  Other reader = { argv[2], "SELECT count(*) FROM bench_notes", 0, 0 };
  g_autoptr (BenchSync) sync = bench_sync_open (argv[2]);
  make_table (argv[2]);
  GThread *writing = g_thread_new ("writer", use_database, &writer);
  GThread *reading = g_thread_new ("reader", use_database, &reader);

  bench_sync_feed_file (sync, argv[1]);
  g_atomic_int_set (&writer.stop, 1);
  g_atomic_int_set (&reader.stop, 1);
  g_thread_join (writing);
  g_thread_join (reading);
  printf ("{\"write\":%f,\"read\":%f}\n", writer.longest, reader.longest);
  return 0;
}
