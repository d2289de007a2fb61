/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/* Whether a descriptor can be used: magic, ABI, sizes, name, option table, methods. Calls none of its
 * functions. @expected_name, nullable, is the name it must have; @origin is where it comes from. */
gboolean syncline_descriptor_check (const SynclinePlugin *plugin,
                                    const char *expected_name,
                                    const char *origin,
                                    GError **error);

/* Loads the module @path, which stays, and gives its checked descriptor. */
const SynclinePlugin *syncline_module_load (const char *path, const char *name, GError **error);

G_END_DECLS
