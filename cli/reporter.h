/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "cli/cli.h"

/* Turns statuses into log lines: one for each change that matters to the person who reads the log
 * tomorrow, none for the retries in between, and all changes at the level of `-v`. */
typedef struct _CliReporter CliReporter;

CliReporter *cli_reporter_new (void);
void cli_reporter_free (CliReporter *reporter);

void cli_reporter_update (CliReporter *reporter, SynclineStatus *status);

/* One line about the whole: "up to date", "offline, 3 changes queued". */
char *cli_describe_status (SynclineStatus *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliReporter, cli_reporter_free)
