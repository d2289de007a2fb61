/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-store.h"

#include <string.h>

/* --- The gate ------------------------------------------------------------------------------------ */

void
mock_database_queue (MockDatabase *database,
                     SynclineTableMode mode,
                     gint64 transaction,
                     SynclineChangeOp op,
                     const char *table,
                     const char *row_id,
                     const char *data,
                     const char *previous,
                     const char *metadata)
{
  g_ptr_array_add (database->queue, syncline_change_new (++database->last_change, transaction, op,
                                                         table, row_id, data, previous, metadata));
  /* A row that is not kept can't be shown stale, so nobody has to wait for its confirmation. */
  if (mode == SYNCLINE_TABLE_INSERT_ONLY)
    return;
  mock_rows_add (database->pending, table, row_id);
  database->target = SYNCLINE_WRITE_CHECKPOINT_UNKNOWN;
  /* An older number must not pass for a confirmation of this write. */
  database->seen = 0;
}

gboolean
mock_database_gate_is_open (MockDatabase *database)
{
  return database->queue->len == 0 && database->target <= database->seen;
}

gboolean
mock_store_get_gate (gpointer self, SynclineGate *out_gate, GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;

  if (!mock_store_check (store, FALSE, NULL, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&database->lock);
  out_gate->n_queued = database->queue->len;
  out_gate->n_rejected = database->rejected->len;
  out_gate->target = database->target <= database->seen ? 0 : database->target;
  out_gate->seen = database->seen;
  out_gate->sequence = database->last_change;
  return TRUE;
}

gboolean
mock_store_set_write_checkpoint (
    gpointer self, gint64 target, gint64 sequence, gboolean *out_set, GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;

  if (!mock_store_check (store, TRUE, NULL, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&database->lock);
  *out_set = database->queue->len == 0 && database->last_change == sequence;
  if (*out_set)
    database->target = target;
  return TRUE;
}

/* --- The queue ----------------------------------------------------------------------------------- */

static gsize
size_of (SynclineChange *change)
{
  const char *data = syncline_change_get_data (change);

  return strlen (syncline_change_get_table (change)) + strlen (syncline_change_get_row_id (change))
         + (data == NULL ? 0 : strlen (data));
}

/* --- Rows of which a change was refused ------------------------------------------------------------ */

static char *
make_row_key (SynclineChange *change)
{
  return g_strconcat (syncline_change_get_table (change), "/", syncline_change_get_row_id (change),
                      NULL);
}

static void
hold_row (MockDatabase *database, SynclineChange *change)
{
  g_hash_table_insert (database->held, make_row_key (change),
                       g_memdup2 (&database->last_change, sizeof database->last_change));
}

static void
release_row (MockDatabase *database, SynclineChange *change)
{
  g_autofree char *key = make_row_key (change);

  g_hash_table_remove (database->held, key);
}

/* A change as it is handed out. */
static SynclineChange *
hand_out (MockDatabase *database, SynclineChange *change)
{
  g_autofree char *key = make_row_key (change);
  const gint64 *last = g_hash_table_lookup (database->held, key);

  if (last == NULL || *last < syncline_change_get_id (change))
    return syncline_change_ref (change);
  SynclineChange *held = syncline_change_new_like (change, syncline_change_get_table (change),
                                                   syncline_change_get_data (change));
  syncline_change_hold (held);
  return held;
}

gboolean
mock_store_peek_changes (gpointer self,
                         guint max_changes,
                         gsize max_bytes,
                         GPtrArray **out_changes,
                         GCancellable *cancellable,
                         GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;
  gsize bytes = 0;
  guint end = 0;

  if (!mock_store_check (store, FALSE, cancellable, error))
    return FALSE;
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_change_unref);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&database->lock);
  while (end < database->queue->len)
    {
      const gint64 number = syncline_change_get_transaction (database->queue->pdata[end]);
      const guint start = end;

      for (; end < database->queue->len
             && syncline_change_get_transaction (database->queue->pdata[end]) == number;
           end++)
        bytes += size_of (database->queue->pdata[end]);
      if (start > 0 && (end > max_changes || bytes > max_bytes))
        break;
      for (guint i = start; i < end; i++)
        g_ptr_array_add (changes, hand_out (database, database->queue->pdata[i]));
    }
  *out_changes = changes;
  return TRUE;
}

