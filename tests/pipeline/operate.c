/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What people do before they sync: checking a deployment, and making its schema file. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <string.h>

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("\"%s\" is not in:\n%s", part, text);
}

static char *
check (Device *device, int *out_code)
{
  g_auto (GStrv) arguments = device_command (device, "check", NULL);

  return run_any (NULL, (const char *const *) arguments, out_code);
}

static void
test_check (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("check");
  int code;

  device_open (device);
  device_sign_in (device, user);
  device_close (device);
  g_autofree char *empty = check (device, &code);
  g_assert_cmpint (code, ==, 0);
  assert_contains (empty, "PostgREST takes it");
  assert_contains (empty, "the service takes it");
  assert_contains (empty,
                   "warn  sync-rules  powersync-download: they give this user 1 bucket with 0");

  g_free (server_sql ("INSERT INTO lists (user_id, name) VALUES ('%s', 'seen')", user->id));
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;
  for (;;)
    {
      g_autofree char *full = check (device, &code);
      g_assert_cmpint (code, ==, 0);
      if (strstr (full, "1 bucket with 1 operations") != NULL)
        return;
      if (!wait_before (deadline))
        g_error ("the row is not in:\n%s", full);
    }
}

/* Nobody is signed in; then a key that is not the project's. */
static void
test_check_faults (void)
{
  g_autoptr (Device) device = device_new ("check-faults");
  int code;

  g_autofree char *nobody = check (device, &code);
  g_assert_cmpint (code, ==, 4);
  assert_contains (nobody, "fail  session");
  assert_contains (nobody, "warn  token");

  device_configure (device, "postgrest-upload", "api-key", "no-key-of-this-project");
  g_autofree char *key = check (device, &code);
  g_assert_cmpint (code, ==, 4);
  assert_contains (key, "fail  api-key");
}

static void
test_check_schema (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("check-schema");
  g_autofree char *path = g_build_filename (device->directory, "other.conf", NULL);
  g_autoptr (GError) error = NULL;
  int code;

  g_file_set_contents (path, "[table todos]\nnope = text\n[table nowhere]\nx = text\n", -1, &error);
  g_assert_no_error (error);
  device_configure (device, "syncline", "schema", path);
  device_open (device);
  device_sign_in (device, user);
  device_close (device);
  g_autofree char *found = check (device, &code);
  g_assert_cmpint (code, ==, 6);
  assert_contains (found, "fail  table       postgrest-upload: todos: the server answers 400");
  assert_contains (found, "fail  table       postgrest-upload: nowhere: the server answers 404");
}

static void
test_schema_pull (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("schema-pull");
  g_autofree char *path = g_build_filename (device->directory, "pulled.conf", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  device_open (device);
  device_sign_in (device, user);
  device_close (device);
  device_configure (device, "syncline", "schema", path);
  g_auto (GStrv) pull = device_command (device, "schema", "pull", "lists", "todos", NULL);
  g_free (run_command (NULL, (const char *const *) pull));
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  assert_contains (text, "[table todos]\n");
  assert_contains (text, "tags = text[]\n");
  assert_contains (text, "estimate = numeric\n");
  assert_contains (text, "due_at = timestamptz\n");
  g_assert_null (strstr (text, "\nid = "));

  /* The same as the migrations say. */
  g_autofree char *migrations = pipeline_source_file ("supabase/migrations");
  g_auto (GStrv) diff = device_command (device, "schema", "diff", "--migrations", migrations, NULL);
  g_free (run_command (NULL, (const char *const *) diff));
  g_auto (GStrv) same = device_command (device, "schema", "diff", NULL);
  g_free (run_command (NULL, (const char *const *) same));
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/operate/check", test_check);
  g_test_add_func ("/operate/check-faults", test_check_faults);
  g_test_add_func ("/operate/check-schema", test_check_schema);
  g_test_add_func ("/operate/schema-pull", test_schema_pull);
  return pipeline_run ();
}
