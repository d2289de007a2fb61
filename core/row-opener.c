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
  gboolean needed; /* whether any serializer opens rows */
  GArray *ops;     /* of SynclineOp: the last result */
  GPtrArray *rows; /* what it points to */
};

SynclineRowOpener *
syncline_row_opener_new (SynclineRoles *roles)
{
  SynclineRowOpener *opener = g_new0 (SynclineRowOpener, 1);

  opener->roles = roles;
  opener->ops = g_array_new (FALSE, FALSE, sizeof (SynclineOp));
  opener->rows = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < roles->serializers->len; i++)
    if (SYNCLINE_HAS_SLOT (g_array_index (roles->serializers, SynclineSerializerRole, i).methods,
                           deserialize))
      opener->needed = TRUE;
  return opener;
}

void
syncline_row_opener_free (SynclineRowOpener *opener)
{
  g_array_unref (opener->ops);
  g_ptr_array_unref (opener->rows);
  g_free (opener);
}

static void
open_row (SynclineRowOpener *opener, const SynclineTable *table, SynclineOp *op)
{
  GArray *serializers = opener->roles->serializers;

  for (guint i = serializers->len; i > 0; i--)
    {
      const SynclineSerializerRole *role
          = &g_array_index (serializers, SynclineSerializerRole, i - 1);
      g_autoptr (GError) error = NULL;

      if (!SYNCLINE_HAS_SLOT (role->methods, deserialize))
        continue;
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
  if (!opener->needed)
    return ops;

  g_array_set_size (opener->ops, 0);
  g_ptr_array_set_size (opener->rows, 0);
  g_array_append_vals (opener->ops, ops, n_ops);
  for (guint i = 0; i < n_ops; i++)
    {
      SynclineOp *op = &g_array_index (opener->ops, SynclineOp, i);
      const SynclineTable *table = NULL;

      if (op->type == SYNCLINE_OP_PUT && op->object_type.data != NULL && op->data.data != NULL)
        table = syncline_schema_find_server_table (
            opener->roles->setup->schema, op->object_type.data, (gssize) op->object_type.length);
      if (table != NULL)
        open_row (opener, table, op);
    }
  return (const SynclineOp *) (void *) opener->ops->data;
}
