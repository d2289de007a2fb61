/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "log.h"

#include <string.h>

#define SHORTEST_SECRET 8
#define BLOT "[redacted]"

static GMutex secrets_lock;
/* Longest first, so that of two secrets one of which begins with the other nothing is left over. */
static GPtrArray *secrets;

static int
compare_lengths (gconstpointer a, gconstpointer b)
{
  const gsize length_a = strlen (*(const char *const *) a);
  const gsize length_b = strlen (*(const char *const *) b);

  return length_a < length_b ? 1 : length_a > length_b ? -1 : 0;
}

void
syncline_log_add_secret (const char *secret)
{
  if (secret == NULL || strlen (secret) < SHORTEST_SECRET)
    return;

  g_mutex_lock (&secrets_lock);
  if (secrets == NULL)
    secrets = g_ptr_array_new ();
  if (!g_ptr_array_find_with_equal_func (secrets, secret, g_str_equal, NULL))
    {
      g_ptr_array_add (secrets, g_strdup (secret));
      g_ptr_array_sort (secrets, compare_lengths);
    }
  g_mutex_unlock (&secrets_lock);
}

static void
blot_known_secrets (GString *text)
{
  g_mutex_lock (&secrets_lock);
  for (guint i = 0; secrets != NULL && i < secrets->len; i++)
    g_string_replace (text, g_ptr_array_index (secrets, i), BLOT, 0);
  g_mutex_unlock (&secrets_lock);
}

/* A token that nobody registered still follows its scheme. */
static void
blot_after (GString *text, const char *scheme)
{
  const char *found;
  gsize start = 0;

  while ((found = strstr (text->str + start, scheme)) != NULL)
    {
      start = (gsize) (found - text->str) + strlen (scheme);
      const gsize length = strcspn (text->str + start, " \t\r\n\"',;");
      if (length < SHORTEST_SECRET || g_str_has_prefix (text->str + start, BLOT))
        continue;
      g_string_erase (text, (gssize) start, (gssize) length);
      g_string_insert (text, (gssize) start, BLOT);
    }
}

char *
syncline_log_redact (const char *text)
{
  GString *redacted = g_string_new (text);

  blot_known_secrets (redacted);
  blot_after (redacted, "Bearer ");
  blot_after (redacted, "Token ");
  return g_string_free (redacted, FALSE);
}

static const char *
priority_of_level (GLogLevelFlags level)
{
  switch (level & G_LOG_LEVEL_MASK)
    {
    case G_LOG_LEVEL_ERROR:
    case G_LOG_LEVEL_CRITICAL:
      return "3";
    case G_LOG_LEVEL_WARNING:
      return "4";
    case G_LOG_LEVEL_MESSAGE:
      return "5";
    case G_LOG_LEVEL_INFO:
      return "6";
    default:
      return "7";
    }
}

#define MOST_FIELDS 12

static gboolean
is_dropped (GLogLevelFlags level)
{
  return (level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0
         && g_log_writer_default_would_drop (level, G_LOG_DOMAIN);
}

static void
write_fields (const char *component,
              GLogLevelFlags level,
              const char *message_id,
              const char *const *more,
              const char *plain)
{
  g_autofree char *redacted = syncline_log_redact (plain);
  g_autofree char *message = g_strdup_printf ("%s: %s", component, redacted);
  GLogField fields[MOST_FIELDS] = {
    { "MESSAGE", message, -1 },
    { "PRIORITY", priority_of_level (level), -1 },
    { "GLIB_DOMAIN", G_LOG_DOMAIN, -1 },
    { "SYNCLINE_COMPONENT", component, -1 },
  };
  gsize n = 4;

  if (message_id != NULL)
    fields[n++] = (GLogField){ "MESSAGE_ID", message_id, -1 };
  for (; more != NULL && more[0] != NULL && n < MOST_FIELDS; more += 2)
    {
      if (more[1] != NULL)
        fields[n++] = (GLogField){ more[0], more[1], -1 };
    }
  g_log_structured_array (level, fields, n);
}

void
syncline_logv (const char *component, GLogLevelFlags level, const char *format, va_list args)
{
  if (is_dropped (level))
    return;
  g_autofree char *plain = g_strdup_vprintf (format, args);
  write_fields (component, level, NULL, NULL, plain);
}

void
syncline_log (const char *component, GLogLevelFlags level, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  syncline_logv (component, level, format, args);
  va_end (args);
}

void
syncline_log_event (const char *component,
                    GLogLevelFlags level,
                    const char *message_id,
                    const char *const *fields,
                    const char *format,
                    ...)
{
  va_list args;

  if (is_dropped (level))
    return;
  va_start (args, format);
  g_autofree char *plain = g_strdup_vprintf (format, args);
  va_end (args);
  write_fields (component, level, message_id, fields, plain);
}
