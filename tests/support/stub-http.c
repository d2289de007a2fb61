/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "support/stub-http.h"

#include <string.h>
#include <sys/socket.h>

gboolean
stub_http_send (int fd, const void *data, gsize length)
{
  const char *at = data;

  while (length > 0)
    {
      const gssize n = send (fd, at, length, MSG_NOSIGNAL);
      if (n <= 0)
        return FALSE;
      at += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* In one piece, so that a client can see it in one read. An empty chunk would be the end. */
gboolean
stub_http_send_chunk (int fd, const void *data, gsize length)
{
  g_autoptr (GString) chunk = g_string_sized_new (length + 32);

  if (length == 0)
    return TRUE;
  g_string_printf (chunk, "%" G_GSIZE_MODIFIER "x\r\n", length);
  g_string_append_len (chunk, data, (gssize) length);
  g_string_append (chunk, "\r\n");
  return stub_http_send (fd, chunk->str, chunk->len);
}

void
stub_request_free (StubRequest *request)
{
  g_free (request->method);
  g_free (request->path);
  g_free (request->query);
  g_hash_table_unref (request->headers);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request);
}

static gboolean
read_more (int fd, GByteArray *input)
{
  guint8 buffer[65536];
  const gssize n = recv (fd, buffer, sizeof buffer, 0);

  if (n <= 0)
    return FALSE;
  g_byte_array_append (input, buffer, (guint) n);
  return TRUE;
}

/* Takes bytes up to and without @mark; the mark goes too. */
static char *
read_until (int fd, GByteArray *input, const char *mark)
{
  const gsize mark_length = strlen (mark);
  const guint8 *found;

  while ((found = memmem (input->data, input->len, mark, mark_length)) == NULL)
    if (!read_more (fd, input))
      return NULL;
  const guint length = (guint) (found - input->data);
  char *text = g_strndup ((const char *) input->data, length);
  g_byte_array_remove_range (input, 0, length + (guint) mark_length);
  return text;
}

static gboolean
read_bytes (int fd, GByteArray *input, gsize length, GByteArray *body)
{
  while (input->len < length)
    if (!read_more (fd, input))
      return FALSE;
  g_byte_array_append (body, input->data, (guint) length);
  g_byte_array_remove_range (input, 0, (guint) length);
  return TRUE;
}

static gboolean
read_chunks (int fd, GByteArray *input, GByteArray *body)
{
  while (TRUE)
    {
      g_autofree char *size = read_until (fd, input, "\r\n");
      const guint64 length = size != NULL ? g_ascii_strtoull (size, NULL, 16) : 0;
      if (size == NULL || !read_bytes (fd, input, length, body))
        return FALSE;
      g_autofree char *end = read_until (fd, input, "\r\n");
      if (length == 0 || end == NULL)
        return end != NULL;
    }
}

static gboolean
read_body (int fd, GByteArray *input, StubRequest *request)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  const char *encoding = stub_request_get_header (request, "transfer-encoding");
  const char *length = stub_request_get_header (request, "content-length");
  gboolean success = TRUE;

  if (g_strcmp0 (stub_request_get_header (request, "expect"), "100-continue") == 0)
    stub_http_send (fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);
  if (g_strcmp0 (encoding, "chunked") == 0)
    success = read_chunks (fd, input, body);
  else if (length != NULL)
    success = read_bytes (fd, input, g_ascii_strtoull (length, NULL, 10), body);
  request->body = g_byte_array_free_to_bytes (g_steal_pointer (&body));
  return success;
}

static StubRequest *
parse_head (const char *head)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_auto (GStrv) words = g_strsplit (lines[0], " ", 3);
  StubRequest *request = g_new0 (StubRequest, 1);

  request->method = g_strdup (words[0]);
  const char *target = words[0] != NULL && words[1] != NULL ? words[1] : "";
  const gsize path_length = strcspn (target, "?");
  request->path = g_strndup (target, path_length);
  request->query = target[path_length] == '?' ? g_strdup (target + path_length + 1) : NULL;
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      const gsize length = strcspn (lines[i], ":");
      const char *value = lines[i][length] == ':' ? lines[i] + length + 1 : "";
      g_hash_table_insert (request->headers, g_ascii_strdown (lines[i], (gssize) length),
                           g_strstrip (g_strdup (value)));
    }
  return request;
}

/* What servers do when somebody greets them with TLS on a plain port. */
static gboolean
refuse_tls (int fd, GByteArray *input)
{
  static const char answer[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

  if (input->len == 0 && !read_more (fd, input))
    return TRUE;
  if (input->data[0] != 0x16)
    return FALSE;
  stub_http_send (fd, answer, sizeof answer - 1);
  return TRUE;
}

StubRequest *
stub_http_read_request (int fd, GByteArray *input)
{
  if (refuse_tls (fd, input))
    return NULL;

  g_autofree char *head = read_until (fd, input, "\r\n\r\n");

  if (head == NULL)
    return NULL;
  StubRequest *request = parse_head (head);
  if (read_body (fd, input, request))
    return request;
  stub_request_free (request);
  return NULL;
}
