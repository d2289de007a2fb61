/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/jwt.h"
#include "fuzz.h"

#include <string.h>

/* What was read of a token holds together, whoever made it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *token = g_strndup ((const char *) data, size);
  g_auto (JwtClaims) claims = { 0 };
  g_autoptr (GError) error = NULL;

  if (jwt_decode (token, &claims, &error))
    {
      g_assert_no_error (error);
      g_assert_true (claims.subject == NULL || *claims.subject != '\0');
      g_assert_cmpint (claims.issued_at, >=, 0);
      g_assert_cmpint (claims.expires_at, >=, 0);
    }
  else
    {
      g_assert_nonnull (error);
      g_assert_null (claims.subject);
      g_assert_true (*token == '\0' || strstr (error->message, token) == NULL
                     || strlen (token) < 24);
    }
  return 0;
}
