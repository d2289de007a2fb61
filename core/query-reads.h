/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Which tables and columns a live query depends on. */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

typedef struct _SynclineReads SynclineReads;

SynclineReads *syncline_reads_new (void);
void syncline_reads_free (SynclineReads *reads);

/* A SynclineReadFunc whose user data is the reads. */
void syncline_reads_add (const char *table, const char *column, gpointer reads);

/* Whether changes concern what is read; as for syncline_host_notify_changes(). */
gboolean syncline_reads_are_changed (SynclineReads *reads,
                                     guint n_tables,
                                     const SynclineTableChange *tables);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineReads, syncline_reads_free)

G_END_DECLS
