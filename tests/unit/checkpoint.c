/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "core/checkpoint.h"

#include <syncline/error.h>

static SynclineBucketTarget
bucket (const char *name, guint32 checksum, gint64 count)
{
  return (SynclineBucketTarget){
    .name = name,
    .checksum = checksum,
    .priority = SYNCLINE_PRIORITY_DEFAULT,
    .has_count = TRUE,
    .count = count,
  };
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* The names of the removed buckets, sorted. */
static char *
update (SynclineCheckpointTracker *tracker, const SynclineEvent *event)
{
  g_autoptr (GPtrArray) removed = NULL;
  g_autoptr (GError) error = NULL;

  syncline_checkpoint_tracker_update (tracker, event, &removed, &error);
  g_assert_no_error (error);
  g_ptr_array_sort (removed, compare_names);
  g_ptr_array_add (removed, NULL);
  return g_strjoinv (" ", (char **) removed->pdata);
}

static const SynclineBucketTarget *
find (const SynclineCheckpoint *checkpoint, const char *name)
{
  for (guint i = 0; i < checkpoint->n_buckets; i++)
    if (g_str_equal (checkpoint->buckets[i].name, name))
      return &checkpoint->buckets[i];
  return NULL;
}

static void
add_known (SynclineCheckpointTracker *tracker, const char *name, gint64 at_last, gint64 since_last)
{
  const SynclineBucketState state
      = { .name = name, .count_at_last = at_last, .count_since_last = since_last };

  syncline_checkpoint_tracker_add_known (tracker, &state);
}

static void
assert_progress (SynclineCheckpointTracker *tracker, gint64 done, gint64 total)
{
  gint64 actual_done, actual_total;

  syncline_checkpoint_tracker_get_progress (tracker, &actual_done, &actual_total);
  g_assert_cmpint (actual_done, ==, done);
  g_assert_cmpint (actual_total, ==, total);
}

static void
test_nothing_before_a_checkpoint (void)
{
  g_autoptr (SynclineCheckpointTracker) tracker = syncline_checkpoint_tracker_new ();
  const SynclineEvent diff = { .type = SYNCLINE_EVENT_CHECKPOINT_DIFF };
  g_autoptr (GPtrArray) removed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (syncline_checkpoint_tracker_get (tracker, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_false (syncline_checkpoint_tracker_update (tracker, &diff, &removed, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
}

/* Buckets that the store has and the first checkpoint does not name are gone on the server. */
static void
test_first_checkpoint_removes_strangers (void)
{
  g_autoptr (SynclineCheckpointTracker) tracker = syncline_checkpoint_tracker_new ();
  const SynclineBucketTarget buckets[] = { bucket ("a", 1, 10), bucket ("b", 2, 20) };
  const SynclineEvent checkpoint = { .type = SYNCLINE_EVENT_CHECKPOINT,
                                     .last_op_id = 7,
                                     .write_checkpoint = 3,
                                     .n_buckets = 2,
                                     .buckets = buckets };

  add_known (tracker, "a", 0, 0);
  add_known (tracker, "old", 0, 0);
  g_autofree char *removed = update (tracker, &checkpoint);
  g_assert_cmpstr (removed, ==, "old");

  const SynclineCheckpoint *target = syncline_checkpoint_tracker_get (tracker, NULL);
  g_assert_cmpint (target->last_op_id, ==, 7);
  g_assert_cmpint (target->write_checkpoint, ==, 3);
  g_assert_cmpuint (target->n_buckets, ==, 2);
  g_assert_cmpuint (find (target, "b")->checksum, ==, 2);
}

/* A diff overwrites positions even with nothing; removals come before updates. */
static void
test_diff (void)
{
  g_autoptr (SynclineCheckpointTracker) tracker = syncline_checkpoint_tracker_new ();
  const SynclineBucketTarget first[]
      = { bucket ("a", 1, 1), bucket ("b", 2, 1), bucket ("c", 3, 1) };
  const SynclineEvent checkpoint = { .type = SYNCLINE_EVENT_CHECKPOINT,
                                     .last_op_id = 7,
                                     .write_checkpoint = 3,
                                     .n_buckets = 3,
                                     .buckets = first };
  const SynclineBucketTarget updated[] = { bucket ("c", 30, 2), bucket ("d", 4, 1) };
  const char *const gone[] = { "b", "c" };
  const SynclineEvent diff = { .type = SYNCLINE_EVENT_CHECKPOINT_DIFF,
                               .last_op_id = 9,
                               .n_buckets = 2,
                               .buckets = updated,
                               .n_removed = 2,
                               .removed = gone };

  g_autofree char *none = update (tracker, &checkpoint);
  g_assert_cmpstr (none, ==, "");
  g_autofree char *removed = update (tracker, &diff);
  g_assert_cmpstr (removed, ==, "b c");

  const SynclineCheckpoint *target = syncline_checkpoint_tracker_get (tracker, NULL);
  g_assert_cmpint (target->last_op_id, ==, 9);
  g_assert_cmpint (target->write_checkpoint, ==, 0);
  g_assert_cmpuint (target->n_buckets, ==, 3);
  g_assert_null (find (target, "b"));
  g_assert_cmpuint (find (target, "c")->checksum, ==, 30);
}

static void
test_second_checkpoint_replaces (void)
{
  g_autoptr (SynclineCheckpointTracker) tracker = syncline_checkpoint_tracker_new ();
  const SynclineBucketTarget first[] = { bucket ("a", 1, 1), bucket ("b", 2, 1) };
  const SynclineBucketTarget second[] = { bucket ("b", 5, 1) };
  SynclineEvent checkpoint
      = { .type = SYNCLINE_EVENT_CHECKPOINT, .n_buckets = 2, .buckets = first };

  g_autofree char *none = update (tracker, &checkpoint);
  checkpoint.n_buckets = 1;
  checkpoint.buckets = second;
  g_autofree char *removed = update (tracker, &checkpoint);
  g_assert_cmpstr (removed, ==, "a");
  g_assert_cmpuint (syncline_checkpoint_tracker_get (tracker, NULL)->n_buckets, ==, 1);
}

static void
test_progress_goes_on_after_a_cut (void)
{
  g_autoptr (SynclineCheckpointTracker) tracker = syncline_checkpoint_tracker_new ();
  const SynclineBucketTarget buckets[] = { bucket ("a", 1, 12) };
  const SynclineEvent checkpoint
      = { .type = SYNCLINE_EVENT_CHECKPOINT, .n_buckets = 1, .buckets = buckets };

  add_known (tracker, "a", 2, 5);
  g_autofree char *none = update (tracker, &checkpoint);
  assert_progress (tracker, 5, 10);
  syncline_checkpoint_tracker_count (tracker, "a", 3);
  syncline_checkpoint_tracker_count (tracker, "not-tracked", 100);
  assert_progress (tracker, 8, 10);
  syncline_checkpoint_tracker_count (tracker, "a", 50);
  assert_progress (tracker, 10, 10);
  syncline_checkpoint_tracker_applied (tracker);
  assert_progress (tracker, 0, 0);
}

static void
test_progress_after_compaction (void)
{
  g_autoptr (SynclineCheckpointTracker) tracker = syncline_checkpoint_tracker_new ();
  const SynclineBucketTarget buckets[] = { bucket ("a", 1, 4), bucket ("b", 1, 6) };
  const SynclineEvent checkpoint
      = { .type = SYNCLINE_EVENT_CHECKPOINT, .n_buckets = 2, .buckets = buckets };

  add_known (tracker, "a", 100, 0);
  add_known (tracker, "b", 2, 1);
  g_autofree char *none = update (tracker, &checkpoint);
  assert_progress (tracker, 1, 8);
}

/* What came since the last checkpoint is still there, and is not asked for again. */
static void
test_progress_after_compaction_and_a_cut (void)
{
  const SynclineBucketTarget buckets[] = { bucket ("a", 1, 100) };
  const SynclineEvent checkpoint
      = { .type = SYNCLINE_EVENT_CHECKPOINT, .n_buckets = 1, .buckets = buckets };
  g_autoptr (SynclineCheckpointTracker) before = syncline_checkpoint_tracker_new ();

  add_known (before, "a", 1000, 0);
  g_autofree char *none = update (before, &checkpoint);
  syncline_checkpoint_tracker_count (before, "a", 50);
  assert_progress (before, 50, 100);

  g_autoptr (SynclineCheckpointTracker) after = syncline_checkpoint_tracker_new ();
  add_known (after, "a", 1000, 50);
  g_autofree char *still_none = update (after, &checkpoint);
  assert_progress (after, 50, 100);
}

/* --- Absurd numbers ------------------------------------------------------------------------------ */

static void
test_absurd_counts (void)
{
  g_autoptr (SynclineCheckpointTracker) tracker = syncline_checkpoint_tracker_new ();
  const SynclineBucketTarget buckets[]
      = { bucket ("a", 1, G_MAXINT64), bucket ("b", 1, G_MAXINT64), bucket ("c", 1, G_MAXINT64) };
  const SynclineEvent checkpoint
      = { .type = SYNCLINE_EVENT_CHECKPOINT, .n_buckets = 3, .buckets = buckets };
  gint64 done, total;

  g_autofree char *none = update (tracker, &checkpoint);
  syncline_checkpoint_tracker_get_progress (tracker, &done, &total);
  g_assert_cmpint (done, ==, 0);
  g_assert_cmpint (total, >, 0);
}

static void
test_too_many_buckets (void)
{
  g_autoptr (SynclineCheckpointTracker) tracker = syncline_checkpoint_tracker_new ();
  g_autoptr (GArray) buckets = g_array_new (FALSE, TRUE, sizeof (SynclineBucketTarget));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) removed = NULL;
  g_autoptr (GError) error = NULL;
  SynclineEvent event = { .type = SYNCLINE_EVENT_CHECKPOINT };

  g_autofree char *none = update (tracker, &event);
  for (int i = 0; i < 1000; i++)
    {
      SynclineBucketTarget target = bucket ("", 1, 1);

      g_array_append_val (buckets, target);
    }
  event.type = SYNCLINE_EVENT_CHECKPOINT_DIFF;
  event.n_buckets = buckets->len;
  event.buckets = (const SynclineBucketTarget *) (void *) buckets->data;
  /* A few more with each message, without end. */
  for (int round = 0;; round++)
    {
      g_ptr_array_set_size (names, 0);
      for (guint i = 0; i < buckets->len; i++)
        {
          char *name = g_strdup_printf ("%d/%u", round, i);

          g_ptr_array_add (names, name);
          g_array_index (buckets, SynclineBucketTarget, i).name = name;
        }
      g_clear_pointer (&removed, g_ptr_array_unref);
      if (!syncline_checkpoint_tracker_update (tracker, &event, &removed, &error))
        break;
      g_assert_cmpint (round, <, 1000);
    }
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoint/nothing-before", test_nothing_before_a_checkpoint);
  g_test_add_func ("/checkpoint/first-removes-strangers", test_first_checkpoint_removes_strangers);
  g_test_add_func ("/checkpoint/diff", test_diff);
  g_test_add_func ("/checkpoint/second-replaces", test_second_checkpoint_replaces);
  g_test_add_func ("/checkpoint/progress/after-a-cut", test_progress_goes_on_after_a_cut);
  g_test_add_func ("/checkpoint/progress/after-compaction", test_progress_after_compaction);
  g_test_add_func ("/checkpoint/progress/after-compaction-and-a-cut",
                   test_progress_after_compaction_and_a_cut);
  g_test_add_func ("/checkpoint/absurd/counts", test_absurd_counts);
  g_test_add_func ("/checkpoint/absurd/buckets", test_too_many_buckets);
  return g_test_run ();
}
