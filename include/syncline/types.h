/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib-object.h>
#include <syncline/macros.h>

G_BEGIN_DECLS

/**
 * SynclineValueType:
 * @SYNCLINE_VALUE_NULL: no value
 * @SYNCLINE_VALUE_INTEGER: a signed 64-bit integer
 * @SYNCLINE_VALUE_REAL: a double
 * @SYNCLINE_VALUE_TEXT: UTF-8 text
 * @SYNCLINE_VALUE_BLOB: bytes
 *
 * The kinds of value that a cell of the local database holds.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_VALUE_NULL,
  SYNCLINE_VALUE_INTEGER,
  SYNCLINE_VALUE_REAL,
  SYNCLINE_VALUE_TEXT,
  SYNCLINE_VALUE_BLOB,
} SynclineValueType;

/**
 * SynclineChangeOp:
 * @SYNCLINE_CHANGE_PUT: a row was inserted; NULL columns are left out, so that server defaults apply
 * @SYNCLINE_CHANGE_PATCH: columns of a row changed; only those are present
 * @SYNCLINE_CHANGE_DELETE: a row was deleted
 *
 * What a local write did to a row.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_CHANGE_PUT = 1,
  SYNCLINE_CHANGE_PATCH = 2,
  SYNCLINE_CHANGE_DELETE = 3,
} SynclineChangeOp;

/**
 * syncline_change_op_to_string:
 * @op: an operation
 *
 * Returns: (transfer none): `PUT`, `PATCH` or `DELETE`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_change_op_to_string (SynclineChangeOp op);

/**
 * SynclineChange:
 *
 * One captured local write: immutable, reference-counted, usable from any thread. The store hands
 * changes out, the serializer turns them into what the server understands (again a change), the
 * upload transport sends them.
 *
 * Since: 0.1
 */
typedef struct _SynclineChange SynclineChange;

#define SYNCLINE_TYPE_CHANGE (syncline_change_get_type ())
SYNCLINE_API GType syncline_change_get_type (void) G_GNUC_CONST;

