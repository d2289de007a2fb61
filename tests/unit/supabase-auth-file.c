/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <syncline/registry.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supabase-auth-fixture.h"

#define OTHER_KEY "fedcba98765432100123456789abcdeffedcba98765432100123456789abcdef"

static gboolean
contains (GBytes *bytes, const char *text)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  return memmem (data, length, text, strlen (text)) != NULL;
}

/* The file is an error of that kind, now and after, and nobody touched it. */
static void
assert_unusable (Fixture *fixture, const char *key, const char *value, int code)
{
  g_autoptr (GBytes) before = read_session_file (fixture);
  Instance instance = { 0 };

  instance_start (&instance, fixture, key, value);
  assert_no_token (fixture, &instance, 0, code);
  assert_no_token (fixture, &instance, 0, code);
  g_assert_null (fixture->auth->dup_user_id (instance.self));
  instance_stop (&instance);
  g_autoptr (GBytes) after = read_session_file (fixture);
  g_assert_true (g_bytes_equal (before, after));
}

static void
restart_with (Fixture *fixture, const char *key, const char *value)
{
  instance_stop (&fixture->main);
  instance_start (&fixture->main, fixture, key, value);
}

/* --- Plain ----------------------------------------------------------------------------------- */

static void
test_restart (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  sign_in (fixture);
  restart_with (fixture, NULL, NULL);
  assert_token (fixture, &fixture->main, 10 * G_TIME_SPAN_MINUTE, 1);
  g_assert_cmpuint (stub_server_count_requests (fixture->server), ==, 1);
}

static void
test_garbage (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const texts[]
      = { "",
          "garbage",
          "{}",
          "[]",
          "{\"version\":1}",
          "{\"version\":2,\"server\":\"s\",\"access_token\":\"a\",\"refresh_token\":\"r\","
          "\"user_id\":\"u\",\"received_at\":1,\"expires_at\":2}",
          "{\"version\":1,\"server\":\"s\",\"access_token\":\"a\",\"refresh_token\":\"r\","
          "\"user_id\":\"u\",\"received_at\":5,\"expires_at\":2}",
          "SYNCSEAL",
          "SYNCSEAL\1" };
  g_autofree char *huge = g_strnfill (2 * 1024 * 1024, '{');

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      write_session_file (fixture, texts[i], strlen (texts[i]));
      assert_unusable (fixture, NULL, NULL, SYNCLINE_ERROR_CORRUPT);
    }
  write_session_file (fixture, huge, 2 * 1024 * 1024);
  assert_unusable (fixture, NULL, NULL, SYNCLINE_ERROR_CORRUPT);

  /* A person who signs in means it. */
  sign_in (fixture);
  assert_token (fixture, &fixture->main, 0, 1);
}

static void
test_truncated (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  gsize length;

  sign_in (fixture);
  g_autoptr (GBytes) whole = read_session_file (fixture);
  const char *bytes = g_bytes_get_data (whole, &length);
  for (gsize n = 0; n < length; n += 1 + length / 64)
    {
      write_session_file (fixture, bytes, n);
      assert_unusable (fixture, NULL, NULL, SYNCLINE_ERROR_CORRUPT);
    }
  write_session_file (fixture, bytes, length);
  restart_with (fixture, NULL, NULL);
  assert_token (fixture, &fixture->main, 0, 1);
}

static void
test_not_ours (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *target = g_strconcat (fixture->path, "-target", NULL);

  sign_in (fixture);
  g_assert_cmpint (g_chmod (fixture->path, 0620), ==, 0);
  assert_unusable (fixture, NULL, NULL, SYNCLINE_ERROR_CONFIG);
  g_assert_cmpint (g_chmod (fixture->path, 0602), ==, 0);
  assert_unusable (fixture, NULL, NULL, SYNCLINE_ERROR_CONFIG);
  g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);

  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (fixture->path, 12345, (gid_t) -1), ==, 0);
      assert_unusable (fixture, NULL, NULL, SYNCLINE_ERROR_CONFIG);
      g_assert_cmpint (chown (fixture->path, 0, (gid_t) -1), ==, 0);
    }

  g_assert_cmpint (g_rename (fixture->path, target), ==, 0);
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  assert_unusable (fixture, NULL, NULL, SYNCLINE_ERROR_CONFIG);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_CONFIG);
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);

  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_no_token (fixture, &fixture->main, 0, SYNCLINE_ERROR_CONFIG);
}

