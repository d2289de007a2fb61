/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The store beside other threads, connections and processes, and after they died. */

#include "config.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sqlite-store-fixture.h"

static const char schema[] = "[table t]\nv = text\nn = integer\n"
                             "[table mine]\nv = text\n[options mine]\nmode = local-only\n";

/* --- Notices ---------------------------------------------------------------------------------------------- */

#define assert_notices(fixture, expected)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *notices_ = fixture_take_notices (fixture);                                    \
    g_assert_cmpstr (notices_, ==, expected);                                                      \
  }                                                                                                \
  G_STMT_END

static gboolean
roll_back (gpointer transaction, gpointer user_data, GError **error)
{
  Fixture *fixture = user_data;
  SynclineStatement statement = { .sql = "INSERT INTO t (id) VALUES ('rolled back')" };

  fixture->store->execute_in (fixture->self, transaction, &statement, NULL, NULL, NULL, NULL,
                              error);
  g_assert_no_error (*error);
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED, "on purpose");
  return FALSE;
}

static void
test_notices (void)
{
  static const char *const statements[]
      = { "INSERT INTO t (id) VALUES ('a')", "UPDATE t SET n = 1 WHERE id = 'a'",
          "INSERT INTO other VALUES (1)", NULL };
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autoptr (GError) error = NULL;

  fixture_run (fixture, "CREATE TABLE other (x)");
  g_free (fixture_take_notices (fixture));

  /* Once a transaction; the store's own tables are nobody else's. */
  fixture_run_together (fixture, statements);
  g_autofree char *both = fixture_take_notices (fixture);
  g_assert_true (g_str_equal (both, "local t:a other\n")
                 || g_str_equal (both, "local other t:a\n"));
  fixture_run (fixture, "UPDATE t SET n = 1 WHERE id = 'none'");
  assert_notices (fixture, "");
  g_assert_false (fixture->store->transaction (fixture->self, roll_back, fixture, NULL, &error));
  assert_notices (fixture, "");
  fixture_resolve (fixture, NULL);
  assert_notices (fixture, "");

  fixture_run (fixture, "INSERT INTO mine (id) VALUES ('m')");
  assert_notices (fixture, "local mine:m\n");
  /* SQLite would throw the pages of the table away and tell nobody. */
  fixture_run (fixture, "DELETE FROM mine");
  assert_notices (fixture, "local mine\n");

  fixture_run (fixture,
               "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < 1200)"
               " INSERT INTO t (id) SELECT 'row ' || i FROM c");
  assert_notices (fixture, "local t\n");
}

/* --- SQL ---------------------------------------------------------------------------------------------------- */

static void
test_statements (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_run_failing (fixture, "", SYNCLINE_ERROR_SQL, "no statement");
  fixture_run_failing (fixture, "SELECT 1; SELECT 2", SYNCLINE_ERROR_SQL, "more than one");
  fixture_run_failing (fixture, "COMMIT", SYNCLINE_ERROR_SQL, "run a transaction of the client");
  fixture_run_failing (fixture, "SELECT ?1", SYNCLINE_ERROR_SQL, "1 parameters, but 0 values");
  fixture_run_failing (fixture, "INSERT INTO nowhere VALUES (1)", SYNCLINE_ERROR_SQL,
                       "no such table: nowhere (SQLITE_ERROR)");
  /* Which code SQLite has for a name without a table depends on its version. */
  fixture_run_failing (fixture, "SELECT nope", SYNCLINE_ERROR_SQL, "no such column: nope");
  g_assert_cmpint (fixture_run (fixture, "INSERT INTO t (id) VALUES ('a'), ('b'); -- two\n"), ==,
                   2);
  g_assert_cmpint (fixture_run (fixture, "WITH x AS (SELECT 'a' AS id) UPDATE t SET n = 1"
                                         " WHERE id IN (SELECT id FROM x)"),
                   ==, 1);
  g_assert_cmpint (fixture_run (fixture, "INSERT INTO t (id) VALUES ('c') RETURNING id"), ==, 1);
  g_assert_cmpint (fixture_run (fixture, "DELETE FROM t"), ==, 3);
  g_assert_cmpint (fixture_run (fixture, "SELECT * FROM t"), ==, 0);
  fixture_run (fixture, "VACUUM");
}

static gboolean
cancel_now (guint n_columns,
            const char *const *names,
            const SynclineValue *values,
            gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return TRUE;
}

/* A statement that would run for ever. */
static void
test_cancel (gconstpointer data)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SynclineStatement statement = { .sql = data };

  g_assert_false (fixture->store->execute (fixture->self, &statement, cancel_now, cancellable, NULL,
                                           cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('still works')");
}

static void
test_busy (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);
  g_autoptr (GError) error = NULL;

  fixture_run_foreign (foreign, "BEGIN IMMEDIATE");
  fixture_run_failing (fixture, "DELETE FROM t", SYNCLINE_ERROR_BUSY, "SQLITE_BUSY");
  assert_query (fixture, "SELECT count(*) FROM t", "0");
  fixture_run_foreign (foreign, "COMMIT");
  fixture_run (fixture, "DELETE FROM t");
  sqlite3_close (foreign);
}

static void
test_file_mode (void)
{
  static const char *const endings[] = { "", "-wal", "-shm", "-syncline.lock" };
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  gboolean acquired = FALSE;

  g_assert_true (fixture->store->acquire_sync (fixture->self, &acquired, NULL) && acquired);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (fixture->path, endings[i], NULL);
      struct stat info;
      g_assert_cmpint (stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0600);
    }
}

