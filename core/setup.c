/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "setup.h"

#include <string.h>
#include <syncline/registry.h>
#include <syncline/transport.h>

#include "config-private.h"
#include "core-options.h"
#include "json-check.h"
#include "nearest.h"
#include "options.h"
#include "read-file.h"
#include "rejection-policy.h"
#include "schema-private.h"
#include "stream-list.h"

#define CORE "syncline"

/* What the checks below share. */
typedef struct
{
  SynclineConfig *config;
  SynclineFaults *faults;
  SynclineSetup *setup;
  SynclineCoreConfig core;
  const SynclineKeyfileGroup *group; /* [syncline] */
  GPtrArray *names;                  /* of groups that are in use */
  GPtrArray *missing;                /* names of plugins that can't be used */
  GPtrArray *plugins;                /* of SynclinePluginSetup, borrowed: all there are */
} Builder;

/* --- Plugins --------------------------------------------------------------------------------- */

static void
plugin_setup_free (SynclinePluginSetup *plugin)
{
  if (plugin == NULL)
    return;
  syncline_options_clear (plugin->plugin->options, plugin->config);
  g_free (plugin->config);
  g_free (plugin->name);
  g_free (plugin);
}

static const SynclineKeyfileEntry *
find_core_entry (const Builder *builder, const char *key)
{
  return builder->group != NULL ? syncline_keyfile_group_find (builder->group, key) : NULL;
}

static void add_fault (const Builder *builder, const char *key, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* A fault of a key of [syncline]. */
/* Also a key whose value is at fault is set. */
static gboolean
is_set (const Builder *builder, const char *key)
{
  const SynclineKeyfileEntry *entry = find_core_entry (builder, key);

  return entry != NULL && (entry->faulty || *entry->value != '\0');
}

static void
add_fault (const Builder *builder, const char *key, const char *format, ...)
{
  const SynclineKeyfileEntry *entry = find_core_entry (builder, key);
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  if (entry != NULL)
    syncline_faults_add (builder->faults, entry->file, entry->line, CORE, key, "%s", message);
  else
    syncline_faults_add (
        builder->faults, builder->group != NULL ? builder->group->file : builder->config->name,
        builder->group != NULL ? builder->group->line : 0, CORE, key, "%s", message);
}

static void
note_name (GPtrArray *names, const char *name)
{
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_strdup (name));
}

static SynclinePluginSetup *
find_plugin (const Builder *builder, const char *name)
{
  for (guint i = 0; i < builder->plugins->len; i++)
    {
      SynclinePluginSetup *plugin = g_ptr_array_index (builder->plugins, i);
      if (g_str_equal (plugin->name, name))
        return plugin;
    }
  return NULL;
}

static SynclinePluginSetup *
configure_plugin (Builder *builder, const SynclinePlugin *plugin)
{
  SynclinePluginSetup *setup = g_new0 (SynclinePluginSetup, 1);
  const SynclineOptionSource source
      = { .name = plugin->name,
          .group = syncline_keyfile_find (builder->config->keyfile, plugin->name),
          .file = builder->config->name,
          .directory = builder->config->directory };

  setup->name = g_strdup (plugin->name);
  setup->plugin = plugin;
  /* Never NULL, so that a plugin without options gets a struct, too. */
  setup->config = g_malloc0 (MAX (plugin->config_size, 1));
  syncline_options_fill (plugin->options, setup->config, &source, builder->faults);
  g_ptr_array_add (builder->plugins, setup);
  return setup;
}

/* What keeps a plugin of the right kind from filling a role, or NULL. */
static const char *
find_missing_role (const SynclinePlugin *plugin, const char *key)
{
  const SynclineTransportClass *transport = plugin->methods;

  if (g_str_equal (key, "upload") && !SYNCLINE_HAS_SLOT (transport, upload))
    return "download";
  if (g_str_equal (key, "download") && !SYNCLINE_HAS_SLOT (transport, open_stream))
    return "upload";
  return NULL;
}

/* The plugin @name that the key @key asks for. */
static SynclinePluginSetup *
use_plugin (Builder *builder, const char *key, const char *name, SynclinePluginKind kind)
{
  g_autoptr (GError) error = NULL;

  if (name == NULL)
    return NULL;
  const SynclinePlugin *plugin = syncline_registry_find (name, &error);
  note_name (plugin != NULL ? builder->names : builder->missing, name);
  if (plugin == NULL)
    {
      const SynclineKeyfileEntry *entry = find_core_entry (builder, key);
      syncline_faults_add_plugin (builder->faults, entry->file, entry->line, CORE, key, error);
      return NULL;
    }
  SynclinePluginSetup *setup = find_plugin (builder, name);
  if (setup == NULL)
    setup = configure_plugin (builder, plugin);
  if (plugin->kind != kind)
    {
      add_fault (
          builder, key, "the plugin \"%s\" is of kind %s; a plugin of kind %s is needed here", name,
          syncline_plugin_kind_to_string (plugin->kind), syncline_plugin_kind_to_string (kind));
      return NULL;
    }
  const char *other = find_missing_role (plugin, key);
  if (other != NULL)
    add_fault (builder, key, "the plugin \"%s\" offers no %s, only %s", name, key, other);
  return setup;
}

