/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "schema-private.h"

#include <string.h>

#include "column-type.h"
#include "keyfile.h"
#include "nearest.h"
#include "options.h"
#include "read-file.h"
#include "rejection-policy.h"
#include "table-options.h"

#define TABLE "table"
#define OPTIONS "options"
/* Postgres cuts longer names. */
#define LONGEST_NAME 63
/* SQLite takes 2000, and `id` and `_metadata` are columns, too. */
#define MOST_COLUMNS 1999
#define METADATA "_metadata"

/* --- Reading --------------------------------------------------------------------------------- */

typedef struct
{
  const char *file;
  SynclineFaults *faults;
  GPtrArray *tables;        /* of SynclineTable */
  GHashTable *table_groups; /* SynclineTable to the SynclineKeyfileGroup that it was read from */
  GHashTable *seen;         /* folded names of tables, to the tables */
  GHashTable *seen_server;  /* folded names on the server, to the tables */
  GHashTable *options;      /* names of tables that have options */
} Reader;

static void add_fault (Reader *reader,
                       const SynclineKeyfileGroup *group,
                       const SynclineKeyfileEntry *entry,
                       const char *format,
                       ...) G_GNUC_PRINTF (4, 5);

/* @entry NULL: the fault is the group's. */
static void
add_fault (Reader *reader,
           const SynclineKeyfileGroup *group,
           const SynclineKeyfileEntry *entry,
           const char *format,
           ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  syncline_faults_add (reader->faults, group->file, entry != NULL ? entry->line : group->line,
                       group->name, entry != NULL ? entry->key : NULL, "%s", message);
}

const char *
syncline_schema_find_flaw_of_name (const char *name)
{
  if (*name == '\0')
    return "is empty; write one";
  if (strlen (name) > LONGEST_NAME)
    return "is too long; Postgres takes at most 63 bytes";
  if (strpbrk (name, "\"'`") != NULL)
    return "has a quote in it; write names as they are, without quotes";
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return "has a control character in it; remove it";
  if (g_ascii_strncasecmp (name, "syncline_", 9) == 0)
    return "begins with syncline_, which is kept for the library; choose another";
  if (g_ascii_strncasecmp (name, "sqlite_", 7) == 0)
    return "begins with sqlite_, which is kept for SQLite; choose another";
  return NULL;
}

/* What is wrong with a column's name; names already there are in @seen. */
static char *
find_flaw_of_column_name (const SynclineKeyfileEntry *entry, GHashTable *seen)
{
  const char *flaw = syncline_schema_find_flaw_of_name (entry->key);
  g_autofree char *folded = g_ascii_strdown (entry->key, -1);

  if (flaw != NULL)
    return g_strdup_printf ("the name of the column %s", flaw);
  if (g_str_equal (folded, "id"))
    return g_strdup ("every table has the column id by itself; remove this line");
  const char *other = g_hash_table_lookup (seen, folded);
  if (other != NULL)
    return g_strdup_printf ("SQLite can't tell this column from \"%s\"; rename one", other);
  g_hash_table_insert (seen, g_steal_pointer (&folded), entry->key);
  return NULL;
}

static void
read_columns (Reader *reader, const SynclineKeyfileGroup *group, SynclineTable *table)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < group->entries->len; i++)
    {
      const SynclineKeyfileEntry *entry = g_ptr_array_index (group->entries, i);
      g_autofree char *flaw = find_flaw_of_column_name (entry, seen);
      SynclineColumnType type = SYNCLINE_COLUMN_TEXT;

      if (flaw == NULL)
        syncline_column_type_parse (entry->value, &type, &flaw);
      if (flaw != NULL)
        add_fault (reader, group, entry, "%s", flaw);

      /* Kept even so, lest an index on it be reported as well. */
      SynclineColumn *column = g_new0 (SynclineColumn, 1);
      column->name = g_strdup (entry->key);
      column->type = type;
      column->declared = g_strdup (entry->value);
      g_ptr_array_add (table->columns, column);
    }
  if (table->columns->len > MOST_COLUMNS)
    add_fault (reader, group, NULL, "the table has %u columns; SQLite takes at most %d besides id",
               table->columns->len, MOST_COLUMNS);
}

static void
read_table (Reader *reader, const SynclineKeyfileGroup *group, const char *name)
{
  const char *flaw = syncline_schema_find_flaw_of_name (name);
  g_autofree char *folded = g_ascii_strdown (name, -1);
  const SynclineTable *other = g_hash_table_lookup (reader->seen, folded);

  if (flaw != NULL)
    add_fault (reader, group, NULL, "the name of the table %s", flaw);
  if (other != NULL)
    add_fault (reader, group, NULL, "SQLite can't tell this table from \"%s\"; rename one",
               other->name);

  SynclineTable *table = syncline_table_new (name);
  g_ptr_array_add (reader->tables, table);
  g_hash_table_insert (reader->table_groups, table, (gpointer) group);
  if (other == NULL)
    g_hash_table_insert (reader->seen, g_steal_pointer (&folded), table);
  read_columns (reader, group, table);
}

/* --- Options --------------------------------------------------------------------------------- */

