/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "token-renewal.h"

#include "log.h"

struct _SynclineTokenRenewal
{
  SynclineRoles *roles;
  SynclineCredentials *old;
  gint64 min_validity;
  SynclineTokenRenewed renewed;
  gpointer user_data;
  GCancellable *cancellable;
  GThread *thread;
  int over; /* atomic */
};

/* When none can be had now, the stream goes on as long as it may, and the next sign of life tries again. */
static gpointer
fetch (gpointer data)
{
  SynclineTokenRenewal *renewal = data;
  g_autoptr (SynclineCredentials) fresh = NULL;
  g_autoptr (GError) error = NULL;

  if (!syncline_roles_get_credentials (renewal->roles, renewal->min_validity, &fresh,
                                       renewal->cancellable, &error))
    syncline_log ("download", G_LOG_LEVEL_DEBUG, "no fresher token yet: %s", error->message);
  else if (fresh != NULL
           && !g_str_equal (syncline_credentials_get_token (fresh),
                            syncline_credentials_get_token (renewal->old)))
    renewal->renewed (renewal->user_data);
  g_atomic_int_set (&renewal->over, TRUE);
  return NULL;
}

SynclineTokenRenewal *
syncline_token_renewal_new (SynclineRoles *roles,
                            SynclineCredentials *old,
                            gint64 min_validity,
                            SynclineTokenRenewed renewed,
                            gpointer user_data)
{
  SynclineTokenRenewal *renewal = g_new0 (SynclineTokenRenewal, 1);

  renewal->roles = roles;
  renewal->old = syncline_credentials_ref (old);
  renewal->min_validity = min_validity;
  renewal->renewed = renewed;
  renewal->user_data = user_data;
  renewal->cancellable = g_cancellable_new ();
  renewal->thread = g_thread_new ("token", fetch, renewal);
  return renewal;
}

gboolean
syncline_token_renewal_is_over (SynclineTokenRenewal *renewal)
{
  return g_atomic_int_get (&renewal->over);
}

void
syncline_token_renewal_free (SynclineTokenRenewal *renewal)
{
  g_cancellable_cancel (renewal->cancellable);
  g_thread_join (renewal->thread);
  g_object_unref (renewal->cancellable);
  syncline_credentials_unref (renewal->old);
  g_free (renewal);
}
