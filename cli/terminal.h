/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <stdio.h>

typedef enum
{
  CLI_STYLE_PLAIN,
  CLI_STYLE_BOLD,
  CLI_STYLE_DIM,
  CLI_STYLE_GOOD,
  CLI_STYLE_WARN,
  CLI_STYLE_BAD,
} CliStyle;

gboolean cli_is_terminal (FILE *stream);

/* How wide the terminal is, in cells; 80 when it does not say. */
guint cli_terminal_width (FILE *stream);

/* The escape sequence that turns STYLE on; empty where colour is not wanted: not a terminal, NO_COLOR
 * is set, or the terminal is a dumb one. */
const char *cli_style (FILE *stream, CliStyle style);

/* How many cells TEXT takes up. */
guint cli_text_width (const char *text);

/* TEXT with control characters and broken UTF-8 made visible, so that data can't drive the terminal. */
char *cli_printable (const char *text);

/* Asks for a line on the terminal, without showing what is typed when ECHO is FALSE. NULL with an error
 * when there is no terminal or the person gave up. Free a password with
 * syncline_secret_free(). */
char *cli_prompt (const char *question, gboolean echo, GError **error);
