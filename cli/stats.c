/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/stats.h"

#include <string.h>
#include <unistd.h>

#define PREFIX "syncline_"

/* --- The fields ------------------------------------------------------------------------------ */

static CliStatValue
of_text (const char *text)
{
  return (CliStatValue){ .known = text != NULL, .text = text };
}

static CliStatValue
of_number (gint64 number)
{
  return (CliStatValue){ .known = TRUE, .number = number };
}

/* A time that is 0 has not come. */
static CliStatValue
of_time (gint64 time)
{
  return (CliStatValue){ .known = time != 0, .number = time };
}

static const CliStatValue unknown = { .known = FALSE };

#define GETTER(name, expression)                                                                   \
  static CliStatValue get_##name (const CliStats *stats, gboolean upload G_GNUC_UNUSED)            \
  {                                                                                                \
    SynclineStatus *status G_GNUC_UNUSED = stats->status;                                          \
    return expression;                                                                             \
  }

static const GError *
error_of (SynclineStatus *status, gboolean upload)
{
  return upload ? syncline_status_get_upload_error (status)
                : syncline_status_get_download_error (status);
}

static gint64
progress_of (SynclineStatus *status, gboolean total)
{
  gint64 done = 0;
  gint64 all = 0;

  return syncline_status_get_progress (status, &done, &all) ? (total ? all : done) : -1;
}

GETTER (version, of_text (PACKAGE_VERSION))
GETTER (time, of_time (stats->now))
GETTER (user, of_text (syncline_status_get_user_id (status)))
GETTER (syncer,
        syncline_status_get_syncer (status) != 0 ? of_number (syncline_status_get_syncer (status))
                                                 : unknown)
GETTER (up_to_date, stats->own ? of_number (syncline_status_get_up_to_date (status)) : unknown)
GETTER (has_synced, of_number (syncline_status_get_has_synced (status)))
GETTER (last_synced_at, of_time (syncline_status_get_last_synced_at (status)))
GETTER (queued, of_number ((gint64) syncline_status_get_n_queued (status)))
GETTER (rejected, of_number ((gint64) syncline_status_get_n_rejected (status)))
GETTER (database_bytes, stats->database_bytes >= 0 ? of_number (stats->database_bytes) : unknown)
GETTER (wire_bytes,
        stats->own ? of_number ((gint64) syncline_status_get_wire_bytes (status)) : unknown)
GETTER (decoded_bytes,
        stats->own ? of_number ((gint64) syncline_status_get_decoded_bytes (status)) : unknown)
GETTER (received,
        progress_of (status, FALSE) >= 0 ? of_number (progress_of (status, FALSE)) : unknown)
GETTER (to_receive,
        progress_of (status, TRUE) >= 0 ? of_number (progress_of (status, TRUE)) : unknown)
GETTER (state,
        of_number (upload ? syncline_status_get_upload_state (status)
                          : syncline_status_get_download_state (status)))
GETTER (reason, of_text (syncline_status_get_reason (status, upload)))
GETTER (since, of_time (syncline_status_get_since (status, upload)))
GETTER (next_attempt,
        of_time (upload ? syncline_status_get_upload_wake_time (status)
                        : syncline_status_get_download_wake_time (status)))
GETTER (failures, of_number ((gint64) syncline_status_get_n_failures (status, upload)))
GETTER (error,
        of_text (error_of (status, upload) != NULL ? error_of (status, upload)->message : NULL))

