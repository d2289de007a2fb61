/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "cli/cli.h"

/* Shows how a sync gets on, on standard error: a bar on a terminal, a few plain lines elsewhere. */
typedef struct _CliProgress CliProgress;

CliProgress *cli_progress_new (const Cli *cli);
void cli_progress_free (CliProgress *progress);

void cli_progress_update (CliProgress *progress, SynclineStatus *status);

/* What the bar says: DONE of TOTAL operations are here, RECEIVED of which came in the last ELAPSED microseconds;
 * WIRE_BYTES were downloaded in all, 0 if that is not known. */
char *cli_progress_describe (
    gint64 done, gint64 total, guint64 wire_bytes, gint64 received, gint64 elapsed);

/* Takes the bar away. */
void cli_progress_end (CliProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliProgress, cli_progress_free)
