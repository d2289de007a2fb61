/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <json-c/json.h>

G_BEGIN_DECLS

/* One session with the auth server: immutable once made, reference-counted, wiped when freed. */
typedef struct
{
  char *server; /* base URL of the project: the tokens are sent nowhere else */
  char *access_token;
  char *refresh_token;
  char *user_id;
  char *user;         /* JSON object text of what the server told about the user; may be NULL */
  gint64 received_at; /* by the local clock, which may be wrong, as the next one */
  gint64 expires_at;
  gint64 lifetime; /* by the server */
} Session;

Session *session_ref (Session *session);
void session_unref (Session *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Session, session_unref)

/* From what the server answers. Times are counted from @received_at, so that neither clock has to be
 * right. SYNCLINE_ERROR_PROTOCOL if something is missing. */
Session *session_new_from_answer (const char *server,
                                  json_object *answer,
                                  gint64 received_at,
                                  GError **error);

/* The same session, with other words about the user. */
Session *session_new_with_user (Session *session, const char *user);

/* From and to what the session file holds. Errors are SYNCLINE_ERROR_CORRUPT. */
Session *session_new_from_stored (const char *text, gsize length, GError **error);
char *session_to_stored (Session *session);

/* How long the access token is still good by the wall clock; 0 if it is not, or if the clock was set to
 * before the time when the token came, so that nobody knows. */
gint64 session_get_remaining (Session *session, gint64 now);

G_END_DECLS
