/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "store-private.h"

/* Buckets, operations and checkpoints. */

/* --- What operations make of rows ---------------------------------------------------------------------- */

/* A step stages these operations for the buckets "a" and "b" and applies everything; with_a and with_b are
 * all that the buckets have had until then, which the sums follow from. */
typedef struct
{
  const char *a;
  const char *b;
  const char *rows;
} Step;

typedef struct
{
  const char *name;
  Step steps[4];
} OpCase;

static const OpCase op_cases[] = {
  { "put", { { "+x=1:1 +y=1:2", "", "x=1 y=1" } } },
  { "put replaces put in one line", { { "+x=1:1 +x=2:2", "", "x=2" } } },
  { "put replaces put later", { { "+x=1:1", "", "x=1" }, { "+x=2:2", "", "x=2" } } },
  { "remove cancels put in one line", { { "+x=1:1 -x:2 +y=1:3", "", "y=1" } } },
  { "remove", { { "+x=1:1 +y=1:2", "", "x=1 y=1" }, { "-x:3", "", "y=1" } } },
  { "remove after a replaced put", { { "+x=1:1", "", "x=1" }, { "+x=2:2 -x:3", "", "" } } },
  { "remove of an unknown row", { { "-x:1 +y=1:2", "", "y=1" } } },
  { "put after remove", { { "+x=1:1", "", "x=1" }, { "-x:2 +x=2:3", "", "x=2" } } },
  { "move counts only", { { ">1 >2 +x=1:3", "", "x=1" } } },
  { "clear at the start", { { "!5 +x=1:6", "", "x=1" } } },
  { "clear forgets what came before in the line", { { "+x=1:1 +y=1:2 !3 +y=2:4", "", "y=2" } } },
  { "clear forgets what was visible",
    { { "+x=1:1 +y=1:2", "", "x=1 y=1" }, { "!3 +y=1:4", "", "y=1" } } },
  { "clear, then the same rows again",
    { { "+x=1:1 +y=1:2", "", "x=1 y=1" }, { "!3 +x=1:4 +y=1:5", "", "x=1 y=1" } } },
  { "clear alone", { { "+x=1:1", "", "x=1" }, { "!2", "", "" }, { "+x=2:3", "", "x=2" } } },
  { "two clears", { { "+x=1:1 !2 +x=2:3 !4 +z=1:5", "", "z=1" } } },
  { "subkeys are copies of one row",
    { { "+x/k=1:1 +x/m=2:2", "", "x=2" }, { "-x/m:3", "", "x=1" }, { "-x/k:4", "", "" } } },
  { "put by subkey replaces that copy",
    { { "+x/k=1:1 +x/m=2:2 +x/k=3:3", "", "x=3" }, { "-x/k:4", "", "x=2" } } },
  { "the newest copy wins", { { "+x=a:5", "+x=b:4", "x=a" } } },
  { "the newest copy wins in any order", { { "+x=a:4", "+x=b:5", "x=b" } } },
  { "a row stays while a bucket has it",
    { { "+x=a:1", "+x=b:2", "x=b" }, { "", "-x:3", "x=a" }, { "-x:4", "", "" } } },
  { "a row comes back to life in another bucket",
    { { "+x=a:1", "", "x=a" }, { "-x:2", "+x=b:3", "x=b" } } },
  { "an older copy that comes late stays hidden",
    { { "+x=a:9", "", "x=a" }, { "", "+x=b:5", "x=a" }, { "-x:10", "", "x=b" } } },
  { "types that the schema lacks stay out", { { "+planets.x=1:1 +y=1:2", "", "y=1" } } },
  { "local-only tables stay out", { { "+notes.x=1:1 +y=1:2", "", "y=1" } } },
  { "rows without a name count only", { { "?1 +y=1:2 ?3", "", "y=1" } } },
  { "sums wrap", { { "+x=1:4000 +y=1:4001 +z=1:4294", "", "x=1 y=1 z=1" } } },
};

static gint64
last_op_of (const char *ops)
{
  const char *word = strrchr (ops, ' ');
  gint64 last = 0;

  word = word == NULL ? ops : word + 1;
  while (*word != '\0' && !g_ascii_isdigit (*word))
    word++;
  if (strrchr (word, ':') != NULL)
    word = strrchr (word, ':') + 1;
  last = g_ascii_strtoll (word, NULL, 10);
  return last;
}

