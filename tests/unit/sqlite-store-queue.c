/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Transactions in the queue, answers to changes, and what comes back. */

#include "config.h"

#include <string.h>

#include "sqlite-store-fixture.h"

static const char schema[] = "[table t]\nv = text\nn = integer\n";

#define ROWS "SELECT id || '=' || ifnull(v, '') || '/' || ifnull(n, '') FROM t ORDER BY id"

/* --- Transactions ---------------------------------------------------------------------------------------- */

static void
test_own_transactions (void)
{
  static const char *const two[]
      = { "INSERT INTO t (id) VALUES ('c')", "UPDATE t SET n = 1 WHERE id = 'a'", NULL };
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a'), ('b')");
  fixture_run_together (fixture, two);
  fixture_run (fixture, "DELETE FROM t WHERE id = 'b'");
  assert_queue (fixture, "PUT t/a {}\nPUT t/b {}\n\n"
                         "PUT t/c {}\nPATCH t/a {\"n\":1}\n\n"
                         "DELETE t/b\n");
}

/* Other programs' transactions may be merged, but never with ours, and never split. */
static void
test_foreign_transactions (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a')");
  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('b')");
  fixture_run_foreign (foreign, "BEGIN; INSERT INTO t (id) VALUES ('c');"
                                "INSERT INTO t (id) VALUES ('d'); COMMIT");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('e')");
  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('f')");
  assert_queue (fixture, "PUT t/a {}\n\n"
                         "PUT t/b {}\nPUT t/c {}\nPUT t/d {}\n\n"
                         "PUT t/e {}\n\n"
                         "PUT t/f {}\n");
  /* What was handed out is complete: what follows does not continue it. */
  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('g')");
  g_autoptr (GPtrArray) changes = fixture_peek (fixture, G_MAXUINT);
  SynclineChange *f = g_ptr_array_index (changes, 5), *g = g_ptr_array_index (changes, 6);
  g_assert_cmpint (syncline_change_get_transaction (f), <, syncline_change_get_transaction (g));
  sqlite3_close (foreign);
}

/* A transaction that others have not ended is not handed out, and does not hold up what is complete. */
static void
test_open_foreign_transaction (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a')");
  fixture_run_foreign (foreign, "BEGIN; INSERT INTO t (id) VALUES ('b')");
  assert_queue (fixture, "PUT t/a {}\n");
  fixture_run_foreign (foreign, "INSERT INTO t (id) VALUES ('c'); COMMIT");
  assert_queue (fixture, "PUT t/a {}\n\nPUT t/b {}\nPUT t/c {}\n");
  sqlite3_close (foreign);
}

static guint
count_peeked (Fixture *fixture, guint max_changes)
{
  g_autoptr (GPtrArray) changes = fixture_peek (fixture, max_changes);

  return changes->len;
}

static void
test_limits (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autoptr (GPtrArray) changes = NULL;

  g_assert_cmpuint (count_peeked (fixture, 5), ==, 0);
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a'), ('b'), ('c')");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('d')");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('e'), ('f')");
  g_assert_cmpuint (count_peeked (fixture, 1), ==, 3);
  g_assert_cmpuint (count_peeked (fixture, 3), ==, 3);
  g_assert_cmpuint (count_peeked (fixture, 4), ==, 4);
  g_assert_cmpuint (count_peeked (fixture, 5), ==, 4);
  g_assert_cmpuint (count_peeked (fixture, 6), ==, 6);
  fixture->store->peek_changes (fixture->self, 100, 300, &changes, NULL, NULL);
  g_assert_cmpuint (changes->len, ==, 4);
}

/* --- Answers ---------------------------------------------------------------------------------------------- */

typedef struct
{
  GString *text;
  gint64 id;
} Listing;

static gboolean
append_rejected (SynclineChange *change,
                 SynclineOutcome *outcome,
                 gint64 rejected_at,
                 gpointer user_data)
{
  Listing *listing = user_data;

  listing->id = syncline_change_get_id (change);
  g_assert_cmpint (rejected_at, >, 0);
  g_string_append_printf (
      listing->text, "%s %s: %u %s %s; %s; %s\n",
      syncline_change_op_to_string (syncline_change_get_op (change)),
      syncline_change_get_row_id (change), syncline_outcome_get_status (outcome),
      syncline_outcome_get_code (outcome), syncline_outcome_get_message (outcome),
      syncline_outcome_get_details (outcome), syncline_outcome_get_hint (outcome));
  return TRUE;
}

