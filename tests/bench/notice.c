/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* notice DIRECTORY: how long after a line went out at the service's end an idle host hears of the change. */

#include "config.h"

#include <stdio.h>
#include <syncline/syncline.h>

#include "rows.h"
#include "support/stub-server.h"

#define N_ROWS 1000
#define N_CHANGES 51
#define PAUSE (20 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  StubStream *stream;
  guint32 checksum;
  guint n_notices;
} Bench;

static void
check (gboolean ok, GError *error)
{
  if (!ok)
    g_error ("%s", error != NULL ? error->message : "it failed");
}

static SynclineClient *
make_client (const char *directory, const char *url)
{
  g_autofree char *schema = g_build_filename (directory, "schema.conf", NULL);
  g_autofree char *database = g_build_filename (directory, "app.db", NULL);
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  GError *error = NULL;

  check (g_file_set_contents (schema, BENCH_SCHEMA, -1, &error), error);
  syncline_config_set (config, "syncline", "store", "sqlite-store");
  syncline_config_set (config, "syncline", "download", "powersync-download");
  syncline_config_set (config, "syncline", "auth", "static-auth");
  syncline_config_set (config, "syncline", "schema", schema);
  syncline_config_set (config, "sqlite-store", "path", database);
  syncline_config_set (config, "static-auth", "token", "bench");
  syncline_config_set (config, "powersync-download", "url", url);
  SynclineClient *client = syncline_client_new (config, &error);
  check (client != NULL, error);
  check (syncline_client_open (client, NULL, &error), error);
  return client;
}

static void
append_row (GString *text, guint64 op, guint64 number)
{
  BenchRow row;

  bench_row_make (number, &row);
  g_string_append_printf (text,
                          "{\"op_id\":\"%" G_GUINT64_FORMAT
                          "\",\"op\":\"PUT\",\"object_type\":\"" BENCH_TYPE
                          "\",\"object_id\":\"%s\",\"checksum\":%u,\"data\":\"",
                          op, row.id, bench_row_checksum (op));
  g_snprintf (row.description, sizeof row.description, "Changed by %" G_GUINT64_FORMAT, op);
  bench_row_append (&row, text);
  g_string_append (text, "\"}");
}

/* All that the service says of it, in one piece, as it comes from a network. */
static void
send_rows (Bench *bench, const char *checkpoint, guint64 first_op, guint n_rows)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const guint64 last_op = first_op + n_rows - 1;

  for (guint i = 0; i < n_rows; i++)
    bench->checksum += bench_row_checksum (first_op + i);
  g_string_printf (text,
                   "{\"%s\":{\"last_op_id\":\"%" G_GUINT64_FORMAT
                   "\",\"removed_buckets\":[],\"%s\":[{\"bucket\":\"" BENCH_BUCKET
                   "\",\"checksum\":%u,\"count\":%" G_GUINT64_FORMAT "}]}}\n{\"data\":{\"bucket\":"
                   "\"" BENCH_BUCKET "\",\"data\":[",
                   checkpoint, last_op,
                   g_str_equal (checkpoint, "checkpoint") ? "buckets" : "updated_buckets",
                   bench->checksum, last_op);
  for (guint i = 0; i < n_rows; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      append_row (text, first_op + i, 1 + (first_op + i) % N_ROWS);
    }
  g_string_append_printf (
      text, "]}}\n{\"checkpoint_complete\":{\"last_op_id\":\"%" G_GUINT64_FORMAT "\"}}\n", last_op);
  stub_stream_send (bench->stream, text->str, (gssize) text->len);
}

static void
on_tables_changed (SynclineClient *client G_GNUC_UNUSED, char **tables G_GNUC_UNUSED, Bench *bench)
{
  bench->n_notices++;
}

static void
wait_for_notice (Bench *bench)
{
  const guint before = bench->n_notices;

  while (bench->n_notices == before)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
end_pause (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

/* So that the host is idle again. */
static void
pause_a_while (void)
{
  gboolean over = FALSE;

  g_timeout_add (PAUSE / G_TIME_SPAN_MILLISECOND, end_pause, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  if (argc != 2)
    {
      fprintf (stderr, "usage: notice DIRECTORY\n");
      return 2;
    }
  g_autoptr (StubServer) server = stub_server_new ();
  g_autoptr (SynclineClient) client = make_client (argv[1], stub_server_get_url (server));
  Bench bench = { 0 };

  g_signal_connect (client, "tables-changed", G_CALLBACK (on_tables_changed), &bench);
  stub_server_push (server, stub_answer_new_stream (200, "application/x-ndjson"));
  syncline_client_start (client);
  bench.stream = stub_server_wait_stream (server);
  send_rows (&bench, "checkpoint", 1, N_ROWS);
  wait_for_notice (&bench);

  printf ("{\"seconds\":[");
  for (guint i = 0; i < N_CHANGES; i++)
    {
      pause_a_while ();
      const gint64 begin = g_get_monotonic_time ();
      send_rows (&bench, "checkpoint_diff", N_ROWS + 1 + i, 1);
      wait_for_notice (&bench);
      printf ("%s%.6f", i > 0 ? "," : "", (double) (g_get_monotonic_time () - begin) / 1e6);
    }
  printf ("]}\n");
  return 0;
}
