/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "store-private.h"

/* The gate: what keeps downloads back while local writes are not confirmed. */

static void
test_states (Store *store)
{
  SynclineGate gate = store_gate (store);

  g_assert_cmpint (gate.target, ==, 0);
  g_assert_cmpuint (gate.n_queued, ==, 0);

  store_put (store, "todos", "a", "mine");
  gate = store_gate (store);
  g_assert_cmpint (gate.target, ==, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN);
  g_assert_cmpuint (gate.n_queued, ==, 1);

  store_accept (store, 1);
  gate = store_gate (store);
  g_assert_cmpint (gate.target, ==, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN);
  g_assert_cmpuint (gate.n_queued, ==, 0);

  store_drain (store, 5);
  g_assert_cmpint (store_gate (store).target, ==, 5);

  store_stage (store, "b", "+a=mine:1");
  g_assert_cmpint (store_apply_one (store, "+a=mine:1", 1, 4), ==, SYNCLINE_APPLY_GATED);
  gate = store_gate (store);
  g_assert_cmpint (gate.target, ==, 5);
  g_assert_cmpint (gate.seen, ==, 4);

  g_assert_cmpint (store_apply_one (store, "+a=mine:1", 1, 5), ==, SYNCLINE_APPLY_DONE);
  gate = store_gate (store);
  g_assert_cmpint (gate.target, ==, 0);
  g_assert_cmpint (gate.seen, ==, 5);
}

/* A number that was seen and then is not sent any more is not lost. */
static void
test_sticky (Store *store)
{
  store_stage (store, "b", "+a=x:1");
  store_apply_one (store, "+a=x:1", 1, 7);
  g_assert_cmpint (store_apply_one (store, "+a=x:1", 1, 0), ==, SYNCLINE_APPLY_DONE);
  g_assert_cmpint (store_gate (store).seen, ==, 7);
}

static void
test_own_write_stays (Store *store)
{
  store_stage (store, "b", "+a=server:1 +b=server:2");
  store_apply_one (store, "+a=server:1 +b=server:2", 2, 0);
  store_patch (store, "todos", "a", "mine");
  store_stage (store, "b", "+a=newer:3 -b:4");
  g_assert_cmpint (store_apply_one (store, "+a=server:1 +b=server:2 +a=newer:3 -b:4", 4, 0), ==,
                   SYNCLINE_APPLY_GATED);
  store_assert_rows (store, "todos", "a=mine b=server");
  store_accept (store, 1);
  g_assert_cmpint (store_apply_one (store, "+a=server:1 +b=server:2 +a=newer:3 -b:4", 4, 0), ==,
                   SYNCLINE_APPLY_GATED);
  store_drain (store, 1);
  g_assert_cmpint (store_apply_one (store, "+a=server:1 +b=server:2 +a=newer:3 -b:4", 4, 1), ==,
                   SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "a=newer");
}

static void
set_write_checkpoint (Store *store, gint64 target, gint64 sequence, gboolean expected)
{
  g_autoptr (GError) error = NULL;
  gboolean set = !expected;

  store->methods->set_write_checkpoint (store->self, target, sequence, &set, &error);
  g_assert_no_error (error);
  g_assert_true (set == expected);
}

/* A write between asking for the number and noting it is not covered by it. */
static void
test_sequence (Store *store)
{
  store_put (store, "todos", "a", "one");
  const gint64 before = store_gate (store).sequence;
  set_write_checkpoint (store, 1, before, FALSE); /* still queued */
  store_accept (store, 1);
  store_put (store, "todos", "b", "two");
  set_write_checkpoint (store, 1, before, FALSE); /* something new is queued */
  store_accept (store, 1);
  set_write_checkpoint (store, 1, before, FALSE); /* it was uploaded meanwhile */
  g_assert_cmpint (store_gate (store).target, ==, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN);
  set_write_checkpoint (store, 2, store_gate (store).sequence, TRUE);
  g_assert_cmpint (store_gate (store).target, ==, 2);
}

/* The checkpoint can be there before the client has noted its number. */
static void
test_early_checkpoint (Store *store)
{
  store_put (store, "todos", "a", "mine");
  store_accept (store, 1);
  store_stage (store, "b", "+a=mine:1");
  g_assert_cmpint (store_apply_one (store, "+a=mine:1", 1, 3), ==, SYNCLINE_APPLY_GATED);
  store_drain (store, 3);
  g_assert_cmpint (store_gate (store).target, ==, 0);
  g_assert_cmpint (store_apply_one (store, "+a=mine:1", 1, 3), ==, SYNCLINE_APPLY_DONE);
}

/* A number from before a write must not confirm it. */
static void
test_stale_number (Store *store)
{
  store_stage (store, "b", "+a=server:1");
  store_apply_one (store, "+a=server:1", 1, 9);
  store_patch (store, "todos", "a", "mine");
  store_drain (store, 5);
  g_assert_cmpint (store_gate (store).target, ==, 5);
  g_assert_cmpint (store_apply_one (store, "+a=server:1", 1, 0), ==, SYNCLINE_APPLY_GATED);
  store_assert_rows (store, "todos", "a=mine");
}

