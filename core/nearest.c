/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "nearest.h"

#include <string.h>

/* Longer words are no slips of each other, and the table below stays small. */
#define LONGEST_WORD 64
#define SHORTEST_PREFIX 3
#define MOST_LISTED 30

/* Somebody who writes API_KEY means api-key. */
static char
fold (char character)
{
  return character == '_' ? '-' : g_ascii_tolower (character);
}

/* How many slips (a letter too many, missing, wrong, or two swapped) lie between two words. */
static guint
distance (const char *a, const char *b)
{
  const gsize a_length = strlen (a);
  const gsize b_length = strlen (b);
  guint rows[LONGEST_WORD + 1][LONGEST_WORD + 1];

  if (a_length > LONGEST_WORD || b_length > LONGEST_WORD)
    return G_MAXUINT;
  for (gsize i = 0; i <= a_length; i++)
    rows[i][0] = (guint) i;
  for (gsize j = 0; j <= b_length; j++)
    rows[0][j] = (guint) j;

  for (gsize i = 1; i <= a_length; i++)
    for (gsize j = 1; j <= b_length; j++)
      {
        const guint wrong = fold (a[i - 1]) == fold (b[j - 1]) ? 0 : 1;
        guint best = MIN (rows[i - 1][j], rows[i][j - 1]) + 1;

        best = MIN (best, rows[i - 1][j - 1] + wrong);
        if (i > 1 && j > 1 && fold (a[i - 1]) == fold (b[j - 2])
            && fold (a[i - 2]) == fold (b[j - 1]))
          best = MIN (best, rows[i - 2][j - 2] + 1);
        rows[i][j] = best;
      }
  return rows[a_length][b_length];
}

const char *
syncline_nearest_find (const char *word, const GPtrArray *candidates)
{
  const gsize length = strlen (word);
  const char *nearest = NULL;
  const char *longer = NULL;
  guint least = (guint) MAX (1, (MIN (length, LONGEST_WORD) + 1) / 3) + 1;

  for (guint i = 0; i < candidates->len; i++)
    {
      const char *candidate = g_ptr_array_index (candidates, i);
      const guint slips = distance (word, candidate);

      /* So many slips that nothing of the word is left would make any short word near. */
      if (slips < least && slips < strlen (candidate))
        {
          least = slips;
          nearest = candidate;
        }
      if (longer == NULL && length >= SHORTEST_PREFIX
          && g_ascii_strncasecmp (candidate, word, length) == 0)
        longer = candidate;
    }
  return nearest != NULL ? nearest : longer;
}

char *
syncline_nearest_advice (const char *word, const GPtrArray *candidates, const char *what)
{
  const char *nearest = syncline_nearest_find (word, candidates);

  if (nearest != NULL)
    return g_strdup_printf ("did you mean \"%s\"?", nearest);
  if (candidates->len == 0)
    return NULL;

  GString *list = g_string_new (what);
  for (guint i = 0; i < MIN (candidates->len, MOST_LISTED); i++)
    g_string_append_printf (list, "%s%s", i == 0 ? ": " : ", ",
                            (const char *) g_ptr_array_index (candidates, i));
  if (candidates->len > MOST_LISTED)
    g_string_append_printf (list, " and %u more", candidates->len - MOST_LISTED);
  return g_string_free (list, FALSE);
}
