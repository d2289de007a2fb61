/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "roles.h"

G_BEGIN_DECLS

/* Fetches a fresh token while the stream that uses the old one goes on. */
typedef struct _SynclineTokenRenewal SynclineTokenRenewal;

/* Told on a thread of the renewal's own when another token than the old one is there. */
typedef void (*SynclineTokenRenewed) (gpointer user_data);

/* Begins to fetch one that is good for at least @min_validity. */
SynclineTokenRenewal *syncline_token_renewal_new (SynclineRoles *roles,
                                                  SynclineCredentials *old,
                                                  gint64 min_validity,
                                                  SynclineTokenRenewed renewed,
                                                  gpointer user_data);

/* Whether there is nothing to come of it any more. */
gboolean syncline_token_renewal_is_over (SynclineTokenRenewal *renewal);

/* Ends it, if it goes on, and waits for that. */
void syncline_token_renewal_free (SynclineTokenRenewal *renewal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineTokenRenewal, syncline_token_renewal_free)

G_END_DECLS
