/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "subscriptions.h"

#include <syncline/error.h>

#include "json-canonical.h"
#include "json-check.h"
#include "subscriptions-private.h"

/* How much older than the truth the note may be: a busy stream must not write it with each checkpoint. */
#define NOTE_MAY_LAG G_TIME_SPAN_MINUTE

SynclineSubscriptions *
syncline_subscriptions_new (SynclineRoles *roles)
{
  SynclineSubscriptions *subscriptions = g_new0 (SynclineSubscriptions, 1);

  subscriptions->roles = roles;
  g_mutex_init (&subscriptions->lock);
  return subscriptions;
}

void
syncline_subscriptions_free (SynclineSubscriptions *subscriptions)
{
  g_clear_pointer (&subscriptions->by_index, g_ptr_array_unref);
  g_clear_pointer (&subscriptions->by_stream, g_ptr_array_unref);
  g_clear_pointer (&subscriptions->entries, g_ptr_array_unref);
  g_strfreev (subscriptions->stream_names);
  g_free (subscriptions->requested);
  g_free (subscriptions->text);
  g_mutex_clear (&subscriptions->lock);
  g_free (subscriptions);
}

/* --- The application's side ------------------------------------------------------------------------- */

static gboolean
check_stream (const char *stream, const char *parameters, char **out_canonical, GError **error)
{
  gsize position;

  *out_canonical = NULL;
  if (stream[0] == '\0' || !g_utf8_validate (stream, -1, NULL))
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                           "A stream needs a name, in UTF-8");
      return FALSE;
    }
  if (parameters == NULL)
    return TRUE;
  if (!g_utf8_validate (parameters, -1, NULL) || !syncline_json_is_object (parameters, &position))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                   "The parameters of stream %s are no JSON object; write one such as "
                   "{\"list\": \"l1\"}",
                   stream);
      return FALSE;
    }
  *out_canonical = syncline_json_canonicalize (parameters);
  return TRUE;
}

static gint64
get_now (SynclineSubscriptions *subscriptions)
{
  return syncline_clock_get_real_time (subscriptions->roles->clock);
}

gboolean
syncline_subscriptions_add (SynclineSubscriptions *subscriptions,
                            const char *stream,
                            const char *parameters,
                            int priority,
                            gint64 ttl,
                            GError **error)
{
  g_autofree char *canonical = NULL;

  if (!check_stream (stream, parameters, &canonical, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);
  if (!syncline_subscriptions_refresh (subscriptions, error))
    return FALSE;

  SubscriptionEntry *entry = syncline_subscriptions_find_entry (subscriptions, stream, canonical);
  if (entry == NULL)
    {
      entry = syncline_subscription_entry_new (stream, canonical, ENTRY_IMPLICIT);
      g_ptr_array_add (subscriptions->entries, entry);
    }
  if (entry->kind == ENTRY_FIXED)
    return TRUE;
  /* Of two wishes the more important one counts; who leaves it to the stream keeps that. */
  if (entry->kind == ENTRY_IMPLICIT)
    entry->status->priority = priority;
  else if (priority >= 0)
    entry->status->priority = MIN (priority, entry->status->priority);
  entry->kind = ENTRY_SUBSCRIBED;
  entry->status->is_subscribed = TRUE;
  entry->held = TRUE;
  entry->ttl = ttl >= 0 ? ttl : SYNCLINE_SUBSCRIPTION_TTL;
  entry->status->expires_at = get_now (subscriptions) + entry->ttl;
  return syncline_subscriptions_save (subscriptions, error);
}

gboolean
syncline_subscriptions_remove (SynclineSubscriptions *subscriptions,
                               const char *stream,
                               const char *parameters,
                               GError **error)
{
  g_autofree char *canonical = NULL;

  if (!check_stream (stream, parameters, &canonical, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);
  if (!syncline_subscriptions_refresh (subscriptions, error))
    return FALSE;

  SubscriptionEntry *entry = syncline_subscriptions_find_entry (subscriptions, stream, canonical);
  if (entry == NULL || entry->kind == ENTRY_IMPLICIT)
    return TRUE;
  if (entry->kind == ENTRY_FIXED)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                   "Stream %s is subscribed by the config; take it out of streams in [syncline]",
                   stream);
      return FALSE;
    }
  /* A stream that the service subscribes as well stays in the list. */
  if (!entry->status->is_default)
    g_ptr_array_remove (subscriptions->entries, entry);
  else
    {
      entry->kind = ENTRY_IMPLICIT;
      entry->held = FALSE;
      entry->status->is_subscribed = FALSE;
      entry->status->priority = -1;
      entry->status->expires_at = 0;
    }
  return syncline_subscriptions_save (subscriptions, error);
}

