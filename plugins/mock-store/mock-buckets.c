/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-store.h"

#include <string.h>

/* --- Buckets ------------------------------------------------------------------------------------- */

static void
entry_clear (gpointer data)
{
  MockEntry *entry = data;

  g_free (entry->type);
  g_free (entry->id);
  g_free (entry->data);
}

static void
entry_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, entry_clear);
}

void
mock_bucket_free (gpointer data)
{
  MockBucket *bucket = data;

  g_free (bucket->name);
  g_hash_table_unref (bucket->entries);
  g_hash_table_unref (bucket->visible);
  g_free (bucket);
}

static MockBucket *
get_bucket (MockDatabase *database, const char *name)
{
  MockBucket *bucket = g_hash_table_lookup (database->buckets, name);

  if (bucket == NULL)
    {
      bucket = g_new0 (MockBucket, 1);
      bucket->name = g_strdup (name);
      bucket->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_unref);
      bucket->visible = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_unref);
      g_hash_table_insert (database->buckets, bucket->name, bucket);
    }
  return bucket;
}

gboolean
mock_store_list_buckets (gpointer self,
                         SynclineBucketFunc func,
                         gpointer user_data,
                         GCancellable *cancellable,
                         GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;
  GHashTableIter iter;
  gpointer value;

  if (!mock_store_check (store, FALSE, cancellable, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&database->lock);
  g_hash_table_iter_init (&iter, database->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const MockBucket *bucket = value;
      const SynclineBucketState state = {
        .name = bucket->name,
        .last_op = bucket->last_op,
        .last_applied_op = bucket->last_applied_op,
        .checksum = bucket->checksum,
        .count_at_last = bucket->count_at_last,
        .count_since_last = bucket->count_since_last,
      };
      func (&state, user_data);
    }
  return TRUE;
}

gboolean
mock_store_remove_buckets (gpointer self,
                           const char *const *names,
                           guint n_names,
                           GCancellable *cancellable,
                           GError **error)
{
  MockStore *store = self;

  if (!mock_store_check (store, TRUE, cancellable, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->database->lock);
  for (guint i = 0; i < n_names; i++)
    g_hash_table_remove (store->database->buckets, names[i]);
  return TRUE;
}

/* --- Operations ---------------------------------------------------------------------------------- */

/* Within a bucket, what tells rows (and copies of a row) apart. NULL without a row: such an
 * operation counts, but shows nowhere. */
static char *
key_of (const SynclineOp *op)
{
  if (op->object_type.data == NULL || op->object_id.data == NULL)
    return NULL;
  const SynclineSlice none = { "null", 4 };
  const SynclineSlice subkey = op->subkey.data == NULL ? none : op->subkey;
  return g_strdup_printf ("%.*s/%.*s/%.*s", (int) op->object_type.length, op->object_type.data,
                          (int) op->object_id.length, op->object_id.data, (int) subkey.length,
                          subkey.data);
}

static char *
dup_slice (SynclineSlice slice)
{
  return slice.data == NULL ? NULL : g_strndup (slice.data, slice.length);
}

static void
stage_op (MockBucket *bucket, const SynclineOp *op)
{
  g_autofree char *key = key_of (op);

  bucket->checksum += op->checksum;
  switch (op->type)
    {
    case SYNCLINE_OP_PUT:
      if (key != NULL)
        {
          MockEntry *entry = g_atomic_rc_box_new0 (MockEntry);

          entry->op_id = op->op_id;
          entry->type = dup_slice (op->object_type);
          entry->id = dup_slice (op->object_id);
          entry->data = dup_slice (op->data);
          g_hash_table_replace (bucket->entries, g_steal_pointer (&key), entry);
        }
      break;
    case SYNCLINE_OP_REMOVE:
      if (key != NULL)
        g_hash_table_remove (bucket->entries, key);
      break;
    case SYNCLINE_OP_MOVE:
      break;
    case SYNCLINE_OP_CLEAR:
      g_hash_table_remove_all (bucket->entries);
      bucket->checksum = op->checksum;
      bucket->last_applied_op = 0;
      break;
    }
}

gboolean
mock_store_stage_ops (gpointer self,
                      const char *bucket,
                      const SynclineOp *ops,
                      guint n_ops,
                      GCancellable *cancellable,
                      GError **error)
{
  MockStore *store = self;

  if (!mock_store_check (store, TRUE, cancellable, error))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->database->lock);
  MockBucket *into = get_bucket (store->database, bucket);
  for (guint i = 0; i < n_ops; i++)
    stage_op (into, &ops[i]);
  if (n_ops > 0)
    into->last_op = ops[n_ops - 1].op_id;
  into->count_since_last += n_ops;
  return TRUE;
}

/* --- Checkpoints --------------------------------------------------------------------------------- */

static gboolean
in_range (const SynclineBucketTarget *target, int priority)
{
  return priority == SYNCLINE_PRIORITY_ALL || target->priority <= priority;
}

/* Forgets the buckets that do not add up; a line about them, or NULL if all do. */
static char *
validate (MockDatabase *database, const SynclineCheckpoint *checkpoint, int priority)
{
  GString *line = NULL;

  for (guint i = 0; i < checkpoint->n_buckets; i++)
    {
      const SynclineBucketTarget *target = &checkpoint->buckets[i];
      const MockBucket *bucket = g_hash_table_lookup (database->buckets, target->name);
      const guint32 found = bucket == NULL ? 0 : bucket->checksum;

      if (!in_range (target, priority) || found == target->checksum)
        continue;
      if (line == NULL)
        line = g_string_new ("Checksums differ: ");
      else
        g_string_append (line, ", ");
      g_string_append_printf (line, "bucket %s: expected %u, found %u", target->name,
                              target->checksum, found);
      g_hash_table_remove (database->buckets, target->name);
    }
  return line == NULL ? NULL : g_string_free (line, FALSE);
}

/* The table that rows of @type are kept in, or NULL when they are not shown. */
static const char *
shown_table (MockStore *store, const char *type)
{
  SynclineSchema *schema = syncline_host_get_schema (store->host);

  if (syncline_schema_get_n_tables (schema) == 0)
    return type;
  const SynclineTable *table = syncline_schema_find_server_table (schema, type, -1);
  if (table == NULL || syncline_table_get_mode (table) != SYNCLINE_TABLE_SYNCED)
    return NULL;
  return syncline_table_get_name (table);
}

static void
offer (GHashTable *winners, const char *table, const MockEntry *entry)
{
  GHashTable *rows = g_hash_table_lookup (winners, table);

  if (rows == NULL)
    {
      rows = g_hash_table_new (g_str_hash, g_str_equal);
      g_hash_table_insert (winners, g_strdup (table), rows);
    }
  const MockEntry *best = g_hash_table_lookup (rows, entry->id);
  if (best == NULL || entry->op_id > best->op_id)
    g_hash_table_replace (rows, entry->id, (gpointer) entry);
}

/* What is about to change keeps no other bucket's copy from being shown. */
static gboolean
is_current (const MockBucket *bucket, const char *key, const MockEntry *entry)
{
  const MockEntry *now = g_hash_table_lookup (bucket->entries, key);

  return now != NULL && now->op_id == entry->op_id;
}

/* For every row its newest entry: table to (row id to MockEntry). Of buckets that are not in @range (a set
 * of names, or NULL for all) what is visible already. */
static GHashTable *
find_winners (MockStore *store, GHashTable *range)
{
  GHashTable *winners = mock_rows_new ();
  GHashTableIter buckets, entries;
  gpointer key, value;

  g_hash_table_iter_init (&buckets, store->database->buckets);
  while (g_hash_table_iter_next (&buckets, NULL, &value))
    {
      const MockBucket *bucket = value;
      const gboolean whole = range == NULL || g_hash_table_contains (range, bucket->name);

      g_hash_table_iter_init (&entries, whole ? bucket->entries : bucket->visible);
      while (g_hash_table_iter_next (&entries, &key, &value))
        {
          const MockEntry *entry = value;
          const char *table = shown_table (store, entry->type);

          if (table != NULL && (whole || is_current (bucket, key, entry)))
            offer (winners, table, entry);
        }
    }
  return winners;
}

/* The rows that a partial checkpoint has news of: those with new entries in its buckets, unless the local
 * version is newer still. */
static GHashTable *
find_news (MockStore *store, GHashTable *range)
{
  MockDatabase *database = store->database;
  const gboolean open = mock_database_gate_is_open (database);
  GHashTable *news = mock_rows_new ();
  GHashTableIter buckets, entries;
  gpointer name, value;

  g_hash_table_iter_init (&buckets, range);
  while (g_hash_table_iter_next (&buckets, &name, NULL))
    {
      const MockBucket *bucket = g_hash_table_lookup (database->buckets, name);

      if (bucket == NULL)
        continue;
      g_hash_table_iter_init (&entries, bucket->entries);
      while (g_hash_table_iter_next (&entries, NULL, &value))
        {
          const MockEntry *entry = value;
          const char *table = shown_table (store, entry->type);

          if (table != NULL && entry->op_id > bucket->last_applied_op
              && (open || !mock_rows_contain (database->pending, table, entry->id)))
            mock_rows_add (news, table, entry->id);
        }
    }
  return news;
}

static void
show_row (MockDatabase *database,
          const char *table,
          const char *row_id,
          const char *data,
          GHashTable *changed)
{
  if (mock_database_set_row (database, table, row_id, g_strdup (data)))
    mock_rows_add (changed, table, row_id);
}

/* Removes the rows of synced tables that nobody has any more. */
static void
remove_orphans (MockStore *store, GHashTable *winners, GHashTable *changed)
{
  GHashTableIter tables, rows;
  gpointer table, ids, row_id;
  SynclineTableMode mode;

  g_hash_table_iter_init (&tables, store->database->tables);
  while (g_hash_table_iter_next (&tables, &table, &ids))
    {
      if (!mock_store_get_mode (store, table, &mode, NULL) || mode != SYNCLINE_TABLE_SYNCED)
        continue;
      g_hash_table_iter_init (&rows, ids);
      while (g_hash_table_iter_next (&rows, &row_id, NULL))
        if (!mock_rows_contain (winners, table, row_id))
          {
            mock_rows_add (changed, table, row_id);
            g_hash_table_iter_remove (&rows);
          }
    }
}

/* Shows the winners; only those in @news unless it is NULL. */
static void
show_winners (MockStore *store, GHashTable *winners, GHashTable *news, GHashTable *changed)
{
  GHashTableIter tables, rows;
  gpointer table, set, value;

  g_hash_table_iter_init (&tables, winners);
  while (g_hash_table_iter_next (&tables, &table, &set))
    {
      g_hash_table_iter_init (&rows, set);
      while (g_hash_table_iter_next (&rows, NULL, &value))
        {
          const MockEntry *entry = value;

          if (news == NULL || mock_rows_contain (news, table, entry->id))
            show_row (store->database, table, entry->id, entry->data, changed);
        }
    }
}

static void
settle_bucket (MockBucket *bucket, const SynclineBucketTarget *target, gboolean partial)
{
  GHashTableIter iter;
  gpointer key, entry;

  g_hash_table_remove_all (bucket->visible);
  g_hash_table_iter_init (&iter, bucket->entries);
  while (g_hash_table_iter_next (&iter, &key, &entry))
    g_hash_table_insert (bucket->visible, g_strdup (key), g_atomic_rc_box_acquire (entry));
  bucket->last_applied_op = bucket->last_op;
  if (!partial && target->has_count)
    {
      bucket->count_at_last = target->count;
      bucket->count_since_last = 0;
    }
}

/* Makes what was received visible. A partial checkpoint removes nothing: a row that left a bucket may be
 * about to come in another one. */
static void
show (MockStore *store, const SynclineCheckpoint *checkpoint, int priority, GHashTable *changed)
{
  MockDatabase *database = store->database;
  const gboolean partial = priority != SYNCLINE_PRIORITY_ALL;
  g_autoptr (GHashTable) range = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < checkpoint->n_buckets; i++)
    if (in_range (&checkpoint->buckets[i], priority))
      g_hash_table_add (range, (gpointer) checkpoint->buckets[i].name);

  g_autoptr (GHashTable) winners = find_winners (store, partial ? range : NULL);
  g_autoptr (GHashTable) news = partial ? find_news (store, range) : NULL;
  show_winners (store, winners, news, changed);
  for (guint i = 0; i < checkpoint->n_buckets; i++)
    {
      const SynclineBucketTarget *target = &checkpoint->buckets[i];
      MockBucket *bucket = g_hash_table_lookup (database->buckets, target->name);

      if (bucket != NULL && in_range (target, priority))
        settle_bucket (bucket, target, partial);
    }
  if (partial)
    return;
  remove_orphans (store, winners, changed);
  g_hash_table_remove_all (database->pending);
  database->target = 0;
}

