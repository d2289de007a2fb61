/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The command at its most talkative, through good days and bad ones: nothing that it prints, and nothing that a
 * crash leaves behind, holds a secret that it used. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <signal.h>
#include <string.h>

#define WRONG_PASSWORD "the-wrong-pass-word-4711"
#define WRONG_KEY "no-key-of-this-project-0815"

typedef struct
{
  Device *device;
  GPtrArray *secrets; /* all that were used, under their names */
  GString *logs;
} Run;

static void
add_secret (Run *run, const char *secret)
{
  g_assert_nonnull (secret);
  g_assert_cmpuint (strlen (secret), >=, 8);
  g_ptr_array_add (run->secrets, g_strdup (secret));
}

/* The tokens of the session as it is now. */
static void
add_tokens (Run *run)
{
  g_autofree char *path = g_build_filename (run->device->directory, "syncline-session", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const names[] = { "access_token", "refresh_token" };

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  json_object *session = json_tokener_parse (text);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      json_object *token = NULL;
      g_assert_true (json_object_object_get_ex (session, names[i], &token));
      add_secret (run, json_object_get_string (token));
    }
  json_object_put (session);
}

static char *
write_password (Run *run, const char *name, const char *password)
{
  char *path = g_build_filename (run->device->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, password, -1, &error);
  g_assert_no_error (error);
  return path;
}

static GSubprocess *
start (Run *run, const char *log, char **command)
{
  g_autofree char *path = g_build_filename (run->device->directory, log, NULL);

  return spawn_command (path, (const char *const *) command);
}

static void
take_log (Run *run, const char *log, const char *wanted)
{
  g_autofree char *path = g_build_filename (run->device->directory, log, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  /* A log that says nothing would prove nothing. */
  if (strstr (text, wanted) == NULL)
    g_error ("\"%s\" is not in %s:\n%s", wanted, log, text);
  g_string_append (run->logs, text);
}

static void
log_in (Run *run, const char *log, User *user, const char *password_file, const char *wanted)
{
  g_auto (GStrv) command = device_command (run->device, "login", "-vv", "--email", user->email,
                                           "--password-file", password_file, NULL);
  g_autoptr (GSubprocess) process = start (run, log, command);

  g_subprocess_wait (process, NULL, NULL);
  take_log (run, log, wanted);
}

/* Syncs what is queued, then stops. */
static void
sync_once (Run *run, const char *log, const char *format, const char *wanted)
{
  g_auto (GStrv) command = device_command (run->device, "run", "-vv", "--log", format, NULL);
  g_autofree char *path = g_build_filename (run->device->directory, log, NULL);
  g_autoptr (GSubprocess) process = start (run, log, command);
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;

  for (;;)
    {
      g_autofree char *text = NULL;
      if (g_file_get_contents (path, &text, NULL, NULL) && strstr (text, wanted) != NULL)
        break;
      if (!wait_before (deadline))
        g_error ("\"%s\" never came in %s:\n%s", wanted, log, text);
    }
  end_command (process);
  take_log (run, log, wanted);
}

static void
write_row (Run *run, const char *sql)
{
  g_auto (GStrv) command = device_command (run->device, "sql", "-q", sql, NULL);

  g_free (run_command (NULL, (const char *const *) command));
}

/* What a crash in mid-sync leaves in the working directory. */
static void
crash (Run *run)
{
  g_autofree char *script
      = g_strdup_printf ("ulimit -c unlimited; cd '%s'; exec \"$@\"", run->device->directory);
  g_auto (GStrv) command = device_command (run->device, "run", "-vv", NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autofree char *log = g_build_filename (run->device->directory, "crash.log", NULL);
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;

  g_ptr_array_add (words, (gpointer) "sh");
  g_ptr_array_add (words, (gpointer) "-c");
  g_ptr_array_add (words, script);
  g_ptr_array_add (words, (gpointer) "sh");
  for (guint i = 0; command[i] != NULL; i++)
    g_ptr_array_add (words, command[i]);
  g_ptr_array_add (words, NULL);
  g_autoptr (GSubprocess) process = spawn_command (log, (const char *const *) words->pdata);
  for (;;)
    {
      g_autofree char *text = NULL;
      if (g_file_get_contents (log, &text, NULL, NULL) && strstr (text, "download: works") != NULL)
        break;
      if (!wait_before (deadline))
        g_error ("the sync did not begin:\n%s", text);
    }
  g_subprocess_send_signal (process, SIGQUIT);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (process));
  take_log (run, "crash.log", "download");
}

static gboolean
holds (const char *data, gsize length, const char *secret)
{
  return memmem (data, length, secret, strlen (secret)) != NULL;
}

/* Core dumps, and whatever else is not meant to hold them. */
static void
assert_files_are_clean (Run *run)
{
  g_autoptr (GDir) dir = g_dir_open (run->device->directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (run->device->directory, name, NULL);
      g_autofree char *data = NULL;
      gsize length = 0;

      if (g_str_has_prefix (name, "syncline-session") || g_str_has_suffix (name, ".password")
          || g_str_equal (name, "syncline.conf"))
        continue;
      if (!g_file_get_contents (path, &data, &length, NULL))
        continue;
      for (guint i = 0; i < run->secrets->len; i++)
        if (holds (data, length, g_ptr_array_index (run->secrets, i)))
          g_error ("%s holds secret number %u", name, i);
    }
}

static void
test_nothing_leaks (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("secrets");
  g_autoptr (GPtrArray) secrets = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) logs = g_string_new (NULL);
  Run run = { device, secrets, logs };
  g_autofree char *right = write_password (&run, "right.password", user->password);
  g_autofree char *wrong = write_password (&run, "wrong.password", WRONG_PASSWORD);

  add_secret (&run, user->password);
  add_secret (&run, WRONG_PASSWORD);
  add_secret (&run, g_getenv ("SUPABASE_ANON_KEY"));
  log_in (&run, "wrong.log", user, wrong, "/auth/v1/token");
  log_in (&run, "right.log", user, right, "/auth/v1/token");
  add_tokens (&run);

  write_row (&run, "INSERT INTO lists (name) VALUES ('kept')");
  write_row (&run, "INSERT INTO lists (name) VALUES ('')"); /* which the server refuses */
  sync_once (&run, "text.log", "text", "was refused");
  write_row (&run, "INSERT INTO lists (name) VALUES ('more')");
  sync_once (&run, "json.log", "json", "/rest/v1/lists: 201");

  device_configure (device, "postgrest-upload", "api-key", WRONG_KEY);
  add_secret (&run, WRONG_KEY);
  write_row (&run, "INSERT INTO lists (name) VALUES ('with a wrong key')");
  sync_once (&run, "key.log", "text", "/rest/v1/lists: 401");
  crash (&run);
  add_tokens (&run);

  for (guint i = 0; i < secrets->len; i++)
    if (holds (logs->str, logs->len, g_ptr_array_index (secrets, i)))
      g_error ("the logs hold secret number %u", i);
  g_assert_false (g_regex_match_simple ("(authorization|apikey)\\s*[:=]\\s*(?!\\[redacted)\\S",
                                        logs->str, G_REGEX_CASELESS, 0));
  assert_files_are_clean (&run);
  /* Each request can be found in the server's log. */
  g_assert_true (
      g_regex_match_simple ("/rest/v1/lists: 201, request [0-9a-f-]{36}", logs->str, 0, 0));
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/secrets/nothing-leaks", test_nothing_leaks);
  return pipeline_run ();
}
