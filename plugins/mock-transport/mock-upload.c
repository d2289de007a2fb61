/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-transport.h"

/* The upload role, and the server's side of it. */

static SynclineOutcome *
refuse (guint status, const char *code, const char *message)
{
  return syncline_outcome_new_rejected (status, code, message, NULL, NULL);
}

static const MockRule *
find_rule (MockServer *server, const char *table, const char *row_id)
{
  for (guint i = 0; i < server->rules->len; i++)
    {
      const MockRule *rule = server->rules->pdata[i];

      if (g_str_equal (rule->table, table)
          && (rule->row_id == NULL || g_str_equal (rule->row_id, row_id)))
        return rule;
    }
  return NULL;
}

/* Lays the columns of @data over those of the row; NULL if @data is no JSON object. */
static json_object *
merge (const MockServerRow *row, const char *data)
{
  g_autoptr (json_object) given = data == NULL ? NULL : mock_json_parse (data, -1);

  if (given == NULL)
    return NULL;
  json_object *merged = json_object_new_object ();
  if (row != NULL)
    {
      json_object_object_foreach (row->columns, old_name, old_value)
      {
        json_object_object_add (merged, old_name, json_object_get (old_value));
      }
    }
  json_object_object_foreach (given, name, value)
  {
    if (!g_str_equal (name, "id"))
      json_object_object_add (merged, name, json_object_get (value));
  }
  return merged;
}

/* What row level security says of a row that @user_id writes. Sets the owner of a row that has none. */
static gboolean
check_owner (MockServer *server,
             const MockServerRow *row,
             const char *user_id,
             json_object *columns)
{
  if (server->owner_column[0] == '\0' || user_id == NULL)
    return TRUE;
  g_autofree char *owner = mock_json_dup_member (columns, server->owner_column);
  if (owner == NULL && (row == NULL || row->owner != NULL))
    json_object_object_add (columns, server->owner_column, json_object_new_string (user_id));
  return owner == NULL || g_str_equal (owner, user_id);
}

static SynclineOutcome *
take_write (MockServer *server,
            const MockServerRow *row,
            const char *user_id,
            SynclineChange *change)
{
  g_autoptr (json_object) columns = merge (row, syncline_change_get_data (change));

  if (columns == NULL)
    return refuse (400, "PGRST102", "Empty or invalid json");
  if (!check_owner (server, row, user_id, columns))
    return refuse (403, "42501", "new row violates row-level security policy");
  mock_server_store_row (server, syncline_change_get_table (change),
                         syncline_change_get_row_id (change), columns);
  return syncline_outcome_new_accepted ();
}

SynclineOutcome *
mock_server_take_change (MockServer *server, const char *user_id, SynclineChange *change)
{
  const char *table = syncline_change_get_table (change);
  const char *row_id = syncline_change_get_row_id (change);
  const MockServerRow *row = mock_server_peek_row (server, table, row_id);
  const MockRule *rule = find_rule (server, table, row_id);
  const gboolean foreign
      = row != NULL && row->owner != NULL && g_strcmp0 (row->owner, user_id) != 0;

  if (rule != NULL)
    return refuse (rule->status, rule->code, rule->message);
  if (syncline_change_get_op (change) == SYNCLINE_CHANGE_PUT)
    return foreign ? refuse (403, "42501", "new row violates row-level security policy")
                   : take_write (server, row, user_id, change);
  /* A row that is not there, or not to be seen, is not found: nothing to do is success. */
  if (row == NULL || foreign)
    return syncline_outcome_new_accepted ();
  if (syncline_change_get_op (change) == SYNCLINE_CHANGE_PATCH)
    return take_write (server, row, user_id, change);
  mock_server_drop_row (server, table, row_id);
  return syncline_outcome_new_accepted ();
}

static void
note_upload (MockServer *server, SynclineChange *change)
{
  const char *data = syncline_change_get_data (change);

  g_ptr_array_add (server->uploads,
                   g_strdup_printf ("%s %s %s%s%s",
                                    syncline_change_op_to_string (syncline_change_get_op (change)),
                                    syncline_change_get_table (change),
                                    syncline_change_get_row_id (change), data == NULL ? "" : " ",
                                    data == NULL ? "" : data));
}

static SynclineOutcome *
take (MockTransport *transport, const char *user_id, SynclineChange *change)
{
  const char *table = syncline_change_get_table (change);
  char **rejected = transport->config->reject_tables;

  if (rejected != NULL && g_strv_contains ((const char *const *) rejected, table))
    return refuse (400, "23514", "The option 'reject-tables' refuses this table");
  return mock_server_take_change (transport->server, user_id, change);
}

/* Does the changes from the first up to the @n th, or to one that is refused; appends the answers unless
 * @outcomes is NULL. */
static void
take_all (
    MockTransport *transport, GPtrArray *changes, guint n, const char *user_id, GPtrArray *outcomes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&transport->server->lock);
  gboolean refused = FALSE;

  for (guint i = 0; i < n && !refused; i++)
    {
      SynclineOutcome *outcome = take (transport, user_id, changes->pdata[i]);

      refused = syncline_outcome_get_kind (outcome) == SYNCLINE_OUTCOME_REJECTED;
      if (!refused)
        note_upload (transport->server, changes->pdata[i]);
      if (outcomes != NULL)
        g_ptr_array_add (outcomes, outcome);
      else
        syncline_outcome_unref (outcome);
    }
}

gboolean
mock_transport_upload (gpointer self,
                       GPtrArray *changes,
                       SynclineCredentials *credentials,
                       GPtrArray *outcomes,
                       GCancellable *cancellable,
                       GError **error)
{
  MockTransport *transport = self;
  const char *user_id = credentials == NULL ? NULL : syncline_credentials_get_user_id (credentials);
  MockAnswer answer;

  if (!mock_transport_begin (transport, MOCK_REQUEST_UPLOAD, credentials, &answer, cancellable,
                             error))
    return FALSE;
  switch (answer)
    {
    case MOCK_ANSWER_DROP:
      take_all (transport, changes, changes->len, user_id, NULL);
      return mock_transport_fail_cut (error);
    case MOCK_ANSWER_CUT:
      take_all (transport, changes, changes->len / 2, user_id, outcomes);
      return mock_transport_fail_cut (error);
    case MOCK_ANSWER_DUPLICATE:
      take_all (transport, changes, changes->len, user_id, NULL);
      break;
    default:
      break;
    }
  take_all (transport, changes, changes->len, user_id, outcomes);
  return TRUE;
}
