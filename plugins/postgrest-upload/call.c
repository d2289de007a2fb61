/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/json-pull.h"
#include "group.h"
#include "upload.h"

/* The code of changes that were refused only because another one of their transaction was. */
#define CODE_TRANSACTION "SYNCLINE_TRANSACTION"

/* What the function reports of a failure, as JSON in the error's details. */
typedef struct
{
  gint64 position; /* of the failing change among those sent; -1: not told */
  gboolean no_row;
  char *details; /* of the error itself */
} Report;

static void
report_clear (Report *report)
{
  g_free (report->details);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, report_clear)

static void
read_report (const char *details, Report *report)
{
  g_auto (JsonScratch) scratch = { NULL };
  JsonPull pull;

  *report = (Report){ .position = -1 };
  if (details == NULL)
    return;
  json_pull_init (&pull, details, strlen (details), &scratch);
  if (json_pull_next (&pull) != JSON_PULL_OBJECT_BEGIN)
    return;
  while (json_pull_next (&pull) == JSON_PULL_KEY)
    {
      SynclineSlice key = pull.text;
      JsonPullToken token = json_pull_next (&pull);
      if (json_slice_is (key, "syncline_change") && token == JSON_PULL_NUMBER)
        json_number_to_int64 (pull.text, &report->position);
      else if (json_slice_is (key, "no_row"))
        report->no_row = token == JSON_PULL_TRUE;
      else if (json_slice_is (key, "details") && token == JSON_PULL_STRING)
        {
          g_free (report->details);
          report->details = g_strndup (pull.text.data, pull.text.length);
        }
      if (!json_pull_skip_value (&pull, NULL))
        return;
    }
}

/* Transactions that go in one call, from one change on. */
typedef struct
{
  guint n_changes;
  guint n_transactions;
  GPtrArray *sent; /* borrowed: the changes that say anything */
} Call;

static void
call_clear (Call *call)
{
  g_clear_pointer (&call->sent, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

/* --- Outcomes --------------------------------------------------------------------------------------- */

static SynclineOutcome *
make_culprit_outcome (const Answer *answer, const Report *report)
{
  return syncline_outcome_new_rejected (answer->status, report->no_row ? CODE_NO_ROW : answer->code,
                                        answer->message, report->details, answer->hint);
}

static SynclineOutcome *
make_bystander_outcome (const Answer *answer, SynclineChange *culprit)
{
  g_autofree char *message
      = g_strdup_printf ("the transaction was refused because of its %s of %s, row %s",
                         syncline_change_op_to_string (syncline_change_get_op (culprit)),
                         syncline_change_get_table (culprit), syncline_change_get_row_id (culprit));

  return syncline_outcome_new_rejected (answer->status, CODE_TRANSACTION, message, NULL, NULL);
}

/* All or nothing: none of the transaction was applied. */
static void
reject_transaction (Upload *upload, const Call *call, const Answer *answer)
{
  g_auto (Report) report = { 0 };
  SynclineChange *culprit = NULL;

  read_report (answer->details, &report);
  if (report.position >= 0 && report.position < (gint64) call->sent->len)
    culprit = call->sent->pdata[report.position];
  for (guint i = 0; i < call->n_changes; i++)
    {
      SynclineChange *change = upload->changes->pdata[i];
      SynclineOutcome *outcome;
      if (culprit == NULL)
        outcome = answer_make_rejection (answer);
      else if (change == culprit)
        outcome = make_culprit_outcome (answer, &report);
      else
        outcome = make_bystander_outcome (answer, culprit);
      g_ptr_array_add (upload->outcomes, outcome);
    }
}

/* --- Calls ------------------------------------------------------------------------------------------ */

static guint
count_transaction (GPtrArray *changes, guint start, gsize *out_bytes)
{
  const gint64 transaction = syncline_change_get_transaction (changes->pdata[start]);
  guint end = start;

  *out_bytes = 0;
  while (end < changes->len && syncline_change_get_transaction (changes->pdata[end]) == transaction)
    *out_bytes += request_measure_call (changes->pdata[end++]);
  return end - start;
}

/* As many whole transactions as fit, at least one. */
static void
call_init (Call *call, const Upload *upload)
{
  const guint max_changes = upload->uploader->request_changes;
  const gsize max_bytes = (gsize) upload->uploader->config->max_request_size;
  gsize bytes = 0;

  *call = (Call){ .sent = g_ptr_array_new () };
  while (call->n_changes < upload->changes->len)
    {
      gsize more_bytes;
      const guint more = count_transaction (upload->changes, call->n_changes, &more_bytes);
      if (call->n_transactions > 0
          && (call->n_changes + more > max_changes || bytes + more_bytes > max_bytes))
        break;
      bytes += more_bytes;
      call->n_changes += more;
      call->n_transactions++;
    }
  for (guint i = 0; i < call->n_changes; i++)
    if (!change_is_empty (upload->changes->pdata[i]))
      g_ptr_array_add (call->sent, upload->changes->pdata[i]);
}

static gboolean
perform (Upload *upload, const Call *call, Answer *answer, GError **error)
{
  Uploader *uploader = upload->uploader;
  g_auto (Request) request = { NULL };

  request_init_call (&request, &uploader->endpoint, uploader->config->function, uploader->client_id,
                     (SynclineChange *const *) call->sent->pdata, call->sent->len);
  return upload_exchange (upload, &request, call->n_changes, answer, error);
}

/* The function applies a call whole or not at all. So several transactions can share one; if it is refused
 * they are sent in smaller calls, until the culprit is alone. */
gboolean
upload_by_call (Upload *upload, GError **error)
{
  while (upload->outcomes->len == 0)
    {
      g_auto (Call) call = { 0 };
      g_auto (Answer) answer = { 0 };

      call_init (&call, upload);
      if (call.sent->len > 0 && !perform (upload, &call, &answer, error))
        return FALSE;
      if (call.sent->len == 0 || answer.success)
        upload_accept (upload, call.n_changes);
      else if (call.n_transactions > 1)
        upload_count_refusal (upload, call.n_changes);
      else
        reject_transaction (upload, &call, &answer);
    }
  return TRUE;
}
