/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* queue DATABASE CHANGES: fills a queue with that many changes, 1,000 a transaction, and says how long it takes to
 * open the file, to look at the head of the queue, and to take that from it. */

#include "config.h"

#include <stdio.h>
#include <syncline/registry.h>
#include <syncline/store.h>
#include <syncline/testing.h>

#include "rows.h"

#define BATCH 1000
#define BATCHES 10

typedef struct
{
  SynclineSchema *schema;
  SynclineHost *host;
  SynclineTestPlugin *plugin;
  const SynclineStoreClass *store;
  gpointer self;
} Bench;

static void
check (gboolean ok, GError *error)
{
  if (!ok)
    g_error ("%s", error != NULL ? error->message : "it failed");
}

static void
set_up (Bench *bench, SynclineConfig *config)
{
  GError *error = NULL;
  const guint roles = 1u << SYNCLINE_ROLE_STORE | 1u << SYNCLINE_ROLE_UPLOAD;
  const SynclinePlugin *plugin = syncline_registry_find ("sqlite-store", &error);

  check (plugin != NULL, error);
  bench->schema = syncline_schema_new_from_data (BENCH_SCHEMA, -1, "bench", &error);
  check (bench->schema != NULL, error);
  bench->host = syncline_test_host_new ("sqlite-store", bench->schema, roles);
  bench->plugin = syncline_test_plugin_new (plugin, config, bench->host, &error);
  check (bench->plugin != NULL, error);
  bench->store = plugin->methods;
  bench->self = syncline_test_plugin_get_self (bench->plugin);
}

static void
tear_down (Bench *bench)
{
  syncline_test_plugin_free (bench->plugin);
  syncline_test_host_free (bench->host);
  syncline_schema_unref (bench->schema);
}

static void
open_store (Bench *bench)
{
  GError *error = NULL;

  check (bench->store->open (bench->self, NULL, &error), error);
}

static void
fill (Bench *bench, gint64 n_changes)
{
  const SynclineStatement insert = {
    .sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
           " INSERT INTO todos (description, completed) SELECT 'Remember milk, number ' || i, i % 2"
           " FROM n",
  };
  GError *error = NULL;

  for (gint64 i = 0; i < n_changes; i += BATCH)
    check (bench->store->execute (bench->self, &insert, NULL, NULL, NULL, NULL, &error), error);
}

static double
since (gint64 begin)
{
  return (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
}

/* The shortest of some: what else goes on in the machine is no part of it. */
static double
measure_open (Bench *bench)
{
  double shortest = G_MAXDOUBLE;

  for (int i = 0; i < BATCHES; i++)
    {
      const gint64 begin = g_get_monotonic_time ();
      open_store (bench);
      shortest = MIN (shortest, since (begin));
      bench->store->close (bench->self);
    }
  return shortest;
}

/* The time of one of many, in a row. */
static void
take_batches (Bench *bench, double *out_peek, double *out_resolve)
{
  GError *error = NULL;

  *out_peek = *out_resolve = 0;
  for (int i = 0; i < BATCHES; i++)
    {
      g_autoptr (GPtrArray) changes = NULL;
      g_autoptr (GPtrArray) outcomes
          = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);
      gint64 begin = g_get_monotonic_time ();
      check (bench->store->peek_changes (bench->self, BATCH, 1 << 20, &changes, NULL, &error),
             error);
      *out_peek += since (begin) / BATCHES;

      for (guint j = 0; j < changes->len; j++)
        g_ptr_array_add (outcomes, syncline_outcome_new_accepted ());
      begin = g_get_monotonic_time ();
      check (bench->store->resolve_changes (bench->self, changes, outcomes, NULL, &error), error);
      *out_resolve += since (begin) / BATCHES;
    }
}

int
main (int argc, char **argv)
{
  Bench bench;
  double peek, resolve;

  if (argc != 3)
    {
      fprintf (stderr, "usage: queue DATABASE CHANGES\n");
      return 2;
    }
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  syncline_config_set (config, "sqlite-store", "path", argv[1]);
  syncline_config_set (config, "sqlite-store", "cache-size", "256M");
  set_up (&bench, config);
  open_store (&bench);
  fill (&bench, g_ascii_strtoll (argv[2], NULL, 10));
  bench.store->close (bench.self);

  const double open = measure_open (&bench);
  open_store (&bench);
  take_batches (&bench, &peek, &resolve);
  printf ("{\"open\":%f,\"peek\":%f,\"resolve\":%f}\n", open, peek, resolve);
  bench.store->close (bench.self);
  tear_down (&bench);
  return 0;
}
