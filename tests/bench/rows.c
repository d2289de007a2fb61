/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "rows.h"

#include <stdio.h>

/* The generator known as splitmix64: good bits from a counter. */
static guint64
mix (guint64 number)
{
  guint64 bits = (number + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  bits = (bits ^ (bits >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  bits = (bits ^ (bits >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return bits ^ (bits >> 31);
}

static void
make_uuid (guint64 high, guint64 low, char out[37])
{
  snprintf (out, 37, "%08x-%04x-4%03x-a%03x-%012" G_GINT64_MODIFIER "x", (guint) (high >> 32),
            (guint) (high >> 16) & 0xffff, (guint) high & 0xfff, (guint) (low >> 52) & 0xfff,
            low & G_GUINT64_CONSTANT (0xffffffffffff));
}

void
bench_row_make (guint64 number, BenchRow *out_row)
{
  static const char *const things[]
      = { "milk", "bread", "the dentist", "a birthday card", "the tax return", "new tyres" };
  const guint64 bits = mix (number * 4);

  make_uuid (bits, mix (number * 4 + 1), out_row->id);
  /* A hundred to-dos a list. */
  make_uuid (mix (number / 100 * 4 + 2), mix (number / 100 * 4 + 3), out_row->list_id);
  snprintf (out_row->description, sizeof out_row->description, "Remember %s, number %u",
            things[bits % G_N_ELEMENTS (things)], (guint) (bits >> 40) & 0xffffff);
  snprintf (out_row->due_at, sizeof out_row->due_at, "2026-%02u-%02u 16:25:00.%06uZ",
            (guint) (bits >> 8) % 12 + 1, (guint) (bits >> 16) % 28 + 1,
            (guint) (bits >> 20) % 1000000);
  snprintf (out_row->created_at, sizeof out_row->created_at, "2025-%02u-%02u 08:00:00.%06uZ",
            (guint) (bits >> 24) % 12 + 1, (guint) (bits >> 32) % 28 + 1,
            (guint) (bits >> 36) % 1000000);
  out_row->completed = (int) (bits >> 60) & 1;
  out_row->priority = (int) (bits >> 61);
}

void
bench_row_append (const BenchRow *row, GString *text)
{
  g_string_append_printf (
      text,
      "{\\\"id\\\":\\\"%s\\\",\\\"list_id\\\":\\\"%s\\\",\\\"description\\\":\\\"%s\\\","
      "\\\"completed\\\":%d,\\\"priority\\\":%d,\\\"due_at\\\":\\\"%s\\\",\\\"created_at\\\":\\\"%"
      "s\\\"}",
      row->id, row->list_id, row->description, row->completed, row->priority, row->due_at,
      row->created_at);
}

guint32
bench_row_checksum (guint64 number)
{
  return (guint32) mix (~number);
}
