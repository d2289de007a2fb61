/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Shared by client.c (life, SQL, queue) and client-session.c (who is signed in). */

#pragma once

#include <syncline/client.h>

#include "engine.h"

G_BEGIN_DECLS

struct _SynclineClient
{
  GObject parent_instance;

  SynclineRoles *roles;
  GMainContext *context; /* where signals are delivered */

  GRWLock open_lock; /* readers use the store and the engine, a writer opens and closes them */
  gboolean is_open;
  SynclineEngine *engine; /* while open */

  GMutex notify_lock;
  GSource *notify; /* a status notice on its way to the context */
};

gboolean syncline_client_set_not_open_error (GError **error);

/* Whether there is an auth plugin, and what is wanted of it is @offered. @what ends "nobody can". */
gboolean syncline_client_require_auth (SynclineClient *self,
                                       gboolean offered,
                                       const char *what,
                                       GError **error);

/* SynclineHostNotices::admit, of a client. */
gboolean syncline_client_admit_user (gpointer owner, const char *user_id, GError **error);

G_END_DECLS
