/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Sessions: none, one that ends, one whose token expires. The tokens of this program's stack live for
 * a few seconds only. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <string.h>

/* Signed out, nothing leaves the queue; the next sign-in of the same user sends it. */
static void
test_signed_out (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("out", user);
  g_autoptr (GError) error = NULL;

  device_execute (device, "INSERT INTO lists(name) VALUES ('Before')");
  wait_until_synced (device);
  syncline_client_sign_out (device->client, FALSE, NULL, &error);
  g_assert_no_error (error);
  wait_download_state (device, SYNCLINE_STATE_NO_SESSION);

  device_execute (device, "INSERT INTO lists(name) VALUES ('While out')");
  device_execute (device, "UPDATE lists SET color = 'red'");
  wait_upload_state (device, SYNCLINE_STATE_NO_SESSION);
  g_assert_cmpuint (device_count_queued (device), ==, 3);
  g_assert_false (syncline_client_wait_until_synced (device->client, PATIENCE, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION);
  assert_device (device, "Before|red\nWhile out|red",
                 "SELECT name, color FROM lists ORDER BY name");
  assert_server ("Before|", "SELECT name, color FROM lists WHERE user_id = '%s'", user->id);

  device_sign_in (device, user);
  wait_until_synced (device);
  assert_server ("Before|red\nWhile out|red",
                 "SELECT name, color FROM lists WHERE user_id = '%s' ORDER BY name", user->id);
}

/* The session outlives the program: no second sign-in. */
static void
test_session_is_kept (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("kept");

  device_open (device);
  device_sign_in (device, user);
  device_close (device);
  device_open (device);
  g_autoptr (GVariant) known = syncline_client_dup_user (device->client);
  const char *id = NULL;
  g_assert_nonnull (known);
  g_assert_true (g_variant_lookup (known, "id", "&s", &id));
  g_assert_cmpstr (id, ==, user->id);
  device_start (device);
  device_execute (device, "INSERT INTO lists(name) VALUES ('Later')");
  wait_until_synced (device);
  assert_server ("Later", "SELECT name FROM lists WHERE user_id = '%s'", user->id);
}

/* Writes and reads go on while token after token expires. With no margin each is used to its end. */
static void
work_through_expiries (const char *margin)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("expiry");
  g_autoptr (Device) other = device_new ("other");
  const gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  int n = 0;

  device_configure (device, "syncline", "credentials-margin", margin);
  device_configure (other, "syncline", "credentials-margin", margin);
  device_open (device);
  device_open (other);
  device_sign_in (device, user);
  device_sign_in (other, user);
  device_start (device);
  device_start (other);
  while (g_get_monotonic_time () < end)
    {
      g_autofree char *expected = g_strdup_printf ("%d", ++n);
      device_execute (device, "INSERT INTO lists(name) VALUES ('List %d')", n);
      wait_device (other, expected, "SELECT count(*) FROM lists");
    }
  g_test_message ("margin %s: %d rows went over in 5 s, one after the other", margin, n);
  wait_until_synced (device);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "");
}

static void
test_expiry_with_margin (void)
{
  work_through_expiries ("1s");
}

static void
test_expiry_without_margin (void)
{
  work_through_expiries ("0s");
}

/* A device that comes back after its token expired. */
static void
test_expired_while_closed (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new_running ("closed", user);

  device_execute (device, "INSERT INTO lists(name) VALUES ('Before')");
  wait_until_synced (device);
  device_close (device);
  const gint64 end = g_get_monotonic_time () + 3 * G_TIME_SPAN_SECOND;
  while (wait_before (end))
    ;
  device_open (device);
  device_execute (device, "INSERT INTO lists(name) VALUES ('After')");
  device_start (device);
  wait_until_synced (device);
  assert_server ("After\nBefore", "SELECT name FROM lists WHERE user_id = '%s' ORDER BY name",
                 user->id);
}

/* Spoils the kept access token, so that it looks good here and both servers refuse it. */
static void
spoil_token (Device *device)
{
  g_autofree char *path = g_build_filename (device->directory, "syncline-session", NULL);
  g_autoptr (GError) error = NULL;
  json_object *session = json_object_from_file (path);

  g_assert_nonnull (session);
  const char *token = json_object_get_string (json_object_object_get (session, "access_token"));
  g_autofree char *spoilt = g_strdup_printf ("%.*s-spoilt", (int) strlen (token) - 10, token);
  json_object_object_add (session, "access_token", json_object_new_string (spoilt));
  const char *text = json_object_to_json_string (session);
  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  json_object_put (session);
}

/* A token that the servers refuse before its time: it is refreshed, once, and work goes on. */
static void
test_refused_token (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("refused");

  device_configure (device, "syncline", "credentials-margin", "0s");
  device_open (device);
  device_sign_in (device, user);
  device_close (device);
  spoil_token (device);
  device_open (device);
  device_execute (device, "INSERT INTO lists(name) VALUES ('Up')");
  device_start (device);
  wait_until_synced (device);
  assert_server ("Up", "SELECT name FROM lists WHERE user_id = '%s'", user->id);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "");
}

/* A wrong password is told as such, and changes nothing. */
static void
test_wrong_password (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("wrong");
  g_autoptr (GError) error = NULL;
  GVariantDict parameters;

  device_open (device);
  g_variant_dict_init (&parameters, NULL);
  g_variant_dict_insert (&parameters, "email", "s", user->email);
  g_variant_dict_insert (&parameters, "password", "s", "not this one");
  g_assert_false (
      syncline_client_sign_in (device->client, g_variant_dict_end (&parameters), NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED);
  g_test_message ("%s", error->message);
  g_assert_null (g_strrstr (error->message, "not this one"));
  g_assert_null (syncline_client_dup_user (device->client));
}

/* Signing up through the client signs in, too. */
static void
test_sign_up (void)
{
  g_autoptr (Device) device = device_new ("up");
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *email = g_strdup_printf ("%s@example.org", uuid);
  gboolean session = FALSE;
  GVariantDict parameters;

  device_open (device);
  device_start (device);
  device_execute (device, "INSERT INTO lists(name) VALUES ('First')");
  g_variant_dict_init (&parameters, NULL);
  g_variant_dict_insert (&parameters, "email", "s", email);
  g_variant_dict_insert (&parameters, "password", "s", uuid);
  syncline_client_sign_up (device->client, g_variant_dict_end (&parameters), &session, NULL,
                           &error);
  g_assert_no_error (error);
  g_assert_true (session);
  wait_until_synced (device);
  assert_server ("First",
                 "SELECT name FROM lists WHERE user_id = (SELECT id FROM auth.users WHERE email = "
                 "'%s')",
                 email);
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_setenv ("SYNCLINE_STACK_JWT_EXPIRY", "2", TRUE);
  stack_start_own ("session", NULL);
  g_test_add_func ("/session/signed-out", test_signed_out);
  g_test_add_func ("/session/kept", test_session_is_kept);
  g_test_add_func ("/session/expiry-with-margin", test_expiry_with_margin);
  g_test_add_func ("/session/expiry-without-margin", test_expiry_without_margin);
  g_test_add_func ("/session/expired-while-closed", test_expired_while_closed);
  g_test_add_func ("/session/refused-token", test_refused_token);
  g_test_add_func ("/session/wrong-password", test_wrong_password);
  g_test_add_func ("/session/sign-up", test_sign_up);
  return pipeline_run ();
}