/* What makes no sense for rows that never meet a server. */
static void
check_local_only (Reader *reader, const SynclineKeyfileGroup *group)
{
  static const char *const keys[]
      = { "server-name", "track-previous", "metadata", "conflict", "on-reject" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const SynclineKeyfileEntry *entry = syncline_keyfile_group_find (group, keys[i]);
      if (entry != NULL)
        add_fault (reader, group, entry, "a local-only table takes no such option; remove it");
    }
}

static void
check_conflict (Reader *reader, const SynclineKeyfileGroup *group, const SynclineTable *table)
{
  const SynclineKeyfileEntry *entry = syncline_keyfile_group_find (group, "conflict");

  if (entry == NULL || entry->faulty || table->conflict == NULL)
    return;
  if (table->conflict[0] == NULL)
    add_fault (reader, group, entry, "no column is named; write id, or remove this line");
  for (guint i = 0; table->conflict[i] != NULL; i++)
    {
      const char *flaw = syncline_schema_find_flaw_of_name (table->conflict[i]);
      if (flaw != NULL)
        add_fault (reader, group, entry, "the name of the column \"%s\" %s", table->conflict[i],
                   flaw);
      for (guint j = 0; j < i; j++)
        if (g_str_equal (table->conflict[i], table->conflict[j]))
          add_fault (reader, group, entry, "the column \"%s\" is there twice; remove one",
                     table->conflict[i]);
    }
}

static void
check_metadata (Reader *reader, const SynclineKeyfileGroup *group, const SynclineTable *table)
{
  const SynclineKeyfileEntry *entry = syncline_keyfile_group_find (group, "metadata");

  for (guint i = 0; i < table->columns->len; i++)
    if (g_ascii_strcasecmp (((SynclineColumn *) g_ptr_array_index (table->columns, i))->name,
                            METADATA)
        == 0)
      add_fault (reader, group, entry,
                 "the table has a column " METADATA " of its own; rename it, or turn this off");
  if (table->columns->len == MOST_COLUMNS)
    add_fault (reader, group, entry,
               "the table has %d columns already, which leaves none for " METADATA
               "; turn this off",
               MOST_COLUMNS);
}

static void
read_on_reject (Reader *reader,
                const SynclineKeyfileGroup *group,
                const SynclineTableOptions *options,
                SynclineTable *table)
{
  g_autofree char *flaw = NULL;

  if (options->on_reject == NULL)
    return;
  table->rejection_rules
      = syncline_rejection_rules_parse ((const char *const *) options->on_reject, &flaw);
  if (flaw != NULL)
    add_fault (reader, group, syncline_keyfile_group_find (group, "on-reject"), "%s", flaw);
}

static void
check_table (Reader *reader, const SynclineKeyfileGroup *group, SynclineTable *table)
{
  const SynclineKeyfileEntry *entry = syncline_keyfile_group_find (group, "server-name");
  const char *flaw = syncline_schema_find_flaw_of_name (table->server_name);

  if (flaw != NULL && entry != NULL)
    add_fault (reader, group, entry, "the name on the server %s", flaw);
  if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY)
    check_local_only (reader, group);
  if (table->metadata)
    check_metadata (reader, group, table);
  check_conflict (reader, group, table);
}

/* Fills @table from its options group, or from defaults when there is none. */
static void
apply_options (Reader *reader, const SynclineKeyfileGroup *group, SynclineTable *table)
{
  const SynclineOptionSource source = { .name = group != NULL ? group->name : table->name,
                                        .group = group,
                                        .file = reader->file,
                                        .directory = "/" };
  SynclineTableOptions options = { 0 };
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);

  syncline_options_fill (syncline_table_options, &options, &source, reader->faults);
  table->mode = (SynclineTableMode) options.mode;
  table->track_previous = (SynclineTrackPrevious) options.track_previous;
  table->metadata = options.metadata;
  table->conflict = g_steal_pointer (&options.conflict);
  read_on_reject (reader, group, &options, table);
  table->server_name = options.server_name != NULL ? g_steal_pointer (&options.server_name)
                                                   : g_strdup (table->name);
  if (options.indexes != NULL)
    syncline_schema_parse_indexes (table, options.indexes, faults);
  for (guint i = 0; i < faults->len; i++)
    add_fault (reader, group, syncline_keyfile_group_find (group, "indexes"), "%s",
               (char *) g_ptr_array_index (faults, i));
  if (group != NULL)
    check_table (reader, group, table);
  syncline_options_clear (syncline_table_options, &options);
}

static void
read_options (Reader *reader, const SynclineKeyfileGroup *group, const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (!g_hash_table_add (reader->options, g_strdup (name)))
    {
      add_fault (reader, group, NULL, "the table's options are already there; join the two groups");
      return;
    }
  for (guint i = 0; i < reader->tables->len; i++)
    {
      SynclineTable *table = g_ptr_array_index (reader->tables, i);
      if (g_str_equal (table->name, name) && table->server_name == NULL)
        {
          apply_options (reader, group, table);
          return;
        }
      g_ptr_array_add (names, table->name);
    }
  g_autofree char *advice = syncline_nearest_advice (name, names, "the tables are");
  add_fault (reader, group, NULL, "there is no table of that name; %s",
             advice != NULL ? advice : "declare it in [" TABLE " NAME]");
}

