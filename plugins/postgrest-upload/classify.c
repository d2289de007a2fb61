/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "classify.h"

#include <string.h>

/* A change is rejected only for what it is itself. What concerns the token, the deployment or the moment
 * is waited out: rejecting would empty a whole queue into the rejected changes for one wrong
 * setting. */
/* clang-format off */
const Classification classifications[] = {
  /* Whatever the code: the server says when to come back, or who we are is not clear. */
  { CLASSIFY_ANY, 408, VERDICT_RETRY, "the server gave up waiting for the request" },
  { CLASSIFY_ANY, 425, VERDICT_RETRY, "the server does not want a repeated request this early" },
  { CLASSIFY_ANY, 429, VERDICT_RETRY, "too many requests" },
  { "PGRST301", 0, VERDICT_REAUTHENTICATE, "the token can't be decoded or has a wrong signature" },
  { "PGRST302", 0, VERDICT_REAUTHENTICATE, "a token is needed" },
  { "PGRST303", 0, VERDICT_REAUTHENTICATE, "the token has expired or its claims do not hold" },
  { "42501", 401, VERDICT_REAUTHENTICATE, "the role of those who are not signed in may not do this" },
  { CLASSIFY_ANY, 401, VERDICT_REAUTHENTICATE, "the token or the API key was refused; Supabase wants api-key in [postgrest-upload]" },

  /* PostgREST: the deployment is down, starting, or not (yet) what the client expects. */
  { "PGRST0*", 0, VERDICT_RETRY, "PostgREST can't reach the database or has not read its schema yet" },
  { "PGRST106", 0, VERDICT_RETRY, "the schema of the config is not exposed" },
  { "PGRST125", 0, VERDICT_RETRY, "the URL of the config has a path that PostgREST does not know" },
  { "PGRST126", 0, VERDICT_RETRY, "the URL of the config leads to the root of PostgREST" },
  { "PGRST202", 0, VERDICT_RETRY, "no such function: a migration is missing or was not noticed yet" },
  { "PGRST203", 0, VERDICT_RETRY, "more than one function of that name fits" },
  { "PGRST204", 0, VERDICT_REJECT, "the table has no such column" },
  { "PGRST205", 0, VERDICT_RETRY, "no such table: a migration is missing or was not noticed yet" },
  { "PGRST300", 0, VERDICT_RETRY, "PostgREST has no secret to check tokens with" },
  { "PGRSTX*", 0, VERDICT_RETRY, "an internal error of PostgREST" },

  /* Postgres: what another moment may heal. */
  { "08*", 0, VERDICT_RETRY, "the connection to the database failed" },
  { "0L*", 0, VERDICT_RETRY, "a role of the database is not set up as it should be" },
  { "0P*", 0, VERDICT_RETRY, "the token's role can't be used" },
  { "25*", 0, VERDICT_RETRY, "the database is read-only for now" },
  { "28*", 0, VERDICT_RETRY, "the database does not let PostgREST in" },
  { "40*", 0, VERDICT_RETRY, "a conflict with another transaction or a deadlock" },
  { "42P17", 0, VERDICT_RETRY, "the policies of the table refer to each other without end" },
  { "53*", 0, VERDICT_RETRY, "the database is short of memory, disk space or connections" },
  { "55*", 0, VERDICT_RETRY, "a lock is held, or the table is not ready" },
  { "57*", 0, VERDICT_RETRY, "the statement took too long, or the database is shutting down" },
  { "58*", 0, VERDICT_RETRY, "the database server's system failed" },
  { "F0*", 0, VERDICT_RETRY, "the database's configuration is broken" },
  { "HV*", 0, VERDICT_RETRY, "a foreign data wrapper failed" },
  { "XX*", 0, VERDICT_RETRY, "an internal error of the database" },

  /* Postgres: what nothing heals but another change. */
  { "42501", 0, VERDICT_REJECT, "row level security or the user's rights forbid it" },
  { "22*", 0, VERDICT_REJECT, "a value does not fit its column" },
  { "23502", 0, VERDICT_REJECT, "a column that needs a value has none" },
  { "23503", 0, VERDICT_REJECT, "a row that is referred to does not exist" },
  { "23505", 0, VERDICT_REJECT, "another row has this unique value" },
  { "23514", 0, VERDICT_REJECT, "a check of the table forbids it" },
  { "23*", 0, VERDICT_REJECT, "a constraint forbids it" },
  { "21*", 0, VERDICT_REJECT, "one row is meant twice in one request" },
  { "42*", 0, VERDICT_REJECT, "a name or a type is not the one that the server has" },
  { "44*", 0, VERDICT_REJECT, "the view does not show rows like this" },
  { "54*", 0, VERDICT_REJECT, "a value is too big or too deep for the database" },
  { "0A*", 0, VERDICT_REJECT, "the database can't do this with this table" },
  { "P0*", 0, VERDICT_REJECT, "a function or trigger of the server refuses it" },

  /* The rest, by status. */
  { CLASSIFY_ANY, 413, VERDICT_REJECT, "the change is bigger than the server takes" },
  { CLASSIFY_NONE, 4, VERDICT_RETRY, "not an answer of PostgREST: something in between refuses" },
  { CLASSIFY_ANY, 4, VERDICT_REJECT, "the server refuses it" },
  { CLASSIFY_ANY, 3, VERDICT_RETRY, "the server wants another address to be used" },
  { CLASSIFY_ANY, 5, VERDICT_RETRY, "the server, or something in front of it, is not well" },
  { CLASSIFY_ANY, 2, VERDICT_RETRY, "not an answer of PostgREST: a proxy's, or a network's that wants a sign-in first" },
  { CLASSIFY_ANY, 0, VERDICT_RETRY, "an answer that PostgREST does not give" },
  { NULL, 0, VERDICT_RETRY, NULL },
};
/* clang-format on */

static gboolean
matches_code (const char *pattern, const char *code)
{
  gsize length = strlen (pattern);

  if (g_str_equal (pattern, CLASSIFY_NONE))
    return code == NULL;
  if (g_str_equal (pattern, CLASSIFY_ANY))
    return TRUE;
  if (code == NULL)
    return FALSE;
  if (pattern[length - 1] == '*')
    return strncmp (pattern, code, length - 1) == 0;
  return g_str_equal (pattern, code);
}

static gboolean
matches_status (guint pattern, guint status)
{
  return pattern == 0 || pattern == status || (pattern < 10 && pattern == status / 100);
}

const Classification *
classify (guint status, const char *code)
{
  const Classification *at = classifications;

  while (!matches_status (at->status, status) || !matches_code (at->code, code))
    at++;
  return at;
}

const char *
verdict_to_string (Verdict verdict)
{
  switch (verdict)
    {
    case VERDICT_RETRY:
      return "retry";
    case VERDICT_REAUTHENTICATE:
      return "reauthenticate";
    case VERDICT_REJECT:
      return "reject";
    }
  return "?";
}

gboolean
is_postgrest_code (const char *code)
{
  if (g_str_has_prefix (code, "PGRST"))
    return TRUE;
  for (const char *at = code; *at != '\0'; at++)
    if (!g_ascii_isdigit (*at) && !g_ascii_isupper (*at))
      return FALSE;
  return strlen (code) == 5;
}
