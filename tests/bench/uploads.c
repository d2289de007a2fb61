/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* uploads CONFIG KIND CHANGES: writes that many changes while offline, then says how long it takes until
 * the server has them. KIND is `inserts`, 1,000 a transaction, or `mixed`: transactions of ten changes of all
 * kinds, in which hardly two neighbours are alike. */

#include "config.h"

#include <stdio.h>
#include <syncline/syncline.h>

#define INSERTS_PER_TRANSACTION 1000
#define ROUNDS_PER_TRANSACTION 2
#define CHANGES_PER_ROUND 5

typedef struct
{
  guint first; /* number of the first row, or round */
  guint count;
} Part;

static gboolean
run (SynclineTransaction *transaction, const char *sql, GVariant *parameters, GError **error)
{
  g_autoptr (SynclineResult) result
      = syncline_transaction_execute (transaction, sql, parameters, error);

  return result != NULL;
}

/* Rows of different runs meet in one database, so their ids differ. */
static char *
make_id (const char *what, guint number)
{
  static guint run_number;

  if (run_number == 0)
    run_number = g_random_int () | 1;
  return g_strdup_printf ("%08x-%s-4000-a000-%012x", run_number, what, number);
}

static gboolean
insert_rows (SynclineTransaction *transaction, gpointer user_data, GError **error)
{
  const Part *part = user_data;

  for (guint i = part->first; i < part->first + part->count; i++)
    {
      g_autofree char *id = make_id ("0000", i);
      g_autofree char *text = g_strdup_printf ("Remember milk, number %u", i);
      if (!run (transaction,
                "INSERT INTO todos (id, description, completed, priority, due_at)"
                " VALUES (?1, ?2, ?3, ?4, '2026-11-22 16:25:00.684334Z')",
                g_variant_new ("(ssii)", id, text, (int) i % 2, 1 + (int) i % 5), error))
        return FALSE;
    }
  return TRUE;
}

/* A list and a to-do on it, both changed after it; and the to-do of the round before is deleted. */
static gboolean
play_round (SynclineTransaction *transaction, guint number, GError **error)
{
  g_autofree char *list = make_id ("0001", number);
  g_autofree char *todo = make_id ("0002", number);
  g_autofree char *last_todo = make_id ("0002", number - 1);
  g_autofree char *text = g_strdup_printf ("Number %u", number);

  return run (transaction, "INSERT INTO lists (id, name, position) VALUES (?1, ?2, ?3)",
              g_variant_new ("(ssi)", list, list, (int) number), error)
         && run (transaction,
                 "INSERT INTO todos (id, list_id, description, priority) VALUES (?1, ?2, ?3, 2)",
                 g_variant_new ("(sss)", todo, list, text), error)
         && run (transaction, "UPDATE lists SET color = ?2 WHERE id = ?1",
                 g_variant_new ("(ss)", list, text), error)
         && run (transaction, "DELETE FROM todos WHERE id = ?1", g_variant_new ("(s)", last_todo),
                 error)
         && run (transaction, "UPDATE todos SET completed = 1, description = ?2 WHERE id = ?1",
                 g_variant_new ("(ss)", todo, list), error);
}

static gboolean
play_rounds (SynclineTransaction *transaction, gpointer user_data, GError **error)
{
  const Part *part = user_data;

  for (guint i = 0; i < part->count; i++)
    if (!play_round (transaction, part->first + i, error))
      return FALSE;
  return TRUE;
}

static void
fill_queue (SynclineClient *client, const char *kind, guint n_changes)
{
  const gboolean mixed = g_str_equal (kind, "mixed");
  const guint n = mixed ? n_changes / CHANGES_PER_ROUND : n_changes;
  const guint per_transaction = mixed ? ROUNDS_PER_TRANSACTION : INSERTS_PER_TRANSACTION;

  for (guint i = 0; i < n; i += per_transaction)
    {
      g_autoptr (GError) error = NULL;
      Part part = { i, MIN (per_transaction, n - i) };
      if (!syncline_client_transaction (client, mixed ? play_rounds : insert_rows, &part, NULL,
                                        &error))
        g_error ("%s", error->message);
    }
}

static guint64
count_queued (SynclineClient *client)
{
  g_autoptr (SynclineStatus) status = syncline_client_dup_status (client);

  if (syncline_status_get_n_rejected (status) > 0)
    g_error ("the server refused changes");
  return syncline_status_get_n_queued (status);
}

/* The status is noticed here, as by any application. */
static void
wait_until_uploaded (SynclineClient *client)
{
  while (count_queued (client) > 0)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 4)
    {
      fprintf (stderr, "usage: uploads CONFIG inserts|mixed CHANGES\n");
      return 2;
    }
  g_autoptr (SynclineClient) client = syncline_client_new_from_file (argv[1], &error);
  if (client == NULL || !syncline_client_open (client, NULL, &error))
    g_error ("%s", error->message);
  fill_queue (client, argv[2], (guint) g_ascii_strtoull (argv[3], NULL, 10));

  const guint64 n_changes = count_queued (client);
  const gint64 begin = g_get_monotonic_time ();
  syncline_client_start (client);
  wait_until_uploaded (client);
  printf ("{\"changes\":%" G_GUINT64_FORMAT ",\"seconds\":%f}\n", n_changes,
          (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC);
  syncline_client_close (client);
  return 0;
}
