/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "support/stub-private.h"

/* --- Answers --------------------------------------------------------------------------------- */

static void
piece_free (StubPiece *piece)
{
  g_bytes_unref (piece->data);
  g_free (piece);
}

static StubAnswer *
answer_new (AnswerKind kind)
{
  StubAnswer *answer = g_new0 (StubAnswer, 1);

  g_atomic_ref_count_init (&answer->references);
  answer->kind = kind;
  answer->headers = g_string_new (NULL);
  answer->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) piece_free);
  answer->body = g_bytes_new_static ("", 0);
  answer->cut = -1;
  answer->repeat = 1;
  return answer;
}

void
stub_answer_free (StubAnswer *answer)
{
  if (answer == NULL || !g_atomic_ref_count_dec (&answer->references))
    return;
  g_string_free (answer->headers, TRUE);
  g_ptr_array_unref (answer->pieces);
  g_bytes_unref (answer->body);
  g_free (answer->method);
  g_free (answer->path_prefix);
  g_free (answer);
}

StubAnswer *
stub_answer_new (guint status, const char *content_type, const char *body)
{
  StubAnswer *answer = answer_new (KIND_NORMAL);

  answer->status = status;
  if (content_type != NULL)
    stub_answer_with_header (answer, "Content-Type", content_type);
  if (body != NULL)
    stub_answer_with_body (answer, body, strlen (body));
  return answer;
}

StubAnswer *
stub_answer_new_close (void)
{
  return answer_new (KIND_CLOSE);
}

StubAnswer *
stub_answer_new_raw (const void *data, gssize length)
{
  StubAnswer *answer = answer_new (KIND_RAW);

  return stub_answer_with_body (answer, data, length >= 0 ? (gsize) length : strlen (data));
}

StubAnswer *
stub_answer_new_hang (void)
{
  return answer_new (KIND_HANG);
}

StubAnswer *
stub_answer_new_stream (guint status, const char *content_type)
{
  StubAnswer *answer = stub_answer_new (status, content_type, NULL);

  answer->kind = KIND_STREAM;
  return answer;
}

StubAnswer *
stub_answer_with_header (StubAnswer *answer, const char *name, const char *value)
{
  g_string_append_printf (answer->headers, "%s: %s\r\n", name, value);
  return answer;
}

StubAnswer *
stub_answer_with_body (StubAnswer *answer, const void *data, gsize length)
{
  g_bytes_unref (answer->body);
  answer->body = g_bytes_new (data, length);
  return answer;
}

StubAnswer *
stub_answer_with_delay (StubAnswer *answer, guint milliseconds)
{
  answer->delay_ms = milliseconds;
  return answer;
}

StubAnswer *
stub_answer_with_piece (StubAnswer *answer, guint milliseconds, const char *data, gssize length)
{
  StubPiece *piece = g_new0 (StubPiece, 1);

  piece->delay_ms = milliseconds;
  piece->data = g_bytes_new (data, length >= 0 ? (gsize) length : strlen (data));
  g_ptr_array_add (answer->pieces, piece);
  return answer;
}

StubAnswer *
stub_answer_with_cut (StubAnswer *answer, gsize bytes)
{
  answer->cut = (gssize) bytes;
  return answer;
}

StubAnswer *
stub_answer_with_close (StubAnswer *answer)
{
  answer->close = TRUE;
  return stub_answer_with_header (answer, "Connection", "close");
}

StubAnswer *
stub_answer_with_repeat (StubAnswer *answer, guint times)
{
  answer->repeat = times;
  return answer;
}

/* --- The script ------------------------------------------------------------------------------ */

void
stub_server_push (StubServer *server, StubAnswer *answer)
{
  g_mutex_lock (&server->lock);
  g_ptr_array_add (server->answers, answer);
  g_mutex_unlock (&server->lock);
}

void
stub_server_push_json (StubServer *server, guint status, const char *json)
{
  stub_server_push (server, stub_answer_new (status, "application/json", json));
}

void
stub_server_on (StubServer *server, const char *method, const char *path_prefix, StubAnswer *answer)
{
  answer->matched = TRUE;
  answer->method = g_strdup (method);
  answer->path_prefix = g_strdup (path_prefix);
  stub_server_push (server, answer);
}

void
stub_server_set_handler (StubServer *server, StubHandler handler, gpointer user_data)
{
  g_mutex_lock (&server->lock);
  server->handler = handler;
  server->handler_data = user_data;
  g_mutex_unlock (&server->lock);
}

static gboolean
answer_is_for (const StubAnswer *answer, const StubRequest *request, gboolean matched)
{
  if (answer->matched != matched)
    return FALSE;
  return (answer->method == NULL || g_str_equal (answer->method, request->method))
         && (answer->path_prefix == NULL || g_str_has_prefix (request->path, answer->path_prefix));
}

static StubAnswer *
take_scripted (StubServer *server, const StubRequest *request, gboolean matched)
{
  for (guint i = 0; i < server->answers->len; i++)
    {
      StubAnswer *answer = g_ptr_array_index (server->answers, i);
      if (!answer_is_for (answer, request, matched))
        continue;
      if (answer->repeat == 1)
        return g_ptr_array_steal_index (server->answers, i);
      if (answer->repeat > 1)
        answer->repeat--;
      g_atomic_ref_count_inc (&answer->references);
      return answer;
    }
  return NULL;
}

StubAnswer *
stub_choose_answer (StubServer *server, const StubRequest *request)
{
  g_mutex_lock (&server->lock);
  StubAnswer *answer = take_scripted (server, request, TRUE);
  if (answer == NULL)
    answer = take_scripted (server, request, FALSE);
  StubHandler handler = server->handler;
  g_mutex_unlock (&server->lock);

  if (answer == NULL && handler != NULL)
    answer = handler (request, server->handler_data);
  if (answer == NULL)
    {
      g_mutex_lock (&server->lock);
      server->n_unexpected++;
      g_mutex_unlock (&server->lock);
      answer = stub_answer_new (599, "text/plain", "nothing is scripted for this request");
    }
  return answer;
}

guint
stub_server_count_unexpected (StubServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->n_unexpected;
}

guint
stub_server_count_pending (StubServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  guint n = 0;

  for (guint i = 0; i < server->answers->len; i++)
    n += ((StubAnswer *) g_ptr_array_index (server->answers, i))->repeat;
  return n;
}

void
stub_server_release (StubServer *server)
{
  g_mutex_lock (&server->lock);
  server->generation++;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);
}
