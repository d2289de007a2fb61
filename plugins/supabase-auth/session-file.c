/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "supabase-auth/session-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <syncline/error.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/secret.h"

/* A session takes some kilobytes. */
#define LARGEST_FILE (1024 * 1024)
#define LOCK_POLL_MS 20

struct _SessionFile
{
  char *path;
  char *new_path;
  char *lock_path;
  char *directory;
  Sealer *sealer;
};

SessionFile *
session_file_new (const char *path, Sealer *take_sealer)
{
  SessionFile *file = g_new0 (SessionFile, 1);

  file->path = g_strdup (path);
  file->new_path = g_strconcat (path, ".new", NULL);
  file->lock_path = g_strconcat (path, ".lock", NULL);
  file->directory = g_path_get_dirname (path);
  file->sealer = take_sealer;
  return file;
}

void
session_file_free (SessionFile *file)
{
  if (file == NULL)
    return;
  sealer_free (file->sealer);
  g_free (file->path);
  g_free (file->new_path);
  g_free (file->lock_path);
  g_free (file->directory);
  g_free (file);
}

const char *
session_file_get_path (SessionFile *file)
{
  return file->path;
}

static gboolean
fail (const char *path, const char *what, int number, GError **error)
{
  const int code
      = number == ENOSPC || number == EDQUOT ? SYNCLINE_ERROR_FULL : SYNCLINE_ERROR_FAILED;

  g_set_error (error, SYNCLINE_ERROR, code, "can't %s %s: %s", what, path, g_strerror (number));
  return FALSE;
}

/* --- Stamps ---------------------------------------------------------------------------------- */

gboolean
session_file_stamp_equal (const SessionFileStamp *a, const SessionFileStamp *b)
{
  return a->device == b->device && a->inode == b->inode && a->size == b->size
         && a->modified == b->modified && a->changed == b->changed;
}

static gint64
to_nanoseconds (struct timespec time)
{
  return (gint64) time.tv_sec * 1000000000 + time.tv_nsec;
}

static void
set_stamp (SessionFileStamp *stamp, const struct stat *status)
{
  stamp->device = status->st_dev;
  stamp->inode = status->st_ino;
  stamp->size = (guint64) status->st_size;
  stamp->modified = to_nanoseconds (status->st_mtim);
  stamp->changed = to_nanoseconds (status->st_ctim);
}

void
session_file_get_stamp (SessionFile *file, SessionFileStamp *out_stamp)
{
  struct stat status;

  *out_stamp = (SessionFileStamp){ 0 };
  if (lstat (file->path, &status) == 0)
    set_stamp (out_stamp, &status);
}

/* --- Reading --------------------------------------------------------------------------------- */

/* Somebody who can write the file could sign the program in as a user of his own. */
static gboolean
check_file (SessionFile *file, int fd, struct stat *out_status, GError **error)
{
  const char *fault = NULL;

  if (fstat (fd, out_status) != 0)
    return fail (file->path, "look at", errno, error);
  if (!S_ISREG (out_status->st_mode))
    fault = "is not a regular file";
  else if (out_status->st_uid != geteuid ())
    fault = "belongs to another user";
  else if (out_status->st_mode & (S_IWGRP | S_IWOTH))
    fault = "can be written by others (\"chmod 600\" it after making sure that it is yours)";
  if (fault == NULL)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
               "the session file %s %s; it is not used", file->path, fault);
  return FALSE;
}

static GByteArray *
read_bytes (SessionFile *file, int fd, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (16 * 1024);
  gssize n = 0;

  do
    {
      const guint length = bytes->len;
      g_byte_array_set_size (bytes, length + 16 * 1024);
      n = TEMP_FAILURE_RETRY (read (fd, bytes->data + length, 16 * 1024));
      g_byte_array_set_size (bytes, length + (guint) MAX (n, 0));
    }
  while (n > 0 && bytes->len <= LARGEST_FILE);

  if (n < 0)
    {
      fail (file->path, "read", errno, error);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

static Session *
parse (SessionFile *file, GByteArray *bytes, GError **error)
{
  const gboolean is_sealed = sealer_is_sealed (bytes->data, bytes->len);

  if (bytes->len > LARGEST_FILE)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT, "it is far too long");
      return NULL;
    }
  if (!is_sealed && file->sealer == NULL)
    return session_new_from_stored ((const char *) bytes->data, bytes->len, error);
  if (!is_sealed || file->sealer == NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
                           is_sealed ? "it is sealed, and the config has neither session-key nor "
                                       "session-passphrase"
                                     : "it is not sealed as the config demands");
      return NULL;
    }

  gsize length = 0;
  g_autoptr (SecretString) text
      = sealer_open (file->sealer, bytes->data, bytes->len, &length, error);
  return text != NULL ? session_new_from_stored (text, length, error) : NULL;
}

