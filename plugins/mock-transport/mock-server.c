/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "mock-transport.h"

/* --- Operations and buckets ----------------------------------------------------------------------- */

MockOp *
mock_op_ref (MockOp *op)
{
  return g_atomic_rc_box_acquire (op);
}

static void
op_clear (gpointer data)
{
  MockOp *op = data;

  g_free (op->table);
  g_free (op->row_id);
  g_free (op->subkey);
  g_free (op->data);
}

void
mock_op_unref (MockOp *op)
{
  g_atomic_rc_box_release_full (op, op_clear);
}

static void
bucket_free (gpointer data)
{
  MockServerBucket *bucket = data;

  g_free (bucket->name);
  g_free (bucket->owner);
  g_free (bucket->stream);
  g_ptr_array_unref (bucket->ops);
  g_free (bucket);
}

guint32
mock_bucket_sum (const MockServerBucket *bucket)
{
  guint32 sum = 0;

  for (guint i = 0; i < bucket->ops->len; i++)
    sum += ((const MockOp *) bucket->ops->pdata[i])->checksum;
  return sum;
}

/* The name follows the real service's fashion: opaque, with quotes and brackets in it. */
static char *
bucket_name (MockServer *server, const char *owner, int priority, const char *stream)
{
  const char *prefix = stream == NULL ? "" : stream;
  const char *separator = stream == NULL ? "" : "|";

  if (owner == NULL)
    return g_strdup_printf ("%u#%s%sshared_%d[]", server->deployment, prefix, separator, priority);
  return g_strdup_printf ("%u#%s%suser_%d[\"%s\"]", server->deployment, prefix, separator, priority,
                          owner);
}

static MockServerBucket *
get_bucket (MockServer *server, const char *owner, int priority, const char *stream)
{
  g_autofree char *name = bucket_name (server, owner, priority, stream);
  MockServerBucket *bucket = g_hash_table_lookup (server->buckets, name);

  if (bucket == NULL)
    {
      bucket = g_new0 (MockServerBucket, 1);
      bucket->name = g_steal_pointer (&name);
      bucket->owner = g_strdup (owner);
      bucket->priority = priority;
      bucket->stream = g_strdup (stream);
      bucket->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) mock_op_unref);
      g_hash_table_insert (server->buckets, bucket->name, bucket);
    }
  return bucket;
}

void
mock_server_ensure_bucket (MockServer *server, const char *user_id)
{
  if (user_id != NULL)
    get_bucket (server, user_id, SYNCLINE_PRIORITY_DEFAULT, NULL);
}

static int
compare_buckets (gconstpointer a, gconstpointer b)
{
  const MockServerBucket *const *first = a;
  const MockServerBucket *const *second = b;

  if ((*first)->priority != (*second)->priority)
    return (*first)->priority - (*second)->priority;
  return strcmp ((*first)->name, (*second)->name);
}

GPtrArray *
mock_server_list_buckets (MockServer *server, const char *user_id)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, server->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const MockServerBucket *bucket = value;

      if (bucket->owner == NULL || g_strcmp0 (bucket->owner, user_id) == 0)
        g_ptr_array_add (list, value);
    }
  g_ptr_array_sort (list, compare_buckets);
  return list;
}

/* The first four bytes of a hash over the operation, as the real service computes it. */
static guint32
sum_of (const MockOp *op)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = op->type == SYNCLINE_OP_PUT
                              ? g_strdup_printf ("put.%s.%s.%s", op->table, op->row_id, op->data)
                              : g_strdup_printf ("delete.%s", op->subkey);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return (guint32) digest[0] | (guint32) digest[1] << 8 | (guint32) digest[2] << 16
         | (guint32) digest[3] << 24;
}

static void
add_op (MockServer *server,
        const char *bucket_name_,
        SynclineOpType type,
        const char *table,
        const char *row_id,
        const char *data)
{
  MockServerBucket *bucket = g_hash_table_lookup (server->buckets, bucket_name_);
  MockOp *op = g_atomic_rc_box_new0 (MockOp);

  op->op_id = ++server->last_op_id;
  op->type = type;
  op->table = g_strdup (table);
  op->row_id = g_strdup (row_id);
  op->subkey = g_strdup_printf ("%s/%s", table, row_id);
  op->data = g_strdup (data);
  op->checksum = sum_of (op);
  g_ptr_array_add (bucket->ops, op);
}

/* --- Rows ------------------------------------------------------------------------------------------ */

static void
row_free (gpointer data)
{
  MockServerRow *row = data;

  g_free (row->id);
  g_free (row->owner);
  g_free (row->bucket);
  json_object_put (row->columns);
  g_free (row);
}

