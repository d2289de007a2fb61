/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A live query in a program whose loop is poll(): `poll CONFIG` shows the todos whenever they change, and adds
 * one for each line that it reads. It ends with the input. */

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <syncline/syncline.h>
#include <unistd.h>

static void
show (GListModel *todos)
{
  printf ("--\n");
  for (guint i = 0; i < g_list_model_get_n_items (todos); i++)
    {
      g_autoptr (SynclineRow) row = g_list_model_get_item (todos, i);
      printf ("%s\n", syncline_row_get_text (row, 1));
    }
  fflush (stdout);
}

static gboolean
add_line (SynclineClient *client, GError **error)
{
  char line[1024];
  const ssize_t length = read (STDIN_FILENO, line, sizeof line - 1);

  if (length <= 0)
    return FALSE;
  line[length] = '\0';
  g_autoptr (SynclineResult) result
      = syncline_client_execute (client, "INSERT INTO todos (description) VALUES (?1)",
                                 g_variant_new ("(s)", g_strchomp (line)), NULL, error);
  return result != NULL;
}

int
main (int argc, char **argv)
{
  const char *path = argc > 1 ? argv[1] : "syncline.conf";
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineClient) client = syncline_client_new_from_file (path, &error);
  const int fd = client != NULL ? syncline_client_get_fd (client, &error) : -1;

  if (fd >= 0 && syncline_client_open (client, NULL, &error))
    {
      g_autoptr (SynclineQuery) todos
          = syncline_client_watch (client, "SELECT id, description FROM todos ORDER BY 2", NULL);
      struct pollfd fds[] = { { STDIN_FILENO, POLLIN, 0 }, { fd, POLLIN, 0 } };

      g_signal_connect (todos, "items-changed", G_CALLBACK (show), NULL);
      syncline_client_start (client);
      while (poll (fds, G_N_ELEMENTS (fds), -1) > 0)
        {
          if (fds[1].revents != 0)
            syncline_client_dispatch (client);
          if (fds[0].revents != 0 && !add_line (client, &error))
            break;
        }
    }
  if (error != NULL)
    fprintf (stderr, "%s\n", error->message);
  return error != NULL;
}