/* All rejected changes; sets out_id to the last one's number. */
static char *
list_rejected (Fixture *fixture, gint64 *out_id)
{
  g_autoptr (GError) error = NULL;
  Listing listing = { g_string_new (NULL), 0 };

  fixture->store->list_changes (fixture->self, TRUE, append_rejected, &listing, NULL, &error);
  g_assert_no_error (error);
  if (out_id != NULL)
    *out_id = listing.id;
  return g_string_free (listing.text, FALSE);
}

static void
test_rejected (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autoptr (GError) error = NULL;
  gint64 id;

  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a'), ('b'), ('c')");
  fixture_resolve (fixture, "ar");
  g_autofree char *rejected = list_rejected (fixture, &id);
  g_assert_cmpstr (rejected, ==, "PUT b: 403 42501 not allowed; some details; a hint\n");
  assert_queue (fixture, "PUT t/c {}\n");

  g_assert_false (fixture->store->discard_rejected (fixture->self, id + 1, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (fixture->store->discard_rejected (fixture->self, id, NULL, &error));
  g_autofree char *none = list_rejected (fixture, NULL);
  g_assert_cmpstr (none, ==, "");
}

/* Only the head of the queue can be answered, as a whole or not at all. */
static void
test_wrong_head (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes = g_ptr_array_new ();
  SynclineOutcome *accepted = syncline_outcome_new_accepted ();

  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a'), ('b')");
  g_autoptr (GPtrArray) changes = fixture_peek (fixture, 2);
  g_ptr_array_add (outcomes, accepted);
  g_ptr_array_remove_index (changes, 0);
  g_assert_false (fixture->store->resolve_changes (fixture->self, changes, outcomes, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  assert_queue (fixture, "PUT t/a {}\nPUT t/b {}\n");
  syncline_outcome_unref (accepted);
}

/* --- Coming back -------------------------------------------------------------------------------------------- */

/* A table with rows from the server: a, b, c. */
static Fixture *
new_synced (void)
{
  Fixture *fixture = fixture_new (schema, ALL_ROLES);

  fixture_stage (fixture, "b", "PUT 1 t/a {\"v\":\"A\",\"n\":1}", "PUT 2 t/b {\"v\":\"B\",\"n\":2}",
                 "PUT 3 t/c {\"v\":\"C\",\"n\":3,\"more\":[1]}", NULL);
  fixture_apply (fixture, "b");
  return fixture;
}

static void
test_revert (void)
{
  g_autoptr (Fixture) fixture = new_synced ();

  fixture_run (fixture, "INSERT INTO t (id, v) VALUES ('new', 'mine')");
  fixture_run (fixture, "UPDATE t SET v = 'mine' WHERE id = 'a'");
  fixture_run (fixture, "UPDATE t SET n = 9 WHERE id = 'a'");
  fixture_run (fixture, "DELETE FROM t WHERE id = 'b'");
  fixture_run (fixture, "UPDATE t SET v = 'mine' WHERE id = 'c'");
  fixture_run (fixture, "DELETE FROM t WHERE id = 'c'");
  fixture_run (fixture, "INSERT INTO t (id, v) VALUES ('c', 'again')");
  fixture_resolve (fixture, "rrrrrrr");
  assert_query (fixture, ROWS, "a=mine/9\nc=again/\nnew=mine/");
  fixture_cover (fixture, 1);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 1, "b"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "a=A/1\nb=B/2\nc=C/3");
  assert_query (fixture, "SELECT data FROM syncline_extra", "{\"more\":[1]}");
  assert_query (fixture, "SELECT count(*) FROM syncline_shadow", "0");
}

/* The server has what it accepted, or what it made of it. */
static void
test_accepted (void)
{
  g_autoptr (Fixture) fixture = new_synced ();

  fixture_run (fixture, "INSERT INTO t (id, v) VALUES ('new', 'mine')");
  fixture_run (fixture, "UPDATE t SET v = 'mine' WHERE id = 'a'");
  fixture_run (fixture, "DELETE FROM t WHERE id = 'b'");
  fixture_resolve (fixture, NULL);
  fixture_cover (fixture, 4);
  fixture_stage (fixture, "b", "PUT 4 t/new {\"v\":\"mine\",\"n\":7}",
                 "PUT 5 t/a {\"v\":\"mine\",\"n\":1}", "REMOVE 6 t/b", NULL);
  g_free (fixture_take_notices (fixture));
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 3, "b"), ==,
                   SYNCLINE_APPLY_GATED);
  assert_query (fixture, ROWS, "a=mine/1\nc=C/3\nnew=mine/");
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 4, "b"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "a=mine/1\nc=C/3\nnew=mine/7");
  /* Only what differs from what was visible is news. */
  g_autofree char *notices = fixture_take_notices (fixture);
  g_assert_cmpstr (notices, ==, "downloaded t:new\n");
}

