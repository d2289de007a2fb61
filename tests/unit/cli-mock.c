/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The command with the mock plugins: sessions, syncing, and what a service manager sees. */

#include "config.h"

#include "unit/cli-support.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PASSWORD "hunter2-hunter2"

static const char config_head[] = "[syncline]\n"
                                  "store = mock-store\n"
                                  "upload = mock-transport\n"
                                  "download = mock-transport\n"
                                  "auth = mock-auth\n"
                                  "schema = schema.conf\n"
                                  "retry-min = 10ms\n"
                                  "retry-max = 20ms\n";

/* A deployment whose plugins have the keys of @rest, which are groups. */
static void
set_up (CliDirectory *directory, const char *rest)
{
  g_autofree char *config = g_strconcat (config_head, rest, NULL);

  cli_directory_init (directory);
  cli_directory_write (directory, "syncline.conf", config);
  cli_directory_write (directory, "schema.conf", "[table todos]\ndescription = text\n");
  cli_directory_write (directory, "password", PASSWORD "\nnot the password\n");
  cli_directory_write (directory, "wrong", "wrong-wrong-wrong\n");
}

#define SIGNED_OUT "[mock-auth]\nsigned-in = false\nuser-id = user-7\npassword = " PASSWORD "\n"

static void
assert_no_secret (const CliRun *run)
{
  g_assert_null (strstr (run->out, PASSWORD));
  g_assert_null (strstr (run->err, PASSWORD));
  g_assert_null (strstr (run->out, "mock-token"));
  g_assert_null (strstr (run->err, "mock-token"));
}

/* --- Sessions -------------------------------------------------------------------------------- */

static void
test_check (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, "");
  g_autoptr (CliRun) good = cli_run (&directory, NULL, "check", "--json", NULL);
  cli_assert_code (good, 0);
  g_autoptr (json_object) results = cli_run_parse_json (good);
  for (gsize i = 0; i < json_object_array_length (results); i++)
    g_assert_true (json_object_get_boolean (
        json_object_object_get (json_object_array_get_idx (results, i), "ok")));

  g_auto (CliDirectory) other = { NULL };
  set_up (&other, SIGNED_OUT);
  g_autoptr (CliRun) alone = cli_run (&other, NULL, "check", NULL);
  cli_assert_code (alone, 4);
  cli_assert_contains (alone->out, "fail  session");
  assert_no_secret (alone);
}

static void
test_login (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, SIGNED_OUT);

  g_autoptr (CliRun) file
      = cli_run (&directory, NULL, "login", "--email=a@b.c", "--password-file=password", NULL);
  cli_assert_code (file, 0);
  g_assert_cmpstr (file->out, ==, "user-7\n");
  assert_no_secret (file);
  g_autoptr (CliRun) input = cli_run (&directory, PASSWORD "\n", "login", "--json", "--email=a@b.c",
                                      "--password-file=-", NULL);
  cli_assert_code (input, 0);
  g_autoptr (json_object) user = cli_run_parse_json (input);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (user, "id")), ==, "user-7");

  g_autoptr (CliRun) wrong
      = cli_run (&directory, NULL, "login", "--email=a@b.c", "--password-file=wrong", NULL);
  cli_assert_code (wrong, 6);
  g_assert_cmpstr (wrong->out, ==, "");
  g_assert_null (strstr (wrong->err, "wrong-wrong-wrong"));
}

/* Numbers that the plugin knows of a user are numbers, whatever their type. */
static void
test_user_numbers (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, "");

  g_autoptr (CliRun) run = cli_run (&directory, NULL, "whoami", "--json", NULL);
  cli_assert_code (run, 0);
  g_autoptr (json_object) user = cli_run_parse_json (run);
  g_assert_true (json_object_is_type (json_object_object_get (user, "sign-ins"), json_type_int));
}

