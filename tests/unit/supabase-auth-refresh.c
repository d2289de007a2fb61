/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "supabase-auth-fixture.h"

#define REFRESH "POST /auth/v1/token?grant_type=refresh_token"
#define PROMPTLY (2 * G_TIME_SPAN_SECOND)

static void
let_expire (Fixture *fixture)
{
  syncline_test_host_advance (fixture->main.host, 2 * G_TIME_SPAN_HOUR);
}

static void
refuse (Fixture *fixture, Instance *instance)
{
  g_autoptr (SynclineCredentials) credentials
      = fixture->auth->get_credentials (instance->self, 0, NULL, NULL);

  g_assert_nonnull (credentials);
  fixture->auth->invalidate (instance->self, credentials);
}

static void
push_refusal (Fixture *fixture, guint status, const char *code)
{
  g_autofree char *body
      = g_strdup_printf ("{\"code\":%u,\"error_code\":\"%s\",\"msg\":\"No\"}", status, code);

  stub_server_push_json (fixture->server, status, body);
}

/* --- When it goes well ----------------------------------------------------------------------- */

static void
test_rotation (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  for (guint i = 2; i < 6; i++)
    {
      g_autofree char *before = g_strdup_printf ("refresh-token-%u", i - 1);
      let_expire (fixture);
      push_session (fixture, USER, i, 3600);
      assert_token (fixture, &fixture->main, 0, i);
      assert_request (fixture, i - 1, REFRESH, "refresh_token", before);
      g_assert_null (stub_request_get_header (stub_server_get_request (fixture->server, i - 1),
                                              "authorization"));
    }
}

/* The new refresh token is in the file by the time that anybody can use the access token. */
static void
test_kept_before_use (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  let_expire (fixture);
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &fixture->main, 0, 2);

  g_autoptr (GBytes) file = read_session_file (fixture);
  const char *text = g_bytes_get_data (file, NULL);
  g_assert_nonnull (g_strstr_len (text, (gssize) g_bytes_get_size (file), "refresh-token-2"));
}

static void
test_margin (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  syncline_test_host_advance (fixture->main.host, 50 * G_TIME_SPAN_MINUTE);
  assert_token (fixture, &fixture->main, 9 * G_TIME_SPAN_MINUTE, 1);
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &fixture->main, 11 * G_TIME_SPAN_MINUTE, 2);
  /* No token lives that long; then half of its life will do. */
  assert_token (fixture, &fixture->main, G_TIME_SPAN_DAY, 2);
}

static void
test_credentials (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  g_autoptr (SynclineCredentials) credentials
      = fixture->auth->get_credentials (fixture->main.self, 0, NULL, NULL);
  const gint64 left = syncline_credentials_get_expires_at (credentials)
                      - syncline_host_get_real_time (fixture->main.host);
  g_assert_cmpint (left, >, 3590 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (left, <=, 3600 * G_TIME_SPAN_SECOND);
}

static void
test_invalidate (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  sign_in (fixture);
  g_autoptr (SynclineCredentials) first
      = fixture->auth->get_credentials (fixture->main.self, 0, NULL, &error);
  fixture->auth->invalidate (fixture->main.self, first);
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &fixture->main, 0, 2);

  /* Somebody is late to say so: there is another token already. */
  fixture->auth->invalidate (fixture->main.self, first);
  assert_token (fixture, &fixture->main, 0, 2);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 2);

  /* A refused token is of no use, however young. */
  refuse (fixture, &fixture->main);
  stub_server_push_json (fixture->server, 503, "{}");
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_UNAVAILABLE);
}

static gpointer
get_thread (gpointer data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < 20; i++)
    assert_token (fixture, &fixture->main, 0, 2);
  return NULL;
}

static void
test_single_flight (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  GThread *threads[8];
  g_autofree char *session = make_session (USER, 2, 3600);

  sign_in (fixture);
  let_expire (fixture);
  stub_server_push (fixture->server, stub_answer_with_delay (
                                         stub_answer_new (200, "application/json", session), 50));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("get", get_thread, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 2);
}