/* A rejected change of a row that has a hidden copy elsewhere: both stay right. */
static void
test_revert_overlap (void)
{
  g_autoptr (Fixture) fixture = new_synced ();

  fixture_run (fixture, "UPDATE t SET v = 'mine' WHERE id = 'a'");
  fixture_resolve (fixture, "r");
  fixture_cover (fixture, 1);
  fixture_stage (fixture, "c", "PUT 4 t/a {\"v\":\"other\",\"n\":4}", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 1, "b c"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "a=other/4\nb=B/2\nc=C/3");
  fixture_stage (fixture, "c", "REMOVE 5 t/a", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 1, "b c"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "a=A/1\nb=B/2\nc=C/3");
}

/* What is queued again is visible again, also when the server's version was back. */
static void
test_retry (void)
{
  g_autoptr (Fixture) fixture = new_synced ();
  g_autoptr (GError) error = NULL;
  g_autofree char *numbers = NULL;

  fixture_run (fixture, "INSERT INTO t (id, v) VALUES ('new', 'mine')");
  fixture_run (fixture, "UPDATE t SET v = 'mine' WHERE id = 'c'");
  fixture_run (fixture, "DELETE FROM t WHERE id = 'b'");
  fixture_resolve (fixture, "rrr");
  fixture_cover (fixture, 1);
  fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 1, "b");
  assert_query (fixture, ROWS, "a=A/1\nb=B/2\nc=C/3");

  numbers = fixture_query (fixture, "SELECT id FROM syncline_rejected ORDER BY id");
  g_auto (GStrv) ids = g_strsplit (numbers, "\n", -1);
  for (guint i = 0; ids[i] != NULL; i++)
    g_assert_true (fixture->store->retry_rejected (
        fixture->self, g_ascii_strtoll (ids[i], NULL, 10), NULL, &error));
  assert_query (fixture, ROWS, "a=A/1\nc=mine/3\nnew=mine/");
  assert_query (fixture, "SELECT data FROM syncline_extra", "{\"more\":[1]}");
  assert_queue (fixture,
                "PUT t/new {\"v\":\"mine\"}\n\nPATCH t/c {\"v\":\"mine\"}\n\nDELETE t/b\n");

  fixture_resolve (fixture, "rrr");
  fixture_cover (fixture, 2);
  fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 2, "b");
  assert_query (fixture, ROWS, "a=A/1\nb=B/2\nc=C/3");
}

/* Priority 0 is shown while changes are queued, but never over a row that has local changes. */
static void
test_priority_zero (void)
{
  g_autoptr (Fixture) fixture = new_synced ();

  fixture_run (fixture, "UPDATE t SET v = 'mine' WHERE id = 'a'");
  fixture_stage (fixture, "top", "PUT 4 t/a {\"v\":\"top\"}", "PUT 5 t/x {\"v\":\"top\"}", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 1, 0, "top:0 b"), ==, SYNCLINE_APPLY_GATED);
  g_assert_cmpint (fixture_apply_up_to (fixture, 0, 0, "top:0 b"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "a=mine/1\nb=B/2\nc=C/3\nx=top/");
  fixture_resolve (fixture, "r");
  fixture_stage (fixture, "top", "PUT 6 t/b {\"v\":\"top\"}", NULL);
  g_assert_cmpint (fixture_apply_up_to (fixture, 0, 0, "top:0 b"), ==, SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "a=mine/1\nb=top/\nc=C/3\nx=top/");
  fixture_cover (fixture, 9);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 9, "top:0 b"), ==,
                   SYNCLINE_APPLY_DONE);
  assert_query (fixture, ROWS, "a=top/\nb=top/\nc=C/3\nx=top/");
}

