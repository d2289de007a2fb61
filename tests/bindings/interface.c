/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What is there for the sake of other languages, seen from C. */

#include "config.h"

#include <glib/gstdio.h>
#include <syncline/syncline.h>

typedef struct
{
  char *folder;
  SynclineClient *client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  static const char schema[] = "[table notes]\nbody = text\n";
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("syncline-bindings-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *schema_path = g_build_filename (fixture->folder, "schema.conf", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "notes.db", NULL);
  g_file_set_contents (schema_path, schema, -1, &error);
  g_assert_no_error (error);

  syncline_config_set (config, "syncline", "store", "sqlite-store");
  syncline_config_set (config, "syncline", "schema", schema_path);
  syncline_config_set (config, "sqlite-store", "path", path);
  fixture->client = syncline_client_new (config, &error);
  g_assert_no_error (error);
  syncline_client_open (fixture->client, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  g_object_unref (fixture->client);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static SynclineResult *
query (Fixture *fixture, const char *sql, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  SynclineResult *result = syncline_client_query (fixture->client, sql, parameters, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static void
assert_value (SynclineResult *result, guint row, guint column, const char *expected)
{
  g_autoptr (GVariant) value = syncline_result_dup_value (result, row, column);
  g_autofree char *text = g_variant_print (value, TRUE);

  g_assert_false (g_variant_is_floating (value));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_values (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineResult) result = query (
      fixture, "SELECT -3, 1.5, 'ä', '', x'0001', x'', NULL, CAST(x'ff' AS TEXT), 'a' || char(0)",
      NULL);

  assert_value (result, 0, 0, "int64 -3");
  assert_value (result, 0, 1, "1.5");
  assert_value (result, 0, 2, "'ä'");
  assert_value (result, 0, 3, "''");
  assert_value (result, 0, 4, "[byte 0x00, 0x01]");
  assert_value (result, 0, 5, "@ay []");
  assert_value (result, 0, 6, "@mv nothing");
  assert_value (result, 0, 7, "[byte 0xff]");
  assert_value (result, 0, 8, "b'a'");
  assert_value (result, 0, 9, "@mv nothing");
  assert_value (result, 1, 0, "@mv nothing");
}

static void
test_rows (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (SynclineResult) result
      = query (fixture, "SELECT 1 AS a, 2 AS b, 3 AS a UNION ALL SELECT 4, 5, 6", NULL);
  g_autoptr (GVariant) row = syncline_result_dup_row (result, 1);
  g_autoptr (GVariant) outside = syncline_result_dup_row (result, 2);
  gint64 a = 0;
  gint64 b = 0;

  g_assert_cmpuint (g_variant_n_children (row), ==, 2);
  g_assert_true (g_variant_lookup (row, "a", "x", &a));
  g_assert_true (g_variant_lookup (row, "b", "x", &b));
  g_assert_cmpint (a, ==, 6);
  g_assert_cmpint (b, ==, 5);
  g_assert_cmpstr (g_variant_get_type_string (outside), ==, "a{sv}");
  g_assert_cmpuint (g_variant_n_children (outside), ==, 0);
}

/* What comes out goes in again as it was. */
static void
test_round_trip (Fixture *fixture, gconstpointer unused)
{
  const char *cells
      = "SELECT 9223372036854775807 AS a, 0.1 AS b, 'x' AS c, x'00ff' AS d, NULL AS e";
  g_autoptr (SynclineResult) first = query (fixture, cells, NULL);
  g_autoptr (GVariant) row = syncline_result_dup_row (first, 0);
  g_autoptr (SynclineResult) second
      = query (fixture, "SELECT :a AS a, :b AS b, :c AS c, :d AS d, :e AS e", row);

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GVariant) value = syncline_result_dup_value (first, 0, i);
      g_autofree char *text = g_variant_print (value, TRUE);

      g_assert_cmpint (syncline_result_get_value_type (first, 0, i), ==,
                       syncline_result_get_value_type (second, 0, i));
      assert_value (second, 0, i, text);
    }
}

/* --- Transactions --------------------------------------------------------------------------------- */

static gboolean
insert_and_return (SynclineTransaction *transaction, gpointer verdict, GError **error)
{
  g_autoptr (GError) unexpected = NULL;
  g_autoptr (SynclineResult) result = syncline_transaction_execute (
      transaction, "INSERT INTO notes (body) VALUES ('x')", NULL, &unexpected);

  g_assert_no_error (unexpected);
  g_assert_nonnull (result);
  return GPOINTER_TO_INT (verdict);
}

static gboolean
note_and_commit (SynclineTransaction *transaction, gpointer user_data, GError **error)
{
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL, "Got over it");
  return insert_and_return (transaction, GINT_TO_POINTER (TRUE), error);
}

static void
assert_n_notes (Fixture *fixture, gint64 n)
{
  g_autoptr (SynclineResult) result = query (fixture, "SELECT count(*) FROM notes", NULL);

  g_assert_cmpint (syncline_result_get_integer (result, 0, 0), ==, n);
}

static void
test_transaction_fails_silently (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (
      syncline_client_transaction (fixture->client, insert_and_return, NULL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED);
  assert_n_notes (fixture, 0);
  g_assert_false (
      syncline_client_transaction (fixture->client, insert_and_return, NULL, NULL, NULL));
  assert_n_notes (fixture, 0);
}

static void
test_transaction_commits_with_error (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      syncline_client_transaction (fixture->client, note_and_commit, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_n_notes (fixture, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/bindings/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("values", test_values);
  ADD ("rows", test_rows);
  ADD ("round-trip", test_round_trip);
  ADD ("transaction/fails-silently", test_transaction_fails_silently);
  ADD ("transaction/commits-with-error", test_transaction_commits_with_error);
#undef ADD
  return g_test_run ();
}
