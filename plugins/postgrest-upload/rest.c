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

/* --- Single requests and bulk requests -------------------------------------------------------------- */

static gboolean send_range (Upload *upload, guint start, guint n_changes, GError **error);

/* Sends a range in two halves, until what the server does not like is alone. A half that went through
 * counts even if the other one does not: each change could as well have been sent by itself. */
static gboolean
take_apart (Upload *upload, guint start, guint n_changes, GError **error)
{
  guint half = n_changes / 2;

  return send_range (upload, start, half, error)
         && send_range (upload, start + half, n_changes - half, error);
}

static gboolean
send_range (Upload *upload, guint start, guint n_changes, GError **error)
{
  SynclineChange *const *changes = (SynclineChange *const *) upload->changes->pdata + start;
  g_auto (Request) request = { NULL };
  g_auto (Answer) answer = { 0 };

  request_init_changes (&request, &upload->uploader->endpoint, changes, n_changes);
  if (!upload_exchange (upload, &request, n_changes, &answer, error))
    return FALSE;

  /* A row that is to be deleted and can't be seen is gone as far as this user can tell. If it is merely
   * hidden, which looks the same, the next checkpoint brings it back. */
  gboolean patch_missed = syncline_change_get_op (changes[0]) == SYNCLINE_CHANGE_PATCH
                          && answer.success && answer.rows >= 0 && answer.rows < n_changes;
  if (answer.success && !patch_missed)
    upload_accept (upload, n_changes);
  else if (n_changes > 1)
    {
      request_clear (&request);
      return take_apart (upload, start, n_changes, error);
    }
  else if (patch_missed)
    reject_without_row (upload, &answer);
  else
    reject (upload, &answer);
  return TRUE;
}

gboolean
upload_by_rest (Upload *upload, GError **error)
{
  const Uploader *uploader = upload->uploader;

  for (guint at = 0; at < upload->changes->len;)
    {
      if (change_is_empty (upload->changes->pdata[at]))
        {
          upload_accept (upload, 1);
          at++;
          continue;
        }
      const GroupLimits limits = {
        .max_changes
        = uploader->config->mode == UPLOAD_MODE_REST_SINGLE ? 1 : uploader->request_changes,
        .max_bytes = (gsize) uploader->config->max_request_size,
      };
      guint n_changes = group_length (upload->changes, at, &limits);
      if (!send_range (upload, at, n_changes, error))
        return FALSE;
      at += n_changes;
    }
  return TRUE;
}
