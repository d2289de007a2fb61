/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Sign-ins through a browser, and what the server says about the user. */

#include "config.h"

#include <string.h>

#include "supabase-auth-fixture.h"

#define PKCE "POST /auth/v1/token?grant_type=pkce"

static GVariant *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *parameters = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return parameters;
}

static char *
begin (Fixture *fixture, const char *text)
{
  g_autoptr (GVariant) parameters = parse (text);
  g_autoptr (GError) error = NULL;
  char *url = NULL;

  fixture->auth->begin_browser_sign_in (fixture->main.self, parameters, &url, NULL, &error);
  g_assert_no_error (error);
  return url;
}

static gboolean
finish (Fixture *fixture, const char *text, GError **error)
{
  g_autoptr (GVariant) parameters = parse (text);

  return fixture->auth->sign_in (fixture->main.self, parameters, NULL, error);
}

static char *
dup_member (Fixture *fixture, guint index, const char *name)
{
  g_autofree char *text = stub_request_dup_body (stub_server_get_request (fixture->server, index));
  g_autofree char *before = g_strdup_printf ("\"%s\":\"", name);
  const char *start = strstr (text, before);

  g_assert_nonnull (start);
  start += strlen (before);
  return g_strndup (start, strcspn (start, "\""));
}

/* The challenge is the digest of the verifier (RFC 7636). */
static void
assert_pair (const char *challenge, const char *verifier)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_assert_cmpuint (strlen (verifier), ==, 43);
  g_checksum_update (checksum, (const guint8 *) verifier, (gssize) strlen (verifier));
  g_checksum_get_digest (checksum, digest, &length);
  g_autofree char *expected = g_base64_encode (digest, length);
  g_strdelimit (expected, "+", '-');
  g_strdelimit (expected, "/", '_');
  expected[strcspn (expected, "=")] = '\0';
  g_assert_cmpstr (challenge, ==, expected);
}

static GHashTable *
parse_query (const char *url)
{
  GHashTable *query = g_uri_parse_params (strchr (url, '?') + 1, -1, "&", G_URI_PARAMS_NONE, NULL);

  g_assert_nonnull (query);
  return query;
}

