/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Events as text, for tests of the decoder of download streams. */

#pragma once

#include "powersync-download/stream-decoder.h"

G_BEGIN_DECLS

/* Appends all that the event holds, as one line. */
void trace_event (GString *out, const SynclineEvent *event);

/* How a stream is cut into the pieces that are fed. */
typedef enum
{
  TRACE_WHOLE,
  TRACE_BYTES,
  TRACE_RANDOM,
} TraceCut;

/* All events of a stream, a line each; an error as "!message"; at the end "." or what is wrong with
 * it. Each piece is freed before the next is fed. */
char *trace_stream (StreamFormat format, const char *data, gsize length, TraceCut cut);

G_END_DECLS
