/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "decoder.h"

#include "unit/ndjson-trace.h"

void
fuzz_decoder (StreamFormat format, const guint8 *data, gsize size)
{
  g_autofree char *whole = trace_stream (format, (const char *) data, size, TRACE_WHOLE);
  g_autofree char *bytes = trace_stream (format, (const char *) data, size, TRACE_BYTES);

  g_assert_cmpstr (whole, ==, bytes);
}
