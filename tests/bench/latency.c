/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* latency CONFIG ROWS: inserts a row now and then while the client runs, and prints for each its id and when, by the
 * wall clock in microseconds, it was committed. */

#include "config.h"

#include <stdio.h>
#include <syncline/syncline.h>

#define PAUSE_US (40 * G_TIME_SPAN_MILLISECOND)

static void
insert_row (SynclineClient *client)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (SynclineResult) result = syncline_client_execute (
      client, "INSERT INTO todos (id, description) VALUES (?1, 'Remember milk')",
      g_variant_new ("(s)", id), NULL, &error);

  if (result == NULL)
    g_error ("%s", error->message);
  printf ("%s %" G_GINT64_FORMAT "\n", id, g_get_real_time ());
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    {
      fprintf (stderr, "usage: latency CONFIG ROWS\n");
      return 2;
    }
  g_autoptr (SynclineClient) client = syncline_client_new_from_file (argv[1], &error);
  if (client == NULL || !syncline_client_open (client, NULL, &error))
    g_error ("%s", error->message);
  syncline_client_start (client);
  for (guint64 i = g_ascii_strtoull (argv[2], NULL, 10); i > 0; i--)
    {
      insert_row (client);
      g_usleep (PAUSE_US);
    }
  if (!syncline_client_wait_until_synced (client, 30 * G_USEC_PER_SEC, NULL, &error))
    g_error ("%s", error->message);
  syncline_client_close (client);
  return 0;
}
