/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Where a browser comes back to after a sign-in (RFC 8252, section 7.3): a listener on this machine only, for one
 * visit. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SynclineLoopback SynclineLoopback;

/* @port 0: any that is free. SYNCLINE_ERROR_FAILED if nothing can listen there. */
SynclineLoopback *syncline_loopback_new (guint16 port, GError **error);
void syncline_loopback_free (SynclineLoopback *loopback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineLoopback, syncline_loopback_free)

/* "http://127.0.0.1:PORT/callback" */
const char *syncline_loopback_get_url (SynclineLoopback *loopback);

/* The URL that the browser came with, query included. SYNCLINE_ERROR_UNAVAILABLE when nobody came within
 * @patience microseconds. */
char *syncline_loopback_wait (SynclineLoopback *loopback,
                              gint64 patience,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
