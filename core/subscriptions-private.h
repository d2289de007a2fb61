/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by subscriptions.c (what happens to them) and subscription-list.c (the list and its note). */

#pragma once

#include "stream-status-private.h"
#include "subscriptions.h"

G_BEGIN_DECLS

/* Who wants a stream. The numbers are in the note. */
typedef enum
{
  ENTRY_IMPLICIT = 0,   /* the service by itself */
  ENTRY_SUBSCRIBED = 1, /* the application */
  ENTRY_FIXED = 2,      /* the config */
} EntryKind;

typedef struct
{
  SynclineStreamStatus *status;
  EntryKind kind;
  gint64 ttl;
  gint64 noted_synced_at; /* what the note says */

  /* Not in the note. */
  gboolean held;       /* subscribed by this process: renewed as long as it lives */
  int index;           /* in the request of the open stream, or -1 */
  int bucket_priority; /* of its least important bucket in the open stream, or -1 */
} SubscriptionEntry;

struct _SynclineSubscriptions
{
  SynclineRoles *roles;
  GMutex lock;
  gboolean loaded;
  char *text;           /* the note as it was read or written last, or NULL */
  GPtrArray *entries;   /* of SubscriptionEntry, in the order of the request */
  char *requested;      /* the signature of what the open stream asked for, or NULL */
  char **stream_names;  /* of the checkpoint, by position */
  GPtrArray *by_index;  /* of SubscriptionEntry: what the positions of the request are now */
  GPtrArray *by_stream; /* likewise for stream_names */
};

SubscriptionEntry *
syncline_subscription_entry_new (const char *name, const char *parameters, EntryKind kind);

/* All of these want the lock. */

SubscriptionEntry *syncline_subscriptions_find_entry (SynclineSubscriptions *subscriptions,
                                                      const char *name,
                                                      const char *parameters);
/* Reads the note if another process changed it. */
gboolean syncline_subscriptions_refresh (SynclineSubscriptions *subscriptions, GError **error);
/* Writes it if there is anything new. */
gboolean syncline_subscriptions_save (SynclineSubscriptions *subscriptions, GError **error);
char *syncline_subscriptions_dup_signature (SynclineSubscriptions *subscriptions);

G_END_DECLS
