/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Whatever may answer in the place of the auth server, or come from it on a bad day, and what is made of it. Each is
 * tried on a sign-in, which it may fail for good, and on a refresh, which must not lose the session for it. */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "supabase-auth-fixture.h"

/* --- What the auth server says ------------------------------------------------------------------- */

/* What is documented, with the status that it comes with. */
typedef struct
{
  const char *code;
  guint status;
  gboolean ends; /* a session, if it is the answer to a refresh */
} Refusal;

static const Refusal refusals[] = {
  { "anonymous_provider_disabled", 422, FALSE },
  { "bad_code_verifier", 400, FALSE },
  { "bad_json", 400, FALSE },
  { "bad_jwt", 403, FALSE },
  { "bad_oauth_callback", 400, FALSE },
  { "bad_oauth_state", 400, FALSE },
  { "captcha_failed", 400, FALSE },
  { "email_address_invalid", 400, FALSE },
  { "email_address_not_authorized", 400, FALSE },
  { "email_address_not_provided", 400, FALSE },
  { "email_conflict_identity_not_deletable", 422, FALSE },
  { "email_exists", 422, FALSE },
  { "email_not_confirmed", 400, FALSE },
  { "email_provider_disabled", 422, FALSE },
  { "flow_state_expired", 422, FALSE },
  { "flow_state_not_found", 404, FALSE },
  { "identity_already_exists", 422, FALSE },
  { "identity_not_found", 404, FALSE },
  { "insufficient_aal", 403, FALSE },
  { "invalid_credentials", 400, FALSE },
  { "invite_not_found", 404, FALSE },
  { "manual_linking_disabled", 404, FALSE },
  { "mfa_challenge_expired", 422, FALSE },
  { "mfa_factor_name_conflict", 422, FALSE },
  { "mfa_factor_not_found", 404, FALSE },
  { "mfa_ip_address_mismatch", 422, FALSE },
  { "mfa_phone_enroll_not_enabled", 422, FALSE },
  { "mfa_phone_verify_not_enabled", 422, FALSE },
  { "mfa_totp_enroll_not_enabled", 422, FALSE },
  { "mfa_totp_verify_not_enabled", 422, FALSE },
  { "mfa_verification_failed", 422, FALSE },
  { "mfa_verification_rejected", 403, FALSE },
  { "mfa_verified_factor_exists", 422, FALSE },
  { "mfa_webauthn_enroll_not_enabled", 422, FALSE },
  { "mfa_webauthn_verify_not_enabled", 422, FALSE },
  { "no_authorization", 401, FALSE },
  { "not_admin", 403, FALSE },
  { "oauth_authorization_not_found", 404, FALSE },
  { "oauth_client_not_found", 404, FALSE },
  { "oauth_client_state_expired", 422, FALSE },
  { "oauth_client_state_not_found", 404, FALSE },
  { "oauth_consent_not_found", 404, FALSE },
  { "oauth_dynamic_client_registration_disabled", 403, FALSE },
  { "oauth_invalid_state", 400, FALSE },
  { "oauth_provider_not_supported", 400, FALSE },
  { "otp_disabled", 422, FALSE },
  { "otp_expired", 403, FALSE },
  { "phone_exists", 422, FALSE },
  { "phone_not_confirmed", 400, FALSE },
  { "phone_provider_disabled", 422, FALSE },
  { "provider_disabled", 422, FALSE },
  { "provider_email_needs_verification", 422, FALSE },
  { "reauthentication_needed", 400, FALSE },
  { "reauthentication_not_valid", 400, FALSE },
  { "refresh_token_already_used", 400, TRUE },
  { "refresh_token_not_found", 400, TRUE },
  { "same_password", 422, FALSE },
  { "saml_assertion_no_email", 422, FALSE },
  { "saml_assertion_no_user_id", 422, FALSE },
  { "saml_entity_id_mismatch", 422, FALSE },
  { "saml_idp_already_exists", 422, FALSE },
  { "saml_idp_not_found", 404, FALSE },
  { "saml_metadata_fetch_failed", 422, FALSE },
  { "saml_provider_disabled", 422, FALSE },
  { "saml_relay_state_expired", 422, FALSE },
  { "saml_relay_state_not_found", 404, FALSE },
  { "session_expired", 400, TRUE },
  { "session_not_found", 400, TRUE },
  { "signup_disabled", 422, FALSE },
  { "single_identity_not_deletable", 422, FALSE },
  { "sms_send_failed", 422, FALSE },
  { "sso_domain_already_exists", 422, FALSE },
  { "sso_provider_disabled", 422, FALSE },
  { "sso_provider_not_found", 404, FALSE },
  { "too_many_enrolled_mfa_factors", 422, FALSE },
  { "unexpected_audience", 400, FALSE },
  { "user_already_exists", 422, FALSE },
  { "user_banned", 400, TRUE },
  { "user_not_found", 404, TRUE },
  { "user_sso_managed", 422, FALSE },
  { "validation_failed", 400, TRUE },
  { "weak_password", 422, FALSE },
  { "web3_provider_disabled", 422, FALSE },
  { "web3_unsupported_chain", 400, FALSE },
  { "a_code_of_the_future", 422, FALSE },
};

