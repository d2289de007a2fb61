/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/batch.h"
#include "sqlite-store/fill.h"
#include "sqlite-store/fresh.h"
#include "sqlite-store/merge-private.h"
#include "sqlite-store/spool.h"

/* How long others may find the database locked, and what a transaction holds. */
#define TRANSACTION_TIME (4 * G_TIME_SPAN_MILLISECOND)
#define MIN_ROWS 100
#define MAX_ROWS 4000
#define MAX_BYTES (1024 * 1024)

/* When others write, they come first: for so long after, the time between two transactions is so many
 * times theirs. */
#define POLITE_TIME (2 * G_TIME_SPAN_SECOND)
#define POLITE_SHARE 4

/* How long the write-ahead log becomes before it is written to the database, as by default in SQLite. */
#define LOG_PAGES 1000

#define ENTRY_CELLS 5
#define EXTRA_CELLS 2
#define STAGED_CELLS 8

/* A table that is filled: its row statement. */
typedef struct
{
  Table *table; /* NULL for rows without a table */
  sqlite3_stmt *insert;
  GPtrArray *ids; /* of the first rows, to be named in a notice */
} Target;

struct _Fill
{
  Store *store;
  char *schema; /* that the fresh tables were made for */
  Fresh *fresh;
  GHashTable *targets; /* address of Table → Target; NULL for rows without a table */
  MergeRequest request;
  Merge merge;

  Batch *batch;
  sqlite3_stmt *insert_entries;
  sqlite3_stmt *insert_extras;
  sqlite3_stmt *insert_staged;

  SpoolReader *reader;
  SpoolOp next;
  gboolean has_next;
  JsonScratch scratch;
  GString *extra;
  gint64 seq;
  gint64 bad_bucket;

  Connection *checkpointer; /* writes the log to the database while others use the writer */
  int n_log_pages;
  guint n_rows; /* that a transaction takes now */
  guint n_external;
  gint64 polite_until;
};

/* --- Life ---------------------------------------------------------------------------------------------- */

static void
target_free (gpointer data)
{
  Target *target = data;

  sqlite3_finalize (target->insert);
  g_ptr_array_unref (target->ids);
  g_free (target);
}

static Target *
add_target (Fill *fill, Table *table)
{
  Target *target = g_new0 (Target, 1);

  target->table = table;
  target->ids = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_insert (fill->targets, table, target);
  return target;
}

static GHashTable *
copy_roles (GHashTable *roles)
{
  GHashTable *copy = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, roles);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, key, value);
  return copy;
}

static Fill *
fill_new (Store *store, const MergeRequest *request)
{
  Fill *fill = g_new0 (Fill, 1);

  fill->store = store;
  fill->fresh = fresh_new ();
  fill->targets = g_hash_table_new_full (NULL, NULL, NULL, target_free);
  /* There are no earlier entries, so that vanishing rows need no special care. */
  fill->request = (MergeRequest){ .full = TRUE, .buckets = copy_roles (request->buckets) };
  merge_init (&fill->merge, store, &fill->request);
  fill->extra = g_string_new (NULL);
  fill->n_rows = MIN_ROWS;
  return fill;
}

void
fill_free (Fill *fill)
{
  g_hash_table_unref (fill->targets);
  fresh_free (fill->fresh);
  merge_clear (&fill->merge);
  g_hash_table_unref (fill->request.buckets);
  g_string_free (fill->extra, TRUE);
  g_free (fill->schema);
  g_free (fill);
}

/* --- Beginning ----------------------------------------------------------------------------------------- */

static gboolean
get_schema (Store *store, char **out_schema, GError **error)
{
  return connection_get_text (store->writer, out_schema, error,
                              "SELECT value FROM syncline_meta WHERE key = 'schema'", "");
}

/* What is staged now stays, behind what the fill stages. */
static gboolean
make_own_tables (Fill *fill, GError **error)
{
  static const char *const names[] = { "syncline_oplog", "syncline_extra", "syncline_untyped" };
  g_autoptr (Fresh) aside = fresh_new ();
  gboolean made;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!fresh_make (fill->store, fill->fresh, names[i], &made, error))
      return FALSE;
  add_target (fill, NULL);
  return fresh_make (fill->store, aside, "syncline_staged", &made, error);
}

