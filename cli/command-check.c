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

static const struct
{
  const char *word;
  CliStyle style;
} levels[] = {
  [SYNCLINE_FINDING_OK] = { "ok", CLI_STYLE_GOOD },
  [SYNCLINE_FINDING_WARNING] = { "warn", CLI_STYLE_WARN },
  [SYNCLINE_FINDING_FAULT] = { "fail", CLI_STYLE_BAD },
};

static void
add_json (Findings *findings, const char *role, const SynclineFinding *finding)
{
  json_object *result = json_object_new_object ();

  json_object_object_add (result, "check", cli_json_string (finding->topic));
  json_object_object_add (result, "role", cli_json_string (role));
  json_object_object_add (result, "ok",
                          json_object_new_boolean (finding->level != SYNCLINE_FINDING_FAULT));
  json_object_object_add (result, "level", cli_json_string (levels[finding->level].word));
  json_object_object_add (result, "message", cli_json_string (finding->message));
  json_object_object_add (result, "advice", cli_json_string (finding->advice));
  json_object_array_add (findings->results, result);
}

/* The first fault decides the exit code: what comes after may follow from it. */
static void
add_finding (Findings *findings, CliExit code, const char *role, const SynclineFinding *finding)
{
  const char *word = levels[finding->level].word;

  if (findings->code == CLI_EXIT_OK)
    findings->code = code;
  if (findings->cli->json)
    {
      add_json (findings, role, finding);
      return;
    }
  if (finding->level == SYNCLINE_FINDING_OK && findings->cli->quiet)
    return;
  printf ("%s%-6s%s%-12s%s%s%s\n", cli_style (stdout, levels[finding->level].style), word,
          cli_style (stdout, CLI_STYLE_PLAIN), finding->topic, finding->message,
          finding->advice != NULL ? "; " : "", finding->advice != NULL ? finding->advice : "");
}

/* What needs no server. */
static void
add (Findings *findings, CliExit code, const char *topic, const char *text)
{
  const SynclineFinding finding
      = { code == CLI_EXIT_OK ? SYNCLINE_FINDING_OK : SYNCLINE_FINDING_FAULT, topic, text, NULL,
          0 };

  add_finding (findings, code, NULL, &finding);
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
on_finding (const char *role,
            const char *plugin,
            const SynclineFinding *finding,
            gpointer user_data)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", plugin, finding->message);
  const SynclineFinding named
      = { finding->level, finding->topic, text, finding->advice, finding->code };
  g_autoptr (GError) error = NULL;
  CliExit code = CLI_EXIT_OK;

  if (finding->level == SYNCLINE_FINDING_FAULT)
    {
      error = g_error_new_literal (SYNCLINE_ERROR, (int) finding->code, finding->message);
      code = cli_exit_code_of_error (error);
    }
  add_finding (user_data, code, role, &named);
}

static void
check_session (Findings *findings, SynclineConfig *config, SynclineClient *client)
{
  g_autoptr (GVariant) user = syncline_client_dup_user (client);

  if (syncline_config_get (config, "syncline", "auth") == NULL)
    return;
  if (user == NULL)
    {
      /* With the servers it is told after those, which matter more. */
      if (offline)
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
  check_session (findings, config, client);
  if (!offline)
    syncline_client_check (client, on_finding, findings, NULL);
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
  .summary = "Check the config, the schema, the session and the servers",
  .description
  = "Checks everything that can be checked without changing anything, one line for each thing: the "
    "whole config file with every fault in it, the plugins and the schema; of each server whether "
    "it answers, whether the connection is encrypted and how its clock goes; the session, and "
    "whether each server takes its token; whether the server has the tables and columns of the "
    "schema; and what the sync rules give this user. Each line that is not fine says what to do.\n"
    "What a client can't see: whether sync rules give a user too much, and whether row level "
    "security lets writes through.\n"
    "The exit code is that of the first fault: 3 for the config, 5 for a server that can't be "
    "reached, 4 when nobody is signed in or a server refuses the token or the key, 6 when the "
    "server lacks a table or a column. A warning (warn) changes no exit code.",
  .options = options,
  .json = TRUE,
  .run = run,
};
