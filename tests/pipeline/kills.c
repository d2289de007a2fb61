/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The process that syncs is killed again and again, at any moment, while programs write and the server's rows
 * change, too. In the end both sides have the same, and it is what was written: nothing is lost, nothing
 * comes twice, nothing comes back.
 *
 * SYNCLINE_KILLS says how often in each mode; 25 by default. A failure names its seed, for `--seed`. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <stdlib.h>

/* Writes until it is told to end; then tells what the rows have to be, from its own memory. */
static const char writer[]
    = "import random, sqlite3, sys, uuid\n"
      "random.seed(sys.argv[2])\n"
      "db = sqlite3.connect(sys.argv[1], timeout=60)\n"
      "rows, n = {}, 0\n"
      "import select\n"
      "while not select.select([sys.stdin], [], [], random.random() * 0.02)[0]:\n"
      "    new = dict(rows)\n"
      "    with db:\n"
      "        for _ in range(random.choice([1, 1, 2, 5, 40])):\n"
      "            n += 1\n"
      "            what = random.random()\n"
      "            if what < 0.5 or not new:\n"
      "                id = str(uuid.uuid4())\n"
      "                new[id] = [f'w {n}', 1 + n % 5]\n"
      "                db.execute('INSERT INTO todos(id, description, priority) VALUES (?, ?, "
      "?)',\n"
      "                           [id] + new[id])\n"
      "                continue\n"
      "            id = random.choice(list(new))\n"
      "            if what < 0.85:\n"
      "                new[id] = [f'w {n}', 1 + n % 5]\n"
      "                db.execute('UPDATE todos SET description = ?, priority = ? WHERE id = ?',\n"
      "                           new[id] + [id])\n"
      "            else:\n"
      "                del new[id]\n"
      "                db.execute('DELETE FROM todos WHERE id = ?', [id])\n"
      "    rows = new\n"
      "db.close()\n"
      "for id in sorted(rows):\n"
      "    print(id, *rows[id], sep='|')\n";

/* Writes lists until it is killed. Who knows how far it came? The file does. */
static const char doomed_writer[]
    = "import sqlite3, sys\n"
      "db = sqlite3.connect(sys.argv[1], timeout=60)\n"
      "n = 0\n"
      "while True:\n"
      "    n += 1\n"
      "    with db:\n"
      "        db.execute('INSERT INTO lists(name) VALUES (? || hex(randomblob(8)))', [f'{n}.'])\n"
      "        db.execute('UPDATE lists SET position = position + 1 WHERE id IN "
      "(SELECT id FROM lists ORDER BY random() LIMIT 2)')\n";

static GSubprocess *
spawn_writer (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *seed = g_strdup_printf ("%d", g_test_rand_int ());
  GSubprocess *process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                          "python3", "-c", writer, device->database, seed, NULL);

  g_assert_no_error (error);
  return process;
}

static char *
end_writer (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_subprocess_communicate_utf8 (process, "end\n", NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return g_strchomp (output);
}

static GSubprocess *
spawn_in (Device *device, const char *log_name, const char *const *arguments)
{
  g_autofree char *log = g_build_filename (device->directory, log_name, NULL);

  return spawn_command (log, arguments);
}

/* Most kills come while it is at work, some while it starts. */
static void
wait_a_moment (void)
{
  const gint64 most = g_test_rand_int_range (0, 5) == 0 ? 40 : 350;
  const gint64 end = g_get_monotonic_time () + g_test_rand_int_range (0, (gint32) most * 1000);

  while (wait_before (end))
    ;
}

static void
play_round (Device *device, User *user, int round)
{
  g_auto (GStrv) run = device_command (device, "run", NULL);
  const char *const doom[] = { "python3", "-c", doomed_writer, device->database, NULL };

  g_autoptr (GSubprocess) syncer = spawn_in (device, "run.log", (const char *const *) run);
  g_autoptr (GSubprocess) other = spawn_in (device, "doomed.log", doom);
  if (round % 10 == 0)
    g_free (server_sql ("INSERT INTO todos(user_id, description) VALUES ('%1$s', 'server %2$d'); "
                        "UPDATE todos SET estimate = %2$d WHERE user_id = '%1$s' AND description "
                        "LIKE 'server %%'",
                        user->id, round));
  wait_a_moment ();
  kill_command (syncer);
  kill_command (other);
}

static void
run_sync (Device *device)
{
  g_auto (GStrv) sync = device_command (device, "sync", "--timeout", "120s", NULL);
  g_auto (GStrv) list = device_command (device, "queue", "list", "--rejected", NULL);
  int status = 0;
  g_autofree char *output = run_any (NULL, (const char *const *) sync, &status);
  g_autofree char *rejected = run_command (NULL, (const char *const *) list);

  g_assert_cmpstr (rejected, ==, "");
  if (status != 0)
    g_error ("syncline sync ended with %d: %s", status, output);
}

static void
sign_in_by_command (Device *device, User *user)
{
  g_auto (GStrv) arguments
      = device_command (device, "login", "--email", user->email, "--password-file", "-", NULL);

  g_free (run_command (user->password, (const char *const *) arguments));
}

static char *
query_file (Device *device, const char *sql)
{
  const char *const arguments[]
      = { "sqlite3", "-batch", "-cmd", ".timeout 30000", device->database, sql, NULL };

  return run_command (NULL, arguments);
}

#define TODOS "SELECT id, description, priority, estimate FROM todos"
#define LISTS "SELECT id, name, position FROM lists"

static void
assert_same (Device *device, User *user, const char *query)
{
  g_autofree char *local_query = g_strdup_printf ("%s ORDER BY id", query);
  g_autofree char *local = query_file (device, local_query);
  g_autofree char *remote = server_sql ("%s WHERE user_id = '%s' ORDER BY id", query, user->id);

  g_assert_cmpstr (local, ==, remote);
}

static void
assert_nothing_left (Device *device)
{
  g_autofree char *left
      = query_file (device, "SELECT (SELECT count(*) FROM syncline_row_state), "
                            "(SELECT integrity_check FROM pragma_integrity_check)");

  g_assert_cmpstr (left, ==, "0|ok");
}

static void
test_kills (gconstpointer mode)
{
  const char *wish = g_getenv ("SYNCLINE_KILLS");
  const int n_kills = wish != NULL ? atoi (wish) : 25;
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("kills");

  device_configure (device, "syncline", "upload-max-changes", "50");
  device_configure (device, "postgrest-upload", "mode", mode);
  sign_in_by_command (device, user);
  g_autoptr (GSubprocess) process = spawn_writer (device);
  for (int round = 0; round < n_kills; round++)
    play_round (device, user, round);
  g_autofree char *expected = end_writer (process);
  run_sync (device);

  g_autofree char *written
      = server_sql ("SELECT id, description, priority FROM todos WHERE user_id = '%s' AND "
                    "description LIKE 'w %%' ORDER BY id",
                    user->id);
  g_assert_cmpstr (written, ==, expected);
  assert_same (device, user, TODOS);
  assert_same (device, user, LISTS);
  assert_nothing_left (device);
  g_autofree char *counts
      = server_sql ("SELECT (SELECT count(*) FROM todos WHERE user_id = '%1$s'), "
                    "(SELECT count(*) FROM lists WHERE user_id = '%1$s')",
                    user->id);
  g_test_message ("mode %s, %d kills; todos and lists in the end: %s", (const char *) mode, n_kills,
                  counts);
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_data_func ("/kills/rest", "rest", test_kills);
  g_test_add_data_func ("/kills/rpc", "rpc", test_kills);
  return pipeline_run ();
}
