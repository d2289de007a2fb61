/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The HTTP interface of Supabase Auth (GoTrue). */

#pragma once

#include <json-c/json.h>

#include "common/http.h"
#include "supabase-auth/session.h"

G_BEGIN_DECLS

typedef struct
{
  SynclineHttp *http;
  SynclineHost *host;
  const char *url; /* of the project */
  const char *api_key;
  gint64 timeout;
} Gotrue;

/* What the server makes of a request. */
typedef enum
{
  GOTRUE_OK,
  GOTRUE_FAILED,   /* nothing is known, or it may go better later; so says the error */
  GOTRUE_REFUSED,  /* the server understood, and said no for good */
  GOTRUE_OVER,     /* likewise, and because the session or its user is no more */
  GOTRUE_CONFLICT, /* another request for the same session is under way; try again at once */
} GotrueResult;

/* Sends @body, which may be NULL, to @path and query, relative to the auth server. @bearer is NULL when nobody
 * is signed in. *@out_answer is NULL if the answer is empty. The error of a refusal is
 * SYNCLINE_ERROR_REJECTED. */
GotrueResult gotrue_ask (const Gotrue *gotrue,
                         const char *method,
                         const char *path,
                         json_object *body,
                         const char *bearer,
                         json_object **out_answer,
                         gint64 *out_received_at,
                         GCancellable *cancellable,
                         GError **error);

/* Like gotrue_ask(), for answers that hold a session. *@out_session is NULL when the answer holds a
 * user without one: the server waits for a confirmation. */
GotrueResult gotrue_ask_session (const Gotrue *gotrue,
                                 const char *path,
                                 json_object *body,
                                 Session **out_session,
                                 GCancellable *cancellable,
                                 GError **error);

/* Text from outside, for a message: valid, without control characters, and not too long. */
char *gotrue_clean_text (const char *text);

G_END_DECLS