static gboolean
make_table (Fill *fill, Table *table, GError **error)
{
  gboolean possible, made;

  if (!fresh_is_possible (fill->store, table, &possible, error))
    return FALSE;
  if (!possible)
    return TRUE;
  if (!fresh_make (fill->store, fill->fresh, table->name, &made, error))
    return FALSE;
  if (made)
    add_target (fill, table);
  return TRUE;
}

Fill *
fill_begin (Store *store, const MergeRequest *request, GError **error)
{
  g_autoptr (Fill) fill = fill_new (store, request);

  if (!fresh_drop_all (store, error) || !get_schema (store, &fill->schema, error)
      || !make_own_tables (fill, error))
    return NULL;
  for (guint i = 0; i < store->tables->all->len; i++)
    if (!make_table (fill, g_ptr_array_index (store->tables->all, i), error))
      return NULL;
  return g_steal_pointer (&fill);
}

/* --- Statements ---------------------------------------------------------------------------------------- */

/* Into a fresh table, whose columns are named. OR ROLLBACK spares SQLite a journal for undoing only the
 * statement. */
static GString *
begin_insert (const char *table, const char *columns, const char *values)
{
  g_autofree char *name = fresh_get_name (table);
  GString *sql = g_string_new ("INSERT OR ROLLBACK INTO ");

  sql_append_identifier (sql, name);
  g_string_append_printf (sql, " (%s) SELECT %s", columns, values);
  return sql;
}

static sqlite3_stmt *
end_insert (Fill *fill, GString *sql, BatchList list, guint n_cells, GError **error)
{
  sqlite3_stmt *stmt = NULL;

  if (batch_append_from (fill->batch, list, n_cells, sql, error))
    stmt = connection_prepare (fill->store->writer, sql->str, error);
  g_string_free (sql, TRUE);
  return stmt;
}

static sqlite3_stmt *
prepare_rows (Fill *fill, Table *table, GError **error)
{
  g_autoptr (GString) columns = g_string_new ("\"id\"");

  if (table == NULL)
    return end_insert (fill, begin_insert ("syncline_untyped", "type, row_id, data", "?1, "),
                       BATCH_ROWS, 2, error);
  for (guint i = 0; i < table->n_columns; i++)
    {
      g_string_append (columns, ", ");
      sql_append_identifier (columns, table->names[i]);
    }
  return end_insert (fill, begin_insert (table->name, columns->str, ""), BATCH_ROWS,
                     1 + table->n_columns, error);
}

static gboolean
prepare (Fill *fill, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, fill->targets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Target *target = value;
      target->insert = prepare_rows (fill, target->table, error);
      if (target->insert == NULL)
        return FALSE;
    }
  fill->insert_entries = end_insert (
      fill, begin_insert ("syncline_oplog", "type, row_id, bucket, subkey, op_id, data", "?1, "),
      BATCH_ENTRIES, ENTRY_CELLS, error);
  if (fill->insert_entries == NULL)
    return FALSE;
  fill->insert_extras
      = end_insert (fill, begin_insert ("syncline_extra", "type, row_id, data", "?1, "),
                    BATCH_EXTRAS, EXTRA_CELLS, error);
  if (fill->insert_extras == NULL)
    return FALSE;
  fill->insert_staged = end_insert (
      fill,
      begin_insert ("syncline_staged", "seq, bucket, op_id, op, type, row_id, subkey, data", ""),
      BATCH_STAGED, STAGED_CELLS, error);
  return fill->insert_staged != NULL;
}

/* Called after each commit. Instead of writing the log to the database there and then, as SQLite does by
 * default, while the application waits for the writer. */
static int
on_commit (void *data, sqlite3 *handle, const char *database, int n_pages)
{
  Fill *fill = data;

  fill->n_log_pages = n_pages;
  return SQLITE_OK;
}

