/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>
#include <syncline/error.h>
#include <syncline/schema.h>

#include "unit/scratch.h"

static SynclineSchema *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SynclineSchema *schema = syncline_schema_new_from_data (text, -1, "s.conf", &error);

  g_assert_no_error (error);
  return schema;
}

static char *
parse_badly (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (syncline_schema_new_from_data (text, -1, "s.conf", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
  return g_strdup (error->message);
}

/* --- What a file holds ----------------------------------------------------------------------- */

static const char *const example
    = "[table todos]\n"
      "list_id = uuid\n"
      "description = text\n"
      "Created At = timestamp (3) with  time zone\n"
      "tags = text[]\n"
      "\n"
      "[options todos]\n"
      "server-name = public_todos\n"
      "indexes = by_list(list_id, Created At DESC); by_text ( description asc );\n"
      "track-previous = changed\n"
      "metadata = yes\n"
      "conflict = user_id, description\n"
      "\n"
      "[options drafts]\n"
      "mode = local-only\n"
      "[table drafts]\n"
      "body = text\n"
      "[table  events]\n"
      "[options events]\n"
      "mode = insert-only\n";

static void
test_tables (void)
{
  g_autoptr (SynclineSchema) schema = parse (example);
  g_assert_cmpuint (syncline_schema_get_n_tables (schema), ==, 3);

  const SynclineTable *todos = syncline_schema_get_table (schema, 0);
  g_assert_cmpstr (syncline_table_get_name (todos), ==, "todos");
  g_assert_cmpstr (syncline_table_get_server_name (todos), ==, "public_todos");
  g_assert_cmpint (syncline_table_get_mode (todos), ==, SYNCLINE_TABLE_SYNCED);
  g_assert_cmpint (syncline_table_get_track_previous (todos), ==, SYNCLINE_TRACK_PREVIOUS_CHANGED);
  g_assert_true (syncline_table_get_metadata (todos));
  const char *const conflict[] = { "user_id", "description", NULL };
  g_assert_cmpstrv (syncline_table_get_conflict (todos), conflict);

  const SynclineTable *drafts = syncline_schema_find_table (schema, "drafts");
  g_assert_cmpint (syncline_table_get_mode (drafts), ==, SYNCLINE_TABLE_LOCAL_ONLY);
  g_assert_cmpstr (syncline_table_get_server_name (drafts), ==, "drafts");

  const SynclineTable *events = syncline_schema_find_table (schema, "events");
  const char *const id[] = { "id", NULL };
  g_assert_cmpint (syncline_table_get_mode (events), ==, SYNCLINE_TABLE_INSERT_ONLY);
  g_assert_cmpint (syncline_table_get_track_previous (events), ==, SYNCLINE_TRACK_PREVIOUS_NONE);
  g_assert_false (syncline_table_get_metadata (events));
  g_assert_cmpstrv (syncline_table_get_conflict (events), id);
  g_assert_cmpuint (syncline_table_get_n_columns (events), ==, 0);
  g_assert_cmpint (syncline_table_find_column (events, "body", -1), ==, -1);
  g_assert_null (syncline_schema_find_table (schema, "Todos"));
}

static void
test_server_tables (void)
{
  g_autoptr (SynclineSchema) schema = parse (example);
  const SynclineTable *todos = syncline_schema_get_table (schema, 0);

  g_assert_true (syncline_schema_find_server_table (schema, "public_todos", -1) == todos);
  g_assert_true (syncline_schema_find_server_table (schema, "public_todos\",\"x", 12) == todos);
  g_assert_null (syncline_schema_find_server_table (schema, "public_todos", 11));
  g_assert_null (syncline_schema_find_server_table (schema, "todos", -1));
  g_assert_null (syncline_schema_find_server_table (schema, "", 0));
  /* Rows of a table that the server happens to call the same must not get into a local one. */
  g_assert_null (syncline_schema_find_server_table (schema, "drafts", -1));
  g_assert_nonnull (syncline_schema_find_server_table (schema, "events", -1));
}

static void
test_columns (void)
{
  g_autoptr (SynclineSchema) schema = parse (example);
  const SynclineTable *todos = syncline_schema_get_table (schema, 0);
  static const char *const names[] = { "list_id", "description", "Created At", "tags" };

  g_assert_cmpuint (syncline_table_get_n_columns (todos), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const SynclineColumn *column = syncline_table_get_column (todos, i);

      g_assert_cmpstr (syncline_column_get_name (column), ==, names[i]);
      g_assert_cmpint (syncline_table_find_column (todos, names[i], -1), ==, (int) i);
    }
  g_assert_cmpint (syncline_table_find_column (todos, "tags_and_more", 4), ==, 3);
  g_assert_cmpint (syncline_table_find_column (todos, "tags", 3), ==, -1);
  g_assert_cmpint (syncline_table_find_column (todos, "id", -1), ==, -1);
  g_assert_cmpstr (syncline_column_get_declared (syncline_table_get_column (todos, 2)), ==,
                   "timestamp (3) with  time zone");
}

static void
test_indexes (void)
{
  g_autoptr (SynclineSchema) schema = parse (example);
  const SynclineTable *todos = syncline_schema_get_table (schema, 0);
  gboolean descending;

  g_assert_cmpuint (syncline_table_get_n_indexes (todos), ==, 2);
  const SynclineIndex *by_list = syncline_table_get_index (todos, 0);
  g_assert_cmpstr (syncline_index_get_name (by_list), ==, "by_list");
  g_assert_cmpuint (syncline_index_get_n_columns (by_list), ==, 2);
  g_assert_cmpstr (syncline_index_get_column (by_list, 0, &descending), ==, "list_id");
  g_assert_false (descending);
  g_assert_cmpstr (syncline_index_get_column (by_list, 1, &descending), ==, "Created At");
  g_assert_true (descending);
  const SynclineIndex *by_text = syncline_table_get_index (todos, 1);
  g_assert_cmpstr (syncline_index_get_name (by_text), ==, "by_text");
  g_assert_cmpstr (syncline_index_get_column (by_text, 0, &descending), ==, "description");
  g_assert_false (descending);
}

/* --- Types ----------------------------------------------------------------------------------- */

typedef struct
{
  const char *declared;
  SynclineColumnType type;
} TypeCase;

static const TypeCase types[] = {
  { "text", SYNCLINE_COLUMN_TEXT },
  { "TEXT", SYNCLINE_COLUMN_TEXT },
  { "varchar", SYNCLINE_COLUMN_TEXT },
  { "varchar(255)", SYNCLINE_COLUMN_TEXT },
  { "character varying ( 80 )", SYNCLINE_COLUMN_TEXT },
  { "char(2)", SYNCLINE_COLUMN_TEXT },
  { "citext", SYNCLINE_COLUMN_TEXT },
  { "money", SYNCLINE_COLUMN_TEXT },
  { "inet", SYNCLINE_COLUMN_TEXT },
  { "enum", SYNCLINE_COLUMN_TEXT },
  { "bit varying(8)", SYNCLINE_COLUMN_TEXT },
  { "uuid", SYNCLINE_COLUMN_UUID },
  { "smallint", SYNCLINE_COLUMN_INTEGER },
  { "int2", SYNCLINE_COLUMN_INTEGER },
  { "integer", SYNCLINE_COLUMN_INTEGER },
  { "int4", SYNCLINE_COLUMN_INTEGER },
  { "bigint", SYNCLINE_COLUMN_BIGINT },
  { "int8", SYNCLINE_COLUMN_BIGINT },
  { "numeric", SYNCLINE_COLUMN_NUMERIC },
  { "numeric(12,2)", SYNCLINE_COLUMN_NUMERIC },
  { "decimal(5, -2)", SYNCLINE_COLUMN_NUMERIC },
  { "real", SYNCLINE_COLUMN_DOUBLE },
  { "float4", SYNCLINE_COLUMN_DOUBLE },
  { "float8", SYNCLINE_COLUMN_DOUBLE },
  { "float(53)", SYNCLINE_COLUMN_DOUBLE },
  { "double  precision", SYNCLINE_COLUMN_DOUBLE },
  { "boolean", SYNCLINE_COLUMN_BOOLEAN },
  { "bool", SYNCLINE_COLUMN_BOOLEAN },
  { "json", SYNCLINE_COLUMN_JSON },
  { "jsonb", SYNCLINE_COLUMN_JSON },
  { "text[]", SYNCLINE_COLUMN_ARRAY },
  { "numeric(12,2)[]", SYNCLINE_COLUMN_ARRAY },
  { "integer[3][3]", SYNCLINE_COLUMN_ARRAY },
  { "integer []", SYNCLINE_COLUMN_ARRAY },
  { "integer array", SYNCLINE_COLUMN_ARRAY },
  { "timestamptz[]", SYNCLINE_COLUMN_ARRAY },
  { "bytea", SYNCLINE_COLUMN_BYTEA },
  { "timestamp", SYNCLINE_COLUMN_TIMESTAMP },
  { "timestamptz", SYNCLINE_COLUMN_TIMESTAMP },
  { "timestamptz(6)", SYNCLINE_COLUMN_TIMESTAMP },
  { "timestamp with time zone", SYNCLINE_COLUMN_TIMESTAMP },
  { "timestamp(3) without time zone", SYNCLINE_COLUMN_TIMESTAMP },
  { "date", SYNCLINE_COLUMN_DATE },
  { "time", SYNCLINE_COLUMN_TIME },
  { "timetz", SYNCLINE_COLUMN_TIME },
  { "time(0) with time zone", SYNCLINE_COLUMN_TIME },
  { "interval", SYNCLINE_COLUMN_INTERVAL },
  { "interval day to second(3)", SYNCLINE_COLUMN_INTERVAL },
};

static void
test_types (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *text = g_strdup_printf ("[table t]\nc = %s\n", types[i].declared);
      g_autoptr (SynclineSchema) schema = parse (text);
      const SynclineColumn *column
          = syncline_table_get_column (syncline_schema_get_table (schema, 0), 0);

      g_test_message ("%s", types[i].declared);
      g_assert_cmpint (syncline_column_get_column_type (column), ==, types[i].type);
      g_assert_cmpstr (syncline_column_get_declared (column), ==, types[i].declared);
    }
}

static void
test_unknown_types (void)
{
  g_autofree char *message = parse_badly ("[table t]\n"
                                          "a = interger\n"
                                          "b = mood\n"
                                          "c = text[\n"
                                          "d = numeric(a)\n"
                                          "e =\n"
                                          "f = text]\n"
                                          "g = []\n");

  assert_contains (message, "s.conf:2: [table t] a: \"interger\" is no known type; did you mean "
                            "\"integer\"?");
  assert_contains (message,
                   "s.conf:3: [table t] b: \"mood\" is no known type; write a Postgres type, "
                   "or text for one whose values are strings, such as an enum of yours");
  assert_contains (message, "s.conf:4: [table t] c: ");
  assert_contains (message, "s.conf:5: [table t] d: ");
  assert_contains (message, "s.conf:6: [table t] e: ");
  assert_contains (message, "s.conf:7: [table t] f: ");
  assert_contains (message, "s.conf:8: [table t] g: ");
}

/* --- Faults ---------------------------------------------------------------------------------- */

static void
test_names (void)
{
  g_autofree char *message
      = parse_badly ("[table a\"b]\n"
                     "[table sqlite_x]\n"
                     "[table Syncline_x]\n"
                     "[table t]\n"
                     "ID = text\n"
                     "it's = text\n"
                     "syncline_rev = text\n"
                     "a\xc2\x85"
                     "b = text\n"
                     "a234567890123456789012345678901234567890123456789012345678901234 = text\n"
                     "a23456789012345678901234567890123456789012345678901234567890123 = text\n");

  assert_contains (message, "s.conf:1: [table a\"b]: the name of the table has a quote in it");
  assert_contains (message,
                   "s.conf:2: [table sqlite_x]: the name of the table begins with sqlite_");
  assert_contains (message,
                   "s.conf:3: [table Syncline_x]: the name of the table begins with syncline_");
  assert_contains (message, "s.conf:5: [table t] ID: every table has the column id by itself");
  assert_contains (message, "s.conf:6: [table t] it's: the name of the column has a quote in it");
  assert_contains (message, "s.conf:7: [table t] syncline_rev: the name of the column begins with");
  assert_contains (message, "s.conf:8: [table t] a");
  assert_contains (message, "has a control character in it");
  assert_contains (message, "s.conf:9: [table t] a234");
  assert_contains (message, "is too long; Postgres takes at most 63 bytes");
  g_assert_null (strstr (message, "s.conf:10:"));
}

static void
test_duplicates (void)
{
  g_autofree char *message = parse_badly ("[table todos]\n"
                                          "a = text\n"
                                          "A = text\n"
                                          "[table Todos]\n"
                                          "[table  todos]\n"
                                          "[table lists]\n"
                                          "[options lists]\n"
                                          "server-name = TODOS\n"
                                          "[options  lists]\n");

  assert_contains (message, "s.conf:3: [table todos] A: SQLite can't tell this column from \"a\"");
  assert_contains (message, "s.conf:4: [table Todos]: SQLite can't tell this table from \"todos\"");
  assert_contains (message,
                   "s.conf:5: [table  todos]: SQLite can't tell this table from \"todos\"");
  assert_contains (message,
                   "s.conf:6: [table lists]: rows that the server calls \"TODOS\" also belong "
                   "to the table \"todos\"");
  assert_contains (message, "s.conf:9: [options  lists]: the table's options are already there");
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
}

static void
test_groups (void)
{
  g_autofree char *message = parse_badly ("[tabel todos]\n[todos]\n[table]\n[options]\n"
                                          "[options nothing]\n");

  assert_contains (message, "s.conf:1: [tabel todos]: unknown group; did you mean [table todos]?");
  assert_contains (message, "s.conf:2: [todos]: unknown group; a schema has [table NAME]");
  assert_contains (message, "s.conf:3: [table]: unknown group; a schema has [table NAME]");
  assert_contains (message, "s.conf:4: [options]: unknown group; a schema has [table NAME]");
  assert_contains (message,
                   "s.conf:5: [options nothing]: there is no table of that name; declare it");
}

static void
test_options (void)
{
  g_autofree char *message = parse_badly ("[table todos]\n"
                                          "a = text\n"
                                          "_Metadata = text\n"
                                          "[options todos]\n"
                                          "mode = synct\n"
                                          "track-previous = some\n"
                                          "metadata = true\n"
                                          "conflict = a, a, \"b\n"
                                          "sever-name = x\n"
                                          "server-name = sqlite_x\n"
                                          "[table notes]\n"
                                          "[options notes]\n"
                                          "mode = local-only\n"
                                          "track-previous = all\n"
                                          "metadata = true\n"
                                          "server-name = x\n"
                                          "conflict = id\n"
                                          "[table other]\n"
                                          "[options other]\n"
                                          "conflict =\n");

  assert_contains (message,
                   "s.conf:5: [options todos] mode: \"synct\" is not one of the choices; did "
                   "you mean \"synced\"?");
  assert_contains (message, "s.conf:6: [options todos] track-previous: \"some\" is not one of");
  assert_contains (message, "s.conf:7: [options todos] metadata: the table has a column _metadata");
  assert_contains (message, "s.conf:8: [options todos] conflict: the column \"a\" is there twice");
  assert_contains (message,
                   "s.conf:8: [options todos] conflict: the name of the column \"\"b\" has");
  assert_contains (message, "s.conf:9: [options todos] sever-name: unknown key; did you mean "
                            "\"server-name\"?");
  assert_contains (message,
                   "s.conf:10: [options todos] server-name: the name on the server begins");
  for (int line = 14; line <= 17; line++)
    {
      g_autofree char *start = g_strdup_printf ("s.conf:%d: [options notes] ", line);
      assert_contains (message, start);
    }
  assert_contains (message, "a local-only table takes no such option; remove it");
  assert_contains (message, "s.conf:20: [options other] conflict: no column is named");
}

static void
test_faults_of_indexes (void)
{
  g_autofree char *message = parse_badly (
      "[table t]\n"
      "a = text\n"
      "b = txt\n"
      "[options t]\n"
      "indexes = x(a, c); y a; X(b); z(a, a); w(); v(b,); u(id); sqlite_u(a); t(aa desc)\n");

  assert_contains (message,
                   "s.conf:5: [options t] indexes: index \"x\": the table has no column \"c\"");
  assert_contains (message, "\"y a\" is no index; write name(column, column DESC)");
  assert_contains (message, "the index \"X\" is there twice");
  assert_contains (message, "index \"z\": the column \"a\" is there twice");
  assert_contains (message, "index \"w\": a column is missing");
  assert_contains (message, "index \"v\": a column is missing");
  assert_contains (message, "the index name \"sqlite_u\" begins with sqlite_");
  assert_contains (message,
                   "index \"t\": the table has no column \"aa\"; the columns are: a, b, id");
  g_assert_null (strstr (message, "index \"u\""));
  /* A column of an unknown type is a column. */
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 9);
}

