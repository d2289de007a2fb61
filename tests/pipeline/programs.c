/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Programs that know nothing of Syncline write into the file while it is synced, and the command
 * `syncline` that syncs it is killed at bad moments. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <string.h>

/* Rows in transactions of different sizes, each with updates and deletes; one is rolled back. */
static const char writer[]
    = "import sqlite3, sys\n"
      "db = sqlite3.connect(sys.argv[1], timeout=30)\n"
      "for t in range(40):\n"
      "    with db:\n"
      "        for i in range(5):\n"
      "            db.execute('INSERT INTO todos(description, tags) VALUES (?, ?)',\n"
      "                       (f'py {t}.{i}', '[\"py\"]'))\n"
      "        db.execute('UPDATE todos SET priority = 1 + ? % 5 WHERE description = ?',\n"
      "                   (t, f'py {t}.0'))\n"
      "        db.execute('DELETE FROM todos WHERE description = ?', (f'py {t}.4',))\n"
      "try:\n"
      "    with db:\n"
      "        db.execute('INSERT INTO todos(description) VALUES (?)', ('never',))\n"
      "        raise KeyboardInterrupt\n"
      "except KeyboardInterrupt:\n"
      "    pass\n"
      "db.close()\n";

static char **
sqlite_shell (Device *device, const char *sql)
{
  const char *arguments[]
      = { "sqlite3", "-batch", "-cmd", ".timeout 30000", device->database, sql, NULL };

  return g_strdupv ((char **) arguments);
}

static char *
run_sqlite_shell (Device *device, const char *sql)
{
  g_auto (GStrv) arguments = sqlite_shell (device, sql);

  return run_command (NULL, (const char *const *) arguments);
}

static void
wait_sqlite_shell (Device *device, const char *expected, const char *sql)
{
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;

  for (;;)
    {
      g_autofree char *found = run_sqlite_shell (device, sql);
      if (g_str_equal (found, expected))
        return;
      if (!wait_before (deadline))
        g_error ("the file has \"%s\", not \"%s\", for: %s", found, expected, sql);
    }
}

static void
test_python (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("python", user);
  const char *arguments[] = { "python3", "-c", writer, device->database, NULL };

  wait_until_synced (device);
  g_free (run_command (NULL, arguments));
  const gint64 start = g_get_monotonic_time ();
  wait_server (
      "160|160|40|{py}",
      "SELECT count(*), count(DISTINCT description), count(priority), min(tags) FROM todos "
      "WHERE user_id = '%s'",
      user->id);
  g_test_message ("what Python wrote is on the server %d ms after its end",
                  (int) ((g_get_monotonic_time () - start) / 1000));
  wait_until_synced (device);
  assert_device (device, "160|40", "SELECT count(*), count(priority) FROM todos");
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "");
}

static void
test_sqlite_shell (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("shell", user);

  wait_until_synced (device);
  g_free (run_sqlite_shell (device, "INSERT INTO lists(name, archived) VALUES ('Shell', 1)"));
  wait_server ("Shell|t", "SELECT name, archived FROM lists WHERE user_id = '%s'", user->id);
  wait_sqlite_shell (device, "Shell|1|1", "SELECT name, archived, user_id IS NOT NULL FROM lists");
  g_free (server_sql ("UPDATE lists SET name = 'Server' WHERE user_id = '%s'", user->id));
  wait_sqlite_shell (device, "Server", "SELECT name FROM lists");
  g_free (run_sqlite_shell (device, "DELETE FROM lists"));
  wait_server ("0", "SELECT count(*) FROM lists WHERE user_id = '%s'", user->id);
}

