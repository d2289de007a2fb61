/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/command.h"
#include "cli/json.h"
#include "cli/option-text.h"
#include "cli/rows.h"
#include "cli/terminal.h"

#include <string.h>
#include <syncline/registry.h>

#define CORE "syncline"

static void
list_plugins (const Cli *cli)
{
  static const char *const columns[] = { "name", "kind", "version", "summary", NULL };
  g_autoptr (GPtrArray) plugins = syncline_registry_list ();
  g_autoptr (CliRows) rows = cli_rows_new (cli_rows_choose_format (cli), columns);

  for (guint i = 0; i < plugins->len; i++)
    {
      const SynclinePlugin *plugin = g_ptr_array_index (plugins, i);
      cli_rows_add_text (rows, plugin->name);
      cli_rows_add_text (rows, syncline_plugin_kind_to_string (plugin->kind));
      cli_rows_add_text (rows, plugin->version);
      cli_rows_add_text (rows, plugin->summary);
    }
}

static json_object *
json_of_choices (const char *const *choices)
{
  if (choices == NULL)
    return NULL;
  json_object *array = json_object_new_array ();
  for (guint i = 0; choices[i] != NULL; i++)
    json_object_array_add (array, cli_json_string (choices[i]));
  return array;
}

static json_object *
json_of_option (const SynclineOption *option)
{
  json_object *object = json_object_new_object ();
  const gboolean ranged = cli_option_has_range (option);

  json_object_object_add (object, "name", cli_json_string (option->name));
  json_object_object_add (object, "type", cli_json_string (cli_option_type (option)));
  json_object_object_add (object, "required",
                          json_object_new_boolean (option->flags & SYNCLINE_OPTION_REQUIRED));
  json_object_object_add (object, "secret",
                          json_object_new_boolean (option->flags & SYNCLINE_OPTION_SECRET));
  json_object_object_add (object, "deprecated",
                          json_object_new_boolean (option->flags & SYNCLINE_OPTION_DEPRECATED));
  json_object_object_add (object, "default", cli_json_string (option->default_value));
  json_object_object_add (object, "minimum",
                          ranged ? json_object_new_int64 (option->minimum) : NULL);
  json_object_object_add (object, "maximum",
                          ranged ? json_object_new_int64 (option->maximum) : NULL);
  json_object_object_add (object, "choices", json_of_choices (option->choices));
  json_object_object_add (object, "summary", cli_json_string (option->summary));
  json_object_object_add (object, "details", cli_json_string (option->details));
  return object;
}

/* TABLE, which may be NULL, as an array. */
static json_object *
json_of_options (const SynclineOption *table)
{
  json_object *array = json_object_new_array ();

  for (const SynclineOption *option = table; option != NULL && option->name != NULL; option++)
    json_object_array_add (array, json_of_option (option));
  return array;
}

static void
print_plugin_json (const SynclinePlugin *plugin)
{
  g_autoptr (json_object) object = json_object_new_object ();

  json_object_object_add (object, "name", cli_json_string (plugin->name));
  json_object_object_add (object, "kind",
                          cli_json_string (syncline_plugin_kind_to_string (plugin->kind)));
  json_object_object_add (object, "version", cli_json_string (plugin->version));
  json_object_object_add (object, "license", cli_json_string (plugin->license));
  json_object_object_add (object, "summary", cli_json_string (plugin->summary));
  json_object_object_add (object, "options", json_of_options (plugin->options));
  cli_json_print (object);
}

static void
print_option (const SynclineOption *option)
{
  g_autofree char *values = cli_option_values (option);

  printf ("\n  %s%s%s = %s%s\n", cli_style (stdout, CLI_STYLE_BOLD), option->name,
          cli_style (stdout, CLI_STYLE_PLAIN), values,
          (option->flags & SYNCLINE_OPTION_REQUIRED) != 0 ? " (required)" : "");
  printf ("      %s\n", option->summary);
  if (option->details != NULL)
    printf ("      %s\n", option->details);
  if (option->default_value != NULL)
    printf ("      Default: %s\n", option->default_value);
  if ((option->flags & SYNCLINE_OPTION_SECRET) != 0)
    printf ("      Secret: '%s-file = PATH' reads it from a file\n", option->name);
  if ((option->flags & SYNCLINE_OPTION_DEPRECATED) != 0)
    printf ("      Deprecated\n");
}

static void
print_options (const char *group, const SynclineOption *table)
{
  printf ("\n[%s]\n", group);
  for (const SynclineOption *option = table; option != NULL && option->name != NULL; option++)
    print_option (option);
}

/* The group [syncline] is no plugin's, but has a table like one. */
static void
print_core (const Cli *cli)
{
  const SynclineOption *table = syncline_registry_get_core_options ();

  if (!cli->json)
    {
      printf ("The group that says which plugins are used, and how.\n");
      print_options (CORE, table);
      return;
    }
  g_autoptr (json_object) object = json_object_new_object ();
  json_object_object_add (object, "name", cli_json_string (CORE));
  json_object_object_add (object, "options", json_of_options (table));
  cli_json_print (object);
}

static void
print_plugin (const Cli *cli, const SynclinePlugin *plugin)
{
  if (cli->json)
    {
      print_plugin_json (plugin);
      return;
    }
  printf ("%s %s (%s, %s)\n%s\n", plugin->name, plugin->version,
          syncline_plugin_kind_to_string (plugin->kind), plugin->license, plugin->summary);
  print_options (plugin->name, plugin->options);
}

static CliExit
run (const Cli *cli, GError **error)
{
  if (cli->n_arguments == 0)
    {
      list_plugins (cli);
      return CLI_EXIT_OK;
    }
  if (strcmp (cli->arguments[0], CORE) == 0)
    {
      print_core (cli);
      return CLI_EXIT_OK;
    }
  const SynclinePlugin *plugin = syncline_registry_find (cli->arguments[0], error);
  if (plugin == NULL)
    return CLI_EXIT_CONFIG;
  print_plugin (cli, plugin);
  return CLI_EXIT_OK;
}

const CliCommand cli_command_plugins = {
  .name = "plugins",
  .arguments = "[NAME]",
  .summary = "List the plugins, or the config keys of one",
  .description
  = "Lists the plugins that can be found in $SYNCLINE_PLUGIN_PATH and where Syncline is "
    "installed. With a NAME, prints every key that the plugin's group in the config file "
    "can have, with its type, its default and what it is for; 'plugins syncline' prints those of "
    "the group [syncline].",
  .json = TRUE,
  .max_arguments = 1,
  .run = run,
};
