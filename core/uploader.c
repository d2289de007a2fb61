/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "uploader.h"

#include <syncline/error.h>

#include "log.h"

#define COMPONENT "upload"

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
says_nothing (SynclineChange *change)
{
  return syncline_change_get_op (change) == SYNCLINE_CHANGE_PATCH
         && g_strcmp0 (syncline_change_get_data (change), "{}") == 0;
}

/* What became of each change of a batch: an outcome that is known without asking the server, or a
 * place among those that are sent. */
typedef struct
{
  GPtrArray *to_send;  /* of SynclineChange */
  GPtrArray *outcomes; /* of SynclineOutcome or NULL, one for each change of the batch */
} Sorted;

static void
release_outcome (gpointer outcome)
{
  if (outcome != NULL)
    syncline_outcome_unref (outcome);
}

static void
sorted_clear (Sorted *sorted)
{
  g_clear_pointer (&sorted->to_send, g_ptr_array_unref);
  g_clear_pointer (&sorted->outcomes, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sorted, sorted_clear)

static gboolean
sort_batch (SynclineRoles *roles, GPtrArray *batch, Sorted *sorted, GError **error)
{
  sorted->to_send = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_change_unref);
  sorted->outcomes = g_ptr_array_new_with_free_func (release_outcome);

  for (guint i = 0; i < batch->len; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (SynclineChange) change
          = serialize (roles, g_ptr_array_index (batch, i), &local_error);

      if (change == NULL && !g_error_matches (local_error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (change == NULL)
        g_ptr_array_add (sorted->outcomes,
                         syncline_outcome_new_rejected (0, "SYNCLINE_SERIALIZER",
                                                        local_error->message, NULL, NULL));
      else if (says_nothing (change))
        g_ptr_array_add (sorted->outcomes, syncline_outcome_new_accepted ());
      else
        {
          g_ptr_array_add (sorted->outcomes, NULL);
          g_ptr_array_add (sorted->to_send, g_steal_pointer (&change));
        }
    }
  return TRUE;
}

/* --- Resolving ------------------------------------------------------------------------------- */

/* Puts the server's answers into their places; gives how many changes from the head of the batch are
 * answered. */
static guint
merge_outcomes (Sorted *sorted, GPtrArray *answers)
{
  guint next_answer = 0;

  for (guint i = 0; i < sorted->outcomes->len; i++)
    {
      if (g_ptr_array_index (sorted->outcomes, i) != NULL)
        continue;
      if (next_answer == answers->len)
        return i;
      sorted->outcomes->pdata[i]
          = syncline_outcome_ref (g_ptr_array_index (answers, next_answer++));
    }
  return sorted->outcomes->len;
}

static void
log_rejections (GPtrArray *batch, GPtrArray *outcomes)
{
  for (guint i = 0; i < outcomes->len; i++)
    {
      SynclineOutcome *outcome = g_ptr_array_index (outcomes, i);
      SynclineChange *change = g_ptr_array_index (batch, i);

      if (syncline_outcome_get_kind (outcome) != SYNCLINE_OUTCOME_REJECTED)
        continue;
      syncline_log (COMPONENT, G_LOG_LEVEL_MESSAGE,
                    "%s of %s %s was rejected (%u %s); see \"syncline queue list --rejected\"",
                    syncline_change_op_to_string (syncline_change_get_op (change)),
                    syncline_change_get_table (change), syncline_change_get_row_id (change),
                    syncline_outcome_get_status (outcome),
                    syncline_outcome_get_code (outcome) ? syncline_outcome_get_code (outcome)
                                                        : "-");
    }
}

/* Takes the answered head of the batch out of the queue. Not cancellable: the server has it. */
static gboolean
resolve_head (
    SynclineRoles *roles, GPtrArray *batch, Sorted *sorted, guint n_answered, GError **error)
{
  if (n_answered == 0)
    return TRUE;

  g_autoptr (GPtrArray) changes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_change_unref);
  for (guint i = 0; i < n_answered; i++)
    g_ptr_array_add (changes, syncline_change_ref (g_ptr_array_index (batch, i)));
  g_ptr_array_set_size (sorted->outcomes, (int) n_answered);

  if (!roles->store_methods->resolve_changes (roles->store, changes, sorted->outcomes, NULL, error))
    return FALSE;
  log_rejections (batch, sorted->outcomes);
  return TRUE;
}

gboolean
syncline_upload_batch (SynclineRoles *roles,
                       SynclineCredentials *credentials,
                       SynclineUploadResult *out_result,
                       guint *out_n_resolved,
                       GCancellable *cancellable,
                       GError **error)
{
  const SynclineEngineOptions *options = &roles->setup->engine;
  g_autoptr (GPtrArray) batch = NULL;
  g_autoptr (GError) upload_error = NULL;
  g_auto (Sorted) sorted = { NULL, NULL };

  *out_n_resolved = 0;
  if (!roles->store_methods->peek_changes (roles->store, (guint) options->upload_max_changes,
                                           (gsize) options->upload_max_bytes, &batch, cancellable,
                                           error))
    return FALSE;
  if (batch->len == 0)
    {
      *out_result = SYNCLINE_UPLOAD_EMPTY;
      return TRUE;
    }
  if (!sort_batch (roles, batch, &sorted, error))
    return FALSE;

  g_autoptr (GPtrArray) answers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);
  if (sorted.to_send->len > 0
      && !roles->upload_methods->upload (roles->upload, sorted.to_send, credentials, answers,
                                         cancellable, &upload_error))
    g_assert (upload_error != NULL);

  if (upload_error == NULL && sorted.to_send->len > 0 && answers->len == 0)
    upload_error = g_error_new_literal (SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                                        "The upload transport gave no answer and no error");
  const guint n_answered = merge_outcomes (&sorted, answers);
  if (!resolve_head (roles, batch, &sorted, n_answered, error))
    return FALSE;
  *out_n_resolved = n_answered;
  *out_result = SYNCLINE_UPLOAD_MORE;
  if (upload_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&upload_error));
  return FALSE;
}

/* --- Confirming ------------------------------------------------------------------------------ */

gboolean
syncline_upload_confirm (SynclineRoles *roles,
                         SynclineCredentials *credentials,
                         gboolean again,
                         gboolean *out_armed,
                         GCancellable *cancellable,
                         GError **error)
{
  SynclineGate gate;
  gint64 write_checkpoint = 0;

  *out_armed = FALSE;
  if (roles->download_methods == NULL)
    return TRUE;
  if (!roles->store_methods->get_gate (roles->store, &gate, error))
    return FALSE;
  if (gate.n_queued > 0 || gate.target == 0
      || (gate.target != SYNCLINE_WRITE_CHECKPOINT_UNKNOWN && !again))
    return TRUE;

  if (!syncline_roles_request_write_checkpoint (roles, credentials, &write_checkpoint, cancellable,
                                                error))
    return FALSE;

  /* The service still counts on, so it knows the number that the gate waits for. Waiting for a newer one each
   * time would never end when the replication lags by more than the time between two questions. */
  if (gate.target != SYNCLINE_WRITE_CHECKPOINT_UNKNOWN && write_checkpoint > gate.target)
    return TRUE;

  /* Not taken when something was written meanwhile: that has to be uploaded and confirmed first. */
  return roles->store_methods->set_write_checkpoint (roles->store, write_checkpoint, gate.sequence,
                                                     out_armed, error);
}
