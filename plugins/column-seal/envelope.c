/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "envelope.h"

#include <sodium.h>

#include "common/json-write.h"

#define FORM "1"
#define MEMBER "sealed"
#define NONCE_LENGTH crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LENGTH crypto_aead_xchacha20poly1305_ietf_ABYTES
/* So that the length does not tell true from false, or one short word from another. */
#define PAD_BLOCK 32
#define SHORTEST (NONCE_LENGTH + PAD_BLOCK + TAG_LENGTH)
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define WORD G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"

/* --- What is authenticated along --------------------------------------------------------------- */

/* With its length, so that no two places look alike. */
static void
append_part (GByteArray *data, const char *text, gsize length)
{
  const guint32 prefix = GUINT32_TO_BE ((guint32) length);

  g_byte_array_append (data, (const guint8 *) &prefix, sizeof prefix);
  g_byte_array_append (data, (const guint8 *) text, (guint) length);
}

static GByteArray *
bind_place (const EnvelopePlace *place, SynclineSlice key_id)
{
  static const char purpose[] = "syncline column-seal " FORM;
  GByteArray *data = g_byte_array_new ();

  append_part (data, purpose, strlen (purpose));
  append_part (data, key_id.data, key_id.length);
  append_part (data, place->table, strlen (place->table));
  append_part (data, place->column, strlen (place->column));
  append_part (data, place->row_id.data, place->row_id.length);
  return data;
}

/* --- Sealing ------------------------------------------------------------------------------------- */

static void
append_base64 (GString *out, const guint8 *data, gsize length)
{
  g_autofree char *text = g_malloc (sodium_base64_encoded_len (length, VARIANT));

  sodium_bin2base64 (text, sodium_base64_encoded_len (length, VARIANT), data, length, VARIANT);
  g_string_append (out, text);
}

void
envelope_seal (GString *out, const KeyRing *ring, const EnvelopePlace *place, SynclineSlice value)
{
  const char *id = NULL;
  const guint8 *key = key_ring_get_newest (ring, &id);
  g_autoptr (GByteArray) along = bind_place (place, (SynclineSlice){ id, strlen (id) });
  const gsize room = value.length + PAD_BLOCK;
  g_autofree guint8 *padded = g_malloc (room);
  g_autofree guint8 *sealed = g_malloc (NONCE_LENGTH + room + TAG_LENGTH);
  gsize padded_length = 0;
  unsigned long long length = 0;

  memcpy (padded, value.data, value.length);
  sodium_pad (&padded_length, padded, value.length, PAD_BLOCK, room);
  randombytes_buf (sealed, NONCE_LENGTH);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + NONCE_LENGTH, &length, padded, padded_length,
                                              along->data, along->len, NULL, sealed, key);

  g_string_append_printf (out, "{\"" MEMBER "\":\"" FORM ".%s.", id);
  append_base64 (out, sealed, NONCE_LENGTH + length);
  g_string_append (out, "\"}");
}

/* --- Finding ------------------------------------------------------------------------------------- */

void
envelope_scratch_clear (EnvelopeScratch *scratch)
{
  json_scratch_clear (&scratch->outer);
  json_scratch_clear (&scratch->inner);
}

/* How many characters from @offset on are of @set. */
static gsize
span (SynclineSlice text, gsize offset, const char *set)
{
  gsize n = 0;

  while (offset + n < text.length && text.data[offset + n] != '\0'
         && strchr (set, text.data[offset + n]) != NULL)
    n++;
  return n;
}

/* FORM.KEYID.BASE64 */
typedef struct
{
  SynclineSlice form;
  SynclineSlice key_id;
  SynclineSlice data;
} Parts;

static gboolean
split (SynclineSlice sealed, Parts *parts)
{
  const gsize form = span (sealed, 0, G_CSET_DIGITS);
  const gsize id = span (sealed, form + 1, WORD);
  const gsize start = form + 1 + id + 1;

  if (form == 0 || form > 3 || id == 0 || id > KEY_ID_MAX || start >= sealed.length
      || sealed.data[form] != '.' || sealed.data[start - 1] != '.')
    return FALSE;
  parts->form = (SynclineSlice){ sealed.data, form };
  parts->key_id = (SynclineSlice){ sealed.data + form + 1, id };
  parts->data = (SynclineSlice){ sealed.data + start, sealed.length - start };
  return span (sealed, start, WORD) == parts->data.length
         && parts->data.length >= sodium_base64_encoded_len (SHORTEST, VARIANT) - 1;
}

