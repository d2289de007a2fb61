/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Keys that seal things (XChaCha20-Poly1305 of libsodium). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SEAL_KEY_LENGTH 32

/* Once before anything else here, from any thread. SYNCLINE_ERROR_FAILED. */
gboolean seal_key_init (GError **error);

/* Room for @n keys that is neither swapped out nor dumped, as far as the system allows, and is wiped when
 * freed. NULL is freed as well. */
guint8 *seal_keys_new (guint n);
void seal_keys_free (guint8 *keys);

/* From base64 or hexadecimal digits. FALSE if @text is anything else, or another length. */
gboolean seal_key_decode (const char *text, guint8 *key);

G_END_DECLS
