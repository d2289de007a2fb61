/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* floor ROWS DATABASE: the least it can take to have the rows in a table: a prepared INSERT of values that are
 * there already, and the index of the key at the end. */

#include "config.h"

#include <sqlite3.h>
#include <stdio.h>

#include "rows.h"
#include "sync.h"

static void
run (sqlite3 *database, const char *sql)
{
  if (sqlite3_exec (database, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (database));
}

static void
bind_text (sqlite3_stmt *insert, int index, const char *text)
{
  sqlite3_bind_text (insert, index, text, -1, SQLITE_STATIC);
}

static void
insert_rows (sqlite3 *database, const BenchRow *rows, gsize n_rows)
{
  sqlite3_stmt *insert = NULL;

  run (database, "BEGIN; CREATE TABLE todos (id TEXT NOT NULL, list_id TEXT, description TEXT,"
                 " completed INTEGER, priority INTEGER, due_at TEXT, created_at TEXT)");
  sqlite3_prepare_v2 (database, "INSERT INTO todos VALUES (?, ?, ?, ?, ?, ?, ?)", -1, &insert,
                      NULL);
  for (gsize i = 0; i < n_rows; i++)
    {
      bind_text (insert, 1, rows[i].id);
      bind_text (insert, 2, rows[i].list_id);
      bind_text (insert, 3, rows[i].description);
      sqlite3_bind_int (insert, 4, rows[i].completed);
      sqlite3_bind_int (insert, 5, rows[i].priority);
      bind_text (insert, 6, rows[i].due_at);
      bind_text (insert, 7, rows[i].created_at);
      if (sqlite3_step (insert) != SQLITE_DONE)
        g_error ("%s", sqlite3_errmsg (database));
      sqlite3_reset (insert);
    }
  sqlite3_finalize (insert);
  run (database, "CREATE UNIQUE INDEX todos_id ON todos (id); COMMIT");
}

int
main (int argc, char **argv)
{
  sqlite3 *database = NULL;

  if (argc != 3)
    {
      fprintf (stderr, "usage: floor ROWS DATABASE\n");
      return 2;
    }
  const gsize n_rows = (gsize) g_ascii_strtoull (argv[1], NULL, 10);
  g_autofree BenchRow *rows = g_new (BenchRow, n_rows);
  for (gsize i = 0; i < n_rows; i++)
    bench_row_make (i + 1, &rows[i]);

  sqlite3_open (argv[2], &database);
  run (database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const double begin = bench_now ();
  insert_rows (database, rows, n_rows);
  printf ("{\"seconds\":%f}\n", bench_now () - begin);
  sqlite3_close (database);
  return 0;
}