/* --- When it does not ------------------------------------------------------------------------ */

static void
test_temporary_failures (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  StubAnswer *const answers[] = {
    stub_answer_new (500, "application/json", "{\"error_code\":\"unexpected_failure\"}"),
    stub_answer_new (502, "text/html", "<html>Bad gateway</html>"),
    stub_answer_new (503, NULL, ""),
    stub_answer_new (429, "application/json", "{\"error_code\":\"over_request_rate_limit\"}"),
    stub_answer_new (408, NULL, NULL),
    stub_answer_new (400, "text/html", "<html>Who are you?</html>"),
    stub_answer_new (400, "application/json", ""),
    stub_answer_new (401, "application/json", "{\"message\":\"Invalid API key\"}"),
    stub_answer_new (404, "application/json", "{\"error\":\"Not Found\"}"),
    stub_answer_new (422, "application/json", "{\"error_code\":\"something_new\"}"),
    stub_answer_new (200, "text/html", "<html>Hotel</html>"),
    stub_answer_with_header (stub_answer_new (302, NULL, NULL), "Location", "http://hotel/"),
    stub_answer_with_cut (stub_answer_new (200, "application/json", "{\"access_token\":"), 5),
    stub_answer_with_cut (stub_answer_new (400, "application/json", "{\"error_code\":"), 5),
  };

  sign_in (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *user_id = NULL;
      let_expire (fixture);
      stub_server_push (fixture->server, answers[i]);
      assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_UNAVAILABLE);
      user_id = fixture->auth->dup_user_id (fixture->main.self);
      g_assert_cmpstr (user_id, ==, USER);
    }
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &fixture->main, 0, 2);
}

static void
test_nonsense (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const bodies[] = { "{}", "[]", "{", "{\"access_token\":\"a\"}" };

  sign_in (fixture);
  let_expire (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      stub_server_push_json (fixture->server, 200, bodies[i]);
      assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_PROTOCOL);
    }
  push_session (fixture, OTHER_USER, 2, 3600);
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_PROTOCOL);
  push_session (fixture, USER, 3, 3600);
  assert_token (fixture, &fixture->main, 0, 3);
}

static void
test_conflict (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  let_expire (fixture);
  push_refusal (fixture, 409, "conflict");
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &fixture->main, 0, 2);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 3);
}

static void
test_retry_after (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  sign_in (fixture);
  let_expire (fixture);
  stub_server_push (fixture->server, stub_answer_with_header (stub_answer_new (429, NULL, NULL),
                                                              "Retry-After", "17"));
  g_assert_null (fixture->auth->get_credentials (fixture->main.self, 0, NULL, &error));
  g_assert_cmpint (syncline_error_get_retry_after (error), ==, 17 * G_TIME_SPAN_SECOND);
}

/* Offline a token is used as long as it is good, and the network is left alone meanwhile. */
static void
test_offline (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  syncline_test_host_advance (fixture->main.host, 58 * G_TIME_SPAN_MINUTE);
  stub_server_push_json (fixture->server, 503, "{}");
  for (guint i = 0; i < 3; i++)
    assert_token (fixture, &fixture->main, 5 * G_TIME_SPAN_MINUTE, 1);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 2);

  syncline_test_host_advance (fixture->main.host, 30 * G_TIME_SPAN_SECOND);
  stub_server_push_json (fixture->server, 503, "{}");
  assert_token (fixture, &fixture->main, 5 * G_TIME_SPAN_MINUTE, 1);

  stub_server_stop (fixture->server);
  syncline_test_host_advance (fixture->main.host, G_TIME_SPAN_DAY);
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_true (session_file_exists (fixture));

  /* So it is after a restart. */
  Instance later = { 0 };
  instance_start (&later, fixture, NULL, NULL);
  syncline_test_host_advance (later.host, G_TIME_SPAN_DAY);
  assert_no_token (fixture, &later, 0, SYNCLINE_ERROR_UNAVAILABLE);
  g_autofree char *user_id = fixture->auth->dup_user_id (later.self);
  g_assert_cmpstr (user_id, ==, USER);

  stub_server_start (fixture->server);
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &later, 0, 2);
  instance_stop (&later);
}

