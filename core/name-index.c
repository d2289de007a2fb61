/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "name-index.h"

#include <string.h>

typedef struct
{
  const char *name; /* NULL: free */
  gsize length;
  int number;
} Slot;

struct _SynclineNameIndex
{
  gsize mask;
  Slot slots[];
};

SynclineNameIndex *
syncline_name_index_new (guint n_names)
{
  gsize size = 4;

  /* Never more than half full, so that a search ends soon. */
  while (size < 2 * (gsize) n_names)
    size *= 2;
  SynclineNameIndex *index = g_malloc0 (sizeof (SynclineNameIndex) + size * sizeof (Slot));
  index->mask = size - 1;
  return index;
}

void
syncline_name_index_free (SynclineNameIndex *index)
{
  g_free (index);
}

/* FNV-1a. */
static gsize
hash (const char *name, gsize length)
{
  guint32 sum = 2166136261u;

  for (gsize i = 0; i < length; i++)
    sum = (sum ^ (guint8) name[i]) * 16777619u;
  return sum ^ (sum >> 15);
}

/* The slot of a name, or the free one where it would go. */
static gsize
find_slot (const SynclineNameIndex *index, const char *name, gsize length)
{
  gsize position = hash (name, length) & index->mask;

  for (;; position = (position + 1) & index->mask)
    {
      const Slot *slot = &index->slots[position];
      if (slot->name == NULL || (slot->length == length && memcmp (slot->name, name, length) == 0))
        return position;
    }
}

void
syncline_name_index_add (SynclineNameIndex *index, const char *name, int number)
{
  const gsize length = strlen (name);
  Slot *slot = &index->slots[find_slot (index, name, length)];

  if (slot->name == NULL)
    *slot = (Slot){ .name = name, .length = length, .number = number };
}

int
syncline_name_index_find (const SynclineNameIndex *index, const char *name, gssize length)
{
  const Slot *slot
      = &index->slots[find_slot (index, name, length < 0 ? strlen (name) : (gsize) length)];

  return slot->name != NULL ? slot->number : -1;
}
