/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* One change whole, or all of them in a file. */

#include "config.h"

#include "cli/command.h"
#include "cli/json.h"
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* What a change is, and what the server said if it refused it. */
static json_object *
json_of_change (SynclineChange *change, SynclineOutcome *outcome, gint64 rejected_at)
{
  json_object *object = json_object_new_object ();

  json_object_object_add (object, "state",
                          cli_json_string (outcome != NULL ? "rejected" : "pending"));
  json_object_object_add (object, "id", json_object_new_int64 (syncline_change_get_id (change)));
  json_object_object_add (object, "transaction",
                          json_object_new_int64 (syncline_change_get_transaction (change)));
  json_object_object_add (
      object, "op",
      cli_json_string (syncline_change_op_to_string (syncline_change_get_op (change))));
  json_object_object_add (object, "table", cli_json_string (syncline_change_get_table (change)));
  json_object_object_add (object, "row_id", cli_json_string (syncline_change_get_row_id (change)));
  json_object_object_add (object, "data", cli_json_raw (syncline_change_get_data (change)));
  json_object_object_add (object, "previous", cli_json_raw (syncline_change_get_previous (change)));
  json_object_object_add (object, "metadata",
                          cli_json_string (syncline_change_get_metadata (change)));
  if (outcome == NULL)
    return object;
  json_object_object_add (object, "rejected_at", cli_json_time (rejected_at));
  json_object_object_add (object, "status",
                          json_object_new_int64 (syncline_outcome_get_status (outcome)));
  json_object_object_add (object, "code", cli_json_string (syncline_outcome_get_code (outcome)));
  json_object_object_add (object, "message",
                          cli_json_string (syncline_outcome_get_message (outcome)));
  json_object_object_add (object, "details",
                          cli_json_string (syncline_outcome_get_details (outcome)));
  json_object_object_add (object, "hint", cli_json_string (syncline_outcome_get_hint (outcome)));
  return object;
}

/* --- Showing ------------------------------------------------------------------------------------- */

typedef struct
{
  gint64 id;
  json_object *found;
} Search;

static gboolean
look_at (SynclineChange *change, SynclineOutcome *outcome, gint64 rejected_at, gpointer data)
{
  Search *search = data;

  if (syncline_change_get_id (change) != search->id)
    return TRUE;
  search->found = json_of_change (change, outcome, rejected_at);
  return FALSE;
}

static void
print_members (json_object *object)
{
  json_object_object_foreach (object, name, value)
  {
    if (value == NULL)
      continue;
    const char *text = json_object_is_type (value, json_type_string)
                           ? json_object_get_string (value)
                           : json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN);
    g_autofree char *printable = cli_printable (text);
    printf ("%s%-12s%s %s\n", cli_style (stdout, CLI_STYLE_BOLD), name,
            cli_style (stdout, CLI_STYLE_PLAIN), printable);
  }
}

static CliExit
run_show (const Cli *cli, GError **error)
{
  Search search = { 0, NULL };

  if (!g_ascii_string_to_signed (cli->arguments[0], 10, 1, G_MAXINT64, &search.id, NULL))
    {
      cli_set_usage_error (error,
                           "'%s' is not the number of a change; 'syncline queue list' shows them",
                           cli->arguments[0]);
      return CLI_EXIT_USAGE;
    }
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;
  if (!syncline_client_list_changes (client, TRUE, look_at, &search, NULL, error))
    return CLI_EXIT_FAILURE;
  if (search.found == NULL
      && !syncline_client_list_changes (client, FALSE, look_at, &search, NULL, error))
    return CLI_EXIT_FAILURE;
  if (search.found == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                   "There is no queued or rejected change %" G_GINT64_FORMAT
                   "; 'syncline queue list' shows what there is",
                   search.id);
      return CLI_EXIT_FAILURE;
    }
  g_autoptr (json_object) found = search.found;
  if (cli->json)
    cli_json_print (found);
  else
    print_members (found);
  return CLI_EXIT_OK;
}

/* --- Exporting ----------------------------------------------------------------------------------- */

typedef struct
{
  FILE *file;
  guint64 n_changes;
} Export;

static gboolean
write_line (SynclineChange *change, SynclineOutcome *outcome, gint64 rejected_at, gpointer data)
{
  Export *export = data;
  g_autoptr (json_object) object = json_of_change (change, outcome, rejected_at);
  const char *line = json_object_to_json_string_ext (object, JSON_C_TO_STRING_PLAIN
                                                                 | JSON_C_TO_STRING_NOSLASHESCAPE);

  export->n_changes++;
  return fputs (line, export->file) >= 0 && fputc ('\n', export->file) != EOF;
}

static gboolean
set_file_error (const char *path, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), "Can't write %s: %s", path,
               g_strerror (code));
  return FALSE;
}

/* The file has what is in the rows, so nobody else may read it, and one that is there stays. */
static FILE *
open_export (const char *path, GError **error)
{
  const int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0)
    return fdopen (fd, "w");
  set_file_error (path, errno, error);
  return NULL;
}

static gboolean
export_changes (SynclineClient *client, const char *path, Export *export, GError **error)
{
  if (!syncline_client_list_changes (client, TRUE, write_line, export, NULL, error)
      || !syncline_client_list_changes (client, FALSE, write_line, export, NULL, error))
    return FALSE;
  /* A line that could not be written ends the listing, and shows here. */
  if (ferror (export->file) != 0 || fflush (export->file) != 0)
    return set_file_error (path, errno, error);
  return TRUE;
}

gboolean
cli_export_queue (SynclineClient *client, const char *path, guint64 *out_n_changes, GError **error)
{
  const gboolean to_stdout = g_str_equal (path, "-");
  Export export = { to_stdout ? stdout : open_export (path, error), 0 };

  if (export.file == NULL)
    return FALSE;
  gboolean ok = export_changes (client, path, &export, error);
  if (!to_stdout && ok && fsync (fileno (export.file)) != 0)
    ok = set_file_error (path, errno, error);
  if (!to_stdout && fclose (export.file) != 0 && ok)
    ok = set_file_error (path, errno, error);
  if (!to_stdout && !ok)
    g_unlink (path);
  *out_n_changes = export.n_changes;
  return ok;
}

static CliExit
run_export (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  guint64 n_changes = 0;

  if (client == NULL || !cli_export_queue (client, cli->arguments[0], &n_changes, error))
    return CLI_EXIT_FAILURE;
  cli_note (cli, "changes written: %" G_GUINT64_FORMAT, n_changes);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_queue_show = {
  .name = "queue show",
  .arguments = "ID",
  .summary = "Show one change, with the server's answer",
  .description
  = "Shows a queued or rejected change whole: what was written, what the row was before as "
    "far as the table tracks it, and what the server said if it refused it.",
  .json = TRUE,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_show,
};

const CliCommand cli_command_queue_export = {
  .name = "queue export",
  .arguments = "FILE",
  .summary = "Write all queued and rejected changes to a file",
  .description
  = "Writes the rejected and the queued changes, oldest first, one JSON object a line, to a "
    "new file that only the user can read, or with '-' to standard output. Nothing leaves "
    "the queue.",
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_export,
};
