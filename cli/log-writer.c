/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/log-writer.h"
#include "cli/terminal.h"

#include <string.h>

static GLogLevelFlags shown_levels;
static gboolean to_journal;

static const char *
find_message (const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, "MESSAGE") == 0)
        return fields[i].value;
    }
  return "";
}

static const char *
style_of_level (GLogLevelFlags level)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    return cli_style (stderr, CLI_STYLE_BAD);
  if ((level & G_LOG_LEVEL_WARNING) != 0)
    return cli_style (stderr, CLI_STYLE_WARN);
  if ((level & (G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG)) != 0)
    return cli_style (stderr, CLI_STYLE_DIM);
  return "";
}

static GLogWriterOutput
write_log (GLogLevelFlags level,
           const GLogField *fields,
           gsize n_fields,
           gpointer user_data G_GNUC_UNUSED)
{
  if ((level & shown_levels) == 0)
    return G_LOG_WRITER_HANDLED;
  if (to_journal)
    return g_log_writer_journald (level, fields, n_fields, NULL);

  const char *style = style_of_level (level);
  fprintf (stderr, "%ssyncline: %s%s\n", style, find_message (fields, n_fields),
           style[0] != '\0' ? cli_style (stderr, CLI_STYLE_PLAIN) : "");
  return G_LOG_WRITER_HANDLED;
}

void
cli_log_init (gboolean quiet, int verbosity)
{
  shown_levels = G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING;
  if (!quiet)
    shown_levels |= G_LOG_LEVEL_MESSAGE;
  if (verbosity >= 1)
    shown_levels |= G_LOG_LEVEL_INFO;
  if (verbosity >= 2)
    shown_levels |= G_LOG_LEVEL_DEBUG;

  to_journal = g_log_writer_is_journald (fileno (stderr));
  g_log_set_debug_enabled (verbosity >= 1);
  g_log_set_writer_func (write_log, NULL, NULL);
}
