/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The file beside the database in which the operations of a first sync wait. */

#pragma once

#include "sqlite-store/store.h"

G_BEGIN_DECLS

/* The first number in the side file that does not count; 0 when there is no side file. */
#define META_SIDE "side"

/* Has a transaction: begins a line in the side file. *out_next is the number of its first operation; 0 when
 * operations go into the database itself. Ends with side_end_line(), right before the commit. */
gboolean side_begin_line (Store *store, gint64 *out_next, GError **error);
gboolean side_end_line (Store *store, gboolean ok, gint64 next, GError **error);

/* Has a transaction: opens the side file. *out_next is 0 when there is none. If it has lost what it should
 * hold, all buckets are forgotten. */
gboolean side_open (Store *store, gint64 *out_next, GError **error);

/* Has a transaction: moves what waits in the side file into the database. */
gboolean side_move (Store *store, GError **error);

/* Has a transaction: what waits in the side file is done; side_tidy() follows the commit. */
gboolean side_forget (Store *store, GError **error);

/* Removes a side file that was forgotten. */
void side_tidy (Store *store);

/* Has the writer, and no transaction: looks for losses, and for a forgotten file. */
gboolean side_check (Store *store, GError **error);

/* Has the writer: closes the side file, if it is open. */
void side_close (Store *store);

G_END_DECLS