gboolean
envelope_find (SynclineSlice raw, EnvelopeScratch *scratch, SynclineSlice *out_sealed)
{
  JsonPull pull;
  Parts parts;

  if (raw.data[0] == '"')
    {
      json_pull_init (&pull, raw.data, raw.length, &scratch->outer);
      if (json_pull_next (&pull) != JSON_PULL_STRING)
        return FALSE;
      raw = pull.text;
    }
  if (raw.length == 0 || raw.data[0] != '{')
    return FALSE;

  json_pull_init (&pull, raw.data, raw.length, &scratch->inner);
  if (json_pull_next (&pull) != JSON_PULL_OBJECT_BEGIN || json_pull_next (&pull) != JSON_PULL_KEY
      || !json_slice_is (pull.text, MEMBER) || json_pull_next (&pull) != JSON_PULL_STRING)
    return FALSE;
  *out_sealed = pull.text;
  return json_pull_next (&pull) == JSON_PULL_OBJECT_END && json_pull_next (&pull) == JSON_PULL_END
         && split (*out_sealed, &parts);
}

void
envelope_append (GString *out, SynclineSlice sealed)
{
  g_string_append (out, "{\"" MEMBER "\":");
  json_write_string (out, sealed.data, sealed.length);
  g_string_append_c (out, '}');
}

SynclineSlice
envelope_get_key_id (SynclineSlice sealed)
{
  Parts parts = { 0 };

  split (sealed, &parts);
  return parts.key_id;
}

/* --- Opening ------------------------------------------------------------------------------------- */

/* A device with a fault must not break the rows of the others. */
static gboolean
is_value (const char *text, gsize length)
{
  g_auto (JsonScratch) scratch = { NULL };
  JsonPull pull;

  json_pull_init (&pull, text, length, &scratch);
  const JsonPullToken first = json_pull_next (&pull);
  return first != JSON_PULL_ERROR && first != JSON_PULL_END && json_pull_skip_value (&pull, NULL)
         && json_pull_next (&pull) == JSON_PULL_END;
}

static gboolean
decrypt (GString *out,
         const guint8 *key,
         const EnvelopePlace *place,
         const Parts *parts,
         const guint8 *data,
         gsize length)
{
  g_autoptr (GByteArray) along = bind_place (place, parts->key_id);
  g_autofree guint8 *padded = g_malloc (length);
  unsigned long long padded_length = 0;
  gsize value_length = 0;

  if (crypto_aead_xchacha20poly1305_ietf_decrypt (padded, &padded_length, NULL, data + NONCE_LENGTH,
                                                  length - NONCE_LENGTH, along->data, along->len,
                                                  data, key)
          != 0
      || sodium_unpad (&value_length, padded, padded_length, PAD_BLOCK) != 0
      || !is_value ((const char *) padded, value_length))
    return FALSE;
  g_string_append_len (out, (const char *) padded, (gssize) value_length);
  return TRUE;
}

EnvelopeResult
envelope_open (GString *out, const KeyRing *ring, const EnvelopePlace *place, SynclineSlice sealed)
{
  Parts parts = { 0 };

  if (!split (sealed, &parts) || !json_slice_is (parts.form, FORM))
    return ENVELOPE_UNKNOWN_FORM;
  const guint8 *key = key_ring_find (ring, parts.key_id.data, parts.key_id.length);
  if (key == NULL)
    return ENVELOPE_UNKNOWN_KEY;

  g_autofree guint8 *data = g_malloc (parts.data.length);
  gsize length = 0;
  if (sodium_base642bin (data, parts.data.length, parts.data.data, parts.data.length, NULL, &length,
                         NULL, VARIANT)
          != 0
      || length < SHORTEST || !decrypt (out, key, place, &parts, data, length))
    return ENVELOPE_FORGED;
  return ENVELOPE_OPENED;
}