/* A service that lost its records numbers from 1 again: what it confirmed before is confirmed. */
static void
test_lower_number (Store *store)
{
  store_put (store, "todos", "a", "mine");
  store_drain (store, 5);
  store_stage (store, "b", "+a=mine:1");
  g_assert_cmpint (store_apply_one (store, "+a=mine:1", 1, 5), ==, SYNCLINE_APPLY_DONE);
  store_stage (store, "b", "+a=newer:2");
  g_assert_cmpint (store_apply_one (store, "+a=mine:1 +a=newer:2", 2, 1), ==, SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "a=newer");

  store_patch (store, "todos", "a", "mine");
  store_drain (store, 2);
  g_assert_cmpint (store_apply_one (store, "+a=mine:1 +a=newer:2", 2, 1), ==, SYNCLINE_APPLY_GATED);
  g_assert_cmpint (store_apply_one (store, "+a=mine:1 +a=newer:2", 2, 2), ==, SYNCLINE_APPLY_DONE);
}

/* A new write closes a gate that waits for an older one. */
static void
test_write_while_waiting (Store *store)
{
  store_put (store, "todos", "a", "one");
  store_drain (store, 1);
  store_patch (store, "todos", "a", "two");
  g_assert_cmpint (store_gate (store).target, ==, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN);
  store_stage (store, "b", "+a=one:1");
  g_assert_cmpint (store_apply_one (store, "+a=one:1", 1, 1), ==, SYNCLINE_APPLY_GATED);
  store_assert_rows (store, "todos", "a=two");
}

/* Rows that are not kept need no confirmation, but their upload does come first. */
static void
test_insert_only (Store *store)
{
  store_put (store, "events", "e", "once");
  store_stage (store, "b", "+a=x:1");
  g_assert_cmpint (store_apply_one (store, "+a=x:1", 1, 0), ==, SYNCLINE_APPLY_GATED);
  store_accept (store, 1);
  g_assert_cmpint (store_gate (store).target, ==, 0);
  g_assert_cmpint (store_apply_one (store, "+a=x:1", 1, 0), ==, SYNCLINE_APPLY_DONE);
}

/* --- Priorities -------------------------------------------------------------------------------------- */

static const StoreTarget urgent_and_later[]
    = { { "now", 0, "+u=urgent:1" }, { "soon", 1, "+s=soon:2" }, { "later", 3, "+l=later:3" } };

static SynclineApplyResult
apply_partial (Store *store, int priority)
{
  return store_apply (store, urgent_and_later, G_N_ELEMENTS (urgent_and_later), 3, 0, priority,
                      NULL);
}

static void
stage_partial (Store *store)
{
  for (guint i = 0; i < G_N_ELEMENTS (urgent_and_later); i++)
    store_stage (store, urgent_and_later[i].name, urgent_and_later[i].ops);
}

static void
test_partial_gated (Store *store)
{
  store_put (store, "todos", "mine", "mine");
  stage_partial (store);
  g_assert_cmpint (apply_partial (store, 1), ==, SYNCLINE_APPLY_GATED);
  store_assert_rows (store, "todos", "mine=mine");
  g_assert_cmpint (apply_partial (store, 0), ==, SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "mine=mine u=urgent");
  g_assert_cmpint (apply_partial (store, SYNCLINE_PRIORITY_ALL), ==, SYNCLINE_APPLY_GATED);
}

/* What passes the gate still does not cover a newer write. */
static void
test_urgent_keeps_own_write (Store *store)
{
  store_put (store, "todos", "u", "mine");
  stage_partial (store);
  g_assert_cmpint (apply_partial (store, 0), ==, SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "u=mine");
  store_drain (store, 1);
  g_assert_cmpint (store_apply (store, urgent_and_later, 3, 3, 1, SYNCLINE_PRIORITY_ALL, NULL), ==,
                   SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "l=later s=soon u=urgent");
}

/* Only a full checkpoint confirms anything. */
static void
test_partial_confirms_nothing (Store *store)
{
  store_put (store, "todos", "mine", "mine");
  store_drain (store, 1);
  stage_partial (store);
  g_assert_cmpint (store_apply (store, urgent_and_later, 3, 3, 1, 1, NULL), ==,
                   SYNCLINE_APPLY_GATED);
  g_assert_cmpint (store_gate (store).seen, ==, 0);
  g_assert_cmpint (store_gate (store).target, ==, 1);
}

static const StoreTest tests[] = {
  { "/gate/states", test_states, FALSE },
  { "/gate/sticky", test_sticky, FALSE },
  { "/gate/own-write-stays", test_own_write_stays, FALSE },
  { "/gate/sequence", test_sequence, FALSE },
  { "/gate/early-checkpoint", test_early_checkpoint, FALSE },
  { "/gate/stale-number", test_stale_number, FALSE },
  { "/gate/lower-number", test_lower_number, FALSE },
  { "/gate/write-while-waiting", test_write_while_waiting, FALSE },
  { "/gate/insert-only", test_insert_only, FALSE },
  { "/gate/partial", test_partial_gated, FALSE },
  { "/gate/urgent-keeps-own-write", test_urgent_keeps_own_write, FALSE },
  { "/gate/partial-confirms-nothing", test_partial_confirms_nothing, FALSE },
};

void
store_add_gate_tests (const char *plugin_name, const StoreFixture *fixture)
{
  store_add_tests (plugin_name, fixture, tests, G_N_ELEMENTS (tests));
}
