/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "supabase-auth-fixture.h"

static GVariant *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *parameters = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return parameters;
}

/* --- In -------------------------------------------------------------------------------------- */

static void
test_password (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  GStatBuf status;

  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_NO_SESSION);
  g_assert_null (fixture->auth->dup_user_id (fixture->main.self));
  g_assert_null (fixture->auth->dup_user (fixture->main.self));

  const guint n_notices = syncline_test_host_get_n_auth_notices (fixture->main.host);
  sign_in (fixture);
  g_assert_cmpuint (syncline_test_host_get_n_auth_notices (fixture->main.host), >, n_notices);

  assert_request (fixture, 0, "POST /auth/v1/token?grant_type=password", "email", "me@example.org");
  assert_request (fixture, 0, "POST /auth/v1/token?grant_type=password", "password",
                  "correct horse");
  const StubRequest *request = stub_server_get_request (fixture->server, 0);
  g_assert_null (stub_request_get_header (request, "authorization"));
  g_assert_cmpstr (stub_request_get_header (request, "content-type"), ==, "application/json");

  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_autofree char *user_id = fixture->auth->dup_user_id (fixture->main.self);
  g_assert_cmpstr (user_id, ==, USER);
  assert_token (fixture, &fixture->main, 5 * G_TIME_SPAN_MINUTE, 1);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 1);
}

/* Either kind of key says which project it is, and never who asks. */
static void
test_keys (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const keys[] = { "sb_publishable_of_the_test",
                                      /* {"role":"anon"} */
                                      "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2ln" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *token = make_access_token (USER, 2, 3600);
      g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
      instance_stop (&fixture->main);
      instance_start (&fixture->main, fixture, "api-key", keys[i]);
      stub_server_clear_requests (fixture->server);
      sign_in (fixture);
      syncline_test_host_advance (fixture->main.host, 2 * G_TIME_SPAN_HOUR);
      push_session (fixture, USER, 2, 3600);
      assert_token (fixture, &fixture->main, 0, 2);
      stub_server_push (fixture->server, stub_answer_new (204, NULL, NULL));
      g_assert_true (
          fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_LOCAL, NULL, NULL));
      for (guint n = 0; n < 3; n++)
        {
          const StubRequest *request = stub_server_get_request (fixture->server, n);
          g_assert_cmpstr (stub_request_get_header (request, "apikey"), ==, keys[i]);
          g_assert_cmpstr (stub_request_get_header (request, "authorization"), ==,
                           n == 2 ? bearer : NULL);
        }
    }
}

static void
test_user (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const char *text = NULL;
  gboolean flag = TRUE;

  sign_in (fixture);
  g_autoptr (GVariant) user = fixture->auth->dup_user (fixture->main.self);
  g_assert_true (g_variant_lookup (user, "id", "&s", &text));
  g_assert_cmpstr (text, ==, USER);
  g_assert_true (g_variant_lookup (user, "email", "&s", &text));
  g_assert_cmpstr (text, ==, "me@example.org");
  g_assert_true (g_variant_lookup (user, "is_anonymous", "b", &flag));
  g_assert_false (flag);
  g_assert_true (g_variant_lookup (user, "app_metadata", "&s", &text));
  g_assert_cmpstr (text, ==, "{\"provider\":\"email\"}");
  g_assert_false (g_variant_lookup (user, "phone", "&s", &text));
}

