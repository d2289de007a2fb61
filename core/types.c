/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "types-private.h"

#include <string.h>

#include "log.h"

/* --- Changes --------------------------------------------------------------------------------- */

struct _SynclineChange
{
  gint64 id;
  gint64 transaction;
  SynclineChangeOp op;
  char *table;
  char *row_id;
  char *data;
  char *previous;
  char *metadata;
  gboolean held;
};

G_DEFINE_BOXED_TYPE (SynclineChange, syncline_change, syncline_change_ref, syncline_change_unref)

const char *
syncline_change_op_to_string (SynclineChangeOp op)
{
  switch (op)
    {
    case SYNCLINE_CHANGE_PUT:
      return "PUT";
    case SYNCLINE_CHANGE_PATCH:
      return "PATCH";
    case SYNCLINE_CHANGE_DELETE:
      return "DELETE";
    }
  return "?";
}

const char *
syncline_write_state_to_string (SynclineWriteState state)
{
  switch (state)
    {
    case SYNCLINE_WRITE_CLEAN:
      return "clean";
    case SYNCLINE_WRITE_PARKED:
      return "parked";
    case SYNCLINE_WRITE_REJECTED:
      return "rejected";
    case SYNCLINE_WRITE_PENDING:
      return "pending";
    case SYNCLINE_WRITE_SENDING:
      return "sending";
    }
  return "?";
}

SynclineChange *
syncline_change_new (gint64 id,
                     gint64 transaction,
                     SynclineChangeOp op,
                     const char *table,
                     const char *row_id,
                     const char *data,
                     const char *previous,
                     const char *metadata)
{
  g_return_val_if_fail (table != NULL, NULL);
  g_return_val_if_fail (row_id != NULL, NULL);

  SynclineChange *change = g_atomic_rc_box_new0 (SynclineChange);
  change->id = id;
  change->transaction = transaction;
  change->op = op;
  change->table = g_strdup (table);
  change->row_id = g_strdup (row_id);
  change->data = g_strdup (data);
  change->previous = g_strdup (previous);
  change->metadata = g_strdup (metadata);
  return change;
}

SynclineChange *
syncline_change_new_like (SynclineChange *change, const char *table, const char *data)
{
  g_return_val_if_fail (change != NULL, NULL);

  SynclineChange *like
      = syncline_change_new (change->id, change->transaction, change->op, table, change->row_id,
                             data, change->previous, change->metadata);
  if (like != NULL)
    like->held = change->held;
  return like;
}

void
syncline_change_hold (SynclineChange *change)
{
  g_return_if_fail (change != NULL);

  change->held = TRUE;
}

gboolean
syncline_change_is_held (SynclineChange *change)
{
  g_return_val_if_fail (change != NULL, FALSE);

  return change->held;
}

SynclineChange *
syncline_change_ref (SynclineChange *change)
{
  return g_atomic_rc_box_acquire (change);
}

static void
syncline_change_clear (gpointer data)
{
  SynclineChange *change = data;

  g_free (change->table);
  g_free (change->row_id);
  g_free (change->data);
  g_free (change->previous);
  g_free (change->metadata);
}

void
syncline_change_unref (SynclineChange *change)
{
  g_atomic_rc_box_release_full (change, syncline_change_clear);
}

gint64
syncline_change_get_id (SynclineChange *change)
{
  return change->id;
}

gint64
syncline_change_get_transaction (SynclineChange *change)
{
  return change->transaction;
}

SynclineChangeOp
syncline_change_get_op (SynclineChange *change)
{
  return change->op;
}

const char *
syncline_change_get_table (SynclineChange *change)
{
  return change->table;
}

const char *
syncline_change_get_row_id (SynclineChange *change)
{
  return change->row_id;
}

const char *
syncline_change_get_data (SynclineChange *change)
{
  return change->data;
}

const char *
syncline_change_get_previous (SynclineChange *change)
{
  return change->previous;
}

const char *
syncline_change_get_metadata (SynclineChange *change)
{
  return change->metadata;
}

