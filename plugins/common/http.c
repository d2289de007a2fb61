/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http-private.h"

/* More than the two or three threads that use one plugin. */
#define MOST_IDLE_LANES 4

static HttpLane *
lane_new (void)
{
  HttpLane *lane = g_new0 (HttpLane, 1);

  lane->multi = curl_multi_init ();
  lane->easy = curl_easy_init ();
  if (lane->multi == NULL || lane->easy == NULL)
    g_error ("libcurl: out of memory");
  return lane;
}

static void
lane_free (HttpLane *lane)
{
  curl_easy_cleanup (lane->easy);
  curl_multi_cleanup (lane->multi);
  g_free (lane);
}

/* The lane used last comes first: its connection is the most likely to be still open. */
HttpLane *
http_lane_take (SynclineHttp *http)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->lock);

  if (http->idle_lanes->len > 0)
    return g_ptr_array_steal_index (http->idle_lanes, http->idle_lanes->len - 1);
  return lane_new ();
}

void
http_lane_give_back (SynclineHttp *http, HttpLane *lane)
{
  /* What the last request set must not stay in memory or reach the next one. */
  curl_easy_reset (lane->easy);

  g_mutex_lock (&http->lock);
  if (http->idle_lanes->len < MOST_IDLE_LANES)
    g_ptr_array_add (http->idle_lanes, g_steal_pointer (&lane));
  g_mutex_unlock (&http->lock);

  g_clear_pointer (&lane, lane_free);
}

SynclineHttp *
http_new (const SynclineHttpConfig *config, SynclineHost *host, GError **error)
{
  static gsize initialized = 0;

  if (!http_config_check (config, host, error))
    return NULL;

  if (g_once_init_enter (&initialized))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&initialized, 1);
    }

  SynclineHttp *http = g_new0 (SynclineHttp, 1);
  http->config = config;
  http->host = host;
  http->user_agent = config->user_agent != NULL
                         ? g_strdup_printf ("syncline/%s %s", PACKAGE_VERSION, config->user_agent)
                         : g_strdup ("syncline/" PACKAGE_VERSION);
  http->idle_lanes = g_ptr_array_new_with_free_func ((GDestroyNotify) lane_free);
  g_mutex_init (&http->lock);
  return http;
}

void
http_free (SynclineHttp *http)
{
  if (http == NULL)
    return;
  g_ptr_array_unref (http->idle_lanes);
  g_mutex_clear (&http->lock);
  g_free (http->user_agent);
  g_free (http);
}

static gboolean
never_enough (HttpTransfer *transfer G_GNUC_UNUSED)
{
  return FALSE;
}

gboolean
http_perform (SynclineHttp *http,
              const HttpRequest *request,
              HttpResponse *response,
              GCancellable *cancellable,
              GError **error)
{
  const gint64 timeout = request->timeout > 0 ? request->timeout : HTTP_DEFAULT_TIMEOUT;
  HttpTransfer transfer;

  const gboolean success
      = http_transfer_init (&transfer, http, request, response, FALSE, error)
        && http_transfer_run (&transfer, never_enough, timeout, FALSE, cancellable, error)
        && http_transfer_check (&transfer, error);
  http_transfer_clear (&transfer);
  return success;
}
