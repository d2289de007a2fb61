/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "uploader.h"

#include <syncline/error.h>

#include "log-messages.h"
#include "log.h"
#include "rejection-policy.h"
#include "schema-private.h"
#include "upload-batch.h"

#define COMPONENT "upload"

/* How often which change was tried again because of a rule: "ID TIMES". It outlives the process, so that a
 * program that starts anew all the time does not try for ever. */
#define NOTE_RETRIES "upload-retries"

struct _SynclineUploader
{
  SynclineRoles *roles;
  SynclineUploadRejected rejected;
  gpointer user_data;
  SynclineUploadBatch *batch; /* NULL: to be taken from the queue */
  guint n_resolved;           /* in this step */
  gint64 marked;              /* number of the last change that is marked as being sent */
  gboolean introduced;        /* the transport knows the database's name */
};

SynclineUploader *
syncline_uploader_new (SynclineRoles *roles, SynclineUploadRejected rejected, gpointer user_data)
{
  SynclineUploader *uploader = g_new0 (SynclineUploader, 1);

  uploader->roles = roles;
  uploader->rejected = rejected;
  uploader->user_data = user_data;
  return uploader;
}

void
syncline_uploader_free (SynclineUploader *uploader)
{
  g_clear_pointer (&uploader->batch, syncline_upload_batch_free);
  g_free (uploader);
}

/* --- Resolving ------------------------------------------------------------------------------- */

/* Takes answered changes out of the queue. Not cancellable: the server has them. */
static gboolean
resolve (SynclineUploader *uploader, GPtrArray *outcomes, guint n, GError **error)
{
  SynclineRoles *roles = uploader->roles;
  SynclineUploadBatch *batch = uploader->batch;
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  g_autoptr (GPtrArray) answers = g_ptr_array_new ();

  if (n == 0)
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (changes, batch->changes->pdata[batch->position + i]);
      g_ptr_array_add (answers, outcomes->pdata[i]);
    }
  if (!roles->store_methods->resolve_changes (roles->store, changes, answers, NULL, error))
    return FALSE;
  batch->position += n;
  uploader->n_resolved += n;
  return TRUE;
}

static gboolean
is_rejected (SynclineOutcome *outcome)
{
  return syncline_outcome_get_kind (outcome) == SYNCLINE_OUTCOME_REJECTED;
}

/* What the server said, for a log: never its text, which may quote a row. */
static char *
describe (SynclineChange *change, SynclineOutcome *outcome)
{
  const char *code = syncline_outcome_get_code (outcome);

  return g_strdup_printf ("%s of %s %s was refused (%u %s)",
                          syncline_change_op_to_string (syncline_change_get_op (change)),
                          syncline_change_get_table (change), syncline_change_get_row_id (change),
                          syncline_outcome_get_status (outcome), code != NULL ? code : "-");
}

static void
report (SynclineUploader *uploader, SynclineChange *change, SynclineOutcome *outcome, gboolean kept)
{
  g_autofree char *text = describe (change, outcome);

  const char *const fields[] = { "SYNCLINE_TABLE", syncline_change_get_table (change),
                                 "SYNCLINE_CODE", syncline_outcome_get_code (outcome), NULL };
  syncline_log_event (COMPONENT, G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_REJECTED, fields, "%s and %s",
                      text,
                      kept ? "moved to the rejected changes; see \"syncline queue list --rejected\""
                           : "dropped, as the config says");
  uploader->rejected (change, outcome, kept, uploader->user_data);
}

/* --- Refusals -------------------------------------------------------------------------------- */

/* Answers of which the last ones are a refusal, of one change or of a transaction. */
typedef struct
{
  GPtrArray *outcomes;
  guint first;   /* of the refused ones */
  guint culprit; /* the one that the server speaks of */
} Refusal;

static gboolean
find_refused (GPtrArray *outcomes, Refusal *refusal)
{
  *refusal = (Refusal){ .outcomes = outcomes, .first = outcomes->len, .culprit = outcomes->len };
  for (guint i = 0; i < outcomes->len; i++)
    {
      SynclineOutcome *outcome = outcomes->pdata[i];
      if (!is_rejected (outcome))
        continue;
      refusal->first = MIN (refusal->first, i);
      if (refusal->culprit == outcomes->len
          && g_strcmp0 (syncline_outcome_get_code (outcome), SYNCLINE_CODE_TRANSACTION) != 0)
        refusal->culprit = i;
    }
  refusal->culprit = MIN (refusal->culprit, MAX (refusal->first, 0));
  return refusal->first < outcomes->len;
}