/* --- Threads ------------------------------------------------------------------------------------------------ */

typedef struct
{
  Fixture *fixture;
  int stop;
} Threads;

/* Each transaction keeps the sum of n at 0. */
static gpointer
write_pairs (gpointer data)
{
  static const char *const pair[] = { "INSERT INTO t (v, n) VALUES ('local', 5)",
                                      "INSERT INTO t (v, n) VALUES ('local', -5)", NULL };
  Threads *threads = data;

  for (int i = 0; i < 150; i++)
    fixture_run_together (threads->fixture, pair);
  return NULL;
}

static gpointer
download_pairs (gpointer data)
{
  Threads *threads = data;

  for (int i = 1; i < 300; i += 2)
    {
      g_autofree char *first = g_strdup_printf ("PUT %d t/s%d {\"v\":\"server\",\"n\":7}", i, i);
      g_autofree char *second
          = g_strdup_printf ("PUT %d t/s%d {\"v\":\"server\",\"n\":-7}", i + 1, i + 1);
      fixture_stage (threads->fixture, "top", first, NULL);
      fixture_stage (threads->fixture, "top", second, NULL);
      g_assert_cmpint (fixture_apply_up_to (threads->fixture, 0, 0, "top:0"), ==,
                       SYNCLINE_APPLY_DONE);
    }
  return NULL;
}

static gpointer
read_sums (gpointer data)
{
  Threads *threads = data;

  do
    assert_query (threads->fixture, "SELECT total(n) FROM t", "0");
  while (!g_atomic_int_get (&threads->stop));
  return NULL;
}

/* Nobody ever sees half a transaction or half a checkpoint. */
static void
test_threads (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  Threads threads = { fixture, FALSE };
  GThread *readers[3];

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    readers[i] = g_thread_new ("read", read_sums, &threads);
  GThread *writer = g_thread_new ("write", write_pairs, &threads);
  GThread *downloader = g_thread_new ("download", download_pairs, &threads);
  g_thread_join (writer);
  g_thread_join (downloader);
  g_atomic_int_set (&threads.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    g_thread_join (readers[i]);

  assert_query (fixture, "SELECT v, count(*) FROM t GROUP BY v", "local|300\nserver|300");
  assert_query (fixture, "SELECT count(*), count(DISTINCT tx) FROM syncline_change", "300|150");
  /* Every pair has a transaction of its own. */
  assert_query (fixture,
                "SELECT count(*) FROM (SELECT 1 FROM syncline_change GROUP BY tx"
                " HAVING count(*) <> 2)",
                "0");
}

/* --- Sudden death --------------------------------------------------------------------------------------------- */

/* Stages and applies lines of two rows, whose n add up to 0, and writes pairs, until it is killed. */
static void
work_until_killed (Fixture *fixture)
{
  Threads threads = { fixture, FALSE };

  for (int round = 0;; round++)
    {
      int op = (int) fixture->last_op + 1;
      g_autofree char *first = g_strdup_printf ("PUT %d t/a {\"v\":\"server\",\"n\":%d}", op, op);
      g_autofree char *second
          = g_strdup_printf ("PUT %d t/b {\"v\":\"server\",\"n\":-%d}", op + 1, op);
      fixture_stage (fixture, "top", first, second, NULL);
      fixture_apply_up_to (fixture, 0, 0, "top:0");
      if (round % 3 == 0)
        write_pairs (&threads);
    }
}

static void
test_killed (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (int round = 0; round < 12; round++)
    {
      fixture_close (fixture);
      pid_t child = fork ();
      g_assert_cmpint (child, >=, 0);
      if (child == 0)
        {
          fixture_reopen (fixture, NULL);
          work_until_killed (fixture);
        }
      g_usleep ((gulong) g_rand_int_range (rand, 20000, 90000));
      g_assert_cmpint (kill (child, SIGKILL), ==, 0);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);

      fixture_reopen (fixture, NULL);
      assert_query (fixture, "SELECT * FROM pragma_integrity_check", "ok");
      assert_query (fixture, "SELECT total(n) FROM t", "0");
      assert_query (fixture, "SELECT applying FROM syncline_state", "0");
      assert_query (fixture,
                    "SELECT count(*) FROM (SELECT 1 FROM syncline_change GROUP BY tx"
                    " HAVING count(*) <> 2)",
                    "0");
      /* Nothing of ours is lost: each local row is queued. */
      assert_query (fixture,
                    "SELECT count(*) FROM t WHERE v = 'local' AND id NOT IN"
                    " (SELECT row_id FROM syncline_change)",
                    "0");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-store/others/notices", test_notices);
  g_test_add_func ("/sqlite-store/others/statements", test_statements);
  g_test_add_data_func ("/sqlite-store/others/cancel/read",
                        "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c)"
                        " SELECT i FROM c",
                        test_cancel);
  g_test_add_data_func ("/sqlite-store/others/cancel/aggregate",
                        "SELECT 1 UNION ALL SELECT * FROM (WITH RECURSIVE c(i) AS"
                        " (VALUES (1) UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c)",
                        test_cancel);
  g_test_add_func ("/sqlite-store/others/busy", test_busy);
  g_test_add_func ("/sqlite-store/others/file-mode", test_file_mode);
  g_test_add_func ("/sqlite-store/others/threads", test_threads);
  g_test_add_func ("/sqlite-store/others/killed", test_killed);
  return g_test_run ();
}
