/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "columns.h"

#include <string.h>

/* One entry of an option. */
typedef struct
{
  char *table; /* NULL: all tables */
  char *column;
  char *name; /* NULL: the server's own */
} Rule;

/* Options hold a handful of entries, so that going through them beats hashing. */
struct _ColumnRules
{
  GArray *owned;
  GArray *renamed;
};

static void
rule_clear (gpointer data)
{
  Rule *rule = data;

  g_free (rule->table);
  g_free (rule->column);
  g_free (rule->name);
}

static gboolean
slice_equals (SynclineSlice slice, const char *text)
{
  return strlen (text) == slice.length && memcmp (slice.data, text, slice.length) == 0;
}

static const Rule *
find_rule (GArray *rules, const SynclineTable *table, SynclineSlice column)
{
  for (guint i = 0; i < rules->len; i++)
    {
      const Rule *rule = &g_array_index (rules, Rule, i);
      if (slice_equals (column, rule->column)
          && (rule->table == NULL || g_str_equal (rule->table, syncline_table_get_name (table))))
        return rule;
    }
  return NULL;
}

SynclineSlice
column_rules_map (const ColumnRules *rules, const SynclineTable *table, SynclineSlice column)
{
  const SynclineSlice absent = { NULL, 0 };

  if (find_rule (rules->owned, table, column) != NULL)
    return absent;
  const Rule *rename = find_rule (rules->renamed, table, column);
  if (rename == NULL)
    return column;
  /* A detour by another name does not make it less the server's. */
  SynclineSlice name = { rename->name, strlen (rename->name) };
  return find_rule (rules->owned, table, name) != NULL ? absent : name;
}

/* A rule for all tables is one for this table if it has the column, unless there is one for this table alone. */
static gboolean
is_rule_of (const ColumnRules *rules, const Rule *rule, const SynclineTable *table)
{
  const SynclineSlice column = { rule->column, strlen (rule->column) };

  return syncline_table_find_column (table, rule->column, -1) >= 0
         && find_rule (rules->renamed, table, column) == rule;
}

gboolean
column_rules_rename_any (const ColumnRules *rules, const SynclineTable *table)
{
  for (guint i = 0; i < rules->renamed->len; i++)
    if (is_rule_of (rules, &g_array_index (rules->renamed, Rule, i), table))
      return TRUE;
  return FALSE;
}

SynclineSlice
column_rules_unmap (const ColumnRules *rules, const SynclineTable *table, SynclineSlice name)
{
  for (guint i = 0; i < rules->renamed->len; i++)
    {
      const Rule *rule = &g_array_index (rules->renamed, Rule, i);
      if (slice_equals (name, rule->name) && is_rule_of (rules, rule, table))
        return (SynclineSlice){ rule->column, strlen (rule->column) };
    }
  return (SynclineSlice){ NULL, 0 };
}

/* --- Reading the options ----------------------------------------------------------------------- */

/* Splits `TABLE.COLUMN=NAME`; FALSE when a part is empty or, with @has_name, missing. */
static gboolean
parse_rule (const char *entry, gboolean has_name, Rule *rule)
{
  g_autofree char *place = g_strdup (entry);

  if (has_name)
    {
      char *equals = strchr (place, '=');
      if (equals == NULL)
        return FALSE;
      *equals = '\0';
      rule->name = g_strstrip (g_strdup (equals + 1));
    }
  char *dot = strchr (place, '.');
  if (dot != NULL)
    {
      *dot = '\0';
      rule->table = g_strstrip (g_strdup (place));
    }
  rule->column = g_strstrip (g_strdup (dot != NULL ? dot + 1 : place));
  return *rule->column != '\0' && (rule->table == NULL || *rule->table != '\0')
         && (rule->name == NULL || *rule->name != '\0');
}

static gboolean
any_table_has (SynclineSchema *schema, const char *column)
{
  for (guint i = 0; i < syncline_schema_get_n_tables (schema); i++)
    if (syncline_table_find_column (syncline_schema_get_table (schema, i), column, -1) >= 0)
      return TRUE;
  return FALSE;
}

