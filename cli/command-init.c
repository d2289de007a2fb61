/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/templates.h"
#include "cli/terminal.h"

#include <errno.h>

static struct
{
  char *directory;
  char *supabase_url;
  char *powersync_url;
  gboolean force;
} given;

static const GOptionEntry options[] = {
  { "dir", 0, 0, G_OPTION_ARG_FILENAME, &given.directory,
    "Write the files here; by default in the working directory", "DIRECTORY" },
  { "supabase-url", 0, 0, G_OPTION_ARG_STRING, &given.supabase_url,
    "The project's URL; by default $SUPABASE_URL is read whenever the config is", "URL" },
  { "powersync-url", 0, 0, G_OPTION_ARG_STRING, &given.powersync_url,
    "The PowerSync service's URL; by default $POWERSYNC_URL is read whenever the config is",
    "URL" },
  { "force", 0, 0, G_OPTION_ARG_NONE, &given.force, "Overwrite files that are there", NULL },
  G_OPTION_ENTRY_NULL,
};

/* A dollar sign is doubled in a config file, and slashes at the end would be doubled by what follows. */
static char *
quote_url (const char *url)
{
  GString *quoted = g_string_new (url);

  while (quoted->len > 0 && quoted->str[quoted->len - 1] == '/')
    g_string_truncate (quoted, quoted->len - 1);
  g_string_replace (quoted, "$", "$$", 0);
  return g_string_free (quoted, FALSE);
}

static gboolean
check_url (const char *url, GError **error)
{
  if (url == NULL || g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://"))
    return TRUE;
  cli_set_usage_error (error, "'%s' is not a URL that starts with https:// or http://", url);
  return FALSE;
}

static void
fill_in (GString *text, const char *placeholder, const char *url, const char *variable)
{
  g_autofree char *quoted = url != NULL ? quote_url (url) : g_strdup (variable);

  g_string_replace (text, placeholder, quoted, 0);
}

static char *
make_config (void)
{
  GString *text = g_string_new (cli_template_config);

  fill_in (text, "@SUPABASE_URL@", given.supabase_url, "${SUPABASE_URL}");
  fill_in (text, "@POWERSYNC_URL@", given.powersync_url, "${POWERSYNC_URL}");
  return g_string_free (text, FALSE);
}

/* The lines of the template that FOUND lacks, after what FOUND has. */
static char *
complete_gitignore (const char *found)
{
  g_auto (GStrv) have = g_strsplit (found, "\n", -1);
  g_auto (GStrv) want = g_strsplit (cli_template_gitignore, "\n", -1);
  GString *text = g_string_new (found);

  if (text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (text, '\n');
  for (guint i = 0; want[i] != NULL; i++)
    {
      if (want[i][0] != '\0' && !g_strv_contains ((const char *const *) have, want[i]))
        g_string_append_printf (text, "%s\n", want[i]);
    }
  return g_string_free (text, FALSE);
}

static gboolean
refuse_existing (const char *path, GError **error)
{
  if (given.force || !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               "%s is there already; --force overwrites it, --dir writes elsewhere", path);
  return FALSE;
}

static gboolean
write_file (const Cli *cli, const char *path, const char *text, GError **error)
{
  if (!g_file_set_contents (path, text, -1, error))
    return FALSE;
  cli_note (cli, "wrote %s", path);
  return TRUE;
}

static CliExit
write_all (const Cli *cli, const char *directory, GError **error)
{
  g_autofree char *config = g_build_filename (directory, "syncline.conf", NULL);
  g_autofree char *schema = g_build_filename (directory, "schema.conf", NULL);
  g_autofree char *gitignore = g_build_filename (directory, ".gitignore", NULL);
  g_autofree char *config_text = make_config ();
  g_autofree char *found = NULL;

  if (!refuse_existing (config, error) || !refuse_existing (schema, error))
    return CLI_EXIT_FAILURE;
  if (!g_file_get_contents (gitignore, &found, NULL, NULL))
    found = g_strdup ("");
  g_autofree char *gitignore_text = complete_gitignore (found);

  if (!write_file (cli, config, config_text, error)
      || !write_file (cli, schema, cli_template_schema, error)
      || !write_file (cli, gitignore, gitignore_text, error))
    return CLI_EXIT_FAILURE;
  if (g_file_test ("supabase/migrations", G_FILE_TEST_IS_DIR))
    cli_note (cli, "'syncline schema pull --all -m supabase/migrations' takes the tables from the "
                   "migrations; then run 'syncline check'");
  else
    cli_note (cli, "edit schema.conf, or let 'syncline schema pull' write it; then run 'syncline "
                   "check'");
  return CLI_EXIT_OK;
}

/* Asks until there is a URL, or nothing. */
static gboolean
ask_for_url (const char *what, const char *variable, char **url, GError **error)
{
  g_autofree char *question = g_strdup_printf (
      "URL of %s (empty: that of $%s, whenever the config is read)", what, variable);

  while (*url == NULL)
    {
      g_autofree char *answer = cli_prompt (question, TRUE, error);
      g_autoptr (GError) fault = NULL;
      if (answer == NULL)
        return FALSE;
      g_strstrip (answer);
      if (*answer == '\0')
        return TRUE;
      if (check_url (answer, &fault))
        *url = g_steal_pointer (&answer);
      else
        cli_print_error (fault);
    }
  return TRUE;
}

/* A script is asked nothing: it gives flags, or takes what there is without. */
static gboolean
ask (const Cli *cli, GError **error)
{
  if (cli->quiet || !cli_is_terminal (stdin))
    return TRUE;
  return ask_for_url ("the Supabase project", "SUPABASE_URL", &given.supabase_url, error)
         && ask_for_url ("the PowerSync service", "POWERSYNC_URL", &given.powersync_url, error);
}

static CliExit
run (const Cli *cli, GError **error)
{
  const char *directory = given.directory != NULL ? given.directory : ".";

  if (!check_url (given.supabase_url, error) || !check_url (given.powersync_url, error))
    return CLI_EXIT_USAGE;
  if (!ask (cli, error))
    return CLI_EXIT_INTERRUPTED;
  if (g_mkdir_with_parents (directory, 0777) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", directory,
                   g_strerror (errno));
      return CLI_EXIT_FAILURE;
    }
  return write_all (cli, directory, error);
}

const CliCommand cli_command_init = {
  .name = "init",
  .summary = "Write a config file and a schema to start from",
  .description
  = "Writes syncline.conf, schema.conf and a .gitignore that keeps the database and the session "
    "out of "
    "version control. On a terminal it asks for the URLs that no flag gives; with -q it does not. "
    "Nothing that is there is overwritten without --force; what a .gitignore has "
    "stays in it.",
  .options = options,
  .run = run,
};
