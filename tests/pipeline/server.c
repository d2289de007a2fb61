/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "pipeline/pipeline.h"

#include <string.h>

/* --- The API ----------------------------------------------------------------------------------- */

/* curl reads what to do from its standard input, so that no token is on a command line. */
static char *
request (const char *method,
         const char *path,
         const char *key,
         const char *token,
         const char *body,
         guint *out_status)
{
  const char *arguments[] = { "curl", "-sS", "-K", "-", NULL };
  g_autofree char *quoted = g_strescape (body != NULL ? body : "", NULL);
  g_autoptr (GString) orders = g_string_new (NULL);

  g_string_append_printf (orders, "url = \"%s%s\"\n", g_getenv ("SUPABASE_URL"), path);
  g_string_append_printf (orders, "request = %s\n", method);
  g_string_append_printf (orders, "header = \"apikey: %s\"\n", key);
  g_string_append_printf (orders, "header = \"Authorization: Bearer %s\"\n", token);
  g_string_append (orders, "header = \"Content-Type: application/json\"\n");
  g_string_append (orders, "header = \"Prefer: return=representation\"\n");
  if (body != NULL)
    g_string_append_printf (orders, "data-raw = \"%s\"\n", quoted);
  g_string_append (orders, "write-out = \"\\n%{http_code}\"\n");

  g_autofree char *output = run_command (orders->str, arguments);
  char *status = strrchr (output, '\n');
  g_assert_nonnull (status);
  *status++ = '\0';
  *out_status = (guint) g_ascii_strtoull (status, NULL, 10);
  return g_steal_pointer (&output);
}

json_object *
rest (User *user, const char *method, const char *path, const char *body, guint *status)
{
  const char *service_key = g_getenv ("SUPABASE_SERVICE_ROLE_KEY");
  g_autofree char *full = g_strdup_printf ("/rest/v1/%s", path);
  g_autofree char *answer
      = request (method, full, user != NULL ? g_getenv ("SUPABASE_ANON_KEY") : service_key,
                 user != NULL ? user->token : service_key, body, status);

  return json_tokener_parse (answer);
}

void
assert_rest (User *user, const char *path, const char *expected)
{
  guint status = 0;
  json_object *answer = rest (user, "GET", path, NULL, &status);
  json_object *wanted = json_tokener_parse (expected);

  g_assert_cmpuint (status, ==, 200);
  g_assert_nonnull (wanted);
  if (!json_object_equal (answer, wanted))
    g_error ("%s is %s, not %s", path, json_object_to_json_string (answer), expected);
  json_object_put (answer);
  json_object_put (wanted);
}

static char *
get_string (json_object *object, const char *key)
{
  const char *text = json_object_get_string (json_object_object_get (object, key));

  g_assert_nonnull (text);
  return g_strdup (text);
}

User *
user_new (void)
{
  const char *anon_key = g_getenv ("SUPABASE_ANON_KEY");
  g_autofree char *uuid = g_uuid_string_random ();
  User *user = g_new0 (User, 1);
  guint status = 0;

  user->email = g_strdup_printf ("%s@example.org", uuid);
  user->password = g_strdup_printf ("pass-%s", uuid);
  g_autofree char *body
      = g_strdup_printf ("{\"email\":\"%s\",\"password\":\"%s\"}", user->email, user->password);
  g_autofree char *answer = request ("POST", "/auth/v1/signup", anon_key, anon_key, body, &status);
  if (status != 200)
    g_error ("signing up failed with %u: %s", status, answer);

  json_object *session = json_tokener_parse (answer);
  user->token = get_string (session, "access_token");
  user->id = get_string (json_object_object_get (session, "user"), "id");
  json_object_put (session);
  return user;
}

void
user_free (User *user)
{
  g_free (user->email);
  g_free (user->password);
  g_free (user->id);
  g_free (user->token);
  g_free (user);
}

/* --- The database ------------------------------------------------------------------------------ */

/* The newest psql itself: what is in the PATH is a script that takes longer to start. */
static const char *
find_psql (void)
{
  static char *psql;
  const char *versions = "/usr/lib/postgresql";
  g_autoptr (GDir) directory = NULL;
  const char *name;

  if (psql != NULL)
    return psql;
  if ((directory = g_dir_open (versions, 0, NULL)) != NULL)
    while ((name = g_dir_read_name (directory)) != NULL)
      {
        g_autofree char *path = g_build_filename (versions, name, "bin", "psql", NULL);
        if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) && g_strcmp0 (path, psql) > 0)
          {
            g_free (psql);
            psql = g_steal_pointer (&path);
          }
      }
  if (psql == NULL)
    psql = g_strdup ("psql");
  return psql;
}

static char *
run_sql (const char *sql)
{
  const char *arguments[]
      = { find_psql (), "-XAtq", "-v", "ON_ERROR_STOP=1", g_getenv ("DATABASE_URL"), NULL };

  return run_command (sql, arguments);
}

char *
server_sql (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  return run_sql (sql);
}

void
assert_server (const char *expected, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *found = run_sql (sql);
  g_assert_cmpstr (found, ==, expected);
}

void
wait_server (const char *expected, const char *format, ...)
{
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  for (;;)
    {
      g_autofree char *found = run_sql (sql);
      if (g_strcmp0 (found, expected) == 0)
        return;
      if (!wait_before (deadline))
        g_error ("the server has \"%s\", not \"%s\", for: %s", found, expected, sql);
    }
}
