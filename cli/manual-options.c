/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/manual.h"
#include "cli/option-text.h"
#include "core/column-type.h"
#include "core/table-options.h"

#include <stdio.h>
#include <syncline/registry.h>

/* --- One key --------------------------------------------------------------------------------- */

/* "string, required" and the like. */
static char *
describe_values (const SynclineOption *option)
{
  g_autofree char *values = cli_option_values (option);
  GString *text = g_string_new (values);

  if ((option->flags & SYNCLINE_OPTION_REQUIRED) != 0)
    g_string_append (text, ", required");
  if ((option->flags & SYNCLINE_OPTION_SECRET) != 0)
    g_string_append (text, ", secret");
  if ((option->flags & SYNCLINE_OPTION_DEPRECATED) != 0)
    g_string_append (text, ", deprecated");
  return g_string_free (text, FALSE);
}

static char *
describe (const SynclineOption *option)
{
  GString *text = g_string_new (option->summary);

  g_string_append_c (text, '.');
  if (option->details != NULL)
    g_string_append_printf (text, " %s", option->details);
  return g_string_free (text, FALSE);
}

/* --- Manual pages ---------------------------------------------------------------------------- */

static void
print_option (const SynclineOption *option)
{
  g_autofree char *values = describe_values (option);
  g_autofree char *text = describe (option);

  printf (".TP\n\\fB");
  cli_manual_print_troff (option->name);
  printf ("\\fR = \\fI");
  cli_manual_print_troff (values);
  printf ("\\fR\n");
  cli_manual_print_troff (text);
  if (option->default_value != NULL)
    {
      printf ("\nDefault: ");
      cli_manual_print_troff (option->default_value);
      putchar ('.');
    }
  putchar ('\n');
}

static void
print_options (const SynclineOption *table)
{
  for (const SynclineOption *option = table; option != NULL && option->name != NULL; option++)
    print_option (option);
}

static void
print_plugin (const SynclinePlugin *plugin)
{
  fputs (".SS \"[", stdout);
  cli_manual_print_troff (plugin->name);
  puts ("]\"");
  printf ("A plugin of the kind %s: ", syncline_plugin_kind_to_string (plugin->kind));
  cli_manual_print_troff (plugin->summary);
  puts (".");
  print_options (plugin->options);
}

void
cli_manual_print_config_page (void)
{
  g_autoptr (GPtrArray) plugins = syncline_registry_list ();

  cli_manual_print_title ("syncline.conf", 5, "which plugins Syncline uses, and how");
  puts (".SH DESCRIPTION\n"
        "Groups in brackets, lines of the form \\fIkey\\fR = \\fIvalue\\fR, comments on lines of "
        "their own that start with # or ;. An unknown group or key is a fault.\n"
        ".PP\n"
        "${NAME} is replaced from the environment, ${NAME:\\-text} falls back to the text, and $$ "
        "is a dollar sign. Paths start at the directory of the file. Durations have a unit "
        "(250ms, 30s, 5min, 2h, 1d); a bare number is seconds. Sizes are bytes, with K, M or G "
        "for powers of 1024. Lists have commas between the words.\n"
        ".PP\n"
        "A key that is marked as secret can be left out in favour of \\fIkey\\fR\\-file, which "
        "names a file with the value; credential:\\fINAME\\fR there names a credential that "
        "systemd hands to the service.\n"
        ".PP\n"
        "Files called *.conf in the folder syncline.conf.d beside the file are read after it, by "
        "name; a later key replaces an earlier one.");
  puts (".SH THE GROUP [syncline]");
  print_options (syncline_registry_get_core_options ());
  puts (".SH GROUPS OF PLUGINS\nA group has the name of a plugin that the group [syncline] uses.");
  for (guint i = 0; i < plugins->len; i++)
    print_plugin (g_ptr_array_index (plugins, i));
  puts (".SH SEE ALSO\n.BR syncline (1),\n.BR syncline\\-schema (5)");
}