static void
stage_and_note (Store *store, const char *bucket, const char *ops, GString *history, gint64 *last)
{
  if (ops[0] == '\0')
    return;
  store_stage (store, bucket, ops);
  g_string_append_printf (history, "%s%s", history->len > 0 ? " " : "", ops);
  *last = MAX (*last, last_op_of (ops));
}

static void
run_op_case (Store *store, const OpCase *test)
{
  g_autoptr (GString) a = g_string_new (NULL);
  g_autoptr (GString) b = g_string_new (NULL);
  gint64 last = 0;

  g_test_message ("%s", test->name);
  for (guint i = 0; i < G_N_ELEMENTS (test->steps) && test->steps[i].rows != NULL; i++)
    {
      const Step *step = &test->steps[i];

      stage_and_note (store, "a", step->a, a, &last);
      stage_and_note (store, "b", step->b, b, &last);
      const StoreTarget targets[] = { { "a", 3, a->str }, { "b", 3, b->str } };
      g_assert_cmpint (store_apply (store, targets, 2, last, 0, SYNCLINE_PRIORITY_ALL, NULL), ==,
                       SYNCLINE_APPLY_DONE);
      store_assert_rows (store, "todos", step->rows);
      store_assert_rows (store, "notes", "");
    }
}

static void
test_ops (Store *store)
{
  for (guint i = 0; i < G_N_ELEMENTS (op_cases); i++)
    {
      g_autoptr (GError) error = NULL;

      run_op_case (store, &op_cases[i]);
      store->methods->clear (store->self, SYNCLINE_CLEAR_NONE, NULL, &error);
      g_assert_no_error (error);
      store_assert_rows (store, "todos", "");
    }
}

/* Nothing of the above is a local change. */
static void
test_not_captured (Store *store)
{
  store_stage (store, "b", "+a=1:1 +c=1:2");
  store_apply_one (store, "+a=1:1 +c=1:2", 2, 0);
  store_stage (store, "b", "+a=2:3 -c:4");
  store_apply_one (store, "+a=1:1 +c=1:2 +a=2:3 -c:4", 4, 0);
  store_assert_queue (store, FALSE, "");
  g_assert_cmpint (store_gate (store).target, ==, 0);
}

/* What is staged is not visible. */
static void
test_staged (Store *store)
{
  store_stage (store, "b", "+a=1:1");
  store_assert_rows (store, "todos", "");
  store_assert_buckets (store, "b 1/0 0+1");
}

/* --- Positions and counts ------------------------------------------------------------------------------ */

static void
test_positions (Store *store)
{
  store_stage (store, "b", "+a=1:1 +c=1:2");
  store_stage (store, "b", "+a=2:5");
  store_assert_buckets (store, "b 5/0 0+3");
  /* The server looked up to the checkpoint, so the next stream starts there. */
  store_apply_one (store, "+a=1:1 +c=1:2 +a=2:5", 8, 0);
  store_assert_buckets (store, "b 8/8 3+0");
  store_stage (store, "b", "+a=3:9");
  store_assert_buckets (store, "b 9/8 3+1");
  /* Nothing of it is to be asked for again when local writes keep it back. */
  store_put (store, "todos", "mine", "mine");
  store_apply_one (store, "+a=1:1 +c=1:2 +a=2:5 +a=3:9", 12, 0);
  store_assert_buckets (store, "b 12/8 3+1");
}

static void
check_sum (const SynclineBucketState *bucket, gpointer user_data)
{
  g_assert_cmpuint (bucket->checksum, ==, store_sum_of (user_data));
}

static void
test_sum (Store *store)
{
  g_autoptr (GError) error = NULL;

  store_stage (store, "b", "+a=1:1 >2 -c:3 !7 +a=2:9");
  store->methods->list_buckets (store->self, check_sum, (gpointer) "!7 +a=2:9", NULL, &error);
  g_assert_no_error (error);
}

/* A bucket without operations needs no place in the store. */
static void
test_empty_bucket (Store *store)
{
  g_assert_cmpint (store_apply_one (store, "", 5, 0), ==, SYNCLINE_APPLY_DONE);
  g_assert_cmpint (store_apply (store, NULL, 0, 6, 0, SYNCLINE_PRIORITY_ALL, NULL), ==,
                   SYNCLINE_APPLY_DONE);
}

