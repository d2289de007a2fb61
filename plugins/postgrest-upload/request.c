/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "request.h"

#include <string.h>

#include "common/json-write.h"

/* Enough of a checksum that no two are alike. */
#define TOKEN_LENGTH 32

static void
append_escaped (GString *url, const char *text)
{
  g_autofree char *escaped = g_uri_escape_string (text, NULL, FALSE);

  g_string_append (url, escaped);
}

static gboolean
is_plain (const char *text, const char *also)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr (also, *text) == NULL)
      return FALSE;
  return TRUE;
}

/* In the double quotes that PostgREST wants where commas, parentheses and the like have a meaning. */
static void
append_quoted (GString *url, const char *text)
{
  g_autoptr (GString) quoted = g_string_new ("\"");

  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (quoted, '\\');
      g_string_append_c (quoted, *text);
    }
  g_string_append_c (quoted, '"');
  append_escaped (url, quoted->str);
}

/* --- Parts ----------------------------------------------------------------------------------------- */

static void
init (Request *request, const Endpoint *endpoint, const char *method, const char *prefer)
{
  *request = (Request){
    .method = method,
    .url = g_string_new (endpoint->url),
    .headers = g_ptr_array_new_with_free_func (g_free),
  };
  if (prefer != NULL)
    g_ptr_array_add (request->headers, g_strconcat ("Prefer: ", prefer, NULL));
  if (endpoint->api_key != NULL)
    g_ptr_array_add (request->headers, g_strconcat ("apikey: ", endpoint->api_key, NULL));
  if (endpoint->profile != NULL)
    g_ptr_array_add (request->headers, g_strconcat ("Content-Profile: ", endpoint->profile, NULL));
}

static void
append_table (GString *url, SynclineChange *change)
{
  g_string_append_c (url, '/');
  append_escaped (url, syncline_change_get_table (change));
}

/* The rows meant. Never missing: without a filter a DELETE means all rows. A plain id is compared as it
 * stands; others are quoted, which leaves no room for reading them as something else. */
static void
append_filter (GString *url, SynclineChange *const *changes, guint n_changes)
{
  const char *row_id = syncline_change_get_row_id (changes[0]);

  if (n_changes == 1 && *row_id != '\0' && is_plain (row_id, "-_"))
    {
      g_string_append (url, "?id=eq.");
      append_escaped (url, row_id);
      return;
    }
  g_string_append (url, "?id=in.(");
  for (guint i = 0; i < n_changes; i++)
    {
      if (i > 0)
        g_string_append_c (url, ',');
      append_quoted (url, syncline_change_get_row_id (changes[i]));
    }
  g_string_append_c (url, ')');
}

static const SynclineTable *
find_table (const Endpoint *endpoint, SynclineChange *change)
{
  const char *name = syncline_change_get_table (change);
  const SynclineTable *table = syncline_schema_find_server_table (endpoint->schema, name, -1);

  /* Without a serializer, changes still have their local names. */
  return table != NULL ? table : syncline_schema_find_table (endpoint->schema, name);
}

