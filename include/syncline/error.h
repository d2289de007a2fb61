/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <syncline/macros.h>

G_BEGIN_DECLS

/**
 * SYNCLINE_ERROR:
 *
 * The domain of all errors of Syncline and its plugins. Cancelling is reported as
 * %G_IO_ERROR_CANCELLED, as everywhere in GIO.
 *
 * Since: 0.1
 */
#define SYNCLINE_ERROR (syncline_error_quark ())

/**
 * SynclineError:
 * @SYNCLINE_ERROR_FAILED: something that should not happen did; the message says what
 * @SYNCLINE_ERROR_UNAVAILABLE: the other side can't be reached or is overloaded: try again later
 * @SYNCLINE_ERROR_UNAUTHORIZED: the credentials were refused: refresh them, then try again
 * @SYNCLINE_ERROR_NO_SESSION: nobody is signed in: wait for a sign-in
 * @SYNCLINE_ERROR_REJECTED: the server refuses this for good: repeating it can't help
 * @SYNCLINE_ERROR_CORRUPT: stored or received data is damaged (a checksum, a file)
 * @SYNCLINE_ERROR_PROTOCOL: the other side says something that its protocol does not allow
 * @SYNCLINE_ERROR_CONFIG: the configuration or the schema has a fault; the message has file and line
 * @SYNCLINE_ERROR_PLUGIN: a plugin can't be found, loaded or used
 * @SYNCLINE_ERROR_SQL: a statement of the application is wrong or violates a constraint
 * @SYNCLINE_ERROR_BUSY: another connection or process holds what is needed: try again
 * @SYNCLINE_ERROR_NOT_SUPPORTED: the chosen plugin does not offer this
 * @SYNCLINE_ERROR_STATE: not possible now (not open, changes still queued, another user's data)
 * @SYNCLINE_ERROR_INVALID_ARGUMENT: an argument is out of its range; the message says which
 * @SYNCLINE_ERROR_FULL: no space is left on the disk, or a quota was reached
 *
 * What went wrong, in terms of what can be done about it. Values are stable; new ones are appended.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_ERROR_FAILED = 0,
  SYNCLINE_ERROR_UNAVAILABLE = 1,
  SYNCLINE_ERROR_UNAUTHORIZED = 2,
  SYNCLINE_ERROR_NO_SESSION = 3,
  SYNCLINE_ERROR_REJECTED = 4,
  SYNCLINE_ERROR_CORRUPT = 5,
  SYNCLINE_ERROR_PROTOCOL = 6,
  SYNCLINE_ERROR_CONFIG = 7,
  SYNCLINE_ERROR_PLUGIN = 8,
  SYNCLINE_ERROR_SQL = 9,
  SYNCLINE_ERROR_BUSY = 10,
  SYNCLINE_ERROR_NOT_SUPPORTED = 11,
  SYNCLINE_ERROR_STATE = 12,
  SYNCLINE_ERROR_INVALID_ARGUMENT = 13,
  SYNCLINE_ERROR_FULL = 14,
} SynclineError;

/**
 * SynclineErrorAction:
 * @SYNCLINE_ERROR_ACTION_RETRY: try the same again, after a while
 * @SYNCLINE_ERROR_ACTION_REAUTHENTICATE: get fresh credentials, then try again
 * @SYNCLINE_ERROR_ACTION_WAIT: nothing to do until somebody signs in
 * @SYNCLINE_ERROR_ACTION_REJECT: give this item up and report it
 * @SYNCLINE_ERROR_ACTION_STOP: stop; a person has to look
 *
 * What a caller does next about an error: the one question that matters to a retry loop.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_ERROR_ACTION_RETRY,
  SYNCLINE_ERROR_ACTION_REAUTHENTICATE,
  SYNCLINE_ERROR_ACTION_WAIT,
  SYNCLINE_ERROR_ACTION_REJECT,
  SYNCLINE_ERROR_ACTION_STOP,
} SynclineErrorAction;

/**
 * syncline_error_quark:
 *
 * Returns: the domain of the errors
 *
 * Since: 0.1
 */
SYNCLINE_API GQuark syncline_error_quark (void);

/**
 * syncline_error_get_action:
 * @error: an error of any domain
 *
 * Maps an error to what to do next. Unknown domains are retried, since that loses nothing.
 *
 * Returns: what to do next
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineErrorAction syncline_error_get_action (const GError *error);

/**
 * syncline_error_action_to_string:
 * @action: an action
 *
 * Returns: (transfer none): `retry`, `reauthenticate`, `wait`, `reject` or `stop`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_error_action_to_string (SynclineErrorAction action);

/**
 * syncline_error_get_retry_after:
 * @error: an error
 *
 * Gets how long the other side asked us to stay away (HTTP `Retry-After`).
 *
 * Returns: microseconds from the time of the error, or -1 when it did not say
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_error_get_retry_after (const GError *error);

/**
 * syncline_error_set_retry_after:
 * @error: an error in the %SYNCLINE_ERROR domain; others are left alone
 * @microseconds: how long to stay away, from now
 *
 * For plugins: notes what the other side asked for.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_error_set_retry_after (GError *error, gint64 microseconds);

G_END_DECLS
