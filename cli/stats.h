/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Numbers about a sync for other programs. One table says what there is; the JSON document, the metrics for
 * Prometheus and the manual are made of it. */

#pragma once

#include "cli/cli.h"
#include "cli/json.h"

/* The state of a client at one moment. */
typedef struct
{
  SynclineStatus *status;
  gboolean own; /* this process syncs, so that what it receives is known */
  gint64 now;
  gint64 database_bytes; /* -1: not known */
} CliStats;

typedef enum
{
  CLI_STAT_TEXT,
  CLI_STAT_STATE, /* the name of a SynclineState */
  CLI_STAT_BOOLEAN,
  CLI_STAT_NUMBER,
  CLI_STAT_TIME, /* microseconds since the epoch */
} CliStatType;

typedef struct
{
  gboolean known;
  const char *text;
  gint64 number; /* all but texts */
} CliStatValue;

/**
 * CliStat:
 * @name: the member of the JSON document
 * @metric: (nullable): the metric, without its prefix; those of counters end in `_total`
 * @type: what it holds
 * @per_direction: whether it is there twice, within `upload` and within `download`
 * @help: one line
 * @get: reads it; `upload` is the direction
 *
 * One field.
 */
typedef struct
{
  const char *name;
  const char *metric;
  CliStatType type;
  gboolean per_direction;
  const char *help;
  CliStatValue (*get) (const CliStats *stats, gboolean upload);
} CliStat;

/* Ends with one whose name is NULL. */
extern const CliStat cli_stats[];

void cli_stats_take (CliStats *stats, SynclineClient *client);
void cli_stats_clear (CliStats *stats);

json_object *cli_stats_to_json (const CliStats *stats);
/* The text format of Prometheus, version 0.0.4. */
char *cli_stats_to_prometheus (const CliStats *stats);

/* Writes them to a file, at once or not at all: metrics when its name ends in ".prom", else JSON. */
gboolean cli_stats_write (const CliStats *stats, const char *path, GError **error);

/* "string", "time or null", … for manuals. */
const char *cli_stat_type_to_string (CliStatType type);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliStats, cli_stats_clear)
