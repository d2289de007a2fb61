/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

#include "clock.h"

G_BEGIN_DECLS

/* Where a plugin's notices go. Called from any thread. */
typedef struct
{
  void (*changes) (gpointer owner,
                   SynclineChangeOrigin origin,
                   guint n_tables,
                   const SynclineTableChange *tables);
  void (*auth) (gpointer owner);
  /* A question rather than a notice; missing: everybody is admitted. */
  gboolean (*admit) (gpointer owner, const char *user_id, GError **error);
} SynclineHostNotices;

/* @roles is a bit mask of 1 << SynclineRole. @notices and @owner outlive the host. */
SynclineHost *syncline_host_new (const char *name,
                                 SynclineSchema *schema,
                                 guint roles,
                                 const SynclineClock *clock,
                                 const SynclineHostNotices *notices,
                                 gpointer owner);
void syncline_host_free (SynclineHost *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineHost, syncline_host_free)

G_END_DECLS
