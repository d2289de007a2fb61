/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include <stdio.h>
#include <syncline/syncline.h>

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineResult) rows = NULL;
  const char *sql = "INSERT INTO todos (description) VALUES (?1) RETURNING id, description";
  g_autoptr (SynclineClient) client = syncline_client_new_from_file ("syncline.conf", &error);

  /* Local: works offline, and is queued for upload. */
  if (client != NULL && syncline_client_open (client, NULL, &error))
    rows = syncline_client_execute (client, sql, g_variant_new ("(s)", "Buy milk"), NULL, &error);
  if (rows != NULL)
    {
      printf ("%s\n", syncline_result_get_text (rows, 0, 1));
      syncline_client_start (client); /* in the background; the program goes on */
      syncline_client_wait_until_synced (client, 30 * G_USEC_PER_SEC, NULL, &error);
    }
  if (error != NULL)
    fprintf (stderr, "%s\n", error->message);
  return error != NULL;
}