GPtrArray *
syncline_subscriptions_list (SynclineSubscriptions *subscriptions, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);

  if (!syncline_subscriptions_refresh (subscriptions, error))
    return NULL;
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_stream_status_unref);
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      const SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);

      g_ptr_array_add (list, syncline_stream_status_copy (entry->status));
    }
  return list;
}

SynclineStreamStatus *
syncline_subscriptions_find (SynclineSubscriptions *subscriptions,
                             const char *stream,
                             const char *parameters,
                             GError **error)
{
  g_autofree char *canonical = NULL;

  if (!check_stream (stream, parameters, &canonical, error))
    return NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);
  if (!syncline_subscriptions_refresh (subscriptions, error))
    return NULL;
  const SubscriptionEntry *entry
      = syncline_subscriptions_find_entry (subscriptions, stream, canonical);
  return entry != NULL ? syncline_stream_status_copy (entry->status) : NULL;
}

/* --- The stream's side ------------------------------------------------------------------------------- */

/* Renewals are worth a write to the file only when they make a difference. */
static void
renew_entry (SubscriptionEntry *entry, gint64 now)
{
  const gint64 expires_at = now + entry->ttl;

  if (expires_at - entry->status->expires_at >= MAX (entry->ttl / 8, G_TIME_SPAN_SECOND))
    entry->status->expires_at = expires_at;
}

/* Renews what is held, and drops what expired or what nobody has any more. */
static gboolean
evaluate (SynclineSubscriptions *subscriptions, GError **error)
{
  const gint64 now = get_now (subscriptions);

  if (!syncline_subscriptions_refresh (subscriptions, error))
    return FALSE;
  for (guint i = subscriptions->entries->len; i-- > 0;)
    {
      SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);

      if (entry->held)
        renew_entry (entry, now);
      else if ((entry->kind == ENTRY_SUBSCRIBED && entry->status->expires_at <= now)
               || (entry->kind == ENTRY_IMPLICIT && !entry->status->is_active))
        g_ptr_array_remove_index (subscriptions->entries, i);
    }
  return syncline_subscriptions_save (subscriptions, error);
}

static void
clear_subscription (gpointer data)
{
  SynclineSubscription *subscription = data;

  g_free ((char *) subscription->stream);
  g_free ((char *) subscription->parameters);
}

GArray *
syncline_subscriptions_begin_stream (SynclineSubscriptions *subscriptions, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);

  if (!evaluate (subscriptions, error))
    return NULL;
  GArray *wanted = g_array_new (FALSE, FALSE, sizeof (SynclineSubscription));
  g_array_set_clear_func (wanted, clear_subscription);
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);
      const SynclineSubscription subscription = {
        .stream = g_strdup (entry->status->name),
        .parameters = g_strdup (entry->status->parameters),
        .has_priority = entry->status->priority >= 0,
        .priority = entry->status->priority,
      };

      entry->bucket_priority = -1;
      entry->index = entry->status->is_subscribed ? (int) wanted->len : -1;
      if (entry->status->is_subscribed)
        g_array_append_val (wanted, subscription);
      else
        clear_subscription ((gpointer) &subscription);
    }
  g_free (subscriptions->requested);
  subscriptions->requested = syncline_subscriptions_dup_signature (subscriptions);
  return wanted;
}

void
syncline_subscriptions_end_stream (SynclineSubscriptions *subscriptions)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);

  g_clear_pointer (&subscriptions->requested, g_free);
}

gboolean
syncline_subscriptions_renew (SynclineSubscriptions *subscriptions,
                              gboolean *out_outdated,
                              GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);

  *out_outdated = FALSE;
  if (subscriptions->requested == NULL)
    return TRUE;
  if (!evaluate (subscriptions, error))
    return FALSE;
  g_autofree char *signature = syncline_subscriptions_dup_signature (subscriptions);
  *out_outdated = !g_str_equal (signature, subscriptions->requested);
  return TRUE;
}

/* --- Checkpoints --------------------------------------------------------------------------------------- */

/* Whether the open stream brings it: it was asked for, or comes by itself. What was subscribed since then
 * has to wait for the next. */
static gboolean
is_in_stream (const SubscriptionEntry *entry, gboolean is_default)
{
  return entry->index >= 0 || (is_default && entry->status->parameters == NULL);
}

static void
take_stream (SynclineSubscriptions *subscriptions, const SynclineStreamInfo *info)
{
  gboolean found = FALSE;

  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      const SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);
      SynclineStreamStatus *status = entry->status;

      if (!g_str_equal (status->name, info->name) || !is_in_stream (entry, info->is_default))
        continue;
      status->is_active = TRUE;
      status->is_default = info->is_default;
      found = TRUE;
    }
  if (found || !info->is_default)
    return;
  SubscriptionEntry *entry = syncline_subscription_entry_new (info->name, NULL, ENTRY_IMPLICIT);
  entry->status->is_active = entry->status->is_default = TRUE;
  g_ptr_array_add (subscriptions->entries, entry);
}

