/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "auth-contract.h"

#include <string.h>

#define USER "user-1"
#define PASSWORD "the-password-of-the-contract"

typedef struct
{
  const AuthFixture *fixture;
  gpointer data;
  ContractInstance *instance;
  const SynclineAuthClass *methods;
  gpointer self;
} Auth;

/* --- Words ---------------------------------------------------------------------------------------------- */

static GVariant *
make_parameters (void)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "email", "s", "me@example.org");
  g_variant_dict_insert (&dict, "password", "s", PASSWORD);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
try_sign_in (Auth *auth, AuthSituation situation, GCancellable *cancellable, GError **error)
{
  g_autoptr (GVariant) parameters = make_parameters ();

  auth->fixture->prepare (auth->data, auth->self, situation);
  return auth->methods->sign_in (auth->self, parameters, cancellable, error);
}

static void
sign_in (Auth *auth)
{
  g_autoptr (GError) error = NULL;

  try_sign_in (auth, AUTH_GRANT, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_user (Auth *auth, const char *expected)
{
  g_autofree char *user_id = auth->methods->dup_user_id (auth->self);

  g_assert_cmpstr (user_id, ==, expected);
}

/* Gets credentials without a request to the server, or with the one that was prepared. */
static char *
get_token (Auth *auth, gint64 min_validity)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineCredentials) credentials
      = auth->methods->get_credentials (auth->self, min_validity, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (syncline_credentials_get_user_id (credentials), ==, USER);
  return g_strdup (syncline_credentials_get_token (credentials));
}

static void
fail_to_get (Auth *auth, gint64 min_validity, SynclineError expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (auth->methods->get_credentials (auth->self, min_validity, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, (int) expected);
}

static guint
count_notices (Auth *auth)
{
  return syncline_test_host_get_n_auth_notices (auth->instance->host);
}

/* --- Signing in ------------------------------------------------------------------------------------------ */

static void
test_descriptor (Auth *auth)
{
  contract_check_descriptor (auth->instance->plugin, SYNCLINE_PLUGIN_AUTH);
  g_assert_true (SYNCLINE_HAS_SLOT (auth->methods, get_credentials));
  g_assert_true (SYNCLINE_HAS_SLOT (auth->methods, invalidate));
  g_assert_true (SYNCLINE_HAS_SLOT (auth->methods, dup_user_id));
}

static void
test_nobody (Auth *auth)
{
  assert_user (auth, NULL);
  fail_to_get (auth, 0, SYNCLINE_ERROR_NO_SESSION);
  if (SYNCLINE_HAS_SLOT (auth->methods, dup_user))
    g_assert_null (auth->methods->dup_user (auth->self));
}

static void
test_sign_in (Auth *auth)
{
  g_autoptr (GError) error = NULL;

  sign_in (auth);
  g_assert_cmpuint (count_notices (auth), >, 0);
  assert_user (auth, USER);
  g_autoptr (SynclineCredentials) credentials
      = auth->methods->get_credentials (auth->self, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (syncline_credentials_get_user_id (credentials), ==, USER);
  const gint64 expires_at = syncline_credentials_get_expires_at (credentials);
  g_assert_true (expires_at == 0
                 || expires_at > syncline_host_get_real_time (auth->instance->host));
}

static void
test_sign_in_refused (Auth *auth)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (try_sign_in (auth, AUTH_WRONG_PASSWORD, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED);
  g_assert_null (strstr (error->message, PASSWORD));
  g_clear_error (&error);
  g_assert_false (try_sign_in (auth, AUTH_UNAVAILABLE, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_null (strstr (error->message, PASSWORD));
  assert_user (auth, NULL);
  fail_to_get (auth, 0, SYNCLINE_ERROR_NO_SESSION);
}

/* A session that the host does not want does not take the place of the one that is there. */
static void
test_sign_in_turned_away (Auth *auth)
{
  g_autoptr (GError) error = NULL;

  sign_in (auth);
  g_autofree char *before = get_token (auth, 0);
  syncline_test_host_set_admitted_user (auth->instance->host, "somebody-else");
  const guint notices = count_notices (auth);
  auth->fixture->prepare (auth->data, auth->self, AUTH_GRANT);
  if (auth->fixture->sign_out_asks)
    auth->fixture->prepare (auth->data, auth->self, AUTH_UNAVAILABLE);
  g_autoptr (GVariant) parameters = make_parameters ();
  g_assert_false (auth->methods->sign_in (auth->self, parameters, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  assert_user (auth, USER);
  g_autofree char *after = get_token (auth, 0);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (count_notices (auth), ==, notices);
}

static void
test_sign_in_cancel (Auth *auth)
{
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = NULL;

  ContractCancel *cancel = contract_cancel_begin (&cancellable);
  g_assert_false (try_sign_in (auth, AUTH_HANG, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  contract_cancel_end (cancel);
  assert_user (auth, NULL);
}

static void
test_sign_out (Auth *auth)
{
  g_autoptr (GError) error = NULL;

  sign_in (auth);
  const guint notices = count_notices (auth);
  /* The local session ends whatever the server says. */
  if (auth->fixture->sign_out_asks)
    auth->fixture->prepare (auth->data, auth->self, AUTH_UNAVAILABLE);
  auth->methods->sign_out (auth->self, SYNCLINE_SIGN_OUT_LOCAL, NULL, &error);
  assert_user (auth, NULL);
  g_assert_cmpuint (count_notices (auth), >, notices);
  fail_to_get (auth, 0, SYNCLINE_ERROR_NO_SESSION);
}

/* --- Refreshing ------------------------------------------------------------------------------------------ */

/* While a token is good it is given again, without a request. */
static void
test_cached (Auth *auth)
{
  sign_in (auth);
  g_autofree char *first = get_token (auth, 0);
  g_autofree char *second = get_token (auth, AUTH_LIFETIME / 4);

  g_assert_cmpstr (first, ==, second);
}

static void
test_expired (Auth *auth)
{
  sign_in (auth);
  g_autofree char *first = get_token (auth, 0);
  const guint notices = count_notices (auth);
  syncline_test_host_advance (auth->instance->host, AUTH_LIFETIME + G_TIME_SPAN_SECOND);
  auth->fixture->prepare (auth->data, auth->self, AUTH_GRANT);
  g_autofree char *second = get_token (auth, 0);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (count_notices (auth), >, notices);
  g_autofree char *third = get_token (auth, 0);
  g_assert_cmpstr (second, ==, third);
}

static void
test_ahead (Auth *auth)
{
  sign_in (auth);
  g_autofree char *first = get_token (auth, 0);
  syncline_test_host_advance (auth->instance->host, AUTH_LIFETIME * 3 / 4);
  g_autofree char *same = get_token (auth, 0);
  g_assert_cmpstr (first, ==, same);
  auth->fixture->prepare (auth->data, auth->self, AUTH_GRANT);
  g_autofree char *second = get_token (auth, AUTH_LIFETIME / 2);
  g_assert_cmpstr (first, !=, second);
}

static void
test_invalidate (Auth *auth)
{
  g_autoptr (GError) error = NULL;

  sign_in (auth);
  g_autoptr (SynclineCredentials) first
      = auth->methods->get_credentials (auth->self, 0, NULL, &error);
  auth->methods->invalidate (auth->self, first);
  auth->fixture->prepare (auth->data, auth->self, AUTH_GRANT);
  g_autofree char *second = get_token (auth, 0);
  g_assert_cmpstr (syncline_credentials_get_token (first), !=, second);
  /* An answer that comes late is about the old ones. */
  auth->methods->invalidate (auth->self, first);
  g_autofree char *third = get_token (auth, 0);
  g_assert_cmpstr (second, ==, third);
}

/* Being offline is never a sign-out. */
static void
test_unavailable (Auth *auth)
{
  sign_in (auth);
  syncline_test_host_advance (auth->instance->host, AUTH_LIFETIME + G_TIME_SPAN_SECOND);
  auth->fixture->prepare (auth->data, auth->self, AUTH_UNAVAILABLE);
  fail_to_get (auth, 0, SYNCLINE_ERROR_UNAVAILABLE);
  assert_user (auth, USER);
  auth->fixture->prepare (auth->data, auth->self, AUTH_GRANT);
  g_free (get_token (auth, 0));
}

static void
test_ended (Auth *auth)
{
  sign_in (auth);
  const guint notices = count_notices (auth);
  syncline_test_host_advance (auth->instance->host, AUTH_LIFETIME + G_TIME_SPAN_SECOND);
  auth->fixture->prepare (auth->data, auth->self, AUTH_ENDED);
  fail_to_get (auth, 0, SYNCLINE_ERROR_NO_SESSION);
  assert_user (auth, NULL);
  g_assert_cmpuint (count_notices (auth), >, notices);
  sign_in (auth);
  g_free (get_token (auth, 0));
}

static void
test_cancel (Auth *auth)
{
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = NULL;

  sign_in (auth);
  syncline_test_host_advance (auth->instance->host, AUTH_LIFETIME + G_TIME_SPAN_SECOND);
  auth->fixture->prepare (auth->data, auth->self, AUTH_HANG);
  ContractCancel *cancel = contract_cancel_begin (&cancellable);
  g_assert_null (auth->methods->get_credentials (auth->self, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  contract_cancel_end (cancel);
  assert_user (auth, USER);
}

static gpointer
get_thread (gpointer user_data)
{
  return get_token (user_data, 0);
}

/* However many ask, there is one refresh: the server grants only one. */
static void
test_together (Auth *auth)
{
  GThread *threads[6];
  g_autofree char *first = NULL;

  sign_in (auth);
  syncline_test_host_advance (auth->instance->host, AUTH_LIFETIME + G_TIME_SPAN_SECOND);
  auth->fixture->prepare (auth->data, auth->self, AUTH_GRANT);
  auth->fixture->prepare (auth->data, auth->self, AUTH_ENDED);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("get", get_thread, auth);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree char *token = g_thread_join (threads[i]);

      if (first == NULL)
        first = g_strdup (token);
      g_assert_cmpstr (token, ==, first);
    }
}

/* --- Registration ---------------------------------------------------------------------------------------- */

typedef struct
{
  const char *path;
  void (*run) (Auth *auth);
} Test;

static const Test tests[] = {
  { "/descriptor", test_descriptor },
  { "/nobody", test_nobody },
  { "/sign-in/granted", test_sign_in },
  { "/sign-in/refused", test_sign_in_refused },
  { "/sign-in/turned-away", test_sign_in_turned_away },
  { "/sign-in/cancel", test_sign_in_cancel },
  { "/sign-out", test_sign_out },
  { "/refresh/cached", test_cached },
  { "/refresh/expired", test_expired },
  { "/refresh/ahead", test_ahead },
  { "/refresh/invalidate", test_invalidate },
  { "/refresh/unavailable", test_unavailable },
  { "/refresh/ended", test_ended },
  { "/refresh/cancel", test_cancel },
  { "/refresh/together", test_together },
};

typedef struct
{
  const char *plugin_name;
  const AuthFixture *fixture;
  const Test *test;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *test = data;
  const AuthFixture *fixture = test->fixture;
  Auth auth = { .fixture = fixture };

  auth.data = fixture->set_up == NULL ? NULL : fixture->set_up ();
  g_auto (GStrv) options = fixture->dup_options == NULL ? NULL : fixture->dup_options (auth.data);
  auth.instance = contract_instance_new (contract_find (test->plugin_name, SYNCLINE_PLUGIN_AUTH),
                                         NULL, (const char *const *) options);
  auth.methods = auth.instance->plugin->methods;
  auth.self = auth.instance->self;
  test->test->run (&auth);
  contract_instance_free (auth.instance);
  if (fixture->tear_down != NULL)
    fixture->tear_down (auth.data);
}

void
syncline_auth_contract_add (const char *plugin_name, const AuthFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%s%s", plugin_name, tests[i].path);
      const Case test = { plugin_name, fixture, &tests[i] };

      g_test_add_data_func_full (path, g_memdup2 (&test, sizeof test), run_case, g_free);
    }
}
