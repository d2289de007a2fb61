/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "lane.h"

#include "error-private.h"
#include "log-messages.h"
#include "log.h"

struct _SynclineLane
{
  char *name;
  const SynclineClock *clock;
  SynclineLaneJob job;
  SynclineLaneChanged changed;
  gpointer user_data;

  GThread *thread;
  GMutex lock;
  GCond wake;

  /* Under the lock. */
  SynclineBackoff backoff;
  SynclineState state;
  const char *reason;
  gint64 since; /* real time; 0 until the first change */
  GError *error;
  guint64 n_failures; /* in all */
  gint64 wake_at;     /* monotonic; 0 when only a kick wakes */
  gint64 wake_time;   /* the same in real time, for people */
  gboolean kicked;    /* there is work */
  gboolean urgent;    /* and it does not wait for wake_at */
  gboolean stopping;
  GCancellable *cancellable; /* of the job that runs, or NULL */
};

SynclineLane *
syncline_lane_new (const char *name,
                   const SynclineClock *clock,
                   gint64 retry_min,
                   gint64 retry_max,
                   SynclineLaneJob job,
                   SynclineLaneChanged changed,
                   gpointer user_data)
{
  SynclineLane *lane = g_new0 (SynclineLane, 1);

  lane->name = g_strdup (name);
  lane->clock = clock;
  lane->job = job;
  lane->changed = changed;
  lane->user_data = user_data;
  lane->backoff.minimum = retry_min;
  lane->backoff.maximum = retry_max;
  lane->state = SYNCLINE_STATE_OFF;
  lane->reason = "not-started";
  g_mutex_init (&lane->lock);
  g_cond_init (&lane->wake);
  return lane;
}

void
syncline_lane_free (SynclineLane *lane)
{
  syncline_lane_stop (lane);
  g_clear_error (&lane->error);
  g_mutex_clear (&lane->lock);
  g_cond_clear (&lane->wake);
  g_free (lane->name);
  g_free (lane);
}

/* Needs the lock. Whether anything changed that somebody could see. */
static gboolean
enter_state (SynclineLane *lane, SynclineState state, const char *reason)
{
  if (lane->state == state && g_strcmp0 (lane->reason, reason) == 0)
    return FALSE;

  lane->state = state;
  lane->reason = reason;
  lane->since = syncline_clock_get_real_time (lane->clock);
  return TRUE;
}

void
syncline_lane_set_state (SynclineLane *lane, SynclineState state, const char *reason)
{
  g_mutex_lock (&lane->lock);
  const gboolean changed = enter_state (lane, state, reason);
  g_mutex_unlock (&lane->lock);

  if (!changed)
    return;
  syncline_log (lane->name, G_LOG_LEVEL_DEBUG, "%s: %s", syncline_state_to_string (state), reason);
  lane->changed (lane->user_data);
}

void
syncline_lane_succeeded (SynclineLane *lane)
{
  g_mutex_lock (&lane->lock);
  syncline_backoff_reset (&lane->backoff);
  const gboolean recovered = lane->error != NULL;
  g_clear_error (&lane->error);
  g_mutex_unlock (&lane->lock);

  if (!recovered)
    return;
  syncline_log_event (lane->name, G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_RECOVERED, NULL, "works again");
  lane->changed (lane->user_data);
}

void
syncline_lane_progressed (SynclineLane *lane)
{
  g_mutex_lock (&lane->lock);
  syncline_backoff_reset (&lane->backoff);
  g_mutex_unlock (&lane->lock);
}

void
syncline_lane_get_snapshot (SynclineLane *lane, SynclineLaneSnapshot *out_snapshot)
{
  g_mutex_lock (&lane->lock);
  out_snapshot->state = lane->state;
  out_snapshot->reason = lane->reason;
  out_snapshot->since = lane->since;
  out_snapshot->error = lane->error != NULL ? g_error_copy (lane->error) : NULL;
  out_snapshot->wake_time = lane->wake_at != 0 ? lane->wake_time : 0;
  out_snapshot->n_failures = lane->n_failures;
  g_mutex_unlock (&lane->lock);
}

