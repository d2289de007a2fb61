/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/migrations.h"
#include "cli/pg-sql.h"

#include <string.h>

typedef struct
{
  CliTables *tables;
  GHashTable *domains; /* names of domains to their types */
  GPtrArray *complaints;
  const char *schema; /* wanted */
  char *current;      /* that names without a schema belong to */
  const char *file;
  const GPtrArray *tokens;
  guint at;
} Reader;

/* --- Tokens ---------------------------------------------------------------------------------- */

static const PgToken *
peek (const Reader *reader)
{
  return reader->at < reader->tokens->len ? g_ptr_array_index (reader->tokens, reader->at) : NULL;
}

static gboolean
accept (Reader *reader, const char *word)
{
  if (!pg_token_is (peek (reader), word))
    return FALSE;
  reader->at++;
  return TRUE;
}

/* All of the words, separated by spaces, or none. */
static gboolean
accept_all (Reader *reader, const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  const guint start = reader->at;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (!accept (reader, parts[i]))
        {
          reader->at = start;
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
accept_any (Reader *reader, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (accept (reader, words[i]))
        return TRUE;
    }
  return FALSE;
}

static const char *
take_name (Reader *reader)
{
  const PgToken *token = peek (reader);

  if (token == NULL || (token->kind != PG_WORD && token->kind != PG_NAME))
    return NULL;
  reader->at++;
  return token->text;
}

/* The name of a table of the wanted schema; NULL for those of others and for what is no name. */
static const char *
take_table (Reader *reader)
{
  const char *schema = reader->current;
  const char *name = take_name (reader);

  if (name != NULL && accept (reader, "."))
    {
      schema = name;
      name = take_name (reader);
    }
  return name != NULL && g_strcmp0 (schema, reader->schema) == 0 ? name : NULL;
}

/* Moves to the next comma or closing parenthesis that belongs to nothing opened from here on. */
static void
skip_element (Reader *reader)
{
  int depth = 0;

  for (const PgToken *token; (token = peek (reader)) != NULL; reader->at++)
    {
      if (pg_token_is (token, "(") || pg_token_is (token, "["))
        depth++;
      else if (depth > 0 && (pg_token_is (token, ")") || pg_token_is (token, "]")))
        depth--;
      else if (depth == 0 && (pg_token_is (token, ",") || pg_token_is (token, ")")))
        return;
    }
}

static void G_GNUC_PRINTF (2, 3) complain (Reader *reader, const char *format, ...)
{
  const PgToken *first = g_ptr_array_index (reader->tokens, 0);
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (reader->complaints,
                   g_strdup_printf ("%s:%u: %s", reader->file, first->line, text));
}

/* --- Columns --------------------------------------------------------------------------------- */

/* What a type ends at. */
static gboolean
ends_type (const PgToken *token)
{
  static const char *const words[]
      = { "constraint", "not",        "null",    "default",     "primary", "unique",
          "check",      "references", "collate", "compression", "storage", "generated",
          "deferrable", "initially",  "using",   ",",           ")",       NULL };

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (pg_token_is (token, words[i]))
        return TRUE;
    }
  return token == NULL;
}

/* "timestamp(3) with time zone", "public.mood[]" */
static char *
take_type (Reader *reader)
{
  GString *type = g_string_new (NULL);

  while (!ends_type (peek (reader)))
    {
      const PgToken *token = peek (reader);
      const gboolean word = token->kind == PG_WORD || token->kind == PG_NAME;
      if (word && type->len > 0 && g_ascii_isalnum (type->str[type->len - 1]))
        g_string_append_c (type, ' ');
      if (word && type->len > 0 && type->str[type->len - 1] == ')')
        g_string_append_c (type, ' ');
      g_string_append (type, token->text);
      reader->at++;
      if (pg_token_is (token, "("))
        {
          const guint start = reader->at;
          skip_element (reader);
          while (accept (reader, ","))
            skip_element (reader);
          for (guint i = start; i < reader->at; i++)
            g_string_append (type, ((PgToken *) g_ptr_array_index (reader->tokens, i))->text);
          if (accept (reader, ")"))
            g_string_append_c (type, ')');
        }
    }
  return g_string_free (type, FALSE);
}

