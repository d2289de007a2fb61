/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <syncline/status.h>

#include "backoff.h"
#include "clock.h"

G_BEGIN_DECLS

/* One direction of the sync: a thread that runs a job whenever there is a reason to, and the explicit state
 * of that. The invariant that nothing may stall: after a failure a wake-up time is set; without one, the lane
 * waits for a kick because there is nothing to do. */
typedef struct _SynclineLane SynclineLane;

typedef enum
{
  SYNCLINE_LANE_IDLE,  /* nothing to do until somebody kicks */
  SYNCLINE_LANE_AGAIN, /* there is more to do at once */
  SYNCLINE_LANE_FAILED /* @error is set */
} SynclineLaneResult;

/* Does what there is to do, on the lane's thread. Blocks; returns soon after a cancel. */
typedef SynclineLaneResult (*SynclineLaneJob) (SynclineLane *lane,
                                               gpointer user_data,
                                               GCancellable *cancellable,
                                               GError **error);

/* Told after each change of a lane's state, on whatever thread made it, with no lock held. */
typedef void (*SynclineLaneChanged) (gpointer user_data);

/* How urgent a kick is. */
typedef enum
{
  SYNCLINE_KICK_WORK,  /* there is something to do; a back-off goes on */
  SYNCLINE_KICK_RETRY, /* what made it fail may be over (network, sign-in): the back-off ends */
  SYNCLINE_KICK_RESTART /* any back-off ends, and what runs is cancelled: it works on old assumptions */
} SynclineKick;

SynclineLane *syncline_lane_new (const char *name,
                                 const SynclineClock *clock,
                                 gint64 retry_min,
                                 gint64 retry_max,
                                 SynclineLaneJob job,
                                 SynclineLaneChanged changed,
                                 gpointer user_data);
void syncline_lane_free (SynclineLane *lane);

/* Starts the thread, with a first run of the job. */
void syncline_lane_start (SynclineLane *lane);
/* Cancels what runs and waits for the thread to end. */
void syncline_lane_stop (SynclineLane *lane);

void syncline_lane_kick (SynclineLane *lane, SynclineKick kick);

/* For the job: what it is at. @reason is a static string. */
void syncline_lane_set_state (SynclineLane *lane, SynclineState state, const char *reason);
/* For the job: it got somewhere, so the next failure is a first one; the error of the last is forgotten. */
void syncline_lane_succeeded (SynclineLane *lane);
/* Like succeeded(), but the error stays until the goal is reached. */
void syncline_lane_progressed (SynclineLane *lane);

typedef struct
{
  SynclineState state;
  const char *reason;
  gint64 since;       /* real time */
  GError *error;      /* owned by the snapshot */
  gint64 wake_time;   /* real time, or 0 */
  guint64 n_failures; /* since the lane was made */
} SynclineLaneSnapshot;

void syncline_lane_get_snapshot (SynclineLane *lane, SynclineLaneSnapshot *out_snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineLane, syncline_lane_free)

G_END_DECLS