static void
test_anonymous (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, "[mock-auth]\nsigned-in = false\nuser-id = user-8\n");

  g_autoptr (CliRun) run = cli_run (&directory, NULL, "login", "--anonymous", NULL);
  cli_assert_code (run, 0);
  g_assert_cmpstr (run->out, ==, "user-8\n");
  g_autoptr (CliRun) both
      = cli_run (&directory, NULL, "login", "--anonymous", "--email=a@b.c", NULL);
  cli_assert_code (both, 2);
}

static void
test_nobody (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, SIGNED_OUT);

  g_autoptr (CliRun) who = cli_run (&directory, NULL, "whoami", NULL);
  cli_assert_code (who, 4);
  g_autoptr (CliRun) sync = cli_run (&directory, NULL, "sync", "--timeout=10s", NULL);
  cli_assert_code (sync, 4);
  g_autoptr (CliRun) out = cli_run (&directory, NULL, "logout", NULL);
  cli_assert_code (out, 0);

  g_autoptr (CliRun) status = cli_run (&directory, NULL, "status", "--json", NULL);
  cli_assert_code (status, 0);
  g_autoptr (json_object) object = cli_run_parse_json (status);
  g_assert_null (json_object_object_get (object, "user"));
  g_assert_cmpint (json_object_get_int (json_object_object_get (object, "queued")), ==, 0);
}

/* --- Syncing --------------------------------------------------------------------------------- */

static void
test_sync (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, "");

  g_autoptr (CliRun) good = cli_run (&directory, NULL, "sync", "--timeout=10s", NULL);
  cli_assert_code (good, 0);
  cli_assert_contains (good->err, "up to date");
  g_autoptr (CliRun) quiet = cli_run (&directory, NULL, "sync", "-q", NULL);
  cli_assert_code (quiet, 0);
  g_assert_cmpstr (quiet->err, ==, "");

  g_autoptr (CliRun) json = cli_run (&directory, NULL, "sync", "-q", "--json", NULL);
  cli_assert_code (json, 0);
  g_autoptr (json_object) summary = cli_run_parse_json (json);
  g_assert_cmpint (json_object_get_int (json_object_object_get (summary, "queued")), ==, 0);
  g_assert_cmpint (json_object_get_int (json_object_object_get (summary, "refused")), ==, 0);
  g_assert_nonnull (json_object_object_get (summary, "last_synced_at"));
}

static void
test_sync_unreachable (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, "[mock-transport]\nunavailable = 100\n");

  g_autoptr (CliRun) run = cli_run (&directory, NULL, "sync", "--timeout=200ms", NULL);
  cli_assert_code (run, 5);
}

static void
test_statements (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, "");

  g_autoptr (CliRun) text
      = cli_run (&directory, NULL, "sql", "PUT todos 1 {\"description\":\"a;b\"}", NULL);
  cli_assert_code (text, 0);
  g_assert_cmpstr (text->out, ==, "");
  g_assert_cmpstr (text->err, ==, "1 row changed\n");
  /* This store has commands of its own instead of SQL, and says that it does not offer more. */
  g_autoptr (CliRun) wrong = cli_run (&directory, NULL, "sql", "SELECT 1", NULL);
  cli_assert_code (wrong, 9);
  g_autoptr (CliRun) empty = cli_run (&directory, " ; ", "sql", NULL);
  cli_assert_code (empty, 2);
  g_autoptr (CliRun) many = cli_run (&directory, NULL, "sql", "GET todos; GET todos", "x", NULL);
  cli_assert_code (many, 2);
  g_autoptr (CliRun) both = cli_run (&directory, NULL, "sql", "--csv", "--json", "GET todos", NULL);
  cli_assert_code (both, 2);
}

/* --- The service ----------------------------------------------------------------------------- */

typedef struct
{
  int fd;
  char *path;
} Manager;