/* A domain is its type, and a type of an extension goes by its plain name. */
static char *
resolve_type (const Reader *reader, const char *type)
{
  static const char *const prefixes[] = { "pg_catalog.", "extensions.", "public." };
  const char *plain = type;

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      if (g_str_has_prefix (plain, prefixes[i]))
        plain += strlen (prefixes[i]);
    }
  const gboolean is_array = g_str_has_suffix (plain, "[]");
  g_autofree char *element = g_strndup (plain, strlen (plain) - (is_array ? 2 : 0));
  const char *domain = g_hash_table_lookup (reader->domains, element);
  return g_strconcat (domain != NULL ? domain : element, is_array ? "[]" : "", NULL);
}

/* Whether the rest of a column's definition makes it the key. Ends behind it. */
static gboolean
take_column_constraints (Reader *reader)
{
  const guint start = reader->at;

  skip_element (reader);
  for (guint i = start; i + 1 < reader->at; i++)
    {
      if (pg_token_is (g_ptr_array_index (reader->tokens, i), "primary")
          && pg_token_is (g_ptr_array_index (reader->tokens, i + 1), "key"))
        return TRUE;
    }
  return FALSE;
}

static void
take_column (Reader *reader, CliTable *table)
{
  const char *name = take_name (reader);
  g_autofree char *type = name != NULL ? take_type (reader) : NULL;

  if (type == NULL || *type == '\0')
    {
      complain (reader, "a column of %s can't be made out", table->name);
      skip_element (reader);
      return;
    }
  g_autofree char *resolved = resolve_type (reader, type);
  const gboolean is_key = take_column_constraints (reader);
  cli_table_add_column (table, name, resolved, is_key);
}

/* PRIMARY KEY (a, b) */
static void
take_key (Reader *reader, const CliTable *table)
{
  if (!accept (reader, "("))
    return;
  do
    {
      const char *name = take_name (reader);
      CliColumn *column = name != NULL ? cli_table_find_column (table, name) : NULL;
      if (column != NULL)
        column->is_key = TRUE;
    }
  while (accept (reader, ","));
  accept (reader, ")");
}

/* FALSE when what stands there is a column. Ends before the comma or parenthesis otherwise. */
static gboolean
take_table_constraint (Reader *reader, const CliTable *table)
{
  static const char *const kinds[] = { "unique", "check", "foreign", "exclude", NULL };

  if (accept (reader, "constraint"))
    take_name (reader);
  else if (!pg_token_is (peek (reader), "primary") && !pg_token_is (peek (reader), "unique")
           && !pg_token_is (peek (reader), "check") && !pg_token_is (peek (reader), "foreign")
           && !pg_token_is (peek (reader), "exclude"))
    return FALSE;
  if (accept_all (reader, "primary key"))
    take_key (reader, table);
  else
    accept_any (reader, kinds);
  skip_element (reader);
  return TRUE;
}

/* --- Statements ------------------------------------------------------------------------------ */

static void
create_table (Reader *reader)
{
  const gboolean only_if_new = accept_all (reader, "if not exists");
  const char *name = take_table (reader);

  if (name == NULL || (only_if_new && cli_tables_find (reader->tables, name) != NULL))
    return;
  CliTable *table = cli_tables_add (reader->tables, name);
  if (!accept (reader, "("))
    {
      complain (reader, "the columns of %s come from elsewhere (AS, OF or PARTITION OF)", name);
      return;
    }
  do
    {
      if (accept (reader, "like"))
        {
          complain (reader, "columns of %s come from another table (LIKE)", name);
          skip_element (reader);
        }
      else if (!pg_token_is (peek (reader), ")") && !take_table_constraint (reader, table))
        take_column (reader, table);
    }
  while (accept (reader, ","));
  if (accept (reader, ")") && accept (reader, "inherits"))
    complain (reader, "columns of %s come from another table (INHERITS)", name);
}

