/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/connection.h"
#include "sqlite-store/updates.h"

#include <stdarg.h>

/* How many of the application's statements stay prepared. */
#define MAX_APP_STATEMENTS 64

/* How many steps of SQLite's machine between two looks at the cancellable: well under a millisecond. */
#define STEPS_PER_POLL 2000

/* --- Waiting and cancelling ----------------------------------------------------------------------- */

static int
on_progress (void *data)
{
  Connection *connection = data;

  return connection->cancellable != NULL && g_cancellable_is_cancelled (connection->cancellable);
}

/* Called while another connection holds what this one needs. */
static int
on_busy (void *data, int n_calls)
{
  Connection *connection = data;
  gulong nap = n_calls < 10 ? 500 : n_calls < 50 ? 2000 : 10000;

  if (n_calls == 0)
    connection->waited = 0;
  if (connection->waited >= connection->busy_timeout || on_progress (connection))
    return 0;
  g_usleep (nap);
  connection->waited += nap;
  return 1;
}

/* --- Errors --------------------------------------------------------------------------------------- */

static const char *
code_name (int code)
{
  static const struct
  {
    int code;
    const char *name;
  } names[] = {
    { SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT" },
    { SQLITE_BUSY_RECOVERY, "SQLITE_BUSY_RECOVERY" },
    { SQLITE_CANTOPEN_ISDIR, "SQLITE_CANTOPEN_ISDIR" },
    { SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK" },
    { SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY" },
    { SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL" },
    { SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY" },
    { SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER" },
    { SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE" },
    { SQLITE_IOERR_READ, "SQLITE_IOERR_READ" },
    { SQLITE_IOERR_SHORT_READ, "SQLITE_IOERR_SHORT_READ" },
    { SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE" },
    { SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC" },
    { SQLITE_READONLY_DIRECTORY, "SQLITE_READONLY_DIRECTORY" },
    { SQLITE_READONLY_DBMOVED, "SQLITE_READONLY_DBMOVED" },
    { SQLITE_AUTH, "SQLITE_AUTH" },
    { SQLITE_BUSY, "SQLITE_BUSY" },
    { SQLITE_CANTOPEN, "SQLITE_CANTOPEN" },
    { SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT" },
    { SQLITE_CORRUPT, "SQLITE_CORRUPT" },
    { SQLITE_ERROR, "SQLITE_ERROR" },
    { SQLITE_FULL, "SQLITE_FULL" },
    { SQLITE_IOERR, "SQLITE_IOERR" },
    { SQLITE_LOCKED, "SQLITE_LOCKED" },
    { SQLITE_MISMATCH, "SQLITE_MISMATCH" },
    { SQLITE_NOTADB, "SQLITE_NOTADB" },
    { SQLITE_READONLY, "SQLITE_READONLY" },
    { SQLITE_SCHEMA, "SQLITE_SCHEMA" },
    { SQLITE_TOOBIG, "SQLITE_TOOBIG" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].code == code)
      return names[i].name;
  return NULL;
}

static SynclineError
error_of_code (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return SYNCLINE_ERROR_BUSY;
    case SQLITE_FULL:
      return SYNCLINE_ERROR_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return SYNCLINE_ERROR_CORRUPT;
    case SQLITE_ERROR:
    case SQLITE_SCHEMA: /* for a name that nothing has, in some versions */
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
    case SQLITE_AUTH:
      return SYNCLINE_ERROR_SQL;
    default:
      return SYNCLINE_ERROR_FAILED;
    }
}

void
connection_set_error (Connection *connection, int code, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (connection->cancellable, error))
    return;

  int extended = sqlite3_extended_errcode (connection->handle);
  if ((extended & 0xff) == (code & 0xff))
    code = extended;
  const char *name = code_name (code);
  if (name == NULL)
    name = code_name (code & 0xff);
  const char *message = sqlite3_errmsg (connection->handle);
  if (code == SQLITE_AUTH)
    message = "BEGIN, COMMIT and ROLLBACK are not allowed here; run a transaction of the client";

  if (name != NULL)
    g_set_error (error, SYNCLINE_ERROR, error_of_code (code), "%s (%s)", message, name);
  else
    g_set_error (error, SYNCLINE_ERROR, error_of_code (code), "%s (SQLite code %d)", message, code);
}

/* --- Opening and closing -------------------------------------------------------------------------- */

static void
app_statement_free (gpointer data)
{
  AppStatement *statement = data;

  g_clear_pointer (&statement->updates, g_hash_table_unref);
  sqlite3_finalize (statement->stmt);
  g_free (statement->sql);
  g_free (statement);
}

static void
finalize (gpointer stmt)
{
  sqlite3_finalize (stmt);
}

Connection *
connection_open (
    const char *path, int flags, gint64 busy_timeout, GCancellable *cancellable, GError **error)
{
  Connection *connection = g_new0 (Connection, 1);

  connection->cancellable = cancellable;
  connection->busy_timeout = busy_timeout;
  connection->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize);
  connection->app = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&connection->app_order);

  int code = sqlite3_open_v2 (path, &connection->handle,
                              flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (code != SQLITE_OK)
    {
      connection_set_error (connection, code, error);
      g_prefix_error (error, "Can't open “%s”: ", path);
      connection_close (connection);
      return NULL;
    }
  sqlite3_busy_handler (connection->handle, on_busy, connection);
  sqlite3_progress_handler (connection->handle, STEPS_PER_POLL, on_progress, connection);
  return connection;
}

void
connection_close (Connection *connection)
{
  if (connection == NULL)
    return;
  g_hash_table_unref (connection->statements);
  g_hash_table_unref (connection->app);
  g_queue_clear_full (&connection->app_order, app_statement_free);
  sqlite3_close_v2 (connection->handle);
  g_free (connection);
}

/* --- The store's statements ----------------------------------------------------------------------- */

gboolean
connection_exec (Connection *connection, const char *sql, GError **error)
{
  int code = sqlite3_exec (connection->handle, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;
  connection_set_error (connection, code, error);
  return FALSE;
}

sqlite3_stmt *
connection_prepare (Connection *connection, const char *sql, GError **error)
{
  sqlite3_stmt *stmt;
  int code
      = sqlite3_prepare_v3 (connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

  if (code != SQLITE_OK)
    {
      connection_set_error (connection, code, error);
      return NULL;
    }
  return stmt;
}

sqlite3_stmt *
connection_get_statement (Connection *connection, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = g_hash_table_lookup (connection->statements, sql);

  if (stmt != NULL)
    return stmt;
  stmt = connection_prepare (connection, sql, error);
  if (stmt != NULL)
    g_hash_table_insert (connection->statements, (gpointer) sql, stmt);
  return stmt;
}

Step
connection_step (Connection *connection, sqlite3_stmt *stmt, GError **error)
{
  int code = sqlite3_step (stmt);

  if (code == SQLITE_ROW)
    return STEP_ROW;
  if (code != SQLITE_DONE)
    connection_set_error (connection, code, error);
  sqlite3_reset (stmt);
  return code == SQLITE_DONE ? STEP_DONE : STEP_ERROR;
}

static sqlite3_stmt *
query_valist (
    Connection *connection, GError **error, const char *sql, const char *types, va_list values)
{
  sqlite3_stmt *stmt = connection_get_statement (connection, sql, error);

  if (stmt == NULL)
    return NULL;
  sqlite3_reset (stmt);
  for (int i = 0; types[i] != '\0'; i++)
    if (types[i] == 'i')
      sqlite3_bind_int64 (stmt, i + 1, va_arg (values, gint64));
    else
      sqlite3_bind_text (stmt, i + 1, va_arg (values, const char *), -1, SQLITE_STATIC);
  return stmt;
}

sqlite3_stmt *
connection_query (Connection *connection, GError **error, const char *sql, const char *types, ...)
{
  va_list values;

  va_start (values, types);
  sqlite3_stmt *stmt = query_valist (connection, error, sql, types, values);
  va_end (values);
  return stmt;
}

gboolean
connection_run (Connection *connection, GError **error, const char *sql, const char *types, ...)
{
  va_list values;

  va_start (values, types);
  sqlite3_stmt *stmt = query_valist (connection, error, sql, types, values);
  va_end (values);
  if (stmt == NULL)
    return FALSE;

  Step step;
  do
    step = connection_step (connection, stmt, error);
  while (step == STEP_ROW);
  return step == STEP_DONE;
}

gboolean
connection_get_int (Connection *connection,
                    gint64 *out_value,
                    GError **error,
                    const char *sql,
                    const char *types,
                    ...)
{
  va_list values;

  va_start (values, types);
  sqlite3_stmt *stmt = query_valist (connection, error, sql, types, values);
  va_end (values);
  if (stmt == NULL)
    return FALSE;

  Step step = connection_step (connection, stmt, error);
  if (step == STEP_ERROR)
    return FALSE;
  *out_value = step == STEP_ROW ? sqlite3_column_int64 (stmt, 0) : 0;
  sqlite3_reset (stmt);
  return TRUE;
}

gboolean
connection_get_text (Connection *connection,
                     char **out_value,
                     GError **error,
                     const char *sql,
                     const char *types,
                     ...)
{
  va_list values;

  va_start (values, types);
  sqlite3_stmt *stmt = query_valist (connection, error, sql, types, values);
  va_end (values);
  if (stmt == NULL)
    return FALSE;

  Step step = connection_step (connection, stmt, error);
  if (step == STEP_ERROR)
    return FALSE;
  *out_value = step == STEP_ROW ? g_strdup ((const char *) sqlite3_column_text (stmt, 0)) : NULL;
  sqlite3_reset (stmt);
  return TRUE;
}

/* --- The application's statements ----------------------------------------------------------------- */

/* What may follow a statement: white space, semicolons and comments. */
static gboolean
is_blank (const char *sql)
{
  while (*(sql = sql_skip_blank (sql)) == ';')
    sql++;
  return *sql == '\0';
}

/* Nobody is told of rows that an update replaces, as the statement or the table may want it; then no column
 * is certain to have stayed. */
static void
forget_replacing (Connection *connection, const char *sql, Updates *updates)
{
  GHashTableIter iter;
  gpointer table;

  g_hash_table_iter_init (&iter, updates);
  while (g_hash_table_iter_next (&iter, &table, NULL))
    {
      gint64 replaces = 1;
      if (!updates_may_replace (sql))
        connection_get_int (connection, &replaces, NULL,
                            "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                            " AND name = ?1 AND sql LIKE '%REPLACE%'",
                            "s", table);
      if (replaces != 0)
        g_hash_table_iter_remove (&iter);
    }
}

static AppStatement *
app_statement_new (Connection *connection, const char *sql, GError **error)
{
  sqlite3_stmt *stmt;
  const char *tail;

  g_autoptr (GHashTable) updates = updates_new ();
  Updates *outer = connection->updates;

  connection->app_depth++;
  connection->dropping = FALSE;
  connection->updates = updates;
  int code
      = sqlite3_prepare_v3 (connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);
  connection->updates = outer;
  connection->app_depth--;
  if (code != SQLITE_OK)
    {
      connection_set_error (connection, code, error);
      return NULL;
    }
  if (stmt == NULL || !is_blank (tail))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL, "%s",
                   stmt == NULL ? "There is no statement in the SQL text"
                                : "There is more than one statement in the SQL text");
      sqlite3_finalize (stmt);
      return NULL;
    }
  AppStatement *statement = g_new0 (AppStatement, 1);
  statement->sql = g_strdup (sql);
  statement->stmt = stmt;
  forget_replacing (connection, sql, updates);
  statement->updates = g_steal_pointer (&updates);
  return statement;
}

/* Drops the statement that was not used for longest. */
static void
trim_app_statements (Connection *connection)
{
  AppStatement *oldest = g_queue_peek_tail (&connection->app_order);

  if (connection->app_order.length <= MAX_APP_STATEMENTS || oldest->in_use)
    return;
  g_queue_pop_tail (&connection->app_order);
  g_hash_table_remove (connection->app, oldest->sql);
  app_statement_free (oldest);
}

AppStatement *
connection_get_app (Connection *connection, const char *sql, GError **error)
{
  AppStatement *statement = g_hash_table_lookup (connection->app, sql);

  if (statement != NULL && !statement->in_use)
    {
      g_queue_unlink (&connection->app_order, statement->link);
      g_queue_push_head_link (&connection->app_order, statement->link);
      statement->in_use = TRUE;
      return statement;
    }

  gboolean cached = statement == NULL;
  statement = app_statement_new (connection, sql, error);
  if (statement == NULL)
    return NULL;
  statement->in_use = TRUE;
  if (cached)
    {
      g_queue_push_head (&connection->app_order, statement);
      statement->link = connection->app_order.head;
      g_hash_table_insert (connection->app, statement->sql, statement);
      trim_app_statements (connection);
    }
  return statement;
}

void
connection_release_app (Connection *connection, AppStatement *statement)
{
  sqlite3_reset (statement->stmt);
  sqlite3_clear_bindings (statement->stmt);
  statement->in_use = FALSE;
  if (statement->link == NULL)
    app_statement_free (statement);
}

/* --- SQL text ------------------------------------------------------------------------------------- */

const char *
sql_skip_blank (const char *sql)
{
  for (;;)
    {
      if (g_ascii_isspace (*sql))
        sql++;
      else if (sql[0] == '-' && sql[1] == '-')
        sql += strcspn (sql, "\n");
      else if (sql[0] == '/' && sql[1] == '*')
        {
          const char *end = strstr (sql + 2, "*/");
          sql = end != NULL ? end + 2 : sql + strlen (sql);
        }
      else
        return sql;
    }
}

static void
append_quoted (GString *sql, const char *text, char quote)
{
  g_string_append_c (sql, quote);
  for (; *text != '\0'; text++)
    {
      if (*text == quote)
        g_string_append_c (sql, quote);
      g_string_append_c (sql, *text);
    }
  g_string_append_c (sql, quote);
}

void
sql_append_identifier (GString *sql, const char *name)
{
  append_quoted (sql, name, '"');
}

void
sql_append_literal (GString *sql, const char *text)
{
  append_quoted (sql, text, '\'');
}