static const SynclineRejectionRule *
find_rule (SynclineUploader *uploader, SynclineChange *change, SynclineOutcome *outcome)
{
  const SynclineSetup *setup = uploader->roles->setup;
  const SynclineTable *table
      = syncline_schema_find_table (setup->schema, syncline_change_get_table (change));

  return syncline_rejection_rules_find (table != NULL ? table->rejection_rules : NULL,
                                        setup->engine.rejection_rules,
                                        syncline_outcome_get_code (outcome));
}

/* Counts one more attempt; TRUE in @out_again if there is one left. */
static gboolean
count_retry (SynclineUploader *uploader,
             SynclineChange *change,
             guint most,
             gboolean *out_again,
             GError **error)
{
  SynclineRoles *roles = uploader->roles;
  g_autofree char *note = NULL;
  gint64 id = 0;
  guint64 times = 0;

  if (!roles->store_methods->get_note (roles->store, NOTE_RETRIES, &note, error))
    return FALSE;
  if (note != NULL)
    {
      char *end;
      id = g_ascii_strtoll (note, &end, 10);
      times = g_ascii_strtoull (end, NULL, 10);
    }
  times = id == syncline_change_get_id (change) ? times + 1 : 1;
  *out_again = times <= most;

  g_autofree char *next = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT,
                                           syncline_change_get_id (change), times);
  return roles->store_methods->set_note (roles->store, NOTE_RETRIES, *out_again ? next : NULL,
                                         error);
}

/* Moves the refused changes to the rejected ones, or drops them. In that order, so that a crash in between
 * loses nothing. */
static gboolean
take_out (SynclineUploader *uploader, const Refusal *refusal, gboolean keep, GError **error)
{
  SynclineRoles *roles = uploader->roles;
  const SynclineUploadBatch *batch = uploader->batch;
  const guint start = batch->position;
  const guint n = refusal->outcomes->len;

  if (!resolve (uploader, refusal->outcomes, n, error))
    return FALSE;
  for (guint i = refusal->first; i < n; i++)
    {
      SynclineChange *change = batch->changes->pdata[start + i];
      SynclineOutcome *outcome = refusal->outcomes->pdata[i];
      if (!is_rejected (outcome))
        continue;
      if (!keep
          && !roles->store_methods->discard_rejected (roles->store, syncline_change_get_id (change),
                                                      NULL, error))
        return FALSE;
      report (uploader, change, outcome, keep);
    }
  return TRUE;
}

/* What precedes the refusal is done; the refused ones stay first in the queue. */
static gboolean
leave_in (SynclineUploader *uploader,
          const Refusal *refusal,
          const SynclineRejectionRule *rule,
          GError **error)
{
  SynclineChange *culprit
      = uploader->batch->changes->pdata[uploader->batch->position + refusal->culprit];
  g_autofree char *text = describe (culprit, refusal->outcomes->pdata[refusal->culprit]);

  if (!resolve (uploader, refusal->outcomes, refusal->first, error))
    return FALSE;
  GError *refused = g_error_new (SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
                                 rule->action == SYNCLINE_REJECTION_BLOCK
                                     ? "%s; the queue waits, as on-reject says: mend what the "
                                       "server dislikes, or have it parked"
                                     : "%s; it is tried again, as on-reject says",
                                 text);
  if (rule->action == SYNCLINE_REJECTION_RETRY)
    syncline_error_set_retry_after (refused, 0);
  g_propagate_error (error, refused);
  return FALSE;
}

static gboolean
decide (SynclineUploader *uploader, const Refusal *refusal, GError **error)
{
  SynclineChange *culprit
      = uploader->batch->changes->pdata[uploader->batch->position + refusal->culprit];
  const SynclineRejectionRule *rule
      = find_rule (uploader, culprit, refusal->outcomes->pdata[refusal->culprit]);
  gboolean again = rule->action == SYNCLINE_REJECTION_BLOCK;

  if (rule->action == SYNCLINE_REJECTION_RETRY
      && !count_retry (uploader, culprit, rule->n_retries, &again, error))
    return FALSE;
  if (again)
    return leave_in (uploader, refusal, rule, error);
  return take_out (uploader, refusal, rule->action != SYNCLINE_REJECTION_DROP, error);
}

