/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "store-private.h"

/* Several threads at once, and cancelling. */

/* --- Cancelling --------------------------------------------------------------------------------------- */

static gboolean
do_nothing (gpointer transaction, gpointer user_data, GError **error)
{
  return TRUE;
}

static gboolean
fail_the_test (SynclineChange *change,
               SynclineOutcome *outcome,
               gint64 rejected_at,
               gpointer user_data)
{
  g_assert_not_reached ();
}

/* Checks that a call failed for being cancelled, and readies @error for the next. */
static void
assert_cancelled (gboolean ok, GError **error)
{
  g_assert_false (ok);
  g_assert_error (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (error);
}

static void
test_cancelled_before (Store *store)
{
  const SynclineStoreClass *methods = store->methods;
  gpointer self = store->self;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = NULL;
  const SynclineCheckpoint checkpoint = { .last_op_id = 1 };
  SynclineApplyResult result = SYNCLINE_APPLY_MISMATCH;

  store_put (store, "todos", "a", "one");
  g_cancellable_cancel (cancelled);
  assert_cancelled (
      store_try_write (store, NULL, STORE_PATCH, "todos", "a", "two", cancelled, &error), &error);
  assert_cancelled (methods->transaction (self, do_nothing, NULL, cancelled, &error), &error);
  assert_cancelled (methods->peek_changes (self, 1, 1, &changes, cancelled, &error), &error);
  assert_cancelled (methods->resolve_changes (self, none, none, cancelled, &error), &error);
  assert_cancelled (methods->list_changes (self, FALSE, fail_the_test, NULL, cancelled, &error),
                    &error);
  assert_cancelled (methods->stage_ops (self, "b", NULL, 0, cancelled, &error), &error);
  assert_cancelled (methods->apply_checkpoint (self, &checkpoint, SYNCLINE_PRIORITY_ALL, &result,
                                               NULL, cancelled, &error),
                    &error);
  assert_cancelled (methods->clear (self, SYNCLINE_CLEAR_NONE, cancelled, &error), &error);
  g_assert_null (changes);
  store_assert_rows (store, "todos", "a=one");
  store_assert_queue (store, FALSE, "PUT todos a");
}

/* A transaction that stays open until it is told to end. */
typedef struct
{
  Store *store;
  GMutex lock;
  GCond changed;
  gboolean running;
  gboolean end;
} LongTransaction;

static gboolean
hold (gpointer transaction, gpointer user_data, GError **error)
{
  LongTransaction *running = user_data;

  if (!store_try_write (running->store, transaction, STORE_PUT, "todos", "held", "text", NULL,
                        error))
    return FALSE;
  g_mutex_lock (&running->lock);
  running->running = TRUE;
  g_cond_broadcast (&running->changed);
  while (!running->end)
    g_cond_wait (&running->changed, &running->lock);
  g_mutex_unlock (&running->lock);
  return TRUE;
}

static gpointer
hold_thread (gpointer user_data)
{
  LongTransaction *running = user_data;
  g_autoptr (GError) error = NULL;

  running->store->methods->transaction (running->store->self, hold, running, NULL, &error);
  g_assert_no_error (error);
  return NULL;
}

static GThread *
begin_long (LongTransaction *running, Store *store)
{
  running->store = store;
  g_mutex_init (&running->lock);
  g_cond_init (&running->changed);
  GThread *thread = g_thread_new ("hold", hold_thread, running);
  g_mutex_lock (&running->lock);
  while (!running->running)
    g_cond_wait (&running->changed, &running->lock);
  g_mutex_unlock (&running->lock);
  return thread;
}

static void
end_long (LongTransaction *running, GThread *thread)
{
  g_mutex_lock (&running->lock);
  running->end = TRUE;
  g_cond_broadcast (&running->changed);
  g_mutex_unlock (&running->lock);
  g_thread_join (thread);
  g_mutex_clear (&running->lock);
  g_cond_clear (&running->changed);
}

/* Reading waits for nobody, and sees what is committed. */
static void
test_read_beside_write (Store *store)
{
  LongTransaction running = { 0 };

  store_put (store, "todos", "a", "one");
  GThread *thread = begin_long (&running, store);
  store_assert_rows (store, "todos", "a=one");
  store_assert_queue (store, FALSE, "PUT todos a");
  g_assert_cmpuint (store_gate (store).n_queued, ==, 1);
  end_long (&running, thread);
  store_assert_rows (store, "todos", "a=one held=text");
}

/* A writer that waits for another one can be called off. */
static void
test_cancel_waiting (Store *store)
{
  LongTransaction running = { 0 };
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = NULL;

  GThread *thread = begin_long (&running, store);
  ContractCancel *cancel = contract_cancel_begin (&cancellable);
  assert_cancelled (
      store->methods->transaction (store->self, do_nothing, NULL, cancellable, &error), &error);
  contract_cancel_end (cancel);
  cancel = contract_cancel_begin (&cancellable);
  assert_cancelled (
      store_try_write (store, NULL, STORE_PUT, "todos", "b", "text", cancellable, &error), &error);
  contract_cancel_end (cancel);
  end_long (&running, thread);
  store_assert_rows (store, "todos", "held=text");
}

/* --- All at once ---------------------------------------------------------------------------------------- */

#define N_WRITES 100

static gpointer
write_thread (gpointer user_data)
{
  Store *store = user_data;

  for (guint i = 0; i < N_WRITES; i++)
    {
      g_autofree char *id = g_strdup_printf ("row-%03u", i);

      store_put (store, "todos", id, "text");
    }
  return NULL;
}

static gpointer
download_thread (gpointer user_data)
{
  Store *store = user_data;
  g_autoptr (GString) all = g_string_new (NULL);

  for (int i = 1; i <= N_WRITES; i++)
    {
      g_autofree char *op = g_strdup_printf ("+server-%03d=text:%d", i, i);

      store_stage (store, "b", op);
      g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", op);
      if (i % 10 == 0)
        g_assert_cmpint (store_apply_one (store, all->str, i, 0), !=, SYNCLINE_APPLY_MISMATCH);
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

/* The application writes while the engine uploads and downloads; nothing is lost, nothing comes twice. */
static void
test_everything_at_once (Store *store)
{
  GThread *writer = g_thread_new ("write", write_thread, store);
  GThread *downloader = g_thread_new ("download", download_thread, store);
  guint uploaded = 0;
  gint64 last = 0;

  while (uploaded < N_WRITES)
    {
      g_autoptr (GPtrArray) changes = store_peek (store, 7, G_MAXSIZE);

      for (guint i = 0; i < changes->len; i++)
        {
          g_assert_cmpint (syncline_change_get_id (changes->pdata[i]), >, last);
          last = syncline_change_get_id (changes->pdata[i]);
        }
      store_accept (store, changes->len);
      uploaded += changes->len;
    }
  g_thread_join (writer);
  g_autofree char *all = g_thread_join (downloader);
  g_assert_cmpuint (uploaded, ==, N_WRITES);
  g_assert_cmpuint (store_gate (store).n_queued, ==, 0);

  store_drain (store, 1);
  g_assert_cmpint (store_apply_one (store, all, N_WRITES, 1), ==, SYNCLINE_APPLY_DONE);
  g_autofree char *rows = store_list (store, "todos");
  g_auto (GStrv) words = g_strsplit (rows, " ", -1);
  /* The server kept none of the writes, so only its own rows are left. */
  g_assert_cmpuint (g_strv_length (words), ==, N_WRITES);
  g_assert_true (g_str_has_prefix (words[0], "server-001"));
}

static const StoreTest tests[] = {
  { "/cancel/before", test_cancelled_before, FALSE },
  { "/cancel/waiting", test_cancel_waiting, FALSE },
  { "/threads/read-beside-write", test_read_beside_write, FALSE },
  { "/threads/everything", test_everything_at_once, FALSE },
};

void
store_add_thread_tests (const char *plugin_name, const StoreFixture *fixture)
{
  store_add_tests (plugin_name, fixture, tests, G_N_ELEMENTS (tests));
}