static GHashTable *
get_table (MockServer *server, const char *table)
{
  GHashTable *rows = g_hash_table_lookup (server->tables, table);

  if (rows == NULL)
    {
      rows = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, row_free);
      g_hash_table_insert (server->tables, g_strdup (table), rows);
    }
  return rows;
}

MockServerRow *
mock_server_peek_row (MockServer *server, const char *table, const char *row_id)
{
  GHashTable *rows = g_hash_table_lookup (server->tables, table);

  return rows == NULL ? NULL : g_hash_table_lookup (rows, row_id);
}

/* A row as the sync service sends it: booleans as 0 and 1, documents and arrays as text. */
static char *
print_for_sync (const MockServerRow *row)
{
  g_autoptr (json_object) object = json_object_new_object ();

  json_object_object_add (object, "id", json_object_new_string (row->id));
  json_object_object_foreach (row->columns, name, value)
  {
    switch (json_object_get_type (value))
      {
      case json_type_boolean:
        value = json_object_new_int (json_object_get_boolean (value));
        break;
      case json_type_array:
      case json_type_object:
        {
          g_autofree char *text = mock_json_print (value);

          value = json_object_new_string (text);
          break;
        }
      default:
        json_object_get (value);
      }
    json_object_object_add (object, name, value);
  }
  return mock_json_print (object);
}

static int
priority_of (MockServer *server, const char *table)
{
  gpointer value;

  if (g_hash_table_lookup_extended (server->priorities, table, NULL, &value))
    return GPOINTER_TO_INT (value);
  return SYNCLINE_PRIORITY_DEFAULT;
}

/* Puts a row into the bucket where it belongs, and takes it out of the one where it was. */
static void
publish_row (MockServer *server, const char *table, MockServerRow *row)
{
  const MockServerBucket *bucket = get_bucket (server, row->owner, priority_of (server, table),
                                               g_hash_table_lookup (server->table_streams, table));
  g_autofree char *data = print_for_sync (row);

  if (row->bucket != NULL && !g_str_equal (row->bucket, bucket->name)
      && g_hash_table_contains (server->buckets, row->bucket))
    add_op (server, row->bucket, SYNCLINE_OP_REMOVE, table, row->id, NULL);
  g_free (row->bucket);
  row->bucket = g_strdup (bucket->name);
  add_op (server, bucket->name, SYNCLINE_OP_PUT, table, row->id, data);
}

void
mock_server_wake (MockServer *server)
{
  server->version++;
  g_cond_broadcast (&server->changed);
}

void
mock_server_store_row (MockServer *server,
                       const char *table,
                       const char *row_id,
                       json_object *columns)
{
  GHashTable *rows = get_table (server, table);
  MockServerRow *row = g_hash_table_lookup (rows, row_id);

  if (row != NULL && json_object_equal (row->columns, columns))
    return;
  if (row == NULL)
    {
      row = g_new0 (MockServerRow, 1);
      row->id = g_strdup (row_id);
      g_hash_table_insert (rows, row->id, row);
    }
  json_object_put (row->columns);
  row->columns = json_object_get (columns);
  g_free (row->owner);
  row->owner = server->owner_column[0] == '\0'
                   ? NULL
                   : mock_json_dup_member (columns, server->owner_column);
  publish_row (server, table, row);
  mock_server_wake (server);
}

void
mock_server_drop_row (MockServer *server, const char *table, const char *row_id)
{
  MockServerRow *row = mock_server_peek_row (server, table, row_id);

  add_op (server, row->bucket, SYNCLINE_OP_REMOVE, table, row_id, NULL);
  g_hash_table_remove (get_table (server, table), row_id);
  mock_server_wake (server);
}

void
mock_server_put_row (MockServer *server, const char *table, const char *row_id, const char *json)
{
  g_autoptr (json_object) columns = mock_json_parse (json, -1);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_return_if_fail (columns != NULL);
  json_object_object_del (columns, "id");
  mock_server_store_row (server, table, row_id, columns);
}

gboolean
mock_server_delete_row (MockServer *server, const char *table, const char *row_id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  if (mock_server_peek_row (server, table, row_id) == NULL)
    return FALSE;
  mock_server_drop_row (server, table, row_id);
  return TRUE;
}

char *
mock_server_dup_row (MockServer *server, const char *table, const char *row_id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  const MockServerRow *row = mock_server_peek_row (server, table, row_id);

  return row == NULL ? NULL : mock_json_print (row->columns);
}

char *
mock_server_dup_cell (MockServer *server, const char *table, const char *row_id, const char *column)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  const MockServerRow *row = mock_server_peek_row (server, table, row_id);

  return row == NULL ? NULL : mock_json_dup_member (row->columns, column);
}

