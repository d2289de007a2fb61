/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* How changes leave the queue. */

#include "config.h"

#include "sqlite-store/store.h"

/* The change must be the first in the queue. */
static gboolean
check_head (Store *store, SynclineChange *change, GError **error)
{
  gint64 head;

  if (!connection_get_int (store->writer, &head, error, "SELECT min(id) FROM syncline_change", ""))
    return FALSE;
  if (head == syncline_change_get_id (change))
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
               "Change %" G_GINT64_FORMAT
               " was answered, but the queue begins with %" G_GINT64_FORMAT
               "; does another program sync this file?",
               syncline_change_get_id (change), head);
  return FALSE;
}

/* Notes what the row was on the server: what it was before the first of its changes. */
static gboolean
keep_shadow (Store *store, gint64 id, gint64 type, GError **error)
{
  return connection_run (store->writer, error,
                         "INSERT OR IGNORE INTO syncline_shadow (type, row_id, data)"
                         " SELECT ?2, row_id, old FROM syncline_change WHERE id = ?1",
                         "ii", id, type);
}

static gboolean
keep_rejected (Store *store, gint64 id, SynclineOutcome *outcome, GError **error)
{
  return connection_run (
      store->writer, error,
      "INSERT INTO syncline_rejected (id, tx, op, tbl, row_id, data, old, previous, metadata,"
      " status, code, message, details, hint, rejected_at)"
      " SELECT id, tx, op, tbl, row_id, data, old, previous, metadata, ?2, ?3, ?4, ?5, ?6, ?7"
      " FROM syncline_change WHERE id = ?1",
      "iissssi", id, (gint64) syncline_outcome_get_status (outcome),
      syncline_outcome_get_code (outcome), syncline_outcome_get_message (outcome),
      syncline_outcome_get_details (outcome), syncline_outcome_get_hint (outcome),
      syncline_host_get_real_time (store->host));
}

/* Takes the first change from the queue. Sets out_armed to its number if the server has to confirm
 * it. */
static gboolean
resolve_one (Store *store,
             SynclineChange *change,
             SynclineOutcome *outcome,
             gint64 *out_armed,
             GError **error)
{
  gint64 id = syncline_change_get_id (change);
  gint64 type;
  gboolean insert_only;

  if (!check_head (store, change, error)
      || !tables_get_change_type (store->tables, store->writer, syncline_change_get_table (change),
                                  &type, &insert_only, error))
    return FALSE;
  /* Rows of insert-only tables are not kept: there is nothing that a download could show too early. */
  if (!insert_only)
    {
      *out_armed = id;
      if (type != 0 && syncline_host_has_role (store->host, SYNCLINE_ROLE_DOWNLOAD)
          && !keep_shadow (store, id, type, error))
        return FALSE;
    }
  if (syncline_outcome_get_kind (outcome) == SYNCLINE_OUTCOME_REJECTED
      && !keep_rejected (store, id, outcome, error))
    return FALSE;
  return connection_run (store->writer, error, "DELETE FROM syncline_change WHERE id = ?1", "i",
                         id);
}

gboolean
store_resolve_changes (gpointer self,
                       GPtrArray *changes,
                       GPtrArray *outcomes,
                       GCancellable *cancellable,
                       GError **error)
{
  Store *store = self;
  gboolean ok = TRUE;
  gint64 armed = 0;

  if (changes->len != outcomes->len)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                   "%u changes, but %u answers", changes->len, outcomes->len);
      return FALSE;
    }
  if (!store_begin (store, cancellable, error))
    return FALSE;
  for (guint i = 0; ok && i < changes->len; i++)
    ok = resolve_one (store, g_ptr_array_index (changes, i), g_ptr_array_index (outcomes, i),
                      &armed, error);
  /* A write checkpoint from before does not confirm these changes. */
  if (ok && armed != 0)
    ok = meta_set_int (store->writer, META_ARMED, armed, error)
         && meta_set_int (store->writer, META_SEEN, 0, error);
  return store_end (store, ok, SYNCLINE_CHANGE_LOCAL, error);
}
