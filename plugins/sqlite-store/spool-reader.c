/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Merges the runs of a spool: a heap holds the next operation of each. */

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "sqlite-store/spool-private.h"

/* Memory for all runs together, and for each. */
#define ALL_BYTES (4 * 1024 * 1024)
#define MIN_BYTES (4 * 1024)
#define MAX_BYTES (64 * 1024)

typedef struct
{
  guint number; /* runs that were written earlier have lower ones */
  gint64 at;    /* in the file: what comes into the buffer next */
  gint64 end;
  guchar *buffer;
  gsize capacity;
  gsize used;
  gsize position; /* of what follows the operation */

  SpoolOp op;
  guint64 prefix;
} Run;

struct _SpoolReader
{
  Spool *spool;
  int fd;
  gsize buffer_size;
  GPtrArray *heap; /* of Run: the one with the next operation first */
  gboolean taken;  /* the first one's operation was handed out */
};

static void
run_free (gpointer data)
{
  Run *run = data;

  g_free (run->buffer);
  g_free (run);
}

void
spool_reader_free (SpoolReader *reader)
{
  g_ptr_array_unref (reader->heap);
  g_free (reader);
}

static gboolean
set_damaged (SpoolReader *reader, GError **error)
{
  reader->spool->damaged = TRUE;
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CORRUPT,
                       "The file in which downloaded operations wait is damaged");
  return FALSE;
}

/* --- One run ------------------------------------------------------------------------------------------- */

static void
make_room (Run *run, gsize wanted)
{
  memmove (run->buffer, run->buffer + run->position, run->used - run->position);
  run->used -= run->position;
  run->position = 0;
  if (wanted > run->capacity)
    {
      run->capacity = wanted;
      run->buffer = g_realloc (run->buffer, wanted);
    }
}

/* Has at least so many bytes in the buffer, or all there are. */
static gboolean
fill_buffer (SpoolReader *reader, Run *run, gsize wanted, GError **error)
{
  if (run->used - run->position >= wanted)
    return TRUE;
  make_room (run, wanted);
  while (run->used < wanted && run->at < run->end)
    {
      gsize n = MIN (run->capacity - run->used, (gsize) (run->end - run->at));
      ssize_t got = pread (reader->fd, run->buffer + run->used, n, run->at);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED,
                       "Can't read the file in which downloaded operations wait: %s",
                       g_strerror (errno));
          return FALSE;
        }
      if (got == 0)
        return set_damaged (reader, error);
      run->used += (gsize) got;
      run->at += got;
    }
  return TRUE;
}

/* *out_found is FALSE at the run's end. */
static gboolean
read_op (SpoolReader *reader, Run *run, gboolean *out_found, GError **error)
{
  gsize head;

  if (!fill_buffer (reader, run, SPOOL_MAX_HEAD, error))
    return FALSE;
  *out_found = run->used > run->position;
  if (!*out_found)
    return TRUE;
  if (!spool_decode (run->buffer + run->position, run->used - run->position, &run->op, &head))
    return set_damaged (reader, error);
  gsize length = head + run->op.id.length + run->op.data.length;
  if (!fill_buffer (reader, run, length, error))
    return FALSE;
  if (run->used - run->position < length)
    return set_damaged (reader, error);
  spool_decode (run->buffer + run->position, length, &run->op, &head);
  run->prefix = spool_get_prefix (run->op.id);
  run->position += length;
  return TRUE;
}

/* --- All runs ------------------------------------------------------------------------------------------ */

static gboolean
is_before (const Run *a, const Run *b)
{
  if (a->op.type != b->op.type)
    return a->op.type < b->op.type;
  if (a->prefix != b->prefix)
    return a->prefix < b->prefix;
  int order = spool_compare (&a->op, &b->op);
  return order != 0 ? order < 0 : a->number < b->number;
}

static void
sift_down (GPtrArray *heap, guint at)
{
  Run *run = g_ptr_array_index (heap, at);

  for (;;)
    {
      guint child = 2 * at + 1;
      if (child >= heap->len)
        break;
      if (child + 1 < heap->len
          && is_before (g_ptr_array_index (heap, child + 1), g_ptr_array_index (heap, child)))
        child++;
      if (!is_before (g_ptr_array_index (heap, child), run))
        break;
      heap->pdata[at] = heap->pdata[child];
      at = child;
    }
  heap->pdata[at] = run;
}

static gboolean
add_run (SpoolReader *reader, gint64 begin, const SpoolRun *header, guint number, GError **error)
{
  Run *run = g_new0 (Run, 1);
  gboolean found;

  run->number = number;
  run->at = begin;
  run->end = begin + (gint64) header->n_bytes;
  run->capacity = reader->buffer_size;
  run->buffer = g_malloc (run->capacity);
  g_ptr_array_add (reader->heap, run);
  if (!read_op (reader, run, &found, error))
    return FALSE;
  if (!found)
    g_ptr_array_set_size (reader->heap, (int) reader->heap->len - 1);
  return TRUE;
}

/* Calls add_run() for each, or only counts them. */
static gboolean
each_run (SpoolReader *reader, gint64 length, gboolean add, guint *out_n, GError **error)
{
  SpoolRun run;

  *out_n = 0;
  for (gint64 at = SPOOL_MARK_LENGTH; at < length; at += (gint64) run.n_bytes)
    {
      if (pread (reader->fd, &run, sizeof run, at) != sizeof run || run.magic != SPOOL_RUN_MAGIC)
        return set_damaged (reader, error);
      at += (gint64) sizeof run;
      if (add && !add_run (reader, at, &run, *out_n, error))
        return FALSE;
      (*out_n)++;
    }
  return TRUE;
}

SpoolReader *
spool_reader_new (Spool *spool, GError **error)
{
  g_autoptr (SpoolReader) reader = g_new0 (SpoolReader, 1);
  const gint64 length = spool->length;
  guint n;

  reader->heap = g_ptr_array_new_with_free_func (run_free);
  reader->spool = spool;
  reader->fd = spool->fd;
  if (!each_run (reader, length, FALSE, &n, error))
    return NULL;
  reader->buffer_size = CLAMP (ALL_BYTES / MAX (n, 1), MIN_BYTES, MAX_BYTES);
  if (!each_run (reader, length, TRUE, &n, error))
    return NULL;
  for (guint i = reader->heap->len / 2; i > 0; i--)
    sift_down (reader->heap, i - 1);
  return g_steal_pointer (&reader);
}

gboolean
spool_reader_next (SpoolReader *reader, SpoolOp *out_op, gboolean *out_found, GError **error)
{
  GPtrArray *heap = reader->heap;

  if (reader->taken)
    {
      gboolean found;
      if (!read_op (reader, g_ptr_array_index (heap, 0), &found, error))
        return FALSE;
      if (!found)
        g_ptr_array_remove_index_fast (heap, 0);
      if (heap->len > 0)
        sift_down (heap, 0);
    }
  reader->taken = heap->len > 0;
  *out_found = heap->len > 0;
  if (heap->len > 0)
    *out_op = ((Run *) g_ptr_array_index (heap, 0))->op;
  return TRUE;
}