static char *
write_columns (guint count, const char *options)
{
  GString *text = g_string_new ("[table t]\n");

  for (guint i = 0; i < count; i++)
    g_string_append_printf (text, "c%u = text\n", i);
  g_string_append (text, options);
  return g_string_free (text, FALSE);
}

static void
test_many_columns (void)
{
  g_autofree char *fits = write_columns (1999, "");
  g_autoptr (SynclineSchema) schema = parse (fits);
  const SynclineTable *table = syncline_schema_get_table (schema, 0);

  for (int i = 0; i < 1999; i++)
    {
      g_autofree char *name = g_strdup_printf ("c%d", i);
      g_assert_cmpint (syncline_table_find_column (table, name, -1), ==, i);
    }
  g_assert_cmpint (syncline_table_find_column (table, "c1999", -1), ==, -1);

  g_autofree char *too_many = write_columns (2000, "");
  g_autofree char *message = parse_badly (too_many);
  assert_contains (message,
                   "s.conf:1: [table t]: the table has 2000 columns; SQLite takes at most 1999");
  g_autofree char *metadata = write_columns (1999, "[options t]\nmetadata = true\n");
  g_autofree char *of_metadata = parse_badly (metadata);
  assert_contains (of_metadata, "leaves none for _metadata");
}

/* --- Files ----------------------------------------------------------------------------------- */

