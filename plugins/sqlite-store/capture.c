/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/capture.h"

#include "sqlite-store/connection.h"
#include "sqlite-store/native.h"
#include "sqlite-store/row-json.h"

/* --- Pieces of triggers ---------------------------------------------------------------------------- */

static const char *const suffixes[CAPTURE_N_TRIGGERS] = {
  [CAPTURE_BEFORE_INSERT] = "before_insert",
  [CAPTURE_INSERT] = "insert",
  [CAPTURE_REPLACE] = "replace",
  [CAPTURE_UPDATE] = "update",
  [CAPTURE_DELETE] = "delete",
  [CAPTURE_INSERT_METADATA] = "insert_metadata",
  [CAPTURE_UPDATE_METADATA] = "update_metadata",
  [CAPTURE_INSERT_ONLY] = "insert_only",
};

#define NOT_APPLYING "(SELECT applying FROM syncline_state) = 0"

char *
capture_get_name (const SynclineTable *table, CaptureTrigger trigger)
{
  return g_strdup_printf ("syncline_%s_%s", syncline_table_get_name (table), suffixes[trigger]);
}

/* CREATE TRIGGER "…" <event> ON "…" FOR EACH ROW WHEN */
static GString *
begin_trigger (const SynclineTable *table, CaptureTrigger trigger, const char *event)
{
  g_autofree char *name = capture_get_name (table, trigger);
  GString *sql = g_string_new ("CREATE TRIGGER ");

  sql_append_identifier (sql, name);
  g_string_append_printf (sql, " %s ON ", event);
  sql_append_identifier (sql, syncline_table_get_name (table));
  g_string_append (sql, " FOR EACH ROW WHEN ");
  return sql;
}

static char *
end_trigger (GString *sql)
{
  g_string_append (sql, "; END");
  return g_string_free (sql, FALSE);
}

static void
append_name (GString *sql, const SynclineTable *table)
{
  sql_append_literal (sql, syncline_table_get_name (table));
}

/* The condition that picks the note of a replaced row. */
static void
append_replaced (GString *sql, const SynclineTable *table)
{
  g_string_append (sql, "FROM syncline_replaced WHERE tbl = ");
  append_name (sql, table);
  g_string_append (sql, " AND row_id = NEW.\"id\"");
}

static void
append_raise (GString *sql, const SynclineTable *table, const char *what)
{
  g_autofree char *message = g_strdup_printf ("%s: %s", syncline_table_get_name (table), what);

  g_string_append (sql, "RAISE(ABORT, ");
  sql_append_literal (sql, message);
  g_string_append_c (sql, ')');
}

/* The id of a new row, or an error if it is none that could go to the server. */
static void
append_checked_id (GString *sql, const SynclineTable *table)
{
  /* The column makes texts of numbers, and blobs are bigger than all texts. */
  g_string_append (sql, "CASE WHEN NEW.\"id\" > '' AND NEW.\"id\" < x''"
                        " AND instr(NEW.\"id\", char(0)) = 0 THEN NEW.\"id\" ELSE ");
  append_raise (sql, table, "id must be a text that is not empty");
  g_string_append (sql, " END");
}

static void
append_metadata (GString *sql, const SynclineTable *table)
{
  g_string_append (sql, syncline_table_get_metadata (table) ? "NEW.\"_metadata\"" : "NULL");
}

#define INSERT_CHANGE                                                                              \
  "INSERT INTO syncline_change (tx, op, tbl, row_id, data, old, previous, metadata) SELECT tx, "

/* --- The triggers ----------------------------------------------------------------------------------
 *
 * REPLACE is the hard case. It deletes the row that is in the way, for which SQLite fires the delete
 * trigger only with recursive_triggers, which most programs don't set; and even then a DELETE must not go to
 * the server, where it would cascade. So a trigger notes, before an insert, the row that has the new
 * row's id. If the insert then happens, the row was replaced: one PUT goes up that names all columns, so
 * that those that the new row does not have become NULL on the server, too. If the insert does not
 * happen (OR IGNORE, an upsert that becomes an update), the note is stale, and the next insert or the
 * store removes it. A row that REPLACE deletes because of another unique constraint than its id can't
 * be noticed without recursive_triggers. */

static char *
before_insert_sql (const SynclineTable *table)
{
  GString *sql = begin_trigger (table, CAPTURE_BEFORE_INSERT, "BEFORE INSERT");

  g_string_append (sql, "(EXISTS (SELECT 1 FROM ");
  sql_append_identifier (sql, syncline_table_get_name (table));
  g_string_append (sql, " WHERE \"id\" = NEW.\"id\") OR EXISTS (SELECT 1 FROM syncline_replaced))"
                        " AND " NOT_APPLYING " BEGIN DELETE ");
  append_replaced (sql, table);
  g_string_append (sql, "; INSERT INTO syncline_replaced (tbl, row_id, old) SELECT ");
  append_name (sql, table);
  g_string_append (sql, ", \"id\", ");
  row_json_append_table (sql, table, "", ROW_JSON_ALL);
  g_string_append (sql, " FROM ");
  sql_append_identifier (sql, syncline_table_get_name (table));
  g_string_append (sql, " WHERE \"id\" = NEW.\"id\"");
  return end_trigger (sql);
}

