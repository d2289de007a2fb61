/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http-findings.h"

#include <string.h>

#include "common/http-private.h"

/* What servers let pass when they judge a token by their clock. */
#define TOLERANCE (30 * G_TIME_SPAN_SECOND)

void
http_tell (SynclineFindingFunc func,
           gpointer func_data,
           SynclineFindingLevel level,
           SynclineError code,
           const char *topic,
           const char *advice,
           const char *format,
           ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  const SynclineFinding finding = { level, topic, message, advice, code };
  func (&finding, func_data);
}

void
http_tell_error (SynclineFindingFunc func,
                 gpointer func_data,
                 const char *topic,
                 const char *advice,
                 const GError *error)
{
  const gboolean ours = error->domain == SYNCLINE_ERROR;

  http_tell (func, func_data, SYNCLINE_FINDING_FAULT,
             ours ? (SynclineError) error->code : SYNCLINE_ERROR_FAILED, topic, advice, "%s",
             error->message);
}

/* "localhost", "127.0.0.1:8080", "[::1]". */
static gboolean
is_loopback (const char *host)
{
  g_autofree char *name = g_strdup (host);

  if (*name == '[')
    return g_str_has_prefix (name, "[::1]");
  name[strcspn (name, ":")] = '\0';
  return g_str_equal (name, "localhost")
         || (g_str_has_prefix (name, "127.") && strspn (name, "0123456789.") == strlen (name));
}

static void
tell_tls (const char *url,
          const SynclineHttpConfig *config,
          SynclineFindingFunc func,
          gpointer data)
{
  g_autofree char *host = http_url_dup_host (url);

  if (g_ascii_strncasecmp (url, "https:", 6) == 0)
    http_tell (func, data, SYNCLINE_FINDING_OK, 0, "tls", NULL,
               "the certificate of %s is good by %s", host,
               config->ca_file != NULL ? config->ca_file : "the system's authorities");
  else if (config->unix_socket == NULL && !is_loopback (host))
    http_tell (func, data, SYNCLINE_FINDING_WARNING, 0, "tls",
               "tokens and rows can be read on the way; use https",
               "the connection to %s is not encrypted", host);
}

static void
tell_clock (const HttpResponse *response,
            SynclineHost *host,
            SynclineFindingFunc func,
            gpointer data)
{
  const gint64 theirs = http_response_get_date (response);

  if (theirs == 0)
    return;
  /* The header has whole seconds, of when the answer was made. */
  const gint64 skew = syncline_host_get_real_time (host) - theirs;
  const gint64 seconds = ABS (skew) / G_TIME_SPAN_SECOND;
  if (ABS (skew) > TOLERANCE)
    http_tell (
        func, data, SYNCLINE_FINDING_WARNING, 0, "clock",
        "set the clock, by NTP for example: a token that the server takes for expired, or not "
        "valid yet, is refused",
        "the clock here is %" G_GINT64_FORMAT " s %s that of %s", seconds,
        skew > 0 ? "ahead of" : "behind", response->host);
  else
    http_tell (func, data, SYNCLINE_FINDING_OK, 0, "clock", NULL,
               "the clock here agrees with that of %s", response->host);
}

void
http_tell_findings (const char *url,
                    const SynclineHttpConfig *config,
                    const HttpResponse *response,
                    SynclineHost *host,
                    SynclineFindingFunc func,
                    gpointer func_data)
{
  tell_tls (url, config, func, func_data);
  tell_clock (response, host, func, func_data);
}