/* --- Failures -------------------------------------------------------------------------------- */

static const char *
reason_of (const GError *error)
{
  if (error->domain != SYNCLINE_ERROR)
    return "failed";
  if (syncline_error_get_reason (error) != NULL)
    return syncline_error_get_reason (error);

  switch ((SynclineError) error->code)
    {
    case SYNCLINE_ERROR_UNAVAILABLE:
      return "unavailable";
    case SYNCLINE_ERROR_UNAUTHORIZED:
      return "unauthorized";
    case SYNCLINE_ERROR_PROTOCOL:
      return "protocol-error";
    case SYNCLINE_ERROR_CORRUPT:
      return "corrupt";
    case SYNCLINE_ERROR_BUSY:
      return "busy";
    case SYNCLINE_ERROR_FULL:
      return "disk-full";
    case SYNCLINE_ERROR_STATE:
      return "wrong-state";
    case SYNCLINE_ERROR_REJECTED:
      return "rejected";
    default:
      return "failed";
    }
}

/* One line when the failure changes its face, not one a retry. */
static void
log_failure (SynclineLane *lane, const GError *before, const GError *now)
{
  if (before != NULL && g_error_matches (before, now->domain, now->code)
      && g_strcmp0 (before->message, now->message) == 0)
    return;
  /* Offline is a state and no fault; neither is worth a warning. */
  const char *const fields[] = { "SYNCLINE_REASON", reason_of (now), NULL };
  syncline_log_event (lane->name, G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_FAILED, fields, "%s",
                      now->message);
}

/* Without a session there is nothing to do but to look, now and then, whether another process made one.
 * A sign-in through this client kicks. */
#define SESSION_POLL (2 * G_TIME_SPAN_SECOND)

/* Needs the lock. */
static void
set_timer (SynclineLane *lane, gint64 delay)
{
  lane->wake_at = syncline_clock_get_monotonic_time (lane->clock) + delay;
  lane->wake_time = syncline_clock_get_real_time (lane->clock) + delay;
}

/* Needs the lock. Takes @error. Every way out sets a wake-up time. */
static void
enter_failure (SynclineLane *lane, GError *error)
{
  const SynclineErrorAction action = syncline_error_get_action (error);

  if (action == SYNCLINE_ERROR_ACTION_WAIT)
    {
      g_error_free (error);
      g_clear_error (&lane->error);
      set_timer (lane, SESSION_POLL);
      enter_state (lane, SYNCLINE_STATE_NO_SESSION, "no-session");
      return;
    }

  lane->n_failures++;
  log_failure (lane, lane->error, error);
  g_clear_error (&lane->error);
  const gint64 retry_after = syncline_error_get_retry_after (error);
  const gboolean blocked = action == SYNCLINE_ERROR_ACTION_STOP
                           || (action == SYNCLINE_ERROR_ACTION_REJECT && retry_after < 0);
  /* A person has to look, but who knows whether one does: look again now and then. */
  const gint64 delay
      = blocked ? lane->backoff.maximum : syncline_backoff_next (&lane->backoff, retry_after);
  set_timer (lane, MAX (delay, 1));
  enter_state (lane, blocked ? SYNCLINE_STATE_BLOCKED : SYNCLINE_STATE_BACKING_OFF,
               reason_of (error));
  lane->error = error;
}

/* --- The thread ------------------------------------------------------------------------------ */

/* Needs the lock. Returns when there is a reason to run the job, or to end. */
static void
wait_for_reason (SynclineLane *lane)
{
  while (!lane->stopping && !lane->urgent)
    {
      if (lane->wake_at == 0)
        {
          if (lane->kicked)
            return;
          g_cond_wait (&lane->wake, &lane->lock);
          continue;
        }
      const gint64 left = lane->wake_at - syncline_clock_get_monotonic_time (lane->clock);
      if (left <= 0)
        return;
      g_cond_wait_until (&lane->wake, &lane->lock, g_get_monotonic_time () + left);
    }
}

