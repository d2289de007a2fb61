/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The real plugins, watched: `observed-download` is powersync-download and `observed-store` is
 * sqlite-store, but for notes of what passes. So a test knows, without waiting for long enough, when the
 * engine is done with a line, and what became of a checkpoint. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint n_streams;    /* opened so far */
  guint n_handled;    /* events of the last stream that the engine is done with */
  gboolean closed;    /* the last stream was closed */
  guint n_applied;    /* full checkpoints that were shown */
  guint n_kept;       /* full checkpoints that the gate kept back */
  guint n_mismatches; /* checkpoints, full or partial, whose checksums differed */
} Observations;

/* Registers both plugins. */
gboolean observed_register (GError **error);

void observed_get (Observations *out_observations);

/* Waits until the engine is done with that many events of a stream, or with the stream itself. FALSE when time
 * is up; the deadline is monotonic. */
gboolean observed_wait (guint stream, guint n_events, gint64 deadline);

G_END_DECLS
