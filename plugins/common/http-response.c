/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http-response.h"

#include <curl/curl.h>
#include <string.h>

/* No server means longer than this, whatever it says. */
#define LONGEST_RETRY_AFTER G_TIME_SPAN_DAY
/* Most answers fit, so that they are not copied about while they grow. */
#define BODY_START_SIZE (16 * 1024)

void
http_response_reset (HttpResponse *response, const char *host)
{
  if (response->body == NULL)
    response->body = g_byte_array_sized_new (BODY_START_SIZE);
  g_byte_array_set_size (response->body, 0);
  if (response->headers == NULL)
    response->headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_set_size (response->headers, 0);
  g_free (response->host);
  response->host = g_strdup (host);
  response->status = 0;
  response->received_at = 0;
  response->truncated = FALSE;
  response->wire_bytes = 0;
  http_response_finish (response, 0);
}

void
http_response_clear (HttpResponse *response)
{
  g_clear_pointer (&response->body, g_byte_array_unref);
  g_clear_pointer (&response->headers, g_ptr_array_unref);
  g_clear_pointer (&response->host, g_free);
}

void
http_response_add_header_line (HttpResponse *response, const char *line, gsize length)
{
  if (length >= 5 && memcmp (line, "HTTP/", 5) == 0)
    g_ptr_array_set_size (response->headers, 0);
  else
    g_ptr_array_add (response->headers, g_strndup (line, length));
}

void
http_response_finish (HttpResponse *response, guint64 wire_bytes)
{
  const guint length = response->body->len;

  g_byte_array_set_size (response->body, length + 1);
  response->body->data[length] = '\0';
  g_byte_array_set_size (response->body, length);
  response->wire_bytes = wire_bytes;
}

const char *
http_response_get_header (const HttpResponse *response, const char *name)
{
  const gsize length = strlen (name);

  for (guint i = 0; response->headers != NULL && i < response->headers->len; i++)
    {
      const char *line = g_ptr_array_index (response->headers, i);
      if (g_ascii_strncasecmp (line, name, length) == 0 && line[length] == ':')
        return line + length + 1 + strspn (line + length + 1, " \t");
    }
  return NULL;
}

gboolean
http_response_has_type (const HttpResponse *response, const char *type)
{
  const char *value = http_response_get_header (response, "Content-Type");

  if (value == NULL)
    return FALSE;
  const gsize length = strcspn (value, "; \t");
  return length == strlen (type) && g_ascii_strncasecmp (value, type, length) == 0;
}

static gint64
parse_date (const char *text)
{
  const time_t seconds = text != NULL ? curl_getdate (text, NULL) : -1;

  return seconds > 0 ? (gint64) seconds * G_TIME_SPAN_SECOND : 0;
}

gint64
http_response_get_date (const HttpResponse *response)
{
  return parse_date (http_response_get_header (response, "Date"));
}

gint64
http_response_get_retry_after (const HttpResponse *response)
{
  const char *value = http_response_get_header (response, "Retry-After");
  guint64 seconds = 0;

  if (value == NULL || *value == '\0')
    return -1;
  if (g_ascii_isdigit (*value))
    {
      if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT32, &seconds, NULL))
        return -1;
      return (gint64) MIN (seconds * G_TIME_SPAN_SECOND, LONGEST_RETRY_AFTER);
    }

  const gint64 until = parse_date (value);
  if (until == 0)
    return -1;
  const gint64 date = http_response_get_date (response);
  return CLAMP (until - (date != 0 ? date : response->received_at), 0, LONGEST_RETRY_AFTER);
}