static const char *
describe_type (SynclineColumnType type)
{
  switch (type)
    {
    case SYNCLINE_COLUMN_TEXT:
      return "text as it is";
    case SYNCLINE_COLUMN_UUID:
      return "the text of a UUID";
    case SYNCLINE_COLUMN_INTEGER:
      return "an integer";
    case SYNCLINE_COLUMN_BIGINT:
      return "an integer of 64 bits";
    case SYNCLINE_COLUMN_NUMERIC:
      return "text, so that it stays exact";
    case SYNCLINE_COLUMN_DOUBLE:
      return "a floating-point number";
    case SYNCLINE_COLUMN_BOOLEAN:
      return "0 or 1";
    case SYNCLINE_COLUMN_JSON:
      return "JSON text";
    case SYNCLINE_COLUMN_ARRAY:
      return "the text of a JSON array";
    case SYNCLINE_COLUMN_BYTEA:
      return "bytes";
    case SYNCLINE_COLUMN_TIMESTAMP:
      return "ISO 8601 text";
    case SYNCLINE_COLUMN_DATE:
      return "the text of a date";
    case SYNCLINE_COLUMN_TIME:
      return "the text of a time of day";
    case SYNCLINE_COLUMN_INTERVAL:
      return "the text of an interval";
    }
  return NULL;
}

static void
print_types (void)
{
  for (int kind = SYNCLINE_COLUMN_TEXT; kind <= SYNCLINE_COLUMN_INTERVAL; kind++)
    {
      SynclineColumnType type;
      const char *name;
      gboolean first = TRUE;

      if (kind == SYNCLINE_COLUMN_ARRAY)
        continue;
      puts (".TP");
      for (guint i = 0; (name = syncline_column_type_list (i, &type)) != NULL; i++)
        {
          if ((int) type != kind)
            continue;
          printf ("%s\\fB%s\\fR", first ? "" : ", ", name);
          first = FALSE;
        }
      printf ("\nKept as %s.\n", describe_type ((SynclineColumnType) kind));
    }
  printf (".TP\nany of them with \\fB[]\\fR\nKept as %s.\n", describe_type (SYNCLINE_COLUMN_ARRAY));
}

void
cli_manual_print_schema_page (void)
{
  cli_manual_print_title ("syncline-schema", 5, "the tables that a device keeps");
  puts (".SH DESCRIPTION\n"
        "The file that the key schema of\n.BR syncline.conf (5)\nnames. A group "
        "[table \\fINAME\\fR] declares a table, with one line \\fIcolumn\\fR = \\fItype\\fR for "
        "each column; the column id, a text, is always there and not listed. A group "
        "[options \\fINAME\\fR] may say more of that table.\n"
        ".SH EXAMPLE\n.nf\n[table todos]\nlist_id = uuid\ndescription = text\n"
        "completed = boolean\n\n[options todos]\nindexes = by_list(list_id)\n.fi\n"
        ".SH TYPES\n"
        "The types of Postgres, by any of their names and with their modifiers, such as "
        "numeric(12,2). A type of your own, such as an enum, is text.");
  print_types ();
  puts (".SH OPTIONS OF A TABLE");
  print_options (syncline_table_options);
  puts (".SH SEE ALSO\n.BR syncline (1),\n.BR syncline.conf (5)");
}

/* --- Markdown -------------------------------------------------------------------------------- */

/* A bar would end the cell. */
static void
print_cell (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  g_autofree char *escaped = g_strjoinv ("\\|", parts);

  printf (" %s |", escaped);
}

static void
print_table (const SynclineOption *table)
{
  printf ("\n| key | value | default | |\n|---|---|---|---|\n");
  for (const SynclineOption *option = table; option->name != NULL; option++)
    {
      const char *fallback = option->default_value;
      g_autofree char *name = g_strdup_printf ("`%s`", option->name);
      g_autofree char *values = describe_values (option);
      g_autofree char *quoted
          = fallback != NULL && fallback[0] != '\0' ? g_strdup_printf ("`%s`", fallback) : NULL;
      g_autofree char *text = describe (option);

      putchar ('|');
      print_cell (name);
      print_cell (values);
      print_cell (quoted != NULL ? quoted : "");
      print_cell (text);
      putchar ('\n');
    }
}

void
cli_manual_print_option_tables (void)
{
  g_autoptr (GPtrArray) plugins = syncline_registry_list ();

  printf ("### `[syncline]`\n");
  print_table (syncline_registry_get_core_options ());
  for (guint i = 0; i < plugins->len; i++)
    {
      const SynclinePlugin *plugin = g_ptr_array_index (plugins, i);
      printf ("\n### `[%s]`\n\n%s: %s.\n", plugin->name,
              syncline_plugin_kind_to_string (plugin->kind), plugin->summary);
      if (plugin->options != NULL && plugin->options->name != NULL)
        print_table (plugin->options);
    }
  printf ("\n### `[options TABLE]` in the schema file\n");
  print_table (syncline_table_options);
}
