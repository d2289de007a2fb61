/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/api-key.h"

#include <syncline/error.h>

#include "common/jwt.h"

gboolean
api_key_check (const char *api_key, GError **error)
{
  g_auto (JwtClaims) claims = { 0 };
  const gboolean is_jwt = jwt_decode (api_key, &claims, NULL);

  if (!g_str_has_prefix (api_key, "sb_secret_")
      && !(is_jwt && g_strcmp0 (claims.role, "service_role") == 0))
    return TRUE;
  g_set_error_literal (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
      "api-key is a secret key of the project, which gets around row level security; "
      "take the publishable or the anon key, and replace this one if it ever was on a "
      "device");
  return FALSE;
}
