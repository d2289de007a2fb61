/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "group.h"
#include "upload.h"

static void
reject (Upload *upload, const Answer *answer)
{
  g_ptr_array_add (upload->outcomes, answer_make_rejection (answer));
}

/* Row level security hides rows without a word: a change of such a row succeeds and does nothing. */
static void
reject_without_row (Upload *upload, const Answer *answer)
{
  g_ptr_array_add (
      upload->outcomes,
      syncline_outcome_new_rejected (
          answer->status, CODE_NO_ROW, "the server changed no row", NULL,
          "The row was deleted, or row level security hides it from this user. Discard the change, "
          "or write the row again."));
}

typedef enum
{
  SENT_ACCEPTED,
  SENT_REFUSED, /* it, or one of them */
  SENT_FAILED,  /* the error says what to do */
} Sent;

/* Sends the first changes, which make one request. Outcomes are added unless a refusal may concern only some of
 * them. */
static Sent
send_group (Upload *upload, guint n_changes, GError **error)
{
  SynclineChange *const *changes = (SynclineChange *const *) upload->changes->pdata;
  g_auto (Request) request = { NULL };
  g_auto (Answer) answer = { 0 };

  request_init_changes (&request, &upload->uploader->endpoint, changes, n_changes);
  if (!upload_exchange (upload, &request, n_changes, &answer, error))
    return SENT_FAILED;

  /* A row that is to be deleted and can't be seen is gone as far as this user can tell. If it is merely
   * hidden, which looks the same, the next checkpoint brings it back. */
  gboolean patch_missed = syncline_change_get_op (changes[0]) == SYNCLINE_CHANGE_PATCH
                          && answer.success && answer.rows >= 0 && answer.rows < n_changes;
  if (answer.success && !patch_missed)
    {
      upload_accept (upload, n_changes);
      return SENT_ACCEPTED;
    }
  if (n_changes == 1 && patch_missed)
    reject_without_row (upload, &answer);
  else if (n_changes == 1)
    reject (upload, &answer);
  return SENT_REFUSED;
}

/* Sends the first group. One that was refused is sent in smaller ones until the culprit is alone; groups grow
 * again as they get through. */
gboolean
upload_by_rest (Upload *upload, GError **error)
{
  const Uploader *uploader = upload->uploader;
  const gboolean single = uploader->config->mode == UPLOAD_MODE_REST_SINGLE;
  Sent sent = SENT_REFUSED;

  if (change_is_empty (upload->changes->pdata[0]))
    {
      upload_accept (upload, 1);
      return TRUE;
    }
  while (sent == SENT_REFUSED && upload->outcomes->len == 0)
    {
      const GroupLimits limits = {
        .max_changes = single ? 1 : uploader->request_changes,
        .max_bytes = (gsize) uploader->config->max_request_size,
      };
      const guint n_changes = group_length (upload->changes, 0, &limits);
      sent = send_group (upload, n_changes, error);
      if (sent == SENT_REFUSED && n_changes > 1)
        upload_count_refusal (upload, n_changes);
    }
  return sent != SENT_FAILED;
}
