/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "table-options.h"

/* In the order of SynclineTableMode and SynclineTrackPrevious. */
static const char *const modes[] = { "synced", "local-only", "insert-only", NULL };
static const char *const track_previous_words[] = { "none", "changed", "all", NULL };

const SynclineOption syncline_table_options[] = {
  { .name = "mode",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (SynclineTableOptions, mode),
    .default_value = "synced",
    .choices = modes,
    .summary = "What becomes of the rows",
    .details = "Rows of a synced table come down and go up, those of a local-only table never "
               "leave the device, and those of an insert-only table go up and are not kept here." },
  { .name = "server-name",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineTableOptions, server_name),
    .summary = "The table's name on the server, if it is another" },
  { .name = "indexes",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (SynclineTableOptions, indexes),
    .summary = "Local indexes: name(column, column DESC); name(column)" },
  { .name = "track-previous",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (SynclineTableOptions, track_previous),
    .default_value = "none",
    .choices = track_previous_words,
    .summary = "Whether changes carry what was there before" },
  { .name = "metadata",
    .type = SYNCLINE_OPTION_BOOLEAN,
    .offset = SYNCLINE_OPTION_FIELD_BOOLEAN (SynclineTableOptions, metadata),
    .default_value = "false",
    .summary = "Whether a column _metadata goes up with each change",
    .details = "The table gets a column _metadata; what is written to it goes up with that change "
               "and is not kept." },
  { .name = "conflict",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (SynclineTableOptions, conflict),
    .default_value = "id",
    .summary = "The server's columns that an upsert goes by" },
  { .name = "on-reject",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (SynclineTableOptions, on_reject),
    .summary = "What becomes of changes that the server refuses, like on-reject of the config, "
               "which it goes before",
    .details = "42501 block, 23* retry 3, * park" },
  SYNCLINE_OPTION_END,
};