/* A checkpoint that comes twice changes nothing. */
static void
test_twice (Store *store)
{
  store_stage (store, "b", "+a=1:1 -c:2");
  store_apply_one (store, "+a=1:1 -c:2", 2, 0);
  g_free (contract_take_changes (store->instance));
  g_assert_cmpint (store_apply_one (store, "+a=1:1 -c:2", 2, 0), ==, SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "a=1");
  g_autofree char *changes = contract_take_changes (store->instance);
  g_assert_null (changes);
}

/* Bucket names are opaque. */
static void
test_names (Store *store)
{
  static const char name[] = "1#user_data[\"0'1%s\\ \xc3\xa9\"]; --";
  const StoreTarget target = { name, 3, "+a=1:1" };

  store_stage (store, name, "+a=1:1");
  g_assert_cmpint (store_apply (store, &target, 1, 1, 0, SYNCLINE_PRIORITY_ALL, NULL), ==,
                   SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "a=1");
}

/* --- Mismatches and removals ---------------------------------------------------------------------------- */

static void
test_mismatch (Store *store)
{
  const StoreTarget first[] = { { "good", 3, "+g=1:1" }, { "bad", 3, "+x=1:2" } };
  const StoreTarget second[] = { { "good", 3, "+g=1:1 +g=2:3" }, { "bad", 3, "+x=1:2 +x=2:4" } };
  g_autofree char *message = NULL;

  store_stage (store, "good", "+g=1:1");
  store_stage (store, "bad", "+x=1:2");
  store_apply (store, first, 2, 2, 0, SYNCLINE_PRIORITY_ALL, NULL);
  store_stage (store, "good", "+g=2:3");
  /* One operation got lost on the way. */
  g_assert_cmpint (store_apply (store, second, 2, 4, 0, SYNCLINE_PRIORITY_ALL, &message), ==,
                   SYNCLINE_APPLY_MISMATCH);
  g_autofree char *expected = g_strdup_printf ("%u", store_sum_of ("+x=1:2 +x=2:4"));
  g_autofree char *found = g_strdup_printf ("%u", store_sum_of ("+x=1:2"));
  g_assert_nonnull (strstr (message, "bad"));
  g_assert_nonnull (strstr (message, expected));
  g_assert_nonnull (strstr (message, found));
  g_assert_null (strstr (message, "good"));
  g_assert_null (strchr (message, '\n'));
  store_assert_rows (store, "todos", "g=1 x=1");
  store_assert_buckets (store, "good 3/2 1+1");

  store_stage (store, "bad", "+x=1:2 +x=2:4");
  g_assert_cmpint (store_apply (store, second, 2, 4, 0, SYNCLINE_PRIORITY_ALL, NULL), ==,
                   SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "g=2 x=2");
}

/* Data that was never sent is a mismatch, too. */
static void
test_missing_bucket (Store *store)
{
  g_assert_cmpint (store_apply_one (store, "+a=1:1", 1, 0), ==, SYNCLINE_APPLY_MISMATCH);
  store_assert_buckets (store, "");
}

/* A mismatch does not wait for the gate. */
static void
test_mismatch_while_gated (Store *store)
{
  store_put (store, "todos", "mine", "mine");
  store_stage (store, "b", "+a=1:1");
  g_assert_cmpint (store_apply_one (store, "+a=1:2", 2, 0), ==, SYNCLINE_APPLY_MISMATCH);
  store_assert_buckets (store, "");
}

static void
remove_bucket (Store *store, const char *name)
{
  const char *const names[] = { name, "unknown" };
  g_autoptr (GError) error = NULL;

  store->methods->remove_buckets (store->self, names, 2, NULL, &error);
  g_assert_no_error (error);
}

static void
test_remove_bucket (Store *store)
{
  const StoreTarget both[] = { { "a", 3, "+x=1:1 +y=1:2" }, { "b", 3, "+y=2:3" } };

  store_stage (store, "a", "+x=1:1 +y=1:2");
  store_stage (store, "b", "+y=2:3");
  store_apply (store, both, 2, 3, 0, SYNCLINE_PRIORITY_ALL, NULL);
  store_assert_rows (store, "todos", "x=1 y=2");
  remove_bucket (store, "a");
  store_assert_rows (store, "todos", "x=1 y=2");
  store_assert_buckets (store, "b 3/3 1+0");
  store_apply (store, &both[1], 1, 3, 0, SYNCLINE_PRIORITY_ALL, NULL);
  store_assert_rows (store, "todos", "y=2");
  remove_bucket (store, "b");
  store_apply (store, NULL, 0, 4, 0, SYNCLINE_PRIORITY_ALL, NULL);
  store_assert_rows (store, "todos", "");
}