const CliStat cli_stats[] = {
  { "version", NULL, CLI_STAT_TEXT, FALSE, "Version of Syncline", get_version },
  { "time", NULL, CLI_STAT_TIME, FALSE, "When the document was made", get_time },
  { "user", NULL, CLI_STAT_TEXT, FALSE, "Id of the user who is signed in", get_user },
  { "syncer", "syncer_process", CLI_STAT_NUMBER, FALSE,
    "Number of the process that syncs the database; null when none does", get_syncer },
  { "up_to_date", "up_to_date", CLI_STAT_BOOLEAN, FALSE,
    "Whether nothing is queued, all that was uploaded is confirmed and the last checkpoint is "
    "applied; only from the process that syncs",
    get_up_to_date },
  { "has_synced", "has_synced", CLI_STAT_BOOLEAN, FALSE,
    "Whether a whole checkpoint was ever applied", get_has_synced },
  { "last_synced_at", "last_synced_timestamp_seconds", CLI_STAT_TIME, FALSE,
    "When a whole checkpoint was last applied", get_last_synced_at },
  { "queued", "queued_changes", CLI_STAT_NUMBER, FALSE,
    "Local changes that the server does not have yet", get_queued },
  { "rejected", "rejected_changes", CLI_STAT_NUMBER, FALSE,
    "Local changes that the server refused and that are kept", get_rejected },
  { "database_bytes", "database_bytes", CLI_STAT_NUMBER, FALSE,
    "Size of the local database in bytes, without its write-ahead log", get_database_bytes },
  { "wire_bytes", "downloaded_wire_bytes_total", CLI_STAT_NUMBER, FALSE,
    "Bytes downloaded since the process started, as they were on the wire; only from the process "
    "that syncs",
    get_wire_bytes },
  { "decoded_bytes", "downloaded_decoded_bytes_total", CLI_STAT_NUMBER, FALSE,
    "The same after decompression; only from the process that syncs", get_decoded_bytes },
  { "received", "checkpoint_received_operations", CLI_STAT_NUMBER, FALSE,
    "Operations received of the checkpoint under way; null between checkpoints", get_received },
  { "to_receive", "checkpoint_operations", CLI_STAT_NUMBER, FALSE,
    "Operations that the checkpoint under way has; null between checkpoints", get_to_receive },
  { "state", "state", CLI_STAT_STATE, TRUE,
    "What the direction is doing: off, standby, no-session, connecting, active, idle, backing-off "
    "or blocked",
    get_state },
  { "reason", NULL, CLI_STAT_TEXT, TRUE, "Code for why it is in that state; see docs/explain.md",
    get_reason },
  { "since", "state_since_timestamp_seconds", CLI_STAT_TIME, TRUE,
    "Since when it is in that state for that reason", get_since },
  { "next_attempt", "next_attempt_timestamp_seconds", CLI_STAT_TIME, TRUE,
    "When it tries again; null when it waits for an event", get_next_attempt },
  { "failures", "failures_total", CLI_STAT_NUMBER, TRUE,
    "How often it failed and had to try again later since the process started", get_failures },
  { "error", NULL, CLI_STAT_TEXT, TRUE, "The last failure, until it works again", get_error },
  { NULL, NULL, CLI_STAT_TEXT, FALSE, NULL, NULL },
};

const char *
cli_stat_type_to_string (CliStatType type)
{
  switch (type)
    {
    case CLI_STAT_TEXT:
    case CLI_STAT_STATE:
      return "string";
    case CLI_STAT_BOOLEAN:
      return "boolean";
    case CLI_STAT_NUMBER:
      return "integer";
    case CLI_STAT_TIME:
      return "time";
    }
  return "?";
}

/* --- Taking them ----------------------------------------------------------------------------- */

/* A store that is no SQLite does not know these. */
static gint64
measure_database (SynclineClient *client)
{
  g_autoptr (SynclineResult) result = syncline_client_query (
      client, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", NULL, NULL,
      NULL);

  if (result == NULL || syncline_result_get_n_rows (result) != 1)
    return -1;
  return syncline_result_get_integer (result, 0, 0);
}

void
cli_stats_take (CliStats *stats, SynclineClient *client)
{
  stats->status = syncline_client_dup_syncer_status (client);
  stats->own = syncline_status_get_syncer (stats->status) == (gint64) getpid ();
  stats->now = g_get_real_time ();
  stats->database_bytes = measure_database (client);
}

void
cli_stats_clear (CliStats *stats)
{
  g_clear_pointer (&stats->status, syncline_status_unref);
}

/* --- JSON ------------------------------------------------------------------------------------ */

