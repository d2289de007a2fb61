/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/rows.h"

gboolean
rows_begin (Rows *rows, Spool *spool, GError **error)
{
  rows->reader = spool_reader_new (spool, error);
  return rows->reader != NULL
         && spool_reader_next (rows->reader, &rows->next, &rows->has_next, error);
}

void
rows_end (Rows *rows)
{
  g_clear_pointer (&rows->reader, spool_reader_free);
  rows->has_next = FALSE;
}

static gboolean
is_of_row (const Rows *rows, const Merge *merge)
{
  return rows->has_next && rows->next.type == merge->key.type
         && rows->next.id.length == merge->id->len
         && memcmp (rows->next.id.data, merge->id->str, rows->next.id.length) == 0;
}

gboolean
rows_take (Rows *rows, Merge *merge, GError **error)
{
  merge_begin_row (merge, rows->next.type, rows->next.id);
  while (is_of_row (rows, merge))
    {
      const StagedOp op = {
        .bucket = rows->next.bucket,
        .subkey = rows->next.subkey,
        .op_id = rows->next.op_id,
        .op = rows->next.op,
      };
      merge_take_op (merge, &op, rows->next.data);
      if (!spool_reader_next (rows->reader, &rows->next, &rows->has_next, error))
        return FALSE;
    }
  return TRUE;
}
