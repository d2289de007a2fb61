/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "query-rows.h"

#include <string.h>

#include "cell.h"

/* With more splices than this one says it all: whoever listens is better off with one big change than with
 * thousands of small ones. */
#define MAX_SPLICES 256

#define NONE G_MAXUINT

SynclineQueryRows *
syncline_query_rows_new (void)
{
  SynclineQueryRows *rows = g_atomic_rc_box_new0 (SynclineQueryRows);

  rows->rows = g_ptr_array_new_with_free_func (g_object_unref);
  return rows;
}

SynclineQueryRows *
syncline_query_rows_ref (SynclineQueryRows *rows)
{
  return g_atomic_rc_box_acquire (rows);
}

static void
query_rows_clear (gpointer data)
{
  SynclineQueryRows *rows = data;

  g_clear_pointer (&rows->columns, syncline_columns_unref);
  g_ptr_array_unref (rows->rows);
}

void
syncline_query_rows_unref (SynclineQueryRows *rows)
{
  g_atomic_rc_box_release_full (rows, query_rows_clear);
}

/* --- Collecting ---------------------------------------------------------------------------------- */

struct _SynclineCollector
{
  SynclineQueryRows *before;
  SynclineQueryRows *rows;
  GArray *origins;  /* of guint: for each row its place in before, or NONE */
  gboolean similar; /* the columns are the same, so rows may be */
  int key;          /* the column that tells rows apart best, or -1 */
  guint cursor;     /* place in before where the next row is looked for first */

  /* Rows of before that were not come upon in order. Made when first needed: a hash is the place of the
   * first row that has it, next leads to the others. */
  GHashTable *places;
  guint *next;
  gboolean *taken;
};

SynclineCollector *
syncline_collector_new (SynclineQueryRows *before)
{
  SynclineCollector *collector = g_new0 (SynclineCollector, 1);

  collector->before = syncline_query_rows_ref (before);
  collector->rows = syncline_query_rows_new ();
  collector->origins = g_array_new (FALSE, FALSE, sizeof (guint));
  collector->taken = g_new0 (gboolean, before->rows->len + 1);
  return collector;
}

void
syncline_collector_free (SynclineCollector *collector)
{
  syncline_query_rows_unref (collector->before);
  g_clear_pointer (&collector->rows, syncline_query_rows_unref);
  g_array_unref (collector->origins);
  g_clear_pointer (&collector->places, g_hash_table_unref);
  g_free (collector->next);
  g_free (collector->taken);
  g_free (collector);
}

static void
take_names (SynclineCollector *collector, guint n_columns, const char *const *names)
{
  SynclineColumns *before = collector->before->columns;

  collector->similar = syncline_columns_are (before, n_columns, names);
  collector->rows->columns = collector->similar ? syncline_columns_ref (before)
                                                : syncline_columns_new (n_columns, names);
  collector->key = -1;
  for (guint i = 0; i < n_columns && collector->key < 0; i++)
    if (g_str_equal (names[i], "id") || g_str_equal (names[i], "rowid"))
      collector->key = (int) i;
}

static guint
hash_cells (SynclineCollector *collector, const SynclineValue *cells)
{
  if (collector->key >= 0)
    return syncline_cell_hash (&cells[collector->key]);

  guint hash = 0;
  for (guint i = 0; i < collector->rows->columns->n; i++)
    hash = hash * 31 + syncline_cell_hash (&cells[i]);
  return hash;
}

static SynclineRow *
get_before (SynclineCollector *collector, guint place)
{
  return g_ptr_array_index (collector->before->rows, place);
}

static gboolean
is_at (SynclineCollector *collector, guint place, const SynclineValue *values)
{
  if (place >= collector->before->rows->len || collector->taken[place])
    return FALSE;

  const SynclineValue *cells = syncline_row_get_cells (get_before (collector, place));
  for (guint i = 0; i < collector->rows->columns->n; i++)
    if (!syncline_cell_equal (&cells[i], &values[i]))
      return FALSE;
  return TRUE;
}

/* Backwards, so that of rows that are alike the first is found first. */
static void
index_before (SynclineCollector *collector)
{
  const guint n = collector->before->rows->len;

  collector->places = g_hash_table_new (NULL, NULL);
  collector->next = g_new (guint, n + 1);
  for (guint i = n; i-- > 0;)
    {
      const SynclineValue *cells = syncline_row_get_cells (get_before (collector, i));
      gpointer hash = GUINT_TO_POINTER (hash_cells (collector, cells));
      gpointer place;

      collector->next[i] = g_hash_table_lookup_extended (collector->places, hash, NULL, &place)
                               ? GPOINTER_TO_UINT (place)
                               : NONE;
      g_hash_table_insert (collector->places, hash, GUINT_TO_POINTER (i));
    }
}

