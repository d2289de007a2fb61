/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A client without network and engine: the decoder of powersync-download and the plugin sqlite-store. Whatever
 * fails ends the program. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BenchSync BenchSync;

/* Opens the database file, or makes it. */
BenchSync *bench_sync_open (const char *path);
void bench_sync_close (BenchSync *sync);

/* Takes bytes of the stream, and applies what they complete. */
void bench_sync_feed (BenchSync *sync, const char *data, gsize length);
/* The same with a whole file. */
void bench_sync_feed_file (BenchSync *sync, const char *path);

/* The sum over all that is there of the bucket. */
guint32 bench_sync_get_checksum (BenchSync *sync);

/* Checkpoints that were shown so far. */
guint bench_sync_get_n_applied (BenchSync *sync);

/* What the process needed at most, in KiB. */
long bench_get_peak_memory (void);
double bench_now (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSync, bench_sync_close)

G_END_DECLS
