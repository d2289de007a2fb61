/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "lines.h"

#include <stdio.h>

#include "rows.h"

void
bench_append_checkpoint (GString *text, gboolean diff, guint64 last_op, guint32 checksum)
{
  g_string_append_printf (
      text,
      "{\"%s\":{\"last_op_id\":\"%" G_GUINT64_FORMAT "\",\"%s\":[{\"bucket\":\"" BENCH_BUCKET
      "\",\"checksum\":%u,\"count\":%" G_GUINT64_FORMAT ",\"priority\":3}],\"%s\":[]}}\n",
      diff ? "checkpoint_diff" : "checkpoint", last_op, diff ? "updated_buckets" : "buckets",
      checksum, last_op, diff ? "removed_buckets" : "streams");
}

void
bench_append_complete (GString *text, guint64 last_op)
{
  g_string_append_printf (
      text, "{\"checkpoint_complete\":{\"last_op_id\":\"%" G_GUINT64_FORMAT "\"}}\n", last_op);
}

static void
begin_data (GString *text, guint64 first)
{
  g_string_append_printf (text,
                          "{\"data\":{\"bucket\":\"" BENCH_BUCKET
                          "\",\"after\":\"%" G_GUINT64_FORMAT "\",\"has_more\":false,\"data\":[",
                          first - 1);
}

static void
end_data (GString *text, guint64 last)
{
  g_string_append_printf (text, "],\"next_after\":\"%" G_GUINT64_FORMAT "\"}}\n", last);
}

static void
append_put (GString *text, guint64 op_id, const BenchRow *row)
{
  g_string_append_printf (
      text,
      "{\"op_id\":\"%" G_GUINT64_FORMAT "\",\"op\":\"PUT\",\"object_type\":\"" BENCH_TYPE
      "\",\"object_id\":\"%s\",\"checksum\":%u,\"subkey\":\"%s/%s\",\"data\":\"",
      op_id, row->id, bench_row_checksum (op_id), row->list_id, row->id);
  bench_row_append (row, text);
  g_string_append (text, "\"}");
}

void
bench_append_rows (GString *text, guint64 first, guint64 last)
{
  begin_data (text, first);
  for (guint64 number = first; number <= last; number++)
    {
      BenchRow row;

      bench_row_make (number, &row);
      if (number > first)
        g_string_append_c (text, ',');
      append_put (text, number, &row);
    }
  end_data (text, last);
}

void
bench_append_changes (GString *text, guint64 first, guint64 last, guint64 n_rows)
{
  begin_data (text, first);
  for (guint64 op_id = first; op_id <= last; op_id++)
    {
      BenchRow row;

      /* A prime, so that no row comes twice. */
      bench_row_make (op_id * G_GUINT64_CONSTANT (7919) % n_rows + 1, &row);
      snprintf (row.description, sizeof row.description, "Changed by %" G_GUINT64_FORMAT, op_id);
      if (op_id > first)
        g_string_append_c (text, ',');
      append_put (text, op_id, &row);
    }
  end_data (text, last);
}
