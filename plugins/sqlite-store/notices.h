/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What a write transaction changed, gathered while it runs and reported once it is committed. */

#pragma once

#include <syncline/plugin.h>

#include "sqlite-store/updates.h"

G_BEGIN_DECLS

/* With more changed rows than this in a table, only the table is named. */
#define NOTICES_MAX_ROWS 1000

typedef struct _Notices Notices;

Notices *notices_new (void);
void notices_free (Notices *notices);

/* Gathers what the connection writes from here on. */
void notices_attach (Notices *notices, sqlite3 *handle);

/* Which columns the statement that runs from here on updates; NULL for any. Returns what was set before. */
Updates *notices_set_updates (Notices *notices, Updates *updates);

/* Has the rowids of a table gathered, whose changes are not queued; with notices_get_rowids() they are
 * read before the transaction ends. */
void notices_gather_rowids (Notices *notices, const char *table);

/* The rows of such a table that were inserted or updated; NULL if there are none, or if only the table is
 * known. */
GArray *notices_get_rowids (Notices *notices, const char *table);

/* Forgets what was gathered: a transaction begins or was rolled back. */
void notices_reset (Notices *notices);

/* Names a row of a changed table. */
void notices_add_row (Notices *notices, const char *table, const char *row_id, gssize length);

/* Names a table of which any row may have changed. */
void notices_add_table (Notices *notices, const char *table);

/* Any table may have changed. */
void notices_add_any (Notices *notices);

/* Their names, which stay the object's; free the array. */
const char **notices_get_tables (Notices *notices, guint *out_n);

/* Which numbers the changes have that were queued since the transaction began; FALSE if there are
 * none. */
gboolean notices_get_queued (Notices *notices, gint64 *out_first, gint64 *out_last);

/* Whether the capture noted a row that was about to be replaced. */
gboolean notices_get_replaced (Notices *notices);

/* Moves what was gathered into a new object, so that it can be reported when others write already. */
Notices *notices_take (Notices *notices);

/* Hands what was gathered to the host, if it is anything. */
void notices_report (Notices *notices, SynclineHost *host, SynclineChangeOrigin origin);

G_END_DECLS
