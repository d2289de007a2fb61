/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/jwt.h"

#include <string.h>
#include <syncline/error.h>

#include "common/api-key.h"
#include "common/secret.h"

/* A token with that payload, as its issuer would write it. */
static char *
make_token (const char *payload, gsize length)
{
  g_autofree char *body = g_base64_encode ((const guint8 *) payload, length);

  g_strdelimit (body, "+", '-');
  g_strdelimit (body, "/", '_');
  body[strcspn (body, "=")] = '\0';
  return g_strconcat ("eyJhbGciOiJIUzI1NiJ9.", body, ".c2lnbmF0dXJl", NULL);
}

static void
test_api_keys (void)
{
  static const char anon[] = "{\"role\":\"anon\"}";
  static const char service[] = "{\"role\":\"service_role\"}";
  g_autofree char *anon_key = make_token (anon, strlen (anon));
  g_autofree char *service_key = make_token (service, strlen (service));
  const char *const good[] = { "sb_publishable_x", anon_key, "something else", "" };
  const char *const bad[] = { "sb_secret_x", service_key };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (api_key_check (good[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (api_key_check (bad[i], &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
      g_assert_null (strstr (error->message, bad[i]));
    }
}

static void
test_claims (void)
{
  static const char payload[]
      = "{\"sub\":\"u-\xc3\xbc?>\",\"session_id\":\"s\",\"role\":\"authenticated\","
        "\"iat\":1700000000,\"exp\":1700003600.5,\"aud\":[\"a\"]}";
  g_autofree char *token = make_token (payload, strlen (payload));
  g_auto (JwtClaims) claims = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (jwt_decode (token, &claims, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (claims.subject, ==, "u-\xc3\xbc?>");
  g_assert_cmpstr (claims.session_id, ==, "s");
  g_assert_cmpstr (claims.role, ==, "authenticated");
  g_assert_cmpint (claims.issued_at, ==, 1700000000 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (claims.expires_at, ==, 1700003600 * G_TIME_SPAN_SECOND + 500000);
}

static void
test_odd_claims (void)
{
  static const struct
  {
    const char *payload;
    const char *subject;
    gint64 expires_at;
  } cases[] = {
    { "{}", NULL, 0 },
    { "{\"sub\":42}", "42", 0 },
    { "{\"sub\":\"\"}", NULL, 0 },
    { "{\"sub\":null,\"exp\":null}", NULL, 0 },
    { "{\"sub\":{},\"exp\":\"1700000000\"}", NULL, 0 },
    { "{\"sub\":\"a\\u0000b\"}", NULL, 0 },
    { "{\"exp\":-1}", NULL, 0 },
    { "{\"exp\":1e300}", NULL, 0 },
    { "{\"exp\":99999999999999999999}", NULL, 0 },
    { "{\"exp\":253402300799}", NULL, 253402300799 * G_TIME_SPAN_SECOND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *token = make_token (cases[i].payload, strlen (cases[i].payload));
      g_auto (JwtClaims) claims = { 0 };
      g_assert_true (jwt_decode (token, &claims, NULL));
      g_assert_cmpstr (claims.subject, ==, cases[i].subject);
      g_assert_cmpint (claims.expires_at, ==, cases[i].expires_at);
    }
}

static void
test_malformed (void)
{
  g_autofree char *huge = g_strnfill (70 * 1024, 'A');
  g_autofree char *too_long = g_strconcat ("e30.", huge, ".e30", NULL);
  const char *const tokens[] = {
    "",
    "e30",
    "e30.e30",
    "..",
    ".e30.e30",
    "e30.e30.",
    "e30..e30",
    "e30.e30.e30.e30",
    "e30.e30=.e30",  /* padding */
    "e30.e3 0.e30",  /* space */
    "e30.e31.e30",   /* bits left over */
    "e30.e.e30",     /* half a byte */
    "e30.+/+/.e30",  /* the other alphabet */
    "e30.W10.e30",   /* [] */
    "e30.eyJh.e30",  /* {"a */
    "e30.e314.e30",  /* {} and more */
    "e30.e30.e30\n", /* would break a header */
    "e3\xc3\xb6.e30.e30",
    too_long,
  };

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_auto (JwtClaims) claims = { 0 };
      g_autoptr (GError) error = NULL;
      g_assert_false (jwt_decode (tokens[i], &claims, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
      g_assert_null (claims.subject);
    }
}

static void
test_secrets (void)
{
  char *secret = NULL;

  secret_replace (&secret, "one");
  g_assert_true (secret_equal (secret, "one"));
  g_assert_false (secret_equal (secret, "onf"));
  g_assert_false (secret_equal (secret, "on"));
  g_assert_false (secret_equal (secret, NULL));
  g_assert_true (secret_equal (NULL, NULL));
  secret_replace (&secret, secret);
  g_assert_cmpstr (secret, ==, "one");
  secret_replace (&secret, NULL);
  g_assert_null (secret);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jwt/api-keys", test_api_keys);
  g_test_add_func ("/jwt/claims", test_claims);
  g_test_add_func ("/jwt/odd-claims", test_odd_claims);
  g_test_add_func ("/jwt/malformed", test_malformed);
  g_test_add_func ("/jwt/secrets", test_secrets);
  return g_test_run ();
}
