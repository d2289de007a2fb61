/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "group.h"

#include "common/json-pull.h"

/* A request that grows as long as the next change fits in. */
typedef struct
{
  const GroupLimits *limits;
  SynclineChange *first;
  GPtrArray *columns;  /* of the first change, sorted; for inserts */
  GHashTable *row_ids; /* of the changes so far, borrowed */
  guint n_changes;
  gsize bytes;
  JsonScratch scratch;
} Group;

gboolean
change_is_empty (SynclineChange *change)
{
  return syncline_change_get_op (change) == SYNCLINE_CHANGE_PATCH
         && g_strcmp0 (syncline_change_get_data (change), "{}") == 0;
}

/* --- Columns ------------------------------------------------------------------------------------ */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The columns of a change's data, sorted; NULL when it is no JSON object. */
static GPtrArray *
list_columns (SynclineChange *change, JsonScratch *scratch)
{
  const char *data = syncline_change_get_data (change);
  JsonPull pull;
  JsonPullToken token;

  if (data == NULL)
    return NULL;
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);
  json_pull_init (&pull, data, strlen (data), scratch);
  if (json_pull_next (&pull) != JSON_PULL_OBJECT_BEGIN)
    return NULL;
  while ((token = json_pull_next (&pull)) == JSON_PULL_KEY)
    {
      g_ptr_array_add (columns, g_strndup (pull.text.data, pull.text.length));
      if (!json_pull_skip_value (&pull, NULL))
        return NULL;
    }
  if (token != JSON_PULL_OBJECT_END)
    return NULL;
  g_ptr_array_sort (columns, compare_names);
  return g_steal_pointer (&columns);
}

static gboolean
same_columns (GPtrArray *a, GPtrArray *b)
{
  if (a == NULL || b == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!g_str_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

/* --- The group ------------------------------------------------------------------------------------ */

/* What a change adds to a request: its row in the body, or its id in the URL, where each byte may take
 * three. */
static gsize
measure (SynclineChange *change)
{
  gsize row_id = strlen (syncline_change_get_row_id (change));

  if (syncline_change_get_op (change) == SYNCLINE_CHANGE_PUT)
    {
      const char *data = syncline_change_get_data (change);
      return row_id + (data != NULL ? strlen (data) : 0);
    }
  return 3 * row_id + 7;
}

static gboolean
has_room (const Group *group, SynclineChange *change)
{
  if (group->n_changes >= group->limits->max_changes)
    return FALSE;
  if (syncline_change_get_op (change) == SYNCLINE_CHANGE_PUT)
    return group->bytes + measure (change) <= group->limits->max_bytes;
  return group->n_changes < GROUP_MAX_FILTER_IDS
         && group->bytes + measure (change) <= GROUP_MAX_FILTER_BYTES;
}

/* Whether the change does the same as the first one. */
static gboolean
is_alike (Group *group, SynclineChange *change)
{
  SynclineChangeOp op = syncline_change_get_op (change);

  if (op != syncline_change_get_op (group->first)
      || !g_str_equal (syncline_change_get_table (change),
                       syncline_change_get_table (group->first)))
    return FALSE;
  switch (op)
    {
    case SYNCLINE_CHANGE_PUT:
      {
        if (group->columns == NULL)
          group->columns = list_columns (group->first, &group->scratch);
        g_autoptr (GPtrArray) columns = list_columns (change, &group->scratch);
        return same_columns (group->columns, columns);
      }
    case SYNCLINE_CHANGE_PATCH:
      return g_strcmp0 (syncline_change_get_data (change), syncline_change_get_data (group->first))
             == 0;
    case SYNCLINE_CHANGE_DELETE:
      return TRUE;
    }
  return FALSE;
}

static void
add (Group *group, SynclineChange *change)
{
  g_hash_table_add (group->row_ids, (gpointer) syncline_change_get_row_id (change));
  group->n_changes++;
  group->bytes += measure (change);
}

guint
group_length (GPtrArray *changes, guint start, const GroupLimits *limits)
{
  g_autoptr (GHashTable) row_ids = g_hash_table_new (g_str_hash, g_str_equal);
  Group group = {
    .limits = limits,
    .first = changes->pdata[start],
    .row_ids = row_ids,
  };

  add (&group, group.first);
  for (guint i = start + 1; i < changes->len; i++)
    {
      SynclineChange *change = changes->pdata[i];
      /* One statement can't touch a row twice (SQLSTATE 21000). */
      if (!has_room (&group, change)
          || g_hash_table_contains (row_ids, syncline_change_get_row_id (change))
          || !is_alike (&group, change))
        break;
      add (&group, change);
    }
  g_clear_pointer (&group.columns, g_ptr_array_unref);
  json_scratch_clear (&group.scratch);
  return group.n_changes;
}
