/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The way from any thread to where the application wants to be told things: a main context, or a file
 * descriptor that it polls. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SynclineOutbox SynclineOutbox;

/* For the calling thread's default context. */
SynclineOutbox *syncline_outbox_new (void);
SynclineOutbox *syncline_outbox_ref (SynclineOutbox *outbox);
void syncline_outbox_unref (SynclineOutbox *outbox);

/* Drops what is in it, and whatever is posted from now on. */
void syncline_outbox_close (SynclineOutbox *outbox);

/* Has @func called once, in order; @free is called in any case, also when the outbox is closed. From any thread.
 * What @func returns does not matter. */
void
syncline_outbox_post (SynclineOutbox *outbox, GSourceFunc func, gpointer data, GDestroyNotify free);

/* From the first call on, posts make a descriptor readable, and wait for syncline_outbox_dispatch(). Returns
 * -1 when the system has no descriptor left. */
int syncline_outbox_get_fd (SynclineOutbox *outbox, GError **error);

/* Calls what was posted so far. */
void syncline_outbox_dispatch (SynclineOutbox *outbox);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineOutbox, syncline_outbox_unref)

G_END_DECLS
