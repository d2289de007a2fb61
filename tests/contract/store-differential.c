/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "store-fixtures.h"
#include "store-private.h"

/*
 * Does the same random things to two stores and compares them after each: sqlite-store, which does everything
 * in clever ways, has to be indistinguishable from mock-store, which does everything in the plainest way. The
 * test's random seed (printed at the start, settable with --seed) makes a failure repeatable.
 */

#define N_BUCKETS 4
#define N_IDS 6
#define N_STEPS 150
#define N_ROUNDS 6

/* A bucket on the server. */
typedef struct
{
  const char *name;
  int priority;
  GPtrArray *ops;  /* texts, all that it ever had */
  guint n_staged;  /* how many of them the stores have */
  gboolean absent; /* from the checkpoint */
} Source;

typedef struct
{
  Store *stores[2];
  Source sources[N_BUCKETS];
  gint64 last_op;
  gint64 number;  /* of the last write checkpoint */
  gint64 carried; /* by the last checkpoint */
  GString *log;
} World;

static const char *const plugin_names[] = { "sqlite-store", "mock-store" };

static World *
world_new (void)
{
  static const char *const names[N_BUCKETS] = { "a", "b", "c", "d" };
  static const int priorities[N_BUCKETS] = { 0, 1, 3, 3 };
  World *world = g_new0 (World, 1);

  world->stores[0] = store_new (plugin_names[0], &sqlite_store_fixture);
  world->stores[1] = store_new (plugin_names[1], &mock_store_fixture);
  for (guint i = 0; i < N_BUCKETS; i++)
    world->sources[i] = (Source){ .name = names[i],
                                  .priority = priorities[i],
                                  .ops = g_ptr_array_new_with_free_func (g_free) };
  world->log = g_string_new (NULL);
  return world;
}

static void
world_free (World *world)
{
  store_free (world->stores[0]);
  store_free (world->stores[1]);
  for (guint i = 0; i < N_BUCKETS; i++)
    g_ptr_array_unref (world->sources[i].ops);
  g_string_free (world->log, TRUE);
  g_free (world);
}

