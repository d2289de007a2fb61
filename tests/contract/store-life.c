/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "store-private.h"

#include <string.h>
#include <unistd.h>

/* The descriptor, notes, clearing, reopening, errors and notices. */

static void
test_descriptor (Store *store)
{
  const SynclineStoreClass *methods = store->methods;

  contract_check_descriptor (store->instance->plugin, SYNCLINE_PLUGIN_STORE);
  g_assert_true (SYNCLINE_HAS_SLOT (methods, open));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, close));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, acquire_sync));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, release_sync));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, execute));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, transaction));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, execute_in));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, peek_changes));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, resolve_changes));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, list_changes));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, retry_rejected));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, discard_rejected));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, get_gate));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, set_write_checkpoint));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, list_buckets));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, remove_buckets));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, stage_ops));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, apply_checkpoint));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, get_note));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, set_note));
  g_assert_true (SYNCLINE_HAS_SLOT (methods, clear));
}

/* --- The process that syncs ----------------------------------------------------------------------------- */

static gint64
get_syncer (Store *store)
{
  g_autoptr (GError) error = NULL;
  gint64 pid = -1;

  g_assert_true (store->methods->get_syncer (store->self, &pid, &error));
  g_assert_no_error (error);
  return pid;
}

static void
test_syncer (Store *store)
{
  g_autoptr (GError) error = NULL;
  gboolean acquired = FALSE;

  if (!SYNCLINE_HAS_SLOT (store->methods, get_syncer))
    {
      g_test_skip ("the store does not tell");
      return;
    }
  g_assert_cmpint (get_syncer (store), ==, 0);
  store->methods->acquire_sync (store->self, &acquired, &error);
  g_assert_no_error (error);
  g_assert_true (acquired);
  g_assert_cmpint (get_syncer (store), ==, getpid ());
  store->methods->release_sync (store->self);
  g_assert_cmpint (get_syncer (store), ==, 0);
}

/* --- Notes --------------------------------------------------------------------------------------------- */

static void
set_note (Store *store, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;

  store->methods->set_note (store->self, key, value, &error);
  g_assert_no_error (error);
}