static gboolean
attach (Fill *fill, GCancellable *cancellable, GError **error)
{
  if (!store_lock_writer (fill->store, cancellable, error))
    return FALSE;
  fill->batch = batch_new (fill->store->writer);
  sqlite3_wal_hook (fill->store->writer->handle, on_commit, fill);
  fill->n_external = fill->store->n_external;
  gboolean ok = prepare (fill, error);
  store_unlock_writer (fill->store);
  return ok;
}

static void
detach (Fill *fill)
{
  GHashTableIter iter;
  gpointer value;

  if (fill->batch == NULL || !store_lock_writer (fill->store, NULL, NULL))
    return;
  sqlite3_wal_autocheckpoint (fill->store->writer->handle, LOG_PAGES);
  g_hash_table_iter_init (&iter, fill->targets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_clear_pointer (&((Target *) value)->insert, sqlite3_finalize);
  g_clear_pointer (&fill->insert_entries, sqlite3_finalize);
  g_clear_pointer (&fill->insert_extras, sqlite3_finalize);
  g_clear_pointer (&fill->insert_staged, sqlite3_finalize);
  g_clear_pointer (&fill->batch, batch_free);
  store_unlock_writer (fill->store);
}

static gboolean
begin_writing (Fill *fill, GCancellable *cancellable, GError **error)
{
  const StoreConfig *config = fill->store->config;

  fill->checkpointer = connection_open (config->path, SQLITE_OPEN_READWRITE, config->busy_timeout,
                                        cancellable, error);
  if (fill->checkpointer == NULL
      || !connection_exec (fill->checkpointer, "PRAGMA synchronous = NORMAL", error))
    return FALSE;
  fill->reader = spool_reader_new (fill->store->spool, error);
  return fill->reader != NULL && attach (fill, cancellable, error)
         && spool_reader_next (fill->reader, &fill->next, &fill->has_next, error);
}

/* What is written stays, to be swapped in. */
static void
end_writing (Fill *fill)
{
  detach (fill);
  g_clear_pointer (&fill->checkpointer, connection_close);
  g_clear_pointer (&fill->reader, spool_reader_free);
  json_scratch_clear (&fill->scratch);
}

/* --- Gathering rows ------------------------------------------------------------------------------------ */

static gboolean
is_of_row (Fill *fill)
{
  return fill->has_next && fill->next.type == fill->merge.key.type
         && fill->next.id.length == fill->merge.id->len
         && memcmp (fill->next.id.data, fill->merge.id->str, fill->next.id.length) == 0;
}

/* Takes all operations of the next row from the spool. */
static gboolean
take_row (Fill *fill, GError **error)
{
  merge_begin_row (&fill->merge, fill->next.type, fill->next.id);
  while (is_of_row (fill))
    {
      const SpoolOp *next = &fill->next;
      const StagedOp op = {
        .bucket = next->bucket,
        .subkey = next->subkey,
        .op_id = next->op_id,
        .op = next->op,
      };
      merge_take_op (&fill->merge, &op, next->data);
      if (!spool_reader_next (fill->reader, &fill->next, &fill->has_next, error))
        return FALSE;
    }
  return TRUE;
}

static Cell
text_or_null (SynclineSlice text)
{
  return text.data != NULL ? cell_new_text (text) : (Cell){ .kind = CELL_NULL };
}

/* A row of a table that is not filled: it goes the general way. */
static void
add_staged (Fill *fill, SynclineSlice id)
{
  for (guint i = 0; i < fill->merge.ops->len; i++)
    {
      const StagedOp *op = &g_array_index (fill->merge.ops, StagedOp, i);
      SynclineSlice data = { NULL, 0 };

      if (op->op == SYNCLINE_OP_PUT)
        data = batch_keep (fill->batch, merge_get_op_data (&fill->merge, op));
      Cell *cells = batch_add (fill->batch, BATCH_STAGED, STAGED_CELLS);
      cells[0] = cell_new_integer (fill->seq++);
      cells[1] = cell_new_integer (op->bucket);
      cells[2] = cell_new_integer (op->op_id);
      cells[3] = cell_new_integer (op->op);
      cells[4] = cell_new_integer (fill->merge.key.type);
      cells[5] = cell_new_text (id);
      cells[6] = cell_new_integer (op->subkey);
      cells[7] = text_or_null (data);
    }
}

/* The data of the entry that is shown is in the table, not here. */
static void
add_entries (Fill *fill, SynclineSlice id, const Entry *winner)
{
  for (guint i = 0; i < fill->merge.entries->len; i++)
    {
      const Entry *entry = &g_array_index (fill->merge.entries, Entry, i);
      SynclineSlice data = { NULL, 0 };

      if (entry->removed)
        continue;
      if (entry != winner)
        data = batch_keep (fill->batch, merge_get_op_data (&fill->merge, entry->op));
      Cell *cells = batch_add (fill->batch, BATCH_ENTRIES, ENTRY_CELLS);
      cells[0] = cell_new_text (id);
      cells[1] = cell_new_integer (entry->bucket);
      cells[2] = cell_new_integer (entry->subkey);
      cells[3] = cell_new_integer (entry->op_id);
      cells[4] = text_or_null (data);
    }
}

static void
add_extra (Fill *fill, SynclineSlice id)
{
  const SynclineSlice extra = { fill->extra->str, fill->extra->len };

  if (extra.length == 0)
    return;
  Cell *cells = batch_add (fill->batch, BATCH_EXTRAS, EXTRA_CELLS);
  cells[0] = cell_new_text (id);
  cells[1] = cell_new_text (batch_keep (fill->batch, extra));
  fill->merge.key.table->has_extra = TRUE;
}

/* Texts that had escapes are in the scratch, which the next row uses. */
static void
keep_texts (Fill *fill, Cell *cells, guint n_cells)
{
  const char *begin = fill->scratch.data;
  const char *end = begin + fill->scratch.length;

  for (guint i = 0; i < n_cells; i++)
    if ((cells[i].kind == CELL_TEXT || cells[i].kind == CELL_HEX) && cells[i].text.data >= begin
        && cells[i].text.data <= end)
      cells[i].text = batch_keep (fill->batch, cells[i].text);
}

static gboolean
add_shown (Fill *fill, SynclineSlice id, const Entry *winner, GError **error)
{
  const Table *table = fill->merge.key.table;
  const SynclineSlice data = batch_keep (fill->batch, merge_get_op_data (&fill->merge, winner->op));
  Cell *cells = batch_add (fill->batch, BATCH_ROWS, table != NULL ? 1 + table->n_columns : 2);

  cells[0] = cell_new_text (id);
  if (table == NULL)
    {
      cells[1] = cell_new_text (data);
      return TRUE;
    }
  if (!cells_read (&fill->merge.key, data, &fill->scratch, cells + 1, fill->extra, error))
    {
      fill->bad_bucket = winner->bucket;
      return FALSE;
    }
  keep_texts (fill, cells + 1, table->n_columns);
  add_extra (fill, id);
  return TRUE;
}

/* Rows without a table concern nobody. */
static void
note_id (Target *target, const GString *id)
{
  if (target->table != NULL && target->ids->len <= NOTICES_MAX_ROWS)
    g_ptr_array_add (target->ids, g_strndup (id->str, id->len));
}

static gboolean
add_row (Fill *fill, GError **error)
{
  Merge *merge = &fill->merge;
  const SynclineSlice id = batch_keep (fill->batch, merge->key.id);
  Target *target = g_hash_table_lookup (fill->targets, merge->key.table);

  if (target == NULL)
    {
      add_staged (fill, id);
      return TRUE;
    }
  g_array_set_size (merge->entries, 0);
  for (guint i = 0; i < merge->ops->len; i++)
    merge_add_op (merge, &g_array_index (merge->ops, StagedOp, i));
  const Entry *winner = merge_find_winner (merge);
  if (winner == NULL)
    return TRUE;
  note_id (target, merge->id);
  add_entries (fill, id, winner);
  return add_shown (fill, id, winner, error);
}

static gboolean
is_full (Fill *fill)
{
  guint n = batch_get_n_rows (fill->batch, BATCH_ENTRIES)
            + batch_get_n_rows (fill->batch, BATCH_STAGED);

  return n >= fill->n_rows || batch_get_n_bytes (fill->batch) >= MAX_BYTES;
}

/* Rows of one type, as many as a transaction takes. */
static gboolean
gather (Fill *fill, GError **error)
{
  gint64 type = fill->next.type;

  batch_clear (fill->batch);
  while (fill->has_next && fill->next.type == type && !is_full (fill))
    if (!take_row (fill, error) || !add_row (fill, error))
      return FALSE;
  return TRUE;
}

/* --- Writing rows -------------------------------------------------------------------------------------- */

static gboolean
insert_list (Fill *fill, BatchList list, sqlite3_stmt *insert, GError **error)
{
  if (batch_get_n_rows (fill->batch, list) == 0)
    return TRUE;
  /* Statements for one table have no use for it. */
  if (sqlite3_bind_parameter_count (insert) > 0)
    sqlite3_bind_int64 (insert, 1, fill->merge.key.type);
  return connection_step (fill->store->writer, insert, error) != STEP_ERROR;
}

static gboolean
insert_all (Fill *fill, GError **error)
{
  const Target *target = g_hash_table_lookup (fill->targets, fill->merge.key.table);

  return (target == NULL || insert_list (fill, BATCH_ROWS, target->insert, error))
         && insert_list (fill, BATCH_ENTRIES, fill->insert_entries, error)
         && insert_list (fill, BATCH_EXTRAS, fill->insert_extras, error)
         && insert_list (fill, BATCH_STAGED, fill->insert_staged, error);
}

/* Aims at the time that a transaction may take. */
static void
adapt (Fill *fill, gint64 took)
{
  guint n = batch_get_n_rows (fill->batch, BATCH_ENTRIES);

  if (n < MIN_ROWS || took <= 0)
    return;
  gint64 fitting = n * TRANSACTION_TIME / took;
  fill->n_rows = (guint) CLAMP ((fill->n_rows + fitting) / 2, MIN_ROWS, MAX_ROWS);
}

/* Others may write meanwhile. */
static void
shorten_log (Fill *fill)
{
  if (fill->n_log_pages < LOG_PAGES)
    return;
  sqlite3_wal_checkpoint_v2 (fill->checkpointer->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                             NULL);
  fill->n_log_pages = 0;
}

/* SQLite's lock has no queue: who waits for it looks again and again, after growing pauses. */
static void
give_way (Fill *fill, gboolean others, gint64 took)
{
  const gint64 now = g_get_monotonic_time ();

  if (others)
    fill->polite_until = now + POLITE_TIME;
  if (now < fill->polite_until)
    g_usleep ((gulong) CLAMP (took * POLITE_SHARE, 1000, 20000));
}

static gboolean
write_batch (Fill *fill, GCancellable *cancellable, GError **error)
{
  Store *store = fill->store;

  if (!store_begin (store, cancellable, error))
    return FALSE;
  const gint64 begin = g_get_monotonic_time ();
  const gboolean others = store->n_external != fill->n_external;
  fill->n_external = store->n_external;
  gboolean ok = insert_all (fill, error);
  if (!store_end (store, ok, SYNCLINE_CHANGE_DOWNLOADED, error))
    return FALSE;
  const gint64 took = g_get_monotonic_time () - begin;
  adapt (fill, took);
  shorten_log (fill);
  give_way (fill, others, took);
  return TRUE;
}

gboolean
fill_run (Fill *fill, gint64 *out_bad_bucket, GCancellable *cancellable, GError **error)
{
  gboolean ok = begin_writing (fill, cancellable, error);

  while (ok && fill->has_next)
    ok = !g_cancellable_set_error_if_cancelled (cancellable, error) && gather (fill, error)
         && write_batch (fill, cancellable, error);
  end_writing (fill);
  *out_bad_bucket = fill->bad_bucket;
  return ok;
}

/* --- Swapping in --------------------------------------------------------------------------------------- */

static gboolean
check_schema (Fill *fill, GError **error)
{
  g_autofree char *schema = NULL;

  if (!get_schema (fill->store, &schema, error))
    return FALSE;
  if (g_strcmp0 (schema, fill->schema) == 0)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_BUSY,
               "Another process has changed the tables of “%s” while the first sync was written;"
               " it is written again",
               fill->store->config->path);
  return FALSE;
}

