/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <syncline/auth.h>
#include <syncline/config.h>
#include <syncline/registry.h>
#include <syncline/testing.h>

#define NAME "static-auth"

typedef struct
{
  SynclineHost *host;
  SynclineTestPlugin *test_plugin;
  gpointer self;
  const SynclineAuthClass *auth;
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->host = syncline_test_host_new (NAME, NULL, 0);
  fixture->directory = g_dir_make_tmp ("syncline-static-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->directory, "token", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_clear_pointer (&fixture->test_plugin, syncline_test_plugin_free);
  syncline_test_host_free (fixture->host);
  g_remove (fixture->path);
  g_rmdir (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->path);
}

static gboolean
start (Fixture *fixture, const char *key, const char *value, GError **error)
{
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  const SynclinePlugin *plugin = syncline_registry_find (NAME, NULL);

  g_assert_nonnull (plugin);
  fixture->auth = plugin->methods;
  if (key != NULL)
    syncline_config_set (config, NAME, key, value);
  syncline_config_set (config, NAME, "command-timeout", "5s");
  fixture->test_plugin = syncline_test_plugin_new (plugin, config, fixture->host, error);
  fixture->self
      = fixture->test_plugin ? syncline_test_plugin_get_self (fixture->test_plugin) : NULL;
  return fixture->self != NULL;
}

/* A JWT of user-N that expires at that time of the test's clock. */
static char *
make_token (Fixture *fixture, guint n, gint64 expires_in)
{
  const gint64 now = g_get_real_time () / G_TIME_SPAN_SECOND;
  g_autofree char *payload = g_strdup_printf ("{\"sub\":\"user-%u\",\"iat\":%" G_GINT64_FORMAT
                                              ",\"exp\":%" G_GINT64_FORMAT "}",
                                              n, now, now + expires_in);
  g_autofree char *body = g_base64_encode ((const guint8 *) payload, strlen (payload));

  body[strcspn (body, "=")] = '\0';
  return g_strconcat ("eyJhbGciOiJIUzI1NiJ9.", body, ".c2lnbmF0dXJl", NULL);
}

static void
write_token (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fixture->path, text, -1, &error);
  g_assert_no_error (error);
}

static SynclineCredentials *
get (Fixture *fixture, gint64 min_validity, GError **error)
{
  return fixture->auth->get_credentials (fixture->self, min_validity, NULL, error);
}

static void
assert_token (Fixture *fixture, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineCredentials) credentials = get (fixture, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (syncline_credentials_get_token (credentials), ==, expected);
}

static void
refuse (Fixture *fixture)
{
  g_autoptr (SynclineCredentials) credentials = get (fixture, 0, NULL);

  g_assert_nonnull (credentials);
  fixture->auth->invalidate (fixture->self, credentials);
}

static void
assert_unavailable (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (get (fixture, 0, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, text));
}

