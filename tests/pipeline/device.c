/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "pipeline/pipeline.h"

/* Like the one in the README, but that retries come soon. */
static const char config_template[] = "[syncline]\n"
                                      "store = sqlite-store\n"
                                      "download = powersync-download\n"
                                      "upload = postgrest-upload\n"
                                      "auth = supabase-auth\n"
                                      "serializer = json-normalizer\n"
                                      "retry-min = 50ms\n"
                                      "retry-max = 500ms\n"
                                      "[sqlite-store]\n"
                                      "path = app.db\n"
                                      "[supabase-auth]\n"
                                      "url = ${SUPABASE_URL}\n"
                                      "api-key = ${SUPABASE_ANON_KEY}\n"
                                      "[postgrest-upload]\n"
                                      "url = ${SUPABASE_URL}/rest/v1\n"
                                      "api-key = ${SUPABASE_ANON_KEY}\n"
                                      "[powersync-download]\n"
                                      "url = ${POWERSYNC_URL}\n"
                                      "[json-normalizer]\n"
                                      "server-owned = user_id\n";

/* --- Its files --------------------------------------------------------------------------------- */

static void
save_config (Device *device)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (device->client);
  g_key_file_save_to_file (device->keys, device->config, &error);
  g_assert_no_error (error);
}

Device *
device_new (const char *name)
{
  g_autofree char *schema = pipeline_source_file ("examples/lists-and-todos/schema.conf");
  Device *device = g_new0 (Device, 1);

  device->directory = pipeline_make_directory (name);
  device->config = g_build_filename (device->directory, "syncline.conf", NULL);
  device->database = g_build_filename (device->directory, "app.db", NULL);
  device->keys = g_key_file_new ();
  g_assert_true (g_key_file_load_from_data (device->keys, config_template, -1,
                                            G_KEY_FILE_KEEP_COMMENTS, NULL));
  g_key_file_set_value (device->keys, "syncline", "schema", schema);
  save_config (device);
  return device;
}

void
device_free (Device *device)
{
  device_close (device);
  g_free (device->directory);
  g_free (device->config);
  g_free (device->database);
  g_key_file_free (device->keys);
  g_free (device);
}

void
device_configure (Device *device, const char *group, const char *key, const char *value)
{
  if (value != NULL)
    g_key_file_set_value (device->keys, group, key, value);
  else
    g_key_file_remove_key (device->keys, group, key, NULL);
  save_config (device);
}

/* Nothing listens on the discard port. */
void
device_unplug (Device *device)
{
  device_configure (device, "postgrest-upload", "url", "http://127.0.0.1:9/rest/v1");
  device_configure (device, "powersync-download", "url", "http://127.0.0.1:9");
}

void
device_plug_in (Device *device)
{
  device_configure (device, "postgrest-upload", "url", "${SUPABASE_URL}/rest/v1");
  device_configure (device, "powersync-download", "url", "${POWERSYNC_URL}");
}

/* --- Its client -------------------------------------------------------------------------------- */

void
device_open (Device *device)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (device->client);
  device->client = syncline_client_new_from_file (device->config, &error);
  g_assert_no_error (error);
  syncline_client_open (device->client, NULL, &error);
  g_assert_no_error (error);
}

void
device_close (Device *device)
{
  if (device->client != NULL)
    syncline_client_close (device->client);
  g_clear_object (&device->client);
}

void
device_sign_in (Device *device, User *user)
{
  g_autoptr (GError) error = NULL;
  GVariantDict parameters;

  g_variant_dict_init (&parameters, NULL);
  g_variant_dict_insert (&parameters, "email", "s", user->email);
  g_variant_dict_insert (&parameters, "password", "s", user->password);
  syncline_client_sign_in (device->client, g_variant_dict_end (&parameters), NULL, &error);
  g_assert_no_error (error);
}

void
device_start (Device *device)
{
  syncline_client_start (device->client);
}

Device *
device_new_running (const char *name, User *user)
{
  Device *device = device_new (name);

  device_open (device);
  device_sign_in (device, user);
  device_start (device);
  return device;
}

char **
device_command (Device *device, const char *first, ...)
{
  const char *command = g_getenv ("SYNCLINE_COMMAND");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  va_list args;

  g_strv_builder_add_many (builder, command != NULL ? command : "syncline", "-c", device->config,
                           NULL);
  va_start (args, first);
  for (const char *argument = first; argument != NULL; argument = va_arg (args, const char *))
    g_strv_builder_add (builder, argument);
  va_end (args);
  return g_strv_builder_end (builder);
}

/* --- Its data ---------------------------------------------------------------------------------- */

void
device_execute (Device *device, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  g_autoptr (SynclineResult) result
      = syncline_client_execute (device->client, sql, NULL, NULL, &error);
  if (error != NULL)
    g_error ("%s: %s", sql, error->message);
}

