/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "supabase-auth-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-c/json.h>
#include <string.h>
#include <syncline/registry.h>
#include <unistd.h>

void
instance_start_at (
    Instance *instance, Fixture *fixture, const char *url, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  const SynclinePlugin *plugin = syncline_registry_find ("supabase-auth", &error);

  g_assert_no_error (error);
  fixture->auth = plugin->methods;
  syncline_config_set (config, "supabase-auth", "url", url);
  syncline_config_set (config, "supabase-auth", "api-key", "sb_publishable_of_the_test");
  syncline_config_set (config, "supabase-auth", "session-file", fixture->path);
  if (key != NULL)
    syncline_config_set (config, "supabase-auth", key, value);

  instance->host = syncline_test_host_new ("supabase-auth", NULL, 0);
  instance->test_plugin = syncline_test_plugin_new (plugin, config, instance->host, &error);
  g_assert_no_error (error);
  instance->self = syncline_test_plugin_get_self (instance->test_plugin);
}

void
instance_start (Instance *instance, Fixture *fixture, const char *key, const char *value)
{
  instance_start_at (instance, fixture, stub_server_get_url (fixture->server), key, value);
}

void
instance_stop (Instance *instance)
{
  if (instance->host == NULL)
    return;
  syncline_test_plugin_free (instance->test_plugin);
  syncline_test_host_free (instance->host);
  *instance = (Instance){ 0 };
}

void
fixture_set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->server = stub_server_new ();
  fixture->directory = g_dir_make_tmp ("syncline-auth-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->directory, "session", NULL);
  instance_start (&fixture->main, fixture, NULL, NULL);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GDir) directory = g_dir_open (fixture->directory, 0, NULL);
  const char *name;

  instance_stop (&fixture->main);
  g_assert_cmpuint (stub_server_count_unexpected (fixture->server), ==, 0);
  g_assert_cmpuint (stub_server_count_pending (fixture->server), ==, 0);
  stub_server_free (fixture->server);

  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->directory, name, NULL);
      /* Nothing half-written may stay behind. */
      g_assert_false (g_str_has_suffix (name, ".new"));
      g_remove (path);
    }
  g_rmdir (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->path);
}

/* --- Sessions -------------------------------------------------------------------------------- */

static char *
base64url (const char *text)
{
  char *encoded = g_base64_encode ((const guint8 *) text, strlen (text));

  g_strdelimit (encoded, "+", '-');
  g_strdelimit (encoded, "/", '_');
  encoded[strcspn (encoded, "=")] = '\0';
  return encoded;
}

char *
make_access_token (const char *user, guint n, guint expires_in)
{
  const gint64 issued_at = 1700000000;
  g_autofree char *payload
      = g_strdup_printf ("{\"sub\":\"%s\",\"iat\":%" G_GINT64_FORMAT ",\"exp\":%" G_GINT64_FORMAT
                         ",\"role\":\"authenticated\",\"session_id\":\"s\",\"jti\":%u}",
                         user, issued_at, issued_at + expires_in, n);
  g_autofree char *head = base64url ("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
  g_autofree char *body = base64url (payload);
  g_autofree char *signature = base64url ("not a signature, but 32 bytes long");

  return g_strconcat (head, ".", body, ".", signature, NULL);
}

char *
make_session (const char *user, guint n, guint expires_in)
{
  g_autofree char *token = make_access_token (user, n, expires_in);

  return g_strdup_printf ("{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":%u,"
                          "\"refresh_token\":\"refresh-token-%u\",\"user\":{\"id\":\"%s\","
                          "\"email\":\"me@example.org\",\"is_anonymous\":false,"
                          "\"app_metadata\":{\"provider\":\"email\"},\"phone\":null}}",
                          token, expires_in, n, user);
}

void
push_session (Fixture *fixture, const char *user, guint n, guint expires_in)
{
  g_autofree char *session = make_session (user, n, expires_in);

  stub_server_push_json (fixture->server, 200, session);
}

GVariant *
make_password (void)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "email", "s", "me@example.org");
  g_variant_dict_insert (&dict, "password", "s", "correct horse");
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

void
sign_in (Fixture *fixture)
{
  g_autoptr (GVariant) parameters = make_password ();
  g_autoptr (GError) error = NULL;

  push_session (fixture, USER, 1, 3600);
  g_assert_true (fixture->auth->sign_in (fixture->main.self, parameters, NULL, &error));
  g_assert_no_error (error);
}

/* --- Assertions ------------------------------------------------------------------------------ */

void
assert_token (Fixture *fixture, Instance *instance, gint64 min_validity, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = make_access_token (USER, n, 3600);
  g_autoptr (SynclineCredentials) credentials
      = fixture->auth->get_credentials (instance->self, min_validity, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (syncline_credentials_get_token (credentials), ==, expected);
  g_assert_cmpstr (syncline_credentials_get_user_id (credentials), ==, USER);
}

void
assert_no_token (Fixture *fixture, Instance *instance, gint64 min_validity, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineCredentials) credentials
      = fixture->auth->get_credentials (instance->self, min_validity, NULL, &error);

  g_assert_null (credentials);
  g_test_message ("%s", error->message);
  g_assert_error (error, SYNCLINE_ERROR, code);
  g_assert_null (strstr (error->message, "refresh-token"));
  g_assert_null (strstr (error->message, "sb_publishable"));
}

void
assert_request (Fixture *fixture,
                guint index,
                const char *method_and_target,
                const char *member,
                const char *value)
{
  const StubRequest *request = stub_server_get_request (fixture->server, index);
  g_autofree char *seen
      = g_strdup_printf ("%s %s%s%s", request->method, request->path,
                         request->query != NULL ? "?" : "", request->query ? request->query : "");

  g_assert_cmpstr (seen, ==, method_and_target);
  g_assert_cmpstr (stub_request_get_header (request, "apikey"), ==, "sb_publishable_of_the_test");
  if (member == NULL)
    return;

  g_autofree char *text = stub_request_dup_body (request);
  json_object *body = json_tokener_parse (text);
  json_object *found = NULL;
  g_assert_nonnull (body);
  json_object_object_get_ex (body, member, &found);
  g_assert_cmpstr (json_object_get_string (found), ==, value);
  json_object_put (body);
}

gboolean
session_file_exists (Fixture *fixture)
{
  return g_file_test (fixture->path, G_FILE_TEST_EXISTS);
}

GBytes *
read_session_file (Fixture *fixture)
{
  char *data = NULL;
  gsize length = 0;

  if (!g_file_get_contents (fixture->path, &data, &length, NULL))
    return g_bytes_new_static ("", 0);
  return g_bytes_new_take (data, length);
}

/* In place and without waiting for the disk, unlike what GLib offers. */
void
write_session_file (Fixture *fixture, const void *data, gsize length)
{
  const int fd = g_open (fixture->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, length), ==, (gssize) length);
  g_assert_cmpint (close (fd), ==, 0);
}