/* --- Outcomes -------------------------------------------------------------------------------- */

struct _SynclineOutcome
{
  SynclineOutcomeKind kind;
  guint status;
  char *code;
  char *message;
  char *details;
  char *hint;
};

G_DEFINE_BOXED_TYPE (SynclineOutcome,
                     syncline_outcome,
                     syncline_outcome_ref,
                     syncline_outcome_unref)

SynclineOutcome *
syncline_outcome_new_accepted (void)
{
  SynclineOutcome *outcome = g_atomic_rc_box_new0 (SynclineOutcome);

  outcome->kind = SYNCLINE_OUTCOME_ACCEPTED;
  return outcome;
}

SynclineOutcome *
syncline_outcome_new_rejected (
    guint status, const char *code, const char *message, const char *details, const char *hint)
{
  SynclineOutcome *outcome = g_atomic_rc_box_new0 (SynclineOutcome);

  outcome->kind = SYNCLINE_OUTCOME_REJECTED;
  outcome->status = status;
  outcome->code = g_strdup (code);
  outcome->message = g_strdup (message);
  outcome->details = g_strdup (details);
  outcome->hint = g_strdup (hint);
  return outcome;
}

SynclineOutcome *
syncline_outcome_ref (SynclineOutcome *outcome)
{
  return g_atomic_rc_box_acquire (outcome);
}

static void
syncline_outcome_clear (gpointer data)
{
  SynclineOutcome *outcome = data;

  g_free (outcome->code);
  g_free (outcome->message);
  g_free (outcome->details);
  g_free (outcome->hint);
}

void
syncline_outcome_unref (SynclineOutcome *outcome)
{
  g_atomic_rc_box_release_full (outcome, syncline_outcome_clear);
}

SynclineOutcomeKind
syncline_outcome_get_kind (SynclineOutcome *outcome)
{
  return outcome->kind;
}

guint
syncline_outcome_get_status (SynclineOutcome *outcome)
{
  return outcome->status;
}

const char *
syncline_outcome_get_code (SynclineOutcome *outcome)
{
  return outcome->code;
}

const char *
syncline_outcome_get_message (SynclineOutcome *outcome)
{
  return outcome->message;
}

const char *
syncline_outcome_get_details (SynclineOutcome *outcome)
{
  return outcome->details;
}

const char *
syncline_outcome_get_hint (SynclineOutcome *outcome)
{
  return outcome->hint;
}

/* --- Credentials ----------------------------------------------------------------------------- */

struct _SynclineCredentials
{
  char *token;
  char *user_id;
  gint64 expires_at;
};

G_DEFINE_BOXED_TYPE (SynclineCredentials,
                     syncline_credentials,
                     syncline_credentials_ref,
                     syncline_credentials_unref)

SynclineCredentials *
syncline_credentials_new (const char *token, const char *user_id, gint64 expires_at)
{
  g_return_val_if_fail (token != NULL, NULL);

  SynclineCredentials *credentials = g_atomic_rc_box_new0 (SynclineCredentials);
  credentials->token = g_strdup (token);
  credentials->user_id = g_strdup (user_id);
  credentials->expires_at = expires_at;
  syncline_log_add_secret (token);
  return credentials;
}

SynclineCredentials *
syncline_credentials_ref (SynclineCredentials *credentials)
{
  return g_atomic_rc_box_acquire (credentials);
}

static void
syncline_credentials_clear (gpointer data)
{
  SynclineCredentials *credentials = data;

  syncline_secret_free (credentials->token);
  g_free (credentials->user_id);
}

void
syncline_credentials_unref (SynclineCredentials *credentials)
{
  g_atomic_rc_box_release_full (credentials, syncline_credentials_clear);
}

const char *
syncline_credentials_get_token (SynclineCredentials *credentials)
{
  return credentials->token;
}

const char *
syncline_credentials_get_user_id (SynclineCredentials *credentials)
{
  return credentials->user_id;
}

gint64
syncline_credentials_get_expires_at (SynclineCredentials *credentials)
{
  return credentials->expires_at;
}
