/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/stream-request.h"

#include "common/json-pull.h"

static void
append_string (GString *body, const char *text)
{
  g_string_append_c (body, '"');
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (body, '\\');
      if ((guchar) *at < 0x20)
        g_string_append_printf (body, "\\u%04x", (guchar) *at);
      else
        g_string_append_c (body, *at);
    }
  g_string_append_c (body, '"');
}

/* Parameters are embedded as they stand, so they have to be one whole object: anything else would
 * change the rest of the request. */
static gboolean
append_object (GString *body, const char *json, const char *what, GError **error)
{
  g_auto (JsonScratch) scratch = { 0 };
  JsonPull pull;

  json_pull_init (&pull, json, strlen (json), &scratch);
  if (json_pull_next (&pull) != JSON_PULL_OBJECT_BEGIN || !json_pull_skip_value (&pull, NULL)
      || json_pull_next (&pull) != JSON_PULL_END)
    {
      const char *fault = json_pull_get_error (&pull);
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                   "%s must be a JSON object: %s at byte %" G_GSIZE_FORMAT, what,
                   fault != NULL ? fault : "another value", json_pull_get_position (&pull));
      return FALSE;
    }
  g_string_append (body, json);
  return TRUE;
}

/* Positions are strings: JavaScript's numbers could not hold them. */
static void
append_buckets (GString *body, const SynclineStreamRequest *request)
{
  g_string_append (body, "\"buckets\":[");
  for (guint i = 0; i < request->n_buckets; i++)
    {
      g_string_append (body, i == 0 ? "{\"name\":" : ",{\"name\":");
      append_string (body, request->buckets[i].name);
      g_string_append_printf (body, ",\"after\":\"%" G_GINT64_FORMAT "\"}",
                              request->buckets[i].last_op);
    }
  g_string_append_c (body, ']');
}

/* The service demands parameters and override_priority of each, if only to say null. */
static gboolean
append_subscription (GString *body, const SynclineSubscription *subscription, GError **error)
{
  g_string_append (body, "{\"stream\":");
  append_string (body, subscription->stream);
  g_string_append (body, ",\"parameters\":");
  if (subscription->parameters == NULL)
    g_string_append (body, "null");
  else
    {
      g_autofree char *what = g_strdup_printf ("the parameters of stream %s", subscription->stream);
      if (!append_object (body, subscription->parameters, what, error))
        return FALSE;
    }
  if (subscription->has_priority)
    g_string_append_printf (body, ",\"override_priority\":%d}", subscription->priority);
  else
    g_string_append (body, ",\"override_priority\":null}");
  return TRUE;
}

static gboolean
append_streams (GString *body, const SynclineStreamRequest *request, GError **error)
{
  g_string_append_printf (body, "\"streams\":{\"include_defaults\":%s,\"subscriptions\":[",
                          request->include_defaults ? "true" : "false");
  for (guint i = 0; i < request->n_subscriptions; i++)
    {
      if (i > 0)
        g_string_append_c (body, ',');
      if (!append_subscription (body, &request->subscriptions[i], error))
        return FALSE;
    }
  g_string_append (body, "]}");
  return TRUE;
}

char *
stream_request_to_json (const SynclineStreamRequest *request, GError **error)
{
  g_autoptr (GString) body = g_string_new ("{");

  append_buckets (body, request);
  /* raw_data: rows as text, byte for byte. binary_data: some older services need it for BSON. */
  g_string_append (body, ",\"include_checksum\":true,\"raw_data\":true,\"binary_data\":true"
                         ",\"client_id\":");
  append_string (body, request->client_id);
  g_string_append (body, ",\"parameters\":");
  if (!append_object (body, request->parameters != NULL ? request->parameters : "{}",
                      "the parameters for the sync rules", error))
    return NULL;
  g_string_append_c (body, ',');
  if (!append_streams (body, request, error))
    return NULL;
  g_string_append_c (body, '}');
  return g_string_free (g_steal_pointer (&body), FALSE);
}
