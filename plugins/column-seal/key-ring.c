/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "key-ring.h"

#include <string.h>
#include <syncline/error.h>

#include "common/seal-key.h"

struct _KeyRing
{
  GPtrArray *ids; /* of char * */
  guint8 *keys;   /* one after the other, in the same order */
};

/* Says which entry, and nothing of what it holds. */
static gboolean
fail (guint n, const char *reason, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG, "keys: entry %u: %s", n, reason);
  return FALSE;
}

static gboolean
is_id (const char *id)
{
  const gsize length = strlen (id);

  return length > 0 && length <= KEY_ID_MAX
         && strspn (id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") == length;
}

static guint
count_colons (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == ':';
  return n;
}

/* Blanks what is commented out, so that words are all that is left. */
static void
strip_comments (char *text)
{
  gboolean at_start = TRUE;
  gboolean in_comment = FALSE;

  for (char *at = text; *at != '\0'; at++)
    {
      if (*at == '\n')
        in_comment = FALSE;
      else if (at_start && *at == '#')
        in_comment = TRUE;
      at_start = *at == '\n' || (at_start && g_ascii_isspace (*at));
      if (in_comment)
        *at = ' ';
    }
}

/* The Nth word, from 1. */
static gboolean
add_key (KeyRing *ring, char *word, guint n, GError **error)
{
  char *colon = strchr (word, ':');

  if (colon == NULL)
    return fail (n, "it is not of the form ID:KEY", error);
  *colon = '\0';
  if (!is_id (word))
    return fail (n, "its id is not 1 to 32 letters, digits, - and _", error);
  if (key_ring_find (ring, word, strlen (word)) != NULL)
    return fail (n, "its id was there before", error);
  if (!seal_key_decode (colon + 1, ring->keys + (gsize) ring->ids->len * SEAL_KEY_LENGTH))
    return fail (
        n,
        "its key is not 32 bytes in base64 or hexadecimal digits; \"head -c 32 /dev/urandom "
        "| base64\" makes one",
        error);
  g_ptr_array_add (ring->ids, g_strdup (word));
  return TRUE;
}

/* Cuts @text into words, in place. */
static gboolean
add_keys (KeyRing *ring, char *text, GError **error)
{
  static const char separators[] = " \t\r\n,";
  char *rest = NULL;
  guint n = 0;

  for (char *word = strtok_r (text, separators, &rest); word != NULL;
       word = strtok_r (NULL, separators, &rest))
    if (!add_key (ring, word, ++n, error))
      return FALSE;
  if (n > 0)
    return TRUE;
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG, "keys: there is no key");
  return FALSE;
}

KeyRing *
key_ring_new (const char *text, GError **error)
{
  const gsize length = strlen (text);

  if (!seal_key_init (error))
    return NULL;

  g_autoptr (KeyRing) ring = g_new0 (KeyRing, 1);
  char *copy = g_strdup (text);
  strip_comments (copy);
  ring->ids = g_ptr_array_new_with_free_func (g_free);
  /* Each key has a colon. */
  ring->keys = seal_keys_new (MAX (count_colons (copy), 1));
  const gboolean ok = add_keys (ring, copy, error);
  explicit_bzero (copy, length);
  g_free (copy);
  return ok ? g_steal_pointer (&ring) : NULL;
}

void
key_ring_free (KeyRing *ring)
{
  g_ptr_array_unref (ring->ids);
  seal_keys_free (ring->keys);
  g_free (ring);
}

static const guint8 *
get_key (const KeyRing *ring, guint index)
{
  return ring->keys + (gsize) index * SEAL_KEY_LENGTH;
}

const guint8 *
key_ring_get_newest (const KeyRing *ring, const char **out_id)
{
  *out_id = g_ptr_array_index (ring->ids, ring->ids->len - 1);
  return get_key (ring, ring->ids->len - 1);
}

const guint8 *
key_ring_find (const KeyRing *ring, const char *id, gsize length)
{
  for (guint i = 0; i < ring->ids->len; i++)
    {
      const char *known = g_ptr_array_index (ring->ids, i);
      if (strlen (known) == length && memcmp (known, id, length) == 0)
        return get_key (ring, i);
    }
  return NULL;
}