/* What a careless copy left readable is closed again. */
static void
test_readable (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  GStatBuf status;

  sign_in (fixture);
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  restart_with (fixture, NULL, NULL);
  assert_token (fixture, &fixture->main, 0, 1);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
}

/* Tokens are sent to the server that they are of, and to no other. */
static void
test_other_server (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (StubServer) other = stub_server_new ();
  Instance instance = { 0 };

  sign_in (fixture);
  instance_start_at (&instance, fixture, stub_server_get_url (other), NULL, NULL);
  syncline_test_host_advance (instance.host, 2 * G_TIME_SPAN_HOUR);
  assert_no_token (fixture, &instance, 0, SYNCLINE_ERROR_NO_SESSION);
  g_assert_null (fixture->auth->dup_user_id (instance.self));
  g_assert_cmpuint (stub_server_count_requests (other), ==, 0);
  g_assert_true (session_file_exists (fixture));
  instance_stop (&instance);
}

static void
test_unwritable (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *path = g_strdup (fixture->path);
  g_autoptr (GVariant) parameters = make_password ();
  g_autoptr (GError) error = NULL;
  Instance instance = { 0 };

  g_free (fixture->path);
  fixture->path = g_build_filename (fixture->directory, "missing", "session", NULL);
  instance_start (&instance, fixture, NULL, NULL);
  push_session (fixture, USER, 1, 3600);
  g_assert_false (fixture->auth->sign_in (instance.self, parameters, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, fixture->path));
  /* What can't be kept is not used. */
  assert_no_token (fixture, &instance, 0, SYNCLINE_ERROR_NO_SESSION);
  instance_stop (&instance);
  g_free (fixture->path);
  fixture->path = g_steal_pointer (&path);
}

/* A crash between writing and renaming. */
static void
test_left_behind (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *new_path = g_strconcat (fixture->path, ".new", NULL);

  g_assert_true (g_file_set_contents (new_path, "half", 4, NULL));
  sign_in (fixture);
  assert_token (fixture, &fixture->main, 0, 1);
  g_assert_false (g_file_test (new_path, G_FILE_TEST_EXISTS));
}

/* --- Sealed ---------------------------------------------------------------------------------- */

static void
test_sealed (Fixture *fixture, gconstpointer config)
{
  const char *const *key_and_value = config;
  const char *key = key_and_value[0];
  const char *value = key_and_value[1];

  restart_with (fixture, key, value);
  sign_in (fixture);
  g_autoptr (GBytes) sealed = read_session_file (fixture);
  g_assert_false (contains (sealed, "refresh-token-1"));
  g_assert_false (contains (sealed, "me@example.org"));
  g_assert_false (contains (sealed, USER));

  /* Each time it is another text. */
  stub_server_clear_requests (fixture->server);
  sign_in (fixture);
  g_autoptr (GBytes) again = read_session_file (fixture);
  g_assert_false (g_bytes_equal (sealed, again));

  restart_with (fixture, key, value);
  assert_token (fixture, &fixture->main, 0, 1);
}

static void
test_wrong_key (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  restart_with (fixture, "session-key", SESSION_KEY);
  sign_in (fixture);
  assert_unusable (fixture, "session-key", OTHER_KEY, SYNCLINE_ERROR_CORRUPT);
  assert_unusable (fixture, "session-passphrase", "correct horse", SYNCLINE_ERROR_CORRUPT);
  assert_unusable (fixture, NULL, NULL, SYNCLINE_ERROR_CORRUPT);
  restart_with (fixture, "session-key", SESSION_KEY);
  assert_token (fixture, &fixture->main, 0, 1);

  restart_with (fixture, "session-passphrase", "correct horse");
  sign_in (fixture);
  assert_unusable (fixture, "session-passphrase", "correct mule", SYNCLINE_ERROR_CORRUPT);
  assert_unusable (fixture, "session-key", SESSION_KEY, SYNCLINE_ERROR_CORRUPT);

  /* A plain file could be anybody's. */
  restart_with (fixture, NULL, NULL);
  sign_in (fixture);
  assert_unusable (fixture, "session-key", SESSION_KEY, SYNCLINE_ERROR_CORRUPT);
}