/* What others write is noticed when they do, not when it is looked for the next time. */
static void
test_noticed_at_once (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("notice", user);
  const int n_writes = 15;

  wait_until_synced (device);
  const gint64 start = g_get_monotonic_time ();
  for (int i = 1; i <= n_writes; i++)
    {
      g_autofree char *sql = g_strdup_printf ("INSERT INTO lists(name) VALUES ('%d')", i);
      g_autofree char *expected = g_strdup_printf ("%d", i);
      g_free (run_sqlite_shell (device, sql));
      wait_server (expected, "SELECT count(*) FROM lists WHERE user_id = '%s'", user->id);
    }
  const gint64 each = (g_get_monotonic_time () - start) / n_writes;
  g_test_message ("from the start of the sqlite3 shell to Postgres: %d ms", (int) (each / 1000));
  g_assert_cmpint (each, <, 700 * G_TIME_SPAN_MILLISECOND);
}

/* Python's transactions and the client's own come through side by side, neither failing. */
static void
test_writers_side_by_side (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("side", user);
  g_autofree char *log = g_build_filename (device->directory, "python.log", NULL);
  const char *arguments[] = { "python3", "-c", writer, device->database, NULL };
  g_autoptr (GError) error = NULL;

  wait_until_synced (device);
  g_autoptr (GSubprocess) python = spawn_command (log, arguments);
  for (int i = 0; i < 100; i++)
    device_execute (device, "INSERT INTO todos(description) VALUES ('own %d')", i);
  g_subprocess_wait_check (python, NULL, &error);
  g_assert_no_error (error);
  wait_until_synced (device);
  wait_device (device, "260", "SELECT count(*) FROM todos");
  wait_server ("260|260",
               "SELECT count(*), count(DISTINCT description) FROM todos WHERE user_id = '%s'",
               user->id);
}

/* --- The command ------------------------------------------------------------------------------- */

static GSubprocess *
spawn_run (Device *device)
{
  g_autofree char *log = g_build_filename (device->directory, "run.log", NULL);
  g_auto (GStrv) arguments = device_command (device, "run", NULL);

  return spawn_command (log, (const char *const *) arguments);
}

static void
sign_in_by_command (Device *device, User *user)
{
  g_auto (GStrv) arguments
      = device_command (device, "login", "--email", user->email, "--password-file", "-", NULL);

  g_free (run_command (user->password, (const char *const *) arguments));
}

static void
run_sync (Device *device)
{
  g_auto (GStrv) arguments = device_command (device, "sync", "--timeout", "30s", NULL);

  g_free (run_command (NULL, (const char *const *) arguments));
}

static void
test_command (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("command");
  g_auto (GStrv) insert
      = device_command (device, "sql", "INSERT INTO lists(name) VALUES ('Command')", NULL);
  g_auto (GStrv) queue = device_command (device, "queue", "list", "--json", NULL);
  g_auto (GStrv) check = device_command (device, "check", NULL);

  g_free (run_command (NULL, (const char *const *) insert));
  g_autofree char *queued = run_command (NULL, (const char *const *) queue);
  g_assert_nonnull (strstr (queued, "Command"));
  sign_in_by_command (device, user);
  g_free (run_command (NULL, (const char *const *) check));
  run_sync (device);
  assert_server ("Command", "SELECT name FROM lists WHERE user_id = '%s'", user->id);
  wait_sqlite_shell (device, user->id, "SELECT user_id FROM lists");

  g_autoptr (GSubprocess) run = spawn_run (device);
  g_free (server_sql ("UPDATE lists SET color = 'red' WHERE user_id = '%s'", user->id));
  wait_sqlite_shell (device, "red", "SELECT color FROM lists");
  end_command (run);
}