static void
test_ways_in (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *parameters;
    const char *target;
    const char *body;
  } cases[] = {
    { "{'phone': <'+491'>, 'password': <'pw'>}", "POST /auth/v1/token?grant_type=password",
      "{\"phone\":\"+491\",\"password\":\"pw\"}" },
    { "{'anonymous': <true>}", "POST /auth/v1/signup", "{\"data\":{}}" },
    { "{'email': <'a@b'>, 'token': <'123456'>}", "POST /auth/v1/verify",
      "{\"token\":\"123456\",\"email\":\"a@b\",\"type\":\"email\"}" },
    { "{'phone': <'+491'>, 'token': <'123456'>}", "POST /auth/v1/verify",
      "{\"token\":\"123456\",\"phone\":\"+491\",\"type\":\"sms\"}" },
    { "{'email': <'a@b'>, 'token': <'1'>, 'type': <'recovery'>}", "POST /auth/v1/verify",
      "{\"token\":\"1\",\"email\":\"a@b\",\"type\":\"recovery\"}" },
    { "{'token-hash': <'abc'>, 'type': <'magiclink'>}", "POST /auth/v1/verify",
      "{\"token_hash\":\"abc\",\"type\":\"magiclink\"}" },
    { "{'auth-code': <'c'>, 'code-verifier': <'v'>}", "POST /auth/v1/token?grant_type=pkce",
      "{\"auth_code\":\"c\",\"code_verifier\":\"v\"}" },
    { "{'provider': <'google'>, 'id-token': <'t'>, 'nonce': <'n'>}",
      "POST /auth/v1/token?grant_type=id_token",
      "{\"id_token\":\"t\",\"nonce\":\"n\",\"provider\":\"google\"}" },
    { "{'email': <'a@b'>, 'password': <'p'>, 'captcha-token': <'c'>}",
      "POST /auth/v1/token?grant_type=password",
      "{\"email\":\"a@b\",\"password\":\"p\",\"gotrue_meta_security\":{\"captcha_token\":\"c\"}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GVariant) parameters = parse (cases[i].parameters);
      g_autoptr (GError) error = NULL;
      push_session (fixture, USER, i + 1, 3600);
      g_assert_true (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
      assert_request (fixture, i, cases[i].target, NULL, NULL);
      g_autofree char *body = stub_request_dup_body (stub_server_get_request (fixture->server, i));
      g_assert_cmpstr (body, ==, cases[i].body);
      assert_token (fixture, &fixture->main, 0, i + 1);
    }
}

static void
test_bad_parameters (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const sign_ins[] = { "{}",
                                          "{'email': <'a@b'>}",
                                          "{'password': <'p'>}",
                                          "{'email': <'a@b'>, 'phone': <'+49'>, 'password': <'p'>}",
                                          "{'email': <''>, 'password': <'p'>}",
                                          "{'email': <'a@b'>, 'password': <1>}",
                                          "{'email': <'a@b'>, 'password': <'p'>, 'pasword': <'p'>}",
                                          "{'token-hash': <'t'>}",
                                          "{'id-token': <'t'>}" };
  static const char *const sign_ups[]
      = { "{'email': <'a@b'>}", "{'email': <'a@b'>, 'password': <'p'>, 'data': <'[1]'>}",
          "{'email': <'a@b'>, 'password': <'p'>, 'data': <'{'>}",
          "{'email': <'a@b'>, 'token': <'1'>}" };
  gboolean has_session = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (sign_ins); i++)
    {
      g_autoptr (GVariant) parameters = parse (sign_ins[i]);
      g_autoptr (GError) error = NULL;
      g_assert_false (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sign_ups); i++)
    {
      g_autoptr (GVariant) parameters = parse (sign_ups[i]);
      g_autoptr (GError) error = NULL;
      g_assert_false (
          fixture->auth->sign_up (fixture->main.self, parameters, &has_session, NULL, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
      g_assert_false (has_session);
    }
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 0);
}

static void
test_sign_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GVariant) parameters
      = parse ("{'email': <'a@b'>, 'password': <'p'>, 'data': <'{\"n\":1}'>,"
               " 'redirect-to': <'app://x?y'>}");
  g_autoptr (GVariant) otp = parse ("{'email': <'a@b'>, 'otp': <true>, 'create-user': <false>}");
  g_autoptr (GError) error = NULL;
  gboolean has_session = TRUE;

  /* The server waits for a confirmation. */
  stub_server_push_json (fixture->server, 200, "{\"id\":\"" USER "\",\"email\":\"a@b\"}");
  g_assert_true (
      fixture->auth->sign_up (fixture->main.self, parameters, &has_session, NULL, &error));
  g_assert_false (has_session);
  assert_request (fixture, 0, "POST /auth/v1/signup?redirect_to=app%3A%2F%2Fx%3Fy", "data",
                  "{ \"n\": 1 }");
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_NO_SESSION);

  /* It does not. */
  push_session (fixture, USER, 1, 3600);
  g_assert_true (
      fixture->auth->sign_up (fixture->main.self, parameters, &has_session, NULL, &error));
  g_assert_true (has_session);
  assert_token (fixture, &fixture->main, 0, 1);

  /* It sends a one-time password. */
  stub_server_push_json (fixture->server, 200, "{}");
  g_assert_true (fixture->auth->sign_up (fixture->main.self, otp, &has_session, NULL, &error));
  g_assert_false (has_session);
  assert_request (fixture, 2, "POST /auth/v1/otp", "create_user", "false");
}