static void
test_ended_by_server (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    guint status;
    const char *code;
  } cases[] = {
    { 400, "refresh_token_not_found" },
    { 400, "refresh_token_already_used" },
    { 400, "session_not_found" },
    { 400, "session_expired" },
    { 400, "user_banned" },
    { 403, "user_not_found" },
    { 400, "validation_failed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      sign_in (fixture);
      let_expire (fixture);
      const guint n_notices = syncline_test_host_get_n_auth_notices (fixture->main.host);
      push_refusal (fixture, cases[i].status, cases[i].code);
      assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_NO_SESSION);
      g_assert_false (session_file_exists (fixture));
      g_assert_cmpuint (syncline_test_host_get_n_auth_notices (fixture->main.host), >, n_notices);
    }
}

/* The access token is used to its end, then the session is over, without another question. */
static void
test_ended_but_good (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  syncline_test_host_advance (fixture->main.host, 58 * G_TIME_SPAN_MINUTE);
  push_refusal (fixture, 400, "refresh_token_already_used");
  assert_token (fixture, &fixture->main, 5 * G_TIME_SPAN_MINUTE, 1);
  assert_token (fixture, &fixture->main, 5 * G_TIME_SPAN_MINUTE, 1);
  g_assert_true (session_file_exists (fixture));

  syncline_test_host_advance (fixture->main.host, 5 * G_TIME_SPAN_MINUTE);
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_NO_SESSION);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 2);
  g_assert_false (session_file_exists (fixture));
}

static void
test_ended_and_refused (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  refuse (fixture, &fixture->main);
  push_refusal (fixture, 400, "session_not_found");
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_NO_SESSION);
  g_assert_false (session_file_exists (fixture));
}

/* --- Clocks ---------------------------------------------------------------------------------- */

/* A device that believes that it is ten years ago, or in ten years. */
static void
test_wrong_clock (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  for (int i = 0; i < 2; i++)
    {
      const gint64 years = (i == 0 ? -10 : 10) * 365 * G_TIME_SPAN_DAY;
      syncline_test_host_set_wall_offset (fixture->main.host, years);
      sign_in (fixture);
      assert_token (fixture, &fixture->main, 10 * G_TIME_SPAN_MINUTE, 1);
      syncline_test_host_advance (fixture->main.host, 61 * G_TIME_SPAN_MINUTE);
      push_session (fixture, USER, 2, 3600);
      assert_token (fixture, &fixture->main, 0, 2);
    }
}

/* Set back while we run: the monotonic clock knows better. */
static void
test_clock_set_back (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  syncline_test_host_set_wall_offset (fixture->main.host, -30 * G_TIME_SPAN_DAY);
  assert_token (fixture, &fixture->main, 10 * G_TIME_SPAN_MINUTE, 1);
  syncline_test_host_advance (fixture->main.host, 61 * G_TIME_SPAN_MINUTE);
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &fixture->main, 0, 2);

  /* Set back while we did not run: nobody knows, so the server is asked. */
  Instance later = { 0 };
  instance_start (&later, fixture, NULL, NULL);
  syncline_test_host_set_wall_offset (later.host, -60 * G_TIME_SPAN_DAY);
  push_session (fixture, USER, 3, 3600);
  assert_token (fixture, &later, 0, 3);
  assert_token (fixture, &later, 10 * G_TIME_SPAN_MINUTE, 3);
  instance_stop (&later);
}

/* --- With other processes -------------------------------------------------------------------- */