/* What the fill has shown, but is void since. */
static gboolean
note_gone (Fill *fill, const MergeRequest *request, GError **error)
{
  GHashTableIter iter;
  gpointer key, role;

  g_hash_table_iter_init (&iter, fill->request.buckets);
  while (g_hash_table_iter_next (&iter, &key, &role))
    if (GPOINTER_TO_INT (role) == BUCKET_SHOWN && !g_hash_table_contains (request->buckets, key)
        && !connection_run (fill->store->writer, error,
                            "INSERT OR IGNORE INTO syncline_gone (bucket) VALUES (?1)", "i",
                            (gint64) GPOINTER_TO_SIZE (key)))
      return FALSE;
  return TRUE;
}

static gboolean
has_rows (Store *store, const Table *table, gboolean *out_has, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT 1 FROM ");

  sql_append_identifier (sql, table->name);
  g_string_append (sql, " LIMIT 1");
  sqlite3_stmt *stmt = connection_prepare (store->writer, sql->str, error);
  Step step = stmt != NULL ? connection_step (store->writer, stmt, error) : STEP_ERROR;
  *out_has = step == STEP_ROW;
  sqlite3_finalize (stmt);
  return step != STEP_ERROR;
}

/* Of a table that was empty, its new rows are all that changed. */
static void
note_rows (Store *store, const Target *target, gboolean replaced)
{
  if (replaced)
    notices_add_table (store->notices, target->table->name);
  for (guint i = 0; i < target->ids->len; i++)
    notices_add_row (store->notices, target->table->name, g_ptr_array_index (target->ids, i), -1);
}

