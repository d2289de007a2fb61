/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/terminal.h"
#include "cli/user.h"
#include "core/types-private.h"

#include <string.h>

static struct
{
  char *email;
  char *password_file;
  gboolean sign_up;
  gboolean anonymous;
} given;

static const GOptionEntry options[] = {
  { "email", 0, 0, G_OPTION_ARG_STRING, &given.email, "Sign in with this address", "ADDRESS" },
  { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &given.password_file,
    "Read the password from the first line of a file; - is standard input", "FILE" },
  { "sign-up", 0, 0, G_OPTION_ARG_NONE, &given.sign_up, "Make a new user", NULL },
  { "anonymous", 0, 0, G_OPTION_ARG_NONE, &given.anonymous,
    "Make a new user without an address or a password", NULL },
  G_OPTION_ENTRY_NULL,
};

static char *
read_password_file (const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  const char *actual = strcmp (path, "-") == 0 ? "/dev/stdin" : path;
  if (!g_file_get_contents (actual, &contents, &length, error))
    return NULL;
  char *password = g_strndup (contents, strcspn (contents, "\r\n"));
  explicit_bzero (contents, length);
  if (password[0] == '\0')
    {
      g_free (password);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: the first line is empty", path);
      return NULL;
    }
  return password;
}

/* A new password is asked for twice: nobody sees what is typed. */
static char *
prompt_password (GError **error)
{
  char *password = cli_prompt ("Password", FALSE, error);

  if (password == NULL || !given.sign_up)
    return password;

  char *again = cli_prompt ("Password again", FALSE, error);
  if (again != NULL && strcmp (password, again) != 0)
    {
      cli_set_usage_error (error, "the two passwords differ");
      g_clear_pointer (&again, syncline_secret_free);
    }
  if (again == NULL)
    g_clear_pointer (&password, syncline_secret_free);
  syncline_secret_free (again);
  return password;
}

static char *
find_password (GError **error)
{
  const char *password = g_getenv ("SYNCLINE_PASSWORD");

  if (given.password_file != NULL)
    return read_password_file (given.password_file, error);
  if (password != NULL && password[0] != '\0')
    return g_strdup (password);
  return prompt_password (error);
}

/* The parameters of a sign-in, floating; NULL with an error when something is missing. */
static GVariant *
make_parameters (GError **error)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  char *password;

  if (given.anonymous)
    {
      g_variant_builder_add (&builder, "{sv}", "anonymous", g_variant_new_boolean (TRUE));
      return g_variant_builder_end (&builder);
    }
  if (given.email == NULL && (given.email = cli_prompt ("Email", TRUE, error)) == NULL)
    return NULL;
  if ((password = find_password (error)) == NULL)
    return NULL;
  if (!g_utf8_validate (password, -1, NULL))
    {
      syncline_secret_free (password);
      cli_set_usage_error (error, "the password is not valid UTF-8");
      return NULL;
    }
  g_variant_builder_add (&builder, "{sv}", "email", g_variant_new_string (given.email));
  g_variant_builder_add (&builder, "{sv}", "password", g_variant_new_string (password));
  syncline_secret_free (password);
  return g_variant_builder_end (&builder);
}

static CliExit
run (const Cli *cli, GError **error)
{
  if (given.anonymous && (given.email != NULL || given.password_file != NULL || given.sign_up))
    {
      cli_set_usage_error (error, "--anonymous goes with no other option of a sign-in");
      return CLI_EXIT_USAGE;
    }

  /* Opened, since the database may belong to another user. */
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;
  GVariant *parameters = make_parameters (error);
  if (parameters == NULL)
    return CLI_EXIT_USAGE;

  gboolean signed_in = TRUE;
  const gboolean ok = given.sign_up
                          ? syncline_client_sign_up (client, parameters, &signed_in, NULL, error)
                          : syncline_client_sign_in (client, parameters, NULL, error);
  if (!ok)
    return CLI_EXIT_FAILURE;
  if (!signed_in)
    {
      cli_note (cli, "the server waits for a confirmation; sign in once it has it");
      return CLI_EXIT_NO_SESSION;
    }

  g_autoptr (GVariant) user = syncline_client_dup_user (client);
  if (user != NULL)
    cli_print_user (cli, user);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_login = {
  .name = "login",
  .summary = "Sign in, or make a new user",
  .description
  = "Signs in and keeps the session, so that 'run' and 'sync' use it. The password comes from "
    "--password-file, from $SYNCLINE_PASSWORD or from the terminal, and never from the command "
    "line, "
    "where every process could read it.\n"
    "If the local database holds the data of another user, nothing is done and the exit code is 9.",
  .options = options,
  .json = TRUE,
  .run = run,
};
