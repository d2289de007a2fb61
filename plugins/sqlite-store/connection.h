/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* One connection to the database file: its settings, its prepared statements, its errors, and how a
 * cancel gets into SQLite. A connection is used by one thread at a time. */

#pragma once

#include <sqlite3.h>
#include <syncline/plugin.h>

G_BEGIN_DECLS

/* Which columns a statement updates: table → set of column names. */
typedef GHashTable Updates;

typedef struct
{
  sqlite3 *handle;
  GCancellable *cancellable; /* of the call that uses the connection now */
  gint64 busy_timeout;       /* microseconds */
  gint64 waited;             /* for another connection's lock, this time */
  GHashTable *statements;    /* the store's own: address of the SQL literal → sqlite3_stmt */
  guint app_depth;           /* an application's statement is being prepared */
  Updates *updates;          /* what is known of it so far */
  gboolean dropping;         /* and it drops a table */
  GHashTable *app;           /* the application's: SQL text → AppStatement */
  GQueue app_order;          /* of AppStatement, the one used last first */
} Connection;

/* One of the application's statements, kept prepared. */
typedef struct
{
  char *sql;
  sqlite3_stmt *stmt;
  gboolean in_use;  /* by a caller further up the stack */
  Updates *updates; /* of a table that is not in there: any columns */
  GList *link;
} AppStatement;

typedef enum
{
  STEP_ERROR = -1,
  STEP_DONE = 0,
  STEP_ROW = 1,
} Step;

/* flags are SQLITE_OPEN_…. */
Connection *connection_open (
    const char *path, int flags, gint64 busy_timeout, GCancellable *cancellable, GError **error);
void connection_close (Connection *connection);

/* Sets error for an SQLite result code. */
void connection_set_error (Connection *connection, int code, GError **error);

/* Runs SQL that gives no rows; several statements are allowed. */
gboolean connection_exec (Connection *connection, const char *sql, GError **error);

/* A statement of the store's own. The SQL must be a literal: its address is the key. It is reset and has
 * no bindings. */
sqlite3_stmt *connection_get_statement (Connection *connection, const char *sql, GError **error);

/* A statement that the caller finalizes. */
sqlite3_stmt *connection_prepare (Connection *connection, const char *sql, GError **error);

/* Advances. When there is no row, or an error, the statement is reset. */
Step connection_step (Connection *connection, sqlite3_stmt *stmt, GError **error);

/* Like connection_get_statement(), with values: one letter of types for each argument: `i` a gint64,
 * `s` a text or NULL (which must stay until the statement is reset). */
sqlite3_stmt *
connection_query (Connection *connection, GError **error, const char *sql, const char *types, ...);

/* Runs a statement that gives no rows, with values as for connection_query(). */
gboolean
connection_run (Connection *connection, GError **error, const char *sql, const char *types, ...);

/* Reads one number, 0 when there is no row or the cell is NULL. */
gboolean connection_get_int (Connection *connection,
                             gint64 *out_value,
                             GError **error,
                             const char *sql,
                             const char *types,
                             ...);

/* Reads one text, NULL when there is no row or the cell is NULL. */
gboolean connection_get_text (Connection *connection,
                              char **out_value,
                              GError **error,
                              const char *sql,
                              const char *types,
                              ...);

/* An application's statement from the cache; give it back with connection_release_app(). */
AppStatement *connection_get_app (Connection *connection, const char *sql, GError **error);
void connection_release_app (Connection *connection, AppStatement *statement);

/* The text of a column, "" for NULL. */
static inline const char *
column_text (sqlite3_stmt *stmt, int column)
{
  const char *text = (const char *) sqlite3_column_text (stmt, column);

  return text != NULL ? text : "";
}

/* What follows white space and comments. */
const char *sql_skip_blank (const char *sql);

/* Appends an identifier or a text literal in SQL's quotes. */
void sql_append_identifier (GString *sql, const char *name);
void sql_append_literal (GString *sql, const char *text);

G_END_DECLS
