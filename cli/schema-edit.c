/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/schema-edit.h"

#include <string.h>

/* --- Lines of a schema file ------------------------------------------------------------------- */

/* The name in "[table NAME]", or NULL. */
static char *
read_heading (const char *line)
{
  g_autofree char *text = g_strstrip (g_strdup (line));

  if (!g_str_has_prefix (text, "[table ") || !g_str_has_suffix (text, "]"))
    return NULL;
  text[strlen (text) - 1] = '\0';
  return g_strdup (g_strstrip (text + strlen ("[table ")));
}

static gboolean
is_heading (const char *line)
{
  return line[strspn (line, " \t")] == '[';
}

/* The key of "key = value"; also of one in a comment when COMMENTED. */
static char *
read_key (const char *line, gboolean commented)
{
  const char *at = line + strspn (line, " \t");

  if ((*at == '#' || *at == ';') != commented)
    return NULL;
  if (commented)
    at += strspn (at, "#; \t");
  const char *equals = strchr (at, '=');
  if (equals == NULL || equals == at)
    return NULL;
  g_autofree char *key = g_strndup (at, (gsize) (equals - at));
  return g_strdup (g_strstrip (key));
}

/* The columns that comments of the table NAME leave out. */
static GHashTable *
find_left_out (char **lines, const char *name)
{
  GHashTable *left_out = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean inside = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (is_heading (lines[i]))
        {
          g_autofree char *heading = read_heading (lines[i]);
          inside = g_strcmp0 (heading, name) == 0;
        }
      char *key = inside ? read_key (lines[i], TRUE) : NULL;
      if (key != NULL)
        g_hash_table_add (left_out, key);
    }
  return left_out;
}

/* Whether the column belongs into a schema file. */
static gboolean
is_wanted (const CliColumn *column, GHashTable *left_out)
{
  return strcmp (column->name, "id") != 0 && cli_name_fits (column->name)
         && !g_hash_table_contains (left_out, column->name);
}

static const SynclineColumn *
find_local_column (const SynclineTable *table, const char *name)
{
  for (guint i = 0; i < syncline_table_get_n_columns (table); i++)
    {
      const SynclineColumn *column = syncline_table_get_column (table, i);
      if (strcmp (syncline_column_get_name (column), name) == 0)
        return column;
    }
  return NULL;
}

/* --- Comparing -------------------------------------------------------------------------------- */

static void
free_difference (gpointer data)
{
  CliDifference *difference = data;

  g_free (difference->table);
  g_free (difference->column);
  g_free (difference->here);
  g_free (difference->there);
  g_free (difference);
}

static void
add_difference (GPtrArray *differences,
                const SynclineTable *table,
                const char *column,
                const char *here,
                const char *there)
{
  CliDifference *difference = g_new0 (CliDifference, 1);

  difference->table = g_strdup (syncline_table_get_name (table));
  difference->column = g_strdup (column);
  difference->here = g_strdup (here);
  difference->there = g_strdup (there);
  g_ptr_array_add (differences, difference);
}

static void
compare_table (GPtrArray *differences,
               char **lines,
               const SynclineTable *local,
               const CliTable *remote)
{
  g_autoptr (GHashTable) left_out = find_left_out (lines, syncline_table_get_name (local));

  for (guint i = 0; i < syncline_table_get_n_columns (local); i++)
    {
      const SynclineColumn *column = syncline_table_get_column (local, i);
      const char *name = syncline_column_get_name (column);
      const char *here = syncline_column_get_declared (column);
      const CliColumn *there = cli_table_find_column (remote, name);
      g_autofree char *type = there != NULL ? cli_schema_type (there->type) : NULL;
      if (type == NULL || !cli_types_agree (here, type))
        add_difference (differences, local, name, here, type);
    }
  for (guint i = 0; i < remote->columns->len; i++)
    {
      const CliColumn *column = g_ptr_array_index (remote->columns, i);
      g_autofree char *type = cli_schema_type (column->type);
      if (is_wanted (column, left_out) && find_local_column (local, column->name) == NULL)
        add_difference (differences, local, column->name, NULL, type);
    }
}

GPtrArray *
cli_schema_compare (const char *text, SynclineSchema *schema, CliTables *tables)
{
  GPtrArray *differences = g_ptr_array_new_with_free_func (free_difference);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; i < syncline_schema_get_n_tables (schema); i++)
    {
      const SynclineTable *local = syncline_schema_get_table (schema, i);
      if (syncline_table_get_mode (local) == SYNCLINE_TABLE_LOCAL_ONLY)
        continue;
      const CliTable *remote = cli_tables_find (tables, syncline_table_get_server_name (local));
      if (remote == NULL)
        add_difference (differences, local, NULL, "table", NULL);
      else
        compare_table (differences, lines, local, remote);
    }
  return differences;
}