/* Where the row with these cells was, or NONE. */
static guint
find_before (SynclineCollector *collector, const SynclineValue *values)
{
  gpointer place;

  if (!collector->similar || collector->before->rows->len == 0)
    return NONE;
  if (is_at (collector, collector->cursor, values))
    return collector->cursor;
  if (collector->places == NULL)
    index_before (collector);
  if (!g_hash_table_lookup_extended (
          collector->places, GUINT_TO_POINTER (hash_cells (collector, values)), NULL, &place))
    return NONE;
  guint i = GPOINTER_TO_UINT (place);
  while (i != NONE && !is_at (collector, i, values))
    i = collector->next[i];
  return i;
}

gboolean
syncline_collector_take_row (guint n_columns,
                             const char *const *names,
                             const SynclineValue *values,
                             gpointer data)
{
  SynclineCollector *collector = data;

  if (values == NULL)
    {
      take_names (collector, n_columns, names);
      return TRUE;
    }

  const guint place = find_before (collector, values);
  SynclineRow *row;
  if (place == NONE)
    row = syncline_row_new (collector->rows->columns, values);
  else
    {
      row = g_object_ref (get_before (collector, place));
      collector->taken[place] = TRUE;
      collector->cursor = place + 1;
    }
  /* A row that changed in place does not upset the order of those behind it. */
  if (place == NONE && collector->cursor < collector->before->rows->len)
    collector->cursor++;
  g_ptr_array_add (collector->rows->rows, row);
  g_array_append_val (collector->origins, place);
  return TRUE;
}

/* --- Comparing ----------------------------------------------------------------------------------- */

/* Of rows that were there before, those that can stay where they are while the others move around them:
 * the longest run of places that ascends. Sets the places of all others to NONE. */
static void
keep_longest_ascent (GArray *origins)
{
  guint *places = (guint *) (gpointer) origins->data;
  g_autofree guint *ends
      = g_new (guint, origins->len + 1); /* by length of run: where the best one ends */
  g_autofree guint *previous = g_new (guint, origins->len + 1);
  guint longest = 0;

  for (guint i = 0; i < origins->len; i++)
    {
      if (places[i] == NONE)
        continue;
      guint low = 0, high = longest;
      while (low < high)
        {
          const guint middle = (low + high) / 2;
          if (places[ends[middle]] < places[i])
            low = middle + 1;
          else
            high = middle;
        }
      previous[i] = low > 0 ? ends[low - 1] : NONE;
      ends[low] = i;
      longest = MAX (longest, low + 1);
    }

  guint kept = longest > 0 ? ends[longest - 1] : NONE;
  for (guint i = origins->len; i-- > 0;)
    if (i == kept)
      kept = previous[i];
    else
      places[i] = NONE;
}

static gboolean
is_ascending (GArray *origins)
{
  guint last = NONE;

  for (guint i = 0; i < origins->len; i++)
    {
      const guint place = g_array_index (origins, guint, i);
      if (place == NONE)
        continue;
      if (last != NONE && place <= last)
        return FALSE;
      last = place;
    }
  return TRUE;
}

static void
add_splice (GArray *splices, guint position, guint removed, guint added)
{
  const SynclineSplice splice = { position, removed, added };

  if (removed > 0 || added > 0)
    g_array_append_val (splices, splice);
}

/* One splice from the first to the last change. */
static void
join_splices (GArray *splices)
{
  SynclineSplice *all = (SynclineSplice *) (gpointer) splices->data;
  const SynclineSplice last = all[splices->len - 1];
  gint64 growth = 0;

  for (guint i = 0; i < splices->len; i++)
    growth += (gint64) all[i].added - all[i].removed;
  all[0].added = last.position + last.added - all[0].position;
  all[0].removed = (guint) ((gint64) all[0].added - growth);
  g_array_set_size (splices, 1);
}

SynclineQueryRows *
syncline_collector_finish (SynclineCollector *collector, GArray **out_splices)
{
  GArray *origins = collector->origins;
  GArray *splices = g_array_new (FALSE, FALSE, sizeof (SynclineSplice));
  guint place = 0, position = 0;

  if (!is_ascending (origins))
    keep_longest_ascent (origins);
  for (guint i = 0; i < origins->len; i++)
    {
      const guint origin = g_array_index (origins, guint, i);
      if (origin == NONE)
        continue;
      add_splice (splices, position, origin - place, i - position);
      place = origin + 1;
      position = i + 1;
    }
  add_splice (splices, position, collector->before->rows->len - place, origins->len - position);
  if (splices->len > MAX_SPLICES)
    join_splices (splices);
  if (splices->len == 0)
    g_clear_pointer (&splices, g_array_unref);
  *out_splices = splices;
  return g_steal_pointer (&collector->rows);
}
