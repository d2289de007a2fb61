/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/browser.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "cli/user.h"
#include "core/types-private.h"

#include <string.h>

static struct
{
  char *email;
  char *password_file;
  char *code_file;
  char *provider;
  int port;
  gboolean sign_up;
  gboolean anonymous;
  gboolean otp;
} given;

static const GOptionEntry options[] = {
  { "email", 0, 0, G_OPTION_ARG_STRING, &given.email, "Sign in with this address", "ADDRESS" },
  { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &given.password_file,
    "Read the password from the first line of a file; - is standard input", "FILE" },
  { "sign-up", 0, 0, G_OPTION_ARG_NONE, &given.sign_up, "Make a new user", NULL },
  { "anonymous", 0, 0, G_OPTION_ARG_NONE, &given.anonymous,
    "Make a new user without an address or a password", NULL },
  { "otp", 0, 0, G_OPTION_ARG_NONE, &given.otp,
    "Have a one-time code sent to the address, and ask for it", NULL },
  { "code-file", 0, 0, G_OPTION_ARG_FILENAME, &given.code_file,
    "Read a code that was sent before from the first line of a file; - is standard input", "FILE" },
  { "provider", 0, 0, G_OPTION_ARG_STRING, &given.provider,
    "Sign in with that provider, such as github, in a browser", "NAME" },
  { "port", 0, 0, G_OPTION_ARG_INT, &given.port,
    "With --provider, the port of 127.0.0.1 that the browser comes back to", "PORT" },
  G_OPTION_ENTRY_NULL,
};

static char *
read_secret_file (const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  const char *actual = strcmp (path, "-") == 0 ? "/dev/stdin" : path;
  if (!g_file_get_contents (actual, &contents, &length, error))
    return NULL;
  char *secret = g_strndup (contents, strcspn (contents, "\r\n"));
  explicit_bzero (contents, length);
  if (secret[0] == '\0')
    {
      g_free (secret);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: the first line is empty", path);
      return NULL;
    }
  return secret;
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
    return read_secret_file (given.password_file, error);
  if (password != NULL && password[0] != '\0')
    return g_strdup (password);
  return prompt_password (error);
}

/* --- Ways in --------------------------------------------------------------------------------- */

static gboolean
find_email (GError **error)
{
  return given.email != NULL || (given.email = cli_prompt ("Email", TRUE, error)) != NULL;
}

/* Floating, with the address and a secret that is freed; NULL if that is no text. */
static GVariant *
pair_with_email (const char *key, char *take_secret, GError **error)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const gboolean valid = g_utf8_validate (take_secret, -1, NULL);

  g_variant_builder_add (&builder, "{sv}", "email", g_variant_new_string (given.email));
  if (valid)
    g_variant_builder_add (&builder, "{sv}", key, g_variant_new_string (take_secret));
  else
    cli_set_usage_error (error, "the %s is not valid UTF-8", key);
  syncline_secret_free (take_secret);
  GVariant *pair = g_variant_builder_end (&builder);
  if (valid)
    return pair;
  g_variant_unref (pair);
  return NULL;
}

static gboolean
with_password (SynclineClient *client, gboolean *out_session, GError **error)
{
  char *password = find_email (error) ? find_password (error) : NULL;
  GVariant *parameters = password != NULL ? pair_with_email ("password", password, error) : NULL;

  if (parameters == NULL)
    return FALSE;
  if (given.sign_up)
    return syncline_client_sign_up (client, parameters, out_session, NULL, error);
  return syncline_client_sign_in (client, parameters, NULL, error);
}

static gboolean
with_code (const Cli *cli, SynclineClient *client, GError **error)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (!find_email (error))
    return FALSE;
  if (given.code_file == NULL)
    {
      g_variant_builder_add (&builder, "{sv}", "email", g_variant_new_string (given.email));
      g_variant_builder_add (&builder, "{sv}", "otp", g_variant_new_boolean (TRUE));
      g_variant_builder_add (&builder, "{sv}", "create-user",
                             g_variant_new_boolean (given.sign_up));
      if (!syncline_client_sign_up (client, g_variant_builder_end (&builder), NULL, NULL, error))
        return FALSE;
      cli_note (cli, "a code is on its way to %s", given.email);
    }
  char *code = given.code_file != NULL ? read_secret_file (given.code_file, error)
                                       : cli_prompt ("Code", TRUE, error);
  GVariant *parameters = code != NULL ? pair_with_email ("token", code, error) : NULL;
  return parameters != NULL && syncline_client_sign_in (client, parameters, NULL, error);
}

static gboolean
anonymously (SynclineClient *client, GError **error)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "anonymous", g_variant_new_boolean (TRUE));
  return syncline_client_sign_in (client, g_variant_builder_end (&builder), NULL, error);
}

/* Where no browser can be started, somebody may open the page all the same. */
static gboolean
show_page (SynclineClient *client G_GNUC_UNUSED,
           const char *url,
           gpointer user_data,
           GError **error G_GNUC_UNUSED)
{
  const Cli *cli = user_data;

  cli_note (cli, "sign in here: %s", url);
  cli_open_browser (url, NULL);
  return TRUE;
}

static gboolean
with_browser (const Cli *cli, SynclineClient *client, GError **error)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "provider", g_variant_new_string (given.provider));
  g_variant_builder_add (&builder, "{sv}", "port", g_variant_new_uint16 ((guint16) given.port));
  return syncline_client_sign_in_with_browser (client, g_variant_builder_end (&builder), show_page,
                                               (gpointer) cli, NULL, error);
}

/* What goes together, and what does not. */
static const char *
find_contradiction (void)
{
  const gboolean code = given.otp || given.code_file != NULL;

  if (given.anonymous
      && (given.email != NULL || given.password_file != NULL || given.sign_up || code
          || given.provider != NULL))
    return "--anonymous goes with no other option of a sign-in";
  if (given.provider != NULL
      && (given.email != NULL || given.password_file != NULL || given.sign_up || code))
    return "--provider goes with --port only";
  if (given.port < 0 || given.port > G_MAXUINT16 || (given.port != 0 && given.provider == NULL))
    return "--port is a number up to 65535, and goes with --provider";
  if (code && given.password_file != NULL)
    return "a code and a password exclude each other";
  return NULL;
}

static CliExit
run (const Cli *cli, GError **error)
{
  const char *contradiction = find_contradiction ();
  if (contradiction != NULL)
    {
      cli_set_usage_error (error, "%s", contradiction);
      return CLI_EXIT_USAGE;
    }

  /* Opened, since the database may belong to another user. */
  g_autoptr (SynclineClient) client = cli_open_client (cli, error);
  if (client == NULL)
    return CLI_EXIT_FAILURE;

  gboolean signed_in = TRUE;
  const gboolean ok = given.anonymous          ? anonymously (client, error)
                      : given.provider != NULL ? with_browser (cli, client, error)
                      : given.otp || given.code_file != NULL
                          ? with_code (cli, client, error)
                          : with_password (client, &signed_in, error);
  /* Without an answer to a question nothing was asked of the server. */
  if (!ok)
    return (*error)->domain == SYNCLINE_ERROR ? CLI_EXIT_FAILURE : CLI_EXIT_USAGE;
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
    "line, where every process could read it.\n"
    "With --provider the page to sign in on is shown, and opened by $BROWSER or by the desktop's "
    "browser, which comes back to http://127.0.0.1:PORT/callback; the auth server has to allow "
    "that URL.\n"
    "If the local database holds the data of another user, nothing is done and the exit code is 9.",
  .options = options,
  .json = TRUE,
  .run = run,
};
