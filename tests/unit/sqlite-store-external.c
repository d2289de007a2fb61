/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the store tells of the writes of other processes: of another store on the same file, and of programs that
 * know nothing of Syncline. */

#include "config.h"

#include <string.h>

#include "sqlite-store-fixture.h"

static const char synced[] = "[table t]\nv = text\nn = integer\n[table u]\nv = text\n";
static const char mixed[]
    = "[table t]\nv = text\n[table mine]\nv = text\n[options mine]\nmode = local-only\n";

/* Another process, as far as SQLite is concerned. */
static Fixture *
open_beside (Fixture *fixture, const char *schema)
{
  Fixture *other = fixture_new_closed (schema, ALL_ROLES);

  g_free (other->path);
  other->path = g_strdup (fixture->path);
  fixture_reopen (other, NULL);
  return other;
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* The tables in order, without the store's views, which are always named. */
static void
append_sorted (GString *text, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  const guint n = g_strv_length (words);
  guint n_views = 0;

  g_string_append (text, words[0]);
  qsort (words + 1, n - 1, sizeof *words, compare_words);
  for (guint i = 1; i < n; i++)
    if (g_str_has_prefix (words[i], "syncline_"))
      n_views++;
    else
      g_string_append_printf (text, " %s", words[i]);
  if (g_str_equal (words[0], "external"))
    g_string_append (text, n > 1 ? "" : " any");
  g_assert_cmpuint (n_views, ==, g_str_equal (words[0], "external") && n > 1 ? 2 : 0);
  g_string_append_c (text, '\n');
}

static char *
take (Fixture *fixture)
{
  g_autofree char *notices = fixture_take_notices (fixture);
  g_auto (GStrv) lines = g_strsplit (notices, "\n", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    append_sorted (text, lines[i]);
  return g_string_free (text, FALSE);
}

#define assert_notices(fixture, expected)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *notices_ = take (fixture);                                                    \
    g_assert_cmpstr (notices_, ==, expected);                                                      \
  }                                                                                                \
  G_STMT_END

/* Whoever writes looks first; this changes nothing itself. */
#define assert_external(fixture, expected)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    fixture_run (fixture, "DELETE FROM t WHERE id = 'none'");                                      \
    assert_notices (fixture, expected);                                                            \
  }                                                                                                \
  G_STMT_END

/* --- Noticing ----------------------------------------------------------------------------------------------- */

