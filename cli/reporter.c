/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/log-writer.h"
#include "cli/notify.h"
#include "cli/reporter.h"
#include "core/log-messages.h"

/* What was last said of one direction. */
typedef struct
{
  const char *name;
  SynclineState state;
  char *reason;
  gboolean told; /* how it is, by us or by the engine */
} Direction;

struct _CliReporter
{
  Direction upload;
  Direction download;
  char *user_id;
  gboolean waits_for_user;
  gboolean started;
  gboolean has_synced;
  char *summary;
};

CliReporter *
cli_reporter_new (void)
{
  CliReporter *reporter = g_new0 (CliReporter, 1);

  reporter->upload.name = "upload";
  reporter->download.name = "download";
  return reporter;
}

void
cli_reporter_free (CliReporter *reporter)
{
  g_free (reporter->upload.reason);
  g_free (reporter->download.reason);
  g_free (reporter->user_id);
  g_free (reporter->summary);
  g_free (reporter);
}

static void
say (const Direction *direction, GLogLevelFlags level, const char *message_id, const char *text)
{
  g_log_structured (G_LOG_DOMAIN, level, "MESSAGE_ID", message_id, "SYNCLINE_DIRECTION",
                    direction->name, "SYNCLINE_STATE", syncline_state_to_string (direction->state),
                    "SYNCLINE_REASON", direction->reason, "MESSAGE", "%s: %s", direction->name,
                    text);
}

/* Everything that happens, for -v. */
static void
say_state (Direction *direction, SynclineState state, const char *reason)
{
  if (direction->state == state && g_strcmp0 (direction->reason, reason) == 0)
    return;
  direction->state = state;
  g_free (direction->reason);
  direction->reason = g_strdup (reason);
  g_autofree char *text = g_strdup_printf ("%s (%s)", syncline_state_to_string (state), reason);
  say (direction, G_LOG_LEVEL_INFO, SYNCLINE_LOG_STATE, text);
}

/* Failures and their end are told by the engine, once each; what it does not tell is that all is well from
 * the start. */
static void
update_direction (Direction *direction,
                  SynclineState state,
                  const char *reason,
                  const GError *error)
{
  const gboolean works
      = error == NULL && (state == SYNCLINE_STATE_ACTIVE || state == SYNCLINE_STATE_IDLE);

  say_state (direction, state, reason);
  if (works && !direction->told)
    say (direction, G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_WORKS, "works");
  direction->told = direction->told || works || error != NULL;
}

static void
update_waiting (CliReporter *reporter, SynclineStatus *status)
{
  const gboolean waits
      = syncline_status_get_upload_state (status) == SYNCLINE_STATE_NO_SESSION
        || syncline_status_get_download_state (status) == SYNCLINE_STATE_NO_SESSION;

  if (waits && !reporter->waits_for_user)
    cli_log (G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_NO_SESSION,
             "nobody is signed in; 'syncline login' signs in, and this goes on then");
  reporter->waits_for_user = waits;
}

static void
update_user (CliReporter *reporter, const char *user_id)
{
  if (g_strcmp0 (user_id, reporter->user_id) == 0)
    return;
  if (user_id != NULL)
    cli_log (G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_SIGNED_IN, "signed in as %s", user_id);
  else
    cli_log (G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_SIGNED_OUT, "signed out");
  g_free (reporter->user_id);
  reporter->user_id = g_strdup (user_id);
}

/* The engine tells of each change that is refused; this is about those of earlier runs. */
static void
tell_rejected (SynclineStatus *status)
{
  const guint64 n_rejected = syncline_status_get_n_rejected (status);

  if (n_rejected > 0)
    cli_log (G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_REJECTED,
             "changes that the server refused earlier: %" G_GUINT64_FORMAT
             "; 'syncline queue list --rejected' tells why",
             n_rejected);
}

char *
cli_describe_status (SynclineStatus *status)
{
  const guint64 n_queued = syncline_status_get_n_queued (status);
  const SynclineState state = syncline_status_get_download_state (status);
  const char *where
      = syncline_status_get_up_to_date (status) ? "up to date" : syncline_state_to_string (state);

  if (n_queued == 0)
    return g_strdup (where);
  return g_strdup_printf ("%s, %" G_GUINT64_FORMAT " queued", where, n_queued);
}

static void
update_summary (CliReporter *reporter, SynclineStatus *status)
{
  g_autofree char *summary = cli_describe_status (status);

  if (g_strcmp0 (summary, reporter->summary) == 0)
    return;
  cli_notify_status ("%s", summary);
  g_free (reporter->summary);
  reporter->summary = g_steal_pointer (&summary);
}

void
cli_reporter_update (CliReporter *reporter, SynclineStatus *status)
{
  update_user (reporter, syncline_status_get_user_id (status));
  update_waiting (reporter, status);
  update_direction (&reporter->upload, syncline_status_get_upload_state (status),
                    syncline_status_get_reason (status, TRUE),
                    syncline_status_get_upload_error (status));
  update_direction (&reporter->download, syncline_status_get_download_state (status),
                    syncline_status_get_reason (status, FALSE),
                    syncline_status_get_download_error (status));
  if (!reporter->started)
    tell_rejected (status);
  reporter->started = TRUE;
  if (!reporter->has_synced && syncline_status_get_has_synced (status))
    cli_log (G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_FIRST_SYNC,
             "the local database holds a whole checkpoint");
  reporter->has_synced = syncline_status_get_has_synced (status);
  update_summary (reporter, status);
}
