/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

typedef enum
{
  CLI_LOG_AUTO,    /* the journal when standard error is connected to it, otherwise text */
  CLI_LOG_TEXT,    /* lines on standard error */
  CLI_LOG_JSON,    /* JSON objects on standard error, one a line */
  CLI_LOG_JOURNAL, /* the journal */
} CliLogFormat;

/* "auto", "text", "json" or "journal"; NULL is as good as "auto". FALSE with an error about the command line. */
gboolean cli_log_format_parse (const char *text, CliLogFormat *out_format, GError **error);

/* Says where log messages go. Warnings are always shown, messages unless QUIET, more with VERBOSITY 1 and 2. */
void cli_log_init (CliLogFormat format, gboolean quiet, int verbosity);

/* Logs a line with a MESSAGE_ID, one of core/log-messages.h. */
void cli_log (GLogLevelFlags level, const char *message_id, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