static void
add_to_table (Reader *reader, CliTable *table)
{
  if (!pg_token_is (peek (reader), "column") && take_table_constraint (reader, table))
    return;
  accept (reader, "column");
  accept_all (reader, "if not exists");
  take_column (reader, table);
}

static void
drop_from_table (Reader *reader, CliTable *table)
{
  if (accept (reader, "constraint"))
    return;
  accept (reader, "column");
  accept_all (reader, "if exists");
  const char *name = take_name (reader);
  if (name != NULL)
    cli_table_remove_column (table, name);
}

static void
rename_in_table (Reader *reader, CliTable *table)
{
  if (accept (reader, "constraint"))
    return;
  if (accept (reader, "to"))
    {
      const char *name = take_name (reader);
      g_free (table->name);
      table->name = g_strdup (name != NULL ? name : "");
      return;
    }
  accept (reader, "column");
  const char *from = take_name (reader);
  CliColumn *column = from != NULL ? cli_table_find_column (table, from) : NULL;
  const char *to = accept (reader, "to") ? take_name (reader) : NULL;
  if (column == NULL || to == NULL)
    {
      complain (reader, "renames a column of %s that no migration makes", table->name);
      return;
    }
  g_free (column->name);
  column->name = g_strdup (to);
}

static void
alter_column (Reader *reader, CliTable *table)
{
  accept (reader, "column");
  const char *name = take_name (reader);
  CliColumn *column = name != NULL ? cli_table_find_column (table, name) : NULL;

  if (!accept_all (reader, "set data type") && !accept (reader, "type"))
    return;
  g_autofree char *type = take_type (reader);
  if (column == NULL)
    {
      complain (reader, "changes a column of %s that no migration makes", table->name);
      return;
    }
  g_free (column->type);
  column->type = resolve_type (reader, type);
}

/* FALSE when the table is gone. */
static gboolean
alter_table_once (Reader *reader, CliTable *table)
{
  if (accept (reader, "add"))
    add_to_table (reader, table);
  else if (accept (reader, "drop"))
    drop_from_table (reader, table);
  else if (accept (reader, "rename"))
    rename_in_table (reader, table);
  else if (accept (reader, "alter"))
    alter_column (reader, table);
  else if (accept (reader, "inherit"))
    complain (reader, "columns of %s come from another table (INHERIT)", table->name);
  else if (accept_all (reader, "set schema"))
    {
      cli_tables_remove (reader->tables, table->name);
      return FALSE;
    }
  skip_element (reader);
  return TRUE;
}

static void
alter_table (Reader *reader)
{
  const gboolean only_if_there = accept_all (reader, "if exists");

  accept (reader, "only");
  const char *name = take_table (reader);
  CliTable *table = name != NULL ? cli_tables_find (reader->tables, name) : NULL;
  accept (reader, "*");
  if (table == NULL)
    {
      if (name != NULL && !only_if_there)
        complain (reader, "alters %s, which no migration makes", name);
      return;
    }
  while (alter_table_once (reader, table) && accept (reader, ","))
    ;
}

static void
drop_table (Reader *reader)
{
  accept_all (reader, "if exists");
  do
    {
      const char *name = take_table (reader);
      if (name != NULL)
        cli_tables_remove (reader->tables, name);
    }
  while (accept (reader, ","));
}

static void
create_domain (Reader *reader)
{
  const char *name = take_name (reader);

  if (name != NULL && accept (reader, "."))
    name = take_name (reader);
  accept (reader, "as");
  g_autofree char *type = take_type (reader);
  if (name != NULL)
    g_hash_table_insert (reader->domains, g_strdup (name), resolve_type (reader, type));
}