static void
test_refusals (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    guint status;
    const char *type;
    const char *body;
    int code;
    const char *text;
  } cases[] = {
    { 400, "application/json",
      "{\"code\":400,\"error_code\":\"invalid_credentials\",\"msg\":\"Invalid login credentials\"}",
      SYNCLINE_ERROR_REJECTED, "Invalid login credentials (invalid_credentials)" },
    { 400, "application/json; charset=utf-8",
      "{\"code\":\"email_not_confirmed\",\"message\":\"Email not confirmed\"}",
      SYNCLINE_ERROR_REJECTED, "(email_not_confirmed)" },
    { 400, "application/json",
      "{\"error\":\"invalid_grant\",\"error_description\":\"Bad\\nthing\"}",
      SYNCLINE_ERROR_REJECTED, "Bad thing (invalid_grant)" },
    { 422, "application/json",
      "{\"error_code\":\"weak_password\",\"msg\":\"Too weak\",\"weak_password\":{\"reasons\":"
      "[\"length\",\"characters\"]}}",
      SYNCLINE_ERROR_REJECTED, "length, characters" },
    { 422, "application/json",
      "{\"error_code\":\"anonymous_provider_disabled\",\"msg\":\"Anonymous sign-ins are "
      "disabled\"}",
      SYNCLINE_ERROR_REJECTED, "disabled" },
    { 429, "application/json",
      "{\"code\":429,\"error_code\":\"over_request_rate_limit\",\"msg\":\"Request rate limit "
      "reached\"}",
      SYNCLINE_ERROR_UNAVAILABLE, "rate limit" },
    { 401, "application/json", "{\"message\":\"Invalid API key\",\"hint\":\"…\"}",
      SYNCLINE_ERROR_UNAVAILABLE, "api-key" },
    { 401, "application/json", "{\"message\":\"No API key found in request\"}",
      SYNCLINE_ERROR_UNAVAILABLE, "api-key" },
    { 404, "text/html", "<html>Not found</html>", SYNCLINE_ERROR_UNAVAILABLE, "key url" },
    { 403, "text/html", "<html>Blocked</html>", SYNCLINE_ERROR_UNAVAILABLE, "403" },
    { 400, NULL, "", SYNCLINE_ERROR_UNAVAILABLE, "400" },
    { 500, "application/json", "{\"error_code\":\"unexpected_failure\",\"msg\":\"Oops\"}",
      SYNCLINE_ERROR_UNAVAILABLE, "Oops" },
    { 502, "text/html", "<html>Bad gateway</html>", SYNCLINE_ERROR_UNAVAILABLE, "502" },
    { 522, "text/html", "", SYNCLINE_ERROR_UNAVAILABLE, "522" },
    { 200, "text/html", "<html>Welcome to the hotel</html>", SYNCLINE_ERROR_UNAVAILABLE,
      "web page" },
    { 200, "application/json", "", SYNCLINE_ERROR_PROTOCOL, "without a session" },
    { 200, "application/json", "{\"access_to", SYNCLINE_ERROR_PROTOCOL, "JSON" },
    { 200, "application/json", "[]", SYNCLINE_ERROR_PROTOCOL, "JSON" },
    { 200, "application/json", "{\"access_token\":\"x\"}", SYNCLINE_ERROR_PROTOCOL, "tokens" },
    { 200, "application/json", "{\"access_token\":\"x\",\"refresh_token\":\"y\"}",
      SYNCLINE_ERROR_PROTOCOL, "JSON Web Token" },
    { 200, "application/json", "{\"id\":\"" USER "\"}", SYNCLINE_ERROR_PROTOCOL,
      "without a session" },
  };
  g_autoptr (GVariant) parameters = make_password ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      stub_server_push (fixture->server,
                        stub_answer_new (cases[i].status, cases[i].type, cases[i].body));
      g_assert_false (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, SYNCLINE_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].text));
      g_assert_null (strstr (error->message, "correct horse"));
      g_assert_false (session_file_exists (fixture));
    }
}

/* The machine-readable code may also stand in a header. */
static void
test_code_in_header (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GVariant) parameters = make_password ();
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server,
                    stub_answer_with_header (
                        stub_answer_new (403, "application/json", "{\"code\":403,\"msg\":\"No\"}"),
                        "x-sb-error-code", "user_banned"));
  g_assert_false (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED);
  g_assert_nonnull (strstr (error->message, "(user_banned)"));
}