static void
test_file (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_write (scratch, "schema.conf", example);
  g_autoptr (GError) error = NULL;

  g_autoptr (SynclineSchema) schema = syncline_schema_new_from_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (syncline_schema_get_n_tables (schema), ==, 3);

  g_assert_null (syncline_schema_new_from_file ("/nonexistent/schema.conf", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
  g_assert_cmpstr (
      error->message, ==,
      "/nonexistent/schema.conf: the schema file can't be read: No such file or directory");
}

static void
test_empty (void)
{
  g_autoptr (SynclineSchema) schema = parse ("# nothing\n");

  g_assert_cmpuint (syncline_schema_get_n_tables (schema), ==, 0);
  g_assert_null (syncline_schema_find_table (schema, "todos"));
  g_assert_null (syncline_schema_find_server_table (schema, "todos", -1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/tables", test_tables);
  g_test_add_func ("/schema/server-tables", test_server_tables);
  g_test_add_func ("/schema/columns", test_columns);
  g_test_add_func ("/schema/indexes", test_indexes);
  g_test_add_func ("/schema/types", test_types);
  g_test_add_func ("/schema/unknown-types", test_unknown_types);
  g_test_add_func ("/schema/names", test_names);
  g_test_add_func ("/schema/duplicates", test_duplicates);
  g_test_add_func ("/schema/groups", test_groups);
  g_test_add_func ("/schema/options", test_options);
  g_test_add_func ("/schema/faults-of-indexes", test_faults_of_indexes);
  g_test_add_func ("/schema/many-columns", test_many_columns);
  g_test_add_func ("/schema/file", test_file);
  g_test_add_func ("/schema/empty", test_empty);
  return g_test_run ();
}