static void note (World *world, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (World *world, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (world->log, format, args);
  va_end (args);
  g_string_append_c (world->log, '\n');
}

/* --- Comparing ------------------------------------------------------------------------------------------ */

static gboolean
describe_data (SynclineChange *change,
               SynclineOutcome *outcome G_GNUC_UNUSED,
               gint64 rejected_at G_GNUC_UNUSED,
               gpointer user_data)
{
  const char *data = syncline_change_get_data (change);

  g_string_append_printf (user_data, "%" G_GINT64_FORMAT " %s %s\n",
                          syncline_change_get_id (change), syncline_change_get_row_id (change),
                          data == NULL ? "-" : data);
  return TRUE;
}

/* All that matters of a store: while something is queued, that alone keeps the gate shut. */
static char *
describe (Store *store)
{
  GString *text = g_string_new (NULL);
  g_autofree char *todos = store_list (store, "todos");
  g_autofree char *notes = store_list (store, "notes");
  g_autofree char *buckets = store_describe_buckets (store);
  const SynclineGate gate = store_gate (store);

  g_string_append_printf (text,
                          "todos: %s\nnotes: %s\nbuckets: %s\ngate: %" G_GINT64_FORMAT
                          " sequence %" G_GINT64_FORMAT " queued %" G_GUINT64_FORMAT
                          " rejected %" G_GUINT64_FORMAT "\n",
                          todos, notes, buckets, gate.n_queued > 0 ? -1 : gate.target,
                          gate.sequence, gate.n_queued, gate.n_rejected);
  store->methods->list_changes (store->self, FALSE, describe_data, text, NULL, NULL);
  store->methods->list_changes (store->self, TRUE, describe_data, text, NULL, NULL);
  return g_string_free (text, FALSE);
}

static void
compare (World *world)
{
  g_autofree char *first = describe (world->stores[0]);
  g_autofree char *second = describe (world->stores[1]);

  if (g_str_equal (first, second))
    return;
  g_test_message ("%s\n%s has\n%s\n%s has\n%s", world->log->str, plugin_names[0], first,
                  plugin_names[1], second);
  g_test_fail_printf ("the stores differ");
  g_assert_not_reached ();
}

/* --- Steps ---------------------------------------------------------------------------------------------- */

static const char *
random_id (void)
{
  static const char *const ids[N_IDS] = { "p", "q", "r", "s", "t", "u" };

  return ids[g_test_rand_int_range (0, N_IDS)];
}

static void
step_write (World *world)
{
  const StoreWriteKind kind = (StoreWriteKind) g_test_rand_int_range (0, 3);
  const char *table = g_test_rand_int_range (0, 6) == 0 ? "notes" : "todos";
  const char *id = random_id ();
  g_autofree char *text = g_strdup_printf ("local%d", g_test_rand_int_range (0, 4));
  g_autofree char *present = store_dup (world->stores[1], NULL, table, id);

  /* What an insert does to a row that is there differs by language. */
  if (kind == STORE_PUT && present != NULL)
    return;
  note (world, "write %d %s %s %s", kind, table, id, text);
  for (guint i = 0; i < 2; i++)
    store_try_write (world->stores[i], NULL, kind, table, id, text, NULL, NULL);
}

static void
step_resolve (World *world)
{
  const guint n = (guint) store_gate (world->stores[1]).n_queued;
  const gboolean reject = g_test_rand_int_range (0, 4) == 0;

  if (n == 0)
    return;
  const guint some = (guint) g_test_rand_int_range (1, (int) n + 1);
  note (world, reject ? "reject 1" : "accept %u", some);
  for (guint i = 0; i < 2; i++)
    if (reject)
      store_reject (world->stores[i]);
    else
      store_accept (world->stores[i], some);
}

static gboolean
take_first (SynclineChange *change,
            SynclineOutcome *outcome G_GNUC_UNUSED,
            gint64 rejected_at G_GNUC_UNUSED,
            gpointer user_data)
{
  *(gint64 *) user_data = syncline_change_get_id (change);
  return FALSE;
}

static void
step_rejected (World *world)
{
  const gboolean retry = g_test_rand_bit ();
  gint64 id = 0;

  world->stores[1]->methods->list_changes (world->stores[1]->self, TRUE, take_first, &id, NULL,
                                           NULL);
  if (id == 0)
    return;
  note (world, "%s rejected %" G_GINT64_FORMAT, retry ? "retry" : "discard", id);
  for (guint i = 0; i < 2; i++)
    {
      const SynclineStoreClass *methods = world->stores[i]->methods;

      g_assert_true ((retry ? methods->retry_rejected
                            : methods->discard_rejected) (world->stores[i]->self, id, NULL, NULL));
    }
}

static void
step_number (World *world)
{
  const gint64 sequence
      = store_gate (world->stores[1]).sequence - (g_test_rand_int_range (0, 5) == 0 ? 1 : 0);

  world->number++;
  note (world, "number %" G_GINT64_FORMAT " for sequence %" G_GINT64_FORMAT, world->number,
        sequence);
  for (guint i = 0; i < 2; i++)
    {
      gboolean set = FALSE;

      g_assert_true (world->stores[i]->methods->set_write_checkpoint (
          world->stores[i]->self, world->number, sequence, &set, NULL));
    }
}

/* The server gets a new operation. */
static void
step_server (World *world)
{
  Source *source = &world->sources[g_test_rand_int_range (0, N_BUCKETS)];
  const gint64 op = ++world->last_op;
  const char *id = random_id ();
  const char *subkey = g_test_rand_int_range (0, 5) == 0 ? "/k" : "";
  const int kind = g_test_rand_int_range (0, 20);
  char *text;

  if (kind < 11)
    text = g_strdup_printf ("+%s%s=server%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, id, subkey, op,
                            op);
  else if (kind < 16)
    text = g_strdup_printf ("-%s%s:%" G_GINT64_FORMAT, id, subkey, op);
  else if (kind < 17)
    text = g_strdup_printf (">%" G_GINT64_FORMAT, op);
  else if (kind < 18)
    text = g_strdup_printf ("!%" G_GINT64_FORMAT, op);
  else if (kind < 19)
    text = g_strdup_printf ("+planets.%s=x:%" G_GINT64_FORMAT, id, op);
  else
    text = g_strdup_printf ("?%" G_GINT64_FORMAT, op);
  g_ptr_array_add (source->ops, text);
}

/* The operations from @start on, as one text. */
static char *
join_ops (const Source *source, guint start)
{
  GString *text = g_string_new (NULL);

  for (guint i = start; i < source->ops->len; i++)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", (char *) source->ops->pdata[i]);
  return g_string_free (text, FALSE);
}

static void
stage (World *world, Source *source)
{
  g_autofree char *ops = join_ops (source, source->n_staged);

  if (ops[0] == '\0' || source->absent)
    return;
  note (world, "stage %s: %s", source->name, ops);
  for (guint i = 0; i < 2; i++)
    store_stage (world->stores[i], source->name, ops);
  source->n_staged = source->ops->len;
}

static void
step_stage (World *world)
{
  stage (world, &world->sources[g_test_rand_int_range (0, N_BUCKETS)]);
}

/* A bucket goes, or comes back. */
static void
step_bucket (World *world)
{
  Source *source = &world->sources[g_test_rand_int_range (0, N_BUCKETS)];
  const char *const names[] = { source->name };

  source->absent = !source->absent;
  source->n_staged = 0;
  note (world, "bucket %s %s", source->name, source->absent ? "goes" : "comes back");
  for (guint i = 0; source->absent && i < 2; i++)
    g_assert_true (
        world->stores[i]->methods->remove_buckets (world->stores[i]->self, names, 1, NULL, NULL));
}

static void
step_apply (World *world)
{
  static const int priorities[]
      = { 0, 1, 3, SYNCLINE_PRIORITY_ALL, SYNCLINE_PRIORITY_ALL, SYNCLINE_PRIORITY_ALL };
  const int priority = priorities[g_test_rand_int_range (0, G_N_ELEMENTS (priorities))];
  /* The number that the checkpoint carries lags, but never falls. */
  world->carried += g_test_rand_bit () ? world->number - world->carried : 0;
  const gint64 number = world->carried;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  SynclineApplyResult results[2];
  StoreTarget targets[N_BUCKETS];
  guint n = 0;

  for (guint i = 0; i < N_BUCKETS; i++)
    {
      Source *source = &world->sources[i];

      /* Now and then something got lost. */
      if (g_test_rand_int_range (0, 15) != 0)
        stage (world, source);
      if (source->absent)
        continue;
      g_ptr_array_add (texts, join_ops (source, 0));
      targets[n] = (StoreTarget){ source->name, source->priority, texts->pdata[n] };
      n++;
    }
  note (world, "apply up to %" G_GINT64_FORMAT " number %" G_GINT64_FORMAT " priority %d",
        world->last_op, number, priority);
  for (guint i = 0; i < 2; i++)
    results[i] = store_apply (world->stores[i], targets, n, world->last_op, number, priority, NULL);
  if (results[0] != results[1])
    note (world, "results differ: %d and %d", results[0], results[1]);
  compare (world);
  g_assert_cmpint (results[0], ==, results[1]);
  /* What was forgotten has to come again. */
  for (guint i = 0; results[0] == SYNCLINE_APPLY_MISMATCH && i < N_BUCKETS; i++)
    if (world->sources[i].n_staged < world->sources[i].ops->len
        && (priority == SYNCLINE_PRIORITY_ALL || world->sources[i].priority <= priority))
      world->sources[i].n_staged = 0;
}

static void
step_reopen (World *world)
{
  note (world, "reopen");
  for (guint i = 0; i < 2; i++)
    {
      if (SYNCLINE_HAS_SLOT (world->stores[i]->methods, flush))
        world->stores[i]->methods->flush (world->stores[i]->self, NULL, NULL);
      store_reopen (world->stores[i]);
    }
}

static void
test_random (void)
{
  static void (*const steps[]) (World *) = {
    step_write,  step_write,  step_write,  step_resolve, step_resolve, step_rejected, step_number,
    step_server, step_server, step_server, step_server,  step_server,  step_stage,    step_stage,
    step_apply,  step_apply,  step_apply,  step_apply,   step_bucket,  step_reopen,
  };

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      World *world = world_new ();

      for (guint i = 0; i < N_STEPS; i++)
        {
          steps[g_test_rand_int_range (0, G_N_ELEMENTS (steps))](world);
          compare (world);
        }
      world_free (world);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stores/random", test_random);
  return g_test_run ();
}
