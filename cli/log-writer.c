/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/log-writer.h"
#include "cli/terminal.h"

#include <string.h>

static GLogLevelFlags shown_levels;

static const char *
find_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, key) == 0)
        return fields[i].value;
    }
  return NULL;
}

/* --- Text ------------------------------------------------------------------------------------ */

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

static void
write_text (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  const char *style = style_of_level (level);
  const char *message = find_field (fields, n_fields, "MESSAGE");

  fprintf (stderr, "%ssyncline: %s%s\n", style, message != NULL ? message : "",
           style[0] != '\0' ? cli_style (stderr, CLI_STYLE_PLAIN) : "");
}

/* --- JSON lines ------------------------------------------------------------------------------ */

static const char *
name_of_level (GLogLevelFlags level)
{
  switch (level & G_LOG_LEVEL_MASK)
    {
    case G_LOG_LEVEL_ERROR:
    case G_LOG_LEVEL_CRITICAL:
      return "error";
    case G_LOG_LEVEL_WARNING:
      return "warning";
    case G_LOG_LEVEL_MESSAGE:
      return "notice";
    case G_LOG_LEVEL_INFO:
      return "info";
    default:
      return "debug";
    }
}

/* SYNCLINE_REASON is "reason", and so on. */
static void
add_own_fields (json_object *object, const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (!g_str_has_prefix (fields[i].key, "SYNCLINE_"))
        continue;
      g_autofree char *name = g_ascii_strdown (fields[i].key + strlen ("SYNCLINE_"), -1);
      json_object_object_add (object, name, cli_json_string (fields[i].value));
    }
}

static void
write_json (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  g_autoptr (json_object) object = json_object_new_object ();
  const char *message_id = find_field (fields, n_fields, "MESSAGE_ID");

  json_object_object_add (object, "time", cli_json_time (g_get_real_time ()));
  json_object_object_add (object, "level", cli_json_string (name_of_level (level)));
  json_object_object_add (object, "message",
                          cli_json_string (find_field (fields, n_fields, "MESSAGE")));
  if (message_id != NULL)
    json_object_object_add (object, "message_id", cli_json_string (message_id));
  add_own_fields (object, fields, n_fields);
  /* In one write, so that lines of several processes do not mix. */
  g_autofree char *line = g_strconcat (
      json_object_to_json_string_ext (object, JSON_C_TO_STRING_NOSLASHESCAPE), "\n", NULL);
  fputs (line, stderr);
}

/* --- Choosing -------------------------------------------------------------------------------- */

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & shown_levels) == 0)
    return G_LOG_WRITER_HANDLED;
  switch ((CliLogFormat) GPOINTER_TO_INT (user_data))
    {
    case CLI_LOG_JOURNAL:
      /* A line that the journal does not take is better on standard error than nowhere. */
      if (g_log_writer_journald (level, fields, n_fields, NULL) != G_LOG_WRITER_HANDLED)
        write_text (level, fields, n_fields);
      return G_LOG_WRITER_HANDLED;
    case CLI_LOG_JSON:
      write_json (level, fields, n_fields);
      return G_LOG_WRITER_HANDLED;
    default:
      write_text (level, fields, n_fields);
      return G_LOG_WRITER_HANDLED;
    }
}

gboolean
cli_log_format_parse (const char *text, CliLogFormat *out_format, GError **error)
{
  static const char *const names[] = { "auto", "text", "json", "journal" };

  *out_format = CLI_LOG_AUTO;
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (names); i++)
    {
      if (strcmp (text, names[i]) != 0)
        continue;
      *out_format = (CliLogFormat) i;
      return TRUE;
    }
  if (text == NULL)
    return TRUE;
  cli_set_usage_error (error, "--log: \"%s\" is none of auto, text, json, journal", text);
  return FALSE;
}

void
cli_log_init (CliLogFormat format, gboolean quiet, int verbosity)
{
  shown_levels = G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING;
  if (!quiet)
    shown_levels |= G_LOG_LEVEL_MESSAGE;
  if (verbosity >= 1)
    shown_levels |= G_LOG_LEVEL_INFO;
  if (verbosity >= 2)
    shown_levels |= G_LOG_LEVEL_DEBUG;

  if (format == CLI_LOG_AUTO)
    format = g_log_writer_is_journald (fileno (stderr)) ? CLI_LOG_JOURNAL : CLI_LOG_TEXT;
  g_log_set_debug_enabled (verbosity >= 1);
  g_log_set_writer_func (write_log, GINT_TO_POINTER (format), NULL);
}

void
cli_log (GLogLevelFlags level, const char *message_id, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_log_structured (G_LOG_DOMAIN, level, "MESSAGE_ID", message_id, "MESSAGE", "%s", message);
}
