/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/batch.h"

#define CHUNK_BYTES (256 * 1024)

typedef struct
{
  guint n_cells; /* of each row */
  guint n_rows;
  GArray *cells; /* of Cell */
} List;

struct _Batch
{
  Connection *connection;
  List lists[BATCH_N_LISTS];
  GStringChunk *texts;
  gsize n_bytes;
  JsonScratch scratch;
  GString *extra;
  GHashTable *names; /* a set: under which SQL knows lists */
};

Batch *
batch_new (Connection *connection)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->connection = connection;
  batch->texts = g_string_chunk_new (CHUNK_BYTES);
  batch->extra = g_string_new (NULL);
  batch->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < BATCH_N_LISTS; i++)
    batch->lists[i].cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  return batch;
}

void
batch_free (Batch *batch)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, batch->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    sqlite3_create_module_v2 (batch->connection->handle, name, NULL, NULL, NULL);
  for (guint i = 0; i < BATCH_N_LISTS; i++)
    g_array_unref (batch->lists[i].cells);
  g_string_chunk_free (batch->texts);
  json_scratch_clear (&batch->scratch);
  g_string_free (batch->extra, TRUE);
  g_hash_table_unref (batch->names);
  g_free (batch);
}

void
batch_clear (Batch *batch)
{
  for (guint i = 0; i < BATCH_N_LISTS; i++)
    {
      g_array_set_size (batch->lists[i].cells, 0);
      batch->lists[i].n_rows = 0;
    }
  g_string_chunk_clear (batch->texts);
  batch->n_bytes = 0;
}

guint
batch_get_n_rows (Batch *batch, BatchList list)
{
  return batch->lists[list].n_rows;
}

gsize
batch_get_n_bytes (Batch *batch)
{
  return batch->n_bytes;
}

SynclineSlice
batch_keep (Batch *batch, SynclineSlice text)
{
  batch->n_bytes += text.length;
  return (SynclineSlice){ g_string_chunk_insert_len (batch->texts, text.data, (gssize) text.length),
                          text.length };
}

Cell *
batch_add (Batch *batch, BatchList list, guint n_cells)
{
  List *l = &batch->lists[list];
  guint before = l->cells->len;

  g_assert (l->n_rows == 0 || l->n_cells == n_cells);
  l->n_cells = n_cells;
  l->n_rows++;
  g_array_set_size (l->cells, before + n_cells);
  return &g_array_index (l->cells, Cell, before);
}

/* --- Rows of tables ------------------------------------------------------------------------------------ */

guint
batch_get_row_cells (const Table *table)
{
  return table != NULL ? 1 + table->n_columns : 2;
}

/* Texts that had escapes are in the scratch, which the next row uses. */
static void
keep_texts (Batch *batch, Cell *cells, guint n_cells)
{
  const char *begin = batch->scratch.data;
  const char *end = begin + batch->scratch.length;

  if (batch->scratch.length == 0)
    return;
  for (guint i = 0; i < n_cells; i++)
    if ((cells[i].kind == CELL_TEXT || cells[i].kind == CELL_HEX) && cells[i].text.data >= begin
        && cells[i].text.data <= end)
      cells[i].text = batch_keep (batch, cells[i].text);
}

static void
add_extra (Batch *batch, const RowKey *key)
{
  const SynclineSlice extra = { batch->extra->str, batch->extra->len };

  if (extra.length == 0)
    return;
  Cell *cells = batch_add (batch, BATCH_EXTRAS, BATCH_EXTRA_CELLS);
  cells[0] = cell_new_text (key->id);
  cells[1] = cell_new_text (batch_keep (batch, extra));
  key->table->has_extra = TRUE;
}

gboolean
batch_add_row (Batch *batch, const RowKey *key, SynclineSlice data, GError **error)
{
  Cell *cells = batch_add (batch, BATCH_ROWS, batch_get_row_cells (key->table));

  cells[0] = cell_new_text (key->id);
  if (key->table == NULL)
    {
      cells[1] = cell_new_text (data);
      return TRUE;
    }
  if (!cells_read (key, data, &batch->scratch, cells + 1, batch->extra, error))
    return FALSE;
  keep_texts (batch, cells + 1, key->table->n_columns);
  add_extra (batch, key);
  return TRUE;
}

/* --- What SQLite calls --------------------------------------------------------------------------------- */

/* A list with a number of cells, as SQL knows it. */
typedef struct
{
  Batch *batch;
  BatchList list;
  guint n_cells;
} Source;

