/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "roles.h"

#include <syncline/error.h>

/* A plugin at work, with the host that is its way back. */
typedef struct
{
  const SynclinePluginSetup *setup;
  SynclineHost *host;
  gpointer self;
} Instance;

static void
instance_free (gpointer data)
{
  Instance *instance = data;

  if (instance->self != NULL)
    instance->setup->plugin->destroy (instance->self);
  syncline_host_free (instance->host);
  g_free (instance);
}

static guint
roles_in (const SynclineSetup *setup)
{
  guint roles = 0;

  if (setup->store != NULL)
    roles |= 1u << SYNCLINE_ROLE_STORE;
  if (setup->upload != NULL)
    roles |= 1u << SYNCLINE_ROLE_UPLOAD;
  if (setup->download != NULL)
    roles |= 1u << SYNCLINE_ROLE_DOWNLOAD;
  if (setup->auth != NULL)
    roles |= 1u << SYNCLINE_ROLE_AUTH;
  if (setup->serializers->len > 0)
    roles |= 1u << SYNCLINE_ROLE_SERIALIZER;
  return roles;
}

typedef struct
{
  SynclineRoles *roles;
  const SynclineHostNotices *notices;
  gpointer owner;
} Maker;

/* Upload and download that name the same plugin share one instance. */
static gpointer
find_instance (SynclineRoles *roles, const SynclinePluginSetup *setup)
{
  for (guint i = 0; i < roles->instances->len; i++)
    {
      const Instance *instance = g_ptr_array_index (roles->instances, i);

      if (instance->setup == setup)
        return instance->self;
    }
  return NULL;
}

static gboolean
make (const Maker *maker,
      const SynclinePluginSetup *setup,
      gconstpointer *out_methods,
      gpointer *out_self,
      GError **error)
{
  SynclineRoles *roles = maker->roles;

  if (setup == NULL)
    return TRUE;
  *out_methods = setup->plugin->methods;
  *out_self = find_instance (roles, setup);
  if (*out_self != NULL)
    return TRUE;

  Instance *instance = g_new0 (Instance, 1);
  instance->setup = setup;
  instance->host = syncline_host_new (setup->name, roles->setup->schema, roles_in (roles->setup),
                                      roles->clock, maker->notices, maker->owner);
  g_ptr_array_add (roles->instances, instance);

  instance->self = setup->plugin->create (setup->config, instance->host, error);
  if (instance->self == NULL)
    {
      g_prefix_error (error, "[%s] ", setup->name);
      return FALSE;
    }
  *out_self = instance->self;
  return TRUE;
}

static gboolean
make_all (const Maker *maker, GError **error)
{
  SynclineRoles *roles = maker->roles;
  const SynclineSetup *setup = roles->setup;

  if (!make (maker, setup->store, (gconstpointer *) &roles->store_methods, &roles->store, error)
      || !make (maker, setup->auth, (gconstpointer *) &roles->auth_methods, &roles->auth, error)
      || !make (maker, setup->upload, (gconstpointer *) &roles->upload_methods, &roles->upload,
                error)
      || !make (maker, setup->download, (gconstpointer *) &roles->download_methods,
                &roles->download, error))
    return FALSE;

  for (guint i = 0; i < setup->serializers->len; i++)
    {
      SynclineSerializerRole role = { NULL, NULL };

      if (!make (maker, g_ptr_array_index (setup->serializers, i), (gconstpointer *) &role.methods,
                 &role.self, error))
        return FALSE;
      g_array_append_val (roles->serializers, role);
    }
  return TRUE;
}

SynclineRoles *
syncline_roles_new (SynclineSetup *setup,
                    const SynclineClock *clock,
                    const SynclineHostNotices *notices,
                    gpointer owner,
                    GError **error)
{
  g_autoptr (SynclineRoles) roles = g_new0 (SynclineRoles, 1);
  const Maker maker = { roles, notices, owner };

  roles->setup = setup;
  roles->clock = clock;
  g_mutex_init (&roles->write_checkpoint_lock);
  g_mutex_init (&roles->client_id_lock);
  roles->serializers = g_array_new (FALSE, FALSE, sizeof (SynclineSerializerRole));
  roles->instances = g_ptr_array_new_with_free_func (instance_free);
  if (!make_all (&maker, error))
    return NULL;
  return g_steal_pointer (&roles);
}

void
syncline_roles_free (SynclineRoles *roles)
{
  while (roles->instances->len > 0)
    g_ptr_array_remove_index (roles->instances, roles->instances->len - 1);
  g_ptr_array_unref (roles->instances);
  g_array_unref (roles->serializers);
  g_mutex_clear (&roles->write_checkpoint_lock);
  g_mutex_clear (&roles->client_id_lock);
  syncline_setup_free (roles->setup);
  g_free (roles);
}

gboolean
syncline_roles_get_credentials (SynclineRoles *roles,
                                gint64 min_validity,
                                SynclineCredentials **out_credentials,
                                GCancellable *cancellable,
                                GError **error)
{
  *out_credentials = NULL;
  if (roles->auth_methods == NULL)
    return TRUE;

  *out_credentials
      = roles->auth_methods->get_credentials (roles->auth, min_validity, cancellable, error);
  return *out_credentials != NULL;
}

void
syncline_roles_refuse_credentials (SynclineRoles *roles, SynclineCredentials *credentials)
{
  if (roles->auth_methods != NULL && credentials != NULL)
    roles->auth_methods->invalidate (roles->auth, credentials);
}

char *
syncline_roles_dup_client_id (SynclineRoles *roles, GError **error)
{
  /* Two threads that find none must not make two: a write checkpoint asked for under one name never shows up
   * in a stream opened under another. */
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&roles->client_id_lock);
  g_autofree char *client_id = NULL;

  if (!roles->store_methods->get_note (roles->store, "client-id", &client_id, error))
    return NULL;
  if (client_id != NULL)
    return g_steal_pointer (&client_id);

  client_id = g_uuid_string_random ();
  if (!roles->store_methods->set_note (roles->store, "client-id", client_id, error))
    return NULL;
  return g_steal_pointer (&client_id);
}

gboolean
syncline_roles_request_write_checkpoint (SynclineRoles *roles,
                                         SynclineCredentials *credentials,
                                         gint64 *out_write_checkpoint,
                                         GCancellable *cancellable,
                                         GError **error)
{
  g_autofree char *client_id = syncline_roles_dup_client_id (roles, error);

  SynclineGate gate;

  if (client_id == NULL)
    return FALSE;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&roles->write_checkpoint_lock);
  if (!roles->store_methods->get_gate (roles->store, &gate, error))
    return FALSE;
  const gint64 awaited = gate.target == SYNCLINE_WRITE_CHECKPOINT_UNKNOWN ? 0 : gate.target;
  return roles->download_methods->request_write_checkpoint (
      roles->download, client_id, MAX (gate.seen, awaited), credentials, out_write_checkpoint,
      cancellable, error);
}
