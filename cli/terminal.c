/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

gboolean
cli_is_terminal (FILE *stream)
{
  return isatty (fileno (stream)) == 1;
}

guint
cli_terminal_width (FILE *stream)
{
  struct winsize size = { 0 };

  if (ioctl (fileno (stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

static gboolean
wants_color (FILE *stream)
{
  const char *no_color = g_getenv ("NO_COLOR");

  if (no_color != NULL && no_color[0] != '\0')
    return FALSE;
  return cli_is_terminal (stream) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

const char *
cli_style (FILE *stream, CliStyle style)
{
  static const char *const sequences[] = {
    [CLI_STYLE_PLAIN] = "\033[0m", [CLI_STYLE_BOLD] = "\033[1m",  [CLI_STYLE_DIM] = "\033[2m",
    [CLI_STYLE_GOOD] = "\033[32m", [CLI_STYLE_WARN] = "\033[33m", [CLI_STYLE_BAD] = "\033[31m",
  };

  return wants_color (stream) ? sequences[style] : "";
}

guint
cli_text_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);
      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

char *
cli_printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *printable = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);
      if (c == '\n')
        g_string_append (printable, "\\n");
      else if (c == '\t')
        g_string_append (printable, "\\t");
      else if (g_unichar_iscntrl (c))
        g_string_append_printf (printable, "\\u%04x", c);
      else
        g_string_append_unichar (printable, c);
    }
  return g_string_free (printable, FALSE);
}