static SynclineApplyResult
apply (MockStore *store,
       const SynclineCheckpoint *checkpoint,
       int priority,
       GHashTable *changed,
       char **out_mismatch)
{
  MockDatabase *database = store->database;
  const gboolean full = priority == SYNCLINE_PRIORITY_ALL;
  g_autofree char *mismatch = validate (database, checkpoint, priority);

  if (mismatch != NULL)
    {
      if (out_mismatch != NULL)
        *out_mismatch = g_steal_pointer (&mismatch);
      return SYNCLINE_APPLY_MISMATCH;
    }
  for (guint i = 0; i < checkpoint->n_buckets; i++)
    {
      MockBucket *bucket = g_hash_table_lookup (database->buckets, checkpoint->buckets[i].name);

      /* The server looked up to there; resuming from the last operation would have it look again. */
      if (bucket != NULL && in_range (&checkpoint->buckets[i], priority))
        bucket->last_op = checkpoint->last_op_id;
    }
  if (full && checkpoint->write_checkpoint > 0)
    database->seen = checkpoint->write_checkpoint;
  if (priority != 0 && !mock_database_gate_is_open (database))
    return SYNCLINE_APPLY_GATED;
  show (store, checkpoint, priority, changed);
  return SYNCLINE_APPLY_DONE;
}

gboolean
mock_store_apply_checkpoint (gpointer self,
                             const SynclineCheckpoint *checkpoint,
                             int priority,
                             SynclineApplyResult *out_result,
                             char **out_mismatch,
                             GCancellable *cancellable,
                             GError **error)
{
  MockStore *store = self;
  MockDatabase *database = store->database;
  g_autoptr (GHashTable) changed = mock_rows_new ();

  if (!mock_store_check (store, TRUE, cancellable, error)
      || !mock_database_begin_write (database, cancellable, error))
    return FALSE;
  g_mutex_lock (&database->lock);
  *out_result = apply (store, checkpoint, priority, changed, out_mismatch);
  g_mutex_unlock (&database->lock);
  mock_database_end_write (database);
  mock_store_notify (store, SYNCLINE_CHANGE_DOWNLOADED, changed);
  return TRUE;
}
