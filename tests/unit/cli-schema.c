/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* "syncline schema" on folders of migrations. */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "unit/cli-support.h"

static const char first[]
    = "-- a comment; with a semicolon\n"
      "/* nested /* comment; */ */\n"
      "CREATE TYPE public.mood AS ENUM ('sad', 'ok; really');\n"
      "create domain short_text as varchar(20) check (length(value) > 0);\n"
      "CREATE TABLE IF NOT EXISTS public.\"Odd Name\" (id text primary key, \"Mixed Case\" int);\n"
      "create table todos (\n"
      "  id uuid default gen_random_uuid(),\n"
      "  title character varying(200) not null default 'a, b)',\n"
      "  mood public.mood,\n"
      "  label short_text,\n"
      "  estimate numeric(38, 10) check (estimate > 0),\n"
      "  tags text[] not null default '{}'::text[],\n"
      "  due timestamp(3) with time zone,\n"
      "  old_name text,\n"
      "  gone integer,\n"
      "  total bigint generated always as (gone * 2) stored,\n"
      "  constraint todos_pkey primary key (id),\n"
      "  unique (title, label)\n"
      ");\n"
      "create table private.hidden (id uuid primary key, x text);\n"
      "create temporary table scratch (id int);\n"
      "create table dropped (id uuid primary key);\n"
      "create function f() returns void language plpgsql as $body$\n"
      "begin create table inside (id int); end $body$;\n"
      "create function g() returns int begin atomic select case when true then 1 end; end;\n"
      "insert into todos (title) values (E'it\\'s; \\\\');\n";

static const char second[] = "alter table only public.todos\n"
                             "  add column if not exists extra double precision default 1.5,\n"
                             "  add weight real,\n"
                             "  add constraint c check (weight > 0),\n"
                             "  drop column gone,\n"
                             "  alter column label type text using label::text,\n"
                             "  alter column title set default 'x',\n"
                             "  alter title drop not null;\n"
                             "alter table todos rename column old_name to new_name;\n"
                             "alter table todos rename to tasks;\n"
                             "alter table if exists nowhere add column x int;\n"
                             "drop table if exists dropped, nowhere cascade;\n"
                             "set search_path to private;\n"
                             "alter table hidden add column y int;\n"
                             "create table only_private (id int);\n";

static const char pulled[] = "[table Odd Name]\n"
                             "Mixed Case = int\n"
                             "\n"
                             "[table tasks]\n"
                             "title = varchar(200)\n"
                             "mood = text\n"
                             "label = text\n"
                             "estimate = numeric(38,10)\n"
                             "tags = text[]\n"
                             "due = timestamp(3) with time zone\n"
                             "new_name = text\n"
                             "total = bigint\n"
                             "extra = double precision\n"
                             "weight = real\n";

static void
make_migrations (CliDirectory *directory)
{
  cli_directory_init (directory);
  g_autofree char *path = g_build_filename (directory->path, "migrations", NULL);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  /* The names are in another order than the files were made. */
  cli_directory_write (directory, "migrations/0002.sql", second);
  cli_directory_write (directory, "migrations/0001.sql", first);
  cli_directory_write (directory, "migrations/notes.txt", "create table notes (id int);");
}

static CliRun *
pull (const CliDirectory *directory)
{
  return cli_run (directory, NULL, "schema", "pull", "-m", "migrations", "-f", "schema.conf", NULL);
}

static void
test_pull (void)
{
  g_auto (CliDirectory) directory = { NULL };
  make_migrations (&directory);

  g_autoptr (CliRun) run = pull (&directory);
  cli_assert_code (run, 0);
  g_autofree char *text = cli_directory_read (&directory, "schema.conf");
  g_assert_cmpstr (text, ==, pulled);
  cli_assert_contains (run->err, "tasks.mood: mood is no type of Postgres's own");

  g_autoptr (CliRun) again = pull (&directory);
  cli_assert_code (again, 0);
  cli_assert_contains (again->err, "up to date");
}

