/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/seal-key.h"

#include <sodium.h>
#include <string.h>
#include <syncline/error.h>

G_STATIC_ASSERT (SEAL_KEY_LENGTH == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

gboolean
seal_key_init (GError **error)
{
  if (sodium_init () >= 0)
    return TRUE;
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED,
                       "libsodium can't be initialized");
  return FALSE;
}

guint8 *
seal_keys_new (guint n)
{
  guint8 *keys = sodium_allocarray (n, SEAL_KEY_LENGTH);

  if (keys == NULL)
    g_error ("no memory for %u keys", n);
  return keys;
}

void
seal_keys_free (guint8 *keys)
{
  sodium_free (keys);
}

gboolean
seal_key_decode (const char *text, guint8 *key)
{
  gsize length = 0;
  const char *end = NULL;

  if (sodium_hex2bin (key, SEAL_KEY_LENGTH, text, strlen (text), NULL, &length, &end) == 0
      && length == SEAL_KEY_LENGTH && *end == '\0')
    return TRUE;
  return sodium_base642bin (key, SEAL_KEY_LENGTH, text, strlen (text), NULL, &length, &end,
                            sodium_base64_VARIANT_ORIGINAL)
             == 0
         && length == SEAL_KEY_LENGTH && *end == '\0';
}
