/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "faults.h"

G_BEGIN_DECLS

/* Groups of keys in a file. GKeyFile would do, but for forgetting the line that a value stood on, and for
 * stopping at the first fault. */

typedef struct
{
  char *key;
  char *value;
  GRefString *file; /* NULL when set in code */
  guint line;
  gboolean faulty; /* already reported, so that nobody reports it as missing or wrong again */
} SynclineKeyfileEntry;

typedef struct
{
  char *name;
  GRefString *file;
  guint line;
  GPtrArray *entries; /* of SynclineKeyfileEntry, in order */
  GHashTable *by_key;
} SynclineKeyfileGroup;

typedef struct
{
  GPtrArray *groups; /* of SynclineKeyfileGroup, in order */
  GHashTable *by_name;
} SynclineKeyfile;

SynclineKeyfile *syncline_keyfile_new (void);
void syncline_keyfile_free (SynclineKeyfile *keyfile);

/* Reads what can be read of @data and adds to @faults what can't. @name is the file in faults. */
SynclineKeyfile *
syncline_keyfile_parse (const char *data, gsize length, const char *name, SynclineFaults *faults);

SynclineKeyfileGroup *syncline_keyfile_find (const SynclineKeyfile *keyfile, const char *group);
SynclineKeyfileEntry *syncline_keyfile_group_find (const SynclineKeyfileGroup *group,
                                                   const char *key);

/* Sets a value in code; NULL removes it. */
void syncline_keyfile_set (SynclineKeyfile *keyfile,
                           const char *group,
                           const char *key,
                           const char *value);

/* Moves all of @other, which is freed, into @keyfile; what @other sets wins. */
void syncline_keyfile_merge (SynclineKeyfile *keyfile, SynclineKeyfile *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineKeyfile, syncline_keyfile_free)

G_END_DECLS
