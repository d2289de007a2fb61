/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "core/lane.h"

#include <syncline/error.h>

/* A lane whose job does as the test says, one run at a time. */
typedef struct
{
  GAsyncQueue *runs; /* a token for each run that began */
  GAsyncQueue *orders;
  SynclineLane *lane;
} Fixture;

typedef enum
{
  ORDER_SUCCEED = 1,
  ORDER_AGAIN,
  ORDER_UNAVAILABLE,
  ORDER_RETRY_AFTER,
  ORDER_NO_SESSION,
  ORDER_STATE,
  ORDER_HANG,
} Order;

static void
hang (GCancellable *cancellable)
{
  GPollFD fd;

  g_assert_true (g_cancellable_make_pollfd (cancellable, &fd));
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (cancellable);
}

static SynclineLaneResult
job (SynclineLane *lane, gpointer user_data, GCancellable *cancellable, GError **error)
{
  Fixture *fixture = user_data;

  g_async_queue_push (fixture->runs, GINT_TO_POINTER (1));
  switch ((Order) GPOINTER_TO_INT (g_async_queue_pop (fixture->orders)))
    {
    case ORDER_SUCCEED:
      syncline_lane_succeeded (lane);
      syncline_lane_set_state (lane, SYNCLINE_STATE_IDLE, "queue-empty");
      return SYNCLINE_LANE_IDLE;
    case ORDER_AGAIN:
      return SYNCLINE_LANE_AGAIN;
    case ORDER_UNAVAILABLE:
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "offline");
      return SYNCLINE_LANE_FAILED;
    case ORDER_RETRY_AFTER:
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "busy");
      syncline_error_set_retry_after (*error, G_TIME_SPAN_HOUR);
      return SYNCLINE_LANE_FAILED;
    case ORDER_NO_SESSION:
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION, "nobody");
      return SYNCLINE_LANE_FAILED;
    case ORDER_STATE:
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE, "wrong user");
      return SYNCLINE_LANE_FAILED;
    case ORDER_HANG:
      hang (cancellable);
      g_cancellable_set_error_if_cancelled (cancellable, error);
      return SYNCLINE_LANE_FAILED;
    }
  g_assert_not_reached ();
}

static void
nothing (gpointer user_data)
{
}

static void
set_up (Fixture *fixture, gconstpointer retry_min)
{
  fixture->runs = g_async_queue_new ();
  fixture->orders = g_async_queue_new ();
  fixture->lane = syncline_lane_new (
      "test", &syncline_system_clock, GPOINTER_TO_INT (retry_min) * G_TIME_SPAN_SECOND,
      GPOINTER_TO_INT (retry_min) * G_TIME_SPAN_SECOND, job, nothing, fixture);
  syncline_lane_start (fixture->lane);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  syncline_lane_free (fixture->lane);
  g_async_queue_unref (fixture->runs);
  g_async_queue_unref (fixture->orders);
}

static void
expect_run (Fixture *fixture, Order order)
{
  g_assert_nonnull (g_async_queue_timeout_pop (fixture->runs, 10 * G_TIME_SPAN_SECOND));
  g_async_queue_push (fixture->orders, GINT_TO_POINTER (order));
}

static void
expect_state (Fixture *fixture, SynclineState state)
{
  SynclineLaneSnapshot snapshot;

  for (guint i = 0; i < 10000; i++)
    {
      syncline_lane_get_snapshot (fixture->lane, &snapshot);
      g_clear_error (&snapshot.error);
      if (snapshot.state == state)
        return;
      g_usleep (1000);
    }
  g_assert_cmpstr (syncline_state_to_string (snapshot.state), ==, syncline_state_to_string (state));
}

static gint64
get_wake_time (Fixture *fixture)
{
  SynclineLaneSnapshot snapshot;

  syncline_lane_get_snapshot (fixture->lane, &snapshot);
  g_clear_error (&snapshot.error);
  return snapshot.wake_time;
}

static void
test_runs_again_by_itself (Fixture *fixture, gconstpointer unused)
{
  expect_run (fixture, ORDER_UNAVAILABLE);
  expect_run (fixture, ORDER_UNAVAILABLE);
  expect_run (fixture, ORDER_AGAIN);
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
}

static guint64
count_failures (Fixture *fixture)
{
  SynclineLaneSnapshot snapshot;

  syncline_lane_get_snapshot (fixture->lane, &snapshot);
  g_clear_error (&snapshot.error);
  return snapshot.n_failures;
}

/* Success does not reset it; nobody being signed in is no failure. */
static void
test_counts_failures (Fixture *fixture, gconstpointer unused)
{
  expect_run (fixture, ORDER_UNAVAILABLE);
  expect_run (fixture, ORDER_UNAVAILABLE);
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
  g_assert_cmpuint (count_failures (fixture), ==, 2);
  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_WORK);
  expect_run (fixture, ORDER_NO_SESSION);
  expect_state (fixture, SYNCLINE_STATE_NO_SESSION);
  g_assert_cmpuint (count_failures (fixture), ==, 2);
}

