/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/event-memory.h"

#include <string.h>

#define BLOCK_SIZE (16 * 1024)

static GArray *
new_array (gsize element_size)
{
  return g_array_new (FALSE, TRUE, (guint) element_size);
}

void
event_memory_init (EventMemory *memory)
{
  *memory = (EventMemory){
    .ops = new_array (sizeof (SynclineOp)),
    .buckets = new_array (sizeof (SynclineBucketTarget)),
    .removed = new_array (sizeof (char *)),
    .streams = new_array (sizeof (SynclineStreamInfo)),
    .blocks = g_ptr_array_new_with_free_func (g_free),
  };
}

void
event_memory_clear (EventMemory *memory)
{
  g_array_unref (memory->ops);
  g_array_unref (memory->buckets);
  g_array_unref (memory->removed);
  g_array_unref (memory->streams);
  g_clear_pointer (&memory->list, g_array_unref);
  g_ptr_array_unref (memory->blocks);
}

static void
reset_array (GArray **array)
{
  guint element_size = g_array_get_element_size (*array);

  if ((gsize) (*array)->len * element_size > EVENT_MEMORY_KEEP)
    {
      g_array_unref (*array);
      *array = new_array (element_size);
    }
  g_array_set_size (*array, 0);
}

void
event_memory_reset (EventMemory *memory)
{
  reset_array (&memory->ops);
  reset_array (&memory->buckets);
  reset_array (&memory->removed);
  reset_array (&memory->streams);
  g_clear_pointer (&memory->list, g_array_unref);

  /* One block is kept, if it is of the usual size. */
  guint keep = memory->blocks->len > 0 && memory->block_size == BLOCK_SIZE ? 1 : 0;
  if (memory->blocks->len > keep)
    g_ptr_array_remove_range (memory->blocks, 0, memory->blocks->len - keep);
  if (keep == 0)
    memory->block_size = 0;
  memory->block_used = 0;
}

static char *
allocate (EventMemory *memory, gsize size)
{
  /* For arrays of any type. */
  gsize start = (memory->block_used + 7) & ~(gsize) 7;

  if (start > memory->block_size || size > memory->block_size - start)
    {
      memory->block_size = MAX (size, BLOCK_SIZE);
      g_ptr_array_add (memory->blocks, g_malloc (memory->block_size));
      start = 0;
    }
  memory->block_used = start + size;
  return (char *) g_ptr_array_index (memory->blocks, memory->blocks->len - 1) + start;
}

const char *
event_memory_dup_text (EventMemory *memory, SynclineSlice text)
{
  char *copy = allocate (memory, text.length + 1);

  memcpy (copy, text.data, text.length);
  copy[text.length] = '\0';
  return copy;
}

void
event_memory_start_list (EventMemory *memory, guint element_size)
{
  if (memory->list != NULL && g_array_get_element_size (memory->list) == element_size)
    {
      g_array_set_size (memory->list, 0);
      return;
    }
  g_clear_pointer (&memory->list, g_array_unref);
  memory->list = new_array (element_size);
}

gconstpointer
event_memory_take_list (EventMemory *memory, guint *out_length)
{
  gsize size = (gsize) memory->list->len * g_array_get_element_size (memory->list);

  *out_length = memory->list->len;
  if (size == 0)
    return NULL;
  char *copy = allocate (memory, size);
  memcpy (copy, memory->list->data, size);
  g_array_set_size (memory->list, 0);
  return copy;
}
