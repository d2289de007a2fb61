/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What an access token says about itself. Nothing is verified here: that is the servers' business. A
 * client only wants to know whose token it is and how long it is good. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *subject;    /* whose it is */
  char *session_id; /* NULL when it does not say, as below */
  char *role;       /* of the database */
  gint64 issued_at; /* microseconds since the epoch by the server's clock; 0 when it does not say */
  gint64 expires_at; /* likewise */
} JwtClaims;

void jwt_claims_clear (JwtClaims *claims);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JwtClaims, jwt_claims_clear)

/* SYNCLINE_ERROR_PROTOCOL when @token is no JWT. The message does not show it. */
gboolean jwt_decode (const char *token, JwtClaims *claims, GError **error);

G_END_DECLS