/* --- The gate ------------------------------------------------------------------------------------------------ */

/* The same in every state, whether the file was closed in between or not. */
static void
test_gate_states (gconstpointer data)
{
  gboolean reopen = GPOINTER_TO_INT (data);
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  SynclineGate gate = fixture_get_gate (fixture);
  gboolean set = TRUE;

#define REOPEN                                                                                     \
  if (reopen)                                                                                      \
  fixture_reopen (fixture, NULL)
#define assert_gate(queued, expected_target, expected_seen)                                        \
  gate = fixture_get_gate (fixture);                                                               \
  g_assert_cmpuint (gate.n_queued, ==, queued);                                                    \
  g_assert_cmpint (gate.target, ==, expected_target);                                              \
  g_assert_cmpint (gate.seen, ==, expected_seen)

  assert_gate (0, 0, 0);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 7, ""), ==,
                   SYNCLINE_APPLY_DONE);
  REOPEN;
  assert_gate (0, 0, 7);
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a')");
  REOPEN;
  assert_gate (1, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN, 7);
  fixture_resolve (fixture, "a");
  REOPEN;
  /* What was seen before confirms nothing. */
  assert_gate (0, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN, 0);

  /* A write, uploaded while the server was asked: the number does not cover it. */
  gint64 sequence = gate.sequence;
  fixture_run (fixture, "UPDATE t SET n = 1");
  fixture_resolve (fixture, "a");
  fixture->store->set_write_checkpoint (fixture->self, 8, sequence, &set, NULL);
  g_assert_false (set);
  REOPEN;
  assert_gate (0, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN, 0);
  fixture_cover (fixture, 9);
  REOPEN;
  assert_gate (0, 9, 0);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 8, ""), ==,
                   SYNCLINE_APPLY_GATED);
  REOPEN;
  assert_gate (0, 9, 8);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, ""), ==,
                   SYNCLINE_APPLY_GATED);
  assert_gate (0, 9, 8);
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 10, ""), ==,
                   SYNCLINE_APPLY_DONE);
  REOPEN;
  assert_gate (0, 0, 10);
#undef REOPEN
#undef assert_gate
}

/* Nothing of them is kept, so nothing needs confirming. */
static void
test_gate_insert_only (void)
{
  g_autoptr (Fixture) fixture
      = fixture_new ("[table t]\nv = text\nn = integer\n"
                     "[table logs]\nline = text\n[options logs]\nmode = insert-only\n",
                     ALL_ROLES);

  fixture_run (fixture, "INSERT INTO logs (line) VALUES ('x')");
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, ""), ==,
                   SYNCLINE_APPLY_GATED);
  fixture_resolve (fixture, "a");
  g_assert_cmpint (fixture_get_gate (fixture).target, ==, 0);
  fixture_apply (fixture, "");
}

/* --- Clearing ---------------------------------------------------------------------------------------------- */

static void
test_clear (void)
{
  g_autoptr (Fixture) fixture
      = fixture_new ("[table t]\nv = text\nn = integer\n"
                     "[table mine]\nv = text\n[options mine]\nmode = local-only\n",
                     ALL_ROLES);
  g_autoptr (GError) error = NULL;
  g_autofree char *client_id = NULL, *after = NULL, *user = NULL;

  fixture->store->get_note (fixture->self, "client-id", &client_id, &error);
  g_assert_true (g_uuid_string_is_valid (client_id));
  fixture->store->set_note (fixture->self, "user-id", "u", &error);
  fixture_run (fixture, "INSERT INTO mine (id, v) VALUES ('m', 'mine')");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a'), ('b')");
  fixture_resolve (fixture, "r");
  fixture_stage (fixture, "b", "PUT 1 t/x {}", NULL);
  gint64 sequence = fixture_get_gate (fixture).sequence;

  g_assert_true (fixture->store->clear (fixture->self, TRUE, NULL, &error));
  assert_query (fixture, "SELECT count(*) FROM t", "0");
  assert_query (fixture, "SELECT v FROM mine", "mine");
  assert_queue (fixture, "");
  assert_buckets (fixture, "");
  SynclineGate gate = fixture_get_gate (fixture);
  g_assert_cmpuint (gate.n_rejected, ==, 0);
  g_assert_cmpint (gate.target, ==, 0);
  /* Numbers are not used again. */
  g_assert_cmpint (gate.sequence, ==, sequence);
  fixture->store->get_note (fixture->self, "client-id", &after, &error);
  g_assert_cmpstr (after, ==, client_id);
  fixture->store->get_note (fixture->self, "user-id", &user, &error);
  g_assert_cmpstr (user, ==, NULL);

  g_assert_true (fixture->store->clear (fixture->self, FALSE, NULL, &error));
  assert_query (fixture, "SELECT count(*) FROM mine", "0");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('c')");
  assert_queue (fixture, "PUT t/c {}\n");
}

