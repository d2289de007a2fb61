/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "read-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_SIZE 4096

typedef struct
{
  char *data;
  gsize length;
  gsize size;
} Buffer;

static void
buffer_clear (Buffer *buffer)
{
  if (buffer->data != NULL)
    explicit_bzero (buffer->data, buffer->size);
  g_clear_pointer (&buffer->data, g_free);
}

/* Unlike realloc(), leaves no copy behind. */
static void
buffer_grow (Buffer *buffer)
{
  Buffer bigger = { .length = buffer->length, .size = MAX (FIRST_SIZE, buffer->size * 2) };

  bigger.data = g_malloc (bigger.size);
  if (buffer->length > 0)
    memcpy (bigger.data, buffer->data, buffer->length);
  buffer_clear (buffer);
  *buffer = bigger;
}

/* Returns 0 or an errno. Not sized by fstat(), so that pipes can be read as well. */
static int
read_all (int fd, Buffer *buffer, gsize limit)
{
  for (;;)
    {
      if (buffer->length + 1 >= buffer->size)
        buffer_grow (buffer);
      const gssize count
          = read (fd, buffer->data + buffer->length, buffer->size - buffer->length - 1);
      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return errno;
      if (count == 0)
        return 0;
      buffer->length += (gsize) count;
      if (buffer->length > limit)
        return EFBIG;
    }
}

char *
syncline_read_file (
    const char *path, gsize limit, gsize *out_length, gboolean *out_exposed, char **out_reason)
{
  Buffer buffer = { 0 };
  struct stat status;
  const int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  int failure = fd < 0 || fstat (fd, &status) != 0 ? errno : 0;

  if (failure == 0)
    failure = read_all (fd, &buffer, limit);
  if (fd >= 0)
    close (fd);
  if (failure != 0)
    {
      buffer_clear (&buffer);
      *out_reason = g_strdup (g_strerror (failure));
      return NULL;
    }
  buffer.data[buffer.length] = '\0';
  *out_length = buffer.length;
  if (out_exposed != NULL)
    *out_exposed = S_ISREG (status.st_mode) && (status.st_mode & S_IROTH) != 0;
  return buffer.data;
}
