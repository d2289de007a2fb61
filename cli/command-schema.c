/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/migrations.h"
#include "cli/rows.h"
#include "cli/schema-edit.h"
#include "core/nearest.h"

#include <stdio.h>
#include <string.h>

#define KEY_VARIABLE "SYNCLINE_SCHEMA_KEY"

static struct
{
  char *migrations;
  char *file;
  gboolean all;
  gboolean force;
} given;

#define SOURCE_OPTION                                                                              \
  {                                                                                                \
    "migrations", 'm', 0, G_OPTION_ARG_FILENAME, &given.migrations,                                \
        "Read this folder of *.sql files, or this file, instead of asking the server", "PATH"      \
  }
#define FILE_OPTION                                                                                \
  {                                                                                                \
    "file", 'f', 0, G_OPTION_ARG_FILENAME, &given.file,                                            \
        "The schema file; by default the one that the config names", "FILE"                        \
  }

static const GOptionEntry pull_options[] = {
  SOURCE_OPTION,
  FILE_OPTION,
  { "all", 'a', 0, G_OPTION_ARG_NONE, &given.all,
    "Also take the tables that the file does not have", NULL },
  { "force", 0, 0, G_OPTION_ARG_NONE, &given.force,
    "Write even though migrations could not be followed", NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry diff_options[] = {
  SOURCE_OPTION,
  FILE_OPTION,
  G_OPTION_ENTRY_NULL,
};

/* A schema file and what it is compared with. */
typedef struct
{
  const Cli *cli;
  SynclineConfig *config; /* NULL when neither is needed of it */
  char *path;
  char *text; /* empty when there is no file yet */
  SynclineSchema *schema;
  CliTables *tables;
  GPtrArray *complaints;
} Job;

static void
clear_job (Job *job)
{
  g_clear_pointer (&job->config, syncline_config_unref);
  g_clear_pointer (&job->path, g_free);
  g_clear_pointer (&job->text, g_free);
  g_clear_pointer (&job->schema, syncline_schema_unref);
  g_clear_pointer (&job->tables, cli_tables_free);
  g_clear_pointer (&job->complaints, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, clear_job)

/* --- The file --------------------------------------------------------------------------------- */

static gboolean
find_path (Job *job, GError **error)
{
  const char *named
      = job->config != NULL ? syncline_config_get (job->config, "syncline", "schema") : NULL;

  if (given.file != NULL)
    {
      job->path = g_strdup (given.file);
      return TRUE;
    }
  if (named == NULL)
    {
      cli_set_usage_error (error, "the config names no schema file; --file names one");
      return FALSE;
    }
  g_autofree char *directory = g_path_get_dirname (job->cli->config_path);
  job->path
      = g_path_is_absolute (named) ? g_strdup (named) : g_build_filename (directory, named, NULL);
  return TRUE;
}

static gboolean
read_schema (Job *job, gboolean must_exist, GError **error)
{
  if (!g_file_test (job->path, G_FILE_TEST_EXISTS) && !must_exist)
    job->text = g_strdup ("");
  else if (!g_file_get_contents (job->path, &job->text, NULL, error))
    return FALSE;
  job->schema = syncline_schema_new_from_data (job->text, -1, job->path, error);
  return job->schema != NULL;
}

/* --- Where the tables come from ------------------------------------------------------------------ */

static void
on_column (const SynclineServerColumn *column, gpointer user_data)
{
  CliTable *table = cli_tables_add (user_data, column->table);

  cli_table_add_column (table, column->name, column->type, column->is_key);
}

static gboolean
ask_server (Job *job, GError **error)
{
  const char *key = g_getenv (KEY_VARIABLE);

  /* What is asked does not depend on the schema, which may not be there yet. */
  syncline_config_set (job->config, "syncline", "schema", "/dev/null");
  g_autoptr (SynclineClient) client = syncline_client_new (job->config, error);
  if (client == NULL)
    return FALSE;
  job->tables = cli_tables_new ();
  if (!syncline_client_describe_server (client, key != NULL && *key != '\0' ? key : NULL, on_column,
                                        job->tables, NULL, error))
    {
      if (g_error_matches (*error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAUTHORIZED) && key == NULL)
        g_prefix_error (error, "$" KEY_VARIABLE " is not set, and without a secret key ");
      return FALSE;
    }
  cli_tables_sort (job->tables);
  return TRUE;
}

static gboolean
read_migrations (Job *job, GError **error)
{
  const char *schema = job->config != NULL
                           ? syncline_config_get (job->config, "postgrest-upload", "schema")
                           : NULL;

  job->tables = cli_migrations_read (given.migrations, schema != NULL ? schema : "public",
                                     job->complaints, error);
  for (guint i = 0; i < job->complaints->len; i++)
    cli_note (job->cli, "%s", (const char *) g_ptr_array_index (job->complaints, i));
  return job->tables != NULL;
}

static gboolean
prepare (Job *job, gboolean must_exist, GError **error)
{
  /* Migrations and a named file need no config that works, which a developer's machine may not have. */
  const gboolean optional = given.migrations != NULL && given.file != NULL;

  job->complaints = g_ptr_array_new_with_free_func (g_free);
  job->config = cli_load_config (job->cli, optional ? NULL : error);
  if (job->config == NULL && !optional)
    return FALSE;
  if (!find_path (job, error) || !read_schema (job, must_exist, error))
    return FALSE;
  return given.migrations != NULL ? read_migrations (job, error) : ask_server (job, error);
}

/* --- schema diff --------------------------------------------------------------------------------- */

static const char *
describe_difference (const CliDifference *difference)
{
  if (difference->column == NULL)
    return "no such table on the server";
  if (difference->there == NULL)
    return "no such column on the server";
  if (difference->here == NULL)
    return "not in the schema file";
  return "another type";
}

static CliExit
run_diff (const Cli *cli, GError **error)
{
  static const char *const names[] = { "table", "column", "here", "server", "difference", NULL };
  g_auto (Job) job = { .cli = cli };

  if (!prepare (&job, TRUE, error))
    return CLI_EXIT_FAILURE;
  g_autoptr (GPtrArray) differences = cli_schema_compare (job.text, job.schema, job.tables);
  if (differences->len == 0)
    {
      if (cli->json)
        puts ("[]");
      cli_note (cli, "%s and the server agree", job.path);
      return CLI_EXIT_OK;
    }
  g_autoptr (CliRows) rows = cli_rows_new (cli_rows_choose_format (cli), names);
  for (guint i = 0; i < differences->len; i++)
    {
      const CliDifference *difference = g_ptr_array_index (differences, i);
      const char *const cells[] = { difference->table, difference->column,
                                    difference->column != NULL ? difference->here : NULL,
                                    difference->there, describe_difference (difference) };
      for (guint j = 0; j < G_N_ELEMENTS (cells); j++)
        {
          if (cells[j] != NULL)
            cli_rows_add_text (rows, cells[j]);
          else
            cli_rows_add_null (rows);
        }
    }
  return CLI_EXIT_DIFFERENT;
}

const CliCommand cli_command_schema_diff = {
  .name = "schema diff",
  .summary = "Compare the schema file with the server or with migrations",
  .description
  = "Compares the tables of the schema file with those that the server shows, or that a folder of "
    "migrations makes, one line for each difference. Types that are kept in the same way, such as "
    "text and varchar, do not differ; a column that stands in a comment of its table, "
    "\"# name = type\", is left out on purpose; tables that are not in the file are not "
    "mentioned.\n"
    "Exits with 0 when there is no difference and with 10 when there is. How the server is asked "
    "is "
    "told at 'schema pull'.",
  .options = diff_options,
  .json = TRUE,
  .run = run_diff,
};

/* --- schema pull --------------------------------------------------------------------------------- */

static gboolean
set_unknown_table (const Job *job, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < job->tables->tables->len; i++)
    g_ptr_array_add (names, ((CliTable *) g_ptr_array_index (job->tables->tables, i))->name);
  g_autofree char *advice = syncline_nearest_advice (name, names, "there are");
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
               "there is no table \"%s\"; %s", name, advice);
  return FALSE;
}

/* Those that are named; else those of the file; else, or with --all, all there are. */
static GPtrArray *
choose_tables (const Job *job, GError **error)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
  const guint n_local = syncline_schema_get_n_tables (job->schema);

  for (guint i = 0; i < job->cli->n_arguments; i++)
    {
      const char *name = job->cli->arguments[i];
      if (cli_tables_find (job->tables, name) == NULL && !set_unknown_table (job, name, error))
        return NULL;
      g_ptr_array_add (wanted, (gpointer) name);
    }
  if (wanted->len > 0)
    return g_steal_pointer (&wanted);
  for (guint i = 0; n_local > 0 && !given.all && i < n_local; i++)
    g_ptr_array_add (wanted, (gpointer) syncline_table_get_server_name (
                                 syncline_schema_get_table (job->schema, i)));
  for (guint i = 0; (n_local == 0 || given.all) && i < job->tables->tables->len; i++)
    {
      const CliTable *table = g_ptr_array_index (job->tables->tables, i);
      if (cli_name_fits (table->name))
        g_ptr_array_add (wanted, table->name);
    }
  return g_steal_pointer (&wanted);
}

