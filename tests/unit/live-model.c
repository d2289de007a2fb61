/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Random writes, by this client and by another process at the same time: what items-changed says, replayed
 * on a copy, always ends in what the query gives. */

#include "config.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "live-fixture.h"

static const char schema[] = "[table notes]\nbody = text\nrank = integer\n"
                             "[table tags]\nnote = text\nname = text\n";

static const char *const queries[] = {
  "SELECT id, body, rank FROM notes ORDER BY rank, id",
  "SELECT body, rank FROM notes ORDER BY rank DESC, body",
  "SELECT rank % 3, count(*) FROM notes GROUP BY 1 ORDER BY 2, 1",
  "SELECT n.id, t.name FROM notes n JOIN tags t ON t.note = n.id ORDER BY t.name, n.id, t.rowid",
  "SELECT body FROM notes WHERE rank BETWEEN 3 AND 6 ORDER BY rowid",
  "SELECT 1 FROM notes",
};

#define N_QUERIES G_N_ELEMENTS (queries)
#define STEPS 300
#define FOREIGN_STEPS 150

static char *
make_statement (GRand *dice, const char *who)
{
  const int id = g_rand_int_range (dice, 0, 30);
  const int rank = g_rand_int_range (dice, 0, 9);

  switch (g_rand_int_range (dice, 0, 9))
    {
    case 0:
    case 1:
    case 2:
      return g_strdup_printf ("INSERT INTO notes (id, body, rank) VALUES ('%d', '%s%d', %d)"
                              " ON CONFLICT DO UPDATE SET rank = excluded.rank",
                              id, who, id % 4, rank);
    case 3:
      return g_strdup_printf ("UPDATE notes SET rank = %d WHERE id = '%d'", rank, id);
    case 4:
      return g_strdup_printf ("UPDATE notes SET body = '%s' WHERE rank = %d", who, rank);
    case 5:
      return g_strdup_printf ("DELETE FROM notes WHERE id = '%d'", id);
    case 6:
      return g_strdup_printf ("INSERT INTO tags (note, name) VALUES ('%d', 't%d')", id, rank);
    case 7:
      return g_strdup_printf ("UPDATE tags SET name = 't%d' WHERE note = '%d'", rank, id);
    default:
      return g_strdup_printf ("DELETE FROM tags WHERE name = 't%d'", rank);
    }
}

/* The other process: plain SQLite, nothing of Syncline. */
static int
write_as_another_process (const char *path, guint32 seed)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (seed);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 20000);
  for (int i = 0; i < FOREIGN_STEPS; i++)
    {
      g_autofree char *sql = make_statement (dice, "theirs");
      const int code = sqlite3_exec (db, sql, NULL, NULL, NULL);
      if (code != SQLITE_OK)
        g_error ("%s: %s", sql, sqlite3_errmsg (db));
    }
  sqlite3_close (db);
  return 0;
}

static gboolean
check_all (Shadow **shadows, Live *live)
{
  for (guint i = 0; i < N_QUERIES; i++)
    shadow_wait_until_true (shadows[i], live);
  return TRUE;
}

static GSubprocess *
start_other (Live *live, guint32 seed)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *number = g_strdup_printf ("%u", seed);
  g_autoptr (GError) error = NULL;
  GSubprocess *other = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, self, "--write",
                                         live->path, number, NULL);

  g_assert_no_error (error);
  return other;
}

static void
test_model (void)
{
  g_autoptr (Live) live = live_new (schema);
  Shadow *shadows[N_QUERIES];
  GRand *dice = g_rand_new_with_seed (g_test_rand_int ());
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_QUERIES; i++)
    shadows[i] = shadow_new (live, queries[i], NULL);
  for (int i = 0; i < STEPS; i++)
    {
      g_autofree char *sql = make_statement (dice, "ours");
      live_run (live, sql);
      if (g_rand_int_range (dice, 0, 5) == 0)
        while (g_main_context_iteration (NULL, FALSE))
          ;
      if (i % 50 == 0)
        check_all (shadows, live);
    }
  check_all (shadows, live);

  /* With writes of another process in between. */
  g_autoptr (GSubprocess) other = start_other (live, g_rand_int (dice));
  for (int i = 0; i < STEPS / 2; i++)
    {
      g_autofree char *sql = make_statement (dice, "ours");
      live_run (live, sql);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_subprocess_wait_check (other, NULL, &error);
  g_assert_no_error (error);
  check_all (shadows, live);

  /* And with nobody but the other one writing. */
  g_clear_object (&other);
  other = start_other (live, g_rand_int (dice));
  g_subprocess_wait_check (other, NULL, &error);
  g_assert_no_error (error);
  check_all (shadows, live);
  for (guint i = 0; i < N_QUERIES; i++)
    shadow_free (shadows[i]);
  g_rand_free (dice);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--write"))
    return write_as_another_process (argv[2], (guint32) g_ascii_strtoull (argv[3], NULL, 10));

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-query/model", test_model);
  return g_test_run ();
}