void
mock_rejected_free (gpointer data)
{
  MockRejected *rejected = data;

  syncline_change_unref (rejected->change);
  g_clear_pointer (&rejected->outcome, syncline_outcome_unref);
  g_free (rejected);
}

static void
reject (MockStore *store, SynclineChange *change, SynclineOutcome *outcome)
{
  MockRejected *rejected = g_new0 (MockRejected, 1);

  rejected->change = syncline_change_ref (change);
  rejected->outcome = syncline_outcome_ref (outcome);
  rejected->at = syncline_host_get_real_time (store->host);
  g_ptr_array_add (store->database->rejected, rejected);
  hold_row (store->database, change);
}

static gboolean
is_head (MockDatabase *database, GPtrArray *changes, GPtrArray *outcomes)
{
  if (changes->len != outcomes->len || changes->len > database->queue->len)
    return FALSE;
  for (guint i = 0; i < changes->len; i++)
    if (syncline_change_get_id (changes->pdata[i])
        != syncline_change_get_id (database->queue->pdata[i]))
      return FALSE;
  return TRUE;
}

gboolean
mock_store_resolve_changes (gpointer self,
                            GPtrArray *changes,
                            GPtrArray *outcomes,
                            GCancellable *cancellable,
                            GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;

  if (!mock_store_check (store, TRUE, cancellable, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&database->lock);
  if (!is_head (database, changes, outcomes))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                   "The %u changes with %u outcomes are not the head of the queue, which has %u",
                   changes->len, outcomes->len, database->queue->len);
      return FALSE;
    }
  for (guint i = 0; i < changes->len; i++)
    {
      SynclineChange *change = database->queue->pdata[i];
      if (syncline_outcome_get_kind (outcomes->pdata[i]) == SYNCLINE_OUTCOME_REJECTED)
        reject (store, change, outcomes->pdata[i]);
      else if (syncline_change_get_op (change) != SYNCLINE_CHANGE_PATCH)
        release_row (database, change);
    }
  if (changes->len > 0)
    g_ptr_array_remove_range (database->queue, 0, changes->len);
  return TRUE;
}

gboolean
mock_store_list_changes (gpointer self,
                         gboolean rejected,
                         SynclineChangeFunc func,
                         gpointer user_data,
                         GCancellable *cancellable,
                         GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (mock_rejected_free);

  if (!mock_store_check (store, FALSE, cancellable, error))
    return FALSE;
  /* A copy, so that the function may call the store. */
  g_mutex_lock (&database->lock);
  GPtrArray *source = rejected ? database->rejected : database->queue;
  for (guint i = 0; i < source->len; i++)
    {
      const MockRejected queued = { .change = source->pdata[i] };
      const MockRejected *item = rejected ? source->pdata[i] : &queued;
      MockRejected *copy = g_new0 (MockRejected, 1);

      copy->change = syncline_change_ref (item->change);
      copy->outcome = item->outcome == NULL ? NULL : syncline_outcome_ref (item->outcome);
      copy->at = item->at;
      g_ptr_array_add (list, copy);
    }
  g_mutex_unlock (&database->lock);

  for (guint i = 0; i < list->len; i++)
    {
      const MockRejected *item = list->pdata[i];

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!func (item->change, item->outcome, item->at, user_data))
        break;
    }
  return TRUE;
}

static gboolean
find_rejected (MockDatabase *database, gint64 id, guint *out_index, GError **error)
{
  for (guint i = 0; i < database->rejected->len; i++)
    {
      const MockRejected *rejected = database->rejected->pdata[i];

      if (syncline_change_get_id (rejected->change) == id)
        {
          *out_index = i;
          return TRUE;
        }
    }
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
               "There is no rejected change %" G_GINT64_FORMAT, id);
  return FALSE;
}

/* The row with the columns of @change laid over it; NULL when there is none to be shown. */
static char *
lay_over (SynclineChange *change, const char *current)
{
  if (syncline_change_get_op (change) == SYNCLINE_CHANGE_DELETE
      || (current == NULL && syncline_change_get_op (change) == SYNCLINE_CHANGE_PATCH))
    return NULL;
  g_autoptr (json_object) row = mock_json_parse (current == NULL ? "{}" : current, -1);
  g_autoptr (json_object) columns = mock_json_parse (syncline_change_get_data (change), -1);
  if (row == NULL || columns == NULL)
    return g_strdup (current);
  json_object_object_foreach (columns, name, value)
  {
    json_object_object_del (row, name);
    if (value != NULL)
      json_object_object_add (row, name, json_object_get (value));
  }
  return mock_json_print (row);
}