/* What may go better later. */
static const Refusal faults[] = {
  { "conflict", 409, FALSE },
  { "hook_payload_invalid_content_type", 500, FALSE },
  { "hook_payload_over_size_limit", 500, FALSE },
  { "hook_timeout", 504, FALSE },
  { "hook_timeout_after_retry", 504, FALSE },
  { "over_email_send_rate_limit", 429, FALSE },
  { "over_request_rate_limit", 429, FALSE },
  { "over_sms_send_rate_limit", 429, FALSE },
  { "request_timeout", 504, FALSE },
  { "unexpected_failure", 500, FALSE },
  { "unknown", 500, FALSE },
};

/* The three places where the code may stand. */
#define N_FORMS 3

static StubAnswer *
make_answer (const Refusal *refusal, guint form)
{
  g_autofree char *old = g_strdup_printf (
      "{\"code\":%u,\"error_code\":\"%s\",\"msg\":\"No, sorry\"}", refusal->status, refusal->code);
  g_autofree char *dated
      = g_strdup_printf ("{\"code\":\"%s\",\"message\":\"No, sorry\"}", refusal->code);

  if (form == 0)
    return stub_answer_new (refusal->status, "application/json", old);
  if (form == 1)
    return stub_answer_new (refusal->status, "application/json; charset=utf-8", dated);
  return stub_answer_with_header (
      stub_answer_new (refusal->status, "application/json", "{\"msg\":\"No, sorry\"}"),
      "x-sb-error-code", refusal->code);
}

static void
assert_message (const GError *error)
{
  g_assert_cmpuint (strlen (error->message), <, 1000);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const char *at = error->message; *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));
  g_assert_null (strstr (error->message, "correct horse"));
  g_assert_null (strstr (error->message, "refresh-token"));
  g_assert_null (strstr (error->message, "sb_publishable"));
}

static void
assert_sign_in_fails (Fixture *fixture, int code, const char *text)
{
  g_autoptr (GVariant) parameters = make_password ();
  g_autoptr (GError) error = NULL;

  g_assert_false (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, SYNCLINE_ERROR, code);
  assert_message (error);
  if (text != NULL)
    g_assert_nonnull (strstr (error->message, text));
}

static void
push_times (Fixture *fixture, StubAnswer *answer, guint times)
{
  stub_server_push (fixture->server, stub_answer_with_repeat (answer, times));
}

static void
test_refusals (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    for (guint form = 0; form < N_FORMS; form++)
      {
        stub_server_push (fixture->server, make_answer (&refusals[i], form));
        assert_sign_in_fails (fixture, SYNCLINE_ERROR_REJECTED, refusals[i].code);

        sign_in (fixture);
        syncline_test_host_advance (fixture->main.host, 2 * G_TIME_SPAN_HOUR);
        stub_server_push (fixture->server, make_answer (&refusals[i], form));
        assert_no_token (fixture, &fixture->main, 0,
                         refusals[i].ends ? SYNCLINE_ERROR_NO_SESSION : SYNCLINE_ERROR_UNAVAILABLE);
        g_assert_cmpint (session_file_exists (fixture), ==, !refusals[i].ends);
      }
}

