/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-common.h"

#include <string.h>

#define DEEPEST_JSON 128

json_object *
mock_json_parse (const char *text, gssize length)
{
  const gsize n = length < 0 ? strlen (text) : (gsize) length;
  if (n > G_MAXINT)
    return NULL;

  json_tokener *tokener = json_tokener_new_ex (DEEPEST_JSON);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
  json_object *object = json_tokener_parse_ex (tokener, text, (int) n);
  gsize end = json_tokener_get_parse_end (tokener);
  json_tokener_free (tokener);

  while (end < n && g_ascii_isspace (text[end]))
    end++;
  if (end == n && json_object_is_type (object, json_type_object))
    return object;
  json_object_put (object);
  return NULL;
}

char *
mock_json_print (json_object *object)
{
  return g_strdup (json_object_to_json_string_ext (object, JSON_C_TO_STRING_PLAIN
                                                               | JSON_C_TO_STRING_NOSLASHESCAPE));
}

char *
mock_json_dup_member (json_object *object, const char *name)
{
  json_object *member = NULL;

  if (!json_object_object_get_ex (object, name, &member) || member == NULL)
    return NULL;
  return g_strdup (json_object_get_string (member));
}

static void
wake_cb (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  MockWake *wake = user_data;

  g_mutex_lock (wake->mutex);
  g_cond_broadcast (wake->cond);
  g_mutex_unlock (wake->mutex);
}

void
mock_wake_begin (MockWake *wake, GMutex *mutex, GCond *cond, GCancellable *cancellable)
{
  wake->mutex = mutex;
  wake->cond = cond;
  wake->cancellable = cancellable;
  wake->handler = 0;
  if (cancellable != NULL)
    wake->handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), wake, NULL);
}

void
mock_wake_end (MockWake *wake)
{
  if (wake->handler != 0)
    g_cancellable_disconnect (wake->cancellable, wake->handler);
}

gboolean
mock_dice_throw (GRand *dice, gint64 percent)
{
  return g_rand_int_range (dice, 0, 100) < percent;
}
