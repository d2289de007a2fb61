/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/guard.h"
#include "sqlite-store/updates.h"

/* SQLITE_IGNORE for a DELETE makes SQLite delete row by row, rather than throw all pages of the table
 * away, which nobody would be told of. */
static int
on_authorize (void *data,
              int action,
              const char *first,
              const char *second,
              const char *database,
              const char *trigger)
{
  Connection *writer = data;

  if (action == SQLITE_UPDATE && writer->updates != NULL)
    updates_add (writer->updates, first, second);
  if (action == SQLITE_DROP_TABLE || action == SQLITE_DROP_VIEW)
    writer->dropping = TRUE;
  /* Asked next, and of the table itself: it goes as a whole. */
  if (action == SQLITE_DELETE && writer->dropping && !g_str_has_prefix (first, "sqlite_"))
    {
      writer->dropping = FALSE;
      return SQLITE_OK;
    }
  if (action == SQLITE_DELETE && !g_str_has_prefix (first, "syncline_")
      && !g_str_has_prefix (first, "sqlite_"))
    return SQLITE_IGNORE;
  /* Transactions of its own would end ours. */
  if (action == SQLITE_TRANSACTION && writer->app_depth > 0)
    return SQLITE_DENY;
  return SQLITE_OK;
}

void
guard_attach (Connection *writer)
{
  sqlite3_set_authorizer (writer->handle, on_authorize, writer);
}

/* The first word of a statement, after white space and comments. */
static gboolean
begins_with (const char *sql, const char *word)
{
  gsize length = strlen (word);

  return g_ascii_strncasecmp (sql, word, length) == 0 && !g_ascii_isalnum (sql[length]);
}

gboolean
guard_is_outside_transactions (const char *sql)
{
  sql = sql_skip_blank (sql);
  return begins_with (sql, "VACUUM") || begins_with (sql, "PRAGMA");
}

gboolean
guard_may_be_read_only (const char *sql)
{
  sql = sql_skip_blank (sql);
  return begins_with (sql, "SELECT") || begins_with (sql, "VALUES") || begins_with (sql, "WITH")
         || begins_with (sql, "EXPLAIN") || begins_with (sql, "PRAGMA");
}