/* What needs no change is not touched: not a space, not a comment. */
static void
test_edit (void)
{
  static const char before[] = "# About all.\n"
                               "[table tasks]\n"
                               "# The line that everybody reads.\n"
                               "title  =  text\n"
                               "tags = text\n"
                               "vanished = text\n"
                               "; mood = public.mood\n"
                               "# label = text, not needed here\n"
                               "\n"
                               "# How it is kept.\n"
                               "[options tasks]\n"
                               "indexes = by_title(title)\n"
                               "\n"
                               "[table drafts]\n"
                               "body = text\n"
                               "[options drafts]\n"
                               "mode = local-only\n";
  static const char after[] = "# About all.\n"
                              "[table tasks]\n"
                              "# The line that everybody reads.\n"
                              "title  =  text\n"
                              "tags = text[]\n"
                              "; mood = public.mood\n"
                              "# label = text, not needed here\n"
                              "estimate = numeric(38,10)\n"
                              "due = timestamp(3) with time zone\n"
                              "new_name = text\n"
                              "total = bigint\n"
                              "extra = double precision\n"
                              "weight = real\n"
                              "\n"
                              "# How it is kept.\n"
                              "[options tasks]\n"
                              "indexes = by_title(title)\n"
                              "\n"
                              "[table drafts]\n"
                              "body = text\n"
                              "[options drafts]\n"
                              "mode = local-only\n";
  g_auto (CliDirectory) directory = { NULL };
  make_migrations (&directory);
  cli_directory_write (&directory, "schema.conf", before);

  g_autoptr (CliRun) diff
      = cli_run (&directory, NULL, "schema", "diff", "-m", "migrations", "-f", "schema.conf", NULL);
  cli_assert_code (diff, 10);
  cli_assert_contains (diff->out, "tasks\ttags\ttext\ttext[]\tanother type\n");
  cli_assert_contains (diff->out, "tasks\tvanished\ttext\t\tno such column on the server\n");
  cli_assert_contains (diff->out, "tasks\tweight\t\treal\tnot in the schema file\n");
  g_assert_null (strstr (diff->out, "title"));
  g_assert_null (strstr (diff->out, "mood"));
  g_assert_null (strstr (diff->out, "drafts"));

  g_autoptr (CliRun) run = pull (&directory);
  cli_assert_code (run, 0);
  g_autofree char *text = cli_directory_read (&directory, "schema.conf");
  g_assert_cmpstr (text, ==, after);

  g_autoptr (CliRun) same = cli_run (&directory, NULL, "schema", "diff", "--json", "-m",
                                     "migrations", "-f", "schema.conf", NULL);
  cli_assert_code (same, 0);
  g_assert_cmpstr (same->out, ==, "[]\n");
}

static void
test_choice_of_tables (void)
{
  g_auto (CliDirectory) directory = { NULL };
  make_migrations (&directory);
  cli_directory_write (&directory, "schema.conf", "[table gone]\nx = text\n");

  g_autoptr (CliRun) diff
      = cli_run (&directory, NULL, "schema", "diff", "-m", "migrations", "-f", "schema.conf", NULL);
  cli_assert_code (diff, 10);
  g_assert_cmpstr (diff->out, ==, "gone\t\t\t\tno such table on the server\n");

  g_autoptr (CliRun) own = pull (&directory);
  cli_assert_code (own, 0);
  cli_assert_contains (own->err, "gone is not there, and stays");
  g_autofree char *kept = cli_directory_read (&directory, "schema.conf");
  g_assert_cmpstr (kept, ==, "[table gone]\nx = text\n");

  g_autoptr (CliRun) typo = cli_run (&directory, NULL, "schema", "pull", "-m", "migrations", "-f",
                                     "schema.conf", "taks", NULL);
  cli_assert_code (typo, 2);
  cli_assert_contains (typo->err, "\"tasks\"");

  g_autoptr (CliRun) one = cli_run (&directory, NULL, "schema", "pull", "-m", "migrations", "-f",
                                    "schema.conf", "Odd Name", NULL);
  cli_assert_code (one, 0);
  g_autofree char *two = cli_directory_read (&directory, "schema.conf");
  g_assert_cmpstr (two, ==, "[table gone]\nx = text\n\n[table Odd Name]\nMixed Case = int\n");

  g_autoptr (CliRun) all = cli_run (&directory, NULL, "schema", "pull", "--all", "-m", "migrations",
                                    "-f", "schema.conf", NULL);
  cli_assert_code (all, 0);
  g_autofree char *whole = cli_directory_read (&directory, "schema.conf");
  cli_assert_contains (whole, "[table tasks]\n");
}

