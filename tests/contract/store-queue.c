/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "store-private.h"

/* Local writes and the queue of changes they make. */

static SynclineChange *
change_at (GPtrArray *changes, guint index)
{
  g_assert_cmpuint (index, <, changes->len);
  return changes->pdata[index];
}

static void
test_order (Store *store)
{
  store_put (store, "todos", "a", "one");
  store_put (store, "todos", "b", "two");
  store_patch (store, "todos", "a", "three");
  store_remove (store, "todos", "b");
  store_assert_rows (store, "todos", "a=three");

  g_autoptr (GPtrArray) changes = store_peek (store, 100, G_MAXSIZE);
  store_assert_queue (store, FALSE, "PUT todos a; PUT todos b; PATCH todos a; DELETE todos b");
  g_assert_cmpuint (changes->len, ==, 4);
  for (guint i = 1; i < 4; i++)
    {
      g_assert_cmpint (syncline_change_get_id (change_at (changes, i - 1)), <,
                       syncline_change_get_id (change_at (changes, i)));
      g_assert_cmpint (syncline_change_get_transaction (change_at (changes, i - 1)), <,
                       syncline_change_get_transaction (change_at (changes, i)));
    }
  g_assert_cmpstr (syncline_change_get_data (change_at (changes, 0)), ==,
                   "{\"description\":\"one\"}");
  g_assert_cmpstr (syncline_change_get_data (change_at (changes, 2)), ==,
                   "{\"description\":\"three\"}");
  g_assert_null (syncline_change_get_data (change_at (changes, 3)));
  g_assert_cmpuint (store_gate (store).n_queued, ==, 4);
}

/* Looking takes nothing away. */
static void
test_peek_again (Store *store)
{
  store_put (store, "todos", "a", "one");
  g_autoptr (GPtrArray) first = store_peek (store, 100, G_MAXSIZE);
  g_autoptr (GPtrArray) second = store_peek (store, 100, G_MAXSIZE);

  g_assert_cmpuint (second->len, ==, 1);
  g_assert_cmpint (syncline_change_get_id (change_at (first, 0)), ==,
                   syncline_change_get_id (change_at (second, 0)));
}

static void
test_empty (Store *store)
{
  g_autoptr (GPtrArray) changes = store_peek (store, 100, G_MAXSIZE);

  g_assert_cmpuint (changes->len, ==, 0);
  store_assert_queue (store, FALSE, "");
  store_assert_queue (store, TRUE, "");
}

static void
test_no_change (Store *store)
{
  store_put (store, "todos", "a", "one");
  store_patch (store, "todos", "a", "one");
  store_patch (store, "todos", "nobody", "two");
  store_remove (store, "todos", "nobody");
  store_assert_queue (store, FALSE, "PUT todos a");
}

/* --- Transactions --------------------------------------------------------------------------------- */

typedef struct
{
  Store *store;
  const char *const *ids;
  gboolean fail;
} Writes;

static gboolean
write_rows (gpointer transaction, gpointer user_data, GError **error)
{
  const Writes *writes = user_data;

  for (guint i = 0; writes->ids[i] != NULL; i++)
    {
      if (!store_try_write (writes->store, transaction, STORE_PUT, "todos", writes->ids[i], "text",
                            NULL, error))
        return FALSE;
      /* The transaction sees what it wrote. */
      g_autofree char *seen = store_dup (writes->store, transaction, "todos", writes->ids[i]);
      g_assert_cmpstr (seen, ==, "text");
    }
  if (writes->fail)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED, "no");
  return !writes->fail;
}

static void
write_together (Store *store, const char *const *ids)
{
  Writes writes = { store, ids, FALSE };
  g_autoptr (GError) error = NULL;

  store->methods->transaction (store->self, write_rows, &writes, NULL, &error);
  g_assert_no_error (error);
}

static void
test_transaction (Store *store)
{
  static const char *const ids[] = { "a", "b", "c", NULL };

  write_together (store, ids);
  g_autoptr (GPtrArray) changes = store_peek (store, 100, G_MAXSIZE);
  g_assert_cmpuint (changes->len, ==, 3);
  for (guint i = 1; i < 3; i++)
    g_assert_cmpint (syncline_change_get_transaction (change_at (changes, 0)), ==,
                     syncline_change_get_transaction (change_at (changes, i)));
}