static void
test_tampered (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  gsize length;

  restart_with (fixture, "session-key", SESSION_KEY);
  sign_in (fixture);
  g_autoptr (GBytes) whole = read_session_file (fixture);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole));
  length = g_bytes_get_size (whole);

  /* All of the header, some of the rest. */
  for (gsize i = 0; i < length; i += i < 80 ? 1 : 37)
    {
      bytes[i] ^= 0x20;
      write_session_file (fixture, bytes, length);
      assert_unusable (fixture, "session-key", SESSION_KEY, SYNCLINE_ERROR_CORRUPT);
      bytes[i] ^= 0x20;
    }
  for (gsize n = 0; n < length; n += n < 120 ? 7 : 101)
    {
      write_session_file (fixture, bytes, n);
      assert_unusable (fixture, "session-key", SESSION_KEY, SYNCLINE_ERROR_CORRUPT);
    }
  write_session_file (fixture, bytes, length);
  restart_with (fixture, "session-key", SESSION_KEY);
  assert_token (fixture, &fixture->main, 0, 1);
}

/* A header that asks for more memory than there is must not get it. */
static void
test_costly_header (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  restart_with (fixture, "session-passphrase", "correct horse");
  sign_in (fixture);
  g_autoptr (GBytes) whole = read_session_file (fixture);
  const gsize length = g_bytes_get_size (whole);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (whole, NULL), length);

  for (gsize i = 12; i < 20; i++)
    {
      const guint8 byte = bytes[i];
      bytes[i] = 0xff;
      write_session_file (fixture, bytes, length);
      assert_unusable (fixture, "session-passphrase", "correct horse", SYNCLINE_ERROR_CORRUPT);
      bytes[i] = byte;
    }
}

static void
test_bad_config (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const cases[][4] = {
    { "session-key", "too short" },
    { "session-key", SESSION_KEY "x" },
    { "session-key", "MDEyMzQ1Njc4OWFiY2RlZg==" },
    { "session-key", SESSION_KEY, "session-passphrase", "both" },
    { "client-key", "/key.pem" },
    { "headers", "no colon" },
    { "api-key", "sb_secret_of_the_test" },
    /* {"role":"service_role"} */
    { "api-key", "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2ln" },
  };
  const SynclinePlugin *plugin = syncline_registry_find ("supabase-auth", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SynclineConfig) config = syncline_config_new ();
      g_autoptr (GError) error = NULL;
      syncline_config_set (config, "supabase-auth", "url", "http://127.0.0.1");
      syncline_config_set (config, "supabase-auth", "api-key", "sb_publishable");
      syncline_config_set (config, "supabase-auth", cases[i][0], cases[i][1]);
      if (cases[i][2] != NULL)
        syncline_config_set (config, "supabase-auth", cases[i][2], cases[i][3]);
      g_assert_null (syncline_test_plugin_new (plugin, config, fixture->main.host, &error));
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
      g_assert_null (strstr (error->message, cases[i][1]));
    }
}

int
main (int argc, char **argv)
{
  static const char *const by_key[] = { "session-key", SESSION_KEY };
  static const char *const by_hex[] = { "session-key", OTHER_KEY };
  static const char *const by_passphrase[] = { "session-passphrase", "correct horse" };

  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/supabase-auth/file/restart", test_restart);
  ADD_TEST ("/supabase-auth/file/garbage", test_garbage);
  ADD_TEST ("/supabase-auth/file/truncated", test_truncated);
  ADD_TEST ("/supabase-auth/file/not-ours", test_not_ours);
  ADD_TEST ("/supabase-auth/file/readable", test_readable);
  ADD_TEST ("/supabase-auth/file/other-server", test_other_server);
  ADD_TEST ("/supabase-auth/file/unwritable", test_unwritable);
  ADD_TEST ("/supabase-auth/file/left-behind", test_left_behind);
  g_test_add ("/supabase-auth/sealed/key", Fixture, by_key, fixture_set_up, test_sealed,
              fixture_tear_down);
  g_test_add ("/supabase-auth/sealed/hex-key", Fixture, by_hex, fixture_set_up, test_sealed,
              fixture_tear_down);
  g_test_add ("/supabase-auth/sealed/passphrase", Fixture, by_passphrase, fixture_set_up,
              test_sealed, fixture_tear_down);
  ADD_TEST ("/supabase-auth/sealed/wrong-key", test_wrong_key);
  ADD_TEST ("/supabase-auth/sealed/tampered", test_tampered);
  ADD_TEST ("/supabase-auth/sealed/costly-header", test_costly_header);
  ADD_TEST ("/supabase-auth/bad-config", test_bad_config);
  return g_test_run ();
}
