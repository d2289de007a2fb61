/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/error.h>

G_BEGIN_DECLS

/* Everything that is wrong with a config or a schema, so that it can be told at once. */
typedef struct _SynclineFaults SynclineFaults;

SynclineFaults *syncline_faults_new (void);
void syncline_faults_free (SynclineFaults *faults);

guint syncline_faults_get_length (const SynclineFaults *faults);

/* Adds `FILE:LINE: [group] key: message`. @file NULL stands for values that were set in code; a @line of
 * 0, @group NULL and @key NULL leave their part out. */
void syncline_faults_add (SynclineFaults *faults,
                          const char *file,
                          guint line,
                          const char *group,
                          const char *key,
                          const char *format,
                          ...) G_GNUC_PRINTF (6, 7);

/* Like syncline_faults_add(), for a plugin that can't be used: if there are only such faults, the error
 * is SYNCLINE_ERROR_PLUGIN. */
void syncline_faults_add_plugin (SynclineFaults *faults,
                                 const char *file,
                                 guint line,
                                 const char *group,
                                 const char *key,
                                 const GError *reason);

/* TRUE when there are none. Otherwise @error gets one line a fault, files in the order in which they
 * came up, lines ascending, and known secrets blotted out. */
gboolean syncline_faults_check (SynclineFaults *faults, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineFaults, syncline_faults_free)

G_END_DECLS
