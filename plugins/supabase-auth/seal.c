/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "supabase-auth/seal.h"

#include <sodium.h>
#include <string.h>
#include <syncline/error.h>

#include "common/seal-key.h"
#include "common/secret.h"

/* A sealed file: this header, then the ciphertext. The header is authenticated along with it. */
typedef struct __attribute__ ((packed))
{
  guint8 magic[8];
  guint8 version;
  guint8 derivation;
  guint8 reserved[2];
  guint32 passes; /* of Argon2id, big-endian as the next one */
  guint32 memory_kib;
  guint8 salt[crypto_pwhash_argon2id_SALTBYTES];
  guint8 nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
} SealHeader;

#define FORMAT_VERSION 1
#define TAG_LENGTH crypto_aead_xchacha20poly1305_ietf_ABYTES

enum
{
  DERIVATION_NONE,
  DERIVATION_ARGON2ID,
};

/* What is written. For reading more is allowed, for the future, but not so much that a changed file
 * could take the machine down. */
#define PASSES crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE
#define MEMORY_KIB (crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE / 1024)
#define MOST_PASSES 16
#define MOST_MEMORY_KIB (1024 * 1024)

static const guint8 magic[8] = { 'S', 'Y', 'N', 'C', 'S', 'E', 'A', 'L' };

struct _Sealer
{
  char *passphrase;
  gboolean has_key;
  guint8 *key;
  SealHeader derived_for; /* salt and costs that a passphrase's key was derived with */
};

/* Whatever derives a key again each time would make each start of a program slow. */
static gboolean
derive (Sealer *sealer, const SealHeader *header, GError **error)
{
  const guint32 passes = GUINT32_FROM_BE (header->passes);
  const guint32 memory_kib = GUINT32_FROM_BE (header->memory_kib);

  if (sealer->has_key && header->passes == sealer->derived_for.passes
      && header->memory_kib == sealer->derived_for.memory_kib
      && memcmp (header->salt, sealer->derived_for.salt, sizeof header->salt) == 0)
    return TRUE;

  if (passes < 1 || passes > MOST_PASSES || memory_kib < 8 || memory_kib > MOST_MEMORY_KIB)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT, "its header is damaged");
      return FALSE;
    }
  sealer->has_key = FALSE;
  if (crypto_pwhash_argon2id (sealer->key, SEAL_KEY_LENGTH, sealer->passphrase,
                              strlen (sealer->passphrase), header->salt, passes,
                              (gsize) memory_kib * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13)
      != 0)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED,
                   "not enough memory (%u KiB) to derive the key from session-passphrase",
                   memory_kib);
      return FALSE;
    }
  sealer->derived_for = *header;
  sealer->has_key = TRUE;
  return TRUE;
}

gboolean
sealer_new (const char *key, const char *passphrase, Sealer **out_sealer, GError **error)
{
  g_autoptr (Sealer) sealer = NULL;

  *out_sealer = NULL;
  if (key == NULL && passphrase == NULL)
    return TRUE;
  if (key != NULL && passphrase != NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                           "session-key and session-passphrase exclude each other");
      return FALSE;
    }
  if (!seal_key_init (error))
    return FALSE;

  sealer = g_new0 (Sealer, 1);
  sealer->passphrase = g_strdup (passphrase);
  sealer->key = seal_keys_new (1);
  if (key != NULL && !seal_key_decode (key, sealer->key))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                   "session-key is not %u bytes in base64 or hexadecimal digits; "
                   "\"head -c %u /dev/urandom | base64\" makes one",
                   SEAL_KEY_LENGTH, SEAL_KEY_LENGTH);
      return FALSE;
    }
  sealer->has_key = key != NULL;
  *out_sealer = g_steal_pointer (&sealer);
  return TRUE;
}

void
sealer_free (Sealer *sealer)
{
  if (sealer == NULL)
    return;
  secret_free (sealer->passphrase);
  seal_keys_free (sealer->key);
  g_free (sealer);
}

gboolean
sealer_is_sealed (const guint8 *data, gsize length)
{
  return length >= sizeof magic && memcmp (data, magic, sizeof magic) == 0;
}

static void
fill_header (Sealer *sealer, SealHeader *header)
{
  *header = (SealHeader){ .version = FORMAT_VERSION };
  memcpy (header->magic, magic, sizeof magic);
  randombytes_buf (header->nonce, sizeof header->nonce);
  if (sealer->passphrase == NULL)
    return;

  header->derivation = DERIVATION_ARGON2ID;
  header->passes = GUINT32_TO_BE ((guint32) PASSES);
  header->memory_kib = GUINT32_TO_BE ((guint32) MEMORY_KIB);
  if (sealer->has_key)
    memcpy (header->salt, sealer->derived_for.salt, sizeof header->salt);
  else
    randombytes_buf (header->salt, sizeof header->salt);
}

GByteArray *
sealer_seal (Sealer *sealer, const char *text, gsize length, GError **error)
{
  SealHeader header;
  unsigned long long sealed_length = 0;

  fill_header (sealer, &header);
  if (sealer->passphrase != NULL && !derive (sealer, &header, error))
    return NULL;

  GByteArray *sealed = g_byte_array_sized_new ((guint) (sizeof header + length + TAG_LENGTH));
  g_byte_array_append (sealed, (const guint8 *) &header, sizeof header);
  g_byte_array_set_size (sealed, (guint) (sizeof header + length + TAG_LENGTH));
  crypto_aead_xchacha20poly1305_ietf_encrypt (
      sealed->data + sizeof header, &sealed_length, (const guint8 *) text, length,
      (const guint8 *) &header, sizeof header, NULL, header.nonce, sealer->key);
  return sealed;
}

static gboolean
check_header (Sealer *sealer, const SealHeader *header, gsize length, GError **error)
{
  const guint8 derivation = sealer->passphrase != NULL ? DERIVATION_ARGON2ID : DERIVATION_NONE;

  if (length < sizeof *header + TAG_LENGTH)
    g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT, "it is cut short");
  else if (header->version != FORMAT_VERSION)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
                 "its version is %u, and only %u is known here", header->version, FORMAT_VERSION);
  else if (header->derivation != derivation)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT, "it was not sealed with session-%s",
                 sealer->passphrase != NULL ? "passphrase" : "key");
  else
    return TRUE;
  return FALSE;
}

char *
sealer_open (Sealer *sealer, const guint8 *data, gsize length, gsize *out_length, GError **error)
{
  SealHeader header = { 0 };
  unsigned long long text_length = 0;

  memcpy (&header, data, MIN (length, sizeof header));
  if (!check_header (sealer, &header, length, error)
      || (sealer->passphrase != NULL && !derive (sealer, &header, error)))
    return NULL;

  g_autofree char *text = g_malloc (length);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (
          (guint8 *) text, &text_length, NULL, data + sizeof header, length - sizeof header,
          (const guint8 *) &header, sizeof header, header.nonce, sealer->key)
      != 0)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
                   "session-%s does not open it: it was sealed with another one, or was changed",
                   sealer->passphrase != NULL ? "passphrase" : "key");
      return NULL;
    }
  text[text_length] = '\0';
  *out_length = text_length;
  return g_steal_pointer (&text);
}