/* What a person has to know of a table that no schema file says. */
static void
note_table (const Job *job, const CliTable *table)
{
  const CliColumn *id = cli_table_find_column (table, "id");

  if (id == NULL)
    cli_note (job->cli, "%s has no column id: its sync rule has to select one AS id, of text",
              table->name);
  else if (!id->is_key)
    cli_note (job->cli, "the column id of %s is not its primary key: uploads go by id",
              table->name);
  for (guint i = 0; i < table->columns->len; i++)
    {
      const CliColumn *column = g_ptr_array_index (table->columns, i);
      g_autofree char *type = cli_schema_type (column->type);
      if (!cli_name_fits (column->name))
        cli_note (job->cli, "%s: a column is left out, since a schema file can't hold its name: %s",
                  table->name, column->name);
      else if (g_str_has_prefix (type, "text") && !cli_types_agree (column->type, type))
        cli_note (job->cli, "%s.%s: %s is no type of Postgres's own, and is kept as text",
                  table->name, column->name, column->type);
    }
}

static void
note_tables (const Job *job, GPtrArray *wanted)
{
  for (guint i = 0; i < wanted->len; i++)
    {
      const char *name = g_ptr_array_index (wanted, i);
      const CliTable *table = cli_tables_find (job->tables, name);
      if (table != NULL)
        note_table (job, table);
      else
        cli_note (job->cli, "%s is not there, and stays in the file as it is", name);
    }
}