/* Killed again and again while rows are written and go up: each arrives, once and whole. */
static void
test_kill_in_mid_upload (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("kill-up");
  const int n_rounds = 6;
  const int n_rows = 700;

  g_auto (GStrv) status = device_command (device, "status", NULL);
  g_free (run_command (NULL, (const char *const *) status));
  sign_in_by_command (device, user);
  for (int round = 0; round < n_rounds; round++)
    {
      g_autofree char *sql = g_strdup_printf (
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
          "INSERT INTO todos(description, priority) SELECT '%d.' || i, 1 FROM n; "
          "UPDATE todos SET priority = priority + 1 WHERE description LIKE '%d.%%';",
          n_rows, round, round);
      g_autoptr (GSubprocess) run = spawn_run (device);
      g_free (run_sqlite_shell (device, sql));
      /* Another moment each time: while it starts, sends, has answers, or is done. */
      const gint64 end = g_get_monotonic_time () + round * 60 * G_TIME_SPAN_MILLISECOND;
      while (wait_before (end))
        ;
      kill_command (run);
    }
  run_sync (device);
  assert_server ("4200|4200|2|2",
                 "SELECT count(*), count(DISTINCT description), min(priority), max(priority) FROM "
                 "todos WHERE user_id = '%s'",
                 user->id);
  wait_sqlite_shell (device, "4200|4200|2|2|ok",
                     "SELECT count(*), count(DISTINCT description), min(priority), max(priority), "
                     "(SELECT * FROM pragma_integrity_check) FROM todos");
  g_auto (GStrv) queue = device_command (device, "queue", "list", "--json", NULL);
  g_autofree char *queued = run_command (NULL, (const char *const *) queue);
  g_assert_null (strstr (queued, "todos"));
}

/* Killed again and again while a first download comes in. */
static void
test_kill_in_mid_download (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("kill-down");

  g_free (
      server_sql ("INSERT INTO todos(user_id, description, details) SELECT '%s', 'Row ' || n, "
                  "jsonb_build_object('padding', repeat('x', 300)) FROM generate_series(1, 8000) n",
                  user->id));
  sign_in_by_command (device, user);
  for (int round = 1; round <= 5; round++)
    {
      g_autoptr (GSubprocess) run = spawn_run (device);
      const gint64 end = g_get_monotonic_time () + round * 80 * G_TIME_SPAN_MILLISECOND;
      while (wait_before (end))
        ;
      kill_command (run);
    }
  run_sync (device);
  wait_sqlite_shell (device, "8000|8000|ok",
                     "SELECT count(*), count(DISTINCT description), "
                     "(SELECT * FROM pragma_integrity_check) FROM todos");
  g_free (server_sql ("DELETE FROM todos WHERE user_id = '%s'", user->id));
  run_sync (device);
  wait_sqlite_shell (device, "0", "SELECT count(*) FROM todos");
}

/* Two processes on one file: one syncs, the other takes over when it is killed. */
static void
test_standby (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("standby");

  sign_in_by_command (device, user);
  g_autoptr (GSubprocess) first = spawn_run (device);
  g_free (server_sql ("INSERT INTO lists(user_id, name) VALUES ('%s', 'One')", user->id));
  wait_sqlite_shell (device, "One", "SELECT name FROM lists");
  g_autoptr (GSubprocess) second = spawn_run (device);
  g_free (server_sql ("UPDATE lists SET name = 'Two' WHERE user_id = '%s'", user->id));
  wait_sqlite_shell (device, "Two", "SELECT name FROM lists");
  kill_command (first);
  g_free (run_sqlite_shell (device, "INSERT INTO lists(name) VALUES ('Three')"));
  wait_server ("Three\nTwo", "SELECT name FROM lists WHERE user_id = '%s' ORDER BY name", user->id);
  end_command (second);
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/programs/python", test_python);
  g_test_add_func ("/programs/sqlite-shell", test_sqlite_shell);
  g_test_add_func ("/programs/noticed-at-once", test_noticed_at_once);
  g_test_add_func ("/programs/writers-side-by-side", test_writers_side_by_side);
  g_test_add_func ("/programs/command", test_command);
  g_test_add_func ("/programs/kill-in-mid-upload", test_kill_in_mid_upload);
  g_test_add_func ("/programs/kill-in-mid-download", test_kill_in_mid_download);
  g_test_add_func ("/programs/standby", test_standby);
  return pipeline_run ();
}
