/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "row-opener.h"

#include <string.h>

#include "log.h"

#define COMPONENT "download"

struct _SynclineRowOpener
{
  SynclineRoles *roles;
  GHashTable
      *tables; /* SynclineTable → array of SynclineSerializerRole *, in the order of opening */
  GArray *ops; /* of SynclineOp: the last result */
  GPtrArray *rows; /* what it points to */
};

/* Whoever came last on the way up comes first on the way down. */
static GPtrArray *
find_openers (SynclineRoles *roles, const SynclineTable *table)
{
  GPtrArray *openers = g_ptr_array_new ();

  for (guint i = roles->serializers->len; i > 0; i--)
    {
      SynclineSerializerRole *role
          = &g_array_index (roles->serializers, SynclineSerializerRole, i - 1);

      if (SYNCLINE_HAS_SLOT (role->methods, deserialize)
          && (!SYNCLINE_HAS_SLOT (role->methods, opens_table)
              || role->methods->opens_table (role->self, table)))
        g_ptr_array_add (openers, role);
    }
  return openers;
}

SynclineRowOpener *
syncline_row_opener_new (SynclineRoles *roles)
{
  SynclineRowOpener *opener = g_new0 (SynclineRowOpener, 1);
  SynclineSchema *schema = roles->setup->schema;

  opener->roles = roles;
  opener->tables = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  opener->ops = g_array_new (FALSE, FALSE, sizeof (SynclineOp));
  opener->rows = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < syncline_schema_get_n_tables (schema); i++)
    {
      const SynclineTable *table = syncline_schema_get_table (schema, i);
      GPtrArray *openers = find_openers (roles, table);

      if (openers->len > 0)
        g_hash_table_insert (opener->tables, (gpointer) table, openers);
      else
        g_ptr_array_unref (openers);
    }
  return opener;
}

void
syncline_row_opener_free (SynclineRowOpener *opener)
{
  g_hash_table_unref (opener->tables);
  g_array_unref (opener->ops);
  g_ptr_array_unref (opener->rows);
  g_free (opener);
}

/* Who opens the row of an operation; NULL if there is nothing to open. */
static GPtrArray *
get_openers (SynclineRowOpener *opener, const SynclineOp *op, const SynclineTable **out_table)
{
  if (op->type != SYNCLINE_OP_PUT || op->object_type.data == NULL || op->data.data == NULL)
    return NULL;
  *out_table = syncline_schema_find_server_table (
      opener->roles->setup->schema, op->object_type.data, (gssize) op->object_type.length);
  return *out_table != NULL ? g_hash_table_lookup (opener->tables, *out_table) : NULL;
}

static void
open_row (SynclineRowOpener *opener, GPtrArray *openers, const SynclineTable *table, SynclineOp *op)
{
  for (guint i = 0; i < openers->len; i++)
    {
      const SynclineSerializerRole *role = g_ptr_array_index (openers, i);
      g_autoptr (GError) error = NULL;
      char *row = role->methods->deserialize (role->self, table, op->object_id, op->data, &error);

      if (error != NULL)
        syncline_log (COMPONENT, G_LOG_LEVEL_WARNING, "row left as it came: %s", error->message);
      if (row == NULL)
        continue;
      g_ptr_array_add (opener->rows, row);
      op->data.data = row;
      op->data.length = strlen (row);
    }
}

const SynclineOp *
syncline_row_opener_open (SynclineRowOpener *opener, const SynclineOp *ops, guint n_ops)
{
  if (g_hash_table_size (opener->tables) == 0)
    return ops;

  g_array_set_size (opener->ops, 0);
  g_ptr_array_set_size (opener->rows, 0);
  g_array_append_vals (opener->ops, ops, n_ops);
  for (guint i = 0; i < n_ops; i++)
    {
      SynclineOp *op = &g_array_index (opener->ops, SynclineOp, i);
      const SynclineTable *table = NULL;
      GPtrArray *openers = get_openers (opener, op, &table);

      if (openers != NULL)
        open_row (opener, openers, table, op);
    }
  return (const SynclineOp *) (void *) opener->ops->data;
}
