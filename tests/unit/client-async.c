/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Calls that do not block, hosts that poll, and closing in the midst of things. */

#include "config.h"

#include <poll.h>

#include "live-fixture.h"

static const char schema[] = "[table todos]\ndescription = text\n";

#define ENDLESS                                                                                    \
  "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c"
#define DEADLINE (5 * G_TIME_SPAN_SECOND)

static void
keep (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static void
test_async (void)
{
  g_autoptr (Live) live = live_new (schema);
  g_autoptr (GAsyncResult) inserted = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GError) error = NULL;

  syncline_client_execute_async (live->client, "INSERT INTO todos (description) VALUES (?1)",
                                 g_variant_new ("(s)", "x"), NULL, keep, &inserted);
  live_wait (is_there, &inserted);
  g_autoptr (SynclineResult) insert
      = syncline_client_execute_finish (live->client, inserted, &error);
  g_assert_no_error (error);
  g_assert_cmpint (syncline_result_get_n_changed (insert), ==, 1);

  syncline_client_query_async (live->client, "SELECT description FROM todos", NULL, NULL, keep,
                               &listed);
  live_wait (is_there, &listed);
  g_autoptr (SynclineResult) list = syncline_client_query_finish (live->client, listed, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (syncline_result_get_text (list, 0, 0), ==, "x");

  syncline_client_close_async (live->client, DEADLINE, keep, &closed);
  live_wait (is_there, &closed);
  g_assert_true (syncline_client_close_finish (live->client, closed, &error));
  syncline_client_query_async (live->client, "SELECT 1", NULL, NULL, keep, &refused);
  live_wait (is_there, &refused);
  g_assert_null (syncline_client_query_finish (live->client, refused, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE);
  g_clear_error (&error);
  syncline_client_open_async (live->client, NULL, keep, &opened);
  live_wait (is_there, &opened);
  g_assert_true (syncline_client_open_finish (live->client, opened, &error));
  g_assert_no_error (error);
}

static void
test_cancel (void)
{
  g_autoptr (Live) live = live_new (schema);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  syncline_client_query_async (live->client, ENDLESS, NULL, cancellable, keep, &result);
  g_cancellable_cancel (cancellable);
  live_wait (is_there, &result);
  g_assert_null (syncline_client_query_finish (live->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* --- Closing while others work -------------------------------------------------------------------- */

typedef struct
{
  Live *live;
  gint stop;
  gint n_closed; /* calls that closing ended */
} Busy;

static gboolean
endless_transaction (SynclineTransaction *transaction, gpointer data G_GNUC_UNUSED, GError **error)
{
  g_autoptr (SynclineResult) insert = syncline_transaction_execute (
      transaction, "INSERT INTO todos (description) VALUES ('y')", NULL, error);
  g_autoptr (SynclineResult) endless
      = syncline_transaction_execute (transaction, ENDLESS, NULL, error);

  return endless != NULL;
}

static void
work (Busy *busy, guint kind)
{
  SynclineClient *client = busy->live->client;
  g_autoptr (SynclineResult) result = NULL;
  g_autoptr (SynclineQuery) query = NULL;
  g_autoptr (GError) error = NULL;

  switch (kind)
    {
    case 0:
      result = syncline_client_query (client, ENDLESS, NULL, NULL, &error);
      break;
    case 1:
      syncline_client_transaction (client, endless_transaction, NULL, NULL, &error);
      break;
    case 2:
      result = syncline_client_execute (client, "INSERT INTO todos (description) VALUES ('z')",
                                        NULL, NULL, &error);
      break;
    case 3:
      query = syncline_client_watch (client, ENDLESS, NULL);
      result = syncline_client_query (client, "SELECT count(*) FROM todos", NULL, NULL, &error);
      break;
    default:
      syncline_client_open (client, NULL, &error);
      break;
    }
  if (g_error_matches (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE))
    g_atomic_int_inc (&busy->n_closed);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_assert_no_error (error);
}

static gpointer
keep_working (gpointer data)
{
  Busy *busy = data;
  static gint next;
  guint kind = (guint) g_atomic_int_add (&next, 1);

  while (!g_atomic_int_get (&busy->stop))
    work (busy, kind++ % 5);
  return NULL;
}

static void
test_close_among_others (void)
{
  g_autoptr (Live) live = live_new (schema);
  Busy busy = { live, FALSE, 0 };
  GThread *threads[5];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("busy", keep_working, &busy);
  for (int i = 0; i < 100; i++)
    {
      g_assert_true (syncline_client_close_within (live->client, DEADLINE, &error));
      g_assert_no_error (error);
      syncline_client_open (live->client, NULL, NULL);
      g_usleep ((gulong) g_test_rand_int_range (0, 3000));
    }
  g_atomic_int_set (&busy.stop, TRUE);
  while (!syncline_client_close_within (live->client, DEADLINE, &error))
    g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      syncline_client_close (live->client);
      g_thread_join (threads[i]);
    }
  g_assert_cmpint (busy.n_closed, >, 0);
}

/* --- Waits that a plugin does not end --------------------------------------------------------------- */

typedef struct
{
  GMutex lock;
  GCond wake;
  gboolean inside;
  gboolean let_go;
} Stubborn;

static gboolean
stubborn_transaction (SynclineTransaction *transaction G_GNUC_UNUSED, gpointer data, GError **error)
{
  Stubborn *stubborn = data;

  g_mutex_lock (&stubborn->lock);
  stubborn->inside = TRUE;
  g_cond_broadcast (&stubborn->wake);
  while (!stubborn->let_go)
    g_cond_wait (&stubborn->wake, &stubborn->lock);
  g_mutex_unlock (&stubborn->lock);
  return TRUE;
}

typedef struct
{
  Live *live;
  Stubborn *stubborn;
} StubbornThread;

static gpointer
be_stubborn (gpointer data)
{
  StubbornThread *thread = data;

  syncline_client_transaction (thread->live->client, stubborn_transaction, thread->stubborn, NULL,
                               NULL);
  return NULL;
}

static void
test_deadline_holds (void)
{
  g_autoptr (Live) live = live_new (schema);
  Stubborn stubborn = { .inside = FALSE };
  StubbornThread thread = { live, &stubborn };
  g_autoptr (GError) error = NULL;

  g_mutex_init (&stubborn.lock);
  g_cond_init (&stubborn.wake);
  GThread *worker = g_thread_new ("stubborn", be_stubborn, &thread);
  g_mutex_lock (&stubborn.lock);
  while (!stubborn.inside)
    g_cond_wait (&stubborn.wake, &stubborn.lock);
  g_mutex_unlock (&stubborn.lock);

  const gint64 begin = g_get_monotonic_time ();
  g_assert_false (
      syncline_client_close_within (live->client, 50 * G_TIME_SPAN_MILLISECOND, &error));
  g_assert_cmpint (g_get_monotonic_time () - begin, <, DEADLINE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);

  g_mutex_lock (&stubborn.lock);
  stubborn.let_go = TRUE;
  g_cond_broadcast (&stubborn.wake);
  g_mutex_unlock (&stubborn.lock);
  g_thread_join (worker);
  g_assert_true (syncline_client_close_within (live->client, DEADLINE, &error));
  g_assert_no_error (error);
  g_mutex_clear (&stubborn.lock);
  g_cond_clear (&stubborn.wake);
}

/* --- Polling ---------------------------------------------------------------------------------------- */

static void
wait_for_fd (int fd)
{
  struct pollfd polled = { fd, POLLIN, 0 };

  g_assert_cmpint (poll (&polled, 1, 10000), ==, 1);
}

static void
test_poll (void)
{
  g_autoptr (Live) live = live_new (schema);
  g_autoptr (GError) error = NULL;
  const int fd = syncline_client_get_fd (live->client, &error);
  struct pollfd polled = { fd, POLLIN, 0 };

  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (syncline_client_get_fd (live->client, &error), ==, fd);
  g_autoptr (Shadow) shadow = shadow_new (live, "SELECT description FROM todos", NULL);
  live_run (live, "INSERT INTO todos (description) VALUES ('x')");
  while (shadow->rows->len == 0)
    {
      wait_for_fd (fd);
      /* Not the main context's any more. */
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpuint (shadow->rows->len, ==, 0);
      syncline_client_dispatch (live->client);
    }
  syncline_client_close (live->client);
  syncline_client_dispatch (live->client);
  g_assert_cmpint (poll (&polled, 1, 0), ==, 0);
}

static void
read_line (GObject *source, GAsyncResult *result, gpointer data)
{
  *(char **) data
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
}

static void
expect_line (GDataInputStream *stream, const char *expected)
{
  g_autofree char *line = NULL;

  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, NULL, read_line, &line);
  live_wait (is_there, &line);
  g_assert_cmpstr (line, ==, expected);
}

/* The example, as it is built. */
static void
test_poll_example (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "examples", "poll", NULL);
  g_autofree char *schema_path = scratch_write (scratch, "schema.conf", schema);
  g_autofree char *config = scratch_write (
      scratch, "app.conf",
      "[syncline]\nstore = sqlite-store\nschema = schema.conf\n[sqlite-store]\npath = app.db\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                          program, config, NULL);
  g_assert_no_error (error);
  g_autoptr (GDataInputStream) out
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  GOutputStream *in = g_subprocess_get_stdin_pipe (process);

  g_output_stream_write_all (in, "Buy milk\n", 9, NULL, NULL, &error);
  g_assert_no_error (error);
  expect_line (out, "--");
  expect_line (out, "Buy milk");
  g_output_stream_write_all (in, "Ask Ada\n", 8, NULL, NULL, &error);
  expect_line (out, "--");
  expect_line (out, "Ask Ada");
  expect_line (out, "Buy milk");
  g_output_stream_close (in, NULL, NULL);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/async", test_async);
  g_test_add_func ("/client/cancel", test_cancel);
  g_test_add_func ("/client/close-among-others", test_close_among_others);
  g_test_add_func ("/client/deadline", test_deadline_holds);
  g_test_add_func ("/client/poll", test_poll);
  g_test_add_func ("/client/poll-example", test_poll_example);
  return g_test_run ();
}