/* The values as they are, and no second look at the state. A row that was replaced is told by what was there
 * before; if the delete trigger fired for it, whoever reads the queue leaves that change out. */
static char *
native_insert_sql (const SynclineTable *table)
{
  GString *sql = begin_trigger (table, CAPTURE_INSERT, "AFTER INSERT");
  const guint n = syncline_table_get_n_columns (table);

  /* No condition. */
  g_string_truncate (sql, sql->len - strlen ("WHEN "));
  g_string_append (sql, "BEGIN INSERT INTO syncline_change (tx, op, tbl, row_id, old, shape");
  if (syncline_table_get_metadata (table))
    g_string_append (sql, ", metadata");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql, ", c%u", i + 1);
  g_string_append (sql, ") SELECT tx, 1, ");
  append_name (sql, table);
  g_string_append (sql, ", ");
  append_checked_id (sql, table);
  g_string_append (sql, ", (SELECT old ");
  append_replaced (sql, table);
  g_string_append_printf (sql, "), %" G_GINT64_FORMAT, native_get_shape (table));
  if (syncline_table_get_metadata (table))
    g_string_append (sql, ", NEW.\"_metadata\"");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *cell = row_json_get_cell (
          "NEW.", syncline_column_get_name (syncline_table_get_column (table, i)));
      g_string_append_printf (sql, ", %s", cell);
    }
  g_string_append (sql, " FROM syncline_state WHERE applying = 0");
  return end_trigger (sql);
}

static char *
insert_sql (const SynclineTable *table)
{
  GString *sql = begin_trigger (table, CAPTURE_INSERT, "AFTER INSERT");

  g_string_append (sql, NOT_APPLYING " AND NOT EXISTS (SELECT 1 ");
  append_replaced (sql, table);
  g_string_append (sql, ") BEGIN " INSERT_CHANGE "1, ");
  append_name (sql, table);
  g_string_append (sql, ", ");
  append_checked_id (sql, table);
  g_string_append (sql, ", ");
  row_json_append_table (sql, table, "NEW.", ROW_JSON_NOT_NULL);
  g_string_append (sql, ", NULL, NULL, ");
  append_metadata (sql, table);
  g_string_append (sql, " FROM syncline_state");
  return end_trigger (sql);
}

/* If the delete trigger fired, its change is the last one: it becomes the PUT. */
static char *
replace_sql (const SynclineTable *table)
{
  GString *sql = begin_trigger (table, CAPTURE_REPLACE, "AFTER INSERT");

  g_string_append (sql, NOT_APPLYING " AND EXISTS (SELECT 1 ");
  append_replaced (sql, table);
  g_string_append (sql, ") BEGIN UPDATE syncline_change SET op = 1, data = ");
  row_json_append_table (sql, table, "NEW.", ROW_JSON_ALL);
  g_string_append (sql, ", previous = NULL, metadata = ");
  append_metadata (sql, table);
  g_string_append (sql, " WHERE id = (SELECT max(id) FROM syncline_change) AND op = 3 AND tbl = ");
  append_name (sql, table);
  g_string_append (sql, " AND row_id = NEW.\"id\" AND tx = (SELECT tx FROM syncline_state); ");

  g_string_append (sql, INSERT_CHANGE "1, ");
  append_name (sql, table);
  g_string_append (sql, ", NEW.\"id\", ");
  row_json_append_table (sql, table, "NEW.", ROW_JSON_ALL);
  g_string_append (sql, ", (SELECT old ");
  append_replaced (sql, table);
  g_string_append (sql, "), NULL, ");
  append_metadata (sql, table);
  g_string_append (sql, " FROM syncline_state WHERE changes() = 0");
  return end_trigger (sql);
}

/* A row value with all columns, compared byte by byte whatever the collations are. */
static void
append_all_cells (GString *sql, const SynclineTable *table, const char *prefix)
{
  g_string_append_printf (sql, "(%s\"id\" COLLATE BINARY", prefix);
  for (guint i = 0; i < syncline_table_get_n_columns (table); i++)
    {
      g_autofree char *cell = row_json_get_cell (
          prefix, syncline_column_get_name (syncline_table_get_column (table, i)));
      g_string_append_printf (sql, ", %s COLLATE BINARY", cell);
    }
  g_string_append_c (sql, ')');
}