static json_object *
to_json (const CliStat *stat, const CliStatValue *value)
{
  if (!value->known)
    return NULL;
  switch (stat->type)
    {
    case CLI_STAT_TEXT:
      return cli_json_string (value->text);
    case CLI_STAT_STATE:
      return cli_json_string (syncline_state_to_string ((SynclineState) value->number));
    case CLI_STAT_BOOLEAN:
      return json_object_new_boolean (value->number != 0);
    case CLI_STAT_NUMBER:
      return json_object_new_int64 (value->number);
    case CLI_STAT_TIME:
      return cli_json_time (value->number);
    }
  return NULL;
}

static void
add_fields (json_object *object, const CliStats *stats, gboolean per_direction, gboolean upload)
{
  for (const CliStat *stat = cli_stats; stat->name != NULL; stat++)
    {
      if (stat->per_direction != per_direction)
        continue;
      const CliStatValue value = stat->get (stats, upload);
      json_object_object_add (object, stat->name, to_json (stat, &value));
    }
}

json_object *
cli_stats_to_json (const CliStats *stats)
{
  json_object *object = json_object_new_object ();
  json_object *upload = json_object_new_object ();
  json_object *download = json_object_new_object ();

  add_fields (object, stats, FALSE, FALSE);
  add_fields (upload, stats, TRUE, TRUE);
  add_fields (download, stats, TRUE, FALSE);
  json_object_object_add (object, "upload", upload);
  json_object_object_add (object, "download", download);
  return object;
}

/* --- Prometheus ------------------------------------------------------------------------------ */

static void
add_number (GString *text, const CliStat *stat, const CliStatValue *value)
{
  if (stat->type == CLI_STAT_TIME)
    g_string_append_printf (text, " %" G_GINT64_FORMAT ".%06d\n", value->number / G_USEC_PER_SEC,
                            (int) (value->number % G_USEC_PER_SEC));
  else
    g_string_append_printf (text, " %" G_GINT64_FORMAT "\n", value->number);
}

/* A state is as many series as there are states, one of which is 1. */
static void
add_states (GString *text, const CliStat *stat, gint64 state, const char *direction)
{
  for (int i = SYNCLINE_STATE_OFF; i <= SYNCLINE_STATE_BLOCKED; i++)
    g_string_append_printf (text, PREFIX "%s{direction=\"%s\",state=\"%s\"} %d\n", stat->metric,
                            direction, syncline_state_to_string ((SynclineState) i), i == state);
}

static void
add_series (GString *text, const CliStat *stat, const CliStats *stats, const char *direction)
{
  const CliStatValue value = stat->get (stats, g_strcmp0 (direction, "upload") == 0);

  if (!value.known)
    return;
  if (stat->type == CLI_STAT_STATE)
    {
      add_states (text, stat, value.number, direction);
      return;
    }
  g_string_append_printf (text, PREFIX "%s", stat->metric);
  if (direction != NULL)
    g_string_append_printf (text, "{direction=\"%s\"}", direction);
  add_number (text, stat, &value);
}

char *
cli_stats_to_prometheus (const CliStats *stats)
{
  GString *text = g_string_new (NULL);

  for (const CliStat *stat = cli_stats; stat->name != NULL; stat++)
    {
      if (stat->metric == NULL)
        continue;
      const char *kind = g_str_has_suffix (stat->metric, "_total") ? "counter" : "gauge";
      g_string_append_printf (text, "# HELP " PREFIX "%s %s.\n# TYPE " PREFIX "%s %s\n",
                              stat->metric, stat->help, stat->metric, kind);
      if (!stat->per_direction)
        {
          add_series (text, stat, stats, NULL);
          continue;
        }
      add_series (text, stat, stats, "upload");
      add_series (text, stat, stats, "download");
    }
  return g_string_free (text, FALSE);
}

gboolean
cli_stats_write (const CliStats *stats, const char *path, GError **error)
{
  if (g_str_has_suffix (path, ".prom"))
    {
      g_autofree char *text = cli_stats_to_prometheus (stats);
      return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
    }
  g_autoptr (json_object) object = cli_stats_to_json (stats);
  g_autofree char *text = g_strconcat (
      json_object_to_json_string_ext (object, JSON_C_TO_STRING_NOSLASHESCAPE), "\n", NULL);
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}