static void
use_plugins (Builder *builder)
{
  SynclineSetup *setup = builder->setup;
  const SynclineCoreConfig *core = &builder->core;

  setup->store = use_plugin (builder, "store", core->store, SYNCLINE_PLUGIN_STORE);
  setup->upload = use_plugin (builder, "upload", core->upload, SYNCLINE_PLUGIN_TRANSPORT);
  setup->download = use_plugin (builder, "download", core->download, SYNCLINE_PLUGIN_TRANSPORT);
  setup->auth = use_plugin (builder, "auth", core->auth, SYNCLINE_PLUGIN_AUTH);
  for (guint i = 0; core->serializers != NULL && core->serializers[i] != NULL; i++)
    {
      SynclinePluginSetup *serializer
          = use_plugin (builder, "serializer", core->serializers[i], SYNCLINE_PLUGIN_SERIALIZER);

      if (serializer == NULL)
        continue;
      if (g_ptr_array_find (setup->serializers, serializer, NULL))
        add_fault (builder, "serializer", "the plugin \"%s\" is there twice; remove one",
                   serializer->name);
      else
        g_ptr_array_add (setup->serializers, serializer);
    }
}

/* --- Groups ---------------------------------------------------------------------------------- */

/* A role whose name could not be read may be the one that uses a group. */
static gboolean
are_roles_known (const Builder *builder)
{
  static const char *const roles[] = { "store", "upload", "download", "auth", "serializer" };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      const SynclineKeyfileEntry *entry = find_core_entry (builder, roles[i]);
      if (entry != NULL && entry->faulty)
        return FALSE;
    }
  return TRUE;
}

static void
check_group (const Builder *builder, const SynclineKeyfileGroup *group)
{
  if (g_ptr_array_find_with_equal_func (builder->names, group->name, g_str_equal, NULL)
      || g_ptr_array_find_with_equal_func (builder->missing, group->name, g_str_equal, NULL))
    return;

  g_autofree char *advice
      = syncline_nearest_advice (group->name, builder->names, "the groups of this config are");
  if (syncline_registry_find (group->name, NULL) == NULL)
    syncline_faults_add (builder->faults, group->file, group->line, group->name, NULL,
                         "unknown group; %s", advice);
  else if (are_roles_known (builder))
    syncline_faults_add (builder->faults, group->file, group->line, group->name, NULL,
                         "the group [%s] configures a plugin that no role uses; name it in [" CORE
                         "], or remove the group",
                         group->name);
}

static void
check_groups (const Builder *builder)
{
  const GPtrArray *groups = builder->config->keyfile->groups;

  for (guint i = 0; i < groups->len; i++)
    check_group (builder, g_ptr_array_index (groups, i));
}

/* --- [syncline] ------------------------------------------------------------------------------ */

static void
complain_of_missing_group (const Builder *builder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const GPtrArray *groups = builder->config->keyfile->groups;

  for (guint i = 0; i < groups->len; i++)
    g_ptr_array_add (names, ((SynclineKeyfileGroup *) g_ptr_array_index (groups, i))->name);
  const char *nearest = syncline_nearest_find (CORE, names);
  syncline_faults_add (builder->faults, builder->config->name, 0, NULL, NULL,
                       "there is no group [" CORE "], which names the plugins%s%s%s",
                       nearest != NULL ? "; [" : "", nearest != NULL ? nearest : "",
                       nearest != NULL ? "] may be meant as it" : "");
}

static void
fill_core (Builder *builder)
{
  const SynclineOptionSource source = { .name = CORE,
                                        .group = builder->group,
                                        .file = builder->config->name,
                                        .directory = builder->config->directory };

  note_name (builder->names, CORE);
  if (builder->group == NULL)
    complain_of_missing_group (builder);
  syncline_options_fill (syncline_core_options, &builder->core, &source, builder->faults);
}