static void
test_faults (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    for (guint form = 0; form < N_FORMS; form++)
      {
        stub_server_push (fixture->server, make_answer (&faults[i], form));
        assert_sign_in_fails (fixture, SYNCLINE_ERROR_UNAVAILABLE, "No, sorry");

        sign_in (fixture);
        syncline_test_host_advance (fixture->main.host, 2 * G_TIME_SPAN_HOUR);
        /* A conflict is tried again at once, a few times. */
        push_times (fixture, make_answer (&faults[i], form), faults[i].status == 409 ? 4 : 1);
        assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_UNAVAILABLE);
        g_assert_true (session_file_exists (fixture));
        if (faults[i].status == 409)
          return; /* patience takes time */
      }
}

/* --- What others say ----------------------------------------------------------------------------- */

#define PAGE "<!doctype html><html><body>Please accept our terms</body></html>"

static StubAnswer *
with_big_text (guint status, const char *before, const char *after)
{
  g_autoptr (GString) body = g_string_new (before);

  for (guint i = 0; i < 10 * 1024 * 1024 / 64; i++)
    g_string_append (body, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  g_string_append (body, after);
  return stub_answer_with_body (stub_answer_new (status, "application/json", NULL), body->str,
                                body->len);
}

static StubAnswer *
with_deep_nesting (guint status)
{
  g_autoptr (GString) body = g_string_new ("{\"access_token\":");

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (body, '[');
  return stub_answer_new (status, "application/json", body->str);
}

static StubAnswer *
with_status_only (guint status)
{
  return stub_answer_new (status, NULL, NULL);
}

/* @protocol: the answer claims to be one and is none; everything else is a matter of the way there. */
static void
assert_tolerated (Fixture *fixture, StubAnswer *(*make) (guint), guint status, gboolean protocol)
{
  const int code = protocol ? SYNCLINE_ERROR_PROTOCOL : SYNCLINE_ERROR_UNAVAILABLE;

  stub_server_push (fixture->server, make (status));
  assert_sign_in_fails (fixture, code, NULL);
  g_assert_false (session_file_exists (fixture));

  sign_in (fixture);
  g_autoptr (GBytes) before = read_session_file (fixture);
  /* After a restart, on a new connection: on one that was used before libcurl tries once more by itself. */
  instance_stop (&fixture->main);
  instance_start (&fixture->main, fixture, NULL, NULL);
  syncline_test_host_advance (fixture->main.host, 2 * G_TIME_SPAN_HOUR);
  stub_server_push (fixture->server, make (status));
  assert_no_token (fixture, &fixture->main, 0, code);
  g_autoptr (GBytes) after = read_session_file (fixture);
  g_assert_true (g_bytes_equal (before, after));

  g_autofree char *path = g_strdup (fixture->path);
  instance_stop (&fixture->main);
  g_assert_cmpint (g_unlink (path), ==, 0);
  instance_start (&fixture->main, fixture, NULL, NULL);
}

static StubAnswer *
as_page (guint status)
{
  return stub_answer_new (status, "text/html; charset=utf-8", PAGE);
}

static StubAnswer *
as_page_without_type (guint status)
{
  return stub_answer_new (status, NULL, PAGE);
}

static StubAnswer *
as_page_called_json (guint status)
{
  return stub_answer_new (status, "application/json", PAGE);
}

static StubAnswer *
as_json_called_text (guint status)
{
  g_autofree char *session = make_session (USER, 7, 3600);

  return stub_answer_new (status, "text/plain", session);
}

/* A page of a proxy, an empty answer, whatever the status. */
static void
test_pages (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const guint statuses[]
      = { 400, 401, 402, 403, 404, 405, 407, 408, 410, 413, 414, 415, 418, 421, 422, 425,
          426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 507, 511, 520, 522, 530 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      assert_tolerated (fixture, as_page, statuses[i], FALSE);
      assert_tolerated (fixture, with_status_only, statuses[i], FALSE);
      assert_tolerated (fixture, as_page_called_json, statuses[i], FALSE);
    }
  /* The sign-in page of a network. */
  assert_tolerated (fixture, as_page, 200, FALSE);
  assert_tolerated (fixture, as_page_without_type, 200, FALSE);
  assert_tolerated (fixture, as_json_called_text, 200, FALSE);
  assert_tolerated (fixture, as_page_called_json, 200, TRUE);
  assert_tolerated (fixture, with_status_only, 200, TRUE);
  assert_tolerated (fixture, with_status_only, 204, TRUE);
}

static StubAnswer *
as_long_error (guint status)
{
  return with_big_text (status, "{\"error_code\":\"refresh_token_not_found\",\"msg\":\"", "\"}");
}

static StubAnswer *
as_long_page (guint status)
{
  return with_big_text (status, "<html>", "</html>");
}

static StubAnswer *
as_long_success (guint status)
{
  return with_big_text (status, "{\"access_token\":\"", "\"}");
}

static StubAnswer *
as_cut_success (guint status)
{
  g_autofree char *session = make_session (USER, 7, 3600);

  return stub_answer_with_cut (stub_answer_new (status, "application/json", session), 40);
}

static StubAnswer *
as_cut_error (guint status)
{
  return stub_answer_with_cut (
      stub_answer_new (status, "application/json", "{\"error_code\":\"session_not_found\"}"), 33);
}

static StubAnswer *
as_nothing (guint status G_GNUC_UNUSED)
{
  return stub_answer_new_close ();
}

static StubAnswer *
as_noise (guint status G_GNUC_UNUSED)
{
  static const char noise[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not HTTP\r\n\r\n";

  return stub_answer_new_raw (noise, sizeof noise - 1);
}

static StubAnswer *
as_half_a_head (guint status G_GNUC_UNUSED)
{
  return stub_answer_new_raw ("HTTP/1.1 200 OK\r\nContent-Ty", -1);
}

static StubAnswer *
as_wrong_encoding (guint status)
{
  return stub_answer_with_header (stub_answer_new (status, "application/json", "{\"a\":1}"),
                                  "Content-Encoding", "gzip");
}

static StubAnswer *
as_invalid_text (guint status)
{
  return stub_answer_new (status, "application/json",
                          "{\"access_token\":\"\xff\xfe\",\"refresh_token\":\"x\"}");
}

static StubAnswer *
as_hidden_nul (guint status)
{
  return stub_answer_new (status, "application/json",
                          "{\"access_token\":\"a\\u0000b\",\"refresh_token\":\"r\\u0000s\"}");
}

static StubAnswer *
as_two_values (guint status)
{
  return stub_answer_new (status, "application/json", "[]{\"access_token\":\"x\"}");
}

static void
test_shapes (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  /* Only what can be read to its end is believed, and nothing is read without end. */
  assert_tolerated (fixture, as_long_error, 400, FALSE);
  assert_tolerated (fixture, as_long_page, 502, FALSE);
  assert_tolerated (fixture, as_long_success, 200, TRUE);
  assert_tolerated (fixture, as_cut_success, 200, FALSE);
  assert_tolerated (fixture, as_cut_error, 400, FALSE);
  assert_tolerated (fixture, as_nothing, 0, FALSE);
  assert_tolerated (fixture, as_noise, 0, FALSE);
  assert_tolerated (fixture, as_half_a_head, 0, FALSE);
  assert_tolerated (fixture, as_wrong_encoding, 200, FALSE);
  assert_tolerated (fixture, with_deep_nesting, 200, TRUE);
  assert_tolerated (fixture, with_deep_nesting, 400, FALSE);
  assert_tolerated (fixture, as_invalid_text, 200, TRUE);
  assert_tolerated (fixture, as_hidden_nul, 200, TRUE);
  assert_tolerated (fixture, as_two_values, 200, TRUE);
}

/* --- Elsewhere ----------------------------------------------------------------------------------- */

/* Nothing follows a redirect: no password and no token gets to another host, or to another page of this one. */
static void
test_redirects (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const guint statuses[] = { 300, 301, 302, 303, 304, 307, 308 };
  g_autoptr (StubServer) other = stub_server_new ();
  g_autofree char *target
      = g_strconcat (stub_server_get_url (other), "/auth/v1/token?grant_type=password", NULL);
  g_autofree char *session = make_session (USER, 7, 3600);

  stub_server_push (
      other, stub_answer_with_repeat (stub_answer_new (200, "application/json", session), 0));
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (GError) error = NULL;
      const guint n = stub_server_count_requests (fixture->server);

#define REDIRECT                                                                                   \
  stub_answer_with_header (stub_answer_new (statuses[i], NULL, NULL), "Location", target)
      stub_server_push (fixture->server, REDIRECT);
      assert_sign_in_fails (fixture, SYNCLINE_ERROR_UNAVAILABLE, "redirect");
      sign_in (fixture);
      stub_server_push (fixture->server, REDIRECT);
      g_assert_null (fixture->auth->ask_user (fixture->main.self, NULL, NULL, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
      syncline_test_host_advance (fixture->main.host, 2 * G_TIME_SPAN_HOUR);
      stub_server_push (fixture->server, REDIRECT);
      assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_UNAVAILABLE);
      push_session (fixture, USER, 2, 3600);
      stub_server_push (fixture->server, REDIRECT);
      g_assert_true (
          fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_LOCAL, NULL, NULL));
      g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, n + 6);
#undef REDIRECT
    }
  g_assert_cmpuint (stub_server_count_requests (other), ==, 0);
}

