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

/* All or nothing: none of the transaction was applied. @sent are its changes without the empty ones. */
static void
reject_transaction (
    Upload *upload, guint start, guint n_changes, GPtrArray *sent, const Answer *answer)
{
  g_auto (Report) report = { 0 };
  SynclineChange *culprit = NULL;

  read_report (answer->details, &report);
  if (report.position >= 0 && report.position < (gint64) sent->len)
    culprit = sent->pdata[report.position];
  for (guint i = start; i < start + n_changes; i++)
    {
      SynclineChange *change = upload->changes->pdata[i];
      SynclineOutcome *outcome;
      if (change_is_empty (change))
        outcome = syncline_outcome_new_accepted ();
      else if (culprit == NULL)
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
count_transaction (GPtrArray *changes, guint start)
{
  gint64 transaction = syncline_change_get_transaction (changes->pdata[start]);
  guint end = start + 1;

  while (end < changes->len && syncline_change_get_transaction (changes->pdata[end]) == transaction)
    end++;
  return end - start;
}

static gboolean
send_transaction (Upload *upload, guint start, guint n_changes, GError **error)
{
  Uploader *uploader = upload->uploader;
  g_autoptr (GPtrArray) sent = g_ptr_array_new ();
  g_auto (Request) request = { NULL };
  g_auto (Answer) answer = { 0 };

  for (guint i = start; i < start + n_changes; i++)
    if (!change_is_empty (upload->changes->pdata[i]))
      g_ptr_array_add (sent, upload->changes->pdata[i]);
  if (sent->len > 0)
    {
      request_init_call (&request, &uploader->endpoint, uploader->config->function,
                         (SynclineChange *const *) sent->pdata, sent->len);
      if (!upload_exchange (upload, &request, sent->len, &answer, error))
        return FALSE;
    }
  if (sent->len == 0 || answer.success)
    upload_accept (upload, n_changes);
  else
    reject_transaction (upload, start, n_changes, sent, &answer);
  return TRUE;
}

gboolean
upload_by_call (Upload *upload, GError **error)
{
  for (guint at = 0; at < upload->changes->len;)
    {
      guint n_changes = count_transaction (upload->changes, at);
      if (!send_transaction (upload, at, n_changes, error))
        return FALSE;
      at += n_changes;
    }
  return TRUE;
}
