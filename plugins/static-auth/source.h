/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A token as its source gives it. */
typedef struct
{
  char *token;
  char *user_id;     /* NULL when the token does not say */
  gint64 expires_at; /* microseconds since the epoch by the issuer's clock, or 0 */
  gint64 lifetime;   /* 0 when unknown */
} SourcedToken;

void sourced_token_clear (SourcedToken *token);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SourcedToken, sourced_token_clear)

/* From the text of a config value, a file or a command: the token itself, or a JSON object with
 * "token" or "access_token", and perhaps "expires_at" or "expires_in" (seconds). @origin is for the message:
 * SYNCLINE_ERROR_UNAVAILABLE, as whoever provides it may do better next time. */
gboolean sourced_token_parse (const char *text,
                              gsize length,
                              const char *origin,
                              gint64 now,
                              SourcedToken *token,
                              GError **error);

G_END_DECLS
