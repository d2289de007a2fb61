/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The gate keeps downloads back while what they show may be older than the user's own writes.
 *
 * A change that leaves the queue arms the gate: META_ARMED is its number. When the queue is empty the
 * engine asks the server for a write checkpoint; META_COVERED is then the number of the last change, of
 * which META_TARGET is the confirmation. The gate is open again when a complete checkpoint carries that
 * number or a higher one (META_SEEN); then META_TARGET is 0. Triggers have nothing to do with any of
 * this: that there are queued changes closes the gate by itself. */

#include "config.h"

#include "sqlite-store/store.h"

static gint64
get_target (guint64 n_queued, gint64 armed, gint64 covered, gint64 target, gint64 seen)
{
  /* While changes are queued, nothing can confirm them yet. */
  if (n_queued > 0 || armed > covered)
    return SYNCLINE_WRITE_CHECKPOINT_UNKNOWN;
  return target > seen ? target : 0;
}

/* All in one statement, which sees one state of the file. The numbers in the queue have no gaps; the first may be
 * the mark. Files of an earlier version have the last number elsewhere. */
gboolean
gate_read (Connection *connection, SynclineGate *out_gate, GError **error)
{
  sqlite3_stmt *stmt = connection_query (
      connection, error,
      "SELECT (SELECT ifnull(max(id) - min(id) + 1, 0) FROM (SELECT min(id) AS id FROM"
      " syncline_change UNION ALL SELECT max(id) FROM syncline_change))"
      " - ifnull((SELECT op = 0 FROM syncline_change ORDER BY id LIMIT 1), 0),"
      " (SELECT count(*) FROM syncline_rejected),"
      " max(ifnull((SELECT max(id) FROM syncline_change), 0),"
      " ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'syncline_change'), 0)),"
      " (SELECT value FROM syncline_meta WHERE key = '" META_ARMED "'),"
      " (SELECT value FROM syncline_meta WHERE key = '" META_COVERED "'),"
      " (SELECT value FROM syncline_meta WHERE key = '" META_TARGET "'),"
      " (SELECT value FROM syncline_meta WHERE key = '" META_SEEN "')",
      "");
  if (stmt == NULL || connection_step (connection, stmt, error) != STEP_ROW)
    return FALSE;

  out_gate->n_queued = (guint64) sqlite3_column_int64 (stmt, 0);
  out_gate->n_rejected = (guint64) sqlite3_column_int64 (stmt, 1);
  out_gate->sequence = sqlite3_column_int64 (stmt, 2);
  out_gate->seen = sqlite3_column_int64 (stmt, 6);
  out_gate->target
      = get_target (out_gate->n_queued, sqlite3_column_int64 (stmt, 3),
                    sqlite3_column_int64 (stmt, 4), sqlite3_column_int64 (stmt, 5), out_gate->seen);
  sqlite3_reset (stmt);
  return TRUE;
}

gboolean
store_get_gate (gpointer self, SynclineGate *out_gate, GError **error)
{
  Store *store = self;
  Connection *reader = store_take_reader (store, NULL, error);

  if (reader == NULL)
    return FALSE;
  gboolean ok = gate_read (reader, out_gate, error);
  store_return_reader (store, reader);
  return ok;
}

gboolean
store_set_write_checkpoint (
    gpointer self, gint64 target, gint64 sequence, gboolean *out_set, GError **error)
{
  Store *store = self;
  SynclineGate gate;

  if (!store_begin (store, NULL, error))
    return FALSE;
  gboolean ok = gate_read (store->writer, &gate, error);
  gboolean set = ok && gate.n_queued == 0 && gate.sequence == sequence;
  if (set)
    ok = meta_set_int (store->writer, META_COVERED, sequence, error)
         && meta_set_int (store->writer, META_TARGET, target > gate.seen ? target : 0, error);
  if (!store_end (store, ok, SYNCLINE_CHANGE_LOCAL, error))
    return FALSE;
  *out_set = set;
  return TRUE;
}
