/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "loopback.h"

#include <string.h>
#include <syncline/error.h>

#define PATH "/callback"
#define LONGEST_HEAD (16 * 1024)
/* Browsers open connections ahead, and then say nothing. */
#define SILENCE (G_TIME_SPAN_SECOND / 2)

struct _SynclineLoopback
{
  GSocket *socket;
  char *authority; /* "127.0.0.1:PORT" */
  char *url;
};

SynclineLoopback *
syncline_loopback_new (guint16 port, GError **error)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (host, port);
  g_autoptr (SynclineLoopback) loopback = g_new0 (SynclineLoopback, 1);
  g_autoptr (GSocketAddress) actual = NULL;
  g_autoptr (GError) local = NULL;

  loopback->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &local);
  if (loopback->socket == NULL || !g_socket_bind (loopback->socket, wanted, TRUE, &local)
      || !g_socket_listen (loopback->socket, &local)
      || (actual = g_socket_get_local_address (loopback->socket, &local)) == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED,
                   "can't listen on port %u of 127.0.0.1 for the browser to come back: %s", port,
                   local->message);
      return NULL;
    }
  loopback->authority = g_strdup_printf (
      "127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (actual)));
  loopback->url = g_strconcat ("http://", loopback->authority, PATH, NULL);
  return g_steal_pointer (&loopback);
}

void
syncline_loopback_free (SynclineLoopback *loopback)
{
  g_clear_object (&loopback->socket);
  g_free (loopback->authority);
  g_free (loopback->url);
  g_free (loopback);
}

const char *
syncline_loopback_get_url (SynclineLoopback *loopback)
{
  return loopback->url;
}

/* --- One visit ----------------------------------------------------------------------------------- */

/* The head of a request; NULL if none came. */
static char *
read_head (GSocket *connection, GCancellable *cancellable)
{
  g_autoptr (GString) head = g_string_new (NULL);
  char buffer[4096];

  while (head->len < LONGEST_HEAD && strstr (head->str, "\r\n\r\n") == NULL)
    {
      if (!g_socket_condition_timed_wait (connection, G_IO_IN, SILENCE, cancellable, NULL))
        return NULL;
      const gssize n = g_socket_receive (connection, buffer, sizeof buffer, cancellable, NULL);
      if (n <= 0)
        return NULL;
      g_string_append_len (head, buffer, n);
    }
  return g_string_free (g_steal_pointer (&head), FALSE);
}

/* Not for a page elsewhere that has its own name resolve to this machine. */
static gboolean
is_for_us (SynclineLoopback *loopback, const char *head)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  gboolean ours = FALSE;

  for (char **line = lines; *line != NULL; line++)
    if (g_ascii_strncasecmp (*line, "Host:", 5) == 0)
      ours = g_str_equal (g_strstrip (*line + 5), loopback->authority);
  return ours;
}

/* The URL asked for, if it is what we wait for. */
static char *
find_visit (SynclineLoopback *loopback, const char *head)
{
  static const char wanted[] = "GET " PATH "?";

  if (!g_str_has_prefix (head, wanted) || !is_for_us (loopback, head))
    return NULL;
  const char *query = head + strlen (wanted);
  g_autofree char *shown = g_strndup (query, strcspn (query, " \r\n"));
  return g_strconcat (loopback->url, "?", shown, NULL);
}

/* Whether it worked is for the program to say, which does not know yet. */
static void
answer (GSocket *connection, gboolean found, GCancellable *cancellable)
{
  static const char page[] = "<!doctype html><meta charset=utf-8><title>Sign-in</title>"
                             "<p>You can close this window and go back to the program.</p>\n";
  const char *body = found ? page : "";
  g_autofree char *text = g_strdup_printf (
      "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n"
      "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n%s",
      found ? "200 OK" : "404 Not Found", strlen (body), body);

  g_socket_set_timeout (connection, 1);
  g_socket_send (connection, text, strlen (text), cancellable, NULL);
  g_socket_shutdown (connection, FALSE, TRUE, NULL);
}

char *
syncline_loopback_wait (SynclineLoopback *loopback,
                        gint64 patience,
                        GCancellable *cancellable,
                        GError **error)
{
  const gint64 end = g_get_monotonic_time () + patience;

  while (TRUE)
    {
      g_autoptr (GError) local = NULL;
      const gint64 left = MAX (end - g_get_monotonic_time (), 0);
      g_autoptr (GSocket) connection = NULL;

      if (g_socket_condition_timed_wait (loopback->socket, G_IO_IN, left, cancellable, &local))
        connection = g_socket_accept (loopback->socket, cancellable, &local);
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        {
          g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                               "nobody came back from the browser; try again");
          return NULL;
        }
      if (connection == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      g_autofree char *head = read_head (connection, cancellable);
      char *url = head != NULL ? find_visit (loopback, head) : NULL;
      if (head != NULL)
        answer (connection, url != NULL, cancellable);
      if (url != NULL)
        return url;
    }
}
