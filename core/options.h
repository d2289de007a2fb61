/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

#include "keyfile.h"

G_BEGIN_DECLS

/* Where the values of a config struct come from. */
typedef struct
{
  const char *name;                  /* of the group, for messages */
  const SynclineKeyfileGroup *group; /* NULL when the file leaves it out: defaults only */
  const char *file;                  /* for messages when there is no group */
  const char *directory;             /* where relative paths start */
} SynclineOptionSource;

/* Fills @target, a zeroed config struct, by an option table, and adds to @faults whatever is wrong with
 * the group. Secrets are made known to the log. Whatever happens, @target can be cleared afterwards. */
void syncline_options_fill (const SynclineOption *options,
                            gpointer target,
                            const SynclineOptionSource *source,
                            SynclineFaults *faults);

/* Frees what a filled config struct holds, but not the struct. */
void syncline_options_clear (const SynclineOption *options, gpointer target);

/* What is wrong with an option table for a struct of @size bytes, or NULL. */
char *syncline_options_find_flaw (const SynclineOption *options, gsize size);

/* Whether a name is made of a-z, 0-9 and dashes, as names of plugins and options are. */
gboolean syncline_options_is_name (const char *name);

G_END_DECLS
