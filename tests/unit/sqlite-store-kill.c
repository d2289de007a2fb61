/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A process that downloads is killed again and again, at random moments, until it is done: first with a big first
 * sync, then with a checkpoint that changes every row. Whatever the moment, the file is sound, shows a checkpoint
 * or the one before, and the next process goes on from where this one was. */

#include "config.h"

#include "sqlite-store-fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_ROWS 6000
#define OPS_PER_LINE 100

static const char schema[] = "[table t]\nv = text\nw = text\n[options t]\nindexes = by_v (v)\n";

/* Of operation 1 to N_ROWS the row is new, of those after it changes. */
static void
stage_line (Fixture *fixture, gint64 first)
{
  SynclineOp ops[OPS_PER_LINE] = { 0 };
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < OPS_PER_LINE; i++)
    {
      const gint64 op_id = first + i;
      char *id = g_strdup_printf ("%08x", (guint) (op_id % N_ROWS * 2654435761u));
      char *data = g_strdup_printf ("{\"v\":\"%s\",\"w\":\"%0100d\"}",
                                    op_id > N_ROWS ? "changed" : "new", (int) op_id);
      g_ptr_array_add (texts, id);
      g_ptr_array_add (texts, data);
      ops[i] = (SynclineOp){
        .op_id = op_id,
        .type = SYNCLINE_OP_PUT,
        .object_type = { "t", 1 },
        .object_id = { id, strlen (id) },
        .data = { data, strlen (data) },
        .checksum = (guint32) op_id,
      };
    }
  fixture->store->stage_ops (fixture->self, "b", ops, OPS_PER_LINE, NULL, &error);
  g_assert_no_error (error);
}

static void
take_position (const SynclineBucketState *bucket, gpointer user_data)
{
  *(gint64 *) user_data = bucket->last_op;
}

static gint64
get_position (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gint64 position = 0;

  fixture->store->list_buckets (fixture->self, take_position, &position, NULL, &error);
  g_assert_no_error (error);
  return position;
}

static void
apply (Fixture *fixture, gint64 last_op)
{
  g_autoptr (GError) error = NULL;
  SynclineBucketTarget target = { .name = "b", .priority = 3 };
  const SynclineCheckpoint checkpoint
      = { .last_op_id = last_op, .n_buckets = 1, .buckets = &target };
  SynclineApplyResult result;

  target.checksum = (guint32) (last_op * (last_op + 1) / 2);
  fixture->store->apply_checkpoint (fixture->self, &checkpoint, SYNCLINE_PRIORITY_ALL, &result,
                                    NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (result, ==, SYNCLINE_APPLY_DONE);
}

/* What the process does that is killed: it never returns. */
static void
download (Fixture *fixture, gint64 last_op)
{
  fixture_reopen (fixture, NULL);
  for (gint64 next = get_position (fixture) + 1; next <= last_op; next += OPS_PER_LINE)
    {
      stage_line (fixture, next);
      if (next % (10 * OPS_PER_LINE) == 1)
        fixture_flush (fixture);
    }
  apply (fixture, last_op);
  _exit (0);
}

/* Whether it was done before it was killed. */
static gboolean
download_and_kill (Fixture *fixture, gint64 last_op, gulong after_us)
{
  const pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    download (fixture, last_op);
  g_usleep (after_us);
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (WIFSIGNALED (status))
    {
      g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
      return FALSE;
    }
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  return TRUE;
}

static void
assert_whole (Fixture *fixture, const char *before, const char *after)
{
  fixture_reopen (fixture, NULL);
  g_autofree char *rows
      = fixture_query (fixture, "SELECT ifnull(v, ''), count(*) FROM t GROUP BY 1");
  if (strcmp (rows, before) != 0)
    g_assert_cmpstr (rows, ==, after);
  assert_query (fixture, "PRAGMA integrity_check", "ok");
  fixture_close (fixture);
}

/* Each time a little later than the last, so that it gets done. */
static void
download_with_kills (
    Fixture *fixture, GRand *rand, gint64 last_op, const char *before, const char *after)
{
  gulong longest = 4000;
  guint n_kills = 0;

  while (!download_and_kill (fixture, last_op, (gulong) g_rand_int_range (rand, 0, (int) longest)))
    {
      assert_whole (fixture, before, after);
      longest += longest / 16;
      n_kills++;
    }
  assert_whole (fixture, after, after);
  g_test_message ("%u kills", n_kills);
}

static void
test_kills (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2026);
  fixture_set_bulk_threshold (1000);
  g_autoptr (Fixture) fixture = fixture_new_closed (schema, ALL_ROLES);

  download_with_kills (fixture, rand, N_ROWS, "", "new|6000");
  download_with_kills (fixture, rand, 2 * N_ROWS, "new|6000", "changed|6000");
  fixture_reopen (fixture, NULL);
  assert_query (fixture, "SELECT count(*) FROM syncline_oplog WHERE op_id > 6000", "6000");
  assert_query (
      fixture, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'syncline\\_fresh%' ESCAPE '\\'",
      "0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-store/kill/kills", test_kills);
  return g_test_run ();
}