gboolean
session_file_read (SessionFile *file,
                   Session **out_session,
                   SessionFileStamp *out_stamp,
                   GError **error)
{
  struct stat status;

  *out_session = NULL;
  *out_stamp = (SessionFileStamp){ 0 };
  const int fd = open (file->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0 && errno == ELOOP)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                   "the session file %s is a symbolic link; it is not used", file->path);
      return FALSE;
    }
  if (fd < 0)
    return fail (file->path, "open", errno, error);

  GByteArray *bytes = NULL;
  if (check_file (file, fd, &status, error))
    {
      set_stamp (out_stamp, &status);
      /* Others have no business reading it either; this can fail only where it does not matter. */
      if (status.st_mode & (S_IRGRP | S_IROTH) && fchmod (fd, 0600) == 0
          && fstat (fd, &status) == 0)
        set_stamp (out_stamp, &status);
      bytes = read_bytes (file, fd, error);
    }
  close (fd);
  if (bytes == NULL)
    return FALSE;

  *out_session = parse (file, bytes, error);
  secret_wipe_bytes (bytes);
  g_byte_array_unref (bytes);
  if (*out_session == NULL)
    g_prefix_error (error,
                    "the session file %s can't be used (it is left as it is; signing in replaces "
                    "it): ",
                    file->path);
  return *out_session != NULL;
}

/* --- Locking --------------------------------------------------------------------------------- */

/* FALSE when cancelled. */
static gboolean
pause_for (guint milliseconds, GCancellable *cancellable, GError **error)
{
  GPollFD poll_fd;

  if (g_cancellable_make_pollfd (cancellable, &poll_fd))
    {
      g_poll (&poll_fd, 1, (int) milliseconds);
      g_cancellable_release_fd (cancellable);
    }
  else
    g_usleep (milliseconds * 1000);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static int
open_lock (SessionFile *file, GError **error)
{
  const int lock = open (file->lock_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (lock < 0)
    fail (file->lock_path, "open", errno, error);
  return lock;
}

int
session_file_lock (SessionFile *file, gint64 patience, GCancellable *cancellable, GError **error)
{
  const int lock = open_lock (file, error);
  gint64 left_ms = patience / 1000;

  /* A blocking flock() could not be cancelled. */
  while (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) != 0)
    {
      gboolean go_on = FALSE;
      if (errno != EWOULDBLOCK && errno != EINTR)
        fail (file->lock_path, "lock", errno, error);
      else if (left_ms <= 0)
        g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY,
                     "another process holds %s, and with it the session", file->lock_path);
      else
        go_on = pause_for (LOCK_POLL_MS, cancellable, error);
      left_ms -= LOCK_POLL_MS;
      if (!go_on)
        {
          close (lock);
          return -1;
        }
    }
  return lock;
}

void
session_file_unlock (int lock)
{
  if (lock >= 0)
    close (lock);
}

/* --- Writing --------------------------------------------------------------------------------- */

GByteArray *
session_file_format (SessionFile *file, Session *session, GError **error)
{
  g_autoptr (SecretString) text = session_to_stored (session);
  const gsize length = strlen (text);

  if (file->sealer != NULL)
    return sealer_seal (file->sealer, text, length, error);
  GByteArray *bytes = g_byte_array_sized_new ((guint) length);
  return g_byte_array_append (bytes, (const guint8 *) text, (guint) length);
}

static gboolean
write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      const gssize n = TEMP_FAILURE_RETRY (write (fd, data, length));
      if (n < 0)
        return FALSE;
      data += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
write_new_file (SessionFile *file, GByteArray *bytes, GError **error)
{
  /* What a crash left behind. Nobody else works on it: we have the lock. */
  unlink (file->new_path);
  const int fd = open (file->new_path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (file->new_path, "create", errno, error);

  gboolean success = write_all (fd, bytes->data, bytes->len) && fsync (fd) == 0;
  const int number = errno;
  success = close (fd) == 0 && success;
  if (success)
    return TRUE;
  unlink (file->new_path);
  return fail (file->new_path, "write", number, error);
}

/* So that the renaming survives a power cut. Some file systems can't; then they need not. */
static void
sync_directory (SessionFile *file)
{
  const int fd = open (file->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

gboolean
session_file_write (SessionFile *file,
                    GByteArray *bytes,
                    const SessionFileStamp *expected,
                    SessionFileStamp *out_stamp,
                    GError **error)
{
  SessionFileStamp now;

  if (!write_new_file (file, bytes, error))
    return FALSE;

  /* A sign-out in a hurry does not wait for the lock. */
  session_file_get_stamp (file, &now);
  if (expected != NULL && !session_file_stamp_equal (expected, &now))
    {
      unlink (file->new_path);
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY,
                   "somebody changed the session file %s meanwhile", file->path);
      return FALSE;
    }
  if (rename (file->new_path, file->path) != 0)
    {
      const int number = errno;
      unlink (file->new_path);
      return fail (file->path, "replace", number, error);
    }
  sync_directory (file);
  session_file_get_stamp (file, out_stamp);
  return TRUE;
}

gboolean
session_file_remove (SessionFile *file, GError **error)
{
  if (unlink (file->path) != 0 && errno != ENOENT)
    return fail (file->path, "remove", errno, error);
  sync_directory (file);
  return TRUE;
}
