/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* "syncline streams", offline and beside a process that syncs with a scripted service. */

#include "config.h"

#include <signal.h>
#include <string.h>

#include "support/stub-server.h"
#include "unit/cli-support.h"

#define DEADLINE (10 * G_TIME_SPAN_SECOND)
#define OFFLINE                                                                                    \
  "[syncline]\nstore = sqlite-store\nschema = schema.conf\nstreams = fixed\n"                      \
  "[sqlite-store]\npath = app.db\n"

static void
set_up (CliDirectory *directory, const char *config)
{
  cli_directory_init (directory);
  cli_directory_write (directory, "syncline.conf", config);
  cli_directory_write (directory, "schema.conf", "[table t]\nv = text\n");
  cli_directory_write (directory, "token", "a-token");
}

static void
subscribe (const CliDirectory *directory, const char *name, const char *parameters, const char *ttl)
{
  g_autofree char *given = g_strconcat ("--parameters=", parameters, NULL);
  g_autofree char *lasting = g_strconcat ("--ttl=", ttl, NULL);
  g_autoptr (CliRun) run = cli_run (directory, NULL, "streams", "subscribe", name, given, lasting,
                                    "--priority=1", NULL);

  cli_assert_code (run, 0);
}

/* What "streams list" says of the stream, or NULL. */
static json_object *
find_stream (const CliDirectory *directory, const char *name)
{
  g_autoptr (CliRun) run = cli_run (directory, NULL, "streams", "list", "--json", NULL);
  cli_assert_code (run, 0);
  g_autoptr (json_object) list = cli_run_parse_json (run);

  for (gsize i = 0; i < json_object_array_length (list); i++)
    {
      json_object *stream = json_object_array_get_idx (list, i);
      const char *found = json_object_get_string (json_object_object_get (stream, "name"));

      if (g_strcmp0 (found, name) == 0)
        return json_object_get (stream);
    }
  return NULL;
}

static gboolean
is_true (json_object *stream, const char *key)
{
  json_object *value = json_object_object_get (stream, key);

  g_assert_true (json_object_is_type (value, json_type_boolean));
  return json_object_get_boolean (value);
}

/* Microseconds from now until the subscription ends. */
static gint64
get_time_left (json_object *stream)
{
  const char *text = json_object_get_string (json_object_object_get (stream, "expires_at"));
  g_autoptr (GDateTime) end = g_date_time_new_from_iso8601 (text, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  g_assert_nonnull (end);
  return g_date_time_difference (end, now);
}

/* --- Offline ------------------------------------------------------------------------------------- */

static void
test_offline (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);

  subscribe (&directory, "lists", "{ \"id\": 1 }", "2h");
  g_autoptr (json_object) lists = find_stream (&directory, "lists");
  g_assert_nonnull (lists);
  g_assert_cmpint (json_object_get_int (json_object_object_get (lists, "priority")), ==, 1);
  json_object *parameters = json_object_object_get (lists, "parameters");
  g_assert_cmpint (json_object_get_int (json_object_object_get (parameters, "id")), ==, 1);
  g_assert_true (is_true (lists, "subscribed"));
  g_assert_false (is_true (lists, "active"));
  g_assert_false (is_true (lists, "default"));
  g_assert_null (json_object_object_get (lists, "last_synced_at"));
  g_assert_cmpint (get_time_left (lists), >, G_TIME_SPAN_HOUR);
  g_assert_cmpint (get_time_left (lists), <=, 2 * G_TIME_SPAN_HOUR);

  g_autoptr (CliRun) plain = cli_run (&directory, NULL, "streams", "list", NULL);
  cli_assert_code (plain, 0);
  cli_assert_contains (plain->out, "lists\t{\"id\":1}\t1\tyes\tno\tno\t2");

  /* Other parameters are another subscription. */
  g_autoptr (CliRun) other = cli_run (&directory, NULL, "streams", "unsubscribe", "lists", NULL);
  cli_assert_code (other, 0);
  g_autoptr (json_object) still = find_stream (&directory, "lists");
  g_assert_nonnull (still);
  g_autoptr (CliRun) ended
      = cli_run (&directory, NULL, "streams", "unsubscribe", "lists", "-p", "{\"id\":1}", NULL);
  cli_assert_code (ended, 0);
  g_assert_null (find_stream (&directory, "lists"));
}

static void
test_config (void)
{
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);

  g_autoptr (json_object) fixed = find_stream (&directory, "fixed");
  g_assert_nonnull (fixed);
  g_assert_true (is_true (fixed, "subscribed"));
  g_assert_null (json_object_object_get (fixed, "expires_at"));
  g_autoptr (CliRun) run = cli_run (&directory, NULL, "streams", "unsubscribe", "fixed", NULL);
  cli_assert_code (run, 9);
  cli_assert_contains (run->err, "[syncline]");
}

