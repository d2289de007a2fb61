/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* For tests of plugins. Not covered by the promise of a stable ABI. */

#pragma once

#include <syncline/config.h>
#include <syncline/plugin.h>

G_BEGIN_DECLS

/**
 * SynclineTestChangesFunc:
 * @origin: who changed them
 * @n_tables: how many tables
 * @tables: (array length=n_tables): which
 * @user_data: what was passed
 *
 * Receives the notices of a store under test, on the thread that gives them.
 *
 * Since: 0.1
 */
typedef void (*SynclineTestChangesFunc) (SynclineChangeOrigin origin,
                                         guint n_tables,
                                         const SynclineTableChange *tables,
                                         gpointer user_data);

/**
 * syncline_test_host_new:
 * @name: what the plugin is called
 * @schema: (nullable): the schema; %NULL for an empty one
 * @roles: a bit mask of `1 << SynclineRole`: the roles that are filled
 *
 * Makes a host for one plugin, on the system's clock.
 *
 * Returns: (transfer full): a host, for [func@test_host_free]
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineHost *
syncline_test_host_new (const char *name, SynclineSchema *schema, guint roles);
SYNCLINE_API void syncline_test_host_free (SynclineHost *host);

/**
 * syncline_test_host_set_changes_func:
 * @host: a host made for tests
 * @func: (nullable) (scope forever): receives change notices
 * @user_data: passed to @func
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_test_host_set_changes_func (SynclineHost *host,
                                                       SynclineTestChangesFunc func,
                                                       gpointer user_data);

/**
 * syncline_test_host_advance:
 * @host: a host made for tests
 * @microseconds: how far
 *
 * Moves the host's clocks forward, on top of the time that passes by itself.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_test_host_advance (SynclineHost *host, gint64 microseconds);

/**
 * syncline_test_host_set_wall_offset:
 * @host: a host made for tests
 * @microseconds: how wrong the wall clock is
 *
 * Sets the wall clock wrong; the monotonic one stays right.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_test_host_set_wall_offset (SynclineHost *host, gint64 microseconds);

/**
 * syncline_test_host_get_n_auth_notices:
 * @host: a host made for tests
 *
 * Returns: how often the plugin said that the session changed
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_test_host_get_n_auth_notices (SynclineHost *host);

/**
 * syncline_test_host_set_admitted_user:
 * @host: a host made for tests
 * @user_id: (nullable): the one user who may sign in; %NULL admits everybody
 *
 * Makes the host turn other users away, as it does when the local database is somebody's.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_test_host_set_admitted_user (SynclineHost *host, const char *user_id);

/**
 * SynclineTestPlugin:
 *
 * An instance of a plugin with the config it was made of.
 *
 * Since: 0.1
 */
typedef struct _SynclineTestPlugin SynclineTestPlugin;

/**
 * syncline_test_plugin_new:
 * @plugin: a descriptor
 * @config: (nullable): its group of the plugin's name is used; %NULL for defaults
 * @host: the plugin's host
 * @error: return location for an error
 *
 * Checks the config group against the option table and makes an instance, as the core does.
 *
 * Returns: (transfer full): the instance, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineTestPlugin *syncline_test_plugin_new (const SynclinePlugin *plugin,
                                                           SynclineConfig *config,
                                                           SynclineHost *host,
                                                           GError **error);
SYNCLINE_API gpointer syncline_test_plugin_get_self (SynclineTestPlugin *test_plugin);
SYNCLINE_API void syncline_test_plugin_free (SynclineTestPlugin *test_plugin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineTestPlugin, syncline_test_plugin_free)

G_END_DECLS