static void
check_core (const Builder *builder)
{
  const SynclineCoreConfig *core = &builder->core;
  gsize position;

  if (!is_set (builder, "store") && (core->upload != NULL || core->download != NULL))
    add_fault (builder, core->upload != NULL ? "upload" : "download",
               "there is nowhere to keep the data; set store as well");
  if (core->store != NULL && !is_set (builder, "schema"))
    add_fault (builder, "schema",
               "not set, but required with a store; name the file that declares the "
               "tables");
  /* Zero is what a faulty value leaves. */
  if (core->retry_max != 0 && core->retry_min > core->retry_max)
    add_fault (builder, "retry-min", "bigger than retry-max; swap them, or set both");
  if (core->parameters != NULL && !syncline_json_is_object (core->parameters, &position))
    add_fault (builder, "parameters",
               "not a JSON object, wrong from byte %zu on; write one such as "
               "{\"project\": \"p1\"}",
               position + 1);
}

static void
take_streams (Builder *builder)
{
  g_autofree char *reason = NULL;

  if (builder->core.streams == NULL)
    return;
  builder->setup->engine.streams = syncline_stream_list_parse (builder->core.streams, &reason);
  if (builder->setup->engine.streams == NULL)
    add_fault (builder, "streams", "%s", reason);
}

static void
take_rejection_rules (Builder *builder)
{
  g_autofree char *flaw = NULL;

  if (builder->core.on_reject == NULL)
    return;
  builder->setup->engine.rejection_rules
      = syncline_rejection_rules_parse ((const char *const *) builder->core.on_reject, &flaw);
  if (flaw != NULL)
    add_fault (builder, "on-reject", "%s", flaw);
}

static void
load_schema (Builder *builder)
{
  const char *path = builder->core.schema;
  g_autofree char *reason = NULL;
  gsize length;

  if (path == NULL)
    {
      builder->setup->schema = syncline_schema_new_take (g_ptr_array_new_with_free_func (g_free));
      return;
    }
  g_autofree char *data
      = syncline_read_file (path, SYNCLINE_READ_FILE_LIMIT, &length, NULL, &reason);
  if (data == NULL)
    add_fault (builder, "schema", "%s can't be read: %s", path, reason);
  else
    builder->setup->schema = syncline_schema_parse (data, length, path, builder->faults);
}

static void
take_engine_options (Builder *builder)
{
  SynclineEngineOptions *engine = &builder->setup->engine;
  SynclineCoreConfig *core = &builder->core;

  engine->retry_min = core->retry_min;
  engine->retry_max = core->retry_max;
  engine->upload_max_changes = core->upload_max_changes;
  engine->upload_max_bytes = core->upload_max_bytes;
  engine->credentials_margin = core->credentials_margin;
  engine->write_checkpoint_timeout = core->write_checkpoint_timeout;
  engine->include_defaults = core->include_defaults;
  engine->parameters = g_steal_pointer (&core->parameters);
  engine->authenticated_command = g_steal_pointer (&core->authenticated_command);
}

/* --- The whole ------------------------------------------------------------------------------- */

SynclineSetup *
syncline_setup_new_with_faults (SynclineConfig *config, SynclineFaults *faults)
{
  const guint n_faults = syncline_faults_get_length (faults);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SynclineSetup) setup = g_new0 (SynclineSetup, 1);
  Builder builder = { .config = config,
                      .faults = faults,
                      .setup = setup,
                      .group = syncline_keyfile_find (config->keyfile, CORE),
                      .names = names,
                      .missing = missing };

  setup->plugins = g_ptr_array_new_with_free_func ((GDestroyNotify) plugin_setup_free);
  setup->serializers = g_ptr_array_new ();
  builder.plugins = setup->plugins;
  fill_core (&builder);
  check_core (&builder);
  use_plugins (&builder);
  check_groups (&builder);
  load_schema (&builder);
  take_streams (&builder);
  take_rejection_rules (&builder);
  take_engine_options (&builder);
  syncline_options_clear (syncline_core_options, &builder.core);
  return syncline_faults_get_length (faults) == n_faults ? g_steal_pointer (&setup) : NULL;
}

SynclineSetup *
syncline_setup_new (SynclineConfig *config, GError **error)
{
  g_autoptr (SynclineFaults) faults = syncline_faults_new ();
  SynclineSetup *setup = syncline_setup_new_with_faults (config, faults);

  if (setup == NULL)
    syncline_faults_check (faults, error);
  return setup;
}

void
syncline_setup_free (SynclineSetup *setup)
{
  if (setup == NULL)
    return;
  g_ptr_array_unref (setup->serializers);
  g_ptr_array_unref (setup->plugins);
  g_clear_pointer (&setup->schema, syncline_schema_unref);
  g_clear_pointer (&setup->engine.streams, g_ptr_array_unref);
  g_clear_pointer (&setup->engine.rejection_rules, g_ptr_array_unref);
  g_free (setup->engine.parameters);
  g_free (setup->engine.authenticated_command);
  g_free (setup);
}