/* The winner goes, the other copy shows. */
static void
test_remove_winner (Store *store)
{
  const StoreTarget both[] = { { "a", 3, "+y=1:2" }, { "b", 3, "+y=2:3" } };

  store_stage (store, "a", "+y=1:2");
  store_stage (store, "b", "+y=2:3");
  store_apply (store, both, 2, 3, 0, SYNCLINE_PRIORITY_ALL, NULL);
  remove_bucket (store, "b");
  store_apply (store, both, 1, 3, 0, SYNCLINE_PRIORITY_ALL, NULL);
  store_assert_rows (store, "todos", "y=1");
}

/* --- Partial checkpoints --------------------------------------------------------------------------------- */

static void
test_partial (Store *store)
{
  const StoreTarget targets[] = { { "first", 1, "+x=1:1" }, { "later", 3, "+y=1:2" } };

  store_stage (store, "first", "+x=1:1");
  /* The later one has not come yet, which a partial checkpoint doesn't mind. */
  g_assert_cmpint (store_apply (store, targets, 2, 2, 0, 1, NULL), ==, SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "x=1");
  store_stage (store, "later", "+y=1:2");
  store_assert_rows (store, "todos", "x=1");
  g_assert_cmpint (store_apply (store, targets, 2, 2, 0, SYNCLINE_PRIORITY_ALL, NULL), ==,
                   SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "x=1 y=1");
}

/* A partial checkpoint takes nothing away, since the row may come in a later bucket. */
static void
test_partial_keeps (Store *store)
{
  const StoreTarget before[] = { { "first", 1, "+x=1:1 +z=1:2" }, { "later", 3, "" } };
  const StoreTarget after[]
      = { { "first", 1, "+x=1:1 +z=1:2 -x:3 +z=2:4" }, { "later", 3, "+x=2:5" } };

  store_stage (store, "first", "+x=1:1 +z=1:2");
  store_apply (store, before, 2, 2, 0, SYNCLINE_PRIORITY_ALL, NULL);
  store_stage (store, "first", "-x:3 +z=2:4");
  g_assert_cmpint (store_apply (store, after, 2, 5, 0, 1, NULL), ==, SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "x=1 z=2");
  store_stage (store, "later", "+x=2:5");
  g_assert_cmpint (store_apply (store, after, 2, 5, 0, SYNCLINE_PRIORITY_ALL, NULL), ==,
                   SYNCLINE_APPLY_DONE);
  store_assert_rows (store, "todos", "x=2 z=2");
}

static void
test_partial_mismatch (Store *store)
{
  const StoreTarget targets[] = { { "first", 1, "+x=1:1" }, { "later", 3, "+y=1:2" } };

  store_stage (store, "first", "+x=1:9");
  store_stage (store, "later", "+y=1:8");
  g_assert_cmpint (store_apply (store, targets, 2, 2, 0, 1, NULL), ==, SYNCLINE_APPLY_MISMATCH);
  store_assert_rows (store, "todos", "");
  store_assert_buckets (store, "later 8/0 0+1");
}

static const StoreTest tests[] = {
  { "/buckets/operations", test_ops, FALSE },
  { "/buckets/not-captured", test_not_captured, FALSE },
  { "/buckets/staged", test_staged, FALSE },
  { "/buckets/positions", test_positions, FALSE },
  { "/buckets/sum", test_sum, FALSE },
  { "/buckets/empty", test_empty_bucket, FALSE },
  { "/buckets/twice", test_twice, FALSE },
  { "/buckets/names", test_names, FALSE },
  { "/buckets/mismatch", test_mismatch, FALSE },
  { "/buckets/missing", test_missing_bucket, FALSE },
  { "/buckets/mismatch-while-gated", test_mismatch_while_gated, FALSE },
  { "/buckets/remove", test_remove_bucket, FALSE },
  { "/buckets/remove-winner", test_remove_winner, FALSE },
  { "/buckets/partial", test_partial, FALSE },
  { "/buckets/partial-keeps", test_partial_keeps, FALSE },
  { "/buckets/partial-mismatch", test_partial_mismatch, FALSE },
};

void
store_add_bucket_tests (const char *plugin_name, const StoreFixture *fixture)
{
  store_add_tests (plugin_name, fixture, tests, G_N_ELEMENTS (tests));
}