static void
test_shared (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Instance other = { 0 };
  g_autoptr (GError) error = NULL;

  instance_start (&other, fixture, NULL, NULL);
  assert_no_token (fixture, &other, 0, SYNCLINE_ERROR_NO_SESSION);
  const guint n_notices = syncline_test_host_get_n_auth_notices (other.host);

  /* Told without asking. */
  sign_in (fixture);
  const gint64 until = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  while (syncline_test_host_get_n_auth_notices (other.host) == n_notices)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (1000);
    }
  assert_token (fixture, &other, 0, 1);

  /* One refreshes, the other has it too. */
  refuse (fixture, &other);
  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &other, 0, 2);
  assert_token (fixture, &fixture->main, 0, 2);

  /* Both were refused the same token: who comes second finds a new one. */
  refuse (fixture, &other);
  refuse (fixture, &fixture->main);
  push_session (fixture, USER, 3, 3600);
  assert_token (fixture, &other, 0, 3);
  assert_token (fixture, &fixture->main, 0, 3);

  stub_server_push (fixture->server, stub_answer_new (204, NULL, NULL));
  g_assert_true (
      fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_LOCAL, NULL, &error));
  assert_no_token (fixture, &other, 0, SYNCLINE_ERROR_NO_SESSION);
  instance_stop (&other);
}

/* A server that takes each refresh token once, and ends the session for good when one comes again. */
typedef struct
{
  GMutex lock;
  guint n; /* of the tokens that are good */
  gboolean reused;
} Family;

static StubAnswer *
serve_once (const StubRequest *request, gpointer user_data)
{
  Family *family = user_data;
  g_autofree char *body = stub_request_dup_body (request);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&family->lock);
  g_autofree char *expected
      = g_strdup_printf ("{\"refresh_token\":\"refresh-token-%u\"}", family->n);

  family->reused = family->reused || strcmp (body, expected) != 0;
  if (family->reused)
    return stub_answer_new (400, "application/json",
                            "{\"error_code\":\"refresh_token_already_used\"}");
  g_autofree char *session = make_session (USER, ++family->n, 3600);
  return stub_answer_with_delay (stub_answer_new (200, "application/json", session), 5);
}

#define ROUNDS 10

/* In a process of its own: wants another token again and again. */
static int
run_child (const char *path, const char *url)
{
  Fixture fixture = { .path = (char *) path };
  Instance instance = { 0 };
  guint n_good = 0;

  instance_start_at (&instance, &fixture, url, NULL, NULL);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SynclineCredentials) credentials
          = fixture.auth->get_credentials (instance.self, 0, NULL, &error);
      if (credentials == NULL)
        {
          g_print ("%s\n", error->message);
          break;
        }
      n_good++;
      fixture.auth->invalidate (instance.self, credentials);
    }
  g_print ("%u\n", n_good);
  instance_stop (&instance);
  return 0;
}

static void
test_race (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  GSubprocess *children[6];
  Family family = { .n = 1 };

  sign_in (fixture);
  stub_server_set_handler (fixture->server, serve_once, &family);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      children[i]
          = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "/proc/self/exe", "--child",
                              fixture->path, stub_server_get_url (fixture->server), NULL);
      g_assert_nonnull (children[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      g_autofree char *output = NULL;
      g_assert_true (g_subprocess_communicate_utf8 (children[i], NULL, NULL, &output, NULL, NULL));
      g_assert_cmpstr (g_strchomp (output), ==, G_STRINGIFY (ROUNDS));
      g_object_unref (children[i]);
    }
  g_assert_false (family.reused);
  g_test_message ("%u processes asked for %u tokens, and there were %u refreshes",
                  (guint) G_N_ELEMENTS (children), (guint) G_N_ELEMENTS (children) * ROUNDS,
                  family.n - 1);
  /* Who finds another's token takes it. */
  g_assert_cmpuint (family.n, >=, ROUNDS);
  g_assert_cmpuint (family.n, <=, G_N_ELEMENTS (children) * ROUNDS);
}