/**
 * syncline_change_new: (constructor)
 * @id: number in the queue, ascending, never used twice
 * @transaction: number of the local transaction it belongs to, ascending
 * @op: what was done
 * @table: the table's name
 * @row_id: the row's `id`
 * @data: (nullable): JSON object text of the columns, without `id`; %NULL for a delete
 * @previous: (nullable): JSON object text of the tracked columns before the change
 * @metadata: (nullable): what the application wrote into `_metadata`
 *
 * Returns: (transfer full): a new change
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineChange *syncline_change_new (gint64 id,
                                                  gint64 transaction,
                                                  SynclineChangeOp op,
                                                  const char *table,
                                                  const char *row_id,
                                                  const char *data,
                                                  const char *previous,
                                                  const char *metadata);

/**
 * syncline_change_new_like: (constructor)
 * @change: the change it stands for
 * @table: the new table name
 * @data: (nullable): the new data
 *
 * For serializers: the same change under another table name and with other data. The number, the
 * transaction, the operation, the row, the previous values and the metadata stay.
 *
 * Returns: (transfer full): a new change
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineChange *
syncline_change_new_like (SynclineChange *change, const char *table, const char *data);

/**
 * syncline_change_hold:
 * @change: a change that nobody else has yet
 *
 * For stores: notes that an earlier change of the row was refused when this one was queued already, so that it
 * builds on what the server does not have.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_change_hold (SynclineChange *change);

/**
 * syncline_change_is_held:
 * @change: a change
 *
 * Returns: whether it builds on a change of the same row that was refused
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_change_is_held (SynclineChange *change);

/**
 * syncline_change_ref:
 * @change: a change
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @change
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineChange *syncline_change_ref (SynclineChange *change);

/**
 * syncline_change_unref:
 * @change: (transfer full): a change
 *
 * Drops a reference. The last one frees it.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_change_unref (SynclineChange *change);

/**
 * syncline_change_get_id:
 * @change: a change
 *
 * Returns: its number in the queue: ascending, never used twice
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_change_get_id (SynclineChange *change);

/**
 * syncline_change_get_transaction:
 * @change: a change
 *
 * Returns: the number of the local transaction that it belongs to
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_change_get_transaction (SynclineChange *change);

/**
 * syncline_change_get_op:
 * @change: a change
 *
 * Returns: what was done to the row
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineChangeOp syncline_change_get_op (SynclineChange *change);

/**
 * syncline_change_get_table:
 * @change: a change
 *
 * Returns: (transfer none): the table's name
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_change_get_table (SynclineChange *change);

/**
 * syncline_change_get_row_id:
 * @change: a change
 *
 * Returns: (transfer none): the row's `id`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_change_get_row_id (SynclineChange *change);

/**
 * syncline_change_get_data:
 * @change: a change
 *
 * Returns: (nullable) (transfer none): JSON object text of the columns, without `id`; %NULL for a delete
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_change_get_data (SynclineChange *change);

/**
 * syncline_change_get_previous:
 * @change: a change
 *
 * Returns: (nullable) (transfer none): JSON object text of the tracked columns before the change
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_change_get_previous (SynclineChange *change);

/**
 * syncline_change_get_metadata:
 * @change: a change
 *
 * Returns: (nullable) (transfer none): what the application wrote into `_metadata`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_change_get_metadata (SynclineChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineChange, syncline_change_unref)

/**
 * SynclineWriteState:
 * @SYNCLINE_WRITE_CLEAN: the server has all of it, or nothing was written here
 * @SYNCLINE_WRITE_PARKED: changes are set aside, unsent, because of others that were refused
 * @SYNCLINE_WRITE_REJECTED: the server refused a change, which is kept
 * @SYNCLINE_WRITE_PENDING: a change is queued
 * @SYNCLINE_WRITE_SENDING: a queued change is being sent, or was when the sending broke off: the server may have
 *   it
 *
 * How far what was written here, to a row or in a transaction, has come on its way to the server. Of several that
 * fit it is the highest.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_WRITE_CLEAN,
  SYNCLINE_WRITE_PARKED,
  SYNCLINE_WRITE_REJECTED,
  SYNCLINE_WRITE_PENDING,
  SYNCLINE_WRITE_SENDING,
} SynclineWriteState;

/**
 * syncline_write_state_to_string:
 * @state: a state
 *
 * Returns: (transfer none): `clean`, `parked`, `rejected`, `pending` or `sending`, as in the view
 *   `syncline_row_state`
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_write_state_to_string (SynclineWriteState state);

/**
 * SynclineOutcomeKind:
 * @SYNCLINE_OUTCOME_ACCEPTED: the server has it
 * @SYNCLINE_OUTCOME_REJECTED: the server refuses it for good
 *
 * The answers that end the life of a queued change. Whatever has no answer yet stays queued.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_OUTCOME_ACCEPTED,
  SYNCLINE_OUTCOME_REJECTED,
} SynclineOutcomeKind;

/**
 * SynclineOutcome:
 *
 * The server's answer to one change: immutable, reference-counted, usable from any thread.
 *
 * Since: 0.1
 */
typedef struct _SynclineOutcome SynclineOutcome;

#define SYNCLINE_TYPE_OUTCOME (syncline_outcome_get_type ())
SYNCLINE_API GType syncline_outcome_get_type (void) G_GNUC_CONST;

