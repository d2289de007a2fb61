/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* How changes leave the queue. */

#include "config.h"

#include "sqlite-store/native.h"

/* Neighbours in the queue that leave it together, from its head on. */
typedef struct
{
  GPtrArray *changes;
  GPtrArray *outcomes;
  gint64 first;
  gint64 last;
} Head;

/* The changes must be the first in the queue. Its numbers have no gaps. */
static gboolean
check_head (Store *store, const Head *head, GError **error)
{
  gint64 first;

  if (!connection_get_int (store->writer, &first, error,
                           "SELECT id FROM syncline_change WHERE op > 0 ORDER BY id LIMIT 1", ""))
    return FALSE;
  for (guint i = 0; i < head->changes->len; i++)
    if (syncline_change_get_id (head->changes->pdata[i]) != first + i)
      {
        g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                     "Change %" G_GINT64_FORMAT " was answered, but the queue has %" G_GINT64_FORMAT
                     " there; does another program sync this file?",
                     syncline_change_get_id (head->changes->pdata[i]), first + i);
        return FALSE;
      }
  return TRUE;
}

/* --- What the server has ------------------------------------------------------------------------------ */

/* Notes what rows of a table were on the server: what they were before the first of their changes. */
static gboolean
keep_shadows (Store *store, const Head *head, const char *table, gint64 type, GError **error)
{
  return connection_run (store->writer, error,
                         "INSERT OR IGNORE INTO syncline_shadow (type, row_id, data)"
                         " SELECT ?1, row_id, old FROM syncline_change"
                         " WHERE id BETWEEN ?2 AND ?3 AND tbl = ?4 ORDER BY id",
                         "iiis", type, head->first, head->last, table);
}

/* Sets out_confirm if the server has to confirm changes of the table. */
static gboolean
settle_table (
    Store *store, const Head *head, const char *table, gboolean *out_confirm, GError **error)
{
  gint64 type;
  gboolean insert_only;

  if (!tables_get_change_type (store->tables, store->writer, table, &type, &insert_only, error))
    return FALSE;
  /* Rows of insert-only tables are not kept: there is nothing that a download could show too early. */
  *out_confirm = !insert_only;
  return insert_only || type == 0 || !syncline_host_has_role (store->host, SYNCLINE_ROLE_DOWNLOAD)
         || keep_shadows (store, head, table, type, error);
}

/* Sets out_armed to the number of the last change that the server has to confirm, or 0. */
static gboolean
settle_tables (Store *store, const Head *head, gint64 *out_armed, GError **error)
{
  /* Name → whether to confirm. */
  g_autoptr (GHashTable) tables = g_hash_table_new (g_str_hash, g_str_equal);

  *out_armed = 0;
  for (guint i = 0; i < head->changes->len; i++)
    {
      SynclineChange *change = head->changes->pdata[i];
      const char *table = syncline_change_get_table (change);
      gpointer known;
      gboolean confirm;
      if (g_hash_table_lookup_extended (tables, table, NULL, &known))
        confirm = GPOINTER_TO_INT (known);
      else if (settle_table (store, head, table, &confirm, error))
        g_hash_table_insert (tables, (gpointer) table, GINT_TO_POINTER (confirm));
      else
        return FALSE;
      if (confirm)
        *out_armed = syncline_change_get_id (change);
    }
  return TRUE;
}

/* --- What it refused ---------------------------------------------------------------------------------- */

/* As it was handed out. */
static gboolean
keep_rejected (Store *store, SynclineChange *change, SynclineOutcome *outcome, GError **error)
{
  return connection_run (
      store->writer, error,
      "INSERT INTO syncline_rejected (id, tx, op, tbl, row_id, data, old, previous, metadata,"
      " status, code, message, details, hint, rejected_at)"
      " SELECT id, tx, ?8, tbl, row_id, ?9, old, previous, metadata, ?2, ?3, ?4, ?5, ?6, ?7"
      " FROM syncline_change WHERE id = ?1",
      "iissssiis", syncline_change_get_id (change), (gint64) syncline_outcome_get_status (outcome),
      syncline_outcome_get_code (outcome), syncline_outcome_get_message (outcome),
      syncline_outcome_get_details (outcome), syncline_outcome_get_hint (outcome),
      syncline_host_get_real_time (store->host), (gint64) syncline_change_get_op (change),
      syncline_change_get_data (change));
}