/* --- Views for any program ------------------------------------------------------------------------------- */

#define ROW_STATES                                                                                 \
  "SELECT group_concat(tbl || '/' || row_id || '=' || state, ' ') FROM"                            \
  " (SELECT * FROM syncline_row_state ORDER BY tbl, row_id)"

#define TRANSACTION_STATES                                                                         \
  "SELECT group_concat(state || ':' || pending || '+' || rejected, ' ') FROM"                      \
  " (SELECT * FROM syncline_transaction_state ORDER BY tx)"

static void
test_state_views (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  assert_query (fixture, "SELECT count(*) FROM syncline_row_state", "0");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a'), ('b'), ('c')");
  fixture_run (fixture, "UPDATE t SET n = 1 WHERE id = 'b'");
  assert_query (fixture, ROW_STATES, "t/a=pending t/b=pending t/c=pending");
  assert_query (fixture, TRANSACTION_STATES, "pending:3+0 pending:1+0");

  /* An accepted row is clean; one with a rejected change and another queued one is still pending. */
  fixture_resolve (fixture, "ar");
  assert_query (fixture, ROW_STATES, "t/b=pending t/c=pending");
  assert_query (fixture, TRANSACTION_STATES, "pending:1+1 pending:1+0");
  fixture_resolve (fixture, "aa");
  assert_query (fixture, ROW_STATES, "t/b=rejected");
  assert_query (fixture, TRANSACTION_STATES, "rejected:0+1");

  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);
  fixture_run_foreign (foreign, "SELECT state FROM syncline_row_state");
  /* A file of before there were views gets them. */
  fixture_run_foreign (foreign,
                       "DROP VIEW syncline_row_state; DROP VIEW syncline_transaction_state");
  sqlite3_close (foreign);
  fixture_reopen (fixture, schema);
  assert_query (fixture, ROW_STATES, "t/b=rejected");
  assert_query (fixture, TRANSACTION_STATES, "rejected:0+1");
}

static void
assert_write_state (Fixture *fixture, const char *row_id, const char *expected)
{
  const SynclineWrite write = { .table = "t", .row_id = row_id };
  SynclineWriteState state = SYNCLINE_WRITE_CLEAN;

  g_assert_true (fixture->store->get_write_state (fixture->self, &write, &state, NULL, NULL));
  g_assert_cmpstr (syncline_write_state_to_string (state), ==, expected);
}

static void
test_write_state (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);

  fixture_run (fixture, "INSERT INTO t (id) VALUES ('a'), ('b')");
  fixture_run (fixture, "INSERT INTO t (id) VALUES ('c')");
  fixture->store->mark_sending (fixture->self, 2);
  assert_query (fixture, ROW_STATES, "t/a=sending t/b=sending t/c=pending");
  assert_query (fixture, TRANSACTION_STATES, "sending:2+0 pending:1+0");
  assert_write_state (fixture, "b", "sending");
  fixture->store->mark_sending (fixture->self, 0);
  assert_write_state (fixture, "b", "pending");
  assert_write_state (fixture, "d", "clean");
  fixture_resolve (fixture, "ar");
  assert_write_state (fixture, "a", "clean");
  assert_write_state (fixture, "b", "rejected");

  g_autoptr (GPtrArray) rest = NULL;
  g_assert_true (fixture->store->peek_changes (fixture->self, 1, 1, &rest, NULL, NULL));
  const SynclineWrite transaction
      = { .transaction = syncline_change_get_transaction (rest->pdata[0]) };
  SynclineWriteState state;
  g_assert_true (fixture->store->get_write_state (fixture->self, &transaction, &state, NULL, NULL));
  g_assert_cmpint (state, ==, SYNCLINE_WRITE_PENDING);
}

