/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "upload-batch.h"

#include <syncline/error.h>

/* --- Serializing ----------------------------------------------------------------------------- */

/* Runs the chain. NULL with SYNCLINE_ERROR_REJECTED when a serializer refuses the change. */
static SynclineChange *
serialize (SynclineRoles *roles, SynclineChange *change, GError **error)
{
  const SynclineTable *table
      = syncline_schema_find_table (roles->setup->schema, syncline_change_get_table (change));
  g_autoptr (SynclineChange) current = syncline_change_ref (change);

  /* A table that left the schema after the write: there is no telling how it is to be sent. */
  if (table == NULL && roles->serializers->len > 0)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
                   "The schema has no table \"%s\" any more; add it again and retry the change",
                   syncline_change_get_table (change));
      return NULL;
    }
  for (guint i = 0; i < roles->serializers->len; i++)
    {
      const SynclineSerializerRole *role
          = &g_array_index (roles->serializers, SynclineSerializerRole, i);
      SynclineChange *next = role->methods->serialize (role->self, table, current, error);

      if (next == NULL)
        return NULL;
      syncline_change_unref (current);
      current = next;
    }
  return g_steal_pointer (&current);
}

static gboolean
add_serialized (SynclineUploadBatch *batch,
                SynclineRoles *roles,
                SynclineChange *change,
                GError **error)
{
  g_autoptr (GError) local_error = NULL;
  SynclineChange *serialized = serialize (roles, change, &local_error);

  if (serialized == NULL && !g_error_matches (local_error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  g_ptr_array_add (batch->serialized, serialized);
  g_ptr_array_add (batch->refusals, serialized != NULL ? NULL
                                                       : syncline_outcome_new_rejected (
                                                           0, SYNCLINE_CODE_SERIALIZER,
                                                           local_error->message, NULL, NULL));
  return TRUE;
}

/* --- Held changes ---------------------------------------------------------------------------- */

/* A patch sets some columns of a row that is as the user saw it, with a change in it that the server refused.
 * A put and a delete say all there is to say of a row, so they are sent, and what follows builds on them. */
static gboolean
is_held (SynclineChange *change, GHashTable *settled)
{
  g_autofree char *row = g_strconcat (syncline_change_get_table (change), "/",
                                      syncline_change_get_row_id (change), NULL);

  if (syncline_change_get_op (change) != SYNCLINE_CHANGE_PATCH)
    {
      g_hash_table_add (settled, g_steal_pointer (&row));
      return FALSE;
    }
  return syncline_change_is_held (change) && !g_hash_table_contains (settled, row);
}

static void
refuse_held (SynclineUploadBatch *batch)
{
  g_autoptr (GHashTable) settled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < batch->changes->len; i++)
    if (is_held (batch->changes->pdata[i], settled) && batch->refusals->pdata[i] == NULL)
      batch->refusals->pdata[i] = syncline_outcome_new_rejected (
          0, SYNCLINE_CODE_HELD, "an earlier change of the row was refused, so this was not sent",
          NULL, "Retry the earlier change, and this one goes with it.");
}

/* --- The batch ------------------------------------------------------------------------------- */

static void
release_change (gpointer change)
{
  if (change != NULL)
    syncline_change_unref (change);
}

static void
release_outcome (gpointer outcome)
{
  if (outcome != NULL)
    syncline_outcome_unref (outcome);
}

/* Serializers may take their time to see the whole batch; cancelling leaves in between. */
static gboolean
fill (SynclineUploadBatch *batch, SynclineRoles *roles, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < batch->changes->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !add_serialized (batch, roles, batch->changes->pdata[i], error))
      return FALSE;
  refuse_held (batch);
  return TRUE;
}

SynclineUploadBatch *
syncline_upload_batch_new (SynclineRoles *roles, GCancellable *cancellable, GError **error)
{
  const SynclineEngineOptions *options = &roles->setup->engine;
  g_autoptr (GPtrArray) changes = NULL;

  if (!roles->store_methods->peek_changes (roles->store, (guint) options->upload_max_changes,
                                           (gsize) options->upload_max_bytes, &changes, cancellable,
                                           error))
    return NULL;

  g_autoptr (SynclineUploadBatch) batch = g_new0 (SynclineUploadBatch, 1);
  batch->changes = g_steal_pointer (&changes);
  batch->serialized = g_ptr_array_new_with_free_func (release_change);
  batch->refusals = g_ptr_array_new_with_free_func (release_outcome);
  batch->whole = SYNCLINE_HAS_SLOT (roles->upload_methods, applies_transactions)
                 && roles->upload_methods->applies_transactions (roles->upload);
  return fill (batch, roles, cancellable, error) ? g_steal_pointer (&batch) : NULL;
}

void
syncline_upload_batch_free (SynclineUploadBatch *batch)
{
  if (batch == NULL)
    return;
  g_ptr_array_unref (batch->changes);
  g_ptr_array_unref (batch->serialized);
  g_ptr_array_unref (batch->refusals);
  g_free (batch);
}

gboolean
syncline_upload_batch_is_done (const SynclineUploadBatch *batch)
{
  return batch->position == batch->changes->len;
}

/* How many changes, from one on, fall or stand together. */
static guint
get_unit_length (const SynclineUploadBatch *batch, guint start)
{
  guint end = start + 1;

  if (!batch->whole)
    return 1;
  const gint64 transaction = syncline_change_get_transaction (batch->changes->pdata[start]);
  while (end < batch->changes->len
         && syncline_change_get_transaction (batch->changes->pdata[end]) == transaction)
    end++;
  return end - start;
}

static SynclineOutcome *
find_refusal (const SynclineUploadBatch *batch, guint start, guint length)
{
  for (guint i = start; i < start + length; i++)
    if (batch->refusals->pdata[i] != NULL)
      return batch->refusals->pdata[i];
  return NULL;
}

guint
syncline_upload_batch_count_sendable (const SynclineUploadBatch *batch)
{
  guint end = batch->position;

  while (end < batch->changes->len)
    {
      const guint length = get_unit_length (batch, end);
      if (find_refusal (batch, end, length) != NULL)
        break;
      end += length;
    }
  return end - batch->position;
}

GPtrArray *
syncline_upload_batch_refuse (const SynclineUploadBatch *batch)
{
  const guint length = get_unit_length (batch, batch->position);
  GPtrArray *outcomes = g_ptr_array_new_with_free_func (release_outcome);

  for (guint i = batch->position; i < batch->position + length; i++)
    {
      SynclineOutcome *refusal = batch->refusals->pdata[i];
      g_ptr_array_add (outcomes,
                       refusal != NULL
                           ? syncline_outcome_ref (refusal)
                           : syncline_outcome_new_rejected (
                               0, SYNCLINE_CODE_TRANSACTION,
                               "another change of the transaction could not be sent", NULL, NULL));
    }
  return outcomes;
}
