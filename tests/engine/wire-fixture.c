/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "wire.h"

#include <glib/gstdio.h>
#include <string.h>

static const char schema[] = "[table t]\nv = text\n";

static char *
get_path (Wire *wire, const char *name)
{
  return g_build_filename (wire->directory, name, NULL);
}

void
wire_set_token (Wire *wire, const char *token)
{
  g_autofree char *path = get_path (wire, "token");
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, token, -1, &error);
  g_assert_no_error (error);
}

void
wire_set_up (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  wire->server = stub_server_new ();
  wire->directory = g_dir_make_tmp ("syncline-wire-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *schema_path = get_path (wire, "schema.conf");
  g_autofree char *token_path = get_path (wire, "token");
  g_autofree char *database = get_path (wire, "app.db");
  g_file_set_contents (schema_path, schema, -1, &error);
  g_assert_no_error (error);
  wire_set_token (wire, "first-token");

  wire->config = syncline_config_new ();
  syncline_config_set (wire->config, "syncline", "store", "sqlite-store");
  syncline_config_set (wire->config, "syncline", "download", "powersync-download");
  syncline_config_set (wire->config, "syncline", "auth", "static-auth");
  syncline_config_set (wire->config, "syncline", "schema", schema_path);
  syncline_config_set (wire->config, "syncline", "retry-min", "10ms");
  syncline_config_set (wire->config, "syncline", "retry-max", "50ms");
  syncline_config_set (wire->config, "sqlite-store", "path", database);
  syncline_config_set (wire->config, "static-auth", "token-file", token_path);
  syncline_config_set (wire->config, "powersync-download", "url",
                       stub_server_get_url (wire->server));
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

void
wire_tear_down (Wire *wire, gconstpointer data G_GNUC_UNUSED)
{
  g_clear_object (&wire->client);
  syncline_config_unref (wire->config);
  stub_server_free (wire->server);
  remove_directory (wire->directory);
  g_free (wire->directory);
}

void
wire_start (Wire *wire)
{
  g_autoptr (GError) error = NULL;

  wire->client = syncline_client_new (wire->config, &error);
  g_assert_no_error (error);
  syncline_client_open (wire->client, NULL, &error);
  g_assert_no_error (error);
  syncline_client_start (wire->client);
}

/* --- The far end --------------------------------------------------------------------------------- */

void
wire_expect_stream (Wire *wire)
{
  stub_server_on (wire->server, "POST", "/sync/stream",
                  stub_answer_new_stream (200, "application/x-ndjson"));
}

/* The latest request for a stream. */
static const StubRequest *
get_stream_request (Wire *wire)
{
  for (guint i = stub_server_count_requests (wire->server); i-- > 0;)
    {
      const StubRequest *request = stub_server_get_request (wire->server, i);

      if (g_str_equal (request->path, "/sync/stream"))
        return request;
    }
  g_assert_not_reached ();
}

char *
wire_take_stream (Wire *wire)
{
  wire->stream = stub_server_wait_stream (wire->server);
  return stub_request_dup_body (get_stream_request (wire));
}

void
wire_start_streaming (Wire *wire)
{
  wire_expect_stream (wire);
  wire_start (wire);
  g_free (wire_take_stream (wire));
}

void
wire_send (Wire *wire, const char *format, ...)
{
  g_autoptr (GString) line = g_string_new (NULL);
  va_list arguments;

  va_start (arguments, format);
  g_string_vprintf (line, format, arguments);
  va_end (arguments);
  g_string_append_c (line, '\n');
  stub_stream_send (wire->stream, line->str, (gssize) line->len);
}

static void
append_op (GString *line, const char *word)
{
  g_auto (GStrv) parts = g_strsplit_set (word, ":=", 4);

  g_assert_cmpuint (g_strv_length (parts), ==, 4);
  g_string_append_printf (line,
                          "{\"op_id\":\"%s\",\"op\":\"PUT\",\"object_type\":\"t\","
                          "\"object_id\":\"%s\",\"data\":\"{\\\"v\\\":\\\"%s\\\"}\","
                          "\"checksum\":%s}",
                          parts[0], parts[1], parts[2], parts[3]);
}

void
wire_send_rows (Wire *wire, const char *bucket, const char *rows)
{
  g_auto (GStrv) words = g_strsplit (rows, " ", -1);
  g_autoptr (GString) ops = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (ops, ',');
      append_op (ops, words[i]);
    }
  wire_send (wire, "{\"data\":{\"bucket\":\"%s\",\"data\":[%s]}}", bucket, ops->str);
}

/* --- What the application sees -------------------------------------------------------------------- */

static char *
dup_rows (Wire *wire)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineResult) result = syncline_client_query (
      wire->client,
      "SELECT ifnull(group_concat(id || '=' || v, ' '), '') FROM (SELECT * FROM t ORDER BY id)",
      NULL, NULL, &error);

  g_assert_no_error (error);
  return g_strdup (syncline_result_get_text (result, 0, 0));
}

void
wire_assert_rows (Wire *wire, const char *expected)
{
  g_autofree char *rows = dup_rows (wire);

  g_assert_cmpstr (rows, ==, expected);
}

/* Looks again and again, each time that @is_so says no. */
static void
wait_until (gboolean (*is_so) (Wire *, gconstpointer), Wire *wire, gconstpointer data)
{
  const gint64 deadline = g_get_monotonic_time () + WIRE_DEADLINE;

  while (!is_so (wire, data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (G_TIME_SPAN_MILLISECOND);
    }
}

static gboolean
has_rows (Wire *wire, gconstpointer expected)
{
  g_autofree char *rows = dup_rows (wire);

  return g_str_equal (rows, expected);
}

void
wire_wait_rows (Wire *wire, const char *expected)
{
  wait_until (has_rows, wire, expected);
}

static gboolean
has_reason (Wire *wire, gconstpointer reason)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (wire->client);

  return g_str_equal (syncline_status_get_reason (status, FALSE), reason);
}

void
wire_wait_reason (Wire *wire, const char *reason)
{
  wait_until (has_reason, wire, reason);
}

typedef struct
{
  SynclineError code;
  const char *words;
} ExpectedError;

static gboolean
has_error (Wire *wire, gconstpointer data)
{
  const ExpectedError *expected = data;
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (wire->client);
  const GError *error = syncline_status_get_download_error (status);

  return g_error_matches (error, SYNCLINE_ERROR, (int) expected->code)
         && strstr (error->message, expected->words) != NULL;
}

void
wire_wait_error (Wire *wire, SynclineError code, const char *words)
{
  const ExpectedError expected = { code, words };

  wait_until (has_error, wire, &expected);
}