/* The columns that tell whether a row is there already. */
static void
append_conflict (GString *url, const SynclineTable *table)
{
  static const char *const row_id[] = { "id", NULL };
  const char *const *column = table != NULL ? syncline_table_get_conflict (table) : row_id;

  g_string_append (url, "?on_conflict=");
  for (guint i = 0; column[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (url, ',');
      if (is_plain (column[i], "_"))
        g_string_append (url, column[i]);
      else
        append_quoted (url, column[i]);
    }
}

/* A row of the body: the data with the id before it. */
static void
append_row (GString *body, SynclineChange *change)
{
  const char *row_id = syncline_change_get_row_id (change);
  const char *data = syncline_change_get_data (change);

  g_string_append (body, "{\"id\":");
  json_write_string (body, row_id, strlen (row_id));
  if (data != NULL && !g_str_equal (data, "{}"))
    {
      g_string_append_c (body, ',');
      g_string_append (body, data + 1);
    }
  else
    g_string_append_c (body, '}');
}

static void
append_rows (GString *body, SynclineChange *const *changes, guint n_changes)
{
  if (n_changes == 1)
    {
      append_row (body, changes[0]);
      return;
    }
  for (guint i = 0; i < n_changes; i++)
    {
      g_string_append_c (body, i == 0 ? '[' : ',');
      append_row (body, changes[i]);
    }
  g_string_append_c (body, ']');
}

/* --- Requests -------------------------------------------------------------------------------------- */

gsize
request_measure_call (SynclineChange *change)
{
  const char *data = syncline_change_get_data (change);

  return 128 + (data != NULL ? strlen (data) : 0);
}

static gsize
measure_data (SynclineChange *const *changes, guint n_changes)
{
  gsize size = 0;

  for (guint i = 0; i < n_changes; i++)
    size += request_measure_call (changes[i]);
  return size;
}

/* An upsert, so that sending it twice is harmless. A table that takes inserts only may well forbid
 * updates: there, a row that exists is left alone. */
static void
init_put (Request *request,
          const Endpoint *endpoint,
          SynclineChange *const *changes,
          guint n_changes)
{
  const SynclineTable *table = find_table (endpoint, changes[0]);
  gboolean insert_only
      = table != NULL && syncline_table_get_mode (table) == SYNCLINE_TABLE_INSERT_ONLY;

  init (request, endpoint, "POST",
        insert_only ? "resolution=ignore-duplicates,return=minimal"
                    : "resolution=merge-duplicates,return=minimal");
  append_table (request->url, changes[0]);
  append_conflict (request->url, table);
  request->body = g_string_sized_new (measure_data (changes, n_changes));
  append_rows (request->body, changes, n_changes);
}

void
request_init_changes (Request *request,
                      const Endpoint *endpoint,
                      SynclineChange *const *changes,
                      guint n_changes)
{
  /* return=minimal needs no right to read the row; count=exact tells how many rows were changed. */
  const char *prefer = "return=minimal,count=exact";

  switch (syncline_change_get_op (changes[0]))
    {
    case SYNCLINE_CHANGE_PUT:
      init_put (request, endpoint, changes, n_changes);
      break;
    case SYNCLINE_CHANGE_PATCH:
      init (request, endpoint, "PATCH", prefer);
      append_table (request->url, changes[0]);
      append_filter (request->url, changes, n_changes);
      request->body = g_string_new (syncline_change_get_data (changes[0]));
      break;
    case SYNCLINE_CHANGE_DELETE:
      init (request, endpoint, "DELETE", prefer);
      append_table (request->url, changes[0]);
      append_filter (request->url, changes, n_changes);
      break;
    }
  g_ptr_array_add (request->headers, NULL);
}

static void
append_member (GString *body, const char *name, const char *text)
{
  g_string_append_printf (body, ",\"%s\":", name);
  json_write_string (body, text, strlen (text));
}

/* The columns of an upsert, if they are not just the id. */
static void
append_conflict_member (GString *body, const SynclineTable *table)
{
  const char *const *column = syncline_table_get_conflict (table);

  if (g_str_equal (column[0], "id") && column[1] == NULL)
    return;
  g_string_append (body, ",\"conflict\":");
  for (guint i = 0; column[i] != NULL; i++)
    {
      g_string_append_c (body, i == 0 ? '[' : ',');
      json_write_string (body, column[i], strlen (column[i]));
    }
  g_string_append_c (body, ']');
}

/* A change as the function takes it. */
static void
append_change (GString *body, const Endpoint *endpoint, SynclineChange *change)
{
  const SynclineTable *table = find_table (endpoint, change);
  const char *data = syncline_change_get_data (change);

  g_string_append_printf (body, "{\"op\":\"%s\"",
                          syncline_change_op_to_string (syncline_change_get_op (change)));
  append_member (body, "table", syncline_change_get_table (change));
  append_member (body, "id", syncline_change_get_row_id (change));
  if (data != NULL)
    g_string_append_printf (body, ",\"data\":%s", data);
  if (syncline_change_get_metadata (change) != NULL)
    append_member (body, "metadata", syncline_change_get_metadata (change));
  if (table != NULL)
    append_conflict_member (body, table);
  if (table != NULL && syncline_table_get_mode (table) == SYNCLINE_TABLE_INSERT_ONLY)
    g_string_append (body, ",\"insert_only\":true");
  g_string_append_c (body, '}');
}

static guint
count_together (SynclineChange *const *changes, guint n_changes)
{
  const gint64 transaction = syncline_change_get_transaction (changes[0]);
  guint n = 1;

  while (n < n_changes && syncline_change_get_transaction (changes[n]) == transaction)
    n++;
  return n;
}

/* The numbers tell one transaction from another with the same content, the content from one of a copy of the
 * database, which goes on with the same numbers. */
static char *
make_token (SynclineChange *first, const GString *content)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const gint64 id = syncline_change_get_id (first);

  g_checksum_update (checksum, (const guchar *) &id, sizeof id);
  g_checksum_update (checksum, (const guchar *) content->str, (gssize) content->len);
  return g_strndup (g_checksum_get_string (checksum), TOKEN_LENGTH);
}