static void
test_wrong_user_in_answer (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GVariant) parameters = make_password ();
  g_autofree char *token = make_access_token (USER, 1, 3600);
  g_autofree char *answer = g_strdup_printf (
      "{\"access_token\":\"%s\",\"refresh_token\":\"r\",\"user\":{\"id\":\"%s\"}}", token,
      OTHER_USER);
  g_autoptr (GError) error = NULL;

  stub_server_push_json (fixture->server, 200, answer);
  g_assert_false (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
}

static void
test_offline (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GVariant) parameters = make_password ();
  g_autoptr (GError) error = NULL;

  stub_server_stop (fixture->server);
  g_assert_false (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

/* A failed sign-in does nothing to the session that is there. */
static void
test_failed_sign_in_keeps (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GVariant) parameters = make_password ();
  g_autoptr (GError) error = NULL;

  sign_in (fixture);
  stub_server_push_json (fixture->server, 400, "{\"error_code\":\"invalid_credentials\"}");
  g_assert_false (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
  assert_token (fixture, &fixture->main, 0, 1);
}

/* Another user is turned away: the session that is there goes on, and the new one is ended at the server. */
static void
test_turned_away (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GVariant) parameters = make_password ();
  g_autofree char *other_token = make_access_token (OTHER_USER, 9, 3600);
  g_autofree char *bearer = g_strconcat ("Bearer ", other_token, NULL);
  gboolean has_session = TRUE;

  sign_in (fixture);
  g_autoptr (GBytes) before = read_session_file (fixture);
  syncline_test_host_set_admitted_user (fixture->main.host, USER);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      push_session (fixture, OTHER_USER, 9, 3600);
      stub_server_push (fixture->server, stub_answer_new (i == 0 ? 204 : 503, NULL, NULL));
      if (i == 0)
        g_assert_false (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
      else
        g_assert_false (
            fixture->auth->sign_up (fixture->main.self, parameters, &has_session, NULL, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
      assert_request (fixture, 2 + 2 * i, "POST /auth/v1/logout?scope=local", NULL, NULL);
      g_assert_cmpstr (stub_request_get_header (
                           stub_server_get_request (fixture->server, 2 + 2 * i), "authorization"),
                       ==, bearer);
      assert_token (fixture, &fixture->main, 0, 1);
    }
  g_autoptr (GBytes) after = read_session_file (fixture);
  g_assert_true (g_bytes_equal (before, after));
}

/* --- Out ------------------------------------------------------------------------------------- */

static void
assert_signed_out (Fixture *fixture, SynclineSignOutScope scope, const char *target)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = make_access_token (USER, 1, 3600);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  const guint n = stub_server_count_requests (fixture->server);
  const guint n_notices = syncline_test_host_get_n_auth_notices (fixture->main.host);

  g_assert_true (fixture->auth->sign_out (fixture->main.self, scope, NULL, &error));
  g_assert_no_error (error);
  assert_request (fixture, n, target, NULL, NULL);
  const StubRequest *request = stub_server_get_request (fixture->server, n);
  g_assert_cmpstr (stub_request_get_header (request, "authorization"), ==, bearer);
  if (scope == SYNCLINE_SIGN_OUT_OTHERS)
    return;
  g_assert_cmpuint (syncline_test_host_get_n_auth_notices (fixture->main.host), >, n_notices);
  g_assert_false (session_file_exists (fixture));
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_NO_SESSION);
}

static void
test_sign_out (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const guint ignored[] = { 204, 401, 403, 404 };

  for (guint i = 0; i < G_N_ELEMENTS (ignored); i++)
    {
      sign_in (fixture);
      stub_server_push_json (fixture->server, ignored[i],
                             ignored[i] == 204 ? "" : "{\"error_code\":\"session_not_found\"}");
      assert_signed_out (fixture, SYNCLINE_SIGN_OUT_LOCAL, "POST /auth/v1/logout?scope=local");
    }

  sign_in (fixture);
  stub_server_push (fixture->server, stub_answer_new (204, NULL, NULL));
  assert_signed_out (fixture, SYNCLINE_SIGN_OUT_GLOBAL, "POST /auth/v1/logout?scope=global");

  sign_in (fixture);
  stub_server_push (fixture->server, stub_answer_new (204, NULL, NULL));
  assert_signed_out (fixture, SYNCLINE_SIGN_OUT_OTHERS, "POST /auth/v1/logout?scope=others");
  assert_token (fixture, &fixture->main, 0, 1);
}

