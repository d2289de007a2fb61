/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Tables that are filled aside and then take the place of others at once: a fresh table is an empty copy of
 * one, with the same columns and indexes, and swapping exchanges what the two contain. Triggers, views and all
 * else that knows the table stay as they are. */

#pragma once

#include "sqlite-store/store.h"

G_BEGIN_DECLS

typedef struct _Fresh Fresh;

Fresh *fresh_new (void);
void fresh_free (Fresh *fresh);

/* The name of a table's fresh one. */
char *fresh_get_name (const char *table);

/* Whether a table of the schema can be filled aside: it has no columns and no triggers of the application's,
 * which would want to be told of each row. */
gboolean
fresh_is_possible (Store *store, const Table *table, gboolean *out_possible, GError **error);

/* All of these have a transaction. */

/* Makes the fresh one of a table; *out_made is FALSE if it has an index that can't be copied. */
gboolean
fresh_make (Store *store, Fresh *fresh, const char *table, gboolean *out_made, GError **error);

/* Exchanges the contents of all tables with those of their fresh ones, which are then dropped. Whether it
 * fails or not, and after a rollback in particular, fresh_reload() is due when the transaction has ended. */
gboolean fresh_swap (Store *store, Fresh *fresh, GError **error);

gboolean fresh_drop_all (Store *store, GError **error);

/* Has the writer: lets SQLite read the schema anew. */
void fresh_reload (Store *store);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fresh, fresh_free)

G_END_DECLS