static void
test_rollback (Store *store)
{
  static const char *const ids[] = { "a", "b", NULL };
  Writes writes = { store, ids, TRUE };
  g_autoptr (GError) error = NULL;

  g_assert_false (store->methods->transaction (store->self, write_rows, &writes, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "no");
  store_assert_rows (store, "todos", "");
  store_assert_queue (store, FALSE, "");
  g_assert_cmpint (store_gate (store).target, ==, 0);
  store_put (store, "todos", "a", "after");
  store_assert_rows (store, "todos", "a=after");
}

static void
test_limits (Store *store)
{
  static const char *const two[] = { "a", "b", NULL };
  static const char *const three[] = { "c", "d", "e", NULL };
  static const struct
  {
    guint max_changes;
    gsize max_bytes;
    guint expected;
  } cases[] = {
    { 1, G_MAXSIZE, 2 }, { 2, G_MAXSIZE, 2 },   { 4, G_MAXSIZE, 2 }, { 5, G_MAXSIZE, 5 },
    { 6, G_MAXSIZE, 6 }, { 100, G_MAXSIZE, 6 }, { 100, 1, 2 },       { 100, 100000, 6 },
  };

  write_together (store, two);
  write_together (store, three);
  store_put (store, "todos", "f", "text");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) changes = store_peek (store, cases[i].max_changes, cases[i].max_bytes);

      g_assert_cmpuint (changes->len, ==, cases[i].expected);
    }
}

/* --- Resolving ------------------------------------------------------------------------------------- */

static void
test_accept (Store *store)
{
  static const char *const ids[] = { "a", "b", "c", NULL };

  write_together (store, ids);
  store_put (store, "todos", "d", "text");
  /* An answer can come for a part of a transaction. */
  store_accept (store, 2);
  store_assert_queue (store, FALSE, "PUT todos c; PUT todos d");
  g_autoptr (GPtrArray) changes = store_peek (store, 1, G_MAXSIZE);
  g_assert_cmpuint (changes->len, ==, 1);
  store_accept (store, 2);
  store_assert_queue (store, FALSE, "");
  store_assert_rows (store, "todos", "a=text b=text c=text d=text");
}

static void
test_not_the_head (Store *store)
{
  g_autoptr (GPtrArray) outcomes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);
  g_autoptr (GError) error = NULL;

  store_put (store, "todos", "a", "one");
  store_put (store, "todos", "b", "two");
  g_autoptr (GPtrArray) changes = store_peek (store, 100, G_MAXSIZE);
  g_ptr_array_remove_index (changes, 0);
  g_ptr_array_add (outcomes, syncline_outcome_new_accepted ());
  g_assert_false (store->methods->resolve_changes (store->self, changes, outcomes, NULL, &error));
  g_assert_cmpuint (error->domain, ==, SYNCLINE_ERROR);
  store_assert_queue (store, FALSE, "PUT todos a; PUT todos b");
}

static gboolean
check_rejected (SynclineChange *change,
                SynclineOutcome *outcome,
                gint64 rejected_at,
                gpointer user_data)
{
  gint64 *id = user_data;

  g_assert_cmpint (syncline_outcome_get_kind (outcome), ==, SYNCLINE_OUTCOME_REJECTED);
  g_assert_cmpuint (syncline_outcome_get_status (outcome), ==, 409);
  g_assert_cmpstr (syncline_outcome_get_code (outcome), ==, "23505");
  g_assert_cmpstr (syncline_outcome_get_message (outcome), ==, "duplicate key");
  g_assert_cmpstr (syncline_outcome_get_details (outcome), ==, "the details");
  g_assert_cmpstr (syncline_outcome_get_hint (outcome), ==, "a hint");
  g_assert_cmpint (rejected_at, >, 0);
  *id = syncline_change_get_id (change);
  return TRUE;
}

