/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/terminal.h"
#include "cli/user.h"

#include <syncline/registry.h>

static gboolean offline;

static const GOptionEntry options[] = {
  { "offline", 0, 0, G_OPTION_ARG_NONE, &offline, "Ask no server", NULL },
  G_OPTION_ENTRY_NULL,
};

/* What was found: lines for a person as they come, or objects for a program at the end. */
typedef struct
{
  const Cli *cli;
  json_object *results;
  CliExit code;
} Findings;

/* The first thing that is wrong decides the exit code: what comes after may follow from it. */
static void
add (Findings *findings, CliExit code, const char *what, const char *text)
{
  const gboolean ok = code == CLI_EXIT_OK;

  if (findings->code == CLI_EXIT_OK)
    findings->code = code;
  if (findings->cli->json)
    {
      json_object *result = json_object_new_object ();
      json_object_object_add (result, "check", cli_json_string (what));
      json_object_object_add (result, "ok", json_object_new_boolean (ok));
      json_object_object_add (result, "message", cli_json_string (text));
      json_object_array_add (findings->results, result);
      return;
    }
  if (ok && findings->cli->quiet)
    return;
  printf ("%s%-6s%s%-12s%s\n", cli_style (stdout, ok ? CLI_STYLE_GOOD : CLI_STYLE_BAD),
          ok ? "ok" : "fail", cli_style (stdout, CLI_STYLE_PLAIN), what, text);
}

/* An error about the config has a line for each fault. */
static void
add_error (Findings *findings, const char *what, const GError *error)
{
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] != '\0')
        add (findings, cli_exit_code_of_error (error), what, lines[i]);
    }
}

static SynclineConfig *
check_config (Findings *findings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineConfig) config = cli_load_config (findings->cli, &error);

  if (config == NULL || !syncline_config_check (config, &error))
    {
      add_error (findings, "config", error);
      return NULL;
    }
  add (findings, CLI_EXIT_OK, "config", findings->cli->config_path);
  return g_steal_pointer (&config);
}

/* The versions of the plugins that NAMES, separated by commas, lists. */
static char *
describe_plugins (const char *names)
{
  g_auto (GStrv) parts = g_strsplit (names, ",", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *name = g_strstrip (parts[i]);
      const SynclinePlugin *plugin = syncline_registry_find (name, NULL);
      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", name,
                              plugin != NULL ? plugin->version : "");
    }
  return g_string_free (text, FALSE);
}

static void
check_plugins (Findings *findings, SynclineConfig *config)
{
  static const char *const roles[] = { "store", "upload", "download", "auth", "serializer" };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      const char *names = syncline_config_get (config, "syncline", roles[i]);
      if (names == NULL)
        continue;
      g_autofree char *text = describe_plugins (names);
      add (findings, CLI_EXIT_OK, roles[i], text);
    }
}

static void
check_schema (Findings *findings, SynclineClient *client)
{
  const guint n = syncline_schema_get_n_tables (syncline_client_get_schema (client));
  g_autofree char *text = g_strdup_printf ("%u %s", n, n == 1 ? "table" : "tables");

  add (findings, CLI_EXIT_OK, "schema", text);
}

static void
on_probed (const char *role G_GNUC_UNUSED,
           const char *plugin,
           const char *message,
           const GError *error,
           gpointer user_data)
{
  Findings *findings = user_data;
  g_autofree char *text
      = g_strdup_printf ("%s: %s", plugin, message != NULL ? message : "it answers");

  if (error != NULL)
    add_error (findings, "server", error);
  else
    add (findings, CLI_EXIT_OK, "server", text);
}

static void
check_session (Findings *findings, SynclineConfig *config, SynclineClient *client)
{
  g_autoptr (GVariant) user = syncline_client_dup_user (client);

  if (syncline_config_get (config, "syncline", "auth") == NULL)
    return;
  if (user == NULL)
    {
      add (findings, CLI_EXIT_NO_SESSION, "session",
           "nobody is signed in; 'syncline login' signs in");
      return;
    }
  g_autofree char *who = cli_describe_user (user);
  add (findings, CLI_EXIT_OK, "session", who);
}

static void
check_all (Findings *findings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineConfig) config = check_config (findings);

  if (config == NULL)
    return;
  g_autoptr (SynclineClient) client = syncline_client_new (config, &error);
  if (client == NULL)
    {
      add_error (findings, "config", error);
      return;
    }
  check_plugins (findings, config);
  check_schema (findings, client);
  if (!offline)
    syncline_client_probe (client, on_probed, findings, NULL);
  check_session (findings, config, client);
}

static CliExit
run (const Cli *cli, GError **error G_GNUC_UNUSED)
{
  g_autoptr (json_object) results = json_object_new_array ();
  Findings findings = { cli, results, CLI_EXIT_OK };

  check_all (&findings);
  if (cli->json)
    cli_json_print (results);
  return findings.code;
}

const CliCommand cli_command_check = {
  .name = "check",
  .summary = "Check the config, the schema, the servers and the session",
  .description
  = "Checks everything that can be checked without changing anything, one line for each thing: the "
    "whole config file with every fault in it, the plugins, the schema, whether each server "
    "answers, "
    "and whether somebody is signed in.\n"
    "The exit code is that of the first thing that is wrong: 3 for the config, 5 for a server that "
    "can't "
    "be reached, 4 when nobody is signed in.",
  .options = options,
  .json = TRUE,
  .run = run,
};