/* --- Sending --------------------------------------------------------------------------------- */

static gboolean
introduce (SynclineUploader *uploader, GError **error)
{
  SynclineRoles *roles = uploader->roles;

  if (uploader->introduced || !SYNCLINE_HAS_SLOT (roles->upload_methods, set_client_id))
    return TRUE;
  g_autofree char *client_id = syncline_roles_dup_client_id (roles, error);
  if (client_id == NULL)
    return FALSE;
  roles->upload_methods->set_client_id (roles->upload, client_id);
  uploader->introduced = TRUE;
  return TRUE;
}

/* Once a batch is enough: the marks are for those who look, and cost a write each. */
static void
mark_sending (SynclineUploader *uploader, gint64 last)
{
  SynclineRoles *roles = uploader->roles;

  if (last == uploader->marked || !SYNCLINE_HAS_SLOT (roles->store_methods, mark_sending))
    return;
  roles->store_methods->mark_sending (roles->store, last);
  uploader->marked = last;
}

/* Sends the first of @n changes; @outcomes get what was answered, also with an error. */
static gboolean
send_some (SynclineUploader *uploader,
           guint n,
           SynclineCredentials *credentials,
           GPtrArray *outcomes,
           GCancellable *cancellable,
           GError **error)
{
  SynclineRoles *roles = uploader->roles;
  const SynclineUploadBatch *batch = uploader->batch;
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (changes, batch->serialized->pdata[batch->position + i]);
  if (!introduce (uploader, error))
    return FALSE;
  mark_sending (uploader, syncline_change_get_id (changes->pdata[n - 1]));
  if (!roles->upload_methods->upload (roles->upload, changes, credentials, outcomes, cancellable,
                                      error))
    return FALSE;
  if (outcomes->len > 0 && outcomes->len <= n)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
               "The upload transport gave %u answers to %u changes", outcomes->len, n);
  g_ptr_array_set_size (outcomes, 0);
  return FALSE;
}

/* Does the next run of the batch. After a refusal the batch is taken anew: the store knows more of what is
 * held then. */
static gboolean
work (SynclineUploader *uploader,
      SynclineCredentials *credentials,
      GCancellable *cancellable,
      GError **error)
{
  const guint n = syncline_upload_batch_count_sendable (uploader->batch);
  g_autoptr (GPtrArray) outcomes = NULL;
  g_autoptr (GError) upload_error = NULL;
  Refusal refusal;

  if (n == 0)
    outcomes = syncline_upload_batch_refuse (uploader->batch);
  else
    {
      outcomes = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);
      if (!send_some (uploader, n, credentials, outcomes, cancellable, &upload_error))
        g_assert (upload_error != NULL);
    }

  if (find_refused (outcomes, &refusal))
    {
      if (!decide (uploader, &refusal, error))
        return FALSE;
      g_clear_pointer (&uploader->batch, syncline_upload_batch_free);
    }
  else if (!resolve (uploader, outcomes, outcomes->len, error))
    return FALSE;
  if (upload_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&upload_error));
  return FALSE;
}

gboolean
syncline_uploader_step (SynclineUploader *uploader,
                        SynclineCredentials *credentials,
                        SynclineUploadResult *out_result,
                        guint *out_n_resolved,
                        GCancellable *cancellable,
                        GError **error)
{
  uploader->n_resolved = 0;
  *out_n_resolved = 0;
  if (uploader->batch == NULL)
    uploader->batch = syncline_upload_batch_new (uploader->roles, cancellable, error);
  if (uploader->batch == NULL)
    return FALSE;

  const gboolean empty = syncline_upload_batch_is_done (uploader->batch);
  *out_result = empty ? SYNCLINE_UPLOAD_EMPTY : SYNCLINE_UPLOAD_MORE;
  const gboolean ok = empty || work (uploader, credentials, cancellable, error);
  *out_n_resolved = uploader->n_resolved;
  /* Whether the server has it is not known, but nobody is sending it now. */
  if (!ok && uploader->marked != 0)
    mark_sending (uploader, 0);
  if (!ok || (uploader->batch != NULL && syncline_upload_batch_is_done (uploader->batch)))
    g_clear_pointer (&uploader->batch, syncline_upload_batch_free);
  return ok;
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
