/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The memory of one event, used again for the next: a download of a million operations allocates as
 * often as one of a thousand. After an unusually big event it shrinks. */

#pragma once

#include <syncline/transport.h>

G_BEGIN_DECLS

/* What is kept from one event to the next: a usual line of the service with its operations. */
#define EVENT_MEMORY_KEEP (2 * 1024 * 1024)

typedef struct
{
  GArray *ops;
  GArray *buckets;
  GArray *removed;
  GArray *streams;
  GArray *list; /* of one bucket or stream, while it is read */
  GPtrArray *blocks;
  gsize block_size;
  gsize block_used;
} EventMemory;

void event_memory_init (EventMemory *memory);
void event_memory_clear (EventMemory *memory);

/* Forgets everything that was handed out. */
void event_memory_reset (EventMemory *memory);

/* A copy of the text with a NUL after it. */
const char *event_memory_dup_text (EventMemory *memory, SynclineSlice text);

/* A copy of the elements that are in list, which is emptied; NULL if there are none. */
gconstpointer event_memory_take_list (EventMemory *memory, guint *out_length);

/* Starts list over, for elements of that size. */
void event_memory_start_list (EventMemory *memory, guint element_size);

/* A new, zeroed last element. It moves when the next is appended. */
static inline gpointer
event_memory_append (GArray *array, guint element_size)
{
  guint n = array->len;

  g_array_set_size (array, n + 1);
  return array->data + (gsize) n * element_size;
}

G_END_DECLS
