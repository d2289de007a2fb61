/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The one process that syncs a file holds a lock on another file next to it. The kernel lets go of it when
 * the process ends, however it ends. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sqlite-store/store.h"

static gboolean
set_lock_error (const char *path, int code, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED, "Can't lock “%s”: %s", path,
               g_strerror (code));
  return FALSE;
}

/* For people who wonder who holds the lock; nothing depends on it. */
static void
write_pid (int fd)
{
  g_autofree char *text = g_strdup_printf ("%ld\n", (long) getpid ());

  if (ftruncate (fd, 0) != 0 || pwrite (fd, text, strlen (text), 0) < 0)
    g_debug ("The lock file does not name this process: %s", g_strerror (errno));
}

gboolean
store_acquire_sync (gpointer self, gboolean *out_acquired, GError **error)
{
  Store *store = self;
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

  if (store->lock_fd >= 0)
    {
      *out_acquired = TRUE;
      return TRUE;
    }
  g_autofree char *path = g_strconcat (store->config->path, "-syncline.lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return set_lock_error (path, errno, error);

  /* A lock of the open file, not of the process: closing another descriptor does not lose it, and two
   * clients in one process exclude each other. */
  if (fcntl (fd, F_OFD_SETLK, &lock) != 0)
    {
      int code = errno;
      close (fd);
      if (code != EAGAIN && code != EACCES)
        return set_lock_error (path, code, error);
      *out_acquired = FALSE;
      return TRUE;
    }
  write_pid (fd);
  store->lock_fd = fd;
  *out_acquired = TRUE;
  return TRUE;
}

void
store_release_sync (gpointer self)
{
  Store *store = self;

  if (store->lock_fd >= 0)
    close (store->lock_fd);
  store->lock_fd = -1;
}

static gint64
read_pid (int fd)
{
  char text[32] = "";

  return pread (fd, text, sizeof text - 1, 0) > 0 ? g_ascii_strtoll (text, NULL, 10) : 0;
}

gboolean
store_get_syncer (gpointer self, gint64 *out_pid, GError **error)
{
  Store *store = self;
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  g_autofree char *path = NULL;

  if (store->lock_fd >= 0)
    {
      *out_pid = getpid ();
      return TRUE;
    }
  path = g_strconcat (store->config->path, "-syncline.lock", NULL);
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT)
    {
      *out_pid = 0;
      return TRUE;
    }
  if (fd < 0)
    return set_lock_error (path, errno, error);
  /* Asks whether the lock could be had, without taking it. */
  const gboolean ok = fcntl (fd, F_OFD_GETLK, &lock) == 0;
  const int code = errno;
  if (ok)
    *out_pid = lock.l_type == F_UNLCK ? 0 : read_pid (fd);
  close (fd);
  return ok || set_lock_error (path, code, error);
}
