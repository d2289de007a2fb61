/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A sealed value: the JSON object {"sealed":"1.KEYID.BASE64"}, where the last part is nonce and ciphertext. An
 * object, since serializers leave those alone whatever the type of the column, and the server can keep it in a
 * column of the types text, json and jsonb alike. */

#pragma once

#include "common/json-pull.h"
#include "key-ring.h"

G_BEGIN_DECLS

/* Where a value belongs. It opens nowhere else, so that the server can't move it about. */
typedef struct
{
  const char *table; /* the server's name */
  const char *column;
  SynclineSlice row_id;
} EnvelopePlace;

typedef enum
{
  ENVELOPE_OPENED,
  ENVELOPE_UNKNOWN_KEY,
  ENVELOPE_UNKNOWN_FORM, /* of a later version */
  ENVELOPE_FORGED,       /* changed, or moved, or sealed with another key of that id */
} EnvelopeResult;

/* Appends the sealed form of @value, one JSON value as it stands. */
void
envelope_seal (GString *out, const KeyRing *ring, const EnvelopePlace *place, SynclineSlice value);

/* Memory that a run over many values uses again and again. Starts zeroed. */
typedef struct
{
  JsonScratch outer;
  JsonScratch inner;
} EnvelopeScratch;

void envelope_scratch_clear (EnvelopeScratch *scratch);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnvelopeScratch, envelope_scratch_clear)

/* Whether @raw, one JSON value, is an envelope or the text of one; then *@out_sealed is what it holds, valid
 * until @scratch is used again. */
gboolean envelope_find (SynclineSlice raw, EnvelopeScratch *scratch, SynclineSlice *out_sealed);

/* The same text again, as the object that was sent. */
void envelope_append (GString *out, SynclineSlice sealed);

/* Appends the JSON value within. @sealed comes from envelope_find(). */
EnvelopeResult
envelope_open (GString *out, const KeyRing *ring, const EnvelopePlace *place, SynclineSlice sealed);

/* The key's id in @sealed, for messages. */
SynclineSlice envelope_get_key_id (SynclineSlice sealed);

G_END_DECLS
