/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/error.h>

#include "downloader-private.h"
#include "log.h"

#define COMPONENT "download"

/* With so little left of a token, a fresh one is fetched and the stream opened anew, so that there is no
 * gap. The service says so 20 seconds ahead. */
#define TOKEN_ENDS_SOON 30

SynclineDownloader *
syncline_downloader_new (SynclineRoles *roles,
                         SynclineSubscriptions *subscriptions,
                         const SynclineDownloadNotices *notices,
                         gpointer user_data)
{
  SynclineDownloader *downloader = g_new0 (SynclineDownloader, 1);

  downloader->roles = roles;
  downloader->notices = notices;
  downloader->user_data = user_data;
  downloader->subscriptions = subscriptions;
  downloader->row_opener = syncline_row_opener_new (roles);
  g_mutex_init (&downloader->event_lock);
  g_mutex_init (&downloader->progress_lock);
  return downloader;
}

void
syncline_downloader_free (SynclineDownloader *downloader)
{
  g_clear_pointer (&downloader->tracker, syncline_checkpoint_tracker_free);
  syncline_row_opener_free (downloader->row_opener);
  g_mutex_clear (&downloader->event_lock);
  g_mutex_clear (&downloader->progress_lock);
  g_free (downloader);
}

/* --- One stream ------------------------------------------------------------------------------ */

typedef struct
{
  SynclineCheckpointTracker *tracker;
  GArray *buckets; /* of SynclineBucketState */
} Positions;

static void
clear_position (gpointer data)
{
  g_free ((char *) ((SynclineBucketState *) data)->name);
}

static void
take_position (const SynclineBucketState *bucket, gpointer user_data)
{
  Positions *positions = user_data;
  SynclineBucketState copy = *bucket;

  copy.name = g_strdup (bucket->name);
  g_array_append_val (positions->buckets, copy);
  syncline_checkpoint_tracker_add_known (positions->tracker, bucket);
}

/* Positions are read from the store just before each request: a stale one would bring operations a second
 * time, and their checksums with them. */
static gpointer
open_stream (SynclineDownloader *downloader,
             SynclineCredentials *credentials,
             GCancellable *cancellable,
             GError **error)
{
  SynclineRoles *roles = downloader->roles;
  g_autofree char *client_id = syncline_roles_dup_client_id (roles, error);
  g_autoptr (GArray) buckets = g_array_new (FALSE, FALSE, sizeof (SynclineBucketState));
  Positions positions = { downloader->tracker, buckets };

  g_array_set_clear_func (buckets, clear_position);
  if (client_id == NULL)
    return NULL;
  g_autoptr (GArray) wanted
      = syncline_subscriptions_begin_stream (downloader->subscriptions, error);
  if (wanted == NULL
      || !roles->store_methods->list_buckets (roles->store, take_position, &positions, cancellable,
                                              error))
    return NULL;

  const SynclineStreamRequest request = {
    .client_id = client_id,
    .n_buckets = buckets->len,
    .buckets = (const SynclineBucketState *) (void *) buckets->data,
    .parameters = roles->setup->engine.parameters,
    .include_defaults = roles->setup->engine.include_defaults,
    .n_subscriptions = wanted->len,
    .subscriptions = (const SynclineSubscription *) (void *) wanted->data,
  };
  return roles->download_methods->open_stream (roles->download, &request, credentials, cancellable,
                                               error);
}

/* On the renewal's thread. */
static void
token_renewed (gpointer user_data)
{
  SynclineDownloader *downloader = user_data;

  g_atomic_int_set (&downloader->reopening, TRUE);
  downloader->notices->renewed (downloader->user_data);
}

/* Fetches a fresh token while the stream goes on: its rows don't wait for it. */
static void
renew_token (SynclineDownloader *downloader, SynclineCredentials *credentials, gint64 expires_in)
{
  if (credentials == NULL || expires_in > TOKEN_ENDS_SOON)
    return;
  if (downloader->renewal != NULL && !syncline_token_renewal_is_over (downloader->renewal))
    return;

  g_clear_pointer (&downloader->renewal, syncline_token_renewal_free);
  downloader->renewal = syncline_token_renewal_new (
      downloader->roles, credentials, (expires_in + TOKEN_ENDS_SOON) * G_TIME_SPAN_SECOND,
      token_renewed, downloader);
}

