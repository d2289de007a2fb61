/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A leading "@" stands for an abstract socket, whose name starts with a zero byte. */
static gboolean
fill_address (struct sockaddr_un *address, socklen_t *out_length)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");

  if (path == NULL || (path[0] != '/' && path[0] != '@') || path[1] == '\0')
    return FALSE;
  const gsize length = strlen (path);
  if (length >= sizeof address->sun_path)
    return FALSE;

  address->sun_family = AF_UNIX;
  memcpy (address->sun_path, path, length);
  if (path[0] == '@')
    address->sun_path[0] = '\0';
  *out_length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length);
  return TRUE;
}

void
cli_notify (const char *state)
{
  struct sockaddr_un address = { 0 };
  socklen_t length = 0;

  if (!fill_address (&address, &length))
    return;
  const int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return;
  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address, length) < 0)
    g_debug ("the service manager can't be told: %s", g_strerror (errno));
  close (fd);
}

void
cli_notify_status (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (text, "\n", ' ');
  g_autofree char *state = g_strconcat ("STATUS=", text, NULL);
  cli_notify (state);
}

gint64
cli_notify_watchdog_interval (void)
{
  const char *interval = g_getenv ("WATCHDOG_USEC");
  const char *pid = g_getenv ("WATCHDOG_PID");

  if (interval == NULL)
    return 0;
  /* Set for another process of the unit, which handed its environment down. */
  if (pid != NULL && g_ascii_strtoll (pid, NULL, 10) != (gint64) getpid ())
    return 0;
  return g_ascii_strtoll (interval, NULL, 10);
}
