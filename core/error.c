/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "error-private.h"

typedef struct
{
  /* One more than the value, so that zeroed memory means "not said". */
  gint64 retry_after_plus_one;
  const char *reason;
} SynclineErrorPrivate;

static void
syncline_error_private_init (SynclineErrorPrivate *private G_GNUC_UNUSED)
{
}

static void
syncline_error_private_copy (const SynclineErrorPrivate *from, SynclineErrorPrivate *to)
{
  *to = *from;
}

static void
syncline_error_private_clear (SynclineErrorPrivate *private G_GNUC_UNUSED)
{
}

G_DEFINE_EXTENDED_ERROR (SynclineError, syncline_error)

gint64
syncline_error_get_retry_after (const GError *error)
{
  g_return_val_if_fail (error != NULL, -1);

  if (error->domain != SYNCLINE_ERROR)
    return -1;
  return syncline_error_get_private (error)->retry_after_plus_one - 1;
}

void
syncline_error_set_retry_after (GError *error, gint64 microseconds)
{
  g_return_if_fail (error != NULL);
  g_return_if_fail (microseconds >= 0);

  if (error->domain == SYNCLINE_ERROR)
    syncline_error_get_private (error)->retry_after_plus_one = microseconds + 1;
}

const char *
syncline_error_get_reason (const GError *error)
{
  if (error->domain != SYNCLINE_ERROR)
    return NULL;
  return syncline_error_get_private (error)->reason;
}

void
syncline_error_set_reason (GError *error, const char *reason)
{
  if (error->domain == SYNCLINE_ERROR)
    syncline_error_get_private (error)->reason = reason;
}

static SynclineErrorAction
action_of_code (SynclineError code)
{
  switch (code)
    {
    case SYNCLINE_ERROR_UNAVAILABLE:
    case SYNCLINE_ERROR_PROTOCOL:
    case SYNCLINE_ERROR_BUSY:
    case SYNCLINE_ERROR_FULL:
    case SYNCLINE_ERROR_FAILED:
      return SYNCLINE_ERROR_ACTION_RETRY;
    case SYNCLINE_ERROR_UNAUTHORIZED:
      return SYNCLINE_ERROR_ACTION_REAUTHENTICATE;
    case SYNCLINE_ERROR_NO_SESSION:
      return SYNCLINE_ERROR_ACTION_WAIT;
    case SYNCLINE_ERROR_REJECTED:
      return SYNCLINE_ERROR_ACTION_REJECT;
    case SYNCLINE_ERROR_CORRUPT:
    case SYNCLINE_ERROR_CONFIG:
    case SYNCLINE_ERROR_PLUGIN:
    case SYNCLINE_ERROR_SQL:
    case SYNCLINE_ERROR_NOT_SUPPORTED:
    case SYNCLINE_ERROR_STATE:
    case SYNCLINE_ERROR_INVALID_ARGUMENT:
      return SYNCLINE_ERROR_ACTION_STOP;
    }
  return SYNCLINE_ERROR_ACTION_RETRY;
}

SynclineErrorAction
syncline_error_get_action (const GError *error)
{
  g_return_val_if_fail (error != NULL, SYNCLINE_ERROR_ACTION_RETRY);

  if (error->domain != SYNCLINE_ERROR)
    return SYNCLINE_ERROR_ACTION_RETRY;
  return action_of_code ((SynclineError) error->code);
}

const char *
syncline_error_action_to_string (SynclineErrorAction action)
{
  switch (action)
    {
    case SYNCLINE_ERROR_ACTION_RETRY:
      return "retry";
    case SYNCLINE_ERROR_ACTION_REAUTHENTICATE:
      return "reauthenticate";
    case SYNCLINE_ERROR_ACTION_WAIT:
      return "wait";
    case SYNCLINE_ERROR_ACTION_REJECT:
      return "reject";
    case SYNCLINE_ERROR_ACTION_STOP:
      return "stop";
    }
  return "?";
}
