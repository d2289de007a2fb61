/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* That a live query says the least there is to say: against a search of all ways. */

#include "config.h"

#include <string.h>

#include "query-rows.h"

#define MAX_LENGTH 9

static void
collect (SynclineCollector *collector, const guint *list, guint n)
{
  static const char *const names[] = { "v", NULL };

  syncline_collector_take_row (1, names, NULL, collector);
  for (guint i = 0; i < n; i++)
    {
      const SynclineValue value = { .type = SYNCLINE_VALUE_INTEGER, .integer = list[i] };
      syncline_collector_take_row (1, names, &value, collector);
    }
}

/* How many cells can stay at most: the longest common subsequence. */
static guint
most_kept (const guint *a, guint n_a, const guint *b, guint n_b)
{
  guint best[MAX_LENGTH + 1][MAX_LENGTH + 1] = { { 0 } };

  for (guint i = 1; i <= n_a; i++)
    for (guint j = 1; j <= n_b; j++)
      best[i][j]
          = a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + 1 : MAX (best[i - 1][j], best[i][j - 1]);
  return best[n_a][n_b];
}

static guint
make_list (guint *list, gboolean distinct)
{
  const guint n = (guint) g_test_rand_int_range (0, MAX_LENGTH + 1);

  for (guint i = 0; i < n; i++)
    list[i] = distinct ? i : (guint) g_test_rand_int_range (0, 4);
  for (guint i = 0; distinct && i + 1 < n; i++)
    {
      const guint other = (guint) g_test_rand_int_range ((gint32) i, (gint32) n);
      const guint value = list[i];
      list[i] = list[other];
      list[other] = value;
    }
  return n;
}

static void
check_splices (SynclineQueryRows *before, SynclineQueryRows *after, GArray *splices)
{
  g_autoptr (GPtrArray) rows
      = g_ptr_array_copy (before->rows, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);

  g_ptr_array_set_free_func (rows, g_object_unref);
  for (guint i = 0; splices != NULL && i < splices->len; i++)
    {
      const SynclineSplice *splice = &g_array_index (splices, SynclineSplice, i);
      if (splice->removed > 0)
        g_ptr_array_remove_range (rows, splice->position, splice->removed);
      for (guint j = splice->position; j < splice->position + splice->added; j++)
        g_ptr_array_insert (rows, (int) j, g_object_ref (g_ptr_array_index (after->rows, j)));
    }
  g_assert_cmpuint (rows->len, ==, after->rows->len);
  for (guint i = 0; i < rows->len; i++)
    g_assert_true (g_ptr_array_index (rows, i) == g_ptr_array_index (after->rows, i));
}

static void
check_pair (gboolean distinct)
{
  guint a[MAX_LENGTH], b[MAX_LENGTH];
  const guint n_a = make_list (a, distinct);
  const guint n_b = make_list (b, distinct);
  g_autoptr (SynclineQueryRows) nothing = syncline_query_rows_new ();
  g_autoptr (SynclineCollector) first = syncline_collector_new (nothing);
  g_autoptr (GArray) splices = NULL;
  guint removed = 0, added = 0;

  collect (first, a, n_a);
  g_autoptr (SynclineQueryRows) before = syncline_collector_finish (first, &splices);
  g_clear_pointer (&splices, g_array_unref);
  g_autoptr (SynclineCollector) second = syncline_collector_new (before);
  collect (second, b, n_b);
  g_autoptr (SynclineQueryRows) after = syncline_collector_finish (second, &splices);
  check_splices (before, after, splices);
  for (guint i = 0; splices != NULL && i < splices->len; i++)
    {
      removed += g_array_index (splices, SynclineSplice, i).removed;
      added += g_array_index (splices, SynclineSplice, i).added;
    }
  g_assert_cmpuint (n_b - added, ==, n_a - removed);
  if (distinct)
    g_assert_cmpuint (n_b - added, ==, most_kept (a, n_a, b, n_b));
  else
    g_assert_cmpuint (n_b - added, <=, most_kept (a, n_a, b, n_b));
  if (n_a == n_b && memcmp (a, b, n_a * sizeof *a) == 0)
    g_assert_null (splices);
}

static void
test_least (void)
{
  for (int i = 0; i < 20000; i++)
    check_pair (TRUE);
}

static void
test_rows_that_are_alike (void)
{
  for (int i = 0; i < 20000; i++)
    check_pair (FALSE);
}

/* Very many changes are told as one. */
static void
test_many (void)
{
  enum
  {
    N = 2000
  };
  g_autofree guint *list = g_new (guint, N);
  g_autoptr (SynclineQueryRows) nothing = syncline_query_rows_new ();
  g_autoptr (SynclineCollector) first = syncline_collector_new (nothing);
  g_autoptr (GArray) splices = NULL;

  for (guint i = 0; i < N; i++)
    list[i] = i;
  collect (first, list, N);
  g_autoptr (SynclineQueryRows) before = syncline_collector_finish (first, &splices);
  g_clear_pointer (&splices, g_array_unref);
  for (guint i = 10; i < N - 10; i += 2)
    list[i] += N;
  g_autoptr (SynclineCollector) second = syncline_collector_new (before);
  collect (second, list, N);
  g_autoptr (SynclineQueryRows) after = syncline_collector_finish (second, &splices);
  check_splices (before, after, splices);
  g_assert_cmpuint (splices->len, ==, 1);
  g_assert_cmpuint (g_array_index (splices, SynclineSplice, 0).position, ==, 10);
  g_assert_cmpuint (g_array_index (splices, SynclineSplice, 0).added, ==, N - 21);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/query-rows/least", test_least);
  g_test_add_func ("/query-rows/alike", test_rows_that_are_alike);
  g_test_add_func ("/query-rows/many", test_many);
  return g_test_run ();
}
