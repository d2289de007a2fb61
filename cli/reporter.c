/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/notify.h"
#include "cli/reporter.h"

/* What was last said of one direction. */
typedef struct
{
  const char *name;
  SynclineState state;
  char *reason;
  char *trouble;
  gboolean works;
} Direction;

struct _CliReporter
{
  Direction upload;
  Direction download;
  char *user_id;
  gboolean waits_for_user;
  guint64 n_rejected;
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
  g_free (reporter->upload.trouble);
  g_free (reporter->download.reason);
  g_free (reporter->download.trouble);
  g_free (reporter->user_id);
  g_free (reporter->summary);
  g_free (reporter);
}

/* Why a direction does not work, in words, or NULL when it does, is about to find out or is not meant to:
 * the engine itself tells that another process syncs, and a missing session is no matter of direction. */
static char *
describe_trouble (SynclineState state, const GError *error)
{
  switch (state)
    {
    case SYNCLINE_STATE_BACKING_OFF:
      return g_strdup_printf ("%s; trying again", error != NULL ? error->message : "it failed");
    case SYNCLINE_STATE_BLOCKED:
      return g_strdup_printf ("stopped: %s", error != NULL ? error->message : "it failed");
    case SYNCLINE_STATE_OFF:
    case SYNCLINE_STATE_STANDBY:
    case SYNCLINE_STATE_NO_SESSION:
    case SYNCLINE_STATE_CONNECTING:
    case SYNCLINE_STATE_ACTIVE:
    case SYNCLINE_STATE_IDLE:
      return NULL;
    }
  return NULL;
}

static void
say (const Direction *direction, GLogLevelFlags level, const char *text)
{
  g_log_structured (G_LOG_DOMAIN, level, "SYNCLINE_DIRECTION", direction->name, "SYNCLINE_STATE",
                    syncline_state_to_string (direction->state), "SYNCLINE_REASON",
                    direction->reason, "MESSAGE", "%s: %s", direction->name, text);
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
  say (direction, G_LOG_LEVEL_INFO, text);
}

static void
say_trouble (Direction *direction, const char *trouble)
{
  direction->works = FALSE;
  if (g_strcmp0 (trouble, direction->trouble) == 0)
    return;
  say (direction, G_LOG_LEVEL_WARNING, trouble);
  g_free (direction->trouble);
  direction->trouble = g_strdup (trouble);
}

static void
say_works (Direction *direction)
{
  if (!direction->works)
    say (direction, G_LOG_LEVEL_MESSAGE, direction->trouble != NULL ? "works again" : "works");
  direction->works = TRUE;
  g_clear_pointer (&direction->trouble, g_free);
}

/* A retry goes from backing off to connecting and back: no news while the trouble is the same. */
static void
update_direction (Direction *direction,
                  SynclineState state,
                  const char *reason,
                  const GError *error)
{
  g_autofree char *trouble = describe_trouble (state, error);

  say_state (direction, state, reason);
  if (trouble != NULL)
    say_trouble (direction, trouble);
  else if (error == NULL && (state == SYNCLINE_STATE_ACTIVE || state == SYNCLINE_STATE_IDLE))
    say_works (direction);
}

static void
update_waiting (CliReporter *reporter, SynclineStatus *status)
{
  const gboolean waits
      = syncline_status_get_upload_state (status) == SYNCLINE_STATE_NO_SESSION
        || syncline_status_get_download_state (status) == SYNCLINE_STATE_NO_SESSION;

  if (waits && !reporter->waits_for_user)
    g_message ("nobody is signed in; 'syncline login' signs in, and this goes on then");
  reporter->waits_for_user = waits;
}

static void
update_user (CliReporter *reporter, const char *user_id)
{
  if (g_strcmp0 (user_id, reporter->user_id) == 0)
    return;
  if (user_id != NULL)
    g_message ("signed in as %s", user_id);
  else
    g_message ("signed out");
  g_free (reporter->user_id);
  reporter->user_id = g_strdup (user_id);
}

static void
update_rejected (CliReporter *reporter, guint64 n_rejected)
{
  if (n_rejected > reporter->n_rejected)
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE",
                      "changes that the server refused: %" G_GUINT64_FORMAT
                      "; 'syncline queue list --rejected' tells why",
                      n_rejected);
  reporter->n_rejected = n_rejected;
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
  update_rejected (reporter, syncline_status_get_n_rejected (status));
  if (!reporter->has_synced && syncline_status_get_has_synced (status))
    g_message ("the local database holds a whole checkpoint");
  reporter->has_synced = syncline_status_get_has_synced (status);
  update_summary (reporter, status);
}