/* --- Sign-out and cancel in the middle ------------------------------------------------------- */

typedef struct
{
  Fixture *fixture;
  GCancellable *cancellable;
  GError *error;
  gint64 returned_at;
} Getter;

static gpointer
getter_thread (gpointer data)
{
  Getter *getter = data;
  g_autoptr (SynclineCredentials) credentials = getter->fixture->auth->get_credentials (
      getter->fixture->main.self, 0, getter->cancellable, &getter->error);

  g_assert_null (credentials);
  getter->returned_at = g_get_monotonic_time ();
  return NULL;
}

static void
test_sign_out_during_refresh (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Getter getter = { .fixture = fixture };
  g_autoptr (GError) error = NULL;

  sign_in (fixture);
  refuse (fixture, &fixture->main);
  stub_server_push (fixture->server, stub_answer_new_hang ());
  GThread *thread = g_thread_new ("getter", getter_thread, &getter);
  stub_server_wait_requests (fixture->server, 2);

  stub_server_on (fixture->server, "POST", "/auth/v1/logout", stub_answer_new (204, NULL, NULL));
  g_assert_true (
      fixture->auth->sign_out (fixture->main.self, SYNCLINE_SIGN_OUT_LOCAL, NULL, &error));
  g_thread_join (thread);
  g_assert_error (getter.error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION);
  g_clear_error (&getter.error);
  g_assert_false (session_file_exists (fixture));
}

/* Another process signs out while the answer is on its way: the file is gone, and stays so. */
static void
test_file_gone_during_refresh (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Getter getter = { .fixture = fixture };
  g_autofree char *session = make_session (USER, 2, 3600);
  StubAnswer *answer = stub_answer_new (200, "application/json", NULL);

  sign_in (fixture);
  let_expire (fixture);
  stub_server_push (fixture->server, stub_answer_with_piece (answer, 200, session, -1));
  GThread *thread = g_thread_new ("getter", getter_thread, &getter);
  stub_server_wait_requests (fixture->server, 2);
  g_assert_cmpint (unlink (fixture->path), ==, 0);
  g_thread_join (thread);
  g_assert_error (getter.error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION);
  g_clear_error (&getter.error);
  g_assert_false (session_file_exists (fixture));
}

static void
assert_cancelled (Getter *getter, GThread *thread)
{
  const gint64 cancelled_at = g_get_monotonic_time ();

  g_cancellable_cancel (getter->cancellable);
  g_thread_join (thread);
  g_assert_error (getter->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_test_message ("returned %.3f ms after the cancel",
                  (double) (getter->returned_at - cancelled_at) / 1000);
  g_assert_cmpint (getter->returned_at - cancelled_at, <, PROMPTLY);
  g_clear_error (&getter->error);
  g_clear_object (&getter->cancellable);
}

/* The one who asks the server, and one who waits for him. */
static void
test_cancel (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Getter leader = { fixture, g_cancellable_new (), NULL, 0 };
  Getter follower = { fixture, g_cancellable_new (), NULL, 0 };

  sign_in (fixture);
  let_expire (fixture);
  stub_server_push (fixture->server, stub_answer_new_hang ());
  GThread *leading = g_thread_new ("leader", getter_thread, &leader);
  stub_server_wait_requests (fixture->server, 2);
  GThread *following = g_thread_new ("follower", getter_thread, &follower);
  g_usleep (20 * 1000);

  assert_cancelled (&follower, following);
  assert_cancelled (&leader, leading);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 2);

  push_session (fixture, USER, 2, 3600);
  assert_token (fixture, &fixture->main, 0, 2);
}

/* When the leader is cancelled, a follower asks in his place. */
static void
test_cancel_leader (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Getter leader = { fixture, g_cancellable_new (), NULL, 0 };

  sign_in (fixture);
  let_expire (fixture);
  stub_server_push (fixture->server, stub_answer_new_hang ());
  push_session (fixture, USER, 2, 3600);
  GThread *leading = g_thread_new ("leader", getter_thread, &leader);
  stub_server_wait_requests (fixture->server, 2);
  GThread *following = g_thread_new ("follower", get_thread, fixture);
  g_usleep (20 * 1000);
  assert_cancelled (&leader, leading);
  g_thread_join (following);
}