static void
test_kick_runs_idle_lane (Fixture *fixture, gconstpointer unused)
{
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
  g_assert_cmpint (get_wake_time (fixture), ==, 0);
  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_WORK);
  expect_run (fixture, ORDER_SUCCEED);
}

/* A write that comes while the job runs must not be forgotten. */
static void
test_kick_during_run_is_kept (Fixture *fixture, gconstpointer unused)
{
  g_assert_nonnull (g_async_queue_timeout_pop (fixture->runs, 10 * G_TIME_SPAN_SECOND));
  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_WORK);
  g_async_queue_push (fixture->orders, GINT_TO_POINTER (ORDER_SUCCEED));
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
}

/* Local writes do not cut a back-off short, also one that came while the job still ran; a network that is
 * back does. */
static void
test_back_off_outlasts_work (Fixture *fixture, gconstpointer unused)
{
  g_assert_nonnull (g_async_queue_timeout_pop (fixture->runs, 10 * G_TIME_SPAN_SECOND));
  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_WORK);
  g_async_queue_push (fixture->orders, GINT_TO_POINTER (ORDER_STATE));
  expect_state (fixture, SYNCLINE_STATE_BLOCKED);
  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_WORK);
  g_assert_null (g_async_queue_timeout_pop (fixture->runs, 50 * G_TIME_SPAN_MILLISECOND));

  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_RETRY);
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
}

/* What the server asked for outlasts also a network that is back, but not a new session. */
static void
test_server_wish_outlasts_retry (Fixture *fixture, gconstpointer unused)
{
  expect_run (fixture, ORDER_RETRY_AFTER);
  expect_state (fixture, SYNCLINE_STATE_BACKING_OFF);
  g_assert_cmpint (get_wake_time (fixture), >, g_get_real_time () + G_TIME_SPAN_HOUR / 2);
  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_RETRY);
  g_assert_null (g_async_queue_timeout_pop (fixture->runs, 50 * G_TIME_SPAN_MILLISECOND));

  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_RESTART);
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
}

static void
test_failures_set_a_timer (Fixture *fixture, gconstpointer unused)
{
  expect_run (fixture, ORDER_NO_SESSION);
  expect_state (fixture, SYNCLINE_STATE_NO_SESSION);
  g_assert_cmpint (get_wake_time (fixture), !=, 0);
  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_RESTART);
  expect_run (fixture, ORDER_STATE);
  expect_state (fixture, SYNCLINE_STATE_BLOCKED);
  g_assert_cmpint (get_wake_time (fixture), !=, 0);
}

static void
test_restart_cancels (Fixture *fixture, gconstpointer unused)
{
  expect_run (fixture, ORDER_HANG);
  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_RESTART);
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
}

static void
test_stop_cancels (Fixture *fixture, gconstpointer unused)
{
  expect_run (fixture, ORDER_HANG);
  syncline_lane_stop (fixture->lane);
  expect_state (fixture, SYNCLINE_STATE_OFF);
  syncline_lane_start (fixture->lane);
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
}

static void
test_error_stays_until_success (Fixture *fixture, gconstpointer unused)
{
  SynclineLaneSnapshot snapshot;

  expect_run (fixture, ORDER_RETRY_AFTER);
  expect_state (fixture, SYNCLINE_STATE_BACKING_OFF);
  syncline_lane_get_snapshot (fixture->lane, &snapshot);
  g_assert_error (snapshot.error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_clear_error (&snapshot.error);

  syncline_lane_kick (fixture->lane, SYNCLINE_KICK_RESTART);
  expect_run (fixture, ORDER_SUCCEED);
  expect_state (fixture, SYNCLINE_STATE_IDLE);
  syncline_lane_get_snapshot (fixture->lane, &snapshot);
  g_assert_no_error (snapshot.error);
}

#define ADD(name, func) ADD_WITH_BACK_OFF (name, 0, func)
#define ADD_WITH_BACK_OFF(name, seconds, func)                                                     \
  g_test_add ("/lane/" name, Fixture, GINT_TO_POINTER (seconds), set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("runs-again-by-itself", test_runs_again_by_itself);
  ADD ("counts-failures", test_counts_failures);
  ADD ("kick/runs-idle-lane", test_kick_runs_idle_lane);
  ADD ("kick/during-run-is-kept", test_kick_during_run_is_kept);
  ADD_WITH_BACK_OFF ("back-off-outlasts-work", 3600, test_back_off_outlasts_work);
  ADD ("server-wish-outlasts-retry", test_server_wish_outlasts_retry);
  ADD_WITH_BACK_OFF ("failures-set-a-timer", 3600, test_failures_set_a_timer);
  ADD ("restart-cancels", test_restart_cancels);
  ADD ("stop-cancels", test_stop_cancels);
  ADD ("error-stays-until-success", test_error_stays_until_success);
  return g_test_run ();
}