static void
append_cell (GString *text, SynclineResult *result, guint row, guint column)
{
  switch (syncline_result_get_value_type (result, row, column))
    {
    case SYNCLINE_VALUE_NULL:
      break;
    case SYNCLINE_VALUE_INTEGER:
      g_string_append_printf (text, "%" G_GINT64_FORMAT,
                              syncline_result_get_integer (result, row, column));
      break;
    case SYNCLINE_VALUE_REAL:
      {
        char buffer[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd (buffer, sizeof buffer, "%.15g",
                         syncline_result_get_real (result, row, column));
        g_string_append (text, buffer);
        break;
      }
    case SYNCLINE_VALUE_TEXT:
      g_string_append (text, syncline_result_get_text (result, row, column));
      break;
    case SYNCLINE_VALUE_BLOB:
      g_assert_not_reached ();
    }
}

char *
device_query (Device *device, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineResult) result
      = syncline_client_query (device->client, sql, NULL, NULL, &error);

  if (error != NULL)
    g_error ("%s: %s", sql, error->message);
  GString *text = g_string_new (NULL);
  for (guint row = 0; row < syncline_result_get_n_rows (result); row++)
    {
      if (row > 0)
        g_string_append_c (text, '\n');
      for (guint column = 0; column < syncline_result_get_n_columns (result); column++)
        {
          if (column > 0)
            g_string_append_c (text, '|');
          append_cell (text, result, row, column);
        }
    }
  return g_string_free (text, FALSE);
}

void
assert_device (Device *device, const char *expected, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *found = device_query (device, sql);
  g_assert_cmpstr (found, ==, expected);
}

/* For the message of a wait that was in vain. */
static char *
describe (Device *device)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (device->client);
  const GError *up = syncline_status_get_upload_error (status);
  const GError *down = syncline_status_get_download_error (status);

  return g_strdup_printf ("upload %s (%s) %s; download %s (%s) %s; queued %" G_GUINT64_FORMAT
                          ", rejected %" G_GUINT64_FORMAT,
                          syncline_state_to_string (syncline_status_get_upload_state (status)),
                          syncline_status_get_reason (status, TRUE), up != NULL ? up->message : "-",
                          syncline_state_to_string (syncline_status_get_download_state (status)),
                          syncline_status_get_reason (status, FALSE),
                          down != NULL ? down->message : "-", syncline_status_get_n_queued (status),
                          syncline_status_get_n_rejected (status));
}

void
wait_device (Device *device, const char *expected, const char *format, ...)
{
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  for (;;)
    {
      g_autofree char *found = device_query (device, sql);
      if (g_strcmp0 (found, expected) == 0)
        return;
      if (!wait_before (deadline))
        {
          g_autofree char *state = describe (device);
          g_error ("the device has \"%s\", not \"%s\", for: %s; %s", found, expected, sql, state);
        }
    }
}

void
wait_until_synced (Device *device)
{
  g_autoptr (GError) error = NULL;

  if (syncline_client_wait_until_synced (device->client, PATIENCE, NULL, &error))
    return;
  g_autofree char *state = describe (device);
  g_error ("%s; %s", error->message, state);
}

/* --- Its status -------------------------------------------------------------------------------- */

typedef gboolean (*StatusCheck) (SynclineStatus *status, guint64 wanted);

static void
wait_status (Device *device, StatusCheck check, guint64 wanted, const char *what)
{
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;

  for (;;)
    {
      g_autoptr (SynclineStatus) status = syncline_client_dup_status (device->client);
      if (check (status, wanted))
        return;
      if (!wait_before (deadline))
        {
          g_autofree char *state = describe (device);
          g_error ("%s did not happen; %s", what, state);
        }
    }
}

static gboolean
has_upload_state (SynclineStatus *status, guint64 wanted)
{
  return syncline_status_get_upload_state (status) == (SynclineState) wanted;
}

static gboolean
has_download_state (SynclineStatus *status, guint64 wanted)
{
  return syncline_status_get_download_state (status) == (SynclineState) wanted;
}

static gboolean
has_rejected (SynclineStatus *status, guint64 wanted)
{
  return syncline_status_get_n_rejected (status) == wanted;
}

void
wait_upload_state (Device *device, SynclineState state)
{
  g_autofree char *what = g_strdup_printf ("upload %s", syncline_state_to_string (state));

  wait_status (device, has_upload_state, state, what);
}

void
wait_download_state (Device *device, SynclineState state)
{
  g_autofree char *what = g_strdup_printf ("download %s", syncline_state_to_string (state));

  wait_status (device, has_download_state, state, what);
}

void
wait_rejected (Device *device, guint64 n_rejected)
{
  wait_status (device, has_rejected, n_rejected, "the rejection");
}

guint64
device_count_queued (Device *device)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (device->client);

  return syncline_status_get_n_queued (status);
}

static gboolean
append_rejected (SynclineChange *change,
                 SynclineOutcome *outcome,
                 gint64 rejected_at,
                 gpointer user_data)
{
  static const char *const ops[] = { [SYNCLINE_CHANGE_PUT] = "PUT",
                                     [SYNCLINE_CHANGE_PATCH] = "PATCH",
                                     [SYNCLINE_CHANGE_DELETE] = "DELETE" };
  GString *text = user_data;

  g_assert_nonnull (outcome);
  g_assert_cmpint (rejected_at, >, 0);
  /* Whoever looks at it has to learn why. */
  g_assert_nonnull (syncline_outcome_get_message (outcome));
  g_assert_cmpstr (syncline_outcome_get_message (outcome), !=, "");
  g_string_append_printf (text, "%s%s %s %u %s", text->len > 0 ? "\n" : "",
                          ops[syncline_change_get_op (change)], syncline_change_get_table (change),
                          syncline_outcome_get_status (outcome),
                          syncline_outcome_get_code (outcome));
  return TRUE;
}

char *
device_list_rejected (Device *device)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  syncline_client_list_changes (device->client, TRUE, append_rejected, text, NULL, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}