/* --- Editing ---------------------------------------------------------------------------------- */

typedef struct
{
  GString *text;
  SynclineSchema *schema;
  CliTables *tables;
  GPtrArray *wanted;
  char **lines;
  /* Of the group that is being copied; REMOTE is NULL where nothing is to be changed. */
  const SynclineTable *local;
  const CliTable *remote;
  gsize end; /* where its last column ends in TEXT */
} Editor;

static gboolean
is_among (GPtrArray *names, const char *name)
{
  return g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL);
}

static void
append_column (GString *text, const CliColumn *column)
{
  g_autofree char *type = cli_schema_type (column->type);

  g_string_append_printf (text, "%s = %s\n", column->name, type);
}

/* What the server has and the group lacks, behind the group's last column. */
static void
end_group (Editor *editor)
{
  g_autoptr (GString) missing = g_string_new (NULL);

  if (editor->remote == NULL)
    return;
  g_autoptr (GHashTable) left_out
      = find_left_out (editor->lines, syncline_table_get_name (editor->local));
  for (guint i = 0; i < editor->remote->columns->len; i++)
    {
      const CliColumn *column = g_ptr_array_index (editor->remote->columns, i);
      if (is_wanted (column, left_out) && find_local_column (editor->local, column->name) == NULL)
        append_column (missing, column);
    }
  g_string_insert (editor->text, (gssize) editor->end, missing->str);
  editor->remote = NULL;
}

static void
begin_group (Editor *editor, const char *line)
{
  g_autofree char *name = read_heading (line);

  end_group (editor);
  editor->local = name != NULL ? syncline_schema_find_table (editor->schema, name) : NULL;
  if (editor->local == NULL || syncline_table_get_mode (editor->local) == SYNCLINE_TABLE_LOCAL_ONLY)
    return;
  const char *server_name = syncline_table_get_server_name (editor->local);
  if (is_among (editor->wanted, server_name))
    editor->remote = cli_tables_find (editor->tables, server_name);
}

/* FALSE when the line is of a column that the server does not have. */
static gboolean
copy_column (Editor *editor, const char *line, const char *key)
{
  const CliColumn *there = cli_table_find_column (editor->remote, key);
  const SynclineColumn *here = find_local_column (editor->local, key);

  if (there == NULL)
    return FALSE;
  g_autofree char *type = cli_schema_type (there->type);
  if (here != NULL && cli_types_agree (syncline_column_get_declared (here), type))
    g_string_append_printf (editor->text, "%s\n", line);
  else
    append_column (editor->text, there);
  return TRUE;
}

static void
copy_line (Editor *editor, const char *line)
{
  g_autofree char *key = read_key (line, FALSE);
  g_autofree char *commented = read_key (line, TRUE);

  if (is_heading (line))
    begin_group (editor, line);
  else if (editor->remote != NULL && key != NULL)
    {
      if (copy_column (editor, line, key))
        editor->end = editor->text->len;
      return;
    }
  g_string_append_printf (editor->text, "%s\n", line);
  if (is_heading (line) || commented != NULL)
    editor->end = editor->text->len;
}

static void
append_table (Editor *editor, const CliTable *table)
{
  g_string_append_printf (editor->text, "%s[table %s]\n", editor->text->len > 0 ? "\n" : "",
                          table->name);
  for (guint i = 0; i < table->columns->len; i++)
    {
      const CliColumn *column = g_ptr_array_index (table->columns, i);
      if (strcmp (column->name, "id") != 0 && cli_name_fits (column->name))
        append_column (editor->text, column);
    }
}

char *
cli_schema_edit (const char *text, SynclineSchema *schema, CliTables *tables, GPtrArray *wanted)
{
  g_autofree char *whole = *text == '\0' || g_str_has_suffix (text, "\n")
                               ? g_strdup (text)
                               : g_strconcat (text, "\n", NULL);
  g_auto (GStrv) lines = g_strsplit (whole, "\n", -1);
  Editor editor = {
    .text = g_string_new (NULL),
    .schema = schema,
    .tables = tables,
    .wanted = wanted,
    .lines = lines,
  };

  /* The last piece is what stands behind the last newline: nothing. */
  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    copy_line (&editor, lines[i]);
  end_group (&editor);
  for (guint i = 0; i < wanted->len; i++)
    {
      const char *name = g_ptr_array_index (wanted, i);
      const CliTable *table = cli_tables_find (tables, name);
      if (table != NULL && syncline_schema_find_server_table (schema, name, -1) == NULL)
        append_table (&editor, table);
    }
  return g_string_free (editor.text, FALSE);
}