static void
create (Reader *reader)
{
  if (accept (reader, "temporary") || accept (reader, "temp") || accept (reader, "global")
      || accept (reader, "local"))
    return;
  accept (reader, "unlogged");
  if (accept (reader, "table"))
    create_table (reader);
  else if (accept (reader, "domain"))
    create_domain (reader);
  else if (accept_all (reader, "foreign table"))
    complain (reader, "makes a foreign table");
}

/* SET search_path: names without a schema are in the first one of it. */
static void
set (Reader *reader)
{
  accept (reader, "local");
  accept (reader, "session");
  if (!accept (reader, "search_path") || !(accept (reader, "to") || accept (reader, "=")))
    return;
  const PgToken *token = peek (reader);
  g_free (reader->current);
  reader->current = g_strdup (token != NULL ? token->text : "");
}

/* A block is run, unlike the body of a function; what it does can depend on anything. */
static void
do_block (Reader *reader)
{
  static const char pattern[] = "\\b(?:create|drop)\\s+(?:\\w+\\s+)?table\\b|\\balter\\s+table\\b[^"
                                ";]*\\b(?:add|drop|rename|alter)\\b";

  for (const PgToken *token; (token = peek (reader)) != NULL; reader->at++)
    {
      if (token->kind == PG_TEXT
          && g_regex_match_simple (pattern, token->text, G_REGEX_CASELESS, 0))
        complain (reader, "a DO block makes or changes tables");
    }
}

static void
read_statement (Reader *reader, const GPtrArray *tokens)
{
  reader->tokens = tokens;
  reader->at = 0;
  if (accept (reader, "create"))
    create (reader);
  else if (accept_all (reader, "alter table"))
    alter_table (reader);
  else if (accept_all (reader, "drop table"))
    drop_table (reader);
  else if (accept_all (reader, "drop schema"))
    complain (reader, "drops a schema");
  else if (accept (reader, "set"))
    set (reader);
  else if (accept (reader, "do"))
    do_block (reader);
}

/* --- Files ----------------------------------------------------------------------------------- */

static gboolean
read_file (Reader *reader, const char *path, GError **error)
{
  g_autofree char *sql = NULL;

  if (!g_file_get_contents (path, &sql, NULL, error))
    return FALSE;
  g_autoptr (GPtrArray) statements = pg_sql_split (sql);
  reader->file = path;
  /* Each migration is a session of its own. */
  g_free (reader->current);
  reader->current = g_strdup ("public");
  for (guint i = 0; i < statements->len; i++)
    read_statement (reader, g_ptr_array_index (statements, i));
  return TRUE;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The files of a folder in order, or the one file that PATH is. */
static GPtrArray *
list_files (const char *path, GError **error)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_ptr_array_add (files, g_strdup (path));
      return files;
    }
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".sql"))
        g_ptr_array_add (files, g_build_filename (path, name, NULL));
    }
  if (dir != NULL && files->len == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s: there is no file *.sql in it", path);
  if (files->len == 0)
    {
      g_ptr_array_unref (files);
      return NULL;
    }
  g_ptr_array_sort (files, compare_paths);
  return files;
}

CliTables *
cli_migrations_read (const char *path, const char *schema, GPtrArray *complaints, GError **error)
{
  g_autoptr (GPtrArray) files = list_files (path, error);
  g_autoptr (CliTables) tables = cli_tables_new ();
  g_autoptr (GHashTable) domains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Reader reader
      = { .tables = tables, .domains = domains, .complaints = complaints, .schema = schema };
  gboolean ok = files != NULL;

  for (guint i = 0; ok && i < files->len; i++)
    ok = read_file (&reader, g_ptr_array_index (files, i), error);
  g_free (reader.current);
  if (!ok)
    return NULL;
  cli_tables_sort (tables);
  return g_steal_pointer (&tables);
}
