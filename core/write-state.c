/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "roles.h"
#include "upload-batch.h"

/* A store need not know states: its lists say as much, but for what is being sent. */
typedef struct
{
  const SynclineWrite *write;
  SynclineWriteState state;
} Search;

static SynclineWriteState
get_state (SynclineOutcome *outcome)
{
  const char *code = outcome != NULL ? syncline_outcome_get_code (outcome) : NULL;

  if (outcome == NULL)
    return SYNCLINE_WRITE_PENDING;
  if (g_strcmp0 (code, SYNCLINE_CODE_HELD) == 0 || g_strcmp0 (code, SYNCLINE_CODE_TRANSACTION) == 0)
    return SYNCLINE_WRITE_PARKED;
  return SYNCLINE_WRITE_REJECTED;
}

static gboolean
look_at (SynclineChange *change,
         SynclineOutcome *outcome,
         gint64 rejected_at G_GNUC_UNUSED,
         gpointer user_data)
{
  Search *search = user_data;
  const SynclineWrite *write = search->write;
  const gboolean meant
      = write->table != NULL
            ? g_str_equal (syncline_change_get_table (change), write->table)
                  && g_str_equal (syncline_change_get_row_id (change), write->row_id)
            : syncline_change_get_transaction (change) == write->transaction;

  if (meant)
    search->state = MAX (search->state, get_state (outcome));
  return search->state != SYNCLINE_WRITE_PENDING;
}

gboolean
syncline_roles_get_write_state (SynclineRoles *roles,
                                const SynclineWrite *write,
                                SynclineWriteState *out_state,
                                GCancellable *cancellable,
                                GError **error)
{
  const SynclineStoreClass *methods = roles->store_methods;
  Search search = { write, SYNCLINE_WRITE_CLEAN };

  if (SYNCLINE_HAS_SLOT (methods, get_write_state))
    return methods->get_write_state (roles->store, write, out_state, cancellable, error);
  if (!methods->list_changes (roles->store, FALSE, look_at, &search, cancellable, error)
      || (search.state != SYNCLINE_WRITE_PENDING
          && !methods->list_changes (roles->store, TRUE, look_at, &search, cancellable, error)))
    return FALSE;
  *out_state = search.state;
  return TRUE;
}
