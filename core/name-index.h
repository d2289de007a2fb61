/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds the number that belongs to a name. Names are looked up for every row and column that arrives, and
 * arrive as pieces of bigger texts: so by length, and without allocating. */
typedef struct _SynclineNameIndex SynclineNameIndex;

/* For at most @n_names names. */
SynclineNameIndex *syncline_name_index_new (guint n_names);
void syncline_name_index_free (SynclineNameIndex *index);

/* @name is borrowed for the life of the index. Of two equal names the first one stays. */
void syncline_name_index_add (SynclineNameIndex *index, const char *name, int number);

/* -1 if there is no such name. @length -1: @name is NUL-terminated. */
int syncline_name_index_find (const SynclineNameIndex *index, const char *name, gssize length);

G_END_DECLS
