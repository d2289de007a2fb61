/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/auth.h>
#include <syncline/serializer.h>
#include <syncline/store.h>
#include <syncline/transport.h>

#include "module.h"
#include "options.h"

/* Far more than any method table or config struct takes: what says so is not one. */
#define BIGGEST_STRUCT (1024 * 1024)

/* A method that the engine calls without asking whether it is there. */
typedef struct
{
  const char *name;
  gsize offset;
} Slot;

#define SLOT(Class, slot)                                                                          \
  {                                                                                                \
#slot, G_STRUCT_OFFSET(Class, slot)                                                            \
  }

static const Slot store_slots[] = {
  SLOT (SynclineStoreClass, open),
  SLOT (SynclineStoreClass, close),
  SLOT (SynclineStoreClass, acquire_sync),
  SLOT (SynclineStoreClass, release_sync),
  SLOT (SynclineStoreClass, execute),
  SLOT (SynclineStoreClass, transaction),
  SLOT (SynclineStoreClass, execute_in),
  SLOT (SynclineStoreClass, peek_changes),
  SLOT (SynclineStoreClass, resolve_changes),
  SLOT (SynclineStoreClass, list_changes),
  SLOT (SynclineStoreClass, retry_rejected),
  SLOT (SynclineStoreClass, discard_rejected),
  SLOT (SynclineStoreClass, get_gate),
  SLOT (SynclineStoreClass, set_write_checkpoint),
  SLOT (SynclineStoreClass, list_buckets),
  SLOT (SynclineStoreClass, remove_buckets),
  SLOT (SynclineStoreClass, stage_ops),
  SLOT (SynclineStoreClass, apply_checkpoint),
  SLOT (SynclineStoreClass, get_note),
  SLOT (SynclineStoreClass, set_note),
  SLOT (SynclineStoreClass, clear),
  { NULL, 0 },
};

/* A transport that lacks a role altogether is fine; half a role is not. */
static const Slot download_slots[] = {
  SLOT (SynclineTransportClass, open_stream),
  SLOT (SynclineTransportClass, next_event),
  SLOT (SynclineTransportClass, close_stream),
  SLOT (SynclineTransportClass, request_write_checkpoint),
  { NULL, 0 },
};

static const Slot no_slots[] = { { NULL, 0 } };

static const Slot auth_slots[] = {
  SLOT (SynclineAuthClass, get_credentials),
  SLOT (SynclineAuthClass, invalidate),
  SLOT (SynclineAuthClass, dup_user_id),
  { NULL, 0 },
};

static const Slot serializer_slots[] = {
  SLOT (SynclineSerializerClass, serialize),
  { NULL, 0 },
};

const char *
syncline_plugin_kind_to_string (SynclinePluginKind kind)
{
  switch (kind)
    {
    case SYNCLINE_PLUGIN_STORE:
      return "store";
    case SYNCLINE_PLUGIN_TRANSPORT:
      return "transport";
    case SYNCLINE_PLUGIN_AUTH:
      return "auth";
    case SYNCLINE_PLUGIN_SERIALIZER:
      return "serializer";
    }
  return "?";
}

static const Slot *
get_required_slots (const SynclinePlugin *plugin)
{
  const SynclineTransportClass *transport = plugin->methods;

  switch (plugin->kind)
    {
    case SYNCLINE_PLUGIN_STORE:
      return store_slots;
    case SYNCLINE_PLUGIN_TRANSPORT:
      if (SYNCLINE_HAS_SLOT (transport, upload) && !SYNCLINE_HAS_SLOT (transport, open_stream))
        return no_slots;
      return download_slots;
    case SYNCLINE_PLUGIN_AUTH:
      return auth_slots;
    case SYNCLINE_PLUGIN_SERIALIZER:
      return serializer_slots;
    }
  return NULL;
}

static char *
find_flaw_of_methods (const SynclinePlugin *plugin)
{
  if (plugin->methods == NULL)
    return g_strdup ("it has no method table");

  /* The first member of every method table. */
  const gsize size = *(const gsize *) plugin->methods;
  if (size < sizeof (gsize) + sizeof (gpointer) || size > BIGGEST_STRUCT
      || size % sizeof (gpointer) != 0)
    return g_strdup_printf (
        "its method table claims to have %zu bytes; set struct_size to the size of "
        "the %s class",
        size, syncline_plugin_kind_to_string (plugin->kind));

  for (const Slot *slot = get_required_slots (plugin); slot->name != NULL; slot++)
    if (size < slot->offset + sizeof (gpointer)
        || G_STRUCT_MEMBER (gpointer, plugin->methods, slot->offset) == NULL)
      return g_strdup_printf ("it lacks the method %s", slot->name);
  return NULL;
}

static char *
find_flaw_of_texts (const SynclinePlugin *plugin, const char *expected_name)
{
  if (plugin->name == NULL || !syncline_options_is_name (plugin->name))
    return g_strdup ("its name is not made of a-z, 0-9 and dashes");
  if (expected_name != NULL && !g_str_equal (plugin->name, expected_name))
    return g_strdup_printf ("it calls itself \"%s\"; its file must have that name", plugin->name);
  if (plugin->version == NULL || plugin->license == NULL || plugin->summary == NULL)
    return g_strdup ("it lacks its version, licence or summary");
  return NULL;
}

/* The order matters: each check makes the next one's reading safe. */
static char *
find_flaw (const SynclinePlugin *plugin, const char *expected_name)
{
  if (plugin->magic != SYNCLINE_PLUGIN_MAGIC)
    return g_strdup_printf (
        "its syncline_plugin is no plugin descriptor: it begins with 0x%08x instead "
        "of 0x%08x",
        plugin->magic, SYNCLINE_PLUGIN_MAGIC);
  if (plugin->abi != SYNCLINE_PLUGIN_ABI)
    return g_strdup_printf ("it was built for ABI %u, this library (" SYNCLINE_VERSION
                            ") speaks ABI %u; build it against this version's headers",
                            plugin->abi, SYNCLINE_PLUGIN_ABI);
  if (plugin->size < sizeof (SynclinePlugin) || plugin->size > BIGGEST_STRUCT)
    return g_strdup_printf ("its descriptor has %zu bytes, this library (" SYNCLINE_VERSION
                            ") needs %zu or more; build it against this version's headers",
                            plugin->size, sizeof (SynclinePlugin));
  if (get_required_slots (plugin) == NULL)
    return g_strdup_printf ("it is of kind %d, which this library (" SYNCLINE_VERSION
                            ") does not know",
                            (int) plugin->kind);

  char *flaw = find_flaw_of_texts (plugin, expected_name);
  if (flaw == NULL && plugin->config_size > BIGGEST_STRUCT)
    flaw = g_strdup_printf ("its config struct claims to have %zu bytes", plugin->config_size);
  if (flaw == NULL)
    flaw = syncline_options_find_flaw (plugin->options, plugin->config_size);
  if (flaw == NULL)
    flaw = find_flaw_of_methods (plugin);
  if (flaw == NULL && (plugin->create == NULL || plugin->destroy == NULL))
    flaw = g_strdup ("it lacks create or destroy");
  return flaw;
}

gboolean
syncline_descriptor_check (const SynclinePlugin *plugin,
                           const char *expected_name,
                           const char *origin,
                           GError **error)
{
  g_autofree char *flaw = find_flaw (plugin, expected_name);

  if (flaw == NULL)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN, "plugin %s can't be used: %s", origin,
               flaw);
  return FALSE;
}