/* The first change of a transaction also has its token. */
static void
append_transaction (GString *body,
                    const Endpoint *endpoint,
                    const char *client_id,
                    SynclineChange *const *changes,
                    guint n_changes)
{
  g_autoptr (GString) content = g_string_sized_new (measure_data (changes, n_changes));

  for (guint i = 0; i < n_changes; i++)
    {
      if (i > 0)
        g_string_append_c (content, ',');
      append_change (content, endpoint, changes[i]);
    }
  if (client_id != NULL)
    {
      g_autofree char *token = make_token (changes[0], content);
      g_string_append_printf (body, "{\"token\":\"%s\"", token);
      append_member (body, "client", client_id);
      g_string_append_c (body, ',');
      g_string_append_len (body, content->str + 1, (gssize) content->len - 1);
    }
  else
    g_string_append_len (body, content->str, (gssize) content->len);
}

void
request_init_call (Request *request,
                   const Endpoint *endpoint,
                   const char *function,
                   const char *client_id,
                   SynclineChange *const *changes,
                   guint n_changes)
{
  init (request, endpoint, "POST", NULL);
  g_string_append (request->url, "/rpc/");
  append_escaped (request->url, function);
  request->body = g_string_sized_new (measure_data (changes, n_changes));
  g_string_append (request->body, "{\"changes\":");
  for (guint at = 0; at < n_changes;)
    {
      const guint n = count_together (changes + at, n_changes - at);
      g_string_append_c (request->body, at == 0 ? '[' : ',');
      append_transaction (request->body, endpoint, client_id, changes + at, n);
      at += n;
    }
  g_string_append (request->body, "]}");
  g_ptr_array_add (request->headers, NULL);
}

void
request_init_probe (Request *request, const Endpoint *endpoint)
{
  init (request, endpoint, "GET", NULL);
  g_string_append_c (request->url, '/');
  g_ptr_array_add (request->headers, NULL);
}

/* Content-Profile is for what writes. */
static void
add_read_profile (Request *request, const Endpoint *endpoint)
{
  if (endpoint->profile != NULL)
    g_ptr_array_add (request->headers, g_strconcat ("Accept-Profile: ", endpoint->profile, NULL));
}

static void
append_selected (GString *url, const char *column)
{
  if (is_plain (column, "_"))
    g_string_append (url, column);
  else
    append_quoted (url, column);
}

void
request_init_look (Request *request, const Endpoint *endpoint, const SynclineTable *table)
{
  init (request, endpoint, "GET", NULL);
  add_read_profile (request, endpoint);
  g_string_append_c (request->url, '/');
  append_escaped (request->url, syncline_table_get_server_name (table));
  g_string_append (request->url, "?limit=0&select=id");
  for (guint i = 0; i < syncline_table_get_n_columns (table); i++)
    {
      g_string_append_c (request->url, ',');
      append_selected (request->url,
                       syncline_column_get_name (syncline_table_get_column (table, i)));
    }
  g_ptr_array_add (request->headers, NULL);
}

void
request_init_describe (Request *request, const Endpoint *endpoint)
{
  init (request, endpoint, "GET", NULL);
  add_read_profile (request, endpoint);
  g_ptr_array_add (request->headers,
                   g_strdup ("Accept: application/openapi+json, application/json;q=0.9"));
  g_string_append_c (request->url, '/');
  g_ptr_array_add (request->headers, NULL);
}

void
request_clear (Request *request)
{
  if (request->url != NULL)
    g_string_free (request->url, TRUE);
  if (request->body != NULL)
    g_string_free (request->body, TRUE);
  if (request->headers != NULL)
    g_ptr_array_unref (request->headers);
  *request = (Request){ NULL };
}
