/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/**
 * syncline_registry_add:
 * @plugin: a descriptor that lives as long as the process
 * @error: return location for an error
 *
 * Registers a plugin that is linked into the program, so that configs can name it: how hosts embed
 * plugins without files and how tests put mocks in place. It goes before a module of the same
 * name. Adding the same descriptor again does nothing. Thread-safe.
 *
 * Returns: %TRUE, or %FALSE with %SYNCLINE_ERROR_PLUGIN when the descriptor is not usable or another
 *   one has that name
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_registry_add (const SynclinePlugin *plugin, GError **error);

/**
 * syncline_registry_find:
 * @name: a plugin's name
 * @error: return location for an error
 *
 * Finds a plugin: among the registered ones, then as `NAME.so` in the directories of the environment
 * variable `SYNCLINE_PLUGIN_PATH` (separated by colons), then in the installed plugin directory.
 * A loaded module stays. Thread-safe.
 *
 * Returns: (transfer none): its descriptor, or %NULL with %SYNCLINE_ERROR_PLUGIN; the message names what was
 *   looked at, and the nearest name that exists
 *
 * Since: 0.1
 */
SYNCLINE_API const SynclinePlugin *syncline_registry_find (const char *name, GError **error);

/**
 * syncline_registry_list:
 *
 * Loads and lists all plugins that can be found. Those that can't be loaded are left out, with a
 * warning in the log.
 *
 * Returns: (transfer container) (element-type SynclinePlugin): descriptors, by name
 *
 * Since: 0.1
 */
SYNCLINE_API GPtrArray *syncline_registry_list (void);

/**
 * syncline_registry_get_core_options:
 *
 * Gets the option table of the group `[syncline]`, for help and manuals.
 *
 * Returns: (transfer none): the table, up to the entry without a name
 *
 * Since: 0.1
 */
SYNCLINE_API const SynclineOption *syncline_registry_get_core_options (void);

G_END_DECLS
