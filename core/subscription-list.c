/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "log.h"
#include "subscriptions-private.h"

#define NOTE "subscriptions"

/* kind, name, parameters ("" for none), priority, ttl, expires at, active, default, last synced at */
#define ENTRY_FORMAT "(issixxbbx)"

static void
entry_free (gpointer data)
{
  SubscriptionEntry *entry = data;

  syncline_stream_status_unref (entry->status);
  g_free (entry);
}

SubscriptionEntry *
syncline_subscription_entry_new (const char *name, const char *parameters, EntryKind kind)
{
  SubscriptionEntry *entry = g_new0 (SubscriptionEntry, 1);

  entry->status = syncline_stream_status_new (name, parameters);
  entry->status->is_subscribed = kind != ENTRY_IMPLICIT;
  entry->kind = kind;
  entry->ttl = SYNCLINE_SUBSCRIPTION_TTL;
  entry->index = -1;
  entry->bucket_priority = -1;
  return entry;
}

static SubscriptionEntry *
find_in (GPtrArray *entries, const char *name, const char *parameters)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      SubscriptionEntry *entry = g_ptr_array_index (entries, i);

      if (g_str_equal (entry->status->name, name)
          && g_strcmp0 (entry->status->parameters, parameters) == 0)
        return entry;
    }
  return NULL;
}

SubscriptionEntry *
syncline_subscriptions_find_entry (SynclineSubscriptions *subscriptions,
                                   const char *name,
                                   const char *parameters)
{
  return find_in (subscriptions->entries, name, parameters);
}

/* --- The note -------------------------------------------------------------------------------------- */

static SubscriptionEntry *
entry_from_variant (GVariant *variant)
{
  const char *name, *parameters;
  gint32 kind, priority;
  gint64 ttl, expires_at, last_synced_at;
  gboolean active, is_default;

  g_variant_get (variant, "(i&s&sixxbbx)", &kind, &name, &parameters, &priority, &ttl, &expires_at,
                 &active, &is_default, &last_synced_at);
  SubscriptionEntry *entry = syncline_subscription_entry_new (
      name, parameters[0] != '\0' ? parameters : NULL, (EntryKind) kind);
  entry->status->priority = priority;
  entry->ttl = ttl;
  entry->status->expires_at = expires_at;
  entry->status->is_active = active;
  entry->status->is_default = is_default;
  entry->status->last_synced_at = entry->noted_synced_at = last_synced_at;
  return entry;
}

/* A note that can't be read (who wrote it?) is as good as none: the application subscribes again. */
static GPtrArray *
parse_note (const char *text)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return entries;
  g_autoptr (GVariant) variant
      = g_variant_parse (G_VARIANT_TYPE ("a" ENTRY_FORMAT), text, NULL, NULL, &error);
  if (variant == NULL)
    {
      syncline_log ("download", G_LOG_LEVEL_WARNING,
                    "the stored list of subscriptions can't be read and is started anew: %s",
                    error->message);
      return entries;
    }
  for (gsize i = 0; i < g_variant_n_children (variant); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (variant, i);

      g_ptr_array_add (entries, entry_from_variant (child));
    }
  return entries;
}

static char *
print_note (SynclineSubscriptions *subscriptions)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" ENTRY_FORMAT));

  if (subscriptions->entries->len == 0)
    return NULL;
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      const SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);
      const SynclineStreamStatus *status = entry->status;

      g_variant_builder_add (&builder, ENTRY_FORMAT, (gint32) entry->kind, status->name,
                             status->parameters != NULL ? status->parameters : "",
                             (gint32) status->priority, entry->ttl, status->expires_at,
                             status->is_active, status->is_default, entry->noted_synced_at);
    }
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_builder_end (&builder));
  return g_variant_print (variant, TRUE);
}