/* What can't be followed is said, with its place, and nothing is written on half knowledge. */
static void
test_complaints (void)
{
  static const struct
  {
    const char *sql;
    const char *complaint;
  } cases[] = {
    { "create table a as select 1;", "AS, OF or PARTITION OF" },
    { "create table a (like b including all);", "LIKE" },
    { "create table a (id int) inherits (b);", "INHERITS" },
    { "do $$ begin create table a (id int); end $$;", "DO block" },
    { "do $$ begin execute format('alter table %I add column x int', 'a'); end $$;", "DO block" },
    { "alter table a add column x int;", "alters a, which no migration makes" },
    { "drop schema public cascade;", "drops a schema" },
    { "create foreign table a (id int) server s;", "foreign table" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (CliDirectory) directory = { NULL };
      cli_directory_init (&directory);
      g_autofree char *sql
          = g_strconcat ("create table t (id int primary key, x int);\n\n", cases[i].sql, NULL);
      cli_directory_write (&directory, "one.sql", sql);

      g_autoptr (CliRun) run = cli_run (&directory, NULL, "schema", "pull", "-m", "one.sql", "-f",
                                        "schema.conf", NULL);
      cli_assert_code (run, 1);
      cli_assert_contains (run->err, "one.sql:3: ");
      cli_assert_contains (run->err, cases[i].complaint);
      g_autofree char *path = g_build_filename (directory.path, "schema.conf", NULL);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

      g_autoptr (CliRun) forced = cli_run (&directory, NULL, "schema", "pull", "--force", "-m",
                                           "one.sql", "-f", "schema.conf", "t", NULL);
      cli_assert_code (forced, 0);
      g_autofree char *text = cli_directory_read (&directory, "schema.conf");
      g_assert_cmpstr (text, ==, "[table t]\nx = int\n");
    }
}

/* These blocks change no table's columns. */
static void
test_no_complaints (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);
  cli_directory_write (
      &directory, "one.sql",
      "create table t (id uuid primary key, n int);\n"
      "do $$ begin execute format('alter table %I replica identity full', 't'); end $$;\n"
      "do $x$ begin alter publication p add table t; end $x$;\n"
      "alter table t enable row level security;\n"
      "alter table t owner to somebody;\n"
      "create policy \"all; of them\" on t for all using (true);\n");

  g_autoptr (CliRun) run
      = cli_run (&directory, NULL, "schema", "pull", "-m", "one.sql", "-f", "schema.conf", NULL);
  cli_assert_code (run, 0);
  g_autofree char *text = cli_directory_read (&directory, "schema.conf");
  g_assert_cmpstr (text, ==, "[table t]\nn = int\n");
}

static void
test_keys (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);
  cli_directory_write (&directory, "one.sql",
                       "create table a (name text primary key);\n"
                       "create table b (id int, code text, primary key (code));\n"
                       "create table c (id int, \"bad=name\" text);\n"
                       "alter table c add primary key (id);\n");

  g_autoptr (CliRun) run
      = cli_run (&directory, NULL, "schema", "pull", "-m", "one.sql", "-f", "schema.conf", NULL);
  cli_assert_code (run, 0);
  cli_assert_contains (run->err, "a has no column id");
  cli_assert_contains (run->err, "the column id of b is not its primary key");
  cli_assert_contains (run->err, "bad=name");
  g_assert_null (strstr (run->err, "column id of c"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-schema/pull", test_pull);
  g_test_add_func ("/cli-schema/edit", test_edit);
  g_test_add_func ("/cli-schema/choice-of-tables", test_choice_of_tables);
  g_test_add_func ("/cli-schema/complaints", test_complaints);
  g_test_add_func ("/cli-schema/no-complaints", test_no_complaints);
  g_test_add_func ("/cli-schema/keys", test_keys);
  return g_test_run ();
}