typedef struct
{
  sqlite3_vtab base;
  const Source *source;
} SourceTable;

typedef struct
{
  sqlite3_vtab_cursor base;
  const List *list;
  guint row;
  const Cell *cells; /* of the row */
} Cursor;

static int
source_connect (sqlite3 *handle,
                void *data,
                int argc,
                const char *const *argv,
                sqlite3_vtab **out_table,
                char **out_error)
{
  const Source *source = data;
  g_autoptr (GString) sql = g_string_new ("CREATE TABLE batch (");

  for (guint i = 0; i < source->n_cells; i++)
    g_string_append_printf (sql, "%sc%u", i == 0 ? "" : ", ", i);
  g_string_append_c (sql, ')');
  int code = sqlite3_declare_vtab (handle, sql->str);
  if (code != SQLITE_OK)
    return code;
  SourceTable *table = g_new0 (SourceTable, 1);
  table->source = source;
  *out_table = &table->base;
  return SQLITE_OK;
}

static int
source_disconnect (sqlite3_vtab *table)
{
  g_free (table);
  return SQLITE_OK;
}

static int
source_best_index (sqlite3_vtab *table, sqlite3_index_info *info)
{
  return SQLITE_OK;
}

static int
source_open (sqlite3_vtab *table, sqlite3_vtab_cursor **out_cursor)
{
  Cursor *cursor = g_new0 (Cursor, 1);
  const Source *source = ((SourceTable *) table)->source;

  cursor->list = &source->batch->lists[source->list];
  *out_cursor = &cursor->base;
  return SQLITE_OK;
}

static int
source_close (sqlite3_vtab_cursor *cursor)
{
  g_free (cursor);
  return SQLITE_OK;
}

static int
source_filter (
    sqlite3_vtab_cursor *base, int index, const char *name, int argc, sqlite3_value **argv)
{
  Cursor *cursor = (Cursor *) base;

  cursor->row = 0;
  cursor->cells = (const Cell *) cursor->list->cells->data;
  return SQLITE_OK;
}

static int
source_next (sqlite3_vtab_cursor *base)
{
  Cursor *cursor = (Cursor *) base;

  cursor->row++;
  cursor->cells += cursor->list->n_cells;
  return SQLITE_OK;
}

/* A table with another number of columns may have been there before. */
static int
source_eof (sqlite3_vtab_cursor *base)
{
  const Cursor *cursor = (const Cursor *) base;
  const Source *source = ((SourceTable *) base->pVtab)->source;

  return cursor->row >= cursor->list->n_rows || cursor->list->n_cells != source->n_cells;
}

static int
source_column (sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
  cell_return (&((const Cursor *) base)->cells[column], context);
  return SQLITE_OK;
}

static int
source_rowid (sqlite3_vtab_cursor *base, sqlite3_int64 *out_rowid)
{
  *out_rowid = ((const Cursor *) base)->row;
  return SQLITE_OK;
}

static const sqlite3_module source_module = {
  .xConnect = source_connect,
  .xBestIndex = source_best_index,
  .xDisconnect = source_disconnect,
  .xOpen = source_open,
  .xClose = source_close,
  .xFilter = source_filter,
  .xNext = source_next,
  .xEof = source_eof,
  .xColumn = source_column,
  .xRowid = source_rowid,
};

static gboolean
make_known (Batch *batch, BatchList list, guint n_cells, const char *name, GError **error)
{
  Source *source = g_new (Source, 1);

  *source = (Source){ batch, list, n_cells };
  int code
      = sqlite3_create_module_v2 (batch->connection->handle, name, &source_module, source, g_free);
  if (code != SQLITE_OK)
    {
      connection_set_error (batch->connection, code, error);
      return FALSE;
    }
  g_hash_table_add (batch->names, g_strdup (name));
  return TRUE;
}

gboolean
batch_append_from (Batch *batch, BatchList list, guint n_cells, GString *sql, GError **error)
{
  g_autofree char *name = g_strdup_printf ("syncline_batch_%u_%u", list, n_cells);

  if (!g_hash_table_contains (batch->names, name)
      && !make_known (batch, list, n_cells, name, error))
    return FALSE;
  for (guint i = 0; i < n_cells; i++)
    g_string_append_printf (sql, "%sc%u", i == 0 ? "" : ", ", i);
  g_string_append_printf (sql, " FROM %s", name);
  return TRUE;
}
