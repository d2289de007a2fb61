/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What seals the session file: a key, or a passphrase from which the key is derived (Argon2id). */
typedef struct _Sealer Sealer;

/* One of the two, or neither: then NULL, and the file is plain. SYNCLINE_ERROR_CONFIG for a bad key. */
gboolean sealer_new (const char *key, const char *passphrase, Sealer **out_sealer, GError **error);
void sealer_free (Sealer *sealer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sealer, sealer_free)

gboolean sealer_is_sealed (const guint8 *data, gsize length);

/* Not thread-safe: the first use with a passphrase derives a key, which takes a moment. */
GByteArray *sealer_seal (Sealer *sealer, const char *text, gsize length, GError **error);

/* NUL-terminated text. SYNCLINE_ERROR_CORRUPT if the key is another, or anything was changed. */
char *
sealer_open (Sealer *sealer, const guint8 *data, gsize length, gsize *out_length, GError **error);

G_END_DECLS