gboolean
syncline_downloader_is_outdated (SynclineDownloader *downloader)
{
  g_autoptr (GError) error = NULL;
  gboolean outdated = FALSE;

  if (!syncline_subscriptions_renew (downloader->subscriptions, &outdated, &error))
    syncline_log (COMPONENT, G_LOG_LEVEL_WARNING, "%s", error->message);
  if (outdated)
    g_atomic_int_set (&downloader->reopening, TRUE);
  return outdated;
}

static SynclineDownloadResult
follow (SynclineDownloader *downloader,
        gpointer stream,
        SynclineCredentials *credentials,
        GCancellable *cancellable,
        GError **error)
{
  SynclineRoles *roles = downloader->roles;
  gboolean received_any = FALSE;

  for (;;)
    {
      SynclineEvent event = { 0 };

      if (!roles->download_methods->next_event (roles->download, stream, &event, cancellable,
                                                error))
        return SYNCLINE_DOWNLOAD_FAILED;
      syncline_downloader_count_bytes (downloader, &event);
      if (!syncline_downloader_handle (downloader, &event, cancellable, error))
        return SYNCLINE_DOWNLOAD_FAILED;
      if (event.type == SYNCLINE_EVENT_CHECKPOINT)
        received_any = TRUE;
      if (event.type == SYNCLINE_EVENT_END
          || (event.type == SYNCLINE_EVENT_KEEPALIVE && event.expires_in <= 0))
        break;
      if (event.type != SYNCLINE_EVENT_KEEPALIVE)
        continue;
      if (syncline_downloader_is_outdated (downloader))
        return SYNCLINE_DOWNLOAD_ENDED;
      renew_token (downloader, credentials, event.expires_in);
    }

  /* The token is used up. A stream that brought nothing else counts as a failure, or a client whose
   * clock is wrong would reconnect in a tight loop. */
  syncline_roles_refuse_credentials (roles, credentials);
  if (received_any)
    return SYNCLINE_DOWNLOAD_ENDED;
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED,
                       "The service ended the stream at once: the token has expired");
  return SYNCLINE_DOWNLOAD_FAILED;
}

static void
begin_stream (SynclineDownloader *downloader)
{
  g_mutex_lock (&downloader->event_lock);
  downloader->tracker = syncline_checkpoint_tracker_new ();
  downloader->gated = FALSE;
  downloader->completed_once = FALSE;
  g_atomic_int_set (&downloader->reopening, FALSE);
  g_mutex_unlock (&downloader->event_lock);
}

/* What was staged is safe to keep, however the stream ended. */
static void
end_stream (SynclineDownloader *downloader)
{
  SynclineRoles *roles = downloader->roles;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&downloader->renewal, syncline_token_renewal_free);
  syncline_subscriptions_end_stream (downloader->subscriptions);
  g_mutex_lock (&downloader->event_lock);
  if (SYNCLINE_HAS_SLOT (roles->store_methods, flush)
      && !roles->store_methods->flush (roles->store, NULL, &error))
    syncline_log (COMPONENT, G_LOG_LEVEL_WARNING, "%s", error->message);
  g_clear_pointer (&downloader->tracker, syncline_checkpoint_tracker_free);
  downloader->gated = FALSE;
  g_mutex_unlock (&downloader->event_lock);
}

SynclineDownloadResult
syncline_downloader_run (SynclineDownloader *downloader,
                         SynclineCredentials *credentials,
                         GCancellable *cancellable,
                         GError **error)
{
  SynclineRoles *roles = downloader->roles;
  SynclineDownloadResult result = SYNCLINE_DOWNLOAD_FAILED;

  begin_stream (downloader);
  gpointer stream = open_stream (downloader, credentials, cancellable, error);
  if (stream != NULL)
    {
      syncline_downloader_publish_connected (downloader, TRUE);
      downloader->notices->connected (downloader->user_data);
      result = follow (downloader, stream, credentials, cancellable, error);
      roles->download_methods->close_stream (roles->download, stream);
    }
  end_stream (downloader);
  if (stream == NULL || !g_atomic_int_get (&downloader->reopening))
    syncline_downloader_publish_connected (downloader, FALSE);
  return result;
}
