/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "stream-list.h"

#include <string.h>

#include "json-canonical.h"
#include "json-check.h"

static void
subscription_free (gpointer data)
{
  SynclineSubscription *subscription = data;

  g_free ((char *) subscription->stream);
  g_free ((char *) subscription->parameters);
  g_free (subscription);
}

/* Where the object that starts at @at is closed, if it is: braces within strings don't count. */
static const char *
find_end (const char *at)
{
  guint depth = 0;

  for (gboolean quoted = FALSE; *at != '\0'; at++)
    {
      if (quoted && *at == '\\' && at[1] != '\0')
        at++;
      else if (*at == '"')
        quoted = !quoted;
      else if (!quoted && *at == '{')
        depth++;
      else if (!quoted && *at == '}' && --depth == 0)
        return at + 1;
    }
  return at;
}

static char *
take_parameters (const char **at, const char *stream, char **out_reason)
{
  gsize position;

  *at += strspn (*at, " \t");
  const char *end = **at == '{' ? find_end (*at) : *at;
  g_autofree char *object = g_strndup (*at, (gsize) (end - *at));
  *at = end;
  if (syncline_json_is_object (object, &position))
    return syncline_json_canonicalize (object);
  *out_reason = g_strdup_printf ("what follows \"%s:\" is no JSON object; write parameters such as "
                                 "%s:{\"list\": \"l1\"}",
                                 stream, stream);
  return NULL;
}

/* Takes one stream and the comma after it. */
static SynclineSubscription *
take_stream (const char **at, char **out_reason)
{
  const gsize length = strcspn (*at, ",:");
  g_autofree char *name = g_strstrip (g_strndup (*at, length));
  g_autofree char *parameters = NULL;

  *at += length;
  if (name[0] == '\0')
    {
      *out_reason = g_strdup ("a stream has no name; write a list such as \"lists, todos\"");
      return NULL;
    }
  if (**at == ':')
    {
      (*at)++;
      parameters = take_parameters (at, name, out_reason);
      if (parameters == NULL)
        return NULL;
      *at += strspn (*at, " \t");
    }
  if (**at != ',' && **at != '\0')
    {
      *out_reason = g_strdup_printf ("there is no comma after the parameters of stream %s", name);
      return NULL;
    }
  *at += **at == ',' ? 1 : 0;

  SynclineSubscription *subscription = g_new0 (SynclineSubscription, 1);
  subscription->stream = g_steal_pointer (&name);
  subscription->parameters = g_steal_pointer (&parameters);
  return subscription;
}

GPtrArray *
syncline_stream_list_parse (const char *text, char **out_reason)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (subscription_free);

  while (text[strspn (text, " \t")] != '\0')
    {
      SynclineSubscription *subscription = take_stream (&text, out_reason);

      if (subscription == NULL)
        return NULL;
      g_ptr_array_add (list, subscription);
    }
  return g_steal_pointer (&list);
}
