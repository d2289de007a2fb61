/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/* Reads @text as @option wants it into @field, a member of a config struct, which must be zero.
 * @directory is where relative paths start. FALSE with @out_fault: what is wrong and what is allowed,
 * without the value if it is secret. */
gboolean syncline_option_parse (const SynclineOption *option,
                                const char *text,
                                const char *directory,
                                gpointer field,
                                char **out_fault);

/* Frees what syncline_option_parse() put into @field, and makes it zero again. */
void syncline_option_clear (const SynclineOption *option, gpointer field);

/* Bytes of the field of an option of that type; 0 for what is no type. */
gsize syncline_option_field_size (SynclineOptionType type);

/* The range of an option's numbers, such as ", from 1 to 100"; empty when it has none. */
char *syncline_option_describe_range (const SynclineOption *option);

/* An absolute file name for one in a config: `~/` is the home directory. */
char *syncline_option_resolve_path (const char *path, const char *directory);

G_END_DECLS
