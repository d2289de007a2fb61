/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* How "syncline sync" says how it gets on. */

#include "config.h"

#include "cli/progress.h"
#include "support/stub-server.h"
#include "unit/cli-support.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC

static void
assert_bar (gint64 done, gint64 total, gint64 received, gint64 elapsed, const char *expected)
{
  g_autofree char *text = cli_progress_describe (done, total, 0, received, elapsed);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_bar (void)
{
  assert_bar (0, 1000, 0, 0, "download [                              ]   0%  0/1000");
  assert_bar (500, 1000, 500, SECOND / 2,
              "download [###############               ]  50%  500/1000");
  assert_bar (1000, 1000, 0, 0, "download [##############################] 100%  1000/1000");
  assert_bar (0, 0, 0, 0, "download [##############################] 100%  0/0");
}

static void
test_rate_and_time_left (void)
{
  assert_bar (500, 1000, 500, 5 * SECOND,
              "download [###############               ]  50%  500/1000  100/s  0:05 left");
  /* What an earlier run received says nothing of how fast this one is. */
  assert_bar (900, 1000, 100, 100 * SECOND,
              "download [###########################   ]  90%  900/1000  1/s  1:40 left");
  assert_bar (1000, 1000000, 1000, 10 * SECOND,
              "download [                              ]   0%  1000/1000000  100/s  2:46:30 left");
  /* Nothing came yet: nothing to go by. */
  assert_bar (900, 1000, 0, 100 * SECOND,
              "download [###########################   ]  90%  900/1000");
}

static void
test_bytes (void)
{
  g_autofree char *size = g_format_size (1500000);
  g_autofree char *expected = g_strdup_printf (
      "download [###############               ]  50%%  500/1000  %s  100/s  0:05 left", size);
  g_autofree char *text = cli_progress_describe (500, 1000, 1500000, 500, 5 * SECOND);

  g_assert_cmpstr (text, ==, expected);
}

/* --- The command --------------------------------------------------------------------------------- */

#define LINES                                                                                      \
  "{\"checkpoint\":{\"last_op_id\":\"1\",\"write_checkpoint\":\"1\",\"buckets\":[{\"bucket\":"     \
  "\"b\",\"checksum\":7,"                                                                          \
  "\"count\":1}]}}\n"                                                                              \
  "{\"data\":{\"bucket\":\"b\",\"data\":[{\"op_id\":\"1\",\"op\":\"PUT\",\"object_type\":\"t\","   \
  "\"object_id\":\"a\",\"data\":\"{}\",\"checksum\":7}]}}\n"                                       \
  "{\"checkpoint_complete\":{\"last_op_id\":\"1\"}}\n"

static void
set_up (CliDirectory *directory, StubServer *server)
{
  g_autofree char *config = g_strdup_printf (
      "[syncline]\nstore = sqlite-store\ndownload = powersync-download\nauth = static-auth\n"
      "schema = schema.conf\n[sqlite-store]\npath = app.db\n[static-auth]\ntoken-file = token\n"
      "[powersync-download]\nurl = %s\n",
      stub_server_get_url (server));

  cli_directory_init (directory);
  cli_directory_write (directory, "syncline.conf", config);
  cli_directory_write (directory, "schema.conf", "[table t]\nv = text\n");
  cli_directory_write (directory, "token", "a-token");
}

static void
test_bytes_of_a_sync (void)
{
  g_autoptr (StubServer) server = stub_server_new ();
  g_auto (CliDirectory) directory = { NULL };
  g_autoptr (GError) error = NULL;
  set_up (&directory, server);

  stub_server_on (server, "POST", "/sync/stream",
                  stub_answer_new_stream (200, "application/x-ndjson"));
  /* As an older service: it gives the number of the write checkpoint itself. */
  stub_server_on (server, "POST", "/sync/checkpoint-request", stub_answer_new (404, NULL, NULL));
  stub_server_on (
      server, "GET", "/write-checkpoint2.json",
      stub_answer_new (200, "application/json", "{\"data\":{\"write_checkpoint\":\"1\"}}"));
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (&directory);
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawn (
      launcher, &error, cli_get_command (), "sync", "--json", "--timeout=10s", NULL);
  g_assert_no_error (error);
  stub_stream_send (stub_server_wait_stream (server), LINES, -1);
  g_autoptr (CliRun) run = g_new0 (CliRun, 1);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &run->out, &run->err, &error);
  g_assert_no_error (error);
  run->code = g_subprocess_get_exit_status (process);

  cli_assert_code (run, 0);
  g_autoptr (json_object) summary = cli_run_parse_json (run);
  g_assert_cmpint (json_object_get_int64 (json_object_object_get (summary, "wire_bytes")), ==,
                   (gint64) strlen (LINES));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-progress/bar", test_bar);
  g_test_add_func ("/cli-progress/rate-and-time-left", test_rate_and_time_left);
  g_test_add_func ("/cli-progress/bytes", test_bytes);
  g_test_add_func ("/cli-progress/bytes-of-a-sync", test_bytes_of_a_sync);
  return g_test_run ();
}