static void
assert_note (Store *store, const char *key, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;

  g_assert_true (store->methods->get_note (store->self, key, &value, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, expected);
}

static void
test_notes (Store *store)
{
  assert_note (store, "user-id", NULL);
  set_note (store, "user-id", "u1");
  set_note (store, "client-id", "c1");
  assert_note (store, "user-id", "u1");
  set_note (store, "user-id", "u2");
  assert_note (store, "user-id", "u2");
  set_note (store, "user-id", NULL);
  set_note (store, "user-id", NULL);
  assert_note (store, "user-id", NULL);
  assert_note (store, "client-id", "c1");
}

/* --- Clearing ------------------------------------------------------------------------------------------ */

static void
fill (Store *store)
{
  store_stage (store, "b", "+a=server:1");
  store_apply_one (store, "+a=server:1", 1, 4);
  store_put (store, "notes", "n", "local");
  store_put (store, "todos", "r", "refused");
  store_reject (store);
  store_put (store, "todos", "q", "queued");
  set_note (store, "client-id", "c1");
  set_note (store, "user-id", "u1");
}

static void
clear (Store *store, SynclineClearFlags flags)
{
  g_autoptr (GError) error = NULL;

  store->methods->clear (store->self, flags, NULL, &error);
  g_assert_no_error (error);
}

static void
test_clear (Store *store)
{
  fill (store);
  const gint64 sequence = store_gate (store).sequence;
  clear (store, SYNCLINE_CLEAR_KEEP_LOCAL);
  store_assert_rows (store, "todos", "");
  store_assert_rows (store, "notes", "n=local");
  store_assert_queue (store, FALSE, "");
  store_assert_queue (store, TRUE, "");
  store_assert_buckets (store, "");
  assert_note (store, "client-id", "c1");
  assert_note (store, "user-id", NULL);
  g_assert_cmpint (store_gate (store).target, ==, 0);
  g_assert_cmpint (store_gate (store).seen, ==, 0);

  /* A number is never used twice: an answer that is still on its way must not fit a new change. */
  store_put (store, "todos", "a", "new");
  g_autoptr (GPtrArray) changes = store_peek (store, 100, G_MAXSIZE);
  g_assert_cmpint (syncline_change_get_id (changes->pdata[0]), >, sequence);
  clear (store, SYNCLINE_CLEAR_NONE);
  store_assert_rows (store, "notes", "");
}

/* What is queued stays its user's, and goes up before anything comes down again. */
static void
test_clear_keeping_queued (Store *store)
{
  fill (store);
  clear (store, SYNCLINE_CLEAR_KEEP_QUEUED);
  store_assert_rows (store, "todos", "");
  store_assert_rows (store, "notes", "");
  store_assert_buckets (store, "");
  store_assert_queue (store, FALSE, "PUT todos q");
  store_assert_queue (store, TRUE, "PUT todos r");
  assert_note (store, "client-id", "c1");
  assert_note (store, "user-id", "u1");

  store_stage (store, "b", "+a=server:1");
  g_assert_cmpint (store_apply_one (store, "+a=server:1", 1, 0), ==, SYNCLINE_APPLY_GATED);
  store_drain (store, 9);
  store_stage (store, "b", "+q=queued:2");
  g_assert_cmpint (store_apply_one (store, "+a=server:1 +q=queued:2", 2, 9), ==,
                   SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "a=server q=queued");
  store_assert_queue (store, TRUE, "PUT todos r");
}

/* After clearing, the same data can come again. */
static void
test_clear_and_sync (Store *store)
{
  fill (store);
  clear (store, SYNCLINE_CLEAR_NONE);
  store_stage (store, "b", "+a=server:1");
  g_assert_cmpint (store_apply_one (store, "+a=server:1", 1, 0), ==, SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "a=server");
}

/* --- Reopening ------------------------------------------------------------------------------------------ */

static void
check_filled (Store *store)
{
  store_assert_rows (store, "todos", "a=server q=queued r=refused");
  store_assert_rows (store, "notes", "n=local");
  store_assert_queue (store, FALSE, "PUT todos q");
  store_assert_queue (store, TRUE, "PUT todos r");
  store_assert_buckets (store, "b 1/1 1+0");
  assert_note (store, "client-id", "c1");
  assert_note (store, "user-id", "u1");
  g_assert_cmpint (store_gate (store).target, ==, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN);
}

static void
test_reopen (Store *store)
{
  fill (store);
  check_filled (store);
  const gint64 sequence = store_gate (store).sequence;
  store_reopen (store);
  check_filled (store);
  g_assert_cmpint (store_gate (store).sequence, ==, sequence);
}

static void
test_reopen_waiting (Store *store)
{
  store_put (store, "todos", "a", "mine");
  store_drain (store, 3);
  store_stage (store, "b", "+a=mine:1");
  store_reopen (store);
  g_assert_cmpint (store_gate (store).target, ==, 3);
  g_assert_cmpint (store_apply_one (store, "+a=mine:1", 1, 3), ==, SYNCLINE_APPLY_DONE);
}

/* Operations that were flushed need not come again. */
static void
test_reopen_staged (Store *store)
{
  g_autoptr (GError) error = NULL;

  store_stage (store, "b", "+a=one:1");
  if (SYNCLINE_HAS_SLOT (store->methods, flush))
    store->methods->flush (store->self, NULL, &error);
  g_assert_no_error (error);
  store_reopen (store);
  store_assert_buckets (store, "b 1/0 0+1");
  store_stage (store, "b", "+c=two:2");
  g_assert_cmpint (store_apply_one (store, "+a=one:1 +c=two:2", 2, 0), ==, SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "a=one c=two");
}

static void
test_second_instance (Store *store)
{
  fill (store);
  g_autoptr (Store) other = store_new_beside (store);
  check_filled (other);
  store_put (other, "todos", "s", "second");
  store_assert_rows (store, "todos", "a=server q=queued r=refused s=second");
  store_assert_queue (store, FALSE, "PUT todos q; PUT todos s");
}

/* --- One syncs ------------------------------------------------------------------------------------------ */

static gboolean
acquire (Store *store)
{
  g_autoptr (GError) error = NULL;
  gboolean acquired = FALSE;

  store->methods->acquire_sync (store->self, &acquired, &error);
  g_assert_no_error (error);
  return acquired;
}

static void
test_sync_lock (Store *store)
{
  g_assert_true (acquire (store));
  store->methods->release_sync (store->self);
  g_assert_true (acquire (store));
  store_reopen (store);
  g_assert_true (acquire (store));
}

static void
test_standby (Store *store)
{
  g_autoptr (Store) other = store_new_beside (store);

  g_assert_true (acquire (store));
  g_assert_false (acquire (other));
  store->methods->release_sync (store->self);
  g_assert_true (acquire (other));
  g_assert_false (acquire (store));
  store_reopen (other);
  g_assert_true (acquire (store));
}

/* --- Notices --------------------------------------------------------------------------------------------- */

static void
assert_changes (Store *store, const char *expected)
{
  g_autofree char *changes = contract_take_changes (store->instance);

  g_assert_cmpstr (changes, ==, expected);
}

static void
test_notices (Store *store)
{
  g_free (contract_take_changes (store->instance));
  store_put (store, "todos", "a", "one");
  assert_changes (store, "local todos a");
  store_put (store, "notes", "n", "one");
  assert_changes (store, "local notes n");
  store_remove (store, "todos", "a");
  assert_changes (store, "local todos a");
  store_drain (store, 1);
  g_free (contract_take_changes (store->instance));
  store_stage (store, "b", "+x=1:1 +y=1:2");
  assert_changes (store, NULL);
  store_apply_one (store, "+x=1:1 +y=1:2", 2, 1);
  assert_changes (store, "downloaded todos x,y");
  store_stage (store, "b", "-x:3");
  store_apply_one (store, "+x=1:1 +y=1:2 -x:3", 3, 1);
  assert_changes (store, "downloaded todos x");
}

/* What another one wrote is told within a second. */
static void
test_watch (Store *store)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *changes = NULL;
  const gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;

  if (!SYNCLINE_HAS_SLOT (store->methods, watch))
    {
      g_test_skip ("this store does not watch");
      return;
    }
  g_autoptr (Store) other = store_new_beside (store);
  g_main_context_push_thread_default (context);
  store->methods->watch (store->self, context);
  store_put (other, "todos", "a", "one");
  while (changes == NULL && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (context, FALSE);
      changes = contract_take_changes (store->instance);
      g_thread_yield ();
    }
  store->methods->watch (store->self, NULL);
  g_main_context_pop_thread_default (context);
  g_assert_nonnull (changes);
  g_assert_true (strstr (changes, "external todos") != NULL || g_str_equal (changes, "any"));
}