/* --- The whole ------------------------------------------------------------------------------- */

/* What follows @kind in the name of a group, or NULL. */
static const char *
strip_kind (const char *group, const char *kind)
{
  const gsize length = strlen (kind);

  if (strncmp (group, kind, length) != 0 || !g_ascii_isspace (group[length]))
    return NULL;
  for (group += length; g_ascii_isspace (*group); group++)
    ;
  return group;
}

static void
complain_of_group (Reader *reader, const SynclineKeyfileGroup *group)
{
  g_autoptr (GPtrArray) kinds = g_ptr_array_new ();
  g_autofree char *word = g_strndup (group->name, strcspn (group->name, " \t"));

  g_ptr_array_add (kinds, (gpointer) TABLE);
  g_ptr_array_add (kinds, (gpointer) OPTIONS);
  const char *kind = syncline_nearest_find (word, kinds);
  const char *rest = group->name + strlen (word);
  if (kind != NULL && *rest != '\0')
    add_fault (reader, group, NULL, "unknown group; did you mean [%s%s]?", kind, rest);
  else
    add_fault (reader, group, NULL,
               "unknown group; a schema has [" TABLE " NAME] and [" OPTIONS " NAME]");
}

static void
read_groups (Reader *reader, const SynclineKeyfile *keyfile)
{
  for (guint i = 0; i < keyfile->groups->len; i++)
    {
      const SynclineKeyfileGroup *group = g_ptr_array_index (keyfile->groups, i);
      const char *name = strip_kind (group->name, TABLE);

      if (name != NULL)
        read_table (reader, group, name);
      else if (strip_kind (group->name, OPTIONS) == NULL)
        complain_of_group (reader, group);
    }
  /* Options may stand before their table. */
  for (guint i = 0; i < keyfile->groups->len; i++)
    {
      const SynclineKeyfileGroup *group = g_ptr_array_index (keyfile->groups, i);
      const char *name = strip_kind (group->name, OPTIONS);

      if (name != NULL)
        read_options (reader, group, name);
    }
  for (guint i = 0; i < reader->tables->len; i++)
    {
      SynclineTable *table = g_ptr_array_index (reader->tables, i);
      if (table->server_name == NULL)
        apply_options (reader, NULL, table);
    }
}

static void
check_server_names (Reader *reader)
{
  for (guint i = 0; i < reader->tables->len; i++)
    {
      SynclineTable *table = g_ptr_array_index (reader->tables, i);
      g_autofree char *folded = g_ascii_strdown (table->server_name, -1);
      const SynclineTable *other = g_hash_table_lookup (reader->seen_server, folded);

      if (table->mode == SYNCLINE_TABLE_LOCAL_ONLY)
        continue;
      /* Two tables of one name were reported as such. */
      if (other != NULL && g_ascii_strcasecmp (other->name, table->name) != 0)
        add_fault (reader, g_hash_table_lookup (reader->table_groups, table), NULL,
                   "rows that the server calls \"%s\" also belong to the table \"%s\"; change the "
                   "server-name of one",
                   table->server_name, other->name);
      else if (other == NULL)
        g_hash_table_insert (reader->seen_server, g_steal_pointer (&folded), table);
    }
}

SynclineSchema *
syncline_schema_parse (const char *data, gsize length, const char *name, SynclineFaults *faults)
{
  const guint n_faults = syncline_faults_get_length (faults);
  g_autoptr (SynclineKeyfile) keyfile = syncline_keyfile_parse (data, length, name, faults);
  g_autoptr (GHashTable) table_groups = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) seen_server
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) tables
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_table_free);
  Reader reader = { .file = name,
                    .faults = faults,
                    .tables = tables,
                    .table_groups = table_groups,
                    .seen = seen,
                    .seen_server = seen_server,
                    .options = options };

  read_groups (&reader, keyfile);
  check_server_names (&reader);
  if (syncline_faults_get_length (faults) > n_faults)
    return NULL;
  return syncline_schema_new_take (g_steal_pointer (&tables));
}

SynclineSchema *
syncline_schema_new_from_data (const char *data, gssize length, const char *name, GError **error)
{
  g_return_val_if_fail (data != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_autoptr (SynclineFaults) faults = syncline_faults_new ();
  SynclineSchema *schema
      = syncline_schema_parse (data, length < 0 ? strlen (data) : (gsize) length, name, faults);
  if (schema == NULL)
    syncline_faults_check (faults, error);
  return schema;
}

SynclineSchema *
syncline_schema_new_from_file (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_autofree char *reason = NULL;
  gsize length;
  g_autofree char *data
      = syncline_read_file (path, SYNCLINE_READ_FILE_LIMIT, &length, NULL, &reason);

  if (data == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                   "%s: the schema file can't be read: %s", path, reason);
      return NULL;
    }
  return syncline_schema_new_from_data (data, (gssize) length, path, error);
}