/* Whatever of the row is queued by now was written in the belief that this went through. */
static gboolean
hold_row (Store *store, SynclineChange *change, GError **error)
{
  return connection_run (store->writer, error,
                         "INSERT OR REPLACE INTO syncline_held (tbl, row_id, last)"
                         " SELECT ?1, ?2, max(id) FROM syncline_change",
                         "ss", syncline_change_get_table (change),
                         syncline_change_get_row_id (change));
}

/* The server has the whole row again, or knows that it is gone. */
static gboolean
release_row (Store *store, SynclineChange *change, GError **error)
{
  return connection_run (store->writer, error,
                         "DELETE FROM syncline_held WHERE tbl = ?1 AND row_id = ?2", "ss",
                         syncline_change_get_table (change), syncline_change_get_row_id (change));
}

static gboolean
sort_out (Store *store, const Head *head, GError **error)
{
  gint64 any_held;

  if (!connection_get_int (store->writer, &any_held, error,
                           "SELECT EXISTS (SELECT 1 FROM syncline_held)", ""))
    return FALSE;
  for (guint i = 0; i < head->changes->len; i++)
    {
      SynclineChange *change = head->changes->pdata[i];
      SynclineOutcome *outcome = head->outcomes->pdata[i];
      if (syncline_outcome_get_kind (outcome) == SYNCLINE_OUTCOME_REJECTED)
        {
          if (!keep_rejected (store, change, outcome, error) || !hold_row (store, change, error))
            return FALSE;
          any_held = TRUE;
        }
      else if (any_held && syncline_change_get_op (change) != SYNCLINE_CHANGE_PATCH
               && !release_row (store, change, error))
        return FALSE;
    }
  return TRUE;
}

/* --- Both --------------------------------------------------------------------------------------------- */

/* Leaves the mark. What no queued change can be concerned by is not held any more. */
static gboolean
remove_head (Store *store, const Head *head, GError **error)
{
  return connection_run (store->writer, error, "DELETE FROM syncline_change WHERE id < ?1", "i",
                         head->last)
         && connection_run (store->writer, error,
                            "UPDATE syncline_change SET " QUEUE_MARK " WHERE id = ?1", "i",
                            head->last)
         && connection_run (store->writer, error, "DELETE FROM syncline_held WHERE last <= ?1", "i",
                            head->last);
}

static gboolean
resolve (Store *store, const Head *head, GError **error)
{
  gint64 armed;

  if (!check_head (store, head, error) || !settle_tables (store, head, &armed, error)
      || !sort_out (store, head, error) || !remove_head (store, head, error))
    return FALSE;
  /* A write checkpoint from before does not confirm these changes. */
  return armed == 0
         || (meta_set_int (store->writer, META_ARMED, armed, error)
             && meta_set_int (store->writer, META_SEEN, 0, error));
}

gboolean
store_resolve_changes (gpointer self,
                       GPtrArray *changes,
                       GPtrArray *outcomes,
                       GCancellable *cancellable,
                       GError **error)
{
  Store *store = self;

  if (changes->len != outcomes->len)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                   "%u changes, but %u answers", changes->len, outcomes->len);
      return FALSE;
    }
  if (changes->len == 0)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);

  const Head head = {
    .changes = changes,
    .outcomes = outcomes,
    .first = syncline_change_get_id (changes->pdata[0]),
    .last = syncline_change_get_id (changes->pdata[changes->len - 1]),
  };
  return store_begin (store, cancellable, error)
         && store_end (store, resolve (store, &head, error), SYNCLINE_CHANGE_LOCAL, error);
}