/* --- TLS ----------------------------------------------------------------------------------------- */

/* https to a port where plain HTTP is spoken. */
static void
test_no_tls (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url
      = g_strdup_printf ("https://127.0.0.1:%u", stub_server_get_port (fixture->server));

  instance_stop (&fixture->main);
  instance_start_at (&fixture->main, fixture, url, NULL, NULL);
  assert_sign_in_fails (fixture, SYNCLINE_ERROR_UNAVAILABLE, "TLS");
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 0);
}

static GSubprocess *
start_tls_server (Fixture *fixture, char **out_url)
{
  g_autofree char *key = g_build_filename (fixture->directory, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (fixture->directory, "certificate.pem", NULL);
  g_autoptr (GSubprocess) made = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "openssl", "req", "-x509", "-newkey", "rsa:2048",
      "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=127.0.0.1", NULL);

  if (made == NULL || !g_subprocess_wait_check (made, NULL, NULL))
    return NULL;
  GSubprocess *server
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                              | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                          NULL, "openssl", "s_server", "-accept", "127.0.0.1:0", "-key", key,
                          "-cert", certificate, "-www", NULL);
  g_assert_nonnull (server);
  g_autoptr (GDataInputStream) lines
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  while (*out_url == NULL)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      g_assert_nonnull (line);
      if (g_str_has_prefix (line, "ACCEPT "))
        *out_url = g_strconcat ("https://", line + strlen ("ACCEPT "), NULL);
    }
  return server;
}

/* Somebody in between who has no certificate for it: nothing is sent, and a session that expired is none that ended. */
static void
test_unknown_authority (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autofree char *url = NULL;

  if (openssl == NULL)
    {
      g_test_skip ("there is no openssl");
      return;
    }
  g_autoptr (GSubprocess) server = start_tls_server (fixture, &url);
  g_assert_nonnull (server);
  instance_stop (&fixture->main);
  instance_start_at (&fixture->main, fixture, url, NULL, NULL);
  assert_sign_in_fails (fixture, SYNCLINE_ERROR_UNAVAILABLE, "ca-file");

  g_subprocess_force_exit (server);
  g_assert_true (g_subprocess_wait (server, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/supabase-auth/answers/refusals", test_refusals);
  ADD_TEST ("/supabase-auth/answers/faults", test_faults);
  ADD_TEST ("/supabase-auth/answers/pages", test_pages);
  ADD_TEST ("/supabase-auth/answers/shapes", test_shapes);
  ADD_TEST ("/supabase-auth/answers/redirects", test_redirects);
  ADD_TEST ("/supabase-auth/answers/no-tls", test_no_tls);
  ADD_TEST ("/supabase-auth/answers/unknown-authority", test_unknown_authority);
  return g_test_run ();
}