static gboolean
set_flag (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Runs the context until a notice came, or for a while. */
static char *
wait_for_notice (Fixture *fixture, GMainContext *context, guint milliseconds)
{
  gboolean over = FALSE;
  g_autoptr (GSource) timer = g_timeout_source_new (milliseconds);

  g_source_set_callback (timer, set_flag, &over, NULL);
  g_source_attach (timer, context);
  while (!over)
    {
      g_main_context_iteration (context, TRUE);
      g_autofree char *notices = take (fixture);
      if (notices[0] != '\0')
        {
          g_source_destroy (timer);
          return g_steal_pointer (&notices);
        }
    }
  return g_strdup ("");
}

static void
test_watch (void)
{
  g_autoptr (Fixture) fixture = fixture_new (synced, ALL_ROLES);
  g_autoptr (GMainContext) context = g_main_context_new ();
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture->store->watch (fixture->self, context);
  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('theirs')");
  g_autofree char *external = wait_for_notice (fixture, context, 5000);
  g_assert_cmpstr (external, ==, "external t:theirs\n");

  /* Ours are not external. */
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('ours')");
  assert_notices (fixture, "local t:ours\n");
  g_autofree char *none = wait_for_notice (fixture, context, 50);
  g_assert_cmpstr (none, ==, "");

  /* Also noticed by whoever writes next. */
  fixture_run_foreign (foreign, "UPDATE t SET n = 1 WHERE id = 'theirs'");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('more')");
  assert_notices (fixture, "local t:more\nexternal t:theirs\n");
  fixture->store->watch (fixture->self, NULL);
  sqlite3_close (foreign);
}

/* --- Programs that know nothing of Syncline ----------------------------------------------------------------- */

static void
test_rows (void)
{
  g_autoptr (Fixture) fixture = fixture_new (synced, ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('a')");
  assert_external (fixture, "external t:a\n");
  fixture_run (fixture, "INSERT INTO u (id) VALUES ('ours')");
  assert_notices (fixture, "local u:ours\n");

  /* Several transactions since the last look are told as one. */
  fixture_run_foreign (foreign, "UPDATE t SET n = 1 WHERE id = 'a'");
  fixture_run_foreign (foreign, "DELETE FROM u WHERE id = 'ours'");
  assert_external (fixture, "external t:a u:ours\n");
  assert_external (fixture, "");

  /* After all were sent the numbers go on. */
  fixture_resolve (fixture, NULL);
  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('b')");
  assert_external (fixture, "external t:b\n");
  sqlite3_close (foreign);
}

static void
test_many_rows (void)
{
  g_autoptr (Fixture) fixture = fixture_new (synced, ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (
      foreign, "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < 1200)"
               " INSERT INTO t (id) SELECT 'row ' || i FROM c");
  assert_external (fixture, "external t\n");
  fixture_run_foreign (
      foreign, "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < 10001)"
               " INSERT INTO u (id) SELECT 'row ' || i FROM c");
  assert_external (fixture, "external any\n");
  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('one')");
  assert_external (fixture, "external t:one\n");
  sqlite3_close (foreign);
}

/* What has no triggers is named, whether it was written or not. */
static void
test_untraced (void)
{
  g_autoptr (Fixture) fixture = fixture_new (mixed, ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (foreign, "INSERT INTO mine (id) VALUES ('m')");
  assert_external (fixture, "external mine\n");

  /* That there is another table changes what nobody notes. */
  fixture_run_foreign (foreign, "CREATE TABLE own (x PRIMARY KEY) WITHOUT ROWID");
  assert_external (fixture, "external any\n");
  fixture_run_foreign (foreign, "BEGIN; INSERT INTO own VALUES (1);"
                                " INSERT INTO t (id) VALUES ('a'); COMMIT");
  assert_external (fixture, "external mine own t:a\n");

  /* A column that the triggers do not look at. */
  fixture_run_foreign (foreign, "ALTER TABLE t ADD COLUMN extra");
  assert_external (fixture, "external any\n");
  fixture_run_foreign (foreign, "UPDATE t SET extra = 1");
  assert_external (fixture, "external mine own t\n");
  sqlite3_close (foreign);
}

/* --- Other processes with Syncline ---------------------------------------------------------------------------- */

static void
test_downloads (void)
{
  g_autoptr (Fixture) fixture = fixture_new (synced, ALL_ROLES);
  g_autoptr (Fixture) syncer = open_beside (fixture, synced);
  g_autoptr (Fixture) third = open_beside (fixture, synced);
  g_autoptr (GError) error = NULL;

  fixture_stage (syncer, "top", "PUT 1 t/a {\"v\":\"first\"}", NULL);
  fixture_apply (syncer, "top");
  assert_notices (syncer, "downloaded t:a\n");
  assert_external (fixture, "external t\n");

  /* What is not shown yet, and what a process says of itself, concerns no table. */
  fixture_stage (syncer, "top", "PUT 2 u/b {\"v\":\"second\"}", NULL);
  fixture_flush (syncer);
  assert_external (fixture, "external\n");
  syncer->store->set_note (syncer->self, "status", "well", &error);
  g_assert_no_error (error);
  assert_external (fixture, "external\n");
  fixture_apply (syncer, "top");
  assert_external (fixture, "external u\n");
  fixture_stage (syncer, "top", "PUT 3 t/c {\"v\":\"third\"}", NULL);
  fixture_apply (syncer, "top");
  assert_external (fixture, "external t\n");
  assert_external (fixture, "");
  /* Whoever looks less often is told of all, and who wrote of nothing. */
  assert_external (third, "external t u\n");
  assert_notices (syncer, "downloaded u:b\ndownloaded t:c\n");
  assert_external (syncer, "");
}

static void
test_local_only (void)
{
  g_autoptr (Fixture) fixture = fixture_new (mixed, ALL_ROLES);
  g_autoptr (Fixture) other = open_beside (fixture, mixed);

  fixture_run (other, "INSERT INTO mine (id) VALUES ('m')");
  assert_query (fixture, "SELECT tbl, version FROM syncline_written", "|1\nmine|2");
  assert_external (fixture, "external mine\n");
  /* Synced tables are found in the queue, at no cost for who writes. */
  fixture_run (other, "INSERT INTO t (id) VALUES ('a')");
  assert_query (fixture, "SELECT tbl, version FROM syncline_written", "|1\nmine|2");
  assert_external (fixture, "external mine t:a\n");
}

/* What was written may have been sent before anyone looked. */
static void
test_sent_meanwhile (void)
{
  g_autoptr (Fixture) fixture = fixture_new (synced, ALL_ROLES);
  g_autoptr (Fixture) syncer = open_beside (fixture, synced);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('a'), ('b')");
  fixture_resolve (syncer, "a");
  assert_external (fixture, "external any\n");
  fixture_resolve (syncer, "a");
  assert_external (fixture, "external\n");
  fixture_run_foreign (foreign, "INSERT INTO u (id) VALUES ('c')");
  assert_external (fixture, "external u:c\n");
  fixture_run_foreign (foreign, "INSERT INTO u (id) VALUES ('d')");
  fixture_resolve (syncer, NULL);
  assert_external (fixture, "external any\n");
  sqlite3_close (foreign);
}

static void
test_retried (void)
{
  g_autoptr (Fixture) fixture = fixture_new (synced, ALL_ROLES);
  g_autoptr (Fixture) other = open_beside (fixture, synced);
  g_autoptr (GError) error = NULL;

  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a')");
  fixture_resolve (fixture, "r");
  assert_notices (fixture, "local t:a\n");
  other->store->retry_rejected (other->self, 1, NULL, &error);
  g_assert_no_error (error);
  assert_external (fixture, "external t\n");
}

static void
clear (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->store->clear (fixture->self, 0, NULL, &error);
  g_assert_no_error (error);
}

static void
test_cleared (void)
{
  g_autoptr (Fixture) fixture = fixture_new (mixed, ALL_ROLES);
  g_autoptr (Fixture) late = open_beside (fixture, mixed);
  g_autoptr (Fixture) other = open_beside (fixture, mixed);

  fixture_run (other, "INSERT INTO mine (id) VALUES ('m')");
  fixture_run (other, "DELETE FROM mine");
  assert_external (fixture, "external mine\n");
  clear (other);
  assert_query (fixture, "SELECT tbl, version FROM syncline_written", "|3");
  assert_external (fixture, "external mine\n");

  /* Who opens it next goes on with the versions; who missed what was forgotten knows that. */
  fixture_reopen (other, NULL);
  fixture_run (other, "INSERT INTO mine (id) VALUES ('n')");
  assert_external (fixture, "external mine\n");
  assert_query (fixture, "SELECT tbl, version FROM syncline_written", "|3\nmine|4");
  assert_external (late, "external any\n");
  fixture_run (other, "INSERT INTO mine (id) VALUES ('o')");
  assert_external (late, "external mine\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-store/external/watch", test_watch);
  g_test_add_func ("/sqlite-store/external/rows", test_rows);
  g_test_add_func ("/sqlite-store/external/many-rows", test_many_rows);
  g_test_add_func ("/sqlite-store/external/untraced", test_untraced);
  g_test_add_func ("/sqlite-store/external/downloads", test_downloads);
  g_test_add_func ("/sqlite-store/external/local-only", test_local_only);
  g_test_add_func ("/sqlite-store/external/sent-meanwhile", test_sent_meanwhile);
  g_test_add_func ("/sqlite-store/external/retried", test_retried);
  g_test_add_func ("/sqlite-store/external/cleared", test_cleared);
  return g_test_run ();
}
