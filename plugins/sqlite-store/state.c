/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* How far what was written has come: by SQL, for any program, and by the store's interface. */

#include "config.h"

#include "sqlite-store/store.h"

/* What needs attention most goes before the rest; in the order of SynclineWriteState. */
#define STATE                                                                                      \
  "CASE max(rank) WHEN 1 THEN 'parked' WHEN 2 THEN 'rejected' WHEN 3 THEN 'pending'"               \
  " ELSE 'sending' END"

/* Every change with its rank. Those that are not refused in their own right are parked. */
#define RANKED                                                                                     \
  "SELECT tx, tbl, row_id, 3 + (id <= ifnull((SELECT value FROM syncline_meta"                     \
  " WHERE key = '" META_SENDING "'), 0)) AS rank FROM syncline_change WHERE op > 0"                \
  " UNION ALL SELECT tx, tbl, row_id,"                                                             \
  " 2 - (ifnull(code, '') IN ('SYNCLINE_HELD', 'SYNCLINE_TRANSACTION')) FROM syncline_rejected"

/* What is not there is clean. Nothing of the store's own reads the views, so they may change. */
static const struct
{
  const char *name;
  const char *sql;
} views[] = {
  { "syncline_row_state", "CREATE VIEW syncline_row_state (tbl, row_id, state) AS"
                          " SELECT tbl, row_id, " STATE " FROM (" RANKED ") GROUP BY tbl, row_id" },
  { "syncline_transaction_state",
    "CREATE VIEW syncline_transaction_state (tx, state, pending, rejected) AS"
    " SELECT tx, " STATE ", sum(rank >= 3), sum(rank < 3) FROM (" RANKED ") GROUP BY tx" },
};

static gboolean
replace_view (Store *store, const char *name, const char *sql, GError **error)
{
  g_autofree char *drop = g_strdup_printf ("DROP VIEW IF EXISTS %s", name);

  return connection_exec (store->writer, drop, error)
         && connection_exec (store->writer, sql, error);
}

gboolean
state_make_views (Store *store, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_autofree char *present = NULL;
      if (!connection_get_text (store->writer, &present, error,
                                "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?1",
                                "s", views[i].name))
        return FALSE;
      if (g_strcmp0 (present, views[i].sql) != 0
          && !replace_view (store, views[i].name, views[i].sql, error))
        return FALSE;
    }
  return TRUE;
}

/* --- By the interface --------------------------------------------------------------------------------- */

static gboolean
read_rank (Connection *reader, const SynclineWrite *write, gint64 *out_rank, GError **error)
{
  if (write->table == NULL)
    return connection_get_int (reader, out_rank, error,
                               "SELECT ifnull(max(rank), 0) FROM (" RANKED ") WHERE tx = ?1", "i",
                               write->transaction);
  return connection_get_int (reader, out_rank, error,
                             "SELECT ifnull(max(rank), 0) FROM (" RANKED
                             ") WHERE tbl = ?1 AND row_id = ?2",
                             "ss", write->table, write->row_id);
}

gboolean
store_get_write_state (gpointer self,
                       const SynclineWrite *write,
                       SynclineWriteState *out_state,
                       GCancellable *cancellable,
                       GError **error)
{
  Store *store = self;
  Connection *reader = store_take_reader (store, cancellable, error);
  gint64 rank;

  if (reader == NULL)
    return FALSE;
  gboolean ok = read_rank (reader, write, &rank, error);
  store_return_reader (store, reader);
  if (ok)
    *out_state = (SynclineWriteState) rank;
  return ok;
}

/* A note for those who look. Nobody waits for it: not the upload for a writer, nor a writer for it. */
void
store_mark_sending (gpointer self, gint64 last)
{
  Store *store = self;

  if (!store_try_lock_writer (store))
    return;
  const gint64 patience = store->writer->busy_timeout;
  store->writer->busy_timeout = 0;
  meta_set_int (store->writer, META_SENDING, last, NULL);
  store->writer->busy_timeout = patience;
  store_unlock_writer (store);
}