/* --- Errors ---------------------------------------------------------------------------------------------- */

static gboolean
stop_at_once (guint n_columns,
              const char *const *names,
              const SynclineValue *values,
              gpointer user_data)
{
  guint *calls = user_data;

  /* The names come first, alone. */
  g_assert_true ((values == NULL) == (*calls == 0));
  (*calls)++;
  return *calls < 2;
}

static void
test_statements (Store *store)
{
  const SynclineStatement wrong = { .sql = store->fixture->dialect->wrong };
  g_autoptr (GError) error = NULL;
  g_autofree char *list = store_dup_sql (store->fixture->dialect->list, "todos");
  const SynclineStatement statement = { .sql = list };
  guint calls = 0;

  g_assert_false (store->methods->execute (store->self, &wrong, NULL, NULL, NULL, NULL, &error));
  g_assert_cmpuint (error->domain, ==, SYNCLINE_ERROR);
  g_assert_true (error->code == SYNCLINE_ERROR_SQL || error->code == SYNCLINE_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (store_try_write (store, NULL, STORE_PUT, "planets", "a", "x", NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL);
  g_clear_error (&error);

  for (guint i = 0; i < 3; i++)
    {
      const char id[] = { (char) ('a' + i), '\0' };

      store_put (store, "todos", id, "one");
    }
  store->methods->execute (store->self, &statement, stop_at_once, &calls, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (calls, ==, 2);
}

static void
test_changed (Store *store)
{
  g_autofree char *sql = store_dup_sql (store->fixture->dialect->remove, "todos");
  const SynclineValue id = { .type = SYNCLINE_VALUE_TEXT, .length = -1, .text = "a" };
  SynclineStatement statement = { .sql = sql, .n_values = 1, .values = &id, .read_only = TRUE };
  g_autoptr (GError) error = NULL;
  gint64 changed = -1;

  store_put (store, "todos", "a", "one");
  g_assert_false (
      store->methods->execute (store->self, &statement, NULL, NULL, &changed, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL);
  g_clear_error (&error);
  g_assert_cmpint (changed, ==, -1);
  store_assert_rows (store, "todos", "a=one");

  statement.read_only = FALSE;
  store->methods->execute (store->self, &statement, NULL, NULL, &changed, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (changed, ==, 1);
  store->methods->execute (store->self, &statement, NULL, NULL, &changed, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (changed, ==, 0);
}

static const StoreTest tests[] = {
  { "/descriptor", test_descriptor, FALSE },
  { "/notes", test_notes, FALSE },
  { "/clear", test_clear, FALSE },
  { "/clear/keeping-queued", test_clear_keeping_queued, FALSE },
  { "/clear/sync-again", test_clear_and_sync, FALSE },
  { "/reopen", test_reopen, TRUE },
  { "/reopen/waiting", test_reopen_waiting, TRUE },
  { "/reopen/staged", test_reopen_staged, TRUE },
  { "/second-instance", test_second_instance, TRUE },
  { "/sync-lock", test_sync_lock, FALSE },
  { "/sync-lock/syncer", test_syncer, FALSE },
  { "/sync-lock/standby", test_standby, TRUE },
  { "/notices", test_notices, FALSE },
  { "/notices/watch", test_watch, TRUE },
  { "/execute/statements", test_statements, FALSE },
  { "/execute/changed", test_changed, FALSE },
};

void
store_add_life_tests (const char *plugin_name, const StoreFixture *fixture)
{
  store_add_tests (plugin_name, fixture, tests, G_N_ELEMENTS (tests));
}