guint
mock_server_count_rows (MockServer *server, const char *table)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  GHashTable *rows = g_hash_table_lookup (server->tables, table);

  return rows == NULL ? 0 : g_hash_table_size (rows);
}

/* --- Compaction and deployment ----------------------------------------------------------------------- */

static MockOp *
op_new_placeholder (gint64 op_id, SynclineOpType type, guint32 checksum)
{
  MockOp *op = g_atomic_rc_box_new0 (MockOp);

  op->op_id = op_id;
  op->type = type;
  op->checksum = checksum;
  return op;
}

/* Turns every operation that a later one on the same row makes pointless into a MOVE. */
static void
move_superseded (GPtrArray *ops)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = ops->len; i-- > 0;)
    {
      MockOp *op = ops->pdata[i];

      if (op->subkey == NULL)
        continue;
      if (!g_hash_table_contains (seen, op->subkey))
        {
          g_hash_table_add (seen, op->subkey);
          continue;
        }
      ops->pdata[i] = op_new_placeholder (op->op_id, SYNCLINE_OP_MOVE, op->checksum);
      mock_op_unref (op);
    }
}

/* Folds the operations at the start that show nothing into one CLEAR. */
static void
clear_leading (GPtrArray *ops)
{
  guint n = 0;
  guint32 sum = 0;

  while (n < ops->len && ((MockOp *) ops->pdata[n])->type != SYNCLINE_OP_PUT)
    sum += ((MockOp *) ops->pdata[n++])->checksum;
  if (n < 2)
    return;
  const gint64 last = ((MockOp *) ops->pdata[n - 1])->op_id;
  g_ptr_array_remove_range (ops, 0, n);
  g_ptr_array_insert (ops, 0, op_new_placeholder (last, SYNCLINE_OP_CLEAR, sum));
}

void
mock_server_compact (MockServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, server->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      MockServerBucket *bucket = value;

      move_superseded (bucket->ops);
      clear_leading (bucket->ops);
    }
  mock_server_wake (server);
}

void
mock_server_redeploy (MockServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  GHashTableIter tables, rows;
  gpointer table, set, row;

  server->deployment++;
  g_hash_table_remove_all (server->buckets);
  g_hash_table_iter_init (&tables, server->tables);
  while (g_hash_table_iter_next (&tables, &table, &set))
    {
      g_hash_table_iter_init (&rows, set);
      while (g_hash_table_iter_next (&rows, NULL, &row))
        publish_row (server, table, row);
    }
  mock_server_wake (server);
}

/* --- Life ------------------------------------------------------------------------------------------ */

static GMutex servers_lock;
static GHashTable *servers;

static void
rule_free (gpointer data)
{
  MockRule *rule = data;

  g_free (rule->table);
  g_free (rule->row_id);
  g_free (rule->code);
  g_free (rule->message);
  g_free (rule);
}

static MockServer *
server_new (const char *name)
{
  MockServer *server = g_new0 (MockServer, 1);

  server->name = g_strdup (name);
  g_mutex_init (&server->lock);
  g_cond_init (&server->changed);
  server->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) g_hash_table_unref);
  server->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, bucket_free);
  server->priorities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  server->table_streams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  server->write_checkpoints = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  server->revoked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  server->rules = g_ptr_array_new_with_free_func (rule_free);
  server->streams = g_ptr_array_new ();
  server->uploads = g_ptr_array_new_with_free_func (g_free);
  server->owner_column = g_strdup ("user_id");
  server->online = TRUE;
  server->deployment = 1;
  return server;
}

MockServer *
mock_server_get (const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&servers_lock);

  if (servers == NULL)
    servers = g_hash_table_new (g_str_hash, g_str_equal);
  MockServer *server = g_hash_table_lookup (servers, name);
  if (server == NULL)
    {
      server = server_new (name);
      g_hash_table_insert (servers, server->name, server);
    }
  return server;
}

void
mock_server_reset (MockServer *server)
{
  mock_server_cut_streams (server);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  g_hash_table_remove_all (server->tables);
  g_hash_table_remove_all (server->buckets);
  g_hash_table_remove_all (server->priorities);
  g_hash_table_remove_all (server->table_streams);
  g_hash_table_remove_all (server->write_checkpoints);
  g_hash_table_remove_all (server->revoked);
  g_ptr_array_set_size (server->rules, 0);
  g_ptr_array_set_size (server->uploads, 0);
  for (guint i = 0; i < MOCK_N_REQUESTS; i++)
    {
      g_queue_clear (&server->script[i]);
      server->counts[i] = 0;
    }
  g_free (server->owner_column);
  server->owner_column = g_strdup ("user_id");
  server->online = TRUE;
  server->paused = FALSE;
  server->deployment = 1;
  server->last_op_id = 0;
  mock_server_wake (server);
}
