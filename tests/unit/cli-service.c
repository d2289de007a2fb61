/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* "syncline run" as a service manager sees it: ready, reloaded, stopped. */

#include "config.h"

#include "unit/cli-support.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONFIG                                                                                     \
  "[syncline]\nstore = mock-store\nupload = mock-transport\ndownload = mock-transport\n"           \
  "auth = mock-auth\nschema = schema.conf\nretry-min = 10ms\nretry-max = 20ms\n"
#define USER_1 CONFIG "[mock-auth]\nuser-id = user-1\n"
#define USER_2 CONFIG "[mock-auth]\nuser-id = user-2\n"

typedef struct
{
  CliDirectory directory;
  GSubprocess *process;
  char *path;
  int fd; /* where the notices for the service manager arrive */
} Service;

static void
listen_for_notices (Service *service)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const struct timeval patience = { .tv_sec = 20 };

  service->path = g_build_filename (service->directory.path, "notify", NULL);
  g_strlcpy (address.sun_path, service->path, sizeof address.sun_path);
  service->fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (service->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  setsockopt (service->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

/* Reads notices until one begins with @wanted. */
static void
wait_for (Service *service, const char *wanted)
{
  char notice[1024];

  do
    {
      const ssize_t n = recv (service->fd, notice, sizeof notice - 1, 0);
      if (n < 0)
        g_error ("%s did not come", wanted);
      notice[n] = '\0';
    }
  while (!g_str_has_prefix (notice, wanted));
}

static void
service_start (Service *service, const char *config)
{
  g_autoptr (GError) error = NULL;

  cli_directory_init (&service->directory);
  cli_directory_write (&service->directory, "syncline.conf", config);
  cli_directory_write (&service->directory, "schema.conf", "[table todos]\ndescription = text\n");
  listen_for_notices (service);

  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (&service->directory);
  g_subprocess_launcher_setenv (launcher, "NOTIFY_SOCKET", service->path, TRUE);
  g_subprocess_launcher_setenv (launcher, "WATCHDOG_USEC", "40000", TRUE);
  /* A config with a fault is worth a warning, and not the end. */
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  service->process
      = g_subprocess_launcher_spawn (launcher, &error, cli_get_command (), "run", NULL);
  g_assert_no_error (error);
  wait_for (service, "READY=1");
  wait_for (service, "STATUS=up to date");
}

static void
service_reload (Service *service, const char *config)
{
  cli_directory_write (&service->directory, "syncline.conf", config);
  g_subprocess_send_signal (service->process, SIGHUP);
  wait_for (service, "RELOADING=1\nMONOTONIC_USEC=");
  wait_for (service, "READY=1");
  /* It goes on, with whichever config. */
  wait_for (service, "WATCHDOG=1");
}

/* Ends the service by @number. Returns what it logged. */
static char *
service_stop (Service *service, int number)
{
  g_autoptr (GError) error = NULL;
  char *errors = NULL;

  g_subprocess_send_signal (service->process, number);
  wait_for (service, "STOPPING=1");
  g_subprocess_communicate_utf8 (service->process, NULL, NULL, NULL, &errors, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (service->process));
  g_assert_cmpint (g_subprocess_get_exit_status (service->process), ==, 0);
  g_clear_object (&service->process);
  close (service->fd);
  g_free (service->path);
  cli_directory_clear (&service->directory);
  return errors;
}

static void
test_stop (void)
{
  const int numbers[] = { SIGTERM, SIGINT };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      Service service;
      service_start (&service, USER_1);
      wait_for (&service, "WATCHDOG=1");
      const gint64 start = g_get_monotonic_time ();
      g_autofree char *errors = service_stop (&service, numbers[i]);
      /* A tenth of what the units give it. */
      g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
      cli_assert_contains (errors, "user-1");
    }
}

static void
test_reload (void)
{
  Service service;

  service_start (&service, USER_1);
  service_reload (&service, USER_2);
  g_autofree char *errors = service_stop (&service, SIGTERM);
  cli_assert_contains (errors, "reloaded");
  cli_assert_contains (errors, "user-2");
}

static void
test_reload_fault (void)
{
  Service service;

  service_start (&service, USER_1);
  service_reload (&service, USER_2 "nonsense = true\n");
  service_reload (&service, "this is no config\n");
  service_reload (&service, USER_2);
  g_autofree char *errors = service_stop (&service, SIGTERM);

  const char *fault = strstr (errors, "was not reloaded");
  const char *form = fault != NULL ? strstr (fault + 1, "was not reloaded") : NULL;
  g_assert_nonnull (form);
  cli_assert_contains (fault, "nonsense");
  /* Until it was mended, nothing of the file was used. */
  cli_assert_contains (form, "reloaded syncline.conf");
  g_assert_true (strstr (errors, "user-2") > form);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/service/stop", test_stop);
  g_test_add_func ("/cli/service/reload", test_reload);
  g_test_add_func ("/cli/service/reload-fault", test_reload_fault);
  return g_test_run ();
}
