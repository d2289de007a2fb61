/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What a line of the log is about, as a number for programs: the field MESSAGE_ID of the journal. They are an
 * interface and keep their meanings; new ones are made with `systemd-id128 new`. */

#pragma once

#define SYNCLINE_LOG_FAILED "d13c513a42f8eda197b1165f0971b7c4"
#define SYNCLINE_LOG_RECOVERED "25abd89bd67e4d928a8318174d645fa6"
#define SYNCLINE_LOG_WORKS "3cbb7daa64c184fa48a7c8252abc5619"
#define SYNCLINE_LOG_STATE "eca9bad1449e78e4f15ce760f3e452f2"
#define SYNCLINE_LOG_NO_SESSION "76e9c8092966493dcbc16f01162794bf"
#define SYNCLINE_LOG_SIGNED_IN "29ec148cead50263f4d6d23508bd9d96"
#define SYNCLINE_LOG_SIGNED_OUT "959575fe0a734d03343a2c9fbed3e91c"
#define SYNCLINE_LOG_REJECTED "7d791a3ca63cf5f9bdcdc219fe72c33b"
#define SYNCLINE_LOG_FIRST_SYNC "cc9ff851b6ab9f1ab79db4df2694e1f7"
#define SYNCLINE_LOG_RELOADED "72488b810dfafe390727d4dad921bf95"
#define SYNCLINE_LOG_NOT_RELOADED "e14c1d7e84488709ef4d6ee6dda4dd1e"

/* X (id, name, meaning) for each. */
#define SYNCLINE_LOG_MESSAGES(X)                                                                   \
  X (SYNCLINE_LOG_FAILED, "failed",                                                                \
     "A direction failed; it tries again. Further failures for the same reason are not told")      \
  X (SYNCLINE_LOG_RECOVERED, "recovered", "A direction works again after a failure")               \
  X (SYNCLINE_LOG_WORKS, "works", "A direction works, for the first time since the start")         \
  X (SYNCLINE_LOG_STATE, "state",                                                                  \
     "A direction is in another state, or for another reason; shown with -v")                      \
  X (SYNCLINE_LOG_NO_SESSION, "no-session", "Nobody is signed in: the sync waits for a sign-in")   \
  X (SYNCLINE_LOG_SIGNED_IN, "signed-in", "Somebody signed in, or another user did")               \
  X (SYNCLINE_LOG_SIGNED_OUT, "signed-out",                                                        \
     "The user signed out, or the server ended the session")                                       \
  X (SYNCLINE_LOG_REJECTED, "rejected",                                                            \
     "The server refused changes, which are kept with its answer")                                 \
  X (SYNCLINE_LOG_FIRST_SYNC, "first-sync",                                                        \
     "The local database holds a whole checkpoint, for the first time")                            \
  X (SYNCLINE_LOG_RELOADED, "reloaded", "The config was read again, and is in use")                \
  X (SYNCLINE_LOG_NOT_RELOADED, "not-reloaded",                                                    \
     "The config has a fault; the one from before stays in use")