/* The number of the one rejected change. */
static gint64
rejected_id (Store *store)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  store->methods->list_changes (store->self, TRUE, check_rejected, &id, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

static void
test_reject (Store *store)
{
  store_put (store, "todos", "a", "one");
  store_put (store, "todos", "b", "two");
  g_autoptr (GPtrArray) changes = store_peek (store, 1, G_MAXSIZE);
  store_reject (store);
  store_assert_queue (store, TRUE, "PUT todos a");
  store_assert_queue (store, FALSE, "PUT todos b");
  g_assert_cmpint (rejected_id (store), ==, syncline_change_get_id (change_at (changes, 0)));
  g_assert_cmpuint (store_gate (store).n_rejected, ==, 1);
}

/* What the server refused goes back to what the server has. */
static void
test_reject_reverts (Store *store)
{
  store_stage (store, "b", "+old=server:1 +gone=server:2");
  g_assert_cmpint (store_apply_one (store, "+old=server:1 +gone=server:2", 2, 0), ==,
                   SYNCLINE_APPLY_DONE);
  store_put (store, "todos", "new", "mine");
  store_patch (store, "todos", "old", "mine");
  store_remove (store, "todos", "gone");
  store_assert_rows (store, "todos", "new=mine old=mine");
  store_reject (store);
  store_reject (store);
  store_reject (store);
  store_assert_rows (store, "todos", "new=mine old=mine");
  store_drain (store, 1);
  g_assert_cmpint (store_apply_one (store, "+old=server:1 +gone=server:2", 2, 1), ==,
                   SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "gone=server old=server");
  store_assert_queue (store, TRUE, "PUT todos new; PATCH todos old; DELETE todos gone");
}

static void
test_retry (Store *store)
{
  g_autoptr (GError) error = NULL;

  store_put (store, "todos", "a", "one");
  store_put (store, "todos", "b", "two");
  store_reject (store);
  const gint64 id = rejected_id (store);
  const gint64 sequence = store_gate (store).sequence;
  store->methods->retry_rejected (store->self, id, NULL, &error);
  g_assert_no_error (error);
  store_assert_queue (store, TRUE, "");
  store_assert_queue (store, FALSE, "PUT todos b; PUT todos a");

  g_autoptr (GPtrArray) changes = store_peek (store, 100, G_MAXSIZE);
  g_assert_cmpint (syncline_change_get_id (change_at (changes, 1)), >, sequence);
  g_assert_cmpint (store_gate (store).sequence, ==,
                   syncline_change_get_id (change_at (changes, 1)));
  g_assert_cmpint (syncline_change_get_transaction (change_at (changes, 1)), >,
                   syncline_change_get_transaction (change_at (changes, 0)));
  g_assert_cmpstr (syncline_change_get_data (change_at (changes, 1)), ==,
                   "{\"description\":\"one\"}");
  g_assert_false (store->methods->retry_rejected (store->self, id, NULL, &error));
  g_assert_cmpuint (error->domain, ==, SYNCLINE_ERROR);
}

/* What is queued is always visible, so a retried change shows again after the server's row came back. */
static void
test_retry_shows (Store *store)
{
  g_autoptr (GError) error = NULL;

  store_stage (store, "b", "+a=server:1");
  store_apply_one (store, "+a=server:1", 1, 0);
  store_patch (store, "todos", "a", "mine");
  store_reject (store);
  store_drain (store, 1);
  store_apply_one (store, "+a=server:1", 1, 1);
  store_assert_rows (store, "todos", "a=server");
  store->methods->retry_rejected (store->self, rejected_id (store), NULL, &error);
  g_assert_no_error (error);
  store_assert_rows (store, "todos", "a=mine");
  /* And goes again if the server refuses it once more. */
  store_reject (store);
  store_drain (store, 2);
  store_apply_one (store, "+a=server:1", 1, 2);
  store_assert_rows (store, "todos", "a=server");
}

static void
test_discard (Store *store)
{
  g_autoptr (GError) error = NULL;

  store_put (store, "todos", "a", "one");
  store_reject (store);
  const gint64 id = rejected_id (store);
  store->methods->discard_rejected (store->self, id, NULL, &error);
  g_assert_no_error (error);
  store_assert_queue (store, TRUE, "");
  store_assert_queue (store, FALSE, "");
  g_assert_cmpuint (store_gate (store).n_rejected, ==, 0);
  g_assert_false (store->methods->discard_rejected (store->self, id, NULL, &error));
  g_assert_cmpuint (error->domain, ==, SYNCLINE_ERROR);
}

/* --- Kinds of tables ------------------------------------------------------------------------------- */

static void
test_local_only (Store *store)
{
  store_put (store, "notes", "n", "mine");
  store_patch (store, "notes", "n", "still mine");
  store_assert_rows (store, "notes", "n=still mine");
  store_assert_queue (store, FALSE, "");
  g_assert_cmpint (store_gate (store).target, ==, 0);
}

static void
test_insert_only (Store *store)
{
  store_put (store, "events", "e", "once");
  store_assert_rows (store, "events", "");
  store_assert_queue (store, FALSE, "PUT events e");
}

static void
test_previous (Store *store)
{
  store_put (store, "tracked", "a", "one");
  store_patch (store, "tracked", "a", "two");
  store_remove (store, "tracked", "a");
  store_put (store, "todos", "b", "one");
  store_patch (store, "todos", "b", "two");

  g_autoptr (GPtrArray) changes = store_peek (store, 100, G_MAXSIZE);
  static const char *const expected[]
      = { NULL, "{\"description\":\"one\"}", "{\"description\":\"two\"}", NULL, NULL };
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (syncline_change_get_previous (change_at (changes, i)), ==, expected[i]);
}

static const StoreTest tests[] = {
  { "/queue/order", test_order, FALSE },
  { "/queue/peek-again", test_peek_again, FALSE },
  { "/queue/empty", test_empty, FALSE },
  { "/queue/no-change", test_no_change, FALSE },
  { "/queue/transaction", test_transaction, FALSE },
  { "/queue/rollback", test_rollback, FALSE },
  { "/queue/limits", test_limits, FALSE },
  { "/queue/accept", test_accept, FALSE },
  { "/queue/not-the-head", test_not_the_head, FALSE },
  { "/queue/reject", test_reject, FALSE },
  { "/queue/reject-reverts", test_reject_reverts, FALSE },
  { "/queue/retry", test_retry, FALSE },
  { "/queue/retry-shows", test_retry_shows, FALSE },
  { "/queue/discard", test_discard, FALSE },
  { "/queue/local-only", test_local_only, FALSE },
  { "/queue/insert-only", test_insert_only, FALSE },
  { "/queue/previous", test_previous, FALSE },
};

void
store_add_queue_tests (const char *plugin_name, const StoreFixture *fixture)
{
  store_add_tests (plugin_name, fixture, tests, G_N_ELEMENTS (tests));
}