gboolean
syncline_subscriptions_take_streams (SynclineSubscriptions *subscriptions,
                                     const SynclineEvent *event,
                                     GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  if (!syncline_subscriptions_refresh (subscriptions, error))
    return FALSE;
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      SynclineStreamStatus *status
          = ((SubscriptionEntry *) g_ptr_array_index (subscriptions->entries, i))->status;

      status->is_active = status->is_default = FALSE;
    }
  for (guint i = 0; i < event->n_streams; i++)
    {
      take_stream (subscriptions, &event->streams[i]);
      g_ptr_array_add (names, g_strdup (event->streams[i].name));
    }
  g_ptr_array_add (names, NULL);
  g_strfreev (subscriptions->stream_names);
  g_ptr_array_set_free_func (names, NULL);
  subscriptions->stream_names = (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
  return evaluate (subscriptions, error);
}

/* Makes the tables that turn a bucket's positions into entries. */
static void
find_positions (SynclineSubscriptions *subscriptions)
{
  if (subscriptions->by_index != NULL)
    return;
  subscriptions->by_index = g_ptr_array_new ();
  subscriptions->by_stream = g_ptr_array_new ();
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);

      if (entry->index < 0)
        continue;
      if ((guint) entry->index >= subscriptions->by_index->len)
        g_ptr_array_set_size (subscriptions->by_index, entry->index + 1);
      subscriptions->by_index->pdata[entry->index] = entry;
    }
  for (guint i = 0; subscriptions->stream_names != NULL && subscriptions->stream_names[i] != NULL;
       i++)
    g_ptr_array_add (
        subscriptions->by_stream,
        syncline_subscriptions_find_entry (subscriptions, subscriptions->stream_names[i], NULL));
}

static SubscriptionEntry *
find_by_position (SynclineSubscriptions *subscriptions, int position)
{
  const GPtrArray *table = position >= 0 ? subscriptions->by_index : subscriptions->by_stream;
  const guint i = (guint) (position >= 0 ? position : -1 - position);

  return i < table->len ? g_ptr_array_index (table, i) : NULL;
}

/* A stream that is subscribed and comes by itself as well has its buckets named twice. */
static gboolean
is_named_before (SynclineSubscriptions *subscriptions, const SynclineBucketTarget *target, guint i)
{
  const SubscriptionEntry *entry = find_by_position (subscriptions, target->subscriptions[i]);

  for (guint j = 0; j < i; j++)
    if (find_by_position (subscriptions, target->subscriptions[j]) == entry)
      return TRUE;
  return FALSE;
}

static void
count_bucket (const SynclineBucketTarget *target, gint64 n_done, gint64 n_total, gpointer user_data)
{
  SynclineSubscriptions *subscriptions = user_data;

  for (guint i = 0; i < target->n_subscriptions; i++)
    {
      SubscriptionEntry *entry = find_by_position (subscriptions, target->subscriptions[i]);

      if (entry == NULL || is_named_before (subscriptions, target, i))
        continue;
      entry->bucket_priority = MAX (entry->bucket_priority, target->priority);
      entry->status->n_done += n_done;
      entry->status->n_total += n_total;
    }
}

void
syncline_subscriptions_update_progress (SynclineSubscriptions *subscriptions,
                                        SynclineCheckpointTracker *tracker)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);

  if (subscriptions->entries == NULL)
    return;
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);

      entry->status->n_done = entry->status->n_total = 0;
      if (tracker != NULL)
        entry->bucket_priority = -1;
    }
  find_positions (subscriptions);
  if (tracker != NULL)
    syncline_checkpoint_tracker_visit (tracker, count_bucket, subscriptions);
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      SynclineStreamStatus *status
          = ((SubscriptionEntry *) g_ptr_array_index (subscriptions->entries, i))->status;

      status->n_total = MAX (status->n_total, 0);
      status->n_done = CLAMP (status->n_done, 0, status->n_total);
      status->has_progress = status->n_total > 0;
    }
}

gboolean
syncline_subscriptions_applied (SynclineSubscriptions *subscriptions, int priority, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&subscriptions->lock);
  const gint64 now = get_now (subscriptions);

  if (!syncline_subscriptions_refresh (subscriptions, error))
    return FALSE;
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);
      const gboolean in_range
          = priority == SYNCLINE_PRIORITY_ALL
            || (entry->bucket_priority >= 0 && entry->bucket_priority <= priority);

      if (!entry->status->is_active || !is_in_stream (entry, entry->status->is_default)
          || !in_range)
        continue;
      entry->status->last_synced_at = now;
      if (entry->noted_synced_at == 0 || now - entry->noted_synced_at >= NOTE_MAY_LAG)
        entry->noted_synced_at = now;
    }
  return syncline_subscriptions_save (subscriptions, error);
}
