/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LONGEST_LINE 1024

static volatile sig_atomic_t interrupted;

static void
on_interrupt (int number G_GNUC_UNUSED)
{
  interrupted = 1;
}

/* Reads up to the end of the line. Byte by byte, so that nothing stays in a buffer afterwards. */
static gboolean
read_line (int fd, char *line, gsize size)
{
  gsize length = 0;

  while (!interrupted)
    {
      char c;
      const ssize_t n = read (fd, &c, 1);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      if (c == '\n')
        {
          line[length] = '\0';
          return TRUE;
        }
      if (length + 1 >= size)
        return FALSE;
      line[length++] = c;
    }
  return FALSE;
}

/* Reads with the terminal's echo off, and puts it back whatever happens, an interrupt included. */
static gboolean
read_answer (int fd, gboolean echo, char *line, gsize size)
{
  struct sigaction action = { .sa_handler = on_interrupt };
  struct sigaction before;
  struct termios settings;
  const gboolean silent = !echo && tcgetattr (fd, &settings) == 0;

  interrupted = 0;
  sigaction (SIGINT, &action, &before);
  if (silent)
    {
      struct termios changed = settings;
      changed.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (fd, TCSAFLUSH, &changed);
    }

  const gboolean ok = read_line (fd, line, size);

  if (silent)
    {
      tcsetattr (fd, TCSAFLUSH, &settings);
      (void) !write (fd, "\n", 1);
    }
  sigaction (SIGINT, &before, NULL);
  return ok;
}

char *
cli_prompt (const char *question, gboolean echo, GError **error)
{
  const int fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  char line[LONGEST_LINE];

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "there is no terminal to ask for: %s",
                   question);
      return NULL;
    }

  (void) !write (fd, question, strlen (question));
  (void) !write (fd, ": ", 2);
  const gboolean ok = read_answer (fd, echo, line, sizeof line);
  close (fd);

  char *answer = ok ? g_strdup (line) : NULL;
  explicit_bzero (line, sizeof line);
  if (!ok)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "nothing was entered");
  return answer;
}