static void
test_token (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *token = make_token (fixture, 1, 3600);
  g_autoptr (GError) error = NULL;

  g_assert_true (start (fixture, "token", token, &error));
  g_autofree char *user_id = fixture->auth->dup_user_id (fixture->self);
  g_assert_cmpstr (user_id, ==, "user-1");
  g_autoptr (SynclineCredentials) credentials = get (fixture, 0, &error);
  g_assert_cmpstr (syncline_credentials_get_token (credentials), ==, token);
  g_assert_cmpstr (syncline_credentials_get_user_id (credentials), ==, "user-1");
  const gint64 left = syncline_credentials_get_expires_at (credentials) - g_get_real_time ();
  g_assert_cmpint (left, >, 3590 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (left, <=, 3600 * G_TIME_SPAN_SECOND);

  /* Whether it has expired is for the servers to say. */
  syncline_test_host_advance (fixture->host, 2 * G_TIME_SPAN_HOUR);
  assert_token (fixture, token);

  /* Refused, it gets a second chance, but not at once. */
  refuse (fixture);
  g_assert_null (get (fixture, 0, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE);
  g_assert_cmpint (syncline_error_get_retry_after (error), >, 0);
  g_assert_null (strstr (error->message, token));
  syncline_test_host_advance (fixture->host, syncline_error_get_retry_after (error));
  assert_token (fixture, token);
}

static void
test_opaque (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_true (start (fixture, "token", "some-opaque-token", NULL));
  g_autoptr (SynclineCredentials) credentials = get (fixture, 0, NULL);
  g_assert_cmpstr (syncline_credentials_get_token (credentials), ==, "some-opaque-token");
  g_assert_null (syncline_credentials_get_user_id (credentials));
  g_assert_cmpint (syncline_credentials_get_expires_at (credentials), ==, 0);
}

static void
test_file (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *first = make_token (fixture, 1, 3600);
  g_autofree char *second = make_token (fixture, 2, 3600);
  g_autofree char *line = g_strconcat (first, "\n", NULL);
  g_autofree char *json = g_strdup_printf ("{\"access_token\":\"%s\",\"expires_in\":60}", second);

  g_assert_true (start (fixture, "token-file", fixture->path, NULL));
  assert_unavailable (fixture, fixture->path);
  write_token (fixture, line);
  assert_token (fixture, first);

  /* Refused: only another token helps. */
  refuse (fixture);
  assert_unavailable (fixture, "still holds it");
  write_token (fixture, json);
  assert_token (fixture, second);
  g_autofree char *user_id = fixture->auth->dup_user_id (fixture->self);
  g_assert_cmpstr (user_id, ==, "user-2");
  g_assert_cmpuint (syncline_test_host_get_n_auth_notices (fixture->host), ==, 1);
}

static void
test_bad_files (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const texts[] = { "",
                                       " \n",
                                       "two words",
                                       "{",
                                       "{}",
                                       "{\"token\":1}",
                                       "{\"token\":\"\"}",
                                       "{\"token\":\"a b\"}",
                                       "{\"token\":\"a\\nX-B: c\"}",
                                       "t\xc3\xb6ken",
                                       "tok\ten" };

  g_assert_true (start (fixture, "token-file", fixture->path, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      write_token (fixture, texts[i]);
      assert_unavailable (fixture, "token-file");
    }
}

/* A command that counts its runs in the file, and prints a token with the count. */
static void
test_command (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *command = g_strdup_printf ("sh -c 'echo x >> %s; echo token-$(wc -l < %s)'",
                                              fixture->path, fixture->path);

  g_assert_true (start (fixture, "token-command", command, NULL));
  g_assert_null (fixture->auth->dup_user_id (fixture->self));
  assert_token (fixture, "token-1");
  assert_token (fixture, "token-1");
  refuse (fixture);
  assert_token (fixture, "token-2");
}

static void
test_command_expiry (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *command = g_strdup_printf (
      "sh -c 'echo x >> %s; echo \"{\\\"token\\\":\\\"token-$(wc -l < %s)\\\",\\\"expires_in\\\":"
      "3600}\"'",
      fixture->path, fixture->path);
  g_autoptr (SynclineCredentials) credentials = NULL;

  g_assert_true (start (fixture, "token-command", command, NULL));
  assert_token (fixture, "token-1");
  syncline_test_host_advance (fixture->host, 50 * G_TIME_SPAN_MINUTE);
  assert_token (fixture, "token-1");
  /* Good for ten minutes is not good for fifteen. */
  credentials = get (fixture, 15 * G_TIME_SPAN_MINUTE, NULL);
  g_assert_cmpstr (syncline_credentials_get_token (credentials), ==, "token-2");
  /* Nobody can get a token for longer than there are any. */
  g_clear_pointer (&credentials, syncline_credentials_unref);
  credentials = get (fixture, 2 * G_TIME_SPAN_HOUR, NULL);
  g_assert_cmpstr (syncline_credentials_get_token (credentials), ==, "token-2");
}

static void
test_bad_commands (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const cases[][2] = {
    { "false", "status 1" },
    { "sh -c 'kill -TERM $$'", "signal 15" },
    { "true", "no token" },
    { "/nonexistent/command", "/nonexistent/command" },
    { "printf '%s' 'two words'", "more than one word" },
    { "head -c 100000 /dev/zero", "more than a token" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (start (fixture, "token-command", cases[i][0], NULL));
      assert_unavailable (fixture, cases[i][1]);
      g_clear_pointer (&fixture->test_plugin, syncline_test_plugin_free);
    }
}

static void
test_command_timeout (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  const SynclinePlugin *plugin = syncline_registry_find (NAME, NULL);

  fixture->auth = plugin->methods;
  syncline_config_set (config, NAME, "token-command", "sleep 60");
  syncline_config_set (config, NAME, "command-timeout", "100ms");
  fixture->test_plugin = syncline_test_plugin_new (plugin, config, fixture->host, NULL);
  fixture->self = syncline_test_plugin_get_self (fixture->test_plugin);
  assert_unavailable (fixture, "did not end");
}

static gpointer
cancel_thread (gpointer data)
{
  g_usleep (30 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static gpointer
get_thread (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (get (fixture, 0, &error));
  return NULL;
}

/* The one that runs the command, and another that waits for it. */
static void
test_cancel (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  for (guint waiting = 0; waiting < 2; waiting++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      GThread *runner = NULL;

      g_assert_true (start (fixture, "token-command", waiting ? "sleep 1" : "sleep 60", NULL));
      if (waiting)
        runner = g_thread_new ("get", get_thread, fixture);
      if (waiting)
        g_usleep (20 * 1000);
      GThread *canceller = g_thread_new ("cancel", cancel_thread, cancellable);
      const gint64 before = g_get_monotonic_time ();
      g_assert_null (fixture->auth->get_credentials (fixture->self, 0, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (g_get_monotonic_time () - before, <, 900 * G_TIME_SPAN_MILLISECOND);
      g_thread_join (canceller);
      if (runner != NULL)
        g_thread_join (runner);
      g_clear_pointer (&fixture->test_plugin, syncline_test_plugin_free);
    }
}

static void
test_config (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (start (fixture, NULL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
  g_clear_error (&error);
  g_assert_false (start (fixture, "token-command", "sh -c 'unclosed", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/static-auth/token", test_token);
  ADD ("/static-auth/opaque", test_opaque);
  ADD ("/static-auth/file", test_file);
  ADD ("/static-auth/bad-files", test_bad_files);
  ADD ("/static-auth/command/run", test_command);
  ADD ("/static-auth/command/expiry", test_command_expiry);
  ADD ("/static-auth/command/bad", test_bad_commands);
  ADD ("/static-auth/command/timeout", test_command_timeout);
  ADD ("/static-auth/command/cancel", test_cancel);
  ADD ("/static-auth/config", test_config);
  return g_test_run ();
}