/* --- A long queue ------------------------------------------------------------------------------------ */

#define LONG "300000"

static void
accept_first (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = fixture_peek (fixture, 1);
  g_autoptr (GPtrArray) outcomes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);

  g_assert_cmpuint (changes->len, ==, 1);
  g_ptr_array_add (outcomes, syncline_outcome_new_accepted ());
  fixture->store->resolve_changes (fixture->self, changes, outcomes, NULL, &error);
  g_assert_no_error (error);
}

/* Each step of an upload takes as long as with a short queue: many of them take less time than a few
 * looks at the whole. */
static void
test_long_queue (void)
{
  g_autoptr (Fixture) fixture = fixture_new (schema, ALL_ROLES);
  sqlite3 *foreign = fixture_open_foreign (fixture, FALSE);

  fixture_run_foreign (
      foreign, "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < " LONG ")"
               " INSERT INTO syncline_change (tx, op, tbl, row_id, data)"
               " SELECT n, 1, 't', 'r' || n, '{\"v\":\"x\"}' FROM i;"
               "UPDATE syncline_state SET tx = " LONG " + 1");
  sqlite3_close (foreign);

  gint64 start = g_get_monotonic_time ();
  for (guint i = 0; i < 20; i++)
    assert_query (fixture, "SELECT count(*) FROM syncline_change WHERE length(data) > 0", LONG);
  const gint64 whole = g_get_monotonic_time () - start;

  start = g_get_monotonic_time ();
  for (guint i = 0; i < 20; i++)
    {
      g_assert_cmpuint (fixture_get_gate (fixture).n_queued, ==, 300000 - i);
      accept_first (fixture);
    }
  const gint64 steps = g_get_monotonic_time () - start;
  g_test_message ("whole %" G_GINT64_FORMAT " us, steps %" G_GINT64_FORMAT " us", whole, steps);
  g_assert_cmpint (steps, <, whole);

  start = g_get_monotonic_time ();
  fixture_reopen (fixture, schema);
  g_test_message ("opening %" G_GINT64_FORMAT " us", g_get_monotonic_time () - start);
  g_assert_cmpint (g_get_monotonic_time () - start, <, whole);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-store/queue/own-transactions", test_own_transactions);
  g_test_add_func ("/sqlite-store/queue/foreign-transactions", test_foreign_transactions);
  g_test_add_func ("/sqlite-store/queue/open-foreign-transaction", test_open_foreign_transaction);
  g_test_add_func ("/sqlite-store/queue/limits", test_limits);
  g_test_add_func ("/sqlite-store/queue/rejected", test_rejected);
  g_test_add_func ("/sqlite-store/queue/wrong-head", test_wrong_head);
  g_test_add_func ("/sqlite-store/queue/revert", test_revert);
  g_test_add_func ("/sqlite-store/queue/accepted", test_accepted);
  g_test_add_func ("/sqlite-store/queue/revert-overlap", test_revert_overlap);
  g_test_add_func ("/sqlite-store/queue/retry", test_retry);
  g_test_add_func ("/sqlite-store/queue/priority-zero", test_priority_zero);
  g_test_add_data_func ("/sqlite-store/queue/gate", GINT_TO_POINTER (FALSE), test_gate_states);
  g_test_add_data_func ("/sqlite-store/queue/gate/reopened", GINT_TO_POINTER (TRUE),
                        test_gate_states);
  g_test_add_func ("/sqlite-store/queue/gate/insert-only", test_gate_insert_only);
  g_test_add_func ("/sqlite-store/queue/clear", test_clear);
  g_test_add_func ("/sqlite-store/queue/state-views", test_state_views);
  g_test_add_func ("/sqlite-store/queue/write-state", test_write_state);
  g_test_add_func ("/sqlite-store/queue/long", test_long_queue);
  return g_test_run ();
}
