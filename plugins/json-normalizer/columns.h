/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Which columns of a table are sent, and under which name. */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

typedef struct _ColumnRules ColumnRules;

/* @server_owned: `COLUMN` or `TABLE.COLUMN`; @rename: `COLUMN=NAME` or `TABLE.COLUMN=NAME`; both may be
 * NULL. Tables and columns are local names. Fails with SYNCLINE_ERROR_CONFIG for what can't be right
 * with @schema. */
ColumnRules *column_rules_new (const char *const *server_owned,
                               const char *const *rename,
                               SynclineSchema *schema,
                               GError **error);
void column_rules_free (ColumnRules *rules);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ColumnRules, column_rules_free)

/* The name to send the column under, borrowed from the rules or equal to @column; absent when the
 * column is the server's own and must not be sent. */
SynclineSlice
column_rules_map (const ColumnRules *rules, const SynclineTable *table, SynclineSlice column);

/* Whether any column of the table has another name at the server. */
gboolean column_rules_rename_any (const ColumnRules *rules, const SynclineTable *table);

/* The local name of what the server calls @name, borrowed from the rules; absent when no column of the table is
 * renamed to it. */
SynclineSlice
column_rules_unmap (const ColumnRules *rules, const SynclineTable *table, SynclineSlice name);

G_END_DECLS
