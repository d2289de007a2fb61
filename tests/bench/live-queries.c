/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* live-queries DIRECTORY: 100 live queries over 100,000 rows, one for each of 100 lists: what all of them cost at
 * first, and one change that a single row, a column that nobody reads, or a table that nobody reads undergoes.
 * CPU time of the whole process, which other programs disturb least, as JSON. */

#include "config.h"

#include <stdio.h>
#include <syncline/syncline.h>
#include <sys/resource.h>

#define N_QUERIES 100
#define N_CHANGES 50

static const char schema[]
    = "[table todos]\nlist = integer\ndescription = text\ncolour = text\n"
      "[options todos]\nindexes = todos_by_list(list)\n[table others]\nbody = text\n";

static guint n_told;

static void
check (gboolean ok, GError *error)
{
  if (!ok)
    g_error ("%s", error != NULL ? error->message : "it failed");
}

static double
get_cpu_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

static SynclineClient *
make_client (const char *directory)
{
  g_autofree char *schema_path = g_build_filename (directory, "live-queries.conf", NULL);
  g_autofree char *database = g_build_filename (directory, "live-queries.db", NULL);
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  GError *error = NULL;

  check (g_file_set_contents (schema_path, schema, -1, &error), error);
  syncline_config_set (config, "syncline", "store", "sqlite-store");
  syncline_config_set (config, "syncline", "schema", schema_path);
  syncline_config_set (config, "sqlite-store", "path", database);
  SynclineClient *client = syncline_client_new (config, &error);
  check (client != NULL, error);
  check (syncline_client_open (client, NULL, &error), error);
  return client;
}

static void
run (SynclineClient *client, const char *sql, gint64 number)
{
  GError *error = NULL;
  g_autoptr (SynclineResult) result
      = syncline_client_execute (client, sql, g_variant_new ("(x)", number), NULL, &error);

  check (result != NULL, error);
}

static void
count_told (void)
{
  n_told++;
}

static void
wait_for (guint n)
{
  while (n_told < n)
    g_main_context_iteration (NULL, TRUE);
  n_told = 0;
}

/* Seconds for one of N_CHANGES; with @is_told, until a query has told of each. */
static double
measure (SynclineClient *client, const char *sql, gboolean is_told)
{
  const double begin = get_cpu_time ();

  for (gint64 i = 1; i <= N_CHANGES; i++)
    {
      run (client, sql, i * 997);
      if (is_told)
        wait_for (1);
    }
  return (get_cpu_time () - begin) / N_CHANGES;
}

int
main (int argc, char **argv)
{
  g_return_val_if_fail (argc == 2, 1);

  g_autoptr (SynclineClient) client = make_client (argv[1]);
  g_autoptr (GPtrArray) queries = g_ptr_array_new_with_free_func (g_object_unref);

  run (client,
       "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < ?1) INSERT INTO "
       "todos"
       " (id, list, description) SELECT 'row-' || i, i % 100, 'Remember number ' || i FROM c",
       100000);
  const double writes = measure (
      client, "UPDATE todos SET description = description || '.' WHERE id = 'row-' || ?1", FALSE);
  double begin = get_cpu_time ();
  for (guint i = 0; i < N_QUERIES; i++)
    {
      SynclineQuery *query = syncline_client_watch (
          client, "SELECT id, description FROM todos WHERE list = ?1 ORDER BY id",
          g_variant_new ("(x)", (gint64) i));
      syncline_query_set_throttle (query, 0);
      g_signal_connect (query, "items-changed", G_CALLBACK (count_told), NULL);
      g_ptr_array_add (queries, query);
    }
  wait_for (N_QUERIES);
  const double first = get_cpu_time () - begin;

  const double unread_table = measure (client, "INSERT INTO others (body) VALUES (?1)", FALSE);
  const double unread_column
      = measure (client, "UPDATE todos SET colour = 'red' WHERE id = 'row-' || ?1", FALSE);
  const double one_row = measure (
      client, "UPDATE todos SET description = description || '!' WHERE id = 'row-' || ?1", TRUE);
  printf ("{\"first\": %.6f, \"plain\": %.6f, \"unreadTable\": %.6f, \"unreadColumn\": %.6f, "
          "\"oneRow\": %.6f}\n",
          first, writes, unread_table, unread_column, one_row);
  return 0;
}
