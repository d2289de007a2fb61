/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The keys that devices share: the last one seals, all of them open. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KEY_ID_MAX 32

typedef struct _KeyRing KeyRing;

/* @text is what the option holds: ID:KEY, separated by white space or commas; a line that begins with # is a
 * comment. SYNCLINE_ERROR_CONFIG, which does not repeat any of it. */
KeyRing *key_ring_new (const char *text, GError **error);
void key_ring_free (KeyRing *ring);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KeyRing, key_ring_free)

/* The one that seals; @out_id is borrowed. */
const guint8 *key_ring_get_newest (const KeyRing *ring, const char **out_id);

/* NULL if there is none of that name. */
const guint8 *key_ring_find (const KeyRing *ring, const char *id, gsize length);

G_END_DECLS