/**
 * syncline_outcome_new_accepted: (constructor)
 *
 * Returns: (transfer full): an outcome that says the server has the change
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineOutcome *syncline_outcome_new_accepted (void);

/**
 * syncline_outcome_new_rejected: (constructor)
 * @status: HTTP status, or 0 when the change was refused before it was sent
 * @code: (nullable): SQLSTATE, `PGRST…` or a code of the plugin's own
 * @message: what the server said
 * @details: (nullable): its details
 * @hint: (nullable): its hint
 *
 * Returns: (transfer full): an outcome that says the server refuses the change for good
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineOutcome *syncline_outcome_new_rejected (
    guint status, const char *code, const char *message, const char *details, const char *hint);

/**
 * syncline_outcome_ref:
 * @outcome: an outcome
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @outcome
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineOutcome *syncline_outcome_ref (SynclineOutcome *outcome);

/**
 * syncline_outcome_unref:
 * @outcome: (transfer full): an outcome
 *
 * Drops a reference. The last one frees it.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_outcome_unref (SynclineOutcome *outcome);

/**
 * syncline_outcome_get_kind:
 * @outcome: an outcome
 *
 * Returns: whether the server has the change or refuses it
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineOutcomeKind syncline_outcome_get_kind (SynclineOutcome *outcome);

/**
 * syncline_outcome_get_status:
 * @outcome: an outcome
 *
 * Returns: the HTTP status, or 0 when the change was refused before it was sent
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_outcome_get_status (SynclineOutcome *outcome);

/**
 * syncline_outcome_get_code:
 * @outcome: an outcome
 *
 * Returns: (nullable) (transfer none): SQLSTATE, `PGRST…` or a code of the plugin's own
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_outcome_get_code (SynclineOutcome *outcome);

/**
 * syncline_outcome_get_message:
 * @outcome: an outcome
 *
 * Returns: (nullable) (transfer none): what the server said; %NULL for an accepted change
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_outcome_get_message (SynclineOutcome *outcome);

/**
 * syncline_outcome_get_details:
 * @outcome: an outcome
 *
 * Returns: (nullable) (transfer none): its details
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_outcome_get_details (SynclineOutcome *outcome);

/**
 * syncline_outcome_get_hint:
 * @outcome: an outcome
 *
 * Returns: (nullable) (transfer none): its hint
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_outcome_get_hint (SynclineOutcome *outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineOutcome, syncline_outcome_unref)

/**
 * SynclineCredentials:
 *
 * One access token and what is known of it: immutable, reference-counted, usable from any thread.
 * The token never appears in a log or an error.
 *
 * Since: 0.1
 */
typedef struct _SynclineCredentials SynclineCredentials;

#define SYNCLINE_TYPE_CREDENTIALS (syncline_credentials_get_type ())
SYNCLINE_API GType syncline_credentials_get_type (void) G_GNUC_CONST;

/**
 * syncline_credentials_new: (constructor)
 * @token: the access token (a JWT); registered with the log's redaction
 * @user_id: (nullable): whose it is (the claim `sub`)
 * @expires_at: microseconds since the epoch, or 0 when unknown
 *
 * Returns: (transfer full): new credentials
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineCredentials *
syncline_credentials_new (const char *token, const char *user_id, gint64 expires_at);

/**
 * syncline_credentials_ref:
 * @credentials: credentials
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @credentials
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineCredentials *syncline_credentials_ref (SynclineCredentials *credentials);

/**
 * syncline_credentials_unref:
 * @credentials: (transfer full): credentials
 *
 * Drops a reference. The last one frees it.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_credentials_unref (SynclineCredentials *credentials);

/**
 * syncline_credentials_get_token:
 * @credentials: credentials
 *
 * Returns: (transfer none): the access token, which is secret
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_credentials_get_token (SynclineCredentials *credentials);

/**
 * syncline_credentials_get_user_id:
 * @credentials: credentials
 *
 * Returns: (nullable) (transfer none): whose it is
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_credentials_get_user_id (SynclineCredentials *credentials);

/**
 * syncline_credentials_get_expires_at:
 * @credentials: credentials
 *
 * Returns: when it expires, in microseconds since the epoch, or 0 when unknown
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_credentials_get_expires_at (SynclineCredentials *credentials);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineCredentials, syncline_credentials_unref)

/**
 * SynclineClearFlags:
 * @SYNCLINE_CLEAR_NONE: everything goes
 * @SYNCLINE_CLEAR_KEEP_LOCAL: rows of local-only tables stay
 * @SYNCLINE_CLEAR_KEEP_QUEUED: queued and rejected changes stay, and the database stays their user's
 * @SYNCLINE_CLEAR_DISCARD_QUEUED: queued and rejected changes are lost
 *
 * What clearing the local database does not, or does, take with it.
 *
 * Since: 0.1
 */
typedef enum /*< flags >*/
{
  SYNCLINE_CLEAR_NONE = 0,
  SYNCLINE_CLEAR_KEEP_LOCAL = 1 << 0,
  SYNCLINE_CLEAR_KEEP_QUEUED = 1 << 1,
  SYNCLINE_CLEAR_DISCARD_QUEUED = 1 << 2,
} SynclineClearFlags;

G_END_DECLS