static void
test_cancel_lock (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *lock_path = g_strconcat (fixture->path, ".lock", NULL);
  Getter getter = { fixture, g_cancellable_new (), NULL, 0 };

  sign_in (fixture);
  let_expire (fixture);
  const int lock = open (lock_path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (lock, LOCK_EX), ==, 0);
  GThread *thread = g_thread_new ("getter", getter_thread, &getter);
  g_usleep (50 * 1000);
  assert_cancelled (&getter, thread);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 1);
  close (lock);
}

static gpointer
cancel_thread (gpointer data)
{
  Getter *getter = data;

  stub_server_wait_requests (getter->fixture->server, 1);
  getter->returned_at = g_get_monotonic_time ();
  g_cancellable_cancel (getter->cancellable);
  return NULL;
}

static void
test_cancel_sign_in (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GVariant) parameters = make_password ();
  Getter getter = { fixture, g_cancellable_new (), NULL, 0 };
  g_autoptr (GError) error = NULL;

  stub_server_push (fixture->server, stub_answer_new_hang ());
  GThread *thread = g_thread_new ("cancel", cancel_thread, &getter);
  g_assert_false (
      fixture->auth->sign_in (fixture->main.self, parameters, getter.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_assert_cmpint (g_get_monotonic_time () - getter.returned_at, <, PROMPTLY);
  g_assert_false (session_file_exists (fixture));
  g_object_unref (getter.cancellable);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/supabase-auth/refresh/rotation", test_rotation);
  ADD_TEST ("/supabase-auth/refresh/kept-before-use", test_kept_before_use);
  ADD_TEST ("/supabase-auth/refresh/margin", test_margin);
  ADD_TEST ("/supabase-auth/refresh/credentials", test_credentials);
  ADD_TEST ("/supabase-auth/refresh/invalidate", test_invalidate);
  ADD_TEST ("/supabase-auth/refresh/single-flight", test_single_flight);
  ADD_TEST ("/supabase-auth/refresh/temporary-failures", test_temporary_failures);
  ADD_TEST ("/supabase-auth/refresh/nonsense", test_nonsense);
  ADD_TEST ("/supabase-auth/refresh/conflict", test_conflict);
  ADD_TEST ("/supabase-auth/refresh/retry-after", test_retry_after);
  ADD_TEST ("/supabase-auth/refresh/offline", test_offline);
  ADD_TEST ("/supabase-auth/refresh/ended/by-server", test_ended_by_server);
  ADD_TEST ("/supabase-auth/refresh/ended/but-good", test_ended_but_good);
  ADD_TEST ("/supabase-auth/refresh/ended/and-refused", test_ended_and_refused);
  ADD_TEST ("/supabase-auth/refresh/clock/wrong", test_wrong_clock);
  ADD_TEST ("/supabase-auth/refresh/clock/set-back", test_clock_set_back);
  ADD_TEST ("/supabase-auth/refresh/shared", test_shared);
  ADD_TEST ("/supabase-auth/refresh/race", test_race);
  ADD_TEST ("/supabase-auth/refresh/during/sign-out", test_sign_out_during_refresh);
  ADD_TEST ("/supabase-auth/refresh/during/file-gone", test_file_gone_during_refresh);
  ADD_TEST ("/supabase-auth/refresh/cancel/both", test_cancel);
  ADD_TEST ("/supabase-auth/refresh/cancel/leader", test_cancel_leader);
  ADD_TEST ("/supabase-auth/refresh/cancel/lock", test_cancel_lock);
  ADD_TEST ("/supabase-auth/refresh/cancel/sign-in", test_cancel_sign_in);
  return g_test_run ();
}
