/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A client at the end of a pipe. Each line on standard input is a command: a verb and percent-encoded words.
 * Each is answered by a line on standard output: `ok NAME=VALUE…` or `error MESSAGE`. */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syncline/syncline.h>

#include "observed.h"

#define PATIENCE (20 * G_TIME_SPAN_SECOND)

static SynclineClient *client;
static guint first_stream; /* streams are counted anew with each history */

/* --- Answers ---------------------------------------------------------------------------------- */

static void
answer (GString *text)
{
  puts (text->str);
  fflush (stdout);
}

static void
add_text (GString *text, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  g_string_append_printf (text, " %s=%s", name, escaped);
}

static void
add_state (GString *text)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);
  Observations seen;

  observed_get (&seen);
  g_string_append_printf (text, " applied=%u kept=%u mismatches=%u", seen.n_applied, seen.n_kept,
                          seen.n_mismatches);
  g_string_append_printf (text, " queued=%" G_GUINT64_FORMAT " rejected=%" G_GUINT64_FORMAT,
                          syncline_status_get_n_queued (status),
                          syncline_status_get_n_rejected (status));
}

/* --- Commands --------------------------------------------------------------------------------- */

static gboolean
close_client (GString *text G_GNUC_UNUSED, char **words G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  g_clear_object (&client);
  return TRUE;
}

static gboolean
open_client (GString *text, char **words, GError **error)
{
  close_client (text, words, error);
  client = syncline_client_new_from_file (words[0], error);
  if (client == NULL || !syncline_client_open (client, NULL, error))
    {
      g_clear_object (&client);
      return FALSE;
    }
  syncline_client_start (client);
  return TRUE;
}

/* A new history begins. */
static gboolean
begin (GString *text G_GNUC_UNUSED, char **words G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  Observations seen;

  observed_get (&seen);
  first_stream = seen.n_streams;
  return TRUE;
}

static gboolean
tell_state (GString *text, char **words G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  add_state (text);
  return TRUE;
}

/* wait STREAM EVENTS: until the engine is done with them, or with the stream; tells which. */
static gboolean
wait_for_events (GString *text, char **words, GError **error)
{
  const guint stream = first_stream + (guint) atoi (words[0]);
  const guint n_events = (guint) atoi (words[1]);

  if (!observed_wait (stream, n_events, g_get_monotonic_time () + PATIENCE))
    {
      g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);
      const GError *cause = syncline_status_get_download_error (status);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "waited in vain for event %u: %s",
                   n_events, cause != NULL ? cause->message : "no error");
      return FALSE;
    }
  Observations seen;
  observed_get (&seen);
  const gboolean closed = seen.n_streams > stream || seen.closed;
  g_string_append_printf (text, " closed=%s", closed ? "yes" : "no");
  add_state (text);
  return TRUE;
}

/* Until the uploader has nothing to do. */
static gboolean
wait_until_idle (GString *text, char **words G_GNUC_UNUSED, GError **error)
{
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;

  for (;;)
    {
      g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);

      if (syncline_status_get_upload_state (status) == SYNCLINE_STATE_IDLE)
        break;
      if (g_get_monotonic_time () >= deadline)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the uploader is still at “%s”",
                       syncline_status_get_reason (status, TRUE));
          return FALSE;
        }
      g_usleep (100);
    }
  add_state (text);
  return TRUE;
}

static gboolean
write_all (SynclineTransaction *transaction, gpointer user_data, GError **error)
{
  for (char **sql = user_data; *sql != NULL; sql++)
    {
      g_autoptr (SynclineResult) result
          = syncline_transaction_execute (transaction, *sql, NULL, error);
      if (result == NULL)
        return FALSE;
    }
  return TRUE;
}

/* write SQL…: as one transaction. */
static gboolean
write_locally (GString *text G_GNUC_UNUSED, char **words, GError **error)
{
  return syncline_client_transaction (client, write_all, words, NULL, error);
}

static gboolean
add_change (SynclineChange *change,
            SynclineOutcome *outcome G_GNUC_UNUSED,
            gint64 rejected_at G_GNUC_UNUSED,
            gpointer user_data)
{
  g_string_append_printf (user_data, "%s\t%s\t%s\n",
                          syncline_change_op_to_string (syncline_change_get_op (change)),
                          syncline_change_get_table (change), syncline_change_get_row_id (change));
  return TRUE;
}

static gboolean
list_changes (GString *text, char **words G_GNUC_UNUSED, GError **error)
{
  g_autoptr (GString) changes = g_string_new (NULL);

  if (!syncline_client_list_changes (client, FALSE, add_change, changes, NULL, error))
    return FALSE;
  add_text (text, "changes", changes->str);
  return TRUE;
}

static const struct
{
  const char *verb;
  guint n_words; /* at least */
  gboolean needs_client;
  gboolean (*run) (GString *text, char **words, GError **error);
} commands[] = {
  { "begin", 0, FALSE, begin },         { "open", 1, FALSE, open_client },
  { "close", 0, FALSE, close_client },  { "state", 0, TRUE, tell_state },
  { "wait", 2, TRUE, wait_for_events }, { "idle", 0, TRUE, wait_until_idle },
  { "write", 1, TRUE, write_locally },  { "changes", 0, TRUE, list_changes },
};

/* --- The loop --------------------------------------------------------------------------------- */

static void
run_command (char **words)
{
  g_autoptr (GString) text = g_string_new ("ok");
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  for (guint i = 1; words[0] != NULL && words[i] != NULL; i++)
    {
      char *word = g_uri_unescape_string (words[i], NULL);
      g_free (words[i]);
      words[i] = word;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (words[0], commands[i].verb) == 0
        && g_strv_length (words + 1) >= commands[i].n_words
        && (client != NULL || !commands[i].needs_client))
      done = commands[i].run (text, words + 1, &error);

  if (!done)
    {
      g_autofree char *message = g_uri_escape_string (
          error != NULL ? error->message : "no such command, or no client", NULL, FALSE);
      g_string_printf (text, "error %s", message);
    }
  answer (text);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  size_t size = 0;
  ssize_t length;

  if (!observed_register (&error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  while ((length = getline (&line, &size, stdin)) > 0)
    {
      line[length - 1] = '\0';
      g_auto (GStrv) words = g_strsplit (line, " ", -1);
      run_command (words);
    }
  g_clear_object (&client);
  return 0;
}
