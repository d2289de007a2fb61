/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Which columns a statement can change in rows that stay: known when it is prepared, so that it costs
 * nothing for each row. */

#pragma once

#include "sqlite-store/connection.h"

G_BEGIN_DECLS

Updates *updates_new (void);
void updates_add (Updates *updates, const char *table, const char *column);

/* The columns of a table, a set; NULL when nothing is known of it. */
GHashTable *updates_get (Updates *updates, const char *table);

/* Whether the statement may delete rows that are in the way of an update, which SQLite tells nobody. */
gboolean updates_may_replace (const char *sql);

G_END_DECLS
