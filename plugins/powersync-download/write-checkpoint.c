/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Numbers that the service puts into a checkpoint once it covers what the database has now. Since 1.24 it
 * takes numbers that clients choose, of which it keeps the highest; older services give the next one. */

#include "config.h"

#include "common/json-write.h"
#include "powersync-download/downloader-private.h"
#include "powersync-download/service-answer.h"

#include <string.h>

/* A number that somebody asked for before stands for that earlier moment. So two processes of one database
 * must not choose the same: each takes one of so many. */
#define SPREAD 65536

/* Each time somebody else was faster. */
#define MOST_ATTEMPTS 5

/* --- Given by the service ------------------------------------------------------------------------- */

static gboolean
get_number (Downloader *downloader,
            const char *client_id,
            SynclineCredentials *credentials,
            gint64 *out_number,
            GCancellable *cancellable,
            GError **error)
{
  g_auto (HttpResponse) response = { 0 };
  g_autofree char *escaped_id = g_uri_escape_string (client_id, NULL, FALSE);
  g_autofree char *path = g_strconcat ("/write-checkpoint2.json?client_id=", escaped_id, NULL);

  return downloader_get_json (downloader, path, credentials, &response, cancellable, error)
         && service_answer_read_write_checkpoint (&response, out_number, error);
}

/* --- Chosen here ---------------------------------------------------------------------------------- */

static char *
request_to_json (const char *client_id, gint64 number)
{
  g_autoptr (GString) body = g_string_new ("{\"client_id\":");

  json_write_string (body, client_id, strlen (client_id));
  g_string_append_printf (body, ",\"checkpoint_request_id\":\"%" G_GINT64_FORMAT "\"}", number);
  return g_string_free (g_steal_pointer (&body), FALSE);
}

/* Gives the highest number that the service has now; 0 when it is too old to be asked. */
static gboolean
post_number (Downloader *downloader,
             const char *client_id,
             gint64 number,
             SynclineCredentials *credentials,
             gint64 *out_highest,
             GCancellable *cancellable,
             GError **error)
{
  g_auto (HttpResponse) response = { 0 };
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *url = g_strconcat (downloader->url, "/sync/checkpoint-request", NULL);
  g_autofree char *body = request_to_json (client_id, number);

  downloader_add_authorization (headers, credentials);
  g_ptr_array_add (headers, g_strdup ("Accept: application/json"));
  g_ptr_array_add (headers, NULL);
  const HttpRequest request = {
    .method = "POST",
    .url = url,
    .headers = (const char *const *) headers->pdata,
    .body = body,
    .body_length = strlen (body),
    .content_type = "application/json",
  };
  if (!http_perform (downloader->http, &request, &response, cancellable, error))
    return FALSE;
  *out_highest = 0;
  return response.status == 404
         || (service_answer_check_status (&response, error) && http_check_json (&response, error)
             && service_answer_read_checkpoint_request (&response, out_highest, error));
}

/* @out_number stays 0 when the service is too old. */
static gboolean
choose_number (Downloader *downloader,
               const char *client_id,
               gint64 above,
               SynclineCredentials *credentials,
               gint64 *out_number,
               GCancellable *cancellable,
               GError **error)
{
  gint64 highest = MAX (above, downloader->highest_number);

  for (int i = 0; i < MOST_ATTEMPTS && highest < G_MAXINT64 - SPREAD; i++)
    {
      const gint64 number = highest + g_random_int_range (1, SPREAD);

      if (!post_number (downloader, client_id, number, credentials, &highest, cancellable, error))
        return FALSE;
      downloader->highest_number = highest;
      if (highest == number || highest == 0)
        {
          *out_number = highest;
          return TRUE;
        }
      if (highest < number)
        break;
    }
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
               "the PowerSync service does not take a new checkpoint request; its highest is "
               "%" G_GINT64_FORMAT,
               highest);
  return FALSE;
}

gboolean
downloader_request_write_checkpoint (Downloader *downloader,
                                     const char *client_id,
                                     gint64 above,
                                     SynclineCredentials *credentials,
                                     gint64 *out_write_checkpoint,
                                     GCancellable *cancellable,
                                     GError **error)
{
  gint64 number = 0;

  if (!g_atomic_int_get (&downloader->numbers_are_given)
      && !choose_number (downloader, client_id, above, credentials, &number, cancellable, error))
    return FALSE;
  if (number == 0)
    {
      /* Until the next stream, which may be one of a newer service. */
      g_atomic_int_set (&downloader->numbers_are_given, TRUE);
      if (!get_number (downloader, client_id, credentials, &number, cancellable, error))
        return FALSE;
    }
  *out_write_checkpoint = number;
  return TRUE;
}