/* Queues the change once more and shows it, since by now the row may be the server's again: what is queued is
 * always visible. The lock is held. */
static void
retry (MockStore *store, SynclineChange *change, gint64 transaction, GHashTable *touched)
{
  MockDatabase *database = store->database;
  const char *table = syncline_change_get_table (change);
  const char *row_id = syncline_change_get_row_id (change);
  SynclineTableMode mode;

  /* A table that the schema no longer has can't hold a row that would be shown stale. */
  if (!mock_store_get_mode (store, table, &mode, NULL))
    mode = SYNCLINE_TABLE_INSERT_ONLY;
  if (mode == SYNCLINE_TABLE_SYNCED)
    mock_database_set_row (database, table, row_id,
                           lay_over (change, mock_database_peek_row (database, table, row_id)));
  mock_rows_add (touched, table, row_id);
  mock_database_queue (database, mode, transaction, syncline_change_get_op (change), table, row_id,
                       syncline_change_get_data (change), syncline_change_get_previous (change),
                       syncline_change_get_metadata (change));
}

static gboolean
has_code (const MockRejected *rejected, const char *code)
{
  return g_strcmp0 (syncline_outcome_get_code (rejected->outcome), code) == 0;
}

/* Whether what was put aside goes along with a change that is retried. */
static gboolean
goes_along (const MockRejected *other, const MockRejected *retried)
{
  g_autofree char *row = make_row_key (retried->change);
  g_autofree char *other_row = make_row_key (other->change);

  if (syncline_change_get_transaction (other->change)
          == syncline_change_get_transaction (retried->change)
      && (has_code (other, "SYNCLINE_TRANSACTION") || has_code (retried, "SYNCLINE_TRANSACTION")))
    return TRUE;
  return has_code (other, "SYNCLINE_HELD") && g_str_equal (row, other_row)
         && syncline_change_get_id (other->change) > syncline_change_get_id (retried->change);
}

/* The lock is held. */
static void
retry_together (MockStore *store, const MockRejected *retried, GHashTable *touched)
{
  MockDatabase *database = store->database;
  g_autoptr (GPtrArray) together = g_ptr_array_new ();

  for (guint i = 0; i < database->rejected->len; i++)
    if (database->rejected->pdata[i] == retried
        || goes_along (database->rejected->pdata[i], retried))
      g_ptr_array_add (together, database->rejected->pdata[i]);
  database->last_transaction++;
  for (guint i = 0; i < together->len; i++)
    retry (store, ((MockRejected *) together->pdata[i])->change, database->last_transaction,
           touched);
  for (guint i = 0; i < together->len; i++)
    g_ptr_array_remove (database->rejected, together->pdata[i]);
}

gboolean
mock_store_retry_rejected (gpointer self, gint64 id, GCancellable *cancellable, GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;
  g_autoptr (GHashTable) touched = mock_rows_new ();
  guint i;

  if (!mock_store_check (store, TRUE, cancellable, error)
      || !mock_database_begin_write (database, cancellable, error))
    return FALSE;
  g_mutex_lock (&database->lock);
  const gboolean found = find_rejected (database, id, &i, error);
  if (found)
    retry_together (store, database->rejected->pdata[i], touched);
  g_mutex_unlock (&database->lock);
  mock_database_end_write (database);
  if (found)
    mock_store_notify (store, SYNCLINE_CHANGE_LOCAL, touched);
  return found;
}

/* A change that is forgotten holds nothing back. */
static void
release_if_last (MockDatabase *database, SynclineChange *change)
{
  g_autofree char *row = make_row_key (change);

  for (guint i = 0; i < database->rejected->len; i++)
    {
      g_autofree char *other
          = make_row_key (((MockRejected *) database->rejected->pdata[i])->change);
      if (g_str_equal (row, other))
        return;
    }
  release_row (database, change);
}

gboolean
mock_store_discard_rejected (gpointer self, gint64 id, GCancellable *cancellable, GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;
  guint i;

  if (!mock_store_check (store, TRUE, cancellable, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&database->lock);
  if (!find_rejected (database, id, &i, error))
    return FALSE;
  g_autoptr (SynclineChange) change
      = syncline_change_ref (((MockRejected *) database->rejected->pdata[i])->change);
  g_ptr_array_remove_index (database->rejected, i);
  release_if_last (database, change);
  return TRUE;
}