/* Needs the lock, and releases it while the job runs. */
static void
run_job (SynclineLane *lane)
{
  g_autoptr (GError) error = NULL;

  lane->kicked = FALSE;
  lane->urgent = FALSE;
  lane->wake_at = 0;
  lane->cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) cancellable = g_object_ref (lane->cancellable);
  g_mutex_unlock (&lane->lock);

  const SynclineLaneResult result = lane->job (lane, lane->user_data, cancellable, &error);

  g_mutex_lock (&lane->lock);
  const gboolean cancelled = g_cancellable_is_cancelled (cancellable);
  g_clear_object (&lane->cancellable);
  if (result == SYNCLINE_LANE_AGAIN)
    lane->kicked = TRUE;
  else if (result == SYNCLINE_LANE_FAILED && !cancelled)
    enter_failure (lane, g_steal_pointer (&error));
}

/* Needs the lock, which nobody else had since the job ended. Nothing can stall: whoever failed has a timer, and
 * whoever has none found nothing to do. */
static void
assert_no_stall (const SynclineLane *lane)
{
  switch (lane->state)
    {
    case SYNCLINE_STATE_NO_SESSION:
    case SYNCLINE_STATE_BACKING_OFF:
    case SYNCLINE_STATE_BLOCKED:
      g_assert (lane->wake_at != 0 || lane->kicked || lane->stopping);
      break;
    default:
      g_assert (lane->error == NULL || lane->kicked || lane->stopping);
      break;
    }
}

static gpointer
lane_thread (gpointer data)
{
  SynclineLane *lane = data;

  g_mutex_lock (&lane->lock);
  while (!lane->stopping)
    {
      run_job (lane);
      assert_no_stall (lane);
      g_mutex_unlock (&lane->lock);
      lane->changed (lane->user_data);
      g_mutex_lock (&lane->lock);
      wait_for_reason (lane);
    }
  g_mutex_unlock (&lane->lock);
  return NULL;
}

void
syncline_lane_start (SynclineLane *lane)
{
  if (lane->thread != NULL)
    return;

  lane->stopping = FALSE;
  lane->kicked = FALSE;
  lane->urgent = FALSE;
  syncline_backoff_reset (&lane->backoff);
  lane->thread = g_thread_new (lane->name, lane_thread, lane);
}

void
syncline_lane_stop (SynclineLane *lane)
{
  if (lane->thread == NULL)
    return;

  g_mutex_lock (&lane->lock);
  lane->stopping = TRUE;
  g_autoptr (GCancellable) running = lane->cancellable ? g_object_ref (lane->cancellable) : NULL;
  g_cond_signal (&lane->wake);
  g_mutex_unlock (&lane->lock);

  g_cancellable_cancel (running);
  g_thread_join (g_steal_pointer (&lane->thread));
  lane->wake_at = 0;
  g_clear_error (&lane->error);
  syncline_lane_set_state (lane, SYNCLINE_STATE_OFF, "not-started");
}

/* Needs the lock. Whether it waits before it tries again, and nobody asked it to. */
static gboolean
waits_of_its_own (SynclineLane *lane)
{
  return lane->cancellable == NULL && lane->wake_at != 0
         && (lane->error == NULL || syncline_error_get_retry_after (lane->error) < 0);
}

void
syncline_lane_kick (SynclineLane *lane, SynclineKick kick)
{
  g_autoptr (GCancellable) running = NULL;

  g_mutex_lock (&lane->lock);
  /* Work that turns up during a back-off is done when it ends: a busy application must not hammer a
   * server that is down. */
  lane->kicked = TRUE;
  if (kick != SYNCLINE_KICK_WORK)
    syncline_backoff_reset (&lane->backoff);
  if (kick == SYNCLINE_KICK_RESTART || (kick == SYNCLINE_KICK_RETRY && waits_of_its_own (lane)))
    lane->urgent = TRUE;
  g_cond_signal (&lane->wake);
  if (kick == SYNCLINE_KICK_RESTART && lane->cancellable != NULL)
    running = g_object_ref (lane->cancellable);
  g_mutex_unlock (&lane->lock);

  g_cancellable_cancel (running);
}