static void
test_provider (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url
      = begin (fixture, "{'provider': <'github'>, 'redirect-to': <'app://back?x=1'>, "
                        "'scopes': <'a b&c'>}");
  g_autofree char *start
      = g_strconcat (stub_server_get_url (fixture->server), "/auth/v1/authorize?", NULL);
  g_autoptr (GHashTable) query = parse_query (url);

  g_assert_true (g_str_has_prefix (url, start));
  g_assert_cmpstr (g_hash_table_lookup (query, "provider"), ==, "github");
  g_assert_cmpstr (g_hash_table_lookup (query, "redirect_to"), ==, "app://back?x=1");
  g_assert_cmpstr (g_hash_table_lookup (query, "scopes"), ==, "a b&c");
  g_assert_cmpstr (g_hash_table_lookup (query, "code_challenge_method"), ==, "s256");
  g_assert_cmpuint (g_hash_table_size (query), ==, 5);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 0);

  /* Offline for a moment: what was begun can still be finished. */
  stub_server_push_json (fixture->server, 503, "{}");
  g_assert_false (finish (fixture, "{'callback-url': <'app://back?x=1&code=c%2B1'>}", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  push_session (fixture, USER, 1, 3600);
  finish (fixture, "{'callback-url': <'app://back?x=1&code=c%2B1'>}", &error);
  g_assert_no_error (error);
  assert_request (fixture, 1, PKCE, "auth_code", "c+1");
  g_autofree char *verifier = dup_member (fixture, 1, "code_verifier");
  assert_pair (g_hash_table_lookup (query, "code_challenge"), verifier);
  assert_token (fixture, &fixture->main, 0, 1);

  /* Once. */
  g_assert_false (finish (fixture, "{'auth-code': <'c'>}", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  assert_token (fixture, &fixture->main, 0, 1);
}

/* The host may hand over the code alone, and what was begun last counts. */
static void
test_second_beginning (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = begin (fixture, "{'provider': <'github'>}");
  g_autofree char *second = begin (fixture, "{'provider': <'github'>}");
  g_autoptr (GHashTable) query = parse_query (second);

  g_assert_cmpstr (first, !=, second);
  push_session (fixture, USER, 1, 3600);
  finish (fixture, "{'auth-code': <'c'>}", &error);
  g_assert_no_error (error);
  g_autofree char *verifier = dup_member (fixture, 0, "code_verifier");
  assert_pair (g_hash_table_lookup (query, "code_challenge"), verifier);
}

static void
test_link_by_mail (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  stub_server_push_json (fixture->server, 200, "{}");
  g_autofree char *url = begin (fixture, "{'email': <'a@b'>, 'redirect-to': <'app://back'>, "
                                         "'create-user': <false>}");
  g_assert_null (url);
  assert_request (fixture, 0, "POST /auth/v1/otp?redirect_to=app%3A%2F%2Fback", "email", "a@b");
  assert_request (fixture, 0, "POST /auth/v1/otp?redirect_to=app%3A%2F%2Fback", "create_user",
                  "false");
  g_autofree char *challenge = dup_member (fixture, 0, "code_challenge");

  push_session (fixture, USER, 1, 3600);
  finish (fixture, "{'callback-url': <'app://back?code=c'>}", &error);
  g_assert_no_error (error);
  g_autofree char *verifier = dup_member (fixture, 1, "code_verifier");
  assert_pair (challenge, verifier);

  /* A link that could not be sent leaves nothing to finish. */
  g_autoptr (GVariant) parameters = parse ("{'email': <'a@b'>}");
  stub_server_push_json (fixture->server, 429, "{\"error_code\":\"over_email_send_rate_limit\"}");
  g_assert_false (
      fixture->auth->begin_browser_sign_in (fixture->main.self, parameters, &url, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_false (finish (fixture, "{'callback-url': <'app://back?code=c'>}", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
}

/* What the browser comes back with if it did not go well. */
static void
test_bad_callbacks (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *url;
    int code;
    const char *text;
  } cases[] = {
    { "app://back?error=access_denied&error_description=The+user%0Asaid+no",
      SYNCLINE_ERROR_REJECTED, "The user said no (access_denied)" },
    { "app://back#error=server_error&error_code=otp_expired&error_description=Too+late",
      SYNCLINE_ERROR_REJECTED, "Too late (otp_expired)" },
    { "app://back?error=x#error=x", SYNCLINE_ERROR_REJECTED, "no reason given (x)" },
    { "app://back", SYNCLINE_ERROR_INVALID_ARGUMENT, "neither a code nor an error" },
    { "app://back?code=", SYNCLINE_ERROR_INVALID_ARGUMENT, "neither a code nor an error" },
    { "", SYNCLINE_ERROR_INVALID_ARGUMENT, "neither a code nor an error" },
    { "app://back?code=%ff", SYNCLINE_ERROR_INVALID_ARGUMENT, "neither a code nor an error" },
  };
  g_autofree char *url = begin (fixture, "{'provider': <'github'>}");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *parameters = g_strdup_printf ("{'callback-url': <'%s'>}", cases[i].url);
      g_autoptr (GError) error = NULL;
      g_assert_false (finish (fixture, parameters, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, SYNCLINE_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].text));
    }
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 0);
}

static void
test_bad_parameters (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const cases[]
      = { "{}", "{'provider': <'a'>, 'email': <'b'>}", "{'provider': <1>}",
          "{'provider': <'a'>, 'password': <'p'>}", "{'email': <'a@b'>, 'data': <'[]'>}" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GVariant) parameters = parse (cases[i]);
      g_autoptr (GError) error = NULL;
      char *url = NULL;
      g_assert_false (fixture->auth->begin_browser_sign_in (fixture->main.self, parameters, &url,
                                                            NULL, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
      g_assert_null (url);
    }
}

/* --- The user ------------------------------------------------------------------------------------ */

static const char *
get_email (GVariant *user)
{
  const char *email = NULL;

  g_assert_nonnull (user);
  g_assert_true (g_variant_lookup (user, "email", "&s", &email));
  return email;
}

static GVariant *
ask (Fixture *fixture, const char *changes, GError **error)
{
  g_autoptr (GVariant) parameters = changes != NULL ? parse (changes) : NULL;

  return fixture->auth->ask_user (fixture->main.self, parameters, NULL, error);
}

static void
push_user (Fixture *fixture, const char *id, const char *email)
{
  g_autofree char *user = g_strdup_printf ("{\"id\":\"%s\",\"email\":\"%s\"}", id, email);

  stub_server_push_json (fixture->server, 200, user);
}

static void
test_ask_user (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *token = make_access_token (USER, 1, 3600);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ask (fixture, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION);
  g_clear_error (&error);

  sign_in (fixture);
  push_user (fixture, USER, "new@example.org");
  g_autoptr (GVariant) asked = ask (fixture, NULL, &error);
  g_assert_no_error (error);
  assert_request (fixture, 1, "GET /auth/v1/user", NULL, NULL);
  g_assert_cmpstr (
      stub_request_get_header (stub_server_get_request (fixture->server, 1), "authorization"), ==,
      bearer);
  g_assert_cmpstr (get_email (asked), ==, "new@example.org");

  push_user (fixture, USER, "newer@example.org");
  g_autoptr (GVariant) changed
      = ask (fixture, "{'email': <'newer@example.org'>, 'password': <'pw'>}", &error);
  g_assert_no_error (error);
  assert_request (fixture, 2, "PUT /auth/v1/user", "password", "pw");
  g_assert_cmpstr (get_email (changed), ==, "newer@example.org");

  /* Kept, with the same tokens, which are no younger than they were. */
  assert_token (fixture, &fixture->main, 0, 1);
  syncline_test_host_advance (fixture->main.host, 30 * G_TIME_SPAN_MINUTE);
  push_user (fixture, USER, "newest@example.org");
  g_variant_unref (ask (fixture, NULL, &error));
  syncline_test_host_advance (fixture->main.host, 31 * G_TIME_SPAN_MINUTE);
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &fixture->main, 0, 2);

  Instance later = { 0 };
  instance_start (&later, fixture, NULL, NULL);
  g_autoptr (GVariant) known = fixture->auth->dup_user (later.self);
  g_assert_cmpstr (get_email (known), ==, "me@example.org");
  instance_stop (&later);
}

static void
test_ask_user_refused (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  /* The token is refused: another one is got, once. */
  sign_in (fixture);
  stub_server_push_json (fixture->server, 403, "{\"error_code\":\"bad_jwt\"}");
  push_session (fixture, USER, 2, 3600);
  push_user (fixture, USER, "a@b");
  g_autoptr (GVariant) user = ask (fixture, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (get_email (user), ==, "a@b");

  stub_server_push_json (fixture->server, 422,
                         "{\"error_code\":\"weak_password\",\"msg\":\"Weak\"}");
  g_assert_null (ask (fixture, "{'password': <'secret'>}", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED);
  g_assert_null (strstr (error->message, "secret"));
  g_clear_error (&error);

  push_user (fixture, OTHER_USER, "a@b");
  g_assert_null (ask (fixture, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
  g_clear_error (&error);

  g_assert_null (ask (fixture, "{}", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  stub_server_push (fixture->server, stub_answer_new (200, "text/html", "<html>Hotel</html>"));
  g_assert_null (ask (fixture, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  /* The session is over: so says the refresh. */
  stub_server_push_json (fixture->server, 403, "{\"error_code\":\"session_not_found\"}");
  stub_server_push_json (fixture->server, 400, "{\"error_code\":\"session_not_found\"}");
  g_assert_null (ask (fixture, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION);
  g_assert_false (session_file_exists (fixture));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/supabase-auth/browser/provider", test_provider);
  ADD_TEST ("/supabase-auth/browser/second-beginning", test_second_beginning);
  ADD_TEST ("/supabase-auth/browser/link-by-mail", test_link_by_mail);
  ADD_TEST ("/supabase-auth/browser/bad-callbacks", test_bad_callbacks);
  ADD_TEST ("/supabase-auth/browser/bad-parameters", test_bad_parameters);
  ADD_TEST ("/supabase-auth/user/ask", test_ask_user);
  ADD_TEST ("/supabase-auth/user/refused", test_ask_user_refused);
  return g_test_run ();
}