static void
manager_init (Manager *manager, const CliDirectory *directory)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const struct timeval patience = { .tv_sec = 20 };

  manager->path = g_build_filename (directory->path, "notify", NULL);
  g_strlcpy (address.sun_path, manager->path, sizeof address.sun_path);
  manager->fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (manager->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  setsockopt (manager->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

static void
manager_clear (Manager *manager)
{
  close (manager->fd);
  g_free (manager->path);
}

/* Reads notices until @wanted comes. */
static void
manager_wait (Manager *manager, const char *wanted)
{
  char notice[1024];

  do
    {
      const ssize_t n = recv (manager->fd, notice, sizeof notice - 1, 0);
      if (n < 0)
        g_error ("%s did not come", wanted);
      notice[n] = '\0';
    }
  while (strcmp (notice, wanted) != 0);
}

static GSubprocess *
start_service (const CliDirectory *directory, Manager *manager, const char *watchdog)
{
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (directory);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "NOTIFY_SOCKET", manager->path, TRUE);
  if (watchdog != NULL)
    g_subprocess_launcher_setenv (launcher, "WATCHDOG_USEC", watchdog, TRUE);
  GSubprocess *process
      = g_subprocess_launcher_spawn (launcher, &error, cli_get_command (), "run", NULL);
  g_assert_no_error (error);
  return process;
}

/* Ends the service with @number; it has a second for it. */
static char *
stop_service (GSubprocess *process, Manager *manager, int number)
{
  g_autoptr (GError) error = NULL;
  char *errors = NULL;
  const gint64 start = g_get_monotonic_time ();

  g_subprocess_send_signal (process, number);
  manager_wait (manager, "STOPPING=1");
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &errors, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  return errors;
}

static void
test_run (void)
{
  g_auto (CliDirectory) directory = { NULL };
  const int numbers[] = { SIGTERM, SIGINT };
  Manager manager;

  set_up (&directory, "");
  manager_init (&manager, &directory);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GSubprocess) process = start_service (&directory, &manager, NULL);
      manager_wait (&manager, "READY=1");
      manager_wait (&manager, "STATUS=up to date");
      g_autofree char *errors = stop_service (process, &manager, numbers[i]);
      cli_assert_contains (errors, "signed in as user-1");
    }
  manager_clear (&manager);
}

static void
test_run_watchdog (void)
{
  g_auto (CliDirectory) directory = { NULL };
  Manager manager;

  set_up (&directory, "");
  manager_init (&manager, &directory);
  g_autoptr (GSubprocess) process = start_service (&directory, &manager, "40000");
  manager_wait (&manager, "READY=1");
  manager_wait (&manager, "WATCHDOG=1");
  manager_wait (&manager, "WATCHDOG=1");
  g_autofree char *errors = stop_service (process, &manager, SIGTERM);
  manager_clear (&manager);
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)) != NULL; at++)
    n++;
  return n;
}

/* It retries every 10 to 20 ms, and the log has one line of it, whoever wrote that. The watchdog's notices measure the time. */
static void
test_run_says_once (void)
{
  g_auto (CliDirectory) directory = { NULL };
  Manager manager;

  set_up (&directory, "[mock-transport]\nunavailable = 100\n");
  manager_init (&manager, &directory);
  g_autoptr (GSubprocess) process = start_service (&directory, &manager, "40000");
  for (guint i = 0; i < 20; i++)
    manager_wait (&manager, "WATCHDOG=1");
  g_autofree char *errors = stop_service (process, &manager, SIGTERM);
  g_assert_cmpuint (count (errors, "download: "), ==, 1);
  manager_clear (&manager);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/mock/check", test_check);
  g_test_add_func ("/cli/mock/login", test_login);
  g_test_add_func ("/cli/mock/user-numbers", test_user_numbers);
  g_test_add_func ("/cli/mock/anonymous", test_anonymous);
  g_test_add_func ("/cli/mock/nobody", test_nobody);
  g_test_add_func ("/cli/mock/sync", test_sync);
  g_test_add_func ("/cli/mock/sync-unreachable", test_sync_unreachable);
  g_test_add_func ("/cli/mock/statements", test_statements);
  g_test_add_func ("/cli/mock/run", test_run);
  g_test_add_func ("/cli/mock/run-watchdog", test_run_watchdog);
  g_test_add_func ("/cli/mock/run-says-once", test_run_says_once);
  return g_test_run ();
}