static gboolean
check_complaints (const Job *job, GError **error)
{
  if (job->complaints->len == 0 || given.force)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED,
               "%u statements could not be followed, so tables may be wrong or missing; nothing is "
               "written; look at them, then use --force, or ask the server",
               job->complaints->len);
  return FALSE;
}

static gboolean
write_schema (const Job *job, const char *text, GError **error)
{
  /* What was put together here has to be as good as what a person wrote. */
  g_autoptr (SynclineSchema) schema = syncline_schema_new_from_data (text, -1, job->path, error);

  if (schema == NULL)
    return FALSE;
  if (strcmp (text, job->text) == 0)
    {
      cli_note (job->cli, "%s is up to date", job->path);
      return TRUE;
    }
  if (!g_file_set_contents (job->path, text, -1, error))
    return FALSE;
  cli_note (job->cli, "wrote %s, %u tables", job->path, syncline_schema_get_n_tables (schema));
  return TRUE;
}

static CliExit
run_pull (const Cli *cli, GError **error)
{
  g_auto (Job) job = { .cli = cli };

  if (!prepare (&job, FALSE, error) || !check_complaints (&job, error))
    return CLI_EXIT_FAILURE;
  g_autoptr (GPtrArray) wanted = choose_tables (&job, error);
  if (wanted == NULL)
    return CLI_EXIT_FAILURE;
  if (wanted->len == 0)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                   "no table can be seen; sign in, or set $" KEY_VARIABLE
                   " to a secret key of the project");
      return CLI_EXIT_FAILURE;
    }
  g_autofree char *text = cli_schema_edit (job.text, job.schema, job.tables, wanted);
  note_tables (&job, wanted);
  return write_schema (&job, text, error) ? CLI_EXIT_OK : CLI_EXIT_FAILURE;
}

const CliCommand cli_command_schema_pull = {
  .name = "schema pull",
  .arguments = "[TABLE]...",
  .summary = "Bring the schema file up to what the server or migrations have",
  .description
  = "Writes tables with the columns and types of the server into the schema file: the TABLEs "
    "named; "
    "without any, those of the file; in a new file, or with --all, all that can be seen. Lines "
    "that "
    "need no change, comments and the options of tables stay as they are. A column that stands in "
    "a "
    "comment of its table, \"# name = type\", stays left out.\n"
    "The server is PostgREST, which describes its tables at its root to the session's user, if "
    "somebody is signed in. Supabase does so for secret keys only: $" KEY_VARIABLE
    " can hold one for the time of this command. It is for developers; no device needs it.\n"
    "With --migrations no server is asked: CREATE, ALTER and DROP TABLE of a folder of *.sql files "
    "are "
    "followed in the order of their names. What can't be followed without a database (DO blocks "
    "that "
    "make tables, LIKE, AS, INHERITS) is reported with file and line, and nothing is written "
    "without "
    "--force. What functions do when they are called is not looked at.",
  .options = pull_options,
  .max_arguments = G_MAXUINT,
  .run = run_pull,
};
