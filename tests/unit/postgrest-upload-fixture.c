/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "postgrest-upload-fixture.h"

static const char schema_text[] = "[table todos]\n"
                                  "description = text\n"
                                  "done = boolean\n"
                                  "[table members]\n"
                                  "role = text\n"
                                  "[options members]\n"
                                  "server-name = team members\n"
                                  "conflict = team_id, user id\n"
                                  "[table log]\n"
                                  "line = text\n"
                                  "[options log]\n"
                                  "mode = insert-only\n";

void
fixture_set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture->server = stub_server_new ();
  fixture->schema = syncline_schema_new_from_data (schema_text, -1, "schema", &error);
  g_assert_no_error (error);
  fixture->host = fake_host_new ("postgrest-upload");
  fake_host_set_schema (fixture->host, fixture->schema);
  fake_host_set_role (fixture->host, SYNCLINE_ROLE_AUTH, TRUE);
  fixture->config = (UploaderConfig){
    .url = g_strconcat (stub_server_get_url (fixture->server), "/rest/v1", NULL),
    .api_key = g_strdup ("publishable-key"),
    .profile = g_strdup ("public"),
    .mode = UPLOAD_MODE_REST,
    .max_request_changes = 1000,
    .max_request_size = 1024 * 1024,
    .function = g_strdup ("syncline_apply"),
    .timeout = 10 * G_TIME_SPAN_SECOND,
  };
  fixture->credentials = syncline_credentials_new ("token-of-a-user", "user-1", 0);
  fixture->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_change_unref);
  fixture->outcomes = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);
  fixture->cancellable = g_cancellable_new ();
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  if (fixture->plugin != NULL)
    syncline_plugin.destroy (fixture->plugin);
  g_assert_cmpuint (stub_server_count_unexpected (fixture->server), ==, 0);
  g_assert_cmpuint (stub_server_count_pending (fixture->server), ==, 0);
  stub_server_free (fixture->server);
  g_free (fixture->config.url);
  g_free (fixture->config.api_key);
  g_free (fixture->config.profile);
  g_free (fixture->config.function);
  g_clear_pointer (&fixture->credentials, syncline_credentials_unref);
  g_ptr_array_unref (fixture->changes);
  g_ptr_array_unref (fixture->outcomes);
  g_object_unref (fixture->cancellable);
  fake_host_free (fixture->host);
  syncline_schema_unref (fixture->schema);
}

/* --- Changes ----------------------------------------------------------------------------------- */

void
fixture_add (Fixture *fixture,
             gint64 transaction,
             SynclineChangeOp op,
             const char *table,
             const char *row_id,
             const char *data)
{
  g_ptr_array_add (fixture->changes, syncline_change_new (fixture->changes->len + 1, transaction,
                                                          op, table, row_id, data, NULL, NULL));
}

static gint64
get_transaction (Fixture *fixture)
{
  GPtrArray *changes = fixture->changes;

  return changes->len > 0 ? syncline_change_get_transaction (changes->pdata[changes->len - 1]) : 1;
}

void
fixture_put (Fixture *fixture, const char *table, const char *row_id, const char *data)
{
  fixture_add (fixture, get_transaction (fixture), SYNCLINE_CHANGE_PUT, table, row_id, data);
}

void
fixture_patch (Fixture *fixture, const char *table, const char *row_id, const char *data)
{
  fixture_add (fixture, get_transaction (fixture), SYNCLINE_CHANGE_PATCH, table, row_id, data);
}

void
fixture_delete (Fixture *fixture, const char *table, const char *row_id)
{
  fixture_add (fixture, get_transaction (fixture), SYNCLINE_CHANGE_DELETE, table, row_id, NULL);
}

/* --- Uploads ----------------------------------------------------------------------------------- */

void
fixture_answer (Fixture *fixture, guint status, int rows)
{
  StubAnswer *answer = stub_answer_new (status, NULL, NULL);
  g_autofree char *range = g_strdup_printf ("*/%d", rows);

  if (rows >= 0)
    answer = stub_answer_with_header (answer, "Content-Range", range);
  stub_server_push (fixture->server, answer);
}

/* One call with the changes that have no outcome yet. A refusal is the last of its outcomes. */
static gboolean
upload_next (Fixture *fixture, GError **error)
{
  const SynclineTransportClass *methods = syncline_plugin.methods;
  const guint n_before = fixture->outcomes->len;
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  g_autoptr (GPtrArray) outcomes = g_ptr_array_new ();

  for (guint i = n_before; i < fixture->changes->len; i++)
    g_ptr_array_add (changes, fixture->changes->pdata[i]);
  const gboolean success = methods->upload (fixture->plugin, changes, fixture->credentials,
                                            outcomes, fixture->cancellable, error);
  g_assert_cmpuint (outcomes->len, <=, changes->len);
  g_assert_true (!success || outcomes->len > 0 || changes->len == 0);
  for (guint i = 0; i < outcomes->len; i++)
    {
      /* All of one transaction, or one. */
      if (fixture->config.mode != UPLOAD_MODE_RPC && i + 1 < outcomes->len)
        g_assert_cmpint (syncline_outcome_get_kind (outcomes->pdata[i]), ==,
                         SYNCLINE_OUTCOME_ACCEPTED);
      g_ptr_array_add (fixture->outcomes, outcomes->pdata[i]);
    }
  return success;
}

gboolean
fixture_upload (Fixture *fixture, GError **error)
{
  g_autoptr (GError) create_error = NULL;

  if (fixture->plugin == NULL)
    fixture->plugin = syncline_plugin.create (&fixture->config, fixture->host, &create_error);
  g_assert_no_error (create_error);
  g_ptr_array_set_size (fixture->outcomes, 0);
  gboolean success;
  do
    success = upload_next (fixture, error);
  while (success && fixture->outcomes->len < fixture->changes->len);
  return success;
}

void
fixture_assert_upload (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gboolean success = fixture_upload (fixture, &error);

  g_assert_no_error (error);
  g_assert_true (success);
  g_assert_cmpuint (fixture->outcomes->len, ==, fixture->changes->len);
}

SynclineOutcome *
fixture_get_outcome (Fixture *fixture, guint index)
{
  g_assert_cmpuint (index, <, fixture->outcomes->len);
  return fixture->outcomes->pdata[index];
}

void
fixture_assert_outcomes (Fixture *fixture, const char *kinds)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < fixture->outcomes->len; i++)
    {
      SynclineOutcome *outcome = fixture->outcomes->pdata[i];
      gboolean accepted = syncline_outcome_get_kind (outcome) == SYNCLINE_OUTCOME_ACCEPTED;
      g_string_append_c (found, accepted ? 'a' : 'r');
    }
  g_assert_cmpstr (found->str, ==, kinds);
}

/* --- Requests ---------------------------------------------------------------------------------- */

void
fixture_assert_request (Fixture *fixture, guint index, const char *line, const char *body)
{
  const StubRequest *request = stub_server_get_request (fixture->server, index);
  g_autofree char *found = g_strdup_printf ("%s %s%s%s", request->method, request->path,
                                            request->query != NULL ? "?" : "",
                                            request->query != NULL ? request->query : "");
  g_autofree char *found_body = stub_request_dup_body (request);

  g_assert_cmpstr (found, ==, line);
  g_assert_cmpstr (found_body, ==, body != NULL ? body : "");
}

const char *
fixture_get_header (Fixture *fixture, guint index, const char *name)
{
  return stub_request_get_header (stub_server_get_request (fixture->server, index), name);
}