static void
test_wrong_words (void)
{
  static const char *const cases[][2] = {
    { "--ttl=soon", "ttl" },           { "--ttl=0s", "ttl" },
    { "--ttl=200000d", "ttl" },        { "--priority=-1", "priority" },
    { "--priority=4", "from 0 to 3" }, { "--parameters=[1]", "no JSON object" },
  };
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, OFFLINE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CliRun) run
          = cli_run (&directory, NULL, "streams", "subscribe", "lists", cases[i][0], NULL);

      cli_assert_code (run, 2);
      cli_assert_contains (run->err, cases[i][1]);
    }
  g_assert_null (find_stream (&directory, "lists"));
}

/* --- Beside a process that syncs ----------------------------------------------------------------- */

static GSubprocess *
spawn_run (const CliDirectory *directory)
{
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (directory);
  g_autoptr (GError) error = NULL;
  GSubprocess *process
      = g_subprocess_launcher_spawn (launcher, &error, cli_get_command (), "run", "-q", NULL);

  g_assert_no_error (error);
  return process;
}

static void
end (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
}

static void
expect_stream (StubServer *server)
{
  stub_server_on (server, "POST", "/sync/stream",
                  stub_answer_new_stream (200, "application/x-ndjson"));
}

/* Waits until the process asked for a stream, and gives what it asked for. */
static StubStream *
take_stream (StubServer *server, char **out_request)
{
  StubStream *stream = stub_server_wait_stream (server);
  const StubRequest *last
      = stub_server_get_request (server, stub_server_count_requests (server) - 1);

  g_assert_cmpstr (last->path, ==, "/sync/stream");
  *out_request = stub_request_dup_body (last);
  return stream;
}

static void
wait_until_active (const CliDirectory *directory, const char *name)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;

  for (;;)
    {
      g_autoptr (json_object) stream = find_stream (directory, name);

      if (stream != NULL && is_true (stream, "active")
          && json_object_object_get (stream, "last_synced_at") != NULL)
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
}

static char *
make_online_config (StubServer *server)
{
  return g_strdup_printf ("[syncline]\nstore = sqlite-store\ndownload = powersync-download\n"
                          "auth = static-auth\nschema = schema.conf\n"
                          "[sqlite-store]\npath = app.db\n[static-auth]\ntoken-file = token\n"
                          "[powersync-download]\nurl = %s\n",
                          stub_server_get_url (server));
}

/* What one command noted the process that starts after it asks for, and what the next ones note it goes by. */
static void
test_beside (void)
{
  g_autoptr (StubServer) server = stub_server_new ();
  g_autofree char *config = make_online_config (server);
  g_autofree char *first = NULL, *second = NULL, *third = NULL;
  g_auto (CliDirectory) directory = { NULL };
  set_up (&directory, config);

  subscribe (&directory, "early", "{}", "1h");
  expect_stream (server);
  g_autoptr (GSubprocess) process = spawn_run (&directory);
  take_stream (server, &first);
  cli_assert_contains (first, "{\"stream\":\"early\",\"parameters\":{},\"override_priority\":1}");
  g_assert_null (strstr (first, "\"lists\""));

  expect_stream (server);
  subscribe (&directory, "lists", "{\"id\":1}", "1h");
  StubStream *stream = take_stream (server, &second);
  cli_assert_contains (second,
                       "{\"stream\":\"lists\",\"parameters\":{\"id\":1},\"override_priority\":1}");
  stub_stream_send (
      stream,
      "{\"checkpoint\":{\"last_op_id\":\"0\",\"streams\":[{\"name\":\"lists\","
      "\"is_default\":false,\"errors\":[]}],\"buckets\":[{\"bucket\":\"b\","
      "\"checksum\":0,\"count\":0,\"priority\":3,\"subscriptions\":[{\"sub\":1}]}]}}\n"
      "{\"checkpoint_complete\":{\"last_op_id\":\"0\"}}\n",
      -1);
  wait_until_active (&directory, "lists");

  expect_stream (server);
  g_autoptr (CliRun) run
      = cli_run (&directory, NULL, "streams", "unsubscribe", "lists", "-p", "{\"id\":1}", NULL);
  cli_assert_code (run, 0);
  take_stream (server, &third);
  g_assert_null (strstr (third, "\"lists\""));
  cli_assert_contains (third, "\"early\"");
  end (process);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/streams/offline", test_offline);
  g_test_add_func ("/cli/streams/config", test_config);
  g_test_add_func ("/cli/streams/wrong-words", test_wrong_words);
  g_test_add_func ("/cli/streams/beside", test_beside);
  return g_test_run ();
}
