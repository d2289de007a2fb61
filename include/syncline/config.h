/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib-object.h>
#include <syncline/macros.h>

G_BEGIN_DECLS

/**
 * SynclineConfig:
 *
 * What a deployment sets: groups of keys, from a file or built in code. Reference-counted; not to
 * be changed any more once a client was made of it.
 *
 * Since: 0.1
 */
typedef struct _SynclineConfig SynclineConfig;

#define SYNCLINE_TYPE_CONFIG (syncline_config_get_type ())
SYNCLINE_API GType syncline_config_get_type (void) G_GNUC_CONST;

/**
 * syncline_config_new: (constructor)
 *
 * Returns: (transfer full): an empty config, whose relative paths start at the working directory
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineConfig *syncline_config_new (void);

/**
 * syncline_config_new_from_file: (constructor)
 * @path: (type filename): a config file
 * @error: return location for an error
 *
 * Reads a config file: groups in brackets, `key = value` lines, comments after `#` or `;` at the
 * start of a line. `${NAME}` is replaced from the environment, `${NAME:-default}` falls back when NAME is
 * unset or empty, `$$` is a dollar sign. Only the form of the file is checked here; keys and values are
 * checked by [method@Config.check] and by [ctor@Client.new]. A file whose form has faults can't be
 * used, so the message then also has what the check would find in the rest of it.
 *
 * Files named `*.conf` in the folder `PATH.d`, if there is one, are read after it, by name: a key in a later
 * file replaces that of an earlier one. Relative paths start at the folder of @path in all of them.
 *
 * Returns: (transfer full): a config, or %NULL with %SYNCLINE_ERROR_CONFIG; the message has a line for
 *   each fault, with file, line and key
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineConfig *syncline_config_new_from_file (const char *path, GError **error);

/**
 * syncline_config_new_from_data: (constructor)
 * @data: the text of a config file
 * @length: its length in bytes, or -1 if NUL-terminated
 * @name: what errors call it
 * @directory: (nullable) (type filename): where relative paths start; %NULL for the working directory
 * @error: return location for an error
 *
 * Like [ctor@Config.new_from_file], from memory.
 *
 * Returns: (transfer full): a config, or %NULL with %SYNCLINE_ERROR_CONFIG
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineConfig *syncline_config_new_from_data (
    const char *data, gssize length, const char *name, const char *directory, GError **error);

/**
 * syncline_config_ref:
 * @config: a config
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @config
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineConfig *syncline_config_ref (SynclineConfig *config);

/**
 * syncline_config_unref:
 * @config: (transfer full): a config
 *
 * Drops a reference. The last one frees it.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_config_unref (SynclineConfig *config);

/**
 * syncline_config_set:
 * @config: a config
 * @group: a group
 * @key: a key
 * @value: (nullable): the value as it would stand in a file, but taken literally: no `${…}`; %NULL
 *   removes the key
 *
 * Sets a value in code.
 *
 * Since: 0.1
 */
SYNCLINE_API void
syncline_config_set (SynclineConfig *config, const char *group, const char *key, const char *value);

/**
 * syncline_config_get:
 * @config: a config
 * @group: a group
 * @key: a key
 *
 * Returns: (nullable) (transfer none): the value, with variables replaced, or %NULL when it is not set
 *
 * Since: 0.1
 */
SYNCLINE_API const char *
syncline_config_get (SynclineConfig *config, const char *group, const char *key);

/**
 * syncline_config_check:
 * @config: a config
 * @error: return location for an error
 *
 * Checks everything that can be checked without starting anything: groups, keys, types, ranges,
 * required values, secrets in files, plugins, the schema file.
 *
 * Returns: %TRUE, or %FALSE with %SYNCLINE_ERROR_CONFIG or %SYNCLINE_ERROR_PLUGIN; the message has a
 *   line for each fault
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_config_check (SynclineConfig *config, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineConfig, syncline_config_unref)

G_END_DECLS