/* What only this process knows goes on. */
static void
carry_over (SubscriptionEntry *entry, const SubscriptionEntry *old)
{
  SynclineStreamStatus *status = entry->status;

  entry->held = old->held && entry->kind == ENTRY_SUBSCRIBED;
  entry->index = old->index;
  entry->bucket_priority = old->bucket_priority;
  status->has_progress = old->status->has_progress;
  status->n_done = old->status->n_done;
  status->n_total = old->status->n_total;
  if (old->noted_synced_at == entry->noted_synced_at)
    status->last_synced_at = old->status->last_synced_at;
}

/* The config names some; those that it named once, and does not any more, nobody wants. */
static void
apply_config (SynclineSubscriptions *subscriptions, GPtrArray *entries)
{
  const GPtrArray *fixed = subscriptions->roles->setup->engine.streams;

  for (guint i = 0; i < entries->len; i++)
    {
      SubscriptionEntry *entry = g_ptr_array_index (entries, i);

      if (entry->kind != ENTRY_FIXED)
        continue;
      entry->kind = ENTRY_IMPLICIT;
      entry->status->is_subscribed = FALSE;
    }
  for (guint i = 0; fixed != NULL && i < fixed->len; i++)
    {
      const SynclineSubscription *wanted = g_ptr_array_index (fixed, i);
      SubscriptionEntry *entry = find_in (entries, wanted->stream, wanted->parameters);

      if (entry == NULL)
        {
          entry = syncline_subscription_entry_new (wanted->stream, wanted->parameters, ENTRY_FIXED);
          g_ptr_array_add (entries, entry);
        }
      entry->kind = ENTRY_FIXED;
      entry->status->is_subscribed = TRUE;
      entry->status->expires_at = 0;
    }
}

/* What was found by position may be gone. */
static void
forget_positions (SynclineSubscriptions *subscriptions)
{
  g_clear_pointer (&subscriptions->by_index, g_ptr_array_unref);
  g_clear_pointer (&subscriptions->by_stream, g_ptr_array_unref);
}

gboolean
syncline_subscriptions_refresh (SynclineSubscriptions *subscriptions, GError **error)
{
  SynclineRoles *roles = subscriptions->roles;
  g_autofree char *text = NULL;

  forget_positions (subscriptions);
  if (!roles->store_methods->get_note (roles->store, NOTE, &text, error))
    return FALSE;
  if (subscriptions->loaded && g_strcmp0 (text, subscriptions->text) == 0)
    return TRUE;

  g_autoptr (GPtrArray) old = g_steal_pointer (&subscriptions->entries);
  subscriptions->entries = parse_note (text);
  apply_config (subscriptions, subscriptions->entries);
  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);
      const SubscriptionEntry *before
          = find_in (old, entry->status->name, entry->status->parameters);

      if (before != NULL)
        carry_over (entry, before);
    }
  subscriptions->loaded = TRUE;
  g_free (subscriptions->text);
  subscriptions->text = g_steal_pointer (&text);
  return TRUE;
}

gboolean
syncline_subscriptions_save (SynclineSubscriptions *subscriptions, GError **error)
{
  SynclineRoles *roles = subscriptions->roles;
  g_autofree char *text = print_note (subscriptions);

  forget_positions (subscriptions);
  if (g_strcmp0 (text, subscriptions->text) == 0)
    return TRUE;
  if (!roles->store_methods->set_note (roles->store, NOTE, text, error))
    return FALSE;
  g_free (subscriptions->text);
  subscriptions->text = g_steal_pointer (&text);
  return TRUE;
}

/* What a request asks for, as one text. */
char *
syncline_subscriptions_dup_signature (SynclineSubscriptions *subscriptions)
{
  GString *signature = g_string_new (NULL);

  for (guint i = 0; i < subscriptions->entries->len; i++)
    {
      const SubscriptionEntry *entry = g_ptr_array_index (subscriptions->entries, i);
      const SynclineStreamStatus *status = entry->status;

      if (status->is_subscribed)
        g_string_append_printf (signature, "%s\n%s\n%d\n", status->name,
                                status->parameters != NULL ? status->parameters : "",
                                status->priority);
    }
  return g_string_free (signature, FALSE);
}