static void
test_sign_out_offline (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  sign_in (fixture);
  stub_server_stop (fixture->server);
  g_assert_true (
      fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_LOCAL, NULL, &error));
  g_assert_false (session_file_exists (fixture));
  /* Nobody is signed in: nothing to do. */
  g_assert_true (
      fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_GLOBAL, NULL, &error));

  stub_server_start (fixture->server);
  sign_in (fixture);
  stub_server_stop (fixture->server);
  g_assert_false (
      fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_OTHERS, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_true (session_file_exists (fixture));
  g_clear_error (&error);

  g_assert_false (
      fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_GLOBAL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_false (session_file_exists (fixture));
}

/* The server ends a session only for a token that has not expired. */
static void
test_sign_out_expired (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  sign_in (fixture);
  syncline_test_host_advance (fixture->main.host, 2 * G_TIME_SPAN_HOUR);
  push_session (fixture, USER, 2, 3600);
  stub_server_push (fixture->server, stub_answer_new (204, NULL, NULL));
  g_assert_true (
      fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_LOCAL, NULL, &error));

  g_autofree char *token = make_access_token (USER, 2, 3600);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  assert_request (fixture, 1, "POST /auth/v1/token?grant_type=refresh_token", "refresh_token",
                  "refresh-token-1");
  assert_request (fixture, 2, "POST /auth/v1/logout?scope=local", NULL, NULL);
  g_assert_cmpstr (
      stub_request_get_header (stub_server_get_request (fixture->server, 2), "authorization"), ==,
      bearer);
  g_assert_false (session_file_exists (fixture));
}

/* --- The rest -------------------------------------------------------------------------------- */

static void
test_probe (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  stub_server_push_json (fixture->server, 200, "{\"version\":\"v2.180.0\",\"name\":\"GoTrue\"}");
  g_assert_true (fixture->auth->probe (fixture->main.self, &message, NULL, &error));
  g_assert_nonnull (strstr (message, "v2.180.0"));
  assert_request (fixture, 0, "GET /auth/v1/health", NULL, NULL);

  g_clear_pointer (&message, g_free);
  stub_server_push_json (fixture->server, 200, "{\"version\":\"eyJhbGciOiJIUzI1NiJ9.e30.c2ln\"}");
  g_assert_true (fixture->auth->probe (fixture->main.self, &message, NULL, &error));
  g_assert_null (strstr (message, "eyJ"));

  stub_server_push_json (fixture->server, 404, "{\"error\":\"not found\"}");
  stub_server_push_json (fixture->server, 200, "{}");
  g_assert_true (fixture->auth->probe (fixture->main.self, NULL, NULL, &error));
  assert_request (fixture, 3, "GET /auth/v1/settings", NULL, NULL);

  stub_server_stop (fixture->server);
  g_assert_false (fixture->auth->probe (fixture->main.self, NULL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/supabase-auth/sign-in/password", test_password);
  ADD_TEST ("/supabase-auth/sign-in/keys", test_keys);
  ADD_TEST ("/supabase-auth/sign-in/user", test_user);
  ADD_TEST ("/supabase-auth/sign-in/ways", test_ways_in);
  ADD_TEST ("/supabase-auth/sign-in/bad-parameters", test_bad_parameters);
  ADD_TEST ("/supabase-auth/sign-in/refusals", test_refusals);
  ADD_TEST ("/supabase-auth/sign-in/code-in-header", test_code_in_header);
  ADD_TEST ("/supabase-auth/sign-in/wrong-user-in-answer", test_wrong_user_in_answer);
  ADD_TEST ("/supabase-auth/sign-in/offline", test_offline);
  ADD_TEST ("/supabase-auth/sign-in/failed-keeps", test_failed_sign_in_keeps);
  ADD_TEST ("/supabase-auth/sign-in/turned-away", test_turned_away);
  ADD_TEST ("/supabase-auth/sign-up", test_sign_up);
  ADD_TEST ("/supabase-auth/sign-out/scopes", test_sign_out);
  ADD_TEST ("/supabase-auth/sign-out/offline", test_sign_out_offline);
  ADD_TEST ("/supabase-auth/sign-out/expired", test_sign_out_expired);
  ADD_TEST ("/supabase-auth/probe", test_probe);
  return g_test_run ();
}