static char *
update_sql (const SynclineTable *table, gboolean keep_old)
{
  GString *sql = begin_trigger (table, CAPTURE_UPDATE, "AFTER UPDATE");

  g_string_append (sql, NOT_APPLYING " AND ");
  append_all_cells (sql, table, "NEW.");
  g_string_append (sql, " IS NOT ");
  append_all_cells (sql, table, "OLD.");
  g_string_append (sql, " BEGIN " INSERT_CHANGE "2, ");
  append_name (sql, table);
  g_string_append (sql,
                   ", CASE WHEN NEW.\"id\" IS OLD.\"id\" COLLATE BINARY THEN NEW.\"id\" ELSE ");
  append_raise (sql, table, "id can't be changed; delete the row and insert it with the new id");
  g_string_append (sql, " END, ");
  row_json_append_table (sql, table, "NEW.", ROW_JSON_CHANGED);
  g_string_append (sql, ", ");
  if (keep_old)
    row_json_append_table (sql, table, "OLD.", ROW_JSON_ALL);
  else
    g_string_append (sql, "NULL");
  g_string_append (sql, ", ");
  if (syncline_table_get_track_previous (table) == SYNCLINE_TRACK_PREVIOUS_CHANGED)
    row_json_append_table (sql, table, "OLD.", ROW_JSON_CHANGED);
  else
    g_string_append (sql, "NULL");
  g_string_append (sql, ", ");
  append_metadata (sql, table);
  g_string_append (sql, " FROM syncline_state");
  return end_trigger (sql);
}

static char *
delete_sql (const SynclineTable *table, gboolean keep_old)
{
  GString *sql = begin_trigger (table, CAPTURE_DELETE, "AFTER DELETE");

  g_string_append (sql, NOT_APPLYING " BEGIN " INSERT_CHANGE "3, ");
  append_name (sql, table);
  g_string_append (sql, ", OLD.\"id\", NULL, ");
  if (keep_old)
    row_json_append_table (sql, table, "OLD.", ROW_JSON_ALL);
  else
    g_string_append (sql, "NULL");
  g_string_append (sql, ", NULL, NULL FROM syncline_state");
  return end_trigger (sql);
}

/* The metadata belongs to one change, not to the row. */
static char *
metadata_sql (const SynclineTable *table, CaptureTrigger trigger, const char *event)
{
  GString *sql = begin_trigger (table, trigger, event);

  g_string_append (sql, "NEW.\"_metadata\" IS NOT NULL BEGIN UPDATE ");
  sql_append_identifier (sql, syncline_table_get_name (table));
  g_string_append (sql, " SET \"_metadata\" = NULL WHERE \"id\" = NEW.\"id\"");
  return end_trigger (sql);
}

/* The row goes up and is not kept. Inserting and deleting it, rather than ignoring the insert, lets
 * clients count one inserted row, as they expect. */
static char *
insert_only_sql (const SynclineTable *table)
{
  GString *sql = begin_trigger (table, CAPTURE_INSERT_ONLY, "AFTER INSERT");

  g_string_append (sql, NOT_APPLYING " BEGIN " INSERT_CHANGE "1, ");
  append_name (sql, table);
  g_string_append (sql, ", ");
  append_checked_id (sql, table);
  g_string_append (sql, ", ");
  row_json_append_table (sql, table, "NEW.", ROW_JSON_NOT_NULL);
  g_string_append (sql, ", NULL, NULL, ");
  append_metadata (sql, table);
  g_string_append (sql, " FROM syncline_state; DELETE FROM ");
  sql_append_identifier (sql, syncline_table_get_name (table));
  g_string_append (sql, " WHERE \"id\" = NEW.\"id\"");
  return end_trigger (sql);
}

char *
capture_get_sql (const SynclineTable *table, CaptureTrigger trigger, gboolean keep_old)
{
  SynclineTableMode mode = syncline_table_get_mode (table);
  gboolean synced = mode == SYNCLINE_TABLE_SYNCED;
  gboolean metadata = synced && syncline_table_get_metadata (table);

  if (syncline_table_get_track_previous (table) != SYNCLINE_TRACK_PREVIOUS_NONE)
    keep_old = TRUE;
  switch (trigger)
    {
    case CAPTURE_BEFORE_INSERT:
      return synced ? before_insert_sql (table) : NULL;
    case CAPTURE_INSERT:
      if (synced && native_fits (table))
        return native_insert_sql (table);
      return synced ? insert_sql (table) : NULL;
    case CAPTURE_REPLACE:
      return synced && !native_fits (table) ? replace_sql (table) : NULL;
    case CAPTURE_UPDATE:
      return synced ? update_sql (table, keep_old) : NULL;
    case CAPTURE_DELETE:
      return synced ? delete_sql (table, keep_old) : NULL;
    case CAPTURE_INSERT_METADATA:
      return metadata ? metadata_sql (table, trigger, "AFTER INSERT") : NULL;
    case CAPTURE_UPDATE_METADATA:
      return metadata ? metadata_sql (table, trigger, "AFTER UPDATE OF \"_metadata\"") : NULL;
    case CAPTURE_INSERT_ONLY:
      return mode == SYNCLINE_TABLE_INSERT_ONLY ? insert_only_sql (table) : NULL;
    case CAPTURE_N_TRIGGERS:
      break;
    }
  return NULL;
}
