/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Random histories of a server, with restarts, partial checkpoints and local writes that it refuses. After
 * each full checkpoint the table has to be what a few lines of obvious code make of the operations. */

#include "config.h"

#include "sqlite-store-fixture.h"

#define N_BUCKETS 4
#define N_ROWS 6
#define N_SUBKEYS 2

typedef struct
{
  int op; /* 0 if it is not there */
} Copy;

typedef struct
{
  Fixture *fixture;
  GRand *rand;
  Copy copies[N_BUCKETS][N_ROWS][N_SUBKEYS];
  int next_op;
  int next_checkpoint;
} Model;

/* Priorities 0 to 3, by bucket. */
static const char all_buckets[] = "b0:0 b1:1 b2:2 b3:3";

static int
pick (Model *model, int n)
{
  return g_rand_int_range (model->rand, 0, n);
}

static void
send_put (Model *model, int bucket, int row, int subkey)
{
  int op = model->next_op++;
  g_autofree char *name = g_strdup_printf ("b%d", bucket);
  g_autofree char *text = g_strdup_printf (
      "PUT %d t/r%d/s%d {\"id\":\"r%d\",\"n\":%d,\"x\":\"%d\"}", op, row, subkey, row, op, op);

  fixture_stage (model->fixture, name, text, NULL);
  model->copies[bucket][row][subkey].op = op;
}

static void
send_remove (Model *model, int bucket, int row, int subkey)
{
  g_autofree char *name = g_strdup_printf ("b%d", bucket);
  g_autofree char *text = g_strdup_printf ("REMOVE %d t/r%d/s%d", model->next_op++, row, subkey);

  fixture_stage (model->fixture, name, text, NULL);
  model->copies[bucket][row][subkey].op = 0;
}

static void
forget_copies (Model *model, int bucket)
{
  for (int row = 0; row < N_ROWS; row++)
    for (int subkey = 0; subkey < N_SUBKEYS; subkey++)
      model->copies[bucket][row][subkey].op = 0;
}

static void
send_clear (Model *model, int bucket)
{
  g_autofree char *name = g_strdup_printf ("b%d", bucket);
  g_autofree char *text = g_strdup_printf ("CLEAR %d", model->next_op++);

  fixture_stage (model->fixture, name, text, NULL);
  forget_copies (model, bucket);
}

static void
remove_bucket (Model *model, int bucket)
{
  g_autofree char *name = g_strdup_printf ("b%d", bucket);

  fixture_remove_bucket (model->fixture, name);
  forget_copies (model, bucket);
}

/* What the row is, NULL if it is not there. */
static char *
get_row (Model *model, int row)
{
  int op = 0;

  for (int bucket = 0; bucket < N_BUCKETS; bucket++)
    for (int subkey = 0; subkey < N_SUBKEYS; subkey++)
      op = MAX (op, model->copies[bucket][row][subkey].op);
  return op == 0 ? NULL : g_strdup_printf ("r%d|%d|%d", row, op, op);
}

static void
check_rows (Model *model)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  for (int row = 0; row < N_ROWS; row++)
    {
      g_autofree char *text = get_row (model, row);
      if (text != NULL)
        g_string_append_printf (expected, "%s%s", expected->len > 0 ? "\n" : "", text);
    }
  assert_query (
      model->fixture,
      "SELECT id, n, substr(x.data, 7, length(x.data) - 8) FROM t LEFT JOIN syncline_extra"
      " AS x ON x.row_id = t.id ORDER BY id",
      expected->str);
  /* One copy of each row is shown, and nothing is left over. */
  assert_query (model->fixture,
                "SELECT count(*) FROM (SELECT 1 FROM syncline_oplog GROUP BY type, row_id"
                " HAVING sum(data IS NULL) <> 1)",
                "0");
  assert_query (
      model->fixture,
      "SELECT (SELECT count(*) FROM syncline_staged) + (SELECT count(*) FROM syncline_gone)"
      " + (SELECT count(*) FROM syncline_shadow)"
      " + (SELECT count(*) FROM syncline_extra WHERE row_id NOT IN (SELECT id FROM t))",
      "0");
}

/* The server refuses everything. */
static void
upload (Model *model)
{
  SynclineGate gate;

  for (;;)
    {
      gate = fixture_get_gate (model->fixture);
      if (gate.n_queued == 0)
        break;
      fixture_resolve (model->fixture, "r");
    }
  if (gate.target == SYNCLINE_WRITE_CHECKPOINT_UNKNOWN)
    fixture_cover (model->fixture, ++model->next_checkpoint);
}

static void
show_all (Model *model)
{
  g_assert_cmpint (fixture_apply_up_to (model->fixture, SYNCLINE_PRIORITY_ALL,
                                        model->next_checkpoint, all_buckets),
                   ==, SYNCLINE_APPLY_DONE);
  check_rows (model);
}

static void
write_something (Model *model)
{
  static const char *const statements[] = {
    "INSERT OR IGNORE INTO t (id, n) VALUES ('r%d', -1)",
    "REPLACE INTO t (id, n) VALUES ('r%d', -2)",
    "UPDATE t SET n = n - 1000 WHERE id = 'r%d'",
    "DELETE FROM t WHERE id = 'r%d'",
    "INSERT INTO t (n) VALUES (%d)",
  };
  g_auto (GStrv) parts = g_strsplit (statements[pick (model, G_N_ELEMENTS (statements))], "%d", 2);
  g_autofree char *sql = g_strdup_printf ("%s%d%s", parts[0], pick (model, N_ROWS), parts[1]);

  fixture_run (model->fixture, sql);
}

static void
take_step (Model *model)
{
  int bucket = pick (model, N_BUCKETS), row = pick (model, N_ROWS),
      subkey = pick (model, N_SUBKEYS);

  switch (pick (model, 20))
    {
    case 0:
      send_clear (model, bucket);
      break;
    case 1:
      remove_bucket (model, bucket);
      break;
    case 2:
      fixture_reopen (model->fixture, NULL);
      break;
    case 3:
    case 4:
      fixture_apply_up_to (model->fixture, pick (model, 4), 0, all_buckets);
      break;
    case 5:
    case 6:
      write_something (model);
      break;
    case 7:
      upload (model);
      break;
    case 8:
      upload (model);
      show_all (model);
      break;
    case 9:
    case 10:
    case 11:
      send_remove (model, bucket, row, subkey);
      break;
    default:
      send_put (model, bucket, row, subkey);
      break;
    }
}

static void
test_histories (gconstpointer data)
{
  /* Half of the first syncs are big ones. */
  fixture_set_bulk_threshold (GPOINTER_TO_UINT (data) % 2 == 0 ? 0 : -1);
  g_autoptr (Fixture) fixture = fixture_new ("[table t]\nn = integer\n", ALL_ROLES);
  Model model = { .fixture = fixture, .next_op = 1 };

  model.rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  for (int i = 0; i < 250; i++)
    take_step (&model);
  upload (&model);
  show_all (&model);
  g_rand_free (model.rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* More with `-m thorough`. */
  for (guint seed = 1; seed <= (g_test_thorough () ? 1000 : 12); seed++)
    {
      g_autofree char *path = g_strdup_printf ("/sqlite-store/model/%u", seed);
      g_test_add_data_func (path, GUINT_TO_POINTER (seed), test_histories);
    }
  return g_test_run ();
}
