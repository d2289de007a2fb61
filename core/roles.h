/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/auth.h>
#include <syncline/serializer.h>
#include <syncline/store.h>
#include <syncline/transport.h>

#include "clock.h"
#include "host.h"
#include "setup.h"

G_BEGIN_DECLS

typedef struct
{
  const SynclineSerializerClass *methods;
  gpointer self;
} SynclineSerializerRole;

/* The plugins of a client, made from its setup: for each role its methods and its instance. Methods that
 * are NULL mean that the role is off. */
typedef struct
{
  SynclineSetup *setup;
  const SynclineClock *clock;

  const SynclineStoreClass *store_methods;
  gpointer store;
  const SynclineTransportClass *upload_methods;
  gpointer upload;
  const SynclineTransportClass *download_methods;
  gpointer download;
  const SynclineAuthClass *auth_methods;
  gpointer auth;
  GArray *serializers; /* of SynclineSerializerRole, in order */

  GPtrArray *instances; /* what to destroy, in reverse */
  GMutex write_checkpoint_lock;
  GMutex client_id_lock;
} SynclineRoles;

/* Takes @setup, also on failure. */
SynclineRoles *syncline_roles_new (SynclineSetup *setup,
                                   const SynclineClock *clock,
                                   const SynclineHostNotices *notices,
                                   gpointer owner,
                                   GError **error);
void syncline_roles_free (SynclineRoles *roles);

/* Good credentials, or NULL without @error when there is no auth role. */
gboolean syncline_roles_get_credentials (SynclineRoles *roles,
                                         gint64 min_validity,
                                         SynclineCredentials **out_credentials,
                                         GCancellable *cancellable,
                                         GError **error);

/* A server refused them. */
void syncline_roles_refuse_credentials (SynclineRoles *roles, SynclineCredentials *credentials);

/* The name of this database at the service: made once, kept in the store. */
char *syncline_roles_dup_client_id (SynclineRoles *roles, GError **error);

/* How far a row or a transaction has come; of any store. */
gboolean syncline_roles_get_write_state (SynclineRoles *roles,
                                         const SynclineWrite *write,
                                         SynclineWriteState *out_state,
                                         GCancellable *cancellable,
                                         GError **error);

/* Asks for a write checkpoint that covers everything that the server has now. Any thread, one at a time. */
gboolean syncline_roles_request_write_checkpoint (SynclineRoles *roles,
                                                  SynclineCredentials *credentials,
                                                  gint64 *out_write_checkpoint,
                                                  GCancellable *cancellable,
                                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineRoles, syncline_roles_free)

G_END_DECLS