/* What is wrong with a rule in itself; NULL if nothing is. A server-owned column need not be in the
 * schema: that it is not there is the best way not to send it. */
static char *
find_fault (const Rule *rule, SynclineSchema *schema)
{
  if (g_str_equal (rule->column, "id") || g_strcmp0 (rule->name, "id") == 0)
    return g_strdup ("the column id is the key of each row and always sent under this name");
  if (syncline_schema_get_n_tables (schema) == 0)
    return NULL;

  const SynclineTable *table
      = rule->table != NULL ? syncline_schema_find_table (schema, rule->table) : NULL;
  if (rule->table != NULL && table == NULL)
    return g_strdup_printf ("the schema has no table %s", rule->table);
  if (rule->name == NULL)
    return NULL;
  if (table != NULL && syncline_table_find_column (table, rule->column, -1) < 0)
    return g_strdup_printf ("the table %s has no column %s", rule->table, rule->column);
  if (table == NULL && !any_table_has (schema, rule->column))
    return g_strdup_printf ("no table of the schema has a column %s", rule->column);
  return NULL;
}

static gboolean
read_rules (GArray *rules,
            const char *option,
            const char *const *entries,
            gboolean has_name,
            SynclineSchema *schema,
            GError **error)
{
  for (; entries != NULL && *entries != NULL; entries++)
    {
      Rule rule = { NULL };
      gboolean parsed = parse_rule (*entries, has_name, &rule);
      g_array_append_val (rules, rule);
      if (!parsed)
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                       "%s: \"%s\" is not of the form %s", option, *entries,
                       has_name ? "COLUMN=NAME or TABLE.COLUMN=NAME" : "COLUMN or TABLE.COLUMN");
          return FALSE;
        }
      g_autofree char *fault = find_fault (&rule, schema);
      if (fault != NULL)
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG, "%s: \"%s\": %s", option,
                       *entries, fault);
          return FALSE;
        }
    }
  return TRUE;
}

/* Two columns under one name would make an object with a key that is there twice. */
static gboolean
check_names_differ (const ColumnRules *rules, const SynclineTable *table, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < syncline_table_get_n_columns (table); i++)
    {
      const char *column = syncline_column_get_name (syncline_table_get_column (table, i));
      SynclineSlice local = { column, strlen (column) };
      SynclineSlice sent = column_rules_map (rules, table, local);
      if (sent.data == NULL)
        continue;
      char *name = g_strndup (sent.data, sent.length);
      if (!g_hash_table_add (names, name))
        {
          g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                       "rename: two columns of the table %s would be sent as %.*s",
                       syncline_table_get_name (table), (int) sent.length, sent.data);
          return FALSE;
        }
    }
  return TRUE;
}

ColumnRules *
column_rules_new (const char *const *server_owned,
                  const char *const *rename,
                  SynclineSchema *schema,
                  GError **error)
{
  g_autoptr (ColumnRules) rules = g_new0 (ColumnRules, 1);
  rules->owned = g_array_new (FALSE, FALSE, sizeof (Rule));
  rules->renamed = g_array_new (FALSE, FALSE, sizeof (Rule));
  g_array_set_clear_func (rules->owned, rule_clear);
  g_array_set_clear_func (rules->renamed, rule_clear);

  if (!read_rules (rules->owned, "server-owned", server_owned, FALSE, schema, error)
      || !read_rules (rules->renamed, "rename", rename, TRUE, schema, error))
    return NULL;
  for (guint i = 0; i < syncline_schema_get_n_tables (schema); i++)
    if (!check_names_differ (rules, syncline_schema_get_table (schema, i), error))
      return NULL;
  return g_steal_pointer (&rules);
}

void
column_rules_free (ColumnRules *rules)
{
  g_array_unref (rules->owned);
  g_array_unref (rules->renamed);
  g_free (rules);
}