/* Tables that are swapped show what the server has, and nothing of local changes that left the queue. In others,
 * rows that were shown before and are not among the new ones have to go. */
static gboolean
settle_table (Fill *fill, Table *table, GError **error)
{
  Store *store = fill->store;
  const Target *target = g_hash_table_lookup (fill->targets, table);
  gboolean replaced;

  if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY)
    return TRUE;
  if (target != NULL)
    {
      if (!has_rows (store, table, &replaced, error))
        return FALSE;
      note_rows (store, target, replaced);
      return connection_run (store->writer, error, "DELETE FROM syncline_shadow WHERE type = ?1",
                             "i", table->type);
    }
  return connection_run (store->writer, error,
                         "INSERT INTO syncline_staged (bucket, op_id, op, type, row_id, subkey)"
                         " SELECT 0, 0, 0, type, row_id, 0 FROM syncline_oplog WHERE type = ?1",
                         "i", table->type);
}

/* Before what was staged meanwhile, whose numbers are positive. */
static gboolean
take_staged (Fill *fill, GError **error)
{
  return fill->seq == 0
         || connection_run (fill->store->writer, error,
                            "INSERT INTO syncline_staged SELECT seq - ?1, bucket, op_id, op, type,"
                            " row_id, subkey, data FROM syncline_fresh_syncline_staged",
                            "i", fill->seq);
}

gboolean
fill_finish (Fill *fill, const MergeRequest *request, GError **error)
{
  Store *store = fill->store;

  if (!check_schema (fill, error))
    return FALSE;
  for (guint i = 0; i < store->tables->all->len; i++)
    if (!settle_table (fill, g_ptr_array_index (store->tables->all, i), error))
      return FALSE;
  /* Rows of buckets that went before the fill are in no fresh table. */
  return connection_run (store->writer, error, "DELETE FROM syncline_gone", "")
         && take_staged (fill, error) && note_gone (fill, request, error)
         && fresh_swap (store, fill->fresh, error);
}
