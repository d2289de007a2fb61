/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A host for one plugin, without a client around it: a clock that the test can move, and counts of
 * what the plugin told. Linked before the library, it stands in for the real one. */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

SynclineHost *fake_host_new (const char *name);
void fake_host_free (SynclineHost *host);

/* Moves the wall clock only, as when somebody sets it. */
void fake_host_shift_real_time (SynclineHost *host, gint64 microseconds);
/* Lets time pass, on both clocks. */
void fake_host_advance (SynclineHost *host, gint64 microseconds);

/* What the config of a client would have given. Neither is set at first: an empty schema, no role. */
void fake_host_set_schema (SynclineHost *host, SynclineSchema *schema);
void fake_host_set_role (SynclineHost *host, SynclineRole role, gboolean filled);

guint fake_host_count_auth_notices (SynclineHost *host);
gboolean fake_host_has_secret (SynclineHost *host, const char *secret);
/* All that was logged, a line each. */
char *fake_host_dup_log (SynclineHost *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineHost, fake_host_free)

G_END_DECLS
